//! A folder that another collector holds, a collector that is not there, an export that was altered, lines that are no reports.

use std::fmt::Write as _;

use cadastre_kit::collector::{alone, alone_with_input, import_client};
use cadastre_kit::program::arg;
use cadastre_kit::{Collector, Locale};
use serde_json::Value;

use super::*;

#[test]
fn a_second_collector_on_the_folder_is_refused_and_the_first_goes_on() {
    let collector = collector();
    let before = collector.export(CLIENT);
    refused(
        |locale, args| collector.cli_in(locale, args),
        &["serve"],
        &because("data_dir_in_use", &[arg(&collector.data())]),
    );
    assert_eq!(collector.export(CLIENT), before);
    assert!(collector.data().join("endpoints.json").exists(), "the running collector's addresses are still told");
    collector.add_client("another");
}

#[test]
fn without_a_collector_a_command_says_so() {
    let collector = Collector::prepare();
    let expected = because("collector_not_running", &["admin.sock", "serve"]);
    refused(|locale, args| collector.cli_in(locale, args), &["client", "list"], &expected);
    assert!(!collector.data().exists(), "asking makes no folder");
}

#[test]
fn an_export_that_was_altered_is_not_imported() {
    let source = collector();
    let facts = source.export(CLIENT);
    let target = Collector::start();
    let import = |name: &str, text: &str| {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("facts.jsonl"), text).unwrap();
        let said = target.cli(&["import", "client", arg(folder.path()), "--json"]);
        let code = said.error()["code"].as_str().unwrap().to_owned();
        assert!(code.starts_with("export_"), "{name}: {said:?}");
        refused(
            |locale, args| target.cli_in(locale, args),
            &["import", "client", arg(folder.path())],
            &Expected { line: said.error()["line"].as_u64(), field: None, code: &code, words: &[] },
        );
        let clients = target.json(&["client", "list"]);
        assert_eq!(clients["clients"].as_array().unwrap().len(), 0, "{name}: half a client was imported");
    };
    import("a price", &facts.replacen("12.00", "13.00", 1));
    let short: String = facts.lines().take(facts.lines().count() - 1).fold(String::new(), |mut text, line| {
        let _ = writeln!(text, "{line}");
        text
    });
    import("its end", &short);
    let without_second: String =
        facts.lines().enumerate().filter(|(index, _)| *index != 2).fold(String::new(), |mut text, (_, line)| {
            let _ = writeln!(text, "{line}");
            text
        });
    import("a fact", &without_second);
    import("another file", "label;line\na;b\n");
    import("nothing", "");
    // The sound one still comes in.
    import_client(&target, &facts).done();
}

#[test]
fn explain_names_the_wrong_lines_and_explains_the_rest() {
    let sound = |id: &str, serial: &str| {
        let uuid = serial.bytes().fold(0x7a3b_0000_u64, |sum, byte| sum * 31 % 0xffff_ffff + u64::from(byte));
        format!(
            "{{\"report_id\":\"{id}\",\"sections\":{{\"firmware\":{{\"outcome\":\"ok\",\"data\":{{\"system\":{{\"serial\":\"{serial}\",\"manufacturer\":\"Dell Inc.\",\"uuid\":\"4c4c4544-0042-3510-8051-{uuid:012x}\"}}}}}}}}}}"
        )
    };
    let lines = [
        sound("a", "5CD1234XYZ"),
        "{\"report_id\":".to_owned(),
        sound("b", "5CD1234XYZ"),
        "{\"sections\":{}}".to_owned(),
        sound("c", "5CD9999AAA"),
        sound("c", "5CD9999AAB"),
        sound("a", "5CD1234XYZ"),
        "[1,2]".to_owned(),
    ];
    let input = lines.join("\n");
    let args = ["explain", "--report", "-"];
    let said = alone_with_input(Locale::English, &[&args[..], &["--json"]].concat(), &input);
    let explained: Vec<Value> = said.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let shown: Vec<(&str, &str, &str)> = explained
        .iter()
        .map(|line| ["report_id", "decision", "asset"].map(|key| line[key].as_str().unwrap()))
        .map(|[id, decision, asset]| (id, decision, asset))
        .collect();
    assert_eq!(said.code, Some(1));
    assert_eq!(shown[..2], [("a", "new", "a"), ("b", "link", "a")], "{shown:?}");
    let refused: Vec<(u64, String)> = said
        .err
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .filter(|error| error["line"].is_u64())
        .map(|error| (error["line"].as_u64().unwrap(), error["code"].as_str().unwrap().to_owned()))
        .collect();
    let numbers: Vec<u64> = refused.iter().map(|(line, _)| *line).collect();
    assert!([2, 4, 6, 8].iter().all(|line| numbers.contains(line)), "{refused:?}");
    assert!(!numbers.iter().any(|line| [1, 3, 7].contains(line)), "{refused:?}");
    assert!(refused.contains(&(6, "report_id_twice".to_owned())), "{refused:?}");
    let wrong = "{\"report_id\":\"x\",\"kind\":\"alien\"}\n{\"report_id\":5}\n";
    let said = alone_with_input(Locale::English, &[&args[..], &["--json"]].concat(), wrong);
    let fields: Vec<(u64, String)> = said
        .err
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .filter_map(|error| Some((error["line"].as_u64()?, error["field"].as_str()?.to_owned())))
        .collect();
    assert_eq!(fields, [(1, "kind".to_owned()), (2, "report_id".to_owned())], "{said:?}");
    for (locale, word) in [(Locale::English, "line 2"), (Locale::French, "ligne 2")] {
        let said = alone_with_input(locale, &args, &input);
        assert!(said.code == Some(1) && said.err.contains(word), "{said:?}");
        assert_eq!(said.out.lines().count(), explained.len());
    }
}

#[test]
fn usage_errors_exit_with_2() {
    for args in [&["reconcile"][..], &["bill", "preview", "--client", "a", "--period", "March"], &["fly"]] {
        assert_eq!(alone(Locale::English, args).code, Some(2), "{args:?}");
    }
}
