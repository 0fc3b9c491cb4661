//! A Rust file as tokens, without what is only for its tests: what the house rules are about.

use std::str::FromStr as _;

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use crate::source::{self, SourceFile};

/// The Rust files below a folder that are part of its program: no test modules, in the file or beside it.
pub fn program_files(folder: &str) -> Vec<(SourceFile, Vec<TokenTree>)> {
    let files = source::files(folder, ".rs");
    let mut of_tests = Vec::new();
    let mut parsed = Vec::new();
    for file in files {
        let stream = TokenStream::from_str(&file.text).unwrap_or_else(|error| panic!("{}: {error}", file.path));
        let (kept, test_modules) = without_tests(stream);
        of_tests.extend(test_modules.iter().flat_map(|name| places(&file.path, name)));
        parsed.push((file, kept));
    }
    parsed.retain(|(file, _)| {
        let is_test =
            |place: &String| file.path == format!("{place}.rs") || file.path.starts_with(&format!("{place}/"));
        !of_tests.iter().any(is_test)
    });
    parsed
}

/// Calls `each` with every run of tokens of the file: the file's own, and those inside each bracket.
pub fn every_level(tokens: &[TokenTree], each: &mut impl FnMut(&[TokenTree])) {
    each(tokens);
    for token in tokens {
        if let TokenTree::Group(group) = token {
            let inner: Vec<TokenTree> = group.stream().into_iter().collect();
            every_level(&inner, each);
        }
    }
}

/// Whether a token is this word.
pub fn is_word(token: Option<&TokenTree>, word: &str) -> bool {
    matches!(token, Some(TokenTree::Ident(ident)) if ident == word)
}

/// Whether a token is this sign.
pub fn is_sign(token: Option<&TokenTree>, sign: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == sign)
}

/// Whether `::` stands at this place.
pub fn is_path_sign(tokens: &[TokenTree], at: usize) -> bool {
    is_sign(tokens.get(at), ':') && is_sign(tokens.get(at + 1), ':')
}

/// The text of a string literal.
pub fn string(token: &TokenTree) -> Option<String> {
    let TokenTree::Literal(literal) = token else { return None };
    let text = literal.to_string();
    let text = text.strip_prefix('r').unwrap_or(&text).trim_matches('#');
    Some(text.strip_prefix('"')?.strip_suffix('"')?.to_owned())
}

/// The line of a token, from 1.
pub fn line(token: &TokenTree) -> usize {
    token.span().start().line
}

/// The tokens without items under `#[cfg(test)]`, and the names of the test modules that lie in other files.
fn without_tests(stream: TokenStream) -> (Vec<TokenTree>, Vec<String>) {
    let tokens: Vec<TokenTree> = stream.into_iter().collect();
    let (mut kept, mut modules, mut at) = (Vec::new(), Vec::new(), 0);
    while at < tokens.len() {
        if !is_test_attribute(&tokens, at) {
            kept.push(tokens[at].clone());
            at += 1;
            continue;
        }
        at += 2;
        while at < tokens.len() {
            if is_word(tokens.get(at), "mod") && is_sign(tokens.get(at + 2), ';') {
                modules.push(tokens[at + 1].to_string());
            }
            let ends = matches!(&tokens[at], TokenTree::Group(group) if group.delimiter() == Delimiter::Brace);
            at += 1;
            if ends || is_sign(tokens.get(at - 1), ';') {
                break;
            }
        }
    }
    (kept, modules)
}

fn is_test_attribute(tokens: &[TokenTree], at: usize) -> bool {
    let Some(TokenTree::Group(group)) = tokens.get(at + 1) else { return false };
    is_sign(tokens.get(at), '#') && group.stream().to_string().replace(' ', "") == "cfg(test)"
}

/// Where the file of a module declared in a file may lie, without its ending.
fn places(declared_in: &str, module: &str) -> Vec<String> {
    let stem = declared_in.trim_end_matches(".rs");
    let folder = stem.rsplit_once('/').map_or("", |(folder, _)| folder);
    vec![format!("{stem}/{module}"), format!("{folder}/{module}")]
}
