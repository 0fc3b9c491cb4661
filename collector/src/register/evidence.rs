//! From the sections that an agent sent to the raw evidence that the domain reads. No rule: every value as it was written.

use std::collections::BTreeMap;

use cadastre_domain::evidence::{Adapter, DirectoryId, Disk, Evidence};
use cadastre_proto::inventory::{self as doc, Outcome, Section};
use serde::Deserialize;

/// The evidence of a report: its sections by id. A section that was not read, or whose data has another shape, says
/// nothing.
pub fn evidence(sections: &BTreeMap<String, Section>) -> Evidence {
    let host: doc::Host = data(sections, "host").unwrap_or_default();
    let os: doc::Os = data(sections, "os").unwrap_or_default();
    let firmware: doc::Firmware = data(sections, "firmware").unwrap_or_default();
    let processor: doc::Processor = data(sections, "processor").unwrap_or_default();
    let memory: doc::Memory = data(sections, "memory").unwrap_or_default();
    let disks: Vec<doc::Disk> = data(sections, "disks").unwrap_or_default();
    let adapters: Vec<doc::Adapter> = data(sections, "adapters").unwrap_or_default();
    let batteries: Option<Vec<doc::Battery>> = data(sections, "battery");
    let virtualisation: doc::Virtualisation = data(sections, "virtualisation").unwrap_or_default();
    Evidence {
        boot_time: host.boot_time.and_then(|instant| instant.parse().ok()),
        hostname: host.hostname,
        machine_id: host.machine_id,
        directory_ids: host
            .directory_ids
            .into_iter()
            .map(|id| DirectoryId { kind: id.kind, value: id.value })
            .collect(),
        os_family: os.family,
        os_name: os.name,
        product_type: os.product_type,
        manufacturer: firmware.system.manufacturer,
        product: firmware.system.product,
        product_version: firmware.system.version,
        product_family: firmware.system.family,
        system_serial: firmware.system.serial,
        uuid: firmware.system.uuid,
        board_manufacturer: firmware.board.manufacturer,
        board_product: firmware.board.product,
        board_serial: firmware.board.serial,
        chassis_type: firmware.chassis.r#type,
        chassis_manufacturer: firmware.chassis.manufacturer,
        chassis_serial: firmware.chassis.serial,
        asset_tag: firmware.chassis.asset_tag.or(firmware.board.asset_tag),
        bmc: firmware.bmc,
        memory_ecc: firmware.memory_ecc,
        portable_battery: firmware.portable_battery,
        tpm: firmware.tpm,
        processors: processor.packages.into_iter().filter_map(|package| package.model).collect(),
        memory_form_factors: memory.modules.into_iter().filter_map(|module| module.form_factor).collect(),
        disks: disks.into_iter().map(disk).collect(),
        adapters: adapters.into_iter().map(adapter).collect(),
        battery: batteries.map(|batteries| !batteries.is_empty()),
        role: virtualisation.role,
        virtualisation: virtualisation.kind,
        ..Evidence::default()
    }
}

fn data<'a, T: Deserialize<'a>>(sections: &'a BTreeMap<String, Section>, id: &str) -> Option<T> {
    let section = sections.get(id).filter(|section| section.outcome == Outcome::Ok)?;
    T::deserialize(section.data.as_ref()?).ok()
}

fn disk(disk: doc::Disk) -> Disk {
    Disk { model: disk.model, serial: disk.serial, bus: disk.bus, removable: disk.removable.unwrap_or(false) }
}

fn adapter(adapter: doc::Adapter) -> Adapter {
    Adapter {
        name: adapter.name,
        mac: adapter.mac,
        bus: adapter.bus,
        removable: adapter.removable.unwrap_or(false),
        addresses: adapter.addresses,
    }
}
