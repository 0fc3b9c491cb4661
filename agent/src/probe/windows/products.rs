//! What is installed under Windows: uninstall keys of both views and of users, packaged applications, services, files.
//!
//! Sources: `Uninstall` of the machine (64- and 32-bit), of every user in `ProfileList` whose hive is loaded, packaged
//! applications by user, names of services. Refuses updates (a key with a parent) and packages that are only staged for
//! users to come. A hive that is not loaded leaves a gap, never *not installed*.

use cadastre_proto::catalogue::{self, Catalogue, FactKind, System};

use super::path;
use crate::probe::packages::{Installed, Manager, Scope, Shortfall};
use crate::probe::software::Search;
use crate::source::{ReadError, Source, registry};

const UNINSTALL: &str = "Microsoft\\Windows\\CurrentVersion\\Uninstall";
const MACHINE: &str = "HKEY_LOCAL_MACHINE\\SOFTWARE";
const PROFILES: &str = "HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\ProfileList";
const STORE: &str = "HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Appx\\AppxAllUserStore";
const REPOSITORY: &str = "Local Settings\\Software\\Microsoft\\Windows\\CurrentVersion\\AppModel\\Repository\\Packages";
/// Beginnings of SIDs that are people's.
const PEOPLE: [&str; 2] = ["S-1-5-21-", "S-1-12-1-"];

/// Every installed program and application, sorted, and why some may be missing.
pub(crate) fn installed(source: &dyn Source) -> (Vec<Installed>, Option<Shortfall>) {
    let mut found = Vec::new();
    let mut gap = None;
    let mut add = |path: String, scope: Scope| match uninstall(source, &path, scope) {
        Ok(mut programs) => {
            found.append(&mut programs);
            None
        }
        Err(ReadError::NotFound) => None,
        Err(error) => Some(error),
    };
    let mut errors: Vec<ReadError> = Vec::new();
    errors.extend(add(format!("{MACHINE}\\{UNINSTALL}"), Scope::Machine));
    errors.extend(add(format!("{MACHINE}\\WOW6432Node\\{UNINSTALL}"), Scope::Machine));
    let users = people(source);
    for sid in users.iter().flatten() {
        errors.extend(add(format!("HKEY_USERS\\{sid}\\SOFTWARE\\{UNINSTALL}"), Scope::User));
        errors.extend(add(format!("HKEY_USERS\\{sid}\\SOFTWARE\\WOW6432Node\\{UNINSTALL}"), Scope::User));
    }
    for sid in users.iter().flatten() {
        let packages = |path: String| source.registry(&registry::Query { path: &path, depth: 1, values: &[] });
        let keys = packages(format!("{STORE}\\{sid}"))
            .or_else(|_| packages(format!("HKEY_USERS\\{sid}_Classes\\{REPOSITORY}")));
        found.extend(keys.into_iter().flat_map(|key| key.keys).map(|key| application(&key.name)));
    }
    errors.extend(users.err().filter(|error| *error != ReadError::NotFound));
    for error in errors {
        // What the machine's own keys say weighs more than one user's.
        if gap.is_none() || gap == Some(Shortfall::Read(ReadError::NotLoaded)) {
            gap = Some(Shortfall::Read(error));
        }
    }
    found.sort_unstable();
    found.dedup();
    (found, gap)
}

/// The SIDs of people who have a profile on this machine.
fn people(source: &dyn Source) -> Result<Vec<String>, ReadError> {
    let profiles = source.registry(&registry::Query { path: PROFILES, depth: 1, values: &[] })?;
    let sids = profiles.keys.into_iter().map(|key| key.name);
    Ok(sids.filter(|sid| PEOPLE.iter().any(|people| sid.starts_with(people))).collect())
}

fn uninstall(source: &dyn Source, path: &str, scope: Scope) -> Result<Vec<Installed>, ReadError> {
    let values = &["DisplayName", "DisplayVersion", "ParentKeyName", "ReleaseType"];
    let root = source.registry(&registry::Query { path, depth: 1, values })?;
    let programs = root.keys.iter().filter(|key| key.text("ParentKeyName").is_none()).filter_map(|key| {
        let is_update = key.text("ReleaseType").is_some_and(|kind| kind.contains("Update") || kind == "Hotfix");
        let name = key.text("DisplayName").filter(|_| !is_update)?;
        Some(Installed { name, version: key.text("DisplayVersion"), manager: Manager::Uninstall, scope })
    });
    Ok(programs.collect())
}

/// A packaged application, from its full name.
fn application(full_name: &str) -> Installed {
    let version = full_name.split('_').nth(1).map(str::to_owned);
    Installed { name: registry::family(full_name), version, manager: Manager::Appx, scope: Scope::User }
}

/// What services and files tell of.
pub(crate) fn search<'a>(source: &dyn Source, catalogue: &'a Catalogue, search: &mut Search<'a>) -> Option<ReadError> {
    let services = source.services();
    for service in services.iter().flatten() {
        for matched in catalogue.matches(System::Windows, FactKind::Service, &service.name) {
            let word = match service.running {
                Some(true) => "service_running",
                Some(false) => "service_stopped",
                None => "service",
            };
            search.add(matched, word, &service.name, None, Scope::Machine);
        }
    }
    for matched in catalogue.facts(System::Windows, FactKind::Path) {
        if matched.fact.matching == catalogue::Matching::Exact
            && let Some(path) = path(&matched.fact.value)
            && source.metadata(&path).is_ok()
        {
            search.add(matched, "file", &matched.fact.value, None, Scope::Machine);
        }
    }
    services.err().filter(|error| *error != ReadError::NotCaptured)
}
