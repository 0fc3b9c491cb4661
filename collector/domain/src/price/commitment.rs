//! Commitment (*engagement*), prorata only: one line a month, `R2(max(0, Σ_d K(d) − Q)·p/D)`, at the price of the last
//! active day on which the line is prorata.

use super::document::{BillLine, Kind, Unit};
use super::month::{Charge, LineMonth};
use crate::contract::Mode;
use crate::money::charge;
use crate::refusal::Refusal;

/// The month's line, when fewer slot-days were billed than committed.
pub(super) fn line(month: &LineMonth<'_>) -> Result<Option<BillLine>, Refusal> {
    let prorata = || month.pieces.iter().filter(|piece| piece.line.mode == Some(Mode::Prorata));
    let Some(last) = prorata().next_back() else { return Ok(None) };
    let mut missing = 0i64;
    for piece in prorata() {
        let committed = i64::from(piece.line.commitment).saturating_mul(i64::from(piece.days.count()));
        let billed = month.slots().values().map(|days| i64::from(days.and(piece.days).count())).sum();
        missing = missing.saturating_add(committed).saturating_sub(billed);
    }
    let quantity = missing.max(0);
    let amount = charge(quantity, last.unit_price(), month.base(), last.line.discount)?;
    let charge = Charge {
        kind: Kind::Commitment,
        from: month.first_day(),
        to: month.last_day(),
        quantity,
        unit: Unit::Day,
        unit_price: last.unit_price(),
        price_base: month.base(),
        amount,
    };
    Ok(month.bill_line(charge, &last.line))
}
