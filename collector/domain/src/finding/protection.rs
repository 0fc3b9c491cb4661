//! What the contract requires of an asset and it does not have: `antivirus_absent`, `antivirus_inactive`,
//! `antivirus_outdated`, `detection_absent`, `mail_absent`, `backup_absent`, `backup_late`, `firewall_off`, `encryption_off`;
//! and what its agent could not or need not be asked for: `os_unsupported`, `collection_partial`, `clock_skew`.
//!
//! An unknown verdict is no finding: it is shown with the asset. A seat without hardware has no protection to judge.

use alloc::format;
use alloc::vec;
use alloc::vec::Vec;

use jiff::{Timestamp, ToSpan};

use super::judge::{self, Judged, Verdict, judge};
use super::{Draft, fact_evidence};
use crate::calendar::day_of;
use crate::contract::{Line, Requirement};
use crate::perimeter::{State, Stay};
use crate::register::Register;
use crate::standing::Standing;

/// A clock further ahead of the collector's than this is wrong.
const SKEW_MINUTES: i64 = 5;

/// All of the family.
pub(super) fn findings(register: &Register) -> Vec<Draft> {
    let mut drafts = Vec::new();
    for standing in &register.standings {
        let Some((stay, line)) = held(register, standing) else { continue };
        for requirement in line.requires.iter().filter(|requirement| requirement.kind != "source") {
            drafts.extend(required(register, standing, stay, requirement));
        }
        drafts.extend(of_agent(register, standing, stay));
    }
    drafts
}

/// The stay and the line that say what an asset must have: of an active device with a slot.
pub(super) fn held<'a>(register: &'a Register, standing: &Standing) -> Option<(&'a Stay, &'a Line)> {
    let stay = register.perimeter.stays.get(*standing.stays.first()?)?;
    let asset = register.assets.get(standing.asset)?;
    let seat = asset.category_at(register.at).is_some_and(|verdict| verdict.category.is_seat());
    if standing.state != State::Active || seat {
        return None;
    }
    let line = register.agreements.get(stay.agreement)?.contract.line_on(&stay.line, register.as_of)?;
    Some((stay, line))
}

fn required(register: &Register, standing: &Standing, stay: &Stay, requirement: &Requirement) -> Option<Draft> {
    let judged = judge(register, standing.asset, requirement)?;
    let (code, action) = code(&requirement.kind, &judged.verdict)?;
    Some(draft(register, standing, stay, code, action, since(&judged, requirement), judged.evidence))
}

/// The code of a verdict; what is there and does nothing is worse named by what it is than by what it lacks.
fn code(kind: &str, verdict: &Verdict) -> Option<(&'static str, &'static str)> {
    let (install, repair) = ("install_protection", "check_protection");
    match (kind, verdict) {
        (_, Verdict::Good | Verdict::Unknown) => None,
        ("antivirus", Verdict::Absent) => Some(("antivirus_absent", install)),
        ("antivirus", Verdict::Inactive) => Some(("antivirus_inactive", repair)),
        ("antivirus", Verdict::Outdated(_)) => Some(("antivirus_outdated", repair)),
        ("detection", _) => Some(("detection_absent", install)),
        ("mail", _) => Some(("mail_absent", install)),
        ("backup", Verdict::Absent) => Some(("backup_absent", install)),
        ("backup", _) => Some(("backup_late", repair)),
        ("firewall", _) => Some(("firewall_off", repair)),
        _ => Some(("encryption_off", repair)),
    }
}

/// What is outdated has been so since its age passed the limit.
fn since(judged: &Judged, requirement: &Requirement) -> Option<Timestamp> {
    match judged.verdict {
        Verdict::Outdated(date) => {
            date.checked_add(i64::from(judge::age_days(requirement)).saturating_mul(24).hours()).ok()
        }
        _ => judged.since,
    }
}

/// Of the newest report: support of the system over, sections unread, the clock ahead.
fn of_agent(register: &Register, standing: &Standing, stay: &Stay) -> Vec<Draft> {
    let Some(asset) = register.assets.get(standing.asset) else { return Vec::new() };
    let Some((_, report)) = judge::newest_report(register, asset) else { return Vec::new() };
    let evidence = || vec![fact_evidence(report.seq)];
    let mut drafts = Vec::new();
    if let Some(end) = report.protection.support_end.filter(|end| *end < register.as_of) {
        let since = end.tomorrow().unwrap_or(end);
        let since = Some(crate::calendar::first_instant(since, &register.zone));
        drafts.push(draft(register, standing, stay, "os_unsupported", "replace_system", since, evidence()));
    }
    if !report.protection.unread.is_empty() {
        let mut evidence = evidence();
        evidence
            .extend(report.protection.unread.iter().map(|(section, outcome)| format!("section:{section}:{outcome}")));
        drafts.push(draft(register, standing, stay, "collection_partial", "check_agent", Some(report.at), evidence));
    }
    let limit = report.at.checked_add(SKEW_MINUTES.minutes()).unwrap_or(report.at);
    if report.collected_at > limit {
        drafts.push(draft(register, standing, stay, "clock_skew", "check_clock", Some(report.at), evidence()));
    }
    drafts
}

/// A finding about an asset in its slot that moves no slot; it cannot have begun before the slot did.
pub(super) fn draft(
    register: &Register,
    standing: &Standing,
    stay: &Stay,
    code: &'static str,
    action: &'static str,
    since: Option<Timestamp>,
    evidence: Vec<alloc::string::String>,
) -> Draft {
    let since = since.map_or(register.as_of, |since| day_of(since, &register.zone));
    Draft {
        code,
        asset: Some(standing.asset),
        slot: Some(stay.slot.clone()),
        agreement: Some(stay.agreement),
        line: Some(stay.line.clone()),
        since: since.max(stay.from).min(register.as_of),
        evidence,
        slots: 0,
        action,
    }
}

/// What became of each requirement of an asset, for display: the kind, or `source:NAME`, and the verdict's word.
pub(super) fn verdicts(
    register: &Register,
    standing: &Standing,
) -> Vec<(alloc::string::String, alloc::string::String)> {
    let Some((_, line)) = held(register, standing) else { return Vec::new() };
    let judged = line.requires.iter().filter_map(|requirement| match &requirement.source {
        Some(source) => {
            let verdict = super::sources::in_source(register, standing.asset, source, judge::age_days(requirement));
            Some((format!("source:{source}"), verdict.word()))
        }
        None => Some((requirement.kind.clone(), judge(register, standing.asset, requirement)?.verdict.word())),
    });
    judged.collect()
}
