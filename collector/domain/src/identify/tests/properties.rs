//! Dense toy worlds: few values, many collisions. What must hold whatever is seen.

use proptest::prelude::*;
use proptest::sample::select;

use super::*;
use crate::identify::ordered;
use crate::identify::prepare;
use crate::identify::value::Texts;

/// A sighting of a world in which everything collides.
fn any_sighting() -> impl Strategy<Value = Sighting> {
    let maybe = |values: &'static [&'static str]| prop::option::weighted(0.4, select(values));
    let serials = (
        maybe(&["PF100001", "PF200002", "PF300003"]),
        maybe(&["PF100001", "CH000777"]),
        maybe(&["BO000777", "BO000888"]),
        maybe(&["PF100001", "PF200002", "CH000777"]),
    );
    let ids = (
        maybe(&[
            "a1b2c3d4-7300-4e5f-8a9b-0c1d00000001",
            "a1b2c3d4-7300-4e5f-8a9b-0c1d00000002",
            "00000000-0000-0000-0000-0cc47a480001",
        ]),
        maybe(&["m1", "m2"]),
        maybe(&["S-1-5-21-1-2-3-1", "S-1-5-21-1-2-3-2"]),
        maybe(&["pc-1", "pc-2"]),
        maybe(&["HP", "Hewlett-Packard", "Dell"]),
        maybe(&["S5GX460001", "S5GX460002"]),
    );
    let macs = prop::collection::btree_set(
        select(&["d0:50:99:10:09:01", "d0:50:99:10:09:02", "98:fa:9b:00:00:07", "a0:36:9f:00:00:44"]),
        0..3,
    );
    let told = (0i64..3, 0i64..12, 1i64..8, select(&["agent", "rmm", "annex"]), maybe(&["A", "B", "C"]), 0u8..3);
    (serials, ids, macs, told).prop_map(|(serials, ids, macs, (day, boot, run, source, native, shape))| {
        let text = |value: Option<&str>| value.map(String::from);
        let (system, chassis, board, untyped) = serials;
        let (uuid, machine, sid, host, maker, disk) = ids;
        let seen = agent("", native.unwrap_or_default(), day).session(instant(day, boot), instant(day, boot + run));
        let seen = seen.with(|e| {
            (e.system_serial, e.chassis_serial, e.board_serial) = (text(system), text(chassis), text(board));
            (e.untyped_serial, e.uuid, e.machine_id) = (text(untyped), text(uuid), text(machine));
            (e.hostname, e.manufacturer) = (text(host), text(maker));
            e.chassis_type = (shape == 2).then_some(10);
            if shape == 1 {
                e.product = Some("Virtual Machine".into());
            }
        });
        let seen = macs.into_iter().fold(seen, Seen::mac);
        let seen = disk.into_iter().fold(seen, Seen::disk);
        let mut seen = sid.into_iter().fold(seen, Seen::sid).0;
        seen.source = source.into();
        seen.kind = match source {
            "agent" => SourceKind::Agent,
            "annex" => SourceKind::Annex,
            _ => SourceKind::List,
        };
        seen
    })
}

fn any_world(most: usize) -> impl Strategy<Value = Vec<Sighting>> {
    prop::collection::vec(any_sighting(), 1..most).prop_map(|mut sightings| {
        for (number, sighting) in sightings.iter_mut().enumerate() {
            sighting.id = alloc::format!("r{number:02}");
        }
        sightings
    })
}

/// Decisions about things of the world, by the number of the sightings that name them.
fn any_decisions() -> impl Strategy<Value = Vec<(Verb, usize, usize)>> {
    prop::collection::vec((select(&[Verb::Merge, Verb::NeverTogether, Verb::Retire]), 0usize..40, 0usize..40), 0..3)
}

fn written(sightings: &[Sighting], decisions: &[(Verb, usize, usize)]) -> Vec<Decision> {
    let own = |n: &usize| id::own("client", &sightings[n % sightings.len()]);
    let assets = |(verb, a, b): &(Verb, usize, usize)| match verb {
        Verb::Retire => alloc::vec![own(a)],
        _ => alloc::vec![own(a), own(b)],
    };
    decisions.iter().map(|d| Decision { assets: assets(d), ..decision(d.0, &[]) }).collect()
}

/// All that an identity says, without places: devices by id with their sightings' ids, rules, tasks, aliases.
fn said(sightings: &[Sighting], identity: &Identity) -> Vec<String> {
    let of = |device: usize| identity.devices[device].id.clone();
    let mut said: Vec<String> = Vec::new();
    for device in &identity.devices {
        let ids: Vec<&str> = device.sightings.iter().map(|at| sightings[*at].id.as_str()).collect();
        let others: Vec<(String, u16, i32)> =
            device.candidates.iter().map(|c| (of(c.device), c.rule, c.bits)).collect();
        said.push(alloc::format!("{} {ids:?} {others:?} {:?} {:?}", device.id, device.vetoes, device.dissent));
    }
    for task in &identity.tasks {
        said.push(alloc::format!("{} {} {} {:?}", task.id, task.code, task.proposal, task.devices));
    }
    for (sighting, verdict) in sightings.iter().zip(&identity.verdicts) {
        said.push(alloc::format!("{} {} {}", sighting.id, of(verdict.device), verdict.rule));
    }
    said.extend(identity.aliases.iter().map(|(alias, id)| alloc::format!("{alias} {id}")));
    said.sort();
    said.dedup();
    said
}

/// Devices that hold a vetoed pair: their sightings' ids.
fn vetoed_pairs(sightings: &[Sighting], decisions: &[Decision], identity: &Identity) -> Vec<(String, String)> {
    let (order, _) = ordered(sightings);
    let unique: Vec<&Sighting> = order.iter().map(|at| &sightings[*at]).collect();
    let (linker, _) = prepare("client", unique.clone(), decisions, instant(60, 0), &mut Texts::default());
    let mut pairs = Vec::new();
    for a in 0..unique.len() {
        for b in a + 1..unique.len() {
            let together = identity.verdicts[order[a]].device == identity.verdicts[order[b]].device;
            let veto =
                linker.veto(u32::try_from(a).unwrap(), u32::try_from(b).unwrap(), super::super::veto::Also::Nothing);
            if together && veto.is_some() {
                pairs.push((unique[a].id.clone(), unique[b].id.clone()));
            }
        }
    }
    pairs
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn the_order_of_sightings_changes_nothing(
        (sightings, shuffled) in any_world(30).prop_flat_map(|w| (Just(w.clone()), Just(w).prop_shuffle())),
        decisions in any_decisions(),
    ) {
        let decisions = written(&sightings, &decisions);
        let one = identify("client", &sightings, &decisions, instant(60, 0));
        let other = identify("client", &shuffled, &decisions, instant(60, 0));
        prop_assert_eq!(said(&sightings, &one), said(&shuffled, &other));
    }

    #[test]
    fn replaying_sightings_changes_nothing(
        sightings in any_world(20),
        again in prop::collection::vec(0usize..20, 0..20),
    ) {
        let mut replayed = sightings.clone();
        replayed.extend(again.iter().map(|n| sightings[n % sightings.len()].clone()));
        let one = identify("client", &sightings, &[], instant(60, 0));
        let other = identify("client", &replayed, &[], instant(60, 0));
        prop_assert_eq!(one.devices.len(), other.devices.len());
        for (device, same) in one.devices.iter().zip(&other.devices) {
            prop_assert_eq!(&device.id, &same.id);
            prop_assert_eq!(device.sightings.len(), same.sightings.len());
        }
        prop_assert_eq!(&one.tasks, &other.tasks);
        prop_assert_eq!(&one.verdicts[..], &other.verdicts[..sightings.len()]);
    }

    #[test]
    fn no_device_holds_a_vetoed_pair(sightings in any_world(40)) {
        let identity = identify("client", &sightings, &[], instant(60, 0));
        prop_assert_eq!(vetoed_pairs(&sightings, &[], &identity), Vec::new());
    }

    #[test]
    fn a_pin_alone_joins_a_vetoed_pair(sightings in any_world(30), decisions in any_decisions()) {
        let decisions = written(&sightings, &decisions);
        let identity = identify("client", &sightings, &decisions, instant(60, 0));
        let pinned: Vec<usize> = decisions.iter().filter(|d| d.verb == Verb::Merge).flat_map(|d| &d.assets)
            .filter_map(|id| identity.resolve(id)).collect();
        for (a, b) in vetoed_pairs(&sightings, &decisions, &identity) {
            let device = sightings.iter().zip(&identity.verdicts).find(|(s, _)| s.id == a).unwrap().1.device;
            prop_assert!(pinned.contains(&device), "{} {}", a, b);
        }
    }

    #[test]
    fn never_together_holds(sightings in any_world(30), a in 0usize..30, b in 0usize..30) {
        let never = written(&sightings, &[(Verb::NeverTogether, a, b)]);
        prop_assume!(never[0].assets[0] != never[0].assets[1]);
        let identity = identify("client", &sightings, &never, instant(60, 0));
        let devices: Vec<usize> = never[0].assets.iter().filter_map(|id| identity.resolve(id)).collect();
        prop_assert_ne!(devices[0], devices[1]);
    }

    #[test]
    fn every_sighting_has_one_device_and_every_id_one_owner(sightings in any_world(30)) {
        let identity = identify("client", &sightings, &[], instant(60, 0));
        let mut ids: Vec<&str> = identity.devices.iter().map(|d| d.id.as_str()).collect();
        ids.sort_unstable();
        ids.dedup();
        prop_assert_eq!(ids.len(), identity.devices.len());
        prop_assert_eq!(identity.devices.iter().map(|d| d.sightings.len()).sum::<usize>(), sightings.len());
        for (sighting, verdict) in sightings.iter().zip(&identity.verdicts) {
            let own = identity.resolve(&id::own("client", sighting));
            prop_assert!(own.is_some());
            prop_assert!(verdict.device < identity.devices.len());
        }
    }
}
