//! What each verb lets one choose: which days make sense, which fields it takes.

use cadastre_domain::calendar::Month;
use cadastre_domain::fact::Verb;
use cadastre_domain::refusal::Refusal;
use jiff::civil::Date;

use crate::present::form::Sent;
use crate::present::text::decide::DecideWords;
use crate::present::text::table::fill;
use crate::present::text::{Language, date};
use crate::views::worklist::{Tab, WorkRow};

/// Every verb, in the order that pages offer them.
pub(crate) const VERBS: [Verb; 15] = [
    Verb::Include,
    Verb::Exclude,
    Verb::Retire,
    Verb::Replace,
    Verb::Stock,
    Verb::Spare,
    Verb::Loan,
    Verb::Byod,
    Verb::Active,
    Verb::Reversibility,
    Verb::Merge,
    Verb::NeverTogether,
    Verb::Move,
    Verb::Attest,
    Verb::Snooze,
];

/// The verb of a word.
pub(crate) fn verb_of(word: &str) -> Option<Verb> {
    VERBS.into_iter().find(|verb| verb.word() == word)
}

/// The verb that carries out an action which a finding proposes.
pub(crate) fn proposed(action: &str) -> Option<Verb> {
    Some(match action {
        "add_to_contract" | "include" | "move_line" => Verb::Include,
        "board_swap" | "choose" | "merge" => Verb::Merge,
        "locate" => Verb::Retire,
        "never_together" => Verb::NeverTogether,
        other => return verb_of(other),
    })
}

/// The verbs that make sense under a tab, for rows with or without an asset.
pub(super) fn offered(tab: Option<Tab>, row: Option<&WorkRow>) -> Vec<Verb> {
    use Verb::{Active, Attest, Byod, Exclude, Include, Loan, Merge, Move, NeverTogether};
    use Verb::{Replace, Retire, Reversibility, Snooze, Spare, Stock};
    let has_asset = row.is_none_or(|row| !row.assets.is_empty());
    let verbs: &[Verb] = match tab {
        Some(Tab::Bill) => &[Include, Exclude, Stock, Spare, Loan, Byod, Replace, Move, Retire, Snooze],
        Some(Tab::Find) => &[Retire, Stock, Spare, Loan, Exclude, Move, Snooze],
        Some(Tab::Identity) => &[Merge, NeverTogether, Replace, Include, Exclude, Retire, Snooze],
        Some(Tab::Protect | Tab::Unknown) => &[Snooze, Stock, Retire, Exclude, Move],
        Some(Tab::Contract) => &[Attest, Snooze],
        Some(Tab::Snoozed) => &[Snooze, Include, Exclude, Retire],
        None => &[
            Include,
            Exclude,
            Retire,
            Replace,
            Stock,
            Spare,
            Loan,
            Byod,
            Active,
            Reversibility,
            Merge,
            NeverTogether,
            Move,
        ],
    };
    let duty = row.is_some_and(|row| row.finding.code == "duty_overdue");
    let fits = |verb: &Verb| match verb {
        Verb::Attest => duty,
        Verb::Snooze => true,
        _ => has_asset,
    };
    verbs.iter().copied().filter(fits).collect()
}

/// What the verb does to days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// The day is the first.
    In,
    /// The day is the last.
    Out,
    /// The day is the day.
    On,
}

/// Which way a verb goes.
pub(super) fn way(verb: Verb, to_client: bool) -> Way {
    match verb {
        Verb::Exclude | Verb::Retire => Way::Out,
        Verb::Move if to_client => Way::Out,
        Verb::Merge | Verb::NeverTogether | Verb::Snooze | Verb::Attest => Way::On,
        _ => Way::In,
    }
}

/// The days that a form offers, and the fields that its verb takes.
#[derive(Debug, Clone)]
pub(crate) struct Choice {
    pub(crate) legend: &'static str,
    /// `first`, `next` or `other`.
    pub(crate) date: &'static str,
    pub(crate) first: String,
    pub(crate) next: Option<String>,
    /// What the date field holds.
    pub(crate) effective: String,
    pub(crate) lines: Vec<(String, String)>,
    pub(crate) slots: Option<Vec<String>>,
    pub(crate) slot_needed: bool,
    /// Label of the field for the other device.
    pub(crate) with: Option<&'static str>,
    /// Names offered for it.
    pub(crate) names: Vec<String>,
    pub(crate) clients: Vec<(String, String)>,
    pub(crate) sites: Option<Vec<String>>,
    pub(crate) until: bool,
    pub(crate) duty: bool,
}

/// The day that a row begins or ends with, and what it is.
pub(super) fn anchor(row: Option<&WorkRow>, way: Way, today: Date) -> (Anchor, Date) {
    match (row, way) {
        (Some(row), Way::Out) if row.finding.code == "missing" => {
            row.seen.map_or((Anchor::Today, today), |(_, last)| (Anchor::LastSeen, last))
        }
        (Some(row), Way::In | Way::Out) if row.tab == Tab::Bill => {
            let seen = row.seen.is_some_and(|(first, _)| first == row.finding.since);
            (if seen { Anchor::FirstSeen } else { Anchor::Since }, row.finding.since)
        }
        _ => (Anchor::Today, today),
    }
}

/// What the first day offered is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Anchor {
    FirstSeen,
    LastSeen,
    Since,
    NextDay,
    Today,
}

/// How the first choice reads.
pub(super) fn first_label(anchors: &[(Anchor, Date)], today: Date, words: &DecideWords, language: Language) -> String {
    let Some((anchor, day)) = anchors.first() else { return String::new() };
    if anchors.iter().any(|(_, other)| other != day) {
        let last = *anchor == Anchor::LastSeen;
        return String::from(if last { words.each_last } else { words.each });
    }
    let text = match anchor {
        Anchor::FirstSeen => words.first_seen,
        Anchor::LastSeen => words.last_seen,
        Anchor::Since => words.since,
        Anchor::NextDay => words.next_day,
        Anchor::Today => words.today,
    };
    fill(text, &[("day", &date::near(*day, today, language))], language)
}

/// The day of the second choice: the first of next month, or for a way out the last of this one.
pub(super) fn next_day(way: Way, today: Date) -> Date {
    match way {
        Way::In => Month::of(today).plus(1).first(),
        Way::Out | Way::On => Month::of(today).last(),
    }
}

/// `first`, `next` or `other`, as it was chosen.
pub(super) fn chosen(sent: &Sent) -> Result<&'static str, Refusal> {
    match sent.text("date") {
        "" if sent.given("effective").is_some() => Ok("other"),
        "" | "first" => Ok("first"),
        "next" => Ok("next"),
        "other" => Ok("other"),
        other => Err(Refusal::new("unknown_value")
            .with("key", "date")
            .with("value", other)
            .with("allowed", "first, next, other")),
    }
}
