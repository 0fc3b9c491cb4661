//! `/clients/{client}`: the sentence of the day, the perimeter, what is to settle, the assets, the month.

mod assets;
mod contracts;
mod drawing;
mod perimeter;
mod sentence;

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::response::{IntoResponse, Redirect, Response};
use cadastre_domain::calendar::Month;
use cadastre_domain::refusal::Refusal;

pub(super) use assets::source_name;

use super::finding::{self, Finding};
use super::frame::{Frame, Moment};
use super::{answer, month, refused};
use crate::present::Shared;
use crate::present::query::{Asked, Asker, client_code, encode, no_such};
use crate::present::text::Language;
use crate::present::text::client::ClientWords;
use crate::present::text::table::{Row, fill};
use crate::present::text::{label, number};
use crate::views::asset_months::AssetMonths;
use crate::views::bill::{Bill, SlotDays};
use crate::views::clients::{Contracts, Today};
use crate::views::history::History;
use crate::views::reconciliation::{FindingRow, Reconciliation};

const KEYS: [&str; 8] = ["as_of", "known_at", "month", "status", "category", "line", "lacking", "page"];

pub(super) async fn show(
    State(shared): State<Shared>,
    Path(client): Path<String>,
    RawQuery(query): RawQuery,
    asker: Asker,
) -> Response {
    let page = match Asked::read(query.as_deref(), &KEYS) {
        Ok(asked) => read(&shared, &client, asked, &asker).await,
        Err(refusal) => Err(refusal),
    };
    answer(page, &asker)
}

/// `/clients/{client}/months`: to the month of the day that is looked at.
pub(super) async fn month_of_today(
    State(shared): State<Shared>,
    Path(client): Path<String>,
    RawQuery(query): RawQuery,
    asker: Asker,
) -> Response {
    let to = async {
        let asked = Asked::read(query.as_deref(), &["as_of", "known_at"])?;
        // A day or an instant that is still to come is refused by the first document that is asked for it.
        let client = client_code(&client)?;
        shared.reads.contracts(client, asked.as_of, asked.known_at).await?;
        let month = Month::of(asked.as_of.unwrap_or(shared.reads.today(client).await?.day));
        Ok(format!("/clients/{}/months/{month}", encode(client)))
    };
    match to.await {
        Ok(to) => Redirect::to(&to).into_response(),
        Err(refusal) => refused(&refusal, &asker),
    }
}

async fn read(shared: &Shared, client: &str, asked: Asked, asker: &Asker) -> Result<ClientPage, Refusal> {
    let client = client_code(client)?;
    let (as_of, known_at) = (asked.as_of, asked.known_at);
    let today = shared.reads.today(client).await?;
    let day = shared.reads.reconciliation(client, as_of, known_at).await?;
    check(&asked, &day)?;
    let contracts = shared.reads.contracts(client, as_of, known_at).await?;
    let month = asked.month.unwrap_or(Month::of(day.as_of));
    let bills = shared.reads.bills(client, month, known_at, as_of).await;
    let slot_days = shared.reads.slot_days(client, month, known_at, as_of).await;
    let history = shared.reads.history(client, as_of, known_at).await?;
    let days = shared.reads.asset_months(client, Month::of(day.as_of), as_of, known_at).await?;
    let documents = Documents { today, day, contracts, month, bills, slot_days, history, days };
    Ok(page(documents, &asked, asker, &shared.settings.enrolment))
}

/// Refuses a filter by what neither the day nor any page knows.
fn check(asked: &Asked, day: &Reconciliation) -> Result<(), Refusal> {
    let knows_line = |line: &str| {
        let held = day.assets.iter().filter_map(|asset| asset.line.as_deref());
        day.lines.iter().map(|line| line.line.as_str()).chain(held).any(|known| known == line)
    };
    let named = |table: &[Row], code: &str| table.iter().any(|row| row.0 == code);
    let knows_category = |category: &str| {
        named(label::CATEGORIES, category) || day.assets.iter().any(|asset| asset.category == category)
    };
    let knows_requirement = |kind: &str| {
        let mut required = day.assets.iter().flat_map(|asset| &asset.requirements);
        named(label::REQUIREMENTS, kind) || required.any(|required| required.kind == kind)
    };
    let known = [
        ("line", &asked.line, asked.line.as_deref().is_none_or(knows_line)),
        ("category", &asked.category, asked.category.as_deref().is_none_or(knows_category)),
        ("lacking", &asked.lacking, asked.lacking.as_deref().is_none_or(knows_requirement)),
    ];
    match known.into_iter().find(|(_, _, is_known)| !is_known) {
        Some((key, value, _)) => Err(no_such(key, value.as_deref().unwrap_or_default())),
        None => Ok(()),
    }
}

/// What the page is made of.
struct Documents {
    today: Today,
    day: Reconciliation,
    contracts: Contracts,
    month: Month,
    bills: Result<Vec<Bill>, Refusal>,
    slot_days: Result<SlotDays, Refusal>,
    history: History,
    days: AssetMonths,
}

#[derive(Template)]
#[template(path = "client.html")]
struct ClientPage {
    frame: Frame,
    moment: Moment,
    words: &'static ClientWords,
    name: String,
    code: Option<String>,
    api: String,
    /// This page without filters, where the links of the menu point into.
    path: String,
    contracts: Vec<contracts::Contract>,
    sentence: sentence::Sentence,
    unmapped: Vec<String>,
    grid: Option<perimeter::Grid>,
    drawing: Option<drawing::Drawing>,
    /// Whether the contract counts assets and names none.
    unnamed: bool,
    hrefs: Hrefs,
    no_contract: Option<NoContract>,
    findings: Vec<Finding>,
    findings_count: String,
    more_findings: Option<String>,
    no_findings: String,
    assets: Option<assets::Assets>,
    add_machine: Option<AddMachine>,
    month: month::MonthView,
}

/// Where the buttons lead.
struct Hrefs {
    add: String,
    statement: String,
    contracts: String,
    draft: String,
}

/// Why there is no grid: no contract at all, with the command to import one, or none that day.
struct NoContract {
    text: &'static str,
    command: Option<String>,
}

/// How to add a first machine.
struct AddMachine {
    token: String,
    enrol: String,
}

fn page(documents: Documents, asked: &Asked, asker: &Asker, enrolment: &str) -> ClientPage {
    let language = asker.language;
    let words = ClientWords::of(language);
    let Documents { today, day, contracts, month, bills, slot_days, history, days } = documents;
    let client = day.client.as_str();
    let path = format!("/clients/{}", encode(client));
    let names: BTreeMap<&str, &str> =
        day.assets.iter().map(|asset| (asset.asset.as_str(), asset.name.as_str())).collect();
    let place = month::Place { path: &path, client, month, asked, names: &names, language };
    let (findings, beyond) = findings(&day, asked, language);
    ClientPage {
        moment: Moment::of(path.clone(), &asked.unfiltered(), (day.as_of, day.known_at), &today, language),
        frame: Frame::of(asker, |_| today.name.clone()).of_client(&today.name),
        code: (today.name != client).then(|| String::from(client)),
        api: asked_day(asked).href(&format!("/api/v1{path}/reconciliation")),
        contracts: contracts::rows(&contracts, language),
        sentence: sentence::of(&day, asked, &path, language),
        unmapped: unmapped(&day, language),
        drawing: drawing::of(&history, &asked.unfiltered(), &path, language),
        unnamed: unnamed(&day),
        hrefs: Hrefs {
            add: format!("{path}/machines"),
            statement: asked_day(asked).href(&format!("{path}/months")),
            contracts: format!("{path}/contracts"),
            draft: format!("{path}/contracts/new"),
        },
        grid: perimeter::grid(&day, bills.as_deref().ok(), asked, &path, language),
        no_contract: no_contract(&day, &contracts, language),
        findings_count: number::count(day.findings.len() as u64, language),
        more_findings: (beyond > 0)
            .then(|| fill(words.more_findings, &[("n", &number::count(beyond as u64, language))], language)),
        no_findings: no_findings(&day, language),
        findings,
        assets: assets::view(&day, Some(&days), asked, &path, language),
        add_machine: day.assets.is_empty().then(|| AddMachine {
            token: format!("cadastre-collector token create --client {client}"),
            enrol: format!("cadastre-agent enroll --collector {enrolment} --token …\ncadastre-agent once"),
        }),
        month: month::view(bills, slot_days, &place),
        path: asked.unfiltered().href(&path),
        name: today.name,
        words,
    }
}

fn unnamed(day: &Reconciliation) -> bool {
    day.findings.iter().any(|found| found.code == "annex_empty")
}

fn asked_day(asked: &Asked) -> Asked {
    Asked { as_of: asked.as_of, known_at: asked.known_at, ..Asked::default() }
}

/// The findings, the largest amount first, then the earliest due; and how many are not shown.
fn findings(day: &Reconciliation, asked: &Asked, language: Language) -> (Vec<Finding>, usize) {
    let place = finding::Place { client: &day.client, currency: &day.currency, as_of: day.as_of, asked, language };
    let mut sorted: Vec<&FindingRow> = day.findings.iter().collect();
    sorted.sort_by_cached_key(|found| (std::cmp::Reverse(size(&found.amount_month)), found.due, found.id.clone()));
    let beyond = sorted.len().saturating_sub(FINDINGS_SHOWN);
    (sorted.into_iter().take(FINDINGS_SHOWN).map(|found| finding::row(found, &place)).collect(), beyond)
}

/// The size of an amount without its sign, for an order only: whole part, then the rest as text.
fn size(amount: &str) -> (u64, String) {
    let (whole, part) = amount.trim_start_matches('-').split_once('.').unwrap_or((amount, ""));
    (whole.parse().unwrap_or(0), String::from(part))
}

fn unmapped(day: &Reconciliation, language: Language) -> Vec<String> {
    let words = ClientWords::of(language);
    let row = |row: &crate::views::reconciliation::UnmappedRow| {
        let rows = number::count(row.rows, language);
        fill(words.unmapped, &[("group", &row.group), ("source", &row.source), ("rows", &rows)], language)
    };
    day.unmapped.iter().map(row).collect()
}

fn no_contract(day: &Reconciliation, contracts: &Contracts, language: Language) -> Option<NoContract> {
    let words = ClientWords::of(language);
    if !day.lines.is_empty() {
        return None;
    }
    if !contracts.contracts.is_empty() {
        return Some(NoContract { text: words.no_contract_that_day, command: None });
    }
    let command = format!("cadastre-collector contract import contract.toml --client {}", day.client);
    Some(NoContract { text: words.no_contract, command: Some(command) })
}

fn no_findings(day: &Reconciliation, language: Language) -> String {
    let words = ClientWords::of(language);
    if day.assets.is_empty() {
        return String::from(words.no_findings_no_assets);
    }
    fill(words.no_findings, &[("n", &number::count(day.assets.len() as u64, language))], language)
}

const FINDINGS_SHOWN: usize = 200;
