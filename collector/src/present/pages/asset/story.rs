//! The days, the protection and the parts of an asset, as its page prints them.

use cadastre_domain::calendar::Days;
use jiff::Timestamp;

use crate::present::query::Asked;
use crate::present::text::asset::{AssetWords, PAPERS, PARTS, PROTECTION_STATES};
use crate::present::text::table::{fill, visible};
use crate::present::text::{Language, date, label, number};
use crate::views::asset_story::{AssetStory, CalendarMonth};

/// What the template prints of the story.
pub(super) struct Story {
    pub(super) months: Vec<Month>,
    pub(super) safeguards: Vec<Safeguard>,
    pub(super) reported: Option<String>,
    pub(super) support: Option<String>,
    pub(super) parts: Vec<(&'static str, String)>,
    pub(super) papers: Vec<(&'static str, String)>,
}

/// A month of the calendar: squares, and their numbers.
pub(super) struct Month {
    pub(super) name: String,
    pub(super) href: String,
    /// Each run: class, x and width.
    pub(super) runs: Vec<(&'static str, u32, u32)>,
    pub(super) width: u32,
    /// Days seen, covered, billed and silent.
    pub(super) counts: [String; 4],
}

/// Something that protects the asset.
pub(super) struct Safeguard {
    pub(super) kind: &'static str,
    pub(super) product: String,
    pub(super) state: &'static str,
    pub(super) state_name: &'static str,
    pub(super) age: Option<String>,
}

const SQUARE: u32 = 10;

/// The story.
pub(super) fn of(story: &AssetStory, now: Timestamp, asked: &Asked, path: &str, language: Language) -> Story {
    let words = AssetWords::of(language);
    let named = |table, rows: &[(&'static str, String)]| {
        let row = |(code, value): &(&'static str, String)| {
            let value = match value.parse::<jiff::civil::Date>() {
                Ok(day) if value.len() == "2026-11-24".len() => date::day(day, language),
                _ => visible(value),
            };
            (label::name(table, code, language), value)
        };
        rows.iter().map(row).collect::<Vec<_>>()
    };
    Story {
        months: story.calendar.iter().map(|month| self::month(month, asked, path, language)).collect(),
        safeguards: story
            .safeguards
            .iter()
            .map(|guard| Safeguard {
                kind: label::name(label::REQUIREMENTS, guard.kind, language),
                product: guard.product.clone(),
                state: guard.state,
                state_name: label::name(PROTECTION_STATES, guard.state, language),
                age: guard.at.map(|at| date::age_in_words(at, now, language)),
            })
            .collect(),
        reported: story
            .reported
            .map(|at| fill(words.reported, &[("age", &date::age_in_words(at, now, language))], language)),
        support: story.support_end.map(|day| fill(words.support, &[("day", &date::day(day, language))], language)),
        parts: named(PARTS, &story.parts),
        papers: named(PAPERS, &story.papers),
    }
}

fn month(told: &CalendarMonth, asked: &Asked, path: &str, language: Language) -> Month {
    let layers = [
        ("c-told", told.told),
        ("c-covered", told.covered.without(told.billed)),
        ("c-billed", told.billed),
        ("c-silent", told.silent),
    ];
    let place = |day: jiff::civil::Date| (u32::from(day.day().unsigned_abs()).saturating_sub(1)) * SQUARE;
    let mut runs = Vec::new();
    for (class, days) in layers {
        runs.extend(
            days.runs(told.month).into_iter().map(|(from, to)| (class, place(from), place(to) + SQUARE - place(from))),
        );
    }
    let seen = told.seen.runs(told.month).into_iter();
    runs.extend(seen.map(|(from, to)| ("c-seen", place(from), place(to) + SQUARE - place(from))));
    let count = |days: Days| number::count(days.count(), language);
    let last = told.month.first().last_of_month();
    let looked_at = Asked { as_of: Some(asked.as_of.map_or(last, |day| day.min(last))), ..asked.clone() };
    let over = told.told.contains(last.day());
    Month {
        name: date::month(told.month.first(), language),
        href: if over { looked_at.href(path) } else { asked.href(path) },
        runs,
        width: told.month.days() * SQUARE,
        counts: [told.seen, told.covered, told.billed, told.silent].map(count),
    }
}
