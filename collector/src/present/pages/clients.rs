//! `/clients`: the clients, those with the most at stake first.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::response::Response;

use super::answer;
use super::frame::Frame;
use super::turn::{Turn, turn};
use crate::present::Shared;
use crate::present::query::{Asked, Asker, encode};
use crate::present::text::clients::ClientsWords;
use crate::present::text::portfolio::PortfolioWords;
use crate::present::text::table::fill;
use crate::present::text::{Language, date, number};
use crate::views::clients::{ClientRow, Clients};

pub(super) async fn show(State(shared): State<Shared>, RawQuery(query): RawQuery, asker: Asker) -> Response {
    let page = match Asked::read(query.as_deref(), &["page"]) {
        Ok(asked) => shared.reads.clients().await.map(|clients| page(&clients, asked.page.unwrap_or(1), &asker)),
        Err(refusal) => Err(refusal),
    };
    answer::<ClientsPage>(page, &asker)
}

#[derive(Template)]
#[template(path = "clients.html")]
pub(super) struct ClientsPage {
    frame: Frame,
    words: &'static ClientsWords,
    sentence: String,
    at_stake: Vec<String>,
    rows: Vec<Row>,
    turn: Option<Turn>,
    turn_words: &'static PortfolioWords,
}

struct Row {
    name: String,
    code: Option<String>,
    href: String,
    siren: Option<String>,
    assets: (u32, String),
    findings: (u32, String),
    at_stake: (bool, String),
    since: String,
}

fn page(clients: &Clients, asked: usize, asker: &Asker) -> ClientsPage {
    let language = asker.language;
    let words = ClientsWords::of(language);
    let mut sorted: Vec<&ClientRow> = clients.clients.iter().collect();
    sorted.sort_by_key(|client| (std::cmp::Reverse(client.findings), client.client.clone()));
    let sum =
        |pick: fn(&ClientRow) -> u32| -> u64 { clients.clients.iter().map(|client| u64::from(pick(client))).sum() };
    let counts = [
        ("clients", &*number::count(clients.clients.len() as u64, language)),
        ("assets", &*number::count(sum(|client| client.assets), language)),
        ("findings", &*number::count(sum(|client| client.findings), language)),
    ];
    let (shown, turn) = turn(sorted.len(), asked, "/clients", language);
    ClientsPage {
        sentence: fill(words.sentence, &counts, language),
        at_stake: at_stake(clients, language)
            .iter()
            .map(|amount| fill(words.at_stake_sentence, &[("amount", amount)], language))
            .collect(),
        rows: sorted.get(shown).unwrap_or_default().iter().map(|client| row(client, language)).collect(),
        turn,
        turn_words: PortfolioWords::of(language),
        frame: Frame::of(asker, |words| String::from(words.clients)),
        words,
    }
}

/// What is at stake, once a currency.
fn at_stake(clients: &Clients, language: Language) -> Vec<String> {
    let mut currencies: Vec<&str> = clients.clients.iter().map(|client| client.currency.as_str()).collect();
    currencies.sort_unstable();
    currencies.dedup();
    let of = |currency: &str| {
        let rows = clients.clients.iter().filter(|client| client.currency == currency);
        let total = number::total(rows.map(|client| client.at_stake.as_str()))?;
        (!is_zero(&total)).then(|| number::amount(&total, currency, language))
    };
    currencies.into_iter().filter_map(of).collect()
}

fn row(client: &ClientRow, language: Language) -> Row {
    Row {
        name: client.name.clone(),
        code: (client.name != client.client).then(|| client.client.clone()),
        href: format!("/clients/{}", encode(&client.client)),
        siren: client.siren.clone(),
        assets: (client.assets, number::count(client.assets, language)),
        findings: (client.findings, number::count(client.findings, language)),
        at_stake: (!is_zero(&client.at_stake), number::amount(&client.at_stake, &client.currency, language)),
        since: date::day(jiff::tz::TimeZone::UTC.to_datetime(client.since).date(), language),
    }
}

/// Whether an amount is nothing: `0.00`.
pub(super) fn is_zero(amount: &str) -> bool {
    amount.bytes().all(|byte| matches!(byte, b'0' | b'.' | b'-'))
}
