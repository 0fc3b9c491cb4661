//! What protects a machine, as its newest report or a console's row tells it: typed facts, no verdict.
//!
//! It refuses to guess: what was not read is `None`, never an empty list. **Invariant**: absent from a read list and not
//! read are two things here, and stay two in every verdict.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// What one report or row says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Protection {
    /// Antivirus and detection products; `None` when nobody looked or could look.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub antivirus: Option<Vec<Product>>,
    /// Firewalls.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub firewall: Option<Vec<Safeguard>>,
    /// Encrypted volumes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encryption: Option<Vec<Safeguard>>,
    /// Backups.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backup: Option<Vec<Safeguard>>,
    /// Mail programs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mail: Option<Vec<Safeguard>>,
    /// Last day of the maker's support of the operating system.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub support_end: Option<Date>,
    /// Memory of the machine, bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory_bytes: Option<u64>,
    /// Date of its firmware: a sign of its age where nobody says when it was supplied.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub firmware_on: Option<Date>,
    /// Sections that could not be read whole, with their outcome: `denied`, `timed_out`, `failed`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub unread: BTreeMap<String, String>,
}

impl Protection {
    /// The kinds of requirement that it speaks of.
    pub fn kinds(&self) -> impl Iterator<Item = &'static str> {
        let products = self.antivirus.as_deref().unwrap_or_default();
        let told = [
            ("antivirus", products.iter().any(|product| !product.detects)),
            ("detection", products.iter().any(|product| product.detects)),
            ("mail", self.mail.is_some()),
            ("backup", self.backup.is_some()),
            ("firewall", self.firewall.is_some()),
            ("encryption", self.encryption.is_some()),
        ];
        told.into_iter().filter(|(_, told)| *told).map(|(kind, _)| kind)
    }
}

/// An antivirus or detection product.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Product {
    /// Its name.
    pub product: String,
    /// Whether it detects (EDR) rather than prevents.
    pub detects: bool,
    /// Whether it protects by itself: `active` and `passive` ones may, `management`, `baseline` and `stale` never.
    pub protects: bool,
    /// `protected`, `not_protected` or `unknown`.
    pub state: State,
    /// Date of its signatures.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signature_date: Option<Timestamp>,
}

/// A firewall, an encrypted volume, a backup, a mail program.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Safeguard {
    /// Its name.
    pub product: String,
    /// Whether it does what it is for: firewall on, volume protected, last backup a success, mail program there.
    pub state: State,
    /// Backup: the last success.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_success: Option<Timestamp>,
}

/// Three states, never two.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It protects.
    Protected,
    /// It is there and does not protect.
    NotProtected,
    /// Nobody can tell.
    #[default]
    Unknown,
}
