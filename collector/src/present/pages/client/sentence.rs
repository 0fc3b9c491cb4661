//! The sentence of the day: « Au 24/11 : 26 portables vus pour 25 au contrat ; 1 hors périmètre (12,00 €/mois)… ».

use std::collections::BTreeMap;

use crate::present::pages::clients::is_zero;
use crate::present::query::{Asked, STATUSES};
use crate::present::text::client::ClientWords;
use crate::present::text::table::{fill, say};
use crate::present::text::{Language, date, label, number};
use crate::views::reconciliation::Reconciliation;

/// The day, what was seen for what is contracted, and each problem with the list behind it.
pub(super) struct Sentence {
    pub(super) day: String,
    pub(super) seen: String,
    pub(super) problems: Vec<Problem>,
    /// Said when there is no problem.
    pub(super) clear: Option<&'static str>,
}

/// How many assets have a status that asks for attention.
pub(super) struct Problem {
    pub(super) status: &'static str,
    pub(super) text: String,
    pub(super) amount: Option<String>,
    pub(super) href: String,
}

/// The sentence of a reconciliation.
pub(super) fn of(day: &Reconciliation, asked: &Asked, path: &str, language: Language) -> Sentence {
    let words = ClientWords::of(language);
    let problems: Vec<Problem> = STATUSES
        .into_iter()
        .filter(|status| *status != "covered")
        .filter_map(|status| problem(day, status, asked, path, language))
        .collect();
    Sentence {
        day: fill(words.day, &[("day", &date::short(day.as_of, language))], language),
        seen: seen(day, language),
        clear: (problems.is_empty() && day.findings.is_empty() && !day.assets.is_empty()).then_some(words.day_clear),
        problems,
    }
}

/// Each category of the contract once: contracted is summed over its lines, observed is of the category.
fn seen(day: &Reconciliation, language: Language) -> String {
    let words = ClientWords::of(language);
    let mut order: Vec<&str> = Vec::new();
    let mut counts: BTreeMap<&str, (u32, u32)> = BTreeMap::new();
    for line in &day.lines {
        if !order.contains(&line.category.as_str()) {
            order.push(&line.category);
        }
        let (observed, contracted) = counts.entry(&line.category).or_default();
        *observed = (*observed).max(line.observed);
        *contracted = contracted.saturating_add(line.contracted);
    }
    if order.is_empty() {
        let n = number::count(day.assets.len() as u64, language);
        return match day.assets.len() {
            0 => String::from(words.day_nothing),
            _ => fill(words.day_no_contract, &[("n", &n)], language),
        };
    }
    let part = |category: &str| {
        let (observed, contracted) = counts.get(category).copied().unwrap_or_default();
        let contracted = number::count(contracted, language);
        let seen = label::seen(category, observed, language);
        fill(words.day_seen, &[("seen", &seen), ("contracted", &contracted)], language)
    };
    let is_something = |category: &&str| counts.get(*category).is_some_and(|counts| *counts != (0, 0));
    let parts: Vec<String> = order.iter().copied().filter(is_something).map(part).collect();
    if parts.is_empty() { String::from(words.day_nothing) } else { parts.join(", ") }
}

fn problem(
    day: &Reconciliation,
    status: &'static str,
    asked: &Asked,
    path: &str,
    language: Language,
) -> Option<Problem> {
    let assets = day.assets.iter().filter(|asset| asset.status == status);
    let n = assets.clone().count();
    if n == 0 {
        return None;
    }
    let count = number::count(n as u64, language);
    let name = say(label::STATUS_COUNTS, status, &[("n", &count)], language);
    let ids: std::collections::BTreeSet<&str> = assets.map(|asset| asset.asset.as_str()).collect();
    let amounts = day
        .findings
        .iter()
        .filter(|found| found.asset.as_deref().is_some_and(|asset| ids.contains(asset)))
        .map(|found| found.amount_month.trim_start_matches('-'));
    let total = number::total(amounts).filter(|total| !is_zero(total));
    let amount = total.map(|total| {
        let amount = number::amount(&total, &day.currency, language);
        fill(ClientWords::of(language).day_amount, &[("amount", &amount)], language)
    });
    let list = Asked { status: Some(String::from(status)), ..asked.unfiltered() };
    Some(Problem { status, text: format!("{count} {name}"), amount, href: format!("{}#assets", list.href(path)) })
}
