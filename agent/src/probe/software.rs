//! Section `software`: which products of the catalogue are there, by package or by file.
//!
//! Refuses files that outlive their product (what stands in `/etc` or in a log folder proves nothing). The full list of
//! packages is said only at level `full`. Products stand in the order of the catalogue.

use std::collections::BTreeMap;

use cadastre_proto::catalogue::{self, Catalogue, Category, FactKind, Match, Role};
use cadastre_proto::inventory::{Outcome, Package, Product, Software};

use super::packages::{self, Installed, Manager, Scope, Shortfall};
use super::{Reading, macos, outcome_of, units, windows};
use crate::privacy::Privacy;
use crate::source::{ReadError, Source, System};

/// Usual folders of programs.
const PROGRAM_FOLDERS: [&str; 4] = ["/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin"];

/// What tells that a service is at work, under Linux and under Windows.
const RUNS: [&str; 2] = ["unit_running", "service_running"];

/// What is installed, for this section and for those that build on it.
#[derive(Debug)]
pub(crate) struct Products<'a> {
    /// The products found, in the order of the catalogue.
    pub(crate) found: Vec<Found<'a>>,
    /// What they were looked for in.
    pub(crate) catalogue: &'a Catalogue,
    packages: Vec<Installed>,
    /// Why some may be missing.
    gap: Option<(Outcome, String)>,
    /// Whether only what a user installed for themselves may be missing.
    is_of_users: bool,
}

/// A product that is there.
#[derive(Debug, Clone)]
pub(crate) struct Found<'a> {
    /// The product.
    pub(crate) product: &'a catalogue::Product,
    /// Its version, where a package tells it.
    pub(crate) version: Option<String>,
    /// What told of it.
    source: &'static str,
    /// For whom it is installed: the machine, where one of the facts says so.
    scope: Scope,
    /// Whether one of the facts was verified.
    verified: bool,
    /// What an antivirus is there for: the least that one of the facts says, `None` for protection itself.
    pub(crate) role: Option<Role>,
    /// The facts, as `source:value`.
    pub(crate) evidence: Vec<String>,
}

impl Found<'_> {
    /// Whether one of its services is at work.
    pub(crate) fn is_running(&self) -> bool {
        let told = self.evidence.iter().filter_map(|evidence| evidence.split_once(':'));
        told.map(|(source, _)| source).any(|source| RUNS.contains(&source))
    }
}

impl<'a> Products<'a> {
    /// Looks for every product of the catalogue.
    pub(crate) fn read(source: &dyn Source, catalogue: &'a Catalogue) -> Products<'a> {
        let (packages, shortfall) = match source.system() {
            System::Linux => packages::read(source),
            System::Windows => windows::products::installed(source),
            System::Macos => macos::products::installed(source),
        };
        let mut search = Search::default();
        for package in &packages {
            let (system, kind) = match package.manager {
                Manager::Dpkg | Manager::Apk | Manager::Pacman | Manager::Rpm => {
                    (catalogue::System::Linux, FactKind::Package)
                }
                Manager::Snap => (catalogue::System::Linux, FactKind::Snap),
                Manager::Flatpak => (catalogue::System::Linux, FactKind::Flatpak),
                Manager::Uninstall => (catalogue::System::Windows, FactKind::DisplayName),
                Manager::Appx => (catalogue::System::Windows, FactKind::Appx),
                Manager::App => (catalogue::System::Macos, FactKind::Bundle),
            };
            for matched in catalogue.matches(system, kind, &package.name) {
                let version = package.version.as_deref();
                search.add(matched, package.manager.name(), &package.name, version, package.scope);
            }
        }
        let error = match source.system() {
            System::Linux => search.files(source, catalogue),
            System::Windows => windows::products::search(source, catalogue, &mut search),
            System::Macos => macos::products::search(source, catalogue, &mut search),
        };
        let is_of_users = shortfall == Some(Shortfall::Read(ReadError::NotLoaded)) && error.is_none();
        let gap = shortfall.or(error.map(Shortfall::Read)).map(|shortfall| match shortfall {
            Shortfall::Rpm => (Outcome::Unsupported, "rpm_database".to_owned()),
            Shortfall::Read(error) => outcome_of(&error),
        });
        Products { found: search.in_order(catalogue), catalogue, packages, gap, is_of_users }
    }

    /// The products of some categories.
    pub(crate) fn of<'b>(&'b self, categories: &'b [Category]) -> impl Iterator<Item = &'b Found<'a>> {
        self.found.iter().filter(move |found| categories.contains(&found.product.category))
    }

    /// A section made from products that no user installs for themselves alone.
    pub(crate) fn section_of_machine<T>(&self, data: T) -> Reading<T> {
        if self.is_of_users { Reading::ok(data) } else { self.section(data) }
    }

    /// A section made from the products: as whole as the list of products is.
    pub(crate) fn section<T>(&self, data: T) -> Reading<T> {
        match &self.gap {
            None => Reading::ok(data),
            Some((outcome, reason)) => Reading { outcome: *outcome, reason: Some(reason.clone()), data: Some(data) },
        }
    }
}

/// The section.
pub(crate) fn read(products: &Products<'_>, privacy: Privacy) -> Reading<Software> {
    let rows = products.found.iter().map(|found| Product {
        product: found.product.name.clone(),
        vendor: found.product.vendor.clone(),
        category: found.product.category.word().to_owned(),
        version: found.version.clone(),
        source: Some(found.source.to_owned()),
        scope: Some(found.scope.name().to_owned()),
        verified: found.verified,
    });
    let packages = || products.packages.iter().map(package).collect();
    products.section(Software { products: rows.collect(), packages: (privacy >= Privacy::Full).then(packages) })
}

fn package(package: &Installed) -> Package {
    Package {
        name: package.name.clone(),
        version: package.version.clone(),
        source: Some(package.manager.name().to_owned()),
        scope: Some(package.scope.name().to_owned()),
    }
}

/// Products found so far, by name.
#[derive(Default)]
pub(crate) struct Search<'a>(BTreeMap<&'a str, Found<'a>>);

impl<'a> Search<'a> {
    /// Adds one thing that tells of a product.
    pub(crate) fn add(
        &mut self,
        matched: Match<'a>,
        source: &'static str,
        value: &str,
        version: Option<&str>,
        scope: Scope,
    ) {
        let evidence = format!("{source}:{value}");
        let found = self.0.entry(&matched.product.name).or_insert_with(|| Found {
            product: matched.product,
            version: None,
            source,
            scope,
            verified: false,
            role: matched.fact.role,
            evidence: Vec::new(),
        });
        found.scope = found.scope.min(scope);
        found.verified |= matched.fact.verified;
        // The version and what told of it go together.
        if let (None, Some(version)) = (&found.version, version) {
            found.version = Some(version.to_owned());
            found.source = source;
        }
        if matched.fact.role.is_none() {
            found.role = None;
        }
        if !found.evidence.contains(&evidence) {
            found.evidence.push(evidence);
        }
    }

    /// Goes and looks where products leave their files.
    fn files(&mut self, source: &dyn Source, catalogue: &'a Catalogue) -> Option<ReadError> {
        for matched in catalogue.facts(catalogue::System::Linux, FactKind::Path) {
            let path = matched.fact.value.as_str();
            match path.rsplit_once('/') {
                Some((folder, pattern)) if pattern.contains('*') => {
                    for name in source.list(folder).unwrap_or_default() {
                        let path = format!("{folder}/{name}");
                        for matched in catalogue.matches(catalogue::System::Linux, FactKind::Path, &path) {
                            self.add(matched, "file", &matched.fact.value, None, Scope::Machine);
                        }
                    }
                }
                _ if source.metadata(path).is_ok() => self.add(matched, "file", path, None, Scope::Machine),
                _ => {}
            }
        }
        for matched in catalogue.facts(catalogue::System::Linux, FactKind::Binary) {
            let mut paths = PROGRAM_FOLDERS.into_iter().map(|folder| format!("{folder}/{}", matched.fact.value));
            if let Some(path) = paths.find(|path| source.metadata(path).is_ok()) {
                self.add(matched, "file", &path, None, Scope::Machine);
            }
        }
        self.units(source, catalogue);
        None
    }

    /// Services at work, of products that are there or of a name that was verified: names of services are often common
    /// words. What a backup runs by the clock comes and goes, and would change the report each time.
    fn units(&mut self, source: &dyn Source, catalogue: &'a Catalogue) {
        for matched in catalogue.facts(catalogue::System::Linux, FactKind::Unit) {
            let is_of_service =
                matched.fact.matching == catalogue::Matching::Exact && !matched.fact.value.contains('.');
            let is_told = matched.fact.verified || self.0.contains_key(matched.product.name.as_str());
            if is_of_service
                && is_told
                && matched.product.category != Category::Backup
                && units::is_active(source, &matched.fact.value) == Some(true)
            {
                self.add(matched, RUNS[0], &matched.fact.value, None, Scope::Machine);
            }
        }
    }

    /// The products, without those whose every fact also tells of another one of the same maker that more facts tell of:
    /// editions share services.
    fn in_order(mut self, catalogue: &Catalogue) -> Vec<Found<'a>> {
        let is_less = |found: &Found<'_>, other: &Found<'_>| {
            found.product.vendor == other.product.vendor
                && found.evidence.len() < other.evidence.len()
                && found.evidence.iter().all(|fact| other.evidence.contains(fact))
        };
        let less: Vec<&'a str> = self
            .0
            .values()
            .filter(|found| self.0.values().any(|other| is_less(found, other)))
            .map(|found| found.product.name.as_str())
            .collect();
        self.0.retain(|name, _| !less.contains(name));
        catalogue.products().iter().filter_map(|product| self.0.remove(product.name.as_str())).collect()
    }
}
