//! Decisions and reads of what is not there, not yet or not so.

use cadastre_kit::collector::alone;
use cadastre_kit::paper::{march_annex, march_contract};
use cadastre_kit::program::arg;

use super::*;

#[test]
fn what_is_not_there_is_refused() {
    let collector = collector();
    let away = || because("client_unknown", &["nobody"]);
    for read in [
        &["reconcile", "--client", "nobody"][..],
        &["assets", "--client", "nobody"],
        &["bill", "preview", "--client", "nobody", "--period", "2026-03"],
        &["bill", "days", "--client", "nobody", "--period", "2026-03"],
        &["contract", "show", "--client", "nobody"],
        &["token", "create", "--client", "nobody"],
    ] {
        refused_whole(&collector, read, &away());
    }
    let annex = collector.file("annex.csv", &march_annex());
    refused_whole(&collector, &["annex", "import", arg(&annex), "--client", "nobody", "--contract", CONTRACT], &away());
    let contract = ["annex", "import", arg(&annex), "--client", CLIENT, "--contract", "C-0"];
    refused_whole(&collector, &contract, &because("contract_unknown", &["C-0", CLIENT]));
    refused_whole(&collector, &["asset", "show", "none"], &because("asset_unknown", &["none"]));
    let token = Expected { field: Some("token"), ..because("token_unknown", &["none"]) };
    refused_whole(&collector, &["token", "revoke", "none", "--client", CLIENT], &token);
    refused_whole(
        &collector,
        &["agent", "revoke", "none"],
        &Expected { field: Some("agent"), ..because("agent_unknown", &["none"]) },
    );
    let out = tempfile::tempdir().unwrap();
    refused_whole(&collector, &["export", "client", "nobody", "--out", arg(out.path())], &away());
    assert_eq!(std::fs::read_dir(out.path()).unwrap().count(), 0, "a refused export writes nothing");
    let file = ["contract", "check", "/nowhere/contract.toml"];
    refused(alone, &file, &because("file_unreadable", &["/nowhere/contract.toml"]));
    let import = ["import", "client", "/nowhere"];
    refused_whole(&collector, &import, &because("file_unreadable", &["/nowhere"]));
}

#[test]
fn a_client_is_added_once_and_its_code_and_number_are_checked() {
    let collector = collector();
    refused_whole(&collector, &["client", "add", CLIENT], &because("client_exists", &[CLIENT]));
    refused_whole(
        &collector,
        &["client", "add", "Société"],
        &Expected { field: Some("client"), ..because("client_code_invalid", &["Société"]) },
    );
    let siren = Expected { field: Some("siren"), ..because("siren_invalid", &["732829321"]) };
    refused_whole(&collector, &["client", "add", "other", "--siren", "732829321"], &siren);
    let clients = collector.json(&["client", "list"]);
    assert_eq!(clients["clients"].as_array().unwrap().len(), 1);
}

#[test]
fn a_day_to_come_is_refused_and_a_month_to_come_is_not() {
    let collector = collector();
    let day = Expected { field: Some("as_of"), ..because("day_in_future", &["2999"]) };
    for read in [
        &["reconcile", "--client", CLIENT, "--as-of", "2999-01-01"][..],
        &["assets", "--client", CLIENT, "--as-of", "2999-01-01"],
        &["bill", "preview", "--client", CLIENT, "--period", "2026-03", "--as-of", "2999-01-01"],
    ] {
        refused_whole(&collector, read, &day);
    }
    collector.json(&["bill", "preview", "--client", CLIENT, "--period", "2027-01"]);
}

#[test]
fn decisions_that_contradict_or_lack_their_object_are_refused() {
    let collector = collector();
    let document = collector.json(&["reconcile", "--client", CLIENT, "--as-of", "2026-03-31"]);
    let asset = document["assets"][0]["asset"].as_str().unwrap();
    let on = ["--client", CLIENT, "--effective", "2026-03-20", "--reason", "stock room"];
    let decide = |verb: &'static str, more: &[&'static str]| {
        let args: Vec<String> =
            ["decide", verb, asset].iter().chain(&on).chain(more).map(|arg| (*arg).to_owned()).collect();
        args
    };
    let run = |args: &[String], expected: &Expected<'_>| {
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        refused_whole(&collector, &args, expected);
    };
    collector.cli(&decide("stock", &[]).iter().map(String::as_str).collect::<Vec<_>>()).done();
    // The same again says nothing else; another state on that day does.
    let contradicts =
        Expected { field: Some("effective"), ..because("decision_contradicts", &["20 Mar 2026", "stock room"]) };
    run(&decide("spare", &[]), &contradicts);
    run(&decide("retire", &[]), &contradicts);
    let line = Expected { field: Some("line"), ..because("option_needed", &["--line"]) };
    run(&decide("include", &[]), &line);
    let line = Expected { field: Some("line"), ..because("line_not_in_contract", &["desktops", "laptops"]) };
    run(&decide("include", &["--line", "desktops"]), &line);
    let slot = Expected { field: Some("slot"), ..because("slot_unknown", &["laptop-999"]) };
    run(&decide("replace", &["--slot", "laptop-999"]), &slot);
    let needed = Expected { field: Some("assets"), ..because("assets_needed", &["2"]) };
    run(&decide("merge", &[]), &needed);
    for verb in ["merge", "never-together"] {
        let twice = [&["decide", verb, asset, asset][..], &on].concat();
        let different = Expected { field: Some("assets"), ..because("assets_needed", &["2 different"]) };
        refused_whole(&collector, &twice, &different);
    }
    let unknown = ["decide", "stock", "none", "--client", CLIENT, "--effective", "2026-03-20", "--reason", "x"];
    let asset_unknown = Expected { field: Some("assets"), ..because("asset_unknown", &["none"]) };
    refused_whole(&collector, &unknown, &asset_unknown);
    let blank = ["decide", "stock", asset, "--client", CLIENT, "--effective", "2026-03-21", "--reason", " "];
    refused_whole(&collector, &blank, &Expected { field: Some("reason"), ..because("cell_empty", &[]) });
    let early = [
        "decide",
        "include",
        asset,
        "--client",
        CLIENT,
        "--effective",
        "2026-01-31",
        "--reason",
        "x",
        "--line",
        "laptops",
    ];
    let expected = Expected { field: Some("effective"), ..because("before_contract", &["31 Jan 2026", "1 Feb 2026"]) };
    refused_whole(&collector, &early, &expected);
    let unknown = ["decide", "flarp", asset, "--client", CLIENT, "--effective", "2026-03-21", "--reason", "x"];
    let expected = Expected { field: Some("VERB"), ..because("unknown_value", &["flarp", "VERB", "retire"]) };
    refused_whole(&collector, &unknown, &expected);
    let verb = ["decide", "forget", asset, "--client", CLIENT, "--effective", "2026-03-21", "--reason", "x"];
    let said = collector.cli(&verb);
    assert!(matches!(said.code, Some(1 | 2)) && said.err.contains("forget") && said.err.contains("retire"), "{said:?}");
}

#[test]
fn a_machine_of_another_client_is_merged_with_none() {
    let collector = collector();
    collector.add_client("another");
    collector.import_contract("another", &march_contract("another").text());
    collector.import_annex("another", CONTRACT, &march_annex());
    let first = |client: &str| {
        let document = collector.json(&["assets", "--client", client]);
        document["assets"][0]["asset"].as_str().unwrap().to_owned()
    };
    let [own, theirs] = [CLIENT, "another"].map(first);
    for verb in ["merge", "never-together"] {
        let args = ["decide", verb, &own, &theirs, "--client", CLIENT, "--effective", "2026-03-20", "--reason", "same"];
        let words = [theirs.as_str(), CLIENT];
        let unknown = Expected { field: Some("assets"), ..because("asset_unknown", &words) };
        refused_whole(&collector, &args, &unknown);
    }
}

#[test]
fn a_duty_is_attested_once_it_is_done() {
    let collector = Collector::start();
    collector.add_client(CLIENT);
    let duty = "[[duties]]\nid = \"restore\"\nkind = \"restore_test\"\nevery_months = 6";
    collector.import_contract(CLIENT, &march_contract(CLIENT).tail(duty).text());
    let args =
        ["decide", "attest", "--client", CLIENT, "--effective", "2999-01-01", "--reason", "x", "--duty", "restore"];
    let future = Expected { field: Some("effective"), ..because("attest_in_future", &["2999", "still to come"]) };
    refused_whole(&collector, &[&args[..], &["--result", "passed"]].concat(), &future);
}

#[test]
fn nobody_leaves_a_contract_or_amends_it_before_it_begins() {
    let collector = collector();
    let of = |verbs: &[&'static str], day: &[&'static str]| {
        [verbs, &["--client", CLIENT, "--contract", CONTRACT], day].concat()
    };
    let words = [CONTRACT, "1 Feb 2026"];
    let fee = Expected { field: Some("--on"), ..because("day_before_contract", &words) };
    refused_whole(&collector, &of(&["contract", "exit-fee"], &["--on", "2026-01-31"]), &fee);
    let early = Expected { field: Some("effective"), ..because("day_before_contract", &words) };
    refused_whole(&collector, &of(&["draft", "amendment"], &["--effective", "2026-01-31"]), &early);
    collector.cli(&["bill", "close", "--client", CLIENT, "--period", "2026-03"]).done();
    let closed = Expected { field: Some("effective"), ..because("draft_in_closed_month", &["2026"]) };
    refused_whole(&collector, &of(&["draft", "quote"], &["--effective", "2026-03-15"]), &closed);
}
