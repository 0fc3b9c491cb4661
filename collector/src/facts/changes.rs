//! Which clients changed since their summaries were made: by what people said, and by what machines said.
//!
//! It lives with the process and holds no fact. **Invariant**: a client is named here before the append that changed it
//! returns, and leaves only when whoever read it says how far that was.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{MutexGuard, PoisonError};

use cadastre_domain::fact::Fact;

use super::codec::HOUSE;
use super::record::Record;

/// The clients that changed.
#[derive(Debug, Default)]
pub(super) struct Changes {
    /// Changed by people, with the sequence of the last such fact.
    said: BTreeMap<String, u64>,
    /// Changed by machines.
    heard: BTreeSet<String>,
}

impl Record {
    /// Clients that people changed, the house apart, with the sequence to read up to.
    pub fn said(&self) -> Vec<(String, u64)> {
        self.changes().said.iter().map(|(client, seq)| (client.clone(), *seq)).collect()
    }

    /// A client was read up to a sequence.
    pub fn settled(&self, client: &str, seq: u64) {
        let mut changes = self.changes();
        if changes.said.get(client).is_some_and(|said| *said <= seq) {
            changes.said.remove(client);
        }
    }

    /// Takes the clients that machines changed; the house stands for all of them.
    pub fn take_heard(&self) -> BTreeSet<String> {
        std::mem::take(&mut self.changes().heard)
    }

    /// Notes that a client must be read again, up to a sequence at least.
    pub fn note_said(&self, client: &str, seq: u64) {
        if client == HOUSE {
            self.note_heard(client);
        } else {
            self.changes().said.insert(client.to_owned(), seq);
        }
    }

    /// Notes that a client may be read again.
    pub(super) fn note_heard(&self, client: &str) {
        self.changes().heard.insert(client.to_owned());
    }

    /// Notes facts that were appended up to a sequence.
    pub(super) fn note_facts<'a>(&self, client: &str, seq: u64, mut facts: impl Iterator<Item = &'a Fact>) {
        if facts.any(is_said) { self.note_said(client, seq) } else { self.note_heard(client) }
    }

    fn changes(&self) -> MutexGuard<'_, Changes> {
        self.inner().changes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether people said it; machines say the rest.
fn is_said(fact: &Fact) -> bool {
    !matches!(
        fact,
        Fact::Report { .. } | Fact::Enrolled { .. } | Fact::Renewed { .. } | Fact::Started { .. } | Fact::Stopped
    )
}
