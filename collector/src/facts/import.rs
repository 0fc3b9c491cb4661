//! The way back of `export`: a file becomes a client, with its sequences and instants.
//!
//! Refuses: a client that exists, and a file that is cut, altered, or not in the order of an export. The whole file
//! is judged before the first byte is written, and the head is written last: a client is there whole or not at all.

use std::collections::BTreeSet;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use cadastre_domain::fact::{Contact, Fact, Recorded};
use jiff::Timestamp;
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

use super::codec::{self, HOUSE, Head};
use super::error::FactsError;
use super::export::hex;
use super::lines::{ContactHours, FORMAT, Header, Line, Trailer, journal_line};
use super::record::{Purpose, Record, check_client};
use super::rows::{self, Rows};
use super::store::{Batch, Expect, Space, StoreError, Write};

/// Bytes of one batch.
const BATCH_BYTES: usize = 256 * 1024;

impl Record {
    /// Makes a client of the lines that [`Record::export`] gave. Returns its code.
    pub async fn import(&self, lines: Vec<String>) -> Result<String, FactsError> {
        let client = judge_frame(&lines)?;
        let Some(_reserved) = self.reserve(&client, Purpose::Import) else {
            return Err(FactsError::ClientExists(client));
        };
        if self.head(&client).await? > 0 {
            return Err(FactsError::ClientExists(client));
        }
        let body = lines.get(1..lines.len() - 1).unwrap_or_default();
        let judged = Judge::new(&client).judge(body)?;
        self.clear_rest(&client).await?;
        let mut batch = Pending::new(&client);
        for (n, line) in body.iter().enumerate() {
            batch.line(n + 2, line)?;
            if batch.bytes >= BATCH_BYTES {
                self.write(batch.take()).await?;
            }
        }
        for (key, value) in judged.rows {
            if let Some(value) = value {
                batch.put(Write::Put(key.clone(), value));
            }
            if batch.bytes >= BATCH_BYTES {
                self.write(batch.take()).await?;
            }
        }
        let mut last = batch.take();
        last.writes.extend(judged.head.value().map(|value| Write::Put(codec::head_key(), value)));
        self.write(last).await?;
        self.forget_client(&client);
        Ok(client)
    }

    async fn write(&self, batch: Batch) -> Result<(), FactsError> {
        let client = batch.client.clone();
        self.store().append(batch).await.map_err(|error| match error {
            // Every batch expects that there is no head.
            StoreError::Conflict => FactsError::ClientExists(client),
            error => error.into(),
        })
    }

    /// Removes what an import that never ended left behind.
    async fn clear_rest(&self, client: &str) -> Result<(), FactsError> {
        let rest = self.store().range(client, Space::Fact, None, 1).await?;
        if !rest.is_empty() {
            self.store().erase(client).await?;
        }
        Ok(())
    }
}

/// Header and trailer: gives the client's code.
fn judge_frame(lines: &[String]) -> Result<String, FactsError> {
    let refused = |line, problem| FactsError::Export { line, problem };
    let [first, .., last] = lines else { return Err(refused(lines.len(), "export_truncated")) };
    let header: Header = serde_json::from_str(first).map_err(|_| refused(1, "export_not_an_export"))?;
    if header.format != FORMAT {
        return Err(refused(1, "export_format_unknown"));
    }
    let trailer: Trailer = serde_json::from_str(last).map_err(|_| refused(lines.len(), "export_truncated"))?;
    if trailer.lines != lines.len() - 1 {
        return Err(refused(lines.len(), "export_truncated"));
    }
    let mut hash = Sha256::new();
    for line in lines.iter().take(lines.len() - 1) {
        hash.update(line.as_bytes());
        hash.update(b"\n");
    }
    if trailer.sha256 != hex(&hash.finalize()) {
        return Err(refused(lines.len(), "export_altered"));
    }
    check_client(&header.client)?;
    Ok(header.client)
}

/// What a line between header and trailer is.
enum Item<'a> {
    Fact(Box<Recorded>, &'a RawValue),
    Section { digest: String, seq: u64, bytes: Vec<u8> },
    Contact(Contact),
}

fn item(number: usize, text: &str) -> Result<Item<'_>, FactsError> {
    let broken = || FactsError::Export { line: number, problem: "export_line_malformed" };
    let line: Line<'_> = serde_json::from_str(text).map_err(|_| broken())?;
    match line {
        Line { seq: Some(seq), at: Some(at), fact: Some(raw), section: None, bytes: None, contact: None } => {
            let fact: Fact = serde_json::from_str(raw.get()).map_err(|_| broken())?;
            Ok(Item::Fact(Box::new(Recorded { seq, at, fact }), raw))
        }
        Line { seq: Some(seq), at: None, fact: None, section: Some(digest), bytes: Some(text), contact: None } => {
            let bytes = STANDARD.decode(text).map_err(|_| broken())?;
            Ok(Item::Section { digest, seq, bytes })
        }
        Line { seq: None, at: None, fact: None, section: None, bytes: None, contact: Some(contact) } => {
            let ContactHours { agent, month, hours } = contact;
            let hours = STANDARD.decode(hours).map_err(|_| broken())?;
            Ok(Item::Contact(Contact { agent, month, hours }))
        }
        _ => Err(broken()),
    }
}

/// Reads the lines in order and says whether they are a record.
struct Judge<'a> {
    client: &'a str,
    head: Head,
    rows: Rows,
    sections: BTreeSet<String>,
    /// The sections of the report before, and those named so far that no line has brought.
    last_named: BTreeSet<String>,
    missing: BTreeSet<String>,
    last_contact: Option<Vec<u8>>,
}

impl<'a> Judge<'a> {
    fn new(client: &'a str) -> Self {
        Self {
            client,
            head: Head::default(),
            rows: Rows::new(),
            sections: BTreeSet::new(),
            last_named: BTreeSet::new(),
            missing: BTreeSet::new(),
            last_contact: None,
        }
    }

    fn judge(mut self, body: &[String]) -> Result<Self, FactsError> {
        for (n, text) in body.iter().enumerate() {
            let number = n + 2;
            let refused = |problem| FactsError::Export { line: number, problem };
            let taken = match item(number, text)? {
                Item::Fact(recorded, _) => self.fact(&recorded),
                Item::Section { digest, seq, .. } => self.section(digest, seq),
                Item::Contact(contact) => self.contact(&contact),
            };
            taken.map_err(refused)?;
        }
        let end = |problem| Err(FactsError::Export { line: body.len() + 2, problem });
        match (self.missing.is_empty(), self.head.seq) {
            (false, _) => end("export_section_missing"),
            (true, 0) => end("export_truncated"),
            _ => Ok(self),
        }
    }

    fn fact(&mut self, recorded: &Recorded) -> Result<(), &'static str> {
        let Recorded { seq, at, fact } = recorded;
        let exact = Timestamp::from_microsecond(at.as_microsecond()).is_ok_and(|exact| exact == *at);
        let later = self.head.seq == 0 || at.as_microsecond() > self.head.at_us;
        if self.last_contact.is_some() || !self.missing.is_empty() || *seq != self.head.seq + 1 || !later || !exact {
            return Err(if self.missing.is_empty() { "export_out_of_order" } else { "export_section_missing" });
        }
        let first = matches!(fact, Fact::Client { .. });
        let of_house = matches!(fact, Fact::Started { .. } | Fact::Stopped | Fact::Index { .. });
        if self.client != HOUSE && (first != (*seq == 1) || of_house) || self.client == HOUSE && first {
            return Err("export_out_of_order");
        }
        for key in rows::keys(fact) {
            self.rows.entry(key).or_default();
        }
        rows::fold(self.client, &mut self.rows, recorded).map_err(|_| "export_fact_contradicts")?;
        self.last_named.clear();
        if let Fact::Report { sections, .. } = fact {
            self.last_named.extend(sections.values().cloned());
            self.missing = self.last_named.difference(&self.sections).cloned().collect();
        }
        self.head = Head { seq: *seq, at_us: at.as_microsecond() };
        Ok(())
    }

    fn section(&mut self, digest: String, seq: u64) -> Result<(), &'static str> {
        let due = seq == self.head.seq && self.last_named.contains(&digest) && self.last_contact.is_none();
        if !due || !self.missing.remove(&digest) {
            return Err("export_out_of_order");
        }
        self.sections.insert(digest);
        Ok(())
    }

    fn contact(&mut self, contact: &Contact) -> Result<(), &'static str> {
        if !self.missing.is_empty() {
            return Err("export_section_missing");
        }
        let (_, key) = codec::contact_key(&contact.agent, contact.month);
        if self.last_contact.as_ref().is_some_and(|last| *last >= key) || contact.agent.contains('\0') {
            return Err("export_out_of_order");
        }
        self.last_contact = Some(key);
        Ok(())
    }
}

/// A batch that grows until it is worth a write.
struct Pending {
    batch: Batch,
    bytes: usize,
}

impl Pending {
    fn new(client: &str) -> Self {
        Self { batch: empty(client), bytes: 0 }
    }

    fn line(&mut self, number: usize, text: &str) -> Result<(), FactsError> {
        match item(number, text)? {
            Item::Fact(recorded, raw) => {
                let json = raw.get().as_bytes();
                self.batch.journal.extend(journal_line(&self.batch.client, &recorded, json));
                let value = codec::fact_value(recorded.at.as_microsecond(), json);
                self.put(Write::Put(codec::fact_key(recorded.seq), value));
            }
            Item::Section { digest, seq, bytes } => {
                self.put(Write::Put(codec::section_key(&digest), codec::section_value(seq, &bytes)));
            }
            Item::Contact(contact) => {
                self.put(Write::Put(codec::contact_key(&contact.agent, contact.month), contact.hours));
            }
        }
        Ok(())
    }

    fn put(&mut self, write: Write) {
        if let Write::Put(_, value) = &write {
            self.bytes += value.len();
        }
        self.batch.writes.push(write);
    }

    fn take(&mut self) -> Batch {
        self.bytes = 0;
        let next = empty(&self.batch.client);
        std::mem::replace(&mut self.batch, next)
    }
}

/// A batch for a client that does not exist yet.
fn empty(client: &str) -> Batch {
    let expect = vec![Expect { key: codec::head_key(), value: None }];
    Batch { client: client.to_owned(), expect, writes: Vec::new(), journal: Vec::new() }
}
