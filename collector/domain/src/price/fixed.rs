//! `fixed`, the plain French *forfait*: `R2(count·p·D_a/D)` per constant segment, whatever is observed.

use super::document::{BillLine, Kind, Unit};
use super::month::{Charge, LineMonth, Piece};
use crate::money::charge;
use crate::refusal::Refusal;

/// The segment's line.
pub(super) fn line(month: &LineMonth<'_>, segment: &Piece<'_>) -> Result<Option<BillLine>, Refusal> {
    let quantity = i64::from(segment.line.count).saturating_mul(i64::from(segment.days.count()));
    let amount = charge(quantity, segment.unit_price(), month.base(), segment.line.discount)?;
    let charge = Charge {
        kind: Kind::Recurring,
        from: segment.from,
        to: segment.to,
        quantity,
        unit: Unit::Day,
        unit_price: segment.unit_price(),
        price_base: month.base(),
        amount,
    };
    Ok(month.bill_line(charge, &segment.line))
}
