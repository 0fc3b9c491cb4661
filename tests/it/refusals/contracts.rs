//! Contracts and annexes that cannot be read or cannot be meant: refused whole, with file, line and field.

use cadastre_kit::collector::alone;
use cadastre_kit::paper::march_contract;
use cadastre_kit::program::arg;

use super::*;

/// The remark of the linter on a contract file, and the refusal of both commands that read it.
#[track_caller]
fn contract_refused(collector: &Collector, text: &str, line: u64, words: &[&str]) {
    let file = collector.file("bad.toml", text);
    let check = ["contract", "check", arg(&file)];
    refused(alone, &check, &because("contract_unsound", &["bad.toml"]));
    assert!(!alone(Locale::English, &check).err.contains("recorded"), "a check records nothing and says nothing of it");
    let import = ["contract", "import", arg(&file), "--client", CLIENT];
    refused_whole(collector, &import, &because("contract_has_errors", &["bad.toml", "nothing was recorded"]));
    let said = collector.cli(&import);
    let errors: Vec<&str> = said.err.lines().filter(|line| line.starts_with("error: ")).collect();
    let meant =
        |error: &&&str| error.contains(&format!("line {line}")) && words.iter().all(|word| error.contains(word));
    assert!(errors.iter().any(|error| meant(&error)), "line {line} with {words:?} is not said: {errors:#?}");
    let french = collector.cli_in(Locale::French, &import);
    let errors: Vec<&str> = french.err.lines().filter(|line| line.starts_with("erreur")).collect();
    assert!(errors.iter().any(|error| error.contains(&format!("ligne {line}"))), "{errors:?}");
}

/// The line of a text, from 1, on which a word stands first.
fn line_of(text: &str, word: &str) -> u64 {
    let line = text.lines().position(|line| line.contains(word)).unwrap();
    u64::try_from(line + 1).unwrap()
}

#[test]
fn contracts_with_an_error_are_refused_with_their_line() {
    let collector = collector();
    let good = march_contract(CLIENT).text();

    let unknown = good.replace("unit_price", "prize");
    contract_refused(&collector, &unknown, line_of(&unknown, "prize"), &["prize"]);
    let negative = good.replace("unit_price = \"12.00\"", "unit_price = \"-12.00\"");
    contract_refused(&collector, &negative, line_of(&negative, "-12.00"), &["unit_price"]);
    let keys = "mode = \"prorata\"\nunit_price = \"3.00\"\ncount = 1";
    let twice = march_contract(CLIENT).line("laptops", "server", keys).text();
    let second = twice.lines().count() - twice.lines().rev().position(|line| line == "id = \"laptops\"").unwrap();
    contract_refused(&collector, &twice, u64::try_from(second).unwrap(), &["laptops"]);
    let broken = good.replace("notice_months = 3", "notice_months = = 3");
    contract_refused(&collector, &broken, line_of(&broken, "= = 3"), &[]);
}

#[test]
fn a_contract_of_another_client_is_refused() {
    let collector = collector();
    let file = collector.file("other.toml", &march_contract("another").text());
    let import = ["contract", "import", arg(&file), "--client", CLIENT];
    let expected = Expected { field: Some("client"), ..because("contract_other_client", &["another", CLIENT]) };
    refused_whole(&collector, &import, &expected);
}

#[test]
fn annexes_with_a_wrong_row_are_refused_whole_with_the_line() {
    let collector = collector();
    let import = |name: &str, csv: &str, expected: Expected<'_>| {
        let file = collector.file(name, csv);
        let args = ["annex", "import", arg(&file), "--client", CLIENT, "--contract", CONTRACT];
        refused_whole(&collector, &args, &expected);
        let error = collector.cli(&[&args[..], &["--json"]].concat()).error();
        assert_eq!(error["file"], arg(&file), "the file is not named");
        assert!(sentence(&collector.cli(&args)).contains(name), "the file is not said");
    };
    let at = |line, code, field, words| Expected { line: Some(line), field, ..because(code, words) };
    // The first row is good every time: a file is taken whole or not at all.
    let good = "label;line;serial;from;to\nnew-1;laptops;PF3NEW01;2026-04-01;\n";
    import(
        "long.csv",
        &format!("{good}new-2;laptops;PF3NEW02;2026-04-01;;;\n"),
        at(3, "table_row_length", None, &["7"]),
    );
    import("quote.csv", &format!("{good}\"new-2;laptops;PF3NEW02;2026-04-01;\n"), at(3, "table_row_length", None, &[]));
    import("day.csv", &format!("{good}new-2;laptops;PF3NEW02;soon;\n"), at(3, "date_invalid", Some("from"), &["soon"]));
    import("empty.csv", &format!("{good};laptops;PF3NEW02;2026-04-01;\n"), at(3, "cell_empty", Some("label"), &[]));
    import(
        "twice.csv",
        &format!("{good}new-1;laptops;PF3NEW02;2026-04-01;\n"),
        at(3, "label_twice", Some("label"), &["new-1"]),
    );
    import(
        "serial.csv",
        &format!("{good}new-2;laptops;PF3-new01;2026-04-01;\n"),
        at(3, "serial_twice", Some("serial"), &["new-1", "new-2"]),
    );
    import(
        "line.csv",
        &format!("{good}new-2;desktops;;2026-04-01;\n"),
        at(3, "line_not_in_contract", Some("line"), &["desktops", "laptops"]),
    );
    import(
        "early.csv",
        &format!("{good}new-2;laptops;;2026-01-31;\n"),
        at(3, "annex_before_contract", Some("from"), &["31 Jan 2026"]),
    );
    import(
        "back.csv",
        &format!("{good}new-2;laptops;;2026-04-02;2026-04-01\n"),
        at(3, "annex_ends_before", Some("to"), &["1 Apr 2026"]),
    );
    let head = "label;line;serial;from;value;mac;owner\nnew-1;laptops;PF3NEW01;2026-04-01;;;\n";
    let with = |cells: &str| format!("{head}new-2;laptops;;2026-04-01;{cells}\n");
    import("value.csv", &with("douze;;"), at(3, "money_form", Some("value"), &["douze"]));
    import("mac.csv", &with(";zz:zz;"), at(3, "mac_invalid", Some("mac"), &["zz:zz"]));
    import("owner.csv", &with(";;martien"), at(3, "unknown_value", Some("owner"), &["lessor"]));
    import("from.csv", &format!("{good}new-2;laptops;;;\n"), at(3, "annex_from_needed", Some("from"), &["new-2"]));
    import(
        "column.csv",
        "label;line;colour\nnew-1;laptops;red\n",
        at(1, "column_unknown", Some("colour"), &["serial"]),
    );
    import("nothing.csv", "", because("table_empty", &[]));
}
