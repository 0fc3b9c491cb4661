//! Devices that share an identifier today: on an earlier day, with less known, they may have been one.
//!
//! **Invariant**: every two devices that the rules could have joined on some subset of the sightings are tied here, by one
//! value or by several in a row. A host name ties rows only: between devices it joins nothing.

use alloc::vec::Vec;

use super::link::Linker;
use super::value::{Kind, Value};

const KINDS: [Kind; 8] =
    [Kind::Uuid, Kind::Mac, Kind::Disk, Kind::MachineId, Kind::AdSid, Kind::EntraDeviceId, Kind::Agent, Kind::Native];
/// Serials of any scope: a list does not tell which it means.
const SERIALS: [Kind; 4] = [Kind::System, Kind::Chassis, Kind::Board, Kind::Untyped];

/// Pairs of devices, smaller first, that tie all devices with a common value.
pub(super) fn related(linker: &Linker<'_>, device_of: impl Fn(u32) -> Option<usize>) -> Vec<(usize, usize)> {
    let mut carried: Vec<(Value, u32, bool)> = Vec::new();
    for name in &linker.groups.alive {
        let Some(group) = linker.groups.get(*name) else { continue };
        let rows = group.rows_only;
        let plain = KINDS.into_iter().chain([Kind::Hostname]).flat_map(|kind| group.of(kind)).copied();
        let serials = SERIALS.into_iter().flat_map(|kind| group.of(kind)).map(|value| value.cast(Kind::System));
        carried.extend(plain.chain(serials).map(|value| (value, *name, rows)));
    }
    carried.sort_unstable();
    carried.dedup();
    let mut pairs = Vec::new();
    for bucket in carried.chunk_by(|a, b| a.0 == b.0).filter(|bucket| bucket.len() > 1) {
        let Some((value, first, _)) = bucket.first() else { continue };
        if value.is(Kind::Hostname) && bucket.iter().all(|(.., rows)| !rows) {
            continue;
        }
        let others = bucket.iter().skip(1).map(|(_, other, _)| *other);
        pairs.extend(others.filter_map(|other| device_of(*first).zip(device_of(other))));
    }
    pairs.retain(|(a, b)| a != b);
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}
