//! What the contract promises beside its price: duties, quality plan, definitions and clauses.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use super::fields::{Fields, Reader};
use crate::refusal::Refusal;

/// A dated duty: something to be done again every so many months, and attested.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Duty {
    /// Its id, unique in the contract.
    pub id: String,
    /// What it is.
    pub kind: DutyKind,
    /// Its name; default: its id.
    pub label: String,
    /// The line it is about, when it is about one.
    pub line: Option<String>,
    /// Months from one to the next.
    pub every_months: u32,
}

/// What a duty is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DutyKind {
    /// Preventive visit.
    Preventive,
    /// Restore test.
    RestoreTest,
    /// Training.
    Training,
    /// Steering committee.
    Committee,
    /// Something else.
    Other,
}

/// A criterion of the quality plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quality {
    /// What is measured.
    pub indicator: String,
    /// What is aimed at.
    pub target: Option<String>,
    /// Duty of means or of result.
    pub obligation: Option<Obligation>,
    /// What failing costs, in the contract's words.
    pub penalty: Option<String>,
}

/// Duty of means or of result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Obligation {
    /// Of means.
    Means,
    /// Of result.
    Result,
}

/// A defined term.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Definition {
    /// The term.
    pub term: String,
    /// What it means.
    pub text: String,
}

/// A clause: its text and its structured points.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clause {
    /// One of [`CLAUSES`].
    pub name: String,
    /// The text.
    pub text: Option<String>,
    /// Points by name, in the contract's words.
    pub points: BTreeMap<String, String>,
}

/// The clauses with the structured points each may have beside `text`.
pub const CLAUSES: [(&str, &[&str]); 9] = [
    ("object", &["text", "scope"]),
    ("backup", &["text", "frequency", "data", "location", "retention", "restore"]),
    ("cybersecurity", &["text", "measures", "incident"]),
    ("confidentiality", &["text", "personal_data", "duration"]),
    ("access", &["text", "remote", "premises", "archiving"]),
    ("reversibility", &["text", "formats", "delay", "fee"]),
    ("liability", &["text", "cap", "exclusions", "lost_data"]),
    ("obligations", &["text", "client", "provider"]),
    ("transfer", &["text", "consent"]),
];

/// `[[duties]]`.
pub(super) fn duties(fields: &Fields<'_>, reader: &mut Reader) -> Vec<Duty> {
    let mut duties: Vec<Duty> = Vec::new();
    for table in fields.tables(reader, "duties") {
        let Some(duty) = read_duty(&table, reader) else { continue };
        if duties.iter().any(|other| other.id == duty.id) {
            table.error(reader, "id", Refusal::new("duplicate_id").with("id", &duty.id));
        }
        duties.push(duty);
    }
    duties
}

fn read_duty(fields: &Fields<'_>, reader: &mut Reader) -> Option<Duty> {
    fields.only(reader, &["id", "kind", "label", "line", "every_months"]);
    fields.require(reader, &["id", "kind", "every_months"]);
    let kinds = [
        ("preventive", DutyKind::Preventive),
        ("restore_test", DutyKind::RestoreTest),
        ("training", DutyKind::Training),
        ("committee", DutyKind::Committee),
        ("other", DutyKind::Other),
    ];
    let id = fields.id(reader, "id");
    let kind = fields.choice(reader, "kind", &kinds);
    let label = fields.text(reader, "label");
    let line = fields.text(reader, "line");
    let every_months = fields.count(reader, "every_months", 1, 1_200);
    let id = id?;
    Some(Duty { label: label.unwrap_or_else(|| id.clone()), id, kind: kind?, line, every_months: every_months? })
}

/// `[[quality]]`.
pub(super) fn quality(fields: &Fields<'_>, reader: &mut Reader) -> Vec<Quality> {
    let tables = fields.tables(reader, "quality");
    tables.iter().filter_map(|table| read_quality(table, reader)).collect()
}

fn read_quality(fields: &Fields<'_>, reader: &mut Reader) -> Option<Quality> {
    fields.only(reader, &["indicator", "target", "obligation", "penalty"]);
    fields.require(reader, &["indicator"]);
    let target = fields.text(reader, "target");
    let words = [("means", Obligation::Means), ("result", Obligation::Result)];
    let obligation = fields.choice(reader, "obligation", &words);
    let penalty = fields.text(reader, "penalty");
    Some(Quality { indicator: fields.text(reader, "indicator")?, target, obligation, penalty })
}

/// `[[definitions]]`.
pub(super) fn definitions(fields: &Fields<'_>, reader: &mut Reader) -> Vec<Definition> {
    let tables = fields.tables(reader, "definitions");
    tables.iter().filter_map(|table| read_definition(table, reader)).collect()
}

fn read_definition(fields: &Fields<'_>, reader: &mut Reader) -> Option<Definition> {
    fields.only(reader, &["term", "text"]);
    fields.require(reader, &["term", "text"]);
    let term = fields.text(reader, "term");
    let text = fields.text(reader, "text");
    Some(Definition { term: term?, text: text? })
}

/// `[clauses.NAME]`, in the order of [`CLAUSES`].
pub(super) fn clauses(fields: &Fields<'_>, reader: &mut Reader) -> Vec<Clause> {
    let Some(table) = fields.table(reader, "clauses") else { return Vec::new() };
    let names: Vec<&str> = CLAUSES.iter().map(|(name, _)| *name).collect();
    table.only(reader, &names);
    let mut clauses = Vec::new();
    for (name, keys) in CLAUSES {
        let Some(clause) = table.table(reader, name) else { continue };
        clause.only(reader, keys);
        let points = keys.iter().filter(|key| **key != "text");
        clauses.push(Clause {
            name: String::from(name),
            text: clause.text(reader, "text"),
            points: points.filter_map(|key| Some((String::from(*key), clause.text(reader, key)?))).collect(),
        });
    }
    clauses
}
