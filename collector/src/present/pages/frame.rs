//! The frame around every page: title, skip link, language switch, the day that is looked at.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::present::fixed::STYLE;
use crate::present::query::{Asked, Asker};
use crate::present::text::frame::FrameWords;
use crate::present::text::table::fill;
use crate::present::text::{Language, date};
use crate::views::clients::Today;

/// What the template of the frame prints.
pub(super) struct Frame {
    pub(super) language: Language,
    pub(super) words: &'static FrameWords,
    pub(super) title: String,
    /// This very address: the skip link's, and where the language form returns to.
    pub(super) here: String,
    pub(super) style: &'static str,
    /// The language that the switch offers: its code and its own name.
    pub(super) other: (&'static str, &'static str),
}

impl Frame {
    /// The frame of the page that `asker` asks for.
    pub(super) fn of(asker: &Asker, title: impl Fn(&'static FrameWords) -> String) -> Self {
        let words = FrameWords::of(asker.language);
        let other = match asker.language {
            Language::En => ("fr", "Français"),
            Language::Fr => ("en", "English"),
        };
        Self { language: asker.language, words, title: title(words), here: asker.here.clone(), style: &STYLE, other }
    }
}

/// The day that a page of a client looks at: the form that changes it, and the band when it is not today.
pub(super) struct Moment {
    /// The address that the form asks.
    pub(super) path: String,
    /// `YYYY-MM-DD` of the day shown.
    pub(super) day: String,
    /// The latest day that can be asked.
    pub(super) latest: String,
    /// `known_at` and `month` as they were asked: kept by the form.
    pub(super) kept: Vec<(&'static str, String)>,
    /// The sentence of the band.
    pub(super) band: Option<String>,
    /// The same page, today.
    pub(super) today: String,
}

impl Moment {
    /// What `asked` looks at. `known_at` is the document's own.
    pub(super) fn of(
        path: String,
        asked: &Asked,
        (as_of, known_at): (jiff::civil::Date, Timestamp),
        today: &Today,
        language: Language,
    ) -> Self {
        let words = FrameWords::of(language);
        let instant = date::instant(known_at, &zone(today), language);
        let day = date::day(as_of, language);
        let values = [("as_of", day.as_str()), ("known_at", instant.as_str())];
        let band = if as_of != today.day {
            Some(fill(words.band, &values, language))
        } else {
            asked.known_at.map(|_| fill(words.known_today, &values, language))
        };
        let mut kept = Vec::new();
        if let Some(known_at) = asked.known_at {
            kept.push(("known_at", known_at.to_string()));
        }
        if let Some(month) = asked.month {
            kept.push(("month", month.to_string()));
        }
        let now = Asked { as_of: None, known_at: None, ..asked.clone() }.href(&path);
        Self { path, day: as_of.to_string(), latest: today.day.to_string(), kept, band, today: now }
    }
}

/// The zone of a client; UTC where its name is unknown.
pub(super) fn zone(today: &Today) -> TimeZone {
    cadastre_domain::calendar::zone(&today.time_zone).unwrap_or(TimeZone::UTC)
}
