//! Findings: what on the register's day needs a person's decision, each with its proof, its date and what is at stake.
//!
//! One file a family; a family is a function from the register to its findings. **Invariant**: a finding is a pure
//! consequence of facts; nobody stores one, nobody closes one: it goes when the facts say so.

mod coverage;
mod judge;
mod late;
mod perimeter;
mod protection;
mod service;
mod sources;
mod stake;
mod term;

pub use stake::added;

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use jiff::ToSpan;
use jiff::civil::Date;
use sha2::{Digest, Sha256};

use crate::contract::Line;
use crate::fact::Verb;
use crate::identify::Task;
use crate::money::Amount;
use crate::refusal::Refusal;
use crate::register::Register;
use crate::standing::Standing;

/// Every code of a finding; `grace_days` of a contract may name them.
pub const CODES: [&str; 35] = [
    "absent_from_source",
    "annex_empty",
    "antivirus_absent",
    "antivirus_inactive",
    "antivirus_outdated",
    "backup_absent",
    "backup_late",
    "category_mismatch",
    "clock_skew",
    "clone",
    "collection_partial",
    "detection_absent",
    "double_coverage",
    "duplicate_suspected",
    "duty_overdue",
    "encryption_off",
    "firewall_off",
    "late_fact",
    "lease_over",
    "mail_absent",
    "missing",
    "never_seen",
    "only_in_source",
    "os_unsupported",
    "out_of_term",
    "over_count",
    "palliative_open",
    "retired_but_alive",
    "sla_missed",
    "source_stale",
    "stale_in_source",
    "uncovered",
    "under_count",
    "unknown_site_silent",
    "warning_missed",
];

/// One thing to decide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// H(client, code, asset or slot, line), 32 hex characters.
    pub id: String,
    /// Closed code.
    pub code: &'static str,
    /// Index of the asset it concerns.
    pub asset: Option<usize>,
    /// Slot it concerns, when no asset names it.
    pub slot: Option<String>,
    /// Index of the agreement.
    pub agreement: Option<usize>,
    /// Line.
    pub line: Option<String>,
    /// Since this day.
    pub since: Date,
    /// `since` plus the line's grace for this code.
    pub due: Date,
    /// References to facts: `fact:SEQ`, `contact:ASSET:INSTANT`.
    pub evidence: Vec<String>,
    /// What the proposed action changes in a whole month's bill, net; positive = more is billed.
    pub amount_month: Amount,
    /// Twelve times that.
    pub amount_year: Amount,
    /// Proposed action, a closed code.
    pub action: &'static str,
}

/// What a family says of a finding; the rest is the same for all.
struct Draft {
    code: &'static str,
    asset: Option<usize>,
    slot: Option<String>,
    agreement: Option<usize>,
    line: Option<String>,
    since: Date,
    evidence: Vec<String>,
    /// By how many slots the proposed action changes the line.
    slots: i32,
    action: &'static str,
}

/// The findings of the day, by due date, code and id: those that are open, and those that a decision lets sleep.
///
/// # Errors
/// An amount that passes the limits of money.
pub fn findings(register: &Register) -> Result<(Vec<Finding>, Vec<Finding>), Refusal> {
    let mut stakes = stake::Stakes::new(register);
    let mut findings = Vec::new();
    let empty = perimeter::empty_annexes(register);
    let families = perimeter::findings(register, &empty)
        .into_iter()
        .chain(coverage::findings(register, &empty))
        .chain(sources::findings(register))
        .chain(protection::findings(register))
        .chain(service::findings(register))
        .chain(term::findings(register));
    for draft in families {
        findings.push(finding(register, &mut stakes, draft)?);
    }
    findings.extend(late::findings(register)?);
    findings.sort_by(|a, b| (a.due, a.code, &a.id).cmp(&(b.due, b.code, &b.id)));
    findings.dedup_by(|a, b| a.id == b.id);
    Ok(findings.into_iter().partition(|finding| !sleeps(register, &finding.id)))
}

/// Whether the newest decision about a finding, or about an open question of identity, lets it sleep on the register's day.
pub fn sleeps(register: &Register, id: &str) -> bool {
    let mut newest_first = register.decisions.iter().rev().map(|decided| &decided.decision);
    let own = newest_first.find(|decision| {
        decision.verb == Verb::Snooze
            && decision.more.finding.as_deref() == Some(id)
            && decision.effective <= register.as_of
    });
    own.is_some_and(|decision| decision.more.until.is_none_or(|until| register.as_of <= until))
}

/// Whether a decision lets an identity task sleep on the register's day: it names the task, or the finding `clone` or
/// `duplicate_suspected` of one of its devices.
pub(crate) fn task_sleeps(register: &Register, task: &Task) -> bool {
    let named = |asset: usize| {
        let id = register.assets.get(asset).map(|asset| asset.id.as_str());
        task.devices.iter().any(|d| register.identity.devices.get(*d).map(|device| device.id.as_str()) == id)
    };
    let of_task = |finding: &&Finding| matches!(finding.code, "clone" | "duplicate_suspected");
    sleeps(register, &task.id) || register.snoozed.iter().filter(of_task).any(|f| f.asset.is_some_and(named))
}

/// What became of each requirement of an asset, for display: the kind, or `source:NAME`, and `good`, `absent`, `inactive`,
/// `outdated` or `unknown`.
pub fn requirements(register: &Register, standing: &Standing) -> Vec<(String, String)> {
    protection::verdicts(register, standing)
}

fn finding(register: &Register, stakes: &mut stake::Stakes<'_>, draft: Draft) -> Result<Finding, Refusal> {
    let line = line(register, draft.agreement, draft.line.as_deref());
    let grace = line.and_then(|line| line.grace_days.get(draft.code)).copied().unwrap_or(0);
    let amount_month = match (draft.agreement, &draft.line) {
        (Some(agreement), Some(line)) if draft.slots != 0 => stakes.change(agreement, line, draft.slots)?,
        _ => Amount::ZERO,
    };
    Ok(Finding {
        id: id(register, &draft),
        code: draft.code,
        asset: draft.asset,
        slot: draft.slot,
        agreement: draft.agreement,
        line: draft.line,
        since: draft.since,
        due: draft.since.saturating_add(i64::from(grace).days()),
        evidence: draft.evidence,
        amount_month,
        amount_year: Amount::total([amount_month; 12])?,
        action: draft.action,
    })
}

fn line<'a>(register: &'a Register, agreement: Option<usize>, line: Option<&str>) -> Option<&'a Line> {
    let contract = &register.agreements.get(agreement?)?.contract;
    contract.lines_on(register.as_of).iter().find(|candidate| Some(candidate.id.as_str()) == line)
}

fn id(register: &Register, draft: &Draft) -> String {
    let subject = draft
        .asset
        .and_then(|index| register.assets.get(index))
        .map(|asset| asset.id.clone())
        .or_else(|| draft.slot.clone())
        .unwrap_or_default();
    let contract = draft.agreement.and_then(|index| register.agreements.get(index)).map(|a| a.contract.id.as_str());
    let mut hash = Sha256::new();
    for part in [
        register.client.as_str(),
        draft.code,
        &subject,
        contract.unwrap_or_default(),
        draft.line.as_deref().unwrap_or_default(),
    ] {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    hash.finalize().iter().take(16).fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"))
}

/// The reference to an asset's contact.
fn contact_evidence(register: &Register, asset: usize, at: Option<jiff::Timestamp>) -> Vec<String> {
    let id = register.assets.get(asset).map_or("", |asset| asset.id.as_str());
    at.map(|at| format!("contact:{id}:{at}")).into_iter().collect()
}

/// The reference to a fact.
fn fact_evidence(seq: u64) -> String {
    "fact:".to_string() + &seq.to_string()
}
