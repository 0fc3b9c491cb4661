//! What is installed and what it does for the machine: `software`, `protection` and the rows of the safeguards.

use serde::{Deserialize, Serialize};

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
