//! Gaps between what is seen and what the contract names: `uncovered`, `missing`, `never_seen`, `annex_empty`,
//! `over_count`, `retired_but_alive`.

use alloc::vec;
use alloc::vec::Vec;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};

use super::{Draft, contact_evidence, fact_evidence, sources};
use crate::calendar::day_of;
use crate::category::Category;
use crate::contract::{Admission, Formula, Line};
use crate::perimeter::{Agreement, Origin, State};
use crate::register::Register;
use crate::standing::{Standing, Status, listed_at, seen_lately};

/// All of the family.
pub(super) fn findings(register: &Register, empty: &[usize]) -> Vec<Draft> {
    let mut drafts: Vec<Draft> = empty.iter().map(|index| annex_empty(register, *index)).collect();
    for standing in &register.standings {
        drafts.extend(match standing.status {
            Status::Uncovered => uncovered(register, standing, empty),
            Status::Missing => held(register, standing, "missing", "retire"),
            _ if never_seen(register, standing) => held(register, standing, "never_seen", "locate"),
            _ => None,
        });
        drafts.extend(retired_but_alive(register, standing));
    }
    drafts.extend(over_count(register));
    drafts
}

/// The agreements that count devices named by an annex, and name none.
pub(super) fn empty_annexes(register: &Register) -> Vec<usize> {
    (0..register.agreements.len()).filter(|index| annex_is_empty(register, *index)).collect()
}

/// Whether the contract has lines of admission `annex` with counts, and no annex entry at all.
fn annex_is_empty(register: &Register, index: usize) -> bool {
    let Some(Agreement { contract, annex, .. }) = register.agreements.get(index) else { return false };
    contract.in_force(register.as_of)
        && annex.is_empty()
        && named_lines(contract.lines_on(register.as_of)).next().is_some()
}

/// Lines that count devices named in an annex.
fn named_lines(lines: &[Line]) -> impl Iterator<Item = &Line> {
    lines.iter().filter(|line| line.admission == Admission::Annex && line.formula == Formula::Forfait && line.count > 0)
}

fn annex_empty(register: &Register, index: usize) -> Draft {
    let agreement = register.agreements.get(index);
    Draft {
        code: "annex_empty",
        asset: None,
        slot: None,
        agreement: Some(index),
        line: None,
        since: agreement.map_or(register.as_of, |agreement| agreement.contract.first_day()),
        evidence: agreement.map(|agreement| fact_evidence(agreement.seq)).into_iter().collect(),
        slots: 0,
        action: "name_devices",
    }
}

fn uncovered(register: &Register, standing: &Standing, empty: &[usize]) -> Option<Draft> {
    // Kept out by a decision, or by a rule that both parties signed.
    let excluded =
        register.perimeter.excluded(standing.asset, register.as_of) || standing.reasons.first() == Some(&"kept_out");
    if excluded || standing.state != State::Active || !seen_lately(register, standing.last_seen) {
        return None;
    }
    let asset = register.assets.get(standing.asset)?;
    let category = asset.category_at(register.at)?.category;
    // A licence for nobody and a seat that is gone are findings of the sources, or none.
    if sources::is_only_in_source(register, standing)
        || (category.is_seat() && !listed_at(register, asset, register.at))
    {
        return None;
    }
    let target = register.agreements.iter().enumerate().filter(|(_, a)| a.contract.in_force(register.as_of)).find_map(
        |(index, agreement)| {
            let lines = agreement.contract.lines_on(register.as_of);
            lines.iter().find(|line| line.category == category.as_str()).map(|line| (index, line))
        },
    );
    if let Some((index, line)) = target
        && line.admission == Admission::Annex
        && empty.contains(&index)
    {
        return None;
    }
    let full = standing.reasons.contains(&"line_full");
    Some(Draft {
        code: if full { "over_count" } else { "uncovered" },
        asset: Some(standing.asset),
        slot: None,
        agreement: target.map(|(index, _)| index),
        line: target.map(|(_, line)| line.id.clone()),
        since: uncovered_since(register, standing.asset, target.map(|(index, _)| index)),
        evidence: contact_evidence(register, standing.asset, standing.last_seen),
        slots: i32::from(target.is_some()),
        action: if target.is_some() { "add_to_contract" } else { "quote" },
    })
}

/// The day after its last slot, or the first day it was seen; never before the contract it would join.
fn uncovered_since(register: &Register, asset: usize, agreement: Option<usize>) -> Date {
    let left = register
        .perimeter
        .stays
        .iter()
        .filter(|stay| stay.asset == asset)
        .filter_map(|stay| stay.to)
        .filter(|to| *to < register.as_of)
        .max()
        .and_then(|last| last.tomorrow().ok());
    let first = register.assets.get(asset).and_then(|asset| asset.next_seen(Date::MIN, &register.zone));
    let start = agreement.and_then(|index| register.agreements.get(index)).map(|a| a.contract.first_day());
    left.into_iter().chain(first).chain(start).max().unwrap_or(register.as_of).min(register.as_of)
}

/// A named thing that nobody ever saw; a seat without hardware only where some list speaks of such seats.
fn never_seen(register: &Register, standing: &Standing) -> bool {
    let category = register.assets.get(standing.asset).and_then(|asset| asset.category_at(register.at));
    let seat = category.map(|verdict| verdict.category).filter(|category| category.is_seat());
    let spoken_of = |seat: Category| register.lists.sources.iter().any(|source| source.seats.contains(seat.as_str()));
    seat.is_none_or(spoken_of)
        && standing.last_seen.is_none()
        && standing.state == State::Active
        && standing
            .stays
            .iter()
            .any(|stay| register.perimeter.stays.get(*stay).is_some_and(|s| s.origin == Origin::Annex))
}

/// A finding about an asset in its slot: the action takes the slot away.
fn held(register: &Register, standing: &Standing, code: &'static str, action: &'static str) -> Option<Draft> {
    let stay = register.perimeter.stays.get(*standing.stays.first()?)?;
    let agreement = register.agreements.get(stay.agreement)?;
    let since = match standing.last_seen {
        Some(last) => missing_since(register, standing, last),
        None => stay.from,
    };
    let mut evidence = contact_evidence(register, standing.asset, standing.last_seen);
    evidence.extend(
        agreement.annex.iter().find(|entry| entry.row.label == stay.slot).map(|entry| fact_evidence(entry.seq)),
    );
    Some(Draft {
        code,
        asset: Some(standing.asset),
        slot: Some(stay.slot.clone()),
        agreement: Some(stay.agreement),
        line: Some(stay.line.clone()),
        since,
        evidence,
        slots: -1,
        action,
    })
}

/// The day on which the silence passed the threshold.
fn missing_since(register: &Register, standing: &Standing, last: Timestamp) -> Date {
    let hours = crate::standing::threshold_hours(register, standing);
    last.checked_add(hours.hours()).map_or(register.as_of, |at| day_of(at, &register.zone)).min(register.as_of)
}

fn retired_but_alive(register: &Register, standing: &Standing) -> Option<Draft> {
    if standing.state != State::Retired || !standing.stays.is_empty() {
        return None;
    }
    Some(Draft {
        code: "retired_but_alive",
        asset: Some(standing.asset),
        slot: None,
        agreement: None,
        line: None,
        since: standing.last_seen.map_or(register.as_of, |seen| day_of(seen, &register.zone)),
        evidence: contact_evidence(register, standing.asset, standing.last_seen),
        slots: 0,
        action: "include",
    })
}

/// More slots held than the count of a line of admission `annex`: covered all the same, one finding.
fn over_count(register: &Register) -> Vec<Draft> {
    let mut drafts = vec![];
    for count in register.lines.iter().filter(|count| count.covered > count.contracted) {
        let Some(agreement) = register.agreements.get(count.agreement) else { continue };
        let lines = agreement.contract.lines_on(register.as_of);
        let Some(line) = lines.iter().find(|line| line.id == count.line && line.counted) else { continue };
        if line.admission == Admission::Unlimited {
            continue;
        }
        let mut starts: Vec<Date> = register
            .perimeter
            .on(register.as_of)
            .filter(|(_, stay)| stay.agreement == count.agreement && stay.line == line.id)
            .map(|(_, stay)| stay.from)
            .collect();
        starts.sort_unstable();
        let over = usize::try_from(count.contracted).ok().and_then(|contracted| starts.get(contracted));
        drafts.push(Draft {
            code: "over_count",
            asset: None,
            slot: None,
            agreement: Some(count.agreement),
            line: Some(line.id.clone()),
            since: over.copied().unwrap_or(register.as_of),
            evidence: vec![fact_evidence(agreement.seq)],
            slots: 0,
            action: "amend_count",
        });
    }
    drafts
}
