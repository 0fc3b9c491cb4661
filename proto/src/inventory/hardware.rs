//! What a machine is made of: `firmware`, `processor`, `memory`, `disks`, `adapters`, `battery`.

use serde::{Deserialize, Serialize};

/// Section `firmware`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Firmware {
    /// SMBIOS type 1.
    pub system: System,
    /// SMBIOS type 2.
    pub board: Board,
    /// SMBIOS type 3.
    pub chassis: Chassis,
    /// SMBIOS type 0.
    pub bios: Bios,
    /// Whether there is a type 38 record.
    pub bmc: Option<bool>,
    /// Whether type 16 says ECC.
    pub memory_ecc: Option<bool>,
    /// Whether there is a type 22 record.
    pub portable_battery: Option<bool>,
    /// SHA-256 of the endorsement key, hex.
    pub tpm: Option<String>,
}

/// SMBIOS type 1.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct System {
    /// Maker.
    pub manufacturer: Option<String>,
    /// Product name.
    pub product: Option<String>,
    /// Version (Lenovo: the marketing model).
    pub version: Option<String>,
    /// Serial.
    pub serial: Option<String>,
    /// UUID, as SMBIOS gives it.
    pub uuid: Option<String>,
    /// Stock keeping unit.
    pub sku: Option<String>,
    /// Family.
    pub family: Option<String>,
}

/// SMBIOS type 2.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Board {
    /// Maker.
    pub manufacturer: Option<String>,
    /// Product name.
    pub product: Option<String>,
    /// Serial.
    pub serial: Option<String>,
    /// Asset tag.
    pub asset_tag: Option<String>,
}

/// SMBIOS type 3.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Chassis {
    /// SMBIOS chassis type, 1–36.
    pub r#type: Option<u8>,
    /// Maker.
    pub manufacturer: Option<String>,
    /// Serial.
    pub serial: Option<String>,
    /// Asset tag.
    pub asset_tag: Option<String>,
}

/// SMBIOS type 0.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Bios {
    /// Vendor.
    pub vendor: Option<String>,
    /// Version.
    pub version: Option<String>,
    /// Release date, `YYYY-MM-DD`.
    pub date: Option<String>,
}

/// Section `processor`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Processor {
    /// One per socket.
    pub packages: Vec<ProcessorPackage>,
}

/// A processor package.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ProcessorPackage {
    /// Maker.
    pub manufacturer: Option<String>,
    /// Model name.
    pub model: Option<String>,
    /// Cores.
    pub cores: Option<u32>,
    /// Threads.
    pub threads: Option<u32>,
    /// Highest clock, MHz.
    pub max_mhz: Option<u32>,
}

/// Section `memory`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Memory {
    /// Total, bytes.
    pub total_bytes: Option<u64>,
    /// Modules.
    pub modules: Vec<MemoryModule>,
}

/// A memory module.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct MemoryModule {
    /// Size, bytes.
    pub size_bytes: Option<u64>,
    /// `DDR4`…
    pub kind: Option<String>,
    /// Speed, megatransfers a second.
    pub speed_mts: Option<u32>,
    /// `DIMM`, `SODIMM`…
    pub form_factor: Option<String>,
    /// Slot.
    pub slot: Option<String>,
}

/// A row of section `disks`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Disk {
    /// Device name.
    pub name: Option<String>,
    /// Model.
    pub model: Option<String>,
    /// Serial.
    pub serial: Option<String>,
    /// Size, bytes.
    pub size_bytes: Option<u64>,
    /// `nvme`, `sata`, `usb`, `virtio`, `scsi`, `mmc`…
    pub bus: Option<String>,
    /// Whether it spins.
    pub rotational: Option<bool>,
    /// Whether it can be unplugged.
    pub removable: Option<bool>,
}

/// A row of section `adapters`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Adapter {
    /// Interface name.
    pub name: Option<String>,
    /// MAC address, lower case with colons.
    pub mac: Option<String>,
    /// `pci`, `usb`, `virtual`, `soc` or `bluetooth`.
    pub bus: Option<String>,
    /// Whether it can be unplugged.
    pub removable: Option<bool>,
    /// Whether it is up.
    pub up: Option<bool>,
    /// IP addresses; only at level `full`.
    pub addresses: Vec<String>,
}

/// A row of section `battery`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Battery {
    /// Name.
    pub name: Option<String>,
    /// Chemistry.
    pub technology: Option<String>,
    /// Design capacity, watt-hours.
    pub design_wh: Option<u32>,
    /// Charge cycles.
    pub cycles: Option<u32>,
}
