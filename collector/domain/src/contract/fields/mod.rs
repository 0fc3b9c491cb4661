//! Typed access to one table of the contract file, each refusal with its line.
//!
//! **Invariant**: a value is either read as its type or remarked once, with the line where it stands; reading goes on,
//! so that one pass names every error.

mod money;

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::ops::Range;

use jiff::civil::Date;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Remark, Severity};
use crate::calendar::Month;
use crate::refusal::Refusal;

/// Longest text of the file, in bytes: a clause.
const TEXT_BYTES_MAX: usize = 20_000;
/// Longest id, in bytes.
const ID_BYTES_MAX: usize = 63;

/// Collects remarks and knows where lines begin.
pub(super) struct Reader {
    line_starts: Vec<usize>,
    pub(super) remarks: Vec<Remark>,
}

impl Reader {
    pub(super) fn new(text: &str) -> Self {
        let mut line_starts = alloc::vec![0];
        line_starts
            .extend(text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at.saturating_add(1)));
        Self { line_starts, remarks: Vec::new() }
    }

    /// The line, from 1, that holds this byte.
    pub(super) fn line_of(&self, byte: usize) -> usize {
        self.line_starts.partition_point(|start| *start <= byte).max(1)
    }

    pub(super) fn error(&mut self, place: &Range<usize>, refusal: Refusal) {
        let refusal = refusal.at_line(self.line_of(place.start));
        self.remarks.push(Remark { severity: Severity::Error, refusal });
    }

    pub(super) fn warn(&mut self, place: &Range<usize>, refusal: Refusal) {
        let refusal = refusal.at_line(self.line_of(place.start));
        self.remarks.push(Remark { severity: Severity::Warning, refusal });
    }

    /// A warning about something that stands nowhere in the file.
    pub(super) fn absent(&mut self, refusal: Refusal) {
        self.remarks.push(Remark { severity: Severity::Warning, refusal });
    }
}

/// One table: its keys, where each stands, and the table's name in messages.
#[derive(Clone)]
pub(super) struct Fields<'a> {
    /// Where the table itself stands.
    pub(super) place: Range<usize>,
    path: String,
    entries: BTreeMap<&'a str, Entry<'a>>,
    merged: BTreeMap<&'a str, Fields<'a>>,
}

#[derive(Clone)]
struct Entry<'a> {
    place: Range<usize>,
    value: &'a Spanned<DeValue<'a>>,
}

impl<'a> Fields<'a> {
    pub(super) fn new(path: &str, place: Range<usize>, table: &'a DeTable<'a>) -> Self {
        let entries =
            table.iter().map(|(key, value)| (key.get_ref().as_ref(), Entry { place: key.span(), value })).collect();
        Self { place, path: path.to_string(), entries, merged: BTreeMap::new() }
    }

    /// The same table under another name in messages.
    pub(super) fn named(mut self, path: &str) -> Self {
        self.path = path.to_string();
        self
    }

    /// This table with the keys of `patch` in place of its own; the tables named in `deep` are merged key by key.
    pub(super) fn patched(&self, patch: &Self, deep: &[&'static str], reader: &mut Reader) -> Self {
        let mut whole = self.clone();
        for (key, entry) in &patch.entries {
            whole.entries.insert(key, entry.clone());
        }
        for key in deep {
            if !self.has(key) || !patch.has(key) {
                continue;
            }
            if let (Some(old), Some(new)) = (self.table(reader, key), patch.table(reader, key)) {
                whole.merged.insert(key, old.patched(&new, &[], reader));
            }
        }
        whole
    }

    /// The same without these keys.
    pub(super) fn without(&self, keys: &[&str]) -> Self {
        let mut rest = self.clone();
        rest.entries.retain(|key, _| !keys.contains(key));
        rest
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.entries.contains_key(key)
    }

    pub(super) fn keys(&self) -> impl Iterator<Item = &'a str> {
        self.entries.keys().copied()
    }

    /// Keys in the order of the file.
    pub(super) fn keys_in_file_order(&self) -> Vec<&'a str> {
        let mut keys: Vec<(usize, &'a str)> =
            self.entries.iter().map(|(key, entry)| (entry.place.start, *key)).collect();
        keys.sort_unstable();
        keys.into_iter().map(|(_, key)| key).collect()
    }

    /// Where a key stands, or the table when it is absent.
    pub(super) fn place_of(&self, key: &str) -> Range<usize> {
        self.entries.get(key).map_or_else(|| self.place.clone(), |entry| entry.place.clone())
    }

    /// The key's full name in messages.
    pub(super) fn name_of(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_string() } else { format!("{}.{key}", self.path) }
    }

    /// An error about a key of this table.
    pub(super) fn error(&self, reader: &mut Reader, key: &str, refusal: Refusal) {
        reader.error(&self.place_of(key), refusal.on(self.name_of(key)));
    }

    /// A warning about a key of this table.
    pub(super) fn warn(&self, reader: &mut Reader, key: &str, refusal: Refusal) {
        reader.warn(&self.place_of(key), refusal.on(self.name_of(key)));
    }

    /// Remarks every key that is not one of these.
    pub(super) fn only(&self, reader: &mut Reader, known: &[&str]) {
        for key in self.entries.keys().filter(|key| !known.contains(key)) {
            self.error(reader, key, Refusal::new("unknown_key").with("key", key));
        }
    }

    /// Remarks every one of these keys that is absent.
    pub(super) fn require(&self, reader: &mut Reader, keys: &[&str]) {
        for key in keys.iter().filter(|key| !self.has(key)) {
            self.error(reader, key, Refusal::new("key_missing").with("key", key));
        }
    }

    fn value(&self, key: &str) -> Option<&'a DeValue<'a>> {
        self.entries.get(key).map(|entry| entry.value.get_ref())
    }

    fn wrong(&self, reader: &mut Reader, key: &str, code: &'static str) {
        self.error(reader, key, Refusal::new(code).with("key", key));
    }

    /// A text that is not blank.
    pub(super) fn text(&self, reader: &mut Reader, key: &str) -> Option<String> {
        let value = self.value(key)?;
        let DeValue::String(text) = value else {
            self.wrong(reader, key, "expected_text");
            return None;
        };
        if text.trim().is_empty() {
            self.wrong(reader, key, "empty_text");
            return None;
        }
        if text.len() > TEXT_BYTES_MAX {
            self.wrong(reader, key, "text_too_long");
            return None;
        }
        Some(text.trim().to_string())
    }

    /// A text usable as an id: letters, digits, `.`, `_`, `-`, at most 63, the first a letter or a digit.
    pub(super) fn id(&self, reader: &mut Reader, key: &str) -> Option<String> {
        let id = self.text(reader, key)?;
        if !is_id(&id) {
            self.error(reader, key, Refusal::new("id_form").with("key", key).with("value", &id));
            return None;
        }
        Some(id)
    }

    /// A list of texts.
    pub(super) fn texts(&self, reader: &mut Reader, key: &str) -> Vec<String> {
        let Some(value) = self.value(key) else { return Vec::new() };
        let DeValue::Array(items) = value else {
            self.wrong(reader, key, "expected_list");
            return Vec::new();
        };
        let mut texts = Vec::new();
        for item in items.iter() {
            match item.get_ref() {
                DeValue::String(text) if !text.trim().is_empty() => texts.push(text.trim().to_string()),
                _ => reader.error(&item.span(), Refusal::new("expected_text").with("key", key).on(self.name_of(key))),
            }
        }
        texts
    }

    /// A TOML local date.
    pub(super) fn date(&self, reader: &mut Reader, key: &str) -> Option<Date> {
        let value = self.value(key)?;
        let date = match value {
            DeValue::Datetime(written) if written.time.is_none() && written.offset.is_none() => written.date,
            _ => None,
        };
        let date = date.and_then(|date| {
            let (month, day) = (i8::try_from(date.month).ok()?, i8::try_from(date.day).ok()?);
            Date::new(i16::try_from(date.year).ok()?, month, day).ok()
        });
        if date.is_none() {
            self.wrong(reader, key, "expected_date");
        }
        date
    }

    /// A month written `"YYYY-MM"`.
    pub(super) fn month(&self, reader: &mut Reader, key: &str) -> Option<Month> {
        let text = self.text(reader, key)?;
        let month = text.parse().ok();
        if month.is_none() {
            self.wrong(reader, key, "expected_month");
        }
        month
    }

    pub(super) fn boolean(&self, reader: &mut Reader, key: &str) -> Option<bool> {
        match self.value(key)? {
            DeValue::Boolean(yes) => Some(*yes),
            _ => {
                self.wrong(reader, key, "expected_boolean");
                None
            }
        }
    }

    /// A whole number from `least` to `most`.
    pub(super) fn number(&self, reader: &mut Reader, key: &str, least: i64, most: i64) -> Option<i64> {
        let DeValue::Integer(written) = self.value(key)? else {
            self.wrong(reader, key, "expected_integer");
            return None;
        };
        let number = i64::from_str_radix(written.as_str(), written.radix()).ok();
        let number = number.filter(|number| (least..=most).contains(number));
        if number.is_none() {
            let refusal = Refusal::new("number_out_of_range").with("key", key).with("least", least).with("most", most);
            self.error(reader, key, refusal);
        }
        number
    }

    /// A whole number from `least` to `most`, both within `u32`.
    pub(super) fn count(&self, reader: &mut Reader, key: &str, least: u32, most: u32) -> Option<u32> {
        self.number(reader, key, i64::from(least), i64::from(most)).and_then(|number| u32::try_from(number).ok())
    }

    /// One of the closed words.
    pub(super) fn choice<T: Copy>(&self, reader: &mut Reader, key: &str, words: &[(&str, T)]) -> Option<T> {
        let text = self.text(reader, key)?;
        let found = words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
        if found.is_none() {
            let allowed: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            self.unknown_value(reader, key, &text, &allowed);
        }
        found
    }

    /// Remarks a value that is none of the closed words.
    pub(super) fn unknown_value(&self, reader: &mut Reader, key: &str, value: &str, allowed: &[&str]) {
        let refusal = Refusal::new("unknown_value").with("key", key).with("value", value);
        self.error(reader, key, refusal.with("allowed", allowed.join(", ")));
    }

    /// A table within this one.
    pub(super) fn table(&self, reader: &mut Reader, key: &str) -> Option<Fields<'a>> {
        if let Some(merged) = self.merged.get(key) {
            return Some(merged.clone());
        }
        let entry = self.entries.get(key)?;
        let DeValue::Table(table) = entry.value.get_ref() else {
            self.wrong(reader, key, "expected_table");
            return None;
        };
        Some(Fields::new(&self.name_of(key), entry.place.clone(), table))
    }

    /// A list of tables within this one.
    pub(super) fn tables(&self, reader: &mut Reader, key: &str) -> Vec<Fields<'a>> {
        let Some(entry) = self.entries.get(key) else { return Vec::new() };
        let DeValue::Array(items) = entry.value.get_ref() else {
            self.wrong(reader, key, "expected_list");
            return Vec::new();
        };
        let mut tables = Vec::new();
        for item in items.iter() {
            match item.get_ref() {
                DeValue::Table(table) => tables.push(Fields::new(&self.name_of(key), item.span(), table)),
                _ => reader.error(&item.span(), Refusal::new("expected_table").with("key", key).on(self.name_of(key))),
            }
        }
        tables
    }

    /// Whether the value of this key is exactly this text.
    pub(super) fn has_text(&self, key: &str, text: &str) -> bool {
        matches!(self.value(key), Some(DeValue::String(written)) if written.trim() == text)
    }

    /// Whether the value of this key is a table.
    pub(super) fn is_table(&self, key: &str) -> bool {
        matches!(self.value(key), Some(DeValue::Table(_)))
    }
}

/// Whether a text can be an id.
pub(super) fn is_id(text: &str) -> bool {
    let mut bytes = text.bytes();
    text.len() <= ID_BYTES_MAX
        && bytes.next().is_some_and(|byte| byte.is_ascii_alphanumeric())
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'))
}
