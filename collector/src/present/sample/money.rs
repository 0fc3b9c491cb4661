//! The sample month: its bill and the days it counts.

use cadastre_domain::calendar::Month;
use jiff::civil::date;

use super::perimeter::id;
use crate::views::bill::{Bill, BillLine, Period, SlotDaysRow, VatRow};

pub(super) fn slots(month: Month) -> Vec<SlotDaysRow> {
    let run = |from: i8, to: i8| Period {
        start: month.first().with().day(from).build().unwrap_or(month.first()),
        end: month.first().with().day(to).build().unwrap_or(month.last()),
    };
    let last = month.last().day();
    let row = |line: &str, slot: u32, assets: &[u32], run: Period| SlotDaysRow {
        contract: "C-2026-014".into(),
        line: line.into(),
        slot: format!("{line}-{slot:03}"),
        assets: assets.iter().map(|n| id(*n)).collect(),
        days: u32::from(run.end.day().unsigned_abs()) + 1 - u32::from(run.start.day().unsigned_abs()),
        runs: vec![run],
    };
    let mut slots: Vec<SlotDaysRow> = (1..=25).map(|n| row("laptops", n, &[n], run(1, last))).collect();
    slots.push(row("laptops", 26, &[26], run(12, last)));
    slots.push(row("laptops", 27, &[], run(1, 9)));
    slots.extend((1..=5).map(|n| row("desktops", n, &[30 + n], run(1, last))));
    slots.extend((1..=2).map(|n| row("servers", n, &[40 + n], run(1, last))));
    slots
}

/// A month of 31 days gives the vector of the contract's rules: 804 slot-days, 311.23.
pub(super) fn bills(client: &str, month: Month) -> Vec<Bill> {
    let days = month.days();
    let line = |line: &str, label: &str, quantity: u32, price: &str, amount: &str| BillLine {
        kind: "recurring".into(),
        contract: "C-2026-014".into(),
        line: Some(line.into()),
        label: label.into(),
        from: month.first(),
        to: month.last(),
        quantity: i64::from(quantity),
        unit: "DAY".into(),
        unit_price: price.into(),
        price_base: days,
        discount: None,
        amount: amount.into(),
        vat_rate: "20.00".into(),
        account: None,
        article: None,
        analytic: None,
        evidence: "3f9ac2d07be1".into(),
    };
    let mut setup = line("laptops", "Mise en service", 1, "150.00", "150.00");
    setup.kind = "one_off".into();
    setup.unit = "C62".into();
    setup.price_base = 1;
    setup.line = None;
    let rich = client == "atelier-martin";
    let counted = 25 * days + (days - 11) + 9;
    let lines = vec![
        line("laptops", "Maintenance des portables", counted, "12.00", "311.23"),
        line("desktops", "Maintenance des postes fixes", 6 * days, "9.50", "57.00"),
        line("servers", "servers", 2 * days, "89.00", "178.00"),
        setup,
    ];
    vec![Bill {
        schema: "cadastre/bill/1",
        client: client.into(),
        client_siren: rich.then(|| "732829320".into()),
        entity: client.into(),
        period: Period { start: month.first(), end: month.last() },
        status: if month.first() < date(2026, 11, 1) { "closed" } else { "draft" },
        reference: "C-2026-014".into(),
        run_id: "9d0c1f5be27a4e31".into(),
        currency: "EUR".into(),
        lines: if rich { lines } else { Vec::new() },
        total_net: if rich { "696.23" } else { "0.00" }.into(),
        vat: rich
            .then(|| VatRow { rate: "20.00".into(), category: None, base: "696.23".into(), amount: "139.25".into() })
            .into_iter()
            .collect(),
        total_gross: if rich { "835.48" } else { "0.00" }.into(),
        remarks: if rich { vec!["month_unfinished".into()] } else { Vec::new() },
        date: month.last(),
        due: month.plus(1).last(),
    }]
}
