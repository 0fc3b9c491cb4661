//! From a finding to a signed amendment; what contracts ask for and when; the bridge and the replay, which explain amounts.

use cadastre_kit::paper::{march_annex, march_contract};
use cadastre_kit::program::arg;
use cadastre_kit::{Agent, Collector, Locale, Machine};
use serde_json::{Value, json};

const CLIENT: &str = "atelier-martin";
const CONTRACT: &str = "C-2026-014";

fn of(verbs: &[&'static str]) -> Vec<&'static str> {
    [verbs, &["--client", CLIENT, "--contract", CONTRACT]].concat()
}

/// A collector where one laptop too many reports.
fn with_a_gap() -> (Collector, Agent) {
    let collector = Collector::start();
    collector.add_client(CLIENT);
    collector.import_contract(CLIENT, &march_contract(CLIENT).text());
    collector.import_annex(CLIENT, CONTRACT, "label;line;serial\nposte-1;laptops;PF200001K\n");
    let agent = Agent::enrolled(&Machine::laptop(9), &collector, CLIENT);
    agent.once().done();
    (collector, agent)
}

fn statuses(collector: &Collector) -> Vec<(String, String)> {
    let now = collector.json(&["reconcile", "--client", CLIENT]);
    let text = |row: &Value, key: &str| row[key].as_str().unwrap().to_owned();
    now["assets"].as_array().unwrap().iter().map(|row| (text(row, "name"), text(row, "status"))).collect()
}

#[test]
fn an_accepted_draft_becomes_the_contract_and_covers_the_device() {
    let (collector, _agent) = with_a_gap();
    assert!(statuses(&collector).contains(&("laptop-009".to_owned(), "uncovered".to_owned())));
    let today = collector.json(&["reconcile", "--client", CLIENT])["as_of"].as_str().unwrap().to_owned();
    let draft = [&of(&["draft", "amendment"])[..], &["--effective", &today]].concat();
    let told = collector.json(&draft);
    assert_eq!(
        (&told["number"], &told["amount_month"], &told["lines"][0]["count_then"]),
        (&json!(1), &json!("12.00"), &json!(25))
    );
    let text = collector.cli(&draft).done();
    let quote = [&of(&["draft", "quote"])[..], &["--effective", &today]].concat();
    let page = collector.cli_in(Locale::French, &quote).done();
    for text in ["Projet de devis", "laptop-009", "12,00\u{202f}€", "144,00\u{202f}€", "Bon pour accord"] {
        assert!(page.contains(text), "{text}: {page}");
    }
    assert!(collector.cli(&quote).done().contains("Draft quote"));

    let file = collector.file("avenant.toml", &text);
    let accept = |file: &std::path::Path, more: &[&str]| {
        let args = ["contract", "accept", arg(file), "--client", CLIENT, "--contract", CONTRACT, "--signed-on", &today];
        collector.cli(&[&args[..], more].concat())
    };
    let foreign = collector.file("foreign.toml", "client = \"other\"\n");
    assert_eq!(accept(&foreign, &["--json"]).error()["code"], "draft_foreign_key");
    let before = collector.export(CLIENT);
    let broken = collector.file("broken.toml", &text.replace("number = 1", "number = \"many\""));
    let refused = accept(&broken, &["--json"]).error();
    assert!(refused["line"].as_u64().is_some(), "{refused}");
    assert_eq!(collector.export(CLIENT), before, "nothing half applied");

    accept(&file, &[]).done();
    assert!(
        statuses(&collector).contains(&("laptop-009".to_owned(), "covered".to_owned())),
        "{:?}",
        statuses(&collector)
    );
    let recorded = collector.cli(&of(&["contract", "export"])).done();
    assert!(recorded.contains(&format!("signed_on = {today}\nnumber = 1")), "{recorded}");
    let kept = collector.file("kept.toml", &recorded);
    let again = collector.json(&["contract", "import", arg(&kept), "--client", CLIENT]);
    assert_eq!(again["changed"], false, "what is exported is what is recorded");
    let twice = accept(&file, &["--json"]);
    assert_eq!(twice.code, Some(1), "two amendments of one number: {twice:?}");
    let nothing = collector.cli(&[&draft[..], &["--json"]].concat()).error();
    assert_eq!(nothing["code"], "nothing_to_draft");

    // The base file again would lose what was signed.
    let base = collector.file("base.toml", &march_contract(CLIENT).text());
    let again = ["contract", "import", arg(&base), "--client", CLIENT];
    let dropped = collector.cli(&[&again[..], &["--json"]].concat()).error();
    assert_eq!((&dropped["code"], &dropped["field"]), (&json!("contract_drops_amendments"), &json!("--yes")));
    let said = collector.cli(&again).err;
    assert!(said.contains("Amendment 1, in force from") && said.contains(&format!("1 ({today})")), "{said}");
    assert!(said.contains("Bill of "), "what it costs is said: {said}");
    collector.cli(&[&again[..], &["--yes"]].concat()).done();
}

#[test]
fn a_seat_that_stands_empty_is_filled_before_the_count_rises() {
    let collector = Collector::start();
    collector.add_client(CLIENT);
    let fixed = march_contract(CLIENT).text().replace("mode = \"prorata\"", "mode = \"fixed\"");
    collector.import_contract(CLIENT, &fixed.replace("count = 25", "count = 2"));
    collector.import_annex(CLIENT, CONTRACT, "label;line;serial\nposte-1;laptops;PF200001K\n");
    let draft = |numbers: &[u8]| {
        let _agents: Vec<Agent> = numbers
            .iter()
            .map(|number| {
                let agent = Agent::enrolled(&Machine::laptop((*number).into()), &collector, CLIENT);
                agent.once().done();
                agent
            })
            .collect();
        collector.json(&of(&["draft", "amendment"]))
    };
    let one = draft(&[8]);
    assert_eq!((&one["amount_month"], &one["lines"][0]["count_then"]), (&json!("0.00"), &json!(2)), "{one}");
    assert!(!one["text"].as_str().unwrap().contains("count ="), "{one}");
    let findings = collector.json(&["reconcile", "--client", CLIENT])["findings"].clone();
    let uncovered = findings.as_array().unwrap().iter().find(|finding| finding["code"] == "uncovered").unwrap();
    assert_eq!(uncovered["amount_month"], "0.00");
    let two = draft(&[9]);
    assert_eq!((&two["amount_month"], &two["lines"][0]["count_then"]), (&json!("12.00"), &json!(3)), "{two}");
}

#[test]
fn an_annex_that_names_nobody_is_drafted_from_what_is_seen() {
    let collector = Collector::start();
    collector.add_client(CLIENT);
    collector.import_contract(CLIENT, &march_contract(CLIENT).text());
    let agent = Agent::enrolled(&Machine::laptop(9), &collector, CLIENT);
    agent.once().done();
    let draft = collector.json(&of(&["draft", "amendment"]));
    assert_eq!(draft["lines"][0]["devices"], json!(["laptop-009"]));
    assert!(
        draft["text"].as_str().unwrap().contains("[[annex]]\nlabel = \"laptop-009\"\nline = \"laptops\""),
        "{draft}"
    );
}

#[test]
fn what_was_issued_stands_before_and_what_no_bill_settles_is_said() {
    let collector = Collector::start();
    collector.add_client(CLIENT);
    let base = march_contract(CLIENT).text();
    collector.import_contract(CLIENT, &base);
    collector.import_annex(CLIENT, CONTRACT, &march_annex());
    for month in ["2026-03", "2026-04", "2026-05"] {
        collector.cli(&["bill", "close", "--client", CLIENT, "--period", month]).done();
    }
    let file = collector.file("dearer.toml", &base.replace("unit_price = \"12.00\"", "unit_price = \"13.00\""));
    let said = collector.cli(&["contract", "import", arg(&file), "--client", CLIENT, "--yes"]).err;
    let of = |month: &str| said.lines().find(|line| line.contains(month)).unwrap_or_else(|| panic!("{month}: {said}"));
    assert!(of("2026-03").contains("no bill settles"), "{said}");
    assert!(of("2026-04").contains("regularised") && of("2026-05").contains("regularised"), "{said}");
    assert!(of("2026-06").starts_with("Bill of"), "{said}");
    // Today's facts price March at 13.00; 311.23 was issued, and stays the figure before.
    let replay =
        ["bill", "replay", "--client", CLIENT, "--contract", arg(&file), "--from", "2026-03", "--to", "2026-03"];
    assert_eq!(collector.json(&replay)["actual"], "311.23");
    let asset = collector.json(&["assets", "--client", CLIENT])["assets"][0]["asset"].as_str().unwrap().to_owned();
    let decide =
        ["decide", "byod", &asset, "--client", CLIENT, "--effective", "2026-03-20", "--reason", "x", "--preview"];
    let beyond = collector.json(&decide)["beyond"].clone();
    assert_eq!((&beyond[0]["month"], &beyond[0]["before"]), (&json!("2026-03"), &json!("311.23")), "{beyond}");
    assert_eq!(beyond.as_array().unwrap().len(), 1);
    assert!(collector.cli(&decide).err.contains("no bill settles"));
}

#[test]
fn what_is_due_is_told_in_days_and_in_the_calendar() {
    let collector = Collector::start();
    collector.add_client(CLIENT);
    let text = march_contract(CLIENT).tail("exit_fee = { percent = \"50\" }\n").text();
    let head = text.replace("exit_fee = { percent = \"50\" }\n", "");
    let text = head.replacen("notice_months = 3", "notice_months = 3\nexit_fee = { percent = \"50\" }", 1)
        + "[[duties]]\nid = \"comite\"\nkind = \"committee\"\nlabel = \"Comité de pilotage\"\nevery_months = 2\n";
    collector.import_contract(CLIENT, &text);
    collector.import_annex(
        CLIENT,
        CONTRACT,
        "label;line;serial;owner;supplied_on;value;months\nposte-1;laptops;PF200001K;lessor;2023-01-01;900.00;24\n",
    );
    let alerts = collector.json(&["contract", "alerts", "--days", "30"]);
    let told: Vec<(&str, bool)> = alerts["events"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| (event["kind"].as_str().unwrap(), event["days_left"].as_i64().unwrap() < 0))
        .collect();
    assert!(told.contains(&("duty", true)) && told.contains(&("lease", true)), "{told:?}");
    let year = collector.json(&["contract", "alerts", "--client", CLIENT, "--days", "800"]);
    let kinds: Vec<&str> =
        year["events"].as_array().unwrap().iter().map(|event| event["kind"].as_str().unwrap()).collect();
    assert!(kinds.contains(&"notice") && kinds.contains(&"end"), "{kinds:?}");
    let french = collector.cli_in(Locale::French, &["contract", "alerts", "--days", "800"]).done();
    assert!(
        french.contains("dernier jour pour donner préavis") && french.contains("Comité de pilotage à réaliser"),
        "{french}"
    );

    let calendar = collector.cli(&["contract", "calendar", "--client", CLIENT]).done();
    assert_eq!(calendar.matches("BEGIN:VEVENT").count(), kinds.len(), "{calendar}");
    assert!(calendar.ends_with("END:VCALENDAR\r\n") && calendar.contains("BEGIN:VALARM"));
    let uids: std::collections::BTreeSet<&str> = calendar.lines().filter(|line| line.starts_with("UID:")).collect();
    assert_eq!(uids.len(), kinds.len());
    assert_eq!(calendar, collector.cli(&["contract", "calendar", "--client", CLIENT]).done());

    // 14 June 2026: 16 days of June and the seven months to the end of January 2027, half of 12.00 a month for one slot.
    let fee = collector.json(&[&of(&["contract", "exit-fee"])[..], &["--on", "2026-06-14"]].concat());
    assert_eq!((&fee["recurring_month"], &fee["exit_fee"]), (&json!("12.00"), &json!("45.20")));
}

#[test]
fn the_bridge_sums_exactly_and_a_replay_prices_the_past_under_another_contract() {
    let collector = Collector::start();
    collector.add_client(CLIENT);
    collector.import_contract(CLIENT, &march_contract(CLIENT).text());
    collector.import_annex(CLIENT, CONTRACT, &march_annex());
    for month in ["2026-03", "2026-04"] {
        let bridge = collector.json(&["bill", "bridge", "--client", CLIENT, "--period", month]);
        let row = &bridge["bridges"][0];
        let cents = |value: &Value| value.as_str().unwrap().replace('.', "").parse::<i64>().unwrap();
        let steps: i64 = row["steps"].as_array().unwrap().iter().map(|step| cents(&step["amount"])).sum();
        assert_eq!(cents(&row["before"]) + steps, cents(&row["after"]), "{bridge:#}");
        assert!(!row["steps"].as_array().unwrap().is_empty());
    }
    let replay = |text: &str| {
        let file = collector.file("other.toml", text);
        let args =
            ["bill", "replay", "--client", CLIENT, "--contract", arg(&file), "--from", "2026-03", "--to", "2026-04"];
        collector.json(&args)
    };
    let base = march_contract(CLIENT).text();
    let amounts = |document: &Value| -> Vec<(String, String)> {
        let text = |row: &Value, key: &str| row[key].as_str().unwrap().to_owned();
        document["months"].as_array().unwrap().iter().map(|row| (text(row, "actual"), text(row, "replayed"))).collect()
    };
    let pair = |actual: &str, replayed: &str| (actual.to_owned(), replayed.to_owned());
    // 25 by contract, whatever is there; 26 in April.
    let fixed = replay(&base.replace("mode = \"prorata\"", "mode = \"fixed\""));
    assert_eq!(amounts(&fixed), [pair("311.23", "300.00"), pair("312.00", "300.00")]);
    assert_eq!(fixed["difference"], "-23.23");
    // All at 10.00 from the 26th seat on: 26 seats until 9 March and from the 12th, 25 on the 10th and 11th.
    let tiers = "mode = \"volume\"\ntiers = [ { up_to = 25, unit_price = \"12.00\" }, { unit_price = \"10.00\" } ]";
    let volume = replay(&base.replace("mode = \"prorata\"", tiers).replace("unit_price = \"12.00\"\ncount", "count"));
    assert_eq!(amounts(&volume)[1], pair("312.00", "260.00"));
    // What is seen is billed; nothing was seen then, and annex entries hold their slots all the same.
    let unlimited = replay(&base.replace("admission = \"annex\"", "admission = \"unlimited\""));
    assert_eq!(amounts(&unlimited), [pair("311.23", "311.23"), pair("312.00", "312.00")]);
    assert_eq!(collector.export(CLIENT).matches("\"kind\":\"contract\"").count(), 1, "a replay writes nothing");
}

#[test]
fn a_client_is_erased_only_when_it_is_meant() {
    let (collector, _agent) = with_a_gap();
    assert_eq!(collector.cli(&["erase", "client", CLIENT, "--json"]).error()["code"], "erase_needs_yes");
    collector.cli(&["erase", "client", CLIENT, "--yes"]).done();
    assert_eq!(collector.cli(&["erase", "client", CLIENT, "--yes", "--json"]).error()["code"], "client_unknown");
    assert_eq!(collector.json(&["client", "list"])["clients"], json!([]));
}

#[test]
fn an_inventory_and_a_price_list_make_a_first_contract_that_covers_what_was_seen() {
    let collector = Collector::start();
    collector.add_client(CLIENT);
    let _agents = [1, 2].map(|number| {
        let agent = Agent::enrolled(&Machine::laptop(number), &collector, CLIENT);
        agent.once().done();
        agent
    });
    let list = "Name;Serial;Category\nsrv-1;SRV00001X;server\nimp-1;PRN00001X;printer\n";
    let list = collector.file("console.csv", list);
    collector.cli(&["import", "csv", arg(&list), "--source", "console", "--client", CLIENT]).done();
    let today = collector.json(&["reconcile", "--client", CLIENT])["as_of"].as_str().unwrap().to_owned();
    let prices = collector.file("prices.csv", "Catégorie;Prix unitaire\nPortable;12,50\nserver;90.00\n");
    let quote = collector.file("quote.html", "");
    let asked = ["draft", "contract", "--client", CLIENT, "--contract", "AUDIT-1", "--effective", &today];
    let asked = [&asked[..], &["--prices", arg(&prices)]].concat();
    let told = collector.json(&asked);
    assert_eq!((&told["amount_month"], &told["amount_year"]), (&json!("115.00"), &json!("1380.00")));
    assert_eq!(told["unpriced"], json!([["imp-1", "printer"]]));

    let text = collector.cli_in(Locale::French, &[&asked[..], &["--quote", arg(&quote)]].concat()).done();
    let page = std::fs::read_to_string(&quote).unwrap();
    for text in ["Projet de devis", "Serveur", "srv-1", "115,00\u{202f}€", "Le devis signé devient le contrat", "imp-1"]
    {
        assert!(page.contains(text), "{text}: {page}");
    }
    let file = collector.file("audit.toml", &text);
    collector.cli(&["contract", "import", arg(&file), "--client", CLIENT]).done();
    let covered = statuses(&collector).into_iter().filter(|(_, status)| status == "covered").count();
    assert_eq!(covered, 3);

    let twice = collector.cli(&[&asked[..], &["--json"]].concat()).error();
    assert_eq!(twice["code"], "contract_exists");
    let bad = collector.file("bad.csv", "category;price\nlaptop;12\nspaceship;1\n");
    let refused = ["draft", "contract", "--client", CLIENT, "--contract", "AUDIT-2", "--prices", arg(&bad), "--json"];
    let refused = collector.cli(&refused).error();
    assert_eq!((&refused["code"], &refused["line"]), (&json!("invoice_category_unknown"), &json!(3)));
}
