//! Of the statement: what was done and with which delays, and the dated duties.

use std::collections::BTreeMap;

use cadastre_domain::calendar::{Month, add_months, day_of};
use cadastre_domain::contract::{Duty, DutyKind};
use cadastre_domain::delay::{Delay, Delays};
use cadastre_domain::fact::Verb;
use cadastre_domain::perimeter::Agreement;
use cadastre_domain::register::Register;
use cadastre_domain::usage::UsageRow;
use jiff::civil::Date;
use serde::Serialize;

/// An intervention.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Intervention {
    /// The day.
    pub date: Date,
    /// Contract id.
    pub contract: String,
    /// Line id.
    pub line: String,
    /// Name of the asset, else what the file called it.
    pub asset: Option<String>,
    /// Nature.
    pub nature: Option<String>,
    /// Means.
    pub means: Option<String>,
    /// Minutes.
    pub minutes: u32,
    /// Tickets.
    pub tickets: u32,
    /// What it was about.
    pub label: Option<String>,
    /// From the demand to the answer.
    pub answer: DelayRow,
    /// From the demand to the solution.
    pub solution: DelayRow,
}

/// A delay in contract hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct DelayRow {
    /// Minutes of contract hours; `null` without a demand's instant.
    pub minutes: Option<i64>,
    /// Minutes promised.
    pub promised: Option<i64>,
    /// Whether it was kept; `null` where nothing can be judged yet.
    pub kept: Option<bool>,
}

impl From<Delay> for DelayRow {
    fn from(delay: Delay) -> Self {
        Self { minutes: delay.minutes, promised: delay.promised, kept: delay.kept }
    }
}

/// Interventions that have a word in common.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Sum {
    /// The nature or the means; `null` where the rows name none.
    pub word: Option<String>,
    /// How many.
    pub count: u32,
    /// Their minutes.
    pub minutes: u64,
    /// Their tickets.
    pub tickets: u64,
}

/// What a line promises, and how often it was kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PromiseRow {
    /// Contract id.
    pub contract: String,
    /// Line id.
    pub line: String,
    /// The hours in which delays run, as the contract writes them.
    pub hours: Option<String>,
    /// Minutes to answer.
    pub response: Option<i64>,
    /// Answers in time, and answers judged.
    pub answered: (u32, u32),
    /// Minutes to solve.
    pub resolution: Option<i64>,
    /// Solutions in time, and solutions judged.
    pub solved: (u32, u32),
}

/// A dated duty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DutyRow {
    /// Contract id.
    pub contract: String,
    /// Its id.
    pub duty: String,
    /// `preventive`, `restore_test`, `training`, `committee` or `other`.
    pub kind: &'static str,
    /// Its name.
    pub label: String,
    /// Months from one to the next.
    pub every_months: u32,
    /// When it was last attested.
    pub last: Option<Date>,
    /// With which result: `passed` or `failed`.
    pub result: Option<String>,
    /// When it is due next.
    pub due: Date,
    /// Whether that day has passed.
    pub overdue: bool,
}

/// The interventions of a month up to the register's day, in order.
pub(super) fn interventions(register: &Register, month: Month) -> Vec<Intervention> {
    let within = |row: &&UsageRow| Month::of(row.date) == month && row.date <= register.as_of;
    let mut rows: Vec<(&UsageRow, Intervention)> =
        register.usage.iter().filter(within).map(|row| (row, intervention(register, row))).collect();
    rows.sort_by(|(one, _), (other, _)| {
        (one.date, &one.contract, &one.key).cmp(&(other.date, &other.contract, &other.key))
    });
    rows.into_iter().map(|(_, row)| row).collect()
}

fn intervention(register: &Register, row: &UsageRow) -> Intervention {
    let contract = register.contracts().into_iter().find(|contract| contract.id == row.contract);
    let delays = contract.map(|contract| Delays::of(row, contract, register.at)).unwrap_or_default();
    let known = row.asset.as_deref().and_then(|id| register.asset(id)).and_then(|index| register.assets.get(index));
    Intervention {
        date: row.date,
        contract: row.contract.clone(),
        line: row.line.clone(),
        asset: known.map(|asset| asset.name.clone()).or_else(|| row.asset.clone()),
        nature: row.nature.clone(),
        means: row.means.clone(),
        minutes: row.minutes,
        tickets: row.tickets,
        label: row.label.clone(),
        answer: delays.answer.into(),
        solution: delays.solution.into(),
    }
}

/// The interventions by one of their words, named ones first.
pub(super) fn sums(rows: &[Intervention], word: fn(&Intervention) -> Option<&str>) -> Vec<Sum> {
    let mut sums: BTreeMap<(bool, Option<&str>), Sum> = BTreeMap::new();
    for row in rows {
        let word = word(row);
        let empty = || Sum { word: word.map(str::to_owned), count: 0, minutes: 0, tickets: 0 };
        let sum = sums.entry((word.is_none(), word)).or_insert_with(empty);
        sum.count += 1;
        sum.minutes += u64::from(row.minutes);
        sum.tickets += u64::from(row.tickets);
    }
    sums.into_values().collect()
}

/// What the lines in force promise, and how it was kept in these interventions.
pub(super) fn promises(register: &Register, rows: &[Intervention]) -> Vec<PromiseRow> {
    let mut promises = Vec::new();
    for contract in register.contracts() {
        for line in contract.lines_on(register.as_of) {
            let Some(sla) = &line.sla else { continue };
            let own = || rows.iter().filter(|row| row.contract == contract.id && row.line == line.id);
            let kept = |of: fn(&Intervention) -> DelayRow| {
                let judged: Vec<bool> = own().filter_map(|row| of(row).kept).collect();
                let count = |kept: usize| u32::try_from(kept).unwrap_or(u32::MAX);
                (count(judged.iter().filter(|kept| **kept).count()), count(judged.len()))
            };
            let hours = sla.hours.as_deref().map_or_else(
                || Some(cadastre_domain::hours::ContractHours::always()),
                cadastre_domain::hours::ContractHours::parse,
            );
            let minutes = |text: &Option<String>| hours.as_ref()?.promised(text.as_deref()?);
            promises.push(PromiseRow {
                contract: contract.id.clone(),
                line: line.id.clone(),
                hours: sla.hours.clone(),
                response: minutes(&sla.response),
                answered: kept(|row| row.answer),
                resolution: minutes(&sla.resolution),
                solved: kept(|row| row.solution),
            });
        }
    }
    promises
}

/// The duties of the contracts in force, by the day they are due.
pub(crate) fn duties(register: &Register) -> Vec<DutyRow> {
    let mut rows = Vec::new();
    for agreement in register.agreements.iter().filter(|agreement| agreement.contract.in_force(register.as_of)) {
        let duties = &agreement.contract.conditions_on(register.as_of).duties;
        rows.extend(duties.iter().map(|duty| duty_row(register, agreement, duty)));
    }
    rows.sort_by(|one, other| (one.due, &one.contract, &one.duty).cmp(&(other.due, &other.contract, &other.duty)));
    rows
}

fn duty_row(register: &Register, agreement: &Agreement, duty: &Duty) -> DutyRow {
    let contract = &agreement.contract;
    let attested = register.decisions.iter().map(|decided| &decided.decision).filter(|decision| {
        decision.verb == Verb::Attest
            && decision.more.duty.as_ref() == Some(&duty.id)
            && decision.contract.as_ref().is_none_or(|named| *named == contract.id)
            && decision.effective <= day_of(register.at, &register.zone)
    });
    let (mut last, mut passed) = (None, None);
    for decision in attested {
        let result = decision.more.result.clone();
        if result.as_deref() == Some("passed") {
            passed = passed.max(Some(decision.effective));
        }
        if last.as_ref().is_none_or(|(day, _)| *day <= decision.effective) {
            last = Some((decision.effective, result));
        }
    }
    let from = passed.unwrap_or(contract.first_day());
    let due = add_months(from, i32::try_from(duty.every_months).unwrap_or(i32::MAX));
    DutyRow {
        contract: contract.id.clone(),
        duty: duty.id.clone(),
        kind: kind(duty.kind),
        label: duty.label.clone(),
        every_months: duty.every_months,
        result: last.as_ref().and_then(|(_, result)| result.clone()),
        last: last.map(|(day, _)| day),
        due,
        overdue: due < register.as_of,
    }
}

fn kind(kind: DutyKind) -> &'static str {
    match kind {
        DutyKind::Preventive => "preventive",
        DutyKind::RestoreTest => "restore_test",
        DutyKind::Training => "training",
        DutyKind::Committee => "committee",
        DutyKind::Other => "other",
    }
}
