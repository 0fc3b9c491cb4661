//! Sources: the dated lists of other consoles, edition after edition, and what each row says of one thing.
//!
//! A complete edition says what is absent; one that is not adds and corrects. A row that later editions no longer have
//! stays a sighting: what was seen is not unseen. **Invariant**: which edition counts on a day is decided by the instant it
//! speaks of, then by its sequence, never by the order in which files were read.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::evidence::{Evidence, Sighting, SourceKind};
use crate::fact::{Fact, Facts, Grouped, HouseFacts, Recorded};
use crate::protection::Protection;

/// A row of a dated list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ListRow {
    /// Id that the console gives the row.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub native_id: Option<String>,
    /// Group of the console (its own word for a client or a site).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// When the console last saw it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_seen: Option<Timestamp>,
    /// Whether the console tells when it saw its things, and never saw this one.
    #[serde(skip_serializing_if = "core::ops::Not::not")]
    pub unseen: bool,
    /// Identity values.
    pub evidence: Evidence,
    /// What protects it, as the console tells.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub protection: Option<Protection>,
}

/// A console whose lists a client has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Its name.
    pub name: String,
    /// Its editions, by (instant, sequence).
    pub editions: Vec<Edition>,
    /// Whether it lists devices, and not only seats without hardware.
    pub lists_devices: bool,
    /// Categories of seats without hardware that it lists.
    pub seats: BTreeSet<String>,
    /// Kinds of protection that its rows speak of.
    pub tells: BTreeSet<&'static str>,
}

/// One list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edition {
    /// The instant it speaks of.
    pub as_of: Timestamp,
    /// Whether what it lacks is absent.
    pub complete: bool,
    /// The sequence of its fact.
    pub seq: u64,
    /// How many rows it has.
    pub rows: usize,
}

/// What a source said of one thing over time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Track {
    /// Index of the source.
    pub source: usize,
    /// The group it was in last.
    pub group: Option<String>,
    /// Each edition that has it, in order.
    pub told: Vec<Told>,
}

/// What one edition says of one thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// Index of the edition.
    pub edition: usize,
    /// When it was last seen: the row's own instant, or the list's when the console tells none.
    pub seen: Option<Timestamp>,
    /// What protects it.
    pub protection: Option<Protection>,
}

/// All lists of a client.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lists {
    /// Sources, by name.
    pub sources: Vec<Source>,
    /// What was said, by the id of the sighting.
    pub tracks: BTreeMap<String, Track>,
}

impl Source {
    /// The edition in force at an instant: the newest complete one by then.
    pub fn complete_at(&self, at: Timestamp) -> Option<(usize, &Edition)> {
        self.editions.iter().enumerate().rev().find(|(_, edition)| edition.complete && edition.as_of <= at)
    }

    /// The newest edition by then, complete or not.
    pub fn newest_at(&self, at: Timestamp) -> Option<&Edition> {
        self.editions.iter().rev().find(|edition| edition.as_of <= at)
    }
}

impl Lists {
    /// What the source says of the thing at an instant: of the newest complete edition or a later partial one.
    pub fn told_at<'a>(&'a self, track: &'a Track, at: Timestamp) -> Option<&'a Told> {
        let source = self.sources.get(track.source)?;
        let floor = source.complete_at(at).map_or(0, |(index, _)| index);
        let by_then = |told: &&Told| source.editions.get(told.edition).is_some_and(|edition| edition.as_of <= at);
        track.told.iter().rev().find(by_then).filter(|told| told.edition >= floor)
    }
}

/// A group of a console that belongs to no client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unmapped {
    /// Name of the source.
    pub source: String,
    /// The group.
    pub group: String,
    /// Rows of it in the newest file.
    pub rows: u32,
    /// Whether the source already maps this client, so that its months cannot be closed before the group is mapped.
    pub blocks: bool,
}

/// The groups of the newest file of each source that belong to no client at `known_at`, by source and group. A client sees
/// those of the sources that map it, and of those that map nobody yet.
pub(crate) fn unmapped(facts: &Facts, house: &HouseFacts, known_at: Timestamp) -> Vec<Unmapped> {
    let maps = |recorded: &Recorded, name: &str| matches!(&recorded.fact, Fact::SourceMap { source, .. } | Fact::List { source, .. } if source == name);
    let mut blocking: BTreeMap<String, bool> = BTreeMap::new();
    let mut own = unmapped_of_house(house, known_at);
    own.retain_mut(|group| {
        let blocks = blocking
            .entry(group.source.clone())
            .or_insert_with(|| facts.recorded.iter().any(|recorded| maps(recorded, &group.source)));
        group.blocks = *blocks;
        *blocks || !house.mapped.iter().any(|(at, source, _)| *at <= known_at && *source == group.source)
    });
    own
}

/// The groups of the newest lists of each source that belong to no client yet; none of them blocks anybody here.
pub fn unmapped_of_house(house: &HouseFacts, known_at: Timestamp) -> Vec<Unmapped> {
    let mut newest: BTreeMap<&str, &Grouped> = BTreeMap::new();
    for grouped in house.grouped.iter().filter(|grouped| grouped.at <= known_at) {
        match newest.get(grouped.source.as_str()) {
            Some(kept) if (kept.as_of, kept.at) > (grouped.as_of, grouped.at) => {}
            _ => drop(newest.insert(&grouped.source, grouped)),
        }
    }
    let mut unmapped = Vec::new();
    for (name, grouped) in newest {
        let known = || house.mapped.iter().filter(|(at, source, _)| *at <= known_at && source == name);
        for (group, rows) in &grouped.groups {
            if !known().any(|(_, _, mapped)| mapped == group) {
                unmapped.push(Unmapped { source: name.to_string(), group: group.clone(), rows: *rows, blocks: false });
            }
        }
    }
    unmapped
}

/// Reads a client's lists: the sources, and one sighting for each thing that a source ever named.
pub(crate) fn read(facts: &Facts) -> (Lists, Vec<Sighting>) {
    let mut by_source: BTreeMap<&str, Vec<Listed<'_>>> = BTreeMap::new();
    for recorded in &facts.recorded {
        let Fact::List { source, as_of, complete, rows } = &recorded.fact else { continue };
        let edition = Edition { as_of: *as_of, complete: *complete, seq: recorded.seq, rows: rows.len() };
        by_source.entry(source).or_default().push(Listed { edition, recorded: recorded.at, rows });
    }
    let mut lists = Lists::default();
    let mut sightings = Vec::new();
    for (name, listed) in by_source {
        source(name, listed, &mut lists, &mut sightings);
    }
    (lists, sightings)
}

struct Listed<'a> {
    edition: Edition,
    recorded: Timestamp,
    rows: &'a [ListRow],
}

/// A thing of a source: where it was recorded first, and its newest row.
struct Thing<'a> {
    id: String,
    recorded: Timestamp,
    newest: &'a ListRow,
    told: Vec<Told>,
}

fn source(name: &str, mut listed: Vec<Listed<'_>>, lists: &mut Lists, sightings: &mut Vec<Sighting>) {
    let number = lists.sources.len();
    let mut first: BTreeMap<String, (Timestamp, String)> = BTreeMap::new();
    for list in &listed {
        for (row, key) in keyed(list.rows) {
            first.entry(key).or_insert_with(|| (list.recorded, format!("{}:{row}", list.edition.seq)));
        }
    }
    listed.sort_by_key(|list| (list.edition.as_of, list.edition.seq));
    let mut things: BTreeMap<String, Thing<'_>> = BTreeMap::new();
    for (edition, list) in listed.iter().enumerate() {
        for (index, key) in keyed(list.rows) {
            let Some(row) = list.rows.get(index) else { continue };
            let Some((recorded, id)) = first.get(&key).cloned() else { continue };
            let seen = row.last_seen.or((!row.unseen).then_some(list.edition.as_of));
            let told = Told { edition, seen, protection: row.protection.clone() };
            let thing = things.entry(key).or_insert_with(|| Thing { id, recorded, newest: row, told: Vec::new() });
            thing.newest = row;
            thing.told.push(told);
        }
    }
    let seat = |row: &ListRow| {
        matches!(row.evidence.claimed_category.as_deref(), Some("user" | "mailbox" | "licence" | "service"))
    };
    let lists_devices = things.values().any(|thing| !seat(thing.newest));
    let seats = things.values().map(|thing| thing.newest).filter(|row| seat(row));
    let seats = seats.filter_map(|row| row.evidence.claimed_category.clone()).collect();
    let editions = listed.iter().map(|list| list.edition).collect();
    let protections = things.values().flat_map(|thing| &thing.told).filter_map(|told| told.protection.as_ref());
    let tells = protections.flat_map(Protection::kinds).collect();
    lists.sources.push(Source { name: name.to_string(), editions, lists_devices, seats, tells });
    for thing in things.into_values() {
        sightings.push(Sighting {
            id: thing.id.clone(),
            source: name.to_string(),
            kind: SourceKind::List,
            native_id: thing.newest.native_id.clone(),
            recorded: thing.recorded,
            // What it is about: the day on which the source first saw it, whatever later lists say.
            last_contact: thing.told.iter().filter_map(|told| told.seen).min(),
            evidence: thing.newest.evidence.clone(),
        });
        let track = Track { source: number, group: thing.newest.group.clone(), told: thing.told };
        lists.tracks.insert(thing.id, track);
    }
}

/// Each row with the key that tells it again in the next edition: its native id, or else what identifies it; the second
/// row with one key in one list is another thing.
fn keyed(rows: &[ListRow]) -> Vec<(usize, String)> {
    let mut times: BTreeMap<String, u32> = BTreeMap::new();
    let mut keyed = Vec::with_capacity(rows.len());
    for (index, row) in rows.iter().enumerate() {
        let key = key(row);
        let count = times.entry(key.clone()).or_insert(0);
        *count = count.saturating_add(1);
        let key = if *count == 1 { key } else { format!("{key}#{count}") };
        keyed.push((index, key));
    }
    keyed
}

fn key(row: &ListRow) -> String {
    let told = &row.evidence;
    let folded = |text: &String| text.to_lowercase();
    let mac = told.adapters.iter().find_map(|adapter| adapter.mac.as_ref());
    let by = [
        ("id", row.native_id.clone()),
        ("serial", told.untyped_serial.as_ref().or(told.system_serial.as_ref()).map(folded)),
        ("uuid", told.uuid.as_ref().map(folded)),
        ("mac", mac.map(folded)),
        ("name", told.hostname.as_ref().or(told.label.as_ref()).map(folded)),
    ];
    by.into_iter().find_map(|(kind, value)| value.map(|value| format!("{kind}:{value}"))).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::*;

    fn row(name: &str, last_seen: Option<&str>) -> ListRow {
        ListRow {
            last_seen: last_seen.map(|seen| seen.parse().unwrap()),
            evidence: Evidence { hostname: Some(name.into()), ..Evidence::default() },
            ..ListRow::default()
        }
    }

    fn list(seq: u64, as_of: &str, complete: bool, rows: Vec<ListRow>) -> Recorded {
        let as_of: Timestamp = as_of.parse().unwrap();
        Recorded { seq, at: as_of, fact: Fact::List { source: "rmm".into(), as_of, complete, rows } }
    }

    #[test]
    fn a_complete_edition_says_what_is_absent_and_a_partial_one_only_adds() {
        let recorded = vec![
            list(1, "2026-03-01T00:00:00Z", true, vec![row("A", None), row("b", None)]),
            list(2, "2026-03-02T00:00:00Z", false, vec![row("c", Some("2026-02-01T00:00:00Z"))]),
            list(3, "2026-03-03T00:00:00Z", true, vec![row("a", None)]),
        ];
        let (lists, sightings) = read(&Facts { recorded, ..Facts::default() });
        assert_eq!(sightings.len(), 3, "one sighting a thing, also of those that are gone");
        let present = |id: &str, at: &str| lists.told_at(&lists.tracks[id], at.parse().unwrap()).is_some();
        assert!(present("1:0", "2026-03-01T12:00:00Z") && present("1:0", "2026-03-04T00:00:00Z"));
        assert!(present("1:1", "2026-03-02T12:00:00Z") && !present("1:1", "2026-03-03T00:00:00Z"));
        assert!(!present("2:0", "2026-03-01T12:00:00Z") && present("2:0", "2026-03-02T00:00:00Z"));
        let seen = lists.tracks["2:0"].told[0].seen.unwrap();
        assert_eq!(seen.to_string(), "2026-02-01T00:00:00Z");
    }

    #[test]
    fn two_rows_of_one_name_are_two_things_and_a_late_list_takes_its_place_in_time() {
        let recorded = vec![
            list(1, "2026-03-05T00:00:00Z", true, vec![row("pc", None), row("pc", None)]),
            list(2, "2026-03-01T00:00:00Z", true, vec![]),
        ];
        let (lists, sightings) = read(&Facts { recorded, ..Facts::default() });
        assert_eq!(sightings.len(), 2);
        let source = &lists.sources[0];
        assert_eq!(source.complete_at("2026-03-06T00:00:00Z".parse().unwrap()).unwrap().1.seq, 1);
        assert_eq!(source.complete_at("2026-03-04T00:00:00Z".parse().unwrap()).unwrap().1.seq, 2);
    }
}
