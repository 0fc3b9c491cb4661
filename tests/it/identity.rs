//! `explain` on reports of the field, held against what a person who knows the machines expects: which lines are one device,
//! which never are, which ask a question, and what each device is.

use std::collections::{BTreeMap, BTreeSet};

use cadastre_kit::collector::alone_with_input;
use cadastre_kit::{Locale, source};
use serde_json::Value;

const CASES: &str = include_str!("../golden/identity/expected.json");

/// What `explain` says of some lines, by report id.
fn explained(lines: &[&str]) -> BTreeMap<String, Value> {
    let said = alone_with_input(Locale::English, &["explain", "--report", "-", "--json"], &lines.join("\n")).done();
    let documents = said.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    documents.map(|document| (document["report_id"].as_str().unwrap().to_owned(), document)).collect()
}

fn names(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|id| id.as_str().unwrap()).collect()
}

/// What is wrong with a case.
fn wrong(name: &str, case: &Value, told: &BTreeMap<String, Value>) -> Vec<String> {
    let asset = |id: &str| told[id]["asset"].as_str().unwrap();
    let mut wrong = Vec::new();
    for same in case["same"].as_array().unwrap() {
        let assets: BTreeSet<&str> = names(same).into_iter().map(asset).collect();
        if assets.len() != 1 {
            wrong.push(format!("{name}: {same} are one device, not {assets:?}"));
        }
    }
    for never in case["never"].as_array().unwrap() {
        let assets: BTreeSet<&str> = names(never).into_iter().map(asset).collect();
        if assets.len() != names(never).len() {
            wrong.push(format!("{name}: {never} are all different devices, not {assets:?}"));
        }
    }
    let asks = names(&case["reports"]).into_iter().any(|id| told[id]["decision"] == "task");
    match case["task"].as_str() {
        Some("some") if !asks => wrong.push(format!("{name}: no line asks a question")),
        Some("none") if asks => wrong.push(format!("{name}: a line asks a question")),
        _ => {}
    }
    for (id, accepted) in case["category"].as_object().unwrap() {
        if !names(accepted).contains(&told[id]["category"].as_str().unwrap()) {
            wrong.push(format!("{name}: {id} is one of {accepted}, not {}", told[id]["category"]));
        }
    }
    wrong
}

#[test]
fn explain_says_of_reports_of_the_field_what_a_person_expects_in_any_order() {
    let reports = std::fs::read_to_string(source::root().join("tests/golden/identity/reports.jsonl")).unwrap();
    let mut lines: Vec<&str> = reports.lines().filter(|line| !line.is_empty()).collect();
    let expected: Value = serde_json::from_str(CASES).unwrap();
    let mut first = None;
    for turn in 0..3 {
        let told = explained(&lines);
        assert_eq!(told.len(), lines.len(), "every line is explained");
        let cases = expected["cases"].as_object().unwrap();
        let wrong: Vec<String> = cases.iter().flat_map(|(name, case)| wrong(name, case, &told)).collect();
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        assert_eq!(&told, first.get_or_insert_with(|| told.clone()), "the order of the lines changes nothing");
        // Turned round, then every second line first.
        lines.reverse();
        if turn == 1 {
            let (even, odd): (Vec<_>, Vec<_>) = lines.iter().enumerate().partition(|(index, _)| index % 2 == 0);
            lines = even.into_iter().chain(odd).map(|(_, line)| *line).collect();
        }
    }
}
