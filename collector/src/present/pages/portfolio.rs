//! `/`: every client at a glance, those with the most at stake first; what is to be closed; what belongs to nobody.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::answer;
use super::clients::is_zero;
use super::frame::Frame;
use super::turn::{Turn, turn};
use crate::present::Shared;
use crate::present::query::{Asked, Asker, encode};
use crate::present::text::portfolio::{CAUSES, PortfolioWords};
use crate::present::text::table::fill;
use crate::present::text::{Language, date, label, number};
use crate::views::portfolio::{Portfolio, PortfolioRow, Total, TrendPoint, closing_state};

/// Squares of the closing that are drawn; beyond, the number alone tells.
const SQUARES_MAX: usize = 120;

pub(super) async fn show(State(shared): State<Shared>, RawQuery(query): RawQuery, asker: Asker) -> Response {
    let page = match Asked::read(query.as_deref(), &["page"]) {
        Ok(asked) => shared.reads.portfolio().await.map(|portfolio| page(&portfolio, asked.page.unwrap_or(1), &asker)),
        Err(refusal) => Err(refusal),
    };
    answer::<PortfolioPage>(page, &asker)
}

#[derive(Template)]
#[template(path = "portfolio.html")]
struct PortfolioPage {
    frame: Frame,
    words: &'static PortfolioWords,
    known: Option<String>,
    sentence: Vec<Said>,
    notice: Option<String>,
    closing: Option<Closing>,
    unmapped: Option<String>,
    rows: Vec<Row>,
    totals: Vec<Row>,
    turn: Option<Turn>,
}

/// A piece of the sentence, with the list behind it.
struct Said {
    text: String,
    href: &'static str,
    strong: bool,
}

struct Closing {
    sentence: String,
    squares: Vec<Square>,
}

struct Square {
    kind: &'static str,
    sign: &'static str,
    said: String,
    href: String,
}

/// A row of the table: of a client, or the totals of a currency.
struct Row {
    name: String,
    code: Option<String>,
    href: String,
    at_stake: Cell,
    trend: Option<Trend>,
    contracted: Cell,
    seen: Cell,
    billable: Cell,
    uncovered: Cell,
    missing: Cell,
    unknown: Cell,
    causes: Option<String>,
    unprotected: Cell,
    oldest: Option<String>,
    notice: Option<String>,
    signed: Option<String>,
}

/// A number, and whether it is nothing.
struct Cell {
    text: String,
    zero: bool,
}

struct Trend {
    /// Points of the line, `x,y x,y`.
    points: String,
    said: String,
}

fn page(portfolio: &Portfolio, asked: usize, asker: &Asker) -> PortfolioPage {
    let language = asker.language;
    let words = PortfolioWords::of(language);
    let (shown, turn) = turn(portfolio.clients.len(), asked, "/", language);
    let clients = portfolio.clients.get(shown).unwrap_or_default();
    let count = |n: usize| number::count(n as u64, language);
    let rows_lost: u32 = portfolio.unmapped.iter().map(|group| group.rows).sum();
    PortfolioPage {
        known: portfolio.known_at.map(|at| {
            let time = date::instant(at, &TimeZone::get("Europe/Paris").unwrap_or(TimeZone::UTC), language);
            fill(words.known, &[("time", &time)], language)
        }),
        sentence: sentence(portfolio, language),
        notice: next_notice(portfolio, language),
        closing: closing(portfolio, language),
        unmapped: (!portfolio.unmapped.is_empty()).then(|| {
            let values = [("n", number::count(rows_lost, language)), ("groups", count(portfolio.unmapped.len()))];
            let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
            fill(words.unmapped, &values, language)
        }),
        totals: portfolio.totals.iter().map(|total| total_row(total, portfolio.totals.len() > 1, language)).collect(),
        turn,
        rows: clients.iter().map(|client| row(&PortfolioRow::of(client), language)).collect(),
        frame: Frame::of(asker, |_| String::from(words.title)),
        words,
    }
}

/// « 38 clients · 2 914 appareils · 1 204 €/mois en jeu (…) · 3 préavis sous 90 jours · 2 sites muets ».
fn sentence(portfolio: &Portfolio, language: Language) -> Vec<Said> {
    let words = PortfolioWords::of(language);
    let sum = |pick: fn(&Total) -> u32| portfolio.totals.iter().map(|total| u64::from(pick(total))).sum::<u64>();
    let counted = |sentence, n: u64| fill(sentence, &[("n", &number::count(n, language))], language);
    let piece = |text, href| Said { text, href, strong: false };
    let mut said = vec![
        piece(counted(words.clients, portfolio.clients.len() as u64), "/clients"),
        piece(counted(words.assets, sum(|total| total.assets)), "#clients"),
    ];
    for total in portfolio.totals.iter().filter(|total| !is_zero(&total.at_stake)) {
        let money = |text: &str| number::amount(text, &total.currency, language);
        let split = [("unbilled", money(&total.unbilled)), ("unproven", money(&total.unproven))];
        let split = split.each_ref().map(|(name, value)| (*name, value.as_str()));
        let amount = fill(words.at_stake, &[("amount", &money(&total.at_stake))], language);
        let text = format!("{amount} {}", fill(words.split, &split, language));
        said.push(Said { text, href: "/findings", strong: true });
    }
    if portfolio.totals.iter().all(|total| total.findings == 0 && is_zero(&total.at_stake)) {
        let day = portfolio.clients.iter().map(|client| client.as_of).max().unwrap_or(Date::MIN);
        let unknown = sum(|total| total.unknown);
        let agreed = number::count(sum(|total| total.assets).saturating_sub(unknown), language);
        let values = [("day", date::short(day, language)), ("n", agreed)];
        let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
        let mut text = fill(words.clear, &values, language);
        if unknown > 0 {
            text = format!("{text}, {}", counted(words.clear_unknown, unknown));
        }
        said.push(Said { text, href: "#clients", strong: true });
    }
    for (sentence, n, href) in [
        (words.notices, sum(|total| total.notices), "#clients"),
        (words.silent, sum(|total| total.silent_sites), "/health"),
    ] {
        if n > 0 {
            said.push(piece(counted(sentence, n), href));
        }
    }
    said
}

fn next_notice(portfolio: &Portfolio, language: Language) -> Option<String> {
    let words = PortfolioWords::of(language);
    let coming = portfolio.clients.iter().filter_map(|client| Some((client.notice.as_ref()?.until, &client.name)));
    let (day, name) = coming.min()?;
    let name = crate::present::text::table::visible(name);
    Some(fill(words.next_notice, &[("day", &date::short(day, language)), ("name", &name)], language))
}

fn closing(portfolio: &Portfolio, language: Language) -> Option<Closing> {
    let words = PortfolioWords::of(language);
    let due = portfolio.closing.as_ref()?;
    let values = [
        ("month", date::of_month(due.month.first(), language)),
        ("ready", number::count(due.ready, language)),
        ("clients", number::count(due.clients, language)),
    ];
    let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
    let squares = portfolio.clients.iter().filter_map(|client| {
        let closing = client.closing.as_ref().filter(|closing| closing.month == due.month)?;
        let (month, state) = (closing.month, closing_state(closing));
        let (sign, said) = match state {
            "closed" => ("✓", words.closed),
            "ready" => ("●", words.ready),
            _ => ("✗", words.blocked),
        };
        let said = format!("{} – {said}", client.name);
        let href = format!("/clients/{}/months/{month}", encode(&client.client));
        Some(Square { kind: state, sign, said, href })
    });
    Some(Closing { sentence: fill(words.closing, &values, language), squares: squares.take(SQUARES_MAX).collect() })
}

fn row(client: &PortfolioRow, language: Language) -> Row {
    let cell = |n: u32| Cell { text: number::count(n, language), zero: n == 0 };
    let causes: Vec<String> = client
        .unknown_causes
        .iter()
        .map(|(cause, n)| {
            let name = label::name(CAUSES, cause, language);
            if client.unknown_causes.len() > 1 {
                format!("{name} {}", number::count(*n, language))
            } else {
                name.into()
            }
        })
        .collect();
    let sites = (!client.silent_sites.is_empty()).then(|| client.silent_sites.join(", "));
    Row {
        name: client.name.clone(),
        code: (client.name != client.client).then(|| client.client.clone()),
        href: format!("/clients/{}", encode(&client.client)),
        at_stake: money(&client.at_stake, &client.currency, language),
        trend: Some(trend(&client.trend, language)),
        contracted: cell(client.contracted),
        seen: cell(client.seen),
        billable: cell(client.billable),
        uncovered: cell(client.uncovered),
        missing: cell(client.missing),
        unknown: cell(client.unknown),
        causes: match (causes.is_empty(), sites) {
            (true, _) => None,
            (false, Some(sites)) => Some(format!("{} ({sites})", causes.join(", "))),
            (false, None) => Some(causes.join(", ")),
        },
        unprotected: cell(client.unprotected),
        oldest: client.oldest_gap.map(|day| date::day(day, language)),
        notice: client.notice_until.map(|day| date::day(day, language)),
        signed: client.signed.map(|month| date::month(month.first(), language)),
    }
}

fn total_row(total: &Total, several: bool, language: Language) -> Row {
    let words = PortfolioWords::of(language);
    let cell = |n: u32| Cell { text: number::count(n, language), zero: n == 0 };
    Row {
        name: match several {
            true => fill(words.total_in, &[("currency", &total.currency)], language),
            false => String::from(words.total),
        },
        code: None,
        href: String::new(),
        at_stake: money(&total.at_stake, &total.currency, language),
        trend: None,
        contracted: cell(total.contracted),
        seen: cell(total.seen),
        billable: cell(total.billable),
        uncovered: cell(total.uncovered),
        missing: cell(total.missing),
        unknown: cell(total.unknown),
        causes: None,
        unprotected: cell(total.unprotected),
        oldest: total.oldest_gap.map(|day| date::day(day, language)),
        notice: None,
        signed: None,
    }
}

fn money(text: &str, currency: &str, language: Language) -> Cell {
    Cell { text: number::amount(text, currency, language), zero: is_zero(text) }
}

/// The line of a trend; months that are not known leave it out.
fn trend(trend: &[TrendPoint], language: Language) -> Trend {
    let words = PortfolioWords::of(language);
    let height = |text: &String| text.split('.').next().and_then(|whole| whole.parse::<u64>().ok()).unwrap_or(0);
    let known: Vec<(usize, u64)> = trend
        .iter()
        .enumerate()
        .filter_map(|(place, point)| point.at_stake.as_ref().map(|amount| (place, height(amount))))
        .collect();
    let most = known.iter().map(|(_, height)| *height).max().unwrap_or(0).max(1);
    let point = |(place, height): &(usize, u64)| format!("{},{}", place * 6 + 2, 16 - height * 14 / most);
    let points: Vec<String> = known.iter().map(point).collect();
    let named = |at: Option<&(usize, u64)>| {
        at.and_then(|(place, _)| trend.get(*place)).map(|point| date::month(point.month.first(), language))
    };
    let said = match (named(known.first()), named(known.last())) {
        (Some(first), Some(last)) if known.len() > 1 => {
            fill(words.trend_said, &[("first", &first), ("last", &last)], language)
        }
        _ => String::from(words.trend_unknown),
    };
    Trend { points: if known.len() > 1 { points.join(" ") } else { String::new() }, said }
}
