//! Tasks: what the rules could not settle, one a value, for a person.
//!
//! **Invariant**: a task names two devices or more; it is gone once they are one, or once decisions part every two of
//! them. Containers and suggestions make none.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use super::id;
use super::link::Linker;
use super::profile::native_name;
use super::value::{Kind, Value};
use super::veto::{Also, SERIAL, UUID};

/// Devices of one task that are compared pair by pair to see what decisions left open; beyond it the task stays.
const PARTED_MAX: usize = 64;

/// Every code of a task.
pub const TASKS: [&str; 8] = [
    "ambiguous_match",
    "ambiguous_value",
    "clone",
    "conflicting_match",
    "identity_moved",
    "part_moved",
    "serial_under_two_uuids",
    "vetoed_match",
];

/// A task found while a rule ran: groups by their names then.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    pub(super) code: &'static str,
    pub(super) rule: u16,
    pub(super) value: Value,
    pub(super) groups: Vec<u32>,
}

/// An open question about which sightings are one device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// H(client, kind and value): the same as long as the question is.
    pub id: String,
    /// `ambiguous_match` (a group between two that exclude each other), `conflicting_match` (a component that did not
    /// merge), `vetoed_match`, `ambiguous_value`, `serial_under_two_uuids`, `part_moved` (one disk or TPM on both sides of
    /// a veto), `identity_moved` (one agent or native id on two machines) or `clone`.
    pub code: &'static str,
    /// What to propose first: `choose`, `board_swap` (merge), `replace` (in the slot) or `re_key`.
    pub proposal: &'static str,
    /// The rule that asks.
    pub rule: u16,
    /// Kind of the value: an identifier's kind, `agent` or `native_id`.
    pub kind: &'static str,
    /// The value.
    pub value: String,
    /// Devices it names, by their place in [`super::Identity::devices`], in order.
    pub devices: Vec<usize>,
}

/// The open tasks. `device_of` gives a group's place among the devices.
pub(super) fn open(
    client: &str,
    linker: &Linker<'_>,
    texts: &[&str],
    device_of: impl Fn(u32) -> Option<usize>,
) -> Vec<Task> {
    let mut drafts = linker.drafts.clone();
    shared_serials(linker, &mut drafts);
    moved_parts(linker, &mut drafts);
    let mut by_value: BTreeMap<Value, Draft> = BTreeMap::new();
    for draft in drafts {
        let groups = draft.groups.iter().map(|g| linker.groups.find(*g));
        let groups: Vec<u32> = groups.filter(|g| linker.groups.get(*g).is_some_and(|g| !g.container)).collect();
        let place = by_value.entry(draft.value).or_insert_with(|| Draft { groups: Vec::new(), ..draft.clone() });
        if (draft.rule, draft.code) < (place.rule, place.code) {
            (place.rule, place.code) = (draft.rule, draft.code);
        }
        place.groups.extend(groups);
    }
    let mut tasks: Vec<Task> = Vec::new();
    for mut draft in by_value.into_values() {
        draft.groups.sort_unstable();
        draft.groups.dedup();
        if draft.groups.len() < 2 || parted(linker, &draft.groups) {
            continue;
        }
        let text = texts.get(draft.value.text() as usize).copied().unwrap_or_default();
        let kind = draft.value.kind_name();
        let native = draft.value.is(Kind::Agent) || draft.value.is(Kind::Native);
        tasks.push(Task {
            id: id::hash(&["task", client, kind, text]),
            code: draft.code,
            proposal: proposal(linker, &draft),
            rule: draft.rule,
            kind,
            value: if native { native_name(text) } else { String::from(text) },
            devices: draft.groups.iter().filter_map(|g| device_of(*g)).collect(),
        });
    }
    tasks.sort_by(|a, b| (a.rule, &a.devices, &a.id).cmp(&(b.rule, &b.devices, &b.id)));
    tasks
}

/// Whether decisions part every two of the groups.
fn parted(linker: &Linker<'_>, groups: &[u32]) -> bool {
    if groups.len() > PARTED_MAX || linker.decided.never.is_empty() {
        return false;
    }
    let never = |a: u32, b: u32| linker.veto(a, b, Also::Nothing) == Some(super::veto::NEVER);
    groups.iter().enumerate().all(|(at, a)| groups.iter().skip(at).filter(|b| *b != a).all(|b| never(*a, *b)))
}

/// A board swap needs a disk or TPM that agrees; an account or a name alone speaks for a replacement in the slot.
fn proposal(linker: &Linker<'_>, draft: &Draft) -> &'static str {
    if draft.code == "clone" {
        return "re_key";
    }
    let [a, b] = draft.groups.as_slice() else { return "choose" };
    if !matches!(linker.veto(*a, *b, Also::Nothing), Some(SERIAL | UUID)) {
        return "choose";
    }
    let pair = linker.groups.get(*a).zip(linker.groups.get(*b));
    let agree = |kinds: &[Kind]| {
        pair.is_some_and(|(a, b)| kinds.iter().any(|kind| super::value::share(a.of(*kind), b.of(*kind))))
    };
    if agree(&[Kind::Disk, Kind::Tpm]) {
        "board_swap"
    } else if agree(&[Kind::AdSid, Kind::EntraDeviceId, Kind::Hostname]) {
        "replace"
    } else {
        "choose"
    }
}

/// One serial and maker under two UUIDs.
fn shared_serials(linker: &Linker<'_>, drafts: &mut Vec<Draft>) {
    let mut carriers: Vec<(Value, Value, u32)> = Vec::new();
    for name in &linker.groups.alive {
        let Some(group) = linker.groups.get(*name).filter(|g| g.uuid.is_some()) else { continue };
        for serial in group.of(Kind::System) {
            carriers.extend(group.of(Kind::Maker).iter().map(|maker| (*serial, *maker, *name)));
        }
    }
    carriers.sort_unstable();
    for bucket in carriers.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)).filter(|bucket| bucket.len() > 1) {
        let uuid = |name: u32| linker.groups.get(name).and_then(|g| g.uuid);
        if bucket.iter().any(|(_, _, name)| uuid(*name) != uuid(bucket[0].2)) {
            let groups = bucket.iter().map(|(.., name)| *name).collect();
            drafts.push(Draft { code: "serial_under_two_uuids", rule: 40, value: bucket[0].0, groups });
        }
    }
}

/// One disk or TPM on both sides of a serial or UUID veto.
fn moved_parts(linker: &Linker<'_>, drafts: &mut Vec<Draft>) {
    let mut carriers: Vec<(Value, u32)> = Vec::new();
    for name in &linker.groups.alive {
        let Some(group) = linker.groups.get(*name) else { continue };
        carriers.extend(group.of(Kind::Disk).iter().chain(group.of(Kind::Tpm)).map(|part| (*part, *name)));
    }
    carriers.sort_unstable();
    for bucket in carriers.chunk_by(|a, b| a.0 == b.0).filter(|bucket| bucket.len() > 1) {
        let differ = |read: fn(&super::group::Group) -> Option<u32>| {
            let mut values = bucket.iter().filter_map(|(_, name)| linker.groups.get(*name)).filter_map(read);
            values.next().is_some_and(|first| values.any(|value| value != first))
        };
        if differ(|g| g.serial) || differ(|g| g.uuid) {
            let strong = |name: &u32| linker.groups.get(*name).is_some_and(|g| g.serial.or(g.uuid).is_some());
            let groups: Vec<u32> = bucket.iter().map(|(_, name)| *name).filter(strong).collect();
            drafts.push(Draft { code: "part_moved", rule: 80, value: bucket[0].0, groups });
        }
    }
}
