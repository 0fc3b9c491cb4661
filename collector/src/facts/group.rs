//! A group of batches that share one write to the disk: later batches see the earlier ones of their group.
//!
//! Refuses a batch whose preconditions do not hold; the rest of the group goes on. Invariant: a refused batch leaves
//! nothing in the group.

use std::collections::HashMap;

use super::chunk;
use super::store::{Batch, SpaceKey, StoreError};

/// What a group will write.
#[derive(Debug, Default)]
pub(super) struct Group {
    /// New values by row key ([`chunk::row_key`]).
    pub(super) values: HashMap<Vec<u8>, Vec<u8>>,
    /// Lines for the second file, each with its line end.
    pub(super) journal: Vec<u8>,
    /// Bytes of keys and values.
    pub(super) bytes: usize,
}

impl Group {
    /// Adds a batch. `stored` gives the value of a row as the disk has it.
    pub(super) fn add(
        &mut self,
        batch: &Batch,
        stored: impl Fn(&[u8]) -> Result<Option<Vec<u8>>, StoreError>,
    ) -> Result<(), StoreError> {
        let row = |key: &SpaceKey| chunk::row_key(&batch.client, key);
        for expect in &batch.expect {
            if self.value(&row(&expect.key), &stored)? != expect.value {
                return Err(StoreError::Conflict);
            }
        }
        let mut new: HashMap<Vec<u8>, Vec<u8>> = HashMap::new();
        for write in &batch.writes {
            let row = row(write.key());
            let before = match (write, new.get(&row)) {
                (super::store::Write::Put(..), _) => None,
                (_, Some(value)) => Some(value.clone()),
                (_, None) => self.value(&row, &stored)?,
            };
            if let Some(value) = write.over(before.as_deref()) {
                new.insert(row, value);
            }
        }
        self.bytes += new.iter().map(|(row, value)| row.len() + value.len()).sum::<usize>();
        self.values.extend(new);
        for line in &batch.journal {
            self.journal.extend_from_slice(line.as_bytes());
            self.journal.push(b'\n');
        }
        Ok(())
    }

    fn value(
        &self,
        row: &[u8],
        stored: impl Fn(&[u8]) -> Result<Option<Vec<u8>>, StoreError>,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        match self.values.get(row) {
            Some(value) => Ok(Some(value.clone())),
            None => stored(row),
        }
    }
}
