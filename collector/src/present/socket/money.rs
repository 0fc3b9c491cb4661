//! The operator's verbs about money: usage, indexes, closing, verifying.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use axum::routing::{get, post};

use cadastre_domain::calendar::Month;
use cadastre_domain::fact::Fact;
use cadastre_domain::refusal::Refusal;
use serde::Deserialize;

use super::{Desk, answer, read};
use crate::admin;
use crate::present::files::{self, Files};
use crate::present::query::{Asked, Asker, client_code, month};
use crate::views::bridge::{Bridges, Replay};
use crate::views::verification::Verification;

/// The routes of money.
pub(super) fn routes() -> Router<Desk> {
    Router::new()
        .route("/api/v1/admin/usage-import", post(import_usage))
        .route("/api/v1/admin/index-import", post(import_index))
        .route("/api/v1/admin/contract-import", post(import_contract))
        .route("/api/v1/admin/contract-effect", post(contract_effect))
        .route("/api/v1/admin/bill-close", post(close))
        .route("/api/v1/admin/verify/{client}/{month}", get(verify))
        .route("/api/v1/admin/bill-files/{client}/{month}/{form}", get(files_of))
        .route("/api/v1/admin/bridge/{client}/{month}", get(bridge))
        .route("/api/v1/admin/bill-replay", post(replay))
}

async fn import_usage(State(desk): State<Desk>, asker: Asker, body: Bytes) -> Response {
    let said = async { admin::usage::import(&desk.office.registers, read(&body)?).await };
    answer(said.await, &asker)
}

async fn import_index(State(desk): State<Desk>, asker: Asker, body: Bytes) -> Response {
    let registers = &desk.office.registers;
    let said = async { admin::index::import(registers.record(), registers.now(), read(&body)?).await };
    answer(said.await, &asker)
}

async fn import_contract(State(desk): State<Desk>, asker: Asker, body: Bytes) -> Response {
    let said = async { admin::contract::import(&desk.office.registers, read(&body)?).await };
    answer(said.await, &asker)
}

async fn contract_effect(State(desk): State<Desk>, asker: Asker, body: Bytes) -> Response {
    let said = async { admin::contract::effect(&desk.office.registers, &read(&body)?).await };
    answer(said.await, &asker)
}

async fn close(State(desk): State<Desk>, asker: Asker, body: Bytes) -> Response {
    let said = async { admin::close::close(&desk.office.registers, read(&body)?).await };
    answer(said.await, &asker)
}

async fn verify(State(desk): State<Desk>, Path((client, period)): Path<(String, String)>, asker: Asker) -> Response {
    let said = async {
        let (client, month) = (client_code(&client)?, month(&period)?);
        let loaded = desk.office.registers.record().load(client).await.map_err(|error| error.refusal())?;
        let found = cadastre_domain::closing::verify(client, &loaded.recorded, month)?;
        Ok(Verification::of(client, found))
    };
    answer(said.await, &asker)
}

/// The bills of a month as files.
async fn files_of(
    State(desk): State<Desk>,
    Path((client, period, form)): Path<(String, String, String)>,
    RawQuery(query): RawQuery,
    asker: Asker,
) -> Response {
    let said = async {
        let asked = Asked::read(query.as_deref(), &["as_of", "known_at", "entity", "currency"])?;
        let month = month(&period)?;
        let register = desk.office.registers.of(client_code(&client)?, asked.as_of, asked.known_at).await?;
        let mut bills = register.bills(month)?;
        let several = bills.len() > 1;
        let wanted = |asked: &Option<String>, value: &str| asked.as_ref().is_none_or(|asked| asked == value);
        bills.retain(|bill| wanted(&asked.entity, &bill.entity) && wanted(&asked.currency, &bill.currency));
        if bills.is_empty() {
            return Err(Refusal::new("bill_unknown").with("client", &client).with("month", month));
        }
        files::export(&register, bills, several, &form)
    };
    answer::<Files>(said.await, &asker)
}

async fn bridge(State(desk): State<Desk>, Path((client, period)): Path<(String, String)>, asker: Asker) -> Response {
    let said = async {
        let register = desk.office.registers.of(client_code(&client)?, None, None).await?;
        Bridges::of(&register, month(&period)?)
    };
    answer(said.await, &asker)
}

/// Months to replay under another version of a contract.
#[derive(Deserialize)]
struct AskReplay {
    #[serde(flatten)]
    contract: ReplayContract,
    from: Month,
    to: Month,
}

#[derive(Deserialize)]
struct ReplayContract {
    client: String,
    file: Option<String>,
    text: String,
}

async fn replay(State(desk): State<Desk>, asker: Asker, body: Bytes) -> Response {
    let said = async {
        let asked: AskReplay = read(&body)?;
        let ReplayContract { client, file, text } = asked.contract;
        if asked.to < asked.from || asked.from.plus(REPLAYED_MAX) < asked.to {
            return Err(Refusal::new("replay_span").with("from", asked.from).with("to", asked.to).on("--to"));
        }
        let args = admin::contract::ImportContract { client: client.clone(), file, text: text.clone(), yes: true };
        let contract = admin::contract::read(&args)?;
        let now = desk.office.registers.of(&client, None, None).await?;
        if !now.contracts().iter().any(|known| known.id == contract.id) {
            return Err(Refusal::new("contract_unknown").with("contract", &contract.id).with("client", &client));
        }
        let fact = Fact::Contract { contract: contract.id.clone(), text };
        let other = desk.office.registers.with(&client, vec![fact]).await?;
        Replay::of(&now, &other, &contract.id, asked.from, asked.to)
    };
    answer(said.await, &asker)
}

/// Most months of a replay: ten years.
const REPLAYED_MAX: i32 = 120;
