//! `cadastre/statement/1`: what a month was, for the client to check and sign.

use cadastre_domain::calendar::{Month, day_of};
use cadastre_domain::ledger;
use cadastre_domain::refusal::Refusal;
use cadastre_domain::register::Register;
use cadastre_domain::usage::UsageRow;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;

use crate::views::bill::Bill;
use crate::views::reconciliation::{FindingRow, LineRow, Reconciliation};

/// The statement of a month.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Statement {
    /// `cadastre/statement/1`.
    pub schema: &'static str,
    /// Client code.
    pub client: String,
    /// Its display name, else its code.
    pub name: String,
    /// First day of the month.
    pub start: Date,
    /// The last day that it tells of: of the month, or today.
    pub end: Date,
    /// Currency.
    pub currency: String,
    /// Contract lines on that day.
    pub lines: Vec<LineRow>,
    /// What moved.
    pub movements: Vec<Movement>,
    /// What was done.
    pub interventions: Vec<Intervention>,
    /// What needs a decision on that day.
    pub findings: Vec<FindingRow>,
    /// The month's bills.
    pub bills: Vec<Bill>,
    /// Head of the ledger: after the month's closing, else after every fact known.
    pub head: String,
}

/// A slot that was opened, closed or given to another device.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Movement {
    /// `in`, `out` or `swap`.
    pub kind: &'static str,
    /// The day: first in force, last in force, first of the other device.
    pub day: Date,
    /// Contract id.
    pub contract: String,
    /// Line id.
    pub line: String,
    /// Slot.
    pub slot: String,
    /// Display name of the device.
    pub name: String,
}

/// An intervention.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Intervention {
    /// The day.
    pub date: Date,
    /// Contract id.
    pub contract: String,
    /// Line id.
    pub line: String,
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
    /// Minutes of the clock from the demand to the answer.
    pub answered_after: Option<i64>,
    /// Minutes of the clock from the demand to the solution.
    pub solved_after: Option<i64>,
}

impl Statement {
    /// The statement of a month, of a register on its last day.
    ///
    /// # Errors
    /// What pricing refuses.
    pub fn of(register: &Register, month: Month) -> Result<Self, Refusal> {
        let bills = register.bills(month)?;
        let several = bills.len() > 1;
        let sealed = register.closed_month(month).map_or(u64::MAX, |closed| closed.seq);
        let day = Reconciliation::of(register);
        let month_rows = register.usage.iter().filter(|row| Month::of(row.date) == month);
        let mut interventions: Vec<Intervention> = month_rows.map(intervention).collect();
        interventions.sort_by(|one, other| (one.date, &one.contract).cmp(&(other.date, &other.contract)));
        Ok(Self {
            schema: "cadastre/statement/1",
            client: register.client.clone(),
            name: register.name.clone().unwrap_or_else(|| register.client.clone()),
            start: month.first(),
            end: register.as_of.min(month.last()),
            currency: day.currency,
            lines: day.lines,
            movements: movements(register, month),
            interventions,
            findings: day.findings,
            bills: bills.into_iter().map(|bill| Bill::of(register, bill, several)).collect(),
            head: ledger::head_at(&register.client, &register.ledger, sealed),
        })
    }

    /// The day on which a month's statement is read: its last, or today while it runs.
    pub fn day(month: Month, now: Timestamp, zone: &jiff::tz::TimeZone) -> Date {
        month.last().min(day_of(now, zone))
    }
}

fn intervention(row: &UsageRow) -> Intervention {
    let after = |at: Option<Timestamp>| {
        let seconds = at?.as_second().checked_sub(row.opened_at?.as_second())?;
        Some(seconds.div_euclid(60))
    };
    Intervention {
        date: row.date,
        contract: row.contract.clone(),
        line: row.line.clone(),
        nature: row.nature.clone(),
        means: row.means.clone(),
        minutes: row.minutes,
        tickets: row.tickets,
        label: row.label.clone(),
        answered_after: after(row.answered_at),
        solved_after: after(row.solved_at),
    }
}

fn movements(register: &Register, month: Month) -> Vec<Movement> {
    let mut movements = Vec::new();
    let continued: Vec<usize> = register.perimeter.stays.iter().filter_map(|stay| stay.continues).collect();
    for (index, stay) in register.perimeter.stays.iter().enumerate() {
        let Some(agreement) = register.agreements.get(stay.agreement) else { continue };
        let of = |kind, day| Movement {
            kind,
            day,
            contract: agreement.contract.id.clone(),
            line: stay.line.clone(),
            slot: stay.slot.clone(),
            name: register.assets.get(stay.asset).map(|asset| asset.name.clone()).unwrap_or_default(),
        };
        let before = stay.continues.and_then(|before| register.perimeter.stays.get(before));
        let starts = Month::of(stay.from) == month && stay.from != agreement.contract.first_day();
        match before {
            None if starts => movements.push(of("in", stay.from)),
            Some(before) if starts && before.asset != stay.asset => movements.push(of("swap", stay.from)),
            _ => {}
        }
        if let Some(to) = stay.to.filter(|to| Month::of(*to) == month && !continued.contains(&index)) {
            movements.push(of("out", to));
        }
    }
    movements.sort_by(|one, other| (one.day, &one.slot, one.kind).cmp(&(other.day, &other.slot, other.kind)));
    movements
}
