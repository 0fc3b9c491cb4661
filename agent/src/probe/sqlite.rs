//! The rows of one table in the bytes of an SQLite file, read as its file format says.
//!
//! Refuses to write, to join and to look beside the file (a write-ahead log that was not folded in is not seen; who closes
//! a database folds it in). Invariant: a truncated or hostile file ends the walk: no page is visited twice.

use std::collections::HashSet;

/// Most bytes of one value.
const VALUE_BYTES_MAX: u64 = 16 * 1024 * 1024;

/// A value of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Null,
    Integer(usize),
    Real,
    Blob(usize),
    Text(usize),
}

/// An open file.
pub(super) struct Database<'a> {
    bytes: &'a [u8],
    page_bytes: usize,
    usable_bytes: usize,
}

impl<'a> Database<'a> {
    /// Reads the header; `None` for what is no such file.
    pub(super) fn open(bytes: &'a [u8]) -> Option<Database<'a>> {
        if !bytes.starts_with(b"SQLite format 3\0") {
            return None;
        }
        let page_bytes = match u16::from_be_bytes([*bytes.get(16)?, *bytes.get(17)?]) {
            1 => 65_536,
            size if size.is_power_of_two() && size >= 512 => usize::from(size),
            _ => return None,
        };
        let usable_bytes = page_bytes.checked_sub(usize::from(*bytes.get(20)?)).filter(|usable| *usable >= 480)?;
        Some(Database { bytes, page_bytes, usable_bytes })
    }

    /// The records of a table; `None` when there is no such table or it is damaged.
    pub(super) fn table(&self, name: &str) -> Option<Vec<Vec<u8>>> {
        let root = self.rows(1)?.into_iter().find_map(|record| {
            let values = values(&record)?;
            let text = |at: usize| values.get(at).and_then(|value| std::str::from_utf8(value).ok());
            let number = values
                .get(3)?
                .iter()
                .try_fold(0_u64, |number, byte| number.checked_mul(256)?.checked_add(u64::from(*byte)))?;
            (text(0) == Some("table") && text(1) == Some(name)).then_some(number)
        })?;
        self.rows(usize::try_from(root).ok()?)
    }

    fn rows(&self, root: usize) -> Option<Vec<Vec<u8>>> {
        let mut seen = HashSet::new();
        let mut ahead = vec![root];
        let mut rows = Vec::new();
        while let Some(number) = ahead.pop() {
            if !seen.insert(number) {
                return None;
            }
            let page = self.page(number)?;
            // The first page begins with the file's header.
            let head = if number == 1 { 100 } else { 0 };
            let kind = *page.get(head)?;
            let cells = usize::from(word(page, head.checked_add(3)?)?);
            let pointers = head.checked_add(if kind == 0x05 { 12 } else { 8 })?;
            for cell in 0..cells {
                let at = usize::from(word(page, pointers.checked_add(cell.checked_mul(2)?)?)?);
                match kind {
                    0x05 => ahead.push(usize::try_from(double_word(page, at)?).ok()?),
                    0x0d => rows.push(self.record(page, at, &mut seen)?),
                    _ => return None,
                }
            }
            if kind == 0x05 {
                ahead.push(usize::try_from(double_word(page, head.checked_add(8)?)?).ok()?);
            }
        }
        Some(rows)
    }

    fn page(&self, number: usize) -> Option<&'a [u8]> {
        let begin = number.checked_sub(1)?.checked_mul(self.page_bytes)?;
        self.bytes.get(begin..begin.checked_add(self.page_bytes)?)
    }

    /// A record with what stands of it on overflow pages.
    fn record(&self, page: &[u8], at: usize, seen: &mut HashSet<usize>) -> Option<Vec<u8>> {
        let (length, at) = varint(page, at)?;
        let (_, at) = varint(page, at)?;
        let length = usize::try_from(Some(length).filter(|length| *length <= VALUE_BYTES_MAX)?).ok()?;
        let local = self.local(length)?;
        let mut record = page.get(at..at.checked_add(local)?)?.to_vec();
        let mut next = if local < length { double_word(page, at.checked_add(local)?)? } else { 0 };
        while record.len() < length {
            let number = usize::try_from(next).ok()?;
            if !seen.insert(number) {
                return None;
            }
            let page = self.page(number)?;
            next = double_word(page, 0)?;
            let wanted = length.saturating_sub(record.len()).min(self.usable_bytes.saturating_sub(4));
            record.extend_from_slice(page.get(4..wanted.checked_add(4)?)?);
        }
        Some(record)
    }

    /// How many bytes of a record stand on its own page.
    fn local(&self, length: usize) -> Option<usize> {
        let most = self.usable_bytes.checked_sub(35)?;
        if length <= most {
            return Some(length);
        }
        let least = self.usable_bytes.checked_sub(12)?.checked_mul(32)?.checked_div(255)?.checked_sub(23)?;
        let kept = least.checked_add(length.checked_sub(least)?.checked_rem(self.usable_bytes.checked_sub(4)?)?)?;
        Some(if kept <= most { kept } else { least })
    }
}

/// The values of a record, as their bytes.
pub(super) fn values(record: &[u8]) -> Option<Vec<&[u8]>> {
    let (header, mut at) = varint(record, 0)?;
    let header = usize::try_from(header).ok()?;
    let mut kinds = Vec::new();
    while at < header {
        let (kind, after) = varint(record, at)?;
        at = after;
        kinds.push(match kind {
            0 | 8 | 9 => Kind::Null,
            1..=4 => Kind::Integer(usize::try_from(kind).ok()?),
            5 => Kind::Integer(6),
            6 => Kind::Integer(8),
            7 => Kind::Real,
            kind if kind >= 12 && kind % 2 == 0 => Kind::Blob(usize::try_from((kind - 12) / 2).ok()?),
            kind if kind >= 13 => Kind::Text(usize::try_from((kind - 13) / 2).ok()?),
            _ => return None,
        });
    }
    let mut at = header;
    let mut values = Vec::with_capacity(kinds.len());
    for kind in kinds {
        let length = match kind {
            Kind::Null => 0,
            Kind::Integer(length) | Kind::Blob(length) | Kind::Text(length) => length,
            Kind::Real => 8,
        };
        let end = at.checked_add(length)?;
        values.push(record.get(at..end)?);
        at = end;
    }
    Some(values)
}

fn word(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes([*bytes.get(at)?, *bytes.get(at.checked_add(1)?)?]))
}

fn double_word(bytes: &[u8], at: usize) -> Option<u32> {
    Some((u32::from(word(bytes, at)?) << 16) | u32::from(word(bytes, at.checked_add(2)?)?))
}

/// A number of one to nine bytes, and where it ends.
fn varint(bytes: &[u8], at: usize) -> Option<(u64, usize)> {
    let mut number = 0_u64;
    for step in 0..9_usize {
        let byte = *bytes.get(at.checked_add(step)?)?;
        let after = at.checked_add(step)?.checked_add(1)?;
        if step == 8 {
            return Some(((number << 8) | u64::from(byte), after));
        }
        number = (number << 7) | u64::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            return Some((number, after));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn varints() {
        assert_eq!(varint(&[0x05], 0), Some((5, 1)));
        assert_eq!(varint(&[0x81, 0x00], 0), Some((128, 2)));
        assert_eq!(varint(&[0xff; 9], 0), Some((u64::MAX, 9)));
        assert_eq!(varint(&[0x81], 0), None);
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_panic(bytes in proptest::collection::vec(any::<u8>(), 0..1_200)) {
            let mut file = b"SQLite format 3\0\x02\x00\x01\x01\x00".to_vec();
            file.extend(&bytes);
            if let Some(database) = Database::open(&file) {
                let _ = (database.table("Packages"), database.rows(1), database.rows(2));
            }
            let _ = values(&bytes);
        }
    }
}
