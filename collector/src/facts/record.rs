//! The typed record above a store: what it remembers of each client, and the gate to the store's queue.
//!
//! What can be said to it stands in `append`, `certificates`, `import` and `house`, what it gives back in `read` and
//! `export`. It refuses to change or remove a fact; only a whole client can go. Invariant: while a client is imported
//! or erased, nothing else is queued for it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::changes::Changes;
use super::codec::{self, HOUSE, Head};
use super::error::FactsError;
use super::rows::Rows;
use super::store::{Space, SpaceKey, Store};
use super::tip::Tip;
use crate::clock::Clock;

/// How often an append starts again when another process moved the record.
pub(super) const ATTEMPTS_MAX: u32 = 16;

/// The record of all clients. Cheap to clone.
#[derive(Clone)]
pub struct Record {
    inner: Arc<Inner>,
}

pub(super) struct Inner {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    tips: Mutex<HashMap<String, Tip>>,
    /// The last hour written per client and agent: at most one durable contact an agent and hour.
    spoken: Mutex<HashMap<(String, String), i64>>,
    /// How many contact hours this process wrote, per client.
    contacts: Mutex<HashMap<String, u64>>,
    reserved: Mutex<Reservations>,
    pub(super) changes: Mutex<Changes>,
}

/// Clients that are imported or erased just now.
type Reservations = HashMap<String, Purpose>;

/// Why a client's code is reserved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    Import,
    Erase,
}

/// Open for one client: nobody can reserve it meanwhile. Held while a batch is queued, never longer.
pub(super) struct Gate<'a> {
    _open: MutexGuard<'a, Reservations>,
}

/// While it lives, an import or an erasure has the client's code to itself.
pub(super) struct Reserved {
    record: Record,
    client: String,
}

impl Drop for Reserved {
    fn drop(&mut self) {
        self.record.reserved().remove(&self.client);
    }
}

impl Record {
    /// A record over a store. One process has one record of a store: it remembers what it has under way.
    pub fn new(store: Arc<dyn Store>, clock: Arc<dyn Clock>) -> Self {
        let (tips, spoken, contacts) = (Mutex::default(), Mutex::default(), Mutex::default());
        let (reserved, changes) = (Mutex::default(), Mutex::default());
        Self { inner: Arc::new(Inner { store, clock, tips, spoken, contacts, reserved, changes }) }
    }

    /// The tip of a client, read from the store when this process has none.
    pub(super) async fn tip(&self, client: &str) -> Result<Tip, FactsError> {
        if let Some(tip) = self.tips().get(client) {
            return Ok(tip.clone());
        }
        let head = self.read_head(client).await?;
        Ok(self.tips().entry(client.to_owned()).or_insert_with(|| Tip::new(head)).clone())
    }

    /// Drops a tip whose batch failed.
    pub(super) fn forget(&self, client: &str, tip: &Tip) {
        tip.lock().stale = true;
        let mut tips = self.tips();
        if tips.get(client).is_some_and(|known| known.is(tip)) {
            tips.remove(client);
        }
    }

    /// Drops whatever this process remembers of a client.
    pub(super) fn forget_client(&self, client: &str) {
        if let Some(tip) = self.tips().remove(client) {
            tip.lock().stale = true;
        }
        self.spoken().retain(|(of, _), _| of != client);
        *self.contacts_written().entry(client.to_owned()).or_default() += 1;
        self.note_said(client, 0);
    }

    /// A value that changes with every fact and every contact hour of a client: what was read before it is old.
    pub async fn stamp(&self, client: &str) -> Result<(u64, u64), FactsError> {
        let contacts = self.contacts_written().get(client).copied().unwrap_or_default();
        Ok((self.head(client).await?, contacts))
    }

    /// Remembers an agent's hour that was written.
    pub(super) fn spoke(&self, who: (String, String), hour: i64) {
        *self.contacts_written().entry(who.0.clone()).or_default() += 1;
        self.note_heard(&who.0);
        self.spoken().insert(who, hour);
    }

    /// Forgets a client: when it returns, no file of the store holds a byte of it.
    pub async fn erase(&self, client: &str) -> Result<(), FactsError> {
        check_client(client)?;
        let unknown = || FactsError::ClientUnknown(client.to_owned());
        if client == HOUSE || self.read_head(client).await?.seq == 0 {
            return Err(unknown());
        }
        let _reserved = self.reserve(client, Purpose::Erase).ok_or_else(unknown)?;
        let erased = self.store().erase(client).await;
        self.forget_client(client);
        Ok(erased?)
    }

    /// Reserves a client's code; `None` when somebody has it.
    pub(super) fn reserve(&self, client: &str, purpose: Purpose) -> Option<Reserved> {
        let mut reserved = self.reserved();
        if reserved.contains_key(client) {
            return None;
        }
        reserved.insert(client.to_owned(), purpose);
        Some(Reserved { record: self.clone(), client: client.to_owned() })
    }

    /// Lets a batch of a client through to the store's queue.
    pub(super) fn gate(&self, client: &str) -> Result<Gate<'_>, FactsError> {
        let open = self.reserved();
        match open.get(client) {
            None => Ok(Gate { _open: open }),
            Some(Purpose::Import) => Err(FactsError::ClientExists(client.to_owned())),
            Some(Purpose::Erase) => Err(FactsError::ClientUnknown(client.to_owned())),
        }
    }

    pub(super) async fn read_head(&self, client: &str) -> Result<Head, FactsError> {
        let values = self.store().get(client, vec![codec::head_key()]).await?;
        Head::read(values.first().and_then(Option::as_deref))
    }

    pub(super) async fn read_rows(&self, client: &str, keys: Vec<SpaceKey>) -> Result<Rows, FactsError> {
        if keys.is_empty() {
            return Ok(Rows::new());
        }
        let values = self.store().get(client, keys.clone()).await?;
        Ok(keys.into_iter().zip(values).collect())
    }

    pub(super) fn inner(&self) -> &Inner {
        &self.inner
    }

    pub(super) fn store(&self) -> &Arc<dyn Store> {
        &self.inner.store
    }

    pub(super) fn clock(&self) -> &Arc<dyn Clock> {
        &self.inner.clock
    }

    fn tips(&self) -> MutexGuard<'_, HashMap<String, Tip>> {
        self.inner.tips.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn contacts_written(&self) -> MutexGuard<'_, HashMap<String, u64>> {
        self.inner.contacts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn reserved(&self) -> MutexGuard<'_, Reservations> {
        self.inner.reserved.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn spoken(&self) -> MutexGuard<'_, HashMap<(String, String), i64>> {
        self.inner.spoken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A client code, or the house.
pub(super) fn check_client(client: &str) -> Result<(), FactsError> {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let ok = client.len() <= 63
        && client.bytes().next().is_some_and(plain)
        && client.bytes().all(|byte| plain(byte) || byte == b'-');
    if ok || client == HOUSE { Ok(()) } else { Err(FactsError::ClientCode(client.to_owned())) }
}

/// Rows read at once.
pub(super) const PAGE_ROWS: usize = 1024;

/// Every pair of a space.
pub(super) async fn all(
    store: &Arc<dyn Store>,
    client: &str,
    space: Space,
    mut after: Option<Vec<u8>>,
    mut each: impl FnMut(Vec<u8>, Vec<u8>) -> Result<(), FactsError>,
) -> Result<(), FactsError> {
    loop {
        let page = store.range(client, space, after, PAGE_ROWS).await?;
        let whole = page.len() < PAGE_ROWS;
        after = page.last().map(|(key, _)| key.clone());
        for (key, value) in page {
            each(key, value)?;
        }
        if whole {
            return Ok(());
        }
    }
}
