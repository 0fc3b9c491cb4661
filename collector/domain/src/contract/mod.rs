//! The contract: its file read into typed values, its remarks, its term, its lines on each day.
//!
//! It refuses unknown keys, values of the wrong type and whatever leaves an amount or a date open, each with its line.
//! **Invariant**: what is read can be priced on every day it is in force; a version is the hash of the file's bytes.

mod amendment;
mod annex;
mod billing;
mod clauses;
mod conditions;
mod currency;
mod exit;
mod fields;
mod line;
mod line_reading;
mod review;
mod rules;
mod service;
mod term;
mod warnings;

use alloc::string::String;
use alloc::vec::Vec;
use core::cmp::Ordering;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use toml::de::DeTable;

pub use amendment::{Amendment, AmendmentKind, Segment};
pub use annex::{OWNERS, OneOff, ScopeRule};
pub use billing::{Billing, EndOfMonth, PaymentTerms, Period, Presentation, Timing, Vat, VatCategory};
pub use clauses::{CLAUSES, Clause, Definition, Duty, DutyKind, Obligation, Quality};
pub use conditions::{ClientKind, Conditions, ExitFee, Party, Renewal, RenewalKind, Role, Support};
pub use line::{
    Admission, Agreed, CATEGORIES, COUNT_MAX, Formula, Line, MissingPolicy, Mode, Pack, RemovalEffect, Requirement,
    Sla, StatePolicy, Tier,
};
pub use review::{PriceReview, Reference, SERIES, Series};
pub use service::REQUIREMENTS;
pub use term::{Deadline, WARNING_DUTY};

use crate::calendar;
use crate::fact::AnnexRow;
use crate::refusal::Refusal;
use fields::{Fields, Reader};

/// Largest contract file, in bytes: annexes of some ten thousand rows fit.
const FILE_BYTES_MAX: usize = 16 << 20;

/// A remark of the linter.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Remark {
    /// Whether it refuses the file.
    pub severity: Severity,
    /// The code, its arguments and its line.
    #[serde(flatten)]
    pub refusal: Refusal,
}

/// Whether a remark refuses the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// It does.
    Error,
    /// It does not.
    Warning,
}

/// One version of a contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contract {
    /// Its id.
    pub id: String,
    /// The client's code.
    pub client: String,
    /// The billed entity; `None`: the client itself.
    pub entity: Option<String>,
    /// ISO 4217 code.
    pub currency: String,
    /// IANA name of the time zone of its days.
    pub time_zone: String,
    /// When it was signed.
    pub signed_on: Option<Date>,
    /// First day in force.
    pub effective_on: Date,
    /// Named devices.
    pub annex: Vec<AnnexRow>,
    /// Scope rules.
    pub scope_rules: Vec<ScopeRule>,
    /// One-off amounts.
    pub one_off: Vec<OneOff>,
    /// Amendments in the order in which they hold.
    pub amendments: Vec<Amendment>,
    /// What holds from day to day; the first begins on `effective_on`.
    pub segments: Vec<Segment>,
    /// SHA-256 of the file, in hex: the version.
    pub version: String,
    zone: TimeZone,
    last: Option<Date>,
}

/// Reads a contract file.
///
/// # Errors
/// Every remark of severity `error`, in the order of lines.
pub fn read(text: &str) -> Result<Contract, Vec<Remark>> {
    let (contract, remarks) = read_and_remark(text);
    let errors: Vec<Remark> = remarks.into_iter().filter(|remark| remark.severity == Severity::Error).collect();
    match contract {
        Some(contract) if errors.is_empty() => Ok(contract),
        _ => Err(errors),
    }
}

/// The version of a contract file: SHA-256 of its bytes, in hex.
pub fn version(text: &str) -> String {
    crate::price::sha256_hex(text.as_bytes())
}

/// All remarks on a contract file, in the order of lines; those about what is absent from the whole file come first.
pub fn lint(text: &str) -> Vec<Remark> {
    read_and_remark(text).1
}

fn read_and_remark(text: &str) -> (Option<Contract>, Vec<Remark>) {
    let mut reader = Reader::new(text);
    if text.len() > FILE_BYTES_MAX {
        reader.error(&(0..0), Refusal::new("contract_too_long").with("bytes", FILE_BYTES_MAX));
        return (None, reader.remarks);
    }
    let (document, errors) = DeTable::parse_recoverable(text);
    for error in errors {
        let refusal = Refusal::new("toml_syntax").with("detail", error.message());
        reader.error(&error.span().unwrap_or(0..0), refusal);
    }
    let mut contract = None;
    if reader.remarks.is_empty() {
        let root = Fields::new("", document.span(), document.get_ref());
        contract = read_root(&root, text, &mut reader);
    }
    let mut remarks = reader.remarks;
    remarks.sort_by(in_order);
    remarks.dedup();
    (contract, remarks)
}

fn in_order(one: &Remark, other: &Remark) -> Ordering {
    let (left, right) = (&one.refusal, &other.refusal);
    let by_place = left.line.cmp(&right.line).then(one.severity.cmp(&other.severity));
    by_place
        .then_with(|| left.code.cmp(right.code))
        .then_with(|| left.field.cmp(&right.field))
        .then_with(|| left.args.cmp(&right.args))
}

fn read_root(root: &Fields<'_>, text: &str, reader: &mut Reader) -> Option<Contract> {
    let mut known = alloc::vec![
        "id",
        "client",
        "entity",
        "signed_on",
        "effective_on",
        "currency",
        "time_zone",
        "lines",
        "annex",
        "scope_rules",
        "one_off",
        "amendments",
    ];
    known.extend(conditions::KEYS);
    root.only(reader, &known);
    root.require(reader, &["id", "client", "effective_on"]);
    let id = root.id(reader, "id");
    let client = read_client(root, "client", reader);
    let entity = read_client(root, "entity", reader);
    let currency = read_currency(root, reader);
    let (time_zone, zone) = read_zone(root, reader);
    let signed_on = root.date(reader, "signed_on");
    let effective_on = root.date(reader, "effective_on")?;
    let patches = amendment::read(root, Some(effective_on), reader);
    let segments = amendment::segments(root, effective_on, &patches, reader);
    let mut contract = Contract {
        id: id?,
        client: client?,
        entity,
        currency: currency?,
        time_zone,
        signed_on,
        effective_on,
        annex: annex::rows(root, &segments, reader),
        scope_rules: annex::scope_rules(root, &segments, reader),
        one_off: annex::one_offs(root, &segments, reader),
        amendments: patches.iter().map(|patch| patch.amendment.clone()).collect(),
        segments,
        version: version(text),
        zone: zone?,
        last: None,
    };
    contract.last = term::last_day(&contract);
    annex::check_references(root, &contract.segments, reader);
    check_end(root, &contract, &patches, reader);
    warnings::remark(root, &contract, &patches, reader);
    Some(contract)
}

fn read_client(root: &Fields<'_>, key: &str, reader: &mut Reader) -> Option<String> {
    let code = root.text(reader, key)?;
    let plain = code.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    if !plain || code.starts_with('-') || code.len() > 63 {
        root.error(reader, key, Refusal::new("client_code_form").with("value", &code));
        return None;
    }
    Some(code)
}

fn read_currency(root: &Fields<'_>, reader: &mut Reader) -> Option<String> {
    if !root.has("currency") {
        return Some(String::from("EUR"));
    }
    let code = root.text(reader, "currency")?;
    if !currency::is_known(&code) {
        root.error(reader, "currency", Refusal::new("unknown_currency").with("value", &code));
        return None;
    }
    Some(code)
}

fn read_zone(root: &Fields<'_>, reader: &mut Reader) -> (String, Option<TimeZone>) {
    let name = if root.has("time_zone") { root.text(reader, "time_zone") } else { Some(String::from("Europe/Paris")) };
    let Some(name) = name else { return (String::new(), None) };
    let zone = calendar::zone(&name);
    if zone.is_none() {
        root.error(reader, "time_zone", Refusal::new("unknown_time_zone").with("value", &name));
    }
    (name, zone)
}

fn check_end(root: &Fields<'_>, contract: &Contract, patches: &[amendment::Patch<'_>], reader: &mut Reader) {
    let before = |end: Option<Date>| end.is_some_and(|end| end < contract.effective_on);
    let refusal = || Refusal::new("ends_before_start");
    for patch in patches.iter().filter(|patch| before(patch.amendment.ends_on)) {
        patch.fields.error(reader, "ends_on", refusal());
    }
    if contract.segments.iter().any(|segment| before(segment.conditions.ends_on)) {
        root.error(reader, "ends_on", refusal());
    }
}

impl Contract {
    /// First day in force.
    pub fn first_day(&self) -> Date {
        self.effective_on
    }

    /// Last day in force; `None` while no end is known.
    pub fn last_day(&self) -> Option<Date> {
        self.last
    }

    /// Whether it is in force on that day.
    pub fn in_force(&self, day: Date) -> bool {
        self.effective_on <= day && self.last.is_none_or(|last| day <= last)
    }

    /// The time zone of its days.
    pub fn zone(&self) -> TimeZone {
        self.zone.clone()
    }

    /// The billed entity's code: `entity`, else the client's.
    pub fn billed_entity(&self) -> &str {
        self.entity.as_deref().unwrap_or(&self.client)
    }

    /// What holds on that day; before the first day, what will hold on it.
    pub fn segment_on(&self, day: Date) -> Option<&Segment> {
        self.segments.iter().rev().find(|segment| segment.from <= day).or_else(|| self.segments.first())
    }

    /// The conditions that hold on that day.
    pub fn conditions_on(&self, day: Date) -> &Conditions {
        static NONE: Conditions = Conditions::NONE;
        self.segment_on(day).map_or(&NONE, |segment| &segment.conditions)
    }

    /// The lines in force on that day, none when the contract is not.
    pub fn lines_on(&self, day: Date) -> &[Line] {
        if !self.in_force(day) {
            return &[];
        }
        self.segment_on(day).map_or(&[], |segment| segment.lines.as_slice())
    }

    /// One line as it is in force on that day.
    pub fn line_on(&self, id: &str, day: Date) -> Option<&Line> {
        self.lines_on(day).iter().find(|line| line.id == id)
    }

    /// Ids of all lines that ever are, in the order of the file, those of amendments after.
    pub fn line_ids(&self) -> Vec<&str> {
        self.segments
            .last()
            .map_or_else(Vec::new, |segment| segment.lines.iter().map(|line| line.id.as_str()).collect())
    }
}

#[cfg(test)]
mod tests;
