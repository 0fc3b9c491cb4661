//! Facts on products: which service, package or file tells that a product is there, and what kind of product it is.
//!
//! The facts are data (`products.tsv`, embedded, and replaceable by a newer table of the same form); the matcher only
//! compares. Refuses a table with an unknown word, a doubled fact or a product of two categories.
//! Invariant: an unverified fact is marked so wherever it goes, and nothing here says that a product protects.

mod table;

use std::collections::HashMap;

pub use table::TableError;

/// The table this program was built with.
pub const EMBEDDED: &str = include_str!("products.tsv");

/// Every known product and the facts that tell of it.
#[derive(Debug, Clone, Default)]
pub struct Catalogue {
    revision: u32,
    products: Vec<Product>,
    facts: Vec<Fact>,
    /// Facts compared whole, by what they are about.
    exact: HashMap<(FactKind, String), Vec<usize>>,
    /// Facts with a `*`.
    globs: Vec<usize>,
}

/// A product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Product {
    /// Its name here and in every document.
    pub name: String,
    /// Who makes it; `None` for a family of products of several makers.
    pub vendor: Option<String>,
    /// What kind of product it is.
    pub category: Category,
}

/// One thing that tells of a product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    product: usize,
    /// The system it is about; `None` for any.
    pub system: Option<System>,
    /// What sort of thing it is.
    pub kind: FactKind,
    /// The name, path or text.
    pub value: String,
    /// How the value is compared.
    pub matching: Matching,
    /// Whether it was seen in a trustworthy place, not only remembered.
    pub verified: bool,
    /// What it says of an antivirus: only its management agent is there, or it is part of the system.
    pub role: Option<Role>,
}

/// A fact that something seen on a machine fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Match<'a> {
    /// The product it tells of.
    pub product: &'a Product,
    /// The fact.
    pub fact: &'a Fact,
}

impl Catalogue {
    /// The catalogue this program was built with.
    ///
    /// # Errors
    /// None that a test would not have found.
    pub fn embedded() -> Result<Catalogue, TableError> {
        Catalogue::parse(EMBEDDED)
    }

    /// Reads a table.
    ///
    /// # Errors
    /// [`TableError`], with the line.
    pub fn parse(text: &str) -> Result<Catalogue, TableError> {
        let (revision, products, facts) = table::parse(text)?;
        let mut catalogue = Catalogue { revision, products, facts, ..Catalogue::default() };
        for (at, fact) in catalogue.facts.iter().enumerate() {
            match fact.matching {
                Matching::Exact => catalogue.exact.entry((fact.kind, key(fact))).or_default().push(at),
                Matching::Glob => catalogue.globs.push(at),
                Matching::Text => {}
            }
        }
        Ok(catalogue)
    }

    /// Its revision: of two tables the one with the greater is the newer.
    #[must_use]
    pub fn revision(&self) -> u32 {
        self.revision
    }

    /// Every product, in the order of the table.
    #[must_use]
    pub fn products(&self) -> &[Product] {
        &self.products
    }

    /// The product of a name.
    #[must_use]
    pub fn product(&self, name: &str) -> Option<&Product> {
        self.products.iter().find(|product| product.name == name)
    }

    /// The facts of one kind on one system, for probes that go and look (paths, binaries, registry keys).
    pub fn facts(&self, system: System, kind: FactKind) -> impl Iterator<Item = Match<'_>> {
        self.facts
            .iter()
            .filter(move |fact| fact.kind == kind && fact.is_about(system))
            .filter_map(|fact| self.matched(fact))
    }

    /// Every fact that something seen fits.
    #[must_use]
    pub fn matches(&self, system: System, kind: FactKind, seen: &str) -> Vec<Match<'_>> {
        let folded = if system == System::Linux { None } else { Some(seen.to_lowercase()) };
        let seen = folded.as_deref().unwrap_or(seen);
        let exact = self.exact.get(&(kind, seen.to_owned())).into_iter().flatten();
        exact
            .chain(self.globs.iter().filter(|at| self.facts.get(**at).is_some_and(|fact| glob_fits(fact, kind, seen))))
            .filter_map(|at| self.facts.get(*at))
            .filter(|fact| fact.is_about(system))
            .filter_map(|fact| self.matched(fact))
            .collect()
    }

    fn matched<'a>(&'a self, fact: &'a Fact) -> Option<Match<'a>> {
        Some(Match { product: self.products.get(fact.product)?, fact })
    }
}

impl Fact {
    fn is_about(&self, system: System) -> bool {
        self.system.is_none_or(|own| own == system)
    }
}

/// The form in which a fact is compared: the case counts on Linux only.
fn key(fact: &Fact) -> String {
    if fact.system == Some(System::Linux) { fact.value.clone() } else { fact.value.to_lowercase() }
}

fn glob_fits(fact: &Fact, kind: FactKind, seen: &str) -> bool {
    fact.kind == kind && glob(&key(fact), seen)
}

/// Whether a text fits a pattern in which `*` stands for any number of characters.
fn glob(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| text.strip_prefix(first)) else { return false };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        match rest.find(part) {
            Some(at) => rest = rest.get(at + part.len()..).unwrap_or_default(),
            None => return false,
        }
    }
    true
}

/// Declares an enum whose values are words of the table.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$value_doc:meta])* $value:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name { $($(#[$value_doc])* $value,)+ }

        impl $name {
            /// Every value.
            pub const ALL: &'static [$name] = &[$($name::$value),+];

            /// Its word in the table and in documents.
            #[must_use]
            pub fn word(self) -> &'static str {
                match self { $($name::$value => $word),+ }
            }

            /// The value of a word.
            #[must_use]
            pub fn of_word(word: &str) -> Option<$name> {
                match word { $($word => Some($name::$value),)+ _ => None }
            }
        }
    };
}

words! {
    /// Kind of a product.
    Category {
        /// Antivirus.
        Antivirus = "antivirus",
        /// Detection and response, or a sensor.
        Edr = "edr",
        /// Firewall.
        Firewall = "firewall",
        /// Disk or file encryption.
        Encryption = "encryption",
        /// Backup.
        Backup = "backup",
        /// Program to read and write mail.
        MailClient = "mail-client",
        /// Program that carries mail.
        MailServer = "mail-server",
        /// Filter of mail.
        MailSecurity = "mail-security",
        /// Remote control.
        RemoteAccess = "remote-access",
        /// Remote monitoring and management.
        Rmm = "rmm",
        /// Virtual private network.
        Vpn = "vpn",
    }
}

words! {
    /// Family of a system.
    System {
        /// Linux.
        Linux = "linux",
        /// Windows.
        Windows = "windows",
        /// macOS.
        Macos = "macos",
    }
}

words! {
    /// What sort of thing tells of a product.
    FactKind {
        /// Name of a package of the system's package manager.
        Package = "package",
        /// Name of a snap.
        Snap = "snap",
        /// Id of a flatpak.
        Flatpak = "flatpak",
        /// Absolute path of a file or folder that comes and goes with the product.
        Path = "path",
        /// Name of a program in a usual folder of programs.
        Binary = "binary",
        /// Absolute path of a file that may outlive the product.
        Config = "config",
        /// Name of a systemd unit, without `.service`.
        Unit = "unit",
        /// Name of a Windows service.
        Service = "service",
        /// Name of a process.
        Process = "process",
        /// Display name of an uninstall entry.
        DisplayName = "display_name",
        /// Registry key or value.
        Registry = "registry",
        /// WMI class.
        Wmi = "wmi",
        /// Family name of a packaged Windows application.
        Appx = "appx",
        /// Bundle id, launchd label or package id of macOS.
        Bundle = "bundle",
        /// Apple's id of the signing team.
        TeamId = "team_id",
        /// Where its version stands.
        VersionSource = "version_source",
        /// Where its state stands.
        StateSource = "state_source",
    }
}

words! {
    /// How a value is compared.
    Matching {
        /// Whole.
        Exact = "exact",
        /// With `*` for any characters.
        Glob = "glob",
        /// For people: never compared.
        Text = "text",
    }
}

words! {
    /// What a fact says of an antivirus besides its presence.
    Role {
        /// Only a management agent or a sensor: it protects nothing by itself.
        Management = "management",
        /// Part of the system.
        Baseline = "baseline",
    }
}

#[cfg(test)]
mod tests;
