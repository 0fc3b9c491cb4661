//! What people decide, day by day: states, ways in, and what a decided merge closes.

use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::vec::Vec;

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::subject::Subject;
use super::timeline::Timeline;
use super::{Origin, State};
use crate::calendar::first_instant;
use crate::fact::{Decision, Verb};

impl Timeline<'_> {
    pub(super) fn decide(&mut self, decision: &Decision, subject: Subject, day: Date) {
        let state = match decision.verb {
            Verb::Active => State::Active,
            Verb::Stock => State::Stock,
            Verb::Spare => State::Spare,
            Verb::Loan => State::Loan,
            Verb::Byod => State::Byod,
            Verb::Reversibility => State::Reversibility,
            Verb::Include | Verb::Replace => return self.take(decision, subject, day),
            Verb::Merge => return self.merge(subject.asset, day),
            Verb::Exclude | Verb::Retire | Verb::NeverTogether | Verb::Move | Verb::Snooze | Verb::Attest => return,
        };
        // Back in service: an exclusion ends too, so that it can be undone without a slot.
        if state == State::Active && self.perimeter.excluded(subject.asset, day) {
            self.set_excluded(subject, day, false);
        }
        self.set_state(subject, day, state);
        self.queue_asset(subject.asset, day);
    }

    /// `include` and `replace`: the device takes a slot, and leaves the one it held in that contract.
    fn take(&mut self, decision: &Decision, subject: Subject, day: Date) {
        let asset = subject.asset;
        let Some((agreement, line)) = self.target(decision, asset, day) else { return };
        if self.perimeter.excluded(asset, day) {
            self.set_excluded(subject, day, false);
        }
        let morning = first_instant(day, self.zones.first().unwrap_or(&TimeZone::UTC));
        let own = self.held.get(&asset).and_then(|stays| {
            stays.iter().copied().find(|stay| {
                self.perimeter.stays.get(*stay).is_some_and(|s| s.agreement == agreement)
                    && self.speaks_of(subject, self.holders.get(stay).copied(), morning)
            })
        });
        let slot = match (&decision.slot, own.and_then(|stay| self.perimeter.stays.get(stay))) {
            (Some(slot), _) => slot.clone(),
            (None, Some(stay)) => stay.slot.clone(),
            (None, None) => self.free_slot(agreement, &line),
        };
        let holder = self.open.get(&(agreement, slot.clone())).copied();
        let yesterday = day.yesterday().unwrap_or(day);
        for stay in holder.into_iter().chain(own).collect::<BTreeSet<usize>>() {
            self.close(stay, yesterday, yesterday);
        }
        let before = holder.or(own);
        let stay = self.open_stay(agreement, line, slot, asset, day, Origin::Decision, before);
        self.holders.extend(subject.applicant.map(|applicant| (stay, applicant)));
    }

    /// `merge`: of two slots of one contract the one with the later first day ends the day before; nobody removed a seat, so
    /// no removal effect carries it on.
    fn merge(&mut self, asset: usize, day: Date) {
        let yesterday = day.yesterday().unwrap_or(day);
        let mut held: Vec<(usize, Date, String, usize)> = Vec::new();
        for index in self.held.get(&asset).into_iter().flatten() {
            let stay = self.perimeter.stays.get(*index);
            held.extend(stay.map(|stay| (stay.agreement, stay.from, stay.slot.clone(), *index)));
        }
        held.sort();
        for of_contract in held.chunk_by(|a, b| a.0 == b.0) {
            for (.., stay) in of_contract.iter().skip(1) {
                self.close(*stay, yesterday, yesterday);
            }
        }
    }

    /// The agreement and line that an `include` or a `replace` means on `day`.
    fn target(&self, decision: &Decision, asset: usize, day: Date) -> Option<(usize, String)> {
        let named = |contract: &str| decision.contract.as_deref().is_none_or(|named| named == contract);
        let candidates: Vec<usize> = self
            .agreements
            .iter()
            .enumerate()
            .filter(|(_, a)| named(&a.contract.id) && a.contract.in_force(day))
            .map(|(index, _)| index)
            .collect();
        if let Some(line) = &decision.line {
            let has = |index: &usize| self.lines(*index, day).iter().any(|l| l.id == *line);
            return candidates.into_iter().find(has).map(|index| (index, line.clone()));
        }
        if let Some(slot) = &decision.slot {
            let last = |index: &usize| {
                self.perimeter.stays.iter().rev().find(|s| s.agreement == *index && s.slot == *slot).map(|s| &s.line)
            };
            if let Some((index, line)) =
                candidates.iter().find_map(|index| last(index).map(|line| (*index, line.clone())))
            {
                return Some((index, line));
            }
        }
        let category = self.category(asset, day)?;
        candidates.into_iter().find_map(|index| {
            self.lines(index, day)
                .iter()
                .find(|line| line.category == category.as_str())
                .map(|line| (index, line.id.clone()))
        })
    }
}
