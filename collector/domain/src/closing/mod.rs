//! A closed month: the slot-days, the links, the amounts and the engine, frozen in one fact that nobody edits.
//!
//! Refuses to close twice, out of order, too early, with an open question about a slot of the month, or without an index
//! that a price waits for. **Invariant**: what is frozen is all that pricing needs, so the bill can be made again from it
//! for ever.

mod freeze;
mod late;
mod verify;

use alloc::string::String;
use alloc::vec::Vec;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

pub use freeze::close;
pub use late::{Late, late};
pub(crate) use verify::closed_months;
pub use verify::{Difference, Seal, Verification, VerifiedBill, seals, verify};

use crate::calendar::{Days, Month};
use crate::money::Amount;
use crate::perimeter::Origin;
use crate::price::{Bill, BillLine, BillPeriod, Issued, Usage, VatRow};
use crate::refusal::Refusal;
use crate::usage::IndexRow;

/// Everything that a bill month was made of, and what came out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClosedMonth {
    /// The bill's month.
    pub month: Month,
    /// Version of the pricing rules.
    pub engine: String,
    /// Version of the identity rules that linked observations to assets.
    pub identity: String,
    /// Contracts priced: id and version.
    pub contracts: Vec<(String, String)>,
    /// Calendar months whose slot-days were counted.
    pub months: Vec<Month>,
    /// Their slot-days, by month, contract, line and slot.
    pub slots: Vec<ClosedSlot>,
    /// Usage priced, by key.
    pub usage: Vec<Usage>,
    /// The index table, when a contract is reviewed.
    pub indexes: Vec<IndexRow>,
    /// The bills, by entity and currency.
    pub bills: Vec<ClosedBill>,
    /// Head of the ledger before this fact.
    pub ledger: String,
}

/// A slot's days in one month, with who held it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClosedSlot {
    /// The month.
    pub month: Month,
    /// Contract id.
    pub contract: String,
    /// Line id.
    pub line: String,
    /// Slot name.
    pub slot: String,
    /// Its days.
    pub days: Days,
    /// Days in force that a flag of the contract leaves out.
    #[serde(default, skip_serializing_if = "Days::is_none")]
    pub uncounted: Days,
    /// The assets that held it, in order.
    pub links: Vec<Link>,
}

/// An asset that held a slot, and why it was taken for that asset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// Asset id.
    pub asset: String,
    /// First day in the slot.
    pub from: Date,
    /// Last day, when there is one.
    pub to: Option<Date>,
    /// What opened the slot.
    pub origin: Origin,
    /// First time it was seen in the month.
    pub first_seen: Option<Timestamp>,
    /// Last time.
    pub last_seen: Option<Timestamp>,
}

/// A bill as it was closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClosedBill {
    /// Billed entity.
    pub entity: String,
    /// ISO 4217 code.
    pub currency: String,
    /// Hash of what it was made from.
    pub run_id: String,
    /// The day it bears.
    pub date: Date,
    /// The day it is due.
    pub due: Date,
    /// Its lines.
    pub lines: Vec<BillLine>,
    /// Σ of the lines.
    pub total_net: Amount,
    /// VAT once a rate and category.
    pub vat: Vec<VatRow>,
    /// Net and VAT.
    pub total_gross: Amount,
}

/// A closed month as it stands in the record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed {
    /// Its sequence.
    pub seq: u64,
    /// When it was recorded.
    pub at: Timestamp,
    /// The fact.
    pub closed: ClosedMonth,
}

/// The client's consent to a statement: a dated fact, not a qualified signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signature {
    /// The month of the statement.
    pub month: Month,
    /// Who signed.
    pub name: String,
    /// In which role.
    pub role: String,
    /// When.
    pub signed_on: Date,
    /// SHA-256 of the statement, in hex.
    pub statement: String,
    /// Head of the ledger that the statement shows.
    pub head: String,
}

impl ClosedMonth {
    /// What it issued, for the regularisations of later bills.
    pub fn issued(&self) -> Issued<'_> {
        Issued { period: self.month, lines: self.bills.iter().flat_map(|bill| &bill.lines).collect() }
    }

    /// Its bills as documents of this client.
    pub fn bills(&self, client: &str) -> Vec<Bill> {
        let bill = |bill: &ClosedBill| Bill {
            client: String::from(client),
            entity: bill.entity.clone(),
            period: BillPeriod { start: self.month.first(), end: self.month.last() },
            status: "closed",
            run_id: bill.run_id.clone(),
            currency: bill.currency.clone(),
            lines: bill.lines.clone(),
            total_net: bill.total_net,
            vat: bill.vat.clone(),
            total_gross: bill.total_gross,
            remarks: Vec::new(),
            date: bill.date,
            due: bill.due,
        };
        self.bills.iter().map(bill).collect()
    }
}

impl From<Bill> for ClosedBill {
    fn from(bill: Bill) -> Self {
        Self {
            entity: bill.entity,
            currency: bill.currency,
            run_id: bill.run_id,
            date: bill.date,
            due: bill.due,
            lines: bill.lines,
            total_net: bill.total_net,
            vat: bill.vat,
            total_gross: bill.total_gross,
        }
    }
}

/// The refusal of a month that is not closed.
fn not_closed(client: &str, month: Month) -> Refusal {
    Refusal::new("month_not_closed").with("client", client).with("month", month)
}
