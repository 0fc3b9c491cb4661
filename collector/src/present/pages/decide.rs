//! `/clients/{client}/decide`: one dated decision about one row or several, previewed on the invoice, then confirmed.
//!
//! The form's token is bound to exactly what was previewed; another date or line gives another preview first.
//! **Invariant**: what is written is what the page showed.

mod choice;
mod effect;
mod plan;
mod reading;
#[cfg(test)]
mod tests;
mod undo;

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use cadastre_domain::refusal::Refusal;

pub(super) use choice::{Choice, proposed, verb_of};
pub(super) use plan::sentence;
pub(super) use undo::link as undo_link;

use self::plan::{Plan, Row};
use super::frame::Frame;
use super::{refused, render};
use crate::admin::decide::record_all;
use crate::present::form::{Desk, Form, Sent, see_other};
use crate::present::query::{Asker, client_code, encode};
use crate::present::text::decide::{DO, DecideWords};
use crate::present::text::label;
use crate::present::{Shared, status};

/// Who decides in the browser while there are no users.
const OPERATOR: &str = "operator";

#[derive(Template)]
#[template(path = "decide.html")]
struct DecidePage {
    frame: Frame,
    words: &'static DecideWords,
    list_href: String,
    path: String,
    form: Form,
    verb: &'static str,
    verbs: Vec<(String, &'static str, bool)>,
    kept: Vec<(&'static str, String)>,
    rows: Vec<Row>,
    choice: Choice,
    effect: Vec<String>,
    notes: Vec<String>,
    draft: Option<(String, String)>,
    notice: Option<&'static str>,
    undoing: Option<String>,
    can: bool,
}

pub(super) async fn show(
    State(shared): State<Shared>,
    Path(client): Path<String>,
    RawQuery(query): RawQuery,
    asker: Asker,
) -> Response {
    let sent = Sent::of_query(query.as_deref());
    super::answer(page(&shared, &client, &sent, None, &asker).await, &asker)
}

/// What was found about a form that is shown again.
enum Again<'r> {
    /// It asks for another preview.
    Preview,
    /// It was refused.
    Refused(&'r Refusal),
}

pub(super) async fn settle(
    State(shared): State<Shared>,
    Path(client): Path<String>,
    asker: Asker,
    sent: Sent,
) -> Response {
    if sent.text("step") != "confirm" {
        return super::answer(page(&shared, &client, &sent, Some(Again::Preview), &asker).await, &asker);
    }
    let refusal = match confirm(&shared, &client, &sent, &asker).await {
        Ok(led) => return led,
        Err(refusal) => refusal,
    };
    let changed = refusal.code == "form_changed";
    let again = if changed { Again::Preview } else { Again::Refused(&refusal) };
    match page(&shared, &client, &sent, Some(again), &asker).await {
        Ok(page) => render(&page, if changed { axum::http::StatusCode::OK } else { status::of(refusal.code) }),
        Err(refusal) => refused(&refusal, &asker),
    }
}

async fn confirm(shared: &Shared, client: &str, sent: &Sent, asker: &Asker) -> Result<Response, Refusal> {
    let client = client_code(client)?;
    if let Some(led_to) = shared.forms.led_to(sent) {
        return Ok(see_other(&led_to));
    }
    let plan = Plan::of(shared, client, sent, asker.language).await?;
    if let Some(refusal) = plan.refused {
        return Err(refusal);
    }
    let (action, decisions) = (plan.action(client), plan.accepted());
    let desk = Desk { shared, action: &action, client: Some(client) };
    let registers = shared.office.registers.clone();
    let list = format!("/clients/{}/findings", encode(client));
    let tab = plan.tab.map(|tab| format!("&tab={}", tab.word())).unwrap_or_default();
    desk.submit(sent, async move {
        let (first, last) = record_all(&registers, OPERATOR, decisions).await?;
        Ok(format!("{list}?done={first}-{last}{tab}"))
    })
    .await
}

const FIELDS: [&str; 10] =
    ["effective", "line", "slot", "with", "to_client", "site", "until", "duty", "result", "reason"];

async fn page(
    shared: &Shared,
    client: &str,
    sent: &Sent,
    again: Option<Again<'_>>,
    asker: &Asker,
) -> Result<DecidePage, Refusal> {
    let language = asker.language;
    let words = DecideWords::of(language);
    let client = client_code(client)?;
    let plan = Plan::of(shared, client, sent, language).await?;
    let action = plan.action(client);
    let token = Desk { shared, action: &action, client: Some(client) }.token().await?;
    let mut form = Form::new(token).holding(sent).with("date", plan.choice.date).with("reason", &plan.reason);
    for (name, value) in &plan.defaults {
        form = form.with(name, value);
    }
    let mut notice = None;
    match again {
        Some(Again::Refused(refusal)) => form = form.refused(refusal, &FIELDS, language),
        // Said when the button was pressed, not on every new preview.
        Some(Again::Preview) if sent.text("step") == "confirm" => notice = Some(words.changed),
        _ => {}
    }
    if let (None, Some(refusal)) = (form.above(), &plan.refused) {
        form = form.refused(refusal, &FIELDS, language);
    }
    let client_href = format!("/clients/{}", encode(client));
    let path = format!("{client_href}/decide");
    let subject: String = plan.subjects.iter().map(|(name, id)| format!("&{name}={}", encode(id))).collect();
    let verbs = plan.verbs.iter().map(|verb| {
        let name = label::name(DO, verb.word(), language);
        (format!("{path}?verb={}{subject}", verb.word()), name, *verb == plan.verb)
    });
    let verbs = verbs.collect();
    let draft = plan.amendment().map(|(contract, number)| {
        let values = [("n", number.to_string()), ("contract", contract.clone())];
        let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let said = crate::present::text::table::fill(words.draft, &values, language);
        (said, format!("cadastre-collector draft amendment {contract} --client {client}"))
    });
    Ok(DecidePage {
        frame: Frame::of(asker, |_| format!("{} · {}", words.title, plan.client_name)).of_client(&plan.client_name),
        words,
        list_href: match plan.tab {
            Some(tab) => format!("{client_href}/findings?tab={}", tab.word()),
            None => format!("{client_href}/findings"),
        },
        path,
        form,
        verb: plan.verb.word(),
        verbs,
        kept: plan.subjects.clone(),
        effect: effect::sentences(&plan.weighed, language),
        notes: plan.notes(words, language),
        draft,
        notice,
        undoing: plan.undoing.clone(),
        can: plan.can(),
        rows: plan.rows,
        choice: plan.choice,
    })
}
