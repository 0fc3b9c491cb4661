//! The admin socket: the API, and beside it what only the operator of this machine may ask and say.
//!
//! It speaks on a Unix socket that its owner alone can open; everything is JSON, but exports (JSON lines) and CSV.

mod money;
mod terms;

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, RawQuery, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use cadastre_domain::calendar::Month;
use cadastre_domain::refusal::Refusal;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::query::{Asked, Asker, client_code, month};
use super::{Settings, Shared, api, files};
use crate::admin;
use crate::clock::Random;
use crate::register::Registers;
use crate::views::signature::Signatures;
use crate::views::{self, Reader};

/// Largest body that the socket takes: a client's whole export.
const BODY_BYTES_MAX: usize = 1 << 30;

/// What the operator's verbs work with.
#[derive(Clone)]
pub struct Office {
    /// The registers, and the record under them.
    pub registers: Registers,
    /// SHA-256 of the authority's public key: tokens carry it.
    pub pin: [u8; 32],
    /// Where tokens get their chance from.
    pub random: Arc<dyn Random>,
}

/// The routes of the socket.
pub fn router(office: Office, reader: Reader, settings: Settings) -> Router {
    let shared = Shared::new(Arc::new(reader), office.clone(), settings);
    let verbs = Router::new()
        .route("/api/v1/admin/client-add", post(add_client))
        .route("/api/v1/admin/annex-import", post(import_annex))
        .route("/api/v1/admin/list-import", post(import_list))
        .route("/api/v1/admin/source-map", post(map_source))
        .route("/api/v1/admin/sources", get(sources))
        .route("/api/v1/admin/token-create", post(create_token))
        .route("/api/v1/admin/token-revoke", post(revoke_token))
        .route("/api/v1/admin/agent-revoke", post(revoke_agent))
        .route("/api/v1/admin/agent-retire", post(retire_agent))
        .route("/api/v1/admin/agents", get(agents))
        .route("/api/v1/admin/decide", post(decide))
        .route("/api/v1/admin/import", post(import))
        .route("/api/v1/admin/examples", get(examples))
        .route("/api/v1/admin/demo-remove", post(remove_examples))
        .route("/api/v1/admin/rebuild", post(rebuild))
        .route("/api/v1/admin/assets", get(all_assets))
        .route("/api/v1/admin/today/{client}", get(today))
        .route("/api/v1/admin/csv/{client}/{month}", get(csv))
        .route("/api/v1/admin/export/{client}", get(export))
        .merge(money::routes())
        .merge(terms::routes())
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .with_state(Desk { office, reader: shared.clone() });
    api::routes()
        .fallback(super::nothing_here)
        .method_not_allowed_fallback(super::not_that_way)
        .with_state(shared)
        .merge(verbs)
}

/// What a handler holds.
#[derive(Clone)]
struct Desk {
    office: Office,
    reader: Shared,
}

impl axum::extract::FromRef<Desk> for Shared {
    fn from_ref(desk: &Desk) -> Self {
        desk.reader.clone()
    }
}

fn answer<T: Serialize>(said: Result<T, Refusal>, asker: &Asker) -> Response {
    match said {
        Ok(document) => Json(document).into_response(),
        Err(refusal) => api::refused(&refusal, asker.language),
    }
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refusal> {
    serde_json::from_slice(body).map_err(|error| Refusal::new("request_invalid").with("reason", error))
}

async fn add_client(State(desk): State<Desk>, asker: Asker, body: Bytes) -> Response {
    let said = async {
        let args: admin::client::AddClient = read(&body)?;
        let client = args.client.clone();
        admin::client::add(desk.office.registers.record(), args).await?;
        Ok(json!({"schema": "cadastre/client/1", "client": client}))
    };
    answer(said.await, &asker)
}

async fn import_annex(State(desk): State<Desk>, asker: Asker, body: Bytes) -> Response {
    let said = async { admin::annex::import(&desk.office.registers, read(&body)?).await };
    answer(said.await, &asker)
}

async fn import_list(State(desk): State<Desk>, asker: Asker, body: Bytes) -> Response {
    let said = async { admin::list::import(&desk.office.registers, read(&body)?).await };
    answer(said.await, &asker)
}

async fn map_source(State(desk): State<Desk>, asker: Asker, body: Bytes) -> Response {
    let said = async { admin::source::map(&desk.office.registers, read(&body)?).await };
    answer(said.await, &asker)
}

async fn sources(State(desk): State<Desk>, RawQuery(query): RawQuery, asker: Asker) -> Response {
    let said = async {
        let asked = Asked::read(query.as_deref(), &["client"])?;
        admin::source::list(&desk.office.registers, asked.client.as_deref()).await
    };
    answer(said.await, &asker)
}

async fn create_token(State(desk): State<Desk>, asker: Asker, body: Bytes) -> Response {
    let said = async {
        let mut random = [0; 40];
        desk.office.random.fill(&mut random);
        let registers = &desk.office.registers;
        admin::token::create(registers.record(), desk.office.pin, &random, registers.now(), read(&body)?).await
    };
    answer(said.await, &asker)
}

async fn revoke_token(State(desk): State<Desk>, asker: Asker, body: Bytes) -> Response {
    let said = async { admin::token::revoke(desk.office.registers.record(), read(&body)?).await };
    answer(said.await.map(|()| json!({"schema": "cadastre/token-revoked/1"})), &asker)
}

async fn revoke_agent(State(desk): State<Desk>, asker: Asker, body: Bytes) -> Response {
    let said = async { admin::agent::revoke(desk.office.registers.record(), read(&body)?).await };
    answer(said.await.map(|()| json!({"schema": "cadastre/agent-revoked/1"})), &asker)
}

async fn retire_agent(State(desk): State<Desk>, asker: Asker, body: Bytes) -> Response {
    let said = async { admin::agent::retire(desk.office.registers.record(), read(&body)?).await };
    answer(said.await.map(|()| json!({"schema": "cadastre/agent-retiring/1"})), &asker)
}

async fn agents(State(desk): State<Desk>, RawQuery(query): RawQuery, asker: Asker) -> Response {
    let said = async {
        let asked = Asked::read(query.as_deref(), &["client"])?;
        let client = asked.client.ok_or_else(|| Refusal::new("key_missing").with("key", "client"))?;
        let registers = &desk.office.registers;
        views::agents::agents(registers.record(), &client, registers.now()).await.map_err(|error| error.refusal())
    };
    answer(said.await, &asker)
}

async fn decide(State(desk): State<Desk>, asker: Asker, body: Bytes) -> Response {
    let said = async { admin::decide::decide(&desk.office.registers, OPERATOR, read(&body)?).await };
    answer(said.await, &asker)
}

/// Who decides over the socket: whoever owns the collector's data.
const OPERATOR: &str = "operator";

async fn import(State(desk): State<Desk>, asker: Asker, body: Bytes) -> Response {
    let said = async {
        let text = std::str::from_utf8(&body).map_err(|_| Refusal::new("not_utf8"))?;
        let lines: Vec<String> = text.lines().map(str::to_owned).collect();
        let record = desk.office.registers.record();
        let client = record.import(lines).await.map_err(|error| error.refusal())?;
        let loaded = record.load(&client).await.map_err(|error| error.refusal())?;
        let seals = Signatures::of(&client, &loaded.recorded);
        Ok(json!({
            "schema": "cadastre/imported/1", "client": client, "facts": loaded.head,
            "ledger_intact": seals.ledger_intact, "broken_at": seals.broken_at,
        }))
    };
    answer(said.await, &asker)
}

async fn export(State(desk): State<Desk>, Path(client): Path<String>, asker: Asker) -> Response {
    let said = async {
        let lines = desk.office.registers.record().export(client_code(&client)?).await;
        lines.map_err(|error| error.refusal())
    };
    match said.await {
        Ok(lines) => {
            let text: String = lines.into_iter().flat_map(|line| [line, "\n".to_owned()]).collect();
            ([(CONTENT_TYPE, "application/x-ndjson")], text).into_response()
        }
        Err(refusal) => api::refused(&refusal, asker.language),
    }
}

async fn rebuild(State(desk): State<Desk>, asker: Asker) -> Response {
    desk.office.registers.rebuild();
    let said = async {
        let clients = desk.office.registers.clients().await?;
        for client in &clients {
            desk.office.registers.of(client, None, None).await?;
        }
        Ok(json!({"schema": "cadastre/rebuilt/1", "clients": clients.len()}))
    };
    answer(said.await, &asker)
}

async fn examples(State(desk): State<Desk>, asker: Asker) -> Response {
    let said = admin::client::examples(desk.office.registers.record()).await;
    answer(said.map(|clients| json!({"schema": "cadastre/examples/1", "clients": clients})), &asker)
}

async fn remove_examples(State(desk): State<Desk>, asker: Asker) -> Response {
    let said = admin::client::remove_examples(desk.office.registers.record()).await;
    answer(said.map(|clients| json!({"schema": "cadastre/demo-removed/1", "clients": clients})), &asker)
}

async fn all_assets(State(desk): State<Desk>, RawQuery(query): RawQuery, asker: Asker) -> Response {
    let said = async {
        let asked = Asked::read(query.as_deref(), &["as_of", "known_at"])?;
        Reader::new(desk.office.registers.clone()).all_assets(asked.as_of, asked.known_at).await
    };
    answer(said.await, &asker)
}

async fn today(State(desk): State<Desk>, Path(client): Path<String>, asker: Asker) -> Response {
    let said = async {
        let today = desk.reader.reads.today(client_code(&client)?).await?;
        let month = Month::of(today.day).to_string();
        Ok::<Value, Refusal>(json!({"schema": "cadastre/today/1", "client": client, "day": today.day, "month": month}))
    };
    answer(said.await, &asker)
}

async fn csv(
    State(desk): State<Desk>,
    Path((client, period)): Path<(String, String)>,
    RawQuery(query): RawQuery,
    asker: Asker,
) -> Response {
    let said = async {
        let asked = Asked::read(query.as_deref(), &["as_of", "known_at", "entity", "currency"])?;
        let client = client_code(&client)?;
        let bills = api::picked(&desk.reader, client, month(&period)?, &asked).await?;
        files::csv::bills(&bills)
    };
    match said.await {
        Ok(text) => ([(CONTENT_TYPE, "text/csv; charset=utf-8")], text).into_response(),
        Err(refusal) => api::refused(&refusal, asker.language),
    }
}
