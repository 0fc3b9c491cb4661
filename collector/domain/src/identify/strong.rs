//! Rules on identities that makers and directories give: 0 to 60.
//!
//! **Invariant**: from rule 40 on a value that two vetoed sightings carry has no power (the linker sees to it).

use alloc::vec::Vec;

use super::link::{Entry, Linker, Spec};
use super::medium::medium;
use super::value::{Kind, Value};
use super::veto::{Also, NEVER};

/// 0: what a person joined, unless a person parted it.
pub(super) fn pins(linker: &mut Linker<'_>) {
    for (a, b) in linker.decided.pins.clone() {
        let (a, b) = (linker.groups.find(a), linker.groups.find(b));
        if a != b && linker.veto(a, b, Also::Nothing) != Some(NEVER) {
            linker.merge(0, &[a, b]);
        }
    }
    linker.groups.settle();
}

/// 10: one agent id.
pub(super) fn agent_id(linker: &mut Linker<'_>) {
    linker.fork(10, Kind::Agent);
}

/// 20: one native id of one source.
pub(super) fn native_id(linker: &mut Linker<'_>) {
    linker.fork(20, Kind::Native);
}

/// 30: system serial and UUID, whatever the makers.
pub(super) fn serial_and_uuid(linker: &mut Linker<'_>) {
    let mut entries = Vec::new();
    each_pair(linker, Kind::System, Kind::Uuid, |serial, uuid, group| {
        entries.push(Entry { key: [serial, uuid, Value::NONE], class: 0, group });
    });
    linker.link(Spec::plain(30), entries);
}

const WITH_UUID: u8 = 0;
const WITHOUT: u8 = 1;
const ROWS: u8 = 2;

/// 40: serial and maker; the UUID on one side only, or on neither and something more: a medium id, or one side rows only.
///
/// An untyped serial counts as the system's here: the maker stands beside it.
pub(super) fn serial_and_maker(linker: &mut Linker<'_>) {
    let mut entries = Vec::new();
    for name in &linker.groups.alive {
        let Some(group) = linker.groups.get(*name) else { continue };
        let class = if group.has(Kind::Uuid) || group.has(Kind::WeakUuid) {
            WITH_UUID
        } else if group.rows_only {
            ROWS
        } else {
            WITHOUT
        };
        let serials = group.of(Kind::System).iter().chain(group.of(Kind::Untyped)).map(|v| v.cast(Kind::System));
        for serial in serials {
            for maker in group.of(Kind::Maker) {
                entries.push(Entry { key: [serial, *maker, Value::NONE], class, group: *name });
                let more = if class == WITHOUT { medium(linker, group) } else { Vec::new() };
                entries.extend(more.into_iter().map(|m| Entry {
                    key: [serial, *maker, m.value],
                    class: MEDIUM,
                    group: *name,
                }));
            }
        }
    }
    let fits = |a, b| match (a, b) {
        (MEDIUM, MEDIUM) => true,
        (WITH_UUID, WITH_UUID) | (WITHOUT, WITHOUT) => false,
        (a, b) => a != MEDIUM && b != MEDIUM,
    };
    linker.link(Spec { fits, also: Also::NameAndCards, ..Spec::plain(40) }, entries);
}

/// Class of the keys that carry a medium id beside the strong one.
const MEDIUM: u8 = 3;

/// 50: UUID, the serial on one side only; on neither, one more medium id.
pub(super) fn uuid(linker: &mut Linker<'_>) {
    const WITH_SERIAL: u8 = 0;
    let mut entries = Vec::new();
    for name in &linker.groups.alive {
        let Some(group) = linker.groups.get(*name) else { continue };
        let class = if group.has(Kind::System) { WITH_SERIAL } else { WITHOUT };
        for uuid in group.of(Kind::Uuid) {
            entries.push(Entry { key: [*uuid, Value::NONE, Value::NONE], class, group: *name });
            let more = if class == WITHOUT { medium(linker, group) } else { Vec::new() };
            entries.extend(more.into_iter().map(|m| Entry {
                key: [*uuid, m.value, Value::NONE],
                class: MEDIUM,
                group: *name,
            }));
        }
    }
    let fits = |a, b| matches!((a, b), (MEDIUM, MEDIUM) | (WITH_SERIAL, WITHOUT) | (WITHOUT, WITH_SERIAL));
    linker.link(Spec { fits, ..Spec::plain(50) }, entries);
}

/// 60: a directory's id of the computer account.
pub(super) fn directory(linker: &mut Linker<'_>) {
    let mut entries = Vec::new();
    for name in &linker.groups.alive {
        let Some(group) = linker.groups.get(*name) else { continue };
        for id in group.of(Kind::AdSid).iter().chain(group.of(Kind::EntraDeviceId)) {
            entries.push(Entry { key: [*id, Value::NONE, Value::NONE], class: 0, group: *name });
        }
    }
    linker.link(Spec { also: Also::Hardware, ..Spec::plain(60) }, entries);
}

fn each_pair(linker: &Linker<'_>, one: Kind, other: Kind, mut found: impl FnMut(Value, Value, u32)) {
    for name in &linker.groups.alive {
        let Some(group) = linker.groups.get(*name) else { continue };
        for a in group.of(one) {
            for b in group.of(other) {
                found(*a, *b, *name);
            }
        }
    }
}
