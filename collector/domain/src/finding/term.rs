//! What is due by a date: `duty_overdue`, `lease_over`, `warning_missed`.

use alloc::format;
use alloc::vec;
use alloc::vec::Vec;

use jiff::civil::Date;

use super::{Draft, fact_evidence};
use crate::calendar::add_months;
use crate::contract::{Contract, Duty, WARNING_DUTY};
use crate::fact::Verb;
use crate::perimeter::Agreement;
use crate::register::{Decided, Register};

/// All of the family.
pub(super) fn findings(register: &Register) -> Vec<Draft> {
    let mut drafts = Vec::new();
    for (index, agreement) in register.agreements.iter().enumerate() {
        if !agreement.contract.in_force(register.as_of) {
            continue;
        }
        let duties = &agreement.contract.conditions_on(register.as_of).duties;
        drafts.extend(duties.iter().filter_map(|duty| overdue(register, index, agreement, duty)));
        drafts.extend(leases(register, index, agreement));
        drafts.extend(warning_missed(register, index, agreement));
    }
    drafts
}

/// A duty is due so many months after it was last passed, or after the contract's first day.
fn overdue(register: &Register, index: usize, agreement: &Agreement, duty: &Duty) -> Option<Draft> {
    let contract = &agreement.contract;
    let passed = attested(register, contract, &duty.id);
    let last = passed.max_by_key(|decided| decided.decision.effective);
    let from: Date = last.map_or(contract.first_day(), |decided| decided.decision.effective);
    let due = add_months(from, i32::try_from(duty.every_months).unwrap_or(i32::MAX));
    if due >= register.as_of {
        return None;
    }
    Some(Draft {
        code: "duty_overdue",
        asset: None,
        slot: Some(format!("duty:{}", duty.id)),
        agreement: Some(index),
        line: duty.line.clone(),
        since: due.tomorrow().unwrap_or(due),
        evidence: vec![fact_evidence(last.map_or(agreement.seq, |decided| decided.seq))],
        slots: 0,
        action: "attest",
    })
}

/// The attestations that a duty of a contract was passed, by the register's day.
fn attested<'a>(register: &'a Register, contract: &'a Contract, duty: &'a str) -> impl Iterator<Item = &'a Decided> {
    register.decisions.iter().filter(move |decided| {
        let decision = &decided.decision;
        decision.verb == Verb::Attest
            && decision.more.duty.as_deref() == Some(duty)
            && decision.more.result.as_deref() == Some("passed")
            && decision.contract.as_ref().is_none_or(|named| *named == contract.id)
            && decision.effective <= register.as_of
    })
}

/// A client that must be warned of a tacit renewal, and was not within the window of the newest term whose window is over:
/// it may leave at any time, until the window of a later term is kept.
fn warning_missed(register: &Register, index: usize, agreement: &Agreement) -> Option<Draft> {
    let contract = &agreement.contract;
    let (from, until) = contract.last_warning_window(register.as_of)?;
    let kept =
        attested(register, contract, WARNING_DUTY).any(|decided| (from..=until).contains(&decided.decision.effective));
    (!kept).then(|| Draft {
        code: "warning_missed",
        asset: None,
        slot: Some(contract.id.clone()),
        agreement: Some(index),
        line: None,
        since: until.tomorrow().unwrap_or(until),
        evidence: vec![fact_evidence(agreement.seq)],
        slots: 0,
        action: "warn_client",
    })
}

/// Equipment of the provider or a lessor whose months are over.
fn leases(register: &Register, index: usize, agreement: &Agreement) -> Vec<Draft> {
    let over = agreement.annex.iter().filter_map(|entry| {
        let row = &entry.row;
        let owned = row.owner.as_deref().is_some_and(|owner| owner != "client");
        let end = add_months(row.supplied_on?, i32::try_from(row.months?).ok()?);
        let gone = row.to.is_some_and(|to| to < register.as_of);
        (owned && !gone && end <= register.as_of).then(|| Draft {
            code: "lease_over",
            asset: Some(entry.asset),
            slot: Some(row.label.clone()),
            agreement: Some(index),
            line: row.line.clone(),
            since: end,
            evidence: vec![fact_evidence(entry.seq)],
            slots: 0,
            action: "return_or_buy",
        })
    });
    over.collect()
}
