//! The sample asset with everything that explains it.

use jiff::civil::date;
use serde_json::json;

use super::at;
use super::perimeter::id;
use crate::views::asset::{AssetDetail, DecisionRow, SightingRow, StayRow};
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
