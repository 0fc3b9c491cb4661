//! The stored summary of a client: bytes that anyone may make again from its facts, kept so that a start is quick.
//!
//! It is no fact: it takes no sequence and no export carries it. **Invariant**: it is written only on the head it was
//! made from, so an erased client leaves none.

use super::codec;
use super::error::FactsError;
use super::record::Record;
use super::store::{Batch, Expect, Space, SpaceKey, StoreError, Write};

impl Record {
    /// The stored summary of a client.
    pub async fn summary(&self, client: &str) -> Result<Option<Vec<u8>>, FactsError> {
        Ok(self.store().get(client, vec![key()]).await?.into_iter().flatten().next())
    }

    /// Stores a summary that was made from the facts up to `seq`. Says whether the client was still there.
    pub async fn keep_summary(&self, client: &str, seq: u64, summary: Vec<u8>) -> Result<bool, FactsError> {
        let head = self.read_head(client).await?;
        if head.seq == 0 || head.seq != seq {
            return Ok(false);
        }
        let batch = Batch {
            client: client.to_owned(),
            expect: vec![Expect { key: codec::head_key(), value: head.value() }],
            writes: vec![Write::Put(key(), summary)],
            journal: Vec::new(),
        };
        let gate = self.gate(client)?;
        let written = self.store().append(batch);
        drop(gate);
        match written.await {
            Ok(()) => Ok(true),
            Err(StoreError::Conflict) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }
}

fn key() -> SpaceKey {
    (Space::Summary, Vec::new())
}
