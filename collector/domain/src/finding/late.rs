//! `late_fact`: a fact about a closed month that no bill regularises any more.

use alloc::format;
use alloc::vec;
use alloc::vec::Vec;

use super::{Draft, Finding, fact_evidence, id};
use crate::closing;
use crate::refusal::Refusal;
use crate::register::Register;

/// One finding a month and contract line, worth the difference itself: it is due once, not every month.
pub(super) fn findings(register: &Register) -> Result<Vec<Finding>, Refusal> {
    let mut findings = Vec::new();
    for late in closing::late(register)? {
        let line = late.line.as_deref().unwrap_or("one_off");
        let draft = Draft {
            code: "late_fact",
            asset: None,
            slot: Some(format!("{line} {}", late.month)),
            agreement: Some(late.agreement),
            line: late.line.clone(),
            since: late.month.last(),
            evidence: vec![fact_evidence(late.seq)],
            slots: 0,
            action: "settle_apart",
        };
        findings.push(Finding {
            id: id(register, &draft),
            code: draft.code,
            asset: None,
            slot: draft.slot,
            agreement: draft.agreement,
            line: draft.line,
            since: draft.since,
            due: draft.since,
            evidence: draft.evidence,
            amount_month: late.difference,
            amount_year: late.difference,
            action: draft.action,
        });
    }
    Ok(findings)
}
