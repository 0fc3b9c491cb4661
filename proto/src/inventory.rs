//! The documents of `show`: what leaves a machine, section by section.
//!
//! A section's bytes are the compact JSON of `{outcome, reason, data}` with keys in the order of these structs; its digest
//! is SHA-256 of that JSON. Source: the inventory document, schema `cadastre/inventory/1`. Every key is optional for a
//! reader; a writer writes `null` for what it does not know.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Schema name of the whole document.
pub const SCHEMA: &str = "cadastre/inventory/1";

/// The section ids, in the order of the document.
pub const SECTIONS: [&str; 16] = [
    "host",
    "os",
    "firmware",
    "processor",
    "memory",
    "disks",
    "adapters",
    "battery",
    "virtualisation",
    "software",
    "protection",
    "firewall",
    "encryption",
    "backup",
    "mail",
    "remote_access",
];

/// What `show --json` prints and `explain` reads.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Inventory {
    /// Always [`SCHEMA`].
    pub schema: String,
    /// Id of the report.
    pub report_id: String,
    /// The machine's wall clock, RFC 3339 in UTC.
    pub collected_at: String,
    /// Who collected.
    pub agent: AgentInfo,
    /// Sections by id.
    pub sections: BTreeMap<String, Section>,
}

/// Who collected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentInfo {
    /// The agent's version.
    pub version: String,
    /// `linux`, `windows` or `macos`.
    pub os: String,
}

/// One section, with its outcome.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Section {
    /// What became of it.
    pub outcome: Outcome,
    /// Why, when the outcome is not `ok`.
    #[serde(default)]
    pub reason: Option<String>,
    /// How long it took; not part of the digest.
    #[serde(default)]
    pub duration_ms: u64,
    /// One of this module's documents, as JSON.
    #[serde(default)]
    pub data: Option<serde_json::Value>,
}

/// What became of a section.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Read.
    Ok,
    /// The machine has no such thing.
    Absent,
    /// Not allowed to read it.
    Denied,
    /// This system cannot tell.
    Unsupported,
    /// It took too long.
    TimedOut,
    /// Something else, told by `reason`.
    Failed,
}

/// Section `host`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Host {
    /// Host name, as the machine writes it.
    pub hostname: Option<String>,
    /// Directory or DNS domain; only at level `contract` and above.
    pub domain: Option<String>,
    /// Id of the installed system.
    pub machine_id: Option<String>,
    /// Ids of the computer account.
    pub directory_ids: Vec<DirectoryId>,
    /// Boot instant, RFC 3339 in UTC, rounded to the minute.
    pub boot_time: Option<String>,
    /// IANA name.
    pub timezone: Option<String>,
}

/// A directory's id of the computer account.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct DirectoryId {
    /// `ad_sid` or `entra_device_id`.
    pub kind: String,
    /// The id.
    pub value: String,
}

/// Section `os`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Os {
    /// `linux`, `windows` or `macos`.
    pub family: Option<String>,
    /// Name for display.
    pub name: Option<String>,
    /// Version.
    pub version: Option<String>,
    /// Build.
    pub build: Option<String>,
    /// Edition.
    pub edition: Option<String>,
    /// Native architecture.
    pub arch: Option<String>,
    /// Kernel release.
    pub kernel: Option<String>,
    /// `workstation`, `server` or `domain_controller`.
    pub product_type: Option<String>,
    /// Last day of vendor support, `YYYY-MM-DD`.
    pub support_end: Option<String>,
}

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

/// Section `virtualisation`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Virtualisation {
    /// `none`, `guest`, `host` or `container`.
    pub role: Option<String>,
    /// Hypervisor or container engine.
    pub kind: Option<String>,
}

/// Section `software`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Software {
    /// Products of the catalogue.
    pub products: Vec<Product>,
    /// Every package; only at level `full`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub packages: Option<Vec<Package>>,
}

/// A product of the catalogue that is installed.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Product {
    /// Catalogue name.
    pub product: String,
    /// Vendor.
    pub vendor: Option<String>,
    /// Catalogue category.
    pub category: String,
    /// Version.
    pub version: Option<String>,
    /// What told of it (`dpkg`, `rpm`, `file`…).
    pub source: Option<String>,
    /// `machine` or `user`.
    pub scope: Option<String>,
    /// Whether the catalogue's fact was verified.
    pub verified: bool,
}

/// An installed package.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Package {
    /// Name.
    pub name: String,
    /// Version.
    pub version: Option<String>,
    /// Package manager.
    pub source: Option<String>,
    /// `machine` or `user`.
    pub scope: Option<String>,
}

/// Section `protection`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Protection {
    /// Antivirus and detection products.
    pub antivirus: Vec<Antivirus>,
}

/// An antivirus or detection product.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Antivirus {
    /// Catalogue name.
    pub product: String,
    /// `antivirus` or `edr`.
    pub category: String,
    /// `active`, `passive`, `management`, `baseline` or `stale`.
    pub role: String,
    /// `protected`, `not_protected` or `unknown`.
    pub state: String,
    /// Version.
    pub product_version: Option<String>,
    /// Engine version.
    pub engine_version: Option<String>,
    /// Signature version.
    pub signature_version: Option<String>,
    /// Signature date, RFC 3339 in UTC.
    pub signature_date: Option<String>,
    /// Last contact of its console, RFC 3339 in UTC.
    pub last_contact: Option<String>,
    /// What told so.
    pub evidence: Vec<String>,
}

/// A row of sections `firewall`, `encryption`, `backup`, `mail` and `remote_access`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Safeguard {
    /// Catalogue name or system component.
    pub product: String,
    /// Mail: `client`, `server`, `relay`; else what it protects.
    pub kind: Option<String>,
    /// The section's own word (see the interfaces).
    pub state: String,
    /// What told so.
    pub evidence: Vec<String>,
    /// Backup: last success, RFC 3339 in UTC.
    pub last_success: Option<String>,
    /// More, for display.
    pub details: Option<String>,
}
