//! The sample asset with everything that explains it.

use cadastre_domain::calendar::{Days, Month};
use jiff::civil::{Date, date};
use serde_json::json;

use super::perimeter::id;
use super::{HOSTILE, at};
use crate::views::asset::{AssetDetail, DecisionRow, SightingRow, StayRow};
use crate::views::asset_story::{AssetStory, CalendarMonth, Safeguard};
use crate::views::reconciliation::{AssetRow, Reconciliation};

pub(super) fn detail(row: AssetRow, day: &Reconciliation) -> AssetDetail {
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

pub(super) fn story(last: Date) -> AssetStory {
    let month = |n: i32| {
        let month = Month::of(last).plus(n - 11);
        let told = Days::between(month, date(2026, 2, 1), Some(last));
        let silent = Days::between(month, date(2026, 8, 3), Some(date(2026, 8, 19)));
        CalendarMonth { month, told, seen: told.without(silent), covered: told, billed: told, silent: silent.and(told) }
    };
    let guard = |kind, product: &str, state, at_text: Option<&str>| Safeguard {
        kind,
        product: product.into(),
        state,
        at: at_text.map(at),
    };
    AssetStory {
        calendar: (0..12).map(month).collect(),
        safeguards: vec![
            guard("antivirus", "Sophos Endpoint", "protected", Some("2026-11-23T06:00:00Z")),
            guard("backup", HOSTILE, "not_protected", Some("2026-11-20T02:00:00Z")),
            guard("encryption", "BitLocker", "unknown", None),
        ],
        reported: Some(at("2026-11-24T08:00:00Z")),
        support_end: Some(date(2026, 10, 14)),
        parts: vec![
            ("manufacturer", "LENOVO".into()),
            ("product", "20W0S01234".into()),
            ("processor", "11th Gen Intel(R) Core(TM) i5-1135G7 @ 2.40GHz".into()),
            ("disk", "SAMSUNG MZVLB512 · nvme".into()),
        ],
        papers: vec![("label", "laptop-005".into()), ("owner", HOSTILE.into()), ("lease_end", "2028-02-01".into())],
    }
}
