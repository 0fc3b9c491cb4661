//! Which column of a file says what: as the usual spellings tell, and as a person corrects it.
//!
//! Refuses a key that nobody knows and one said of two columns. **Invariant**: a file read with the columns that were found for
//! it reads as it did before.

use cadastre_domain::refusal::Refusal;

use super::File;
use crate::admin::list_columns::{COLUMNS, Columns};
use crate::admin::table::Table;

/// How many rows are shown of a file.
const SHOWN_ROWS: usize = 2;

/// A file's columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileColumns {
    /// Each header as written, what it was taken for, and its first cells.
    pub columns: Vec<(String, Option<&'static str>, Vec<String>)>,
    /// How many rows there are.
    pub rows: usize,
}

/// The keys that a column can have.
pub fn keys() -> impl Iterator<Item = &'static str> {
    COLUMNS.iter().map(|(key, _)| *key)
}

/// What a file's columns were taken for.
///
/// # Errors
/// A file that is no table.
pub fn columns(file: &File) -> Result<FileColumns, Refusal> {
    let table = Table::read(&file.bytes).map_err(|refusal| refusal.in_file(&file.name))?;
    let found = Columns::guess(&table, None);
    let cells = |at: usize| {
        let cells = table.rows.iter().filter_map(|(_, cells)| cells.get(at)).filter(|cell| !cell.is_empty());
        cells.take(SHOWN_ROWS).cloned().collect()
    };
    let columns = table.headers.iter().enumerate().map(|(at, header)| (header.clone(), found.key_of(at), cells(at)));
    Ok(FileColumns { columns: columns.collect(), rows: table.rows.len() })
}

/// The file with its columns named as a person says; `None` passes a column over.
///
/// # Errors
/// `column_key_unknown`, `column_key_twice`, and a file that is no table.
pub fn named(file: &File, keys: &[Option<String>]) -> Result<File, Refusal> {
    let place = |refusal: Refusal| refusal.in_file(&file.name);
    let table = Table::read(&file.bytes).map_err(place)?;
    let mut headers: Vec<String> = Vec::new();
    for at in 0..table.headers.len() {
        let Some(key) = keys.get(at).and_then(Option::as_deref) else {
            headers.push(format!("x-{at}"));
            continue;
        };
        let Some((_, [spelling, ..])) = COLUMNS.iter().find(|(known, _)| *known == key) else {
            return Err(place(Refusal::new("column_key_unknown").with("value", key)));
        };
        if headers.iter().any(|header| header == spelling) {
            return Err(place(Refusal::new("column_key_twice").with("value", key)));
        }
        headers.push((*spelling).to_owned());
    }
    let mut writer = csv::WriterBuilder::new().delimiter(b';').from_writer(Vec::new());
    let rows = std::iter::once(headers).chain(table.rows.into_iter().map(|(_, cells)| cells));
    let internal = |error: String| Refusal::new("internal").with("reason", error);
    for row in rows {
        writer.write_record(row).map_err(|error| internal(error.to_string()))?;
    }
    let bytes = writer.into_inner().map_err(|error| internal(error.to_string()))?;
    Ok(File { name: file.name.clone(), bytes })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_found_corrected_and_passed_over() {
        let file =
            File { name: "parc.csv".to_owned(), bytes: b"Quoi;N\xb0 de s\xe9rie;Prix\npc-1;PF2AAAA1;12\n".to_vec() };
        let found = columns(&file).unwrap();
        let keys: Vec<Option<&str>> = found.columns.iter().map(|(_, key, _)| *key).collect();
        assert_eq!((keys, found.rows), (vec![None, Some("serial"), None], 1));
        let said = [Some("hostname".to_owned()), None, None];
        let again = columns(&named(&file, &said).unwrap()).unwrap();
        let keys: Vec<Option<&str>> = again.columns.iter().map(|(_, key, _)| *key).collect();
        assert_eq!(keys, [Some("hostname"), None, None]);
        assert_eq!(again.columns[0].2, ["pc-1"]);
        let twice = [Some("serial".to_owned()), Some("serial".to_owned()), None];
        assert_eq!(named(&file, &twice).unwrap_err().code, "column_key_twice");
    }
}
