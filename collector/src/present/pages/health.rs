//! `/health` and `/clients/{client}/health`: how collection does, and what to do about each thing that does not.

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use cadastre_domain::refusal::Refusal;

use super::answer;
use super::frame::Frame;
use super::names::names;
use crate::present::Shared;
use crate::present::query::{Asked, Asker, Unasked, client_code, encode};
use crate::present::text::health::{ADVICE, HealthWords, OUTCOMES, PROBLEMS, SECTIONS};
use crate::present::text::table::fill;
use crate::present::text::{Language, date, label, number};
use crate::views::health::{Agent, Health, Site};

/// How many clients one page judges.
const PAGE_CLIENTS: usize = 50;

#[derive(Template)]
#[template(path = "health.html")]
struct HealthPage {
    frame: Frame,
    words: &'static HealthWords,
    sentence: String,
    clients: Vec<Client>,
    well: Vec<(String, String)>,
    /// The name of the client that the page is about alone.
    only: Option<String>,
    next: Option<String>,
    previous: Option<String>,
}

struct Client {
    name: String,
    health: String,
    counts: String,
    /// Whether it has no agent.
    bare: bool,
    sites: Vec<SiteRow>,
    agents: Vec<AgentRow>,
}

struct SiteRow {
    name: String,
    heard: String,
    last: String,
    silent: Option<String>,
}

struct AgentRow {
    name: String,
    href: Option<String>,
    site: Option<String>,
    last: String,
    problems: Vec<(&'static str, String)>,
    detail: Option<String>,
}

pub(super) async fn all(State(shared): State<Shared>, RawQuery(query): RawQuery, asker: Asker) -> Response {
    let page = async {
        let asked = Asked::read(query.as_deref(), &["page"])?;
        let number = asked.page.unwrap_or(1);
        let names = names(&shared).await?;
        let from = (number - 1).saturating_mul(PAGE_CLIENTS);
        let mut found = Vec::new();
        for (client, _) in names.iter().skip(from).take(PAGE_CLIENTS) {
            found.push(Health::of(&shared.office.registers, client).await?);
        }
        let mut page = page(&found, None, &asker);
        page.previous = (number > 1).then(|| format!("/health?page={}", number - 1));
        page.next = (names.len() > from + PAGE_CLIENTS).then(|| format!("/health?page={}", number + 1));
        Ok(page)
    };
    answer(page.await, &asker)
}

pub(super) async fn one(
    State(shared): State<Shared>,
    Path(client): Path<String>,
    _: Unasked,
    asker: Asker,
) -> Response {
    let page = async {
        let health = Health::of(&shared.office.registers, client_code(&client)?).await?;
        let today = shared.reads.today(&client).await?;
        let mut page = page(&[health], Some(today.name.clone()), &asker);
        page.frame = page.frame.of_client(&today.name);
        Ok::<_, Refusal>(page)
    };
    answer(page.await, &asker)
}

fn page(found: &[Health], only: Option<String>, asker: &Asker) -> HealthPage {
    let language = asker.language;
    let words = HealthWords::of(language);
    let sum = |pick: fn(&Health) -> usize| number::count(found.iter().map(pick).sum::<usize>() as u64, language);
    let counts = [
        ("agents", sum(|health| health.agents)),
        ("heard", sum(|health| health.heard_day)),
        ("troubled", sum(|health| health.troubled.len())),
        ("silent", sum(|health| health.sites.iter().filter(|site| site.silent).count())),
    ];
    let counts: Vec<(&str, &str)> = counts.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let alone = only.is_some();
    let (well, ill): (Vec<&Health>, Vec<&Health>) = found.iter().partition(|health| health.is_well() && !alone);
    HealthPage {
        frame: Frame::of(asker, |_| match &only {
            Some(name) => format!("{} · {name}", words.title),
            None => String::from(words.title),
        }),
        sentence: fill(words.sentence, &counts, language),
        clients: ill.into_iter().map(|health| client(health, words, language)).collect(),
        well: well.into_iter().map(|health| (health.name.clone(), href(&health.client))).collect(),
        words,
        only,
        next: None,
        previous: None,
    }
}

fn href(client: &str) -> String {
    format!("/clients/{}/health", encode(client))
}

fn client(health: &Health, words: &HealthWords, language: Language) -> Client {
    let count = |n: usize| number::count(n as u64, language);
    let (agents, heard) = (count(health.agents), count(health.heard_day));
    Client {
        bare: health.agents == 0,
        counts: fill(words.counts, &[("agents", &agents), ("heard", &heard)], language),
        sites: health.sites.iter().map(|site| self::site(site, health, words, language)).collect(),
        agents: health.troubled.iter().map(|agent| self::agent(agent, health, words, language)).collect(),
        name: health.name.clone(),
        health: href(&health.client),
    }
}

fn site(site: &Site, health: &Health, words: &HealthWords, language: Language) -> SiteRow {
    let last = site.last_heard.map(|at| date::age_in_words(at, health.known_at, language));
    let last = last.unwrap_or_else(|| words.never.to_owned());
    let (heard, devices) =
        (number::count(site.heard_day as u64, language), number::count(site.devices as u64, language));
    SiteRow {
        name: site.site.clone().unwrap_or_else(|| words.no_site.to_owned()),
        heard: fill(words.site_heard, &[("heard", &heard), ("devices", &devices)], language),
        silent: site.silent.then(|| fill(words.site_silent, &[("age", &last)], language)),
        last,
    }
}

fn agent(agent: &Agent, health: &Health, words: &HealthWords, language: Language) -> AgentRow {
    let last = agent.last_heard.map(|at| date::age_in_words(at, health.known_at, language));
    let detail = match (agent.skew_seconds, agent.unread.is_empty()) {
        (Some(seconds), _) => {
            let minutes = number::count(seconds / 60, language);
            Some(fill(words.skew, &[("minutes", &minutes)], language))
        }
        (None, false) => {
            let name = |table, code| label::name(table, code, language).to_owned();
            let list = agent.unread.iter();
            let list = list.map(|(part, why)| format!("{} ({})", name(SECTIONS, part), name(OUTCOMES, why)));
            Some(list.collect::<Vec<_>>().join(", "))
        }
        (None, true) => None,
    };
    AgentRow {
        name: agent.name.clone(),
        href: agent.asset.as_ref().map(|asset| format!("/clients/{}/assets/{}", encode(&health.client), encode(asset))),
        site: agent.site.clone(),
        last: last.unwrap_or_else(|| words.never.to_owned()),
        problems: agent
            .problems
            .iter()
            .map(|code| (label::name(PROBLEMS, code, language), label::name(ADVICE, code, language).to_owned()))
            .collect(),
        detail,
    }
}
