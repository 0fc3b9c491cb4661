//! What a machine is under Windows: rows of WMI, keys of the registry, services.
//!
//! Refuses to key on translated text. A class that does not answer is never a machine that lacks the thing.

pub(super) mod classes;
pub(super) mod encryption;
pub(crate) mod events;
pub(super) mod firewall;
pub(super) mod firmware;
pub(super) mod hardware;
pub(super) mod host;
pub(crate) mod identity;
pub(super) mod network;
pub(super) mod products;
pub(super) mod protection;
pub(super) mod security_center;

use crate::source::wmi::{Class, Row};
use crate::source::{ReadError, Source, registry};

/// The first row of a class.
fn first(source: &dyn Source, class: &Class) -> Result<Row, ReadError> {
    source.wmi(class)?.into_iter().next().ok_or(ReadError::NotFound)
}

/// A key of the registry with the values named.
fn key(source: &dyn Source, path: &str, values: &[&str]) -> Result<registry::Key, ReadError> {
    source.registry(&registry::Query { path, depth: 0, values })
}

/// A path of Windows as a source takes it, with the usual variables; `None` for what is none.
fn path(text: &str) -> Option<String> {
    let text = text.trim().trim_matches('"');
    let lower = text.to_lowercase();
    let expanded = VARIABLES
        .into_iter()
        .find_map(|(name, value)| {
            Some(format!("{value}{}", text.get(lower.strip_prefix(name).map(|_| name.len())?..)?))
        })
        .unwrap_or_else(|| text.to_owned());
    let (drive, rest) = expanded.split_once(":\\")?;
    let is_drive = drive.len() == 1 && drive.chars().all(|c| c.is_ascii_alphabetic());
    (is_drive && !rest.is_empty() && !rest.contains('%')).then(|| format!("/{drive}/{}", rest.replace('\\', "/")))
}

/// Variables of paths in the registry and in the catalogue, as every Windows of one system drive sets them.
const VARIABLES: [(&str, &str); 6] = [
    ("%programfiles(x86)%", "C:\\Program Files (x86)"),
    ("%programfiles%", "C:\\Program Files"),
    ("%programw6432%", "C:\\Program Files"),
    ("%programdata%", "C:\\ProgramData"),
    ("%systemroot%", "C:\\Windows"),
    ("%windir%", "C:\\Windows"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths() {
        assert_eq!(path("%ProgramFiles%\\A\\b.exe").as_deref(), Some("/C/Program Files/A/b.exe"));
        assert_eq!(path("\"D:\\x y.exe\"").as_deref(), Some("/D/x y.exe"));
        for none in ["windowsdefender://", "", "%Other%\\x", "relative", "C:\\", "é:\\x"] {
            assert_eq!(path(none), None, "{none}");
        }
    }
}
