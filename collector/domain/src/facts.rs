//! What `derive` takes: the facts of one client, and those of the house that every client's register needs.
//!
//! Refuses: reading anything. **Invariant**: cut at an instant, they are what was known then and nothing later.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

use jiff::Timestamp;

use crate::contact::Contact;
use crate::evidence::Evidence;
use crate::fact::Recorded;
use crate::protection::Protection;
use crate::usage::IndexRow;

/// One client's facts, as `derive` takes them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    /// Client code.
    pub client: String,
    /// Facts in the order of their sequence.
    pub recorded: Vec<Recorded>,
    /// Evidence of each [`crate::fact::Fact::Report`], by its sequence: its sections, decoded.
    pub evidence: BTreeMap<u64, Evidence>,
    /// What protects the machine of each [`crate::fact::Fact::Report`], by its sequence.
    pub protection: BTreeMap<u64, Arc<Protection>>,
    /// Contacts of the client's agents.
    pub contacts: Vec<Contact>,
}

/// Facts of the house that every client's register needs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HouseFacts {
    /// Spans in which the collector ran, in order: (started, last known alive).
    pub running: Vec<(Timestamp, Timestamp)>,
    /// Published indexes, in the order they were recorded.
    pub indexes: Vec<(Timestamp, IndexRow)>,
    /// Groups that belong to a client: when it was said, source, group.
    pub mapped: Vec<(Timestamp, String, String)>,
    /// Files that had a group column: when they were recorded, what they speak of, the groups that had no client then.
    pub grouped: Vec<Grouped>,
}

/// What one file of many clients left without a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grouped {
    /// When it was recorded.
    pub at: Timestamp,
    /// Name of the source.
    pub source: String,
    /// The instant it speaks of.
    pub as_of: Timestamp,
    /// Rows by group.
    pub groups: BTreeMap<String, u32>,
}

impl Facts {
    /// What was known at `known_at`: later facts, and contact hours that begin later, do not exist.
    #[must_use]
    pub fn known_at(mut self, known_at: Timestamp) -> Self {
        self.recorded.retain(|recorded| recorded.at <= known_at);
        for contact in &mut self.contacts {
            contact.mask(known_at);
        }
        self.contacts.retain(|contact| contact.last().is_some());
        self
    }
}
