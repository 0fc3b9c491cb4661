//! Sample documents for the tests: a rich client, an empty one, one without contract, and one whose data is hostile.

use std::future::ready;
use std::sync::Arc;

use cadastre_domain::calendar::Month;
use cadastre_domain::refusal::Refusal;
use futures_util::FutureExt;
use jiff::Timestamp;
use jiff::civil::{Date, date};
use serde_json::json;

use super::reads::{Answer, Reads};
use super::sample_portfolio;
use super::socket::Office;
use crate::clock::{Clock, FixedClock, SystemRandom};
use crate::facts::{MemoryStore, Record};
use crate::register::Registers;
use crate::views::asset::{AssetDetail, DecisionRow, SightingRow, StayRow};
use crate::views::bill::{Bill, BillLine, Period, SlotDays, SlotDaysRow, VatRow};
use crate::views::clients::{ClientRow, Clients, ContractRow, Contracts, Today};
use crate::views::portfolio::Portfolio;
use crate::views::reconciliation::{
    AssetLine, AssetRow, Assets, FindingRow, LineRow, Reconciliation, SourceRow, UnmappedRow,
};

/// What a spiteful machine or console would call itself.
pub(crate) const HOSTILE: &str = "<script>alert(1)</script>\"'&{{name}}\u{202e}";

/// Today, for every sample client.
pub(crate) const TODAY: Date = date(2026, 11, 24);

/// Answers with the samples.
pub(crate) struct Samples;

/// Says that the store failed, and that there is no client.
pub(crate) struct Broken;

/// An office over an empty store in memory, on a clock that stands still in the morning of [`TODAY`].
pub(crate) fn office() -> Office {
    office_on(Arc::new(FixedClock(now())))
}

/// The same on another clock.
pub(crate) fn office_on(clock: Arc<dyn Clock>) -> Office {
    let record = Record::new(Arc::new(MemoryStore::new()), Arc::clone(&clock));
    Office { registers: Registers::new(record, clock), pin: [7; 32], random: Arc::new(SystemRandom) }
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// The instant of every sample document.
pub(crate) fn now() -> Timestamp {
    at("2026-11-24T10:12:00Z")
}

fn hours_ago(hours: i64) -> Option<Timestamp> {
    Timestamp::from_second(now().as_second() - hours * 3600).ok()
}

fn answer<'a, T: Send + 'a>(value: Result<T, Refusal>) -> Answer<'a, T> {
    ready(value).boxed()
}

fn known(client: &str) -> Result<&str, Refusal> {
    let known = ["atelier-martin", "empty", "hostile", "no-contract"].contains(&client);
    if known { Ok(client) } else { Err(Refusal::new("client_unknown").with("client", client)) }
}

fn day(as_of: Option<Date>) -> Result<Date, Refusal> {
    let day = as_of.unwrap_or(TODAY);
    if day > TODAY {
        return Err(Refusal::new("day_in_future").with("day", day).with("today", TODAY));
    }
    Ok(day)
}

impl Reads for Samples {
    fn clients(&self) -> Answer<'_, Clients> {
        let row = |client: &str, name: &str, assets, findings, at_stake: &str| ClientRow {
            client: client.into(),
            name: name.into(),
            siren: (client == "atelier-martin").then(|| "732829320".into()),
            example: client == "hostile",
            since: at("2026-01-12T09:00:00Z"),
            assets,
            findings,
            at_stake: at_stake.into(),
            currency: "EUR".into(),
        };
        let clients = vec![
            row("atelier-martin", "Atelier Martin SARL", 34, 5, "36.00"),
            row("empty", "empty", 0, 0, "0.00"),
            row("hostile", HOSTILE, 2906, 1, "1234.50"),
            row("no-contract", "Cabinet Sorel & Associés", 2, 0, "0.00"),
        ];
        answer(Ok(Clients { schema: "cadastre/clients/1", clients }))
    }

    fn portfolio(&self) -> Answer<'_, Arc<Portfolio>> {
        answer(sample_portfolio::portfolio(HOSTILE))
    }

    fn today<'a>(&'a self, client: &'a str) -> Answer<'a, Today> {
        let name = match client {
            "atelier-martin" => "Atelier Martin SARL",
            "hostile" => HOSTILE,
            "no-contract" => "Cabinet Sorel & Associés",
            other => other,
        };
        answer(known(client).map(|client| Today {
            client: client.into(),
            name: name.into(),
            example: client == "hostile",
            day: TODAY,
            time_zone: "Europe/Paris".into(),
        }))
    }

    fn reconciliation<'a>(
        &'a self,
        client: &'a str,
        as_of: Option<Date>,
        known_at: Option<Timestamp>,
    ) -> Answer<'a, Reconciliation> {
        answer(known(client).and_then(|client| Ok(reconciliation(client, day(as_of)?, known_at.unwrap_or(now())))))
    }

    fn bills<'a>(
        &'a self,
        client: &'a str,
        month: Month,
        _known_at: Option<Timestamp>,
        _as_of: Option<Date>,
    ) -> Answer<'a, Vec<Bill>> {
        answer(match client {
            "hostile" => Err(Refusal::new("amount_overflow")),
            client => known(client).map(|client| bills(client, month)),
        })
    }

    fn slot_days<'a>(
        &'a self,
        client: &'a str,
        month: Month,
        _known_at: Option<Timestamp>,
        _as_of: Option<Date>,
    ) -> Answer<'a, SlotDays> {
        answer(known(client).map(|client| SlotDays {
            schema: "cadastre/slot_days/1",
            client: client.into(),
            period: Period { start: month.first(), end: month.last() },
            slots: if client == "atelier-martin" { slots(month) } else { Vec::new() },
        }))
    }

    fn assets<'a>(&'a self, client: &'a str, as_of: Option<Date>, known_at: Option<Timestamp>) -> Answer<'a, Assets> {
        let read = known(client).and_then(|client| Ok(reconciliation(client, day(as_of)?, known_at.unwrap_or(now()))));
        answer(read.map(|day| Assets {
            schema: "cadastre/assets/1",
            assets: day.assets.into_iter().map(|row| line(row, client)).collect(),
            next: None,
        }))
    }

    fn asset<'a>(
        &'a self,
        client: Option<&'a str>,
        asset: &'a str,
        as_of: Option<Date>,
        known_at: Option<Timestamp>,
    ) -> Answer<'a, AssetDetail> {
        let read = || {
            let client = known(client.unwrap_or("atelier-martin"))?;
            let day = reconciliation(client, day(as_of)?, known_at.unwrap_or(now()));
            let row = day.assets.iter().find(|row| row.asset == asset).cloned();
            let row = row.ok_or_else(|| Refusal::new("asset_unknown").with("asset", asset))?;
            Ok(detail(row, &day))
        };
        answer(read())
    }

    fn contracts<'a>(
        &'a self,
        client: &'a str,
        _as_of: Option<Date>,
        _known_at: Option<Timestamp>,
    ) -> Answer<'a, Contracts> {
        let contract = ContractRow {
            contract: "C-2026-014".into(),
            first_day: date(2026, 2, 1),
            end: Some(date(2027, 2, 1)),
            deadline: Some(date(2026, 11, 1)),
            notice_until: Some(date(2026, 10, 31)),
            warn_from: None,
            warn_until: None,
            lines: vec!["laptops".into(), "desktops".into(), "servers".into(), "spare".into()],
            amendment: Some(1),
        };
        answer(known(client).map(|client| Contracts {
            schema: "cadastre/contracts/1",
            client: client.into(),
            contracts: if client == "atelier-martin" { vec![contract] } else { Vec::new() },
        }))
    }
}

fn line(row: AssetRow, client: &str) -> AssetLine {
    AssetLine {
        asset: row.asset,
        name: row.name,
        category: row.category,
        status: row.status,
        last_seen: row.last_seen,
        client: client.into(),
    }
}

fn reconciliation(client: &str, as_of: Date, known_at: Timestamp) -> Reconciliation {
    let (lines, assets, findings) = match client {
        "atelier-martin" => (lines(), assets(), findings()),
        "hostile" => hostile(),
        "no-contract" => (Vec::new(), assets().into_iter().skip(25).take(2).map(outside).collect(), Vec::new()),
        _ => (Vec::new(), Vec::new(), Vec::new()),
    };
    let unmapped = (client == "hostile")
        .then(|| UnmappedRow { source: "sophos".into(), group: HOSTILE.into(), rows: 14 })
        .into_iter()
        .collect();
    let schema = "cadastre/reconciliation/1";
    let client = client.into();
    Reconciliation { schema, client, as_of, known_at, currency: "EUR".into(), lines, assets, findings, unmapped }
}

fn lines() -> Vec<LineRow> {
    let row = |line: &str, category: &str, contracted, observed, covered, billable, price: Option<&str>| LineRow {
        contract: "C-2026-014".into(),
        line: line.into(),
        category: category.into(),
        contracted,
        observed,
        covered,
        billable,
        gap: i64::from(observed) - i64::from(contracted),
        unit_price: price.map(Into::into),
    };
    vec![
        row("laptops", "laptop", 25, 26, 24, 25, Some("12.00")),
        row("desktops", "desktop", 6, 5, 5, 6, Some("9.50")),
        row("servers", "server", 2, 2, 2, 2, Some("89.00")),
        row("tablets", "tablet", 0, 0, 0, 0, None),
    ]
}

fn id(n: u32) -> String {
    format!("{:032x}", 0x5eed_0000_u64 * 7919 + u64::from(n))
}

fn source(name: &str, hours: Option<i64>, present: bool) -> SourceRow {
    SourceRow { source: name.into(), last_seen: hours.and_then(hours_ago), present }
}

fn row(n: u32, name: &str, category: &str, line: &str, slot: u32) -> AssetRow {
    AssetRow {
        asset: id(n),
        name: name.into(),
        category: category.into(),
        status: "covered".into(),
        state: "active".into(),
        contract: Some("C-2026-014".into()),
        line: Some(line.into()),
        slot: Some(format!("{line}-{slot:03}")),
        site: Some(if n.is_multiple_of(3) { "Lyon" } else { "Paris" }.into()),
        last_seen: hours_ago(i64::from(n % 5)),
        sources: vec![
            source("agent", Some(i64::from(n % 5)), true),
            source("sophos", Some(20 + i64::from(n % 7)), !n.is_multiple_of(11)),
            source("annex", None, true),
        ],
        requirements: Vec::new(),
        reasons: vec!["annex_entry".into(), "seen".into()],
    }
}

fn outside(row: AssetRow) -> AssetRow {
    AssetRow { status: "uncovered".into(), contract: None, line: None, slot: None, ..row }
}

fn assets() -> Vec<AssetRow> {
    let mut assets: Vec<AssetRow> =
        (1..=25).map(|n| row(n, &format!("pc-martin-{n:02}"), "laptop", "laptops", n)).collect();
    assets.push(AssetRow {
        last_seen: hours_ago(2),
        sources: vec![source("agent", Some(2), true), source("sophos", Some(21), false)],
        reasons: vec!["not_in_annex".into()],
        ..outside(row(26, "pc-accueil-3", "laptop", "laptops", 26))
    });
    for (n, status, hours, reason) in [(4, "missing", 55 * 24, "silent"), (9, "unknown", 49 * 24, "site_silent")] {
        if let Some(asset) = assets.get_mut(n) {
            asset.status = status.into();
            asset.last_seen = hours_ago(hours);
            asset.sources[0].last_seen = hours_ago(hours);
            asset.sources[0].present = false;
            asset.reasons = vec!["annex_entry".into(), reason.into()];
        }
    }
    if let Some(never) = assets.get_mut(17) {
        never.last_seen = None;
        never.sources = vec![source("annex", None, true)];
        never.reasons = vec!["annex_entry".into(), "never_seen".into()];
        never.name = "laptop-018".into();
    }
    assets.extend((1..=5).map(|n| row(30 + n, &format!("fixe-{n:02}"), "desktop", "desktops", n)));
    assets.extend((1..=2).map(|n| row(40 + n, &format!("srv-{n:02}"), "server", "servers", n)));
    if let Some(stocked) = assets.get_mut(27) {
        stocked.state = "stock".into();
    }
    assets
}

fn finding(n: u32, code: &str, asset: Option<(u32, &str)>, line: &str, amount: [&str; 2], action: &str) -> FindingRow {
    FindingRow {
        id: id(900 + n),
        code: code.into(),
        asset: asset.map(|(n, _)| id(n)),
        name: asset.map(|(_, name)| name.into()),
        contract: Some("C-2026-014".into()),
        line: Some(line.into()),
        since: date(2026, 11, 12),
        due: if n == 2 { date(2026, 11, 20) } else { date(2026, 11, 26) },
        evidence: vec!["fact:412".into(), format!("contact:{}:495012", id(n)), "fact:3".into(), "fact:9".into()],
        amount_month: amount[0].into(),
        amount_year: amount[1].into(),
        action: action.into(),
    }
}

fn findings() -> Vec<FindingRow> {
    vec![
        finding(1, "uncovered", Some((26, "pc-accueil-3")), "laptops", ["12.00", "144.00"], "add_to_contract"),
        finding(2, "missing", Some((5, "pc-martin-05")), "laptops", ["-12.00", "-144.00"], "retire"),
        finding(3, "never_seen", Some((18, "laptop-018")), "laptops", ["-12.00", "-144.00"], "locate"),
        site(finding(4, "unknown_site_silent", None, "laptops", ["0.00", "0.00"], "check_site")),
        finding(5, "code_of_tomorrow", None, "laptops", ["0.00", "0.00"], "action_of_tomorrow"),
    ]
}

fn site(found: FindingRow) -> FindingRow {
    FindingRow { name: Some("site:Lyon".into()), line: None, ..found }
}

fn hostile() -> (Vec<LineRow>, Vec<AssetRow>, Vec<FindingRow>) {
    let mut lines = lines();
    lines[0].line = HOSTILE.into();
    lines[0].category = HOSTILE.into();
    lines[0].contract = "x".repeat(300);
    let mut one = row(1, HOSTILE, HOSTILE, "laptops", 1);
    one.asset = "../../etc/passwd?#".into();
    one.slot = Some(HOSTILE.into());
    one.line = Some(HOSTILE.into());
    one.site = Some(HOSTILE.into());
    one.status = HOSTILE.into();
    one.state = HOSTILE.into();
    one.reasons = vec![HOSTILE.into(), format!("annex:{HOSTILE}")];
    one.sources[0].source = HOSTILE.into();
    let mut long = row(2, &"W".repeat(500), "laptop", "laptops", 2);
    long.reasons = vec!["reason_of_tomorrow".into()];
    let mut found = finding(1, HOSTILE, Some((1, HOSTILE)), HOSTILE, ["12.00", "144.00"], "include");
    found.evidence = vec![HOSTILE.into()];
    (lines, vec![one, long], vec![found])
}

fn slots(month: Month) -> Vec<SlotDaysRow> {
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
fn bills(client: &str, month: Month) -> Vec<Bill> {
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

fn detail(row: AssetRow, day: &Reconciliation) -> AssetDetail {
    let identifiers = json!([
        {"kind": "serial", "scope": "system", "raw": "PF2ABCDE", "normalised": "PF2ABCDE", "refused": null},
        {"kind": "uuid", "scope": null, "raw": "4C4C4544-0042-3510-8052-B4C04F4D3132",
         "normalised": "4c4c4544004235108052b4c04f4d3132", "refused": null},
        {"kind": "serial", "scope": "chassis", "raw": "To Be Filled By O.E.M.", "normalised": null, "refused": "placeholder"},
        {"kind": "mac", "scope": null, "raw": row.name, "normalised": 3},
    ]);
    let sighting = |source: &str, rule, identifiers: serde_json::Value| SightingRow {
        id: "0199".into(),
        source: source.into(),
        native_id: Some("C-2026-014 laptop-005".into()),
        recorded: at("2026-02-03T08:30:00Z"),
        rule,
        identifiers,
    };
    AssetDetail {
        schema: "cadastre/asset/1",
        client: day.client.clone(),
        as_of: day.as_of,
        known_at: day.known_at,
        currency: day.currency.clone(),
        aliases: vec![id(77)],
        category_confidence: "high".into(),
        category_reasons: vec!["chassis".into()],
        sightings: vec![sighting("annex", 150, json!(null)), sighting("agent", 70, identifiers)],
        stays: vec![StayRow {
            contract: "C-2026-014".into(),
            line: "laptops".into(),
            slot: "laptop-005".into(),
            from: date(2026, 2, 1),
            to: None,
        }],
        decisions: vec![DecisionRow {
            verb: "include".into(),
            effective: date(2026, 2, 1),
            recorded: at("2026-02-02T08:30:00Z"),
            by: "local".into(),
            reason: row.name.clone(),
            evidence: "fact:12".into(),
        }],
        findings: day.findings.iter().filter(|found| found.asset.as_ref() == Some(&row.asset)).cloned().collect(),
        row,
    }
}

impl Reads for Broken {
    fn clients(&self) -> Answer<'_, Clients> {
        answer(Ok(Clients { schema: "cadastre/clients/1", clients: Vec::new() }))
    }

    fn portfolio(&self) -> Answer<'_, Arc<Portfolio>> {
        answer(Err(Refusal::new("internal")))
    }

    fn today<'a>(&'a self, _: &'a str) -> Answer<'a, Today> {
        answer(Err(Refusal::new("internal")))
    }

    fn reconciliation<'a>(&'a self, _: &'a str, _: Option<Date>, _: Option<Timestamp>) -> Answer<'a, Reconciliation> {
        answer(Err(Refusal::new("internal")))
    }

    fn bills<'a>(&'a self, _: &'a str, _: Month, _: Option<Timestamp>, _: Option<Date>) -> Answer<'a, Vec<Bill>> {
        answer(Ok(Vec::new()))
    }

    fn slot_days<'a>(&'a self, _: &'a str, _: Month, _: Option<Timestamp>, _: Option<Date>) -> Answer<'a, SlotDays> {
        answer(Err(Refusal::new("internal")))
    }

    fn assets<'a>(&'a self, _: &'a str, _: Option<Date>, _: Option<Timestamp>) -> Answer<'a, Assets> {
        answer(Err(Refusal::new("internal")))
    }

    fn asset<'a>(
        &'a self,
        _: Option<&'a str>,
        _: &'a str,
        _: Option<Date>,
        _: Option<Timestamp>,
    ) -> Answer<'a, AssetDetail> {
        answer(Err(Refusal::new("internal")))
    }

    fn contracts<'a>(&'a self, _: &'a str, _: Option<Date>, _: Option<Timestamp>) -> Answer<'a, Contracts> {
        answer(Err(Refusal::new("internal")))
    }
}
