//! `/clients/{client}/machines`: makes tokens, and shows those there are; each has a page that follows its machines.
//!
//! **Invariant**: a token's secret is in no address and no log; the page shows it while [`FreshTokens`] holds it.

mod fresh;
mod live;
#[cfg(test)]
mod tests;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use cadastre_domain::refusal::Refusal;
use jiff::Timestamp;
use jiff::tz::TimeZone;

pub(crate) use fresh::FreshTokens;
pub(super) use live::show as live;

use super::frame::{Frame, zone};
use super::{refused, render};
use crate::admin::token::{CreateToken, RevokeToken, create, revoke};
use crate::facts::TokenRow;
use crate::present::form::{Desk, Form, Sent};
use crate::present::query::{Asker, Unasked, client_code, encode};
use crate::present::text::machines::MachinesWords;
use crate::present::text::table::fill;
use crate::present::text::{Language, date, number};
use crate::present::{Shared, status};

#[derive(Template)]
#[template(path = "machines.html")]
struct MachinesPage {
    frame: Frame,
    words: &'static MachinesWords,
    path: String,
    form: Form,
    sites: Vec<String>,
    tokens: Vec<TokenView>,
}

struct TokenView {
    id: String,
    href: String,
    site: Option<String>,
    used: String,
    ends: String,
    state: &'static str,
    /// The form that withdraws it, while it is open.
    revoke: Option<Form>,
}

pub(super) async fn show(
    State(shared): State<Shared>,
    Path(client): Path<String>,
    _: Unasked,
    asker: Asker,
) -> Response {
    answer(page(&shared, &client, None, &asker).await, &asker)
}

fn answer(page: Result<MachinesPage, Refusal>, asker: &Asker) -> Response {
    super::answer(page, asker)
}

/// The form's address.
fn path(client: &str) -> String {
    format!("/clients/{}/machines", encode(client))
}

/// The page; after a refusal with what was typed.
async fn page(
    shared: &Shared,
    client: &str,
    again: Option<(&Sent, &Refusal)>,
    asker: &Asker,
) -> Result<MachinesPage, Refusal> {
    let language = asker.language;
    let words = MachinesWords::of(language);
    let today = shared.reads.today(client_code(client)?).await?;
    let path = path(client);
    // What a token is made of has nothing to do with other facts: the form is never stale.
    let token = Desk { shared, action: &path, client: None }.token().await?;
    let form = match again {
        Some((sent, refusal)) => Form::new(token.clone()).holding(sent).refused(refusal, &FIELDS, language),
        None => Form::new(token.clone()).with("uses", 1).with("ttl_days", 7),
    };
    let record = shared.office.registers.record();
    let mut rows = record.tokens(client).await.map_err(|error| error.refusal())?;
    rows.sort_by(|a, b| (b.expires_at, &b.token).cmp(&(a.expires_at, &a.token)));
    let now = shared.office.registers.now();
    let mut tokens = Vec::new();
    for row in &rows {
        let mut view = token_view(row, (&path, now), &zone(&today), language);
        if view.state == words.state_open {
            let action = format!("{}/revoke", view.href);
            view.revoke = Some(Form::new(Desk { shared, action: &action, client: None }.token().await?));
        }
        tokens.push(view);
    }
    Ok(MachinesPage {
        frame: Frame::of(asker, |_| format!("{} · {}", words.title, today.name)).of_client(&today.name),
        words,
        form,
        sites: sites(shared, client).await?,
        tokens,
        path,
    })
}

const FIELDS: [&str; 3] = ["site", "uses", "ttl_days"];

/// The sites that this client's assets are at, offered for completion.
async fn sites(shared: &Shared, client: &str) -> Result<Vec<String>, Refusal> {
    let day = shared.reads.reconciliation(client, None, None).await?;
    let mut sites: Vec<String> = day.assets.into_iter().filter_map(|asset| asset.site).collect();
    sites.sort_unstable();
    sites.dedup();
    Ok(sites)
}

fn token_view(row: &TokenRow, (path, now): (&str, Timestamp), zone: &TimeZone, language: Language) -> TokenView {
    let words = MachinesWords::of(language);
    let counts = [("used", number::count(row.used, language)), ("uses", number::count(row.uses, language))];
    let counts: Vec<(&str, &str)> = counts.iter().map(|(name, value)| (*name, value.as_str())).collect();
    TokenView {
        href: format!("{path}/{}", encode(&row.token)),
        id: row.token.clone(),
        site: row.site.clone(),
        used: fill(words.used_of, &counts, language),
        ends: date::instant(row.expires_at, zone, language),
        state: state(row, now, words),
        revoke: None,
    }
}

/// Whether a token still makes agents, in a word.
fn state(row: &TokenRow, now: Timestamp, words: &MachinesWords) -> &'static str {
    match row {
        row if row.revoked => words.state_revoked,
        row if now > row.expires_at => words.state_expired,
        row if row.uses_left() == 0 => words.state_spent,
        _ => words.state_open,
    }
}

pub(super) async fn make(
    State(shared): State<Shared>,
    Path(client): Path<String>,
    asker: Asker,
    sent: Sent,
) -> Response {
    let path = path(&client);
    let desk = Desk { shared: &shared, action: &path, client: None };
    let made = async {
        let args = CreateToken {
            client: client_code(&client)?.to_owned(),
            site: sent.given("site").map(str::to_owned),
            uses: sent.number("uses")?,
            ttl_days: sent.number("ttl_days")?,
        };
        let (shared, path) = (shared.clone(), path.clone());
        let work = async move {
            let office = &shared.office;
            let mut random = [0; 40];
            office.random.fill(&mut random);
            let now = office.registers.now();
            let made = create(office.registers.record(), office.pin, &random, now, args).await?;
            let led_to = format!("{path}/{}", encode(&made.id));
            shared.fresh_tokens.keep(made.id, made.token, now);
            Ok(led_to)
        };
        desk.submit(&sent, work).await
    };
    match made.await {
        Ok(led) => led,
        Err(refusal) => {
            let refusal = match refusal.field.as_deref() {
                Some("ttl") => refusal.on("ttl_days"),
                _ => refusal,
            };
            match page(&shared, &client, Some((&sent, &refusal)), &asker).await {
                Ok(page) => render(&page, status::of(refusal.code)),
                Err(refusal) => refused(&refusal, &asker),
            }
        }
    }
}

pub(super) async fn withdraw(
    State(shared): State<Shared>,
    Path((client, token)): Path<(String, String)>,
    asker: Asker,
    sent: Sent,
) -> Response {
    let path = path(&client);
    let action = format!("{path}/{}/revoke", encode(&token));
    let desk = Desk { shared: &shared, action: &action, client: None };
    let work = {
        let record = shared.office.registers.record().clone();
        let args = RevokeToken { client, token };
        async move { revoke(&record, args).await.map(|()| path) }
    };
    match desk.submit(&sent, work).await {
        Ok(led) => led,
        Err(refusal) => refused(&refusal, &asker),
    }
}
