//! Minimum amount: what lacks to `R2(Σ_d M(d)/D)` once the line's own amounts of the month are counted, after discount.

use super::document::{BillLine, Kind, Unit};
use super::month::{Charge, LineMonth};
use crate::money::{Amount, Price, rounded};
use crate::refusal::Refusal;

/// The month's true-up, when the line's `others` of the month are less than its minimum.
pub(super) fn line(month: &LineMonth<'_>, others: &[BillLine]) -> Result<Option<BillLine>, Refusal> {
    let Some(last) = month.last() else { return Ok(None) };
    let mut sum = 0i128;
    for piece in &month.pieces {
        let minimum = piece.line.minimum_amount.map_or(0, |minimum| i128::from(minimum.millionths()));
        sum = sum.saturating_add(minimum.saturating_mul(i128::from(piece.days.count())));
    }
    let least = rounded(sum, month.base(), None)?;
    let lacking = least.minus(Amount::total(others.iter().map(|line| line.amount))?)?;
    if lacking <= Amount::ZERO {
        return Ok(None);
    }
    let charge = Charge {
        kind: Kind::Minimum,
        from: month.first_day(),
        to: month.last_day(),
        quantity: 1,
        unit: Unit::Piece,
        unit_price: Price::of(lacking)?,
        price_base: 1,
        amount: lacking,
    };
    Ok(month.bill_line(charge, &last.line))
}
