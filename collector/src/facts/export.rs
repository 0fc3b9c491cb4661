//! The logical export: one client's facts as JSON lines. The way back is `import`.
//!
//! ```text
//! {"client":"acme","format":"cadastre/export/1"}
//! {"seq":1,"at":"2026-03-01T08:00:00Z","fact":{…}}          in the order of the sequence
//! {"section":"<digest>","seq":7,"bytes":"<base64>"}         after the report that brought it, by digest
//! {"contact":{"agent":"…","month":"2026-03","hours":"<base64>"}}   by agent and month
//! {"lines":42,"sha256":"<hex>"}                             of the lines before, each with its line end
//! ```
//!
//! Refuses: a client that nobody made. Invariant: a fact's JSON is kept as it was first written, so the export of an
//! import is the same file, on every store.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use cadastre_domain::fact::{Contact, Fact};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

use super::codec::{self, StoredFact};
use super::error::FactsError;
use super::lines::{ContactHours, ContactLine, FORMAT, FactLine, Header, SectionLine, Trailer};
use super::record::{Record, all, check_client};
use super::store::Space;

impl Record {
    /// A client as lines, without line ends. What is appended meanwhile is not in it.
    pub async fn export(&self, client: &str) -> Result<Vec<String>, FactsError> {
        check_client(client)?;
        let head = self.head(client).await?;
        if head == 0 {
            return Err(FactsError::ClientUnknown(client.to_owned()));
        }
        let mut file = File::default();
        file.push(&Header { client: client.to_owned(), format: FORMAT.to_owned() })?;
        let brought = self.sections_by_report(client).await?;
        let mut after = Some(codec::fact_key(0).1);
        let mut seq = 0;
        while seq < head {
            let page = self.store().range(client, Space::Fact, after, PAGE_FACTS).await?;
            if page.is_empty() {
                return Err(FactsError::unreadable(format!("fact {} of {client} is missing", seq + 1)));
            }
            after = page.last().map(|(key, _)| key.clone());
            for (key, value) in page {
                let fact = StoredFact::read(&key, &value)?;
                if fact.seq > head {
                    break;
                }
                seq = fact.seq;
                file.fact(&fact)?;
                if let Some(digests) = brought.get(&seq) {
                    self.export_sections(client, seq, digests, &mut file).await?;
                }
            }
        }
        for contact in self.contacts(client).await? {
            let hours = STANDARD.encode(&contact.hours);
            file.push(&ContactLine { contact: ContactHours { agent: contact.agent, month: contact.month, hours } })?;
        }
        file.finish()
    }

    async fn export_sections(
        &self,
        client: &str,
        seq: u64,
        digests: &[String],
        file: &mut File,
    ) -> Result<(), FactsError> {
        let stored = self.sections(client, digests).await?;
        for (section, bytes) in digests.iter().zip(stored) {
            let bytes = bytes.ok_or_else(|| FactsError::SectionMissing(section.clone()))?;
            file.push(&SectionLine { section, seq, bytes: STANDARD.encode(&bytes) })?;
        }
        Ok(())
    }

    /// Digests of sections by the sequence of the report that brought them.
    async fn sections_by_report(&self, client: &str) -> Result<BTreeMap<u64, Vec<String>>, FactsError> {
        let mut brought: BTreeMap<u64, Vec<String>> = BTreeMap::new();
        all(self.store(), client, Space::Section, None, |key, value| {
            let (digest, seq, _) = codec::read_section(&key, &value)?;
            brought.entry(seq).or_default().push(digest);
            Ok(())
        })
        .await?;
        Ok(brought)
    }
}

/// A fact as a file tells it: its instant, and the sections that it brings, by digest in hex.
#[derive(Debug, Clone)]
pub struct Told {
    /// When it was recorded.
    pub at: Timestamp,
    /// The fact.
    pub fact: Fact,
    /// Bytes of the sections that a report names, packed.
    pub sections: BTreeMap<String, Vec<u8>>,
}

/// The export that a client with these facts, in this order, and contacts would have. It judges nothing: the import does.
///
/// # Errors
/// What cannot be written as JSON.
pub fn written(client: &str, told: &[Told], mut contacts: Vec<Contact>) -> Result<Vec<String>, FactsError> {
    let mut file = File::default();
    file.push(&Header { client: client.to_owned(), format: FORMAT.to_owned() })?;
    let mut brought: BTreeSet<&String> = BTreeSet::new();
    for (seq, told) in (1..).zip(told) {
        let json = serde_json::value::to_raw_value(&told.fact).map_err(FactsError::unreadable)?;
        file.push(&FactLine { seq, at: told.at, fact: &json })?;
        for (section, bytes) in &told.sections {
            if brought.insert(section) {
                file.push(&SectionLine { section, seq, bytes: STANDARD.encode(bytes) })?;
            }
        }
    }
    contacts.sort_by_key(|contact| codec::contact_key(&contact.agent, contact.month));
    for Contact { agent, month, hours } in contacts {
        file.push(&ContactLine { contact: ContactHours { agent, month, hours: STANDARD.encode(hours) } })?;
    }
    file.finish()
}

/// Facts read at once.
const PAGE_FACTS: usize = 256;

/// The lines so far, and their hash.
#[derive(Default)]
struct File {
    lines: Vec<String>,
    hash: Sha256,
}

impl File {
    fn push(&mut self, line: &impl Serialize) -> Result<(), FactsError> {
        let line = serde_json::to_string(line).map_err(FactsError::unreadable)?;
        self.hash.update(line.as_bytes());
        self.hash.update(b"\n");
        self.lines.push(line);
        Ok(())
    }

    fn fact(&mut self, stored: &StoredFact) -> Result<(), FactsError> {
        let fact: &RawValue = serde_json::from_slice(&stored.json).map_err(FactsError::unreadable)?;
        self.push(&FactLine { seq: stored.seq, at: stored.at, fact })
    }

    fn finish(mut self) -> Result<Vec<String>, FactsError> {
        let trailer = Trailer { lines: self.lines.len(), sha256: hex(&self.hash.finalize()) };
        self.lines.push(serde_json::to_string(&trailer).map_err(FactsError::unreadable)?);
        Ok(self.lines)
    }
}

/// Lower-case hexadecimal.
pub(super) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
