//! One contract line in one month: the pieces on which its values are constant, and the slot-days it bills.
//!
//! **Invariant**: pieces are disjoint, in order, and cover exactly the days on which the line is in force; slot-days
//! outside them are dropped.

use alloc::borrow::Cow;
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use jiff::civil::Date;

use super::document::{BillLine, Kind, Unit};
use super::revision::{self, Revision};
use super::{SlotDays, Usage};
use crate::calendar::{Days, Month};
use crate::contract::{Contract, Formula, Line, Mode, Presentation};
use crate::money::{Amount, Price};
use crate::refusal::Refusal;

/// Consecutive days on which the line's values are the same.
#[derive(Debug, Clone)]
pub(super) struct Piece<'a> {
    pub(super) from: Date,
    pub(super) to: Date,
    pub(super) days: Days,
    pub(super) line: Cow<'a, Line>,
}

/// One contract line in one month.
#[derive(Debug)]
pub(super) struct LineMonth<'a> {
    pub(super) contract: &'a Contract,
    pub(super) id: &'a str,
    pub(super) month: Month,
    pub(super) pieces: Vec<Piece<'a>>,
    slots: BTreeMap<&'a str, Days>,
    /// First and last days of runs that are in force and not counted.
    uncounted: BTreeMap<&'a str, Days>,
}

/// What a mode says of a line of the bill; the rest is the line's.
pub(super) struct Charge {
    pub(super) kind: Kind,
    pub(super) from: Date,
    pub(super) to: Date,
    pub(super) quantity: i64,
    pub(super) unit: Unit,
    pub(super) unit_price: Price,
    pub(super) price_base: u32,
    pub(super) amount: Amount,
}

impl<'a> LineMonth<'a> {
    /// The line's month, or `None` when the line is not in force on any day of it.
    ///
    /// # Errors
    /// `amount_overflow` when a revised price passes the limit.
    pub(super) fn new(
        contract: &'a Contract,
        id: &'a str,
        month: Month,
        revisions: &[Revision],
    ) -> Result<Option<Self>, Refusal> {
        let mut pieces = Vec::new();
        for (from, to) in spans(contract, month, revisions) {
            let Some(line) = contract.line_on(id, from) else { continue };
            let line = revision::revised(line, from, revisions)?;
            pieces.push(Piece { from, to, days: Days::between(month, from, Some(to)), line });
        }
        if pieces.is_empty() {
            return Ok(None);
        }
        Ok(Some(Self { contract, id, month, pieces, slots: BTreeMap::new(), uncounted: BTreeMap::new() }))
    }

    /// Takes the slot-days of the month, those on which the line is in force.
    ///
    /// # Errors
    /// `slot_days_missing` when they were not given.
    pub(super) fn take_slot_days(&mut self, slot_days: &'a [SlotDays]) -> Result<(), Refusal> {
        let Some(given) = slot_days.iter().find(|given| given.month == self.month) else {
            return Err(Refusal::new("slot_days_missing").with("month", self.month));
        };
        let active = self.active_days();
        let key = (self.contract.id.clone(), String::from(self.id));
        for (lines, slots) in [(&given.lines, &mut self.slots), (&given.uncounted, &mut self.uncounted)] {
            for (slot, days) in lines.get(&key).into_iter().flatten() {
                let days = days.and(active);
                if days.count() > 0 {
                    slots.insert(slot, days);
                }
            }
        }
        Ok(())
    }

    /// The slots of the first active day hold on all active days, the others on none. A slot whose run begins on that day
    /// and does not count it is billed from the next.
    pub(super) fn project_first_day(&mut self) {
        let active = self.active_days();
        let first = Days::between(self.month, self.first_day(), Some(self.first_day()));
        let mut held: BTreeMap<&'a str, Days> = BTreeMap::new();
        for (slot, days) in core::mem::take(&mut self.slots) {
            if days.and(first).count() > 0 {
                held.insert(slot, active);
            } else if self.uncounted.get(slot).is_some_and(|uncounted| uncounted.and(first).count() > 0) {
                held.insert(slot, active.without(first));
            }
        }
        for (slot, uncounted) in &self.uncounted {
            // The last day of a run: foreseen, it goes on.
            if uncounted.and(first).count() > 0 && !held.contains_key(slot) {
                held.insert(slot, active);
            }
        }
        self.slots = held;
    }

    pub(super) fn slots(&self) -> &BTreeMap<&'a str, Days> {
        &self.slots
    }

    /// `N(d)`, day by day from the first of the month.
    pub(super) fn counts(&self) -> Vec<u32> {
        let mut counts = alloc::vec![0u32; usize::try_from(self.month.days()).unwrap_or(31)];
        for days in self.slots.values() {
            for (count, day) in counts.iter_mut().zip(1i8..) {
                if days.contains(day) {
                    *count = count.saturating_add(1);
                }
            }
        }
        counts
    }

    /// The active days with `N(d)` and the values in force.
    pub(super) fn each_day<'m>(&'m self) -> impl Iterator<Item = (Date, u32, &'m Piece<'a>)> {
        let counts = self.counts();
        self.pieces.iter().flat_map(|piece| piece.days().map(move |day| (day, piece))).map(move |(day, piece)| {
            let at = usize::from(day.day().unsigned_abs().saturating_sub(1));
            (day, counts.get(at).copied().unwrap_or(0), piece)
        })
    }

    /// `D`.
    pub(super) fn base(&self) -> u32 {
        self.month.days()
    }

    pub(super) fn active_days(&self) -> Days {
        self.pieces.iter().fold(Days::default(), |days, piece| days.or(piece.days))
    }

    pub(super) fn first_day(&self) -> Date {
        self.pieces.first().map_or(self.month.first(), |piece| piece.from)
    }

    pub(super) fn last_day(&self) -> Date {
        self.pieces.last().map_or(self.month.last(), |piece| piece.to)
    }

    /// The piece of the last active day.
    pub(super) fn last(&self) -> Option<&Piece<'a>> {
        self.pieces.last()
    }

    pub(super) fn formula(&self) -> Formula {
        self.last().map_or(Formula::Forfait, |piece| piece.line.formula)
    }

    pub(super) fn last_mode(&self) -> Option<Mode> {
        self.last().and_then(|piece| piece.line.mode)
    }

    /// Whether this month of the line is in arrears whatever the contract's timing.
    pub(super) fn is_always_in_arrears(&self) -> bool {
        self.formula() != Formula::Forfait || self.last_mode().is_some_and(Mode::is_one_line)
    }

    pub(super) fn needs_slot_days(&self) -> bool {
        self.pieces.iter().any(|piece| piece.line.mode.is_some_and(|mode| mode != Mode::Fixed))
    }

    /// Pieces joined where no price changes: the segments that fixed, prorata and tiers are cut into.
    pub(super) fn segments(&self) -> Vec<Piece<'a>> {
        let mut segments: Vec<Piece<'a>> = Vec::new();
        for piece in &self.pieces {
            match segments.last_mut() {
                Some(last) if same_price(&last.line, &piece.line) && follows(last.to, piece.from) => {
                    last.to = piece.to;
                    last.days = last.days.or(piece.days);
                }
                _ => segments.push(piece.clone()),
            }
        }
        segments
    }

    pub(super) fn presentation(&self, day: Date) -> Presentation {
        self.contract.conditions_on(day).billing.presentation
    }

    /// The usage rows of this line in this month, on days it is in force, by day and key.
    pub(super) fn usage<'u>(&self, usage: &'u [Usage]) -> Vec<(&'u Usage, &Piece<'a>)> {
        let mut rows: Vec<(&Usage, &Piece<'a>)> = usage
            .iter()
            .filter(|row| row.contract == self.contract.id && row.line == self.id)
            .filter_map(|row| {
                Some((row, self.pieces.iter().find(|piece| piece.from <= row.date && row.date <= piece.to)?))
            })
            .collect();
        rows.sort_by(|(one, _), (other, _)| (one.date, &one.key).cmp(&(other.date, &other.key)));
        rows
    }

    /// A line of the bill, with the values of `line`; `None` for a quantity of 0.
    pub(super) fn bill_line(&self, charge: Charge, line: &Line) -> Option<BillLine> {
        if charge.quantity == 0 {
            return None;
        }
        let discounted = !matches!(charge.kind, Kind::Minimum);
        Some(BillLine {
            kind: charge.kind,
            contract: self.contract.id.clone(),
            line: Some(String::from(self.id)),
            label: line.label.clone(),
            from: charge.from,
            to: charge.to,
            quantity: charge.quantity,
            unit: charge.unit,
            unit_price: charge.unit_price,
            price_base: charge.price_base,
            discount: line.discount.filter(|_| discounted),
            amount: charge.amount,
            vat_rate: line.vat_rate,
            account: line.account.clone(),
            evidence: alloc::format!("{}/{}/{}..{}", self.contract.id, self.id, charge.from, charge.to),
            article: line.article.clone(),
            analytic: line.analytic.clone(),
            vat_category: line.vat_category,
            vat_reason: line.vat_reason.clone(),
            slot: None,
            rank: 0,
        })
    }
}

impl Piece<'_> {
    fn days(&self) -> impl Iterator<Item = Date> + use<> {
        let (to, mut next) = (self.to, Some(self.from));
        core::iter::from_fn(move || {
            let day = next.filter(|day| *day <= to)?;
            next = day.tomorrow().ok();
            Some(day)
        })
    }

    /// The price of one; nil where tiers stand in its place.
    pub(super) fn unit_price(&self) -> Price {
        self.line.unit_price.unwrap_or(Price::ZERO)
    }
}

/// The days of the month on which the contract is in force, cut where a segment or a revision begins.
fn spans(contract: &Contract, month: Month, revisions: &[Revision]) -> Vec<(Date, Date)> {
    let first = contract.first_day().max(month.first());
    let last = contract.last_day().map_or(month.last(), |last| last.min(month.last()));
    let cuts = contract.segments.iter().map(|segment| segment.from).chain(revisions.iter().map(|revision| revision.on));
    let mut starts: Vec<Date> = cuts.filter(|day| first < *day && *day <= last).collect();
    starts.push(first);
    starts.sort_unstable();
    starts.dedup();
    let ends = starts.iter().skip(1).filter_map(|next| next.yesterday().ok()).chain([last]);
    starts.iter().copied().zip(ends).filter(|(from, to)| from <= to).collect()
}

fn follows(last: Date, next: Date) -> bool {
    last.tomorrow().is_ok_and(|day| day == next)
}

/// Whether no price change lies between two states of a line.
fn same_price(one: &Line, other: &Line) -> bool {
    let price = |price: Option<Price>| price.map(Price::millionths);
    let tiers = |line: &Line| -> Vec<(Option<u32>, i64)> {
        line.tiers.iter().map(|tier| (tier.up_to, tier.unit_price.millionths())).collect()
    };
    let percent = |percent: Option<crate::money::Percent>| percent.map_or(0, |percent| percent.millionths());
    (one.formula, one.mode, one.count, one.commitment) == (other.formula, other.mode, other.count, other.commitment)
        && price(one.unit_price) == price(other.unit_price)
        && price(one.minimum_amount) == price(other.minimum_amount)
        && percent(one.discount) == percent(other.discount)
        && one.vat_rate.millionths() == other.vat_rate.millionths()
        && one.vat_category == other.vat_category
        && tiers(one) == tiers(other)
}
