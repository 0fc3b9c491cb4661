//! Prose: it stands in the text rooms only, and every code that the programs refuse with has its two sentences there.

use std::collections::BTreeMap;

use cadastre_agent::text::{Language as AgentLanguage, Text};
use cadastre_collector::present::text::Language;
use cadastre_collector::present::text::refusal::{FAMILIES, sentence};
use cadastre_domain::refusal::Refusal;
use cadastre_kit::tokens::{every_level, is_path_sign, is_sign, is_word, line, program_files, string};
use proc_macro2::{Delimiter, TokenTree};

use super::none;

/// Where prose stands.
const ROOMS_OF_TEXT: &[&str] = &["collector/src/present/text/", "agent/src/text"];
/// Where words stand that no reader of the register meets, and why.
const OTHERS: [(&str, &str); 8] = [
    ("collector/src/facts/", "what the disk was asked for, beside the system's own words, for whoever mends it"),
    ("collector/src/metrics.rs", "the help lines of the metrics, which are English everywhere"),
    ("collector/src/admin/compare.rs", "a contract of two files, as TOML: keys, not prose"),
    ("collector/src/views/draft.rs", "a first contract, as TOML: keys, not prose"),
    ("collector/src/admin/list_rows.rs", "names of columns"),
    ("collector/src/cli/demo/", "what the people of the sample wrote themselves: names, contracts, reasons"),
    ("agent/src/probe/known.rs", "names of products, as the catalogue has them"),
    ("agent/src/config.rs", "what a key may hold, which the TOML reader writes into its own sentence"),
];
/// From this many words on, a text is prose.
const WORDS_MIN: usize = 4;

#[test]
fn prose_stands_in_the_text_rooms() {
    let mut breaches = Vec::new();
    for folder in ["agent/src", "collector/src", "collector/domain/src", "proto/src"] {
        for (file, tokens) in program_files(folder) {
            if ROOMS_OF_TEXT.iter().chain(&OTHERS.map(|(place, _)| place)).any(|room| file.path.starts_with(room)) {
                continue;
            }
            for (text, line) in said(&tokens) {
                if words(&text) >= WORDS_MIN {
                    breaches.push(format!("{}:{line} {text:?}", file.path));
                }
            }
        }
    }
    none("prose stands in present/text and text.rs", &breaches);
}

/// The string literals of a file, without attributes (documentation is one) and log lines.
fn said(tokens: &[TokenTree]) -> Vec<(String, usize)> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let is_attribute = is_sign(tokens.get(at), '#');
        let is_log = is_word(tokens.get(at), "tracing") && is_path_sign(tokens, at + 1);
        if is_attribute || is_log {
            // On to the bracket that ends it.
            while !matches!(tokens.get(at), Some(TokenTree::Group(_)) | None) {
                at += 1;
            }
        } else if let Some(TokenTree::Group(group)) = tokens.get(at) {
            let inner: Vec<TokenTree> = group.stream().into_iter().collect();
            found.extend(said(&inner));
        } else if let Some(text) = tokens.get(at).and_then(string) {
            found.push((text, line(&tokens[at])));
        }
        at += 1;
    }
    found
}

/// How many words a text has: runs of two letters or more between spaces; values, options, codes and commands left out.
fn words(text: &str) -> usize {
    if text.starts_with("cadastre-") {
        return 0;
    }
    let is_word = |word: &&str| {
        let is_code =
            word.contains(['{', '}', '/', '=', '<', '_', ':', '-', '\'', ';']) || word.chars().all(char::is_uppercase);
        !is_code && word.chars().filter(|c| c.is_alphabetic()).count() >= 2
    };
    text.split_whitespace().filter(is_word).count()
}

/// Where a refusal is made: file, line, and the names of the values it is given.
#[derive(Default)]
struct Made {
    places: Vec<String>,
    values: Vec<String>,
}

/// Every code that stands in `Refusal::new("…")` below a folder, file by file, with the values that follow.
fn codes(folder: &str) -> Vec<(String, Made)> {
    let mut all = Vec::new();
    for (file, tokens) in program_files(folder) {
        let mut codes: BTreeMap<String, Made> = BTreeMap::new();
        let mut latest: Option<String> = None;
        every_level(&tokens, &mut |level| {
            for at in 0..level.len() {
                let argument = |at: usize| match level.get(at) {
                    Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis => {
                        group.stream().into_iter().next().as_ref().and_then(string)
                    }
                    _ => None,
                };
                let is_new = is_word(level.get(at), "Refusal")
                    && is_path_sign(level, at + 1)
                    && is_word(level.get(at + 3), "new");
                if is_new && let Some(code) = argument(at + 4) {
                    let made = codes.entry(code.clone()).or_default();
                    made.places.push(format!("{}:{}", file.path, line(&level[at])));
                    latest = Some(code);
                }
                if is_word(level.get(at), "with")
                    && let (Some(name), Some(code)) = (argument(at + 1), &latest)
                {
                    codes.entry(code.clone()).or_default().values.push(name);
                }
            }
        });
        all.extend(codes);
    }
    all
}

#[test]
fn every_refusal_of_the_collector_has_a_sentence_in_both_languages() {
    let mut breaches = Vec::new();
    for folder in ["collector/src", "collector/domain/src"] {
        for (code, made) in codes(folder) {
            let refusal = Refusal::new(Box::leak(code.clone().into_boxed_str()));
            for language in [Language::En, Language::Fr] {
                let said = sentence(&refusal, language);
                if said == code {
                    breaches.push(format!("{code} ({}) has none in {language:?}", made.places.join(", ")));
                }
            }
        }
    }
    none("a refusal has a sentence", &breaches);
}

#[test]
fn every_value_of_a_sentence_is_given_where_the_refusal_is_made() {
    let mut breaches = Vec::new();
    for (code, made) in codes("collector/src").into_iter().chain(codes("collector/domain/src")) {
        // A code that is said in several ways has several rows: one of them must find its values here.
        let rows: Vec<_> = FAMILIES.into_iter().flatten().filter(|row| row.0 == code).collect();
        let fits = |said: &str| names(said).iter().all(|name| made.values.contains(name));
        if !rows.is_empty() && !rows.iter().any(|(_, english, french)| fits(english) && fits(french)) {
            breaches.push(format!("{code} ({}) has {:?} only", made.places.join(", "), made.values));
        }
    }
    none("a sentence gets its values", &breaches);
}

/// The names in braces: `{client}` and `{rows:line|lines}`.
fn names(sentence: &str) -> Vec<String> {
    let braces = sentence.split('{').skip(1).filter_map(|rest| rest.split_once('}'));
    braces.map(|(inside, _)| inside.split(':').next().unwrap_or_default().to_owned()).collect()
}

#[test]
fn every_refusal_of_the_agent_has_a_sentence_in_both_languages() {
    let mut breaches = Vec::new();
    for (code, made) in codes("agent/src") {
        for language in [AgentLanguage::En, AgentLanguage::Fr] {
            let said = Text(language).word(&code);
            if said == code {
                breaches.push(format!("{code} ({}) has none in {language:?}", made.places.join(", ")));
            }
            let missing =
                names(said).into_iter().filter(|name| !made.values.contains(name) && name != "file" && name != "line");
            breaches.extend(missing.map(|name| format!("{code} needs {name} ({})", made.places.join(", "))));
        }
    }
    none("a refusal has a sentence", &breaches);
}
