//! The operator's verbs about money: usage, indexes, closing, verifying.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::{get, post};

use super::{Desk, answer, read};
use crate::admin;
use crate::present::query::{Asker, client_code, month};
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
}

async fn import_usage(State(desk): State<Desk>, asker: Asker, body: Bytes) -> Response {
    let said = async { admin::usage::import(&desk.office.registers, read(&body)?).await };
    answer(said.await, &asker)
}

async fn import_index(State(desk): State<Desk>, asker: Asker, body: Bytes) -> Response {
    let said = async { admin::index::import(desk.office.registers.record(), read(&body)?).await };
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
