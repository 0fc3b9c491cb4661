//! ClamAV: the age of its signatures, and whether it watches.
//!
//! The date is that of the database's own header, never that of an update program that ran. State: no database at all is
//! `not_protected`; the on-access scanner enabled, and not stopped, with a database is `protected`; the rest (a scanner that waits to be asked)
//! is `unknown`.

use cadastre_proto::inventory::Antivirus;
use jiff::Timestamp;

use super::protection::presence;
use super::software::Found;
use super::units;
use crate::source::{self, Source};

/// Length of a database's header.
const HEADER_BYTES: u64 = 512;
/// The folder when no configuration names another one.
const FOLDER: &str = "/var/lib/clamav";
/// Names that distributions give to the on-access scanner's service.
const ON_ACCESS: [&str; 3] = ["clamav-clamonacc", "clamonacc", "clamav-onaccess"];

/// What is known of an installed ClamAV.
pub(super) fn examine(source: &dyn Source, found: &Found<'_>) -> Antivirus {
    let folder = folder(source);
    let mut antivirus = presence(found);
    let newest = newest(source, &folder);
    let at_work = |unit: &&str| units::is_active(source, unit) != Some(false);
    let on_access = ON_ACCESS.into_iter().filter(at_work).find_map(|unit| units::enabled(source, unit));
    if let Some(unit) = units::enabled(source, "clamav-daemon").or_else(|| units::enabled(source, "clamd")) {
        antivirus.evidence.push(format!("file:{unit}"));
    }
    match newest {
        Some((file, header)) => {
            antivirus.evidence.push(format!("file:{file}"));
            antivirus.signature_version = Some(header.version);
            antivirus.signature_date = Some(header.built.to_string());
            if let Some(unit) = on_access {
                antivirus.evidence.push(format!("file:{unit}"));
                antivirus.state = "protected".to_owned();
            }
        }
        None => {
            if source.list(&folder).is_ok_and(|names| !names.iter().any(|name| is_database(name))) {
                antivirus.evidence.push(format!("no_database:{folder}"));
                antivirus.state = "not_protected".to_owned();
            }
        }
    }
    antivirus
}

/// What a database says of itself.
#[derive(Debug, PartialEq, Eq)]
struct Header {
    built: Timestamp,
    version: String,
}

fn folder(source: &dyn Source) -> String {
    let named = ["/etc/clamav/freshclam.conf", "/etc/freshclam.conf"].into_iter().find_map(|path| {
        let text = source::text(source, path).ok()?;
        text.lines().find_map(|line| line.strip_prefix("DatabaseDirectory ")).and_then(source::clean)
    });
    named.filter(|folder| folder.starts_with('/')).unwrap_or_else(|| FOLDER.to_owned())
}

fn is_database(name: &str) -> bool {
    name.ends_with(".cvd") || name.ends_with(".cld")
}

/// The daily database, whole or as updated in place: the newer of both.
fn newest(source: &dyn Source, folder: &str) -> Option<(String, Header)> {
    ["daily.cld", "daily.cvd"]
        .into_iter()
        .filter_map(|name| {
            let path = format!("{folder}/{name}");
            let header = header(&source.file_start(&path, HEADER_BYTES).ok()?)?;
            Some((path, header))
        })
        .max_by_key(|(_, header)| header.built)
}

/// `ClamAV-VDB:date:version:signatures:level:md5:dsig:builder:seconds`, padded with spaces.
fn header(bytes: &[u8]) -> Option<Header> {
    let text = String::from_utf8_lossy(bytes);
    let mut fields = text.strip_prefix("ClamAV-VDB:")?.split(':');
    let date = fields.next()?;
    let version = fields.next()?.trim();
    let seconds = fields.nth(5).and_then(|seconds| seconds.trim().parse().ok());
    let built = written(date).or_else(|| Timestamp::from_second(seconds?).ok())?;
    let is_number = !version.is_empty() && version.len() <= 10 && version.bytes().all(|c| c.is_ascii_digit());
    is_number.then(|| Header { built, version: version.to_owned() })
}

/// A date such as `16 Sep 2025 04-39 -0400`.
fn written(date: &str) -> Option<Timestamp> {
    jiff::fmt::strtime::parse("%d %b %Y %H-%M %z", date.trim()).ok()?.to_timestamp().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn built(text: &str) -> Option<(String, String)> {
        header(text.as_bytes()).map(|header| (header.built.to_string(), header.version))
    }

    #[test]
    fn headers() {
        let good = "ClamAV-VDB:16 Sep 2025 04-39 -0400:27764:2077152:90:0123:sig:builder:1758011945   ";
        assert_eq!(built(good), Some(("2025-09-16T08:39:00Z".into(), "27764".into())));
        let odd_date = "ClamAV-VDB:16 sept. 2025:27764:2077152:90:0123:sig:builder:1758011945   ";
        assert_eq!(built(odd_date), Some(("2025-09-16T08:39:05Z".into(), "27764".into())));
        for bad in ["", "ClamAV-VDB:", "ClamAV-VDB:x:1:2", "ClamAV-VDB:16 Sep 2025 04-39 -0400:x:1", "PK\u{3}\u{4}"] {
            assert_eq!(built(bad), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = header(&bytes);
            let _ = header(&[b"ClamAV-VDB:", bytes.as_slice()].concat());
        }

        #[test]
        fn any_date_is_read_without_panic(date in "\\PC{0,30}", seconds in any::<i64>()) {
            let _ = header(format!("ClamAV-VDB:{date}:1:2:3:4:5:6:{seconds}").as_bytes());
        }
    }
}
