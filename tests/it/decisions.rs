//! Every verb of `decide`: its preview says what the bill becomes and writes nothing; the decision itself then does just that.

use cadastre_domain::fact::Verb;
use cadastre_kit::Collector;
use cadastre_kit::paper::Contract;
use serde_json::Value;

const CLIENT: &str = "acme";
const CONTRACT: &str = "C-1";

/// A client with three laptops of the annex, a duty and a finding, and another client to move to.
fn office() -> (Collector, Vec<String>, String) {
    let collector = Collector::start();
    let keys = "mode = \"prorata\"\nadmission = \"annex\"\nunit_price = \"31.00\"\ncount = 5";
    let duty = "[[duties]]\nid = \"restore\"\nkind = \"restore_test\"\nevery_months = 6";
    for client in [CLIENT, "other"] {
        collector.add_client(client);
        let contract = Contract::new(CONTRACT, client, "2026-01-01").line("laptops", "laptop", keys).tail(duty);
        collector.import_contract(client, &contract.text());
    }
    let rows = "label;line;serial;from\nposte-1;laptops;PF900001K;2026-01-01\nposte-2;laptops;PF900002K;2026-01-01\nposte-3;laptops;PF900003K;2026-01-01\n";
    collector.import_annex(CLIENT, CONTRACT, rows);
    let document = collector.json(&["reconcile", "--client", CLIENT, "--as-of", "2026-03-31"]);
    let mut named: Vec<(String, String)> = document["assets"]
        .as_array()
        .unwrap()
        .iter()
        .map(|asset| ["name", "asset"].map(|key| asset[key].as_str().unwrap().to_owned()))
        .map(|[name, asset]| (name, asset))
        .collect();
    named.sort();
    let today = collector.json(&["reconcile", "--client", CLIENT]);
    let finding = today["findings"][0]["id"].as_str().unwrap().to_owned();
    (collector, named.into_iter().map(|(_, asset)| asset).collect(), finding)
}

/// What a verb takes beside its assets, day and reason; and what the month of March costs after it, three slots being 93.00.
fn example<'a>(verb: Verb, assets: &'a [String], finding: &'a str) -> (Vec<&'a str>, &'static str) {
    let one = assets[0].as_str();
    match verb {
        Verb::Include => (vec![one, "--line", "laptops", "--slot", "extra"], "93.00"),
        Verb::Exclude | Verb::Retire => (vec![one], "72.00"),
        Verb::Active | Verb::Stock | Verb::Spare | Verb::Loan => (vec![one], "93.00"),
        Verb::Byod | Verb::Reversibility => (vec![one], "71.00"),
        Verb::Replace => (vec![one, "--slot", "poste-2"], "71.00"),
        Verb::Merge => (vec![one, &assets[1]], "71.00"),
        Verb::NeverTogether => (vec![one, &assets[1]], "93.00"),
        Verb::Move => (vec![one, "--to-client", "other"], "72.00"),
        Verb::Snooze => (vec!["--finding", finding, "--until", "2027-12-31"], "93.00"),
        Verb::Attest => (vec!["--duty", "restore", "--result", "passed"], "93.00"),
    }
}

fn bill(collector: &Collector) -> String {
    let document = collector.json(&["bill", "preview", "--client", CLIENT, "--period", "2026-03"]);
    document["total_net"].as_str().unwrap().to_owned()
}

#[test]
fn every_verb_is_previewed_and_then_does_what_the_preview_said() {
    for verb in Verb::ALL {
        let (collector, assets, finding) = office();
        let (more, expected) = example(verb, &assets, &finding);
        let head = ["decide", verb.word()];
        let tail = ["--client", CLIENT, "--effective", "2026-03-10", "--reason", "because"];
        let args: Vec<&str> = head.iter().chain(&more).chain(&tail).copied().collect();
        let before = [CLIENT, "other"].map(|client| collector.export(client));
        let said = |more: &[&str]| -> Value { collector.json(&[&args[..], more].concat()) };
        let after = |document: &Value| document["bills"][0]["after"].as_str().unwrap().to_owned();
        let preview = said(&["--preview"]);
        assert_eq!(
            (&preview["recorded"], &preview["bills"][0]["before"]),
            (&false.into(), &"93.00".into()),
            "{verb:?}"
        );
        assert_eq!(after(&preview), expected, "{verb:?}");
        assert_eq!([CLIENT, "other"].map(|client| collector.export(client)), before, "{verb:?} wrote something");
        let made = said(&[]);
        assert_eq!((&made["recorded"], after(&made)), (&true.into(), after(&preview)), "{verb:?}");
        assert_eq!(bill(&collector), expected, "{verb:?}: the bill is not what the preview said");
    }
}

#[test]
fn a_device_that_left_is_still_told_of_after_its_last_day() {
    let (collector, assets, _) = office();
    let asset = assets[0].as_str();
    let exclude = ["decide", "exclude", asset, "--client", CLIENT, "--effective", "2026-09-01", "--reason", "gone"];
    collector.cli(&exclude).done();
    let on = |day: &str| collector.json(&["asset", "show", asset, "--as-of", day])["status"].clone();
    assert_eq!((on("2026-09-01"), on("2026-09-02")), ("covered".into(), "uncovered".into()));
}
