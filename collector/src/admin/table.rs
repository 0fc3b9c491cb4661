//! Tables that people hand over: spreadsheets, and CSV with `;`, `,` or tab, UTF-8 or Windows-1252, any usual spelling of a header.
//!
//! Refuses a table without a header or with a row that is longer than it, naming the line. **Invariant**: a table is read
//! whole or not at all.

use cadastre_domain::refusal::Refusal;

use crate::admin::sheet;

/// Longest table accepted, bytes.
const TABLE_BYTES_MAX: usize = 64 << 20;

/// How a spreadsheet's file begins.
const ZIP: &[u8] = b"PK\x03\x04";

/// A table: its columns and its rows, cells trimmed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Headers, folded: lower case, letters and digits only, accents dropped.
    pub columns: Vec<String>,
    /// Headers as written.
    pub headers: Vec<String>,
    /// Rows: the line they begin on, from 1, and one cell a column.
    pub rows: Vec<(usize, Vec<String>)>,
}

impl Table {
    /// Reads a table.
    ///
    /// # Errors
    /// `table_too_large`, `table_empty`, `table_row_invalid` with the line, `column_twice`.
    pub fn read(bytes: &[u8]) -> Result<Self, Refusal> {
        if bytes.len() > TABLE_BYTES_MAX {
            return Err(Refusal::new("table_too_large").with("bytes", bytes.len()).with("limit", TABLE_BYTES_MAX));
        }
        if bytes.starts_with(ZIP) {
            return Self::of_sheet(sheet::rows(bytes)?);
        }
        let text = decode(bytes);
        let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(delimiter(first))
            .flexible(true)
            .trim(csv::Trim::All)
            .from_reader(text.as_bytes());
        let unreadable = |error: &csv::Error| {
            let line = error.position().map_or(1, csv::Position::line);
            Refusal::new("table_row_invalid")
                .with("reason", "quotes")
                .at_line(usize::try_from(line).unwrap_or(usize::MAX))
        };
        let headers: Vec<String> =
            reader.headers().map_err(|error| unreadable(&error))?.iter().map(str::to_owned).collect();
        if headers.iter().all(String::is_empty) {
            return Err(Refusal::new("table_empty"));
        }
        let columns = folded(&headers)?;
        let mut rows = Vec::new();
        for record in reader.records() {
            let record = record.map_err(|error| unreadable(&error))?;
            let line = record.position().map_or(0, |at| usize::try_from(at.line()).unwrap_or(usize::MAX));
            if record.iter().all(str::is_empty) {
                continue;
            }
            if record.len() != columns.len() {
                let refusal =
                    Refusal::new("table_row_length").with("cells", record.len()).with("columns", columns.len());
                return Err(refusal.at_line(line));
            }
            rows.push((line, record.iter().map(str::to_owned).collect()));
        }
        Ok(Self { columns, headers, rows })
    }

    /// The rows of a spreadsheet: the first that is not empty is the header.
    fn of_sheet(rows: Vec<(usize, Vec<String>)>) -> Result<Self, Refusal> {
        let mut rows = rows.into_iter().filter(|(_, cells)| cells.iter().any(|cell| !cell.is_empty()));
        let Some((_, headers)) = rows.next() else { return Err(Refusal::new("table_empty")) };
        Ok(Self { columns: folded(&headers)?, headers, rows: rows.collect() })
    }

    /// The index of the first column that bears one of these names, which are given folded.
    pub fn column(&self, names: &[&str]) -> Option<usize> {
        names.iter().find_map(|name| self.columns.iter().position(|column| column == name))
    }
}

/// Headers folded; one that is there twice is refused.
fn folded(headers: &[String]) -> Result<Vec<String>, Refusal> {
    let columns: Vec<String> = headers.iter().map(|header| fold(header)).collect();
    for (index, column) in columns.iter().enumerate() {
        if !column.is_empty() && columns.iter().take(index).any(|earlier| earlier == column) {
            return Err(Refusal::new("column_twice").at_line(1).on(&headers[index]));
        }
    }
    Ok(columns)
}

/// UTF-8 with or without its mark; what is not UTF-8 is Windows-1252, in which every byte is a character.
fn decode(bytes: &[u8]) -> String {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => encoding_rs::WINDOWS_1252.decode(bytes).0.into_owned(),
    }
}

/// The separator that the header line has most of.
fn delimiter(header: &str) -> u8 {
    let count = |byte: u8| header.bytes().filter(|other| *other == byte).count();
    [b';', b'\t', b','].into_iter().rev().max_by_key(|byte| count(*byte)).unwrap_or(b';')
}

/// Lower case, letters and digits only, French accents dropped: `N° de série` is `ndeserie`.
pub fn fold(text: &str) -> String {
    text.chars()
        .flat_map(char::to_lowercase)
        .filter_map(|c| match c {
            'à' | 'â' | 'ä' => Some('a'),
            'é' | 'è' | 'ê' | 'ë' => Some('e'),
            'î' | 'ï' => Some('i'),
            'ô' | 'ö' => Some('o'),
            'ù' | 'û' | 'ü' => Some('u'),
            'ç' => Some('c'),
            c if c.is_ascii_alphanumeric() => Some(c),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separators_encodings_and_headers_are_found() {
        let table = Table::read("\u{feff}Libellé;N° de série\npc-1; PF2A \n\n".as_bytes()).unwrap();
        assert_eq!(table.columns, ["libelle", "ndeserie"]);
        assert_eq!(table.rows, [(2, vec!["pc-1".to_owned(), "PF2A".to_owned()])]);
        let latin = Table::read(b"Libell\xe9,Serial\n\"a,b\",c\n").unwrap();
        assert_eq!(latin.columns, ["libelle", "serial"]);
        assert_eq!(latin.rows[0].1, ["a,b", "c"]);
        assert_eq!(Table::read(b"a\tb\n1\t2\n").unwrap().column(&["x", "b"]), Some(1));
    }

    #[test]
    fn a_wrong_row_is_named_by_its_line() {
        let refusal = Table::read(b"a;b\n1;2\n1;2;3\n").unwrap_err();
        assert_eq!((refusal.code, refusal.line), ("table_row_length", Some(3)));
        assert_eq!(Table::read(b"").unwrap_err().code, "table_empty");
        assert_eq!(Table::read(b"a;A\n").unwrap_err().code, "column_twice");
    }
}
