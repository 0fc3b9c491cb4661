//! The ledger of a client: a chain of hashes over every fact that touches money, in the order they were recorded.
//!
//! An entry holds a digest and no word of the fact. Identity values (serials, host names, addresses), the names of people
//! and free texts are left out of the digest, so that erasing them leaves the chain whole; a contract counts by its
//! version. **Invariant**: one changed, added, removed or moved fact changes every head from it on.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::{Map, Value};

use crate::contract::version;
use crate::fact::{Fact, Recorded};
use crate::price::sha256_hex;

/// One fact in the chain.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Entry {
    /// Its sequence.
    pub seq: u64,
    /// When it was recorded.
    pub at: Timestamp,
    /// What it is: `contract`, `annex`, `decision`, `usage`, `closed_month` or `signature`.
    pub kind: &'static str,
    /// SHA-256 of what it says, in hex.
    pub digest: String,
    /// The head after it: SHA-256 of the head before and of this entry.
    pub head: String,
    /// The first day that it is about; `None`: of any day.
    #[serde(skip)]
    pub about: Option<Date>,
}

/// Keys that a digest leaves out: what identifies a device or a person, and free text.
const ERASABLE: [&str; 12] = [
    "serial",
    "hostname",
    "mac",
    "asset_tag",
    "native_id",
    "manufacturer",
    "model",
    "site",
    "by",
    "reason",
    "means",
    "name",
];

/// The ledger of a client, from its facts in the order of their sequence.
pub fn ledger(client: &str, recorded: &[Recorded]) -> Vec<Entry> {
    let mut head = first_head(client);
    let mut entries = Vec::new();
    for recorded in recorded {
        let Some((kind, digest, about)) = entry(&recorded.fact) else { continue };
        head = sha256_hex(format!("{head}\n{}\n{}\n{kind}\n{digest}", recorded.seq, recorded.at).as_bytes());
        entries.push(Entry { seq: recorded.seq, at: recorded.at, kind, digest, head: head.clone(), about });
    }
    entries
}

/// The head before the first entry.
pub fn first_head(client: &str) -> String {
    sha256_hex(format!("cadastre/ledger/1\n{client}").as_bytes())
}

/// The head after the facts up to `seq`.
pub fn head_at(client: &str, entries: &[Entry], seq: u64) -> String {
    let last = entries.iter().rev().find(|entry| entry.seq <= seq);
    last.map_or_else(|| first_head(client), |entry| entry.head.clone())
}

/// A fact's kind, digest and first day, when it touches money.
fn entry(fact: &Fact) -> Option<(&'static str, String, Option<Date>)> {
    let digest = || {
        let value = serde_json::to_value(fact).unwrap_or_default();
        sha256_hex(canonical(&value).unwrap_or_default().as_bytes())
    };
    Some(match fact {
        Fact::Contract { contract, text } => {
            ("contract", sha256_hex(format!("{contract}\n{}", version(text)).as_bytes()), None)
        }
        Fact::Annex { rows, .. } => {
            ("annex", digest(), rows.iter().map(|row| row.from.min(row.to).or(row.from).or(row.to)).min().flatten())
        }
        Fact::Decision(decision) => ("decision", digest(), Some(decision.effective)),
        Fact::Usage { rows } => ("usage", digest(), rows.iter().map(|row| row.date).min()),
        Fact::ClosedMonth(_) => ("closed_month", digest(), None),
        Fact::Signature(_) => ("signature", digest(), None),
        _ => return None,
    })
}

/// JSON written one way only: keys in order, what is absent or erasable left out.
fn canonical(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(|item| canonical(item).unwrap_or_default()).collect();
            (!items.is_empty()).then(|| format!("[{}]", items.join(",")))
        }
        Value::Object(map) => object(map),
        other => Some(other.to_string()),
    }
}

fn object(map: &Map<String, Value>) -> Option<String> {
    let mut keys: Vec<&String> = map.keys().filter(|key| !ERASABLE.contains(&key.as_str())).collect();
    keys.sort();
    let pair = |key: &String| Some(format!("{}:{}", Value::String(key.clone()), canonical(map.get(key)?)?));
    let pairs: Vec<String> = keys.into_iter().filter_map(pair).collect();
    (!pairs.is_empty()).then(|| format!("{{{}}}", pairs.join(",")))
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::*;
    use crate::fact::{AnnexRow, Decision};
    use crate::usage::UsageRow;

    fn told(seq: u64, fact: Fact) -> Recorded {
        Recorded { seq, at: Timestamp::from_second(1_770_000_000 + i64::try_from(seq).unwrap()).unwrap(), fact }
    }

    fn annex(serial: &str, to: Option<&str>) -> Fact {
        let row = AnnexRow {
            label: "pc-1".to_string(),
            serial: Some(serial.to_string()),
            to: to.map(|day| day.parse().unwrap()),
            ..AnnexRow::default()
        };
        Fact::Annex { contract: "C-1".to_string(), rows: vec![row] }
    }

    fn usage(minutes: u32) -> Fact {
        Fact::Usage { rows: vec![UsageRow { key: "u".to_string(), minutes, ..UsageRow::default() }] }
    }

    fn head(facts: Vec<Fact>) -> String {
        let recorded: Vec<Recorded> = (1..).zip(facts).map(|(seq, fact)| told(seq, fact)).collect();
        ledger("acme", &recorded).last().unwrap().head.clone()
    }

    #[test]
    fn whatever_touches_money_changes_the_head_and_names_do_not() {
        let base = head(vec![annex("A", None), usage(10)]);
        assert_eq!(base, head(vec![annex("B", None), usage(10)]), "a serial is no money");
        assert_ne!(base, head(vec![annex("A", Some("2026-03-09")), usage(10)]), "a last day is");
        assert_ne!(base, head(vec![annex("A", None), usage(11)]));
        assert_ne!(base, head(vec![usage(10), annex("A", None)]), "order");
        assert_ne!(base, head(vec![annex("A", None)]));
        let entries = ledger("acme", &[told(4, usage(1))]);
        assert_eq!(head_at("acme", &entries, 3), first_head("acme"));
        assert_eq!(head_at("acme", &entries, 4), entries[0].head);
        assert_ne!(first_head("acme"), first_head("other"));
    }

    #[test]
    fn a_key_that_is_absent_is_not_written() {
        let decision: Decision = serde_json::from_str(
            r#"{"verb":"retire","assets":["a"],"effective":"2026-03-09","reason":"gone","by":"me","contract":null,"line":null,"slot":null}"#,
        )
        .unwrap();
        let value = serde_json::to_value(Fact::Decision(decision)).unwrap();
        assert_eq!(
            canonical(&value).unwrap(),
            r#"{"assets":["a"],"effective":"2026-03-09","kind":"decision","verb":"retire"}"#
        );
    }
}
