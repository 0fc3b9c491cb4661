//! Which of its certificates an agent used: the one thing in a row that no fact says.
//!
//! Invariant: once a newer certificate was used, the older ones are not the agent's any more.

use super::error::FactsError;
use super::record::{ATTEMPTS_MAX, Record};
use super::rows::{self, Rows};
use super::store::{Batch, Expect, Reply, SpaceKey, StoreError, Write};
use super::tip::Tip;

impl Record {
    /// Notes that an agent used the certificate of this serial: older ones are no longer its own.
    pub async fn certificate_used(&self, client: &str, agent: &str, serial: &str) -> Result<(), FactsError> {
        for _ in 0..ATTEMPTS_MAX {
            let key = rows::agent_key(agent);
            let tip = self.tip(client).await?;
            let pins = tip.pin(vec![key.clone()]);
            let read = self.read_rows(client, vec![key.clone()]).await?;
            let Some(reply) = self.queue_use((client, agent, serial), &tip, &key, read)? else { return Ok(()) };
            let done = reply.await;
            drop(pins);
            match done {
                Ok(()) => return Ok(()),
                Err(StoreError::Conflict) => self.forget(client, &tip),
                Err(error) => {
                    self.forget(client, &tip);
                    return Err(error.into());
                }
            }
        }
        Err(StoreError::Conflict.into())
    }

    fn queue_use(
        &self,
        (client, agent, serial): (&str, &str, &str),
        tip: &Tip,
        key: &SpaceKey,
        read: Rows,
    ) -> Result<Option<Reply<()>>, FactsError> {
        let mut state = tip.lock();
        let Some(before) = state.newest(read).remove(key).flatten() else {
            return Err(FactsError::AgentUnknown(agent.to_owned()));
        };
        let mut row: rows::AgentRow = rows::decode(&before)?;
        if !row.use_certificate(serial) {
            return Ok(None);
        }
        let after = rows::encode(&row)?;
        let gate = self.gate(client)?;
        state.queued(key, &Some(after.clone()));
        let reply = self.store().append(Batch {
            client: client.to_owned(),
            expect: vec![Expect { key: key.clone(), value: Some(before) }],
            writes: vec![Write::Put(key.clone(), after)],
            journal: Vec::new(),
        });
        drop(gate);
        Ok(Some(reply))
    }
}
