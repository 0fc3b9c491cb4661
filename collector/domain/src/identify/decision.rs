//! What people decided, as the rules need it: pins, never-the-same pairs, retired things.
//!
//! A decision names assets by id; an id stands for the sighting whose own id it is. A row that founded a device shows little
//! of it: its id also speaks for the oldest agent's sighting that shares its serial, else its host name, so that a merge or
//! a never-together of what an annex named first means the machine and not only its row. **Invariant**: which sighting an id
//! stands for depends on that id and on the sightings with its source and native id alone, never on what was linked.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::id;
use super::profile::Profile;
use super::value::{Kind, Value, of_kind};
use crate::evidence::Sighting;
use crate::fact::{Decision, Verb};

/// Decisions, resolved.
#[derive(Default)]
pub(super) struct Decided {
    /// Pairs of sightings that a pin joins.
    pub(super) pins: Vec<(u32, u32)>,
    /// Sightings that a never-together names, with the others of it.
    pub(super) never: BTreeMap<u32, Vec<u32>>,
    /// The same for whole things of a source, smaller number first.
    pub(super) never_natives: BTreeSet<(u32, u32)>,
    /// Sighting an id named by a decision stands for.
    pub(super) named: BTreeMap<String, u32>,
}

/// Own ids of the sightings' things: the first sighting of each thing and its id.
pub(super) struct Owned {
    /// First sighting of each thing, by the thing's number.
    pub(super) first: BTreeMap<u32, u32>,
    /// Id to the first sighting of the thing.
    pub(super) ids: BTreeMap<String, u32>,
}

impl Owned {
    /// The ids of all things.
    pub(super) fn new(client: &str, sightings: &[&Sighting], profiles: &[Profile]) -> Self {
        let mut owned = Self { first: BTreeMap::new(), ids: BTreeMap::new() };
        for ((number, sighting), profile) in (0u32..).zip(sightings).zip(profiles) {
            owned.first.entry(profile.native).or_insert_with(|| {
                owned.ids.insert(id::own(client, sighting), number);
                number
            });
        }
        owned
    }
}

impl Decided {
    /// Resolves `decisions` and lays what they change over `profiles`.
    pub(super) fn new(
        client: &str,
        sightings: &[&Sighting],
        profiles: &mut [Profile],
        owned: &Owned,
        decisions: &[Decision],
        now: Timestamp,
    ) -> Self {
        let mut decided = Self { named: resolve(client, sightings, owned, decisions), ..Self::default() };
        for decision in decisions {
            let numbers: Vec<u32> = decision.assets.iter().filter_map(|id| decided.named.get(id).copied()).collect();
            match decision.verb {
                Verb::Merge => decided.pins.extend(numbers.windows(2).filter_map(|w| Some((*w.first()?, *w.get(1)?)))),
                Verb::NeverTogether => decided.part(&numbers, profiles),
                _ => {}
            }
        }
        decided.pins.sort_unstable();
        decided.pins.dedup();
        decided.retire(profiles, owned, decisions, now);
        decided.join_classes(profiles, owned);
        decided
    }

    /// Whether a decision parts two things.
    pub(super) fn parts(&self, a: &Profile, b: &Profile) -> bool {
        self.never_natives.contains(&(a.native.min(b.native), a.native.max(b.native)))
    }

    fn part(&mut self, numbers: &[u32], profiles: &[Profile]) {
        for (at, one) in numbers.iter().enumerate() {
            for other in numbers.iter().skip(at).filter(|other| *other != one) {
                self.part_pair(*one, *other, profiles);
            }
        }
    }

    fn part_pair(&mut self, one: u32, other: u32, profiles: &[Profile]) {
        for a in &speaks_for(profiles, one) {
            for b in speaks_for(profiles, other).iter().filter(|b| *b != a) {
                self.never.entry(*a).or_default().push(*b);
                self.never.entry(*b).or_default().push(*a);
                let native = |n: &u32| profiles.get(*n as usize).map(|p| p.native);
                if let Some((x, y)) = native(a).zip(native(b)) {
                    self.never_natives.insert((x.min(y), x.max(y)));
                }
            }
        }
    }

    /// A thing is retired when the last decision about its state says so.
    fn retire(&self, profiles: &mut [Profile], owned: &Owned, decisions: &[Decision], now: Timestamp) {
        let today = TimeZone::UTC.to_datetime(now).date();
        let mut last: BTreeMap<u32, (Date, bool)> = BTreeMap::new();
        for decision in decisions.iter().filter(|d| d.effective <= today) {
            let retires = match decision.verb {
                Verb::Retire => true,
                Verb::Move if decision.more.to_client.is_some() => true,
                Verb::Merge | Verb::NeverTogether | Verb::Exclude | Verb::Move | Verb::Snooze | Verb::Attest => {
                    continue;
                }
                _ => false,
            };
            for number in decision.assets.iter().filter_map(|id| self.named.get(id)) {
                let state = last.entry(*number).or_insert((decision.effective, retires));
                if state.0 <= decision.effective {
                    *state = (decision.effective, retires);
                }
            }
        }
        for number in last.into_iter().filter(|(_, (_, retired))| *retired).map(|(number, _)| number) {
            let Some(native) = profiles.get(number as usize).map(|p| p.native) else { continue };
            let whole = owned.first.get(&native) == Some(&number);
            for (at, profile) in (0u32..).zip(profiles.iter_mut()) {
                profile.retired |= at == number || (whole && profile.native == native);
            }
        }
    }

    /// Serials, UUIDs and things that pins join count as one.
    fn join_classes(&self, profiles: &mut [Profile], owned: &Owned) {
        if self.pins.is_empty() {
            return;
        }
        let mut serials = Classes::default();
        let mut uuids = Classes::default();
        let mut things = Classes::default();
        for (a, b) in &self.pins {
            let native = |n: u32| profiles.get(n as usize).map(|p| p.native);
            if let Some((x, y)) = native(*a).zip(native(*b)) {
                things.join(x, y);
            }
            let value = |n: u32, kinds: &[Kind]| {
                speaks_for(profiles, n).into_iter().find_map(|n| first_value(profiles, owned, n, kinds))
            };
            if let Some((x, y)) = value(*a, &[Kind::System]).zip(value(*b, &[Kind::System])) {
                serials.join(x, y);
            }
            let kinds = [Kind::Uuid, Kind::WeakUuid];
            if let Some((x, y)) = value(*a, &kinds).zip(value(*b, &kinds)) {
                uuids.join(x, y);
            }
        }
        for profile in profiles {
            profile.serial = profile.serial.map(|s| serials.of(s));
            profile.uuid = profile.uuid.map(|u| uuids.of(u));
            if things.joined(profile.native) {
                profile.pinned = Some(things.of(profile.native));
                profile.family = None;
            }
        }
    }
}

/// The value of a kind that an id stands for: its sighting's, or the first of its thing's when the id is the thing's own.
fn first_value(profiles: &[Profile], owned: &Owned, number: u32, kinds: &[Kind]) -> Option<u32> {
    let of = |p: &Profile| kinds.iter().find_map(|kind| of_kind(&p.values, *kind).first().map(|v: &Value| v.text()));
    let profile = profiles.get(number as usize)?;
    let own = of(profile);
    if own.is_some() || owned.first.get(&profile.native) != Some(&number) {
        return own;
    }
    profiles.iter().filter(|p| p.native == profile.native).find_map(of)
}

/// The sighting that an id stands for, and for a row the oldest agent's sighting that shares its serial, else its name.
fn speaks_for(profiles: &[Profile], number: u32) -> Vec<u32> {
    let Some(own) = profiles.get(number as usize) else { return Vec::new() };
    let mut spoken = vec![number];
    if own.list.is_none() {
        return spoken;
    }
    let serials: Vec<u32> = of_kind(&own.values, Kind::Untyped).iter().map(|value| value.text()).collect();
    let hosts = of_kind(&own.values, Kind::Hostname);
    let agents = || (0u32..).zip(profiles).filter(|(_, profile)| profile.list.is_none());
    let by_serial =
        agents().find(|(_, p)| of_kind(&p.values, Kind::System).iter().any(|value| serials.contains(&value.text())));
    let by_name = agents().find(|(_, p)| of_kind(&p.values, Kind::Hostname).iter().any(|host| hosts.contains(host)));
    spoken.extend(if serials.is_empty() { by_name } else { by_serial }.map(|(number, _)| number));
    spoken
}

/// Which sighting each named id stands for. Ids of forks and splits carry their report id, and are made only when named.
fn resolve(client: &str, sightings: &[&Sighting], owned: &Owned, decisions: &[Decision]) -> BTreeMap<String, u32> {
    let mut named = BTreeMap::new();
    let mut open: BTreeSet<&str> = BTreeSet::new();
    for id in decisions.iter().flat_map(|d| &d.assets) {
        match owned.ids.get(id) {
            Some(number) => drop(named.insert(id.clone(), *number)),
            None => drop(open.insert(id)),
        }
    }
    if open.is_empty() {
        return named;
    }
    for (number, sighting) in (0u32..).zip(sightings) {
        let id = id::of_report(client, sighting);
        if open.contains(id.as_str()) {
            named.entry(id).or_insert(number);
        }
    }
    named
}

/// Numbers joined into classes, each named by its smallest.
#[derive(Default)]
struct Classes {
    parent: BTreeMap<u32, u32>,
}

impl Classes {
    fn of(&self, number: u32) -> u32 {
        let mut at = number;
        while let Some(next) = self.parent.get(&at).filter(|next| **next != at) {
            at = *next;
        }
        at
    }

    fn joined(&self, number: u32) -> bool {
        self.parent.contains_key(&number)
    }

    fn join(&mut self, a: u32, b: u32) {
        let pair = vec![self.of(a), self.of(b)];
        let smallest = pair.iter().copied().min().unwrap_or(a);
        for number in pair.into_iter().chain([a, b]) {
            self.parent.insert(number, smallest);
        }
        self.parent.insert(smallest, smallest);
    }
}
