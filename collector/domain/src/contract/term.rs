//! Terms: ends, deadlines, notice, the window in which a non-professional client must be warned.
//!
//! `end_k = add_months(effective_on, initial + k·renewal)` is exclusive and always counted from the start;
//! `deadline_k = add_months(end_k, −notice)`, and notice is in time until the day before it. An amendment counts for the
//! term when the contract had not ended without it. A notice given by or to a professional that comes too late does not
//! end the term it missed: the contract then ends with the first term it reached, or on its `ends_on` when that is later.

use jiff::civil::Date;

use super::Contract;
use super::amendment::{Amendment, AmendmentKind};
use super::conditions::{Conditions, RenewalKind};
use crate::calendar::add_months;

/// One end of term and the days that go with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deadline {
    /// First day after the term.
    pub end: Date,
    /// First day on which notice is too late.
    pub deadline: Date,
    /// Last day on which notice is in time; what calendars and pages show.
    pub notice_until: Date,
    /// First day of the warning window, for a non-professional client.
    pub warn_from: Option<Date>,
    /// Last day of the warning window.
    pub warn_until: Option<Date>,
}

impl Contract {
    /// The first deadline whose notice is still possible on `day`: of the term that runs then, or of a later renewal.
    ///
    /// `None` when the contract has no term, is not renewed by itself and its end has passed, or ends before.
    pub fn deadline_on(&self, day: Date) -> Option<Deadline> {
        let conditions = self.conditions_on(day.max(self.effective_on));
        let tacit = conditions.renewal.is_some_and(|renewal| renewal.kind == RenewalKind::Tacit);
        let mut k = 0;
        loop {
            let found = deadline(self.effective_on, conditions, k)?;
            if self.last_day().is_some_and(|last| found.end > last.tomorrow().unwrap_or(last)) {
                return None;
            }
            if found.notice_until >= day {
                return Some(found);
            }
            if !tacit || found.end == Date::MAX {
                return None;
            }
            k += 1;
        }
    }
}

/// The `k`th end of term with its days.
pub(super) fn deadline(effective_on: Date, conditions: &Conditions, k: u32) -> Option<Deadline> {
    let renewal = conditions.renewal.and_then(|renewal| renewal.months).unwrap_or(0);
    if k > 0 && renewal == 0 {
        return None;
    }
    let months = conditions.initial_months?.saturating_add(k.saturating_mul(renewal));
    let end = add_months(effective_on, i32::try_from(months).unwrap_or(i32::MAX));
    let notice = i32::try_from(conditions.notice_months.unwrap_or(0)).unwrap_or(i32::MAX);
    let deadline = add_months(end, notice.saturating_neg());
    let tacit = conditions.renewal.is_some_and(|renewal| renewal.kind == RenewalKind::Tacit);
    let warned = tacit && conditions.warns_client();
    Some(Deadline {
        end,
        deadline,
        notice_until: deadline.yesterday().unwrap_or(deadline),
        warn_from: warned.then(|| add_months(deadline, -3)),
        warn_until: warned.then(|| add_months(deadline, -1)),
    })
}

/// The last day in force, from the segments and the amendments in the order in which they hold.
pub(super) fn last_day(contract: &Contract) -> Option<Date> {
    let first = contract.conditions_on(contract.effective_on);
    let mut conditions = first;
    let mut last = natural_end(contract.effective_on, first);
    for amendment in &contract.amendments {
        let known = amendment.signed_on.unwrap_or(amendment.effective_on).min(amendment.effective_on);
        if last.is_some_and(|last| known > last.tomorrow().unwrap_or(last)) {
            continue;
        }
        let after = contract.conditions_on(amendment.effective_on);
        last = match amendment.kind {
            AmendmentKind::EarlyExit => amendment.ends_on.or(last),
            AmendmentKind::Notice => given_notice(contract.effective_on, after, amendment).or(last),
            AmendmentKind::Change if changes_term(conditions, after) => natural_end(contract.effective_on, after),
            AmendmentKind::Change => last,
        };
        conditions = after;
    }
    last
}

fn changes_term(before: &Conditions, after: &Conditions) -> bool {
    (before.ends_on, before.initial_months, before.renewal) != (after.ends_on, after.initial_months, after.renewal)
}

fn natural_end(effective_on: Date, conditions: &Conditions) -> Option<Date> {
    if conditions.ends_on.is_some() {
        return conditions.ends_on;
    }
    if conditions.renewal.is_some_and(|renewal| renewal.kind == RenewalKind::Tacit) {
        return None;
    }
    deadline(effective_on, conditions, 0)?.end.yesterday().ok()
}

fn given_notice(effective_on: Date, conditions: &Conditions, notice: &Amendment) -> Option<Date> {
    let tacit = conditions.renewal.is_some_and(|renewal| renewal.kind == RenewalKind::Tacit);
    let signed = notice.signed_on.unwrap_or(notice.effective_on);
    let reached = first_reached(effective_on, conditions, signed);
    match (notice.ends_on, reached) {
        (Some(stated), Some(reached)) if tacit && !conditions.warns_client() => Some(stated.max(reached)),
        (stated, reached) => stated.or(reached),
    }
}

/// The last day of the first term whose notice was still possible on `signed`.
fn first_reached(effective_on: Date, conditions: &Conditions, signed: Date) -> Option<Date> {
    let mut k = 0;
    loop {
        let found = deadline(effective_on, conditions, k)?;
        if signed < found.deadline {
            return found.end.yesterday().ok();
        }
        if found.end == Date::MAX {
            return None;
        }
        k += 1;
    }
}
