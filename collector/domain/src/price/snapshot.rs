//! `snapshot` on day r: `R2(N(r)·p)` at the price of day r; nothing when the line is not in force that day.

use super::document::{BillLine, Kind, Unit};
use super::month::{Charge, LineMonth};
use crate::money::charge;
use crate::refusal::Refusal;

/// The month's line. The day is the last active day's `snapshot_day`, clamped to the month.
pub(super) fn line(month: &LineMonth<'_>) -> Result<Option<BillLine>, Refusal> {
    let Some(wanted) = month.last().and_then(|piece| piece.line.snapshot_day) else { return Ok(None) };
    let wanted = wanted.min(month.base());
    let found = month.each_day().find(|(day, _, _)| u32::from(day.day().unsigned_abs()) == wanted);
    let Some((_, seats, piece)) = found else { return Ok(None) };
    let quantity = i64::from(seats);
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
