//! The command line in the reader's language: help, and what is said of a wrong line, of both programs.

use cadastre_kit::program::run;
use cadastre_kit::{Locale, Said};
use serde_json::Value;

const COLLECTOR: &str = "cadastre-collector";
const AGENT: &str = "cadastre-agent";

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
