//! The typed record: facts appended to one client under the next sequence and a strictly later instant.
//!
//! Refuses: to change or remove a fact; to append on a head that moved; a first fact that is not the client; facts
//! that contradict the rows of their agent or token. Invariant: sequences have no gaps, and what an append returned
//! is durable.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use cadastre_domain::fact::{Fact, Recorded};
use jiff::Timestamp;

use super::codec::{self, HOUSE, Head};
use super::error::FactsError;
use super::rows::{self, Rows};
use super::store::{Batch, Expect, Reply, Space, SpaceKey, Store, StoreError, Write};
use super::tip::{Pins, State, Tip};
use crate::clock::Clock;

/// How often an append starts again when another process moved the record.
const ATTEMPTS_MAX: u32 = 16;

/// The record of all clients. Cheap to clone.
#[derive(Clone)]
pub struct Record {
    inner: Arc<Inner>,
}

struct Inner {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    tips: Mutex<HashMap<String, Tip>>,
    /// The last hour written per client and agent: at most one durable contact an agent and hour.
    spoken: Mutex<HashMap<(String, String), i64>>,
    /// How many contact hours this process wrote, per client.
    contacts: Mutex<HashMap<String, u64>>,
    importing: Mutex<HashSet<String>>,
}

/// While it lives, an import has the client's code to itself.
pub(super) struct Importing {
    record: Record,
    client: String,
}

impl Drop for Importing {
    fn drop(&mut self) {
        self.record.inner.importing.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.client);
    }
}

/// What one append asks for.
struct Proposal {
    facts: Vec<(Fact, Vec<u8>)>,
    expect: Option<u64>,
    sections: Vec<(String, Vec<u8>)>,
    contact: Option<(SpaceKey, u32)>,
}

/// A batch that took its place and waits for the disk.
struct Queued {
    recorded: Vec<Recorded>,
    reply: Reply<()>,
    _pins: Pins,
}

impl Record {
    /// A record over a store. One process has one record of a store: it remembers what it has under way.
    pub fn new(store: Arc<dyn Store>, clock: Arc<dyn Clock>) -> Self {
        let (tips, spoken, contacts) = (Mutex::default(), Mutex::default(), Mutex::default());
        Self { inner: Arc::new(Inner { store, clock, tips, spoken, contacts, importing: Mutex::default() }) }
    }

    /// Appends facts in order, all or none. `expect` is the head the caller decided on.
    ///
    /// The first fact of a client is [`Fact::Client`]. Reports have a call of their own.
    pub async fn append(
        &self,
        client: &str,
        facts: Vec<Fact>,
        expect: Option<u64>,
    ) -> Result<Vec<Recorded>, FactsError> {
        check_client(client)?;
        for fact in &facts {
            check_place(client, fact)?;
        }
        self.commit(client, Proposal { facts: encode(facts)?, expect, sections: Vec::new(), contact: None }).await
    }

    /// Appends a report with those of its sections that are not stored yet, its agent's row and contact hour: one
    /// batch. `sections` are (digest in hex, bytes as they came). A repeat of the agent's last report is a conflict.
    pub async fn append_report(
        &self,
        client: &str,
        report: Fact,
        sections: Vec<(String, Vec<u8>)>,
        contact: Timestamp,
    ) -> Result<Recorded, FactsError> {
        check_client(client)?;
        let Fact::Report { agent, sections: named, .. } = &report else {
            return Err(misplaced(client, &report));
        };
        self.check_sections(client, agent, named.values(), &sections).await?;
        let (agent, hour) = (agent.clone(), hour_of(contact));
        let proposal = Proposal {
            contact: codec::contact_hour(&agent, contact),
            facts: encode(vec![report])?,
            expect: None,
            sections,
        };
        let recorded = self.commit(client, proposal).await?;
        self.spoke((client.to_owned(), agent), hour);
        recorded.into_iter().next().ok_or_else(|| FactsError::unreadable("empty batch"))
    }

    /// Sets the contact hour of an agent. Says whether the disk was written: at most once an agent and hour.
    pub async fn contact(&self, client: &str, agent: &str, at: Timestamp) -> Result<bool, FactsError> {
        let (who, hour) = ((client.to_owned(), agent.to_owned()), hour_of(at));
        if self.spoken().get(&who) == Some(&hour) {
            return Ok(false);
        }
        check_client(client)?;
        if client != HOUSE && self.agent(client, agent).await?.is_none() {
            return Err(FactsError::AgentUnknown(agent.to_owned()));
        }
        let Some((key, bit)) = codec::contact_hour(agent, at) else { return Ok(false) };
        let batch = Batch { client: client.to_owned(), writes: vec![Write::SetBit(key, bit)], ..Batch::default() };
        self.store().append(batch).await?;
        self.spoke(who, hour);
        Ok(true)
    }

    /// A value that changes with every fact and every contact hour of a client: what was read before it is old.
    pub async fn stamp(&self, client: &str) -> Result<(u64, u64), FactsError> {
        let contacts = self.contacts_written().get(client).copied().unwrap_or_default();
        Ok((self.head(client).await?, contacts))
    }

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
        state.queued(key, &Some(after.clone()));
        Ok(Some(self.store().append(Batch {
            client: client.to_owned(),
            expect: vec![Expect { key: key.clone(), value: Some(before) }],
            writes: vec![Write::Put(key.clone(), after)],
            journal: Vec::new(),
        })))
    }

    /// Every section that a report names is in its batch, was named by the agent's last report, or is stored.
    async fn check_sections(
        &self,
        client: &str,
        agent: &str,
        named: impl Iterator<Item = &String>,
        brought: &[(String, Vec<u8>)],
    ) -> Result<(), FactsError> {
        let mut rest: Vec<String> =
            named.filter(|digest| !brought.iter().any(|(new, _)| new == *digest)).cloned().collect();
        if rest.is_empty() {
            return Ok(());
        }
        let row = self.agent(client, agent).await?.ok_or_else(|| FactsError::AgentUnknown(agent.to_owned()))?;
        if let Some(cursor) = row.cursor {
            rest.retain(|digest| !cursor.sections.values().any(|known| known == digest));
        }
        let stored = self.has_sections(client, &rest).await?;
        match rest.into_iter().zip(stored).find(|(_, stored)| !stored) {
            Some((digest, _)) => Err(FactsError::SectionMissing(digest)),
            None => Ok(()),
        }
    }

    async fn commit(&self, client: &str, proposal: Proposal) -> Result<Vec<Recorded>, FactsError> {
        if proposal.facts.is_empty() {
            return Ok(Vec::new());
        }
        let mut keys: Vec<SpaceKey> = proposal.facts.iter().flat_map(|(fact, _)| rows::keys(fact)).collect();
        keys.sort();
        keys.dedup();
        for _ in 0..ATTEMPTS_MAX {
            let tip = self.tip(client).await?;
            let pins = tip.pin(keys.clone());
            let read = self.read_rows(client, keys.clone()).await?;
            let Some(queued) = self.queue(client, &proposal, &tip, pins, read)? else { continue };
            match queued.reply.await {
                Ok(()) => return Ok(queued.recorded),
                Err(StoreError::Conflict) => self.forget(client, &tip),
                Err(error) => {
                    self.forget(client, &tip);
                    return Err(error.into());
                }
            }
        }
        Err(StoreError::Conflict.into())
    }

    /// Takes the next sequences and queues the batch. `None` = the tip is stale.
    fn queue(
        &self,
        client: &str,
        proposal: &Proposal,
        tip: &Tip,
        pins: Pins,
        read: Rows,
    ) -> Result<Option<Queued>, FactsError> {
        let now = self.inner.clock.now();
        let mut state = tip.lock();
        if state.stale {
            return Ok(None);
        }
        if state.head.seq == 0 && self.is_importing(client) {
            return Err(FactsError::ClientExists(client.to_owned()));
        }
        if proposal.expect.is_some_and(|expect| expect != state.head.seq) {
            return Err(FactsError::Conflict { client: client.to_owned() });
        }
        let before = state.newest(read);
        let mut after = before.clone();
        let mut batch = Batch { client: client.to_owned(), ..Batch::default() };
        let mut recorded = Vec::with_capacity(proposal.facts.len());
        let mut head = state.head;
        for (fact, json) in &proposal.facts {
            check_first(client, head, fact)?;
            head = head.next(now);
            let one = Recorded { seq: head.seq, at: head.at()?, fact: fact.clone() };
            rows::fold(client, &mut after, &one)?;
            batch.writes.push(Write::Put(codec::fact_key(head.seq), codec::fact_value(head.at_us, json)));
            batch.journal.extend(super::lines::journal_line(client, &one, json));
            recorded.push(one);
        }
        for (digest, bytes) in &proposal.sections {
            batch.writes.push(Write::Once(codec::section_key(digest), codec::section_value(head.seq, bytes)));
        }
        batch.writes.extend(proposal.contact.clone().map(|(key, bit)| Write::SetBit(key, bit)));
        finish(&mut batch, &mut state, head, before, after);
        Ok(Some(Queued { recorded, reply: self.store().append(batch), _pins: pins }))
    }

    /// The tip of a client, read from the store when this process has none.
    async fn tip(&self, client: &str) -> Result<Tip, FactsError> {
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
    }

    /// Reserves a client's code for an import; `None` when another import has it.
    pub(super) fn importing(&self, client: &str) -> Option<Importing> {
        let mut importing = self.inner.importing.lock().unwrap_or_else(PoisonError::into_inner);
        let free = importing.insert(client.to_owned());
        free.then(|| Importing { record: self.clone(), client: client.to_owned() })
    }

    fn is_importing(&self, client: &str) -> bool {
        self.inner.importing.lock().unwrap_or_else(PoisonError::into_inner).contains(client)
    }

    pub(super) async fn read_head(&self, client: &str) -> Result<Head, FactsError> {
        let values = self.store().get(client, vec![codec::head_key()]).await?;
        Head::read(values.first().and_then(Option::as_deref))
    }

    async fn read_rows(&self, client: &str, keys: Vec<SpaceKey>) -> Result<Rows, FactsError> {
        if keys.is_empty() {
            return Ok(Rows::new());
        }
        let values = self.store().get(client, keys.clone()).await?;
        Ok(keys.into_iter().zip(values).collect())
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

    fn spoke(&self, who: (String, String), hour: i64) {
        *self.contacts_written().entry(who.0.clone()).or_default() += 1;
        self.spoken().insert(who, hour);
    }

    fn contacts_written(&self) -> MutexGuard<'_, HashMap<String, u64>> {
        self.inner.contacts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn spoken(&self) -> MutexGuard<'_, HashMap<(String, String), i64>> {
        self.inner.spoken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Adds the preconditions, the rows that changed and the new head; moves the tip.
fn finish(batch: &mut Batch, state: &mut State, head: Head, before: Rows, mut after: Rows) {
    batch.expect.push(Expect { key: codec::head_key(), value: state.head.value() });
    for (key, value) in before {
        if let Some(new) = after.remove(&key)
            && new != value
        {
            state.queued(&key, &new);
            batch.writes.extend(new.map(|new| Write::Put(key.clone(), new)));
        }
        batch.expect.push(Expect { key, value });
    }
    batch.writes.extend(head.value().map(|value| Write::Put(codec::head_key(), value)));
    state.head = head;
}

fn encode(facts: Vec<Fact>) -> Result<Vec<(Fact, Vec<u8>)>, FactsError> {
    facts
        .into_iter()
        .map(|fact| {
            let json = serde_json::to_vec(&fact).map_err(FactsError::unreadable)?;
            Ok((fact, json))
        })
        .collect()
}

/// A client code, or the house.
pub(super) fn check_client(client: &str) -> Result<(), FactsError> {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let ok = client.len() <= 63
        && client.bytes().next().is_some_and(plain)
        && client.bytes().all(|byte| plain(byte) || byte == b'-');
    if ok || client == HOUSE { Ok(()) } else { Err(FactsError::ClientCode(client.to_owned())) }
}

/// The collector's life lies in the house only, and a report comes with its sections.
fn check_place(client: &str, fact: &Fact) -> Result<(), FactsError> {
    let placed = match fact {
        Fact::Report { .. } => false,
        Fact::Started { .. } | Fact::Stopped => client == HOUSE,
        Fact::Client { .. } => client != HOUSE,
        _ => true,
    };
    if placed { Ok(()) } else { Err(misplaced(client, fact)) }
}

/// A client begins with its own fact, once.
fn check_first(client: &str, head: Head, fact: &Fact) -> Result<(), FactsError> {
    if client == HOUSE {
        return Ok(());
    }
    match (head.seq, fact) {
        (0, Fact::Client { .. }) => Ok(()),
        (0, _) => Err(FactsError::ClientUnknown(client.to_owned())),
        (_, Fact::Client { .. }) => Err(FactsError::ClientExists(client.to_owned())),
        _ => Ok(()),
    }
}

pub(super) fn misplaced(client: &str, fact: &Fact) -> FactsError {
    FactsError::Misplaced { client: client.to_owned(), kind: codec::kind(fact) }
}

/// Hours since the epoch.
fn hour_of(at: Timestamp) -> i64 {
    at.as_second().div_euclid(3600)
}

/// The space of the rows that a range reads whole.
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
