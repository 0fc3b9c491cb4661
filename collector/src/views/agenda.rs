//! `cadastre/agenda/1`: the dates of a client's contracts that ask for something: notice, warning, end, price revision,
//! duties, leases. The calendar and the alerts are both made from it.

use cadastre_domain::calendar::add_months;
use cadastre_domain::contract::Contract;
use cadastre_domain::perimeter::Agreement;
use cadastre_domain::register::Register;
use jiff::ToSpan;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::views::statement::duties;

/// The dates.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Agenda {
    /// `cadastre/agenda/1`.
    pub schema: String,
    /// In the order of their days.
    pub events: Vec<Event>,
}

/// A date, or a window of days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// `notice`, `warning`, `end`, `revision`, `duty`, `lease`, or `warning_missed`.
    pub kind: String,
    /// Client code.
    pub client: String,
    /// Contract id.
    pub contract: String,
    /// The duty's or the device's label.
    pub subject: Option<String>,
    /// First day.
    pub from: Date,
    /// Last day on which it is in time.
    pub until: Date,
    /// Days left to that day; negative once it has passed.
    pub days_left: i32,
}

impl Agenda {
    /// Every date ahead of a client, and those that passed undone.
    pub fn of(register: &Register) -> Self {
        let mut events = Vec::new();
        for agreement in &register.agreements {
            events.extend(terms(register, &agreement.contract));
            events.extend(leases(register, agreement));
        }
        for duty in duties(register) {
            events.push(event(register, &duty.contract, "duty", Some(duty.label), duty.due, duty.due));
        }
        for finding in register.findings.iter().filter(|finding| finding.code == "warning_missed") {
            let contract = finding.agreement.and_then(|index| register.agreements.get(index));
            if let Some(agreement) = contract {
                let day = finding.since;
                events.push(event(register, &agreement.contract.id, "warning_missed", None, day, day));
            }
        }
        Self::sorted(events)
    }

    /// What must be looked at within so many days, and what is late already.
    #[must_use]
    pub fn within(self, today: Date, days: u32) -> Self {
        let horizon = today.saturating_add(i64::from(days).days());
        Self::sorted(self.events.into_iter().filter(|event| event.from <= horizon).collect())
    }

    /// The dates of several clients as one agenda.
    pub fn joined(agendas: impl IntoIterator<Item = Self>) -> Self {
        Self::sorted(agendas.into_iter().flat_map(|agenda| agenda.events).collect())
    }

    fn sorted(mut events: Vec<Event>) -> Self {
        let key = |event: &Event| {
            (event.until, event.client.clone(), event.contract.clone(), event.kind.clone(), event.subject.clone())
        };
        events.sort_by_key(key);
        Self { schema: "cadastre/agenda/1".to_owned(), events }
    }
}

fn event(
    register: &Register,
    contract: &str,
    kind: &'static str,
    subject: Option<String>,
    from: Date,
    until: Date,
) -> Event {
    let left = register.as_of.until(until).map_or(i32::MAX, |span| span.get_days());
    Event {
        kind: kind.to_owned(),
        client: register.client.clone(),
        contract: contract.to_owned(),
        subject,
        from,
        until,
        days_left: left,
    }
}

/// The running term, its notice and its warning window, and the next revision of prices.
fn terms(register: &Register, contract: &Contract) -> Vec<Event> {
    let today = register.as_of;
    let mut events = Vec::new();
    let mut push = |kind, from, until| events.push(event(register, &contract.id, kind, None, from, until));
    if contract.last_day().is_some_and(|last| last < today) {
        return events;
    }
    let deadline = contract.deadline_on(today);
    if let Some(deadline) = deadline {
        push("notice", deadline.notice_until, deadline.notice_until);
        if let (Some(from), Some(until)) = (deadline.warn_from, deadline.warn_until)
            && today <= until
        {
            push("warning", from, until);
        }
    }
    let end = contract.last_day().or_else(|| deadline?.end.yesterday().ok());
    if let Some(end) = end {
        push("end", end, end);
    }
    if let Some(review) = &contract.conditions_on(today.max(contract.first_day())).price_review {
        let every = i32::try_from(review.every_months.max(1)).unwrap_or(i32::MAX);
        let next = (1..).map(|n: i32| add_months(contract.first_day(), every.saturating_mul(n)));
        if let Some(day) = next.into_iter().find(|day| *day >= today || *day == Date::MAX) {
            push("revision", day, day);
        }
    }
    events
}

/// Equipment of the provider or a lessor: the end of its months.
fn leases(register: &Register, agreement: &Agreement) -> Vec<Event> {
    let own = agreement.annex.iter().filter_map(|entry| {
        let row = &entry.row;
        let end = add_months(row.supplied_on?, i32::try_from(row.months?).ok()?);
        let leased = row.owner.as_deref().is_some_and(|owner| owner != "client");
        let there = row.to.is_none_or(|to| register.as_of <= to);
        (leased && there).then(|| event(register, &agreement.contract.id, "lease", Some(row.label.clone()), end, end))
    });
    own.collect()
}
