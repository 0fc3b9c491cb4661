//! `/findings` and `/clients/{client}/findings`: what waits for a decision, tab by tab, each row with its proofs, its stake
//! and the decisions that settle it.

mod row;
#[cfg(test)]
mod tests;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use cadastre_domain::money::Amount;
use cadastre_domain::refusal::Refusal;
use cadastre_domain::register::Register;

use self::row::RowView;
use super::decide::undo_link;
use super::frame::{Frame, Moment};
use crate::present::Shared;
use crate::present::query::{Asked, Asker, client_code, encode, no_such};
use crate::present::text::decide::{DO, TABS, WorkWords};
use crate::present::text::table::fill;
use crate::present::text::{Language, date, label, number};
use crate::views::worklist::{Tab, WorkRow, Worklist};

/// Most rows on one page.
const ROWS_MAX: usize = 300;
/// Rows on the page of all clients at most: with the longest it stays within a few dozen kilobytes.
const ROWS_OF_ALL_MAX: usize = 50;

#[derive(Template)]
#[template(path = "work.html")]
struct WorkPage {
    frame: Frame,
    /// The day that a client's page looks at.
    moment: Option<Moment>,
    /// Whether that is another day: then nothing can be decided.
    past: bool,
    words: &'static WorkWords,
    /// Name and address of the client; absent on the page of all.
    client: Option<(String, String)>,
    tabs: Vec<TabView>,
    rows: Vec<RowView>,
    /// Buttons that decide the chosen rows: verb and name.
    together: Vec<(&'static str, &'static str)>,
    beyond: Option<String>,
    empty: Option<String>,
    done: Vec<(String, Option<String>)>,
}

struct TabView {
    href: String,
    name: &'static str,
    count: String,
    zero: bool,
    amount: Option<String>,
    current: bool,
}

pub(super) async fn show(
    State(shared): State<Shared>,
    Path(client): Path<String>,
    RawQuery(query): RawQuery,
    asker: Asker,
) -> Response {
    let page = async {
        let client = client_code(&client)?;
        let asked = Asked::read(query.as_deref(), &["tab", "done", "as_of", "known_at"])?;
        let register = shared.office.registers.looked_at(client, asked.as_of, asked.known_at).await?;
        let today = shared.reads.today(client).await?;
        let path = format!("/clients/{}/findings", encode(client));
        let mut own = Worklist::of(&register)?;
        // What is overdue is so on the day that is looked at.
        own.today = register.as_of;
        let mut moment = Moment::of(path.clone(), &asked, (register.as_of, register.known_at), &today, asker.language);
        moment.kept.extend(asked.tab.clone().map(|tab| ("tab", tab)));
        let mut page = page(&[&own], path, &asked, &asker)?;
        page.past = moment.band.is_some();
        if page.past {
            page.together = Vec::new();
        }
        page.moment = Some(moment);
        page.frame = page.frame.of_client(&own.name);
        page.client = Some((own.name.clone(), format!("/clients/{}", encode(client))));
        page.done = done(&register, asked.done.as_deref(), asker.language)?;
        Ok(page)
    };
    super::answer(page.await, &asker)
}

pub(super) async fn everywhere(State(shared): State<Shared>, RawQuery(query): RawQuery, asker: Asker) -> Response {
    let page = async {
        let asked = Asked::read(query.as_deref(), &["tab"])?;
        let outlines = shared.reads.work().await?;
        let work: Vec<&Worklist> = outlines.iter().map(|(_, outline)| &outline.work).collect();
        page(&work, "/findings".to_owned(), &asked, &asker)
    };
    super::answer(page.await, &asker)
}

fn page(work: &[&Worklist], path: String, asked: &Asked, asker: &Asker) -> Result<WorkPage, Refusal> {
    let language = asker.language;
    let words = WorkWords::of(language);
    let tab = tab(work, asked)?;
    let mut tabs = Vec::new();
    for of in Tab::ALL {
        let view = tab_view(work, of, (&path, of == tab, asked), language);
        if !view.zero || of == tab || !matches!(of, Tab::Contract | Tab::Snoozed) {
            tabs.push(view);
        }
    }
    let alone = path != "/findings";
    let most = if alone { ROWS_MAX } else { ROWS_OF_ALL_MAX };
    let (rows, beyond) = first_rows(work, tab, most);
    let together: &[&str] = match tab {
        Tab::Bill => &["include", "exclude", "stock", "snooze"],
        Tab::Find => &["retire", "stock", "snooze"],
        Tab::Snoozed => &[],
        _ => &["snooze"],
    };
    let nothing = work.iter().all(|work| work.rows.len() == work.count(Tab::Unknown).0);
    Ok(WorkPage {
        frame: Frame::of(asker, |_| String::from(words.title)),
        moment: None,
        past: false,
        words,
        client: None,
        tabs,
        empty: rows.is_empty().then(|| match (nothing, work) {
            (true, [work]) => empty(work, language),
            (true, _) => words.empty_all.to_owned(),
            _ => words.empty_tab.to_owned(),
        }),
        beyond: (beyond > 0).then(|| fill(words.beyond, &[("n", &number::count(beyond as u64, language))], language)),
        together: match alone && rows.len() > 1 {
            true => together.iter().map(|verb| (*verb, label::name(DO, verb, language))).collect(),
            false => Vec::new(),
        },
        rows: rows.into_iter().map(|(work, row)| row::view(work, row, asked, language)).collect(),
        done: Vec::new(),
    })
}

/// The first rows of a tab over all these clients, and how many more there are.
fn first_rows<'w>(work: &[&'w Worklist], tab: Tab, most: usize) -> (Vec<(&'w Worklist, &'w WorkRow)>, usize) {
    // Each client's rows are in order: the next one is the first of a client's rest.
    let next = |work: &'w Worklist, at: usize| {
        work.of_tab(tab).get(at).map(|row| Reverse((row.order(), work.client.as_str(), at)))
    };
    let own: BTreeMap<&str, &'w Worklist> = work.iter().map(|work| (work.client.as_str(), *work)).collect();
    let mut rest: BinaryHeap<_> = work.iter().filter_map(|work| next(work, 0)).collect();
    let mut rows = Vec::new();
    while rows.len() < most {
        let Some(Reverse((_, client, at))) = rest.pop() else { break };
        let Some(work) = own.get(client).copied() else { continue };
        rows.extend(work.of_tab(tab).get(at).map(|row| (work, row)));
        rest.extend(next(work, at + 1));
    }
    let all: usize = work.iter().map(|work| work.count(tab).0).sum();
    let beyond = all.saturating_sub(rows.len());
    (rows, beyond)
}

/// The tab that is asked, else the first that has rows.
fn tab(work: &[&Worklist], asked: &Asked) -> Result<Tab, Refusal> {
    if let Some(word) = asked.tab.as_deref() {
        let known = Tab::ALL.into_iter().find(|tab| tab.word() == word);
        return known.ok_or_else(|| Refusal::new("tab_unknown").with("value", word));
    }
    let has = |tab: &Tab| work.iter().any(|work| work.count(*tab).0 > 0);
    Ok(Tab::ALL.into_iter().find(has).unwrap_or(Tab::Bill))
}

fn tab_view(work: &[&Worklist], tab: Tab, (path, current, asked): (&str, bool, &Asked), language: Language) -> TabView {
    let count: usize = work.iter().map(|work| work.count(tab).0).sum();
    let currency = work.first().map_or("EUR", |work| work.currency.as_str());
    let own = work.iter().filter(|work| work.currency == currency).map(|work| work.count(tab).1);
    let total = Amount::total(own).ok().filter(|total| *total != Amount::ZERO);
    TabView {
        href: Asked { tab: Some(tab.word().to_owned()), ..asked.clone() }.href(path),
        name: label::name(TABS, tab.word(), language),
        zero: count == 0,
        count: number::count(count as u64, language),
        amount: total.map(|total| number::amount(&total.to_string(), currency, language)),
        current,
    }
}

fn empty(work: &Worklist, language: Language) -> String {
    let words = WorkWords::of(language);
    let age = work.last_heard.map(|at| date::age_in_words(at, work.known_at, language));
    let heard = age.map(|age| fill(words.empty_heard, &[("age", &age)], language)).unwrap_or_default();
    let silent = work.rows.iter().filter(|row| row.finding.code == "unknown_site_silent").count();
    let silent = match silent {
        0 => String::new(),
        n => fill(words.empty_silent, &[("n", &number::count(n as u64, language))], language),
    };
    let n = number::count(work.assets as u64, language);
    fill(words.empty, &[("n", &n), ("heard", &heard), ("silent", &silent)], language)
}

/// What was decided a moment ago, `done=FIRST-LAST`, each with the page that undoes it.
fn done(
    register: &Register,
    asked: Option<&str>,
    language: Language,
) -> Result<Vec<(String, Option<String>)>, Refusal> {
    let words = WorkWords::of(language);
    let Some(asked) = asked else { return Ok(Vec::new()) };
    let number = |text: &str| text.parse::<u64>().map_err(|_| no_such("done", asked));
    let (first, last) = asked.split_once('-').ok_or_else(|| no_such("done", asked))?;
    let (first, last) = (number(first)?, number(last)?);
    let within = register.decisions.iter().filter(|decided| (first..=last).contains(&decided.seq));
    let said = within.map(|decided| {
        let decision = &decided.decision;
        let names: Vec<String> = decision
            .assets
            .iter()
            .map(|id| {
                let asset = register.asset(id).and_then(|index| register.assets.get(index));
                asset.map_or_else(|| id.clone(), |asset| asset.name.clone())
            })
            .collect();
        let names = if names.is_empty() { decision.reason.clone() } else { names.join(", ") };
        let day = date::day(decision.effective, language);
        let when = match decision.verb.word() {
            "exclude" | "retire" => words.done_last,
            "snooze" | "attest" | "merge" | "never-together" => words.done_on,
            _ => words.done_from,
        };
        let when = fill(when, &[("day", &day)], language);
        let what = label::name(label::VERBS, decision.verb.word(), language);
        let said = fill(words.done, &[("what", what), ("names", &names), ("when", &when)], language);
        (said, undo_link(register, decided.seq))
    });
    Ok(said.collect())
}
