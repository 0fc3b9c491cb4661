//! What one source says of one thing: raw values, as they were read. [`crate::identifier`] normalises them.

use alloc::string::String;
use alloc::vec::Vec;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A sighting: what one source says of one thing at one moment.
///
/// An agent gives a new sighting when its identity evidence changes; a list and an annex give one per row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sighting {
    /// Unique within the client: the agent's `report_id`, or `SEQ:ROW` of a list's or an annex's fact.
    pub id: String,
    /// `agent`, `annex`, or the name of the list's source.
    pub source: String,
    /// What kind of source speaks.
    pub kind: SourceKind,
    /// The id that the source itself gives the thing: the agent id, the row's native id, or contract id + annex label.
    pub native_id: Option<String>,
    /// When the collector recorded it.
    pub recorded: Timestamp,
    /// The last contact of the boot this sighting speaks of, where one is known.
    pub last_contact: Option<Timestamp>,
    /// The values.
    pub evidence: Evidence,
}

/// What kind of source a sighting comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceKind {
    /// An agent that runs on the machine.
    Agent,
    /// A row of a dated list of another console.
    List,
    /// A row of a contract's annex.
    Annex,
}

/// The raw values of one sighting. Absent is `None` or empty; nothing here is normalised.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Evidence {
    /// The agent's wall clock when it collected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub collected_at: Option<Timestamp>,
    /// Boot instant by the machine's own clock.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub boot_time: Option<Timestamp>,
    /// Host name, as the machine writes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hostname: Option<String>,
    /// `/etc/machine-id`, `MachineGuid` or the platform UUID's stand-in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub machine_id: Option<String>,
    /// Directory account ids.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub directory_ids: Vec<DirectoryId>,
    /// `linux`, `windows` or `macos`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub os_family: Option<String>,
    /// Name of the operating system, for display.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub os_name: Option<String>,
    /// `workstation`, `server` or `domain_controller`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub product_type: Option<String>,
    /// `firmware.system.manufacturer`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub manufacturer: Option<String>,
    /// `firmware.system.product`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub product: Option<String>,
    /// `firmware.system.version` (Lenovo writes the marketing model here).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub product_version: Option<String>,
    /// `firmware.system.family`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub product_family: Option<String>,
    /// System serial (SMBIOS type 1).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub system_serial: Option<String>,
    /// System UUID (SMBIOS type 1).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uuid: Option<String>,
    /// Baseboard maker (SMBIOS type 2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub board_manufacturer: Option<String>,
    /// Baseboard product (SMBIOS type 2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub board_product: Option<String>,
    /// Baseboard serial (SMBIOS type 2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub board_serial: Option<String>,
    /// SMBIOS chassis type, 1–36.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chassis_type: Option<u8>,
    /// Chassis maker (SMBIOS type 3).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chassis_manufacturer: Option<String>,
    /// Chassis serial (SMBIOS type 3).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chassis_serial: Option<String>,
    /// A serial whose scope the source does not tell (a list's or an annex's column).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub untyped_serial: Option<String>,
    /// Asset tag of the chassis, or the row's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub asset_tag: Option<String>,
    /// Whether SMBIOS has a management controller record (type 38).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bmc: Option<bool>,
    /// Whether SMBIOS type 16 says ECC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory_ecc: Option<bool>,
    /// Whether SMBIOS has a portable battery record (type 22).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub portable_battery: Option<bool>,
    /// SHA-256 of the TPM's endorsement key, hex.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tpm: Option<String>,
    /// Processor models.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub processors: Vec<String>,
    /// Form factors of the memory modules (`DIMM`, `SODIMM`…).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub memory_form_factors: Vec<String>,
    /// Disks.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub disks: Vec<Disk>,
    /// Network adapters.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub adapters: Vec<Adapter>,
    /// Whether the system lists a battery of its own (not a UPS).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub battery: Option<bool>,
    /// `none`, `guest`, `host` or `container`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// Which hypervisor or container engine.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub virtualisation: Option<String>,
    /// Category that the source itself claims (a list's or an annex's column), in this project's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claimed_category: Option<String>,
    /// Organisational unit, where a directory or a console tells it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ou: Option<String>,
    /// Tags that a console gives it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Annex label, or the row's display name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
}

/// A directory's id of the computer account.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct DirectoryId {
    /// `ad_sid` or `entra_device_id`.
    pub kind: String,
    /// The raw value.
    pub value: String,
}

/// A disk's identity evidence.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(default)]
pub struct Disk {
    /// Model.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// Serial.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub serial: Option<String>,
    /// Bus (`nvme`, `sata`, `usb`, `virtio`…).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bus: Option<String>,
    /// Whether it can be unplugged.
    pub removable: bool,
}

/// A network adapter's identity evidence.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(default)]
pub struct Adapter {
    /// Interface name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// MAC address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mac: Option<String>,
    /// `pci`, `usb`, `virtual`, `soc` or `bluetooth`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bus: Option<String>,
    /// Whether it can be unplugged (dock, USB adapter).
    pub removable: bool,
    /// Addresses, where the privacy level lets them be told. They identify nothing; scope rules name ranges of them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub addresses: Vec<String>,
}
