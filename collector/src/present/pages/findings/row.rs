//! A row of the work to do.

use crate::present::pages::clients::is_zero;
use crate::present::pages::decide::{proposed, sentence, verb_of};
use crate::present::pages::finding::asset_href;
use crate::present::query::{Asked, encode};
use crate::present::text::decide::{DO, QUESTIONS, WorkWords};
use crate::present::text::table::fill;
use crate::present::text::{Language, date, finding, label, number};
use crate::views::worklist::{Promise, Tab, WorkRow, Worklist};

/// What the template prints of a row.
pub(super) struct RowView {
    pub(super) id: String,
    pub(super) due: String,
    pub(super) overdue: bool,
    pub(super) code: String,
    pub(super) title: String,
    /// Name and address of each asset.
    pub(super) assets: Vec<(String, Option<String>)>,
    pub(super) said: Option<String>,
    pub(super) since: String,
    pub(super) client: (String, String),
    pub(super) site: Option<String>,
    /// Who speaks of it, and when last.
    pub(super) chips: Vec<(String, String)>,
    pub(super) references: Vec<String>,
    pub(super) money: Option<(String, String)>,
    pub(super) promise: Vec<String>,
    pub(super) until: Option<String>,
    /// The proposed decision: its page and its name.
    pub(super) decide: Option<(String, String)>,
    /// What is proposed where no decision settles it.
    pub(super) advice: Option<String>,
    pub(super) more: String,
    pub(super) choose: String,
}

/// The row.
pub(super) fn view(work: &Worklist, row: &WorkRow, asked: &Asked, language: Language) -> RowView {
    let words = WorkWords::of(language);
    let found = &row.finding;
    let client_href = format!("/clients/{}", encode(&work.client));
    let assets =
        row.assets.iter().map(|asset| (asset.name.clone(), Some(asset_href(&work.client, &asset.asset, asked))));
    let mut assets: Vec<(String, Option<String>)> = assets.collect();
    let bare = found.name.as_deref().map(|name| finding::subject(&found.code, name, language));
    if let (true, Some(name)) = (assets.is_empty(), bare.filter(|name| !name.is_empty())) {
        assets.push((name, None));
    }
    let name = assets.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(", ");
    let money = (!is_zero(&found.amount_month)).then(|| {
        let amount = |text: &str| number::signed_amount(text, &work.currency, language);
        let month = fill(words.month, &[("amount", &amount(&found.amount_month))], language);
        (month, fill(words.year, &[("amount", &amount(&found.amount_year))], language))
    });
    let decide = format!("{client_href}/decide?finding={}", encode(&found.id));
    let verb = proposed(&found.action).filter(|_| row.tab != Tab::Snoozed);
    let is_question = label_of_question(&found.code, language).is_some();
    RowView {
        id: found.id.clone(),
        due: date::near(found.due, work.today, language),
        overdue: found.due < work.today,
        code: found.code.clone(),
        title: match label_of_question(&found.code, language).filter(|_| found.asset.is_none()) {
            Some(title) => title.to_owned(),
            None => finding::title(&found.code, language).to_owned(),
        },
        said: sentence(row, &name, language),
        since: fill(words.since, &[("day", &date::near(found.since, work.today, language))], language),
        client: (work.name.clone(), client_href),
        site: row.assets.iter().find_map(|asset| asset.site.clone()),
        chips: chips(work, row, language),
        references: found.evidence.iter().take(REFERENCES_SHOWN).map(|proof| finding::proof(proof, language)).collect(),
        money,
        promise: promise(row.sla.as_ref(), language),
        until: row.until.map(|until| fill(words.snoozed_until, &[("day", &date::day(until, language))], language)),
        decide: verb.map(|verb| {
            let name = label::name(DO, verb.word(), language).to_owned();
            (format!("{decide}&verb={}", verb.word()), name)
        }),
        advice: match verb {
            Some(_) => None,
            None if is_question => Some(words.settle_elsewhere.to_owned()),
            None => Some(finding::action(&found.action, language).to_owned()),
        },
        more: match verb_of("snooze").filter(|_| verb.is_none()) {
            Some(snooze) => format!("{decide}&verb={}", snooze.word()),
            None => decide,
        },
        choose: fill(words.choose, &[("name", &name)], language),
        assets,
    }
}

fn label_of_question(code: &str, language: Language) -> Option<&'static str> {
    let row = QUESTIONS.iter().find(|row| row.0 == code)?;
    Some(language.pick(row.1, row.2))
}

/// Each source that speaks of the row's assets, with the age of its word.
fn chips(work: &Worklist, row: &WorkRow, language: Language) -> Vec<(String, String)> {
    let words = WorkWords::of(language);
    let sources = row.assets.iter().flat_map(|asset| &asset.sources).filter(|source| source.present);
    let chip = |source: &crate::views::reconciliation::SourceRow| {
        let age = match source.last_seen {
            Some(at) => date::age(at, work.known_at, language),
            None if source.source == "annex" => String::new(),
            None => words.never_heard.to_owned(),
        };
        (label::name(label::SOURCES, &source.source, language).to_owned(), age)
    };
    sources.map(chip).collect()
}

/// `PT4H` → `4 h`; a delay of another form stays as it is.
fn delay(text: &str, language: Language) -> String {
    let day = language.pick("d", "j");
    let (body, day_first) = match text.strip_prefix("PT") {
        Some(body) => (body, false),
        None => (text.strip_prefix('P').unwrap_or_default(), true),
    };
    let number =
        body.get(..body.len().saturating_sub(1)).filter(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()));
    match (number, body.chars().next_back(), day_first) {
        (Some(n), Some('H'), false) => format!("{n}\u{a0}h"),
        (Some(n), Some('M'), false) => format!("{n}\u{a0}min"),
        (Some(n), Some('D'), true) => format!("{n}\u{a0}{day}"),
        _ => text.to_owned(),
    }
}

fn promise(sla: Option<&Promise>, language: Language) -> Vec<String> {
    let words = WorkWords::of(language);
    let Some(sla) = sla else { return Vec::new() };
    let say = |text: &Option<String>, words: &str| {
        text.as_ref().map(|text| fill(words, &[("delay", &delay(text, language))], language))
    };
    let parts = [
        say(&sla.response, words.response),
        say(&sla.resolution, words.resolution),
        sla.hours.as_deref().map(|hours| date::hours(hours, language)),
    ];
    let told: Vec<String> = parts.into_iter().flatten().collect();
    if told.is_empty() { Vec::new() } else { told.into_iter().chain(sla.contact.clone()).collect() }
}

const REFERENCES_SHOWN: usize = 20;
