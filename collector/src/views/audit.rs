//! `cadastre/audit/1`: months of issued invoices against dated lists.

use cadastre_domain::audit::{Audited, Interval};
use cadastre_domain::money::Amount;
use cadastre_domain::refusal::Refusal;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;

/// The audit.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Audit {
    /// `cadastre/audit/1`.
    pub schema: &'static str,
    /// Currency of every amount.
    pub currency: String,
    /// The lists read.
    pub lists: Vec<AuditList>,
    /// Rows of invoices that name no category of device, left aside.
    pub aside: Vec<Aside>,
    /// By month and category.
    pub months: Vec<AuditMonth>,
    /// Σ of the amounts of over-billing.
    pub over: Span,
    /// Σ of the amounts of under-billing.
    pub under: Span,
    /// The devices that lists prove, by category and name.
    pub devices: Vec<AuditDevice>,
}

/// A list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AuditList {
    /// Its file.
    pub file: String,
    /// The instant that it speaks of.
    pub as_of: Timestamp,
    /// Rows.
    pub rows: u32,
    /// Whether it bounds its month from above.
    pub complete: bool,
}

/// A row of an invoice that is about no device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Aside {
    /// Line of the file.
    pub line: usize,
    /// What it says.
    pub label: String,
    /// Net.
    pub amount: String,
}

/// A month of a category.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AuditMonth {
    /// The month.
    pub month: String,
    /// The category.
    pub category: String,
    /// Billed.
    pub billed: String,
    /// Net.
    pub amount: String,
    /// Devices proved in the month.
    pub proved: u32,
    /// Devices known from any list.
    pub known: u32,
    /// The most that complete lists of the month allow; `null` where none speaks of it.
    pub bound: Option<u32>,
    /// Billed too much.
    pub over: Excess,
    /// Billed too little.
    pub under: Excess,
}

/// An interval from what is proved to what is possible.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Excess {
    /// Devices, at least.
    pub proved: String,
    /// Devices, at most.
    pub possible: String,
    /// What those come to; `null` where no invoice has a price.
    pub amount_proved: Option<String>,
    /// What these come to.
    pub amount_possible: Option<String>,
}

/// Two amounts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Span {
    /// At least.
    pub proved: String,
    /// At most.
    pub possible: String,
}

/// A device that lists prove.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AuditDevice {
    /// Its name.
    pub name: String,
    /// Its category.
    pub category: String,
    /// Day of its first sighting.
    pub first_seen: Date,
    /// Day of its last.
    pub last_seen: Date,
}

impl Audit {
    /// The document.
    ///
    /// # Errors
    /// `amount_overflow`.
    pub fn of(
        currency: &str,
        lists: Vec<AuditList>,
        aside: Vec<Aside>,
        audited: &[Audited],
        devices: Vec<AuditDevice>,
    ) -> Result<Self, Refusal> {
        let sum = |of: fn(&Audited) -> Interval| -> Result<Span, Refusal> {
            let total =
                |side: fn(Interval) -> Option<Amount>| Amount::total(audited.iter().filter_map(|row| side(of(row))));
            let (proved, possible) = (total(|side| side.amount_proved)?, total(|side| side.amount_possible)?);
            Ok(Span { proved: proved.to_string(), possible: possible.to_string() })
        };
        Ok(Self {
            schema: "cadastre/audit/1",
            currency: currency.to_owned(),
            lists,
            aside,
            over: sum(|row| row.over)?,
            under: sum(|row| row.under)?,
            months: audited.iter().map(month).collect(),
            devices,
        })
    }
}

fn month(row: &Audited) -> AuditMonth {
    AuditMonth {
        month: row.month.to_string(),
        category: row.category.clone(),
        billed: hundredths(row.billed),
        amount: row.amount.to_string(),
        proved: row.proved,
        known: row.known,
        bound: row.bound,
        over: excess(row.over),
        under: excess(row.under),
    }
}

fn excess(interval: Interval) -> Excess {
    let text = |amount: Option<Amount>| amount.map(|amount| amount.to_string());
    Excess {
        proved: hundredths(interval.proved),
        possible: hundredths(interval.possible),
        amount_proved: text(interval.amount_proved),
        amount_possible: text(interval.amount_possible),
    }
}

/// Hundredths as a number: `25`, `25.94`, `-4`.
fn hundredths(number: i64) -> String {
    let text = Amount::of_cents(number).map_or_else(|_| number.to_string(), |exact| exact.to_string());
    text.strip_suffix(".00").map_or(text.clone(), str::to_owned)
}
