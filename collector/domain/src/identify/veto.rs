//! What no rule may join: two sightings that cannot be one machine.
//!
//! **Invariant**: a veto holds between two sightings and is symmetric; two groups veto each other when a sighting of one
//! vetoes a sighting of the other. A group that no pin joined holds no vetoed pair, so one serial, one UUID and one family
//! stand for all its sightings here.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use super::group::Group;
use super::link::Linker;
use super::profile::{Profile, Session};
use super::value::{Kind, Value, disjoint, of_kind};

/// Two machines that ran together for longer than this are two.
const OVERLAP_SECONDS: i64 = 300;
/// Boot instants of one boot, read twice, differ by less.
const ONE_BOOT_SECONDS: i64 = 120;

/// Two valid system serials that differ.
pub(super) const SERIAL: &str = "serial_differs";
/// Two UUIDs that differ in both byte orders.
pub(super) const UUID: &str = "uuid_differs";
/// Two families, both sure.
pub(super) const FAMILY: &str = "family_differs";
/// A person said never.
pub(super) const NEVER: &str = "never_together";
/// Two machines that ran at once.
pub(super) const RUNNING: &str = "running_together";
/// One identity in two boots at once.
pub(super) const CLONE: &str = "clone";
/// For directory ids only: adapters and disks with nothing in common.
pub(super) const HARDWARE: &str = "hardware_differs";

/// For serials without a UUID on both sides only: host names and stable adapters, all known, with nothing in common.
pub(super) const NAME_AND_CARDS: &str = "name_and_cards_differ";

/// Every reason for which two things are never joined, in the order in which they are asked.
pub const VETOES: [&str; 8] = [NEVER, SERIAL, UUID, FAMILY, CLONE, RUNNING, HARDWARE, NAME_AND_CARDS];

/// What vetoes at some rules only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Also {
    /// Nothing more.
    Nothing,
    /// Adapters and disks with nothing in common, between two sightings.
    Hardware,
    /// Host names and adapters with nothing in common, both, between two groups.
    NameAndCards,
}

impl Linker<'_> {
    /// Why two groups cannot be one.
    pub(super) fn veto(&self, a: u32, b: u32, also: Also) -> Option<&'static str> {
        let (one, other) = (self.groups.get(a)?, self.groups.get(b)?);
        let differ = |x: Option<u32>, y: Option<u32>| x.zip(y).is_some_and(|(x, y)| x != y);
        let never =
            |n: &u32| self.decided.never.get(n).is_some_and(|with| with.iter().any(|m| self.groups.find(*m) == b));
        if one.never.iter().any(never) {
            return Some(NEVER);
        }
        if differ(one.serial, other.serial) {
            return Some(SERIAL);
        }
        if differ(one.uuid, other.uuid) {
            return Some(UUID);
        }
        if one.family.zip(other.family).is_some_and(|(x, y)| x != y) {
            return Some(FAMILY);
        }
        self.sessions_veto(&one.sessions, &other.sessions).or_else(|| match also {
            Also::Nothing => None,
            Also::Hardware => self.hardware_veto(&one.members, &other.members).then_some(HARDWARE),
            Also::NameAndCards => name_and_cards_differ(one, other).then_some(NAME_AND_CARDS),
        })
    }

    /// Whether any two of `groups` veto each other; near linear in their sightings.
    pub(super) fn any_veto(&self, groups: &[u32], also: Also) -> bool {
        let there = || groups.iter().filter_map(|name| self.groups.get(*name));
        if several(there().filter_map(|g| g.serial))
            || several(there().filter_map(|g| g.uuid))
            || several(there().filter_map(|g| g.family))
        {
            return true;
        }
        let never = |g: &u32| {
            let named = self.groups.get(*g).map(|group| group.never.as_slice()).unwrap_or_default();
            let others = named.iter().filter_map(|n| self.decided.never.get(n)).flatten();
            others.map(|other| self.groups.find(*other)).any(|other| other != *g && groups.contains(&other))
        };
        groups.iter().any(never)
            || self.any_running_together(groups)
            || match also {
                Also::Nothing => false,
                Also::Hardware => self.any_hardware_veto(groups),
                Also::NameAndCards => self.any_names_and_cards_differ(groups),
            }
    }

    fn any_running_together(&self, groups: &[u32]) -> bool {
        let mut spans: Vec<(i64, u32, u32)> = Vec::new();
        for name in groups {
            let Some(group) = self.groups.get(*name) else { continue };
            let start = |n: u32| Some((self.profiles.get(n as usize)?.session?.start, n, *name));
            spans.extend(group.sessions.iter().filter_map(|n| start(*n)));
        }
        spans.sort_unstable();
        let mut running = Running::default();
        for (start, number, name) in spans {
            let Some((profile, session)) = self.profiles.get(number as usize).and_then(|p| Some((p, p.session?)))
            else {
                continue;
            };
            let lasts = |n: u32| {
                let session = self.profiles.get(n as usize).and_then(|p| p.session);
                session.is_some_and(|s| s.end.saturating_sub(start) > OVERLAP_SECONDS)
            };
            let vetoes = |(n, of): &(u32, u32)| *of != name && self.session_veto(*n, number).is_some();
            if running.any(profile, session, lasts, vetoes) {
                return true;
            }
            running.add(profile, session, (number, name));
        }
        false
    }

    /// Both lists ordered by the session's start.
    fn sessions_veto(&self, one: &[u32], other: &[u32]) -> Option<&'static str> {
        let start = |n: &u32| self.profiles.get(*n as usize).and_then(|p| p.session).map_or(i64::MAX, |s| s.start);
        let end = |n: &u32| self.profiles.get(*n as usize).and_then(|p| p.session).map_or(i64::MIN, |s| s.end);
        let mut found = None;
        for a in one {
            for b in other.iter().take_while(|b| start(b) < end(a)) {
                match self.session_veto(*a, *b) {
                    Some(CLONE) => return Some(CLONE),
                    Some(reason) => found = Some(reason),
                    None => {}
                }
            }
        }
        found
    }

    /// What two sessions say: a clone, two machines at once, or nothing.
    pub(super) fn session_veto(&self, a: u32, b: u32) -> Option<&'static str> {
        let (one, other) = (self.profiles.get(a as usize)?, self.profiles.get(b as usize)?);
        let (x, y) = (one.session?, other.session?);
        if !overlap(x, y) || (one.pinned.is_some() && one.pinned == other.pinned) {
            return None;
        }
        let two_boots = !one_boot(x, y);
        if one.agent.is_some() && one.agent == other.agent {
            return two_boots.then_some(CLONE);
        }
        if two_boots && one_identity(one, other) {
            return Some(CLONE);
        }
        disjoint(one.macs(), other.macs()).then_some(RUNNING)
    }

    fn hardware_veto(&self, one: &[u32], other: &[u32]) -> bool {
        let (one, other) = (self.hardware_sets(one), self.hardware_sets(other));
        one.iter().any(|a| other.iter().any(|b| disjoint(a, b)))
    }

    fn any_hardware_veto(&self, groups: &[u32]) -> bool {
        let sets = |name: &u32| self.groups.get(*name).map(|g| self.hardware_sets(&g.members)).unwrap_or_default();
        let mut sets: Vec<(Vec<Value>, u32)> =
            groups.iter().flat_map(|g| sets(g).into_iter().map(|s| (s, *g))).collect();
        sets.sort_unstable();
        sets.dedup();
        let pairs = sets.iter().enumerate();
        pairs.into_iter().any(|(at, (a, of))| sets.iter().skip(at).any(|(b, to)| of != to && disjoint(a, b)))
    }

    fn any_names_and_cards_differ(&self, groups: &[u32]) -> bool {
        let told = |group: &&Group| group.has(Kind::Hostname) && group.has(Kind::Mac);
        let there: Vec<&Group> = groups.iter().filter_map(|name| self.groups.get(*name)).filter(told).collect();
        there.iter().enumerate().any(|(at, one)| there.iter().skip(at).any(|other| name_and_cards_differ(one, other)))
    }

    /// The distinct sets of stable adapters and disks that the sightings show.
    fn hardware_sets(&self, members: &[u32]) -> Vec<Vec<Value>> {
        let set = |n: &u32| {
            let profile = self.profiles.get(*n as usize)?;
            let mut set = profile.macs().to_vec();
            set.extend_from_slice(of_kind(&profile.values, Kind::Disk));
            (!set.is_empty()).then_some(set)
        };
        let mut sets: Vec<Vec<Value>> = members.iter().filter_map(set).collect();
        sets.sort_unstable();
        sets.dedup();
        sets
    }

    /// Machine-ids that two agents show in sessions that overlap: they link nothing.
    pub(super) fn shared_while_running(&self, carriers: &[u32]) -> bool {
        let mut spans: Vec<(i64, u32)> = Vec::new();
        for number in carriers {
            let profile = self.profiles.get(*number as usize).filter(|p| p.agent.is_some());
            spans.extend(profile.and_then(|p| p.session).map(|s| (s.start, *number)));
        }
        spans.sort_unstable();
        let mut running: Vec<u32> = Vec::new();
        for (_, number) in spans {
            let Some(profile) = self.profiles.get(number as usize) else { continue };
            let other = |n: &u32| self.profiles.get(*n as usize).filter(|p| p.agent != profile.agent);
            let apart = |p: &Profile| p.pinned.is_none() || p.pinned != profile.pinned;
            let together = |p: &Profile| p.session.zip(profile.session).is_some_and(|(a, b)| overlap(a, b));
            if running.iter().filter_map(other).any(|p| apart(p) && together(p)) {
                return true;
            }
            // One running session an agent is enough: the one that lasts longest.
            let end = |n: u32| self.profiles.get(n as usize).and_then(|p| p.session).map_or(i64::MIN, |s| s.end);
            let same = |n: u32| self.profiles.get(n as usize).is_some_and(|p| p.agent == profile.agent);
            match running.iter_mut().find(|n| same(**n)) {
                Some(kept) if end(number) > end(*kept) => *kept = number,
                Some(_) => {}
                None => running.push(number),
            }
        }
        false
    }
}

/// Sessions that may still run, by what decides whether they can veto at all; those that cannot are not looked at.
#[derive(Default)]
struct Running<'p> {
    alike: BTreeMap<Alike<'p>, Vec<(u32, u32)>>,
    /// By agent and boot.
    agents: BTreeMap<(Value, i64), Vec<(u32, u32)>>,
}

/// What two sessions without a common agent are compared by.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Alike<'p> {
    macs: &'p [Value],
    serial: Option<u32>,
    uuid: Option<u32>,
    boot: i64,
}

impl<'p> Running<'p> {
    fn add(&mut self, profile: &'p Profile, session: Session, member: (u32, u32)) {
        let key = Alike { macs: profile.macs(), serial: profile.serial, uuid: profile.uuid, boot: session.boot };
        self.alike.entry(key).or_default().push(member);
        if let Some(agent) = profile.agent {
            self.agents.entry((agent, session.boot)).or_default().push(member);
        }
    }

    /// Whether any that still runs vetoes the session; forgets those that ended.
    fn any(
        &mut self,
        profile: &Profile,
        session: Session,
        lasts: impl Fn(u32) -> bool,
        vetoes: impl Fn(&(u32, u32)) -> bool,
    ) -> bool {
        let one_boot = |boot: i64| boot.abs_diff(session.boot) <= ONE_BOOT_SECONDS.unsigned_abs();
        let mut found = false;
        self.alike.retain(|alike, members| {
            let identity =
                alike.serial.zip(alike.uuid).is_some_and(|both| Some(both) == profile.serial.zip(profile.uuid));
            if !found && ((identity && !one_boot(alike.boot)) || disjoint(alike.macs, profile.macs())) {
                members.retain(|(n, _)| lasts(*n));
                found = members.iter().any(&vetoes);
            }
            !members.is_empty()
        });
        if let Some(agent) = profile.agent {
            for ((_, boot), members) in self.agents.range((agent, i64::MIN)..=(agent, i64::MAX)) {
                found |= !one_boot(*boot) && members.iter().any(|member| lasts(member.0) && vetoes(member));
            }
        }
        found
    }
}

/// Another name and other cards: of two nodes of one chassis, which bear one serial.
fn name_and_cards_differ(one: &Group, other: &Group) -> bool {
    [Kind::Hostname, Kind::Mac].into_iter().all(|kind| disjoint(one.of(kind), other.of(kind)))
}

fn several<T: PartialEq>(mut values: impl Iterator<Item = T>) -> bool {
    values.next().is_some_and(|first| values.any(|value| value != first))
}

fn overlap(a: Session, b: Session) -> bool {
    a.end.min(b.end).saturating_sub(a.start.max(b.start)) > OVERLAP_SECONDS
}

/// Read twice, one boot gives about one instant: by the machine's clock, or by ours where the machine's was set since.
fn one_boot(a: Session, b: Session) -> bool {
    a.boot.abs_diff(b.boot) <= ONE_BOOT_SECONDS.unsigned_abs()
        || a.start.abs_diff(b.start) <= ONE_BOOT_SECONDS.unsigned_abs()
}

/// One serial and one strong UUID on both sides.
fn one_identity(a: &Profile, b: &Profile) -> bool {
    let strong = |p: &Profile| !of_kind(&p.values, Kind::Uuid).is_empty();
    a.serial.is_some() && a.serial == b.serial && a.uuid == b.uuid && strong(a) && strong(b)
}
