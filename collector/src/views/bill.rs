//! `cadastre/bill/1`: a client's billing input of one month, and `cadastre/slot_days/1`, the days it counts.

use jiff::civil::Date;
use serde::Serialize;

/// The bill.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Bill {
    /// `cadastre/bill/1`.
    pub schema: &'static str,
    /// Client code.
    pub client: String,
    /// Billed entity; the client where there is none.
    pub entity: String,
    /// First and last day.
    pub period: Period,
    /// `draft` or `closed`.
    pub status: &'static str,
    /// H(contract versions, priced inputs, period, engine).
    pub run_id: String,
    /// Currency.
    pub currency: String,
    /// Lines by contract, order in the file, kind, from, then tier or slot.
    pub lines: Vec<BillLine>,
    /// Σ of the lines.
    pub total_net: String,
    /// VAT once per rate.
    pub vat: Vec<VatRow>,
    /// Net and VAT.
    pub total_gross: String,
    /// What the reader must know: reason codes.
    pub remarks: Vec<String>,
    /// The day the bill bears.
    pub date: Date,
    /// The day it is due.
    pub due: Date,
}

/// First and last day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Period {
    /// First day.
    pub start: Date,
    /// Last day.
    pub end: Date,
}

/// A line of the bill.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BillLine {
    /// `recurring`, `commitment`, `time`, `on_demand`, `ticket`, `minimum`, `one_off`, `regularisation` or `credit`.
    pub kind: String,
    /// Contract id.
    pub contract: String,
    /// Line id.
    pub line: Option<String>,
    /// Label for the reader.
    pub label: String,
    /// First active day.
    pub from: Date,
    /// Last active day.
    pub to: Date,
    /// Quantity, in `unit`.
    pub quantity: i64,
    /// `DAY`, `MIN` or `C62`.
    pub unit: String,
    /// Price of `price_base` units.
    pub unit_price: String,
    /// How many units the price is for.
    pub price_base: u32,
    /// Discount, per cent.
    pub discount: Option<String>,
    /// Net amount.
    pub amount: String,
    /// VAT rate, per cent.
    pub vat_rate: String,
    /// Account.
    pub account: Option<String>,
    /// Article code.
    pub article: Option<String>,
    /// Analytic code.
    pub analytic: Option<String>,
    /// Reference to what proves it, made of facts only.
    pub evidence: String,
}

/// VAT of one rate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VatRow {
    /// Rate, per cent.
    pub rate: String,
    /// Category code of a 0 rate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// Net.
    pub base: String,
    /// Tax.
    pub amount: String,
}

/// The days that the month counts, slot by slot.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SlotDays {
    /// `cadastre/slot_days/1`.
    pub schema: &'static str,
    /// Client code.
    pub client: String,
    /// First and last day.
    pub period: Period,
    /// One row per slot and line with a counted day.
    pub slots: Vec<SlotDaysRow>,
}

/// A slot's days on a line.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SlotDaysRow {
    /// Contract id.
    pub contract: String,
    /// Line id.
    pub line: String,
    /// Slot name.
    pub slot: String,
    /// Assets that held it on those days, in order.
    pub assets: Vec<String>,
    /// How many days.
    pub days: u32,
    /// The runs of days.
    pub runs: Vec<Period>,
}
