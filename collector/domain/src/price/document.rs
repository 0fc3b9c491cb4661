//! The bill as a document: its lines in order, its totals, its VAT, the hash of what it was made from.

use alloc::collections::BTreeMap;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use jiff::ToSpan;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::calendar::Month;
use crate::contract::{Contract, EndOfMonth, PaymentTerms, Timing, VatCategory};
use crate::money::{Amount, Percent, Price, share};
use crate::refusal::Refusal;

/// One client's bill of one month, for one billed entity and currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Bill {
    /// Client code.
    pub client: String,
    /// Billed entity; the client where there is none.
    pub entity: String,
    /// The month.
    pub period: BillPeriod,
    /// `draft` until the month is closed.
    pub status: &'static str,
    /// SHA-256 of what it was made from, in hex.
    pub run_id: String,
    /// ISO 4217 code.
    pub currency: String,
    /// Lines by contract, order in the file, kind, from, then tier or slot.
    pub lines: Vec<BillLine>,
    /// Σ of the lines.
    pub total_net: Amount,
    /// VAT once a rate and category.
    pub vat: Vec<VatRow>,
    /// Net and VAT.
    pub total_gross: Amount,
    /// What the reader must know, for example an index that is missing.
    #[serde(skip)]
    pub remarks: Vec<Refusal>,
    /// The day the bill bears: last day of the month in arrears, first in advance.
    #[serde(skip)]
    pub date: Date,
    /// The day it is due: the latest that the payment terms of its contracts give.
    #[serde(skip)]
    pub due: Date,
}

/// First and last day of a bill's month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct BillPeriod {
    /// First day.
    pub start: Date,
    /// Last day.
    pub end: Date,
}

/// A line of a bill.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BillLine {
    /// What it is.
    pub kind: Kind,
    /// Contract id.
    pub contract: String,
    /// Line id; `None` for a one-off.
    pub line: Option<String>,
    /// What the reader sees.
    pub label: String,
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
    /// How many, in `unit`.
    pub quantity: i64,
    /// Slot-days, minutes or pieces.
    pub unit: Unit,
    /// Price of `price_base` units.
    pub unit_price: Price,
    /// How many units the price is for.
    pub price_base: u32,
    /// Per cent off.
    pub discount: Option<Percent>,
    /// Net amount.
    pub amount: Amount,
    /// VAT rate in per cent.
    pub vat_rate: Percent,
    /// Ledger account.
    pub account: Option<String>,
    /// What proves it: `CONTRACT/LINE/FROM..TO`, then `/SLOT` for one slot.
    pub evidence: String,
    /// Article code of the billing tool.
    pub article: Option<String>,
    /// Analytic code.
    pub analytic: Option<String>,
    /// Category of a nil rate.
    pub vat_category: Option<VatCategory>,
    /// Why no VAT is due.
    pub vat_reason: Option<String>,
    /// The slot, for a line of one slot.
    pub slot: Option<String>,
    /// Place among lines of one kind and day: the tier.
    #[serde(skip)]
    pub rank: u32,
}

/// What a line of a bill is, in the order of a bill.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A flat rate.
    Recurring,
    /// Seats committed and not used.
    Commitment,
    /// Time spent.
    Time,
    /// Time on request.
    OnDemand,
    /// Tickets.
    Ticket,
    /// What lacks to the least amount of the month.
    Minimum,
    /// A one-off amount.
    OneOff,
    /// A closed month corrected.
    Regularisation,
    /// A negative line of a bill whose sum is negative.
    Credit,
}

impl Kind {
    /// Its word in the interfaces.
    pub fn word(self) -> &'static str {
        match self {
            Self::Recurring => "recurring",
            Self::Commitment => "commitment",
            Self::Time => "time",
            Self::OnDemand => "on_demand",
            Self::Ticket => "ticket",
            Self::Minimum => "minimum",
            Self::OneOff => "one_off",
            Self::Regularisation => "regularisation",
            Self::Credit => "credit",
        }
    }
}

/// What a quantity counts, as the codes of European invoices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Unit {
    /// Slot-days.
    #[serde(rename = "DAY")]
    Day,
    /// Minutes.
    #[serde(rename = "MIN")]
    Minute,
    /// Pieces.
    #[serde(rename = "C62")]
    Piece,
}

impl Unit {
    /// Its code on invoices.
    pub fn code(self) -> &'static str {
        match self {
            Self::Day => "DAY",
            Self::Minute => "MIN",
            Self::Piece => "C62",
        }
    }
}

/// VAT of one rate and category.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VatRow {
    /// Per cent.
    pub rate: Percent,
    /// Net amount at this rate.
    pub base: Amount,
    /// The tax.
    pub amount: Amount,
    /// Category of a nil rate.
    pub category: Option<VatCategory>,
    /// Why no VAT is due.
    pub reason: Option<String>,
}

impl BillLine {
    /// What its lines are sorted by, within one contract line.
    pub(super) fn order(&self) -> (Kind, Date, u32, Option<String>) {
        (self.kind, self.from, self.rank, self.slot.clone())
    }
}

impl Bill {
    pub(super) fn empty(client: &str, entity: &str, currency: &str, period: Month, timing: Timing) -> Self {
        let date = if timing == Timing::Advance { period.first() } else { period.last() };
        Self {
            client: client.to_string(),
            entity: entity.to_string(),
            period: BillPeriod { start: period.first(), end: period.last() },
            status: "draft",
            run_id: String::new(),
            currency: currency.to_string(),
            lines: Vec::new(),
            total_net: Amount::ZERO,
            vat: Vec::new(),
            total_gross: Amount::ZERO,
            remarks: Vec::new(),
            date,
            due: date,
        }
    }

    /// Takes its lines, contract line by contract line. In a bill whose sum is negative, negative lines are credits.
    ///
    /// # Errors
    /// `amount_overflow`.
    pub(super) fn take_lines(&mut self, by_line: Vec<Vec<BillLine>>) -> Result<(), Refusal> {
        let sum = Amount::total(by_line.iter().flatten().map(|line| line.amount))?;
        for mut lines in by_line {
            if sum < Amount::ZERO {
                for line in lines.iter_mut().filter(|line| line.amount < Amount::ZERO) {
                    line.kind = Kind::Credit;
                }
            }
            lines.sort_by_key(BillLine::order);
            self.lines.extend(lines);
        }
        Ok(())
    }

    /// Makes the totals of the lines, and the day it is due.
    ///
    /// # Errors
    /// `amount_overflow`.
    pub(super) fn close_totals(&mut self, contracts: &[&Contract]) -> Result<(), Refusal> {
        self.total_net = Amount::total(self.lines.iter().map(|line| line.amount))?;
        self.vat = vat_rows(&self.lines)?;
        self.total_gross = Amount::total(self.vat.iter().map(|row| row.amount))?.plus(self.total_net)?;
        let terms = contracts.iter().filter(|contract| self.lines.iter().any(|line| line.contract == contract.id));
        let dues = terms.map(|contract| due(self.date, contract.conditions_on(self.date).billing.payment_terms));
        self.due = dues.max().unwrap_or_else(|| due(self.date, None));
        Ok(())
    }
}

fn vat_rows(lines: &[BillLine]) -> Result<Vec<VatRow>, Refusal> {
    let mut rows: BTreeMap<(i64, Option<VatCategory>), VatRow> = BTreeMap::new();
    for line in lines {
        let row = rows.entry((line.vat_rate.millionths(), line.vat_category)).or_insert_with(|| VatRow {
            rate: line.vat_rate,
            base: Amount::ZERO,
            amount: Amount::ZERO,
            category: line.vat_category,
            reason: line.vat_reason.clone(),
        });
        row.base = row.base.plus(line.amount)?;
    }
    for row in rows.values_mut() {
        row.amount = share(row.base, row.rate)?;
    }
    Ok(rows.into_values().collect())
}

/// The day a bill of `date` is due; without terms, thirty days after it.
fn due(date: Date, terms: Option<PaymentTerms>) -> Date {
    let terms = terms.unwrap_or(PaymentTerms { days: 30, end_of_month: EndOfMonth::None });
    let later = |date: Date| date.saturating_add(i64::from(terms.days).days());
    match terms.end_of_month {
        EndOfMonth::None => later(date),
        EndOfMonth::After => later(date).last_of_month(),
        EndOfMonth::Before => later(date.last_of_month()),
    }
}

/// The one-off amounts of a contract that are dated in the month.
pub(super) fn one_offs(contract: &Contract, period: Month) -> Result<Vec<BillLine>, Refusal> {
    // Nothing is due before the contract begins.
    let stands_in = |date| Month::of(date) == period && date >= contract.first_day();
    let mut lines = Vec::new();
    for (rank, one_off) in contract.one_off.iter().enumerate().filter(|(_, one)| stands_in(one.date)) {
        let Some(vat_rate) = one_off.vat.rate else { continue };
        lines.push(BillLine {
            kind: Kind::OneOff,
            contract: contract.id.clone(),
            line: None,
            label: one_off.label.clone(),
            from: one_off.date,
            to: one_off.date,
            quantity: 1,
            unit: Unit::Piece,
            unit_price: Price::of(one_off.amount)?,
            price_base: 1,
            discount: None,
            amount: one_off.amount,
            vat_rate,
            account: one_off.account.clone(),
            evidence: alloc::format!("{}/one_off/{}", contract.id, one_off.date),
            article: one_off.article.clone(),
            analytic: one_off.analytic.clone(),
            vat_category: one_off.vat.category,
            vat_reason: one_off.vat.reason.clone(),
            slot: None,
            rank: u32::try_from(rank).unwrap_or(u32::MAX),
        });
    }
    lines.sort_by_key(BillLine::order);
    Ok(lines)
}
