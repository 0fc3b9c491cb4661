//! The JSON API: documents of their schemas, refusals, pages of lists, the OpenAPI document.

use std::sync::Arc;

use serde_json::Value;

use super::{FRENCH, Said, ask_of, asset_of, get};
use crate::present::sample::Samples;
use crate::present::{api, fixed};

#[tokio::test]
async fn the_api_gives_documents_of_its_schemas() {
    let asset = asset_of("atelier-martin", 4).await;
    for (uri, name) in [
        ("/api/v1/clients", "clients"),
        ("/api/v1/clients/atelier-martin/reconciliation", "reconciliation"),
        ("/api/v1/clients/empty/reconciliation?as_of=2026-10-31", "reconciliation"),
        ("/api/v1/clients/atelier-martin/bill/2026-03", "bill"),
        ("/api/v1/clients/empty/bill/2026-03", "bill"),
        ("/api/v1/clients/atelier-martin/slot-days/2026-03", "slot_days"),
        ("/api/v1/clients/atelier-martin/assets?limit=5", "assets"),
        ("/api/v1/clients/atelier-martin/findings", "findings"),
        ("/api/v1/clients/atelier-martin/contracts", "contracts"),
        (&format!("/api/v1/assets/{asset}?client=atelier-martin"), "asset"),
        (&format!("/api/v1/assets/{asset}"), "asset"),
    ] {
        let said = get(uri, &[]).await;
        assert_eq!(said.status, 200, "{uri}: {}", said.text);
        assert_eq!(said.header("content-type"), "application/json");
        validate(&said, name).await;
        assert!(said.text.starts_with(&format!("{{\"schema\":\"cadastre/{name}/1\"")), "{uri}: the first key");
    }
}

async fn validate(said: &Said, name: &str) {
    let schema = get(&format!("/api/v1/schemas/{name}"), &[]).await;
    assert_eq!(schema.header("content-type"), "application/schema+json");
    let schema = jsonschema::validator_for(&schema.json()).unwrap();
    let document = said.json();
    let errors: Vec<String> =
        schema.iter_errors(&document).map(|error| format!("{} at {}", error, error.instance_path())).collect();
    assert!(errors.is_empty(), "{name}: {errors:#?}");
}

#[tokio::test]
async fn the_api_refuses_with_a_document() {
    for (uri, status, code) in [
        ("/api/v1/clients/nobody/reconciliation", 404, "client_unknown"),
        ("/api/v1/clients/-/reconciliation", 404, "client_unknown"),
        ("/api/v1/clients/atelier-martin/reconciliation?as_of=2026-02-30", 400, "date_invalid"),
        ("/api/v1/clients/atelier-martin/reconciliation?as_of=2030-01-01", 400, "day_in_future"),
        ("/api/v1/clients/atelier-martin/bill/2026", 400, "month_invalid"),
        ("/api/v1/clients/atelier-martin/bill/2026-03?entity=nobody", 404, "bill_unknown"),
        ("/api/v1/clients/atelier-martin/assets?limit=0", 400, "limit_invalid"),
        ("/api/v1/clients/atelier-martin/assets?cursor=!!", 400, "cursor_invalid"),
        ("/api/v1/clients/atelier-martin/assets?colour=red", 400, "query_key_unknown"),
        ("/api/v1/assets/nothing?client=atelier-martin", 404, "asset_unknown"),
        ("/api/v1/schemas/nothing", 404, "schema_unknown"),
        ("/api/v1/nothing", 404, "page_unknown"),
        ("/api/v1/clients/hostile/bill/2026-03", 500, "amount_overflow"),
    ] {
        let said = get(uri, &FRENCH).await;
        assert_eq!(said.status.as_u16(), status, "{uri}: {}", said.text);
        assert_eq!(said.json()["code"], code, "{uri}");
        assert_ne!(said.json()["message"], code, "{uri}: a sentence");
        validate(&said, "error").await;
    }
    let said = ask_of(Arc::new(Samples), ("DELETE", "/api/v1/clients"), &[], "").await;
    assert_eq!((said.status.as_u16(), &said.json()["code"]), (405, &Value::from("method_refused")));
}

#[tokio::test]
async fn lists_are_read_page_by_page() {
    let mut names = Vec::new();
    let mut cursor = String::new();
    for _ in 0..20 {
        let said = get(&format!("/api/v1/clients/atelier-martin/assets?limit=7&cursor={cursor}"), &[]).await;
        let document = said.json();
        let rows = document["assets"].as_array().unwrap();
        assert!((1..=7).contains(&rows.len()));
        names.extend(rows.iter().map(|row| row["asset"].as_str().unwrap().to_owned()));
        match document["next"].as_str() {
            Some(next) => cursor = next.into(),
            None => break,
        }
    }
    let all = get("/api/v1/clients/atelier-martin/assets", &[]).await.json();
    let all: Vec<&str> = all["assets"].as_array().unwrap().iter().map(|row| row["asset"].as_str().unwrap()).collect();
    assert_eq!(names, all);
    for list in ["clients", "clients/atelier-martin/findings"] {
        let first = get(&format!("/api/v1/{list}?limit=1"), &[]).await.json();
        let next = first["next"].as_str().unwrap();
        assert_eq!(get(&format!("/api/v1/{list}?limit=1&cursor={next}"), &[]).await.status, 200);
    }
}

#[tokio::test]
async fn the_openapi_document_names_every_address() {
    let document = get("/api/v1/openapi.json", &[]).await.json();
    assert_eq!(document["info"]["version"], env!("CARGO_PKG_VERSION"));
    let mut named: Vec<&str> = document["paths"].as_object().unwrap().keys().map(String::as_str).collect();
    let mut served = api::path::ALL.to_vec();
    named.sort_unstable();
    served.sort_unstable();
    assert_eq!(named, served);
    for reference in document.to_string().split("\"$ref\":\"").skip(1).filter_map(|rest| rest.split('"').next()) {
        match reference.strip_prefix('#') {
            Some(pointer) => assert!(document.pointer(pointer).is_some(), "{reference}"),
            None => assert_eq!(get(reference, &[]).await.status, 200, "{reference}"),
        }
    }
    for (name, schema) in fixed::SCHEMAS {
        let schema: Value = serde_json::from_str(schema).unwrap();
        assert_eq!(schema["properties"]["schema"]["const"], format!("cadastre/{name}/1"));
        assert!(jsonschema::meta::is_valid(&schema), "{name}");
    }
}

#[test]
fn the_schemas_accept_the_shapes_of_the_interfaces() {
    for (name, document) in [
        (
            "token",
            serde_json::json!({"schema": "cadastre/token/1", "token": "t", "expires_at": "2026-11-25T10:00:00Z"}),
        ),
        (
            "endpoints",
            serde_json::json!({"schema": "cadastre/endpoints/1", "agents": "https://127.0.0.1:8443",
                "enrolment": "https://127.0.0.1:8444", "dashboard": "http://127.0.0.1:8080", "metrics": "http://127.0.0.1:9090"}),
        ),
        (
            "explanation",
            serde_json::json!({"schema": "cadastre/explanation/1", "report_id": "a", "decision": "new", "asset": "a",
                "rule": 150, "category": "laptop", "category_confidence": "high", "category_reasons": [],
                "identifiers": [{"kind": "serial", "scope": "system", "raw": "x", "normalised": null, "refused": "too_short"}],
                "vetoes": [], "candidates": [{"asset": "b", "rule": 80, "bits": 20}], "dissent": [], "engine": "1"}),
        ),
        (
            "inventory",
            serde_json::json!({"schema": "cadastre/inventory/1", "report_id": "a", "collected_at": "2026-10-05T08:00:00Z",
                "agent": {"version": "0.1.0", "os": "linux"},
                "sections": {"battery": {"outcome": "absent", "reason": null, "duration_ms": 1, "data": null}}}),
        ),
    ] {
        let schema = fixed::SCHEMAS.iter().find(|(known, _)| *known == name).unwrap().1;
        let schema = jsonschema::validator_for(&serde_json::from_str(schema).unwrap()).unwrap();
        assert!(schema.is_valid(&document), "{name}: {:?}", schema.validate(&document));
        assert!(!schema.is_valid(&serde_json::json!({"schema": "cadastre/other/1"})), "{name}");
    }
}
