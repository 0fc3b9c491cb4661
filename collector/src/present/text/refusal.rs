//! Why something was refused: one sentence a code, with the place in front, and the JSON document of a refusal.

mod contract;
mod money;
mod people;
mod record;
mod request;
mod sources;
mod start;

use cadastre_domain::calendar::Month;
use cadastre_domain::refusal::Refusal;
use serde::{Deserialize, Serialize};

use super::table::{Row, fill, find, say};
use super::{Language, cause, date, frame::PLACE};

/// The sentence of a refusal or of a remark: « annexe.csv, ligne 3, champ serial : … ».
///
/// A code that no table knows is shown with its arguments.
pub fn sentence(refusal: &Refusal, language: Language) -> String {
    document(refusal, language).sentence(language)
}

/// `cadastre/error/1`: a refusal as JSON, for the API and for `--json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorDocument {
    /// `cadastre/error/1`.
    pub schema: String,
    /// The refusal's code.
    pub code: String,
    /// Its sentence, without the place.
    pub message: String,
    /// File, as the caller named it.
    pub file: Option<String>,
    /// Line of it, from 1.
    pub line: Option<usize>,
    /// Key, column or option.
    pub field: Option<String>,
}

/// A refusal as `cadastre/error/1`, its message in `language`.
pub fn document(refusal: &Refusal, language: Language) -> ErrorDocument {
    ErrorDocument {
        schema: "cadastre/error/1".to_owned(),
        code: refusal.code.to_owned(),
        message: said(refusal, language),
        file: refusal.file.clone(),
        line: refusal.line,
        field: refusal.field.clone(),
    }
}

impl ErrorDocument {
    /// The message with its place in front, for a reader.
    pub fn sentence(&self, language: Language) -> String {
        let mut parts = Vec::new();
        parts.extend(self.file.clone());
        if let Some(line) = self.line {
            parts.push(fill(language.pick(PLACE.0, PLACE.1), &[("n", &line.to_string())], language));
        }
        if let Some(field) = &self.field {
            parts.push(fill(language.pick(PLACE.2, PLACE.3), &[("name", field)], language));
        }
        if parts.is_empty() {
            return self.message.clone();
        }
        format!("{}{} {}", parts.join(", "), language.pick(":", "\u{a0}:"), self.message)
    }
}

fn said(refusal: &Refusal, language: Language) -> String {
    let told = |(name, value): &(&'static str, String)| match *name {
        "reason" => (*name, cause::words(value, language)),
        "month" | "expected" => (*name, month(value, language)),
        _ => (*name, value.clone()),
    };
    let args: Vec<(&str, String)> = refusal.args.iter().map(told).collect();
    let args: Vec<(&str, &str)> = args.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let family = FAMILIES.into_iter().find(|family| find(family, refusal.code, language).is_some());
    let said = say(family.unwrap_or_default(), refusal.code, &args, language);
    // « Octobre 2026 ne peut être clos. »
    if refusal.args.iter().any(|(name, _)| *name == "month") { date::capital(&said) } else { said }
}

/// `2026-10` in words; anything else as it is.
fn month(value: &str, language: Language) -> String {
    value.parse::<Month>().map_or_else(|_| value.to_owned(), |month| date::month(month.first(), language))
}

/// Every refusal, by family; a code stands in one of them.
pub const FAMILIES: [&[Row]; 7] =
    [contract::ROWS, people::ROWS, record::ROWS, request::ROWS, start::ROWS, money::ROWS, sources::ROWS];
