//! `peak`: `R2(max_d N(d)·p(d))`; of several days that reach it, the earliest gives the count and the price.

use super::document::{BillLine, Kind, Unit};
use super::month::{Charge, LineMonth, Piece};
use crate::money::charge;
use crate::refusal::Refusal;

/// The month's line.
pub(super) fn line(month: &LineMonth<'_>) -> Result<Option<BillLine>, Refusal> {
    let mut best: Option<(i128, u32, &Piece<'_>)> = None;
    for (_, seats, piece) in month.each_day() {
        let worth = i128::from(seats).saturating_mul(i128::from(piece.unit_price().millionths()));
        let better = |(most, most_seats, _): &(i128, u32, &Piece<'_>)| worth > *most || (*most_seats == 0 && seats > 0);
        if best.as_ref().is_none_or(better) {
            best = Some((worth, seats, piece));
        }
    }
    let Some((_, seats, piece)) = best else { return Ok(None) };
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
