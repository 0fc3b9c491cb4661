//! `/clients/{client}/contracts/{contract}/text`: the contract's own file, the linter's remarks beside its lines, and what the
//! text would change in bills.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use cadastre_domain::contract::{Severity, lint};
use cadastre_domain::refusal::Refusal;

use super::{client_of, newest, remark_counts};
use crate::admin::contract::{ImportContract, MonthEffect, effect, import};
use crate::present::Shared;
use crate::present::form::{Desk, Form, Sent};
use crate::present::pages::frame::Frame;
use crate::present::pages::{refused, render};
use crate::present::query::{Asker, Unasked};
use crate::present::text::contracts::ContractsWords;
use crate::present::text::refusal::document;
use crate::present::text::table::fill;
use crate::present::text::{Language, cli, date, number};

#[derive(Template)]
#[template(path = "contract_text.html")]
struct EditorPage {
    frame: Frame,
    words: &'static ContractsWords,
    client: (String, String),
    path: String,
    text: String,
    verdict: String,
    sound: bool,
    errors: Vec<Remark>,
    warnings: Vec<Remark>,
    effects: Vec<String>,
    reaches_closed: bool,
    form: Form,
}

/// A remark, with the line that it speaks of.
struct Remark {
    line: Option<usize>,
    quoted: String,
    said: String,
}

pub(crate) async fn show(
    State(shared): State<Shared>,
    Path((client, contract)): Path<(String, String)>,
    _: Unasked,
    asker: Asker,
) -> Response {
    match newest(&shared, &client, &contract).await {
        Ok(text) => checked(&shared, &client, text, &asker).await,
        Err(refusal) => refused(&refusal, &asker),
    }
}

/// The editor with this text in it.
pub(super) async fn checked(shared: &Shared, client: &str, text: String, asker: &Asker) -> Response {
    match page(shared, client, text, None, asker).await {
        Ok(page) => render(&page, StatusCode::OK),
        Err(refusal) => refused(&refusal, asker),
    }
}

async fn page(
    shared: &Shared,
    client: &str,
    text: String,
    again: Option<&Refusal>,
    asker: &Asker,
) -> Result<EditorPage, Refusal> {
    let language = asker.language;
    let words = ContractsWords::of(language);
    let named = client_of(shared, client).await?;
    let path = format!("{}/contracts", named.1);
    let action = format!("{path}/text");
    let mut form = Form::new(Desk { shared, action: &action, client: Some(client) }.token().await?);
    if let Some(refusal) = again {
        form = form.refused(refusal, &[], language);
    }
    let (errors, warnings): (Vec<_>, Vec<_>) =
        lint(&text).into_iter().partition(|remark| remark.severity == Severity::Error);
    let counts = remark_counts(&text);
    let counts =
        [("errors", number::count(counts.0 as u64, language)), ("warnings", number::count(counts.1 as u64, language))];
    let counts: Vec<(&str, &str)> = counts.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let sound = errors.is_empty();
    let args = ImportContract { client: client.to_owned(), file: None, text: text.clone(), yes: false };
    let (mut effects, mut reaches_closed) = (Vec::new(), false);
    if sound {
        match effect(&shared.office.registers, &args).await {
            Ok(effect) => {
                reaches_closed = effect.months.iter().any(|month| month.closed) || !effect.removed.is_empty();
                let removed = effect.removed.iter().map(|gone| {
                    let (number, day) = (gone.number.to_string(), date::short(gone.effective_on, language));
                    cli::done("amendment_removed", &[("number", &number), ("day", &day)], language)
                });
                effects = removed.chain(effect.months.iter().map(|month| said(month, words, language))).collect();
            }
            Err(refusal) => form = form.refused(&refusal, &[], language),
        }
    }
    let lines: Vec<&str> = text.lines().collect();
    let remark = |remark: cadastre_domain::contract::Remark| {
        let line = remark.refusal.line;
        let quoted = line.and_then(|line| lines.get(line.checked_sub(1)?)).map(|line| line.trim().to_owned());
        Remark { line, quoted: quoted.unwrap_or_default(), said: document(&remark.refusal, language).message }
    };
    Ok(EditorPage {
        frame: Frame::of(asker, |_| format!("{} · {}", words.text_title, named.0))
            .of_client(&shared.reads.today(client).await?.name),
        verdict: fill(if sound { words.sound } else { words.unsound }, &counts, language),
        sound,
        errors: errors.into_iter().map(remark).collect(),
        warnings: warnings.into_iter().map(remark).collect(),
        effects,
        reaches_closed,
        words,
        client: named,
        path: action,
        text,
        form,
    })
}

/// The sentence of a month that changes.
pub(super) fn effect_words(month: &MonthEffect, words: &'static ContractsWords) -> &'static str {
    match (month.closed, month.regularised) {
        (true, true) => words.effect_closed,
        (true, false) => words.effect_beyond,
        (false, _) => words.effect,
    }
}

fn said(month: &MonthEffect, words: &'static ContractsWords, language: Language) -> String {
    let sentence = effect_words(month, words);
    let args = [
        ("month", date::month(month.month.first(), language)),
        ("before", number::amount(&month.before, &month.currency, language)),
        ("after", number::amount(&month.after, &month.currency, language)),
    ];
    let args: Vec<(&str, &str)> = args.iter().map(|(name, value)| (*name, value.as_str())).collect();
    fill(sentence, &args, language)
}

/// Checks the text, or records it.
pub(crate) async fn save(
    State(shared): State<Shared>,
    Path(client): Path<String>,
    asker: Asker,
    sent: Sent,
) -> Response {
    let text = sent.whole("text").unwrap_or_default().to_owned();
    if sent.text("do") != "save" {
        return checked(&shared, &client, text, &asker).await;
    }
    let action = format!("/clients/{}/contracts/text", crate::present::query::encode(&client));
    let args =
        ImportContract { client: client.clone(), file: None, text: text.clone(), yes: sent.given("yes").is_some() };
    let (registers, led_to) = (shared.office.registers.clone(), action.trim_end_matches("/text").to_owned());
    let work = async move { import(&registers, args).await.map(|_| led_to) };
    match (Desk { shared: &shared, action: &action, client: Some(&client) }).submit(&sent, work).await {
        Ok(led) => led,
        Err(refusal) => match page(&shared, &client, text, Some(&refusal), &asker).await {
            Ok(page) => render(&page, crate::present::status::of(refusal.code)),
            Err(refusal) => refused(&refusal, &asker),
        },
    }
}
