//! Who imports whom.

use cadastre_kit::tokens::{every_level, is_path_sign, is_word, program_files};
use proc_macro2::{Delimiter, TokenTree};

use super::none;

/// A room, the files that are it, and the rooms that it may import beside itself.
type Room = (&'static str, &'static [&'static str]);

/// `present → views → register → facts → domain`, each to its right; forms of `present` → `admin` → `views` and
/// rightwards; `ingest → facts, domain`; `cli` → the text of `present`, `admin`, `views` and rightwards.
const COLLECTOR: &[Room] = &[
    ("facts", &[]),
    ("register", &["facts"]),
    ("views", &["register", "facts"]),
    ("admin", &["views", "register", "facts"]),
    ("present", &["admin", "views", "register", "facts"]),
    ("ingest", &["facts"]),
    ("cli", &["present::text", "admin", "views", "register", "facts", "app"]),
    ("clock", &[]),
    ("config", &[]),
];

/// `source` and `spool` know no other room, `probe` asks the source, `send` takes from the spool.
const AGENT: &[Room] = &[
    ("source", &[]),
    ("probe", &["source"]),
    ("spool", &[]),
    ("send", &["spool", "agent::VERSION"]),
    ("text", &[]),
    ("config", &["source::System"]),
    ("clock", &[]),
];

/// Rooms that only `allowed` of the agent bounds; its other files serve all of them.
const AGENT_ROOMS: &[&str] = &["agent", "cli", "doctor", "probe", "send", "show", "source", "spool"];
const COLLECTOR_ROOMS: &[&str] = &["admin", "app", "cli", "facts", "ingest", "present", "register", "views"];

#[test]
fn rooms_of_the_collector_import_to_their_right_only() {
    none("the import rule", &breaches("collector/src", COLLECTOR, COLLECTOR_ROOMS));
}

#[test]
fn rooms_of_the_agent_keep_apart() {
    none("the import rule", &breaches("agent/src", AGENT, AGENT_ROOMS));
}

#[test]
fn the_domain_knows_no_other_crate_of_the_house() {
    let mut breaches = Vec::new();
    for (file, tokens) in program_files("collector/domain/src") {
        every_level(&tokens, &mut |level| {
            for token in level {
                if let TokenTree::Ident(ident) = token
                    && ident.to_string().starts_with("cadastre_")
                {
                    breaches.push(format!("{}:{} names {ident}", file.path, ident.span().start().line));
                }
            }
        });
    }
    none("the domain stands alone", &breaches);
}

fn breaches(folder: &str, allowed: &[Room], rooms: &[&str]) -> Vec<String> {
    let mut breaches = Vec::new();
    for (file, tokens) in program_files(folder) {
        let module = module_of(folder, &file.path);
        let Some((room, may)) = allowed.iter().find(|(room, _)| module.first().is_some_and(|first| first == room))
        else {
            continue;
        };
        let mut imported = Vec::new();
        every_level(&tokens, &mut |level| imports(level, &module, &mut imported));
        for (path, line) in imported {
            let target = path.split("::").next().unwrap_or_default();
            let is_own = target == *room || !rooms.contains(&target);
            let is_allowed = may.iter().any(|may| path == *may || path.starts_with(&format!("{may}::")));
            if !is_own && !is_allowed {
                breaches.push(format!("{}:{line} imports {path}", file.path));
            }
        }
    }
    breaches
}

/// The module that a file is: `["present", "text"]`.
fn module_of(folder: &str, path: &str) -> Vec<String> {
    let below = path.strip_prefix(folder).unwrap().trim_start_matches('/').trim_end_matches(".rs");
    let mut names: Vec<String> = below.split('/').map(str::to_owned).collect();
    if names.last().is_some_and(|last| ["mod", "lib", "main"].contains(&last.as_str())) {
        names.pop();
    }
    names
}

/// Paths of this crate named on one level, from the crate's root, with their lines.
fn imports(tokens: &[TokenTree], module: &[String], found: &mut Vec<(String, usize)>) {
    for at in 0..tokens.len() {
        if at >= 2 && is_path_sign(tokens, at - 2) {
            continue;
        }
        let mut next = at;
        let mut base: Vec<String> = if is_word(tokens.get(at), "crate") {
            Vec::new()
        } else if is_word(tokens.get(at), "super") {
            let mut base = module.to_vec();
            base.pop();
            while is_path_sign(tokens, next + 1) && is_word(tokens.get(next + 3), "super") {
                base.pop();
                next += 3;
            }
            base
        } else {
            continue;
        };
        if is_path_sign(tokens, next + 1) {
            tails(tokens, next + 3, &mut base, found);
        }
    }
}

/// The path that goes on at a place: names, then perhaps a brace with several ends.
fn tails(tokens: &[TokenTree], at: usize, base: &mut Vec<String>, found: &mut Vec<(String, usize)>) {
    match tokens.get(at) {
        Some(TokenTree::Ident(ident)) => {
            base.push(ident.to_string());
            if is_path_sign(tokens, at + 1) {
                tails(tokens, at + 3, base, found);
            } else {
                found.push((base.join("::"), ident.span().start().line));
            }
            base.pop();
        }
        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
            let inner: Vec<TokenTree> = group.stream().into_iter().collect();
            let mut starts = vec![0];
            starts.extend(inner.iter().enumerate().filter(|(_, token)| token.to_string() == ",").map(|(at, _)| at + 1));
            for start in starts {
                tails(&inner, start, base, found);
            }
        }
        _ => {}
    }
}

#[test]
fn the_reading_of_imports_reads_them() {
    let text = "use crate::{facts::Record, present::{self, text::Language}}; fn a() { super::super::ingest::run(); } use super::x;";
    let tokens: Vec<TokenTree> = text.parse::<proc_macro2::TokenStream>().unwrap().into_iter().collect();
    let module = ["views".to_owned(), "bill".to_owned()];
    let mut found = Vec::new();
    every_level(&tokens, &mut |level| imports(level, &module, &mut found));
    let paths: Vec<&str> = found.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(paths, ["facts::Record", "present::self", "present::text::Language", "views::x", "ingest::run"]);
}
