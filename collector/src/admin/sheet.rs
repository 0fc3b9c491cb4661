//! Spreadsheets (XLSX) as tables: the first sheet that has cells, its first row as the header.
//!
//! A cell merged over several rows stands for each of them; one merged over columns, and a formula whose value the file does
//! not hold, are refused by their row, for nobody can say what they mean here.

use std::collections::BTreeMap;
use std::io::Cursor;

use cadastre_domain::refusal::Refusal;
use calamine::{Data, DataType, Dimensions, Range, Reader, Xlsx};

/// The rows of a workbook: the row they stand on, from 1, and their cells as text, trimmed.
pub(super) fn rows(bytes: &[u8]) -> Result<Vec<(usize, Vec<String>)>, Refusal> {
    let unreadable = |error: calamine::XlsxError| Refusal::new("sheet_unreadable").with("reason", error);
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(unreadable)?;
    for name in book.sheet_names() {
        let cells = book.worksheet_range(&name).map_err(unreadable)?;
        if cells.is_empty() {
            continue;
        }
        let formulas = book.worksheet_formula(&name).map_err(unreadable)?;
        let merged = book.merge_cells_by_sheet_name(&name).map_err(unreadable)?;
        return read(&cells, &formulas, &merged);
    }
    Err(Refusal::new("table_empty"))
}

fn read(
    cells: &Range<Data>,
    formulas: &Range<String>,
    merged: &[Dimensions],
) -> Result<Vec<(usize, Vec<String>)>, Refusal> {
    let (Some((top, left)), Some((_, right))) = (cells.start(), cells.end()) else { return Ok(Vec::new()) };
    let mut stands_for: BTreeMap<(u32, u32), (u32, u32)> = BTreeMap::new();
    for range in merged.iter().filter(|range| range.start != range.end) {
        if range.start.1 != range.end.1 || range.start.0 == top {
            return Err(Refusal::new("cells_merged").at_line(line(range.start.0)));
        }
        for row in range.start.0..=range.end.0 {
            stands_for.insert((row, range.start.1), range.start);
        }
    }
    let mut rows = Vec::new();
    for (index, _) in cells.rows().enumerate() {
        let row = top + u32::try_from(index).unwrap_or(u32::MAX);
        let mut texts = Vec::new();
        for column in left..=right {
            let at = stands_for.get(&(row, column)).copied().unwrap_or((row, column));
            let value = cells.get_value(at);
            let formula = formulas.get_value(at).is_some_and(|formula| !formula.is_empty());
            if formula && value.is_none_or(|value| value.is_empty() || value.is_error()) {
                return Err(Refusal::new("formula_without_value").with("cell", cell_name(at)).at_line(line(row)));
            }
            texts.push(value.map(text).unwrap_or_default());
        }
        rows.push((line(row), texts));
    }
    Ok(rows)
}

fn line(row: u32) -> usize {
    usize::try_from(row).unwrap_or(usize::MAX).saturating_add(1)
}

/// A cell as text: whole numbers without a point, dates as `YYYY-MM-DD` or with their time.
fn text(value: &Data) -> String {
    match value {
        Data::Float(number) if number.fract() == 0.0 && number.abs() < 1e15 => format!("{number:.0}"),
        Data::DateTime(instant) if instant.is_datetime() => {
            let (year, month, day, hour, minute, second, _) = instant.to_ymd_hms_milli();
            if (hour, minute, second) == (0, 0, 0) {
                format!("{year:04}-{month:02}-{day:02}")
            } else {
                format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")
            }
        }
        Data::Error(_) => String::new(),
        other => other.to_string().trim().to_owned(),
    }
}

/// `(0, 27)` is `AB1`.
fn cell_name((row, column): (u32, u32)) -> String {
    let mut letters = String::new();
    let mut rest = column + 1;
    while rest > 0 {
        let letter = u8::try_from((rest - 1) % 26).unwrap_or(0);
        letters.insert(0, char::from(b'A' + letter));
        rest = (rest - 1) / 26;
    }
    format!("{letters}{}", row + 1)
}

#[cfg(test)]
mod tests {
    use calamine::{Cell, ExcelDateTime, ExcelDateTimeType};

    use super::*;

    fn cells(cells: &[(u32, u32, Data)]) -> Range<Data> {
        Range::from_sparse(cells.iter().map(|(row, column, value)| Cell::new((*row, *column), value.clone())).collect())
    }

    fn said(text: &str) -> Data {
        Data::String(text.to_owned())
    }

    #[test]
    fn numbers_dates_and_cells_merged_over_rows_are_read() {
        let date = Data::DateTime(ExcelDateTime::new(46083.5, ExcelDateTimeType::DateTime, false));
        let sheet = cells(&[
            (0, 0, said("Site")),
            (0, 1, said("Serial")),
            (1, 0, said("Lyon")),
            (1, 1, Data::Float(42.0)),
            (2, 1, date),
        ]);
        let merged = [Dimensions::new((1, 0), (2, 0))];
        let rows = read(&sheet, &Range::empty(), &merged).unwrap();
        assert_eq!(rows[1], (2, vec!["Lyon".to_owned(), "42".to_owned()]));
        assert_eq!(rows[2], (3, vec!["Lyon".to_owned(), "2026-03-02 12:00:00".to_owned()]));
    }

    #[test]
    fn what_nobody_can_read_is_refused_by_its_row() {
        let sheet = cells(&[(0, 0, said("a")), (0, 1, said("b")), (1, 0, said("x"))]);
        let across = read(&sheet, &Range::empty(), &[Dimensions::new((1, 0), (1, 1))]).unwrap_err();
        assert_eq!((across.code, across.line), ("cells_merged", Some(2)));
        let formulas = Range::from_sparse(vec![Cell::new((1, 1), "A2*2".to_owned())]);
        let empty = read(&sheet, &formulas, &[]).unwrap_err();
        assert_eq!((empty.code, empty.line), ("formula_without_value", Some(2)));
        assert_eq!(empty.args, [("cell", "B2".to_owned())]);
        assert_eq!(cell_name((0, 27)), "AB1");
    }
}
