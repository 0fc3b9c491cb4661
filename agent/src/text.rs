//! Every word the agent says, in French and in English: the only place with prose.
//!
//! Refuses nothing: a code without a sentence is shown as it is, and a test finds it.

mod doctor;
mod help;
mod sentences;

use cadastre_proto::inventory::Outcome;

use self::doctor::DOCTOR;
pub use self::help::HELP;
use self::sentences::SENTENCES;
use crate::refusal::Refusal;

/// A language of messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Language {
    /// French.
    Fr,
    /// English.
    En,
}

impl Language {
    /// The language of a POSIX locale such as `fr_FR.UTF-8`; English for every other.
    #[must_use]
    pub fn of_locale(locale: Option<&str>) -> Language {
        let is_french = locale.is_some_and(|locale| {
            let language = locale.split(['_', '.', '@', '-']).next().unwrap_or_default();
            language.eq_ignore_ascii_case("fr")
        });
        if is_french { Language::Fr } else { Language::En }
    }
}

/// The words of one language.
#[derive(Debug, Clone, Copy)]
pub struct Text(pub Language);

impl Text {
    /// The word or sentence of a code, placeholders left in.
    #[must_use]
    pub fn word(self, code: &str) -> &str {
        let Some((_, english, french)) = row(code) else { return code };
        match self.0 {
            Language::Fr => french,
            Language::En => english,
        }
    }

    /// A text of the command line's help, by its English.
    #[must_use]
    pub fn help(self, english: &str) -> &str {
        match HELP.iter().find(|(known, _)| *known == english) {
            Some((_, french)) if self.0 == Language::Fr => french,
            _ => english,
        }
    }

    /// The sentence of a refusal.
    #[must_use]
    pub fn refusal(self, refusal: &Refusal) -> String {
        let mut sentence = self.word(refusal.code).to_owned();
        for (name, value) in &refusal.args {
            let value = if *name == "cause" { self.word(value) } else { value };
            sentence = sentence.replace(&format!("{{{name}}}"), value);
        }
        sentence
    }

    /// The word of an outcome.
    #[must_use]
    pub fn outcome(self, outcome: Outcome) -> &'static str {
        let code = match outcome {
            Outcome::Ok => "outcome_ok",
            Outcome::Absent => "outcome_absent",
            Outcome::Denied => "outcome_denied",
            Outcome::Unsupported => "outcome_unsupported",
            Outcome::TimedOut => "outcome_timed_out",
            Outcome::Failed => "outcome_failed",
        };
        let row = row(code);
        row.map_or(code, |(_, english, french)| if self.0 == Language::Fr { french } else { english })
    }
}

/// Code, English, French.
type Row = (&'static str, &'static str, &'static str);

fn row(code: &str) -> Option<&'static Row> {
    SENTENCES.iter().chain(DOCTOR).find(|(known, _, _)| *known == code)
}

#[cfg(test)]
mod tests;
