//! Which boots an agent speaks from: two that alternate are two machines with one identity.
//!
//! A boot that comes back after another one has spoken still runs, so both run: the newer one is the copy. It is told so
//! until it takes a new epoch, and goes on reporting; nobody is locked out. Kept in memory: after a restart the next
//! alternation tells again. Refuses to judge machines whose system names no boot.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// What each agent was last heard from.
#[derive(Debug, Default)]
pub(super) struct Sessions(Mutex<HashMap<(String, String), Session>>);

#[derive(Debug, Default)]
struct Session {
    boot: Vec<u8>,
    before: Vec<u8>,
    /// Boot of the copy, and the epoch that it has from the other.
    copy: Option<(Vec<u8>, String)>,
}

impl Sessions {
    /// Notes a check-in; says whether it comes from a copy that is to take a new epoch.
    pub(super) fn note(&self, client: &str, agent: &str, boot: &[u8], epoch: &str) -> bool {
        if boot.is_empty() {
            return false;
        }
        let mut sessions = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let session = sessions.entry((client.to_owned(), agent.to_owned())).or_default();
        if session.boot != boot {
            if session.before == boot && session.copy.is_none() {
                session.copy = Some((session.boot.clone(), epoch.to_owned()));
            }
            session.before = std::mem::replace(&mut session.boot, boot.to_owned());
        }
        session.copy.as_ref().is_some_and(|(copy, shared)| copy == boot && shared == epoch)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_boots_that_alternate_are_two_machines() {
        let sessions = Sessions::default();
        let note = |boot: &[u8], epoch| sessions.note("acme", "a", boot, epoch);
        assert!(!note(b"one", "e1"));
        assert!(!note(b"two", "e1"), "it may have booted again");
        assert!(!note(b"one", "e1"), "the older one is no copy");
        assert!(note(b"two", "e1"), "the newer one is");
        assert!(!note(b"two", "e2"));
        assert!(!note(b"one", "e1"));
        assert!(!note(b"two", "e2"), "with an epoch of its own it goes on");
    }

    #[test]
    fn boots_that_follow_each_other_are_one_machine() {
        let sessions = Sessions::default();
        for boot in [&b"one"[..], b"two", b"three", b"", b"three", b"four"] {
            assert!(!sessions.note("acme", "a", boot, "e1"));
        }
    }
}
