//! Tickets: the first `included` of each calendar month are free; the others are sold one by one, or from packs.
//!
//! Rows count by date, then key. The free tickets are whole in a month the contract cuts, and are not carried over. A
//! ticket without balance buys a pack, that day; what is left of a pack expires `months` after that day, unbilled. The
//! oldest pack is used first. Balances are told again from the first row of the contract, so no store keeps them.

use alloc::vec::Vec;

use jiff::civil::Date;

use super::Usage;
use super::document::{BillLine, Kind, Unit};
use super::month::{Charge, LineMonth, Piece};
use super::time::same;
use crate::calendar::{Month, add_months};
use crate::contract::{Contract, Line};
use crate::money::{Price, charge};
use crate::refusal::Refusal;

/// The month's lines: packs by day, single tickets by price.
pub(super) fn lines(month: &LineMonth<'_>, usage: &[Usage]) -> Result<Vec<BillLine>, Refusal> {
    let used = Used::until(month, usage);
    let mut lines = Vec::new();
    for (day, packs) in &used.packs {
        let Some(piece) = piece_on(month, *day) else { continue };
        let price = piece.line.pack.map_or(Price::ZERO, |pack| pack.price);
        lines.extend(line(month, piece, (*day, *day), *packs, price)?);
    }
    for (first, piece) in month.pieces.iter().enumerate() {
        if month.pieces.iter().take(first).any(|before| same(before, piece)) {
            continue;
        }
        let alike = || month.pieces.iter().filter(|other| same(piece, other));
        let in_one = |day: Date| alike().any(|other| other.from <= day && day <= other.to);
        let sold = used.single.iter().filter(|(day, _)| in_one(*day)).map(|(_, tickets)| tickets).sum();
        let to = alike().next_back().map_or(piece.to, |last| last.to);
        lines.extend(line(month, piece, (piece.from, to), sold, piece.unit_price())?);
    }
    Ok(lines)
}

fn line(
    month: &LineMonth<'_>,
    piece: &Piece<'_>,
    (from, to): (Date, Date),
    quantity: i64,
    price: Price,
) -> Result<Option<BillLine>, Refusal> {
    let amount = charge(quantity, price, 1, piece.line.discount)?;
    let charge =
        Charge { kind: Kind::Ticket, from, to, quantity, unit: Unit::Piece, unit_price: price, price_base: 1, amount };
    Ok(month.bill_line(charge, &piece.line))
}

fn piece_on<'m, 'a>(month: &'m LineMonth<'a>, day: Date) -> Option<&'m Piece<'a>> {
    month.pieces.iter().find(|piece| piece.from <= day && day <= piece.to)
}

/// What the tickets of a month cost.
#[derive(Default)]
struct Used {
    /// Packs bought, by day.
    packs: Vec<(Date, i64)>,
    /// Single tickets sold, by day.
    single: Vec<(Date, i64)>,
}

/// A pack with tickets left.
struct Open {
    left: u32,
    expires: Option<Date>,
}

impl Used {
    /// Tells all rows of the line up to the month's end again, and keeps what the month bought.
    fn until(month: &LineMonth<'_>, usage: &[Usage]) -> Self {
        let mut rows: Vec<&Usage> = usage
            .iter()
            .filter(|row| row.contract == month.contract.id && row.line == month.id && row.date <= month.month.last())
            .collect();
        rows.sort_by(|one, other| (one.date, &one.key).cmp(&(other.date, &other.key)));
        let mut used = Self::default();
        let mut open: Vec<Open> = Vec::new();
        let mut free = (None, 0);
        for row in rows {
            let Some(line) = line_on(month.contract, month.id, row.date) else { continue };
            if free.0 != Some(Month::of(row.date)) {
                free = (Some(Month::of(row.date)), line.included);
            }
            let paid = row.tickets.saturating_sub(free.1);
            free.1 = free.1.saturating_sub(row.tickets);
            let kept = Month::of(row.date) == month.month;
            used.take(row.date, paid, line, &mut open, kept);
        }
        used
    }

    fn take(&mut self, day: Date, paid: u32, line: &Line, open: &mut Vec<Open>, kept: bool) {
        let Some(pack) = line.pack else {
            if kept && paid > 0 {
                add(&mut self.single, day, i64::from(paid));
            }
            return;
        };
        open.retain(|pack| pack.expires.is_none_or(|expires| day < expires));
        let mut wanted = paid;
        for pack in open.iter_mut() {
            let taken = pack.left.min(wanted);
            pack.left = pack.left.saturating_sub(taken);
            wanted = wanted.saturating_sub(taken);
        }
        open.retain(|pack| pack.left > 0);
        let bought = wanted.div_ceil(pack.size.max(1));
        if bought > 0 {
            let left = bought.saturating_mul(pack.size).saturating_sub(wanted);
            let months = pack.months.map(|months| i32::try_from(months).unwrap_or(i32::MAX));
            open.push(Open { left, expires: months.map(|months| add_months(day, months)) });
            if kept {
                add(&mut self.packs, day, i64::from(bought));
            }
        }
    }
}

fn line_on<'c>(contract: &'c Contract, id: &str, day: Date) -> Option<&'c Line> {
    contract.line_on(id, day).filter(|line| line.formula == crate::contract::Formula::Ticket)
}

fn add(days: &mut Vec<(Date, i64)>, day: Date, more: i64) {
    match days.last_mut() {
        Some((last, count)) if *last == day => *count = count.saturating_add(more),
        _ => days.push((day, more)),
    }
}
