//! Hand-worked bills: each case is a contract, the days of its slots, the month, and what the bill must carry.

use alloc::format;
use alloc::string::ToString;

use super::*;
use crate::contract;

/// A contract of 2026 with one line `laptops`; `line` is the rest of its table, `more` what follows it.
pub(super) fn contract_of(billing: &str, line: &str, more: &str) -> Contract {
    contract_text(&format!(
        "id = \"C-1\"\nclient = \"acme\"\neffective_on = 2026-01-01\n[billing]\nvat_rate = \"20.00\"\n{billing}\n\
         [[lines]]\nid = \"laptops\"\nformula = \"forfait\"\ncategory = \"laptop\"\n{line}\n{more}\n"
    ))
}

pub(super) fn contract_text(text: &str) -> Contract {
    contract::read(text).unwrap_or_else(|remarks| panic!("{remarks:?}\n{text}"))
}

/// `count` slots named `name-N` on the days from `from` to `to` of the month.
pub(super) type Slots<'a> = (&'a str, u32, i8, i8);

/// The slot-days of the line `laptops` of `C-1` in a month.
pub(super) fn slot_days(month: &str, slots: &[Slots<'_>]) -> SlotDays {
    let month: Month = month.parse().unwrap();
    let mut days = BTreeMap::new();
    for (name, count, from, to) in slots {
        let on = |day: &i8| month.first().with().day(*day).build().unwrap();
        for n in 0..*count {
            let slot: &mut Days = days.entry(format!("{name}-{n:03}")).or_default();
            *slot = slot.or(Days::between(month, on(from), Some(on(to))));
        }
    }
    let lines = BTreeMap::from([(("C-1".to_string(), "laptops".to_string()), days)]);
    SlotDays { lines, ..SlotDays::empty(month) }
}

pub(super) fn usage(key: &str, date: &str, minutes: u32, tickets: u32) -> Usage {
    let date = date.parse().unwrap();
    Usage { key: key.to_string(), contract: "C-1".to_string(), line: "laptops".to_string(), date, minutes, tickets }
}

/// The bills of a client without closed months.
pub(super) fn bills(
    client: &str,
    contracts: &[Contract],
    slot_days: &[SlotDays],
    usage: &[Usage],
    indexes: &Indexes,
    period: Month,
) -> Result<Vec<Bill>, Refusal> {
    let contracts: Vec<&Contract> = contracts.iter().collect();
    bill(client, &contracts, Inputs { slot_days, usage, indexes, issued: &[] }, period)
}

pub(super) fn one(contract: &Contract, days: &[SlotDays], usage: &[Usage], period: &str) -> Bill {
    let contracts = [contract.clone()];
    bills("acme", &contracts, days, usage, &Indexes::default(), period.parse().unwrap()).unwrap().remove(0)
}

/// `kind quantity unit price/base amount from..to`, the dates as days of the month.
pub(super) fn told(bill: &Bill) -> Vec<String> {
    bill.lines
        .iter()
        .map(|line| {
            let word = |value: &dyn erased::Word| value.word();
            format!(
                "{} {} {} {}/{} {} {}..{}",
                word(&line.kind),
                line.quantity,
                word(&line.unit),
                line.unit_price,
                line.price_base,
                line.amount,
                line.from.strftime("%m-%d"),
                line.to.strftime("%m-%d"),
            )
        })
        .collect()
}

mod erased {
    use alloc::string::String;

    pub(super) trait Word {
        fn word(&self) -> String;
    }

    impl<T: serde::Serialize> Word for T {
        fn word(&self) -> String {
            serde_json::to_value(self).unwrap().as_str().unwrap().into()
        }
    }
}

pub(super) fn totals(bill: &Bill) -> [String; 3] {
    let vat = Amount::total(bill.vat.iter().map(|row| row.amount)).unwrap();
    [bill.total_net.to_string(), vat.to_string(), bill.total_gross.to_string()]
}

use crate::money::Amount;

pub(super) const MARCH: [Slots<'static>; 3] = [("full", 25, 1, 31), ("added", 1, 12, 31), ("removed", 1, 1, 9)];

#[test]
fn the_march_vector() {
    let contract = contract_of("", "mode = \"prorata\"\nunit_price = \"12.00\"\ncount = 25", "");
    let bill = one(&contract, &[slot_days("2026-03", &MARCH)], &[], "2026-03");
    assert_eq!(told(&bill), ["recurring 804 DAY 12.00/31 311.23 03-01..03-31"]);
    assert_eq!(totals(&bill), ["311.23", "62.25", "373.48"]);
}

#[test]
fn the_march_vector_by_movement() {
    let contract = contract_of("presentation = \"movement\"", "mode = \"prorata\"\nunit_price = \"12.00\"", "");
    let bill = one(&contract, &[slot_days("2026-03", &MARCH)], &[], "2026-03");
    assert_eq!(
        told(&bill),
        [
            "recurring 775 DAY 12.00/31 300.00 03-01..03-31",
            "recurring 20 DAY 12.00/31 7.74 03-01..03-31",
            "recurring 9 DAY 12.00/31 3.48 03-01..03-31",
        ]
    );
    assert_eq!(bill.total_net.to_string(), "311.22");
    assert_eq!(bill.lines[1].slot.as_deref(), Some("added-000"));
}

/// What happens, billing, line, slots, more, month, lines.
pub(super) type Case<'a> = (&'a str, &'a str, &'a str, &'a [Slots<'a>], &'a str, &'a str, &'a [&'a str]);

pub(super) fn check(cases: &[Case<'_>]) {
    for (what, billing, line, slots, more, period, expected) in cases {
        let contract = contract_of(billing, line, more);
        let bill = one(&contract, &[slot_days(period, slots)], &[], period);
        assert_eq!(told(&bill), *expected, "{what}");
        assert_eq!(Amount::total(bill.lines.iter().map(|line| line.amount)).unwrap(), bill.total_net, "{what}");
    }
}

/// An amendment of the line `laptops`.
macro_rules! amended {
    ($day:literal, $patch:literal) => {
        concat!("[[amendments]]\nnumber = 1\neffective_on = ", $day, "\n[amendments.lines.laptops]\n", $patch, "\n")
    };
}
pub(super) use amended;

#[test]
fn prorata_by_hand() {
    check(&[
        (
            "half a cent: 1 day of 0.31 in 31 days and a half",
            "",
            "mode = \"prorata\"\nunit_price = \"0.155\"",
            &[("a", 1, 1, 1)],
            "",
            "2026-03",
            &["recurring 1 DAY 0.155/31 0.01 03-01..03-31"],
        ),
        (
            "0.145 / 31 · 1 day is below half a cent",
            "",
            "mode = \"prorata\"\nunit_price = \"0.145\"",
            &[("a", 1, 1, 1)],
            "",
            "2026-03",
            &["recurring 1 DAY 0.145/31 0.00 03-01..03-31"],
        ),
        (
            "six decimals: 3 full seats of 1.333333 = 3.999999",
            "",
            "mode = \"prorata\"\nunit_price = \"1.333333\"",
            &[("a", 3, 1, 30)],
            "",
            "2026-04",
            &["recurring 90 DAY 1.333333/30 4.00 04-01..04-30"],
        ),
        (
            "leap February: 29 days",
            "",
            "mode = \"prorata\"\nunit_price = \"29.00\"",
            &[("a", 1, 15, 29)],
            "",
            "2028-02",
            &["recurring 15 DAY 29.00/29 15.00 02-01..02-29"],
        ),
        (
            "plain February",
            "",
            "mode = \"prorata\"\nunit_price = \"28.00\"",
            &[("a", 2, 28, 28)],
            "",
            "2026-02",
            &["recurring 2 DAY 28.00/28 2.00 02-01..02-28"],
        ),
        (
            "the month of the change of hour has 31 days like any",
            "",
            "mode = \"prorata\"\nunit_price = \"31.00\"",
            &[("a", 1, 29, 29)],
            "",
            "2026-03",
            &["recurring 1 DAY 31.00/31 1.00 03-01..03-31"],
        ),
    ]);
}

#[test]
fn a_price_change_cuts_the_month() {
    check(&[
        (
            "13.00 from the 16th: 375 × 12/31, 400 × 13/31",
            "",
            "mode = \"prorata\"\nunit_price = \"12.00\"",
            &[("a", 25, 1, 31)],
            amended!("2026-03-16", "unit_price = \"13.00\""),
            "2026-03",
            &["recurring 375 DAY 12.00/31 145.16 03-01..03-15", "recurring 400 DAY 13.00/31 167.74 03-16..03-31"],
        ),
        (
            "a new label cuts nothing",
            "",
            "mode = \"prorata\"\nunit_price = \"12.00\"",
            &[("a", 25, 1, 31)],
            amended!("2026-03-16", "label = \"PC\""),
            "2026-03",
            &["recurring 775 DAY 12.00/31 300.00 03-01..03-31"],
        ),
        (
            "a price said again cuts nothing",
            "",
            "mode = \"prorata\"\nunit_price = \"12.00\"",
            &[("a", 25, 1, 31)],
            amended!("2026-03-16", "unit_price = \"12.0\""),
            "2026-03",
            &["recurring 775 DAY 12.00/31 300.00 03-01..03-31"],
        ),
        (
            "a discount of 10 %, inside the rounding: 804 × 12/31 × 0.9 = 280.1032",
            "",
            "mode = \"prorata\"\nunit_price = \"12.00\"\ndiscount = \"10.00\"",
            &MARCH,
            "",
            "2026-03",
            &["recurring 804 DAY 12.00/31 280.10 03-01..03-31"],
        ),
        ("no slot, no line", "", "mode = \"prorata\"\nunit_price = \"12.00\"", &[], "", "2026-03", &[]),
        (
            "before the contract",
            "",
            "mode = \"prorata\"\nunit_price = \"12.00\"",
            &[("a", 1, 1, 31)],
            "",
            "2025-12",
            &[],
        ),
    ]);
}

#[test]
fn fixed_by_hand() {
    check(&[
        (
            "a whole month",
            "",
            "mode = \"fixed\"\nunit_price = \"12.50\"\ncount = 25",
            &[],
            "",
            "2026-03",
            &["recurring 775 DAY 12.50/31 312.50 03-01..03-31"],
        ),
        (
            "what is observed changes nothing",
            "",
            "mode = \"fixed\"\nunit_price = \"12.50\"\ncount = 25",
            &MARCH,
            "",
            "2026-03",
            &["recurring 775 DAY 12.50/31 312.50 03-01..03-31"],
        ),
        (
            "half a cent: 5 × 0.005 × 31/31 = 0.025",
            "",
            "mode = \"fixed\"\nunit_price = \"0.005\"\ncount = 5",
            &[],
            "",
            "2026-03",
            &["recurring 155 DAY 0.005/31 0.03 03-01..03-31"],
        ),
        (
            "30 seats from the 11th of February 2028: 25 × 10/29, 30 × 19/29 of 10.00",
            "",
            "mode = \"fixed\"\nunit_price = \"10.00\"\ncount = 25",
            &[],
            amended!("2028-02-11", "count = 30"),
            "2028-02",
            &["recurring 250 DAY 10.00/29 86.21 02-01..02-10", "recurring 570 DAY 10.00/29 196.55 02-11..02-29"],
        ),
        (
            "fixed, then prorata within the month",
            "",
            "mode = \"fixed\"\nunit_price = \"30.00\"\ncount = 2",
            &[("a", 1, 1, 30)],
            amended!("2026-04-16", "mode = \"prorata\""),
            "2026-04",
            &["recurring 30 DAY 30.00/30 30.00 04-01..04-15", "recurring 15 DAY 30.00/30 15.00 04-16..04-30"],
        ),
        ("no seat, no line", "", "mode = \"fixed\"\nunit_price = \"30.00\"\ncount = 0", &[], "", "2026-04", &[]),
        (
            "a full discount is a line of 0.00",
            "",
            "mode = \"fixed\"\nunit_price = \"30.00\"\ncount = 1\ndiscount = \"100\"",
            &[],
            "",
            "2026-04",
            &["recurring 30 DAY 30.00/30 0.00 04-01..04-30"],
        ),
    ]);
}

#[test]
fn a_new_line_begins_within_the_month() {
    let more = "[[amendments]]\nnumber = 1\neffective_on = 2026-03-20\n[amendments.lines.tablets]\nformula = \"forfait\"\n\
                category = \"tablet\"\nmode = \"fixed\"\nunit_price = \"20.00\"\ncount = 3\n";
    let contract = contract_of("", "mode = \"fixed\"\nunit_price = \"12.50\"\ncount = 25", more);
    let bill = one(&contract, &[], &[], "2026-03");
    assert_eq!(
        told(&bill),
        ["recurring 775 DAY 12.50/31 312.50 03-01..03-31", "recurring 36 DAY 20.00/31 23.23 03-20..03-31"]
    );
    assert_eq!(totals(&bill), ["335.73", "67.15", "402.88"]);
    assert_eq!(bill.lines[1].evidence, "C-1/tablets/2026-03-20..2026-03-31");
}

#[test]
fn vat_is_once_a_rate_on_the_whole_bill() {
    let text = |id: &str, rate: &str| {
        contract_text(&format!(
            "id = \"{id}\"\nclient = \"acme\"\neffective_on = 2026-01-01\n[billing]\nvat_rate = \"{rate}\"\n[[lines]]\n\
             id = \"laptops\"\nformula = \"forfait\"\ncategory = \"laptop\"\nmode = \"fixed\"\nunit_price = \"0.13\"\ncount = 1\n"
        ))
    };
    let priced = |contracts: &[Contract]| {
        let mut bills = bills("acme", contracts, &[], &[], &Indexes::default(), "2026-03".parse().unwrap()).unwrap();
        assert_eq!(bills.len(), 1);
        bills.remove(0)
    };
    let same = priced(&[text("C-B", "20.00"), text("C-A", "20")]);
    assert_eq!(totals(&same), ["0.26", "0.05", "0.31"]);
    assert_eq!(same.lines.iter().map(|line| line.contract.as_str()).collect::<Vec<_>>(), ["C-A", "C-B"]);
    let two = priced(&[text("C-A", "5.5"), text("C-B", "20.00")]);
    let rows: Vec<String> = two.vat.iter().map(|row| format!("{} {} {}", row.rate, row.base, row.amount)).collect();
    assert_eq!(rows, ["5.50 0.13 0.01", "20.00 0.13 0.03"]);
    assert_eq!(two.total_gross.to_string(), "0.30");
}

#[test]
fn a_nil_rate_says_its_category() {
    let contract = contract_of(
        "",
        "mode = \"fixed\"\nunit_price = \"10.00\"\ncount = 1\nvat_rate = \"0\"\nvat_category = \"AE\"\nvat_reason = \"Autoliquidation\"",
        "",
    );
    let bill = one(&contract, &[], &[], "2026-03");
    assert_eq!(totals(&bill), ["10.00", "0.00", "10.00"]);
    assert_eq!(
        (bill.vat[0].category, bill.vat[0].reason.as_deref()),
        (Some(contract::VatCategory::AE), Some("Autoliquidation"))
    );
}

#[test]
fn one_off_amounts_stand_on_the_bill_of_their_month() {
    let more = "[[one_off]]\ndate = 2026-03-10\nlabel = \"Installation\"\namount = \"350.00\"\n\
                [[one_off]]\ndate = 2026-04-01\nlabel = \"Removal\"\namount = \"99.00\"\nvat_rate = \"10.00\"\n";
    let contract = contract_of("", "mode = \"prorata\"\nunit_price = \"12.00\"", more);
    let march = one(&contract, &[slot_days("2026-03", &[("a", 2, 1, 31)])], &[], "2026-03");
    assert_eq!(
        told(&march),
        ["recurring 62 DAY 12.00/31 24.00 03-01..03-31", "one_off 1 C62 350.00/1 350.00 03-10..03-10"]
    );
    assert_eq!(march.lines[1].line, None);
    assert_eq!(totals(&march), ["374.00", "74.80", "448.80"]);
    let april = one(&contract, &[slot_days("2026-04", &[])], &[], "2026-04");
    assert_eq!(totals(&april), ["99.00", "9.90", "108.90"]);
}

#[test]
fn the_term_is_clamped_once_from_the_start() {
    let contract = contract_text(
        "id = \"C-1\"\nclient = \"acme\"\neffective_on = 2026-01-31\ninitial_months = 3\nrenewal = { kind = \"none\" }\n\
         [billing]\nvat_rate = \"20.00\"\n[[lines]]\nid = \"laptops\"\nformula = \"forfait\"\ncategory = \"laptop\"\n\
         mode = \"fixed\"\nunit_price = \"30.00\"\ncount = 5\n",
    );
    assert_eq!(told(&one(&contract, &[], &[], "2026-04")), ["recurring 145 DAY 30.00/30 145.00 04-01..04-29"]);
    assert_eq!(told(&one(&contract, &[], &[], "2026-05")), [""; 0]);
}
