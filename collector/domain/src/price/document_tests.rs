//! The bill as a document: its keys, its hash, its due date, what it refuses.

use alloc::string::{String, ToString};
use alloc::{format, vec};

use super::tests::{MARCH, bills, contract_of, one, slot_days, totals, usage};
use super::{Indexes, SlotDays, Usage};

#[test]
fn the_document_has_the_keys_of_the_interface_in_their_order() {
    let contract = contract_of("", "mode = \"prorata\"\nunit_price = \"12.00\"", "");
    let bill = one(&contract, &[slot_days("2026-03", &MARCH)], &[], "2026-03");
    let json = serde_json::to_string(&bill).unwrap();
    let expected = format!(
        "{{\"client\":\"acme\",\"entity\":\"acme\",\"period\":{{\"start\":\"2026-03-01\",\"end\":\"2026-03-31\"}},\
         \"status\":\"draft\",\"run_id\":\"{}\",\"currency\":\"EUR\",\"lines\":[{{\"kind\":\"recurring\",\"contract\":\"C-1\",\
         \"line\":\"laptops\",\"label\":\"laptops\",\"from\":\"2026-03-01\",\"to\":\"2026-03-31\",\"quantity\":804,\
         \"unit\":\"DAY\",\"unit_price\":\"12.00\",\"price_base\":31,\"discount\":null,\"amount\":\"311.23\",\
         \"vat_rate\":\"20.00\",\"account\":null,\"evidence\":\"C-1/laptops/2026-03-01..2026-03-31\"",
        bill.run_id
    );
    assert!(json.starts_with(&expected), "{json}");
    assert!(
        json.contains("\"total_net\":\"311.23\",\"vat\":[{\"rate\":\"20.00\",\"base\":\"311.23\",\"amount\":\"62.25\"")
    );
    assert!(json.ends_with("\"total_gross\":\"373.48\"}"));
}

#[test]
fn the_run_id_follows_what_is_priced_and_nothing_else() {
    let contract = contract_of("", "mode = \"prorata\"\nunit_price = \"12.00\"", "");
    let march = slot_days("2026-03", &MARCH);
    let run = |days: &[SlotDays], used: &[Usage]| one(&contract, days, used, "2026-03").run_id;
    let first = run(core::slice::from_ref(&march), &[]);
    assert_eq!(first.len(), 64);
    assert_eq!(first, run(&[slot_days("2026-05", &MARCH), march.clone()], &[]), "another month's days");
    assert_ne!(first, run(&[slot_days("2026-03", &[("full", 25, 1, 31)])], &[]), "other days");
    assert_ne!(first, run(core::slice::from_ref(&march), &[usage("u", "2026-03-02", 5, 0)]), "usage");
}

#[test]
fn days_that_were_not_given_are_no_zero() {
    let contract = contract_of("", "mode = \"prorata\"\nunit_price = \"12.00\"", "");
    let refused = bills("acme", &[contract], &[], &[], &Indexes::default(), "2026-03".parse().unwrap()).unwrap_err();
    assert_eq!((refused.code, refused.args), ("slot_days_missing", vec![("month", "2026-03".to_string())]));
}

#[test]
fn a_client_without_contract_has_one_empty_bill() {
    let bills = bills("acme", &[], &[], &[], &Indexes::default(), "2026-03".parse().unwrap()).unwrap();
    assert_eq!(
        (bills.len(), bills[0].entity.as_str(), totals(&bills[0])),
        (1, "acme", ["0.00", "0.00", "0.00"].map(String::from))
    );
}

#[test]
fn due_dates_follow_the_payment_terms() {
    for (terms, due) in [
        ("", "2026-04-30"),
        ("payment_terms = { days = 45 }", "2026-05-15"),
        ("payment_terms = { days = 45, end_of_month = \"after\" }", "2026-05-31"),
        ("payment_terms = { days = 45, end_of_month = \"before\" }", "2026-05-15"),
        ("payment_terms = { days = 10, end_of_month = \"before\" }", "2026-04-10"),
    ] {
        let contract = contract_of(terms, "mode = \"fixed\"\nunit_price = \"1\"\ncount = 1", "");
        let bill = one(&contract, &[], &[], "2026-03");
        assert_eq!(
            (bill.date.to_string(), bill.due.to_string()),
            ("2026-03-31".to_string(), due.to_string()),
            "{terms}"
        );
    }
}

#[test]
fn a_one_off_dated_before_the_contract_is_not_billed() {
    let more = "[[one_off]]\ndate = 2025-12-10\nlabel = \"Installation\"\namount = \"350.00\"\n";
    let contract = contract_of("", "mode = \"prorata\"\nunit_price = \"12.00\"", more);
    assert!(super::document::one_offs(&contract, "2025-12".parse().unwrap()).unwrap().is_empty());
}
