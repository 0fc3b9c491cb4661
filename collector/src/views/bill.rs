//! `cadastre/bill/1`: a client's billing input of one month, and `cadastre/slot_days/1`, the days it counts.

use cadastre_domain::calendar::{Days, Month};
use cadastre_domain::closing::{ClosedMonth, ClosedSlot};
use cadastre_domain::price;
use cadastre_domain::refusal::Refusal;
use cadastre_domain::register::Register;
use jiff::civil::Date;
use serde::Serialize;

/// The bill.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Bill {
    /// `cadastre/bill/1`.
    pub schema: &'static str,
    /// Client code.
    pub client: String,
    /// French company number of the client.
    pub client_siren: Option<String>,
    /// Reference made of facts: client, entity where there are several, month.
    pub reference: String,
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
    /// What the reader must know: reason codes, each with its values after it.
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

impl Bill {
    /// The document of a priced bill of a client of this register; `several` says whether the month has more bills.
    pub fn of(register: &Register, bill: price::Bill, several: bool) -> Self {
        let month = Month::of(bill.period.start);
        let entity = if several { format!("-{}-{}", bill.entity, bill.currency) } else { String::new() };
        Self {
            schema: "cadastre/bill/1",
            reference: format!("{}{entity}-{month}", bill.client),
            client: bill.client,
            client_siren: register.siren.clone(),
            entity: bill.entity,
            period: Period { start: bill.period.start, end: bill.period.end },
            status: bill.status,
            run_id: bill.run_id,
            currency: bill.currency,
            lines: bill.lines.into_iter().map(BillLine::of).collect(),
            total_net: bill.total_net.to_string(),
            vat: bill.vat.into_iter().map(vat_row).collect(),
            total_gross: bill.total_gross.to_string(),
            remarks: bill.remarks.iter().map(reason).collect(),
            date: bill.date,
            due: bill.due,
        }
    }
}

/// A remark as a reason: its code, and its values after it.
fn reason(remark: &Refusal) -> String {
    let values: Vec<String> = remark.args.iter().map(|(name, value)| format!("{name}={value}")).collect();
    if values.is_empty() { remark.code.to_owned() } else { format!("{}:{}", remark.code, values.join(",")) }
}

impl BillLine {
    /// The line's form in documents.
    pub fn of(line: price::BillLine) -> Self {
        Self {
            kind: line.kind.word().to_owned(),
            contract: line.contract,
            line: line.line,
            label: line.label,
            from: line.from,
            to: line.to,
            quantity: line.quantity,
            unit: line.unit.code().to_owned(),
            unit_price: line.unit_price.to_string(),
            price_base: line.price_base,
            discount: line.discount.map(|discount| discount.to_string()),
            amount: line.amount.to_string(),
            vat_rate: line.vat_rate.to_string(),
            account: line.account,
            article: line.article,
            analytic: line.analytic,
            evidence: line.evidence,
        }
    }
}

fn vat_row(row: price::VatRow) -> VatRow {
    VatRow {
        rate: row.rate.to_string(),
        category: row.category.map(|category| category.code().to_owned()),
        base: row.base.to_string(),
        amount: row.amount.to_string(),
    }
}

impl SlotDays {
    /// The days that a month counts, by contract, line and slot.
    pub fn of(register: &Register, month: Month) -> Self {
        if let Some(closed) = register.closed_month(month).filter(|closed| closed.closed.months.contains(&month)) {
            return Self::frozen(register, &closed.closed);
        }
        let counted = register.slot_days(month);
        let row = |contract: &String, line: &String, slot: &String, days: &Days| SlotDaysRow {
            contract: contract.clone(),
            line: line.clone(),
            slot: slot.clone(),
            assets: holders(register, contract, line, slot, month),
            days: days.count(),
            runs: days.runs(month).into_iter().map(|(start, end)| Period { start, end }).collect(),
        };
        let slots = counted.lines.iter().flat_map(|((contract, line), slots)| {
            slots.iter().map(move |(slot, days)| row(contract, line, slot, days))
        });
        Self {
            schema: "cadastre/slot_days/1",
            client: register.client.clone(),
            period: Period { start: month.first(), end: month.last() },
            slots: slots.collect(),
        }
    }

    /// The days as a closed month froze them.
    fn frozen(register: &Register, closed: &ClosedMonth) -> Self {
        let own = closed.slots.iter().filter(|slot| slot.month == closed.month);
        let row = |slot: &ClosedSlot| {
            let mut assets: Vec<String> = slot.links.iter().map(|link| link.asset.clone()).collect();
            assets.dedup();
            SlotDaysRow {
                contract: slot.contract.clone(),
                line: slot.line.clone(),
                slot: slot.slot.clone(),
                assets,
                days: slot.days.count(),
                runs: slot.days.runs(slot.month).into_iter().map(|(start, end)| Period { start, end }).collect(),
            }
        };
        Self {
            schema: "cadastre/slot_days/1",
            client: register.client.clone(),
            period: Period { start: closed.month.first(), end: closed.month.last() },
            slots: own.map(row).collect(),
        }
    }
}

/// The assets that held a slot on a line during a month, in order, each once.
fn holders(register: &Register, contract: &str, line: &str, slot: &str, month: Month) -> Vec<String> {
    let mut holders: Vec<String> = Vec::new();
    for stay in register.stays_of(contract, line, slot, month) {
        let asset = register.assets.get(stay.asset).map(|asset| asset.id.clone()).unwrap_or_default();
        if holders.last() != Some(&asset) {
            holders.push(asset);
        }
    }
    holders
}
