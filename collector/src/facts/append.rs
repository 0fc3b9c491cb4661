//! Appending: facts take the next sequences of one client and a strictly later instant, in one batch with the rows
//! they change.
//!
//! Refuses: to append on a head that moved; a first fact that is not the client; a report whose sections are nowhere;
//! facts that contradict the rows of their agent or token. Invariant: sequences have no gaps, and what an append
//! returned is durable.

use cadastre_domain::fact::{Fact, Recorded};
use jiff::Timestamp;

use super::codec::{self, HOUSE, Head};
use super::error::FactsError;
use super::lines::journal_line;
use super::record::{ATTEMPTS_MAX, Record, check_client};
use super::rows::{self, Rows};
use super::store::{Batch, Expect, Reply, SpaceKey, StoreError, Write};
use super::tip::{Pins, State, Tip};

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
    /// batch. `sections` are (digest in hex, bytes as they came); those that the report does not name are left out. A repeat of the agent's last report is a conflict.
    pub async fn append_report(
        &self,
        client: &str,
        report: Fact,
        mut sections: Vec<(String, Vec<u8>)>,
        contact: Timestamp,
    ) -> Result<Recorded, FactsError> {
        check_client(client)?;
        let Fact::Report { agent, sections: named, .. } = &report else {
            return Err(misplaced(client, &report));
        };
        sections.retain(|(digest, _)| named.values().any(|name| name == digest));
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
        let gate = self.gate(client)?;
        let written = self.store().append(batch);
        drop(gate);
        written.await?;
        self.spoke(who, hour);
        Ok(true)
    }

    /// Every section that a report names is in its batch, was named by the agent's last report, or is stored.
    async fn check_sections(&self, client: &str, proposal: &Proposal, read: &Rows) -> Result<(), FactsError> {
        let Some((Fact::Report { agent, sections: named, .. }, _)) = proposal.facts.first() else { return Ok(()) };
        let brought = |digest: &String| proposal.sections.iter().any(|(new, _)| new == digest);
        let mut rest: Vec<String> = named.values().filter(|digest| !brought(digest)).cloned().collect();
        if rest.is_empty() {
            return Ok(());
        }
        if let Some(last) = rows::agent_of(read, agent)?.cursor {
            rest.retain(|digest| !last.sections.values().any(|known| known == digest));
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
            self.check_sections(client, &proposal, &read).await?;
            let Some(queued) = self.queue(client, &proposal, &tip, pins, read)? else { continue };
            match queued.reply.await {
                Ok(()) => {
                    let last = queued.recorded.last().map_or(0, |last| last.seq);
                    self.note_facts(client, last, queued.recorded.iter().map(|recorded| &recorded.fact));
                    return Ok(queued.recorded);
                }
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
        let now = self.clock().now();
        let mut state = tip.lock();
        if state.stale {
            return Ok(None);
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
            batch.journal.extend(journal_line(client, &one, json));
            recorded.push(one);
        }
        for (digest, bytes) in &proposal.sections {
            batch.writes.push(Write::Once(codec::section_key(digest), codec::section_value(head.seq, bytes)));
        }
        batch.writes.extend(proposal.contact.clone().map(|(key, bit)| Write::SetBit(key, bit)));
        let gate = self.gate(client)?;
        finish(&mut batch, &mut state, head, before, after);
        let reply = self.store().append(batch);
        drop(gate);
        Ok(Some(Queued { recorded, reply, _pins: pins }))
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

/// The collector's life lies in the house only, and a report comes with its sections.
fn check_place(client: &str, fact: &Fact) -> Result<(), FactsError> {
    let placed = match fact {
        Fact::Report { .. } => false,
        Fact::Started { .. } | Fact::Stopped | Fact::Index { .. } => client == HOUSE,
        Fact::Client { .. } | Fact::ClosedMonth(_) | Fact::Signature(_) | Fact::Usage { .. } => client != HOUSE,
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
