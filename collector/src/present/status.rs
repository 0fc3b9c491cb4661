//! Which HTTP status a refusal has. One mapping, for pages and API alike.

use axum::http::StatusCode;

/// The status of a refusal's code: what is not there 404, what is asked wrongly 400, what failed here 500.
pub(crate) fn of(code: &str) -> StatusCode {
    match code {
        "method_refused" => StatusCode::METHOD_NOT_ALLOWED,
        "host_refused" => StatusCode::MISDIRECTED_REQUEST,
        "origin_refused" => StatusCode::FORBIDDEN,
        "body_too_large" => StatusCode::PAYLOAD_TOO_LARGE,
        "form_changed" | "form_expired" | "form_stale" | "form_token_invalid" | "form_used" => StatusCode::CONFLICT,
        "internal" => StatusCode::INTERNAL_SERVER_ERROR,
        _ if NOT_FOUND.contains(&code) => StatusCode::NOT_FOUND,
        _ if FAILED.iter().any(|start| code.starts_with(start)) => StatusCode::INTERNAL_SERVER_ERROR,
        _ => StatusCode::BAD_REQUEST,
    }
}

/// What is not there.
const NOT_FOUND: [&str; 12] = [
    "asset_unknown",
    "bill_unknown",
    "client_unknown",
    "contract_unknown",
    "finding_unknown",
    "line_unknown",
    "page_unknown",
    "sample_unknown",
    "schema_unknown",
    "token_unknown",
    "undo_nothing",
    "upload_gone",
];

/// Refusals of the store and of arithmetic: nothing that the asker could ask better.
const FAILED: [&str; 3] = ["store_", "facts_", "amount_"];
