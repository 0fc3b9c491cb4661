//! Identity, rule by rule, in situations and as a whole.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use jiff::{Timestamp, ToSpan};

use super::{Identity, Task, id, identify};
use crate::evidence::{Adapter, DirectoryId, Disk, Evidence, Sighting, SourceKind};
use crate::fact::{Decision, DecisionMore, Verb};

mod properties;
mod rules;
mod situations;
mod tasks;

/// A sighting being written.
pub(super) struct Seen(Sighting);

fn instant(day: i64, hour: i64) -> Timestamp {
    let first: Timestamp = "2026-10-01T00:00:00Z".parse().unwrap();
    first + ((day * 24 + hour) * 3600).seconds()
}

/// What agent `agent` says at 08:00 of `day`, two hours after its boot.
pub(super) fn agent(id: &str, agent: &str, day: i64) -> Seen {
    let native_id = (!agent.is_empty()).then(|| agent.to_string());
    let evidence = Evidence {
        collected_at: Some(instant(day, 8)),
        boot_time: Some(instant(day, 6)),
        os_family: Some("windows".into()),
        ..Evidence::default()
    };
    let recorded = instant(day, 8);
    let (id, source) = (id.to_string(), "agent".to_string());
    Seen(Sighting { id, source, kind: SourceKind::Agent, native_id, recorded, last_contact: Some(recorded), evidence })
}

/// A row that list `source` gives on `day`.
pub(super) fn row(id: &str, source: &str, day: i64) -> Seen {
    let recorded = instant(day, 12);
    let (id, source) = (id.to_string(), source.to_string());
    let evidence = Evidence::default();
    Seen(Sighting { id, source, kind: SourceKind::List, native_id: None, recorded, last_contact: None, evidence })
}

impl Seen {
    fn with(mut self, change: impl FnOnce(&mut Evidence)) -> Self {
        change(&mut self.0.evidence);
        self
    }

    fn annex(mut self) -> Self {
        self.0.kind = SourceKind::Annex;
        self
    }

    fn native(mut self, id: &str) -> Self {
        self.0.native_id = Some(id.into());
        self
    }

    fn serial(self, serial: &str) -> Self {
        self.with(|e| e.system_serial = Some(serial.into()))
    }

    fn untyped(self, serial: &str) -> Self {
        self.with(|e| e.untyped_serial = Some(serial.into()))
    }

    fn chassis(self, serial: &str) -> Self {
        self.with(|e| e.chassis_serial = Some(serial.into()))
    }

    fn board(self, serial: &str) -> Self {
        self.with(|e| e.board_serial = Some(serial.into()))
    }

    /// A UUID whose tail is `tail`.
    fn uuid(self, tail: u32) -> Self {
        self.with(|e| e.uuid = Some(alloc::format!("a1b2c3d4-7300-4e5f-8a9b-0c1d{tail:08x}")))
    }

    fn maker(self, maker: &str) -> Self {
        self.with(|e| e.manufacturer = Some(maker.into()))
    }

    fn model(self, model: &str) -> Self {
        self.with(|e| e.product = Some(model.into()))
    }

    fn shape(self, chassis: u8) -> Self {
        self.with(|e| e.chassis_type = Some(chassis))
    }

    fn host(self, name: &str) -> Self {
        self.with(|e| e.hostname = Some(name.into()))
    }

    fn machine(self, machine_id: &str) -> Self {
        self.with(|e| e.machine_id = Some(machine_id.into()))
    }

    /// A stable adapter.
    fn mac(self, mac: &str) -> Self {
        self.adapter(mac, false)
    }

    fn adapter(self, mac: &str, removable: bool) -> Self {
        self.with(|e| e.adapters.push(Adapter { mac: Some(mac.into()), removable, ..Adapter::default() }))
    }

    fn disk(self, serial: &str) -> Self {
        self.with(|e| e.disks.push(Disk { serial: Some(serial.into()), ..Disk::default() }))
    }

    fn sid(self, sid: &str) -> Self {
        self.with(|e| e.directory_ids.push(DirectoryId { kind: "ad_sid".into(), value: sid.into() }))
    }

    fn role(self, role: &str) -> Self {
        self.with(|e| e.role = Some(role.into()))
    }

    /// Booted at an hour of the day before or the day itself, heard last at another.
    fn session(mut self, boot: Timestamp, last: Timestamp) -> Self {
        self.0.evidence.boot_time = Some(boot);
        self.0.evidence.collected_at = Some(last);
        (self.0.recorded, self.0.last_contact) = (last, Some(last));
        self
    }
}

/// The devices of some sightings, by the ids of the sightings.
pub(super) struct World {
    sightings: Vec<Sighting>,
    identity: Identity,
}

pub(super) fn world(seen: impl IntoIterator<Item = Seen>) -> World {
    decided(seen, &[])
}

pub(super) fn decided(seen: impl IntoIterator<Item = Seen>, decisions: &[Decision]) -> World {
    let sightings: Vec<Sighting> = seen.into_iter().map(|s| s.0).collect();
    let identity = identify("client", &sightings, decisions, instant(60, 0));
    World { sightings, identity }
}

impl World {
    fn place(&self, id: &str) -> usize {
        self.sightings.iter().position(|s| s.id == id).unwrap()
    }

    fn device(&self, id: &str) -> usize {
        self.identity.verdicts[self.place(id)].device
    }

    fn rule(&self, id: &str) -> u16 {
        self.identity.verdicts[self.place(id)].rule
    }

    fn together(&self, a: &str, b: &str) -> bool {
        self.device(a) == self.device(b)
    }

    fn tasks(&self) -> Vec<(&'static str, Vec<String>)> {
        let founding = |device: &usize| self.sightings[self.identity.devices[*device].founding].id.clone();
        self.identity.tasks.iter().map(|t: &Task| (t.code, t.devices.iter().map(founding).collect())).collect()
    }
}

/// What a person decides of the devices that two sightings found.
pub(super) fn decision(verb: Verb, sightings: &[&Seen]) -> Decision {
    let assets = sightings.iter().map(|s| id::own("client", &s.0)).collect();
    let effective = "2026-10-01".parse().unwrap();
    let text = String::new;
    Decision {
        verb,
        assets,
        effective,
        reason: text(),
        by: text(),
        contract: None,
        line: None,
        slot: None,
        more: DecisionMore::default(),
    }
}
