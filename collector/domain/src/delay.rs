//! Delays kept: each intervention's answer and solution against what its line promised, in contract hours.
//!
//! A delay runs from the demand; one that still runs is missed as soon as it passes the promise. Nothing is judged without
//! a demand's instant, without a promise, or when the contract's hours have no reading. `urgent` is promised for demands
//! that the file does not mark: it is shown, never judged.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::contract::{Contract, Sla};
use crate::hours::ContractHours;
use crate::usage::UsageRow;

/// One delay of an intervention.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Delay {
    /// Minutes of contract hours from the demand to the act, or to now while it is awaited.
    pub minutes: Option<i64>,
    /// Minutes promised.
    pub promised: Option<i64>,
    /// Whether it was kept; `None` while it may still be, or without a promise.
    pub kept: Option<bool>,
}

/// The two delays of an intervention.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Delays {
    /// From the demand to the answer.
    pub answer: Delay,
    /// From the demand to the solution.
    pub solution: Delay,
}

impl Delays {
    /// The delays of a row of usage, judged at an instant.
    pub fn of(row: &UsageRow, contract: &Contract, at: Timestamp) -> Self {
        let Some(opened) = row.opened_at else { return Self::default() };
        let sla = contract.line_on(&row.line, row.date).and_then(|line| line.sla.as_ref());
        let Some(hours) = hours(sla) else { return Self::default() };
        let zone = contract.zone();
        let promise = |text: Option<&str>| text.and_then(|text| hours.promised(text));
        let one = |done: Option<Timestamp>, promised: Option<i64>| delay(&hours, &zone, opened, done, promised, at);
        Self {
            // Who solves it has answered.
            answer: one(row.answered_at.or(row.solved_at), promise(sla.and_then(|sla| sla.response.as_deref()))),
            solution: one(row.solved_at, promise(sla.and_then(|sla| sla.resolution.as_deref()))),
        }
    }

    /// Whether a promise was missed.
    pub fn missed(&self) -> bool {
        self.answer.kept == Some(false) || self.solution.kept == Some(false)
    }
}

/// The hours in which a line's delays run: every minute when it names none.
fn hours(sla: Option<&Sla>) -> Option<ContractHours> {
    match sla.and_then(|sla| sla.hours.as_deref()) {
        Some(text) => ContractHours::parse(text),
        None => Some(ContractHours::always()),
    }
}

fn delay(
    hours: &ContractHours,
    zone: &TimeZone,
    opened: Timestamp,
    done: Option<Timestamp>,
    promised: Option<i64>,
    at: Timestamp,
) -> Delay {
    let minutes = hours.minutes_between(opened, done.unwrap_or(at), zone);
    let kept = match (promised, done) {
        (Some(promised), Some(_)) => Some(minutes <= promised),
        (Some(promised), None) if minutes > promised => Some(false),
        _ => None,
    };
    Delay { minutes: Some(minutes), promised, kept }
}

#[cfg(test)]
mod tests {
    use alloc::format;
    use alloc::string::ToString;

    use super::*;

    fn contract(sla: &str) -> Contract {
        crate::contract::read(&format!(
            "id = \"C\"\nclient = \"acme\"\neffective_on = 2026-01-01\ninitial_months = 12\nrenewal = {{ kind = \"none\" }}\n\
             [billing]\nvat_rate = \"20.00\"\n[[lines]]\nid = \"pc\"\nformula = \"forfait\"\ncategory = \"laptop\"\n\
             mode = \"fixed\"\ncount = 1\nunit_price = \"1.00\"\n{sla}\n"
        ))
        .unwrap()
    }

    fn row(answered: Option<&str>, solved: Option<&str>) -> UsageRow {
        let at = |text: &str| text.parse().unwrap();
        UsageRow {
            line: "pc".to_string(),
            date: "2026-03-06".parse().unwrap(),
            opened_at: Some(at("2026-03-06T16:30:00Z")),
            answered_at: answered.map(at),
            solved_at: solved.map(at),
            ..UsageRow::default()
        }
    }

    #[test]
    fn kept_missed_and_still_running() {
        let contract =
            contract("sla = { hours = \"mon-fri 08:00-18:00\", response = \"PT2H\", resolution = \"PT4H\" }");
        let judge = |row: &UsageRow, at: &str| Delays::of(row, &contract, at.parse().unwrap());
        // Answered on Monday at 09:00: 30 + 60 minutes. Solved at 13:00: 30 + 300.
        let both = judge(&row(Some("2026-03-09T08:00:00Z"), Some("2026-03-09T12:00:00Z")), "2026-03-31T00:00:00Z");
        assert_eq!(both.answer, Delay { minutes: Some(90), promised: Some(120), kept: Some(true) });
        assert_eq!(both.solution, Delay { minutes: Some(330), promised: Some(240), kept: Some(false) });
        let open = row(None, None);
        assert_eq!(judge(&open, "2026-03-09T08:00:00Z").answer.kept, None);
        assert_eq!(judge(&open, "2026-03-09T10:00:00Z").answer.kept, Some(false));
        assert!(!judge(&open, "2026-03-09T08:00:00Z").missed() && judge(&open, "2026-03-09T10:00:00Z").missed());
    }

    #[test]
    fn nothing_is_judged_without_promise_demand_or_readable_hours() {
        let at = "2026-03-31T00:00:00Z".parse().unwrap();
        let answered = row(Some("2026-03-09T08:00:00Z"), None);
        assert_eq!(Delays::of(&answered, &contract(""), at).answer.kept, None);
        assert_eq!(
            Delays::of(&answered, &contract("sla = { hours = \"office\", response = \"PT1H\" }"), at),
            Delays::default()
        );
        let unasked = UsageRow { opened_at: None, ..answered };
        assert_eq!(Delays::of(&unasked, &contract("sla = { response = \"PT1H\" }"), at), Delays::default());
    }
}
