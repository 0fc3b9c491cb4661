//! Assets: the devices of identity, with what the register knows of each. No rule of its own but names and sites.

use alloc::collections::BTreeMap;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::calendar::{day_of, first_instant};
use crate::category::{self, Category, CategoryVerdict};
use crate::evidence::{Sighting, SourceKind};
use crate::fact::{Contact, Decision, Fact, Facts, Verb};
use crate::identify::Identity;
use crate::source::Lists;

/// One device of one client.
#[derive(Debug, Clone, PartialEq)]
pub struct Asset {
    /// Device id.
    pub id: String,
    /// Host name, else annex label, else id.
    pub name: String,
    /// Indices of its sightings, oldest first.
    pub sightings: Vec<usize>,
    /// First instants of the hours in which it was heard or seen, in order.
    pub contacts: Vec<Timestamp>,
    /// The part of `contacts` that its agents gave.
    pub agent_contacts: Vec<Timestamp>,
    /// Site, where one is known.
    pub site: Option<String>,
    /// Whether an open identity task names it.
    pub in_task: bool,
    /// Its category as each sighting changed it: (recorded, verdict), oldest first; never empty.
    pub categories: Vec<(Timestamp, CategoryVerdict)>,
}

impl Asset {
    /// The category on what was recorded by `at`: the newest sighting then, or the first there is.
    pub fn category_at(&self, at: Timestamp) -> Option<&CategoryVerdict> {
        let known = self.categories.iter().rev().find(|(recorded, _)| *recorded <= at);
        known.or(self.categories.first()).map(|(_, verdict)| verdict)
    }

    /// The last contact by `at`.
    pub fn last_seen(&self, at: Timestamp) -> Option<Timestamp> {
        let end = self.contacts.partition_point(|contact| *contact <= at);
        self.contacts.get(..end).and_then(<[Timestamp]>::last).copied()
    }

    /// The first day from `day` on, in `zone`, on which it was seen.
    pub fn next_seen(&self, day: Date, zone: &TimeZone) -> Option<Date> {
        next_seen(&self.contacts, day, zone)
    }
}

/// The first day from `day` on, in `zone`, of these contacts.
pub(crate) fn next_seen(contacts: &[Timestamp], day: Date, zone: &TimeZone) -> Option<Date> {
    let start = contacts.partition_point(|contact| *contact < first_instant(day, zone));
    contacts.get(start).map(|contact| day_of(*contact, zone))
}

/// The day on which the number of distinct days of these contacts reaches `number` (from 1).
pub(crate) fn nth_seen(contacts: &[Timestamp], number: u32, zone: &TimeZone) -> Option<Date> {
    let mut day = next_seen(contacts, Date::MIN, zone)?;
    for _ in 1..number {
        day = next_seen(contacts, day.tomorrow().ok()?, zone)?;
    }
    Some(day)
}

/// Builds the assets, sorted by id.
pub fn assets(facts: &Facts, sightings: &[Sighting], lists: &Lists, identity: &Identity) -> Vec<Asset> {
    let contacts = agent_contacts(&facts.contacts);
    let sites = Sites::new(facts, lists);
    let mut assets: Vec<Asset> = identity
        .devices
        .iter()
        .map(|device| {
            let own: Vec<&Sighting> = device.sightings.iter().filter_map(|index| sightings.get(*index)).collect();
            let agent_contacts = contacts_of(&own, &contacts);
            let mut all = agent_contacts.clone();
            let tracks = own.iter().filter_map(|sighting| lists.tracks.get(&sighting.id));
            all.extend(tracks.flat_map(|track| &track.told).filter_map(|told| told.seen));
            all.sort_unstable();
            all.dedup();
            Asset {
                id: device.id.clone(),
                name: name(&own).unwrap_or_else(|| device.id.clone()),
                sightings: device.sightings.clone(),
                contacts: all,
                agent_contacts,
                site: own.iter().rev().find_map(|sighting| sites.of(sighting, lists)),
                in_task: !device.tasks.is_empty(),
                categories: categories(&own),
            }
        })
        .collect();
    assets.sort_by(|a, b| a.id.cmp(&b.id));
    assets
}

/// Host name of the newest sighting that has one, agents first; else the newest label.
fn name(own: &[&Sighting]) -> Option<String> {
    let newest = |kind: SourceKind| own.iter().rev().filter(move |s| s.kind == kind);
    let hostname = newest(SourceKind::Agent)
        .chain(newest(SourceKind::List))
        .chain(newest(SourceKind::Annex))
        .find_map(|s| s.evidence.hostname.clone());
    hostname.or_else(|| own.iter().rev().find_map(|s| s.evidence.label.clone()))
}

/// The category of a device that these sightings are, in the order they were recorded.
pub(crate) fn category_of(own: &[&Sighting]) -> Option<Category> {
    categories(own).last().map(|(_, verdict)| verdict.category)
}

/// An agent's sighting tells the category; lists and the annex only speak where no agent does.
fn categories(own: &[&Sighting]) -> Vec<(Timestamp, CategoryVerdict)> {
    let by_agent = own.iter().any(|s| s.kind == SourceKind::Agent);
    let mut categories: Vec<(Timestamp, CategoryVerdict)> = own
        .iter()
        .filter(|s| !by_agent || s.kind == SourceKind::Agent)
        .map(|s| (s.recorded, category::categorise(&s.evidence)))
        .collect();
    categories.sort_by_key(|(recorded, _)| *recorded);
    categories
}

/// The hours in which each agent spoke, in order.
pub(crate) fn agent_contacts(contacts: &[Contact]) -> BTreeMap<&str, Vec<Timestamp>> {
    let mut by_agent: BTreeMap<&str, Vec<Timestamp>> = BTreeMap::new();
    for contact in contacts {
        by_agent.entry(&contact.agent).or_default().extend(contact.each());
    }
    for hours in by_agent.values_mut() {
        hours.sort_unstable();
    }
    by_agent
}

/// The contacts of a device's agents, each from the hour on in which it first spoke of this device.
fn contacts_of(own: &[&Sighting], contacts: &BTreeMap<&str, Vec<Timestamp>>) -> Vec<Timestamp> {
    let mut first: BTreeMap<&str, Timestamp> = BTreeMap::new();
    for sighting in own.iter().filter(|s| s.kind == SourceKind::Agent) {
        if let Some(agent) = sighting.native_id.as_deref() {
            first.entry(agent).and_modify(|first| *first = sighting.recorded.min(*first)).or_insert(sighting.recorded);
        }
    }
    let mut hours = Vec::new();
    for (agent, first) in first {
        let Some(spoken) = contacts.get(agent) else { continue };
        let known = spoken.partition_point(|contact| hour_of(*contact) < hour_of(first));
        hours.extend(spoken.iter().skip(known).copied());
    }
    hours.sort_unstable();
    hours.dedup();
    hours
}

fn hour_of(instant: Timestamp) -> i64 {
    instant.as_second().div_euclid(3_600)
}

/// Sites: an agent's from its token, an annex row's from the row, a list row's from its group.
struct Sites {
    by_native: BTreeMap<String, String>,
    by_group: BTreeMap<(String, String), String>,
}

impl Sites {
    fn new(facts: &Facts, lists: &Lists) -> Self {
        let mut sites = Self { by_native: BTreeMap::new(), by_group: BTreeMap::new() };
        for recorded in &facts.recorded {
            match &recorded.fact {
                Fact::Enrolled { agent, site: Some(site), .. } => {
                    sites.by_native.insert(agent.clone(), site.clone());
                }
                Fact::Annex { contract, rows } => {
                    for row in rows {
                        if let Some(site) = &row.site {
                            sites.by_native.insert(annex_native_id(contract, &row.label), site.to_string());
                        }
                    }
                }
                Fact::SourceMap { source, group, site: Some(site), .. }
                    if lists.sources.iter().any(|known| known.name == *source) =>
                {
                    sites.by_group.insert((source.clone(), group.clone()), site.clone());
                }
                _ => {}
            }
        }
        sites
    }

    fn of(&self, sighting: &Sighting, lists: &Lists) -> Option<String> {
        if sighting.kind == SourceKind::List {
            let group = lists.tracks.get(&sighting.id)?.group.clone()?;
            return self.by_group.get(&(sighting.source.clone(), group)).cloned();
        }
        self.by_native.get(sighting.native_id.as_ref()?).cloned()
    }
}

/// The site of an asset is where a decision moved it last.
pub(crate) fn move_sites(assets: &mut [Asset], identity: &Identity, said: &[Decision], as_of: Date) {
    let mut moves: Vec<&Decision> =
        said.iter().filter(|d| d.verb == Verb::Move && d.more.to_client.is_none()).collect();
    moves.retain(|decision| decision.effective <= as_of);
    moves.sort_by_key(|decision| decision.effective);
    for decision in moves {
        for id in &decision.assets {
            let id = identity.aliases.get(id).map_or(id.as_str(), String::as_str);
            if let Ok(index) = assets.binary_search_by(|asset| asset.id.as_str().cmp(id))
                && let Some(asset) = assets.get_mut(index)
            {
                asset.site.clone_from(&decision.more.site);
            }
        }
    }
}

/// The native id of an annex row's sighting.
pub fn annex_native_id(contract: &str, label: &str) -> String {
    alloc::format!("{contract}/{label}")
}
