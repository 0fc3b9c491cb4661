//! What waits for a decision: the findings and open questions of a client, by the kind of decision that settles them.
//!
//! **Invariant**: every finding and every task of the register stands under exactly one tab.

use std::cmp::Reverse;

use cadastre_domain::calendar::day_of;
use cadastre_domain::contract::Line;
use cadastre_domain::fact::Verb;
use cadastre_domain::finding::{self, Finding};
use cadastre_domain::money::Amount;
use cadastre_domain::refusal::Refusal;
use cadastre_domain::register::Register;
use jiff::Timestamp;
use jiff::civil::Date;

use crate::views::reconciliation::{AssetRow, FindingRow, asset_row, currency, finding_row};

/// Kinds of decision, in the order of the tabs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tab {
    /// To bill or exclude.
    Bill,
    /// To find or retire.
    Find,
    /// Protection to restore.
    Protect,
    /// Which device?
    Identity,
    /// Unknown, not judged.
    Unknown,
    /// The contract itself.
    Contract,
    /// Put off by a decision.
    Snoozed,
}

impl Tab {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::Bill, Self::Find, Self::Protect, Self::Identity, Self::Unknown, Self::Contract, Self::Snoozed];

    /// Its word in an address.
    pub fn word(self) -> &'static str {
        match self {
            Self::Bill => "bill",
            Self::Find => "find",
            Self::Protect => "protect",
            Self::Identity => "identity",
            Self::Unknown => "unknown",
            Self::Contract => "contract",
            Self::Snoozed => "snoozed",
        }
    }

    /// The tab of a finding's code.
    pub fn of(code: &str) -> Self {
        match code {
            "uncovered" | "over_count" | "retired_but_alive" | "out_of_term" => Self::Bill,
            "missing" | "never_seen" | "only_in_source" | "lease_over" => Self::Find,
            "duplicate_suspected" | "clone" | "double_coverage" | "category_mismatch" => Self::Identity,
            "unknown_site_silent" | "source_stale" | "collection_partial" | "clock_skew" => Self::Unknown,
            "annex_empty" | "under_count" | "duty_overdue" | "palliative_open" | "sla_missed" | "warning_missed"
            | "late_fact" => Self::Contract,
            _ => Self::Protect,
        }
    }
}

/// The work of one client.
#[derive(Debug, Clone, PartialEq)]
pub struct Worklist {
    /// Client code.
    pub client: String,
    /// Display name.
    pub name: String,
    /// Currency of every amount.
    pub currency: String,
    /// Today in the client's zone.
    pub today: Date,
    /// What was known at this instant.
    pub known_at: Timestamp,
    /// Assets compared.
    pub assets: usize,
    /// The newest contact or list of any asset.
    pub last_heard: Option<Timestamp>,
    /// Rows, by tab and then in the tab's order.
    pub rows: Vec<WorkRow>,
    /// Of each tab, how many rows and Σ |amount| of them, in the order of the tabs.
    counts: Vec<(usize, Amount)>,
}

/// One thing to decide.
#[derive(Debug, Clone, PartialEq)]
pub struct WorkRow {
    /// Its tab.
    pub tab: Tab,
    /// The finding; a question about identity has one of its own.
    pub finding: FindingRow,
    /// A month of it, whichever way the bill would move.
    amount: Amount,
    /// The assets it names: one, several for a question, or none.
    pub assets: Vec<AssetRow>,
    /// The day an asset of it was first seen, the last.
    pub seen: Option<(Date, Date)>,
    /// What the line promises.
    pub sla: Option<Promise>,
    /// Until when it sleeps.
    pub until: Option<Date>,
}

/// Delays and hours that a line promises, and whom to call.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Promise {
    /// Delay to answer, ISO 8601.
    pub response: Option<String>,
    /// Delay to solve.
    pub resolution: Option<String>,
    /// Hours in which delays run.
    pub hours: Option<String>,
    /// Telephone or address of the support.
    pub contact: Option<String>,
}

impl Worklist {
    /// The work of a register.
    ///
    /// # Errors
    /// `amount_overflow`.
    pub fn of(register: &Register) -> Result<Self, Refusal> {
        let open = register.findings.iter().map(|finding| row(register, finding, Tab::of(finding.code), None));
        let asleep = register.snoozed.iter().map(|finding| {
            let until = until(register, &finding.id);
            row(register, finding, Tab::Snoozed, until)
        });
        let mut rows: Vec<WorkRow> = open.chain(asleep).chain(tasks(register)).collect();
        rows.sort_by(|one, other| one.order().cmp(&other.order()));
        let mut counts = Vec::new();
        for tab in Tab::ALL {
            let own = || rows.iter().filter(|row| row.tab == tab).map(|row| row.amount);
            counts.push((own().count(), Amount::total(own())?));
        }
        Ok(Self {
            client: register.client.clone(),
            name: register.name.clone().unwrap_or_else(|| register.client.clone()),
            currency: currency(register),
            today: day_of(register.known_at, &register.zone),
            known_at: register.known_at,
            assets: register.standings.len(),
            last_heard: register.standings.iter().filter_map(|standing| standing.last_seen).max(),
            rows,
            counts,
        })
    }

    /// The rows of a tab, in its order.
    pub fn of_tab(&self, tab: Tab) -> &[WorkRow] {
        let first = self.rows.partition_point(|row| row.tab < tab);
        let last = self.rows.partition_point(|row| row.tab <= tab);
        self.rows.get(first..last).unwrap_or_default()
    }

    /// The row of this id.
    pub fn row(&self, id: &str) -> Option<&WorkRow> {
        self.rows.iter().find(|row| row.finding.id == id)
    }

    /// How many rows a tab has, and Σ |amount| of them.
    pub fn count(&self, tab: Tab) -> (usize, Amount) {
        self.counts.get(tab as usize).copied().unwrap_or_default()
    }
}

impl WorkRow {
    /// Its place: by amount where money decides, else by due day; then by id.
    pub fn order(&self) -> (Tab, Reverse<Amount>, Date, &str) {
        let by_amount = matches!(self.tab, Tab::Bill | Tab::Find);
        let size = if by_amount { self.amount } else { Amount::ZERO };
        (self.tab, Reverse(size), self.finding.due, &self.finding.id)
    }
}

fn row(register: &Register, finding: &Finding, tab: Tab, until: Option<Date>) -> WorkRow {
    let line = finding.agreement.and_then(|index| register.agreements.get(index)).and_then(|agreement| {
        let line = agreement.contract.lines_on(register.as_of).iter();
        line.into_iter().find(|line| Some(&line.id) == finding.line.as_ref()).map(|line| (agreement, line))
    });
    WorkRow {
        tab,
        finding: finding_row(register, finding),
        amount: finding.amount_month.abs(),
        assets: finding.asset.and_then(|asset| asset_on(register, asset)).into_iter().collect(),
        seen: finding.asset.and_then(|asset| seen(register, asset)),
        sla: line.map(|(agreement, line)| {
            let support = agreement.contract.conditions_on(register.as_of).support.clone();
            promise(line, support.and_then(|support| support.phone.or(support.email)))
        }),
        until,
    }
}

fn promise(line: &Line, contact: Option<String>) -> Promise {
    let sla = line.sla.clone().unwrap_or_default();
    Promise { response: sla.response, resolution: sla.resolution, hours: sla.hours, contact }
}

fn asset_on(register: &Register, asset: usize) -> Option<AssetRow> {
    let standing = register.standing(asset)?;
    asset_row(register, standing)
}

/// The first day on which an asset was seen, and the last.
fn seen(register: &Register, asset: usize) -> Option<(Date, Date)> {
    let contacts = &register.assets.get(asset)?.contacts;
    let day = |at: &Timestamp| day_of(*at, &register.zone);
    let last = contacts.iter().rev().find(|at| **at <= register.at);
    Some((day(contacts.first()?), day(last?)))
}

/// The last day on which the newest decision lets a finding sleep.
fn until(register: &Register, finding: &str) -> Option<Date> {
    let mut newest_first = register.decisions.iter().rev().map(|decided| &decided.decision);
    let own = newest_first
        .find(|decision| decision.verb == Verb::Snooze && decision.more.finding.as_deref() == Some(finding));
    own?.more.until
}

/// The open questions about which sightings are one device.
fn tasks(register: &Register) -> impl Iterator<Item = WorkRow> {
    register.identity.tasks.iter().map(|task| {
        let devices = task.devices.iter().filter_map(|index| register.identity.devices.get(*index));
        let mut indices: Vec<usize> = devices.filter_map(|device| register.asset(&device.id)).collect();
        indices.sort_unstable();
        indices.dedup();
        let assets: Vec<AssetRow> = indices.iter().filter_map(|index| asset_on(register, *index)).collect();
        let since = indices.iter().filter_map(|index| seen(register, *index)).map(|(_, last)| last).min();
        let since = since.unwrap_or(register.as_of);
        let names: Vec<&str> = assets.iter().map(|asset| asset.name.as_str()).collect();
        let asleep = finding::sleeps(register, &task.id);
        WorkRow {
            tab: if asleep { Tab::Snoozed } else { Tab::Identity },
            seen: None,
            sla: None,
            until: asleep.then(|| until(register, &task.id)).flatten(),
            finding: FindingRow {
                id: task.id.clone(),
                code: task.code.to_owned(),
                asset: None,
                name: Some(names.join(", ")),
                contract: None,
                line: None,
                since,
                due: since,
                evidence: vec![format!("{}:{}", task.kind, task.value)],
                amount_month: "0.00".to_owned(),
                amount_year: "0.00".to_owned(),
                action: task.proposal.to_owned(),
            },
            amount: Amount::ZERO,
            assets,
        }
    })
}
