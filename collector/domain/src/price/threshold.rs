//! `threshold` of k days: slots with at least min(k, D) billable days, at the price of the last active day.

use super::document::{BillLine, Kind, Unit};
use super::month::{Charge, LineMonth};
use crate::money::charge;
use crate::refusal::Refusal;

/// The month's line.
pub(super) fn line(month: &LineMonth<'_>) -> Result<Option<BillLine>, Refusal> {
    let Some(piece) = month.last() else { return Ok(None) };
    let Some(wanted) = piece.line.threshold_days else { return Ok(None) };
    let wanted = wanted.min(month.base());
    let seats = month.slots().values().filter(|days| days.count() >= wanted).count();
    let quantity = i64::try_from(seats).unwrap_or(i64::MAX);
    let amount = charge(quantity, piece.unit_price(), 1, piece.line.discount)?;
    let charge = Charge {
        kind: Kind::Recurring,
        from: month.first_day(),
        to: month.last_day(),
        quantity,
        unit: Unit::Piece,
        unit_price: piece.unit_price(),
        price_base: 1,
        amount,
    };
    Ok(month.bill_line(charge, &piece.line))
}
