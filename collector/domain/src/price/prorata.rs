//! `prorata`: `R2(Q·p/D)` per constant segment, Q = its slot-days; or one line a movement.

use alloc::string::String;
use alloc::vec::Vec;

use super::document::{BillLine, Kind, Unit};
use super::month::{Charge, LineMonth, Piece};
use crate::calendar::Days;
use crate::contract::Presentation;
use crate::money::charge;
use crate::refusal::Refusal;

/// The segment's lines: one, or by movement one for the slots billed on each of its days, then one for each other slot.
pub(super) fn lines(month: &LineMonth<'_>, segment: &Piece<'_>) -> Result<Vec<BillLine>, Refusal> {
    let within: Vec<(&str, Days)> = month.slots().iter().map(|(slot, days)| (*slot, days.and(segment.days))).collect();
    let total = |slots: &[(&str, Days)]| slots.iter().map(|(_, days)| i64::from(days.count())).sum::<i64>();
    if month.presentation(segment.from) == Presentation::Line {
        return Ok(line(month, segment, total(&within))?.into_iter().collect());
    }
    let (whole, moved): (Vec<_>, Vec<_>) = within.into_iter().partition(|(_, days)| *days == segment.days);
    let mut lines: Vec<BillLine> = line(month, segment, total(&whole))?.into_iter().collect();
    for (slot, days) in moved {
        let Some(mut one) = line(month, segment, i64::from(days.count()))? else { continue };
        one.label = alloc::format!("{} / {slot}", one.label);
        one.evidence = alloc::format!("{}/{slot}", one.evidence);
        one.slot = Some(String::from(slot));
        lines.push(one);
    }
    Ok(lines)
}

fn line(month: &LineMonth<'_>, segment: &Piece<'_>, quantity: i64) -> Result<Option<BillLine>, Refusal> {
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
