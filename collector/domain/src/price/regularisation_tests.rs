//! Regularisation by hand: what later bills carry of months that were closed.

use alloc::string::String;
use alloc::vec::Vec;

use super::tests::{contract_of, contract_text, slot_days, told, totals};
use super::{Bill, Contract, Indexes, Inputs, Issued, Kind, SlotDays, bill};
use crate::calendar::Month;

fn month(text: &str) -> Month {
    text.parse().unwrap()
}

/// The bill of `period` after `closed`, on these facts.
fn after(contract: &Contract, days: &[SlotDays], closed: &[&Bill], period: &str) -> Bill {
    let issued: Vec<Issued<'_>> = closed
        .iter()
        .map(|bill| Issued { period: Month::of(bill.period.start), lines: bill.lines.iter().collect() })
        .collect();
    let inputs = Inputs { slot_days: days, usage: &[], indexes: &Indexes::default(), issued: &issued };
    bill("acme", &[contract], inputs, month(period)).unwrap().remove(0)
}

const FULL: [(&str, u32, i8, i8); 1] = [("full", 25, 1, 31)];
const LEFT: [(&str, u32, i8, i8); 2] = [("full", 24, 1, 31), ("left", 1, 1, 9)];

fn seats() -> Contract {
    contract_of("", "mode = \"prorata\"\nunit_price = \"12.00\"", "")
}

fn april(count: u32) -> SlotDays {
    slot_days("2026-04", &[("full", count, 1, 30)])
}

#[test]
fn a_late_leaving_is_a_negative_line_of_the_next_bill() {
    // 753 × 12/31 = 291.483… against 300.00 issued: −8.52; April 24 × 12.00; net 279.48, VAT 55.896.
    let march = after(&seats(), &[slot_days("2026-03", &FULL)], &[], "2026-03");
    let next = after(&seats(), &[slot_days("2026-03", &LEFT), april(24)], &[&march], "2026-04");
    assert_eq!(
        told(&next),
        ["recurring 720 DAY 12.00/30 288.00 04-01..04-30", "regularisation -1 C62 8.52/1 -8.52 03-01..03-31"]
    );
    assert_eq!(totals(&next), ["279.48", "55.90", "335.38"].map(String::from));
    assert_eq!(next.lines[1].evidence, "C-1/laptops/regularisation/2026-03");
}

#[test]
fn what_was_regularised_once_is_not_again() {
    let march = after(&seats(), &[slot_days("2026-03", &FULL)], &[], "2026-03");
    let late = slot_days("2026-03", &LEFT);
    let next = after(&seats(), &[late.clone(), april(24)], &[&march], "2026-04");
    let may = slot_days("2026-05", &[("full", 24, 1, 31)]);
    let third = after(&seats(), &[late, april(24), may.clone()], &[&march, &next], "2026-05");
    assert_eq!(told(&third), ["recurring 744 DAY 12.00/31 288.00 05-01..05-31"]);
    // And a correction of the correction gives the difference back.
    let again = after(&seats(), &[slot_days("2026-03", &FULL), april(24), may], &[&march, &next], "2026-05");
    assert_eq!(told(&again)[1], "regularisation 1 C62 8.52/1 8.52 03-01..03-31");
}

#[test]
fn only_the_last_two_closed_bills_are_open() {
    let january = after(&seats(), &[slot_days("2026-01", &FULL)], &[], "2026-01");
    let february = after(
        &seats(),
        &[slot_days("2026-01", &FULL), slot_days("2026-02", &[("full", 25, 1, 28)])],
        &[&january],
        "2026-02",
    );
    let days = [slot_days("2026-01", &LEFT), slot_days("2026-02", &[("full", 25, 1, 28)]), slot_days("2026-03", &FULL)];
    let march = after(&seats(), &days, &[&january, &february], "2026-03");
    assert_eq!(told(&march)[1], "regularisation -1 C62 8.52/1 -8.52 01-01..01-31");
    // Had nobody noticed until April, January would be out of reach.
    let unnoticed = after(
        &seats(),
        &[slot_days("2026-01", &FULL), days[1].clone(), days[2].clone()],
        &[&january, &february],
        "2026-03",
    );
    let all = [days[0].clone(), days[1].clone(), days[2].clone(), april(25)];
    let late = after(&seats(), &all, &[&january, &february, &unnoticed], "2026-04");
    assert_eq!(told(&late), ["recurring 750 DAY 12.00/30 300.00 04-01..04-30"]);
}

#[test]
fn a_negative_sum_makes_credits() {
    let march = after(&seats(), &[slot_days("2026-03", &FULL)], &[], "2026-03");
    let gone = [slot_days("2026-03", &[("full", 1, 1, 31)]), april(1)];
    let next = after(&seats(), &gone, &[&march], "2026-04");
    assert_eq!(
        told(&next),
        ["recurring 30 DAY 12.00/30 12.00 04-01..04-30", "credit -1 C62 288.00/1 -288.00 03-01..03-31"]
    );
    assert_eq!(totals(&next), ["-276.00", "-55.20", "-331.20"].map(String::from));
    // The credit counts as issued: the month after owes nothing.
    let may = slot_days("2026-05", &[("full", 1, 1, 31)]);
    let third = after(&seats(), &[gone[0].clone(), gone[1].clone(), may], &[&march, &next], "2026-05");
    assert_eq!(third.lines.len(), 1);
}

#[test]
fn advance_is_settled_on_the_bill_after() {
    let contract = contract_of("timing = \"advance\"", "mode = \"prorata\"\nunit_price = \"12.00\"", "");
    let march = slot_days("2026-03", &[("full", 25, 1, 31), ("late", 1, 12, 31)]);
    let first = after(&contract, core::slice::from_ref(&march), &[], "2026-03");
    assert_eq!(told(&first), ["recurring 775 DAY 12.00/31 300.00 03-01..03-31"]);
    let next = after(&contract, &[march, april(26)], &[&first], "2026-04");
    assert_eq!(
        told(&next),
        ["recurring 780 DAY 12.00/30 312.00 04-01..04-30", "regularisation 1 C62 7.74/1 7.74 03-01..03-31"]
    );
}

#[test]
fn a_quarter_counts_as_one_bill() {
    let contract = contract_of("period = \"quarter\"", "mode = \"prorata\"\nunit_price = \"12.00\"", "");
    let quarter = |first: u32| {
        let months = [first, first + 1, first + 2].map(|n| alloc::format!("2026-{n:02}"));
        months.map(|text| slot_days(&text, &[("full", 25, 1, i8::try_from(month(&text).days()).unwrap())]))
    };
    let [one, two, three] = [quarter(1), quarter(4), quarter(7)];
    let first = after(&contract, &one, &[], "2026-03");
    let days: Vec<SlotDays> = one.iter().chain(&two).cloned().collect();
    let second = after(&contract, &days, &[&first], "2026-06");
    assert_eq!((first.lines.len(), second.lines.len()), (3, 3));
    let mut late: Vec<SlotDays> = days.into_iter().chain(three).collect();
    late[0] = slot_days("2026-01", &LEFT);
    let third = after(&contract, &late, &[&first, &second], "2026-09");
    assert_eq!(told(&third).last().unwrap(), "regularisation -1 C62 8.52/1 -8.52 01-01..01-31");
}

#[test]
fn a_new_vat_rate_is_a_line_each_way() {
    let march = after(&seats(), &[slot_days("2026-03", &FULL)], &[], "2026-03");
    let lower = contract_of("", "mode = \"prorata\"\nunit_price = \"12.00\"\nvat_rate = \"5.5\"", "");
    let next = after(&lower, &[slot_days("2026-03", &FULL), april(25)], &[&march], "2026-04");
    assert_eq!(
        told(&next)[1..],
        ["regularisation 1 C62 300.00/1 300.00 03-01..03-31", "regularisation -1 C62 300.00/1 -300.00 03-01..03-31"]
    );
    let rates: Vec<String> = next.lines[1..].iter().map(|line| alloc::format!("{}", line.vat_rate)).collect();
    assert_eq!(rates, ["5.50", "20.00"]);
}

#[test]
fn a_line_that_the_contract_lost_and_a_one_off_told_late_are_settled() {
    let march = after(&seats(), &[slot_days("2026-03", &FULL)], &[], "2026-03");
    let corrected = contract_text(
        "id = \"C-1\"\nclient = \"acme\"\neffective_on = 2026-01-01\n[billing]\nvat_rate = \"20.00\"\n[[lines]]\n\
         id = \"desktops\"\nformula = \"forfait\"\ncategory = \"desktop\"\nmode = \"fixed\"\ncount = 1\nunit_price = \"10.00\"\n\
         [[one_off]]\ndate = 2026-03-05\nlabel = \"Installation\"\namount = \"350.00\"\n",
    );
    let next = after(&corrected, &[slot_days("2026-03", &FULL), april(25)], &[&march], "2026-04");
    let kinds: Vec<(Kind, Option<&str>, String)> =
        next.lines.iter().map(|line| (line.kind, line.line.as_deref(), alloc::format!("{}", line.amount))).collect();
    assert_eq!(
        kinds,
        [
            (Kind::Recurring, Some("desktops"), String::from("10.00")),
            (Kind::Regularisation, Some("desktops"), String::from("10.00")),
            (Kind::Regularisation, Some("laptops"), String::from("-300.00")),
            (Kind::Regularisation, None, String::from("350.00")),
        ]
    );
}
