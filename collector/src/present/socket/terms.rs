//! What is handed over about terms and months: calendar, exit fee, statement, signature, dispute pack, drafts.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use axum::routing::{get, post};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cadastre_domain::calendar::Month;
use cadastre_domain::money::Amount;
use cadastre_domain::price::Kind;
use cadastre_domain::refusal::Refusal;
use cadastre_domain::register::Register;
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Desk, answer, read};
use crate::admin;
use crate::admin::sign::SignStatement;
use crate::present::files::{self, File, Files, handover};
use crate::present::query::{Asked, Asker, client_code, day, month};
use crate::present::text::Language;
use crate::present::text::date::capital;
use crate::present::text::label;
use crate::views::agenda::Agenda;
use crate::views::draft::Draft;
use crate::views::parties::parties_on;
use crate::views::signature::Signatures;

/// The routes of terms, statements and drafts.
pub(super) fn routes() -> Router<Desk> {
    Router::new()
        .route("/api/v1/admin/calendar/{client}", get(calendar))
        .route("/api/v1/admin/exit-fee/{client}/{contract}/{day}", get(exit_fee))
        .route("/api/v1/admin/statement/{client}/{month}", get(statement))
        .route("/api/v1/admin/statement-sign", post(sign))
        .route("/api/v1/admin/signatures/{client}", get(signatures))
        .route("/api/v1/admin/pack/{client}/{month}", get(pack))
        .route("/api/v1/admin/draft/{client}/{contract}", get(draft))
        .route("/api/v1/admin/quote/{client}/{contract}", get(quote))
        .route("/api/v1/admin/draft-contract", post(draft_contract))
        .route("/api/v1/admin/agenda", get(agenda))
        .route("/api/v1/admin/contract-text/{client}/{contract}", get(contract_text))
        .route("/api/v1/admin/contract-accept", post(accept))
        .route("/api/v1/admin/erase", post(erase))
}

async fn calendar(State(desk): State<Desk>, Path(client): Path<String>, asker: Asker) -> Response {
    let said = async {
        let register = desk.office.registers.of(client_code(&client)?, None, None).await?;
        let text = files::ics::calendar(&Agenda::of(&register), asker.language);
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
        if on < found.first_day() {
            let refusal = Refusal::new("day_before_contract").with("day", on).with("first", found.first_day());
            return Err(refusal.with("contract", &contract).on("--on"));
        }
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
    let said = async {
        let (args, registers): (SignStatement, _) = (read(&body)?, &desk.office.registers);
        let mut written = Vec::new();
        for language in [Language::Fr, Language::En] {
            written.push(match args.known_at {
                None => handover::page(registers, &args.client, args.period, language).await?.sha256,
                at => handover::page_at(registers, &args.client, args.period, language, at).await?.sha256,
            });
        }
        admin::sign::sign(registers, args, &written).await
    };
    answer(said.await.map(|()| json!({"schema": "cadastre/signature/1"})), &asker)
}

async fn signatures(State(desk): State<Desk>, Path(client): Path<String>, asker: Asker) -> Response {
    let said = async {
        let client = client_code(&client)?;
        let loaded = desk.office.registers.record().load(client).await.map_err(|error| error.refusal())?;
        if loaded.head == 0 {
            return Err(Refusal::new("client_unknown").with("client", client));
        }
        Ok(Signatures::of(client, &loaded.recorded))
    };
    answer(said.await, &asker)
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
    let said = drafted(&desk, &client, &contract, query.as_deref()).await;
    answer(said.map(|(_, draft)| draft), &asker)
}

async fn drafted(
    desk: &Desk,
    client: &str,
    contract: &str,
    query: Option<&str>,
) -> Result<(Arc<Register>, Draft), Refusal> {
    let asked = Asked::read(query, &["as_of"])?;
    let register = desk.office.registers.of(client_code(client)?, None, None).await?;
    let draft = Draft::of(&register, contract, asked.as_of)?;
    Ok((register, draft))
}

/// The same draft as a page to print and sign.
async fn quote(
    State(desk): State<Desk>,
    Path((client, contract)): Path<(String, String)>,
    RawQuery(query): RawQuery,
    asker: Asker,
) -> Response {
    let said = async {
        let (register, draft) = drafted(&desk, &client, &contract, query.as_deref()).await?;
        let page = files::quote::page(&draft, &parties_on(&register, register.as_of), asker.language)?;
        Ok(json!({"schema": "cadastre/quote-page/1", "page": page, "draft": draft}))
    };
    answer::<Value>(said.await, &asker)
}

/// What a first contract is drafted from.
#[derive(Deserialize)]
struct FirstContract {
    client: String,
    contract: String,
    effective_on: Option<Date>,
    file: String,
    /// The price list, base64.
    prices: String,
}

/// A first contract from the inventory and a price list, with its quote.
async fn draft_contract(State(desk): State<Desk>, asker: Asker, body: Bytes) -> Response {
    let said = async {
        let asked: FirstContract = read(&body)?;
        let bytes = STANDARD.decode(&asked.prices).map_err(|_| Refusal::new("not_base64").on("prices"))?;
        let prices = admin::prices::read(&bytes).map_err(|refusal| refusal.in_file(&asked.file))?;
        let register = desk.office.registers.of(client_code(&asked.client)?, None, None).await?;
        let draft = Draft::first(&register, &asked.contract, asked.effective_on, &prices, |category| {
            capital(label::name(label::CATEGORIES, &category.to_string(), asker.language))
        })?;
        let page = files::quote::page(&draft, &parties_on(&register, register.as_of), asker.language)?;
        Ok(json!({"schema": "cadastre/quote-page/1", "page": page, "draft": draft}))
    };
    answer::<Value>(said.await, &asker)
}

/// How far an agenda looks ahead where nobody says.
const DAYS_AHEAD: u32 = 90;

/// What the contracts of one client, or of all, ask for.
async fn agenda(State(desk): State<Desk>, RawQuery(query): RawQuery, asker: Asker) -> Response {
    let said = async {
        let asked = Asked::read(query.as_deref(), &["client", "limit"])?;
        let registers = &desk.office.registers;
        let clients = match &asked.client {
            Some(client) => vec![client.clone()],
            None => registers.clients().await?,
        };
        let days = asked.limit.and_then(|days| u32::try_from(days).ok()).unwrap_or(DAYS_AHEAD);
        let mut agendas = Vec::new();
        for client in clients {
            let register = registers.of(&client, None, None).await?;
            agendas.push(Agenda::of(&register).within(register.as_of, days));
        }
        Ok(Agenda::joined(agendas))
    };
    answer(said.await, &asker)
}

/// A contract as it was recorded, verbatim.
async fn contract_text(
    State(desk): State<Desk>,
    Path((client, contract)): Path<(String, String)>,
    asker: Asker,
) -> Response {
    let said = async {
        let loaded =
            desk.office.registers.record().load(client_code(&client)?).await.map_err(|error| error.refusal())?;
        let Some((at, text)) = admin::contract::newest(&loaded.recorded, &contract) else {
            return Err(Refusal::new("contract_unknown").with("contract", &contract).with("client", &client));
        };
        Ok(json!({"schema": "cadastre/contract-text/1", "contract": contract, "recorded": at, "text": text}))
    };
    answer::<Value>(said.await, &asker)
}

async fn accept(State(desk): State<Desk>, asker: Asker, body: Bytes) -> Response {
    let said = async {
        let (effect, imported) = admin::accept::accept(&desk.office.registers, read(&body)?).await?;
        Ok(json!({"schema": "cadastre/accepted/1", "effect": effect, "contract": imported.id}))
    };
    answer::<Value>(said.await, &asker)
}

/// Forgets a client for good.
async fn erase(State(desk): State<Desk>, asker: Asker, body: Bytes) -> Response {
    let said = async {
        let args: Value = read(&body)?;
        let client = args["client"].as_str().unwrap_or_default();
        desk.office.registers.record().erase(client_code(client)?).await.map_err(|error| error.refusal())?;
        Ok(json!({"schema": "cadastre/erased/1", "client": client}))
    };
    answer::<Value>(said.await, &asker)
}
