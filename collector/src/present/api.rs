//! `/api/v1`: the documents of [`crate::views`] as JSON, lists page by page, refusals as `cadastre/error/1`.
//!
//! Lists take `limit` and `cursor`; an answer that is not the last page carries `next`, the cursor of the next one.
//! **Invariant**: the documents are those of the command line, byte for byte but for `next`.

use axum::Json;
use axum::Router;
use axum::extract::{Path, RawQuery, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cadastre_domain::calendar::Month;
use cadastre_domain::refusal::Refusal;
use serde::Serialize;

use super::query::{Asked, Asker, client_code, month};
use super::text::Language;
use super::text::refusal::document;
use super::{Shared, fixed, status};
use crate::views::bill::Bill;
use crate::views::reconciliation::{Findings, Reconciliation};

/// Every address of the API, as the OpenAPI document names them.
pub(crate) mod path {
    pub(crate) const CLIENTS: &str = "/api/v1/clients";
    pub(crate) const RECONCILIATION: &str = "/api/v1/clients/{client}/reconciliation";
    pub(crate) const BILL: &str = "/api/v1/clients/{client}/bill/{month}";
    pub(crate) const SLOT_DAYS: &str = "/api/v1/clients/{client}/slot-days/{month}";
    pub(crate) const CLIENT_ASSETS: &str = "/api/v1/clients/{client}/assets";
    pub(crate) const FINDINGS: &str = "/api/v1/clients/{client}/findings";
    pub(crate) const CONTRACTS: &str = "/api/v1/clients/{client}/contracts";
    pub(crate) const ASSET: &str = "/api/v1/assets/{asset}";
    pub(crate) const SCHEMA: &str = "/api/v1/schemas/{name}";
    pub(crate) const OPENAPI: &str = "/api/v1/openapi.json";

    /// All of them.
    #[cfg(test)]
    pub(crate) const ALL: [&str; 10] =
        [CLIENTS, RECONCILIATION, BILL, SLOT_DAYS, CLIENT_ASSETS, FINDINGS, CONTRACTS, ASSET, SCHEMA, OPENAPI];
}

/// The routes of the API.
pub(crate) fn routes() -> Router<Shared> {
    Router::new()
        .route(path::CLIENTS, get(clients))
        .route(path::RECONCILIATION, get(reconciliation))
        .route(path::BILL, get(bill))
        .route(path::SLOT_DAYS, get(slot_days))
        .route(path::CLIENT_ASSETS, get(assets))
        .route(path::FINDINGS, get(findings))
        .route(path::CONTRACTS, get(contracts))
        .route(path::ASSET, get(asset))
        .route(path::SCHEMA, get(fixed::schema))
        .route(path::OPENAPI, get(fixed::openapi))
}

/// A refusal as JSON.
pub(crate) fn refused(refusal: &Refusal, language: Language) -> Response {
    (status::of(refusal.code), NO_CACHE, Json(document(refusal, language))).into_response()
}

const NO_CACHE: [(axum::http::HeaderName, &str); 1] = [(CACHE_CONTROL, "private, no-cache")];

fn answer<T: Serialize>(read: Result<T, Refusal>, asker: &Asker) -> Response {
    match read {
        Ok(document) => (NO_CACHE, Json(document)).into_response(),
        Err(refusal) => refused(&refusal, asker.language),
    }
}

/// A page of a list: its document, and where the next page begins.
#[derive(Serialize)]
struct Paged<T> {
    #[serde(flatten)]
    document: T,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

const LISTED: [&str; 2] = ["cursor", "limit"];
const DATED: [&str; 2] = ["as_of", "known_at"];
const DATED_LIST: [&str; 4] = ["as_of", "known_at", "cursor", "limit"];

async fn clients(State(shared): State<Shared>, RawQuery(query): RawQuery, asker: Asker) -> Response {
    let read = async {
        let asked = Asked::read(query.as_deref(), &LISTED)?;
        let mut document = shared.reads.clients().await?;
        let next = cut(&mut document.clients, &asked, |row| row.client.clone())?;
        Ok(Paged { document, next })
    };
    answer(read.await, &asker)
}

async fn reconciliation(
    State(shared): State<Shared>,
    Path(client): Path<String>,
    RawQuery(query): RawQuery,
    asker: Asker,
) -> Response {
    let read = async {
        let asked = Asked::read(query.as_deref(), &DATED)?;
        shared.reads.reconciliation(client_code(&client)?, asked.as_of, asked.known_at).await
    };
    answer(read.await, &asker)
}

/// One document; several (entities, currencies) are one a line, and `entity` and `currency` pick.
async fn bill(
    State(shared): State<Shared>,
    Path((client, period)): Path<(String, String)>,
    RawQuery(query): RawQuery,
    asker: Asker,
) -> Response {
    let read = async {
        let asked = Asked::read(query.as_deref(), &["as_of", "known_at", "entity", "currency"])?;
        picked(&shared, client_code(&client)?, month(&period)?, &asked).await
    };
    match read.await {
        Err(refusal) => refused(&refusal, asker.language),
        Ok(bills) => match bills.as_slice() {
            [bill] => answer(Ok(bill), &asker),
            several => lines(several, &asker),
        },
    }
}

/// The bills of a month that the address picks by `entity` and `currency`.
pub(crate) async fn picked(shared: &Shared, client: &str, month: Month, asked: &Asked) -> Result<Vec<Bill>, Refusal> {
    let mut bills = shared.reads.bills(client, month, asked.known_at, asked.as_of).await?;
    let wanted = |asked: &Option<String>, value: &str| asked.as_ref().is_none_or(|asked| asked == value);
    bills.retain(|bill| wanted(&asked.entity, &bill.entity) && wanted(&asked.currency, &bill.currency));
    if bills.is_empty() {
        return Err(Refusal::new("bill_unknown").with("client", client).with("month", month));
    }
    Ok(bills)
}

fn lines(bills: &[Bill], asker: &Asker) -> Response {
    let mut text = String::new();
    for bill in bills {
        match serde_json::to_string(bill) {
            Ok(line) => text.push_str(&line),
            Err(_) => return refused(&Refusal::new("internal"), asker.language),
        }
        text.push('\n');
    }
    (NO_CACHE, [(CONTENT_TYPE, "application/x-ndjson")], text).into_response()
}

async fn slot_days(
    State(shared): State<Shared>,
    Path((client, period)): Path<(String, String)>,
    RawQuery(query): RawQuery,
    asker: Asker,
) -> Response {
    let read = async {
        let asked = Asked::read(query.as_deref(), &DATED)?;
        shared.reads.slot_days(client_code(&client)?, month(&period)?, asked.known_at, asked.as_of).await
    };
    answer(read.await, &asker)
}

async fn assets(
    State(shared): State<Shared>,
    Path(client): Path<String>,
    RawQuery(query): RawQuery,
    asker: Asker,
) -> Response {
    let read = async {
        let asked = Asked::read(query.as_deref(), &DATED_LIST)?;
        let mut document = shared.reads.assets(client_code(&client)?, asked.as_of, asked.known_at).await?;
        document.next = cut(&mut document.assets, &asked, |row| format!("{}\n{}", row.name, row.asset))?;
        Ok(document)
    };
    answer(read.await, &asker)
}

async fn findings(
    State(shared): State<Shared>,
    Path(client): Path<String>,
    RawQuery(query): RawQuery,
    asker: Asker,
) -> Response {
    let read = async {
        let asked = Asked::read(query.as_deref(), &DATED_LIST)?;
        let day = shared.reads.reconciliation(client_code(&client)?, asked.as_of, asked.known_at).await?;
        let Reconciliation { client, as_of, known_at, currency, mut findings, .. } = day;
        let next = cut(&mut findings, &asked, |row| row.id.clone())?;
        let document = Findings { schema: "cadastre/findings/1", client, as_of, known_at, currency, findings };
        Ok(Paged { document, next })
    };
    answer(read.await, &asker)
}

async fn contracts(
    State(shared): State<Shared>,
    Path(client): Path<String>,
    RawQuery(query): RawQuery,
    asker: Asker,
) -> Response {
    let read = async {
        let asked = Asked::read(query.as_deref(), &DATED_LIST)?;
        let mut document = shared.reads.contracts(client_code(&client)?, asked.as_of, asked.known_at).await?;
        let next = cut(&mut document.contracts, &asked, |row| row.contract.clone())?;
        Ok(Paged { document, next })
    };
    answer(read.await, &asker)
}

async fn asset(
    State(shared): State<Shared>,
    Path(asset): Path<String>,
    RawQuery(query): RawQuery,
    asker: Asker,
) -> Response {
    let read = async {
        let asked = Asked::read(query.as_deref(), &["as_of", "known_at", "client"])?;
        let client = asked.client.as_deref().map(client_code).transpose()?;
        shared.reads.asset(client, &asset, asked.as_of, asked.known_at).await
    };
    answer(read.await, &asker)
}

/// Cuts `rows` to the page that is asked and gives the cursor of the next one.
///
/// A cursor is the key of the last row of its page. The rows keep the document's order: a page begins after that row,
/// and a cursor whose row has gone since is refused rather than guessed at.
fn cut<T>(rows: &mut Vec<T>, asked: &Asked, key: impl Fn(&T) -> String) -> Result<Option<String>, Refusal> {
    if let Some(cursor) = &asked.cursor {
        let invalid = || Refusal::new("cursor_invalid").with("value", cursor);
        let bytes = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| invalid())?;
        let last = rows.iter().position(|row| key(row).as_bytes() == bytes).ok_or_else(invalid)?;
        rows.drain(..=last);
    }
    let limit = asked.limit.unwrap_or(LIMIT);
    let more = rows.len() > limit;
    rows.truncate(limit);
    Ok(rows.last().filter(|_| more).map(|row| URL_SAFE_NO_PAD.encode(key(row))))
}

/// Rows of a page where none is asked.
const LIMIT: usize = 1000;
