//! Files that are the same for everyone: the stylesheet, the icon, the JSON Schemas and the OpenAPI document.
//!
//! They are compiled in. The stylesheet's address carries its digest, so a new one is fetched at once and an old one
//! kept for ever.

use std::sync::LazyLock;

use axum::Router;
use axum::extract::Path;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use cadastre_domain::refusal::Refusal;
use sha2::{Digest, Sha256};

use super::Shared;
use super::query::Asker;

/// Address of the stylesheet.
pub(crate) static STYLE: LazyLock<String> = LazyLock::new(|| {
    let digest = Sha256::digest(STYLESHEET.as_bytes());
    let short: String = digest.iter().take(6).map(|byte| format!("{byte:02x}")).collect();
    format!("{STYLE_PATH}?{short}")
});

/// The routes of the files.
pub(crate) fn routes() -> Router<Shared> {
    Router::new()
        .route(STYLE_PATH, get(|| async { file("text/css; charset=utf-8", FOR_EVER, STYLESHEET) }))
        .route("/assets/icon.svg", get(|| async { file("image/svg+xml", A_DAY, ICON) }))
}

/// The OpenAPI document.
pub(crate) async fn openapi() -> Response {
    file("application/json", AFRESH, OPENAPI)
}

/// The JSON Schema of a document.
pub(crate) async fn schema(asker: Asker, Path(name): Path<String>) -> Response {
    match SCHEMAS.iter().find(|(known, _)| *known == name) {
        Some((_, schema)) => file("application/schema+json", AFRESH, schema),
        None => asker.refuse(&Refusal::new("schema_unknown").with("name", name)),
    }
}

fn file(kind: &'static str, kept: &'static str, text: &'static str) -> Response {
    ([(CONTENT_TYPE, kind), (CACHE_CONTROL, kept)], text).into_response()
}

const STYLE_PATH: &str = "/assets/cadastre.css";
const FOR_EVER: &str = "public, max-age=31536000, immutable";
const A_DAY: &str = "public, max-age=86400";
const AFRESH: &str = "no-cache";

const STYLESHEET: &str = concat!(
    include_str!("../../assets/cadastre.css"),
    include_str!("../../assets/forms.css"),
    include_str!("../../assets/office.css")
);
const ICON: &str = include_str!("../../assets/icon.svg");
pub(crate) const OPENAPI: &str = include_str!("../../assets/openapi.json");

/// Every schema by its document's name.
#[rustfmt::skip]
pub(crate) const SCHEMAS: &[(&str, &str)] = &[
    ("agenda", include_str!("../../assets/schemas/agenda.json")),
    ("asset", include_str!("../../assets/schemas/asset.json")),
    ("assets", include_str!("../../assets/schemas/assets.json")),
    ("audit", include_str!("../../assets/schemas/audit.json")),
    ("bill", include_str!("../../assets/schemas/bill.json")),
    ("clients", include_str!("../../assets/schemas/clients.json")),
    ("contracts", include_str!("../../assets/schemas/contracts.json")),
    ("decision", include_str!("../../assets/schemas/decision.json")),
    ("draft", include_str!("../../assets/schemas/draft.json")),
    ("endpoints", include_str!("../../assets/schemas/endpoints.json")),
    ("error", include_str!("../../assets/schemas/error.json")),
    ("explanation", include_str!("../../assets/schemas/explanation.json")),
    ("findings", include_str!("../../assets/schemas/findings.json")),
    ("inventory", include_str!("../../assets/schemas/inventory.json")),
    ("list", include_str!("../../assets/schemas/list.json")),
    ("profiles", include_str!("../../assets/schemas/profiles.json")),
    ("reconciliation", include_str!("../../assets/schemas/reconciliation.json")),
    ("signatures", include_str!("../../assets/schemas/signatures.json")),
    ("slot_days", include_str!("../../assets/schemas/slot_days.json")),
    ("sources", include_str!("../../assets/schemas/sources.json")),
    ("statement", include_str!("../../assets/schemas/statement.json")),
    ("token", include_str!("../../assets/schemas/token.json")),
    ("verification", include_str!("../../assets/schemas/verification.json")),
];
