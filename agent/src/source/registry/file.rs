//! `.reg` files of version 5, as regedit writes and reads them.
//!
//! UTF-16 with its mark, or UTF-8; CRLF or LF. Refuses deletions (`[-KEY]`, `"x"=-`), which describe no machine, a file
//! without the version's line, and more keys or levels than the limits of this room. A line it does not understand is
//! refused, so that a truncated file is never half a machine.

use std::collections::BTreeMap;

use super::{DWORD, Data, KEYS_MAX, Key, SZ};

/// The first line.
const HEADER: &str = concat!("Windows Registry Editor", " Version 5.00");
/// Most bytes of one line of hexadecimal digits, as regedit folds them.
const FOLD: usize = 25;

/// Why a file is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// The first line is not the version's.
    #[error("reg_header")]
    Header,
    /// A line that is none of the format.
    #[error("reg_line")]
    Line,
    /// Beyond a limit.
    #[error("reg_too_large")]
    TooLarge,
}

/// The keys of a file, by full path in lower case, each with its path as written and its values.
pub type Keys = BTreeMap<String, (String, Vec<(String, Data)>)>;

/// Reads a file.
///
/// # Errors
/// [`FileError`].
pub fn parse(bytes: &[u8]) -> Result<Keys, FileError> {
    let text = text(bytes);
    let mut lines = text.lines().map(|line| line.trim_end_matches('\r'));
    if lines.next().map(str::trim_end) != Some(HEADER) {
        return Err(FileError::Header);
    }
    let mut keys = Keys::new();
    let mut current: Option<String> = None;
    let mut folded = String::new();
    for line in lines {
        let is_value = !folded.is_empty() || line.starts_with('"') || line.starts_with('@');
        if is_value && line.ends_with('\\') && !is_closed_text(&folded, line) {
            folded.push_str(line.trim_start().trim_end_matches('\\'));
            continue;
        }
        let whole = if folded.is_empty() { line.to_owned() } else { std::mem::take(&mut folded) + line.trim_start() };
        if let Some(path) = whole.strip_prefix('[') {
            let path =
                path.trim_end().strip_suffix(']').filter(|path| !path.starts_with('-')).ok_or(FileError::Line)?;
            let path = super::canonical(path);
            if keys.len() >= KEYS_MAX {
                return Err(FileError::TooLarge);
            }
            let folded_path = path.to_lowercase();
            keys.entry(folded_path.clone()).or_insert_with(|| (path, Vec::new()));
            current = Some(folded_path);
        } else if whole.starts_with('"') || whole.starts_with('@') {
            let (_, values) = current.as_ref().and_then(|path| keys.get_mut(path)).ok_or(FileError::Line)?;
            values.push(value(&whole).ok_or(FileError::Line)?);
        } else if !whole.trim().is_empty() && !whole.starts_with(';') {
            return Err(FileError::Line);
        }
    }
    if folded.is_empty() { Ok(keys) } else { Err(FileError::Line) }
}

/// The key of a path with everything below it; `None` when the file does not hold it.
#[must_use]
pub fn key(keys: &Keys, path: &str) -> Option<Key> {
    let folded = super::canonical(path).to_lowercase();
    let below = format!("{folded}\\");
    let is_there =
        keys.contains_key(&folded) || keys.range(below.clone()..).next().is_some_and(|(at, _)| at.starts_with(&below));
    if !is_there {
        return None;
    }
    let name = path.rsplit('\\').next().unwrap_or(path).to_owned();
    let mut root =
        Key { name, values: keys.get(&folded).map(|(_, values)| values.clone()).unwrap_or_default(), keys: Vec::new() };
    let levels = folded.split('\\').count();
    for (_, (written, values)) in keys.range(below.clone()..).take_while(|(at, _)| at.starts_with(&below)) {
        insert(&mut root, written.split('\\').skip(levels), values);
    }
    Some(root)
}

fn insert<'a>(root: &mut Key, names: impl Iterator<Item = &'a str>, values: &[(String, Data)]) {
    let mut at = root;
    for (depth, name) in names.enumerate() {
        if depth >= usize::from(super::DEPTH_MAX) {
            return;
        }
        let index = match at.keys.iter().position(|key| key.name.eq_ignore_ascii_case(name)) {
            Some(index) => index,
            None => {
                at.keys.push(Key { name: name.to_owned(), ..Key::default() });
                at.keys.len().saturating_sub(1)
            }
        };
        let Some(next) = at.keys.get_mut(index) else { return };
        at = next;
    }
    at.values = values.to_vec();
}

/// Writes a key and what is below it, as regedit would.
#[must_use]
pub fn write(path: &str, key: &Key) -> Vec<u8> {
    let mut text = format!("{HEADER}\r\n\r\n");
    write_key(&mut text, path, key);
    let mut bytes = vec![0xff, 0xfe];
    bytes.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
    bytes
}

fn write_key(text: &mut String, path: &str, key: &Key) {
    text.push_str(&format!("[{path}]\r\n"));
    for (name, data) in &key.values {
        let name = if name.is_empty() { "@".to_owned() } else { format!("\"{}\"", escape(name)) };
        text.push_str(&format!("{name}={}\r\n", written(data)));
    }
    text.push_str("\r\n");
    for below in &key.keys {
        write_key(text, &format!("{path}\\{}", below.name), below);
    }
}

fn written(data: &Data) -> String {
    if let (DWORD, Some(number)) = (data.kind, data.number()) {
        return format!("dword:{number:08x}");
    }
    if data.kind == SZ
        && let Some(text) = whole_text(&data.bytes)
    {
        return format!("\"{}\"", escape(&text));
    }
    let kind = if data.kind == super::BINARY { "hex:".to_owned() } else { format!("hex({:x}):", data.kind) };
    let digits: Vec<String> = data.bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let lines: Vec<String> = digits.chunks(FOLD).map(|line| line.join(",")).collect();
    format!("{kind}{}", lines.join(",\\\r\n  "))
}

/// The text of a string that is whole and can stand in quotes on one line.
fn whole_text(bytes: &[u8]) -> Option<String> {
    if !bytes.len().is_multiple_of(2) || !bytes.ends_with(&[0, 0]) {
        return None;
    }
    let units: Vec<u16> = bytes.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
    let text = String::from_utf16(units.get(..units.len().checked_sub(1)?)?).ok()?;
    (!text.contains(['\0', '\r', '\n'])).then_some(text)
}

fn escape(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}

fn text(bytes: &[u8]) -> String {
    match bytes.strip_prefix(&[0xff, 0xfe]) {
        Some(bytes) => super::utf16(bytes),
        None => String::from_utf8_lossy(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)).into_owned(),
    }
}

/// Whether a line that ends with a back-slash is a text in quotes all the same; only hexadecimal digits go on.
fn is_closed_text(folded: &str, line: &str) -> bool {
    folded.is_empty() && !line.contains("=hex")
}

fn value(line: &str) -> Option<(String, Data)> {
    let (name, rest) = match line.strip_prefix('@') {
        Some(rest) => (String::new(), rest),
        None => quoted(line.strip_prefix('"')?)?,
    };
    let data = rest.trim_start().strip_prefix('=')?.trim();
    if let Some(text) = data.strip_prefix('"') {
        let (text, after) = quoted(text)?;
        return after.trim().is_empty().then(|| (name, Data::of_text(&text)));
    }
    if let Some(number) = data.strip_prefix("dword:") {
        let number = u32::from_str_radix(number, 16).ok()?;
        return Some((name, Data { kind: DWORD, bytes: number.to_le_bytes().to_vec() }));
    }
    let rest = data.strip_prefix("hex")?;
    let (kind, digits) = match rest.strip_prefix('(') {
        Some(rest) => {
            let (kind, digits) = rest.split_once("):")?;
            (u32::from_str_radix(kind, 16).ok()?, digits)
        }
        None => (super::BINARY, rest.strip_prefix(':')?),
    };
    let digits = digits.split(',').map(str::trim).filter(|pair| !pair.is_empty());
    let bytes = digits.map(|pair| u8::from_str_radix(pair, 16).ok()).collect::<Option<Vec<u8>>>()?;
    Some((name, Data { kind, bytes }))
}

/// The text up to the closing quote, and what follows it.
fn quoted(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut characters = text.char_indices();
    while let Some((at, c)) = characters.next() {
        match c {
            '"' => return Some((value, text.get(at.checked_add(1)?..)?)),
            '\\' => value.push(characters.next()?.1),
            c => value.push(c),
        }
    }
    None
}

#[cfg(test)]
mod tests;
