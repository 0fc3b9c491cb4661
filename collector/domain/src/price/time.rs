//! *Temps passé* and *à la demande*: `R2(Σ minutes·p/60)` per line and price, each row first rounded up to its step.
//!
//! A row dated on a day the line is not in force is not billed: no price holds on it.

use alloc::vec::Vec;

use super::Usage;
use super::document::{BillLine, Kind, Unit};
use super::month::{Charge, LineMonth, Piece};
use crate::money::charge;
use crate::refusal::Refusal;

/// The rows of one price, with the days on which it holds.
struct Priced<'p, 'a> {
    first: &'p Piece<'a>,
    last: &'p Piece<'a>,
    minutes: i64,
}

/// The month's lines, in the order in which their prices held.
pub(super) fn lines(month: &LineMonth<'_>, usage: &[Usage], kind: Kind) -> Result<Vec<BillLine>, Refusal> {
    let mut prices: Vec<Priced<'_, '_>> = Vec::new();
    for piece in &month.pieces {
        match prices.iter_mut().find(|priced| same(priced.first, piece)) {
            Some(priced) => priced.last = piece,
            None => prices.push(Priced { first: piece, last: piece, minutes: 0 }),
        }
    }
    for (row, piece) in month.usage(usage) {
        let step = i64::from(piece.line.increment_minutes.max(1));
        let minutes = i64::from(row.minutes).saturating_add(step.saturating_sub(1)) / step;
        if let Some(priced) = prices.iter_mut().find(|priced| same(priced.first, piece)) {
            priced.minutes = priced.minutes.saturating_add(minutes.saturating_mul(step));
        }
    }
    let mut lines = Vec::new();
    for priced in prices {
        let piece = priced.first;
        let amount = charge(priced.minutes, piece.unit_price(), 60, piece.line.discount)?;
        let charge = Charge {
            kind,
            from: piece.from,
            to: priced.last.to,
            quantity: priced.minutes,
            unit: Unit::Minute,
            unit_price: piece.unit_price(),
            price_base: 60,
            amount,
        };
        lines.extend(month.bill_line(charge, &piece.line));
    }
    Ok(lines)
}

/// Whether two pieces price a row alike.
pub(super) fn same(one: &Piece<'_>, other: &Piece<'_>) -> bool {
    let percent = |piece: &Piece<'_>| piece.line.discount.map_or(0, |percent| percent.millionths());
    one.unit_price().millionths() == other.unit_price().millionths()
        && percent(one) == percent(other)
        && one.line.vat_rate.millionths() == other.line.vat_rate.millionths()
        && one.line.vat_category == other.line.vat_category
}
