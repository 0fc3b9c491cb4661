//! Parties, object, dates, term, renewal, notice, early exit.

use super::super::amendment::AmendmentKind;
use super::super::conditions::{Party, RenewalKind, Role};
use super::super::fields::Reader;
use super::{Subject, joined};
use crate::refusal::Refusal;

pub(super) fn remark(subject: &Subject<'_, '_>, reader: &mut Reader) {
    parties(subject, reader);
    dates(subject, reader);
    term(subject, reader);
}

fn parties(subject: &Subject<'_, '_>, reader: &mut Reader) {
    let has = |role| subject.conditions.parties.iter().any(|party| party.role == role);
    subject.expect(reader, has(Role::Client), "client_party_missing");
    subject.expect(reader, has(Role::Provider), "provider_party_missing");
    let tables = subject.root.tables(&mut Reader::new(""), "parties");
    for (party, table) in subject.conditions.parties.iter().zip(&tables) {
        let lacking = lacking(party);
        if !lacking.is_empty() {
            let refusal = Refusal::new("party_incomplete").with("role", role_word(party.role));
            reader.warn(&table.place, refusal.with("keys", joined(&lacking)).on("parties"));
        }
        if let Some(siren) = party.siren.as_deref().filter(|siren| !has_checksum(siren)) {
            table.warn(reader, "siren", Refusal::new("siren_checksum").with("value", siren));
        }
    }
}

fn lacking(party: &Party) -> alloc::vec::Vec<&'static str> {
    let keys = [
        ("name", party.name.is_none()),
        ("siren", party.siren.is_none()),
        ("client_kind", party.role == Role::Client && party.client_kind.is_none()),
    ];
    keys.into_iter().filter(|(_, lacks)| *lacks).map(|(key, _)| key).collect()
}

fn role_word(role: Role) -> &'static str {
    match role {
        Role::Client => "client",
        Role::Provider => "provider",
    }
}

/// The Luhn check that every SIREN passes.
fn has_checksum(siren: &str) -> bool {
    let digits = siren.bytes().rev().map(|byte| u32::from(byte.saturating_sub(b'0')));
    let sum: u32 = digits
        .enumerate()
        .map(|(place, digit)| match (place % 2, digit * 2) {
            (0, _) => digit,
            (_, doubled) if doubled > 9 => doubled - 9,
            (_, doubled) => doubled,
        })
        .sum();
    sum.is_multiple_of(10)
}

fn dates(subject: &Subject<'_, '_>, reader: &mut Reader) {
    let contract = subject.contract;
    match contract.signed_on {
        None => subject.absent(reader, "signature_date_missing"),
        Some(signed) if signed > contract.effective_on => {
            let refusal = Refusal::new("signed_after_effective").with("signed", signed);
            subject.root.warn(reader, "signed_on", refusal.with("effective", contract.effective_on));
        }
        Some(_) => {}
    }
    for patch in subject.patches {
        let amendment = &patch.amendment;
        match amendment.signed_on {
            None => {
                let refusal = Refusal::new("amendment_unsigned").with("number", amendment.number);
                patch.fields.warn(reader, "signed_on", refusal);
            }
            Some(signed) if signed > amendment.effective_on && amendment.kind == AmendmentKind::Change => {
                let refusal = Refusal::new("signed_after_effective").with("signed", signed);
                patch.fields.warn(reader, "signed_on", refusal.with("effective", amendment.effective_on));
            }
            Some(_) => {}
        }
        if amendment.kind == AmendmentKind::Notice
            && let (Some(stated), Some(last)) = (amendment.ends_on, contract.last_day())
            && last > stated
        {
            let refusal = Refusal::new("notice_late").with("stated", stated).with("last", last);
            patch.fields.warn(reader, "signed_on", refusal);
        }
    }
}

fn term(subject: &Subject<'_, '_>, reader: &mut Reader) {
    let conditions = subject.conditions;
    let has_term = conditions.initial_months.is_some() || conditions.ends_on.is_some();
    subject.expect(reader, has_term, "term_missing");
    subject.expect(reader, conditions.renewal.is_some(), "renewal_missing");
    let renewed = conditions.renewal.is_some_and(|renewal| renewal.kind != RenewalKind::None);
    subject.expect(reader, conditions.notice_months.is_some() || !renewed, "notice_missing");
    subject.expect(reader, conditions.exit_fee.is_some(), "exit_fee_missing");
    if let (Some(notice), Some(initial)) = (conditions.notice_months, conditions.initial_months)
        && notice >= initial
    {
        let refusal = Refusal::new("notice_longer_than_term").with("notice", notice);
        subject.root.warn(reader, "notice_months", refusal.with("term", initial));
    }
}
