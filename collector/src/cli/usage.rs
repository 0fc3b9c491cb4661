//! The command line before a command runs: read in the reader's language, and answered when it asks for help or is wrong.

use std::ffi::OsString;
use std::process::ExitCode;

use cadastre_domain::refusal::Refusal;
use cadastre_proto::usage::{Misuse, is_asked, translated};
use clap::{CommandFactory, Parser};

use super::{Cli, show};
use crate::present::text::{self, Language};

/// Reads the command line. Help and version are shown, a wrong line is refused, and the exit code is what is left.
pub(super) fn parse(arguments: &[OsString], language: Language) -> Result<Cli, ExitCode> {
    Cli::try_parse_from(arguments).map_err(|error| {
        let error = if language == Language::Fr { in_french(error, arguments) } else { error };
        answer(&error, is_asked(arguments, "--json"), language)
    })
}

/// What the same line gives when the command is in French; a line that is right never pays for the translation.
fn in_french(error: clap::Error, arguments: &[OsString]) -> clap::Error {
    let french = translated(Cli::command(), &|english| text::help::words(english, Language::Fr));
    french.try_get_matches_from(arguments).err().unwrap_or(error)
}

fn answer(error: &clap::Error, json: bool, language: Language) -> ExitCode {
    if let Some(misuse) = Misuse::of(error, json) {
        show::error(json, language, &text::refusal::document(&refusal(&misuse, language), language));
        if let (false, Some(usage)) = (json, &misuse.usage) {
            show::note(&text::cli::done("usage", &[("usage", usage)], language));
        }
    } else {
        // A closed pipe is not our failure.
        let _ = error.print();
    }
    u8::try_from(error.exit_code()).map_or(ExitCode::FAILURE, ExitCode::from)
}

/// The refusal of a wrong line; a value that is no day, instant or month is refused as everywhere else.
fn refusal(misuse: &Misuse, language: Language) -> Refusal {
    let value = |wanted: &str| misuse.values.iter().find(|(name, _)| *name == wanted).map(|(_, value)| value.as_str());
    if let ("value_invalid", Some(value), Some(argument)) = (misuse.code, value("value"), value("argument")) {
        let takes = |name: &str| argument.ends_with(&format!("<{}>", text::help::words(name, language)));
        let written = [("DATE", "date_invalid"), ("TIME", "instant_invalid"), ("YYYY-MM", "month_invalid")];
        if let Some((_, code)) = written.into_iter().find(|(name, _)| takes(name)) {
            let option = argument.split(' ').next().unwrap_or_default();
            return Refusal::new(code).with("value", value).on(option);
        }
    }
    misuse.values.iter().fold(Refusal::new(misuse.code), |refusal, (name, value)| refusal.with(name, value))
}

#[cfg(test)]
mod tests {
    use cadastre_proto::usage::CODES;

    use super::*;

    #[test]
    fn every_wrong_line_has_its_sentence() {
        for (code, names) in CODES {
            let values = names.iter().map(|name| (*name, "x".to_owned())).collect();
            let refusal = refusal(&Misuse { code, values, usage: None }, Language::En);
            for language in [Language::En, Language::Fr] {
                let said = text::refusal::sentence(&refusal, language);
                assert!(said.contains(' ') && !said.contains(['{', '_']), "{code}: {said}");
            }
        }
    }
}
