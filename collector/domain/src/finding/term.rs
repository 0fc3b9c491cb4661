//! What is due by a date: `duty_overdue`, `lease_over`.

use alloc::format;
use alloc::vec;
use alloc::vec::Vec;

use jiff::civil::Date;

use super::{Draft, fact_evidence};
use crate::calendar::add_months;
use crate::contract::Duty;
use crate::fact::Verb;
use crate::perimeter::Agreement;
use crate::register::Register;

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
    }
    drafts
}

/// A duty is due so many months after it was last passed, or after the contract's first day.
fn overdue(register: &Register, index: usize, agreement: &Agreement, duty: &Duty) -> Option<Draft> {
    let contract = &agreement.contract;
    let passed = register.decisions.iter().filter(|decided| {
        let decision = &decided.decision;
        decision.verb == Verb::Attest
            && decision.more.duty.as_ref() == Some(&duty.id)
            && decision.more.result.as_deref() == Some("passed")
            && decision.contract.as_ref().is_none_or(|named| *named == contract.id)
            && decision.effective <= register.as_of
    });
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
