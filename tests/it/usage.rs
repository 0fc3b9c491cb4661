//! The command line in the reader's language: help, and what is said of a wrong line, of both programs.

use std::cell::RefCell;
use std::collections::BTreeSet;

use cadastre_agent::cli::Cli as Agent;
use cadastre_agent::text::{HELP as AGENT_HELP, Language as AgentLanguage, Text};
use cadastre_collector::cli::Cli as Collector;
use cadastre_collector::present::text::Language;
use cadastre_collector::present::text::help::{HELP as COLLECTOR_HELP, words};
use cadastre_kit::program::run;
use cadastre_kit::{Locale, Said};
use cadastre_proto::usage::translated;
use clap::{Command, CommandFactory};
use serde_json::Value;

const COLLECTOR: &str = "cadastre-collector";
const AGENT: &str = "cadastre-agent";

/// A program's help: its command, its French, and how much of it there is at least.
struct Help {
    command: fn() -> Command,
    french: fn(&str) -> String,
    rows: &'static [(&'static str, &'static str)],
    samples: [&'static str; 4],
    usage: &'static str,
    commands_over: usize,
    pages_over: usize,
}

const HELPS: [Help; 2] = [
    Help {
        command: Agent::command,
        french: |english| Text(AgentLanguage::Fr).help(english).to_owned(),
        rows: AGENT_HELP,
        samples: ["The new folder", "DIR", "Usage:", "Print version"],
        usage: "Utilisation :",
        commands_over: 8,
        pages_over: 20,
    },
    Help {
        command: Collector::command,
        french: |english| words(english, Language::Fr),
        rows: COLLECTOR_HELP,
        samples: ["Client code", "FILE", "Usage:", "Print help"],
        usage: "Utilisation\u{a0}:",
        commands_over: 60,
        pages_over: 100,
    },
];

#[test]
fn every_text_of_the_help_has_its_french_and_no_french_is_left_over() {
    for help in HELPS {
        let shown = RefCell::new(BTreeSet::new());
        let note = |text: &str| {
            shown.borrow_mut().insert(text.to_owned());
            text.to_owned()
        };
        translated((help.command)(), &note);
        let known: BTreeSet<String> = help.rows.iter().map(|row| row.0.to_owned()).collect();
        let shown = shown.into_inner();
        assert!(help.samples.iter().all(|text| shown.contains(*text)), "{shown:?}");
        assert_eq!(shown.difference(&known).collect::<Vec<_>>(), Vec::<&String>::new(), "no French");
        assert_eq!(known.difference(&shown).collect::<Vec<_>>(), Vec::<&String>::new(), "French of nothing");
        assert!(help.rows.windows(2).all(|pair| pair[0].0 < pair[1].0), "sorted by the English, each once");
        assert!(help.rows.iter().all(|row| !row.1.is_empty()));
    }
}

#[test]
fn every_command_and_argument_says_what_it_is() {
    for help in HELPS {
        let mut command = (help.command)();
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
        assert!(commands > help.commands_over, "{commands} commands");
        assert_eq!(silent, Vec::<String>::new());
    }
}

#[test]
fn no_page_of_the_french_help_says_what_clap_would_in_english() {
    for help in HELPS {
        let mut pages = Vec::new();
        render(&mut translated((help.command)(), &help.french), &mut pages);
        assert!(pages.len() > help.pages_over, "{} pages", pages.len());
        for page in pages {
            let english = ["Usage:", "Commands:", "Options:", "ossible values", "default", "Print "];
            assert!(!english.iter().any(|word| page.contains(word)), "{page}");
            assert!(page.contains(help.usage), "{page}");
        }
    }
}

fn render(command: &mut Command, pages: &mut Vec<String>) {
    pages.extend([command.render_help().to_string(), command.render_long_help().to_string()]);
    command.get_subcommands_mut().for_each(|command| render(command, pages));
}

/// Both languages of a command that is refused for its usage: exit code 2, nothing on standard output.
#[track_caller]
fn misused(program: &str, args: &[&str], english: &str, french: &str) {
    for (locale, first) in [(Locale::English, english), (Locale::French, french)] {
        let said = run(program, locale, args);
        assert_eq!((said.code, said.out.as_str()), (Some(2), ""), "{said:?}");
        assert_eq!(said.err.lines().next().unwrap().replace(['\u{a0}', '\u{202f}'], " "), first, "{said:?}");
    }
}

/// A page of help, with plain spaces.
#[track_caller]
fn page(said: Said) -> String {
    said.done().replace(['\u{a0}', '\u{202f}'], " ")
}

#[test]
fn the_help_of_a_command_speaks_the_language_of_the_locale() {
    let french = page(run(COLLECTOR, Locale::French, &["bill", "export", "--help"]));
    for said in [
        "Écrire la facture d’un mois dans un fichier",
        "\nUtilisation : cadastre-collector bill export [OPTIONS] --client <CLIENT>\n",
        "\nOptions :\n",
        "--period <AAAA-MM>\n          Mois ; par défaut, le mois en cours\n",
        "Valeurs possibles :\n          - csv : Le CSV canonique\n",
        "[par défaut : csv]",
        "Afficher l’aide",
    ] {
        assert!(french.contains(said), "{said}: {french}");
    }
    let english = page(run(COLLECTOR, Locale::English, &["bill", "export", "--help"]));
    assert!(english.contains("Usage: ") && english.contains("[default: csv]"), "{english}");
    for (program, said) in [(COLLECTOR, "Le registre de ce que couvre"), (AGENT, "Déclare ce qu’est cette machine")]
    {
        assert!(page(run(program, Locale::French, &["--help"])).starts_with(said));
        assert_eq!(run(program, Locale::French, &["help"]).code, Some(0));
    }
}

#[test]
fn the_language_asked_for_wins_over_the_locale() {
    for program in [COLLECTOR, AGENT] {
        for asked in [&["--lang", "en", "--help"][..], &["--help", "--lang=en"]] {
            let said = run(program, Locale::French, asked);
            assert_eq!(said, run(program, Locale::English, &["--help"]), "{program} {asked:?}");
        }
        let said = run(program, Locale::English, &["--lang", "fr", "--help"]);
        assert_eq!(said, run(program, Locale::French, &["--help"]), "{program}");
    }
}

#[test]
fn a_command_without_its_subcommand_shows_its_help() {
    let said = run(COLLECTOR, Locale::French, &["bill"]);
    assert_eq!((said.code, said.out.as_str()), (Some(2), ""));
    assert!(said.err.contains("Clore un mois") && said.err.contains("<COMMANDE>"), "{}", said.err);
}

#[test]
fn a_wrong_line_is_refused_in_the_language_of_the_locale() {
    misused(
        COLLECTOR,
        &["client", "add", "--foo"],
        "The command has no argument “--foo”.",
        "La commande n’a pas d’argument « --foo ».",
    );
    misused(
        COLLECTOR,
        &["bill", "preview", "--cliant", "x"],
        "The command has no argument “--cliant”: did you mean “--client”?",
        "La commande n’a pas d’argument « --cliant » : vouliez-vous dire « --client » ?",
    );
    misused(COLLECTOR, &["client", "add"], "The command also needs: <CLIENT>.", "Il manque à la commande : <CLIENT>.");
    misused(
        COLLECTOR,
        &["bill", "close", "--client", "x", "--period", "hier"],
        "field --period: “hier” is not a month written YYYY-MM.",
        "champ --period : « hier » n’est pas un mois écrit AAAA-MM.",
    );
    misused(
        COLLECTOR,
        &["bil"],
        "There is no command “bil”: did you mean “bill”?",
        "Il n’y a pas de commande « bil » : vouliez-vous dire « bill » ?",
    );
    misused(
        AGENT,
        &["enroll", "--token", "x"],
        "The command also needs: --collector <URL>.",
        "Il manque à la commande : --collector <URL>.",
    );
    misused(
        AGENT,
        &["show", "--privacy", "high"],
        "“high” does not fit “--privacy <LEVEL>”, which takes: minimal, contract, full.",
        "« high » ne convient pas à « --privacy <NIVEAU> », qui accepte : minimal, contract, full.",
    );
}

#[test]
fn a_wrong_line_shows_how_the_command_is_used() {
    let said = run(COLLECTOR, Locale::French, &["client", "add", "--foo"]).err;
    assert!(said.contains("\nUtilisation\u{a0}: cadastre-collector client add [OPTIONS] <CLIENT>\n"), "{said}");
}

#[test]
fn a_wrong_line_with_json_is_an_error_document() {
    for (program, args, code) in [
        (COLLECTOR, &["client", "add", "--foo", "--json"][..], "argument_unknown"),
        (COLLECTOR, &["--json", "bill"], "command_incomplete"),
        (AGENT, &["enroll", "--json"], "argument_missing"),
    ] {
        let said = run(program, Locale::French, args);
        assert_eq!((said.code, said.out.as_str()), (Some(2), ""), "{said:?}");
        let error: Value = serde_json::from_str(&said.err).unwrap_or_else(|error| panic!("{error}: {said:?}"));
        assert_eq!((&error["schema"], &error["code"]), (&"cadastre/error/1".into(), &code.into()), "{error}");
        assert!(error["message"].as_str().unwrap().contains(' '), "{error}");
    }
}
