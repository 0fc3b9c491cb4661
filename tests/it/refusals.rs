//! What is refused: exit code 1, one clear sentence in French and in English, `cadastre/error/1` with `--json`, and
//! nothing half-applied.

mod agents;
mod contracts;
mod decisions;
mod lists;
mod record;

use cadastre_kit::paper::{march_annex, march_contract};
use cadastre_kit::{Collector, Locale, Said};

const CLIENT: &str = "atelier-martin";
const CONTRACT: &str = "C-2026-014";

fn collector() -> Collector {
    let collector = Collector::start();
    collector.add_client(CLIENT);
    collector.import_contract(CLIENT, &march_contract(CLIENT).text());
    collector.import_annex(CLIENT, CONTRACT, &march_annex());
    collector
}

/// Where and why a command must be refused.
struct Expected<'a> {
    code: &'a str,
    line: Option<u64>,
    field: Option<&'a str>,
    /// Words of the English sentence.
    words: &'a [&'a str],
}

/// A refusal without a place.
fn because<'a>(code: &'a str, words: &'a [&'a str]) -> Expected<'a> {
    Expected { code, line: None, field: None, words }
}

/// Runs a command in both languages and in JSON; each time it is refused as expected.
#[track_caller]
fn refused(run: impl Fn(Locale, &[&str]) -> Said, args: &[&str], expected: &Expected<'_>) {
    let json: Vec<&str> = args.iter().copied().chain(["--json"]).collect();
    let error = run(Locale::English, &json).error();
    assert_eq!(error["code"], expected.code, "{error}");
    assert_eq!((error["line"].as_u64(), error["field"].as_str()), (expected.line, expected.field), "{error}");
    let [english, french] = [Locale::English, Locale::French].map(|locale| sentence(&run(locale, args)));
    assert_ne!(english, french, "one language for both");
    for word in expected.words {
        assert!(english.contains(word), "“{word}” is not in: {english}");
    }
    if let Some(line) = expected.line {
        assert!(english.contains(&format!("line {line}")), "the line is not said: {english}");
        assert!(french.contains(&format!("ligne {line}")), "the line is not said: {french}");
    }
    for said in [&english, &french] {
        assert!(!said.contains(['{', '}']), "a value is missing: {said}");
        assert!(!said.split([' ', ':']).any(|word| word == expected.code), "a code is no sentence: {said}");
        assert!(said.ends_with('.') || said.ends_with(')'), "not a sentence: {said}");
    }
}

/// The last line of standard error of a refused command: the sentence that ends it.
#[track_caller]
fn sentence(said: &Said) -> String {
    assert_eq!((said.code, said.out.as_str()), (Some(1), ""), "{said:?}");
    said.err.lines().last().unwrap_or_else(|| panic!("nothing is said: {said:?}")).to_owned()
}

/// A refused command of the running collector, after which the client's record is what it was.
#[track_caller]
fn refused_whole(collector: &Collector, args: &[&str], expected: &Expected<'_>) {
    let before = collector.export(CLIENT);
    refused(|locale, args| collector.cli_in(locale, args), args, expected);
    assert_eq!(collector.export(CLIENT), before, "something was half-applied");
}
