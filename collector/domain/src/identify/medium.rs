//! Rules on serials alone, on parts and on names: 70 to 95.
//!
//! **Invariant**: a part (board, card, disk) counts once however many values it shows; a row that only has a name never
//! joins two devices.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use super::group::Group;
use super::link::{Entry, Linker, Spec};
use super::value::{Kind, Value, of_kind};
use super::veto::Also;

/// A value of one part of a machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Medium {
    pub(super) value: Value,
    part: Part,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Board,
    Card,
    Disk,
}

/// Values of one group taken by pairs; more than any machine has.
const MEDIUM_MAX: usize = 64;

/// The medium ids of a group: baseboard serial, stable addresses, disk serials, machine-id.
pub(super) fn medium(linker: &Linker<'_>, group: &Group) -> Vec<Medium> {
    let card = |mac: &Value| group.of(Kind::CardMac).binary_search(&mac.cast(Kind::CardMac)).is_ok();
    let counts = |value: &&Value| linker.doubled.binary_search(value).is_err();
    let boards = group.of(Kind::Board).iter().map(|value| Medium { value: *value, part: Part::Board });
    let macs = group
        .of(Kind::Mac)
        .iter()
        .map(|value| Medium { value: *value, part: if card(value) { Part::Card } else { Part::Board } });
    let disks = group.of(Kind::Disk).iter().chain(group.of(Kind::MachineId).iter().filter(counts));
    boards.chain(macs).chain(disks.map(|value| Medium { value: *value, part: Part::Disk })).take(MEDIUM_MAX).collect()
}

const MAKER: u8 = 0;
const NO_MAKER: u8 = 1;
const NO_MAKER_ROWS: u8 = 2;
const UNTYPED: u8 = 4;

/// 70: the serial alone, the maker on one side only, or on neither when one side is rows only.
///
/// Three steps, for serials whose scope a list does not tell: as the system's, the chassis', the baseboard's. All carriers
/// with a maker must be one group, else a serial of two makers would tie them.
pub(super) fn serial(linker: &mut Linker<'_>) {
    for scope in [Kind::System, Kind::Chassis, Kind::Board] {
        let mut entries = Vec::new();
        for name in &linker.groups.alive {
            let Some(group) = linker.groups.get(*name) else { continue };
            let class = if group.has(Kind::Maker) {
                MAKER
            } else if group.rows_only {
                NO_MAKER_ROWS
            } else {
                NO_MAKER
            };
            let mut entry = |value: &Value, class| {
                entries.push(Entry { key: [value.cast(scope), Value::NONE, Value::NONE], class, group: *name });
            };
            group.of(scope).iter().for_each(|value| entry(value, class));
            group.of(Kind::Untyped).iter().for_each(|value| entry(value, class | UNTYPED));
        }
        let spec = Spec { single: |class| class & !UNTYPED == MAKER, also: Also::NameAndCards, ..Spec::plain(70) };
        let fits = if scope == Kind::System { one_maker } else { one_maker_untyped };
        linker.link(Spec { fits, ..spec }, entries);
    }
}

fn one_maker(a: u8, b: u8) -> bool {
    !matches!((a & !UNTYPED, b & !UNTYPED), (MAKER, MAKER) | (NO_MAKER, NO_MAKER))
}

fn one_maker_untyped(a: u8, b: u8) -> bool {
    (a | b) & UNTYPED != 0 && one_maker(a, b)
}

/// 80: two medium ids of two different parts; or the same set of two or more stable addresses.
pub(super) fn two_parts(linker: &mut Linker<'_>) {
    let mut entries = Vec::new();
    let mut sets: BTreeMap<Vec<Value>, u32> = BTreeMap::new();
    for name in &linker.groups.alive {
        let Some(group) = linker.groups.get(*name) else { continue };
        let values = medium(linker, group);
        for (at, one) in values.iter().enumerate() {
            for other in values.iter().skip(at).filter(|other| other.part != one.part) {
                entries.push(Entry { key: [one.value, other.value, Value::NONE], class: 0, group: *name });
            }
        }
        for set in mac_sets(linker, group) {
            let next = u32::try_from(sets.len()).unwrap_or(u32::MAX);
            let first = set.first().copied().unwrap_or(Value::NONE);
            let set = Value::new(Kind::MacSet, *sets.entry(set).or_insert(next));
            entries.push(Entry { key: [first, set, Value::NONE], class: 0, group: *name });
        }
    }
    linker.link(Spec::plain(80), entries);
}

/// The sets of two or more stable addresses with power that the group shows: pooled, and each sighting's own.
fn mac_sets(linker: &Linker<'_>, group: &Group) -> Vec<Vec<Value>> {
    let set = |macs: &[Value]| -> Vec<Value> { macs.iter().copied().filter(|mac| linker.has_power(*mac)).collect() };
    let mut sets = Vec::from([set(group.of(Kind::Mac))]);
    if group.members.len() > 1 {
        sets.extend(group.members.iter().filter_map(|n| linker.profiles.get(*n as usize)).map(|p| set(p.macs())));
        sets.sort_unstable();
        sets.dedup();
    }
    sets.retain(|set| set.len() > 1);
    sets
}

/// 90: one stable address or the machine-id, and the host name; one side at least without serial and UUID.
pub(super) fn name_and_one(linker: &mut Linker<'_>) {
    const KNOWN: u8 = 0;
    const BARE: u8 = 1;
    let mut entries = Vec::new();
    for name in &linker.groups.alive {
        let Some(group) = linker.groups.get(*name) else { continue };
        let known = [Kind::System, Kind::Untyped, Kind::Uuid].into_iter().any(|kind| group.has(kind));
        let class = if known { KNOWN } else { BARE };
        let ids = group.of(Kind::MachineId).iter().filter(|id| linker.doubled.binary_search(id).is_err());
        for id in group.of(Kind::Mac).iter().chain(ids) {
            for host in group.of(Kind::Hostname) {
                entries.push(Entry { key: [*id, *host, Value::NONE], class, group: *name });
            }
        }
    }
    linker.link(Spec { fits: |a, b| (a, b) != (KNOWN, KNOWN), ..Spec::plain(90) }, entries);
}

/// 95: rows that only have a name.
///
/// Such a row takes the only unretired device of that name, if its own list has the name once; where there is no such
/// device, such rows of several lists take each other.
pub(super) fn name_only_rows(linker: &mut Linker<'_>) {
    let mut told: Vec<(u32, Value, u32)> = Vec::new();
    for profile in &linker.profiles {
        let hosts = of_kind(&profile.values, Kind::Hostname).iter();
        told.extend(profile.list.into_iter().flat_map(|list| hosts.clone().map(move |h| (list, *h, profile.native))));
    }
    told.sort_unstable();
    told.dedup();
    let count = |list: u32, host: Value| {
        let from = told.partition_point(|(l, h, _)| (*l, *h) < (list, host));
        told.iter().skip(from).take_while(|(l, h, _)| (*l, *h) == (list, host)).take(2).count()
    };
    let once = |group: &Group, host: &Value| {
        let rows = group.members.iter().filter_map(|n| linker.profiles.get(*n as usize));
        let mut lists = rows.filter(|p| of_kind(&p.values, Kind::Hostname).contains(host)).filter_map(|p| p.list);
        lists.all(|list| count(list, *host) == 1)
    };
    let mut devices: Vec<(Value, u32)> = Vec::new();
    let mut rows: Vec<(Value, u32)> = Vec::new();
    for name in &linker.groups.alive {
        let Some(group) = linker.groups.get(*name) else { continue };
        for host in group.of(Kind::Hostname) {
            if !name_only(group) {
                devices.extend((!group.retired).then_some((*host, *name)));
            } else if once(group, host) {
                rows.push((*host, *name));
            }
        }
    }
    devices.sort_unstable();
    let named = |host: Value| {
        let from = devices.partition_point(|(h, _)| *h < host);
        devices.iter().skip(from).take_while(move |(h, _)| *h == host).map(|(_, device)| *device)
    };
    let mut of_row: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for (host, row) in &rows {
        of_row.entry(*row).or_default().extend(named(*host).take(2));
    }
    let mut taken: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for (row, around) in &mut of_row {
        around.sort_unstable();
        around.dedup();
        if let [device] = around.as_slice() {
            taken.entry(*device).or_default().push(*row);
        }
    }
    let alone = |row: &u32| of_row.get(row).is_some_and(Vec::is_empty);
    rows.retain(|(_, row)| alone(row));
    rows.sort_unstable();
    join(linker, taken, &rows);
}

/// A group of rows that shows no serial, no address and no UUID.
fn name_only(group: &Group) -> bool {
    let shows = [Kind::System, Kind::Chassis, Kind::Board, Kind::Untyped, Kind::Uuid, Kind::WeakUuid, Kind::Mac];
    group.rows_only && shows.into_iter().all(|kind| !group.has(kind))
}

fn join(linker: &mut Linker<'_>, taken: BTreeMap<u32, Vec<u32>>, rows: &[(Value, u32)]) {
    for (device, rows) in taken {
        let whole: Vec<u32> = [device].into_iter().chain(rows).collect();
        if !linker.any_veto(&whole, Also::Nothing) {
            linker.merge(95, &whole);
        }
    }
    let entry = |(host, row): &(Value, u32)| Entry { key: [*host, Value::NONE, Value::NONE], class: 0, group: *row };
    let entries = rows.iter().map(entry).collect();
    linker.link(Spec::plain(95), entries);
}
