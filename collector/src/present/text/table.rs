//! Tables of sentences by code: rows sorted by code, one a line, searched and filled.
//!
//! A sentence names its arguments in braces: `{client}`. `{rows:line|lines}` writes the word that agrees with the number
//! in `rows`, grouped or not (French: singular for 0 and 1). An argument that is a whole date or instant is written as the language writes it.
//! **Invariant**: filling never fails; a name without a value stays visible in its braces.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::{Language, date, number};

/// Code, English, French.
pub type Row = (&'static str, &'static str, &'static str);

/// The sentence of `code` in `language`, when the table has one. The table is sorted by code; of several rows of one
/// code it is the first.
pub fn find(table: &[Row], code: &str, language: Language) -> Option<&'static str> {
    rows(table, code).first().map(|row| language.pick(row.1, row.2))
}

/// The sentence of `code` filled with `args`; without a sentence, the code and its arguments.
///
/// A code that is said in several ways has several rows: the first one whose arguments are all given is taken, else
/// the last.
pub fn say(table: &[Row], code: &str, args: &[(&str, &str)], language: Language) -> String {
    let rows = rows(table, code);
    let fits = |row: &&Row| names(row.1).all(|name| args.iter().any(|(given, _)| *given == name));
    match rows.iter().find(fits).or(rows.last()) {
        Some(row) => fill(language.pick(row.1, row.2), args, language),
        None => bare(code, args),
    }
}

fn rows<'t>(table: &'t [Row], code: &str) -> &'t [Row] {
    let start = table.partition_point(|row| row.0 < code);
    let end = table.partition_point(|row| row.0 <= code);
    table.get(start..end).unwrap_or_default()
}

/// The arguments that a sentence names.
fn names(sentence: &str) -> impl Iterator<Item = &str> {
    let places = sentence.split('{').skip(1).filter_map(|part| part.split_once('}'));
    places.map(|(place, _)| place.split_once(':').map_or(place, |(name, _)| name))
}

/// `sentence` with its arguments in place.
pub fn fill(sentence: &str, args: &[(&str, &str)], language: Language) -> String {
    let mut out = String::with_capacity(sentence.len());
    let mut rest = sentence;
    while let Some((before, after)) = rest.split_once('{') {
        push_spaced(&mut out, before, language);
        let Some((name, tail)) = after.split_once('}') else {
            out.push('{');
            rest = after;
            continue;
        };
        match place(name, args, language) {
            Some(text) => {
                // « de » before the month of a vowel: « d’octobre ».
                if language == Language::Fr && name == "month" && text.starts_with(['a', 'o']) && out.ends_with("de ") {
                    out.truncate(out.len() - "e ".len());
                    out.push('’');
                }
                out.push_str(&text);
            }
            None => {
                out.push('{');
                out.push_str(name);
                out.push('}');
            }
        }
        rest = tail;
    }
    push_spaced(&mut out, rest, language);
    out
}

/// Appends the table's own text; in French, the spaces that may not end a line become no-break spaces.
fn push_spaced(out: &mut String, text: &str, language: Language) {
    if language == Language::En || !text.contains(BREAKABLE) {
        out.push_str(text);
        return;
    }
    let mut bound = String::from(text);
    for (plain, tied) in [
        ("« ", "«\u{a0}"),
        (" »", "\u{a0}»"),
        (" :", "\u{a0}:"),
        (" ;", "\u{202f};"),
        (" ?", "\u{202f}?"),
        (" !", "\u{202f}!"),
    ] {
        bound = bound.replace(plain, tied);
    }
    out.push_str(&bound);
}

const BREAKABLE: [char; 6] = ['«', '»', ':', ';', '?', '!'];

/// The code and its arguments, for a code that no table knows: `some_code (client: acme)`.
pub fn bare(code: &str, args: &[(&str, &str)]) -> String {
    if args.is_empty() {
        return String::from(code);
    }
    let list: Vec<String> = args.iter().map(|(name, value)| format!("{name}: {}", visible(value))).collect();
    format!("{code} ({})", list.join(", "))
}

fn place(name: &str, args: &[(&str, &str)], language: Language) -> Option<String> {
    let value_of = |wanted: &str| args.iter().find(|(name, _)| *name == wanted).map(|(_, value)| *value);
    match name.split_once(':') {
        Some((count, forms)) => {
            let digits: String = value_of(count)?.chars().filter(char::is_ascii_digit).collect();
            let count: i64 = digits.parse().ok()?;
            let (one, many) = forms.split_once('|')?;
            Some(String::from(number::agree(count, one, many, language)))
        }
        None => value_of(name).map(|value| written(value, language)),
    }
}

fn written(value: &str, language: Language) -> String {
    match value.parse::<Date>() {
        Ok(day) if value.len() == DATE_LENGTH => date::day(day, language),
        _ => match value.parse::<Timestamp>() {
            Ok(instant) if value.ends_with('Z') => {
                format!("{} UTC", date::instant(instant, &TimeZone::UTC, language))
            }
            _ => visible(value),
        },
    }
}

/// A value of a machine, a file or a person as it can stand in a sentence, on a page and on a terminal alike: control
/// characters and those that turn the direction of writing are shown as `\u{fffd}`.
pub fn visible(value: &str) -> String {
    let is_hidden = |c: char| {
        c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    value.chars().map(|c| if is_hidden(c) { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

const DATE_LENGTH: usize = "2026-11-24".len();
