//! `cadastre/pack/1`: the dispute pack of a closed month: its manifest, what it proves, and its check without a collector.
//!
//! The manifest names every file with its SHA-256 and bears a seal over itself; what a forger could make right again is then
//! caught by meaning: the bill and the slot-days must be what the frozen facts say. **Invariant**: no byte of a pack can
//! change without its file being named.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use cadastre_domain::calendar::Month;
use cadastre_domain::closing::{self, Closed, ClosedMonth};
use cadastre_domain::fact::{Fact, Recorded};
use cadastre_domain::ledger;
use cadastre_domain::perimeter::Origin;
use cadastre_domain::price::sha256_hex;
use cadastre_domain::refusal::Refusal;
use cadastre_domain::register::Register;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::views::bill::{Bill, BillLine, Period};
use crate::views::cell::guarded;
use crate::views::verification::Verification;

/// The manifest's file.
pub const MANIFEST: &str = "pack.json";
/// The chained facts' file.
pub const FACTS: &str = "facts.jsonl";
/// The bills' file.
pub const BILL: &str = "bill.json";
/// The slot-days' file.
pub const SLOT_DAYS: &str = "slot-days.csv";

/// The manifest of a pack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// `cadastre/pack/1`.
    pub schema: String,
    /// Client code.
    pub client: String,
    /// The month.
    pub period: Month,
    /// Head of the ledger after the month was closed.
    pub head: String,
    /// Every other file of the folder, by name.
    pub files: BTreeMap<String, String>,
    /// SHA-256 of this document with an empty seal.
    pub seal: String,
}

impl Manifest {
    /// The manifest of these files.
    pub fn of<'f>(
        client: &str,
        period: Month,
        head: &str,
        files: impl IntoIterator<Item = (&'f str, &'f [u8])>,
    ) -> Self {
        let files = files.into_iter().map(|(name, bytes)| (name.to_owned(), sha256_hex(bytes))).collect();
        let (client, head) = (client.to_owned(), head.to_owned());
        let open = Self { schema: "cadastre/pack/1".to_owned(), client, period, head, files, seal: String::new() };
        Self { seal: sha256_hex(open.text().as_bytes()), ..open }
    }

    /// Its file.
    pub fn text(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }

    /// Reads a manifest's file, which must be to the byte what was written.
    ///
    /// # Errors
    /// `pack_unreadable`, `pack_file_altered`, both naming the file.
    pub fn read(bytes: &[u8]) -> Result<Self, Refusal> {
        let manifest: Self = serde_json::from_slice(bytes)
            .map_err(|error| Refusal::new("pack_unreadable").with("reason", error).in_file(MANIFEST))?;
        let open = Self { seal: String::new(), ..manifest.clone() };
        if manifest.text().as_bytes() != bytes || sha256_hex(open.text().as_bytes()) != manifest.seal {
            return Err(Refusal::new("pack_file_altered").in_file(MANIFEST));
        }
        Ok(manifest)
    }
}

/// Checks a pack: every file, then what the files say, then the month itself.
///
/// # Errors
/// `pack_unreadable`, `pack_file_altered`, `pack_file_missing`, `pack_file_unlisted`, `pack_file_contradicts`, each naming
/// the file; and what [`closing::verify`] refuses.
pub fn check(files: &BTreeMap<String, Vec<u8>>) -> Result<(Verification, Vec<Recorded>), Refusal> {
    let missing = |name: &str| Refusal::new("pack_file_missing").in_file(name);
    let manifest = Manifest::read(files.get(MANIFEST).ok_or_else(|| missing(MANIFEST))?)?;
    for (name, hash) in &manifest.files {
        if sha256_hex(files.get(name).ok_or_else(|| missing(name))?) != *hash {
            return Err(Refusal::new("pack_file_altered").in_file(name));
        }
    }
    if let Some(name) = files.keys().find(|name| *name != MANIFEST && !manifest.files.contains_key(*name)) {
        return Err(Refusal::new("pack_file_unlisted").in_file(name));
    }
    let of = |name: &str| files.get(name).ok_or_else(|| missing(name));
    let recorded = facts(of(FACTS)?)?;
    let found = closing::verify(&manifest.client, &recorded, manifest.period)?;
    let mut verified = Verification::of(&manifest.client, found);
    verified.ledger_intact &= manifest.head == verified.head;
    verified.holds &= verified.ledger_intact;
    let contradicts = |name: &str| Refusal::new("pack_file_contradicts").in_file(name);
    if let Some(closed) = closed(&recorded, manifest.period) {
        if slot_days(closed).as_bytes() != of(SLOT_DAYS)?.as_slice() {
            return Err(contradicts(SLOT_DAYS));
        }
        if !tells(of(BILL)?, closed) {
            return Err(contradicts(BILL));
        }
    }
    Ok((verified, recorded))
}

fn facts(bytes: &[u8]) -> Result<Vec<Recorded>, Refusal> {
    let unreadable = |reason: String| Refusal::new("pack_unreadable").with("reason", reason).in_file(FACTS);
    let text = std::str::from_utf8(bytes).map_err(|error| unreadable(error.to_string()))?;
    let read = |(number, line): (usize, &str)| {
        serde_json::from_str(line).map_err(|error: serde_json::Error| unreadable(error.to_string()).at_line(number + 1))
    };
    text.lines().enumerate().map(read).collect()
}

fn closed(recorded: &[Recorded], month: Month) -> Option<&ClosedMonth> {
    recorded.iter().find_map(|recorded| match &recorded.fact {
        Fact::ClosedMonth(closed) if closed.month == month => Some(&**closed),
        _ => None,
    })
}

/// Whether the bills of a file carry the lines and totals that were frozen.
fn tells(bytes: &[u8], closed: &ClosedMonth) -> bool {
    let documents = bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    let documents: Option<Vec<serde_json::Value>> = documents.map(|line| serde_json::from_slice(line).ok()).collect();
    let Some(documents) = documents.filter(|documents| documents.len() == closed.bills.len()) else { return false };
    closed.bills.iter().all(|bill| {
        let own = documents.iter().find(|told| told["entity"] == bill.entity && told["currency"] == bill.currency);
        let lines: Vec<BillLine> = bill.lines.iter().cloned().map(BillLine::of).collect();
        let Some(told) = own else { return false };
        serde_json::to_value(&lines).is_ok_and(|lines| told["lines"] == lines)
            && told["total_net"] == bill.total_net.to_string()
            && told["total_gross"] == bill.total_gross.to_string()
    })
}

/// The facts that the ledger chains, one a line.
///
/// # Errors
/// `internal` when a fact does not write itself.
pub fn chained(client: &str, recorded: &[Recorded]) -> Result<String, Refusal> {
    let entries = ledger::ledger(client, recorded);
    let mut text = String::new();
    let own = |recorded: &&Recorded| entries.binary_search_by_key(&recorded.seq, |entry| entry.seq).is_ok();
    for recorded in recorded.iter().filter(own) {
        text += &serde_json::to_string(recorded).map_err(|error| Refusal::new("internal").with("reason", error))?;
        text.push('\n');
    }
    Ok(text)
}

/// The slot-days that a closed month froze, one row a slot and holder: the proof of its quantities.
pub fn slot_days(closed: &ClosedMonth) -> String {
    let mut text = String::from("month;contract;line;slot;days;runs;asset;from;to;opened_by;first_seen;last_seen\n");
    for slot in &closed.slots {
        let runs = slot.days.runs(slot.month).into_iter().map(|(from, to)| format!("{from}..{to}"));
        let slot_cells = format!(
            "{};{};{};{};{};{}",
            slot.month,
            cell(&slot.contract),
            cell(&slot.line),
            cell(&slot.slot),
            slot.days.count(),
            runs.collect::<Vec<_>>().join(" ")
        );
        if slot.links.is_empty() {
            let _ = writeln!(text, "{slot_cells};;;;;;");
        }
        for link in &slot.links {
            let day = |day: Option<Date>| day.map(|day| day.to_string()).unwrap_or_default();
            let at = |at: Option<Timestamp>| at.map(|at| at.to_string()).unwrap_or_default();
            let seen = (at(link.first_seen), at(link.last_seen));
            let origin = origin(link.origin);
            let (from, to) = (link.from, day(link.to));
            let _ = writeln!(text, "{slot_cells};{};{from};{to};{origin};{};{}", link.asset, seen.0, seen.1);
        }
    }
    text
}

/// What opened a slot, as a word.
fn origin(origin: Origin) -> &'static str {
    match origin {
        Origin::Annex => "annex",
        Origin::Decision => "decision",
        Origin::Admission => "admission",
        Origin::Scope => "scope",
    }
}

/// A cell of a table with `;`: guarded, and quoted where it must be.
fn cell(text: &str) -> String {
    let text = guarded(text);
    if text.contains([';', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

/// The days on which each asset of the month's slots was heard or seen, one row a day: the observations under the slot-days.
pub fn observations(register: &Register, closed: &ClosedMonth) -> String {
    let mut assets: Vec<&str> =
        closed.slots.iter().flat_map(|slot| &slot.links).map(|link| link.asset.as_str()).collect();
    assets.sort_unstable();
    assets.dedup();
    let mut text = String::from("asset;name;day;contacts;first;last\n");
    for id in assets {
        let Some(asset) = register.asset(id).and_then(|index| register.assets.get(index)) else { continue };
        let mut by_day: BTreeMap<Date, Vec<Timestamp>> = BTreeMap::new();
        for contact in &asset.contacts {
            let day = cadastre_domain::calendar::day_of(*contact, &register.zone);
            if closed.months.contains(&Month::of(day)) {
                by_day.entry(day).or_default().push(*contact);
            }
        }
        for (day, contacts) in by_day {
            let (Some(first), Some(last)) = (contacts.first(), contacts.last()) else { continue };
            let _ = writeln!(text, "{id};{};{day};{};{first};{last}", cell(&asset.name), contacts.len());
        }
    }
    text
}

/// What the printable page of a pack tells.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Proof {
    /// Client code.
    pub client: String,
    /// Display name of the client.
    pub name: String,
    /// First day of the month.
    pub start: Date,
    /// When it was closed.
    pub closed_at: Timestamp,
    /// The bills.
    pub bills: Vec<Bill>,
    /// The slots, by month, contract, line and slot.
    pub slots: Vec<ProofSlot>,
    /// What verifying found.
    pub verification: Verification,
}

/// A slot's days with who held it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ProofSlot {
    /// The month.
    pub month: Month,
    /// Contract id.
    pub contract: String,
    /// Line id.
    pub line: String,
    /// Slot.
    pub slot: String,
    /// How many days.
    pub days: u32,
    /// The runs of days.
    pub runs: Vec<Period>,
    /// Who held it: name, and what opened the slot for it.
    pub holders: Vec<Holder>,
}

/// A holder of a slot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Holder {
    /// Its name; its id when it is known no more.
    pub name: String,
    /// `annex`, `decision` or `admission`.
    pub opened_by: &'static str,
    /// First time it was seen in the month.
    pub first_seen: Option<Timestamp>,
    /// Last time.
    pub last_seen: Option<Timestamp>,
}

impl Proof {
    /// The proof of a closed month of a register.
    pub fn of(register: &Register, closed: &Closed, verification: Verification) -> Self {
        let bills = closed.closed.bills(&register.client);
        let several = bills.len() > 1;
        let name = |id: &str| {
            let asset = register.asset(id).and_then(|index| register.assets.get(index));
            asset.map_or_else(|| id.to_owned(), |asset| asset.name.clone())
        };
        let slot = |slot: &cadastre_domain::closing::ClosedSlot| ProofSlot {
            month: slot.month,
            contract: slot.contract.clone(),
            line: slot.line.clone(),
            slot: slot.slot.clone(),
            days: slot.days.count(),
            runs: slot.days.runs(slot.month).into_iter().map(|(start, end)| Period { start, end }).collect(),
            holders: slot
                .links
                .iter()
                .map(|link| Holder {
                    name: name(&link.asset),
                    opened_by: origin(link.origin),
                    first_seen: link.first_seen,
                    last_seen: link.last_seen,
                })
                .collect(),
        };
        Self {
            client: register.client.clone(),
            name: register.name.clone().unwrap_or_else(|| register.client.clone()),
            start: closed.closed.month.first(),
            closed_at: closed.at,
            bills: bills.into_iter().map(|bill| Bill::of(register, bill, several)).collect(),
            slots: closed.closed.slots.iter().filter(|slot| slot.days.count() > 0).map(slot).collect(),
            verification,
        }
    }
}
