//! Verification: a closed month made again from what it froze, and the chain of the ledger up to it.

use alloc::collections::BTreeMap;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::{Closed, ClosedBill, ClosedMonth, Signature, not_closed};
use crate::calendar::Month;
use crate::contract::{self, Contract};
use crate::fact::{Fact, Recorded};
use crate::ledger;
use crate::money::Amount;
use crate::price::{self, Bill, BillLine, IndexValue, Indexes, Inputs, Issued, SlotDays};
use crate::refusal::Refusal;

/// What verifying a closed month found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verification {
    /// The bill's month.
    pub month: Month,
    /// Version of the rules that closed it.
    pub engine_then: String,
    /// Version of the rules that verified it.
    pub engine_now: String,
    /// Whether the ledger before it still has the head it froze.
    pub ledger_intact: bool,
    /// Whether every contract has the version that was priced.
    pub contracts_intact: bool,
    /// Head of the ledger after it.
    pub head: String,
    /// Each bill, issued and made again.
    pub bills: Vec<VerifiedBill>,
}

/// A bill as issued and as made again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedBill {
    /// Billed entity.
    pub entity: String,
    /// Currency.
    pub currency: String,
    /// Net as issued.
    pub issued: Amount,
    /// Net as made again.
    pub recomputed: Amount,
    /// Lines that differ.
    pub differences: Vec<Difference>,
}

/// A line that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// As issued.
    pub issued: Option<BillLine>,
    /// As made again.
    pub recomputed: Option<BillLine>,
}

impl Verification {
    /// Whether everything is as it was closed.
    pub fn holds(&self) -> bool {
        let same = |bill: &VerifiedBill| bill.differences.is_empty() && bill.issued == bill.recomputed;
        self.ledger_intact && self.contracts_intact && self.bills.iter().all(same)
    }
}

/// Verifies a closed month of a client from its facts that touch money, in the order of their sequence.
///
/// # Errors
/// `month_not_closed`, `contract_unreadable`, and what pricing refuses.
pub fn verify(client: &str, recorded: &[Recorded], month: Month) -> Result<Verification, Refusal> {
    let all = closed_months(recorded);
    let Some(closed) = all.iter().find(|closed| closed.closed.month == month) else {
        return Err(not_closed(client, month));
    };
    let frozen = &closed.closed;
    let entries = ledger::ledger(client, recorded);
    let (contracts, contracts_intact) = contracts_then(recorded, closed)?;
    let references: Vec<&Contract> = contracts.iter().collect();
    let slot_days = slot_days(frozen);
    let mut indexes = Indexes::default();
    for row in &frozen.indexes {
        indexes.put(row.series, row.month, IndexValue { value: row.value, published_on: row.published_on });
    }
    let issued: Vec<Issued<'_>> =
        all.iter().filter(|other| other.seq < closed.seq).map(|other| other.closed.issued()).collect();
    let inputs = Inputs { slot_days: &slot_days, usage: &frozen.usage, indexes: &indexes, issued: &issued };
    let again = price::bill(client, &references, inputs, month)?;
    Ok(Verification {
        month,
        engine_then: frozen.engine.clone(),
        engine_now: price::ENGINE.to_string(),
        ledger_intact: ledger::head_at(client, &entries, closed.seq.saturating_sub(1)) == frozen.ledger
            && seals(client, recorded).iter().all(|seal| seal.holds),
        contracts_intact,
        head: ledger::head_at(client, &entries, closed.seq),
        bills: compare(&frozen.bills, again),
    })
}

/// The closed months among facts, in their order.
pub(crate) fn closed_months(recorded: &[Recorded]) -> Vec<Closed> {
    let closed = |recorded: &Recorded| match &recorded.fact {
        Fact::ClosedMonth(closed) => Some(Closed { seq: recorded.seq, at: recorded.at, closed: (**closed).clone() }),
        _ => None,
    };
    recorded.iter().filter_map(closed).collect()
}

/// A head of the ledger that was written down when it was current: by a closed month or a signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seal {
    /// The sequence of the fact that carries it.
    pub seq: u64,
    /// The month of the bill or statement.
    pub month: Month,
    /// The signature, where a client gave it.
    pub signature: Option<Signature>,
    /// The head written down.
    pub head: String,
    /// Whether the chain still has it there.
    pub holds: bool,
}

/// The seals of a client's facts, in their order. One that no longer holds says that a fact before it was changed.
pub fn seals(client: &str, recorded: &[Recorded]) -> Vec<Seal> {
    let entries = ledger::ledger(client, recorded);
    let first = ledger::first_head(client);
    let seal = |recorded: &Recorded| {
        let before = || entries.iter().filter(|entry| entry.seq < recorded.seq);
        match &recorded.fact {
            Fact::ClosedMonth(closed) => {
                let head = before().next_back().map_or(&first, |entry| &entry.head);
                let (month, holds) = (closed.month, *head == closed.ledger);
                Some(Seal { seq: recorded.seq, month, signature: None, head: closed.ledger.clone(), holds })
            }
            Fact::Signature(signature) => {
                let holds = signature.head == first || before().any(|entry| entry.head == signature.head);
                let (month, head) = (signature.month, signature.head.clone());
                Some(Seal { seq: recorded.seq, month, signature: Some(signature.clone()), head, holds })
            }
            _ => None,
        }
    };
    recorded.iter().filter_map(seal).collect()
}

/// The contracts as they stood when the month was closed, and whether they have the versions it names.
fn contracts_then(recorded: &[Recorded], closed: &Closed) -> Result<(Vec<Contract>, bool), Refusal> {
    let mut texts: BTreeMap<&str, &str> = BTreeMap::new();
    for recorded in recorded.iter().filter(|recorded| recorded.seq < closed.seq) {
        if let Fact::Contract { contract, text } = &recorded.fact {
            texts.insert(contract, text);
        }
    }
    let mut contracts = Vec::new();
    for (id, text) in texts {
        let unreadable = |_| Refusal::new("contract_unreadable").with("contract", id);
        contracts.push(contract::read(text).map_err(unreadable)?);
    }
    let mut then = closed.closed.contracts.clone();
    then.sort();
    let now: Vec<(String, String)> = contracts.iter().map(|c| (c.id.clone(), c.version.clone())).collect();
    Ok((contracts, now == then))
}

fn slot_days(frozen: &ClosedMonth) -> Vec<SlotDays> {
    let mut months: BTreeMap<Month, SlotDays> =
        frozen.months.iter().map(|month| (*month, SlotDays::empty(*month))).collect();
    for slot in &frozen.slots {
        if let Some(days) = months.get_mut(&slot.month) {
            for (lines, own) in [(&mut days.lines, slot.days), (&mut days.uncounted, slot.uncounted)] {
                if own.count() > 0 {
                    let line = lines.entry((slot.contract.clone(), slot.line.clone())).or_default();
                    line.insert(slot.slot.clone(), own);
                }
            }
        }
    }
    months.into_values().collect()
}

fn compare(issued: &[ClosedBill], again: Vec<Bill>) -> Vec<VerifiedBill> {
    let mut bills = Vec::new();
    let mut again: Vec<ClosedBill> = again.into_iter().map(ClosedBill::from).collect();
    for bill in issued {
        let place = again.iter().position(|other| (&other.entity, &other.currency) == (&bill.entity, &bill.currency));
        let other = place.map(|place| again.remove(place));
        bills.push(VerifiedBill {
            entity: bill.entity.clone(),
            currency: bill.currency.clone(),
            issued: bill.total_net,
            recomputed: other.as_ref().map_or(Amount::ZERO, |other| other.total_net),
            differences: differences(&bill.lines, other.map_or_else(Vec::new, |other| other.lines)),
        });
    }
    for other in again {
        bills.push(VerifiedBill {
            entity: other.entity,
            currency: other.currency,
            issued: Amount::ZERO,
            recomputed: other.total_net,
            differences: differences(&[], other.lines),
        });
    }
    bills
}

/// Lines of one side that have no equal on the other, those of one place together.
fn differences(issued: &[BillLine], mut again: Vec<BillLine>) -> Vec<Difference> {
    let written = |line: &BillLine| serde_json::to_string(line).unwrap_or_default();
    let mut left = Vec::new();
    for line in issued {
        match again.iter().position(|other| written(other) == written(line)) {
            Some(place) => drop(again.remove(place)),
            None => left.push(line.clone()),
        }
    }
    let place = |line: &BillLine| (line.contract.clone(), line.line.clone(), line.kind, line.from, line.slot.clone());
    let mut differences = Vec::new();
    for line in left {
        let other = again.iter().position(|other| place(other) == place(&line)).map(|at| again.remove(at));
        differences.push(Difference { issued: Some(line), recomputed: other });
    }
    differences.extend(again.into_iter().map(|line| Difference { issued: None, recomputed: Some(line) }));
    differences
}
