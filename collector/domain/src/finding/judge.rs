//! Whether an asset has what its line requires: each source's word, fresh enough to count, weighed into one verdict.
//!
//! The order of the words decides nothing: one good word is good; else what is bad is bad; else one word that cannot tell makes
//! it unknown; absent is said only when somebody looked and nobody is in doubt. **Invariant**: an agent that could not read
//! never makes an absence.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use jiff::{Timestamp, ToSpan};

use super::{contact_evidence, fact_evidence};
use crate::asset::Asset;
use crate::contract::Requirement;
use crate::evidence::SourceKind;
use crate::protection::{Product, Protection, Safeguard, State};
use crate::register::Register;
use crate::report::Report;
use crate::source::Source;

/// Evidence older than this is no evidence where the contract states no age.
pub(super) const AGE_DAYS: u32 = 30;

/// What became of a requirement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is there and fresh.
    Good,
    /// Nobody has it.
    Absent,
    /// It is there and does not protect.
    Inactive,
    /// It is there, and its last update or success is of this instant.
    Outdated(Timestamp),
    /// Nobody can tell.
    Unknown,
}

/// A verdict with what shows it.
pub(super) struct Judged {
    pub(super) verdict: Verdict,
    /// Since when, where the word tells.
    pub(super) since: Option<Timestamp>,
    pub(super) evidence: Vec<String>,
}

/// The age that evidence of a requirement may have, in days.
pub(super) fn age_days(requirement: &Requirement) -> u32 {
    requirement.max_age_days.unwrap_or(AGE_DAYS)
}

/// Whether an instant is too old on the register's day.
pub(super) fn is_old(register: &Register, instant: Timestamp, days: u32) -> bool {
    let hours = i64::from(days).saturating_mul(24);
    register.at.checked_sub(hours.hours()).is_ok_and(|oldest| instant < oldest)
}

/// Judges one of antivirus, detection, mail, backup, firewall, encryption.
pub(super) fn judge(register: &Register, index: usize, requirement: &Requirement) -> Option<Judged> {
    let asset = register.assets.get(index)?;
    let mut words = Vec::new();
    if let Some(word) = agent_word(register, index, asset, requirement) {
        words.push(word);
    }
    words.extend(list_words(register, asset, requirement));
    let rank = |word: &Judged| match word.verdict {
        Verdict::Good => 0,
        Verdict::Inactive => 1,
        Verdict::Outdated(_) => 2,
        Verdict::Unknown => 3,
        Verdict::Absent => 4,
    };
    let unknown = Judged { verdict: Verdict::Unknown, since: None, evidence: Vec::new() };
    Some(words.into_iter().min_by_key(rank).unwrap_or(unknown))
}

/// The newest report of the asset's agents by the register's instant, with the one from which its word has been the same.
pub(super) fn newest_report<'a>(register: &'a Register, asset: &Asset) -> Option<(&'a str, &'a Report)> {
    let agents = asset.sightings.iter().filter_map(|i| register.sightings.get(*i));
    let agents = agents.filter(|s| s.kind == SourceKind::Agent).filter_map(|s| s.native_id.as_deref());
    let newest = |agent| {
        let (agent, reports) = register.reports.get_key_value(agent)?;
        let report = reports.iter().rev().find(|report| report.at <= register.at)?;
        Some((agent.as_str(), report))
    };
    agents.filter_map(newest).max_by_key(|(_, report)| report.at)
}

/// What the agent says; nothing when the asset has none.
fn agent_word(register: &Register, index: usize, asset: &Asset, requirement: &Requirement) -> Option<Judged> {
    let (agent, report) = newest_report(register, asset)?;
    let heard = asset.agent_contacts.iter().rev().find(|contact| **contact <= register.at).copied();
    let heard = heard.map_or(report.at, |heard| heard.max(report.at));
    let mut evidence = alloc::vec![fact_evidence(report.seq)];
    evidence.extend(contact_evidence(register, index, Some(heard)));
    if is_old(register, heard, age_days(requirement)) {
        return Some(Judged { verdict: Verdict::Unknown, since: Some(heard), evidence });
    }
    let verdict = said(register, &report.protection, requirement);
    let reports = register.reports.get(agent).map_or(&[][..], Vec::as_slice);
    let by_then = reports.iter().rev().skip_while(|other| other.seq > report.seq);
    let same = by_then.take_while(|other| same_kind(&said(register, &other.protection, requirement), &verdict));
    let since = same.last().map(|first| first.at);
    Some(Judged { verdict, since, evidence })
}

/// What the lists say that name the asset; and a fresh complete list about this very thing that lacks it says "absent".
fn list_words(register: &Register, asset: &Asset, requirement: &Requirement) -> Vec<Judged> {
    let mut words = Vec::new();
    let own: Vec<_> = asset
        .sightings
        .iter()
        .filter_map(|i| register.sightings.get(*i))
        .filter_map(|s| register.lists.tracks.get(&s.id))
        .collect();
    for (number, source) in register.lists.sources.iter().enumerate() {
        let Some(edition) = source.newest_at(register.at) else { continue };
        let told = own
            .iter()
            .filter(|track| track.source == number)
            .find_map(|track| register.lists.told_at(track, register.at));
        let evidence = alloc::vec![fact_evidence(edition.seq)];
        match told {
            Some(told) => {
                let Some(protection) = &told.protection else { continue };
                let verdict = match told.seen {
                    Some(seen) if !is_old(register, seen, age_days(requirement)) => {
                        said(register, protection, requirement)
                    }
                    _ => Verdict::Unknown,
                };
                if protection.kinds().any(|kind| kind == requirement.kind) {
                    words.push(Judged { verdict, since: None, evidence });
                }
            }
            None => {
                let about =
                    source.complete_at(register.at).filter(|(_, e)| !is_old(register, e.as_of, age_days(requirement)));
                if about.is_some() && source.tells.contains(requirement.kind.as_str()) {
                    let since = absent_since(source, &own_editions(&own, number), register.at);
                    words.push(Judged { verdict: Verdict::Absent, since, evidence });
                }
            }
        }
    }
    words
}

fn own_editions(own: &[&crate::source::Track], source: usize) -> Vec<usize> {
    own.iter().filter(|track| track.source == source).flat_map(|track| &track.told).map(|told| told.edition).collect()
}

/// The instant of the first complete edition since the last one that had the asset.
pub(super) fn absent_since(source: &Source, told: &[usize], at: Timestamp) -> Option<Timestamp> {
    let last =
        told.iter().copied().filter(|edition| source.editions.get(*edition).is_some_and(|e| e.as_of <= at)).max();
    let mut later = source.editions.iter().enumerate().filter(|(index, _)| last.is_none_or(|last| *index > last));
    later.find(|(_, edition)| edition.complete && edition.as_of <= at).map(|(_, edition)| edition.as_of)
}

/// What one word says of a requirement.
fn said(register: &Register, protection: &Protection, requirement: &Requirement) -> Verdict {
    match requirement.kind.as_str() {
        "antivirus" => products(register, protection.antivirus.as_deref(), false, requirement),
        "detection" => products(register, protection.antivirus.as_deref(), true, requirement),
        "backup" => backup(register, protection.backup.as_deref(), requirement),
        "mail" => safeguards(protection.mail.as_deref(), |verdict| verdict),
        // A system without any firewall is one whose firewall is off; the same of encryption.
        "firewall" => safeguards(protection.firewall.as_deref(), off),
        _ => encryption(protection.encryption.as_deref()),
    }
}

fn off(verdict: Verdict) -> Verdict {
    if verdict == Verdict::Absent { Verdict::Inactive } else { verdict }
}

fn products(register: &Register, told: Option<&[Product]>, detects: bool, requirement: &Requirement) -> Verdict {
    let Some(told) = told else { return Verdict::Unknown };
    let own: Vec<&Product> = told.iter().filter(|product| product.detects == detects && product.protects).collect();
    let mut outdated = None;
    for product in own.iter().filter(|product| product.state == State::Protected) {
        match (product.signature_date, requirement.max_age_days) {
            (Some(date), Some(days)) if is_old(register, date, days) => outdated = outdated.max(Some(date)),
            _ => return Verdict::Good,
        }
    }
    match outdated {
        Some(date) => Verdict::Outdated(date),
        None if own.is_empty() => Verdict::Absent,
        None if own.iter().any(|product| product.state == State::Unknown) => Verdict::Unknown,
        None => Verdict::Inactive,
    }
}

/// The last success counts, whatever the word of the product: a backup that runs and never succeeds is none.
fn backup(register: &Register, told: Option<&[Safeguard]>, requirement: &Requirement) -> Verdict {
    let Some(told) = told else { return Verdict::Unknown };
    if told.is_empty() {
        return Verdict::Absent;
    }
    match told.iter().filter_map(|backup| backup.last_success).max() {
        Some(last) if is_old(register, last, age_days(requirement)) => Verdict::Outdated(last),
        Some(_) => Verdict::Good,
        None if told.iter().any(|backup| backup.state == State::Protected) => Verdict::Good,
        None if told.iter().any(|backup| backup.state == State::Unknown) => Verdict::Unknown,
        None => Verdict::Inactive,
    }
}

fn safeguards(told: Option<&[Safeguard]>, none: fn(Verdict) -> Verdict) -> Verdict {
    let Some(told) = told else { return Verdict::Unknown };
    let any = |state: State| told.iter().any(|safeguard| safeguard.state == state);
    match told.is_empty() {
        true => none(Verdict::Absent),
        false if any(State::Protected) => Verdict::Good,
        false if any(State::Unknown) => Verdict::Unknown,
        false => Verdict::Inactive,
    }
}

/// One volume in the clear is enough to say that the machine is not encrypted.
fn encryption(told: Option<&[Safeguard]>) -> Verdict {
    let Some(told) = told else { return Verdict::Unknown };
    let any = |state: State| told.iter().any(|volume| volume.state == state);
    match told.is_empty() {
        true => Verdict::Inactive,
        false if any(State::NotProtected) => Verdict::Inactive,
        false if any(State::Unknown) => Verdict::Unknown,
        false => Verdict::Good,
    }
}

fn same_kind(a: &Verdict, b: &Verdict) -> bool {
    core::mem::discriminant(a) == core::mem::discriminant(b)
}

impl Verdict {
    /// Its word in the interfaces.
    pub(super) fn word(&self) -> String {
        let word = match self {
            Self::Good => "good",
            Self::Absent => "absent",
            Self::Inactive => "inactive",
            Self::Outdated(_) => "outdated",
            Self::Unknown => "unknown",
        };
        word.to_string()
    }
}
