//! What a device may be: suggestions (rules 100 to 140), candidates ranked in bits, refused links, dissent.
//!
//! Nothing here links. **Invariant**: work is linear in the values; a value that more than a few devices carry suggests
//! nothing.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use super::group::Group;
use super::link::Linker;
use super::task::Task;
use super::value::{Kind, Value, disjoint, of_kind, share};
use super::veto::{Also, NEVER};
use super::{Device, NEW_DEVICE};

mod near;

/// Devices under one value beyond which it suggests nothing.
const SHARED_MAX: usize = 8;
/// Candidates kept a device.
const CANDIDATES_MAX: usize = 5;
/// Devices of one task that are ranked against one another.
const RANKED_MAX: usize = 32;
/// Refused links kept a device.
const VETOES_MAX: usize = 16;

/// One rule that suggests.
pub(super) struct Rule {
    pub(super) number: u16,
    pub(super) name: &'static str,
    find: fn(&Linker<'_>, &mut Vec<(u32, u32)>),
}

/// The rules that suggest, surest first.
pub(super) const RULES: [Rule; 5] = [
    Rule { number: 100, name: "name_and_model_or_disk", find: name_and_model_or_disk },
    Rule { number: 110, name: "name", find: name },
    Rule { number: 120, name: "one_mac", find: one_mac },
    Rule { number: 130, name: "near_serial", find: near::serials },
    Rule { number: 140, name: "label_is_name", find: near::labels },
];

/// A device that another may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Its place in [`super::Identity::devices`].
    pub device: usize,
    /// The rule that points there.
    pub rule: u16,
    /// Evidence for, less evidence against, in bits.
    pub bits: i32,
}

/// A link that was refused.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Veto {
    /// The device it would have linked to: a place in [`super::Identity::devices`].
    pub device: usize,
    /// The rule that would have linked.
    pub rule: u16,
    /// Why not: a closed code.
    pub code: &'static str,
}

/// A weaker rule that points elsewhere than the one that linked.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Dissent {
    /// Where it points: a place in [`super::Identity::devices`].
    pub device: usize,
    /// The weaker rule.
    pub rule: u16,
}

/// Fills candidates, vetoes and dissent of `devices`.
pub(super) fn fill(
    linker: &Linker<'_>,
    tasks: &[Task],
    devices: &mut [Device],
    device_of: impl Fn(u32) -> Option<usize>,
) {
    refused(linker, devices, &device_of);
    let mut pairs: BTreeMap<(usize, usize), u16> = BTreeMap::new();
    for task in tasks {
        let named = task.devices.iter().take(RANKED_MAX);
        for (at, a) in named.clone().enumerate() {
            for b in named.clone().skip(at).filter(|b| *b != a) {
                pairs.entry((*a, *b)).or_insert(task.rule);
            }
        }
    }
    for rule in &RULES {
        let mut found = Vec::new();
        (rule.find)(linker, &mut found);
        for (a, b) in found {
            let suggests = a != b && linker.veto(a, b, Also::Nothing).is_none();
            if let Some((a, b)) = device_of(a).zip(device_of(b)).filter(|_| suggests) {
                pairs.entry((a.min(b), a.max(b))).or_insert(rule.number);
            }
        }
    }
    if pairs.is_empty() {
        return;
    }
    let names = Names::new(linker);
    let alive = &linker.groups.alive;
    let group = |device: usize| alive.get(device).and_then(|name| linker.groups.get(*name));
    for ((a, b), rule) in pairs {
        let Some((one, other)) = group(a).zip(group(b)) else { continue };
        let bits = bits(one, other, &names);
        for (of, device) in [(a, b), (b, a)] {
            devices.get_mut(of).into_iter().for_each(|d| d.candidates.push(Candidate { device, rule, bits }));
        }
    }
    for device in devices {
        device.candidates.sort_by_key(|c| (-c.bits, c.rule, c.device));
        device.candidates.truncate(CANDIDATES_MAX);
    }
}

fn refused(linker: &Linker<'_>, devices: &mut [Device], device_of: &impl Fn(u32) -> Option<usize>) {
    for blocked in &linker.blocked {
        let Some((a, b)) = device_of(blocked.a).zip(device_of(blocked.b)).filter(|(a, b)| a != b) else { continue };
        for (of, device) in [(a, b), (b, a)] {
            let Some(place) = devices.get_mut(of) else { continue };
            place.vetoes.push(Veto { device, rule: blocked.rule, code: blocked.reason });
            let name = linker.groups.alive.get(of).and_then(|name| linker.groups.get(*name));
            let members = name.map(|g| g.members.as_slice()).unwrap_or_default();
            let linked = members.iter().filter_map(|n| linker.joined_by.get(*n as usize)).min();
            if blocked.reason != NEVER && linked.is_some_and(|by| *by < blocked.rule && *by < NEW_DEVICE) {
                place.dissent.push(Dissent { device, rule: blocked.rule });
            }
        }
    }
    for device in devices {
        device.vetoes.sort_unstable();
        device.vetoes.dedup();
        device.vetoes.truncate(VETOES_MAX);
        device.dissent.sort_unstable();
        device.dissent.dedup();
        device.dissent.truncate(VETOES_MAX);
    }
}

/// 100: host name, and model or disk.
fn name_and_model_or_disk(linker: &Linker<'_>, found: &mut Vec<(u32, u32)>) {
    let mut keys: Vec<(Value, Value, u32)> = Vec::new();
    each(linker, |name, group| {
        for host in group.of(Kind::Hostname) {
            let more = group.of(Kind::Model).iter().chain(group.of(Kind::Disk));
            keys.extend(more.map(|value| (*host, *value, name)));
        }
    });
    pairs_of(keys, found);
}

/// 110: host name.
fn name(linker: &Linker<'_>, found: &mut Vec<(u32, u32)>) {
    let mut keys: Vec<(Value, Value, u32)> = Vec::new();
    each(linker, |name, group| keys.extend(group.of(Kind::Hostname).iter().map(|host| (*host, Value::NONE, name))));
    pairs_of(keys, found);
}

/// 120: one stable address.
fn one_mac(linker: &Linker<'_>, found: &mut Vec<(u32, u32)>) {
    let mut keys: Vec<(Value, Value, u32)> = Vec::new();
    each(linker, |name, group| keys.extend(group.of(Kind::Mac).iter().map(|mac| (*mac, Value::NONE, name))));
    pairs_of(keys, found);
}

fn each(linker: &Linker<'_>, mut see: impl FnMut(u32, &Group)) {
    for name in &linker.groups.alive {
        if let Some(group) = linker.groups.get(*name) {
            see(*name, group);
        }
    }
}

fn pairs_of(mut keys: Vec<(Value, Value, u32)>, found: &mut Vec<(u32, u32)>) {
    keys.sort_unstable();
    keys.dedup();
    for bucket in keys.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
        if bucket.len() > SHARED_MAX {
            continue;
        }
        for (at, (.., a)) in bucket.iter().enumerate() {
            found.extend(bucket.iter().skip(at).filter(|(.., b)| b != a).map(|(.., b)| (*a, *b)));
        }
    }
}

/// How often host names occur among the things of the client.
struct Names {
    things: u32,
    with: BTreeMap<Value, u32>,
}

impl Names {
    fn new(linker: &Linker<'_>) -> Self {
        let mut named: Vec<(Value, u32)> = Vec::new();
        let mut things: Vec<u32> = Vec::new();
        for profile in &linker.profiles {
            things.push(profile.native);
            named.extend(of_kind(&profile.values, Kind::Hostname).iter().map(|host| (*host, profile.native)));
        }
        things.sort_unstable();
        things.dedup();
        named.sort_unstable();
        named.dedup();
        let mut with: BTreeMap<Value, u32> = BTreeMap::new();
        for (host, _) in named {
            let count = with.entry(host).or_default();
            *count = count.saturating_add(1);
        }
        Self { things: u32::try_from(things.len()).unwrap_or(u32::MAX), with }
    }

    fn bits(&self, host: Value) -> i32 {
        let with = self.with.get(&host).copied().unwrap_or(1);
        let ratio = self.things.checked_div(with).unwrap_or(1).max(1);
        i32::try_from(ratio.ilog2()).unwrap_or(8).min(8)
    }
}

/// Evidence that two groups are one device, in bits: what agrees, less what differs.
fn bits(a: &Group, b: &Group, names: &Names) -> i32 {
    let agree = |kind: Kind| share(a.of(kind), b.of(kind));
    let differ = |kind: Kind| disjoint(a.of(kind), b.of(kind));
    let weigh = |kind: Kind, gain: i32, loss: i32| match () {
        () if agree(kind) => gain,
        () if differ(kind) => -loss,
        () => 0,
    };
    let same = |x: Option<u32>, y: Option<u32>| x.zip(y).map(|(x, y)| x == y);
    let serial = match same(a.serial, b.serial) {
        Some(true) if !differ(Kind::Maker) => 20,
        Some(false) => -20,
        _ => 0,
    };
    let uuid = match same(a.uuid, b.uuid) {
        Some(true) => 18,
        Some(false) => -12,
        None => 0,
    };
    let shared_macs = a.of(Kind::Mac).iter().filter(|mac| b.of(Kind::Mac).binary_search(mac).is_ok()).count();
    let macs = match shared_macs {
        0 if differ(Kind::Mac) => -1,
        0 => 0,
        1 => 8,
        _ => 16,
    };
    let host = a.of(Kind::Hostname).iter().find(|host| b.of(Kind::Hostname).contains(host));
    let host = match host {
        Some(host) => names.bits(*host),
        None if differ(Kind::Hostname) => -2,
        None => 0,
    };
    let directory = weigh(Kind::AdSid, 18, 8).max(weigh(Kind::EntraDeviceId, 18, 8));
    let directory =
        if directory == 0 { weigh(Kind::AdSid, 18, 8).min(weigh(Kind::EntraDeviceId, 18, 8)) } else { directory };
    let family = if a.family.zip(b.family).is_some_and(|(x, y)| x != y) { -10 } else { 0 };
    let parts = [
        serial,
        uuid,
        directory,
        weigh(Kind::Board, 12, 0),
        weigh(Kind::Disk, 10, 3),
        weigh(Kind::MachineId, 10, 2),
        macs,
        host,
        weigh(Kind::Model, 2, 4),
        weigh(Kind::Os, 1, 0),
        family,
    ];
    parts.into_iter().sum()
}

/// The alphanumeric text of a value, upper case.
fn plain(text: &str) -> String {
    crate::identifier::alphanumeric(text)
}
