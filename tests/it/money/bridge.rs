//! The month bridge names each step: a revision of the price, the day on which a slot was left, a line that waits for its bill.

use cadastre_domain::bridge::bridges;

use crate::scenarios::story::{CLIENT, Story};

/// A contract in arrears with one line, from 2026-01-01.
fn told(billing: &str, line: &str, tail: &str) -> Story {
    let mut story = Story::empty().unwrap();
    let text = format!(
        "id = \"C\"\nclient = \"{CLIENT}\"\neffective_on = 2026-01-01\n[billing]\nvat_rate = \"20.00\"\n{billing}\n[[lines]]\n\
         id = \"l\"\n{line}\n{tail}\n"
    );
    story.contract_text(&text).unwrap();
    story
}

/// Code, day and amount of each step to a month.
fn steps(story: &Story, month: &str) -> Vec<String> {
    let register = story.register_at("2026-12-02T09:00:00Z".parse().unwrap()).unwrap();
    let bridges = bridges(&register, month.parse().unwrap()).unwrap();
    let day = |day: Option<jiff::civil::Date>| day.map(|day| day.to_string()).unwrap_or_default();
    let told = bridges.iter().flat_map(|bridge| &bridge.steps);
    told.map(|step| format!("{} {} {}", step.code, day(step.day), step.amount)).collect()
}

const FIXED: &str = "formula = \"forfait\"\ncategory = \"laptop\"\nmode = \"fixed\"\ncount = 8\nunit_price = \"10.00\"";
const SEATS: &str = "formula = \"forfait\"\ncategory = \"laptop\"\nmode = \"prorata\"\nunit_price = \"10.00\"";
const REVIEW: &str = "[price_review]\nseries = \"syntec\"\na = \"0.00\"\nb = \"1.00\"\nlag_months = 1\nevery_months = 3\n\
                      s0 = { series = \"syntec\", month = \"2026-01\", value = \"242.60\" }";

#[test]
fn a_revision_is_a_step_of_the_price_on_every_line() {
    for (line, seats) in [(FIXED, 0), (SEATS, 8)] {
        let mut story = told("", line, REVIEW);
        story.seats(seats, "l").unwrap();
        story.line("2026-03-31 index syntec 2026-03 245.60", &[]).unwrap();
        assert_eq!(steps(&story, "2026-03"), [""; 0]);
        // 10.00 · 245.60 / 242.60 = 10.12, eight times.
        assert_eq!(steps(&story, "2026-04"), ["price 2026-04-01 0.96"], "{line}");
    }
}

#[test]
fn a_count_and_a_price_that_change_together_are_two_steps() {
    let more = "[[amendments]]\nnumber = 1\nsigned_on = 2026-02-01\neffective_on = 2026-03-01\n\
                [amendments.lines.l]\ncount = 9\nunit_price = \"11.00\"";
    assert_eq!(steps(&told("", FIXED, more), "2026-03"), ["price 2026-03-01 9.00", "amount 2026-03-01 10.00"]);
}

#[test]
fn a_slot_was_left_on_its_last_day_however_long_it_is_billed() {
    let line = format!("{SEATS}\nremoval_effect = {{ months = 1 }}");
    let mut story = told("", &line, "");
    story.line("2026-01-02 annex C: s1 l to 2026-03-15", &[]).unwrap();
    assert_eq!(steps(&story, "2026-04"), ["slot_left 2026-03-15 -5.00"]);
    let mut story = told("", &SEATS.replace("10.00", "12.00"), "");
    story.line("2026-01-02 annex C: s1 l to 2026-03-31", &[]).unwrap();
    assert_eq!(steps(&story, "2026-04"), ["slot_left 2026-03-31 -12.00"]);
    story.line("2026-01-02 annex C: s2 l", &[]).unwrap();
    assert_eq!(steps(&story, "2026-04"), ["slot_left 2026-03-31 -12.00"]);
}

#[test]
fn a_line_without_a_bill_this_month_is_neither_new_nor_ended() {
    let quarterly = told("period = \"quarter\"", FIXED, "");
    assert_eq!(steps(&quarterly, "2026-06"), ["billed 2026-04-01 240.00"]);
    assert_eq!(steps(&quarterly, "2026-07"), ["unbilled 2026-04-01 -240.00"]);
    let mut hours = told("", "formula = \"temps\"\nunit_price = \"60.00\"", "");
    hours.line("2026-03-09 used 60 minutes on l", &[]).unwrap();
    assert_eq!(steps(&hours, "2026-03").len(), 1);
    assert!(steps(&hours, "2026-03")[0].starts_with("billed "), "{:?}", steps(&hours, "2026-03"));
    assert!(steps(&hours, "2026-04")[0].starts_with("unbilled "), "{:?}", steps(&hours, "2026-04"));
    let begun = "[[amendments]]\nnumber = 1\nsigned_on = 2026-02-01\neffective_on = 2026-03-01\n[amendments.lines.m]\n\
                 formula = \"forfait\"\ncategory = \"server\"\nmode = \"fixed\"\ncount = 1\nunit_price = \"50.00\"";
    assert_eq!(steps(&told("", FIXED, begun), "2026-03"), ["line_new 2026-03-01 50.00"]);
}
