//! How the command line writes: JSON documents, aligned tables, and one sentence at a time.

use std::io::Write;
use std::path::Path;

use cadastre_domain::contract::{Remark, Severity};
use serde_json::Value;

use super::Context;
use crate::present::text::refusal::ErrorDocument;
use crate::present::text::{self, Language};

/// Writes a line of data. A closed pipe is not our failure.
pub(super) fn line(text: &str) {
    let _ = writeln!(std::io::stdout().lock(), "{text}");
}

/// Writes text as it is.
pub(super) fn raw(text: &[u8]) {
    let _ = std::io::stdout().lock().write_all(text);
}

/// Writes a JSON document on one line.
pub(super) fn document(value: &Value) {
    line(&value.to_string());
}

/// Writes a sentence to stderr.
pub(crate) fn say(context: &Context, code: &str, args: &[(&str, &str)]) {
    note(&text::cli::done(code, args, context.language));
}

/// Writes a line to stderr.
pub(crate) fn note(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

/// The end of a command that wrote something: the answer with `--json`, and the sentence.
pub(super) fn done(context: &Context, answer: &Value, code: &str, args: &[(&str, &str)]) {
    if context.json {
        document(answer);
    }
    say(context, code, args);
}

/// Remarks of the linter, one a line, to stderr.
pub(super) fn remarks(context: &Context, file: &Path, remarks: &[Remark]) {
    for remark in remarks {
        let severity = match remark.severity {
            Severity::Error => "remark_error",
            Severity::Warning => "remark_warning",
        };
        let severity = text::cli::done(severity, &[], context.language);
        let sentence = text::refusal::sentence(&remark.refusal.clone().in_file(file.display()), context.language);
        note(&format!("{severity}: {sentence}"));
    }
}

/// An amount with its currency, as the language writes it.
pub(super) fn amount(context: &Context, row: &Value, key: &str) -> String {
    let currency = row["currency"].as_str().unwrap_or("EUR");
    text::number::amount(row[key].as_str().unwrap_or_default(), currency, context.language)
}

/// A table: columns by key, headed in the language, right-aligned where every cell is a number.
pub(super) fn table(language: Language, columns: &[&str], rows: &[Vec<String>]) {
    let headings: Vec<String> = columns.iter().map(|key| text::cli::heading(key, language).to_owned()).collect();
    let width = |index: usize| {
        let cells = rows.iter().filter_map(|row| row.get(index)).chain(headings.get(index));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let numeric = |index: usize| {
        let mut cells = rows.iter().filter_map(|row| row.get(index)).filter(|cell| !cell.is_empty()).peekable();
        cells.peek().is_some()
            && cells.all(|cell| cell.chars().all(|c| c.is_ascii_digit() || ".,-+ \u{202f}".contains(c)))
    };
    let layout: Vec<(usize, bool)> = (0..columns.len()).map(|index| (width(index), numeric(index))).collect();
    let write = |row: &[String]| {
        let cells = row.iter().zip(&layout).map(|(cell, (width, numeric))| {
            let blank = " ".repeat(width.saturating_sub(cell.chars().count()));
            if *numeric { format!("{blank}{cell}") } else { format!("{cell}{blank}") }
        });
        line(cells.collect::<Vec<_>>().join("  ").trim_end());
    };
    write(&headings);
    rows.iter().for_each(|row| write(row));
}

/// The cells of a row of JSON, by key; nothing for what is absent.
pub(super) fn cells(row: &Value, keys: &[&str]) -> Vec<String> {
    keys.iter()
        .map(|key| match &row[*key] {
            Value::Null => String::new(),
            Value::String(text) => text.clone(),
            Value::Array(items) => {
                items.iter().map(|item| item.as_str().unwrap_or_default()).collect::<Vec<_>>().join(", ")
            }
            other => other.to_string(),
        })
        .collect()
}

/// A refusal on stderr: one sentence, or `cadastre/error/1` with `--json`.
pub(crate) fn refusal(context: &Context, refusal: &cadastre_domain::refusal::Refusal) {
    error(context.json, context.language, &text::refusal::document(refusal, context.language));
}

/// A refusal's document on stderr: as it is with `--json`, else its sentence.
pub(super) fn error(json: bool, language: Language, error: &ErrorDocument) {
    match serde_json::to_string(error) {
        Ok(document) if json => note(&document),
        _ => note(&error.sentence(language)),
    }
}

/// What ended the command, on stderr.
pub(crate) fn failed(context: &Context, failed: &super::Failed) {
    match failed {
        super::Failed::Here(own) => refusal(context, own),
        super::Failed::There(told) => error(context.json, context.language, told),
    }
}
