//! All prose of the collector, in French and English. Everything else speaks codes.
//!
//! It does three things: choose the language, look a code up and fill its sentence, write numbers, amounts and dates as
//! the language does. It decides nothing. **Invariant**: a code without a sentence is shown as it is, with its arguments;
//! it never disappears and never fails.
//!
//! ```text
//! table.rs   (code, english, french) rows, search, fill       number.rs, date.rs   how a language writes them
//! refusal.rs reason.rs finding.rs label.rs cli.rs             tables by code
//! frame.rs clients.rs client.rs asset.rs bill.rs contract.rs  words of the pages, one struct a page
//! paper.rs                                                    words of what is printed and handed over
//! ```

pub mod asset;
pub mod bill;
pub mod cause;
pub mod cli;
pub mod client;
pub mod clients;
pub mod compare;
pub mod contract;
pub mod contracts;
pub mod date;
pub mod decide;
pub mod finding;
pub mod frame;
pub mod health;
pub mod help;
pub mod label;
pub mod machines;
pub mod monthly;
pub mod number;
pub mod paper;
pub mod portfolio;
pub mod reason;
pub mod refusal;
pub mod search;
pub mod sources;
pub mod table;
#[cfg(test)]
mod tests;

/// A language that the collector writes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Language {
    /// English.
    #[default]
    En,
    /// French.
    Fr,
}

impl Language {
    /// `en` or `fr`, as `<html lang>` and the cookie write it.
    pub fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Fr => "fr",
        }
    }

    /// The one of the two texts that is in this language.
    pub fn pick<'t>(self, english: &'t str, french: &'t str) -> &'t str {
        match self {
            Self::En => english,
            Self::Fr => french,
        }
    }

    /// The language of a tag or a locale: `fr`, `fr-CA`, `fr_FR.UTF-8`, `EN`. Another language is `None`.
    pub fn of_tag(tag: &str) -> Option<Self> {
        let primary = tag.trim().split(['-', '_', '.', '@']).next().unwrap_or_default();
        if primary.eq_ignore_ascii_case("fr") {
            Some(Self::Fr)
        } else if primary.eq_ignore_ascii_case("en") {
            Some(Self::En)
        } else {
            None
        }
    }

    /// The language that an `Accept-Language` header likes best, when it names one of ours. `*` is no wish.
    pub fn of_header(header: &str) -> Option<Self> {
        let mut best: Option<(u32, Self)> = None;
        for wish in header.split(',').take(WISHES_MAX) {
            let mut parts = wish.split(';');
            let tag = parts.next().unwrap_or_default();
            let quality = parts.find_map(|part| part.trim().strip_prefix("q=")).map_or(1000, thousandths);
            if let Some(language) = Self::of_tag(tag)
                && quality > best.map_or(0, |(most, _)| most)
            {
                best = Some((quality, language));
            }
        }
        best.map(|(_, language)| language)
    }

    /// The first that is there: the user's stored choice, what the browser asks for, the collector's `locale`.
    pub fn choose(stored: Option<&str>, accept_language: Option<&str>, locale: Self) -> Self {
        stored.and_then(Self::of_tag).or_else(|| accept_language.and_then(Self::of_header)).unwrap_or(locale)
    }
}

/// No browser lists more languages than this.
const WISHES_MAX: usize = 32;

/// `0.8` → 800. What is no quality counts as none.
fn thousandths(quality: &str) -> u32 {
    let (whole, part) = quality.trim().split_once('.').unwrap_or((quality.trim(), ""));
    let padded: String = part.chars().chain("000".chars()).take(3).collect();
    match (whole.parse::<u32>(), padded.parse::<u32>()) {
        (Ok(0), Ok(part)) => part,
        (Ok(1), Ok(_)) => 1000,
        _ => 0,
    }
}

/// Declares the words of one page: a struct with one field a text, and the texts in both languages side by side.
macro_rules! words {
    ($(#[$about:meta])* $name:ident { $($field:ident: $english:literal, $french:literal;)* }) => {
        $(#[$about])*
        #[derive(Debug)]
        pub(crate) struct $name {
            $(pub(crate) $field: &'static str,)*
        }

        impl $name {
            /// The words in `language`.
            pub(crate) fn of(language: $crate::present::text::Language) -> &'static Self {
                static EN: $name = $name { $($field: $english,)* };
                static FR: $name = $name { $($field: $french,)* };
                match language {
                    $crate::present::text::Language::En => &EN,
                    $crate::present::text::Language::Fr => &FR,
                }
            }

            /// Each text as (name, english, french), for the tests.
            #[cfg(test)]
            pub(crate) const ROWS: &'static [$crate::present::text::table::Row] =
                &[$((stringify!($field), $english, $french),)*];
        }
    };
}
use words;
