//! Graduated tiers: each seat at the price of its own tier, `R2((Σ_d n_t(N(d)))·p_t/D)` per tier and segment.
//!
//! Seats beyond the last tier's `up_to` are in that tier: a table of tiers has no end.

use alloc::vec::Vec;

use super::document::{BillLine, Kind, Unit};
use super::month::{Charge, LineMonth, Piece};
use crate::money::charge;
use crate::refusal::Refusal;

/// The segment's lines, in the order of the tiers.
pub(super) fn lines(month: &LineMonth<'_>, segment: &Piece<'_>) -> Result<Vec<BillLine>, Refusal> {
    let mut lines = Vec::new();
    let mut below = 0u32;
    let last = segment.line.tiers.len().saturating_sub(1);
    for (rank, tier) in segment.line.tiers.iter().enumerate() {
        let above = tier.up_to.filter(|_| rank != last).unwrap_or(u32::MAX);
        let mut quantity = 0i64;
        for (_, seats, _) in month.each_day().filter(|(day, _, _)| segment.days.contains(day.day())) {
            quantity = quantity.saturating_add(i64::from(seats.min(above).saturating_sub(below)));
        }
        let amount = charge(quantity, tier.unit_price, month.base(), segment.line.discount)?;
        let charge = Charge {
            kind: Kind::Recurring,
            from: segment.from,
            to: segment.to,
            quantity,
            unit: Unit::Day,
            unit_price: tier.unit_price,
            price_base: month.base(),
            amount,
        };
        if let Some(mut line) = month.bill_line(charge, &segment.line) {
            line.rank = u32::try_from(rank).unwrap_or(u32::MAX);
            lines.push(line);
        }
        below = above;
    }
    Ok(lines)
}
