//! What interventions show: `sla_missed`, a promised delay that passed, and `palliative_open`, a repair that waits for its
//! corrective one.
//!
//! A delay is judged on the instants that the usage rows tell, in contract hours; what a contract never tells is not judged.
//! **Invariant**: one finding an asset and line, however many of its interventions are late.

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use jiff::Timestamp;
use jiff::civil::Date;

use super::{Draft, fact_evidence};
use crate::calendar::{Month, day_of};
use crate::contract::Sla;
use crate::hours::ContractHours;
use crate::perimeter::Agreement;
use crate::register::Register;
use crate::usage::UsageRow;

/// All of the family.
pub(super) fn findings(register: &Register) -> Vec<Draft> {
    let mut drafts = Vec::new();
    for (index, agreement) in register.agreements.iter().enumerate() {
        let own: Vec<&UsageRow> = register
            .usage
            .iter()
            .filter(|row| row.contract == agreement.contract.id && row.date <= register.as_of)
            .collect();
        let late = own.iter().filter_map(|row| Some((*row, missed(register, agreement, &own, row)?)));
        drafts.extend(by_subject(register, index, "sla_missed", "answer", late));
        let open = own.iter().filter(|row| is_open(&own, row)).map(|row| (*row, row.date));
        drafts.extend(by_subject(register, index, "palliative_open", "repair", open));
    }
    drafts
}

/// One draft for each asset (or row that names none) and line, from its earliest row on.
fn by_subject<'a>(
    register: &Register,
    agreement: usize,
    code: &'static str,
    action: &'static str,
    rows: impl Iterator<Item = (&'a UsageRow, Date)>,
) -> Vec<Draft> {
    let mut found: BTreeMap<(Option<usize>, String, &str), Draft> = BTreeMap::new();
    for (row, since) in rows {
        let asset = row.asset.as_deref().and_then(|named| asset_named(register, named));
        let slot = match asset {
            Some(_) => String::new(),
            None => row.asset.clone().unwrap_or_else(|| format!("usage:{}", row.key)),
        };
        let evidence = register.usage_seqs.get(&row.key).map(|seq| fact_evidence(*seq));
        let draft = found.entry((asset, slot.clone(), &row.line)).or_insert_with(|| Draft {
            code,
            asset,
            slot: asset.is_none().then_some(slot),
            agreement: Some(agreement),
            line: Some(row.line.clone()),
            since,
            evidence: Vec::new(),
            slots: 0,
            action,
        });
        draft.since = draft.since.min(since);
        draft.evidence.extend(evidence.filter(|seq| !draft.evidence.contains(seq)));
    }
    found.into_values().collect()
}

/// The asset that a usage row names by its id, or by its name when only one bears it.
fn asset_named(register: &Register, named: &str) -> Option<usize> {
    if let Some(index) = register.asset(named) {
        return Some(index);
    }
    let mut bearers =
        register.assets.iter().enumerate().filter(|(_, asset)| asset.name.eq_ignore_ascii_case(named.trim()));
    let first = bearers.next()?;
    bearers.next().is_none().then_some(first.0)
}

/// The day on which a promised delay of the row passed, while it is news: until it is solved, and to the end of the month
/// after the one in which it passed.
fn missed(register: &Register, agreement: &Agreement, own: &[&UsageRow], row: &UsageRow) -> Option<Date> {
    let line = agreement.contract.line_on(&row.line, row.date)?;
    let sla = line.sla.as_ref()?;
    let passed = passed(register, agreement, own, row, sla)?;
    let solved = row.solved_at.is_some_and(|solved| solved <= register.at);
    let news = Month::of(passed).plus(1).last();
    (!solved || register.as_of <= news).then_some(passed)
}

fn passed(register: &Register, agreement: &Agreement, own: &[&UsageRow], row: &UsageRow, sla: &Sla) -> Option<Date> {
    let opened = row.opened_at?;
    let hours = sla.hours.as_deref().map_or_else(|| Some(ContractHours::always()), ContractHours::parse)?;
    let zone = agreement.contract.zone();
    let judged = |promise: &Option<String>, done: Option<Timestamp>, told: bool| {
        let end = hours.end_of(promise.as_deref()?, opened, &zone)?;
        // Nobody is late with what the contract's rows never tell.
        let late = match done {
            Some(done) => done > end,
            None => told && register.at > end,
        };
        late.then(|| day_of(end, &zone))
    };
    let answers = own.iter().any(|row| row.answered_at.is_some());
    let solves = own.iter().any(|row| row.solved_at.is_some());
    let answer = judged(&sla.response, row.answered_at, answers && row.solved_at.is_none());
    let solution = judged(&sla.resolution, row.solved_at, solves);
    answer.into_iter().chain(solution).min().filter(|passed| *passed <= register.as_of)
}

/// Whether a palliative repair still waits: no corrective one on its asset since.
fn is_open(own: &[&UsageRow], row: &UsageRow) -> bool {
    let nature = |row: &UsageRow, nature: &str| row.nature.as_deref() == Some(nature);
    let closes = |other: &&&UsageRow| nature(other, "corrective") && other.asset == row.asset && other.date >= row.date;
    nature(row, "palliative") && !own.iter().any(|other| closes(&other))
}
