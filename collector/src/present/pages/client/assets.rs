//! The assets of the day: problems first, one column a source, filters by status, category and line.

use std::cmp::Reverse;

use jiff::Timestamp;

use crate::present::pages::finding::asset_href;
use crate::present::query::{Asked, STATUSES, encode};
use crate::present::text::client::ClientWords;
use crate::present::text::table::fill;
use crate::present::text::{Language, date, label, number, reason};
use crate::views::asset_months::AssetMonths;
use crate::views::reconciliation::{AssetRow, FindingRow, Reconciliation, RequirementRow};
use crate::views::worklist::Tab;

/// The table and its filters.
pub(super) struct Assets {
    pub(super) count: String,
    pub(super) filters: Vec<Filter>,
    /// Names of the sources, one column each.
    pub(super) sources: Vec<String>,
    pub(super) sites: bool,
    /// Whether a line requires anything.
    pub(super) required: bool,
    /// Head of the column of the month's days.
    pub(super) month: Option<String>,
    pub(super) rows: Vec<Asset>,
    /// Said when a filter or a page leaves some out.
    pub(super) shown: Option<String>,
    pub(super) previous: Option<String>,
    pub(super) next: Option<String>,
    pub(super) page: String,
}

/// A filter by status.
pub(super) struct Filter {
    pub(super) name: String,
    pub(super) count: String,
    pub(super) href: String,
    pub(super) current: bool,
}

/// An asset.
pub(super) struct Asset {
    pub(super) name: String,
    pub(super) href: String,
    pub(super) category: String,
    pub(super) status: String,
    pub(super) status_name: String,
    pub(super) state: Option<String>,
    /// Its line, where the slot's name does not tell it.
    pub(super) line: Option<String>,
    pub(super) slot: Option<String>,
    pub(super) site: Option<String>,
    pub(super) sources: Vec<Cell>,
    pub(super) reasons: String,
    pub(super) requirements: Vec<Verdict>,
    pub(super) month: Option<MonthDays>,
    /// Since when it has its status, where a finding says it.
    pub(super) since: Option<String>,
}

/// Whether an asset has what its line requires.
pub(super) struct Verdict {
    pub(super) name: String,
    /// `good`, `bad` or `odd`.
    pub(super) kind: &'static str,
    pub(super) said: String,
    /// The finding.
    pub(super) href: Option<String>,
}

/// The days that the month counts of an asset.
pub(super) struct MonthDays {
    pub(super) said: String,
    pub(super) width: u32,
    /// Runs: x and width.
    pub(super) runs: Vec<(u32, u32)>,
    pub(super) amount: Option<String>,
}

/// What one source says of an asset.
pub(super) struct Cell {
    pub(super) source: String,
    /// `present`, `absent` or `silent`.
    pub(super) kind: &'static str,
    pub(super) said: &'static str,
    pub(super) age: Option<String>,
}

/// The table, when there is an asset.
pub(super) fn view(
    day: &Reconciliation,
    months: Option<&AssetMonths>,
    asked: &Asked,
    path: &str,
    language: Language,
) -> Option<Assets> {
    if day.assets.is_empty() {
        return None;
    }
    let words = ClientWords::of(language);
    let mut chosen: Vec<&AssetRow> = day.assets.iter().filter(|asset| is_asked(asset, asked)).collect();
    chosen.sort_by_cached_key(|asset| order(asset));
    let pages = chosen.len().div_ceil(ROWS_A_PAGE).max(1);
    let page = asked.page.unwrap_or(1).min(pages);
    let rows: Vec<&AssetRow> = chosen.iter().skip((page - 1) * ROWS_A_PAGE).take(ROWS_A_PAGE).copied().collect();
    let sources = sources(&day.assets);
    let turn = |page: usize| format!("{}#assets", Asked { page: Some(page), ..asked.clone() }.href(path));
    let total = number::count(day.assets.len() as u64, language);
    let shown = number::count(rows.len() as u64, language);
    Some(Assets {
        shown: (rows.len() < day.assets.len())
            .then(|| fill(words.filtered, &[("shown", &shown), ("total", &total)], language)),
        filters: filters(day, asked, path, language),
        sites: day.assets.iter().any(|asset| asset.site.is_some()),
        rows: rows.into_iter().map(|asset| row(asset, &sources, (day, months), asked, language)).collect(),
        required: day.assets.iter().any(|asset| !asset.requirements.is_empty()),
        month: months.map(|months| {
            let month = date::month(months.month.first(), language);
            fill(words.month_days, &[("month", &month)], language)
        }),
        sources: sources.iter().map(|source| source_name(source, language)).collect(),
        previous: (page > 1).then(|| turn(page - 1)),
        next: (page < pages).then(|| turn(page + 1)),
        page: fill(words.page_of, &[("page", &page.to_string()), ("pages", &pages.to_string())], language),
        count: total,
    })
}

fn is_asked(asset: &AssetRow, asked: &Asked) -> bool {
    asked.status.as_ref().is_none_or(|status| *status == asset.status)
        && asked.category.as_ref().is_none_or(|category| *category == asset.category)
        && asked.lacking.as_ref().is_none_or(|kind| lacks(asset, kind))
        && asked.line.as_ref().is_none_or(|line| asset.line.as_ref() == Some(line))
}

fn lacks(asset: &AssetRow, kind: &str) -> bool {
    asset.requirements.iter().any(|required| required.kind == kind && required.verdict != "good")
}

/// Problems first, as [`STATUSES`] orders them; then those with a slot, by line, slot and name.
fn order(asset: &AssetRow) -> (usize, Reverse<bool>, String, String, String) {
    let status = STATUSES.iter().position(|status| *status == asset.status).unwrap_or(STATUSES.len());
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    (status, Reverse(asset.slot.is_some()), text(&asset.line), text(&asset.slot), asset.name.clone())
}

/// Every source that speaks of an asset: the agent first, the annex last, lists by name between.
fn sources(assets: &[AssetRow]) -> Vec<String> {
    let mut names: Vec<String> =
        assets.iter().flat_map(|asset| asset.sources.iter().map(|source| source.source.clone())).collect();
    let place = |name: &str| match name {
        "agent" => 0,
        "annex" => 2,
        _ => 1,
    };
    names.sort_by(|left, right| (place(left), left).cmp(&(place(right), right)));
    names.dedup();
    names
}

/// A source as people call it: ours in the language, a console by its own name.
pub(in crate::present::pages) fn source_name(source: &str, language: Language) -> String {
    String::from(label::name(label::SOURCES, source, language))
}

fn filters(day: &Reconciliation, asked: &Asked, path: &str, language: Language) -> Vec<Filter> {
    let words = ClientWords::of(language);
    let filter = |status: Option<&str>, name: &str, n: usize| Filter {
        name: String::from(name),
        count: number::count(n as u64, language),
        href: format!("{}#assets", Asked { status: status.map(String::from), ..asked.unfiltered() }.href(path)),
        current: asked.status.as_deref() == status
            && asked.category.is_none()
            && asked.line.is_none()
            && asked.lacking.is_none(),
    };
    let mut filters = vec![filter(None, words.all, day.assets.len())];
    for status in STATUSES {
        let n = day.assets.iter().filter(|asset| asset.status == status).count();
        if n > 0 || asked.status.as_deref() == Some(status) {
            filters.push(filter(Some(status), label::name(label::STATUSES, status, language), n));
        }
    }
    filters
}

fn row(
    asset: &AssetRow,
    sources: &[String],
    (day, months): (&Reconciliation, Option<&AssetMonths>),
    asked: &Asked,
    language: Language,
) -> Asset {
    let own = || day.findings.iter().filter(|found| found.asset.as_ref() == Some(&asset.asset));
    let since = own().find(|found| ["uncovered", "missing", "never_seen", "over_count"].contains(&found.code.as_str()));
    let name = |table, code| String::from(label::name(table, code, language));
    Asset {
        name: asset.name.clone(),
        href: asset_href(&day.client, &asset.asset, asked),
        category: name(label::CATEGORIES, &asset.category),
        status: asset.status.clone(),
        status_name: name(label::STATUSES, &asset.status),
        state: (asset.state != "active").then(|| name(label::STATES, &asset.state)),
        line: asset
            .line
            .clone()
            .filter(|line| !asset.slot.as_ref().is_some_and(|slot| slot.starts_with(line.as_str()))),
        slot: asset.slot.clone(),
        site: asset.site.clone(),
        sources: sources.iter().map(|source| cell(asset, source, day.known_at, language)).collect(),
        reasons: reason::list(&asset.reasons, language),
        requirements: verdicts(&asset.requirements, &own().collect::<Vec<_>>(), (&day.client, asked), language),
        month: months.map(|months| month_days(months, &asset.asset, &day.currency, language)),
        since: since.map(|found| {
            let since = date::short(found.since, language);
            fill(ClientWords::of(language).since_day, &[("day", &since)], language)
        }),
    }
}

/// What fails or nobody knows, each by its name; then what is kept, as one.
fn verdicts(
    required: &[RequirementRow],
    own: &[&FindingRow],
    place: (&str, &Asked),
    language: Language,
) -> Vec<Verdict> {
    let all = required.iter().map(|required| verdict(required, own, place, language));
    let (kept, mut shown): (Vec<Verdict>, Vec<Verdict>) = all.partition(|verdict| verdict.kind == "good");
    let names: Vec<&str> = kept.iter().map(|verdict| verdict.name.as_str()).collect();
    let name = match names.as_slice() {
        [] => return shown,
        [one] => String::from(*one),
        more => number::count(more.len() as u64, language),
    };
    let said = format!("{} · {}", names.join(", "), ClientWords::of(language).good);
    shown.push(Verdict { name, kind: "good", said, href: None });
    shown
}

/// A requirement: kept, failed with the finding behind it, or beyond anybody's knowledge.
fn verdict(
    required: &RequirementRow,
    own: &[&FindingRow],
    (client, asked): (&str, &Asked),
    language: Language,
) -> Verdict {
    let words = ClientWords::of(language);
    let kind = match required.verdict.as_str() {
        "good" => "good",
        "unknown" => "odd",
        _ => "bad",
    };
    let prefix = if required.kind.starts_with("source:") { "absent_from_source" } else { required.kind.as_str() };
    let found = own.iter().find(|found| kind == "bad" && found.code.starts_with(prefix));
    let verdict = label::name(label::VERDICTS, &required.verdict, language);
    Verdict {
        name: requirement_name(&required.kind, language),
        kind,
        said: match kind {
            "good" => String::from(words.good),
            "odd" => String::from(words.not_told),
            _ => fill(words.bad, &[("verdict", verdict)], language),
        },
        href: found.map(|found| {
            let tab = Some(Tab::of(&found.code).word().to_owned());
            let asked = Asked { as_of: asked.as_of, known_at: asked.known_at, tab, ..Asked::default() };
            format!("{}#{}", asked.href(&format!("/clients/{}/findings", encode(client))), encode(&found.id))
        }),
    }
}

/// A requirement as a column names it: a console by its own name.
pub(super) fn requirement_name(kind: &str, language: Language) -> String {
    let kind = kind.strip_prefix("source:").unwrap_or(kind);
    String::from(label::name(label::REQUIREMENTS, kind, language))
}

fn month_days(months: &AssetMonths, asset: &str, currency: &str, language: Language) -> MonthDays {
    let own = months.assets.get(asset);
    let days = number::count(own.map_or(0, |own| own.days), language);
    let of = number::count(months.month.days(), language);
    let runs = own.map(|own| own.runs.as_slice()).unwrap_or_default().iter().map(|run| {
        let (from, to) = (u32::from(run.start.day().unsigned_abs()), u32::from(run.end.day().unsigned_abs()));
        (from.saturating_sub(1) * DAY_WIDTH, (to + 1).saturating_sub(from) * DAY_WIDTH)
    });
    MonthDays {
        said: fill(ClientWords::of(language).days_of, &[("days", &days), ("of", &of)], language),
        width: months.month.days() * DAY_WIDTH,
        runs: runs.collect(),
        amount: own.and_then(|own| own.amount.as_ref()).map(|amount| number::amount(amount, currency, language)),
    }
}

const DAY_WIDTH: u32 = 4;

fn cell(asset: &AssetRow, source: &str, now: Timestamp, language: Language) -> Cell {
    let words = ClientWords::of(language);
    let said = asset.sources.iter().find(|row| row.source == source);
    let (kind, text) = match said {
        Some(row) if row.present => ("present", words.source_present),
        Some(_) => ("absent", words.source_absent),
        None => ("silent", words.source_silent),
    };
    let age = said.and_then(|row| row.last_seen).map(|at| date::age(at, now, language));
    Cell { source: source_name(source, language), kind, said: text, age }
}

const ROWS_A_PAGE: usize = 50;
