//! The store in memory: for `explain`, `compare`, the sample and tests. Nothing of it outlives the process.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::{Arc, PoisonError, RwLock};

use super::store::{Batch, Pair, Reply, Space, SpaceKey, Store, StoreError};

type Rows = BTreeMap<(String, Space, Vec<u8>), Vec<u8>>;

/// Rows in a map behind one lock.
#[derive(Debug, Clone, Default)]
pub struct MemoryStore {
    rows: Arc<RwLock<Rows>>,
}

impl MemoryStore {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }

    fn read<T>(&self, look: impl FnOnce(&Rows) -> T) -> T {
        look(&self.rows.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn write<T>(&self, change: impl FnOnce(&mut Rows) -> T) -> T {
        change(&mut self.rows.write().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Store for MemoryStore {
    fn get(&self, client: &str, keys: Vec<SpaceKey>) -> Reply<Vec<Option<Vec<u8>>>> {
        let values = self.read(|rows| keys.iter().map(|key| rows.get(&row(client, key)).cloned()).collect());
        ready(Ok(values))
    }

    fn range(&self, client: &str, space: Space, after: Option<Vec<u8>>, limit: usize) -> Reply<Vec<Pair>> {
        let from = match after {
            Some(key) => Bound::Excluded((client.to_owned(), space, key)),
            None => Bound::Included((client.to_owned(), space, Vec::new())),
        };
        let pairs = self.read(|rows| {
            rows.range((from, Bound::Unbounded))
                .take_while(|((of, within, _), _)| of == client && *within == space)
                .take(limit)
                .map(|((_, _, key), value)| (key.clone(), value.clone()))
                .collect()
        });
        ready(Ok(pairs))
    }

    fn clients(&self) -> Reply<Vec<String>> {
        let clients = self.read(|rows| {
            rows.keys().filter(|(_, space, _)| *space == Space::Head).map(|(client, _, _)| client.clone()).collect()
        });
        ready(Ok(clients))
    }

    fn append(&self, batch: Batch) -> Reply<()> {
        ready(self.write(|rows| apply(rows, &batch)))
    }

    fn erase(&self, client: &str) -> Reply<()> {
        self.write(|rows| rows.retain(|(of, _, _), _| of != client));
        ready(Ok(()))
    }
}

fn apply(rows: &mut Rows, batch: &Batch) -> Result<(), StoreError> {
    let holds = batch.expect.iter().all(|expect| rows.get(&row(&batch.client, &expect.key)) == expect.value.as_ref());
    if !holds {
        return Err(StoreError::Conflict);
    }
    for write in &batch.writes {
        let key = row(&batch.client, write.key());
        if let Some(value) = write.over(rows.get(&key).map(Vec::as_slice)) {
            rows.insert(key, value);
        }
    }
    Ok(())
}

fn row(client: &str, (space, key): &SpaceKey) -> (String, Space, Vec<u8>) {
    (client.to_owned(), *space, key.clone())
}

fn ready<T: Send + 'static>(result: Result<T, StoreError>) -> Reply<T> {
    Box::pin(std::future::ready(result))
}
