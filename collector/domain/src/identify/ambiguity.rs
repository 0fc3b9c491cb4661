//! Values that two sightings separated by a veto both carry: they say nothing of which device it is.
//!
//! Computed on sightings, before anything is linked, so that it depends on no order of linking. **Invariant**: a host name
//! and a weak value are never here; a pin, a never-together or a retirement of carriers takes a value out.

use alloc::vec::Vec;

use super::link::Linker;
use super::value::{Kind, Value, of_kind};
use super::veto::Also;

const KINDS: [Kind; 8] =
    [Kind::System, Kind::Chassis, Kind::Board, Kind::Uuid, Kind::Mac, Kind::Disk, Kind::AdSid, Kind::EntraDeviceId];

/// Carriers compared pair by pair where decisions part some of them.
const PAIRS_MAX: usize = 1_000;

/// Fills [`Linker::ambiguous`] and [`Linker::doubled`]; every group must still be one sighting.
pub(super) fn find(linker: &mut Linker<'_>) {
    let mut carried: Vec<(Value, u32)> = Vec::new();
    for (number, profile) in (0u32..).zip(&linker.profiles) {
        if profile.retired {
            continue;
        }
        for kind in KINDS.into_iter().chain([Kind::MachineId]) {
            carried.extend(of_kind(&profile.values, kind).iter().map(|value| (*value, number)));
        }
        let untyped = of_kind(&profile.values, Kind::Untyped).iter();
        carried.extend(untyped.map(|value| (value.cast(Kind::System), number)));
    }
    carried.sort_unstable();
    carried.dedup();
    let mut ambiguous = Vec::new();
    let mut doubled = Vec::new();
    for bucket in carried.chunk_by(|a, b| a.0 == b.0).filter(|bucket| bucket.len() > 1) {
        let Some((value, _)) = bucket.first() else { continue };
        let carriers: Vec<u32> = bucket.iter().map(|(_, number)| *number).collect();
        if separated(linker, &carriers) {
            ambiguous.push(*value);
        } else if value.is(Kind::MachineId) && linker.shared_while_running(&carriers) {
            doubled.push(*value);
        }
    }
    linker.ambiguous = ambiguous;
    linker.doubled = doubled;
}

/// Whether a veto that no decision answers separates two of the carriers.
fn separated(linker: &Linker<'_>, carriers: &[u32]) -> bool {
    if !linker.any_veto(carriers, Also::Nothing) {
        return false;
    }
    let profile = |n: &u32| linker.profiles.get(*n as usize);
    let answered = |n: &u32| {
        profile(n).is_some_and(|p| linker.decided.never_natives.iter().any(|(a, b)| *a == p.native || *b == p.native))
    };
    if linker.decided.never_natives.is_empty() || carriers.len() > PAIRS_MAX || !carriers.iter().any(answered) {
        return true;
    }
    let parted = |a: &u32, b: &u32| profile(a).zip(profile(b)).is_some_and(|(a, b)| linker.decided.parts(a, b));
    let open = |a: &u32, b: &u32| linker.veto(*a, *b, Also::Nothing).is_some() && !parted(a, b);
    carriers.iter().enumerate().any(|(at, a)| carriers.iter().skip(at).any(|b| a != b && open(a, b)))
}
