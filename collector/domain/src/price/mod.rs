//! Slot-days, usage and contracts become the bills of a month: one a billed entity and currency.
//!
//! Each mode is a pure function of one line's month in a file of its own. It refuses a month whose slot-days it was not
//! given, contracts of one bill with two timings, and amounts over the limit.
//! **Invariant**: one rounding a line; Σ of the lines is the net; the same inputs give the same bytes and `run_id`.

mod commitment;
mod document;
mod fixed;
mod graduated;
mod made;
mod minimum;
mod month;
mod peak;
mod prorata;
mod regularisation;
mod revision;
mod snapshot;
mod threshold;
mod ticket;
mod time;
mod volume;

#[cfg(test)]
mod document_tests;
#[cfg(test)]
mod mode_tests;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod regularisation_tests;
#[cfg(test)]
mod revision_tests;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod usage_tests;

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::String;
use alloc::vec::Vec;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

pub use document::{Bill, BillLine, BillPeriod, Kind, Unit, VatRow};
pub use regularisation::{Issued, difference, out_of_reach};
pub(crate) use revision::revised;
pub use revision::{IndexValue, Indexes, Revision, revisions};

use crate::calendar::{Days, Month};
use crate::contract::{Contract, Formula, Mode, Timing};
use crate::refusal::Refusal;
use month::LineMonth;

/// Version of the pricing rules; part of every `run_id`.
pub const ENGINE: &str = "price-1";

/// Slots of a contract and line, with days of each.
pub type SlotsOfLines = BTreeMap<(String, String), BTreeMap<String, Days>>;

/// The billable days of one month: contract and line, then slot, then days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlotDays {
    /// The month.
    pub month: Month,
    /// (contract, line) to slot to its days.
    pub lines: SlotsOfLines,
    /// In force, and left out as the first or last day of a run: an advance bill still foresees the slot.
    pub uncounted: SlotsOfLines,
}

impl SlotDays {
    /// A month without slots.
    pub fn empty(month: Month) -> Self {
        Self { month, lines: BTreeMap::new(), uncounted: BTreeMap::new() }
    }
}

/// Hours or tickets used on a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// Key of the row, unique in the client.
    pub key: String,
    /// Contract id.
    pub contract: String,
    /// Line id.
    pub line: String,
    /// The day.
    pub date: Date,
    /// Minutes spent.
    pub minutes: u32,
    /// Tickets used.
    pub tickets: u32,
}

/// Everything that is priced.
#[derive(Debug, Clone, Copy)]
pub struct Inputs<'a> {
    /// The slot-days of the months of [`months_needed`].
    pub slot_days: &'a [SlotDays],
    /// All rows of the contracts up to the end of the period: packs of tickets look back.
    pub usage: &'a [Usage],
    /// The whole table.
    pub indexes: &'a Indexes,
    /// Bills that are closed, of whatever month: those before the period are regularised.
    pub issued: &'a [Issued<'a>],
}

/// The bills of `period` for a client's contracts, in the order of entity and currency; a client without contract has one
/// empty bill.
///
/// # Errors
/// `slot_days_missing`, `timing_differs`, `amount_overflow`.
pub fn bill(client: &str, contracts: &[&Contract], inputs: Inputs<'_>, period: Month) -> Result<Vec<Bill>, Refusal> {
    let mut groups: BTreeMap<(&str, &str), Vec<&Contract>> = BTreeMap::new();
    for &contract in contracts {
        groups.entry((contract.billed_entity(), &contract.currency)).or_default().push(contract);
    }
    if groups.is_empty() {
        groups.insert((client, "EUR"), Vec::new());
    }
    let mut bills = Vec::new();
    for ((entity, currency), mut contracts) in groups {
        contracts.sort_by(|one, other| one.id.cmp(&other.id));
        let timing = one_timing(&contracts, period)?;
        let mut draft = Bill::empty(client, entity, currency, period, timing);
        let mut by_line = Vec::new();
        for contract in &contracts {
            by_line.extend(contract_lines(contract, &inputs, period)?);
        }
        draft.take_lines(by_line)?;
        draft.run_id = made::run_id(&draft, &contracts, &inputs);
        draft.remarks = revision::remarks(&contracts, inputs.indexes, period);
        draft.close_totals(&contracts)?;
        bills.push(draft);
    }
    Ok(bills)
}

/// The months whose slot-days the bills of `period` need: those they carry, and those they regularise.
pub fn months_needed(contracts: &[&Contract], issued: &[Issued<'_>], period: Month) -> BTreeSet<Month> {
    let mut months = BTreeSet::new();
    for contract in contracts {
        months.extend(carried(contract, period).iter().map(|carried| carried.month));
        for id in regularisation::line_ids(contract, issued) {
            months.extend(regularisation::reopened(contract, &id, issued, period));
        }
    }
    months
}

/// The rows of usage that a bill is made of: those of the months it needs, and all that a pack of tickets looks back to.
pub fn usage_needed<'u>(contracts: &[&Contract], usage: &'u [Usage], needed: &BTreeSet<Month>) -> Vec<&'u Usage> {
    let has_pack = |row: &Usage| {
        let contract = contracts.iter().find(|contract| contract.id == row.contract);
        let mut lines = contract.into_iter().flat_map(|contract| contract.segments.iter().flat_map(|s| &s.lines));
        lines.any(|line| line.id == row.line && line.pack.is_some())
    };
    let Some(last) = needed.last().copied() else { return Vec::new() };
    let counts = |row: &&Usage| {
        let month = Month::of(row.date);
        contracts.iter().any(|contract| contract.id == row.contract)
            && (needed.contains(&month) || month <= last && has_pack(row))
    };
    usage.iter().filter(counts).collect()
}

/// One contract's month priced in arrears on these facts, whatever its timing and period, with its one-off amounts: what
/// a closed month is compared with, and what a change of its slots is worth.
///
/// # Errors
/// `slot_days_missing`, `amount_overflow`.
pub fn month_in_arrears(contract: &Contract, inputs: Inputs<'_>, month: Month) -> Result<Vec<BillLine>, Refusal> {
    let revisions = revisions(contract, inputs.indexes, month.last());
    let mut lines = Vec::new();
    for id in contract.line_ids() {
        let Some(line_month) = LineMonth::new(contract, id, month, &revisions)? else { continue };
        let mut of_line = line_lines(line_month, &inputs, false)?;
        of_line.sort_by_key(BillLine::order);
        lines.extend(of_line);
    }
    lines.extend(document::one_offs(contract, month)?);
    Ok(lines)
}

/// One month of a contract that stands on a bill.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Carried {
    month: Month,
    /// Whether lines that follow the contract's timing stand there.
    timed: bool,
    /// Whether lines that are always in arrears stand there.
    arrears: bool,
}

/// The months of a contract that the bill of `period` carries.
///
/// Periods are counted from the month of `effective_on`. In arrears, the bill of a period's last month carries its
/// months; in advance, that of its first month carries them, with the lines in arrears of the period before.
fn carried(contract: &Contract, period: Month) -> Vec<Carried> {
    let timing = contract.conditions_on(contract.effective_on).billing.timing;
    let months = contract.conditions_on(contract.effective_on).billing.period.months();
    let index = months_between(Month::of(contract.effective_on), period);
    let within = index.rem_euclid(months);
    let span = |from: i32, to: i32, timed: bool, arrears: bool| {
        (from..=to).map(move |n| Carried { month: period.plus(n), timed, arrears })
    };
    match timing {
        Timing::Arrears if within == months.saturating_sub(1) && index >= 0 => {
            span(within.saturating_neg(), 0, true, true).collect()
        }
        Timing::Advance if within == 0 => {
            let before = span(months.saturating_neg(), -1, false, true);
            before.chain(span(0, months.saturating_sub(1), true, false)).collect()
        }
        _ => Vec::new(),
    }
}

fn months_between(from: Month, to: Month) -> i32 {
    let months = |month: Month| {
        i32::from(month.first().year()).saturating_mul(12).saturating_add(i32::from(month.first().month()))
    };
    months(to).saturating_sub(months(from))
}

/// The timing of a bill: that of the contracts in force in the months it carries, which must agree.
fn one_timing(contracts: &[&Contract], period: Month) -> Result<Timing, Refusal> {
    let mut found: Option<(Timing, &Contract)> = None;
    for contract in contracts {
        let timing = contract.conditions_on(contract.effective_on).billing.timing;
        let alive = contract.first_day() <= period.last()
            && contract.last_day().is_none_or(|last| last >= period.plus(-1).first());
        match found {
            _ if !alive => {}
            None => found = Some((timing, contract)),
            Some((other, first)) if other != timing => {
                return Err(Refusal::new("timing_differs").with("contract", &contract.id).with("other", &first.id));
            }
            Some(_) => {}
        }
    }
    let first = contracts.first().map(|contract| contract.conditions_on(contract.effective_on).billing.timing);
    Ok(found.map(|(timing, _)| timing).or(first).unwrap_or(Timing::Arrears))
}

/// The lines of one contract on the bill of `period`, by contract line, one-off amounts last.
fn contract_lines(contract: &Contract, inputs: &Inputs<'_>, period: Month) -> Result<Vec<Vec<BillLine>>, Refusal> {
    let revisions = revisions(contract, inputs.indexes, period.plus(12).last());
    let carried = carried(contract, period);
    let timing = contract.conditions_on(contract.effective_on).billing.timing;
    let mut lines = Vec::new();
    for id in regularisation::line_ids(contract, inputs.issued) {
        let mut of_line = match &id {
            Some(_) => Vec::new(),
            None => document::one_offs(contract, period)?,
        };
        for carried in &carried {
            let Some(id) = &id else { break };
            let Some(line_month) = LineMonth::new(contract, id, carried.month, &revisions)? else { continue };
            if if line_month.is_always_in_arrears() { !carried.arrears } else { !carried.timed } {
                continue;
            }
            let projected = timing == Timing::Advance && !line_month.is_always_in_arrears();
            of_line.extend(line_lines(line_month, inputs, projected)?);
        }
        of_line.extend(regularisation::lines(contract, &id, inputs, period)?);
        lines.push(of_line);
    }
    Ok(lines)
}

/// The lines of one contract line's month; `projected` as an advance bill foresees it.
fn line_lines<'a>(
    mut line_month: LineMonth<'a>,
    inputs: &Inputs<'a>,
    projected: bool,
) -> Result<Vec<BillLine>, Refusal> {
    if line_month.needs_slot_days() {
        line_month.take_slot_days(inputs.slot_days)?;
        if projected {
            line_month.project_first_day();
        }
    }
    let mut lines = Vec::new();
    match (line_month.formula(), line_month.last_mode()) {
        (Formula::Temps, _) => lines.extend(time::lines(&line_month, inputs.usage, Kind::Time)?),
        (Formula::Demande, _) => lines.extend(time::lines(&line_month, inputs.usage, Kind::OnDemand)?),
        (Formula::Ticket, _) => lines.extend(ticket::lines(&line_month, inputs.usage)?),
        (Formula::Forfait, Some(Mode::Snapshot)) => lines.extend(snapshot::line(&line_month)?),
        (Formula::Forfait, Some(Mode::Peak)) => lines.extend(peak::line(&line_month)?),
        (Formula::Forfait, Some(Mode::Threshold)) => lines.extend(threshold::line(&line_month)?),
        (Formula::Forfait, _) => {
            for segment in line_month.segments() {
                match segment.line.mode {
                    Some(Mode::Fixed) => lines.extend(fixed::line(&line_month, &segment)?),
                    Some(Mode::Prorata) => lines.extend(prorata::lines(&line_month, &segment)?),
                    Some(Mode::Graduated) => lines.extend(graduated::lines(&line_month, &segment)?),
                    Some(Mode::Volume) => lines.extend(volume::lines(&line_month, &segment)?),
                    _ => {}
                }
            }
            lines.extend(commitment::line(&line_month)?);
        }
    }
    lines.extend(minimum::line(&line_month, &lines)?);
    Ok(lines)
}

/// SHA-256 of bytes, in hex.
pub fn sha256_hex(bytes: &[u8]) -> String {
    use core::fmt::Write as _;
    let mut text = String::with_capacity(64);
    for byte in Sha256::digest(bytes) {
        let _ = write!(text, "{byte:02x}");
    }
    text
}
