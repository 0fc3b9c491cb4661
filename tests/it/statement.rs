//! The client as witness: a month's statement tells what was done and with which delays, the client signs it, and an edit
//! of history shows at the provider's and at whoever holds an export.

use cadastre_kit::collector::import_client;
use cadastre_kit::paper::{march_annex, march_contract};
use cadastre_kit::program::arg;
use cadastre_kit::{Agent, Collector, Locale, Machine};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

const CLIENT: &str = "atelier-martin";
const CONTRACT: &str = "C-2026-014";

/// Friday 6 March 2026, 17:30 Paris: answered on Monday at 09:00 (90 minutes of contract hours, 120 promised), solved on Monday at
/// 13:00 (330 minutes, 240 promised). The second was never opened by a demand.
const USAGE: &str = "key;contract;line;date;minutes;tickets;nature;asset;means;opened_at;answered_at;solved_at;label\n\
    u-1;C-2026-014;laptops;2026-03-09;45;0;corrective;laptop-001;remote;2026-03-06T17:30;2026-03-09T09:00;2026-03-09T13:00;Screen stays black\n\
    u-2;C-2026-014;laptops;2026-03-12;90;0;preventive;;on site;;;;Quarterly visit\n\
    u-3;C-2026-014;laptops;2026-03-20;30;0;palliative;laptop-002;remote;2026-03-20T09:00;2026-03-20T09:30;2026-03-20T10:00;Mail rule\n";

fn contract() -> String {
    let text = march_contract(CLIENT)
        .tail("[[parties]]\nrole = \"provider\"\nname = \"Infogérance du Rhône SAS\"\nsiren = \"552100554\"\n")
        .tail("[[duties]]\nid = \"restore\"\nkind = \"restore_test\"\nlabel = \"Test annuel\"\nevery_months = 6\n")
        .text();
    let sla = "sla = { hours = \"mon-fri 08:00-18:00\", response = \"PT2H\", resolution = \"PT4H\" }";
    text.replace("count = 25", &format!("count = 25\n{sla}"))
}

fn told() -> Collector {
    let collector = Collector::start();
    collector.add_client(CLIENT);
    collector.import_contract(CLIENT, &contract());
    collector.import_annex(CLIENT, CONTRACT, &march_annex());
    let usage = collector.file("usage.csv", USAGE);
    collector.cli(&["usage", "import", arg(&usage), "--client", CLIENT]).done();
    collector
}

fn statement(collector: &Collector, period: &str) -> Value {
    collector.json(&["statement", "show", "--client", CLIENT, "--period", period])
}

#[test]
fn it_tells_movements_interventions_delays_and_duties() {
    let collector = told();
    let march = statement(&collector, "2026-03");
    assert_eq!((&march["start"], &march["end"]), (&json!("2026-03-01"), &json!("2026-03-31")));
    assert_eq!(march["provider"], json!({"name": "Infogérance du Rhône SAS", "siren": "552100554"}));
    let moved: Vec<(&str, &str, &str)> = rows(&march["movements"], ["kind", "day", "slot"]);
    assert_eq!(moved, [("out", "2026-03-09", "laptop-027"), ("in", "2026-03-12", "laptop-026")]);

    let first = &march["interventions"][0];
    assert_eq!(first["answer"], json!({"minutes": 90, "promised": 120, "kept": true}));
    assert_eq!(first["solution"], json!({"minutes": 330, "promised": 240, "kept": false}));
    let unasked = &march["interventions"][1];
    assert_eq!(unasked["answer"], json!({"minutes": null, "promised": null, "kept": null}));
    assert_eq!(march["promises"][0]["answered"], json!([2, 2]));
    assert_eq!(march["promises"][0]["solved"], json!([1, 2]));
    let sum = |word: &str, minutes: u64| json!({"word": word, "count": 1, "minutes": minutes, "tickets": 0});
    assert_eq!(march["by_nature"], json!([sum("corrective", 45), sum("palliative", 30), sum("preventive", 90)]));
    assert_eq!(march["by_means"][1], json!({"word": "remote", "count": 2, "minutes": 75, "tickets": 0}));

    // Six months after the contract's first day; attested later, it is due six months after that.
    assert_eq!((&march["duties"][0]["due"], &march["duties"][0]["overdue"]), (&json!("2026-08-01"), &json!(false)));
    let late = statement(&collector, "2026-08");
    assert_eq!(late["duties"][0]["overdue"], true);
    let args =
        ["decide", "attest", "--client", CLIENT, "--effective", "2026-07-15", "--reason", "done", "--duty", "restore"];
    collector.cli(&[&args[..], &["--result", "passed"]].concat()).done();
    let attested = statement(&collector, "2026-08");
    assert_eq!(
        (&attested["duties"][0]["last"], &attested["duties"][0]["due"]),
        (&json!("2026-07-15"), &json!("2027-01-15"))
    );

    // What was missed and what was only patched is to be settled.
    let codes: Vec<&str> =
        march["findings"].as_array().unwrap().iter().map(|row| row["code"].as_str().unwrap()).collect();
    assert!(codes.contains(&"sla_missed") && codes.contains(&"palliative_open"), "{codes:?}");
    let repaired = USAGE.lines().next().unwrap().to_owned()
        + "\nu-4;C-2026-014;laptops;2026-03-25;15;0;corrective;laptop-002;remote;;;;Mail rule, for good\n";
    let usage = collector.file("more.csv", &repaired);
    collector.cli(&["usage", "import", arg(&usage), "--client", CLIENT]).done();
    let after = statement(&collector, "2026-03");
    let codes: Vec<&str> =
        after["findings"].as_array().unwrap().iter().map(|row| row["code"].as_str().unwrap()).collect();
    assert!(!codes.contains(&"palliative_open"), "{codes:?}");
}

#[test]
fn it_names_equipment_that_is_old_short_of_memory_or_out_of_support() {
    let collector = told();
    let old = Machine::laptop(1)
        .file("/proc/meminfo", "MemTotal:        3972844 kB\n")
        .dmi("bios_date", "03/14/2019")
        .file("/etc/os-release", "NAME=\"Debian GNU/Linux\"\nVERSION_ID=\"9\"\nID=debian\nSUPPORT_END=2022-06-30\n");
    Agent::enrolled(&old, &collector, CLIENT).once().done();
    Agent::enrolled(&Machine::laptop(2), &collector, CLIENT).once().done();
    let now = collector.json(&["statement", "show", "--client", CLIENT]);
    let named: Vec<&str> =
        now["equipment"].as_array().unwrap().iter().map(|row| row["name"].as_str().unwrap()).collect();
    assert_eq!(named, ["laptop-001"], "{}", now["equipment"]);
    let codes: Vec<(&str, Option<u64>)> = now["equipment"][0]["reasons"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (row["code"].as_str().unwrap(), row["memory_tenths_gib"].as_u64()))
        .collect();
    assert_eq!(codes, [("too_old_firmware", None), ("short_of_memory", Some(37)), ("out_of_support", None)]);
    // The annex knows better when it was supplied.
    collector.import_annex(CLIENT, CONTRACT, "label;supplied_on\nlaptop-001;2025-01-10\n");
    let now = collector.json(&["statement", "show", "--client", CLIENT]);
    assert_eq!(now["equipment"][0]["reasons"][0]["code"], "short_of_memory");
}

#[test]
fn the_page_speaks_french_and_english_and_stands_alone() {
    let collector = told();
    let args = ["statement", "show", "--client", CLIENT, "--period", "2026-03"];
    let french = collector.cli_in(Locale::French, &args).done();
    let english = collector.cli(&args).done();
    assert!(french.contains("<html lang=\"fr\">") && french.contains("Relevé de mars 2026"), "{french}");
    for text in ["Délais tenus", "1 h 30 min", "dépassé", "Test annuel", "311,23\u{202f}€", "Lu et approuvé"] {
        assert!(french.contains(text), "{text}: {french}");
    }
    for text in ["Statement of March 2026", "missed", "€311.23", "Read and agreed", "Infogérance du Rhône SAS"] {
        assert!(english.contains(text), "{text}: {english}");
    }
    for page in [&french, &english] {
        assert!(!page.contains("http") && !page.contains("<script") && !page.contains("<link"), "loads nothing");
    }
    assert_eq!(english, collector.cli(&args).done(), "the same facts give the same bytes");
}

#[test]
fn a_signature_binds_the_page_and_the_ledger_and_an_edit_of_history_shows() {
    let collector = told();
    let page = collector.file("page.html", "");
    collector.cli(&["statement", "show", "--client", CLIENT, "--period", "2026-03", "--out", arg(&page)]).done();
    let hash: String = Sha256::digest(std::fs::read(&page).unwrap()).iter().map(|byte| format!("{byte:02x}")).collect();
    // The client takes its time: other facts are recorded before the signed page comes back.
    collector.import_annex(CLIENT, CONTRACT, "label;to\nlaptop-025;2026-04-30\n");
    let sign =
        ["statement", "sign", "--client", CLIENT, "--name", "Anne Martin", "--role", "gérante", "--on", "2026-04-03"];
    let with = |more: &[&str]| collector.cli(&[&sign[..], more].concat());
    with(&["--period", "2026-03", "--file", arg(&page)]).done();

    let verify = ["statement", "verify", "--client", CLIENT, "--json"];
    let held = collector.cli(&verify).json();
    let signature = &held["signatures"][0];
    assert_eq!((&held["ledger_intact"], &signature["statement"]), (&json!(true), &json!(hash)));
    assert_eq!(signature["name"], "Anne Martin");
    let said = collector.cli(&["statement", "verify", "--client", CLIENT, "--file", arg(&page)]);
    assert!(said.code == Some(0) && said.err.contains("Anne Martin"), "{said:?}");

    // Another page than the signed one, another month's, and no statement at all.
    let other = collector.file("other.html", &std::fs::read_to_string(&page).unwrap().replace("311.23", "211.23"));
    let refused = |said: cadastre_kit::Said, code: &str| assert_eq!(said.error()["code"], code, "{said:?}");
    refused(collector.cli(&[&verify[..], &["--file", arg(&other)]].concat()), "statement_not_signed");
    refused(with(&["--period", "2026-04", "--file", arg(&page), "--json"]), "statement_of_another");
    let text = collector.file("text.html", "hello");
    refused(with(&["--period", "2026-03", "--file", arg(&text), "--json"]), "statement_unreadable");
    refused(with(&["--period", "2099-03", "--json"]), "statement_month_running");
    refused(with(&["--period", "2026-03", "--file", arg(&other), "--json"]), "statement_altered");
    let on = |day: &'static str| ["--period", "2026-03", "--file", arg(&page), "--json", "--on", day];
    let dated = |day: &'static str| collector.cli(&[&sign[..8], &on(day)].concat());
    refused(dated("2026-03-30"), "signature_too_early");
    refused(dated("2999-01-01"), "signature_in_future");
    // The other language's page is the same statement.
    let french = collector.file("releve.html", "");
    let show = ["statement", "show", "--client", CLIENT, "--period", "2026-03", "--out", arg(&french)];
    collector.cli_in(Locale::French, &show).done();
    with(&["--period", "2026-03", "--file", arg(&french)]).done();
    let forged = std::fs::read_to_string(&page)
        .unwrap()
        .replace(held["signatures"][0]["head"].as_str().unwrap(), &"0".repeat(64));
    let forged = collector.file("forged.html", &forged);
    refused(with(&["--period", "2026-03", "--file", arg(&forged), "--json"]), "head_unknown");

    // Whoever holds the export sees the edit too: a usage row of before the signature is made dearer.
    let facts = collector.export(CLIENT);
    let second = Collector::start();
    let whole = import_client(&second, &facts);
    assert!(whole.code == Some(0) && !whole.err.contains("changed"), "{whole:?}");
    assert_eq!(second.cli(&verify).json()["signatures"], collector.cli(&verify).json()["signatures"]);

    let third = Collector::start();
    let told = import_client(&third, &sealed_again(&facts.replace("\"minutes\":45", "\"minutes\":450")));
    assert!(told.code == Some(0) && told.err.contains("no longer has the head written down with 2026-03"), "{told:?}");
    refused(third.cli(&verify), "ledger_broken");
    let fourth = Collector::start();
    assert_eq!(
        import_client(&fourth, &facts.replace("\"minutes\":45", "\"minutes\":450")).code,
        Some(1),
        "export_altered"
    );
}

/// An export whose last line is made right again after an edit: what a forger would do.
fn sealed_again(facts: &str) -> String {
    let lines: Vec<&str> = facts.lines().collect();
    let (last, body) = lines.split_last().unwrap();
    let mut hash = Sha256::new();
    body.iter().for_each(|line| hash.update(format!("{line}\n")));
    let hex: String = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    let trailer: Value = serde_json::from_str(last).unwrap();
    format!("{}\n{{\"lines\":{},\"sha256\":\"{hex}\"}}\n", body.join("\n"), trailer["lines"])
}

fn rows<'a>(value: &'a Value, keys: [&str; 3]) -> Vec<(&'a str, &'a str, &'a str)> {
    let text = |row: &'a Value, key: &str| row[key].as_str().unwrap();
    value.as_array().unwrap().iter().map(|row| (text(row, keys[0]), text(row, keys[1]), text(row, keys[2]))).collect()
}
