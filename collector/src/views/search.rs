//! `cadastre/search/1`: the clients and assets that bear what somebody looks for.
//!
//! Compared without case; serial numbers and addresses without separators either. Refuses to guess: a part must stand in
//! the value as it is. **Invariant**: an asset is found once, by the first of its values that has the part.

use cadastre_domain::evidence::Evidence;
use cadastre_domain::register::Register;
use cadastre_domain::standing::Standing;
use jiff::Timestamp;
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

/// Most assets that one search tells.
pub const HITS_MAX: usize = 100;

impl Found {
    /// Puts the hits in order and leaves out those beyond [`HITS_MAX`].
    pub(super) fn cut(&mut self) {
        self.assets.sort();
        self.more = self.assets.len() > HITS_MAX;
        self.assets.truncate(HITS_MAX);
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

    /// Whether a number has the part, separators aside.
    fn is_in_number(&self, number: &str) -> bool {
        !self.bare.is_empty() && bare(number).contains(&self.bare)
    }
}

fn bare(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The assets of a register's day that bear the part.
pub fn assets<'r>(register: &'r Register, sought: &'r Sought) -> impl Iterator<Item = AssetHit> + 'r {
    register.standings.iter().filter_map(move |standing| asset(register, standing, sought))
}

fn asset(register: &Register, standing: &Standing, sought: &Sought) -> Option<AssetHit> {
    let asset = register.assets.get(standing.asset)?;
    let slots = standing.stays.iter().filter_map(|stay| register.perimeter.stays.get(*stay)).map(|stay| &stay.slot);
    let own = || asset.sightings.iter().filter_map(|index| register.sightings.get(*index));
    let texts = std::iter::once(("name", &asset.name))
        .chain(own().flat_map(|sighting| names(&sighting.evidence)).map(|name| ("name", name)))
        .chain(slots.map(|slot| ("slot", slot)))
        .find(|(_, text)| sought.is_in(text));
    let numbers = || own().flat_map(|sighting| numbers(&sighting.evidence));
    let (field, value) = texts
        .or_else(|| numbers().find(|(_, number)| sought.is_in_number(number)))
        .or_else(|| (asset.id == sought.folded).then_some(("asset", &asset.id)))?;
    Some(AssetHit {
        client: register.client.clone(),
        client_name: register.name.clone().unwrap_or_else(|| register.client.clone()),
        asset: asset.id.clone(),
        name: asset.name.clone(),
        category: asset.category_at(register.at)?.category.to_string(),
        status: standing.status.word().to_owned(),
        field,
        value: value.clone(),
        last_seen: standing.last_seen,
    })
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
