use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use cadastre_domain::refusal::Refusal;
use jiff::civil::date;

use super::table::{Row, fill, say};
use super::{
    Language, asset, bill, cli, client, clients, compare, contract, contracts, decide, finding, frame, health, label,
    machines, monthly, number, portfolio, reason, refusal, search, sources,
};

const TABLES: &[(&str, &[Row])] = &[
    ("refusals of contracts", refusal::FAMILIES[0]),
    ("refusals of people", refusal::FAMILIES[1]),
    ("refusals of the record", refusal::FAMILIES[2]),
    ("refusals of requests", refusal::FAMILIES[3]),
    ("refusals at the start", refusal::FAMILIES[4]),
    ("refusals of money", refusal::FAMILIES[5]),
    ("refusals of sources", refusal::FAMILIES[6]),
    ("causes", super::cause::CAUSES),
    ("reasons", reason::REASONS),
    ("finding titles", finding::TITLES),
    ("finding sentences", finding::SENTENCES),
    ("actions", finding::ACTIONS),
    ("steps", bill::STEPS),
    ("done", cli::DONE),
    ("headings", cli::HEADINGS),
    ("annex keys", contracts::ANNEX_KEYS),
    ("categories", label::CATEGORIES),
    ("column keys", compare::COLUMN_KEYS),
    ("problems", health::PROBLEMS),
    ("samples", contracts::SAMPLES),
    ("what to do", health::ADVICE),
    ("parts of a report", health::SECTIONS),
    ("outcomes", health::OUTCOMES),
    ("seen", label::SEEN),
    ("statuses", label::STATUSES),
    ("status counts", label::STATUS_COUNTS),
    ("states", label::STATES),
    ("sources", label::SOURCES),
    ("confidences", label::CONFIDENCES),
    ("bill kinds", label::BILL_KINDS),
    ("units", label::UNITS),
    ("identifier kinds", label::IDENTIFIER_KINDS),
    ("scopes", label::SCOPES),
    ("rules", label::RULES),
    ("requirements", label::REQUIREMENTS),
    ("verdicts", label::VERDICTS),
    ("verbs", label::VERBS),
    ("tabs", decide::TABS),
    ("buttons", decide::DO),
    ("questions", decide::QUESTIONS),
    ("asked", decide::ASKED),
    ("search fields", search::FIELDS),
    ("causes", portfolio::CAUSES),
    ("parts", asset::PARTS),
    ("papers", asset::PAPERS),
    ("protection states", asset::PROTECTION_STATES),
    ("origins", super::paper::ORIGINS),
    ("files of a pack", super::paper::PACK_FILES),
    ("dates of contracts", contract::EVENTS),
    ("natures", super::paper::NATURES),
    ("duty kinds", super::paper::DUTY_KINDS),
    ("results", super::paper::RESULTS),
    ("equipment", super::paper::EQUIPMENT),
];

#[test]
fn tables_are_sorted_and_speak_both_languages_with_the_same_arguments() {
    for (name, table) in TABLES {
        for pair in table.windows(2) {
            assert!(
                pair[0].0 < pair[1].0
                    || (pair[0].0 == pair[1].0 && (name.starts_with("refusals") || *name == "finding sentences")),
                "{name}: {} before {}",
                pair[0].0,
                pair[1].0
            );
        }
        for row in *table {
            if *name != "units" {
                assert!(!row.1.is_empty() && !row.2.is_empty(), "{name}: {}", row.0);
            }
            assert_eq!(names(row.1), names(row.2), "{name}: {}", row.0);
        }
    }
}

#[test]
fn pages_speak_both_languages_with_the_same_arguments() {
    let pages = [
        frame::FrameWords::ROWS,
        search::SearchWords::ROWS,
        portfolio::PortfolioWords::ROWS,
        clients::ClientsWords::ROWS,
        client::ClientWords::ROWS,
        decide::WorkWords::ROWS,
        decide::DecideWords::ROWS,
        machines::MachinesWords::ROWS,
        monthly::MonthlyWords::ROWS,
        bill::BillWords::ROWS,
        compare::CompareWords::ROWS,
        contracts::ContractsWords::ROWS,
        health::HealthWords::ROWS,
        sources::SourcesWords::ROWS,
        asset::AssetWords::ROWS,
        contract::QuoteWords::ROWS,
        super::paper::StatementWords::ROWS,
        super::paper::PackWords::ROWS,
    ];
    for row in pages.into_iter().flatten() {
        assert_eq!(names(row.1), names(row.2), "{}", row.0);
        assert!(!row.1.is_empty() && !row.2.is_empty(), "{}", row.0);
    }
}

/// The values a sentence names, sorted, once each; those that only choose a plural too.
fn names(sentence: &str) -> Vec<&str> {
    let mut names: Vec<&str> = sentence
        .split('{')
        .skip(1)
        .filter_map(|part| part.split_once('}'))
        .filter(|(name, _)| !name.contains(':'))
        .map(|(name, _)| name)
        .collect();
    names.sort_unstable();
    names.dedup();
    names
}

#[test]
fn every_refusal_in_the_sources_has_its_sentence() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut codes = BTreeMap::new();
    for folder in ["src", "domain/src"] {
        for file in source_files(&root.join(folder)) {
            let text = std::fs::read_to_string(&file).unwrap();
            let live = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
            for part in live.split("Refusal::new(").skip(1) {
                if let Some(code) = part.trim_start().strip_prefix('"').and_then(|part| part.split('"').next()) {
                    codes.insert(String::from(code), file.clone());
                }
            }
        }
    }
    assert!(codes.contains_key("page_unknown"), "the scan found nothing: {codes:?}");
    let said = |code: &str| refusal::FAMILIES.iter().any(|family| family.iter().any(|row| row.0 == code));
    let unknown: Vec<_> = codes.iter().filter(|(code, _)| !said(code)).collect();
    assert!(unknown.is_empty(), "refusals without a sentence: {unknown:#?}");
}

fn source_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(source_files(&path));
        } else if path.extension().is_some_and(|kind| kind == "rs") && !path.ends_with("tests.rs") {
            files.push(path);
        }
    }
    files
}

#[test]
fn an_unknown_code_stays_visible() {
    let odd = Refusal { code: "never_heard_of", ..Refusal::new("internal") }.with("client", "acme");
    assert_eq!(refusal::sentence(&odd, Language::Fr), "never_heard_of (client: acme)");
    assert_eq!(reason::words("odd_reason", Language::En), "odd_reason");
    assert_eq!(reason::words("odd:thing", Language::En), "odd:thing");
    assert_eq!(label::name(label::STATUSES, "odd", Language::Fr), "odd");
    assert_eq!(finding::sentence("odd", &[], Language::Fr), None);
    assert_eq!(label::seen("odd", 2, Language::En), "2 other devices seen");
}

#[test]
fn a_place_stands_in_front() {
    let wrong = Refusal::new("date_invalid").with("value", "31/02").in_file("annexe.csv").at_line(3).on("from");
    assert_eq!(
        refusal::sentence(&wrong, Language::En),
        "annexe.csv, line 3, field from: “31/02” is not a date written YYYY-MM-DD."
    );
    assert_eq!(
        refusal::sentence(&wrong, Language::Fr),
        "annexe.csv, ligne 3, champ from\u{a0}: «\u{a0}31/02\u{a0}» n’est pas une date écrite AAAA-MM-JJ."
    );
    let document = serde_json::to_value(refusal::document(&wrong, Language::En)).unwrap();
    assert_eq!(document["message"], "“31/02” is not a date written YYYY-MM-DD.");
    assert_eq!((document["line"].as_u64(), document["field"].as_str()), (Some(3), Some("from")));
}

#[test]
fn sentences_are_filled() {
    let rows = [("rows", "1"), ("day", "2026-11-24")];
    assert_eq!(fill("{rows} {rows:row|rows} on {day}", &rows, Language::En), "1 row on 24 Nov 2026");
    assert_eq!(fill("{rows:ligne|lignes} le {day}", &rows, Language::Fr), "ligne le 24/11/2026");
    assert_eq!(fill("{absent} {open", &rows, Language::Fr), "{absent} {open");
    assert_eq!(fill("{rows}", &[("rows", "{day}")], Language::Fr), "{day}", "a value is never filled again");
    assert_eq!(fill("{a}", &[("a", "\u{1b}[2Jx\u{202e}y")], Language::En), "\u{fffd}[2Jx\u{fffd}y");
    assert_eq!(say(&[("a", "x", "y")], "b", &[], Language::En), "b");
}

#[test]
fn numbers_are_written_as_each_language_does() {
    for (text, english, french) in [
        ("1234.56", "€1,234.56", "1\u{202f}234,56\u{202f}€"),
        ("-12.00", "−€12.00", "−12,00\u{202f}€"),
        ("0.00", "€0.00", "0,00\u{202f}€"),
        ("1234567", "€1,234,567", "1\u{202f}234\u{202f}567\u{202f}€"),
    ] {
        assert_eq!(number::amount(text, "EUR", Language::En), english);
        assert_eq!(number::amount(text, "EUR", Language::Fr), french);
    }
    assert_eq!(number::amount("5.00", "CHF", Language::En), "CHF\u{a0}5.00");
    assert_eq!(number::amount("5.00", "CHF", Language::Fr), "5,00\u{202f}CHF");
    assert_eq!(number::amount("what", "EUR", Language::En), "€what");
    assert_eq!(number::percent("20.00", Language::Fr), "20\u{202f}%");
    assert_eq!(number::percent("5.50", Language::En), "5.50%");
    assert_eq!((number::signed(1, Language::En), number::signed(-2, Language::En)), ("+1".into(), "−2".into()));
    let plural = |n| (number::agree(n, "1", "n", Language::En), number::agree(n, "1", "n", Language::Fr));
    assert_eq!([plural(0), plural(1), plural(2)], [("n", "1"), ("1", "1"), ("n", "n")]);
    assert_eq!(label::seen("laptop", 0, Language::Fr), "0 portable vu");
    assert_eq!(label::seen("mailbox", 2, Language::Fr), "2 boîtes mail vues");
    assert_eq!(number::total(["12.00", "-0.50", "1.255"]), Some(String::from("12.755")));
    assert_eq!(number::total(["12.00", "x"]), None);
    assert_eq!(number::total([]), Some(String::from("0.00")));
    assert_eq!(number::total(["-0.25"]), Some(String::from("-0.25")));
}

#[test]
fn dates_are_written_as_each_language_does() {
    let day = date(2026, 11, 4);
    assert_eq!(super::date::day(day, Language::Fr), "04/11/2026");
    assert_eq!(super::date::day(day, Language::En), "4 Nov 2026");
    assert_eq!(
        (super::date::short(day, Language::Fr), super::date::short(day, Language::En)),
        ("04/11".into(), "4 Nov".into())
    );
    assert_eq!(super::date::month(day, Language::Fr), "novembre 2026");
    let at = "2026-11-24T09:42:00Z".parse().unwrap();
    let paris = cadastre_domain::calendar::zone("Europe/Paris").unwrap();
    assert_eq!(super::date::instant(at, &paris, Language::Fr), "24/11/2026 10:42");
    for (now, short, words) in [
        ("2026-11-24T09:42:10Z", "0\u{a0}min", "à l’instant"),
        ("2026-11-24T10:42:00Z", "1\u{a0}h", "il y a 1\u{a0}heure"),
        ("2026-11-27T09:42:00Z", "3\u{a0}j", "il y a 3\u{a0}jours"),
        ("2026-11-24T08:00:00Z", "0\u{a0}min", "à l’instant"),
    ] {
        let now = now.parse().unwrap();
        assert_eq!(super::date::age(at, now, Language::Fr), short);
        assert_eq!(super::date::age_in_words(at, now, Language::Fr), words);
    }
}

#[test]
fn the_language_is_the_stored_choice_then_the_browser_then_the_locale() {
    let choose = |stored, header| Language::choose(stored, header, Language::Fr);
    assert_eq!(choose(Some("en"), Some("fr")), Language::En);
    assert_eq!(choose(Some("xx"), Some("en-GB,en;q=0.9")), Language::En);
    assert_eq!(choose(None, Some("de, fr;q=0.8, en;q=0.9")), Language::En);
    assert_eq!(choose(None, Some("en;q=0, fr;q=0.1")), Language::Fr);
    assert_eq!(choose(None, Some("de,*;q=0.5")), Language::Fr);
    assert_eq!(choose(None, Some("en;q=what,;;,=")), Language::Fr);
    assert_eq!(Language::of_tag("fr_FR.UTF-8"), Some(Language::Fr));
}

#[test]
fn months_hours_and_proofs_are_written_as_each_language_writes_them() {
    use super::{date as write, finding};
    for (month, title) in [("octobre 2026", "Relevé d’octobre 2026"), ("mars 2026", "Relevé de mars 2026")] {
        assert_eq!(fill("Relevé de {month}", &[("month", month)], Language::Fr), title);
    }
    let refusal = Refusal::new("close_too_early").with("month", "2026-10").with("from", "2026-11-01");
    let refusal = refusal.with("today", "2026-10-20");
    assert!(super::refusal::sentence(&refusal, Language::Fr).starts_with("Octobre 2026 pourra être clos"));
    assert!(
        bill::step("regularisation", &[("line", "L"), ("day", "2026-08-01")], Language::Fr).ends_with("d’août 2026")
    );
    for (text, english, french) in [
        ("mon-fri 08:30-18:00", "mon-fri 08:30-18:00", "lun-ven 08:30-18:00"),
        (
            "Lundi-Vendredi 9:00-12:00; sam 9:00-12:00",
            "mon-fri 9:00-12:00; sat 9:00-12:00",
            "lun-ven 9:00-12:00; sam 9:00-12:00",
        ),
        ("7j/7", "24/7", "24\u{a0}h/24, 7\u{a0}j/7"),
        ("when we are there", "when we are there", "when we are there"),
    ] {
        assert_eq!(
            (write::hours(text, Language::En), write::hours(text, Language::Fr)),
            (english.into(), french.into())
        );
    }
    assert_eq!(finding::proof("contact:88a0:2026-11-25T12:00:00Z", Language::Fr), "contact du 25/11/2026 12:00 UTC");
    assert_eq!(finding::proof("fact:126", Language::Fr), "fait n° 126 du registre");
    assert_eq!(finding::subject("late_fact", "portables 2026-05", Language::Fr), "portables, mai 2026");
    assert_eq!(finding::subject("missing", "pc 2026-05", Language::Fr), "pc 2026-05");
    assert_eq!(finding::subject("unknown_site_silent", "site:Lyon", Language::Fr), "Lyon");
    assert!(!finding::subject("source_stale", "source:sophos", Language::Fr).contains("source:"));
}
