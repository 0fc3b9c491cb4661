//! The main path: a machine's report becomes an explained billing line, and what the machine's people decide changes it.

use cadastre_kit::collector::import_client;
use cadastre_kit::paper::Contract;
use cadastre_kit::program::arg;
use cadastre_kit::{Agent, Collector, Machine};
use cadastre_proto::pack;
use serde_json::Value;

const CLIENT: &str = "atelier-martin";

/// Laptops are admitted by themselves, three at most; servers are in no line.
fn contract() -> Contract {
    let keys = "mode = \"prorata\"\nadmission = \"auto\"\nunit_price = \"12.50\"\ncount = 3";
    Contract::new("C-1", CLIENT, "2026-02-01").line("laptops", "laptop", keys)
}

fn collector() -> Collector {
    let collector = Collector::start();
    collector.add_client(CLIENT);
    collector.import_contract(CLIENT, &contract().text());
    collector
}

fn reconcile(collector: &Collector) -> Value {
    collector.json(&["reconcile", "--client", CLIENT])
}

/// The one asset of the client.
fn only(collector: &Collector) -> Value {
    let document = reconcile(collector);
    let assets = document["assets"].as_array().unwrap();
    assert_eq!(assets.len(), 1, "{document}");
    assets[0].clone()
}

fn strings(value: &Value) -> Vec<&str> {
    value.as_array().unwrap().iter().map(|item| item.as_str().unwrap()).collect()
}

/// The facts of a client without its contact hours, which grow with the clock.
fn facts(collector: &Collector) -> Vec<Value> {
    let lines = collector.export(CLIENT);
    let lines = lines.lines().map(|line| serde_json::from_str(line).unwrap());
    lines.filter(|line: &Value| line.get("contact").is_none() && line.get("lines").is_none()).collect()
}

fn reports(facts: &[Value]) -> usize {
    facts.iter().filter(|line| line["fact"]["kind"] == "report").count()
}

/// `R2(quantity·price/base)` in cents, price with two decimals, half away from zero.
fn cents(quantity: i64, price: &str, base: i64) -> i64 {
    let price: i64 = price.replace('.', "").parse().unwrap();
    (2 * quantity * price + base).div_euclid(2 * base)
}

fn amount(cents: i64) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}

#[test]
fn a_reported_laptop_is_covered_by_an_auto_line_and_its_amount_recomputes_from_the_slot_days() {
    let collector = collector();
    let agent = Agent::enrolled(&Machine::laptop(1), &collector, CLIENT);
    // Enrolling sends no fact about the machine.
    assert_eq!(reconcile(&collector)["assets"].as_array().unwrap().len(), 0);
    assert_eq!(agent.once().json()["pushed"], true);

    let document = reconcile(&collector);
    let asset = only(&collector);
    assert_eq!((&asset["name"], &asset["category"]), (&"laptop-001".into(), &"laptop".into()));
    assert_eq!((&asset["status"], &asset["state"]), (&"covered".into(), &"active".into()));
    assert_eq!((&asset["line"], &asset["slot"]), (&"laptops".into(), &"laptops-001".into()));
    assert_eq!(strings(&asset["reasons"]), ["admitted", "seen"]);
    assert_eq!(asset["sources"][0]["source"], "agent");
    let line = &document["lines"][0];
    let counts = ["contracted", "observed", "covered", "billable", "gap"].map(|key| line[key].as_i64().unwrap());
    assert_eq!(counts, [3, 1, 1, 1, -2]);

    let today = document["as_of"].as_str().unwrap();
    let month = &today[..7];
    let days = collector.json(&["bill", "days", "--client", CLIENT, "--period", month]);
    let row = &days["slots"][0];
    assert_eq!((&row["slot"], &row["runs"][0]["start"]), (&"laptops-001".into(), &today.into()));
    assert_eq!(strings(&row["assets"]), [asset["asset"].as_str().unwrap()]);
    let last: i64 = days["period"]["end"].as_str().unwrap()[8..].parse().unwrap();
    let first: i64 = today[8..].parse().unwrap();
    let counted = row["days"].as_i64().unwrap();
    assert_eq!(counted, last - first + 1, "from today to the end of the month");

    let bill = collector.json(&["bill", "preview", "--client", CLIENT, "--period", month]);
    let billed = &bill["lines"][0];
    assert_eq!((&billed["quantity"], &billed["price_base"]), (&counted.into(), &last.into()));
    let net = cents(counted, "12.50", last);
    assert_eq!(billed["amount"], amount(net));
    assert_eq!(bill["vat"][0]["amount"], amount(cents(net, "20.00", 10_000)));
}

#[test]
fn an_asset_explains_itself_down_to_the_values_read() {
    let collector = collector();
    let agent = Agent::enrolled(&Machine::laptop(1), &collector, CLIENT);
    agent.once().done();
    let id = only(&collector)["asset"].as_str().unwrap().to_owned();
    let detail = collector.json(&["asset", "show", &id]);
    assert_eq!((&detail["category_confidence"], &detail["category_reasons"][0]), (&"high".into(), &"chassis".into()));
    let sighting = &detail["sightings"][0];
    assert_eq!(sighting["rule"], 150);
    let identifiers = sighting["identifiers"].as_array().unwrap();
    let serial = identifiers.iter().find(|identifier| identifier["kind"] == "serial").unwrap();
    let said = ["scope", "raw", "normalised"].map(|key| serial[key].as_str().unwrap());
    assert_eq!(said, ["system", "PF200001K", "PF200001K"]);
    assert_eq!(detail["stays"][0]["slot"], "laptops-001");
}

#[test]
fn a_second_report_of_an_unchanged_machine_is_a_check_in_and_no_fact() {
    let collector = collector();
    let agent = Agent::enrolled(&Machine::laptop(1), &collector, CLIENT);
    agent.once().done();
    let before = facts(&collector);
    assert_eq!(reports(&before), 1);
    for _ in 0..3 {
        assert_eq!(agent.once().json()["pushed"], false);
    }
    assert_eq!(facts(&collector), before);
    only(&collector);
}

#[test]
fn a_renamed_machine_is_the_same_asset_in_the_same_slot() {
    let collector = collector();
    let machine = Machine::laptop(1);
    let agent = Agent::enrolled(&machine, &collector, CLIENT);
    agent.once().done();
    let before = only(&collector);
    agent.becomes(&machine.hostname("accounting-1"));
    assert_eq!(agent.once().json()["pushed"], true);
    let after = only(&collector);
    assert_eq!(after["name"], "accounting-1");
    assert_eq!((&after["asset"], &after["slot"]), (&before["asset"], &before["slot"]));
    assert_eq!(reports(&facts(&collector)), 2);
}

#[test]
fn what_show_prints_is_what_is_kept() {
    let collector = collector();
    let agent = Agent::enrolled(&Machine::laptop(1), &collector, CLIENT);
    let shown = agent.show();
    agent.once().done();
    let facts = facts(&collector);
    let report = facts.iter().find(|line| line["fact"]["kind"] == "report").unwrap();
    let named = report["fact"]["sections"].as_object().unwrap();
    let sections = shown["sections"].as_object().unwrap();
    assert_eq!(named.keys().collect::<Vec<_>>(), {
        let mut ids: Vec<&String> = sections.keys().collect();
        ids.sort();
        ids
    });
    for (id, digest) in named {
        let stored = facts.iter().find(|line| line["section"] == *digest).unwrap();
        let bytes =
            base64::Engine::decode(&base64::prelude::BASE64_STANDARD, stored["bytes"].as_str().unwrap()).unwrap();
        let kept: Value = serde_json::from_slice(&pack::unpack_stored(&bytes).unwrap()).unwrap();
        for key in ["outcome", "reason", "data"] {
            assert_eq!(kept[key], sections[id][key], "{id}");
        }
    }
}

#[test]
fn an_annex_row_with_the_serial_of_a_reporting_machine_is_one_asset_in_the_rows_slot() {
    let collector = collector();
    collector.import_annex(CLIENT, "C-1", "label;line;serial\nposte-7;laptops;pf2-00001k\n");
    let agent = Agent::enrolled(&Machine::laptop(1), &collector, CLIENT);
    agent.once().done();
    let asset = only(&collector);
    assert_eq!((&asset["slot"], &asset["name"]), (&"poste-7".into(), &"laptop-001".into()));
    assert_eq!(strings(&asset["reasons"]), ["annex_entry", "seen"]);
    let detail = collector.json(&["asset", "show", asset["asset"].as_str().unwrap()]);
    let rules: Vec<i64> = detail["sightings"].as_array().unwrap().iter().map(|s| s["rule"].as_i64().unwrap()).collect();
    assert!(rules.contains(&70), "{detail}");
}

#[test]
fn beyond_the_count_a_machine_is_uncovered_with_one_finding_and_a_server_is_a_gap() {
    let collector = collector();
    for number in 1..=4 {
        Agent::enrolled(&Machine::laptop(number), &collector, CLIENT).once().done();
    }
    let server =
        Machine::laptop(9).hostname("srv-1").dmi("chassis_type", "23").dmi("product_name", "ThinkSystem SR650");
    Agent::enrolled(&server, &collector, CLIENT).once().done();
    let document = reconcile(&collector);
    let assets = document["assets"].as_array().unwrap();
    let named = |status: &str| -> Vec<&str> {
        let with = assets.iter().filter(|asset| asset["status"] == status);
        with.map(|asset| asset["name"].as_str().unwrap()).collect()
    };
    // All four were first seen on one day: their ids say who takes the slots.
    assert_eq!(named("covered").len(), 3);
    let mut uncovered = named("uncovered");
    uncovered.sort_unstable();
    assert!(uncovered.len() == 2 && uncovered[0].starts_with("laptop-") && uncovered[1] == "srv-1", "{uncovered:?}");
    let mut codes: Vec<(&str, &str)> = Vec::new();
    for finding in document["findings"].as_array().unwrap() {
        codes.push((finding["code"].as_str().unwrap(), finding["name"].as_str().unwrap_or_default()));
    }
    codes.sort_unstable();
    assert_eq!(codes, [("over_count", uncovered[0]), ("uncovered", "srv-1")]);
}

/// The same hardware with another installed system, booted at an instant.
fn installed_again(machine: Machine, boot: i64) -> Machine {
    machine.machine_id("5f0a1b2c3d4e5f60718293a4b5c6d7e8").boot(boot)
}

#[test]
fn a_machine_that_is_installed_again_is_the_same_asset() {
    let collector = collector();
    let machine = Machine::laptop(1);
    Agent::enrolled(&machine, &collector, CLIENT).once().done();
    // A new agent id, and a boot after the last word of the old one: a hand-over.
    let now: jiff::Timestamp = reconcile(&collector)["known_at"].as_str().unwrap().parse().unwrap();
    Agent::enrolled(&installed_again(machine, now.as_second()), &collector, CLIENT).once().done();
    let asset = only(&collector);
    assert_eq!((&asset["slot"], &asset["status"]), (&"laptops-001".into(), &"covered".into()));
    let detail = collector.json(&["asset", "show", asset["asset"].as_str().unwrap()]);
    let mut rules: Vec<i64> =
        detail["sightings"].as_array().unwrap().iter().map(|s| s["rule"].as_i64().unwrap()).collect();
    rules.sort_unstable();
    assert_eq!(rules, [30, 150]);
}

#[test]
fn a_copy_that_runs_beside_its_original_is_an_asset_of_its_own_and_takes_no_slot() {
    let collector = collector();
    let machine = Machine::laptop(1);
    Agent::enrolled(&machine, &collector, CLIENT).once().done();
    // Booted weeks ago, like the original: both run at once.
    Agent::enrolled(&installed_again(machine, 1_790_900_000), &collector, CLIENT).once().done();
    let document = reconcile(&collector);
    let assets = document["assets"].as_array().unwrap();
    assert_eq!(assets.len(), 2, "{document}");
    assert!(assets.iter().any(|asset| asset["status"] == "pending" && asset["slot"].is_null()), "{document}");
    assert!(document["lines"][0]["billable"].as_i64().unwrap() <= 1, "{document}");
}

#[test]
fn a_decision_is_previewed_then_recorded_and_explained() {
    let collector = collector();
    Agent::enrolled(&Machine::laptop(1), &collector, CLIENT).once().done();
    let document = reconcile(&collector);
    let asset = document["assets"][0]["asset"].as_str().unwrap().to_owned();
    let today = document["as_of"].as_str().unwrap().to_owned();
    let facts_before = facts(&collector);
    let exclude =
        ["decide", "exclude", &asset, "--client", CLIENT, "--effective", &today, "--reason", "prêté à un tiers"];
    let preview: Vec<&str> = exclude.iter().copied().chain(["--preview"]).collect();
    let previewed = collector.json(&preview);
    assert_eq!(previewed["recorded"], false);
    assert_eq!(facts(&collector), facts_before, "a preview writes nothing");

    let decided = collector.json(&exclude);
    assert_eq!(decided["recorded"], true);
    assert_eq!(decided["bills"], previewed["bills"]);
    let month = &today[..7];
    let bill = collector.json(&["bill", "preview", "--client", CLIENT, "--period", month]);
    assert_eq!(bill["total_net"], decided["bills"][0]["after"]);
    // The day of a way out is the last day in force.
    let last = collector.json(&["bill", "days", "--client", CLIENT, "--period", month]);
    assert_eq!(last["slots"][0]["days"], 1);
    assert_eq!(only(&collector)["status"], "covered");
    assert_eq!(facts(&collector).len(), facts_before.len() + 1);
}

#[test]
fn a_client_with_reports_reads_the_same_in_a_second_collector() {
    let first = collector();
    let agent = Agent::enrolled(&Machine::laptop(1), &first, CLIENT);
    agent.once().done();
    Agent::enrolled(&Machine::laptop(2), &first, CLIENT).once().done();
    let known_at = reconcile(&first)["known_at"].as_str().unwrap().to_owned();
    let facts = first.export(CLIENT);
    let second = Collector::start();
    import_client(&second, &facts).done();
    let read = |collector: &Collector| {
        let when = ["--client", CLIENT, "--known-at", &known_at, "--json"];
        let of = |verbs: &[&str]| collector.cli(&[verbs, &when].concat()).done();
        [of(&["reconcile"]), of(&["assets"]), of(&["bill", "preview"]), of(&["bill", "days"])]
    };
    assert_eq!(read(&second), read(&first));
    assert_eq!(second.export(CLIENT), facts);
    // Byte for byte also as a folder of its own, from the command that wrote it.
    let folder = tempfile::tempdir().unwrap();
    second.cli(&["export", "client", CLIENT, "--out", arg(folder.path())]).done();
    assert_eq!(std::fs::read_to_string(folder.path().join("facts.jsonl")).unwrap(), facts);
    first.cli(&["rebuild"]).done();
    assert_eq!(read(&first), read(&second));
}

#[test]
fn what_was_known_then_stays_readable_after_later_facts() {
    let collector = collector();
    Agent::enrolled(&Machine::laptop(1), &collector, CLIENT).once().done();
    let known_at = reconcile(&collector)["known_at"].as_str().unwrap().to_owned();
    let then = ["reconcile", "--client", CLIENT, "--known-at", &known_at, "--json"];
    let before = collector.cli(&then).done();
    Agent::enrolled(&Machine::laptop(2), &collector, CLIENT).once().done();
    collector.import_annex(CLIENT, "C-1", "label;line;serial\nposte-7;laptops;PF200001K\n");
    assert_eq!(collector.cli(&then).done(), before);
    assert_eq!(reconcile(&collector)["assets"].as_array().unwrap().len(), 2);
}
