//! Groups of sightings, and how two become one.
//!
//! **Invariant**: a group is named by its founding sighting, the smallest of its numbers, and sightings are numbered by
//! (recorded instant, id); a group only grows.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::vec;
use alloc::vec::Vec;

use super::profile::Profile;
use super::value::{Kind, Value, of_kind};
use crate::category::Family;

/// Sightings that are one device, so far.
#[derive(Debug, Clone)]
pub(super) struct Group {
    /// Sorted numbers of its sightings.
    pub(super) members: Vec<u32>,
    /// Their values, pooled: sorted, without doubles.
    pub(super) values: Vec<Value>,
    pub(super) serial: Option<u32>,
    pub(super) uuid: Option<u32>,
    pub(super) family: Option<Family>,
    /// Its sightings with a session, by the session's start.
    pub(super) sessions: Vec<u32>,
    /// No agent among them.
    pub(super) rows_only: bool,
    pub(super) retired: bool,
    pub(super) container: bool,
    /// Its sightings that a never-together names.
    pub(super) never: Vec<u32>,
}

impl Group {
    pub(super) fn of(&self, kind: Kind) -> &[Value] {
        of_kind(&self.values, kind)
    }

    pub(super) fn has(&self, kind: Kind) -> bool {
        !self.of(kind).is_empty()
    }
}

/// All groups.
pub(super) struct Groups {
    root: Vec<u32>,
    groups: Vec<Option<Box<Group>>>,
    /// Names of the groups there are, in order.
    pub(super) alive: Vec<u32>,
}

impl Groups {
    /// One group a sighting.
    pub(super) fn new(profiles: &[Profile], rows: &[bool], never: &BTreeMap<u32, Vec<u32>>) -> Self {
        let numbers = || 0u32..u32::try_from(profiles.len()).unwrap_or(u32::MAX);
        let single = |(number, (profile, row)): (u32, (&Profile, &bool))| {
            Some(Box::new(Group {
                members: vec![number],
                values: profile.values.clone(),
                serial: profile.serial,
                uuid: profile.uuid,
                family: profile.family,
                sessions: if profile.session.is_some() { vec![number] } else { Vec::new() },
                rows_only: *row,
                retired: profile.retired,
                container: profile.container,
                never: if never.contains_key(&number) { vec![number] } else { Vec::new() },
            }))
        };
        Self {
            root: numbers().collect(),
            groups: numbers().zip(profiles.iter().zip(rows)).map(single).collect(),
            alive: numbers().collect(),
        }
    }

    /// The group that holds a sighting.
    pub(super) fn find(&self, sighting: u32) -> u32 {
        let mut at = sighting;
        while let Some(next) = self.root.get(at as usize).copied().filter(|next| *next != at) {
            at = next;
        }
        at
    }

    /// The group with this name; its founding sighting must be one.
    pub(super) fn get(&self, name: u32) -> Option<&Group> {
        self.groups.get(name as usize)?.as_deref()
    }

    /// Makes one group of `names`, and gives those that are no longer named.
    pub(super) fn merge(&mut self, names: &[u32], profiles: &[Profile]) -> Vec<u32> {
        let mut names: Vec<u32> = names.iter().map(|name| self.find(*name)).collect();
        names.sort_unstable();
        names.dedup();
        let Some((first, rest)) = names.split_first() else { return Vec::new() };
        let Some(mut whole) = self.groups.get_mut(*first as usize).and_then(Option::take) else { return Vec::new() };
        for name in rest {
            let Some(part) = self.groups.get_mut(*name as usize).and_then(Option::take) else { continue };
            if let Some(root) = self.root.get_mut(*name as usize) {
                *root = *first;
            }
            whole.members.extend(part.members);
            whole.values.extend(part.values);
            whole.sessions.extend(part.sessions);
            whole.never.extend(part.never);
            whole.serial = whole.serial.or(part.serial);
            whole.uuid = whole.uuid.or(part.uuid);
            whole.family = whole.family.or(part.family);
            whole.rows_only &= part.rows_only;
            whole.retired |= part.retired;
            whole.container |= part.container;
        }
        whole.members.sort_unstable();
        whole.values.sort_unstable();
        whole.values.dedup();
        let start = |n: &u32| profiles.get(*n as usize).and_then(|p| p.session).map_or(i64::MAX, |s| s.start);
        whole.sessions.sort_unstable_by_key(|n| (start(n), *n));
        if let Some(place) = self.groups.get_mut(*first as usize) {
            *place = Some(whole);
        }
        rest.to_vec()
    }

    /// Forgets names that merged away; called between rules.
    pub(super) fn settle(&mut self) {
        let flat: Vec<u32> = self.alive.iter().map(|name| self.find(*name)).collect();
        for (name, root) in self.alive.iter().zip(flat) {
            if let Some(place) = self.root.get_mut(*name as usize) {
                *place = root;
            }
        }
        let groups = &self.groups;
        self.alive.retain(|name| groups.get(*name as usize).is_some_and(Option::is_some));
    }
}
