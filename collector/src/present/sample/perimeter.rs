//! The sample perimeter: lines, assets and findings.

use jiff::Timestamp;
use jiff::civil::{Date, date};

use super::{HOSTILE, hours_ago};
use crate::views::reconciliation::{AssetRow, FindingRow, LineRow, Reconciliation, SourceRow, UnmappedRow};

pub(super) fn reconciliation(client: &str, as_of: Date, known_at: Timestamp) -> Reconciliation {
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

pub(super) fn id(n: u32) -> String {
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
