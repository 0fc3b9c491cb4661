//! Volume tiers: all seats of a day at the price of the tier its count reaches; each price reached is rounded by itself.
//!
//! Counts beyond the last tier's `up_to` are in that tier. Two tiers of one price are one price reached.

use alloc::vec::Vec;

use super::document::{BillLine, Kind, Unit};
use super::month::{Charge, LineMonth, Piece};
use crate::contract::Tier;
use crate::money::charge;
use crate::refusal::Refusal;

/// The segment's lines, in the order of the tiers.
pub(super) fn lines(month: &LineMonth<'_>, segment: &Piece<'_>) -> Result<Vec<BillLine>, Refusal> {
    let tiers = &segment.line.tiers;
    let mut quantities = alloc::vec![0i64; tiers.len()];
    for (_, seats, _) in month.each_day().filter(|(day, _, _)| segment.days.contains(day.day())) {
        if let Some(quantity) = reached(tiers, seats).and_then(|rank| quantities.get_mut(rank)) {
            *quantity = quantity.saturating_add(i64::from(seats));
        }
    }
    let mut lines = Vec::new();
    for (rank, (tier, quantity)) in tiers.iter().zip(quantities).enumerate() {
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
    }
    Ok(lines)
}

/// The first tier that has the price of the tier this count reaches.
fn reached(tiers: &[Tier], seats: u32) -> Option<usize> {
    let tier = tiers.iter().find(|tier| tier.up_to.is_none_or(|up_to| seats <= up_to)).or(tiers.last())?;
    tiers.iter().position(|other| other.unit_price.millionths() == tier.unit_price.millionths())
}
