//! Time, tickets and packs by hand; quarters and advance billing.

use alloc::string::ToString;
use alloc::vec::Vec;

use super::tests::{amended, bills, contract_of, contract_text, one, slot_days, told, usage};
use super::{Contract, Indexes, Inputs, month_in_arrears};

/// A contract whose only line is sold by `formula`.
fn metered(formula: &str, line: &str, more: &str) -> Contract {
    contract_text(&alloc::format!(
        "id = \"C-1\"\nclient = \"acme\"\neffective_on = 2026-01-01\n[billing]\nvat_rate = \"20.00\"\n[[lines]]\n\
         id = \"laptops\"\nformula = \"{formula}\"\n{line}\n{more}\n"
    ))
}

#[test]
fn time_is_rounded_up_by_row_and_billed_by_price() {
    let rows = [usage("b", "2026-03-03", 50, 0), usage("a", "2026-03-20", 5, 0), usage("c", "2026-04-01", 600, 0)];
    let march = |contract: &Contract| told(&one(contract, &[], &rows, "2026-03"));
    assert_eq!(march(&metered("temps", "unit_price = \"80.00\"", "")), ["time 55 MIN 80.00/60 73.33 03-01..03-31"]);
    let step = metered("temps", "unit_price = \"80.00\"\nincrement_minutes = 15", "");
    assert_eq!(march(&step), ["time 75 MIN 80.00/60 100.00 03-01..03-31"]);
    let minimum = metered("temps", "unit_price = \"80.00\"\nminimum_amount = \"150.00\"", "");
    assert_eq!(
        march(&minimum),
        ["time 55 MIN 80.00/60 73.33 03-01..03-31", "minimum 1 C62 76.67/1 76.67 03-01..03-31"]
    );
    let dearer = metered("temps", "unit_price = \"80.00\"", amended!("2026-03-16", "unit_price = \"90.00\""));
    assert_eq!(march(&dearer), ["time 50 MIN 80.00/60 66.67 03-01..03-15", "time 5 MIN 90.00/60 7.50 03-16..03-31"]);
    assert_eq!(
        march(&metered("demande", "unit_price = \"80.00\"", "")),
        ["on_demand 55 MIN 80.00/60 73.33 03-01..03-31"]
    );
    let none = metered("temps", "unit_price = \"80.00\"\nminimum_amount = \"150.00\"", "");
    assert_eq!(told(&one(&none, &[], &[], "2026-03")), ["minimum 1 C62 150.00/1 150.00 03-01..03-31"]);
}

#[test]
fn included_tickets_are_free_each_month() {
    let contract = metered("ticket", "unit_price = \"45.00\"\nincluded = 10", "");
    let rows = [usage("u0", "2026-03-03", 0, 9), usage("u1", "2026-03-30", 0, 5), usage("u2", "2026-04-02", 0, 10)];
    assert_eq!(told(&one(&contract, &[], &rows, "2026-03")), ["ticket 4 C62 45.00/1 180.00 03-01..03-31"]);
    assert_eq!(told(&one(&contract, &[], &rows, "2026-04")), [""; 0]);
}

#[test]
fn packs_are_bought_on_the_day_a_ticket_lacks() {
    let contract = metered("ticket", "included = 1\npack = { size = 10, price = \"400.00\", months = 2 }", "");
    let rows = [
        usage("a", "2026-01-15", 0, 3), // 1 free, 2 from a pack bought on 15 January: 8 left until 14 March
        usage("b", "2026-02-10", 0, 5), // 1 free, 4 of it: 4 left
        usage("c", "2026-03-14", 0, 2), // 1 free, 1 of it: 3 left
        usage("d", "2026-03-15", 0, 2), // expired: a pack is bought, 8 left
        usage("e", "2026-03-20", 0, 19), // 8 of it, two packs more: 9 left
    ];
    let told_in = |month| told(&one(&contract, &[], &rows, month));
    assert_eq!(told_in("2026-01"), ["ticket 1 C62 400.00/1 400.00 01-15..01-15"]);
    assert_eq!(told_in("2026-02"), [""; 0]);
    assert_eq!(
        told_in("2026-03"),
        ["ticket 1 C62 400.00/1 400.00 03-15..03-15", "ticket 2 C62 400.00/1 800.00 03-20..03-20"]
    );
}

#[test]
fn a_quarter_is_counted_from_the_month_of_the_start() {
    let contract = contract_text(
        "id = \"C-1\"\nclient = \"acme\"\neffective_on = 2026-02-01\n[billing]\nperiod = \"quarter\"\nvat_rate = \"20.00\"\n\
         [[lines]]\nid = \"laptops\"\nformula = \"forfait\"\ncategory = \"laptop\"\nmode = \"prorata\"\nunit_price = \"31.00\"\n",
    );
    let days = [
        slot_days("2026-02", &[("a", 1, 1, 28)]),
        slot_days("2026-03", &[("a", 1, 1, 31), ("late", 1, 12, 31)]),
        slot_days("2026-04", &[("a", 1, 1, 30), ("late", 1, 1, 30)]),
    ];
    for empty in ["2026-01", "2026-02", "2026-03", "2026-05"] {
        assert_eq!(told(&one(&contract, &days, &[], empty)), [""; 0], "{empty}");
    }
    let bill = one(&contract, &days, &[], "2026-04");
    assert_eq!(
        told(&bill),
        [
            "recurring 28 DAY 31.00/28 31.00 02-01..02-28",
            "recurring 51 DAY 31.00/31 51.00 03-01..03-31",
            "recurring 60 DAY 31.00/30 62.00 04-01..04-30",
        ]
    );
    assert_eq!(bill.total_net.to_string(), "144.00");
}

#[test]
fn advance_bills_what_the_first_day_foresees() {
    let advance = "timing = \"advance\"";
    let contract = contract_of(
        advance,
        "mode = \"prorata\"\nunit_price = \"12.00\"",
        amended!("2026-03-16", "unit_price = \"13.00\""),
    );
    let days =
        [slot_days("2026-02", &[]), slot_days("2026-03", &[("a", 25, 1, 31), ("late", 1, 12, 31), ("gone", 1, 1, 2)])];
    let bill = one(&contract, &days, &[], "2026-03");
    assert_eq!(
        told(&bill),
        ["recurring 390 DAY 12.00/31 150.97 03-01..03-15", "recurring 416 DAY 13.00/31 174.45 03-16..03-31"]
    );
    assert_eq!(bill.date.to_string(), "2026-03-01");
    // In arrears: 25 seats, four days of "late" and two of "gone" until the 15th, then 26 seats.
    let fresh = month_in_arrears(
        &contract,
        Inputs { slot_days: &days, usage: &[], indexes: &Indexes::default(), issued: &[] },
        "2026-03".parse().unwrap(),
    )
    .unwrap();
    let quantities: Vec<i64> = fresh.iter().map(|line| line.quantity).collect();
    assert_eq!(quantities, [25 * 15 + 4 + 2, 26 * 16]);
}

#[test]
fn in_advance_the_lines_in_arrears_stand_on_the_next_bill_also_after_the_term() {
    let contract = contract_text(
        "id = \"C-1\"\nclient = \"acme\"\neffective_on = 2026-01-01\nends_on = 2026-03-15\n\
         [billing]\ntiming = \"advance\"\nvat_rate = \"20.00\"\n\
         [[lines]]\nid = \"laptops\"\nformula = \"temps\"\nunit_price = \"60.00\"\n\
         [[lines]]\nid = \"seats\"\nformula = \"forfait\"\ncategory = \"laptop\"\nmode = \"fixed\"\nunit_price = \"31.00\"\ncount = 1\n",
    );
    let rows = [usage("a", "2026-02-10", 30, 0), usage("b", "2026-03-15", 60, 0), usage("c", "2026-03-16", 60, 0)];
    assert_eq!(
        told(&one(&contract, &[], &rows, "2026-03")),
        ["time 30 MIN 60.00/60 30.00 02-01..02-28", "recurring 15 DAY 31.00/31 15.00 03-01..03-15"]
    );
    assert_eq!(told(&one(&contract, &[], &rows, "2026-04")), ["time 60 MIN 60.00/60 60.00 03-01..03-15"]);
    assert_eq!(told(&one(&contract, &[], &rows, "2026-05")), [""; 0]);
}

#[test]
fn one_bill_has_one_timing() {
    let text = |id: &str, timing: &str, currency: &str| {
        contract_text(&alloc::format!(
            "id = \"{id}\"\nclient = \"acme\"\neffective_on = 2026-01-01\ncurrency = \"{currency}\"\n[billing]\ntiming = \"{timing}\"\nvat_rate = \"20.00\"\n"
        ))
    };
    let priced =
        |contracts: &[Contract]| bills("acme", contracts, &[], &[], &Indexes::default(), "2026-03".parse().unwrap());
    let refused = priced(&[text("C-1", "arrears", "EUR"), text("C-2", "advance", "EUR")]).unwrap_err();
    assert_eq!(refused.code, "timing_differs");
    let bills = priced(&[text("C-1", "arrears", "EUR"), text("C-2", "advance", "CHF")]).unwrap();
    let currencies: Vec<&str> = bills.iter().map(|bill| bill.currency.as_str()).collect();
    assert_eq!(currencies, ["CHF", "EUR"]);
}
