//! What a capture leaves out: what the privacy level hides, what no probe declares, and always who uses the machine.
//!
//! Refuses to keep a field that no parser reads. Below `full`, packages and applications outside the catalogue are dropped
//! and counted. User names, home folders and the last part of a user's SID become user1, user2… everywhere.

mod text;
mod users;

use std::collections::BTreeMap;

use cadastre_proto::catalogue::{self, Catalogue, FactKind};
use serde_json::Value;

use super::Seen;
use super::entries::Known;
use crate::privacy::Privacy;
use crate::source::{System, registry};

/// Folders whose entries are packages.
const PACKAGE_FOLDERS: [(&str, FactKind); 4] = [
    ("var/lib/pacman/local", FactKind::Package),
    ("snap", FactKind::Snap),
    ("var/lib/snapd/snap", FactKind::Snap),
    ("var/lib/flatpak/app", FactKind::Flatpak),
];
/// Folders whose entries are daemons of macOS.
const DAEMON_FOLDERS: [&str; 2] = ["Library/LaunchDaemons", "Library/LaunchAgents"];
/// The service that runs on hosts of guests alone: no product, but a role.
const OF_HOSTS: &str = "vmms";
/// Properties of WMI that tell of an organisation: from `contract` on.
const OF_ORGANISATION: [&str; 1] = ["Domain"];

/// Makes what was seen no more than the level allows; what was left out is counted by kind.
pub fn redact(seen: &mut Seen, system: System, privacy: Privacy, catalogue: &Catalogue) -> BTreeMap<String, u64> {
    let mut redactor = Redactor { system, privacy, catalogue, dropped: BTreeMap::new() };
    redactor.files(&mut seen.files);
    for (path, answer) in &mut seen.registry {
        if let Ok(key) = answer {
            redactor.key(path, key);
        }
    }
    if privacy < Privacy::Full
        && let Some(Ok(services)) = &mut seen.services
    {
        let before = services.len();
        services.retain(|service| {
            service.name.eq_ignore_ascii_case(OF_HOSTS) || redactor.is_known(FactKind::Service, &service.name)
        });
        redactor.count("services", before.saturating_sub(services.len()));
    }
    if let Some(Ok(sysinfo)) = &mut seen.sysinfo
        && privacy < Privacy::Full
    {
        sysinfo.ipv4.clear();
    }
    for row in seen.wmi.values_mut().flatten().flatten() {
        row.0.retain(|name, _| privacy >= Privacy::Contract || !OF_ORGANISATION.contains(&name.as_str()));
    }
    for (argv, answer) in &mut seen.commands {
        if let Ok(output) = answer {
            let is_kept = |name: &str| privacy >= Privacy::Full || redactor.is_known(FactKind::Package, name);
            let (kept, dropped) = text::printed(argv, std::mem::take(&mut output.stdout), is_kept);
            output.stdout = kept;
            redactor.count("packages", dropped);
        }
    }
    users::rename(seen);
    redactor.dropped.retain(|_, count| *count > 0);
    redactor.dropped
}

struct Redactor<'a> {
    system: System,
    privacy: Privacy,
    catalogue: &'a Catalogue,
    dropped: BTreeMap<String, u64>,
}

impl Redactor<'_> {
    fn count(&mut self, kind: &str, more: usize) {
        let count = self.dropped.entry(kind.to_owned()).or_default();
        *count = count.saturating_add(u64::try_from(more).unwrap_or(u64::MAX));
    }

    fn is_known(&self, kind: FactKind, seen: &str) -> bool {
        let system = match self.system {
            System::Linux => catalogue::System::Linux,
            System::Windows => catalogue::System::Windows,
            System::Macos => catalogue::System::Macos,
        };
        !self.catalogue.matches(system, kind, seen).is_empty()
    }

    fn files(&mut self, files: &mut BTreeMap<String, Known>) {
        let is_whole = self.privacy >= Privacy::Full;
        let mut gone: Vec<String> = Vec::new();
        for (path, known) in files.iter_mut() {
            if path.ends_with(".app/Contents/Info.plist") && matches!(known, Known::Error(_)) && !is_whole {
                gone.push(path.trim_end_matches("/Contents/Info.plist").to_owned());
            }
            if let Known::File { content: Some(content), .. } = known {
                if path.ends_with(".app/Contents/Info.plist") {
                    match text::application(content) {
                        Some(kept) if is_whole || self.is_known(FactKind::Bundle, &kept.id) => *content = kept.bytes,
                        _ if is_whole => {}
                        _ => gone.push(path.trim_end_matches("/Contents/Info.plist").to_owned()),
                    }
                } else {
                    let is_kept = |name: &str| is_whole || self.is_known(FactKind::Package, name);
                    let (kept, dropped) = text::declared(path, std::mem::take(content), is_kept);
                    *content = kept;
                    self.count("packages", dropped);
                }
            }
        }
        let below = |path: &str, gone: &str| path.strip_prefix(gone).is_some_and(|rest| rest.starts_with('/'));
        let before = files.len();
        let foreign: Vec<String> = files
            .iter()
            .filter(|(path, known)| !is_whole && self.is_foreign(path, known))
            .map(|(path, _)| path.clone())
            .collect();
        let is_package = |path: &String| {
            PACKAGE_FOLDERS.iter().any(|(folder, _)| path.rsplit_once('/').is_some_and(|at| at.0 == *folder))
        };
        // What is asked for below another folder by name is no entry of a list.
        gone.extend(foreign.iter().filter(|path| is_package(path)).cloned());
        files.retain(|path, _| !foreign.contains(path) && !gone.iter().any(|gone| path == gone || below(path, gone)));
        self.count("entries", before.saturating_sub(files.len()));
    }

    /// Whether a path names a product outside the catalogue and was only met in a list.
    fn is_foreign(&self, path: &str, known: &Known) -> bool {
        let Some((folder, name)) = path.rsplit_once('/') else { return false };
        if self.system == System::Macos && DAEMON_FOLDERS.contains(&folder) {
            let label = name.trim_end_matches(".plist");
            return ![label, &format!("/{path}")].into_iter().any(|seen| self.is_known(FactKind::Bundle, seen));
        }
        if let Some((_, kind)) = PACKAGE_FOLDERS.iter().find(|(known, _)| *known == folder) {
            let package = match folder {
                "var/lib/pacman/local" => name.rsplitn(3, '-').nth(2).unwrap_or(name),
                _ => name,
            };
            return !self.is_known(*kind, package);
        }
        let is_listed =
            matches!(known, Known::Folder { is_listed_only: true } | Known::File { is_listed_only: true, .. });
        let is_searched = self.catalogue.facts(catalogue::System::Linux, FactKind::Path).any(|matched| {
            let fact = matched.fact.value.trim_start_matches('/');
            fact.contains('*') && fact.rsplit_once('/').is_some_and(|(searched, _)| searched == folder)
        });
        is_listed && is_searched && !self.is_known(FactKind::Path, &format!("/{path}"))
    }

    fn key(&mut self, path: &str, key: &mut registry::Key) {
        if self.privacy >= Privacy::Full {
            return;
        }
        let path = path.to_lowercase();
        let before = key.keys.len();
        if path.ends_with("\\uninstall") {
            let is_kept = |key: &registry::Key| {
                key.text("DisplayName").is_some_and(|name| self.is_known(FactKind::DisplayName, &name))
            };
            key.keys.retain(is_kept);
            self.count("uninstall", before.saturating_sub(key.keys.len()));
        } else if path.ends_with("\\packages") || path.contains("appxalluserstore") {
            key.keys.retain(|key| self.is_known(FactKind::Appx, &registry::family(&key.name)));
            self.count("appx", before.saturating_sub(key.keys.len()));
        }
    }
}

/// Every text of a JSON value.
pub(super) fn each_text(value: &mut Value, change: &mut dyn FnMut(&str) -> Option<String>) {
    match value {
        Value::String(text) => {
            if let Some(changed) = change(text) {
                *text = changed;
            }
        }
        Value::Array(values) => values.iter_mut().for_each(|value| each_text(value, change)),
        Value::Object(map) => map.values_mut().for_each(|value| each_text(value, change)),
        _ => {}
    }
}
