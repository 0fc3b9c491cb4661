//! What holds for every contract and every month, on made-up ones.

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use proptest::prelude::*;

use super::tests::{bills, contract_of, contract_text};
use super::{Bill, Contract, Days, Indexes, Month, SlotDays, Usage};
use crate::contract;
use crate::money::Amount;

const MODES: [&str; 6] = [
    "mode = \"fixed\"",
    "mode = \"prorata\"\ncommitment = 3",
    "mode = \"snapshot\"\nsnapshot_day = 17",
    "mode = \"peak\"",
    "mode = \"threshold\"\nthreshold_days = 9",
    "mode = \"prorata\"\nminimum_amount = \"123.456789\"",
];

fn price() -> impl Strategy<Value = String> {
    (0u32..2_000, 0u32..1_000_000, 2usize..=6).prop_map(|(whole, part, decimals)| {
        let part = format!("{part:06}");
        format!("{whole}.{}", part.get(..decimals).unwrap())
    })
}

fn days_of(month: Month) -> impl Strategy<Value = SlotDays> {
    proptest::collection::vec(any::<u32>(), 0..12).prop_map(move |slots| {
        let whole = Days::between(month, month.first(), None);
        let slots = slots.into_iter().enumerate().map(|(n, days)| (format!("s{n:02}"), Days(days).and(whole)));
        SlotDays {
            month,
            uncounted: BTreeMap::new(),
            lines: BTreeMap::from([(("C-1".to_string(), "laptops".to_string()), slots.collect())]),
        }
    })
}

fn march() -> Month {
    "2026-03".parse().unwrap()
}

fn priced(contract: &Contract, days: &SlotDays) -> Bill {
    bills("acme", core::slice::from_ref(contract), core::slice::from_ref(days), &[], &Indexes::default(), march())
        .unwrap()
        .remove(0)
}

fn net_of(lines: &[super::BillLine]) -> Amount {
    Amount::total(lines.iter().map(|line| line.amount)).unwrap()
}

proptest! {
    #[test]
    fn the_lines_make_the_total_and_none_is_empty(
        mode in 0..MODES.len(), unit in price(), count in 0u32..50, discount in 0u32..=100, days in days_of(march())
    ) {
        let line = format!("{}\nunit_price = \"{unit}\"\ncount = {count}\ndiscount = \"{discount}\"", MODES[mode]);
        let bill = priced(&contract_of("", &line, ""), &days);
        prop_assert_eq!(net_of(&bill.lines), bill.total_net);
        prop_assert!(bill.lines.iter().all(|line| line.quantity > 0 && line.amount >= Amount::ZERO));
        let vat = Amount::total(bill.vat.iter().map(|row| row.amount)).unwrap();
        prop_assert_eq!(bill.total_net.plus(vat).unwrap(), bill.total_gross);
    }

    #[test]
    fn a_price_said_again_changes_nothing(mode in 0..MODES.len(), unit in price(), day in 2i8..=31, days in days_of(march())) {
        let line = format!("{}\nunit_price = \"{unit}\"\ncount = 7", MODES[mode]);
        let again = format!("[[amendments]]\nnumber = 1\neffective_on = 2026-03-{day:02}\n[amendments.lines.laptops]\nunit_price = \"{unit}\"\n");
        prop_assert_eq!(priced(&contract_of("", &line, ""), &days).lines, priced(&contract_of("", &line, &again), &days).lines);
    }

    #[test]
    fn cutting_a_month_moves_at_most_the_roundings(unit in price(), day in 2i8..=31, days in days_of(march())) {
        // A count that prorata does not bill by cuts the segment and no more: two roundings in place of one.
        let line = format!("mode = \"prorata\"\nunit_price = \"{unit}\"\ncount = 7");
        let cut = format!("[[amendments]]\nnumber = 1\neffective_on = 2026-03-{day:02}\n[amendments.lines.laptops]\ncount = 8\n");
        let (whole, parts) = (priced(&contract_of("", &line, ""), &days), priced(&contract_of("", &line, &cut), &days));
        let quantity = |bill: &Bill| bill.lines.iter().map(|line| line.quantity).sum::<i64>();
        prop_assert_eq!(quantity(&whole), quantity(&parts));
        prop_assert!(whole.total_net.minus(parts.total_net).unwrap().cents().abs() <= 1);
    }

    #[test]
    fn by_movement_the_slot_days_are_the_same(unit in price(), days in days_of(march())) {
        let line = format!("mode = \"prorata\"\nunit_price = \"{unit}\"");
        let (by_line, moved) =
            (priced(&contract_of("", &line, ""), &days), priced(&contract_of("presentation = \"movement\"", &line, ""), &days));
        let quantity = |bill: &Bill| bill.lines.iter().map(|line| line.quantity).sum::<i64>();
        prop_assert_eq!(quantity(&by_line), quantity(&moved));
        let cents = by_line.total_net.minus(moved.total_net).unwrap().cents().abs();
        prop_assert!(cents <= i64::try_from(moved.lines.len()).unwrap());
    }

    #[test]
    fn one_tier_is_prorata(unit in price(), days in days_of(march())) {
        let amounts = |bill: &Bill| -> Vec<(i64, Amount)> { bill.lines.iter().map(|line| (line.quantity, line.amount)).collect() };
        let prorata = priced(&contract_of("", &format!("mode = \"prorata\"\nunit_price = \"{unit}\""), ""), &days);
        for mode in ["graduated", "volume"] {
            let line = format!("mode = \"{mode}\"\ntiers = [ {{ unit_price = \"{unit}\" }} ]");
            prop_assert_eq!(amounts(&prorata), amounts(&priced(&contract_of("", &line, ""), &days)));
        }
    }

    #[test]
    fn tickets_sold_and_free_are_the_tickets_used(used in proptest::collection::vec((1i8..=31, 0u32..30), 0..20), included in 0u32..40) {
        let text = format!(
            "id = \"C-1\"\nclient = \"acme\"\neffective_on = 2026-01-01\n[billing]\nvat_rate = \"20\"\n\
             [[lines]]\nid = \"t\"\nformula = \"ticket\"\nunit_price = \"1.00\"\nincluded = {included}\n"
        );
        let rows: Vec<Usage> = used.iter().enumerate().map(|(n, (day, tickets))| Usage {
            key: format!("{n:03}"), contract: "C-1".into(), line: "t".into(),
            date: jiff::civil::date(2026, 3, *day), minutes: 0, tickets: *tickets,
        }).collect();
        let total: u32 = used.iter().map(|(_, tickets)| tickets).sum();
        let bills = bills("acme", &[contract_text(&text)], &[], &rows, &Indexes::default(), march()).unwrap();
        prop_assert_eq!(bills[0].total_net.cents(), i64::from(total.saturating_sub(included)) * 100);
    }

    #[test]
    fn reading_never_panics(edits in proptest::collection::vec((any::<prop::sample::Index>(), 0usize..12, ".{0,6}"), 1..8)) {
        let mut text = include_str!("../contract/sample.toml").to_string();
        for (at, gone, put) in edits {
            let places: Vec<usize> = text.char_indices().map(|(place, _)| place).collect();
            if places.is_empty() {
                break;
            }
            let from = places[at.index(places.len())];
            let to = text[from..].char_indices().nth(gone).map_or(text.len(), |(place, _)| from + place);
            text.replace_range(from..to, &put);
        }
        let read = contract::read(&text);
        let errors = contract::lint(&text).into_iter().filter(|remark| remark.severity == contract::Severity::Error).count();
        prop_assert_eq!(read.is_ok(), errors == 0);
        if let Ok(contract) = read {
            let _ = bills("acme", &[contract], &[], &[], &Indexes::default(), march());
        }
    }

    #[test]
    fn reading_any_text_never_panics(text in "[\\[\\]a-z_\"= .0-9\\-\n{},#]{0,200}") {
        prop_assert!(contract::read(&text).is_err());
    }
}
