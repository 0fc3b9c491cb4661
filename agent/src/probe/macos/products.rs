//! What is installed under macOS: applications by their property list, daemons by their label, files.
//!
//! Refuses the applications in users' folders.

use cadastre_proto::catalogue::{self, Catalogue, FactKind, System};

use super::{list, string};
use crate::probe::packages::{Installed, Manager, Scope, Shortfall};
use crate::probe::software::Search;
use crate::source::{ReadError, Source};

const APPLICATIONS: [&str; 2] = ["/Applications", "/Applications/Utilities"];
const DAEMONS: [&str; 2] = ["/Library/LaunchDaemons", "/Library/LaunchAgents"];

/// Every application, sorted, and why some may be missing.
pub(crate) fn installed(source: &dyn Source) -> (Vec<Installed>, Option<Shortfall>) {
    let mut found = Vec::new();
    let mut gap = None;
    for folder in APPLICATIONS {
        match source.list(folder) {
            Ok(names) => {
                let bundles = names.iter().filter(|name| name.ends_with(".app"));
                found.extend(bundles.filter_map(|name| application(source, &format!("{folder}/{name}"))));
            }
            Err(error) if folder == APPLICATIONS[0] => gap = Some(Shortfall::Read(error)),
            Err(_) => {}
        }
    }
    found.sort_unstable();
    found.dedup();
    (found, gap)
}

fn application(source: &dyn Source, bundle: &str) -> Option<Installed> {
    let list = list(source, &format!("{bundle}/Contents/Info.plist")).ok()?;
    Some(Installed {
        name: string(&list, "CFBundleIdentifier")?,
        version: string(&list, "CFBundleShortVersionString"),
        manager: Manager::App,
        scope: Scope::Machine,
    })
}

/// What daemons and files tell of.
pub(crate) fn search<'a>(source: &dyn Source, catalogue: &'a Catalogue, search: &mut Search<'a>) -> Option<ReadError> {
    for folder in DAEMONS {
        for name in source.list(folder).unwrap_or_default() {
            let Some(label) = name.strip_suffix(".plist") else { continue };
            // Some are known by their label, some by their file.
            let path = format!("{folder}/{name}");
            for seen in [label, path.as_str()] {
                for matched in catalogue.matches(System::Macos, FactKind::Bundle, seen) {
                    search.add(matched, "launchd", label, None, Scope::Machine);
                }
            }
        }
    }
    for matched in catalogue.facts(System::Macos, FactKind::Path) {
        let is_exact = matched.fact.matching == catalogue::Matching::Exact;
        if is_exact && matched.fact.value.starts_with('/') && source.metadata(&matched.fact.value).is_ok() {
            search.add(matched, "file", &matched.fact.value, None, Scope::Machine);
        }
    }
    None
}
