//! The lines of the export's form, as they are written and read. What they mean together stands in `export` and
//! `import`.

use cadastre_domain::calendar::Month;
use cadastre_domain::fact::{Fact, Recorded};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// The format's name.
pub(super) const FORMAT: &str = "cadastre/export/1";

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Header {
    pub(super) client: String,
    pub(super) format: String,
}

#[derive(Serialize)]
pub(super) struct FactLine<'a> {
    pub(super) seq: u64,
    pub(super) at: Timestamp,
    pub(super) fact: &'a RawValue,
}

#[derive(Serialize)]
pub(super) struct JournalLine<'a> {
    pub(super) client: &'a str,
    pub(super) seq: u64,
    pub(super) at: Timestamp,
    pub(super) fact: &'a RawValue,
}

#[derive(Serialize)]
pub(super) struct SectionLine<'a> {
    pub(super) section: &'a str,
    pub(super) seq: u64,
    pub(super) bytes: String,
}

#[derive(Serialize)]
pub(super) struct ContactLine {
    pub(super) contact: ContactHours,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ContactHours {
    pub(super) agent: String,
    pub(super) month: Month,
    pub(super) hours: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Trailer {
    pub(super) lines: usize,
    pub(super) sha256: String,
}

/// Any line between header and trailer.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Line<'a> {
    pub(super) seq: Option<u64>,
    pub(super) at: Option<Timestamp>,
    #[serde(borrow)]
    pub(super) fact: Option<&'a RawValue>,
    pub(super) section: Option<String>,
    pub(super) bytes: Option<String>,
    pub(super) contact: Option<ContactHours>,
}

/// The line of the second file for a fact that agents cannot re-create; none for a report.
pub(super) fn journal_line(client: &str, recorded: &Recorded, json: &[u8]) -> Option<String> {
    if matches!(recorded.fact, Fact::Report { .. }) {
        return None;
    }
    let fact: &RawValue = serde_json::from_slice(json).ok()?;
    serde_json::to_string(&JournalLine { client, seq: recorded.seq, at: recorded.at, fact }).ok()
}
