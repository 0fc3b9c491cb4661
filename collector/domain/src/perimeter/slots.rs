//! Slots: the lowest free number, stays that open, close and take over from one another, and what leaving bills.

use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::{String, ToString};

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::subject::Subject;
use super::timeline::Timeline;
use super::{Origin, Stay};
use crate::calendar::{add_months, last_instant};
use crate::contract::RemovalEffect;

impl Timeline<'_> {
    /// The lowest number not in force on the line: numbers are used again.
    pub(super) fn free_slot(&mut self, agreement: usize, line: &str) -> String {
        let (freed, next) = self.freed.entry((agreement, line.to_string())).or_insert_with(|| (BTreeSet::new(), 1));
        loop {
            let number = freed.pop_first().unwrap_or_else(|| {
                *next = next.saturating_add(1);
                next.saturating_sub(1)
            });
            let slot = numbered(line, number);
            // An annex label or a person may have taken the name.
            if !self.open.contains_key(&(agreement, slot.clone())) {
                return slot;
            }
        }
    }

    /// The last day billed of a stay that leaves on `last`, by the removal effect of its line.
    pub(super) fn removal(&self, stay: usize, last: Date) -> Date {
        let Some(stay) = self.perimeter.stays.get(stay) else { return last };
        let lines = self.lines(stay.agreement, last);
        let billed = match lines.iter().find(|line| line.id == stay.line).map(|line| line.removal_effect) {
            Some(RemovalEffect::EndOfMonth) => last.last_of_month(),
            Some(RemovalEffect::Months(n)) => add_months(last, i32::try_from(n).unwrap_or(i32::MAX)),
            Some(RemovalEffect::SameDay) | None => last,
        };
        let end = self.agreements.get(stay.agreement).and_then(|agreement| agreement.contract.last_day());
        end.map_or(billed, |end| billed.min(end))
    }

    /// Whom a decision speaks of leaves every slot it holds; `last` is its last day.
    pub(super) fn leave(&mut self, subject: Subject, last: Date) {
        let evening = last_instant(last, self.zones.first().unwrap_or(&TimeZone::UTC));
        for stay in self.held.get(&subject.asset).cloned().unwrap_or_default() {
            if !self.speaks_of(subject, self.holders.get(&stay).copied(), evening) {
                continue;
            }
            let billed = self.removal(stay, last);
            self.close(stay, last, billed);
        }
    }

    pub(super) fn close(&mut self, index: usize, last: Date, billed: Date) {
        let Some(stay) = self.perimeter.stays.get_mut(index) else { return };
        stay.to = Some(last);
        stay.billed_to = Some(billed);
        let (key, line, asset) = ((stay.agreement, stay.slot.clone()), (stay.agreement, stay.line.clone()), stay.asset);
        if self.open.get(&key) == Some(&index) {
            self.open.remove(&key);
            if let Some(in_force) = self.in_force.get_mut(&line) {
                *in_force = in_force.saturating_sub(1);
            }
            let number = key.1.strip_prefix(line.1.as_str()).and_then(|rest| rest.strip_prefix('-')?.parse().ok());
            if let (Some(number), Some((freed, next))) = (number, self.freed.get_mut(&line))
                && number < *next
                && numbered(&line.1, number) == key.1
            {
                freed.insert(number);
            }
        }
        if let Some(stays) = self.held.get_mut(&asset) {
            stays.remove(&index);
        }
        if let Ok(next) = last.tomorrow() {
            self.queue_asset(asset, next);
        }
    }

    /// Opens a stay. `before` is a stay that it takes over, or the slot's own last one when that ended the day before.
    #[expect(clippy::too_many_arguments, reason = "the fields of one stay")]
    pub(super) fn open_stay(
        &mut self,
        agreement: usize,
        line: String,
        slot: String,
        asset: usize,
        day: Date,
        origin: Origin,
        before: Option<usize>,
    ) -> usize {
        let yesterday = day.yesterday().ok();
        if let Some(before) = before
            && self.perimeter.stays.get(before).is_some_and(|stay| stay.to.is_none())
            && let Some(yesterday) = yesterday
        {
            self.close(before, yesterday, yesterday);
        }
        let key = (agreement, slot.clone());
        let ended = |index: &usize| self.perimeter.stays.get(*index).is_some_and(|stay| stay.to == yesterday);
        let continues = before.or_else(|| self.latest.get(&key).copied().filter(ended));
        let index = self.perimeter.stays.len();
        self.perimeter.stays.push(Stay {
            agreement,
            line: line.clone(),
            slot,
            asset,
            from: day,
            to: None,
            billed_to: None,
            origin,
            continues,
        });
        self.open.insert(key.clone(), index);
        self.latest.insert(key, index);
        *self.in_force.entry((agreement, line)).or_default() += 1;
        self.held.entry(asset).or_default().insert(index);
        index
    }
}

/// The name of a numbered slot.
fn numbered(line: &str, number: u32) -> String {
    format!("{line}-{number:03}")
}
