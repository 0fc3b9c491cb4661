//! Regularisation: what closed months give on today's facts, less all that was issued for them.
//!
//! A bill re-opens, for each contract line, the months that the last two closed bills carry for it; so a quarter counts
//! as one bill. One-off amounts are one line of their own, without a name. Each difference is one line a VAT rate.
//! **Invariant**: issued + regularised = fresh, to the cent, for every month that is re-opened.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::String;
use alloc::vec::Vec;

use jiff::civil::Date;

use super::document::{self, BillLine, Kind, Unit};
use super::month::LineMonth;
use super::{Inputs, carried, line_lines, revisions};
use crate::calendar::Month;
use crate::contract::{Contract, VatCategory};
use crate::money::{Amount, Price};
use crate::refusal::Refusal;

/// How many closed bills stay open to regularisation.
const REOPENED: usize = 2;

/// A closed bill month: every line that was issued on it.
#[derive(Debug, Clone)]
pub struct Issued<'a> {
    /// Its month.
    pub period: Month,
    /// Its lines, of whatever contract.
    pub lines: Vec<&'a BillLine>,
}

/// A contract line, `None` for one-off amounts.
pub(super) type LineId = Option<String>;

/// The lines that a contract has today or was ever billed for, in order; one-off amounts last.
pub(super) fn line_ids(contract: &Contract, issued: &[Issued<'_>]) -> Vec<LineId> {
    let mut ids: Vec<LineId> = contract.line_ids().into_iter().map(|id| Some(String::from(id))).collect();
    let lines = issued.iter().flat_map(|bill| bill.lines.iter().filter(|line| line.contract == contract.id));
    let gone: BTreeSet<&String> = lines.filter_map(|line| line.line.as_ref()).collect();
    for id in gone {
        if !ids.iter().any(|known| known.as_ref() == Some(id)) {
            ids.push(Some(id.clone()));
        }
    }
    ids.push(None);
    ids
}

/// The months of a line that a bill of `period` compares with what was issued for them, in order.
pub(super) fn reopened(contract: &Contract, id: &LineId, issued: &[Issued<'_>], period: Month) -> BTreeSet<Month> {
    let mut months = BTreeSet::new();
    let mut bills = 0;
    let mut closed: Vec<&Issued<'_>> = issued.iter().filter(|bill| bill.period < period).collect();
    closed.sort_by_key(|bill| bill.period);
    for bill in closed.into_iter().rev() {
        let of_bill = months_of(contract, id, bill);
        if of_bill.is_empty() {
            continue;
        }
        months.extend(of_bill);
        bills = usize::saturating_add(bills, 1);
        if bills == REOPENED {
            break;
        }
    }
    months
}

/// The months that the closed bill of `period` carries for each line and that no later bill re-opens any more.
pub fn out_of_reach(contract: &Contract, issued: &[Issued<'_>], period: Month) -> Vec<(Option<String>, Month)> {
    let Some(bill) = issued.iter().find(|bill| bill.period == period) else { return Vec::new() };
    let Some(last) = issued.iter().map(|bill| bill.period).max() else { return Vec::new() };
    let mut months = Vec::new();
    for id in line_ids(contract, issued) {
        let open = reopened(contract, &id, issued, last.plus(1));
        let own = months_of(contract, &id, bill).into_iter().filter(|month| !open.contains(month));
        months.extend(own.map(|month| (id.clone(), month)));
    }
    months
}

/// What a month of a line gives on these facts, less all that was issued for it: one line a VAT rate.
///
/// # Errors
/// `slot_days_missing`, `amount_overflow`.
pub fn difference(
    contract: &Contract,
    id: &Option<String>,
    inputs: Inputs<'_>,
    month: Month,
) -> Result<Vec<BillLine>, Refusal> {
    let last = inputs.issued.iter().map(|bill| bill.period).max().unwrap_or(month);
    of_month(contract, id, &inputs, last.plus(1), month)
}

/// The months of a line that a closed bill carries: by today's contract, and by the lines that were issued.
fn months_of(contract: &Contract, id: &LineId, bill: &Issued<'_>) -> BTreeSet<Month> {
    let own = |line: &&&BillLine| {
        line.contract == contract.id && line.line == *id && !matches!(line.kind, Kind::Regularisation | Kind::Credit)
    };
    let mut months: BTreeSet<Month> = bill.lines.iter().filter(own).map(|line| Month::of(line.from)).collect();
    match id {
        Some(id) => months.extend(carried_months(contract, id, bill.period)),
        None => {
            months.insert(bill.period);
        }
    }
    months
}

/// The months of a contract line that stand on the bill of `period`.
fn carried_months(contract: &Contract, id: &str, period: Month) -> Vec<Month> {
    let stands = |carried: &super::Carried| {
        let line_month = LineMonth::new(contract, id, carried.month, &[]).ok().flatten();
        line_month.is_some_and(|line| if line.is_always_in_arrears() { carried.arrears } else { carried.timed })
    };
    carried(contract, period).iter().filter(|carried| stands(carried)).map(|carried| carried.month).collect()
}

/// The regularisations of a line on the bill of `period`.
pub(super) fn lines(
    contract: &Contract,
    id: &LineId,
    inputs: &Inputs<'_>,
    period: Month,
) -> Result<Vec<BillLine>, Refusal> {
    let mut lines = Vec::new();
    for month in reopened(contract, id, inputs.issued, period) {
        lines.extend(of_month(contract, id, inputs, period, month)?);
    }
    Ok(lines)
}

/// First and last active day.
type Span = (Date, Date);

/// A VAT rate with its category.
type Rate = (i64, Option<VatCategory>);

/// What one month of a line differs by, one line a VAT rate.
fn of_month(
    contract: &Contract,
    id: &LineId,
    inputs: &Inputs<'_>,
    period: Month,
    month: Month,
) -> Result<Vec<BillLine>, Refusal> {
    let (fresh, span) = fresh(contract, id, inputs, month)?;
    let before = inputs.issued.iter().filter(|bill| bill.period < period);
    let issued = before
        .flat_map(|bill| bill.lines.iter().copied())
        .filter(|line| line.contract == contract.id && line.line == *id && Month::of(line.from) == month);
    let mut differences: BTreeMap<Rate, (Amount, BillLine)> = BTreeMap::new();
    let rate = |line: &BillLine| (line.vat_rate.millionths(), line.vat_category);
    for line in fresh {
        let (sum, _) = differences.entry(rate(&line)).or_insert_with(|| (Amount::ZERO, line.clone()));
        *sum = sum.plus(line.amount)?;
    }
    for line in issued {
        let (sum, _) = differences.entry(rate(line)).or_insert_with(|| (Amount::ZERO, line.clone()));
        *sum = sum.minus(line.amount)?;
    }
    let changed = differences.into_values().filter(|(difference, _)| !difference.is_zero());
    changed.map(|(difference, like)| line(difference, like, month, span)).collect()
}

/// A line's month priced in arrears on today's facts, and its first and last active day.
fn fresh(
    contract: &Contract,
    id: &LineId,
    inputs: &Inputs<'_>,
    month: Month,
) -> Result<(Vec<BillLine>, Option<Span>), Refusal> {
    let Some(id) = id else { return Ok((document::one_offs(contract, month)?, None)) };
    let revisions = revisions(contract, inputs.indexes, month.last());
    let Some(line_month) = LineMonth::new(contract, id, month, &revisions)? else { return Ok((Vec::new(), None)) };
    let span = (line_month.first_day(), line_month.last_day());
    Ok((line_lines(line_month, inputs, false)?, Some(span)))
}

fn line(difference: Amount, like: BillLine, month: Month, span: Option<Span>) -> Result<BillLine, Refusal> {
    let (from, to) = span.unwrap_or((month.first(), month.last()));
    let name = like.line.as_deref().unwrap_or("one_off");
    Ok(BillLine {
        kind: Kind::Regularisation,
        from,
        to,
        quantity: difference.cents().signum(),
        unit: Unit::Piece,
        unit_price: Price::of(difference)?,
        price_base: 1,
        discount: None,
        amount: difference,
        evidence: alloc::format!("{}/{name}/regularisation/{month}", like.contract),
        slot: None,
        rank: 0,
        ..like
    })
}
