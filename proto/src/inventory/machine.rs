//! What a machine is called, what runs it and whether it is a machine of its own: `host`, `os`, `virtualisation`.

use serde::{Deserialize, Serialize};

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

/// Section `virtualisation`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Virtualisation {
    /// `none`, `guest`, `host` or `container`.
    pub role: Option<String>,
    /// Hypervisor or container engine.
    pub kind: Option<String>,
}
