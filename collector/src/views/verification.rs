//! `cadastre/verification/1`: a closed month made again from what it froze.

use cadastre_domain::closing::{self, Difference};
use serde::Serialize;

use crate::views::bill::BillLine;

/// What verifying found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Verification {
    /// `cadastre/verification/1`.
    pub schema: &'static str,
    /// Client code.
    pub client: String,
    /// The month.
    pub period: String,
    /// Whether everything is as it was closed.
    pub holds: bool,
    /// Version of the rules that closed it.
    pub engine_then: String,
    /// Version of the rules that verified it.
    pub engine_now: String,
    /// Whether the chain of the ledger is whole.
    pub ledger_intact: bool,
    /// Whether the contracts are those that were priced.
    pub contracts_intact: bool,
    /// Head of the ledger after the month.
    pub head: String,
    /// Bills, issued and made again.
    pub bills: Vec<VerifiedBill>,
}

/// A bill.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct VerifiedBill {
    /// Billed entity.
    pub entity: String,
    /// Currency.
    pub currency: String,
    /// Net as issued.
    pub issued: String,
    /// Net as made again.
    pub recomputed: String,
    /// Lines that today's rules or an edit change.
    pub differences: Vec<DifferenceRow>,
}

/// A line that differs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DifferenceRow {
    /// As issued.
    pub issued: Option<BillLine>,
    /// As made again.
    pub recomputed: Option<BillLine>,
}

impl Verification {
    /// The document of what a verification found.
    pub fn of(client: &str, found: closing::Verification) -> Self {
        let row = |difference: Difference| DifferenceRow {
            issued: difference.issued.map(BillLine::of),
            recomputed: difference.recomputed.map(BillLine::of),
        };
        let bill = |bill: closing::VerifiedBill| VerifiedBill {
            entity: bill.entity,
            currency: bill.currency,
            issued: bill.issued.to_string(),
            recomputed: bill.recomputed.to_string(),
            differences: bill.differences.into_iter().map(row).collect(),
        };
        Self {
            schema: "cadastre/verification/1",
            client: client.to_owned(),
            period: found.month.to_string(),
            holds: found.holds(),
            engine_then: found.engine_then,
            engine_now: found.engine_now,
            ledger_intact: found.ledger_intact,
            contracts_intact: found.contracts_intact,
            head: found.head,
            bills: found.bills.into_iter().map(bill).collect(),
        }
    }
}
