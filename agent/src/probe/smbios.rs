//! The structure table of SMBIOS, byte by byte.
//!
//! Refuses nothing: a truncated or hostile table gives the structures before the damage. Invariant: never reads outside the
//! bytes it was given, never loops without advancing.

use crate::source;

/// Most structures read from one table.
const STRUCTURES_MAX: usize = 4_096;

/// One structure: its formatted area (header included) and its strings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Structure<'a> {
    /// Its type.
    pub(crate) kind: u8,
    formatted: &'a [u8],
    strings: &'a [u8],
}

impl Structure<'_> {
    /// The byte at an offset of the specification.
    pub(crate) fn byte(&self, offset: usize) -> Option<u8> {
        self.formatted.get(offset).copied()
    }

    /// The little-endian 16-bit word at an offset.
    pub(crate) fn word(&self, offset: usize) -> Option<u16> {
        Some(u16::from_le_bytes([self.byte(offset)?, self.byte(offset.checked_add(1)?)?]))
    }

    /// The little-endian 32-bit word at an offset.
    pub(crate) fn double_word(&self, offset: usize) -> Option<u32> {
        let low = u32::from(self.word(offset)?);
        let high = u32::from(self.word(offset.checked_add(2)?)?);
        Some(low | (high << 16))
    }

    /// The bytes at an offset.
    pub(crate) fn bytes(&self, offset: usize, length: usize) -> Option<&[u8]> {
        self.formatted.get(offset..offset.checked_add(length)?)
    }

    /// The string whose number stands at an offset; trimmed, `None` when empty or missing.
    pub(crate) fn string(&self, offset: usize) -> Option<String> {
        let number = usize::from(self.byte(offset)?);
        let raw = self.strings.split(|byte| *byte == 0).nth(number.checked_sub(1)?)?;
        source::clean(&String::from_utf8_lossy(raw))
    }
}

/// What a table holds.
#[derive(Debug, Clone, Default)]
pub(crate) struct Table<'a> {
    /// The structures, in the order of the table.
    pub(crate) structures: Vec<Structure<'a>>,
    /// Whether the table was read to its end; if not, what is missing may have been there.
    pub(crate) is_whole: bool,
}

impl<'a> Table<'a> {
    /// Reads a table, up to its end or its first damage.
    pub(crate) fn parse(bytes: &'a [u8]) -> Table<'a> {
        let mut table = Table::default();
        let mut rest = bytes;
        while table.structures.len() < STRUCTURES_MAX {
            if rest.is_empty() {
                table.is_whole = !table.structures.is_empty();
                break;
            }
            let Some((structure, after)) = next(rest) else { break };
            // Type 127 ends the table; what follows is padding.
            if structure.kind == 127 {
                table.is_whole = true;
                break;
            }
            table.structures.push(structure);
            let Some(after) = after else { break };
            rest = after;
        }
        table
    }

    /// The structures of one type.
    pub(crate) fn of(&self, kind: u8) -> impl Iterator<Item = &Structure<'a>> {
        self.structures.iter().filter(move |structure| structure.kind == kind)
    }
}

/// The structure that bytes begin with, and what follows it; nothing follows when its strings do not end.
fn next(bytes: &[u8]) -> Option<(Structure<'_>, Option<&[u8]>)> {
    let kind = *bytes.first()?;
    let length = usize::from(*bytes.get(1)?);
    if length < 4 {
        return None;
    }
    let formatted = bytes.get(..length)?;
    let tail = bytes.get(length..)?;
    // The strings end with an empty one; a structure without strings still has two zero bytes.
    let end = tail.windows(2).position(|pair| pair == [0, 0]);
    let strings = tail.get(..end.unwrap_or(tail.len())).unwrap_or_default();
    let after = end.and_then(|end| tail.get(end.saturating_add(2)..));
    Some((Structure { kind, formatted, strings }, after))
}

/// The version that an entry point announces, major and minor.
pub(crate) fn version(entry_point: &[u8]) -> Option<(u8, u8)> {
    let offset = if entry_point.starts_with(b"_SM3_") {
        7
    } else if entry_point.starts_with(b"_SM_") {
        6
    } else {
        return None;
    };
    Some((*entry_point.get(offset)?, *entry_point.get(offset + 1)?))
}

/// A UUID as text. From SMBIOS 2.6 on the first three groups are little-endian.
pub(crate) fn uuid(bytes: &[u8], little_endian: bool) -> Option<String> {
    let bytes: [u8; 16] = bytes.try_into().ok()?;
    let uuid = if little_endian { uuid::Uuid::from_bytes_le(bytes) } else { uuid::Uuid::from_bytes(bytes) };
    (!uuid.is_nil() && !uuid.is_max()).then(|| uuid.to_string())
}

/// A date of the firmware, `MM/DD/YYYY` or `MM/DD/YY`, as `YYYY-MM-DD`.
pub(crate) fn date(text: &str) -> Option<String> {
    let mut parts = text.trim().split('/');
    let (month, day, year) = (parts.next()?, parts.next()?, parts.next()?);
    let year: i16 = match year.len() {
        2 => 1900 + year.parse::<i16>().ok().filter(|year| (0..100).contains(year))?,
        4 => year.parse().ok()?,
        _ => return None,
    };
    let date = jiff::civil::Date::new(year, month.parse().ok()?, day.parse().ok()?).ok()?;
    parts.next().is_none().then(|| date.to_string())
}

#[cfg(test)]
pub(crate) mod build {
    //! Tables for tests.

    /// A structure: type, bytes after the header, strings.
    pub(crate) fn structure(kind: u8, body: &[u8], strings: &[&str]) -> Vec<u8> {
        let mut bytes = vec![kind, u8::try_from(body.len() + 4).unwrap(), kind, 0];
        bytes.extend_from_slice(body);
        for string in strings {
            bytes.extend_from_slice(string.as_bytes());
            bytes.push(0);
        }
        bytes.push(0);
        if strings.is_empty() {
            bytes.push(0);
        }
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn strings_are_numbered_from_one() {
        let table = build::structure(1, &[1, 2, 0, 9], &["Maker ", "Model"]);
        let found = Table::parse(&table);
        assert!(found.is_whole);
        let system = found.structures[0];
        assert_eq!(system.string(4).as_deref(), Some("Maker"));
        assert_eq!(system.string(5).as_deref(), Some("Model"));
        assert_eq!(system.string(6), None);
        assert_eq!(system.string(7), None);
        assert_eq!(system.string(99), None);
    }

    #[test]
    fn structures_follow_one_another_until_the_end() {
        let mut table = build::structure(0, &[], &[]);
        table.extend(build::structure(38, &[1], &[]));
        table.extend(build::structure(127, &[], &[]));
        table.extend(build::structure(1, &[], &[]));
        let found = Table::parse(&table);
        let kinds: Vec<u8> = found.structures.iter().map(|structure| structure.kind).collect();
        assert_eq!((kinds, found.is_whole), (vec![0, 38], true));
    }

    #[test]
    fn a_length_below_the_header_ends_the_table() {
        for bytes in [&[1, 0, 0, 0, 0, 0][..], &[1, 200, 0, 0], &[]] {
            let found = Table::parse(bytes);
            assert!(found.structures.is_empty() && !found.is_whole, "{bytes:?}");
        }
    }

    #[test]
    fn a_table_cut_inside_the_strings_keeps_what_is_there() {
        let mut table = build::structure(1, &[1, 2], &["Maker", "Model"]);
        table.truncate(table.len() - 4);
        let found = Table::parse(&table);
        assert!(!found.is_whole);
        assert_eq!(found.structures[0].string(4).as_deref(), Some("Maker"));
        assert_eq!(found.structures[0].string(5).as_deref(), Some("Mod"));
    }

    #[test]
    fn uuid_byte_orders() {
        let bytes = [0x33, 0x22, 0x11, 0x00, 0x55, 0x44, 0x77, 0x66, 0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff];
        assert_eq!(uuid(&bytes, true).unwrap(), "00112233-4455-6677-8899-aabbccddeeff");
        assert_eq!(uuid(&bytes, false).unwrap(), "33221100-5544-7766-8899-aabbccddeeff");
        assert_eq!(uuid(&[0; 16], true), None);
        assert_eq!(uuid(&[0xff; 16], true), None);
    }

    #[test]
    fn dates() {
        assert_eq!(date("03/27/2024").as_deref(), Some("2024-03-27"));
        assert_eq!(date("12/01/99").as_deref(), Some("1999-12-01"));
        for bad in ["", "2024-03-27", "13/01/2024", "02/30/2024", "1/2/3", "03/27/2024/1", "aa/bb/cccc", "01/01/-1"] {
            assert_eq!(date(bad), None, "{bad}");
        }
    }

    #[test]
    fn versions() {
        assert_eq!(version(b"_SM3_\x00\x18\x03\x02\x00"), Some((3, 2)));
        assert_eq!(version(b"_SM_\x00\x1f\x02\x08"), Some((2, 8)));
        assert_eq!(version(b"_SM"), None);
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_panic(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
            for structure in Table::parse(&bytes).structures {
                for offset in 0..260 {
                    let _ = (structure.string(offset), structure.double_word(offset), structure.bytes(offset, 16));
                }
            }
            let _ = version(&bytes);
        }

        #[test]
        fn any_text_is_a_date_or_not(text in "\\PC{0,14}") {
            let _ = date(&text);
        }
    }
}
