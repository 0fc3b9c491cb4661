//! Ids of devices and tasks: made of contents alone, so that any replay gives the same.
//!
//! An id is the first 16 bytes of SHA-256, in hexadecimal, over the client and the parts, each preceded by its length.

use alloc::format;
use alloc::string::String;

use sha2::{Digest, Sha256};

use crate::evidence::Sighting;

/// The id of a device that this sighting founds.
pub(super) fn own(client: &str, sighting: &Sighting) -> String {
    let native = sighting.native_id.as_deref().unwrap_or(&sighting.id);
    hash(&["asset", client, &sighting.source, native])
}

/// The id of a second device under the sighting's native id.
pub(super) fn of_report(client: &str, sighting: &Sighting) -> String {
    let native = sighting.native_id.as_deref().unwrap_or(&sighting.id);
    hash(&["asset", client, &sighting.source, native, &sighting.id])
}

/// H of `parts`.
pub(super) fn hash(parts: &[&str]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part.as_bytes());
    }
    hasher.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}
