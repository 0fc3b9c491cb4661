//! The one form of a section on its way: compact JSON of `{outcome, reason, data}`, and its SHA-256.
//!
//! Both ends make digests here and nowhere else. `duration_ms` is in no digest, so that an unchanged machine has unchanged
//! digests.
//! Invariant: the order of keys is that of the documents (`serde_json` keeps the order of insertion in this workspace).

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::inventory::{Inventory, Outcome, SECTIONS, Section};

/// A section's bytes, before compression.
///
/// # Errors
/// Only what `serde_json` refuses to write; no document of this crate is such a value.
pub fn section_bytes(section: &Section) -> Result<Vec<u8>, serde_json::Error> {
    serde_json::to_vec(&Body {
        outcome: section.outcome,
        reason: section.reason.as_deref(),
        data: section.data.as_ref(),
    })
}

/// A section from the bytes of [`section_bytes`], with the duration that travelled beside.
///
/// # Errors
/// Bytes that are no JSON of a section.
pub fn section_from_bytes(bytes: &[u8], duration_ms: u64) -> Result<Section, serde_json::Error> {
    let body: OwnedBody = serde_json::from_slice(bytes)?;
    Ok(Section { outcome: body.outcome, reason: body.reason, duration_ms, data: body.data })
}

/// SHA-256 of a section's bytes.
#[must_use]
pub fn section_digest(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// SHA-256 over the sections' digests, given in the order of [`SECTIONS`].
#[must_use]
pub fn state_digest<'a>(digests: impl IntoIterator<Item = &'a [u8; 32]>) -> [u8; 32] {
    let mut hash = Sha256::new();
    for digest in digests {
        hash.update(digest);
    }
    hash.finalize().into()
}

/// Every section of an inventory as it travels, in the order of [`SECTIONS`]; one that the inventory lacks is left out.
///
/// # Errors
/// As [`section_bytes`].
pub fn sections(inventory: &Inventory) -> Result<Vec<Encoded>, serde_json::Error> {
    let mut encoded = Vec::with_capacity(SECTIONS.len());
    for id in SECTIONS {
        let Some(section) = inventory.sections.get(id) else { continue };
        let bytes = section_bytes(section)?;
        encoded.push(Encoded { id, digest: section_digest(&bytes), duration_ms: section.duration_ms, bytes });
    }
    Ok(encoded)
}

/// A section as it travels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Encoded {
    /// One of [`SECTIONS`].
    pub id: &'static str,
    /// SHA-256 of `bytes`.
    pub digest: [u8; 32],
    /// How long its collection took.
    pub duration_ms: u64,
    /// Compact JSON, not compressed.
    pub bytes: Vec<u8>,
}

#[derive(Serialize)]
struct Body<'a> {
    outcome: Outcome,
    reason: Option<&'a str>,
    data: Option<&'a serde_json::Value>,
}

#[derive(Deserialize)]
struct OwnedBody {
    outcome: Outcome,
    #[serde(default)]
    reason: Option<String>,
    #[serde(default)]
    data: Option<serde_json::Value>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::Host;

    fn section(duration_ms: u64) -> Section {
        let host = Host { hostname: Some("pc-1".to_owned()), ..Host::default() };
        Section { outcome: Outcome::Ok, reason: None, duration_ms, data: Some(serde_json::to_value(host).unwrap()) }
    }

    #[test]
    fn bytes_keep_the_order_of_the_documents() {
        let text = String::from_utf8(section_bytes(&section(3)).unwrap()).unwrap();
        assert_eq!(
            text,
            r#"{"outcome":"ok","reason":null,"data":{"hostname":"pc-1","domain":null,"machine_id":null,"directory_ids":[],"boot_time":null,"timezone":null}}"#
        );
    }

    #[test]
    fn duration_is_in_no_digest() {
        let one = section_digest(&section_bytes(&section(3)).unwrap());
        let other = section_digest(&section_bytes(&section(99)).unwrap());
        assert_eq!(one, other);
    }

    #[test]
    fn bytes_come_back_as_the_same_section() {
        let bytes = section_bytes(&section(7)).unwrap();
        assert_eq!(section_from_bytes(&bytes, 7).unwrap(), section(7));
    }

    #[test]
    fn order_of_digests_matters() {
        assert_ne!(state_digest([&[1; 32], &[2; 32]]), state_digest([&[2; 32], &[1; 32]]));
    }
}
