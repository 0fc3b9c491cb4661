//! The command line of both programs: clap's command in the reader's words, and why a command line is refused.
//!
//! Holds no words itself: whoever calls gives them. **Invariant**: only what is shown changes, never what is parsed.

use std::ffi::OsString;

use clap::builder::PossibleValue;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, Command};

/// What stands for an English text of the help: a description, a heading, the name of a value.
pub type Words<'w> = dyn Fn(&str) -> String + 'w;

/// The command, built, with everything that its help shows put into other words.
pub fn translated(mut command: Command, words: &Words) -> Command {
    // Building adds what clap itself shows: `--help`, `--version` and the command `help`.
    command.build();
    told(command, words)
}

fn told(command: Command, words: &Words) -> Command {
    let about = command.get_about().map(|text| words(&text.to_string()));
    let long_about = command.get_long_about().map(|text| words(&text.to_string()));
    let template = template(&command, words);
    let mut command = command
        .help_template(template)
        .subcommand_value_name(words("COMMAND"))
        .mut_args(|argument| told_argument(argument, words))
        .mut_subcommands(|command| told(command, words));
    if let Some(about) = about {
        command = command.about(about);
    }
    if let Some(long_about) = long_about {
        command = command.long_about(long_about);
    }
    command
}

/// The order in which clap shows a command, with the headings in other words.
fn template(command: &Command, words: &Words) -> String {
    let (usage, header) = (command.get_styles().get_usage(), command.get_styles().get_header());
    let mut template = format!("{{about-with-newline}}\n{usage}{}{usage:#} {{usage}}", words("Usage:"));
    let parts = [
        ("Commands:", "{subcommands}", command.get_subcommands().any(|command| !command.is_hide_set())),
        ("Arguments:", "{positionals}", command.get_positionals().any(|argument| !argument.is_hide_set())),
        (
            "Options:",
            "{options}",
            command.get_arguments().any(|option| !option.is_positional() && !option.is_hide_set()),
        ),
    ];
    for (heading, part, is_there) in parts {
        if is_there {
            template.push_str(&format!("\n\n{header}{}{header:#}\n{part}", words(heading)));
        }
    }
    template
}

/// An argument whose help also says its default and possible values, which clap would say in English.
fn told_argument(mut argument: Arg, words: &Words) -> Arg {
    let help = argument.get_help().map(|text| words(&text.to_string())).unwrap_or_default();
    let long_help = argument.get_long_help().map(|text| words(&text.to_string()));
    let (mut short, mut long) = (vec![help.clone()], vec![long_help.unwrap_or(help)]);
    if argument.get_action().takes_values() {
        let names = argument.get_value_names().unwrap_or_default().iter();
        let names: Vec<String> = names.map(|name| words(name)).collect();
        let values = argument.get_possible_values();
        let values: Vec<&PossibleValue> = values.iter().filter(|value| !value.is_hide_set()).collect();
        if !values.is_empty() {
            let names: Vec<&str> = values.iter().map(|value| value.get_name()).collect();
            short.push(format!("[{} {}]", words("possible values:"), names.join(", ")));
            let rows: Vec<String> = values.iter().map(|value| told_value(value, words)).collect();
            long.push(format!("{}\n{}", words("Possible values:"), rows.join("\n")));
        }
        let defaults: Vec<_> = argument.get_default_values().iter().map(|value| value.to_string_lossy()).collect();
        if !defaults.is_empty() {
            let default = format!("[{} {}]", words("default:"), defaults.join(" "));
            short.push(default.clone());
            long.push(default);
        }
        argument = argument.value_names(names).hide_possible_values(true).hide_default_value(true);
    }
    argument.help(joined(short, " ")).long_help(joined(long, "\n\n"))
}

fn joined(mut parts: Vec<String>, between: &str) -> String {
    parts.retain(|part| !part.is_empty());
    parts.join(between)
}

fn told_value(value: &PossibleValue, words: &Words) -> String {
    match value.get_help() {
        Some(help) => format!("- {}{} {}", value.get_name(), words(":"), words(&help.to_string())),
        None => format!("- {}", value.get_name()),
    }
}

/// Whether a flag stands on the command line, before anything is parsed.
pub fn is_asked(arguments: &[OsString], flag: &str) -> bool {
    options(arguments).any(|argument| argument == flag)
}

/// The value that an option has on the command line, before anything is parsed.
pub fn value_of<'a>(arguments: &'a [OsString], option: &str) -> Option<&'a str> {
    let mut options = options(arguments);
    while let Some(argument) = options.next() {
        match argument.strip_prefix(option) {
            Some("") => return options.next(),
            Some(rest) if rest.starts_with('=') => return rest.strip_prefix('='),
            _ => {}
        }
    }
    None
}

/// The arguments that can be options: those before `--`.
fn options(arguments: &[OsString]) -> impl Iterator<Item = &str> {
    arguments.iter().map(|argument| argument.to_str().unwrap_or_default()).take_while(|argument| *argument != "--")
}

/// Why a command line is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misuse {
    /// Closed `snake_case` code, one of [`CODES`].
    pub code: &'static str,
    /// What it speaks of, by the name that its sentence gives it.
    pub values: Vec<(&'static str, String)>,
    /// How the command is used: its line, without a heading.
    pub usage: Option<String>,
}

/// Every code of a [`Misuse`], with the names of its values.
pub const CODES: &[(&str, &[&str])] = &[
    ("argument_conflict", &["argument", "others"]),
    ("argument_misspelt", &["argument", "near"]),
    ("argument_missing", &["arguments"]),
    ("argument_twice", &["argument"]),
    ("argument_unknown", &["argument"]),
    ("command_incomplete", &[]),
    ("command_misspelt", &["command", "near"]),
    ("command_unknown", &["command"]),
    ("usage_wrong", &[]),
    ("value_invalid", &["value", "argument"]),
    ("value_missing", &["argument"]),
    ("value_unknown", &["value", "argument", "known"]),
];

impl Misuse {
    /// What clap refused; `None` where it shows help or the version: a command that lacks its subcommand shows its help to
    /// a person, and is refused to whoever asked for JSON.
    pub fn of(error: &clap::Error, json: bool) -> Option<Self> {
        match error.kind() {
            ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => return None,
            ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand if !json => return None,
            _ => {}
        }
        let said = |kind| said(error, kind);
        let argument = ("argument", said(ContextKind::InvalidArg));
        let value = ("value", said(ContextKind::InvalidValue));
        let (code, values) = match error.kind() {
            ErrorKind::UnknownArgument => match said(ContextKind::SuggestedArg) {
                near if near.is_empty() => ("argument_unknown", vec![argument]),
                near => ("argument_misspelt", vec![argument, ("near", near)]),
            },
            ErrorKind::InvalidSubcommand => {
                let command = ("command", said(ContextKind::InvalidSubcommand));
                match said(ContextKind::SuggestedSubcommand) {
                    near if near.is_empty() => ("command_unknown", vec![command]),
                    near => ("command_misspelt", vec![command, ("near", near)]),
                }
            }
            ErrorKind::MissingRequiredArgument => ("argument_missing", vec![("arguments", argument.1)]),
            ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
                ("command_incomplete", Vec::new())
            }
            ErrorKind::ArgumentConflict => match said(ContextKind::PriorArg) {
                others if others == argument.1 => ("argument_twice", vec![argument]),
                others => ("argument_conflict", vec![argument, ("others", others)]),
            },
            ErrorKind::InvalidValue if value.1.is_empty() => ("value_missing", vec![argument]),
            ErrorKind::InvalidValue => {
                ("value_unknown", vec![value, argument, ("known", said(ContextKind::ValidValue))])
            }
            ErrorKind::ValueValidation | ErrorKind::TooManyValues => ("value_invalid", vec![value, argument]),
            _ => ("usage_wrong", Vec::new()),
        };
        let usage = said(ContextKind::Usage);
        let usage = usage.strip_prefix("Usage: ").unwrap_or(&usage);
        Some(Self { code, values, usage: Some(usage.to_owned()).filter(|usage| !usage.is_empty()) })
    }
}

/// What an error says of a kind of thing; nothing where it says nothing.
fn said(error: &clap::Error, kind: ContextKind) -> String {
    match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(texts)) => texts.join(", "),
        Some(ContextValue::StyledStr(text)) => text.to_string(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use clap::{ArgAction, value_parser};

    use super::*;

    fn program() -> Command {
        let days = Arg::new("days").long("days").value_parser(value_parser!(u8)).default_value("9").help("How many");
        let form = Arg::new("form").long("form").value_parser(["csv", "json"]).conflicts_with("days");
        let file = Arg::new("file").required(true).action(ArgAction::Set);
        let add = Command::new("add").about("Add it").arg(days).arg(form).arg(file);
        Command::new("program").about("A program").subcommand_required(true).subcommand(add)
    }

    fn refused(line: &str) -> Misuse {
        let error = program().try_get_matches_from(line.split(' ')).unwrap_err();
        assert_eq!(error.exit_code(), 2, "{line}");
        Misuse::of(&error, true).unwrap()
    }

    #[test]
    fn each_wrong_line_has_its_code_and_values() {
        let lines = [
            ("argument_conflict", "program add --form csv --days 1 f"),
            ("argument_misspelt", "program add --dais 1 f"),
            ("argument_missing", "program add"),
            ("argument_twice", "program add --days 1 --days 2 f"),
            ("argument_unknown", "program add --zzz f"),
            ("command_incomplete", "program"),
            ("command_misspelt", "program ad"),
            ("command_unknown", "program zzz"),
            ("value_invalid", "program add --days x f"),
            ("value_missing", "program add f --days"),
            ("value_unknown", "program add --form xml f"),
        ];
        let names: BTreeMap<&str, &[&str]> = CODES.iter().copied().collect();
        for (code, line) in lines {
            let misuse = refused(line);
            assert_eq!(misuse.code, code, "{line}: {misuse:?}");
            let given: Vec<&str> = misuse.values.iter().map(|(name, _)| *name).collect();
            assert_eq!(&given, names[code], "{line}");
            assert!(misuse.values.iter().all(|(_, value)| !value.is_empty()), "{misuse:?}");
        }
        // What is left is for a kind of error that clap has and no line here can make.
        let made: Vec<&str> = lines.iter().map(|(code, _)| *code).chain(["usage_wrong"]).collect();
        assert!(CODES.iter().all(|(code, _)| made.contains(code)));
        assert_eq!(refused("program add").usage.as_deref(), Some("program add <file>"));
    }

    #[test]
    fn other_words_change_what_is_shown_and_nothing_else() {
        let mut loud = translated(program(), &|text| text.to_uppercase());
        let page = |command: &mut Command| command.render_help().to_string();
        assert!(page(&mut loud).starts_with("A PROGRAM\n\nUSAGE: program <COMMAND>\n\nCOMMANDS:\n  add   ADD IT\n"));
        let add = page(loud.find_subcommand_mut("add").unwrap());
        for said in [
            "ARGUMENTS:\n  <file>",
            "OPTIONS:\n",
            "HOW MANY [DEFAULT: 9]",
            "--form <form>  [POSSIBLE VALUES: csv, json]",
        ] {
            assert!(add.contains(said), "{said}: {add}");
        }
        let line = ["program", "add", "--form", "json", "f"];
        let (plain, loud) = (program().get_matches_from(line), loud.get_matches_from(line));
        for matches in [plain, loud] {
            let add = matches.subcommand_matches("add").unwrap();
            assert_eq!((add.get_one::<String>("form").unwrap().as_str(), add.get_one("days")), ("json", Some(&9_u8)));
        }
    }

    #[test]
    fn options_are_found_before_anything_is_parsed() {
        let line = |text: &str| text.split(' ').map(OsString::from).collect::<Vec<_>>();
        assert_eq!(value_of(&line("p add --lang fr"), "--lang"), Some("fr"));
        assert_eq!(value_of(&line("p --lang=en add"), "--lang"), Some("en"));
        assert_eq!(value_of(&line("p --language fr --lang"), "--lang"), None);
        assert_eq!(value_of(&line("p add -- --lang fr"), "--lang"), None);
        assert!(is_asked(&line("p add --json"), "--json") && !is_asked(&line("p -- --json"), "--json"));
    }
}
