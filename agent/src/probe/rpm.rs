//! RPM's database where it is an SQLite file: table `Packages`, one header a row; what RPM itself lists where it is an
//! older one.
//!
//! Refuses keys that RPM keeps among its packages. A database beyond the size of a file is *too large*, never empty.

use super::packages::{Installed, Manager, Scope};
use super::{not_understood, sqlite};
use crate::source::{self, ReadError, Source};

/// Where the database is, by age of the system.
const PLACES: [&str; 3] =
    ["/usr/lib/sysimage/rpm/rpmdb.sqlite", "/var/lib/rpm/rpmdb.sqlite", "/usr/share/rpm/rpmdb.sqlite"];
/// The command that lists every package with its version, a tab between them.
const LIST: [&str; 4] = ["/usr/bin/rpm", "-qa", "--qf", "%{NAME}\\t%{VERSION}-%{RELEASE}\\n"];
const NAME: u32 = 1_000;
const VERSION: u32 = 1_001;
const RELEASE: u32 = 1_002;

/// The installed packages; `None` where there is no such database.
pub(super) fn read(source: &dyn Source) -> Option<Result<Vec<Installed>, ReadError>> {
    let place = PLACES.into_iter().find(|path| !matches!(source.metadata(path), Err(error) if error.is_missing()))?;
    Some(source.file(place).and_then(|bytes| packages(&bytes).ok_or_else(not_understood)))
}

/// What RPM lists, one package a line. It reads its older databases, of which each version has its own form.
pub(super) fn listed(source: &dyn Source) -> Result<Vec<Installed>, ReadError> {
    let output = source.command(&LIST)?;
    let text = String::from_utf8_lossy(&output.stdout);
    let packages = text.lines().filter_map(line).filter(|package| package.name != "gpg-pubkey").collect::<Vec<_>>();
    // A database that RPM cannot open is an empty list to it; it lists itself where it can.
    if output.exit.unwrap_or(0) == 0 && !packages.is_empty() { Ok(packages) } else { Err(not_understood()) }
}

fn line(text: &str) -> Option<Installed> {
    let (name, version) = text.split_once('\t')?;
    let (name, version) = (source::clean(name)?, source::clean(version));
    Some(Installed { name, version, manager: Manager::Rpm, scope: Scope::Machine })
}

fn packages(bytes: &[u8]) -> Option<Vec<Installed>> {
    let rows = sqlite::Database::open(bytes)?.table("Packages")?;
    let headers = rows.iter().filter_map(|row| sqlite::values(row)?.get(1).copied());
    Some(headers.filter_map(package).filter(|package| package.name != "gpg-pubkey").collect())
}

/// A package from its header: two counts, an index of (tag, type, offset, count), and the data.
fn package(header: &[u8]) -> Option<Installed> {
    let number = |at: usize| Some(u32::from_be_bytes(header.get(at..at.checked_add(4)?)?.try_into().ok()?));
    let entries = usize::try_from(number(0)?).ok()?.min(header.len() / 16);
    let data = header.get(entries.checked_mul(16)?.checked_add(8)?..)?;
    let text = |wanted: u32| {
        let at = (0..entries)
            .filter_map(|entry| entry.checked_mul(16)?.checked_add(8))
            .find(|at| number(*at) == Some(wanted))?;
        let offset = usize::try_from(number(at.checked_add(8)?)?).ok()?;
        source::clean(&String::from_utf8_lossy(data.get(offset..)?.split(|byte| *byte == 0).next()?))
    };
    let version = match (text(VERSION), text(RELEASE)) {
        (Some(version), Some(release)) => Some(format!("{version}-{release}")),
        (version, _) => version,
    };
    Some(Installed { name: text(NAME)?, version, manager: Manager::Rpm, scope: Scope::Machine })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn header(texts: &[(u32, &str)]) -> Vec<u8> {
        let (mut index, mut data) = (Vec::new(), Vec::new());
        for (tag, text) in texts {
            let offset = u32::try_from(data.len()).unwrap();
            index.extend([*tag, 6, offset, 1].iter().flat_map(|number| number.to_be_bytes()));
            data.extend(text.bytes().chain([0]));
        }
        let counts = [u32::try_from(texts.len()).unwrap(), u32::try_from(data.len()).unwrap()];
        counts.iter().flat_map(|number| number.to_be_bytes()).chain(index).chain(data).collect()
    }

    #[test]
    fn a_header() {
        let found = package(&header(&[(RELEASE, "3.el9"), (NAME, "postfix"), (VERSION, "3.5.25")])).unwrap();
        assert_eq!((found.name.as_str(), found.version.as_deref()), ("postfix", Some("3.5.25-3.el9")));
        assert_eq!(package(&header(&[(VERSION, "1")])), None);
    }

    #[test]
    fn an_older_database_is_read_by_its_own_program() {
        let read = |stdout: &str| {
            let folder = tempfile::tempdir().unwrap();
            std::fs::write(folder.path().join("1.out"), stdout).unwrap();
            let document = serde_json::json!({
                "schema": "cadastre/capture/1", "os": "linux", "captured_at": "2026-11-20T22:00:00Z", "reads": [
                    { "file": "/var/lib/rpm/Packages", "is": "file", "size": 4096 },
                    { "command": LIST, "exit": 0, "stdout": "1.out" },
                ],
            });
            std::fs::write(folder.path().join("capture.json"), document.to_string()).unwrap();
            let machine = crate::source::replay::open(folder.path()).unwrap();
            super::super::packages::read(machine.as_ref())
        };
        let (found, gap) = read("gpg-pubkey\tfd431d51-4ae0493b\npostfix\t3.5.25-1.el8\nodd line\n");
        assert_eq!(gap, None);
        let found: Vec<_> = found.iter().map(|package| (package.name.as_str(), package.version.as_deref())).collect();
        assert_eq!(found, [("postfix", Some("3.5.25-1.el8"))]);
        let (found, gap) = read("");
        assert_eq!((found, gap), (vec![], Some(super::super::packages::Shortfall::Rpm)), "nothing is no list");
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = (package(&bytes), packages(&bytes));
        }
    }
}
