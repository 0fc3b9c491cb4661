//! Admission: a line of admission `auto` or `unlimited` opens a slot for a device that was seen on enough days.
//!
//! It refuses a device in doubt, one that holds a slot, and a day on which the device was not seen. **Invariant**: what was
//! recorded after a day changes no admission of that day ([`super::applicant`]).

use alloc::string::String;
use core::cmp::Reverse;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::Origin;
use super::scope::Scoped;
use super::timeline::Timeline;
use crate::category::Category;
use crate::contract::{Admission, Line};

impl Timeline<'_> {
    /// Admits whoever may be by `day`, in the order of the days on which they may, then of their ids.
    pub(super) fn admit(&mut self, day: Date) {
        while let Some(Reverse((due, _, applicant))) = self.queue.peek().copied() {
            if due > day {
                break;
            }
            self.queue.pop();
            if let Some(retry) = self.apply_for_slot(day, applicant) {
                self.queue.push(Reverse((retry, self.applicants.rank(applicant), applicant)));
            }
        }
    }

    /// Whether the applicant holds a slot: of the annex, of a person or of a line, its own or of what joined it by then.
    fn holds(&self, applicant: usize, asset: usize, at: Timestamp) -> bool {
        self.held.get(&asset).into_iter().flatten().any(|stay| self.is_of(*stay, applicant, at))
    }

    /// Gives the applicant a slot when a line admits it on `day`; else the day on which to try again, if any.
    fn apply_for_slot(&mut self, day: Date, index: usize) -> Option<Date> {
        let applicant = self.applicants.all.get(index)?;
        let asset = applicant.asset;
        let zone = self.zones.first()?;
        let moments = applicant.apart_on(self.assets, day, zone);
        if moments.is_empty() {
            return applicant.next_seen(self.assets, applicant.next_apart(day, zone)?, zone);
        }
        let other = applicant.next_category(self.assets, day, zone);
        let mut retry = other.and_then(|next| applicant.next_seen(self.assets, next, zone));
        for (at, category) in moments {
            if self.holds(index, asset, at) {
                return None;
            }
            if self.keeps_out(asset, Some(index), day, at) || !self.in_use(asset, index, day, at) {
                continue;
            }
            match self.admit_as(day, index, category) {
                None => return None,
                Some(next) => retry = earlier(retry, next),
            }
        }
        retry
    }

    /// Gives the applicant a slot for what it is; else the day on which to try that again, if any.
    #[expect(clippy::option_option, reason = "none = it has its slot")]
    fn admit_as(&mut self, day: Date, index: usize, category: Category) -> Option<Option<Date>> {
        let asset = self.applicants.all.get(index)?.asset;
        let next_day = day.tomorrow().ok();
        let mut retry: Option<Date> = None;
        let scoped = self.scoped(asset, category, day);
        if self.take_scoped(day, index, &scoped) {
            return None;
        }
        // What is known of the asset may fit a rule later.
        if self.agreements.iter().any(|agreement| !agreement.contract.scope_rules.is_empty()) {
            retry = next_day
                .and_then(|next| self.applicants.all.get(index)?.next_seen(self.assets, next, self.zones.first()?));
        }
        let kept_out = |of: usize| scoped.iter().any(|scoped| scoped.agreement == of && scoped.line.is_none());
        for agreement in (0..self.agreements.len()).filter(|of| !kept_out(*of)) {
            match self.ask(day, index, agreement, category) {
                Answer::Admitted(line) => {
                    let slot = self.free_slot(agreement, &line);
                    let stay = self.open_stay(agreement, line, slot, asset, day, Origin::Admission, None);
                    self.holders.insert(stay, index);
                    return None;
                }
                Answer::Full(line) => {
                    self.perimeter.turned_away.push((day, asset, agreement, line));
                    let applicant = self.applicants.all.get(index)?;
                    let zone = self.zones.get(agreement)?;
                    retry = earlier(retry, next_day.and_then(|next| applicant.next_seen(self.assets, next, zone)));
                }
                Answer::Later(day) => retry = earlier(retry, day),
            }
        }
        if !scoped.is_empty() {
            self.perimeter.kept_out.push((day, asset));
        }
        Some(retry)
    }

    /// Gives the applicant the slot of the strongest scope rule that names a line, on a day on which it was seen.
    fn take_scoped(&mut self, day: Date, index: usize, scoped: &[Scoped]) -> bool {
        let named = scoped.iter().find_map(|scoped| Some((scoped, scoped.line.clone()?)));
        let Some((scoped, line)) = named else { return false };
        let (Some(applicant), Some(zone)) = (self.applicants.all.get(index), self.zones.get(scoped.agreement)) else {
            return false;
        };
        let asset = applicant.asset;
        let seen = applicant.next_seen(self.assets, day, zone) == Some(day);
        if !seen || !self.lines(scoped.agreement, day).iter().any(|own| own.id == line) {
            return false;
        }
        let slot = self.free_slot(scoped.agreement, &line);
        let stay = self.open_stay(scoped.agreement, line, slot, asset, day, Origin::Scope, None);
        self.holders.insert(stay, index);
        self.scope.insert(stay, scoped.rule);
        true
    }

    /// What a contract says to an applicant on `day`.
    fn ask(&self, day: Date, applicant: usize, index: usize, category: Category) -> Answer {
        let (Some(applicant), Some(agreement), Some(zone)) =
            (self.applicants.all.get(applicant), self.agreements.get(index), self.zones.get(index))
        else {
            return Answer::Later(None);
        };
        let seen = |from: Date| applicant.next_seen(self.assets, from, zone);
        let first = agreement.contract.first_day();
        if !agreement.contract.in_force(day) {
            return Answer::Later((first > day).then(|| seen(first)).flatten());
        }
        let lines = agreement.contract.lines_on(day);
        let admits = |line: &&Line| line.category == category.as_str() && line.admission != Admission::Annex;
        let Some(line) = lines.iter().find(admits) else {
            return Answer::Later(self.next_change(index, day).and_then(seen));
        };
        let Some(reached) = applicant.nth_seen(self.assets, line.admission_days, zone) else {
            return Answer::Later(None);
        };
        if seen(day) != Some(day) || reached > day {
            return Answer::Later(seen(day.max(reached)));
        }
        let in_force = self.in_force.get(&(index, line.id.clone())).copied().unwrap_or(0);
        let full = usize::try_from(line.count).is_ok_and(|count| in_force >= count);
        if line.admission == Admission::Auto && full {
            return Answer::Full(line.id.clone());
        }
        Answer::Admitted(line.id.clone())
    }

    /// The next day on which the agreement's lines change.
    fn next_change(&self, agreement: usize, day: Date) -> Option<Date> {
        self.agreements.get(agreement)?.changes().find(|change| *change > day)
    }

    /// Lets the asset's applicants try again from `day` on.
    pub(super) fn queue_asset(&mut self, asset: usize, day: Date) {
        for applicant in self.applicants.of_asset(asset).to_vec() {
            self.queue_from(applicant, day);
        }
    }

    /// Lets an applicant try from `day` on.
    pub(super) fn queue_from(&mut self, applicant: usize, day: Date) {
        let zone = self.zones.first().cloned().unwrap_or(TimeZone::UTC);
        if let Some(next) = self.applicants.all.get(applicant).and_then(|own| own.next_seen(self.assets, day, &zone)) {
            self.queue.push(Reverse((next, self.applicants.rank(applicant), applicant)));
        }
    }
}

/// What a contract says to an applicant.
enum Answer {
    /// This line takes it.
    Admitted(String),
    /// This line would, but has no seat left.
    Full(String),
    /// Not that day; perhaps on this one.
    Later(Option<Date>),
}

fn earlier(a: Option<Date>, b: Option<Date>) -> Option<Date> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}
