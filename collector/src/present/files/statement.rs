//! The monthly statement as one printable page, in the language of its reader.
//!
//! **Invariant**: the same statement gives the same bytes, so its SHA-256 is what a client signs.

use askama::Template;
use cadastre_domain::refusal::Refusal;

use crate::present::text::contract::StatementWords;
use crate::present::text::table::fill;
use crate::present::text::{Language, date, finding, number};
use crate::views::statement::{Intervention, Movement, Statement};

#[derive(Template)]
#[template(path = "statement.html")]
struct Page<'a> {
    language: &'static str,
    w: &'static StatementWords,
    s: &'a Statement,
    title: String,
    span: String,
    movements: Vec<[String; 3]>,
    interventions: Vec<[String; 8]>,
    totals: String,
    findings: Vec<String>,
    bills: Vec<[String; 4]>,
    ledger: String,
}

/// The page of a statement.
///
/// # Errors
/// `internal` when the template does not render.
pub(crate) fn page(statement: &Statement, language: Language) -> Result<String, Refusal> {
    let words = StatementWords::of(language);
    let say = |text: &str, args: &[(&str, &str)]| fill(text, args, language);
    let month = date::month(statement.start, language);
    let page = Page {
        language: language.code(),
        w: words,
        s: statement,
        title: say(words.title, &[("month", &month)]),
        span: format!("{} – {}", date::day(statement.start, language), date::day(statement.end, language)),
        movements: statement.movements.iter().map(|row| movement(row, words, language)).collect(),
        interventions: statement.interventions.iter().map(|row| intervention(row, words, language)).collect(),
        totals: totals(statement, words, language),
        findings: statement.findings.iter().map(|row| finding_line(row, language)).collect(),
        bills: statement
            .bills
            .iter()
            .map(|bill| {
                let status = if bill.status == "closed" { words.status_closed } else { words.status_draft };
                let amount = |text: &str| number::amount(text, &bill.currency, language);
                [bill.reference.clone(), status.to_owned(), amount(&bill.total_net), amount(&bill.total_gross)]
            })
            .collect(),
        ledger: say(words.ledger, &[("head", &statement.head)]),
    };
    page.render().map_err(|error| Refusal::new("internal").with("reason", error))
}

fn movement(row: &Movement, words: &StatementWords, language: Language) -> [String; 3] {
    let text = match row.kind {
        "in" => words.entered,
        "out" => words.left,
        _ => words.swapped,
    };
    let slot = if row.name == row.slot { row.slot.clone() } else { format!("{} ({})", row.slot, row.name) };
    [row.line.clone(), slot, fill(text, &[("day", &row.day.to_string())], language)]
}

fn intervention(row: &Intervention, words: &StatementWords, language: Language) -> [String; 8] {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let delay = |minutes: Option<i64>| {
        let Some(minutes) = minutes else { return String::new() };
        let (hours, rest) = (minutes.div_euclid(60).to_string(), minutes.rem_euclid(60).to_string());
        fill(words.delay, &[("hours", &hours), ("minutes", &rest)], language)
    };
    [
        date::day(row.date, language),
        text(&row.nature),
        text(&row.means),
        text(&row.label),
        number::count(row.minutes, language),
        number::count(row.tickets, language),
        delay(row.answered_after),
        delay(row.solved_after),
    ]
}

fn totals(statement: &Statement, words: &StatementWords, language: Language) -> String {
    let sum = |of: fn(&Intervention) -> u32| statement.interventions.iter().map(|row| u64::from(of(row))).sum::<u64>();
    let count = statement.interventions.len().to_string();
    let (minutes, tickets) = (sum(|row| row.minutes).to_string(), sum(|row| row.tickets).to_string());
    fill(words.totals, &[("count", &count), ("minutes", &minutes), ("tickets", &tickets)], language)
}

fn finding_line(row: &crate::views::reconciliation::FindingRow, language: Language) -> String {
    let name = row.name.as_deref().or(row.line.as_deref()).unwrap_or_default();
    let title = finding::title(&row.code, language);
    format!("{title} · {name} · {}", date::day(row.due, language))
}
