//! Facts that come after their month left the last two closed bills: nothing bills them by itself, a finding says them.

use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::vec::Vec;

use crate::calendar::Month;
use crate::contract::Contract;
use crate::money::Amount;
use crate::price::{self, Inputs, SlotDays, Usage};
use crate::refusal::Refusal;
use crate::register::Register;

/// How many closed bills before the last two are looked at.
const LOOKED_AT: usize = 24;

/// A closed month that today's facts would price otherwise, and that no bill corrects any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Late {
    /// Index of the agreement.
    pub agreement: usize,
    /// Line; `None` for one-off amounts.
    pub line: Option<String>,
    /// The month.
    pub month: Month,
    /// What today's facts give, less all that was issued.
    pub difference: Amount,
    /// The sequence of the last fact that touches the month and came after it was closed.
    pub seq: u64,
}

impl Register {
    /// All that was issued for a closed month, regularisations of it included, of one contract or of all; `None` while the
    /// month is open.
    ///
    /// # Errors
    /// `amount_overflow`.
    pub fn issued_of(&self, month: Month, contract: Option<&str>) -> Result<Option<Amount>, Refusal> {
        if self.closed_month(month).is_none() {
            return Ok(None);
        }
        let issued = self.issued();
        let own = issued
            .iter()
            .flat_map(|bill| &bill.lines)
            .filter(|line| Month::of(line.from) == month && contract.is_none_or(|contract| line.contract == contract));
        Amount::total(own.map(|line| line.amount)).map(Some)
    }

    /// The closed months, of so many newest bills, that no later bill regularises any more for some line.
    pub fn beyond(&self, bills: usize) -> BTreeSet<Month> {
        let issued = self.issued();
        let periods: Vec<Month> = self.closed.iter().rev().take(bills).map(|closed| closed.closed.month).collect();
        let of = |contract: &Contract| -> Vec<(Option<String>, Month)> {
            periods.iter().flat_map(|period| price::out_of_reach(contract, &issued, *period)).collect()
        };
        self.contracts().into_iter().flat_map(of).map(|(_, month)| month).collect()
    }
}

/// The late differences of a client.
///
/// # Errors
/// What pricing refuses.
pub fn late(register: &Register) -> Result<Vec<Late>, Refusal> {
    let mut found = Vec::new();
    let months: Vec<(Month, u64)> = register
        .closed
        .iter()
        .rev()
        .take(LOOKED_AT)
        .filter_map(|closed| {
            let end = closed.closed.month.last();
            let after = register.ledger.iter().filter(|entry| entry.seq > closed.seq);
            let mut told = after.filter(|entry| !matches!(entry.kind, "closed_month" | "signature"));
            let touching = told.rfind(|entry| entry.about.is_none_or(|about| about <= end));
            touching.map(|entry| (closed.closed.month, entry.seq))
        })
        .collect();
    if months.is_empty() {
        return Ok(found);
    }
    let issued = register.issued();
    let usage: Vec<Usage> = register.usage.iter().map(crate::usage::UsageRow::priced).collect();
    for (period, seq) in months {
        for (agreement, held) in register.agreements.iter().enumerate() {
            let contract = &held.contract;
            for (line, month) in price::out_of_reach(contract, &issued, period) {
                let slot_days: [SlotDays; 1] = [register.slot_days(month)];
                let inputs =
                    Inputs { slot_days: &slot_days, usage: &usage, indexes: &register.indexes, issued: &issued };
                let lines = price::difference(contract, &line, inputs, month)?;
                let difference = Amount::total(lines.iter().map(|line| line.amount))?;
                if !difference.is_zero() {
                    found.push(Late { agreement, line, month, difference, seq });
                }
            }
        }
    }
    Ok(found)
}
