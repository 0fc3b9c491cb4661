//! The written clauses: present, not empty, with the points that make them usable.

use super::super::fields::Reader;
use super::{Subject, joined};
use crate::refusal::Refusal;

/// Each clause, the code when it is missing, and the points it should state.
const EXPECTED: [(&str, &str, &[&str]); 9] = [
    ("object", "object_missing", &[]),
    ("backup", "backup_missing", &["frequency", "data", "location", "restore"]),
    ("cybersecurity", "cybersecurity_missing", &[]),
    ("confidentiality", "confidentiality_missing", &["personal_data"]),
    ("access", "access_missing", &[]),
    ("reversibility", "reversibility_missing", &["formats", "delay", "fee"]),
    ("liability", "liability_missing", &[]),
    ("obligations", "obligations_missing", &["client", "provider"]),
    ("transfer", "transfer_missing", &[]),
];

pub(super) fn remark(subject: &Subject<'_, '_>, reader: &mut Reader) {
    subject.expect(reader, !subject.conditions.definitions.is_empty(), "definitions_missing");
    subject.expect(reader, subject.conditions.liability_cap.is_some(), "liability_cap_missing");
    let tables = subject.root.table(&mut Reader::new(""), "clauses");
    for (name, missing, points) in EXPECTED {
        let Some(clause) = subject.conditions.clauses.iter().find(|clause| clause.name == name) else {
            subject.absent(reader, missing);
            continue;
        };
        let lacking: alloc::vec::Vec<&str> =
            points.iter().copied().filter(|point| !clause.points.contains_key(*point)).collect();
        let empty = clause.text.is_none() && clause.points.is_empty();
        let refusal = if empty {
            Refusal::new("clause_empty").with("clause", name)
        } else if !lacking.is_empty() {
            Refusal::new("clause_incomplete").with("clause", name).with("keys", joined(&lacking))
        } else {
            continue;
        };
        match &tables {
            Some(table) => table.warn(reader, name, refusal),
            None => reader.absent(refusal),
        }
    }
}
