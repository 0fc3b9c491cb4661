//! What holds of all bills, whatever happened: a correction makes the closed month what it should have been, the bridge is
//! the exact difference, the order in which things were told is nothing, terms never drift.

use cadastre_domain::bridge::bridges;
use cadastre_domain::calendar::{Month, add_months};
use cadastre_domain::contract;
use cadastre_domain::money::Amount;
use cadastre_domain::price::Kind;
use jiff::civil::Date;
use proptest::prelude::*;

use crate::scenarios::story::{CLIENT, Story};

const MODES: [&str; 4] = [
    "mode = \"prorata\"",
    "mode = \"prorata\"\ncommitment = 4",
    "mode = \"prorata\"\nminimum_amount = \"40.00\"\ndiscount = \"7.5\"",
    "mode = \"peak\"",
];

/// A contract in arrears with one line, from 2026-01-01.
fn told(mode: &str, price: u32) -> Story {
    let mut story = Story::empty().unwrap();
    let price = format!("{}.{:03}", price / 1000, price % 1000);
    let text = format!(
        "id = \"C\"\nclient = \"{CLIENT}\"\neffective_on = 2026-01-01\n[billing]\nvat_rate = \"20.00\"\n[[lines]]\nid = \"l\"\n\
         formula = \"forfait\"\ncategory = \"laptop\"\nunit_price = \"{price}\"\n{mode}\n"
    );
    story.contract_text(&text).unwrap();
    story
}

/// Seats: the first and the last day of each, as days of the year from 0; a last day before the first is none.
fn seats() -> impl Strategy<Value = Vec<(u16, u16)>> {
    proptest::collection::vec((0u16..140, 0u16..200), 0..7)
}

fn day(of_year: u16) -> Date {
    let first = jiff::civil::date(2026, 1, 1);
    first.saturating_add(jiff::Span::new().days(i64::from(of_year)))
}

fn row(number: usize, (from, to): (u16, u16)) -> String {
    let to = if to < from { String::new() } else { format!(" to {}", day(to)) };
    format!("s{number} l from {}{to}", day(from))
}

fn annex(story: &mut Story, on: &str, rows: &[String]) {
    for row in rows {
        story.line(&format!("{on} annex C: {row}"), &[]).unwrap();
    }
}

fn month(text: &str) -> Month {
    text.parse().unwrap()
}

fn sum(amounts: impl Iterator<Item = Amount>) -> Amount {
    Amount::total(amounts).unwrap()
}

proptest! {
    /// What was issued and its regularisation are the month as it should have been.
    #[test]
    fn a_statement_and_its_correction_are_a_fresh_one(mode in 0..MODES.len(), price in 1u32..99_999, first in seats(), then in seats()) {
        let mut story = told(MODES[mode], price);
        annex(&mut story, "2026-01-02", &first.iter().enumerate().map(|(n, seat)| row(n, *seat)).collect::<Vec<_>>());
        story.line("2026-04-01 close 2026-03", &[]).unwrap();
        // The same seats with other days, and some more.
        annex(&mut story, "2026-04-02", &then.iter().enumerate().map(|(n, seat)| row(n, *seat)).collect::<Vec<_>>());
        let register = story.register_at("2026-05-02T09:00:00Z".parse().unwrap()).unwrap();
        let bill = |of: &str| register.bills(month(of)).unwrap();
        let issued = sum(bill("2026-03").iter().map(|bill| bill.total_net));
        let april = bill("2026-04");
        let corrections = april.iter().flat_map(|bill| &bill.lines);
        let corrections = corrections.filter(|line| matches!(line.kind, Kind::Regularisation | Kind::Credit));
        let corrected = issued.plus(sum(corrections.map(|line| line.amount))).unwrap();
        let fresh = sum(register.month_in_arrears(month("2026-03")).unwrap().iter().map(|line| line.amount));
        prop_assert_eq!(corrected, fresh);
    }

    /// The bridge is the exact difference, step by step.
    #[test]
    fn a_bridge_is_the_exact_difference(mode in 0..MODES.len(), price in 1u32..99_999, first in seats(), then in seats(), closed: bool) {
        let mut story = told(MODES[mode], price);
        annex(&mut story, "2026-01-02", &first.iter().enumerate().map(|(n, seat)| row(n, *seat)).collect::<Vec<_>>());
        if closed {
            story.line("2026-04-01 close 2026-03", &[]).unwrap();
        }
        annex(&mut story, "2026-04-02", &then.iter().enumerate().map(|(n, seat)| row(n, *seat)).collect::<Vec<_>>());
        let register = story.register_at("2026-06-02T09:00:00Z".parse().unwrap()).unwrap();
        for of in ["2026-02", "2026-03", "2026-04", "2026-05"] {
            for bridge in bridges(&register, month(of)).unwrap() {
                let steps = sum(bridge.steps.iter().map(|step| step.amount));
                prop_assert_eq!(bridge.before.plus(steps).unwrap(), bridge.after, "{}: {:?}", of, bridge.steps);
            }
        }
    }

    /// Rows told in another order, all on one day, give the same bill.
    #[test]
    fn the_order_in_which_things_were_told_is_nothing(mode in 0..MODES.len(), rows in seats(), turn in 0usize..7) {
        let rows: Vec<String> = rows.iter().enumerate().map(|(n, seat)| row(n, *seat)).collect();
        let mut turned = rows.clone();
        turned.reverse();
        turned.rotate_left(turn.min(rows.len()));
        let lines = |rows: &[String]| {
            let mut story = told(MODES[mode], 12_345);
            annex(&mut story, "2026-01-02", rows);
            ["2026-02", "2026-03", "2026-05"].map(|of| story.bills(month(of), None).unwrap().remove(0).lines)
        };
        prop_assert_eq!(lines(&rows), lines(&turned));
    }

    /// Deadlines are counted from the start, the first that is still possible is told, and the window lies before it.
    #[test]
    fn terms_never_drift(start in 0i32..3_000, initial in 1u32..40, renewal in 1u32..25, notice in 0u32..7, asked in 0i32..6_000, professional: bool) {
        let from = jiff::civil::date(2020, 1, 1);
        let later = |days: i32| from.saturating_add(jiff::Span::new().days(i64::from(days)));
        let (start, asked) = (later(start), later(asked));
        let kind = if professional { "professional" } else { "non_professional" };
        let text = format!(
            "id = \"C\"\nclient = \"c\"\neffective_on = {start}\ninitial_months = {initial}\nnotice_months = {notice}\n\
             renewal = {{ kind = \"tacit\", months = {renewal} }}\n[[parties]]\nrole = \"client\"\nname = \"C\"\n\
             client_kind = \"{kind}\"\n[billing]\nvat_rate = \"20.00\"\n"
        );
        let contract = contract::read(&text).unwrap();
        let months = |n: u32| i32::try_from(n).unwrap();
        let ends = |k: u32| add_months(start, months(initial + k * renewal));
        let deadline = |k: u32| add_months(ends(k), -months(notice));
        let k = (0..).find(|k| asked < deadline(*k)).unwrap();
        let found = contract.deadline_on(asked).unwrap();
        prop_assert_eq!((found.end, found.deadline), (ends(k), deadline(k)));
        prop_assert_eq!(found.notice_until.tomorrow().unwrap(), found.deadline);
        let window = (!professional).then(|| (add_months(found.deadline, -3), add_months(found.deadline, -1)));
        prop_assert_eq!(found.warn_from.zip(found.warn_until), window);
        prop_assert_eq!(contract.last_day(), None);
    }
}
