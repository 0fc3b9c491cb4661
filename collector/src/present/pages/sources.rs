//! `/sources`: the groups that belong to no client, loud and first, with the form that says whose they are; the lists there
//! are and their ages; and the form that imports one.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cadastre_domain::refusal::Refusal;
use jiff::{Timestamp, ToSpan};

use super::frame::Frame;
use super::names::names;
use super::{answer, refused, render};
use crate::admin::list::{self, ImportList};
use crate::admin::source::{self, MapGroup, SourceRow};
use crate::present::form::{Desk, Form, Sent};
use crate::present::query::{Asked, Asker, encode};
use crate::present::text::sources::SourcesWords;
use crate::present::text::table::fill;
use crate::present::text::{Language, date, number};
use crate::present::{Shared, status};

const PATH: &str = "/sources";
const MAP: &str = "/sources/map";
const IMPORT: &str = "/sources/import";
/// A list older than this is said to be old.
const OLD_DAYS: i64 = 7;

#[derive(Template)]
#[template(path = "sources.html")]
struct SourcesPage {
    frame: Frame,
    words: &'static SourcesWords,
    unmapped: Vec<Group>,
    unmapped_sentence: String,
    sources: Vec<Source>,
    clients: Vec<(String, String)>,
    import: Form,
    only: Option<String>,
}

/// A group without a client.
struct Group {
    source: String,
    group: String,
    rows: String,
    told: String,
    /// What was refused about this very group.
    form: Form,
}

/// A source and its lists.
struct Source {
    name: String,
    clients: String,
    rows: String,
    newest: String,
    age: String,
    old: bool,
    partial: bool,
    lists: Vec<List>,
}

struct List {
    client: String,
    href: String,
    group: Option<String>,
    site: Option<String>,
    rows: String,
    told: String,
    age: String,
    old: bool,
}

/// A form that was refused, to be shown again.
enum Again<'a> {
    Map(&'a Sent, &'a Refusal),
    Import(&'a Sent, &'a Refusal),
}

pub(super) async fn show(State(shared): State<Shared>, RawQuery(query): RawQuery, asker: Asker) -> Response {
    let page = async {
        let asked = Asked::read(query.as_deref(), &["client"])?;
        page(&shared, asked.client.as_deref(), None, &asker).await
    };
    answer(page.await, &asker)
}

async fn page(
    shared: &Shared,
    only: Option<&str>,
    again: Option<Again<'_>>,
    asker: &Asker,
) -> Result<SourcesPage, Refusal> {
    let language = asker.language;
    let words = SourcesWords::of(language);
    let registers = &shared.office.registers;
    let now = registers.now();
    let told = source::list(registers, only).await?.sources;
    let clients = names(shared).await?;
    let names: BTreeMap<String, String> = clients.iter().cloned().collect();
    let (waiting, lists): (Vec<SourceRow>, Vec<SourceRow>) = told.into_iter().partition(|row| row.client.is_none());
    let mut import = Form::new(Desk { shared, action: IMPORT, client: None }.token().await?);
    if let Some(Again::Import(sent, refusal)) = &again {
        import = import.holding(sent).refused(refusal, &IMPORT_FIELDS, language);
    } else {
        import = import.with("client", only.unwrap_or_default()).with("complete", "yes");
    }
    let rows: usize = waiting.iter().map(|row| row.rows).sum();
    let (groups, rows) = (number::count(waiting.len() as u64, language), number::count(rows as u64, language));
    let counts = [("groups", groups.as_str()), ("rows", rows.as_str())];
    let mut unmapped: Vec<Group> = Vec::new();
    for row in waiting {
        // Each group's form is sent once: a token of its own.
        let token = Desk { shared, action: MAP, client: None }.token().await?;
        unmapped.push(group(row, token, again.as_ref(), now, language));
    }
    Ok(SourcesPage {
        frame: Frame::of(asker, |_| String::from(words.title)),
        unmapped_sentence: fill(words.unmapped_sentence, &counts, language),
        unmapped,
        sources: sources(&lists, &names, now, language),
        clients,
        import,
        only: only.map(str::to_owned),
        words,
    })
}

const IMPORT_FIELDS: [&str; 6] = ["source", "client", "complete", "as_of", "profile", "file"];

fn group(row: SourceRow, token: String, again: Option<&Again<'_>>, now: Timestamp, language: Language) -> Group {
    let group = row.group.unwrap_or_default();
    let mut form = Form::new(token);
    if let Some(Again::Map(sent, refusal)) = again
        && sent.text("source") == row.source
        && sent.text("group") == group
    {
        form = form.holding(sent).refused(refusal, &["client", "site"], language);
    }
    Group {
        rows: counted(row.rows, language),
        told: row.as_of.map(|at| date::age_in_words(at, now, language)).unwrap_or_default(),
        source: row.source,
        group,
        form,
    }
}

/// `12 rows`.
fn counted(rows: usize, language: Language) -> String {
    let count = number::count(rows as u64, language);
    fill(SourcesWords::of(language).rows_counted, &[("rows", &count)], language)
}

fn sources(rows: &[SourceRow], names: &BTreeMap<String, String>, now: Timestamp, language: Language) -> Vec<Source> {
    let mut by_name: BTreeMap<&str, Vec<&SourceRow>> = BTreeMap::new();
    for row in rows {
        by_name.entry(&row.source).or_default().push(row);
    }
    let oldest = now.checked_sub((OLD_DAYS * 24).hours()).unwrap_or(now);
    let count = |n: usize| number::count(n as u64, language);
    let said = |at: Option<Timestamp>| {
        at.map(|at| date::instant(at, &jiff::tz::TimeZone::UTC, language) + " UTC").unwrap_or_default()
    };
    let age = |at: Option<Timestamp>| at.map(|at| date::age(at, now, language)).unwrap_or_default();
    let list = |row: &SourceRow| List {
        client: row.client.as_ref().and_then(|code| names.get(code)).cloned().unwrap_or_default(),
        href: format!("/clients/{}", encode(row.client.as_deref().unwrap_or_default())),
        group: row.group.clone(),
        site: row.site.clone(),
        rows: counted(row.rows, language),
        told: said(row.as_of),
        age: age(row.as_of),
        old: row.as_of.is_none_or(|at| at < oldest),
    };
    let source = |(name, rows): (&str, Vec<&SourceRow>)| {
        let clients: BTreeSet<_> = rows.iter().filter_map(|row| row.client.as_ref()).collect();
        let newest = rows.iter().filter_map(|row| row.as_of).max();
        Source {
            name: name.to_owned(),
            clients: count(clients.len()),
            rows: count(rows.iter().map(|row| row.rows).sum()),
            newest: said(newest),
            age: age(newest),
            old: newest.is_none_or(|at| at < oldest),
            partial: rows.iter().any(|row| row.complete == Some(false)),
            lists: rows.iter().map(|row| list(row)).collect(),
        }
    };
    by_name.into_iter().map(source).collect()
}

pub(super) async fn map(State(shared): State<Shared>, asker: Asker, sent: Sent) -> Response {
    let args = MapGroup {
        source: sent.text("source").to_owned(),
        group: sent.text("group").to_owned(),
        client: sent.text("client").to_owned(),
        site: sent.given("site").map(str::to_owned),
    };
    let registers = shared.office.registers.clone();
    let done = async {
        if args.client.is_empty() {
            return Err(Refusal::new("cell_empty").on("client"));
        }
        let work = async move { source::map(&registers, args).await.map(|_| PATH.to_owned()) };
        Desk { shared: &shared, action: MAP, client: None }.submit(&sent, work).await
    };
    match done.await {
        Ok(led) => led,
        Err(refusal) => again(&shared, Again::Map(&sent, &refusal), &refusal, &asker).await,
    }
}

pub(super) async fn import(State(shared): State<Shared>, asker: Asker, sent: Sent) -> Response {
    let done = async {
        let file = sent.file("file").ok_or_else(|| Refusal::new("cell_empty").on("file"))?;
        let args = ImportList {
            source: sent.text("source").to_owned(),
            client: sent.given("client").map(str::to_owned),
            complete: sent.given("complete").is_some(),
            as_of: sent.given("as_of").map(str::to_owned),
            profile: None,
            yes: sent.given("yes").is_some(),
            file: Some(file.name.clone()),
            bytes: STANDARD.encode(&file.bytes),
        };
        let registers = shared.office.registers.clone();
        let work = async move { list::import(&registers, args).await.map(|_| PATH.to_owned()) };
        Desk { shared: &shared, action: IMPORT, client: None }.submit(&sent, work).await
    };
    match done.await {
        Ok(led) => led,
        Err(refusal) => again(&shared, Again::Import(&sent, &refusal), &refusal, &asker).await,
    }
}

async fn again(shared: &Shared, what: Again<'_>, refusal: &Refusal, asker: &Asker) -> Response {
    match page(shared, None, Some(what), asker).await {
        Ok(page) => render(&page, status::of(refusal.code)),
        Err(refusal) => refused(&refusal, asker),
    }
}
