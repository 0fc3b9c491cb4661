//! A portfolio for the tests of the pages: a client with everything, one with nothing, one whose name is markup, one
//! without a contract.

use std::sync::Arc;

use cadastre_domain::refusal::Refusal;
use cadastre_domain::source::Unmapped;
use serde_json::json;

use crate::register::Summary;
use crate::views::portfolio::Portfolio;

pub(super) fn portfolio(hostile: &str) -> Result<Arc<Portfolio>, Refusal> {
    let nothing = json!({
        "engine": Summary::engine(), "client": "empty", "name": "empty", "siren": null, "example": false, "since": "2026-11-24T09:00:00Z",
        "seq": 1, "known_at": "2026-11-24T09:12:00Z", "as_of": "2026-11-24", "time_zone": "Europe/Paris",
        "currency": "EUR", "at_stake": "0.00", "unbilled": "0.00", "unproven": "0.00", "trend": {}, "assets": 0,
        "contracted": 0, "seen": 0, "billable": 0, "uncovered": 0, "missing": 0, "unknown": 0, "unknown_causes": {},
        "silent_sites": [], "pending": 0, "unprotected": 0, "findings": 0, "oldest_gap": null, "notice": null,
        "closed": null, "signed": null, "closing": null,
    });
    let with = |more: serde_json::Value| {
        let mut summary = nothing.clone();
        if let (Some(summary), serde_json::Value::Object(more)) = (summary.as_object_mut(), more) {
            summary.extend(more);
        }
        serde_json::from_value::<Summary>(summary).map(Arc::new).map_err(|e| Refusal::new("internal").with("reason", e))
    };
    let summaries = [
        with(json!({
            "client": "atelier-martin", "name": "Atelier Martin SARL", "siren": "732829320", "assets": 34,
            "contracted": 33, "seen": 32, "billable": 33, "uncovered": 1, "missing": 1, "unknown": 2,
            "unknown_causes": {"site_silent": 2}, "silent_sites": ["Lyon"], "unprotected": 3, "findings": 5,
            "at_stake": "36.00", "unbilled": "24.00", "unproven": "12.00", "oldest_gap": "2026-10-22",
            "trend": {"2026-08": null, "2026-09": "12.00", "2026-10": "24.00"},
            "notice": {"contract": "C-2026-014", "until": "2026-12-12"}, "closed": "2026-09", "signed": "2026-09",
            "closing": {"month": "2026-10", "closed": false, "blocked_by": "close_open_task"},
        }))?,
        with(json!({}))?,
        with(json!({
            "client": "hostile", "name": hostile, "assets": 2906, "findings": 1, "contracted": 2900, "seen": 2906,
            "billable": 2900, "uncovered": 6, "at_stake": "1234.50", "unbilled": "1234.50",
            "oldest_gap": "2026-11-12", "closing": {"month": "2026-10", "closed": true, "blocked_by": null},
        }))?,
        with(
            json!({"client": "no-contract", "name": "Cabinet Sorel & Associés", "assets": 2, "seen": 2, "uncovered": 2}),
        )?,
    ];
    let unmapped = [Unmapped { source: "sophos".into(), group: "Dupont & Fils".into(), rows: 14, blocks: false }];
    Portfolio::of(&summaries, &unmapped).map(Arc::new)
}
