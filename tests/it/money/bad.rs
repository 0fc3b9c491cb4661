//! Bad input about contracts and money: one sentence each, in French and in English, that names what is wrong; nothing is
//! half done.

use cadastre_kit::collector::alone;
use cadastre_kit::program::arg;
use cadastre_kit::{Collector, Locale, Said};

const HEAD: &str = "id = \"C\"\nclient = \"acme\"\nsigned_on = 2025-12-15\neffective_on = 2026-01-01\n\
                    initial_months = 12\nrenewal = { kind = \"tacit\", months = 12 }\nnotice_months = 3\n";
const BILLING: &str = "[billing]\nvat_rate = \"20.00\"\n";
const LINE: &str = "[[lines]]\nid = \"l\"\nformula = \"forfait\"\ncategory = \"laptop\"\nmode = \"fixed\"\ncount = 1\n\
                    unit_price = \"10.00\"\n";
const TIERS: &str = "[[lines]]\nid = \"l\"\nformula = \"forfait\"\ncategory = \"laptop\"\nmode = \"volume\"\n\
                     tiers = [ { up_to = 20, unit_price = \"3.00\" }, { up_to = 10, unit_price = \"2.00\" } ]\n";
const BOTH: [Locale; 2] = [Locale::English, Locale::French];

fn amendment(day: &str, more: &str) -> String {
    format!("[[amendments]]\nnumber = 1\nsigned_on = 2026-02-01\neffective_on = {day}\n{more}\n")
}

fn annex(days: &str) -> String {
    format!("[[annex]]\nlabel = \"a\"\nline = \"l\"\n{days}\n")
}

fn review(every: u32, month: &str) -> String {
    format!(
        "[price_review]\nseries = \"syntec\"\nlag_months = {every}\nevery_months = {every}\n\
         s0 = {{ series = \"syntec\", month = \"{month}\", value = \"300\" }}\n"
    )
}

/// What a file holds beside its head and billing, and a word that each sentence has.
fn files() -> Vec<(&'static str, String, &'static str)> {
    let change = "[amendments.contract]\ncurrency = \"USD\"";
    let peak = "lines.l.mode = \"peak\"";
    let rows = [
        ("a row that ends before it begins", annex("from = 2026-03-10\nto = 2026-03-09"), "annex.to"),
        ("a row before the contract", annex("from = 2025-03-10"), "annex.from"),
        ("an amendment before the contract", amendment("2025-03-01", ""), "amendments.effective_on"),
        ("two amendments of one number", amendment("2026-03-01", "").repeat(2), "amendments.number"),
        ("an index month that is none", review(12, "2026-13"), "price_review.s0.month"),
        ("a window longer than the interval", review(12, "2024-12"), "L112-1"),
        ("another currency", amendment("2026-03-01", change), "amendments.contract.currency"),
        ("a one-line mode within a month", amendment("2026-03-02", peak), "amendments.effective_on"),
    ];
    let rows = rows.into_iter().map(|(what, text, word)| (what, format!("{LINE}{text}"), word));
    rows.chain([("tiers out of order", TIERS.to_owned(), "lines.l.tiers")]).collect()
}

#[test]
fn a_bad_contract_is_one_clear_sentence_in_both_languages() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("contract.toml");
    for (what, text, word) in files() {
        std::fs::write(&file, format!("{HEAD}{BILLING}{text}")).unwrap();
        let said = BOTH.map(|locale| {
            let answer = alone(locale, &["contract", "check", arg(&file)]);
            assert_eq!(answer.code, Some(1), "{what}: {answer:?}");
            let told = answer.err.lines().find(|line| line.contains(word) && line.starts_with("err"));
            let told = told.unwrap_or_else(|| panic!("{what}: {answer:?}")).to_owned();
            assert!(told.contains("contract.toml") && told.ends_with('.'), "{what}: {told}");
            told
        });
        assert_ne!(said[0], said[1], "{what}");
    }
}

/// Both answers refuse, in one sentence each that has these words, and not in one language.
fn refused(answers: [Said; 2], words: &[&str]) {
    let said = answers.map(|answer| {
        let sentence = answer.err.lines().last().unwrap_or_default().to_owned();
        assert_eq!(answer.code, Some(1), "{answer:?}");
        assert!(sentence.ends_with('.') && words.iter().all(|word| sentence.contains(word)), "{words:?}: {answer:?}");
        sentence
    });
    assert_ne!(said[0], said[1]);
}

#[test]
fn a_month_that_cannot_be_closed_is_one_clear_sentence_in_both_languages() {
    let collector = Collector::start();
    collector.add_client("acme");
    let import = |text: &str, more: &[&str], locale: Locale| {
        let file = collector.file("contract.toml", text);
        collector.cli_in(locale, &[&["contract", "import", arg(&file), "--client", "acme"], more].concat())
    };
    let close = |month: &str| {
        BOTH.map(|locale| collector.cli_in(locale, &["bill", "close", "--client", "acme", "--period", month]))
    };
    let closed = |month: &str| drop(collector.cli(&["bill", "close", "--client", "acme", "--period", month]).done());
    let net = |month: &str| {
        let args = ["bill", "preview", "--client", "acme", "--period", month, "--format", "json"];
        collector.cli(&args).json()["total_net"].as_str().unwrap().to_owned()
    };
    let contract = format!("{HEAD}{BILLING}{LINE}");
    import(&contract, &[], Locale::English).done();
    // The collector's clock is the machine's: that month has not passed.
    refused(close("2096-03"), &["2096", "2026"]);
    closed("2026-01");
    refused(close("2026-03"), &["2026"]);
    refused(close("2026-01"), &["2026", "acme"]);
    // A version that reaches the closed month needs --yes, and changes nothing without.
    let dearer = contract.replace("\"10.00\"", "\"11.00\"");
    refused(BOTH.map(|locale| import(&dearer, &[], locale)), &["2026-01", "--yes"]);
    assert_eq!(net("2026-02"), "10.00");
    import(&dearer, &["--yes"], Locale::English).done();
    assert_eq!(net("2026-02"), "12.00", "11.00 and the euro of January");
    // A revision whose index is not published: no close.
    import(&format!("{dearer}{}", review(3, "2025-10")), &["--yes"], Locale::English).done();
    closed("2026-02");
    closed("2026-03");
    refused(close("2026-04"), &["2026"]);
}

#[test]
fn an_index_of_an_unknown_month_names_its_line() {
    let collector = Collector::start();
    let file = collector.file("indexes.csv", "series;month;value;published_on\nsyntec;2026-13;300.1;\n");
    let said = BOTH.map(|locale| collector.cli_in(locale, &["index", "import", arg(&file)]));
    refused(said, &["2026-13", "indexes.csv"]);
}

#[test]
fn usage_out_of_order_or_to_come_and_early_indexes_name_line_and_field() {
    let collector = Collector::start();
    collector.add_client("acme");
    collector.import_contract("acme", &format!("{HEAD}{BILLING}{LINE}"));
    let place = |verb: &str, text: &str| {
        let file = collector.file("rows.csv", text);
        let more = if verb == "usage" { &["--client", "acme"][..] } else { &[] };
        let error = collector.cli(&[&[verb, "import", arg(&file), "--json"], more].concat()).error();
        let text = |key: &str| error[key].as_str().unwrap_or_default().to_owned();
        (text("code"), error["line"].as_u64(), text("field"))
    };
    let head = "key;contract;line;date;minutes;opened_at;answered_at;solved_at\n";
    for (row, code, field) in [
        ("2026-03-09;9;2026-03-09T10:00;2026-03-09T09:00;", "usage_instants_crossed", "answered_at"),
        ("2026-03-09;9;2026-03-09T10:00;;2026-03-09T09:00", "usage_instants_crossed", "solved_at"),
        ("2026-03-09;9;;2026-03-09T10:00;2026-03-09T09:00", "usage_instants_crossed", "solved_at"),
        ("2996-03-09;9;;;", "usage_in_future", "date"),
    ] {
        let refused = (code.to_owned(), Some(2), field.to_owned());
        assert_eq!(place("usage", &format!("{head}u-1;C;l;{row}\n")), refused, "{row}");
    }
    let head = "series;month;value;published_on\n";
    for (day, code) in [("2026-01-15", "index_published_early"), ("2996-01-15", "index_published_late")] {
        let refused = (code.to_owned(), Some(2), "published_on".to_owned());
        assert_eq!(place("index", &format!("{head}syntec;2026-01;300.1;{day}\n")), refused, "{day}");
    }
}

#[test]
fn a_bill_whose_index_is_missing_says_so_in_every_form() {
    let collector = Collector::start();
    collector.add_client("acme");
    collector.import_contract("acme", &format!("{HEAD}{BILLING}{LINE}{}", review(3, "2025-10")));
    let said = |locale: Locale, verb: &[&str]| {
        let said = collector.cli_in(locale, &[verb, &["--client", "acme", "--period", "2026-04"]].concat());
        assert_eq!(said.code, Some(0), "{said:?}");
        said.err.replace(['\u{a0}', '\u{202f}'], " ")
    };
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("april.xlsx");
    for verb in [
        &["bill", "preview"][..],
        &["bill", "preview", "--format", "csv"],
        &["bill", "export"],
        &["bill", "export", "--profile", "odoo"],
        &["bill", "export", "--format", "xlsx", "--out", arg(&out)],
    ] {
        let english = said(Locale::English, verb);
        assert!(english.contains("Contract C: the index of the price revision of 1 Apr 2026"), "{verb:?} {english}");
        let french = said(Locale::French, verb);
        assert!(french.contains("Contrat C : l’indice de la révision de prix du 01/04/2026"), "{verb:?} {french}");
    }
    assert!(std::fs::read(&out).unwrap().starts_with(b"PK"), "the file that --out names");
    let bill = collector.json(&["bill", "preview", "--client", "acme", "--period", "2026-04"]);
    assert_eq!(bill["remarks"][0], "index_missing:contract=C,date=2026-04-01");
}
