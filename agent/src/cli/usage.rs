//! The command line before a command runs: read in the reader's language, and answered when it asks for help or is wrong.

use std::ffi::OsString;
use std::io::Write;
use std::process::ExitCode;

use cadastre_proto::usage::{Misuse, is_asked, translated, value_of};
use clap::error::ErrorKind;
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
    french().try_get_matches_from(arguments).err().unwrap_or(error)
}

fn french() -> clap::Command {
    translated(Cli::command(), &|english| Text(Language::Fr).help(english).to_owned())
}

fn answer(error: &clap::Error, json: bool, text: Text, err: &mut dyn Write) -> ExitCode {
    let is_help = match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => true,
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => !json,
        _ => false,
    };
    // A closed pipe is not our failure.
    if is_help {
        let _ = error.print();
    } else {
        let Misuse { code, values, usage } = Misuse::of(error);
        let refusal = Refusal { code, args: values, ..Refusal::default() };
        let _ = err.write_all(refused(&refusal, json, text).as_bytes());
        if let (false, Some(usage)) = (json, usage) {
            let _ = writeln!(err, "{}", text.refusal(&Refusal::new("usage").with("usage", usage)));
        }
    }
    u8::try_from(error.exit_code()).map_or(ExitCode::FAILURE, ExitCode::from)
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::collections::BTreeSet;

    use cadastre_proto::usage::CODES;

    use super::*;
    use crate::text::HELP;

    #[test]
    fn every_text_of_the_help_has_its_french_and_no_french_is_left_over() {
        let shown = RefCell::new(BTreeSet::new());
        let note = |text: &str| {
            shown.borrow_mut().insert(text.to_owned());
            text.to_owned()
        };
        translated(Cli::command(), &note);
        let known: BTreeSet<String> = HELP.iter().map(|row| row.0.to_owned()).collect();
        let shown = shown.into_inner();
        assert!(
            ["The new folder", "DIR", "Usage:", "Print version"].iter().all(|text| shown.contains(*text)),
            "{shown:?}"
        );
        assert_eq!(shown.difference(&known).collect::<Vec<_>>(), Vec::<&String>::new(), "no French");
        assert_eq!(known.difference(&shown).collect::<Vec<_>>(), Vec::<&String>::new(), "French of nothing");
        assert!(HELP.windows(2).all(|pair| pair[0].0 < pair[1].0), "sorted by the English, each once");
        assert!(HELP.iter().all(|row| !row.1.is_empty()));
    }

    #[test]
    fn every_command_and_argument_says_what_it_is() {
        let mut command = Cli::command();
        command.build();
        let (mut commands, mut silent) = (0, Vec::new());
        let mut ahead = vec![&command];
        while let Some(command) = ahead.pop() {
            commands += 1;
            ahead.extend(command.get_subcommands().filter(|command| command.get_name() != "help"));
            let about = command.get_about().map(|_| ()).ok_or("itself");
            let arguments = command.get_arguments().filter(|argument| argument.get_help().is_none());
            let missing = arguments.map(|argument| argument.get_id().as_str()).chain(about.err());
            silent.extend(missing.map(|missing| format!("{} of {}", missing, command.get_name())));
        }
        assert!(commands > 8, "{commands} commands");
        assert_eq!(silent, Vec::<String>::new());
    }

    #[test]
    fn no_page_of_the_french_help_says_what_clap_would_in_english() {
        let mut command = french();
        let mut pages = Vec::new();
        render(&mut command, &mut pages);
        assert!(pages.len() > 20, "{} pages", pages.len());
        for page in pages {
            let english = ["Usage:", "Commands:", "Options:", "ossible values", "default", "Print "];
            assert!(!english.iter().any(|word| page.contains(word)), "{page}");
            assert!(page.contains("Utilisation :"), "{page}");
        }
    }

    fn render(command: &mut clap::Command, pages: &mut Vec<String>) {
        pages.extend([command.render_help().to_string(), command.render_long_help().to_string()]);
        command.get_subcommands_mut().for_each(|command| render(command, pages));
    }

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
