//! The command line before a command runs: read in the reader's language, and answered when it asks for help or is wrong.

use std::ffi::OsString;
use std::io::Write;
use std::process::ExitCode;

use cadastre_proto::usage::{Misuse, is_asked, translated, value_of};
use clap::{CommandFactory, Parser, ValueEnum};

use super::{Cli, Environment, refused};
use crate::refusal::Refusal;
use crate::text::{Language, Text};

/// Reads the command line. Help and version are shown, a wrong line is refused on `err`, and the exit code is what is
/// left.
///
/// # Errors
/// The exit code of a program that runs no command.
pub fn parse(arguments: &[OsString], environment: &Environment, err: &mut dyn Write) -> Result<Cli, ExitCode> {
    let asked = value_of(arguments, "--lang").and_then(|language| Language::from_str(language, false).ok());
    let text = Text(asked.unwrap_or_else(|| Language::of_locale(environment.locale.as_deref())));
    Cli::try_parse_from(arguments).map_err(|error| {
        let error = if text.0 == Language::Fr { in_french(error, arguments) } else { error };
        answer(&error, is_asked(arguments, "--json"), text, err)
    })
}

/// What the same line gives when the command is in French; a line that is right never pays for the translation.
fn in_french(error: clap::Error, arguments: &[OsString]) -> clap::Error {
    let french = translated(Cli::command(), &|english| Text(Language::Fr).help(english).to_owned());
    french.try_get_matches_from(arguments).err().unwrap_or(error)
}

fn answer(error: &clap::Error, json: bool, text: Text, err: &mut dyn Write) -> ExitCode {
    // A closed pipe is not our failure.
    if let Some(Misuse { code, values, usage }) = Misuse::of(error, json) {
        let refusal = Refusal { code, args: values, ..Refusal::default() };
        let _ = err.write_all(refused(&refusal, json, text).as_bytes());
        if let (false, Some(usage)) = (json, usage) {
            let _ = writeln!(err, "{}", text.refusal(&Refusal::new("usage").with("usage", usage)));
        }
    } else {
        let _ = error.print();
    }
    u8::try_from(error.exit_code()).map_or(ExitCode::FAILURE, ExitCode::from)
}

#[cfg(test)]
mod tests {
    use cadastre_proto::usage::CODES;

    use super::*;

    #[test]
    fn every_wrong_line_has_its_sentence() {
        for (code, names) in CODES {
            let args = names.iter().map(|name| (*name, "x".to_owned())).collect();
            let refusal = Refusal { code, args, ..Refusal::default() };
            for language in [Language::En, Language::Fr] {
                let said = Text(language).refusal(&refusal);
                assert!(said.contains(' ') && !said.contains(['{', '_']), "{code}: {said}");
            }
        }
    }
}
