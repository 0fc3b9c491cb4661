//! What is covered otherwise than it should be: `under_count`, `category_mismatch`, `duplicate_suspected`, `clone`,
//! `double_coverage`, `out_of_term`.

use alloc::collections::BTreeSet;
use alloc::vec;
use alloc::vec::Vec;

use jiff::civil::Date;

use super::{Draft, contact_evidence, fact_evidence, protection};
use crate::calendar::{day_of, last_instant};
use crate::category::Confidence;
use crate::contract::{Formula, Mode};
use crate::evidence::SourceKind;
use crate::perimeter::{Stay, billed_once};
use crate::register::Register;
use crate::standing::Standing;

/// All of the family; `empty` are the agreements whose annex names nobody.
pub(super) fn findings(register: &Register, empty: &[usize]) -> Vec<Draft> {
    let mut drafts = under_count(register, empty);
    for standing in &register.standings {
        drafts.extend(category_mismatch(register, standing));
        drafts.extend(held_twice(register, standing));
    }
    drafts.extend(clones(register));
    drafts.extend((0..register.agreements.len()).filter_map(|index| out_of_term(register, index)));
    drafts
}

/// Fewer slots held than contracted. In `fixed` the difference is paid for nothing.
fn under_count(register: &Register, empty: &[usize]) -> Vec<Draft> {
    let mut drafts = Vec::new();
    for count in register.lines.iter().filter(|count| count.covered < count.contracted) {
        let Some(agreement) = register.agreements.get(count.agreement) else { continue };
        let Some(line) = agreement.contract.line_on(&count.line, register.as_of) else { continue };
        if !line.counted || line.formula != Formula::Forfait || empty.contains(&count.agreement) {
            continue;
        }
        let own =
            register.perimeter.stays.iter().filter(|stay| stay.agreement == count.agreement && stay.line == line.id);
        let left = own.filter_map(|stay| stay.to).filter(|to| *to < register.as_of).max();
        let since = left.and_then(|last| last.tomorrow().ok()).unwrap_or_else(|| agreement.contract.first_day());
        let missing = i32::try_from(count.contracted.saturating_sub(count.covered)).unwrap_or(i32::MAX);
        drafts.push(Draft {
            code: "under_count",
            asset: None,
            slot: None,
            agreement: Some(count.agreement),
            line: Some(line.id.clone()),
            since,
            evidence: vec![fact_evidence(agreement.seq)],
            slots: if line.mode == Some(Mode::Fixed) { missing.saturating_neg() } else { 0 },
            action: "lower_count",
        });
    }
    drafts
}

/// An asset whose own evidence says another category than its line's, and is sure of it.
fn category_mismatch(register: &Register, standing: &Standing) -> Option<Draft> {
    let stay = register.perimeter.stays.get(*standing.stays.first()?)?;
    let line = register.agreements.get(stay.agreement)?.contract.line_on(&stay.line, register.as_of)?;
    let asset = register.assets.get(standing.asset)?;
    let verdict = asset.category_at(register.at)?;
    let own = asset.sightings.iter().filter_map(|i| register.sightings.get(*i));
    let told = own.clone().any(|sighting| sighting.kind != SourceKind::Annex);
    let sure = verdict.confidence != Confidence::Low;
    if !told || !sure || line.formula != Formula::Forfait || verdict.category.as_str() == line.category {
        return None;
    }
    let (recorded, _) = asset.categories.iter().rev().find(|(recorded, _)| *recorded <= register.at)?;
    let evidence = contact_evidence(register, standing.asset, standing.last_seen);
    Some(protection::draft(register, standing, stay, "category_mismatch", "move_line", Some(*recorded), evidence))
}

/// Two slots of one contract, of assets found to be one; or slots of two contracts.
fn held_twice(register: &Register, standing: &Standing) -> Vec<Draft> {
    let stays: Vec<&Stay> = standing.stays.iter().filter_map(|stay| register.perimeter.stays.get(*stay)).collect();
    let mut drafts = Vec::new();
    let mut agreements: Vec<usize> = stays.iter().map(|stay| stay.agreement).collect();
    agreements.dedup();
    for agreement in &agreements {
        let own = stays.iter().filter(|stay| stay.agreement == *agreement);
        if own.clone().count() > 1
            && let Some(later) = own.max_by_key(|stay| (stay.from, &stay.slot))
        {
            drafts.push(second(register, standing, later, "duplicate_suspected", "merge"));
        }
    }
    // Of two contracts that each bill it, the later in precedence is the one to leave.
    let last = agreements.last().and_then(|agreement| stays.iter().find(|stay| stay.agreement == *agreement));
    if let Some(last) = last.filter(|_| agreements.len() > 1) {
        let others = stays.iter().filter(|stay| stay.agreement != last.agreement);
        if !others.into_iter().any(|other| billed_once(&register.agreements, last, other)) {
            drafts.push(second(register, standing, last, "double_coverage", "exclude"));
        }
    }
    drafts
}

fn second(register: &Register, standing: &Standing, stay: &Stay, code: &'static str, action: &'static str) -> Draft {
    let evidence = contact_evidence(register, standing.asset, standing.last_seen);
    let mut draft = protection::draft(register, standing, stay, code, action, None, evidence);
    draft.since = stays_together(register, standing, stay);
    draft.slots = -1;
    draft
}

/// The first day on which the asset held that slot beside another.
fn stays_together(register: &Register, standing: &Standing, stay: &Stay) -> Date {
    let others =
        standing.stays.iter().filter_map(|other| register.perimeter.stays.get(*other)).filter(|other| *other != stay);
    others.map(|other| other.from).min().map_or(stay.from, |other| other.max(stay.from)).min(register.as_of)
}

/// One finding a clone: the copy that came later, else the one that holds a slot.
fn clones(register: &Register) -> Vec<Draft> {
    let day_end = last_instant(register.as_of, &register.zone);
    let mut drafts = Vec::new();
    for task in register.identity.tasks.iter().filter(|task| task.code == "clone") {
        let devices = task.devices.iter().filter_map(|device| register.identity.devices.get(*device));
        let founded = |device: &crate::identify::Device| register.sightings.get(device.founding).map(|s| s.recorded);
        let Some(copy) = devices.max_by_key(|device| founded(device)) else { continue };
        let Some(since) = founded(copy).filter(|founded| *founded <= day_end) else { continue };
        let Some(asset) = register.asset(&copy.id) else { continue };
        drafts.push(Draft {
            code: "clone",
            asset: Some(asset),
            slot: None,
            agreement: None,
            line: None,
            since: day_of(since, &register.zone),
            evidence: contact_evidence(register, asset, Some(since)),
            slots: 0,
            action: "re_key",
        });
    }
    drafts
}

/// A contract that ended while its assets go on reporting, and no other covers them.
fn out_of_term(register: &Register, index: usize) -> Option<Draft> {
    let agreement = register.agreements.get(index)?;
    let last = agreement.contract.last_day().filter(|last| *last < register.as_of)?;
    let ended = register.perimeter.stays.iter().filter(|stay| stay.agreement == index && stay.to == Some(last));
    let held: BTreeSet<usize> = ended.map(|stay| stay.asset).collect();
    let end = last_instant(last, &register.zone);
    let alive =
        register.standings.iter().filter(|standing| held.contains(&standing.asset) && standing.stays.is_empty());
    let seen =
        alive.filter_map(|standing| standing.last_seen.filter(|seen| *seen > end).map(|seen| (standing.asset, seen)));
    let (asset, seen) = seen.max_by_key(|(_, seen)| *seen)?;
    let mut evidence = vec![fact_evidence(agreement.seq)];
    evidence.extend(contact_evidence(register, asset, Some(seen)));
    Some(Draft {
        code: "out_of_term",
        asset: None,
        slot: Some(agreement.contract.id.clone()),
        agreement: Some(index),
        line: None,
        since: last.tomorrow().unwrap_or(last),
        evidence,
        slots: 0,
        action: "renew_or_reversibility",
    })
}
