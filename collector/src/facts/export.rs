//! The logical export: one client's facts as JSON lines, and back.
//!
//! ```text
//! {"client":"acme","format":"cadastre/export/1"}
//! {"seq":1,"at":"2026-03-01T08:00:00Z","fact":{…}}          in the order of the sequence
//! {"section":"<digest>","seq":7,"bytes":"<base64>"}         after the report that brought it, by digest
//! {"contact":{"agent":"…","month":"2026-03","hours":"<base64>"}}   by agent and month
//! {"lines":42,"sha256":"<hex>"}                             of the lines before, each with its line end
//! ```
//!
//! Refuses: a client that exists, and a file that is cut, altered, or not in this order. Invariant: a fact's JSON is
//! kept as it was first written, so the export of an import is the same file, on every store.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use cadastre_domain::calendar::Month;
use cadastre_domain::fact::{Contact, Fact, Recorded};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

use super::codec::{self, HOUSE, Head, StoredFact};
use super::error::FactsError;
use super::record::{self, Record, all};
use super::rows::{self, Rows};
use super::store::{Batch, Expect, Space, Write};

/// The format's name.
const FORMAT: &str = "cadastre/export/1";
/// Bytes of a batch while importing.
const BATCH_BYTES: usize = 256 * 1024;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    client: String,
    format: String,
}

#[derive(Serialize)]
struct FactLine<'a> {
    seq: u64,
    at: Timestamp,
    fact: &'a RawValue,
}

#[derive(Serialize)]
struct JournalLine<'a> {
    client: &'a str,
    seq: u64,
    at: Timestamp,
    fact: &'a RawValue,
}

#[derive(Serialize)]
struct SectionLine<'a> {
    section: &'a str,
    seq: u64,
    bytes: String,
}

#[derive(Serialize)]
struct ContactLine {
    contact: ContactHours,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ContactHours {
    agent: String,
    month: Month,
    hours: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Trailer {
    lines: usize,
    sha256: String,
}

/// Any line between header and trailer.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line<'a> {
    seq: Option<u64>,
    at: Option<Timestamp>,
    #[serde(borrow)]
    fact: Option<&'a RawValue>,
    section: Option<String>,
    bytes: Option<String>,
    contact: Option<ContactHours>,
}

/// The line of the second file for a fact that agents cannot re-create; none for a report.
pub(super) fn journal_line(client: &str, recorded: &Recorded, json: &[u8]) -> Option<String> {
    if matches!(recorded.fact, Fact::Report { .. }) {
        return None;
    }
    let fact: &RawValue = serde_json::from_slice(json).ok()?;
    serde_json::to_string(&JournalLine { client, seq: recorded.seq, at: recorded.at, fact }).ok()
}
