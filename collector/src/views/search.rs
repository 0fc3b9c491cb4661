//! `cadastre/search/1`: the clients and assets that bear what somebody looks for.
//!
//! Compared without case; serial numbers and addresses without separators either. Refuses to guess: a part must stand in
//! the value as it is. **Invariant**: an asset is found once, by the first of its values that has the part.

use std::collections::BTreeSet;

use cadastre_domain::category::Category;
use cadastre_domain::evidence::Evidence;
use cadastre_domain::register::Register;
use cadastre_domain::standing::{Standing, Status};
use jiff::Timestamp;
use memchr::memmem;
use serde::Serialize;

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Found {
    /// `cadastre/search/1`.
    pub schema: &'static str,
    /// What was looked for.
    pub sought: String,
    /// When.
    pub known_at: Timestamp,
    /// Clients, by code.
    pub clients: Vec<ClientHit>,
    /// Assets, by client, name and id.
    pub assets: Vec<AssetHit>,
    /// Whether there is more than is told.
    pub more: bool,
}

/// A client that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ClientHit {
    /// Client code.
    pub client: String,
    /// Display name, else the code.
    pub name: String,
}

/// An asset that was found.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct AssetHit {
    /// Client code.
    pub client: String,
    /// Its name.
    pub name: String,
    /// Asset id.
    pub asset: String,
    /// Display name of the client.
    pub client_name: String,
    /// Category.
    pub category: String,
    /// Status of the day.
    pub status: String,
    /// By what it was found: `name`, `slot`, `serial`, `mac` or `asset`.
    pub field: &'static str,
    /// The value that has the part.
    pub value: String,
    /// When it was last seen.
    pub last_seen: Option<Timestamp>,
}

/// Most assets, and most clients, that one search tells.
pub const HITS_MAX: usize = 100;

impl Found {
    /// Puts the hits in order and leaves out those beyond [`HITS_MAX`].
    pub(super) fn cut(&mut self) {
        self.assets.sort();
        self.more = self.assets.len() > HITS_MAX || self.clients.len() > HITS_MAX;
        self.assets.truncate(HITS_MAX);
        self.clients.truncate(HITS_MAX);
    }
}

/// What is looked for, as it is compared.
#[derive(Debug, Clone)]
pub struct Sought {
    /// Without case.
    folded: String,
    /// Letters and digits alone.
    bare: String,
}

impl Sought {
    /// What somebody typed.
    pub fn new(text: &str) -> Self {
        Self { folded: text.trim().to_lowercase(), bare: bare(text) }
    }

    /// Whether nothing was typed.
    pub fn is_blank(&self) -> bool {
        self.folded.is_empty()
    }

    /// Whether a text has the part.
    pub fn is_in(&self, text: &str) -> bool {
        !self.folded.is_empty() && text.to_lowercase().contains(&self.folded)
    }

    /// Whether values, put one after the other as they are compared, may have the part in one of them.
    fn may_be_in(&self, compared: &str) -> bool {
        let has = |part: &str| !part.is_empty() && memmem::find(compared.as_bytes(), part.as_bytes()).is_some();
        has(&self.folded) || self.bare != self.folded && has(&self.bare)
    }

    /// Whether a number has the part, separators aside.
    fn is_in_number(&self, number: &str) -> bool {
        !self.bare.is_empty() && bare(number).contains(&self.bare)
    }
}

fn bare(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// What the assets of a register's day are found by.
#[derive(Debug, Clone)]
pub struct Searched {
    assets: Vec<Entry>,
    /// All values as they are compared: a client whose assets lack the part is passed over at once.
    compared: String,
}

/// An asset, with its values in the order in which they are looked at.
#[derive(Debug, Clone)]
struct Entry {
    asset: String,
    name: String,
    category: Category,
    status: Status,
    last_seen: Option<Timestamp>,
    texts: Vec<(&'static str, String)>,
    numbers: Vec<(&'static str, String)>,
}

impl Searched {
    /// Those of a register.
    pub fn of(register: &Register) -> Self {
        let assets: Vec<Entry> =
            register.standings.iter().filter_map(|standing| Entry::of(register, standing)).collect();
        let texts = assets.iter().flat_map(|entry| entry.texts.iter().map(|(_, text)| text.to_lowercase()));
        let numbers = assets.iter().flat_map(|entry| entry.numbers.iter().map(|(_, number)| bare(number)));
        let ids = assets.iter().map(|entry| entry.asset.clone());
        let compared = texts.chain(numbers).chain(ids).collect::<Vec<_>>().join("\n");
        Self { assets, compared }
    }

    /// The assets of a client, and its name, that bear the part.
    pub fn hits(&self, (client, client_name): (&str, &str), sought: &Sought) -> Vec<AssetHit> {
        if !sought.may_be_in(&self.compared) {
            return Vec::new();
        }
        let hit = |entry: &Entry| {
            let (field, value) = entry.found_by(sought)?;
            Some(AssetHit {
                client: client.to_owned(),
                client_name: client_name.to_owned(),
                asset: entry.asset.clone(),
                name: entry.name.clone(),
                category: entry.category.to_string(),
                status: entry.status.word().to_owned(),
                field,
                value: value.clone(),
                last_seen: entry.last_seen,
            })
        };
        self.assets.iter().filter_map(hit).collect()
    }
}

impl Entry {
    fn of(register: &Register, standing: &Standing) -> Option<Self> {
        let asset = register.assets.get(standing.asset)?;
        let slots = standing.stays.iter().filter_map(|stay| register.perimeter.stays.get(*stay)).map(|stay| &stay.slot);
        let own = || asset.sightings.iter().filter_map(|index| register.sightings.get(*index));
        let texts = std::iter::once(("name", &asset.name))
            .chain(own().flat_map(|sighting| names(&sighting.evidence)).map(|name| ("name", name)))
            .chain(slots.map(|slot| ("slot", slot)));
        Some(Self {
            asset: asset.id.clone(),
            name: asset.name.clone(),
            category: asset.category_at(register.at)?.category,
            status: standing.status,
            last_seen: standing.last_seen,
            texts: once(texts),
            numbers: once(own().flat_map(|sighting| numbers(&sighting.evidence))),
        })
    }

    /// The first of its values that has the part.
    fn found_by(&self, sought: &Sought) -> Option<(&'static str, &String)> {
        let text = self.texts.iter().find(|(_, text)| sought.is_in(text));
        let number = || self.numbers.iter().find(|(_, number)| sought.is_in_number(number));
        let found = text.or_else(number).map(|(field, value)| (*field, value));
        found.or_else(|| (self.asset == sought.folded).then_some(("asset", &self.asset)))
    }
}

/// Each value once, at its first place.
fn once<'v>(values: impl Iterator<Item = (&'static str, &'v String)>) -> Vec<(&'static str, String)> {
    let mut seen = BTreeSet::new();
    values.filter(|(_, value)| seen.insert(*value)).map(|(field, value)| (field, value.clone())).collect()
}

fn names(evidence: &Evidence) -> impl Iterator<Item = &String> {
    evidence.hostname.iter().chain(&evidence.label).chain(&evidence.asset_tag)
}

fn numbers(evidence: &Evidence) -> impl Iterator<Item = (&'static str, &String)> {
    let serials = evidence.system_serial.iter().chain(&evidence.untyped_serial);
    let serials = serials.chain(&evidence.chassis_serial).chain(&evidence.board_serial);
    let macs = evidence.adapters.iter().filter_map(|adapter| adapter.mac.as_ref());
    serials.map(|serial| ("serial", serial)).chain(macs.map(|mac| ("mac", mac)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_and_separators_do_not_matter() {
        let sought = Sought::new(" 02:1A-2b ");
        assert!(sought.is_in_number("02-1a-2B-3c-4d-5e") && sought.is_in_number("021a.2b3c.4d5e"));
        assert!(!sought.is_in_number("1a:2b"));
        assert!(Sought::new("ACCUEIL").is_in("pc-accueil-3") && !Sought::new("").is_in("pc-accueil-3"));
        assert!(!Sought::new("--").is_in_number("a-b") && Sought::new("--").is_in("a--b"));
    }
}
