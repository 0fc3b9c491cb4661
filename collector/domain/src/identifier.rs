//! From raw values to identifiers: what of a sighting may tell which device it is, and what is refused and why.
//!
//! The agent normalises form; this module normalises meaning. It refuses values that many machines carry (placeholders,
//! virtual adapters and disks, everything a container shows of its host). **Invariant**: a raw value always gives the
//! same identifier whatever stands beside it, but for the machine being virtual or a container and for a serial that
//! repeats the model or the maker.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use serde::Serialize;

use crate::category;
use crate::evidence::Evidence;

mod address;
pub(crate) mod placeholders;
mod serial;

pub use address::mac_number;
pub use serial::asset_tag;
pub(crate) use serial::within_one;
pub(crate) use serial::{alphanumeric, maker, model};

/// What an identifier is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum IdentifierKind {
    /// A serial; its scope says of what.
    Serial,
    /// System UUID.
    Uuid,
    /// Address of a network adapter.
    Mac,
    /// Serial of a disk.
    Disk,
    /// Digest of the TPM's endorsement key.
    Tpm,
    /// Id of the installed system.
    MachineId,
    /// Active Directory's id of the computer account.
    AdSid,
    /// Entra's id of the device.
    EntraDeviceId,
    /// Host name.
    Hostname,
}

/// What a serial is the serial of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SerialScope {
    /// The whole machine (SMBIOS type 1).
    System,
    /// Its case (type 3).
    Chassis,
    /// Its main board (type 2).
    Baseboard,
    /// As the BIOS tells it.
    Bios,
}

/// One identifier of a sighting, as `explain` prints it.
///
/// `normalised` and `refused` both present is a **weak** value: it is shown and compared, but it never links.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Identifier {
    /// What it is.
    pub kind: IdentifierKind,
    /// Of what, for a serial; `None` when the source does not tell, and for every other kind.
    pub scope: Option<SerialScope>,
    /// As the source wrote it.
    pub raw: String,
    /// As it is compared.
    pub normalised: Option<String>,
    /// Why it cannot link: a closed code.
    pub refused: Option<&'static str>,
}

/// A value that can tell two machines apart but not link them.
pub(crate) const WEAK_UUID: &str = "weak_uuid";
/// A dock, USB or Bluetooth adapter, or a disk that can be unplugged: it travels.
pub(crate) const WEAK_REMOVABLE: &str = "weak_removable";

/// All identifiers of `evidence`, in a fixed order of kinds; an absent or blank value gives none.
pub fn identifiers(evidence: &Evidence) -> Vec<Identifier> {
    let mut found = Vec::new();
    serials(evidence, &mut found);
    if let Some(raw) = written(evidence.uuid.as_deref()) {
        found.push(match address::uuid(raw) {
            Ok(address::Uuid::Strong(value)) => strong(IdentifierKind::Uuid, raw, value),
            Ok(address::Uuid::Weak(value)) => weak(IdentifierKind::Uuid, raw, value, WEAK_UUID),
            Err(reason) => refused(IdentifierKind::Uuid, raw, reason),
        });
    }
    macs(evidence, &mut found);
    disks(evidence, &mut found);
    let plain =
        [(IdentifierKind::Tpm, evidence.tpm.as_deref()), (IdentifierKind::MachineId, evidence.machine_id.as_deref())];
    for (kind, raw) in plain {
        push(kind, raw, address::system_id, &mut found);
    }
    for id in &evidence.directory_ids {
        match id.kind.as_str() {
            "ad_sid" => push(IdentifierKind::AdSid, Some(&id.value), address::security_id, &mut found),
            "entra_device_id" => push(IdentifierKind::EntraDeviceId, Some(&id.value), address::system_id, &mut found),
            _ => {}
        }
    }
    push(IdentifierKind::Hostname, evidence.hostname.as_deref(), address::hostname, &mut found);
    if evidence.role.as_deref() == Some("container") {
        for identifier in &mut found {
            identifier.normalised = None;
            identifier.refused = Some("container");
        }
    }
    found
}

fn serials(evidence: &Evidence, found: &mut Vec<Identifier>) {
    let others = [evidence.product.as_deref(), evidence.product_version.as_deref(), evidence.manufacturer.as_deref()];
    let scopes = [
        (Some(SerialScope::System), &evidence.system_serial),
        (Some(SerialScope::Chassis), &evidence.chassis_serial),
        (Some(SerialScope::Baseboard), &evidence.board_serial),
        (None, &evidence.untyped_serial),
    ];
    for (scope, raw) in scopes {
        let Some(raw) = written(raw.as_deref()) else { continue };
        let identifier = match serial::serial(raw, &others) {
            Ok(value) => strong(IdentifierKind::Serial, raw, value),
            Err(reason) => refused(IdentifierKind::Serial, raw, reason),
        };
        found.push(Identifier { scope, ..identifier });
    }
}

fn macs(evidence: &Evidence, found: &mut Vec<Identifier>) {
    let host = match category::nature(evidence) {
        category::Nature::Guest | category::Nature::Container => address::Host::Virtual,
        category::Nature::Physical => address::Host::Physical,
        category::Nature::Untold => address::Host::Untold,
    };
    for adapter in &evidence.adapters {
        let Some(raw) = written(adapter.mac.as_deref()) else { continue };
        let travels = |value: &str| match adapter.bus.as_deref() {
            _ if adapter.removable => true,
            Some(bus) => matches!(bus, "usb" | "bluetooth"),
            None => address::is_of_docks(value),
        };
        found.push(match address::mac(raw, host) {
            Ok(value) if travels(&value) => weak(IdentifierKind::Mac, raw, value, WEAK_REMOVABLE),
            Ok(value) => strong(IdentifierKind::Mac, raw, value),
            Err(reason) => refused(IdentifierKind::Mac, raw, reason),
        });
    }
}

fn disks(evidence: &Evidence, found: &mut Vec<Identifier>) {
    for disk in &evidence.disks {
        let Some(raw) = written(disk.serial.as_deref()) else { continue };
        let travels = disk.removable || disk.bus.as_deref() == Some("usb");
        found.push(match serial::disk(raw) {
            Ok(value) if travels => weak(IdentifierKind::Disk, raw, value, WEAK_REMOVABLE),
            Ok(value) => strong(IdentifierKind::Disk, raw, value),
            Err(reason) => refused(IdentifierKind::Disk, raw, reason),
        });
    }
}

fn push(
    kind: IdentifierKind,
    raw: Option<&str>,
    normal: fn(&str) -> Result<String, &'static str>,
    found: &mut Vec<Identifier>,
) {
    let Some(raw) = written(raw) else { return };
    found.push(match normal(raw) {
        Ok(value) => strong(kind, raw, value),
        Err(reason) => refused(kind, raw, reason),
    });
}

fn written(raw: Option<&str>) -> Option<&str> {
    raw.filter(|raw| !raw.trim().is_empty())
}

fn strong(kind: IdentifierKind, raw: &str, value: String) -> Identifier {
    Identifier { kind, scope: None, raw: raw.to_string(), normalised: Some(value), refused: None }
}

fn weak(kind: IdentifierKind, raw: &str, value: String, reason: &'static str) -> Identifier {
    Identifier { refused: Some(reason), ..strong(kind, raw, value) }
}

fn refused(kind: IdentifierKind, raw: &str, reason: &'static str) -> Identifier {
    Identifier { kind, scope: None, raw: raw.to_string(), normalised: None, refused: Some(reason) }
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::*;
    use crate::evidence::{Adapter, DirectoryId, Disk};

    fn laptop() -> Evidence {
        Evidence {
            hostname: Some("PC-1.corp.example".into()),
            manufacturer: Some("Dell Inc.".into()),
            product: Some("Latitude 5420".into()),
            chassis_type: Some(10),
            system_serial: Some("3HT1B63".into()),
            chassis_serial: Some("Latitude 5420".into()),
            uuid: Some("4c4c4544-0033-4810-8054-b1c04f423633".into()),
            adapters: vec![
                Adapter { mac: Some("98:FA:9B:20:00:00".into()), bus: Some("pci".into()), ..Adapter::default() },
                Adapter { mac: Some("00:e0:4c:68:20:01".into()), bus: Some("usb".into()), ..Adapter::default() },
            ],
            disks: vec![Disk { serial: Some("S5GX460001".into()), bus: Some("nvme".into()), ..Disk::default() }],
            directory_ids: vec![DirectoryId { kind: "ad_sid".into(), value: "S-1-5-21-1-2-3-1414".into() }],
            ..Evidence::default()
        }
    }

    #[test]
    fn a_laptop_gives_its_identifiers_and_says_what_it_refuses() {
        let shown: Vec<_> =
            identifiers(&laptop()).into_iter().map(|i| (i.kind, i.scope, i.normalised, i.refused)).collect();
        let of = |text: &str| Some(text.to_string());
        assert_eq!(
            shown,
            [
                (IdentifierKind::Serial, Some(SerialScope::System), of("3HT1B63"), None),
                (IdentifierKind::Serial, Some(SerialScope::Chassis), None, Some("equals_model")),
                (IdentifierKind::Uuid, None, of("44454c4c330010488054b1c04f423633"), None),
                (IdentifierKind::Mac, None, of("98:fa:9b:20:00:00"), None),
                (IdentifierKind::Mac, None, of("00:e0:4c:68:20:01"), Some("weak_removable")),
                (IdentifierKind::Disk, None, of("S5GX460001"), None),
                (IdentifierKind::AdSid, None, of("S-1-5-21-1-2-3-1414"), None),
                (IdentifierKind::Hostname, None, of("pc-1"), None),
            ]
        );
    }

    #[test]
    fn an_address_of_docks_travels_unless_its_bus_says_otherwise() {
        let told = |bus: Option<&str>| {
            let adapter =
                Adapter { mac: Some("00-E0-4C-5D-FF-7C".into()), bus: bus.map(Into::into), ..Adapter::default() };
            let seen = Evidence { adapters: vec![adapter], ..Evidence::default() };
            identifiers(&seen).pop().unwrap().refused
        };
        assert_eq!(told(None), Some("weak_removable"));
        assert_eq!(told(Some("usb")), Some("weak_removable"));
        assert_eq!(told(Some("pci")), None);
    }

    #[test]
    fn a_container_has_no_identifier_of_its_own() {
        let container = Evidence { role: Some("container".into()), ..laptop() };
        assert!(identifiers(&container).iter().all(|i| i.normalised.is_none() && i.refused == Some("container")));
    }

    #[test]
    fn explain_prints_an_identifier_with_all_its_keys() {
        let first = identifiers(&laptop()).into_iter().next().unwrap();
        assert_eq!(
            serde_json::to_string(&first).unwrap(),
            r#"{"kind":"serial","scope":"system","raw":"3HT1B63","normalised":"3HT1B63","refused":null}"#
        );
    }
}
