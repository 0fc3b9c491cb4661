//! The summary of one client: what the portfolio says of it, counted off its register of today.
//!
//! Refuses rules: it counts what the register says. **Invariant**: a function of the register and of the points of past
//! months, which never change once their month is over: each is what was at stake on the month's last day, as it was known
//! then.

use std::collections::BTreeMap;

use cadastre_domain::calendar::Month;
use cadastre_domain::finding::Finding;
use cadastre_domain::money::Amount;
use cadastre_domain::presence::Presence;
use cadastre_domain::refusal::Refusal;
use cadastre_domain::register::Register;
use cadastre_domain::standing::{Status, observed};
use cadastre_domain::{closing, identify, price};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Version of what a summary counts; stored ones of another are dropped.
const VERSION: &str = "summary-3";
/// Months of a trend before the running one.
const PAST_MONTHS: i32 = 11;
/// Why an asset that no slot covers needs no decision.
const SETTLED: [&str; 3] = ["excluded", "byod", "retired"];
/// Findings whose amount falls due once, not each month.
const ONCE: [&str; 1] = ["late_fact"];
/// Findings about what protects a device.
const UNPROTECTED: [&str; 10] = [
    "antivirus_absent",
    "antivirus_inactive",
    "antivirus_outdated",
    "backup_absent",
    "backup_late",
    "detection_absent",
    "encryption_off",
    "firewall_off",
    "mail_absent",
    "os_unsupported",
];

/// What the portfolio says of one client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// Versions of the rules that it was made by.
    pub engine: String,
    /// Client code.
    pub client: String,
    /// Display name, else the code.
    pub name: String,
    /// French company number.
    pub siren: Option<String>,
    /// Whether it is a made-up client.
    pub example: bool,
    /// When the client was added.
    pub since: Timestamp,
    /// Sequence of the client's facts that it was made from.
    pub seq: u64,
    /// The instant it speaks of.
    pub known_at: Timestamp,
    /// The client's day at that instant.
    pub as_of: Date,
    /// IANA name of the zone that cuts the client's days.
    pub time_zone: String,
    /// Currency of its amounts.
    pub currency: String,
    /// Σ |amount| of the findings, a month.
    pub at_stake: Amount,
    /// Of it, what would be billed and is not.
    pub unbilled: Amount,
    /// Of it, what is billed without proof.
    pub unproven: Amount,
    /// At stake on the last day of past months, as it was known then; `None` where that day cannot be read.
    pub trend: BTreeMap<Month, Option<Amount>>,
    /// Assets listed today.
    pub assets: u32,
    /// Σ `count` of the lines in force.
    pub contracted: u32,
    /// Assets active, not excluded, not pending, seen in the last 90 days, of any category.
    pub seen: u32,
    /// Slots billed today.
    pub billable: u32,
    /// Assets without a slot that wait for a decision: not excluded, not byod, not retired.
    pub uncovered: u32,
    /// Assets past their threshold.
    pub missing: u32,
    /// Assets past their threshold whose silence something else explains.
    pub unknown: u32,
    /// Of them, how many by cause.
    pub unknown_causes: BTreeMap<String, u32>,
    /// Sites that fell silent.
    pub silent_sites: Vec<String>,
    /// Assets that an identity task keeps out.
    pub pending: u32,
    /// Assets whose protection fails what their line requires, or whose system is out of support.
    pub unprotected: u32,
    /// Open findings.
    pub findings: u32,
    /// The day since which the oldest of them stands.
    pub oldest_gap: Option<Date>,
    /// The next day on which notice can still be given, of the contracts in force, and of which.
    pub notice: Option<Notice>,
    /// The month last closed.
    pub closed: Option<Month>,
    /// The newest month whose statement the client signed.
    pub signed: Option<Month>,
    /// The month that is due to be closed, and what holds it up.
    pub closing: Option<Closing>,
}

/// A notice deadline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// Contract id.
    pub contract: String,
    /// Last day on which notice is in time.
    pub until: Date,
}

/// A month to close.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closing {
    /// The last month that is over.
    pub month: Month,
    /// Whether it is closed.
    pub closed: bool,
    /// The code of the refusal that closing it would meet today; `None` = it can be closed, or is.
    pub blocked_by: Option<String>,
}

impl Summary {
    /// The summary of a register of today, made of the facts up to `seq`, with the past points already known.
    ///
    /// # Errors
    /// An amount that passes the limits of money.
    pub fn of(register: &Register, seq: u64, known: &BTreeMap<Month, Option<Amount>>) -> Result<Self, Refusal> {
        let (unbilled, unproven) = stakes(&register.findings)?;
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let with = |status: Status| register.standings.iter().filter(move |standing| standing.status == status);
        let mut unknown_causes = BTreeMap::new();
        for standing in with(Status::Unknown) {
            let Presence::Unknown(cause) = standing.presence else { continue };
            *unknown_causes.entry(cause.to_owned()).or_insert(0) += 1;
        }
        let waits = |reasons: &[&str]| reasons.first().is_none_or(|reason| !SETTLED.contains(reason));
        let past = past_months(register);
        Ok(Self {
            engine: Self::engine(),
            client: register.client.clone(),
            name: register.name.clone().unwrap_or_else(|| register.client.clone()),
            siren: register.siren.clone(),
            example: register.example,
            since: register.since,
            seq,
            known_at: register.known_at,
            as_of: register.as_of,
            time_zone: register.zone.iana_name().unwrap_or("UTC").to_owned(),
            currency: currency(register),
            at_stake: unbilled.plus(unproven)?,
            unbilled,
            unproven,
            trend: known.iter().filter(|(month, _)| past.contains(month)).map(|(m, a)| (*m, *a)).collect(),
            assets: count(register.standings.len()),
            contracted: register.lines.iter().fold(0, |sum, line| sum.saturating_add(line.contracted)),
            seen: observed(register, None),
            billable: register.lines.iter().fold(0, |sum, line| sum.saturating_add(line.billable)),
            uncovered: count(with(Status::Uncovered).filter(|standing| waits(&standing.reasons)).count()),
            missing: count(with(Status::Missing).count()),
            unknown: count(with(Status::Unknown).count()),
            unknown_causes,
            silent_sites: silent_sites(register),
            pending: count(with(Status::Pending).count()),
            unprotected: unprotected(register),
            findings: count(register.findings.len()),
            oldest_gap: register.findings.iter().map(|finding| finding.since).min(),
            notice: notice(register),
            closed: register.closed.last().map(|closed| closed.closed.month),
            signed: register.signatures.iter().map(|signature| signature.month).max(),
            closing: closing(register),
        })
    }

    /// The versions of the rules that make one now.
    pub fn engine() -> String {
        format!("{VERSION} {} {}", identify::engine(), price::ENGINE)
    }

    /// The past months whose points are not known yet, the newest first.
    pub fn months_wanted(&self) -> Vec<Month> {
        let month = Month::of(self.as_of);
        (1..=PAST_MONTHS).map(|back| month.plus(-back)).filter(|month| !self.trend.contains_key(month)).collect()
    }
}

/// What a register's findings put at stake in a month: what would be billed and is not, what is billed without proof.
fn stakes(findings: &[Finding]) -> Result<(Amount, Amount), Refusal> {
    let monthly = || findings.iter().filter(|finding| !ONCE.contains(&finding.code));
    let amounts = || monthly().map(|finding| finding.amount_month);
    let unbilled = Amount::total(amounts().filter(|amount| *amount > Amount::ZERO))?;
    let unproven = Amount::total(amounts().filter(|amount| *amount < Amount::ZERO).map(Amount::abs))?;
    Ok((unbilled, unproven))
}

/// At stake in a month, whichever way the bill would move.
pub(super) fn at_stake(findings: &[Finding]) -> Result<Amount, Refusal> {
    let (unbilled, unproven) = stakes(findings)?;
    unbilled.plus(unproven)
}

/// The currency of the client's first contract in order of precedence; the euro without one.
fn currency(register: &Register) -> String {
    register.agreements.first().map_or_else(|| "EUR".to_owned(), |agreement| agreement.contract.currency.clone())
}

fn past_months(register: &Register) -> Vec<Month> {
    let month = Month::of(register.as_of);
    (1..=PAST_MONTHS).map(|back| month.plus(-back)).collect()
}

/// The sites of the assets that a silent site explains.
fn silent_sites(register: &Register) -> Vec<String> {
    let silent = register.standings.iter().filter(|standing| standing.presence == Presence::Unknown("site_silent"));
    let mut sites: Vec<String> =
        silent.filter_map(|standing| register.assets.get(standing.asset)?.site.clone()).collect();
    sites.sort();
    sites.dedup();
    sites
}

fn unprotected(register: &Register) -> u32 {
    let findings = register.findings.iter().filter(|finding| UNPROTECTED.contains(&finding.code));
    let mut assets: Vec<usize> = findings.filter_map(|finding| finding.asset).collect();
    assets.sort_unstable();
    assets.dedup();
    u32::try_from(assets.len()).unwrap_or(u32::MAX)
}

fn notice(register: &Register) -> Option<Notice> {
    let in_force = register.contracts().into_iter().filter(|contract| contract.in_force(register.as_of));
    let until = in_force.filter_map(|contract| {
        let deadline = contract.deadline_on(register.as_of)?;
        Some(Notice { contract: contract.id.clone(), until: deadline.notice_until })
    });
    until.min_by(|a, b| (a.until, &a.contract).cmp(&(b.until, &b.contract)))
}

/// The last month that is over, for a client that some contract bills in it or that closed one before.
fn closing(register: &Register) -> Option<Closing> {
    let month = Month::of(register.as_of).plus(-1);
    let closed = register.closed_month(month).is_some();
    let touches = |contract: &cadastre_domain::contract::Contract| {
        contract.first_day() <= month.last() && contract.last_day().is_none_or(|last| month.first() <= last)
    };
    if !closed && !register.contracts().into_iter().any(touches) {
        return None;
    }
    let blocked_by = match register.unmapped.iter().any(|group| group.blocks) {
        _ if closed => None,
        true => Some("group_blocks_close".to_owned()),
        false => closing::close(register, month).err().map(|refusal| refusal.code.to_owned()),
    };
    Some(Closing { month, closed, blocked_by })
}
