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

/// The duty that an attestation names when the client was warned of a tacit renewal; no contract declares it.
pub const WARNING_DUTY: &str = "renewal_warning";

impl Contract {
    /// The newest window for warning the client that is over on `day`, and began after the contract did.
    pub fn last_warning_window(&self, day: Date) -> Option<(Date, Date)> {
        let conditions = self.conditions_on(day.max(self.effective_on));
        let mut last = None;
        for k in 0.. {
            let Some(found) = deadline(self.effective_on, conditions, k) else { break };
            let Some(window) = found.warn_from.zip(found.warn_until).filter(|(_, until)| *until < day) else { break };
            if window.0 >= self.effective_on {
                last = Some(window);
            }
            if found.end == Date::MAX {
                break;
            }
        }
        last
    }

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

#[cfg(test)]
mod tests {
    use alloc::format;
    use alloc::string::{String, ToString};

    use super::*;
    use crate::contract::{Contract, read};

    fn contract(start: &str, head: &str, more: &str) -> Contract {
        read(&format!(
            "id = \"C-1\"\nclient = \"acme\"\neffective_on = {start}\n{head}\n[billing]\nvat_rate = \"20.00\"\n{more}\n"
        ))
        .unwrap()
    }

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn last(start: &str, head: &str, more: &str) -> Option<String> {
        contract(start, head, more).last_day().map(|day| day.to_string())
    }

    const TACIT: &str = "initial_months = 12\nrenewal = { kind = \"tacit\", months = 12 }\nnotice_months = 3";

    #[test]
    fn ends_are_counted_from_the_start_with_the_clamp_of_the_month() {
        for (start, initial, expected) in [
            ("2026-01-31", 1, "2026-02-27"),
            ("2026-01-31", 3, "2026-04-29"),
            ("2028-01-31", 1, "2028-02-28"),
            ("2028-02-29", 12, "2029-02-27"),
            ("2028-02-29", 48, "2032-02-28"),
            ("2026-02-01", 12, "2027-01-31"),
            ("2026-08-31", 6, "2027-02-27"),
        ] {
            for kind in ["none", "express"] {
                let head = format!("initial_months = {initial}\nrenewal = {{ kind = \"{kind}\" }}");
                assert_eq!(last(start, &head, "").as_deref(), Some(expected), "{start} + {initial}");
            }
        }
    }

    #[test]
    fn ends_on_wins_also_when_later_and_a_tacit_contract_has_no_end() {
        let none = "initial_months = 12\nrenewal = { kind = \"none\" }";
        assert_eq!(last("2026-01-01", &format!("{none}\nends_on = 2027-06-30"), "").as_deref(), Some("2027-06-30"));
        assert_eq!(last("2026-01-01", &format!("{none}\nends_on = 2026-06-30"), "").as_deref(), Some("2026-06-30"));
        assert_eq!(last("2026-01-01", TACIT, ""), None);
        assert_eq!(last("2026-01-01", &format!("{TACIT}\nends_on = 2026-12-31"), "").as_deref(), Some("2026-12-31"));
        assert_eq!(last("2026-01-01", "", ""), None);
    }

    #[test]
    fn deadlines_do_not_drift() {
        // The 31st of May: ends on 31 May of each year; 3 months before is 28 or 29 February.
        let contract = contract("2026-05-31", TACIT, "");
        let told = |on: &str| {
            let found = contract.deadline_on(day(on)).unwrap();
            [found.end, found.deadline, found.notice_until].map(|day| day.to_string())
        };
        assert_eq!(told("2026-05-31"), ["2027-05-31", "2027-02-28", "2027-02-27"]);
        assert_eq!(told("2027-02-27"), ["2027-05-31", "2027-02-28", "2027-02-27"]);
        assert_eq!(told("2027-02-28"), ["2028-05-31", "2028-02-29", "2028-02-28"]);
        assert_eq!(told("2028-02-28"), ["2028-05-31", "2028-02-29", "2028-02-28"]);
        assert_eq!(told("2028-02-29"), ["2029-05-31", "2029-02-28", "2029-02-27"]);
        assert_eq!(contract.deadline_on(day("2026-06-01")).unwrap().warn_from, None);
    }

    #[test]
    fn a_non_professional_client_is_warned_three_to_one_months_before_the_deadline() {
        let party = "[[parties]]\nrole = \"client\"\nclient_kind = \"non_professional\"";
        let contract = contract("2026-05-31", TACIT, party);
        let found = contract.deadline_on(day("2026-06-01")).unwrap();
        let window = [found.warn_from, found.warn_until].map(|day| day.unwrap().to_string());
        assert_eq!(window, ["2026-11-28", "2027-01-28"]);
    }

    fn notice(kind: &str, signed: &str, end: &str) -> String {
        format!("[[amendments]]\nnumber = 1\nkind = \"{kind}\"\nsigned_on = {signed}\neffective_on = 2026-10-15\n{end}")
    }

    #[test]
    fn notice_is_in_time_until_the_day_before_the_deadline() {
        // end_0 = 2027-01-01, deadline_0 = 2026-10-01.
        let ended = |amendment: &str| last("2026-01-01", TACIT, amendment);
        assert_eq!(ended(&notice("notice", "2026-09-30", "")).as_deref(), Some("2026-12-31"));
        assert_eq!(ended(&notice("notice", "2026-10-01", "")).as_deref(), Some("2027-12-31"));
        assert_eq!(ended(&notice("notice", "2026-09-30", "ends_on = 2026-12-31")).as_deref(), Some("2026-12-31"));
        assert_eq!(ended(&notice("notice", "2026-10-01", "ends_on = 2026-12-31")).as_deref(), Some("2027-12-31"));
        let within = "[amendments.contract]\nends_on = 2026-12-31";
        assert_eq!(ended(&notice("notice", "2026-09-30", within)).as_deref(), Some("2026-12-31"));
        assert_eq!(ended(&notice("early_exit", "2026-10-10", "ends_on = 2026-11-15")).as_deref(), Some("2026-11-15"));
    }

    #[test]
    fn a_client_that_had_to_be_warned_leaves_on_the_day_it_says() {
        let party = "[[parties]]\nrole = \"client\"\nclient_kind = \"non_professional\"\n";
        let late = notice("notice", "2026-10-01", "ends_on = 2026-12-31");
        assert_eq!(last("2026-01-01", TACIT, &format!("{party}{late}")).as_deref(), Some("2026-12-31"));
    }

    #[test]
    fn a_change_may_extend_a_contract_before_it_ends_and_not_after() {
        let none = "initial_months = 12\nrenewal = { kind = \"none\" }";
        let extended = |on: &str| {
            last(
                "2026-01-01",
                none,
                &format!(
                    "[[amendments]]\nnumber = 1\nsigned_on = {on}\neffective_on = {on}\n[amendments.contract]\nends_on = 2027-06-30"
                ),
            )
        };
        assert_eq!(extended("2026-11-01").as_deref(), Some("2027-06-30"));
        assert_eq!(extended("2027-01-01").as_deref(), Some("2027-06-30"));
        assert_eq!(extended("2027-01-02").as_deref(), Some("2026-12-31"));
    }

    #[test]
    fn days_in_force_include_both_ends() {
        let contract = contract("2026-01-31", "initial_months = 3\nrenewal = { kind = \"none\" }", "");
        for (on, expected) in [("2026-01-30", false), ("2026-01-31", true), ("2026-04-29", true), ("2026-04-30", false)]
        {
            assert_eq!(contract.in_force(day(on)), expected, "{on}");
        }
    }
}
