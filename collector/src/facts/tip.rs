//! The end of one client's record as this process knows it, with what is still on its way to the disk.
//!
//! Appends of one client do not wait for one another: each takes its sequence here under a short lock, queues its
//! batch and awaits the group commit without the lock. An append that reads rows pins them first; while a row is
//! pinned, what others queue for it is kept here, so that the next append builds on it and not on the disk's older
//! value. Invariant: when a batch fails, its tip is stale for ever; whoever holds it starts again from the store.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::codec::Head;
use super::rows::Rows;
use super::store::SpaceKey;

/// One client's tip, shared by the appends under way.
#[derive(Clone)]
pub(super) struct Tip {
    state: Arc<Mutex<State>>,
}

/// What the lock guards.
pub(super) struct State {
    /// The head, batches under way included.
    pub(super) head: Head,
    /// A batch failed: this tip is of no use any more.
    pub(super) stale: bool,
    pinned: HashMap<SpaceKey, Pinned>,
}

struct Pinned {
    by: u32,
    /// The value queued since the first pin, if any was.
    queued: Option<Option<Vec<u8>>>,
}

/// Rows that an append holds on to until it is done.
pub(super) struct Pins {
    tip: Tip,
    keys: Vec<SpaceKey>,
}

impl Tip {
    pub(super) fn new(head: Head) -> Self {
        Self { state: Arc::new(Mutex::new(State { head, stale: false, pinned: HashMap::new() })) }
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether this is that very tip.
    pub(super) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.state, &other.state)
    }

    /// Pins rows; they must be read from the store after this.
    pub(super) fn pin(&self, keys: Vec<SpaceKey>) -> Pins {
        let mut state = self.lock();
        for key in &keys {
            state.pinned.entry(key.clone()).or_insert(Pinned { by: 0, queued: None }).by += 1;
        }
        drop(state);
        Pins { tip: self.clone(), keys }
    }
}

impl State {
    /// The newest value of each row, given what the store said.
    pub(super) fn newest(&self, read: Rows) -> Rows {
        read.into_iter()
            .map(|(key, stored)| {
                let queued = self.pinned.get(&key).and_then(|pinned| pinned.queued.clone());
                (key, queued.unwrap_or(stored))
            })
            .collect()
    }

    /// Remembers what a batch writes to pinned rows.
    pub(super) fn queued(&mut self, key: &SpaceKey, value: &Option<Vec<u8>>) {
        if let Some(pinned) = self.pinned.get_mut(key) {
            pinned.queued = Some(value.clone());
        }
    }
}

impl Drop for Pins {
    fn drop(&mut self) {
        let mut state = self.tip.lock();
        for key in &self.keys {
            let last = state.pinned.get_mut(key).is_none_or(|pinned| {
                pinned.by = pinned.by.saturating_sub(1);
                pinned.by == 0
            });
            if last {
                state.pinned.remove(key);
            }
        }
    }
}
