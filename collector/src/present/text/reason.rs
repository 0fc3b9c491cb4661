//! Reasons: why an asset has its status or its category, why an identifier does not count, what a bill's reader must know.

use super::Language;
use super::table::{Row, say};

/// A reason as part of a sentence, without a capital and a full stop. An unknown code is shown as it is.
///
/// A reason may carry values after its code: `admission_waits:days=2`.
pub fn words(reason: &str, language: Language) -> String {
    let (code, values) = reason.split_once(':').unwrap_or((reason, ""));
    let args: Vec<(&str, &str)> = values.split(',').filter_map(|value| value.split_once('=')).collect();
    if args.is_empty() && !values.is_empty() {
        return String::from(reason);
    }
    say(REASONS, code, &args, language)
}

/// Several reasons, one after the other.
pub fn list(reasons: &[String], language: Language) -> String {
    let said: Vec<String> = reasons.iter().map(|reason| words(reason, language)).collect();
    said.join(language.pick("; ", "\u{202f}; "))
}

/// Every reason, sorted by code.
#[rustfmt::skip]
pub const REASONS: &[Row] = &[
    ("annex", "an annex names it", "une annexe le nomme"),
    ("excluded", "a decision excludes it", "une décision l’exclut"),
];
