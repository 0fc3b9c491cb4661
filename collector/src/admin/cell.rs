//! Cells of the tables that people hand over: which column is which, dates, instants, numbers.
//!
//! Refuses what has no single reading, with the value; the caller adds line and column. An empty cell is an absent value.

use std::collections::BTreeMap;
use std::str::FromStr;

use cadastre_domain::refusal::Refusal;
use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

use crate::admin::table::Table;

/// A column: its key, and how headers spell it, folded.
pub(super) type Column = (&'static str, &'static [&'static str]);

/// The key of each column that has one; a header that no key spells is refused, so that no column is lost unseen.
///
/// # Errors
/// `column_unknown`, `column_twice`.
pub(super) fn columns(table: &Table, known: &[Column]) -> Result<BTreeMap<&'static str, usize>, Refusal> {
    let mut columns = BTreeMap::new();
    for (index, (column, header)) in table.columns.iter().zip(&table.headers).enumerate() {
        let key = known.iter().find(|(_, names)| names.contains(&column.as_str())).map(|(key, _)| *key);
        let Some(key) = key else {
            let known = known.iter().map(|(key, _)| *key).collect::<Vec<_>>().join(", ");
            return Err(Refusal::new("column_unknown").with("known", known).at_line(1).on(header));
        };
        if columns.insert(key, index).is_some() {
            return Err(Refusal::new("column_twice").at_line(1).on(key));
        }
    }
    Ok(columns)
}

/// One row of a table, read by the keys of its columns.
pub(super) struct Row<'t> {
    columns: &'t BTreeMap<&'static str, usize>,
    cells: &'t [String],
}

impl<'t> Row<'t> {
    pub(super) fn new(columns: &'t BTreeMap<&'static str, usize>, cells: &'t [String]) -> Self {
        Self { columns, cells }
    }

    /// The text of a cell; `None` when it is empty or its column is absent.
    pub(super) fn text(&self, key: &str) -> Option<&'t str> {
        let cell = self.columns.get(key).and_then(|index| self.cells.get(*index));
        cell.map(String::as_str).filter(|text| !text.is_empty())
    }

    /// A cell that must hold something.
    ///
    /// # Errors
    /// `cell_empty`.
    pub(super) fn needed(&self, key: &'static str) -> Result<&'t str, Refusal> {
        self.text(key).ok_or_else(|| Refusal::new("cell_empty").on(key))
    }

    /// A value that reads itself.
    ///
    /// # Errors
    /// `code`, with the value.
    pub(super) fn value<T: FromStr>(&self, key: &'static str, code: &'static str) -> Result<Option<T>, Refusal> {
        let read = |text: &str| text.parse().map_err(|_| Refusal::new(code).with("value", text).on(key));
        self.text(key).map(read).transpose()
    }

    /// A day.
    ///
    /// # Errors
    /// `date_invalid`.
    pub(super) fn date(&self, key: &'static str) -> Result<Option<Date>, Refusal> {
        date(self.text(key).unwrap_or_default()).map_err(|refusal| refusal.on(key))
    }

    /// An instant: with its offset, or as a clock of `zone` showed it.
    ///
    /// # Errors
    /// `instant_invalid`.
    pub(super) fn instant(&self, key: &'static str, zone: &TimeZone) -> Result<Option<Timestamp>, Refusal> {
        let Some(text) = self.text(key) else { return Ok(None) };
        let local = || text.parse::<DateTime>().ok().and_then(|clock| zone.to_timestamp(clock).ok());
        let instant = text.parse::<Timestamp>().ok().or_else(local);
        instant.map(Some).ok_or_else(|| Refusal::new("instant_invalid").with("value", text).on(key))
    }
}

/// A number as people write it, without the spaces between its thousands and with a point before its decimals.
pub(super) fn plain(number: &str) -> String {
    number.chars().filter(|c| !c.is_whitespace()).map(|c| if c == ',' { '.' } else { c }).collect()
}

/// `2026-03-12` or `12/03/2026`; empty is none.
///
/// # Errors
/// `date_invalid`.
pub(super) fn date(text: &str) -> Result<Option<Date>, Refusal> {
    if text.is_empty() {
        return Ok(None);
    }
    let invalid = || Refusal::new("date_invalid").with("value", text);
    if let [day, month, year] = text.split('/').collect::<Vec<_>>()[..] {
        let number = |part: &str| part.parse::<i16>().map_err(|_| invalid());
        let small = |part: &str| part.parse::<i8>().map_err(|_| invalid());
        return Date::new(number(year)?, small(month)?, small(day)?).map(Some).map_err(|_| invalid());
    }
    text.parse().map(Some).map_err(|_| invalid())
}
