//! Sections `processor`, `disks` and `battery`, and the memory's total, under Windows.
//!
//! Sources, first recorded one wins: `MSFT_PhysicalDisk`, `Win32_DiskDrive`. Refuses virtual disks of storage spaces and
//! image files, and drives without a medium.

use cadastre_proto::inventory::{Battery, Disk, Processor, ProcessorPackage};

use super::{classes, first};
use crate::probe::Reading;
use crate::source::wmi::Row;
use crate::source::{ReadError, Source};

/// Section `processor`.
pub(crate) fn processor(source: &dyn Source) -> Reading<Processor> {
    match source.wmi(&classes::PROCESSOR) {
        Ok(rows) => Reading::ok(Processor { packages: rows.iter().map(package).collect() }),
        Err(error) => Reading::failed(&error),
    }
}

fn package(row: &Row) -> ProcessorPackage {
    let number =
        |name: &str| row.number(name).and_then(|number| u32::try_from(number).ok()).filter(|number| *number > 0);
    ProcessorPackage {
        manufacturer: row.text("Manufacturer"),
        model: row.text("Name"),
        cores: number("NumberOfCores"),
        threads: number("NumberOfLogicalProcessors"),
        max_mhz: number("MaxClockSpeed"),
    }
}

/// The memory in bytes that Windows manages.
pub(crate) fn memory_bytes(source: &dyn Source) -> Result<Option<u64>, ReadError> {
    Ok(first(source, &classes::COMPUTER_SYSTEM)?.number("TotalPhysicalMemory"))
}

/// Section `disks`.
pub(crate) fn disks(source: &dyn Source) -> Reading<Vec<Disk>> {
    let error = match source.wmi(&classes::PHYSICAL_DISK) {
        Ok(rows) if !rows.is_empty() => return Reading::ok(sorted(rows.iter().filter_map(physical).collect())),
        Ok(_) => ReadError::NotFound,
        Err(error) => error,
    };
    match source.wmi(&classes::DISK_DRIVE) {
        Ok(rows) => Reading::ok(sorted(rows.iter().filter_map(drive).collect())),
        Err(ReadError::NotCaptured | ReadError::Unsupported) => Reading::failed(&error),
        Err(error) => Reading::failed(&error),
    }
}

fn sorted(mut disks: Vec<Disk>) -> Vec<Disk> {
    disks.sort_by(|a, b| a.name.cmp(&b.name));
    disks
}

fn physical(row: &Row) -> Option<Disk> {
    let bus = match row.number("BusType")? {
        1 | 10 => Some("scsi"),
        3 | 11 => Some("sata"),
        7 => Some("usb"),
        8 => Some("raid"),
        9 => Some("iscsi"),
        12 | 13 => Some("mmc"),
        14..=16 => return None,
        17 => Some("nvme"),
        _ => None,
    };
    Some(Disk {
        name: row.text("DeviceId").map(|number| format!("PhysicalDrive{number}")),
        model: row.text("FriendlyName"),
        serial: row.text("SerialNumber").map(|serial| serial.trim_end_matches('.').to_owned()),
        size_bytes: Some(row.number("Size").filter(|size| *size > 0)?),
        bus: bus.map(str::to_owned),
        rotational: row.number("MediaType").and_then(|kind| match kind {
            3 => Some(true),
            4 | 5 => Some(false),
            _ => None,
        }),
        removable: Some(bus == Some("usb")),
    })
}

fn drive(row: &Row) -> Option<Disk> {
    let bus = row.text("InterfaceType").map(|bus| bus.to_lowercase());
    Some(Disk {
        name: row.text("DeviceID").map(|id| id.trim_start_matches(['\\', '.']).to_owned()),
        model: row.text("Model"),
        serial: row.text("SerialNumber").map(|serial| serial.trim_end_matches('.').to_owned()),
        size_bytes: Some(row.number("Size").filter(|size| *size > 0)?),
        removable: bus.as_ref().map(|bus| bus == "usb"),
        bus: bus.and_then(|bus| match bus.as_str() {
            "usb" | "scsi" => Some(bus),
            "ide" => Some("sata".to_owned()),
            _ => None,
        }),
        rotational: None,
    })
}

/// Section `battery`; uninterruptible supplies are batteries to Windows too, and name no chemistry.
pub(crate) fn battery(source: &dyn Source) -> Reading<Vec<Battery>> {
    match source.wmi(&classes::BATTERY) {
        Ok(rows) => Reading::ok(rows.iter().map(one_battery).collect()),
        // A namespace that is there without the class has no battery driver.
        Err(error) => Reading::failed(&error),
    }
}

fn one_battery(row: &Row) -> Battery {
    let technology = row.number("Chemistry").and_then(|kind| match kind {
        3 => Some("Lead Acid"),
        4 => Some("NiCd"),
        5 => Some("NiMH"),
        6 => Some("Li-ion"),
        8 => Some("Li-poly"),
        _ => None,
    });
    let milliwatts = row.number("DesignCapacity").filter(|capacity| *capacity > 0 && *capacity < 1_000_000);
    Battery {
        name: row.text("Name").or_else(|| row.text("DeviceID")),
        technology: technology.map(str::to_owned),
        design_wh: milliwatts.and_then(|capacity| u32::try_from(capacity.saturating_add(500) / 1_000).ok()),
        cycles: None,
    }
}
