//! The databases of package managers: dpkg, apk, pacman, snap, flatpak, and RPM where its database is SQLite.
//!
//! Refuses what is not wholly installed. Older databases of RPM are read by nothing else than RPM, which is asked; where it
//! gives no answer, as in a tree, that is *unsupported*, never *not installed*.

use crate::source::{self, ReadError, Source};

/// An installed package.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Installed {
    /// Its name, or its id.
    pub(crate) name: String,
    /// Its version, as the manager writes it.
    pub(crate) version: Option<String>,
    /// Which manager.
    pub(crate) manager: Manager,
    /// For whom.
    pub(crate) scope: Scope,
}

/// For whom something is installed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Scope {
    Machine,
    User,
}

impl Scope {
    /// Its name in documents.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Scope::Machine => "machine",
            Scope::User => "user",
        }
    }
}

/// A package manager.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Manager {
    Dpkg,
    Apk,
    Pacman,
    Rpm,
    Snap,
    Flatpak,
    /// An uninstall key of Windows.
    Uninstall,
    /// A packaged application of Windows.
    Appx,
    /// An application's bundle of macOS.
    App,
}

impl Manager {
    /// Its name in documents.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Manager::Dpkg => "dpkg",
            Manager::Apk => "apk",
            Manager::Pacman => "pacman",
            Manager::Rpm => "rpm",
            Manager::Snap => "snap",
            Manager::Flatpak => "flatpak",
            Manager::Uninstall => "uninstall",
            Manager::Appx => "msix",
            Manager::App => "app",
        }
    }
}

/// Where RPM keeps its database, by age of the system.
const RPM: [&str; 3] = ["/var/lib/rpm/Packages.db", "/var/lib/rpm/Packages", "/usr/lib/sysimage/rpm/Packages.db"];

/// Where snaps are mounted, by distribution.
const SNAPS: [&str; 2] = ["/snap", "/var/lib/snapd/snap"];

/// Why the list of packages is not whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Shortfall {
    /// The system's packages are in a database that cannot be read as text.
    Rpm,
    /// The system's database could not be read.
    Read(ReadError),
}

/// Every installed package, sorted, and why some may be missing.
pub(crate) fn read(source: &dyn Source) -> (Vec<Installed>, Option<Shortfall>) {
    let mut packages = Vec::new();
    let mut whole = false;
    let mut error = ReadError::NotFound;
    for (path, parse) in [("/var/lib/dpkg/status", dpkg as fn(&str) -> Vec<Installed>), ("/lib/apk/db/installed", apk)]
    {
        match source::text(source, path) {
            Ok(text) => {
                packages.extend(parse(&text));
                whole = true;
            }
            Err(of_file) if of_file.is_missing() && !error.is_missing() => {}
            Err(of_file) => error = of_file,
        }
    }
    if let Ok(names) = source.list("/var/lib/pacman/local") {
        packages.extend(names.iter().filter_map(|name| pacman(name)));
        whole = true;
    }
    if let Some(answer) = super::rpm::read(source) {
        match answer {
            Ok(found) => {
                packages.extend(found);
                whole = true;
            }
            Err(of_file) => error = of_file,
        }
    }
    let is_of_older_rpm = !whole && error.is_missing() && RPM.into_iter().any(|path| source.metadata(path).is_ok());
    if is_of_older_rpm && let Ok(found) = super::rpm::listed(source) {
        packages.extend(found);
        whole = true;
    }
    packages.extend(snaps(source));
    packages.extend(flatpaks(source));
    packages.sort_unstable();
    packages.dedup();
    let shortfall = match whole && error.is_missing() {
        true => None,
        false if is_of_older_rpm => Some(Shortfall::Rpm),
        false => Some(Shortfall::Read(error)),
    };
    (packages, shortfall)
}

/// The installed packages of dpkg's status file.
fn dpkg(text: &str) -> Vec<Installed> {
    let mut packages = Vec::new();
    let (mut name, mut version, mut installed) = (None, None, false);
    for line in text.lines().chain([""]) {
        if let Some(value) = line.strip_prefix("Package:") {
            name = source::clean(value);
        } else if let Some(value) = line.strip_prefix("Version:") {
            version = source::clean(value);
        } else if let Some(value) = line.strip_prefix("Status:") {
            installed = value.split_whitespace().nth(2) == Some("installed");
        } else if line.trim_end().is_empty() {
            if let Some(name) = name.take().filter(|_| installed) {
                packages.push(Installed {
                    name,
                    version: version.take(),
                    manager: Manager::Dpkg,
                    scope: Scope::Machine,
                });
            }
            (version, installed) = (None, false);
        }
    }
    packages
}

/// The packages of apk's database.
fn apk(text: &str) -> Vec<Installed> {
    let mut packages = Vec::new();
    let (mut name, mut version) = (None, None);
    for line in text.lines().chain([""]) {
        if let Some(value) = line.strip_prefix("P:") {
            name = source::clean(value);
        } else if let Some(value) = line.strip_prefix("V:") {
            version = source::clean(value);
        } else if line.is_empty() {
            if let Some(name) = name.take() {
                packages.push(Installed {
                    name,
                    version: version.take(),
                    manager: Manager::Apk,
                    scope: Scope::Machine,
                });
            }
            version = None;
        }
    }
    packages
}

/// A folder of pacman's database: `name-version-release`.
fn pacman(folder: &str) -> Option<Installed> {
    let (rest, release) = folder.rsplit_once('-')?;
    let (name, version) = rest.rsplit_once('-')?;
    let name = source::clean(name)?;
    Some(Installed {
        name,
        version: source::clean(&format!("{version}-{release}")),
        manager: Manager::Pacman,
        scope: Scope::Machine,
    })
}

/// Snaps are mounted under their name; `current` points at the revision in use, which tells its version.
fn snaps(source: &dyn Source) -> Vec<Installed> {
    let snap = |name: String| {
        let folders = SNAPS.into_iter().map(|folder| format!("{folder}/{name}/current"));
        let current = folders.into_iter().find(|current| source.link(current).is_ok())?;
        let about = source::text(source, &format!("{current}/meta/snap.yaml")).unwrap_or_default();
        let version = about.lines().find_map(|line| line.strip_prefix("version:"));
        let version = version.and_then(|version| source::clean(version.trim().trim_matches(['\'', '"'])));
        Some(Installed { name, version, manager: Manager::Snap, scope: Scope::Machine })
    };
    let names = SNAPS.into_iter().find_map(|folder| source.list(folder).ok()).unwrap_or_default();
    names.into_iter().filter_map(snap).collect()
}

/// Flatpaks installed for the whole machine.
fn flatpaks(source: &dyn Source) -> Vec<Installed> {
    let names = source.list("/var/lib/flatpak/app").unwrap_or_default();
    names
        .into_iter()
        .map(|name| Installed { name, version: None, manager: Manager::Flatpak, scope: Scope::Machine })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn dpkg_keeps_what_is_installed() {
        let text = "Package: ufw\nStatus: install ok installed\nVersion: 0.36.2-1\nDescription: x\n Package: nested\n\n\
                    Package: gone\nStatus: deinstall ok config-files\nVersion: 1\n\n\
                    Package: half\nStatus: install ok half-configured\n\n\
                    Package: last\nVersion: 2\nStatus: hold ok installed\n";
        let found: Vec<(String, Option<String>)> =
            dpkg(text).into_iter().map(|package| (package.name, package.version)).collect();
        assert_eq!(found, [("ufw".into(), Some("0.36.2-1".into())), ("last".into(), Some("2".into()))]);
    }

    #[test]
    fn a_stanza_does_not_lend_its_status() {
        let text = "Package: a\nStatus: install ok installed\nVersion: 1\n\nPackage: b\n";
        assert_eq!(dpkg(text).len(), 1);
    }

    #[test]
    fn apk_and_pacman() {
        let found = apk("C:Q1\nP:musl\nV:1.2.5-r0\n\nP:busybox\nV:1.36\n");
        assert_eq!(found.len(), 2);
        assert_eq!((found[0].name.as_str(), found[0].version.as_deref()), ("musl", Some("1.2.5-r0")));
        let found = pacman("gcc-libs-14.1.1+r1-1").unwrap();
        assert_eq!((found.name.as_str(), found.version.as_deref()), ("gcc-libs", Some("14.1.1+r1-1")));
        assert_eq!(pacman("ALPM_DB_VERSION"), None);
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_panic(
            lines in proptest::collection::vec("(Package|Status|Version|P|V)?:? ?\\PC{0,12}", 0..40),
        ) {
            let text = lines.join("\n");
            let _ = (dpkg(&text), apk(&text), pacman(&text));
        }
    }
}
