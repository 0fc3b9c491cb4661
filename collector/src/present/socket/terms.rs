//! What is handed over about terms and months: calendar, exit fee, statement, signature, dispute pack, drafts.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use axum::routing::{get, post};
use cadastre_domain::calendar::Month;
use cadastre_domain::money::Amount;
use cadastre_domain::price::Kind;
use cadastre_domain::refusal::Refusal;
use cadastre_domain::register::Register;
use jiff::civil::Date;
use serde_json::{Value, json};

use super::{Desk, answer, read};
use crate::admin;
use crate::present::files::{self, File, Files, handover};
use crate::present::query::{Asked, Asker, client_code, day, month};
use crate::views::clients::Contracts;
use crate::views::draft::Draft;

/// The routes of terms, statements and drafts.
pub(super) fn routes() -> Router<Desk> {
    Router::new()
        .route("/api/v1/admin/calendar/{client}", get(calendar))
        .route("/api/v1/admin/exit-fee/{client}/{contract}/{day}", get(exit_fee))
        .route("/api/v1/admin/statement/{client}/{month}", get(statement))
        .route("/api/v1/admin/statement-sign", post(sign))
        .route("/api/v1/admin/pack/{client}/{month}", get(pack))
        .route("/api/v1/admin/draft/{client}/{contract}", get(draft))
}

async fn calendar(State(desk): State<Desk>, Path(client): Path<String>, asker: Asker) -> Response {
    let said = async {
        let register = desk.office.registers.of(client_code(&client)?, None, None).await?;
        let text = files::ics::calendar(&Contracts::of(&register), asker.language);
        Ok(Files::new(vec![File::new(format!("{client}.ics"), text.as_bytes())]))
    };
    answer(said.await, &asker)
}

async fn exit_fee(
    State(desk): State<Desk>,
    Path((client, contract, on)): Path<(String, String, String)>,
    asker: Asker,
) -> Response {
    let said = async {
        let on = day(&on)?;
        let register = desk.office.registers.of(client_code(&client)?, None, None).await?;
        let found = register.contracts().into_iter().find(|known| known.id == contract);
        let Some(found) = found else {
            return Err(Refusal::new("contract_unknown").with("contract", &contract).with("client", &client));
        };
        let recurring = recurring(&register, &contract, on)?;
        let fee = found.exit_fee(on, recurring)?;
        Ok(json!({
            "schema": "cadastre/exit-fee/1", "client": client, "contract": contract, "on": on, "currency": found.currency,
            "end_of_term": found.end_of_term(on), "recurring_month": recurring.to_string(),
            "exit_fee": fee.map(|fee| fee.to_string()),
        }))
    };
    answer::<Value>(said.await, &asker)
}

/// The recurring price of the month that holds a day, as the facts stand.
fn recurring(register: &Register, contract: &str, on: Date) -> Result<Amount, Refusal> {
    let lines = register.month_in_arrears(Month::of(on))?;
    let counts = |kind: Kind| matches!(kind, Kind::Recurring | Kind::Commitment | Kind::Minimum);
    Amount::total(lines.iter().filter(|line| line.contract == contract && counts(line.kind)).map(|line| line.amount))
}

async fn statement(
    State(desk): State<Desk>,
    Path((client, period)): Path<(String, String)>,
    RawQuery(query): RawQuery,
    asker: Asker,
) -> Response {
    let said = async {
        Asked::read(query.as_deref(), &[])?;
        let month = month(&period)?;
        let page = handover::page(&desk.office.registers, client_code(&client)?, month, asker.language).await?;
        Ok(json!({
            "schema": "cadastre/statement-page/1", "sha256": page.sha256, "head": page.statement.head,
            "name": format!("{client}-{period}-{}.html", asker.language.code()), "page": page.html,
            "statement": page.statement,
        }))
    };
    answer::<Value>(said.await, &asker)
}

async fn sign(State(desk): State<Desk>, asker: Asker, body: Bytes) -> Response {
    let said = async { admin::sign::sign(&desk.office.registers, read(&body)?).await };
    answer(said.await.map(|()| json!({"schema": "cadastre/signature/1"})), &asker)
}

async fn pack(State(desk): State<Desk>, Path((client, period)): Path<(String, String)>, asker: Asker) -> Response {
    let said = async { handover::pack(&desk.office.registers, client_code(&client)?, month(&period)?).await };
    answer(said.await, &asker)
}

async fn draft(
    State(desk): State<Desk>,
    Path((client, contract)): Path<(String, String)>,
    RawQuery(query): RawQuery,
    asker: Asker,
) -> Response {
    let said = async {
        let asked = Asked::read(query.as_deref(), &["as_of"])?;
        let register = desk.office.registers.of(client_code(&client)?, None, None).await?;
        Draft::of(&register, &contract, asked.as_of)
    };
    answer(said.await, &asker)
}
