//! What `system_profiler` says of the hardware.
//!
//! Refuses text in a user's language: sizes are taken in bytes where there are any. A bridge, a tunnel and the network of a
//! telephone are no adapters of the machine.

use cadastre_proto::inventory::{
    Adapter, Battery, Bios, Disk, Firmware, Memory, MemoryModule, Processor, ProcessorPackage, System, Virtualisation,
};
use serde_json::Value;

use super::{bytes, profile, text};
use crate::privacy::Privacy;
use crate::probe::{Reading, adapters, not_understood};
use crate::source::{ReadError, Source};

const HARDWARE: &str = "SPHardwareDataType";

fn hardware(source: &dyn Source) -> Result<Value, ReadError> {
    profile(source, HARDWARE)?.into_iter().next().ok_or_else(not_understood)
}

/// Section `firmware`.
pub(crate) fn firmware(source: &dyn Source) -> Reading<Firmware> {
    let row = match hardware(source) {
        Ok(row) => row,
        Err(error) => return Reading::failed(&error),
    };
    let batteries = profile(source, "SPPowerDataType");
    Reading::ok(Firmware {
        system: System {
            manufacturer: Some("Apple Inc.".to_owned()),
            product: text(&row, "machine_model"),
            version: text(&row, "machine_name"),
            serial: text(&row, "serial_number"),
            uuid: text(&row, "platform_UUID").map(|uuid| uuid.to_lowercase()),
            sku: text(&row, "model_number"),
            family: None,
        },
        bios: Bios { vendor: Some("Apple Inc.".to_owned()), version: text(&row, "boot_rom_version"), date: None },
        portable_battery: batteries.ok().map(|rows| rows.iter().any(|row| one_battery(row).is_some())),
        ..Firmware::default()
    })
}

/// Section `processor`.
pub(crate) fn processor(source: &dyn Source) -> Reading<Processor> {
    let row = match hardware(source) {
        Ok(row) => row,
        Err(error) => return Reading::failed(&error),
    };
    // Apple's own chips say `proc 8:4:4` (all, performance, efficiency), Intel's the number of cores.
    let cores =
        text(&row, "number_processors").and_then(|text| text.strip_prefix("proc ")?.split(':').next()?.parse().ok());
    let cores = cores.or_else(|| row.get("number_processors")?.as_u64().and_then(|cores| u32::try_from(cores).ok()));
    let model = text(&row, "chip_type").or_else(|| text(&row, "cpu_type"));
    let is_apple = model.as_ref().is_some_and(|model| model.starts_with("Apple"));
    let package = ProcessorPackage {
        manufacturer: Some(if is_apple { "Apple" } else { "GenuineIntel" }.to_owned()),
        model,
        cores,
        threads: cores.filter(|_| is_apple),
        max_mhz: None,
    };
    Reading::ok(Processor { packages: vec![package] })
}

/// Section `memory`.
pub(crate) fn memory(source: &dyn Source) -> Reading<Memory> {
    let row = match hardware(source) {
        Ok(row) => row,
        Err(error) => return Reading::failed(&error),
    };
    let modules = profile(source, "SPMemoryDataType").unwrap_or_default();
    let modules = modules.iter().flat_map(|row| row.get("_items").and_then(Value::as_array).into_iter().flatten());
    let modules = modules.filter_map(|row| {
        let speed = text(row, "dimm_speed").and_then(|speed| speed.split(' ').next()?.parse().ok());
        Some(MemoryModule {
            size_bytes: Some(bytes(&text(row, "dimm_size")?)?),
            kind: text(row, "dimm_type"),
            speed_mts: speed,
            form_factor: None,
            slot: text(row, "_name"),
        })
    });
    Reading::ok(Memory {
        total_bytes: text(&row, "physical_memory").and_then(|text| bytes(&text)),
        modules: modules.collect(),
    })
}

/// Section `disks`.
pub(crate) fn disks(source: &dyn Source) -> Reading<Vec<Disk>> {
    let mut disks = Vec::new();
    let mut errors = Vec::new();
    for (data_type, bus) in [("SPNVMeDataType", "nvme"), ("SPSerialATADataType", "sata")] {
        match profile(source, data_type) {
            Ok(controllers) => {
                let items = controllers
                    .iter()
                    .flat_map(|row| row.get("_items").and_then(Value::as_array).into_iter().flatten());
                disks.extend(items.filter_map(|row| disk(row, bus)));
            }
            Err(error) => errors.push(error),
        }
    }
    disks.sort_by(|a, b| a.name.cmp(&b.name));
    match errors.pop() {
        Some(error) if disks.is_empty() => Reading::failed(&error),
        _ => Reading::ok(disks),
    }
}

fn disk(row: &Value, bus: &str) -> Option<Disk> {
    Some(Disk {
        name: text(row, "bsd_name"),
        model: text(row, "device_model"),
        serial: text(row, "device_serial"),
        size_bytes: Some(row.get("size_in_bytes")?.as_u64().filter(|size| *size > 0)?),
        bus: Some(bus.to_owned()),
        rotational: text(row, "spsata_medium_type")
            .map(|medium| medium == "Rotational")
            .or((bus == "nvme").then_some(false)),
        removable: text(row, "removable_media").map(|word| word == "yes"),
    })
}

/// Section `adapters`.
pub(crate) fn adapters(source: &dyn Source, privacy: Privacy) -> Reading<Vec<Adapter>> {
    let rows = match profile(source, "SPNetworkDataType") {
        Ok(rows) => rows,
        Err(error) => return Reading::failed(&error),
    };
    let mut found: Vec<Adapter> = rows.iter().filter_map(|row| adapter(row, privacy)).collect();
    found.sort_by(|a, b| a.name.cmp(&b.name));
    found.dedup_by(|a, b| a.name == b.name);
    Reading::ok(found)
}

fn adapter(row: &Value, privacy: Privacy) -> Option<Adapter> {
    let interface = text(row, "interface").filter(|name| name.starts_with("en"))?;
    let service = text(row, "_name").unwrap_or_default();
    if service.starts_with("iPhone") || service.starts_with("iPad") || service.contains("Bluetooth") {
        return None;
    }
    let mac = adapters::normal(&text(row.get("Ethernet")?, "MAC Address")?)?;
    let bus = if service.contains("USB") || service.contains("Dock") { "usb" } else { "soc" };
    let addresses = row.get("IPv4").and_then(|ipv4| ipv4.get("Addresses")?.as_array());
    let addresses = addresses.into_iter().flatten().filter_map(|address| address.as_str().map(str::to_owned));
    let is_up = row.get("ip_address").and_then(Value::as_array).is_some_and(|addresses| !addresses.is_empty());
    Some(Adapter {
        name: Some(interface),
        mac: Some(mac),
        bus: Some(bus.to_owned()),
        removable: Some(bus == "usb"),
        up: Some(is_up),
        addresses: addresses.filter(|_| privacy >= Privacy::Full).collect(),
    })
}

/// Section `battery`.
pub(crate) fn battery(source: &dyn Source) -> Reading<Vec<Battery>> {
    match profile(source, "SPPowerDataType") {
        Ok(rows) => Reading::ok(rows.iter().filter_map(one_battery).collect()),
        Err(error) => Reading::failed(&error),
    }
}

fn one_battery(row: &Value) -> Option<Battery> {
    let model = row.get("sppower_battery_model_info")?;
    let cycles =
        row.get("sppower_battery_health_info").and_then(|health| health.get("sppower_battery_cycle_count")?.as_u64());
    Some(Battery {
        name: text(model, "sppower_battery_device_name"),
        technology: Some("Li-ion".to_owned()),
        design_wh: None,
        cycles: cycles.and_then(|cycles| u32::try_from(cycles).ok()),
    })
}

/// Section `virtualisation`, from the model.
pub(crate) fn virtualisation(source: &dyn Source, firmware: Option<&Firmware>) -> Reading<Virtualisation> {
    let Some(firmware) = firmware else {
        return Reading::failed(&hardware(source).err().unwrap_or(ReadError::NotFound));
    };
    let model = firmware.system.product.as_deref().unwrap_or_default();
    let kind = [("VirtualMac", "apple"), ("VMware", "vmware"), ("Parallels", "parallels")];
    let kind = kind.into_iter().find(|(beginning, _)| model.starts_with(beginning)).map(|(_, kind)| kind.to_owned());
    let role = if kind.is_some() { "guest" } else { "none" };
    Reading::ok(Virtualisation { role: Some(role.to_owned()), kind })
}
