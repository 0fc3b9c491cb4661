//! The typed record, on each store.

mod agents;
mod append;
mod crash;
mod transfer;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex};

use cadastre_domain::fact::{Fact, Recorded};
use jiff::Timestamp;

use super::disk::Room;
use super::store::Store;
use super::{FactsError, MemoryStore, Record, SledStore};
use crate::clock::Clock;

/// A clock that tests move.
#[derive(Clone)]
struct Hand(Arc<Mutex<Timestamp>>);

impl Hand {
    fn at(text: &str) -> Self {
        Self(Arc::new(Mutex::new(instant(text))))
    }

    fn set(&self, text: &str) {
        *self.0.lock().unwrap() = instant(text);
    }
}

impl Clock for Hand {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

fn instant(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn record_over(store: Arc<dyn Store>) -> (Record, Hand) {
    let hand = Hand::at("2026-03-01T08:00:00.123456Z");
    (Record::new(store, Arc::new(hand.clone())), hand)
}

fn in_memory() -> (Record, Hand) {
    record_over(Arc::new(MemoryStore::new()))
}

fn in_folder(folder: &Path) -> (Record, Hand) {
    record_over(Arc::new(open_small(folder)))
}

/// A store on what it takes for a small disk, so that its ballast is small too.
pub(super) fn open_small(folder: &Path) -> SledStore {
    SledStore::open_with(folder, |_| Ok(Room { total: 80 << 20, free: 80 << 20 })).unwrap()
}

fn client() -> Fact {
    Fact::Client { name: Some("Atelier Martin".to_owned()), siren: None, example: false }
}

fn contract(n: usize) -> Fact {
    Fact::Contract { contract: format!("C-{n}"), text: "id = \"é\"\n".repeat(n) }
}

fn token(name: &str, uses: u32) -> Fact {
    let expires_at = instant("2026-04-01T00:00:00Z");
    Fact::Token { token: name.to_owned(), hash: "00".repeat(32), site: Some("lyon".to_owned()), uses, expires_at }
}

fn enrolled(agent: &str, token: &str, key: &str) -> Fact {
    Fact::Enrolled {
        agent: agent.to_owned(),
        token: token.to_owned(),
        key: key.to_owned(),
        serial: format!("{agent}-1"),
        not_after: instant("2026-03-15T00:00:00Z"),
        site: Some("lyon".to_owned()),
    }
}

fn renewed(agent: &str, n: usize) -> Fact {
    let not_after = instant("2026-03-15T00:00:00Z");
    Fact::Renewed { agent: agent.to_owned(), key: format!("k{n}"), serial: format!("{agent}-{n}"), not_after }
}

fn report(agent: &str, report_seq: u64, sections: &[(&str, &str)]) -> Fact {
    let sections: BTreeMap<String, String> =
        sections.iter().map(|(id, digest)| ((*id).to_owned(), (*digest).to_owned())).collect();
    Fact::Report {
        agent: agent.to_owned(),
        epoch: "e1".to_owned(),
        report_seq,
        report_id: format!("{agent}-{report_seq}"),
        collected_at: instant("2026-03-01T07:59:00Z"),
        state: format!("state-{report_seq}"),
        sections,
    }
}

fn bytes(digest: &str) -> (String, Vec<u8>) {
    (digest.to_owned(), digest.repeat(700).into_bytes())
}

/// A client with a token, two agents, reports that share a section, contacts and a contract.
async fn fill(record: &Record, name: &str) {
    record.append(name, vec![client(), token("t1", 5)], None).await.unwrap();
    record.append(name, vec![enrolled("a1", "t1", "k1"), enrolled("a2", "t1", "k2")], None).await.unwrap();
    let at = instant("2026-03-01T08:10:00Z");
    let both = vec![bytes("host-a"), bytes("os")];
    record.append_report(name, report("a1", 1, &[("host", "host-a"), ("os", "os")]), both, at).await.unwrap();
    let both = vec![bytes("host-b"), bytes("os")];
    record.append_report(name, report("a2", 1, &[("host", "host-b"), ("os", "os")]), both, at).await.unwrap();
    record.append(name, vec![contract(600), renewed("a1", 2)], None).await.unwrap();
    let named = [("host", "host-a"), ("os", "os-2")];
    record.append_report(name, report("a1", 2, &named), vec![bytes("os-2")], at).await.unwrap();
    record.contact(name, "a2", instant("2026-03-31T23:59:59Z")).await.unwrap();
    record.contact(name, "a2", instant("2026-04-01T00:00:00Z")).await.unwrap();
}

fn gapless(recorded: &[Recorded]) {
    for (n, one) in recorded.iter().enumerate() {
        assert_eq!(one.seq, n as u64 + 1);
        assert!(n == 0 || one.at > recorded[n - 1].at, "instants increase");
    }
}

fn conflict(name: &str) -> FactsError {
    FactsError::Conflict { client: name.to_owned() }
}
