//! Price revision by hand, with the index values of the cases only.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::tests::{bills, contract_text, told};
use super::{Contract, IndexValue, Indexes, revisions};
use crate::contract::Series;

/// One fixed seat from 2026-01-01, reviewed by `review` after `series`, `lag_months` and `every_months`.
fn reviewed(line: &str, review: &str, more: &str) -> Contract {
    contract_text(&format!(
        "id = \"C-1\"\nclient = \"acme\"\neffective_on = 2026-01-01\n[billing]\nvat_rate = \"20.00\"\n\
         [[lines]]\nid = \"laptops\"\nformula = \"forfait\"\ncategory = \"laptop\"\n{line}\n\
         [price_review]\nseries = \"syntec\"\nlag_months = 1\n{review}\n{more}\n"
    ))
}

const SEAT: &str = "mode = \"fixed\"\ncount = 1\nunit_price = \"100.00\"";
const YEARLY: &str = "every_months = 12\ns0 = { series = \"syntec\", month = \"2025-12\", value = \"242.60\" }";

fn table(rows: &[(Series, &str, &str, &str)]) -> Indexes {
    let mut indexes = Indexes::default();
    for (series, month, value, published) in rows {
        let published_on = (!published.is_empty()).then(|| published.parse().unwrap());
        indexes.put(*series, month.parse().unwrap(), IndexValue { value: value.parse().unwrap(), published_on });
    }
    indexes
}

const NEW: Series = Series::Syntec;

/// The unit prices of the month's lines.
fn prices(contract: &Contract, indexes: &Indexes, month: &str) -> Vec<String> {
    let contracts = [contract.clone()];
    let bills = bills("acme", &contracts, &[], &[], indexes, month.parse().unwrap()).unwrap();
    bills[0].lines.iter().map(|line| line.unit_price.to_string()).collect()
}

#[test]
fn the_coefficient_of_the_vector() {
    let indexes = table(&[(NEW, "2026-12", "245.60", "2026-12-30")]);
    let rounded = format!("{YEARLY}\nrounding = {{ coefficient = 6 }}");
    let contract = reviewed(SEAT, &rounded, "");
    let found = revisions(&contract, &indexes, "2027-12-31".parse().unwrap());
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].on.to_string(), "2027-01-01");
    assert_eq!(found[0].coefficient.unwrap(), num_rational::Ratio::new(1_012_366, 1_000_000));
    assert_eq!(prices(&contract, &indexes, "2026-12"), ["100.00"]);
    assert_eq!(prices(&contract, &indexes, "2027-01"), ["101.24"]);
}

#[test]
fn parts_caps_floors_and_decimals() {
    let up = table(&[(NEW, "2026-12", "291.12", "2026-12-30")]); // S1/S0 = 1.2
    let down = table(&[(NEW, "2026-12", "194.08", "2026-12-30")]); // S1/S0 = 0.8
    for (review, indexes, line, expected) in [
        ("", &up, SEAT, "120.00"),
        ("a = \"0.15\"\nb = \"0.85\"", &up, SEAT, "117.00"),
        ("cap = \"5.00\"", &up, SEAT, "105.00"),
        ("floor = \"-10\"", &down, SEAT, "90.00"),
        ("", &down, SEAT, "80.00"),
        ("", &up, "mode = \"fixed\"\ncount = 1\nunit_price = \"0.1234\"", "0.1481"),
        ("rounding = { price = 2 }", &up, "mode = \"fixed\"\ncount = 1\nunit_price = \"0.1234\"", "0.15"),
        ("", &up, "mode = \"fixed\"\ncount = 1\nunit_price = \"1\"", "1.20"),
        ("a = \"1.00\"", &up, SEAT, "100.00"),
    ] {
        let contract = reviewed(line, &format!("{YEARLY}\n{review}"), "");
        assert_eq!(prices(&contract, indexes, "2027-01"), [expected], "{review}");
    }
}

#[test]
fn each_revision_starts_from_the_last_one() {
    let indexes = table(&[(NEW, "2026-12", "254.73", "2026-12-30"), (NEW, "2027-12", "267.4665", "2027-12-30")]);
    let contract = reviewed(SEAT, YEARLY, "");
    assert_eq!(prices(&contract, &indexes, "2027-12"), ["105.00"]); // 254.73/242.60 = 1.05
    assert_eq!(prices(&contract, &indexes, "2028-01"), ["110.25"]); // 267.4665/254.73 = 1.05
}

#[test]
fn an_amended_price_is_the_new_base_and_the_index_stays() {
    let indexes = table(&[(NEW, "2026-12", "254.73", "2026-12-30"), (NEW, "2027-12", "267.4665", "2027-12-30")]);
    let amended = |on: &str| {
        let more = format!(
            "[[amendments]]\nnumber = 1\neffective_on = {on}\n[amendments.lines.laptops]\nunit_price = \"200.00\""
        );
        reviewed(SEAT, YEARLY, &more)
    };
    let within = amended("2027-06-01");
    assert_eq!(prices(&within, &indexes, "2027-05"), ["105.00"]);
    assert_eq!(prices(&within, &indexes, "2027-06"), ["200.00"]);
    assert_eq!(prices(&within, &indexes, "2028-01"), ["210.00"]);
    assert_eq!(prices(&amended("2027-01-01"), &indexes, "2027-01"), ["200.00"], "agreed for the day of the revision");
}

#[test]
fn s1_is_the_last_published_in_time() {
    let contract = reviewed(SEAT, YEARLY, "");
    for (what, rows, expected) in [
        ("published after the day", &[(NEW, "2026-12", "291.12", "2027-01-15")][..], "100.00"),
        (
            "an earlier month in time",
            &[(NEW, "2026-12", "300.00", "2027-01-15"), (NEW, "2026-11", "291.12", "2026-12-30")],
            "120.00",
        ),
        ("a month after the wanted one", &[(NEW, "2027-01", "291.12", "2026-12-30")], "100.00"),
        ("the other series", &[(Series::SyntecOld, "2026-12", "291.12", "2026-12-30")], "100.00"),
        ("before S0", &[(NEW, "2025-11", "291.12", "2025-12-30")], "100.00"),
        ("a day not told", &[(NEW, "2026-12", "291.12", "")], "120.00"),
    ] {
        assert_eq!(prices(&contract, &table(rows), "2027-01"), [expected], "{what}");
    }
}

#[test]
fn a_missing_index_is_said_and_the_old_price_stands() {
    let monthly = "every_months = 1\ns0 = { series = \"syntec\", month = \"2025-12\", value = \"242.60\" }";
    let contract = reviewed(SEAT, monthly, "");
    let contracts = [contract];
    let bills = bills("acme", &contracts, &[], &[], &Indexes::default(), "2026-02".parse().unwrap()).unwrap();
    assert_eq!(told(&bills[0]), ["recurring 28 DAY 100.00/28 100.00 02-01..02-28"]);
    let codes: Vec<(&str, &str)> =
        bills[0].remarks.iter().map(|remark| (remark.code, remark.args[1].1.as_str())).collect();
    assert_eq!(codes, [("index_missing", "2026-02-01")]);
}

#[test]
fn the_old_series_is_linked() {
    // S0 = 200 of the old series is 195.95 of the revised one; S1 = 215.545 is 1.1 times that.
    let review = "every_months = 12\ns0 = { series = \"syntec-old\", month = \"2025-12\", value = \"200\" }";
    let indexes = table(&[(NEW, "2026-12", "215.545", "2026-12-30")]);
    assert_eq!(prices(&reviewed(SEAT, review, ""), &indexes, "2027-01"), ["110.00"]);
}

#[test]
fn tiers_and_minimums_are_revised_too() {
    let line = "mode = \"prorata\"\nunit_price = \"10.00\"\nminimum_amount = \"100.00\"";
    let indexes = table(&[(NEW, "2026-12", "291.12", "2026-12-30")]);
    let contract = reviewed(line, YEARLY, "");
    let days = super::tests::slot_days("2027-01", &[("a", 1, 1, 31)]);
    let told_with = |contract: &Contract| {
        told(
            &bills(
                "acme",
                core::slice::from_ref(contract),
                core::slice::from_ref(&days),
                &[],
                &indexes,
                "2027-01".parse().unwrap(),
            )
            .unwrap()[0],
        )
    };
    assert_eq!(
        told_with(&contract),
        ["recurring 31 DAY 12.00/31 12.00 01-01..01-31", "minimum 1 C62 108.00/1 108.00 01-01..01-31"]
    );
    let tiers = reviewed("mode = \"volume\"\ntiers = [ { unit_price = \"10.00\" } ]", YEARLY, "");
    assert_eq!(told_with(&tiers), ["recurring 31 DAY 12.00/31 12.00 01-01..01-31"]);
}

#[test]
fn a_revision_within_a_month_cuts_it() {
    let contract = contract_text(
        "id = \"C-1\"\nclient = \"acme\"\neffective_on = 2026-01-16\n[billing]\nvat_rate = \"20.00\"\n\
         [[lines]]\nid = \"laptops\"\nformula = \"forfait\"\ncategory = \"laptop\"\nmode = \"fixed\"\ncount = 1\nunit_price = \"31.00\"\n\
         [price_review]\nseries = \"syntec\"\nlag_months = 1\nevery_months = 12\n\
         s0 = { series = \"syntec\", month = \"2025-12\", value = \"100\" }\n",
    );
    let indexes = table(&[(NEW, "2026-12", "110", "2026-12-30")]);
    let bills = bills("acme", &[contract], &[], &[], &indexes, "2027-01".parse().unwrap()).unwrap();
    assert_eq!(
        told(&bills[0]),
        ["recurring 15 DAY 31.00/31 15.00 01-01..01-15", "recurring 16 DAY 34.10/31 17.60 01-16..01-31"]
    );
}
