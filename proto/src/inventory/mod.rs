//! The documents of `show`: what leaves a machine, section by section.
//!
//! A section's bytes are the compact JSON of `{outcome, reason, data}` with keys in the order of these structs; its digest
//! is SHA-256 of that JSON. Source: the inventory document, schema `cadastre/inventory/1`. Every key is optional for a
//! reader; a writer writes `null` for what it does not know.

mod hardware;
mod machine;
mod software;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use self::hardware::{
    Adapter, Battery, Bios, Board, Chassis, Disk, Firmware, Memory, MemoryModule, Processor, ProcessorPackage, System,
};
pub use self::machine::{DirectoryId, Host, Os, Virtualisation};
pub use self::software::{Antivirus, Package, Product, Protection, Safeguard, Software};

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
