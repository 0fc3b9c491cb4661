//! What is handed over about terms and months: calendar, exit fee, statement, signature, dispute pack, drafts.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use axum::routing::{get, post};
use cadastre_domain::calendar::Month;
use cadastre_domain::fact::{Fact, Recorded};
use cadastre_domain::money::Amount;
use cadastre_domain::price::Kind;
use cadastre_domain::refusal::Refusal;
use cadastre_domain::register::Register;
use jiff::civil::Date;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{Desk, answer, read};
use crate::admin;
use crate::present::files::{self, File, Files};
use crate::present::query::{Asked, Asker, client_code, day, month};
use crate::present::text::Language;
use crate::views::clients::Contracts;
use crate::views::draft::Draft;
use crate::views::statement::Statement;

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

/// The register on the day that a month's statement tells of, and its page in one language.
async fn page(desk: &Desk, client: &str, month: Month, language: Language) -> Result<(Statement, String), Refusal> {
    let registers = &desk.office.registers;
    let today = registers.of(client, None, None).await?;
    let day = Statement::day(month, registers.now(), &today.zone);
    let register = registers.of(client, Some(day), None).await?;
    let statement = Statement::of(&register, month)?;
    let page = files::statement::page(&statement, language)?;
    Ok((statement, page))
}

fn sha256(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

async fn statement(
    State(desk): State<Desk>,
    Path((client, period)): Path<(String, String)>,
    RawQuery(query): RawQuery,
    asker: Asker,
) -> Response {
    let said = async {
        Asked::read(query.as_deref(), &[])?;
        let (statement, page) = page(&desk, client_code(&client)?, month(&period)?, asker.language).await?;
        Ok(json!({
            "schema": "cadastre/statement-page/1", "sha256": sha256(&page), "head": statement.head,
            "name": format!("{client}-{period}-{}.html", asker.language.code()), "page": page, "statement": statement,
        }))
    };
    answer::<Value>(said.await, &asker)
}

async fn sign(State(desk): State<Desk>, asker: Asker, body: Bytes) -> Response {
    let said = async { admin::sign::sign(&desk.office.registers, read(&body)?).await };
    answer(said.await.map(|()| json!({"schema": "cadastre/signature/1"})), &asker)
}

/// Everything that proves a closed month, for a machine without a collector.
async fn pack(State(desk): State<Desk>, Path((client, period)): Path<(String, String)>, asker: Asker) -> Response {
    let said = async {
        let (client, month) = (client_code(&client)?, month(&period)?);
        let loaded = desk.office.registers.record().load(client).await.map_err(|error| error.refusal())?;
        let found = cadastre_domain::closing::verify(client, &loaded.recorded, month)?;
        let register = desk.office.registers.of(client, None, None).await?;
        let bills = register.bills(month)?;
        let several = bills.len() > 1;
        let mut files = files::export(&register, bills.clone(), several, "csv")?.files;
        files.extend(files::export(&register, bills, several, "json")?.files);
        for language in [Language::Fr, Language::En] {
            let (_, page) = page(&desk, client, month, language).await?;
            files.push(File::new(format!("statement-{}.html", language.code()), page.as_bytes()));
        }
        files.push(File::new("facts.jsonl".to_owned(), facts(&loaded.recorded)?.as_bytes()));
        let about = json!({"schema": "cadastre/pack/1", "client": client, "period": month, "head": found.head});
        files.push(File::new("pack.json".to_owned(), about.to_string().as_bytes()));
        Ok(Files::new(files))
    };
    answer(said.await, &asker)
}

/// The facts that the ledger chains, one a line.
fn facts(recorded: &[Recorded]) -> Result<String, Refusal> {
    let mut text = String::new();
    let chained = |fact: &Fact| {
        let money = matches!(fact, Fact::Contract { .. } | Fact::Annex { .. } | Fact::Decision(_) | Fact::Usage { .. });
        money || matches!(fact, Fact::ClosedMonth(_) | Fact::Signature(_))
    };
    for recorded in recorded.iter().filter(|recorded| chained(&recorded.fact)) {
        text += &serde_json::to_string(recorded).map_err(|error| Refusal::new("internal").with("reason", error))?;
        text.push('\n');
    }
    Ok(text)
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
