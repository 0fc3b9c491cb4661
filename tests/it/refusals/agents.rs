//! Tokens, certificates and agents that may not speak.

use std::path::Path;

use cadastre_kit::collector::import_client;
use cadastre_kit::program::arg;
use cadastre_kit::{Agent, Collector, Machine, Said};
use serde_json::Value;
use sha2::Digest as _;

use super::*;

#[test]
fn a_token_that_may_not_be_used_makes_no_agent() {
    let collector = collector();
    let enrol = |token: &str, code: &str| {
        let before = collector.export(CLIENT);
        let agent = Agent::of(&Machine::laptop(1));
        let args = ["enroll", "--collector", collector.enrolment(), "--token", token];
        refused(|locale, args| agent.cli_in(locale, args), &args, &because(code, &[]));
        assert_eq!(collector.export(CLIENT), before);
        let once = agent.once();
        assert_eq!((once.error()["code"].as_str(), once.out.as_str()), (Some("not_enrolled"), ""));
    };
    let token = collector.token(CLIENT, &[]);
    let first = Agent::of(&Machine::laptop(1));
    first.enroll(&collector, &token).done();
    enrol(&token, "token_spent");
    // The same machine again is no new agent: its key is the one that used the token.
    let before = collector.export(CLIENT);
    first.enroll(&collector, &token).done();
    assert_eq!(collector.export(CLIENT), before);

    let revoked = collector.token(CLIENT, &[]);
    collector.cli(&["token", "revoke", &revoked, "--client", CLIENT]).done();
    enrol(&revoked, "token_revoked");
    enrol("not-a-token", "token_invalid");

    // Two uses make two agents, never three, whoever comes at once.
    let two = collector.token(CLIENT, &["--uses", "2"]);
    let agents: Vec<Agent> = (2..8).map(|number| Agent::of(&Machine::laptop(number))).collect();
    let said: Vec<Said> = std::thread::scope(|scope| {
        let threads: Vec<_> = agents.iter().map(|agent| scope.spawn(|| agent.enroll(&collector, &two))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(said.iter().filter(|said| said.code == Some(0)).count(), 2, "{said:?}");
    let enrolled = collector.export(CLIENT).lines().filter(|line| line.contains("\"kind\":\"enrolled\"")).count();
    assert_eq!(enrolled, 3);

    let none = Expected { field: Some("uses"), ..because("number_out_of_range", &["uses"]) };
    refused_whole(&collector, &["token", "create", "--client", CLIENT, "--uses", "0"], &none);
}

#[test]
fn an_expired_token_makes_no_agent() {
    let first = collector();
    let token = first.token(CLIENT, &[]);
    let facts = first.export(CLIENT);
    // The same collector's keys, and its record as it will stand once the token's days are over.
    let mut second = Collector::prepare();
    copy_folder(&first.data().join("ca"), &second.data().join("ca"));
    second.restart();
    let made = facts.lines().find(|line| line.contains("\"kind\":\"token\"")).unwrap();
    let made: Value = serde_json::from_str(made).unwrap();
    let expires_at = made["fact"]["expires_at"].as_str().unwrap();
    let expired = sealed(&facts.replace(expires_at, "2026-01-01T00:00:00Z"));
    import_client(&second, &expired).done();
    let before = second.export(CLIENT);
    let agent = Agent::of(&Machine::laptop(1));
    let args = ["enroll", "--collector", second.enrolment(), "--token", &token];
    refused(|locale, args| agent.cli_in(locale, args), &args, &because("token_expired", &["expired"]));
    assert_eq!(second.export(CLIENT), before);
    agent.once().error();
}

fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}

/// An export whose lines were changed, with the check sum of its new ones.
fn sealed(facts: &str) -> String {
    let (body, _) = facts.trim_end().rsplit_once('\n').unwrap();
    let body = format!("{body}\n");
    let sum: String = sha2::Sha256::digest(body.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{body}{{\"lines\":{},\"sha256\":\"{sum}\"}}\n", body.lines().count())
}

#[test]
fn an_agent_that_was_revoked_adds_nothing() {
    let collector = collector();
    let machine = Machine::laptop(1);
    let agent = Agent::enrolled(&machine, &collector, CLIENT);
    agent.once().done();
    let enrolled: Vec<Value> =
        collector.export(CLIENT).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let enrolled = enrolled.iter().find(|line| line["fact"]["kind"] == "enrolled").unwrap();
    collector.cli(&["agent", "revoke", enrolled["fact"]["agent"].as_str().unwrap()]).done();
    let before = collector.export(CLIENT);
    agent.becomes(&machine.hostname("changed"));
    let root = agent.root();
    refused(|locale, args| agent.cli_in(locale, args), &["once", "--root", arg(&root)], &because("agent_revoked", &[]));
    assert_eq!(collector.export(CLIENT), before);
}

#[test]
fn a_certificate_of_another_collector_is_not_let_in() {
    let [own, other] = [collector(), collector()];
    let agent = Agent::enrolled(&Machine::laptop(1), &other, CLIENT);
    agent.once().done();
    agent.follow(&own);
    let before = own.export(CLIENT);
    let root = agent.root();
    let said = agent.cli(&["once", "--json", "--root", arg(&root)]);
    said.error();
    assert_eq!(own.export(CLIENT), before);
    // Back at its own, it is itself.
    agent.follow(&other);
    agent.once().done();

    // A token carries the pin of its collector: a machine does not enrol with another one.
    let stranger = Agent::of(&Machine::laptop(2));
    let args = ["enroll", "--collector", own.enrolment(), "--token", &other.token(CLIENT, &[])];
    refused(|locale, args| stranger.cli_in(locale, args), &args, &because("collector_not_the_tokens", &[]));
    assert_eq!(own.export(CLIENT), before);
}
