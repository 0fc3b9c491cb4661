//! The other modes by hand: snapshot, peak, threshold, tiers, commitment, minimum.

use super::tests::{amended, check, contract_text, one, slot_days, told};

#[test]
fn snapshot_counts_one_day() {
    let line = "mode = \"snapshot\"\nunit_price = \"12.00\"\nsnapshot_day = 31";
    check(&[
        (
            "the 31st",
            "",
            line,
            &[("a", 25, 1, 31), ("b", 1, 12, 30)],
            "",
            "2026-03",
            &["recurring 25 C62 12.00/1 300.00 03-01..03-31"],
        ),
        (
            "clamped to the 28th",
            "",
            line,
            &[("a", 2, 28, 28)],
            "",
            "2026-02",
            &["recurring 2 C62 12.00/1 24.00 02-01..02-28"],
        ),
        ("nobody that day", "", line, &[("a", 2, 1, 27)], "", "2026-02", &[]),
        (
            "the price of that day",
            "",
            line,
            &[("a", 2, 1, 31)],
            amended!("2026-03-31", "unit_price = \"13.00\""),
            "2026-03",
            &["recurring 2 C62 13.00/1 26.00 03-01..03-31"],
        ),
    ]);
}

#[test]
fn a_snapshot_day_out_of_the_term_is_nothing() {
    let line = "mode = \"snapshot\"\nunit_price = \"12.00\"\nsnapshot_day = 15";
    let ended = contract_text(&alloc::format!(
        "id = \"C-1\"\nclient = \"acme\"\neffective_on = 2026-01-01\nends_on = 2026-03-14\n[billing]\nvat_rate = \"20\"\n\
         [[lines]]\nid = \"laptops\"\nformula = \"forfait\"\ncategory = \"laptop\"\n{line}\n"
    ));
    assert_eq!(told(&one(&ended, &[slot_days("2026-03", &[("a", 2, 1, 31)])], &[], "2026-03")), [""; 0]);
}

#[test]
fn peak_takes_the_dearest_day_and_the_earliest_of_equals() {
    let line = "mode = \"peak\"\nunit_price = \"12.00\"";
    check(&[
        (
            "26 on one day",
            "",
            line,
            &[("a", 25, 1, 31), ("b", 1, 12, 12)],
            "",
            "2026-03",
            &["recurring 26 C62 12.00/1 312.00 03-01..03-31"],
        ),
        (
            "2 × 12.00 on the 1st against 1 × 24.00 from the 16th: the earliest",
            "",
            line,
            &[("a", 1, 1, 31), ("b", 1, 1, 15)],
            amended!("2026-03-16", "unit_price = \"24.00\""),
            "2026-03",
            &["recurring 2 C62 12.00/1 24.00 03-01..03-31"],
        ),
        (
            "fewer, but dearer",
            "",
            line,
            &[("a", 1, 1, 31), ("b", 1, 1, 15)],
            amended!("2026-03-16", "unit_price = \"24.01\""),
            "2026-03",
            &["recurring 1 C62 24.01/1 24.01 03-01..03-31"],
        ),
        ("nobody", "", line, &[], "", "2026-03", &[]),
    ]);
}

#[test]
fn threshold_counts_slots_with_enough_days() {
    let line = "mode = \"threshold\"\nunit_price = \"10.00\"\nthreshold_days = 15";
    check(&[
        (
            "15 days are enough, 14 are not",
            "",
            line,
            &[("a", 3, 1, 15), ("b", 4, 1, 14)],
            "",
            "2026-03",
            &["recurring 3 C62 10.00/1 30.00 03-01..03-31"],
        ),
        (
            "the price of the last day",
            "",
            line,
            &[("a", 3, 1, 15)],
            amended!("2026-03-31", "unit_price = \"11.00\""),
            "2026-03",
            &["recurring 3 C62 11.00/1 33.00 03-01..03-31"],
        ),
        (
            "k = 31 is every day of February",
            "",
            "mode = \"threshold\"\nunit_price = \"10.00\"\nthreshold_days = 31",
            &[("a", 2, 1, 28), ("b", 1, 2, 28)],
            "",
            "2026-02",
            &["recurring 2 C62 10.00/1 20.00 02-01..02-28"],
        ),
    ]);
}

const TIERS: &str = "tiers = [ { up_to = 20, unit_price = \"12.00\" }, { unit_price = \"10.00\" } ]";

#[test]
fn graduated_prices_each_seat_by_its_tier() {
    let line = &alloc::format!("mode = \"graduated\"\n{TIERS}");
    check(&[
        (
            "20 seats: one tier",
            "",
            line,
            &[("a", 20, 1, 31)],
            "",
            "2026-03",
            &["recurring 620 DAY 12.00/31 240.00 03-01..03-31"],
        ),
        (
            "21 seats",
            "",
            line,
            &[("a", 21, 1, 31)],
            "",
            "2026-03",
            &["recurring 620 DAY 12.00/31 240.00 03-01..03-31", "recurring 31 DAY 10.00/31 10.00 03-01..03-31"],
        ),
        (
            "a 21st seat for 10 days, 30 % off: 240 × 0.7; 10 × 10/31 × 0.7 = 2.258",
            "",
            &alloc::format!("{line}\ndiscount = \"30\""),
            &[("a", 20, 1, 31), ("b", 1, 22, 31)],
            "",
            "2026-03",
            &["recurring 620 DAY 12.00/31 168.00 03-01..03-31", "recurring 10 DAY 10.00/31 2.26 03-01..03-31"],
        ),
        (
            "new tiers from the 16th of April",
            "",
            line,
            &[("a", 30, 1, 30)],
            amended!("2026-04-16", "tiers = [ { unit_price = \"9.00\" } ]"),
            "2026-04",
            &[
                "recurring 300 DAY 12.00/30 120.00 04-01..04-15",
                "recurring 150 DAY 10.00/30 50.00 04-01..04-15",
                "recurring 450 DAY 9.00/30 135.00 04-16..04-30",
            ],
        ),
        (
            "a last tier with an end goes on",
            "",
            "mode = \"graduated\"\ntiers = [ { up_to = 2, unit_price = \"3\" }, { up_to = 4, unit_price = \"2\" } ]",
            &[("a", 6, 1, 30)],
            "",
            "2026-04",
            &["recurring 60 DAY 3.00/30 6.00 04-01..04-30", "recurring 120 DAY 2.00/30 8.00 04-01..04-30"],
        ),
    ]);
}

#[test]
fn volume_prices_all_seats_by_the_tier_reached() {
    let line = &alloc::format!("mode = \"volume\"\n{TIERS}");
    check(&[
        ("20 seats", "", line, &[("a", 20, 1, 31)], "", "2026-03", &["recurring 620 DAY 12.00/31 240.00 03-01..03-31"]),
        ("21 seats", "", line, &[("a", 21, 1, 31)], "", "2026-03", &["recurring 651 DAY 10.00/31 210.00 03-01..03-31"]),
        (
            "21 from the 12th: 11 days of 20 at 12.00, 20 days of 21 at 10.00",
            "",
            line,
            &[("a", 20, 1, 31), ("b", 1, 12, 31)],
            "",
            "2026-03",
            &["recurring 220 DAY 12.00/31 85.16 03-01..03-31", "recurring 420 DAY 10.00/31 135.48 03-01..03-31"],
        ),
        (
            "two tiers of one price are one price reached",
            "",
            "mode = \"volume\"\ntiers = [ { up_to = 1, unit_price = \"0.30\" }, { unit_price = \"0.3\" } ]",
            &[("a", 1, 1, 30), ("b", 1, 1, 1)],
            "",
            "2026-04",
            &["recurring 31 DAY 0.30/30 0.31 04-01..04-30"],
        ),
    ]);
}

#[test]
fn commitment_bills_what_lacks_in_the_month() {
    let line = "mode = \"prorata\"\nunit_price = \"12.00\"\ncommitment = 20";
    check(&[
        (
            "18 of 20: 2 × 31 days",
            "",
            line,
            &[("a", 18, 1, 31)],
            "",
            "2026-03",
            &["recurring 558 DAY 12.00/31 216.00 03-01..03-31", "commitment 62 DAY 12.00/31 24.00 03-01..03-31"],
        ),
        (
            "days above make up for days below",
            "",
            line,
            &[("a", 18, 1, 31), ("b", 4, 1, 16)],
            "",
            "2026-03",
            &["recurring 622 DAY 12.00/31 240.77 03-01..03-31"],
        ),
        ("nobody", "", line, &[], "", "2026-03", &["commitment 620 DAY 12.00/31 240.00 03-01..03-31"]),
        (
            "the price of the last day, a commitment of 10 from the 16th of April: 20·15 + 10·15 − 300",
            "",
            line,
            &[("a", 10, 1, 30)],
            amended!("2026-04-16", "unit_price = \"15.00\"\ncommitment = 10"),
            "2026-04",
            &[
                "recurring 150 DAY 12.00/30 60.00 04-01..04-15",
                "recurring 150 DAY 15.00/30 75.00 04-16..04-30",
                "commitment 150 DAY 15.00/30 75.00 04-01..04-30",
            ],
        ),
    ]);
}

#[test]
fn minimum_trues_up_after_discount() {
    let line = "mode = \"prorata\"\nunit_price = \"31.00\"\nminimum_amount = \"100.00\"";
    check(&[
        (
            "62.00 of 100.00",
            "",
            line,
            &[("a", 2, 1, 31)],
            "",
            "2026-03",
            &["recurring 62 DAY 31.00/31 62.00 03-01..03-31", "minimum 1 C62 38.00/1 38.00 03-01..03-31"],
        ),
        ("enough", "", line, &[("a", 4, 1, 31)], "", "2026-03", &["recurring 124 DAY 31.00/31 124.00 03-01..03-31"]),
        (
            "half price off, and a discount does not lower the minimum",
            "",
            &alloc::format!("{line}\ndiscount = \"50\""),
            &[("a", 2, 1, 31)],
            "",
            "2026-03",
            &["recurring 62 DAY 31.00/31 31.00 03-01..03-31", "minimum 1 C62 69.00/1 69.00 03-01..03-31"],
        ),
        (
            "200.00 from the 17th: (16·100 + 15·200)/31 = 148.387",
            "",
            line,
            &[],
            amended!("2026-03-17", "minimum_amount = \"200.00\""),
            "2026-03",
            &["minimum 1 C62 148.39/1 148.39 03-01..03-31"],
        ),
    ]);
}
