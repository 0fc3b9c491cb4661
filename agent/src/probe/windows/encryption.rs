//! Section `encryption` under Windows: one row a volume of BitLocker, and other products that are installed.
//!
//! Refuses keys and key protectors. The class answers to administrators alone: anything else is `denied`.

use cadastre_proto::catalogue::Category;
use cadastre_proto::inventory::Safeguard;

use super::classes;
use crate::probe::Reading;
use crate::probe::software::Products;
use crate::source::Source;
use crate::source::wmi::Row;

const OWN: &str = "BitLocker";
/// `VolumeType` of the volume that Windows starts from.
const SYSTEM: u64 = 0;

/// The section.
pub(crate) fn read(source: &dyn Source, products: &Products<'_>) -> Reading<Vec<Safeguard>> {
    let others = products.of(&[Category::Encryption]).filter(|found| found.product.name != OWN);
    let others = others.map(|found| Safeguard {
        product: found.product.name.clone(),
        state: "unknown".to_owned(),
        evidence: found.evidence.clone(),
        ..Safeguard::default()
    });
    match source.wmi(&classes::ENCRYPTABLE_VOLUME) {
        Ok(rows) => Reading::ok(rows.iter().map(volume).chain(others).collect()),
        Err(error) => Reading::partial(others.collect(), &error),
    }
}

fn volume(row: &Row) -> Safeguard {
    // A volume that is locked says no more than that; a conversion that pauses is one that has not ended.
    let state = match (row.number("ProtectionStatus"), row.number("ConversionStatus")) {
        (Some(2), _) => "unknown",
        (_, Some(2..=5)) => "converting",
        (Some(1), _) => "protected",
        (Some(0), Some(1)) => "suspended",
        (Some(0), Some(0)) => "off",
        _ => "unknown",
    };
    let method = row.number("EncryptionMethod").and_then(|method| match method {
        1 | 3 => Some("AES-128"),
        2 | 4 => Some("AES-256"),
        6 => Some("XTS-AES-128"),
        7 => Some("XTS-AES-256"),
        _ => None,
    });
    let kind = if row.number("VolumeType") == Some(SYSTEM) { "system" } else { "volume" };
    let letter = row.text("DriveLetter");
    Safeguard {
        product: OWN.to_owned(),
        kind: Some(kind.to_owned()),
        state: state.to_owned(),
        evidence: vec![format!(
            "wmi:Win32_EncryptableVolume{}",
            letter.map(|letter| format!(":{letter}")).unwrap_or_default()
        )],
        details: method.map(str::to_owned),
        ..Safeguard::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn state(protection: u64, conversion: u64) -> String {
        let serde_json::Value::Object(map) = json!({ "ProtectionStatus": protection, "ConversionStatus": conversion })
        else {
            panic!("no object")
        };
        volume(&Row(map)).state
    }

    #[test]
    fn states_of_a_volume() {
        assert_eq!(state(1, 1), "protected");
        assert_eq!(state(0, 1), "suspended");
        assert_eq!(state(0, 0), "off");
        assert_eq!(state(0, 2), "converting");
        assert_eq!(state(1, 3), "converting");
        assert_eq!(state(2, 0), "unknown");
        assert_eq!(state(0, 4), "converting");
        assert_eq!(state(1, 5), "converting");
        assert_eq!(state(0, 6), "unknown");
    }
}
