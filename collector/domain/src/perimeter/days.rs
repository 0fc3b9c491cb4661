//! Slot-days: the (slot, civil day) pairs of one month that are billable on each line.
//!
//! A stay gives its days from `from` to its last billed day, within the contract; the day flags of the contract then
//! act on runs, and free states and suspended days are taken out last.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use jiff::civil::Date;

use crate::calendar::{Days, Month};
use crate::contract::{Line, MissingPolicy, RemovalEffect};
use crate::identifier::alphanumeric;
use crate::perimeter::{Agreement, Origin, Perimeter, State, Stay};
use crate::price::SlotDays;

/// The billable days of `month`, by contract, line and slot.
///
/// `missing` gives each asset's days of the month on which it is missing; empty when no line suspends.
pub fn slot_days(agreements: &[Agreement], perimeter: &Perimeter, month: Month, missing: &[Days]) -> SlotDays {
    let mut result = SlotDays::empty(month);
    let successors = successors(&perimeter.stays);
    let mut of_asset: BTreeMap<usize, Vec<&Stay>> = BTreeMap::new();
    for stay in &perimeter.stays {
        of_asset.entry(stay.asset).or_default().push(stay);
    }
    for (index, stay) in perimeter.stays.iter().enumerate() {
        let Some(agreement) = agreements.get(stay.agreement) else { continue };
        let days = in_contract(agreement, stay, month);
        if days == Days::default() {
            continue;
        }
        let dropped = flagged(agreement, &perimeter.stays, &successors, index, month);
        let payable = days.without(unbilled(agreement, perimeter, stay, month, missing));
        let payable = payable.without(billed_elsewhere(agreements, of_asset.get(&stay.asset), stay, month));
        for (days, lines) in
            [(payable.without(dropped), &mut result.lines), (payable.and(dropped), &mut result.uncounted)]
        {
            if days != Days::default() {
                let line = lines.entry((agreement.contract.id.clone(), stay.line.clone())).or_default();
                let slot = line.entry(stay.slot.clone()).or_default();
                *slot = slot.or(days);
            }
        }
    }
    result
}

/// The days of a stay on which a contract of precedence bills the same thing: both annexes write one serial, asset tag or
/// native id.
fn billed_elsewhere(agreements: &[Agreement], of_asset: Option<&Vec<&Stay>>, stay: &Stay, month: Month) -> Days {
    let mut elsewhere = Days::default();
    let first = of_asset.into_iter().flatten().filter(|other| other.agreement < stay.agreement);
    for other in first.filter(|other| billed_once(agreements, stay, other)) {
        elsewhere = elsewhere.or(Days::between(month, other.from, other.to));
    }
    elsewhere
}

/// Whether two stays of two contracts are billed once: their annex rows write the same serial, asset tag or native id.
pub(crate) fn billed_once(agreements: &[Agreement], one: &Stay, other: &Stay) -> bool {
    let row = |stay: &Stay| {
        let annex = &agreements.get(stay.agreement)?.annex;
        (stay.origin == Origin::Annex).then_some(())?;
        annex.iter().map(|entry| &entry.row).find(|row| row.label == stay.slot)
    };
    let Some((one, other)) = row(one).zip(row(other)) else { return false };
    let same = |a: &Option<String>, b: &Option<String>| {
        let plain = |text: &String| Some(alphanumeric(text)).filter(|text| !text.is_empty());
        let (a, b) = (a.as_ref().and_then(plain), b.as_ref().and_then(plain));
        a.is_some() && a == b
    };
    same(&one.serial, &other.serial) || same(&one.asset_tag, &other.asset_tag) || same(&one.native_id, &other.native_id)
}

fn in_contract(agreement: &Agreement, stay: &Stay, month: Month) -> Days {
    let contract = &agreement.contract;
    let last = match (stay.billed_to, contract.last_day()) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    };
    Days::between(month, stay.from.max(contract.first_day()), last)
}

/// For each stay, the one that continues it.
fn successors(stays: &[Stay]) -> BTreeMap<usize, usize> {
    stays.iter().enumerate().filter_map(|(index, stay)| stay.continues.map(|before| (before, index))).collect()
}

/// The first and last day of the run that the contract does not count; its own first and last day always count.
fn flagged(
    agreement: &Agreement,
    stays: &[Stay],
    successors: &BTreeMap<usize, usize>,
    index: usize,
    month: Month,
) -> Days {
    let contract = &agreement.contract;
    let Some(stay) = stays.get(index) else { return Days::default() };
    let counts = |day: Date, flag: fn(&Line) -> bool| line_on(agreement, stay, day).is_none_or(flag);
    let mut dropped = Days::default();
    let drop = |day: Date| Days::between(month, day, Some(day));
    if stay.continues.is_none()
        && stay.from != contract.first_day()
        && !counts(stay.from, |line| line.addition_day_counts)
    {
        dropped = dropped.or(drop(stay.from));
    }
    let leaves = stay.to.filter(|to| stay.billed_to == Some(*to) && contract.last_day() != Some(*to));
    if let Some(last) = leaves
        && !counts(last, |line| line.removal_day_counts)
        && !successors.contains_key(&index)
        && !moved_by_effect(agreement, stay, last)
    {
        dropped = dropped.or(drop(last));
    }
    dropped
}

/// Whether the line has a removal effect other than the same day: the day flags then do not apply.
fn moved_by_effect(agreement: &Agreement, stay: &Stay, last: Date) -> bool {
    let effect = line_on(agreement, stay, last).map(|line| line.removal_effect);
    effect.is_some_and(|effect| effect != RemovalEffect::SameDay)
}

/// Days on which the asset's state is free of charge, or on which the line suspends it.
fn unbilled(agreement: &Agreement, perimeter: &Perimeter, stay: &Stay, month: Month, missing: &[Days]) -> Days {
    let mut unbilled = Days::default();
    for (from, to, line) in lines_within(agreement, stay, month) {
        let span = Days::between(month, from, Some(to));
        for (state, days) in states_within(perimeter, stay.asset, month) {
            if is_free(line, state) {
                unbilled = unbilled.or(span.and(days));
            }
        }
        if line.missing_policy == MissingPolicy::Suspend {
            unbilled = unbilled.or(span.and(missing.get(stay.asset).copied().unwrap_or_default()));
        }
    }
    unbilled
}

/// Whether the line bills nothing for an asset in this state.
fn is_free(line: &Line, state: State) -> bool {
    let policy = &line.state_policy;
    match state {
        State::Active | State::Retired => false,
        State::Stock => !policy.stock,
        State::Spare => !policy.spare,
        State::Loan => !policy.loan,
        State::Byod => !policy.byod,
        State::Reversibility => !policy.reversibility,
    }
}

/// The stay's line as the amendments shape it within the month: (first, last, line).
fn lines_within<'a>(agreement: &'a Agreement, stay: &Stay, month: Month) -> Vec<(Date, Date, &'a Line)> {
    let changes = agreement.changes().filter(|change| Month::of(*change) == month);
    let mut starts: Vec<Date> = core::iter::once(month.first()).chain(changes).collect();
    starts.sort_unstable();
    starts.dedup();
    let ends = starts.iter().skip(1).filter_map(|next| next.yesterday().ok()).chain([month.last()]);
    starts
        .iter()
        .zip(ends)
        .filter_map(|(from, to)| line_on(agreement, stay, *from).map(|line| (*from, to, line)))
        .collect()
}

fn line_on<'a>(agreement: &'a Agreement, stay: &Stay, day: Date) -> Option<&'a Line> {
    agreement.contract.lines_on(day).iter().find(|line| line.id == stay.line)
}

fn states_within(perimeter: &Perimeter, asset: usize, month: Month) -> Vec<(State, Days)> {
    let changes = perimeter.states.get(asset).map_or(&[][..], Vec::as_slice);
    let mut spans = Vec::new();
    for (index, (from, state)) in changes.iter().enumerate() {
        let to = changes.get(index.saturating_add(1)).and_then(|(next, _)| next.yesterday().ok());
        spans.push((*state, Days::between(month, *from, to)));
    }
    spans
}
