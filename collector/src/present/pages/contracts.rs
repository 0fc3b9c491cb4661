//! `/clients/{client}/contracts`: the contracts of a client, their terms and amendments, and the ways to make or change one.
//!
//! The TOML stays the truth: forms write it, the editor shows it. **Invariant**: nothing is recorded that the linter refuses, and
//! what a version changes in bills is shown before it is recorded.

mod annex;
mod client;
mod editor;
mod new;

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use cadastre_domain::contract::{Amendment, AmendmentKind, Severity, lint};
use cadastre_domain::refusal::Refusal;
use cadastre_domain::register::Register;

use super::frame::{Frame, Moment};
use super::{answer, refused};
use crate::present::Shared;
use crate::present::form::{Desk, Form};
use crate::present::query::{Asked, Asker, Unasked, client_code, encode};
use crate::present::text::contracts::ContractsWords;
use crate::present::text::table::fill;
use crate::present::text::{Language, date, number};
use crate::views::clients::{ContractRow, Contracts};
pub(super) use annex::today as annex_of_today;
pub(super) use annex::{confirm as confirm_annex, preview as preview_annex, send as send_annex, show as show_annex};
pub(super) use client::{make as make_client, show as new_client};
pub(super) use editor::{save, show as edit};
pub(super) use new::{fill as fill_sample, show as new};

#[derive(Template)]
#[template(path = "contracts.html")]
struct ContractsPage {
    frame: Frame,
    moment: Moment,
    words: &'static ContractsWords,
    client: (String, String),
    path: String,
    contracts: Vec<Contract>,
}

struct Contract {
    id: String,
    href: String,
    facts: Vec<(String, bool)>,
    amendments: Vec<String>,
    annex: String,
    /// The form that takes today's inventory; absent when another day is looked at.
    today: Option<Form>,
}

/// A client's name and address, for the trail.
async fn client_of(shared: &Shared, client: &str) -> Result<(String, String), Refusal> {
    let today = shared.reads.today(client_code(client)?).await?;
    Ok((today.name, format!("/clients/{}", encode(client))))
}

pub(super) async fn list(
    State(shared): State<Shared>,
    Path(client): Path<String>,
    RawQuery(query): RawQuery,
    asker: Asker,
) -> Response {
    let page = async {
        let asked = Asked::read(query.as_deref(), &["as_of", "known_at"])?;
        page(&shared, &client, &asked, &asker).await
    };
    answer(page.await, &asker)
}

async fn page(shared: &Shared, client: &str, asked: &Asked, asker: &Asker) -> Result<ContractsPage, Refusal> {
    let language = asker.language;
    let words = ContractsWords::of(language);
    let named = client_of(shared, client).await?;
    let path = format!("{}/contracts", named.1);
    let register = shared.office.registers.looked_at(client, asked.as_of, asked.known_at).await?;
    let today = shared.reads.today(client).await?;
    let moment = Moment::of(path.clone(), asked, (register.as_of, register.known_at), &today, language);
    let mut contracts = Vec::new();
    for row in Contracts::of(&register).contracts {
        let href = format!("{path}/{}", encode(&row.contract));
        let action = format!("{href}/annex/today");
        // Only what stands today can be changed.
        let taking = match moment.band {
            Some(_) => None,
            None => Some(Form::new(Desk { shared, action: &action, client: None }.token().await?)),
        };
        contracts.push(contract(&register, row, (href, taking), words, language));
    }
    Ok(ContractsPage {
        frame: Frame::of(asker, |_| format!("{} · {}", words.title, named.0)).of_client(&today.name),
        moment,
        words,
        client: named,
        path,
        contracts,
    })
}

fn contract(
    register: &Register,
    row: ContractRow,
    (href, today): (String, Option<Form>),
    words: &ContractsWords,
    language: Language,
) -> Contract {
    let day = |sentence: &str, day| fill(sentence, &[("day", &date::day(day, language))], language);
    let mut facts = vec![(day(words.from, row.first_day), false)];
    match row.end {
        Some(end) => facts.push((day(words.ends, end.yesterday().unwrap_or(end)), end <= register.as_of)),
        None => facts.push((words.open_ended.to_owned(), false)),
    }
    if let Some(until) = row.notice_until {
        let soon = until >= register.as_of && (until - register.as_of).get_days() <= 90;
        facts.push((day(words.notice, until), soon));
    }
    if let (Some(from), Some(until)) = (row.warn_from, row.warn_until) {
        let (from_text, to) = (date::day(from, language), date::day(until, language));
        let due = from <= register.as_of && register.as_of <= until;
        facts.push((fill(words.warn, &[("from", &from_text), ("to", &to)], language), due));
    }
    let agreement = register.agreements.iter().find(|agreement| agreement.contract.id == row.contract);
    let mut amendments: Vec<&Amendment> = agreement.map(|a| a.contract.amendments.iter().collect()).unwrap_or_default();
    amendments.sort_by_key(|amendment| (amendment.effective_on, amendment.number));
    let named = agreement.map_or(0, |agreement| agreement.annex.len());
    Contract {
        annex: fill(words.annex_rows, &[("rows", &number::count(named as u64, language))], language),
        amendments: amendments.into_iter().map(|one| amendment(one, words, language)).collect(),
        id: row.contract,
        href,
        facts,
        today,
    }
}

fn amendment(amendment: &Amendment, words: &ContractsWords, language: Language) -> String {
    let sentence = match amendment.kind {
        AmendmentKind::Change => words.amendment,
        AmendmentKind::Notice => words.given_notice,
        AmendmentKind::EarlyExit => words.early_exit,
    };
    let (number, from) = (amendment.number.to_string(), date::day(amendment.effective_on, language));
    let signed = amendment.signed_on.map(|day| date::day(day, language)).unwrap_or_else(|| String::from("–"));
    let lines = amendment.lines.join(", ");
    fill(sentence, &[("n", &number), ("from", &from), ("signed", &signed), ("lines", &lines)], language)
}

/// The newest text of a contract.
async fn newest(shared: &Shared, client: &str, contract: &str) -> Result<String, Refusal> {
    let facts = shared.office.registers.record().facts_after(client_code(client)?, 0).await;
    let facts = facts.map_err(|error| error.refusal())?;
    let newest = crate::admin::contract::newest(&facts, contract).map(|(_, text)| text.clone());
    newest.ok_or_else(|| Refusal::new("contract_unknown").with("contract", contract).with("client", client))
}

/// The file itself.
pub(super) async fn file(
    State(shared): State<Shared>,
    Path((client, contract)): Path<(String, String)>,
    _: Unasked,
    asker: Asker,
) -> Response {
    match newest(&shared, &client, &contract).await {
        Ok(text) => {
            let name: String = contract.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
            let headers = [
                (CONTENT_TYPE, "application/toml; charset=utf-8".to_owned()),
                (CONTENT_DISPOSITION, format!("attachment; filename=\"{name}.toml\"")),
            ];
            (headers, text).into_response()
        }
        Err(refusal) => refused(&refusal, &asker),
    }
}

/// Errors and warnings of a text.
fn remark_counts(text: &str) -> (usize, usize) {
    let remarks = lint(text);
    let errors = remarks.iter().filter(|remark| remark.severity == Severity::Error).count();
    (errors, remarks.len() - errors)
}
