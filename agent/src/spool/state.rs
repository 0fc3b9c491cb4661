//! A machine's whole state as it travels: every section's bytes, and their digest.

use std::collections::BTreeMap;
use std::io;

use cadastre_proto::digest;
use cadastre_proto::hex;
use cadastre_proto::inventory::{Inventory, Outcome, SECTIONS, Section};
use serde::{Deserialize, Serialize};

/// A state. Made of an inventory; what `show` prints is what it holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    /// Id of the report.
    pub report_id: String,
    /// The machine's wall clock, RFC 3339.
    pub collected_at: String,
    /// Digest of the whole, hex.
    pub digest: String,
    /// Sections by id.
    pub sections: BTreeMap<String, Document>,
}

/// A section's bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// Compact JSON of `{outcome, reason, data}`.
    pub text: String,
    /// SHA-256 of it, hex.
    pub digest: String,
    /// How long reading it took.
    pub duration_ms: u64,
}

impl State {
    /// The state that an inventory tells; sections whose digest is in `refused` are replaced by a failed one.
    ///
    /// # Errors
    /// Only what JSON cannot write.
    pub fn of(inventory: &Inventory, refused: &[String]) -> io::Result<Self> {
        let mut sections = BTreeMap::new();
        for section in digest::sections(inventory)? {
            let document = Document {
                text: String::from_utf8(section.bytes).map_err(io::Error::other)?,
                digest: hex::encode(&section.digest),
                duration_ms: section.duration_ms,
            };
            sections.insert(section.id.to_owned(), document);
        }
        let (report_id, collected_at) = (inventory.report_id.clone(), inventory.collected_at.clone());
        let mut state = Self { report_id, collected_at, digest: String::new(), sections };
        state.sum();
        let known: Vec<String> = state.sections.keys().cloned().collect();
        for id in known {
            while state.sections.get(&id).is_some_and(|document| refused.contains(&document.digest)) {
                state.fail(&id)?;
            }
        }
        Ok(state)
    }

    /// The ids of its sections, in the order of the document.
    pub fn ids(&self) -> impl Iterator<Item = &'static str> {
        SECTIONS.into_iter().filter(|id| self.sections.contains_key(*id))
    }

    /// Replaces a section that cannot be sent by one that says so; one that says so already is left out.
    ///
    /// # Errors
    /// Only what JSON cannot write.
    pub fn fail(&mut self, id: &str) -> io::Result<()> {
        let Some(document) = self.sections.get_mut(id) else { return Ok(()) };
        let section = Section {
            outcome: Outcome::Failed,
            reason: Some("rejected".to_owned()),
            duration_ms: document.duration_ms,
            data: None,
        };
        let bytes = digest::section_bytes(&section)?;
        let digest = hex::encode(&digest::section_digest(&bytes));
        if document.digest == digest {
            self.sections.remove(id);
        } else {
            document.text = String::from_utf8(bytes).map_err(io::Error::other)?;
            document.digest = digest;
        }
        self.sum();
        Ok(())
    }

    /// The digest that a state of only these sections has, 32 bytes.
    #[must_use]
    pub fn digest_of<'a>(&self, ids: impl IntoIterator<Item = &'a str>) -> [u8; 32] {
        let wanted: Vec<&str> = ids.into_iter().collect();
        let digests: Vec<[u8; 32]> = SECTIONS
            .into_iter()
            .filter(|id| wanted.contains(id))
            .filter_map(|id| hex::decode(&self.sections.get(id)?.digest)?.try_into().ok())
            .collect();
        digest::state_digest(&digests)
    }

    fn sum(&mut self) {
        self.digest = hex::encode(&self.digest_of(self.ids()));
    }
}
