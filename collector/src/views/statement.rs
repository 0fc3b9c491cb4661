//! `cadastre/statement/1`: what a month was, for the client to check and sign.

mod equipment;
mod service;

use cadastre_domain::calendar::{Month, day_of};
use cadastre_domain::ledger;
use cadastre_domain::refusal::Refusal;
use cadastre_domain::register::Register;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;

pub use equipment::{AGE_YEARS_MAX, Equipment, MEMORY_GIB_MIN, Reason};
pub(crate) use service::duties;
pub use service::{DelayRow, DutyRow, Intervention, PromiseRow, Sum};

use crate::views::bill::Bill;
use crate::views::parties::{Party, parties_on};
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
    /// Who provides, as the contracts name it.
    pub provider: Option<Party>,
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
    /// The interventions by nature.
    pub by_nature: Vec<Sum>,
    /// The interventions by means.
    pub by_means: Vec<Sum>,
    /// Delays promised and kept, by line.
    pub promises: Vec<PromiseRow>,
    /// Dated duties.
    pub duties: Vec<DutyRow>,
    /// Equipment that is too old, short of memory, or whose system is out of support.
    pub equipment: Vec<Equipment>,
    /// What needs a decision on that day.
    pub findings: Vec<FindingRow>,
    /// The month's bills.
    pub bills: Vec<Bill>,
    /// Instant as of which the record is read; absent while the month runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub known_at: Option<Timestamp>,
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
        let interventions = service::interventions(register, month);
        Ok(Self {
            schema: "cadastre/statement/1",
            client: register.client.clone(),
            name: register.name.clone().unwrap_or_else(|| register.client.clone()),
            provider: parties_on(register, register.as_of).0,
            start: month.first(),
            end: register.as_of.min(month.last()),
            currency: day.currency,
            lines: day.lines,
            movements: movements(register, month),
            by_nature: service::sums(&interventions, |row| row.nature.as_deref()),
            by_means: service::sums(&interventions, |row| row.means.as_deref()),
            promises: service::promises(register, &interventions),
            duties: service::duties(register),
            equipment: equipment::equipment(register),
            interventions,
            findings: day.findings,
            bills: bills.into_iter().map(|bill| Bill::of(register, bill, several)).collect(),
            known_at: Some(register.known_at).filter(|known_at| day_of(*known_at, &register.zone) > month.last()),
            head: ledger::head_at(&register.client, &register.ledger, sealed),
        })
    }

    /// The day on which a month's statement is read: its last, or today while it runs.
    pub fn day(month: Month, now: Timestamp, zone: &jiff::tz::TimeZone) -> Date {
        month.last().min(day_of(now, zone))
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
