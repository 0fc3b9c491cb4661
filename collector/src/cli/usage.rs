//! The command line before a command runs: read in the reader's language, and answered when it asks for help or is wrong.

use std::ffi::OsString;
use std::process::ExitCode;

use cadastre_domain::refusal::Refusal;
use cadastre_proto::usage::{Misuse, is_asked, translated};
use clap::error::ErrorKind;
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
    french().try_get_matches_from(arguments).err().unwrap_or(error)
}

fn french() -> clap::Command {
    translated(Cli::command(), &|english| text::help::words(english, Language::Fr))
}

fn answer(error: &clap::Error, json: bool, language: Language) -> ExitCode {
    let is_help = match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => true,
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => !json,
        _ => false,
    };
    if is_help {
        // A closed pipe is not our failure.
        let _ = error.print();
    } else {
        let misuse = Misuse::of(error);
        show::error(json, language, &text::refusal::document(&refusal(&misuse, language), language));
        if let (false, Some(usage)) = (json, &misuse.usage) {
            show::note(&text::cli::done("usage", &[("usage", usage)], language));
        }
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
    use std::cell::RefCell;
    use std::collections::BTreeSet;

    use cadastre_proto::usage::CODES;

    use super::*;
    use crate::present::text::help::HELP;

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
        assert!(["Client code", "FILE", "Usage:", "Print help"].iter().all(|text| shown.contains(*text)), "{shown:?}");
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
        assert!(commands > 60, "{commands} commands");
        assert_eq!(silent, Vec::<String>::new());
    }

    #[test]
    fn no_page_of_the_french_help_says_what_clap_would_in_english() {
        let mut command = french();
        let mut pages = Vec::new();
        render(&mut command, &mut pages);
        assert!(pages.len() > 100, "{} pages", pages.len());
        for page in pages {
            let english = ["Usage:", "Commands:", "Options:", "ossible values", "default", "Print "];
            assert!(!english.iter().any(|word| page.contains(word)), "{page}");
            assert!(page.contains("Utilisation\u{a0}:"), "{page}");
        }
    }

    fn render(command: &mut clap::Command, pages: &mut Vec<String>) {
        pages.extend([command.render_help().to_string(), command.render_long_help().to_string()]);
        command.get_subcommands_mut().for_each(|command| render(command, pages));
    }

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
