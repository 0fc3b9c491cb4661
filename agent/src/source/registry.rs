//! A piece of the registry: keys, and values as raw bytes with their type.
//!
//! Keys are named as the 64-bit view names them. Refuses to interpret: unterminated strings and odd lengths are kept, and
//! read as far as they make sense. Names match whatever the case.

pub mod file;

/// Deepest nesting of keys that is read or parsed.
pub const DEPTH_MAX: u8 = 32;
/// Most keys of one read.
pub const KEYS_MAX: usize = 100_000;

/// What to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Query<'a> {
    /// Full path of the key, `HKEY_LOCAL_MACHINE\…` or `HKEY_USERS\…`.
    pub path: &'a str,
    /// Levels of sub-keys below it.
    pub depth: u8,
    /// The values wanted at every level; empty: names of keys alone.
    pub values: &'a [&'a str],
}

/// A key.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Key {
    /// Its own name.
    pub name: String,
    /// Its values, in the order of the registry; the default one has an empty name.
    pub values: Vec<(String, Data)>,
    /// Its sub-keys.
    pub keys: Vec<Key>,
}

/// A value as it is stored.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Data {
    /// `REG_…` as a number.
    pub kind: u32,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// `REG_SZ`.
pub const SZ: u32 = 1;
/// `REG_EXPAND_SZ`.
pub const EXPAND_SZ: u32 = 2;
/// `REG_BINARY`.
pub const BINARY: u32 = 3;
/// `REG_DWORD`.
pub const DWORD: u32 = 4;
/// `REG_MULTI_SZ`.
pub const MULTI_SZ: u32 = 7;
/// `REG_QWORD`.
pub const QWORD: u32 = 11;

impl Key {
    /// A sub-key, whatever the case.
    #[must_use]
    pub fn key(&self, name: &str) -> Option<&Key> {
        self.keys.iter().find(|key| key.name.eq_ignore_ascii_case(name))
    }

    /// A value, whatever the case.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&Data> {
        self.values.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, data)| data)
    }

    /// A text value: trimmed, `None` when empty or of another type.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<String> {
        self.value(name)?.text()
    }

    /// A number.
    #[must_use]
    pub fn number(&self, name: &str) -> Option<u64> {
        self.value(name)?.number()
    }

    /// This key with no more than the query asks.
    #[must_use]
    pub(crate) fn within(&self, query: &Query<'_>, depth: u8) -> Key {
        let is_asked = |name: &String| query.values.iter().any(|asked| asked.eq_ignore_ascii_case(name));
        let deeper = self.keys.iter().filter(|_| depth > 0);
        Key {
            name: self.name.clone(),
            values: self.values.iter().filter(|(name, _)| is_asked(name)).cloned().collect(),
            keys: deeper.map(|key| key.within(query, depth.saturating_sub(1))).collect(),
        }
    }
}

impl Data {
    /// A text value.
    #[must_use]
    pub fn of_text(text: &str) -> Data {
        let units = text.encode_utf16().chain([0]);
        Data { kind: SZ, bytes: units.flat_map(u16::to_le_bytes).collect() }
    }

    /// The text: up to the first zero, trimmed; `None` when empty or not a text.
    #[must_use]
    pub fn text(&self) -> Option<String> {
        if !matches!(self.kind, SZ | EXPAND_SZ) {
            return None;
        }
        let text = utf16(&self.bytes);
        super::clean(text.split('\0').next().unwrap_or_default())
    }

    /// The texts of a list.
    #[must_use]
    pub fn texts(&self) -> Vec<String> {
        match self.kind {
            MULTI_SZ => utf16(&self.bytes).split('\0').filter_map(super::clean).collect(),
            _ => self.text().into_iter().collect(),
        }
    }

    /// The number of a DWORD or QWORD, or of a text that is one.
    #[must_use]
    pub fn number(&self) -> Option<u64> {
        match (self.kind, self.bytes.as_slice()) {
            (DWORD, [a, b, c, d]) => Some(u64::from(u32::from_le_bytes([*a, *b, *c, *d]))),
            (QWORD, bytes) => Some(u64::from_le_bytes(bytes.try_into().ok()?)),
            (SZ, _) => self.text()?.parse().ok(),
            _ => None,
        }
    }
}

/// Text of UTF-16 bytes; an odd last byte is left out.
fn utf16(bytes: &[u8]) -> String {
    let units: Vec<u16> = bytes.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
    String::from_utf16_lossy(&units)
}

/// The path as the 64-bit view names it: long names of the roots, no `ControlSet001`.
#[must_use]
pub fn canonical(path: &str) -> String {
    let (root, rest) = path.split_once('\\').unwrap_or((path, ""));
    let root = match root.to_ascii_uppercase().as_str() {
        "HKLM" => "HKEY_LOCAL_MACHINE".to_owned(),
        "HKU" => "HKEY_USERS".to_owned(),
        other => other.to_owned(),
    };
    if rest.is_empty() { root } else { format!("{root}\\{rest}") }
}

/// The family of a packaged application, from its full name `Name_Version_Architecture_Resource_Publisher`.
#[must_use]
pub fn family(full_name: &str) -> String {
    let mut parts = full_name.split('_');
    match (parts.next(), parts.next_back()) {
        (Some(name), Some(publisher)) => format!("{name}_{publisher}"),
        _ => full_name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_that_are_not_whole() {
        let data = |kind, bytes: &[u8]| Data { kind, bytes: bytes.to_vec() };
        assert_eq!(Data::of_text("abc").text().as_deref(), Some("abc"));
        assert_eq!(data(SZ, b"a\0b\0").text().as_deref(), Some("ab"));
        assert_eq!(data(SZ, b"a\0b\0c").text().as_deref(), Some("ab"));
        assert_eq!(data(SZ, b"\0\0a\0").text(), None);
        assert_eq!(data(BINARY, b"a\0").text(), None);
        assert_eq!(data(MULTI_SZ, b"a\0\0\0b\0\0\0\0\0").texts(), ["a", "b"]);
    }

    #[test]
    fn numbers() {
        let data = |kind, bytes: &[u8]| Data { kind, bytes: bytes.to_vec() }.number();
        assert_eq!(data(DWORD, &[1, 0, 0, 0]), Some(1));
        assert_eq!(data(DWORD, &[1, 0, 0]), None);
        assert_eq!(data(QWORD, &[0, 0, 0, 0, 1, 0, 0, 0]), Some(1 << 32));
        assert_eq!(Data::of_text("17").number(), Some(17));
    }

    #[test]
    fn families() {
        assert_eq!(family("MSTeams_24165.1_x64__8wekyb3d8bbwe"), "MSTeams_8wekyb3d8bbwe");
        assert_eq!(family("odd"), "odd");
    }

    #[test]
    fn roots_have_long_names() {
        assert_eq!(canonical("HKLM\\SOFTWARE\\x"), "HKEY_LOCAL_MACHINE\\SOFTWARE\\x");
        assert_eq!(canonical("hkey_users\\S-1"), "HKEY_USERS\\S-1");
    }
}
