//! Section `software`: which products of the catalogue are there, by package or by file.
//!
//! Refuses files that outlive their product (what stands in `/etc` or in a log folder proves nothing). The full list of
//! packages is said only at level `full`. Products stand in the order of the catalogue.

use std::collections::BTreeMap;

use cadastre_proto::catalogue::{self, Catalogue, Category, FactKind, Match, Role};
use cadastre_proto::inventory::{Outcome, Package, Product, Software};

use super::packages::{self, Installed, Manager, Shortfall};
use super::{Reading, outcome_of};
use crate::privacy::Privacy;
use crate::source::{Source, System};

/// Usual folders of programs.
const PROGRAM_FOLDERS: [&str; 4] = ["/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin"];

/// What is installed, for this section and for those that build on it.
#[derive(Debug)]
pub(crate) struct Products<'a> {
    /// The products found, in the order of the catalogue.
    pub(crate) found: Vec<Found<'a>>,
    packages: Vec<Installed>,
    /// Why some may be missing.
    gap: Option<(Outcome, String)>,
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
    /// Whether one of the facts was verified.
    verified: bool,
    /// What an antivirus is there for: the least that one of the facts says, `None` for protection itself.
    pub(crate) role: Option<Role>,
    /// The facts, as `source:value`.
    pub(crate) evidence: Vec<String>,
}

impl<'a> Products<'a> {
    /// Looks for every product of the catalogue.
    pub(crate) fn read(source: &dyn Source, catalogue: &'a Catalogue) -> Products<'a> {
        if source.system() != System::Linux {
            let gap = Some((Outcome::Unsupported, "unsupported".to_owned()));
            return Products { found: Vec::new(), packages: Vec::new(), gap };
        }
        let (packages, shortfall) = packages::read(source);
        let gap = shortfall.map(|shortfall| match shortfall {
            Shortfall::Rpm => (Outcome::Unsupported, "rpm_database".to_owned()),
            Shortfall::Read(error) => outcome_of(&error),
        });
        let mut search = Search::default();
        for package in &packages {
            let kind = match package.manager {
                Manager::Dpkg | Manager::Apk | Manager::Pacman => FactKind::Package,
                Manager::Snap => FactKind::Snap,
                Manager::Flatpak => FactKind::Flatpak,
            };
            for matched in catalogue.matches(catalogue::System::Linux, kind, &package.name) {
                search.add(matched, package.manager.name(), &package.name, package.version.as_deref());
            }
        }
        search.files(source, catalogue);
        Products { found: search.in_order(catalogue), packages, gap }
    }

    /// The products of some categories.
    pub(crate) fn of<'b>(&'b self, categories: &'b [Category]) -> impl Iterator<Item = &'b Found<'a>> {
        self.found.iter().filter(move |found| categories.contains(&found.product.category))
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
        scope: Some("machine".to_owned()),
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
        scope: Some("machine".to_owned()),
    }
}

/// Products found so far, by name.
#[derive(Default)]
struct Search<'a>(BTreeMap<&'a str, Found<'a>>);

impl<'a> Search<'a> {
    fn add(&mut self, matched: Match<'a>, source: &'static str, value: &str, version: Option<&str>) {
        let evidence = format!("{source}:{value}");
        let found = self.0.entry(&matched.product.name).or_insert_with(|| Found {
            product: matched.product,
            version: None,
            source,
            verified: false,
            role: matched.fact.role,
            evidence: Vec::new(),
        });
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
    fn files(&mut self, source: &dyn Source, catalogue: &'a Catalogue) {
        for matched in catalogue.facts(catalogue::System::Linux, FactKind::Path) {
            let path = matched.fact.value.as_str();
            match path.rsplit_once('/') {
                Some((folder, pattern)) if pattern.contains('*') => {
                    for name in source.list(folder).unwrap_or_default() {
                        let path = format!("{folder}/{name}");
                        for matched in catalogue.matches(catalogue::System::Linux, FactKind::Path, &path) {
                            self.add(matched, "file", &matched.fact.value, None);
                        }
                    }
                }
                _ if source.metadata(path).is_ok() => self.add(matched, "file", path, None),
                _ => {}
            }
        }
        for matched in catalogue.facts(catalogue::System::Linux, FactKind::Binary) {
            let mut paths = PROGRAM_FOLDERS.into_iter().map(|folder| format!("{folder}/{}", matched.fact.value));
            if let Some(path) = paths.find(|path| source.metadata(path).is_ok()) {
                self.add(matched, "file", &path, None);
            }
        }
    }

    fn in_order(mut self, catalogue: &Catalogue) -> Vec<Found<'a>> {
        catalogue.products().iter().filter_map(|product| self.0.remove(product.name.as_str())).collect()
    }
}
