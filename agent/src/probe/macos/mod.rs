//! What a machine is under macOS: `system_profiler` one data type a read, property lists, and Apple's own commands.
//!
//! Refuses everything below a user's folder, which the system guards, and text in a user's language.

pub(super) mod hardware;
pub(super) mod host;
pub(super) mod products;
pub(crate) mod safeguards;

use plist::Dictionary;
use serde_json::Value;

use crate::source::{ReadError, Source};

/// The rows of one data type.
fn profile(source: &dyn Source, data_type: &str) -> Result<Vec<Value>, ReadError> {
    let output = source.command(&["/usr/sbin/system_profiler", "-json", data_type])?;
    let document: Value = serde_json::from_slice(&output.stdout).map_err(|_| super::not_understood())?;
    document.get(data_type).and_then(Value::as_array).cloned().ok_or_else(super::not_understood)
}

/// A text of a row.
fn text(row: &Value, name: &str) -> Option<String> {
    crate::source::clean(row.get(name)?.as_str()?)
}

/// A property list, of either form.
fn list(source: &dyn Source, path: &str) -> Result<Dictionary, ReadError> {
    let bytes = source.file(path)?;
    let value = plist::Value::from_reader(std::io::Cursor::new(bytes)).map_err(|_| super::not_understood())?;
    value.into_dictionary().ok_or_else(super::not_understood)
}

/// A text of a property list.
fn string(list: &Dictionary, name: &str) -> Option<String> {
    crate::source::clean(list.get(name)?.as_string()?)
}

/// Bytes from `16 GB` and its like, by powers of 1,024.
fn bytes(text: &str) -> Option<u64> {
    let (number, unit) = text.trim().split_once(' ')?;
    let shift = match unit {
        "KB" => 10,
        "MB" => 20,
        "GB" => 30,
        "TB" => 40,
        _ => return None,
    };
    number.parse::<u64>().ok()?.checked_mul(1 << shift)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn sizes() {
        assert_eq!(bytes("16 GB"), Some(16 << 30));
        assert_eq!(bytes("16"), None);
        assert_eq!(bytes("99999999999999 TB"), None);
    }

    proptest! {
        #[test]
        fn any_bytes_are_a_list_or_not(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            for head in [&b""[..], b"bplist00", b"<?xml version=\"1.0\"?><plist>"] {
                let _ = plist::Value::from_reader(std::io::Cursor::new([head, bytes.as_slice()].concat()));
            }
        }
    }
}
