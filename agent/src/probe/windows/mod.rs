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
pub(super) mod remote;
pub(super) mod security_center;
mod vendors;

use jiff::Timestamp;

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

/// The instant of a FILETIME: hundreds of nanoseconds since 1601. None, all ones and anything of 1601 are no instant.
fn filetime(ticks: u64) -> Option<Timestamp> {
    const TICKS_PER_SECOND: u64 = 10_000_000;
    const SECONDS_TO_1970: i64 = 11_644_473_600;
    const SECONDS_OF_1601: u64 = 365 * 86_400;
    let seconds = ticks / TICKS_PER_SECOND;
    let second = i64::try_from(seconds).ok()?.checked_sub(SECONDS_TO_1970)?;
    Timestamp::from_second(second).ok().filter(|_| seconds >= SECONDS_OF_1601)
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
    fn filetimes() {
        let text = |ticks| filetime(ticks).map(|at| at.to_string());
        assert_eq!(text(134_080_998_000_000_000).as_deref(), Some("2025-11-20T08:10:00Z"));
        assert_eq!(text(116_444_736_000_000_000).as_deref(), Some("1970-01-01T00:00:00Z"));
        for none in [0, 1, 4_294_967_295, u64::MAX] {
            assert_eq!(text(none), None, "{none}");
        }
    }

    #[test]
    fn paths() {
        assert_eq!(path("%ProgramFiles%\\A\\b.exe").as_deref(), Some("/C/Program Files/A/b.exe"));
        assert_eq!(path("\"D:\\x y.exe\"").as_deref(), Some("/D/x y.exe"));
        for none in ["windowsdefender://", "", "%Other%\\x", "relative", "C:\\", "é:\\x"] {
            assert_eq!(path(none), None, "{none}");
        }
    }
}
