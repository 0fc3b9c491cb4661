//! `/search`: the clients and assets that bear what somebody looks for; a client that is found alone is opened at once.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Redirect, Response};
use cadastre_domain::refusal::Refusal;

use super::finding::asset_href;
use super::frame::Frame;
use super::{refused, render};
use crate::present::Shared;
use crate::present::query::{Asked, Asker, client_code, encode};
use crate::present::text::search::{FIELDS, SearchWords};
use crate::present::text::table::fill;
use crate::present::text::{Language, date, label, number};
use crate::views::search::{AssetHit, Found};

pub(super) async fn show(State(shared): State<Shared>, RawQuery(query): RawQuery, asker: Asker) -> Response {
    match read(&shared, query.as_deref(), &asker).await {
        Ok(Answer::Page(page)) => render(&*page, axum::http::StatusCode::OK),
        Ok(Answer::Elsewhere(href)) => Redirect::to(&href).into_response(),
        Err(refusal) => refused(&refusal, &asker),
    }
}

enum Answer {
    Page(Box<SearchPage>),
    Elsewhere(String),
}

async fn read(shared: &Shared, query: Option<&str>, asker: &Asker) -> Result<Answer, Refusal> {
    let asked = Asked::read(query, &["q", "client", "kind"])?;
    let client = asked.client.as_deref().map(client_code).transpose()?;
    let within = match client {
        Some(client) => Some(shared.reads.today(client).await?.name),
        None => None,
    };
    let text = asked.sought.as_deref().unwrap_or_default();
    let mut found = shared.reads.search(client, text).await?;
    if asked.kind.is_some() {
        found.assets.clear();
        let exact = found.clients.iter().find(|hit| hit.client == text.trim());
        if let Some(only) = exact.or(found.clients.first().filter(|_| found.clients.len() == 1)) {
            return Ok(Answer::Elsewhere(format!("/clients/{}", encode(&only.client))));
        }
    }
    Ok(Answer::Page(Box::new(page(&found, within.as_deref(), asker))))
}

#[derive(Template)]
#[template(path = "search.html")]
struct SearchPage {
    frame: Frame,
    words: &'static SearchWords,
    sentence: String,
    within: Option<String>,
    everywhere: String,
    clients: Vec<(String, String, String)>,
    assets: Vec<Hit>,
    hint: bool,
    more: Option<String>,
}

struct Hit {
    name: String,
    href: String,
    client: String,
    client_href: String,
    category: String,
    status: String,
    status_name: String,
    field: &'static str,
    value: String,
    last_seen: Option<String>,
}

fn page(found: &Found, within: Option<&str>, asker: &Asker) -> SearchPage {
    let language = asker.language;
    let words = SearchWords::of(language);
    let count = |n: usize| number::count(n as u64, language);
    let (clients, assets) = (count(found.clients.len()), count(found.assets.len()));
    let values = [("sought", found.sought.as_str()), ("clients", &clients), ("assets", &assets)];
    let nothing = found.clients.is_empty() && found.assets.is_empty();
    let mut frame = Frame::of(asker, |_| String::from(words.title));
    frame.sought.clone_from(&found.sought);
    SearchPage {
        frame,
        sentence: match (found.sought.is_empty(), nothing) {
            (true, _) => String::from(words.blank),
            (false, true) => fill(words.nothing, &values, language),
            (false, false) => fill(words.found, &values, language),
        },
        within: within.map(|name| fill(words.within, &[("name", name)], language)),
        everywhere: format!("/search?q={}", encode(&found.sought)),
        clients: found
            .clients
            .iter()
            .map(|hit| (hit.name.clone(), format!("/clients/{}", encode(&hit.client)), hit.client.clone()))
            .collect(),
        assets: found.assets.iter().map(|hit| self::hit(hit, found.known_at, language)).collect(),
        hint: nothing,
        more: found.more.then(|| fill(words.more, &[("n", &assets)], language)),
        words,
    }
}

fn hit(hit: &AssetHit, now: jiff::Timestamp, language: Language) -> Hit {
    Hit {
        name: hit.name.clone(),
        href: asset_href(&hit.client, &hit.asset, &Asked::default()),
        client: hit.client_name.clone(),
        client_href: format!("/clients/{}", encode(&hit.client)),
        category: String::from(label::name(label::CATEGORIES, &hit.category, language)),
        status: hit.status.clone(),
        status_name: String::from(label::name(label::STATUSES, &hit.status, language)),
        field: label::name(FIELDS, hit.field, language),
        value: hit.value.clone(),
        last_seen: hit.last_seen.map(|at| date::age_in_words(at, now, language)),
    }
}
