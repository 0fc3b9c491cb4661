//! `index import`: published price indexes, one table for the whole collector.
//!
//! Refuses an unknown series, a month or a day written otherwise, a value that is not above zero, and a publication before
//! the month is over or still to come.

use std::collections::BTreeMap;

use cadastre_domain::calendar::{Month, day_of};
use cadastre_domain::contract::SERIES;
use cadastre_domain::fact::Fact;
use cadastre_domain::money::Price;
use cadastre_domain::refusal::Refusal;
use cadastre_domain::usage::IndexRow;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::admin::cell::{Column, Row, columns};
use crate::admin::table::Table;
use crate::admin::usage::Counted;
use crate::facts::{HOUSE, Record};

/// Zone of the day of an import.
const ZONE: &str = "Europe/Paris";

/// Indexes to import.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ImportIndex {
    /// The file's name, for messages.
    #[serde(default)]
    pub file: Option<String>,
    /// The file's bytes, base64.
    pub bytes: String,
}

const COLUMNS: [Column; 4] = [
    ("series", &["series", "serie", "indice"]),
    ("month", &["month", "mois"]),
    ("value", &["value", "valeur"]),
    ("published_on", &["publishedon", "publiele", "publication", "datepublication"]),
];

/// Records the rows that are new or changed; the same file twice changes nothing.
///
/// # Errors
/// A refusal that names file, line and column, and nothing is recorded.
pub async fn import(record: &Record, now: Timestamp, args: ImportIndex) -> Result<Counted, Refusal> {
    let place = |refusal: Refusal| match &args.file {
        Some(file) => refusal.in_file(file),
        None => refusal,
    };
    let bytes = base64::Engine::decode(&base64::engine::general_purpose::STANDARD, &args.bytes)
        .map_err(|_| place(Refusal::new("not_base64").on("bytes")))?;
    let zone = cadastre_domain::calendar::zone(ZONE).unwrap_or(TimeZone::UTC);
    let told = read(&bytes, day_of(now, &zone)).map_err(place)?;
    let head = record.head(HOUSE).await.map_err(|error| error.refusal())?;
    let house = record.house().await.map_err(|error| error.refusal())?;
    let standing: BTreeMap<_, _> = house.indexes.iter().map(|(_, row)| ((row.series, row.month), row)).collect();
    let mut counted = Counted { rows: told.len(), new: 0, corrected: 0 };
    let mut rows = Vec::new();
    for row in told {
        match standing.get(&(row.series, row.month)) {
            Some(known) if **known == row => continue,
            Some(_) => counted.corrected += 1,
            None => counted.new += 1,
        }
        rows.push(row);
    }
    if !rows.is_empty() {
        record.append(HOUSE, vec![Fact::Index { rows }], Some(head)).await.map_err(|error| error.refusal())?;
    }
    Ok(counted)
}

fn read(bytes: &[u8], today: Date) -> Result<Vec<IndexRow>, Refusal> {
    let table = Table::read(bytes)?;
    let columns = columns(&table, &COLUMNS)?;
    for key in ["series", "month", "value"] {
        if !columns.contains_key(key) {
            return Err(Refusal::new("column_missing").at_line(1).on(key));
        }
    }
    let mut lines: BTreeMap<_, usize> = BTreeMap::new();
    let mut rows = Vec::new();
    for (line, cells) in &table.rows {
        let row = read_row(&Row::new(&columns, cells), today).map_err(|refusal| refusal.at_line(*line))?;
        if let Some(earlier) = lines.insert((row.series, row.month), *line) {
            let refusal = Refusal::new("index_twice").with("month", row.month).with("earlier", earlier);
            return Err(refusal.at_line(*line).on("month"));
        }
        rows.push(row);
    }
    Ok(rows)
}

fn read_row(row: &Row<'_>, today: Date) -> Result<IndexRow, Refusal> {
    let word = row.needed("series")?;
    let Some((_, series)) = SERIES.iter().find(|(known, _)| *known == word) else {
        let known = SERIES.map(|(known, _)| known).join(", ");
        return Err(Refusal::new("series_unknown").with("value", word).with("known", known).on("series"));
    };
    let month = row.needed("month")?;
    let month: Month = month.parse().map_err(|_| Refusal::new("month_invalid").with("value", month).on("month"))?;
    let text = row.needed("value")?.replace(',', ".");
    let value = text.parse::<Price>().ok().filter(|value| value.millionths() > 0);
    let value = value.ok_or_else(|| Refusal::new("index_value_invalid").with("value", &text).on("value"))?;
    let published_on = row.date("published_on")?;
    if let Some(day) = published_on {
        if day < month.last() {
            let refusal = Refusal::new("index_published_early").with("day", day).with("month", month);
            return Err(refusal.on("published_on"));
        }
        if day > today {
            let refusal = Refusal::new("index_published_late").with("day", day).with("today", today);
            return Err(refusal.on("published_on"));
        }
    }
    Ok(IndexRow { series: *series, month, value, published_on })
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_table_of_indexes_is_read_whole_or_refused_by_line() {
        let today = jiff::civil::date(2026, 11, 25);
        let read = |bytes: &[u8]| super::read(bytes, today);
        let rows = read(b"series;month;value;published_on\nsyntec;2026-01;315,2;2026-02-27\n").unwrap();
        assert_eq!((rows.len(), rows[0].value.to_string().as_str()), (1, "315.20"));
        let refused = |row: &str| {
            let refusal = read(format!("series;month;value;published_on\n{row}\n").as_bytes()).unwrap_err();
            (refusal.code, refusal.line, refusal.field.unwrap_or_default())
        };
        for (row, code, field) in [
            ("insee;2026-01;1;", "series_unknown", "series"),
            ("syntec;2026-13;1;", "month_invalid", "month"),
            ("syntec;2026-01;0;", "index_value_invalid", "value"),
            ("syntec;2026-01;-3;", "index_value_invalid", "value"),
            ("syntec;2026-01;1;2026-02-31", "date_invalid", "published_on"),
            ("syntec;2026-01;1;2026-01-30", "index_published_early", "published_on"),
            ("syntec;2026-01;1;2026-11-26", "index_published_late", "published_on"),
        ] {
            assert_eq!(refused(row), (code, Some(2), field.to_owned()), "{row}");
        }
        assert_eq!(refused("syntec;2026-01;1;\nsyntec;2026-01;2;").1, Some(3));
    }
}
