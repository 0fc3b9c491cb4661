//! What the record gives back: clients, heads, rows of agents and tokens, and one client whole.
//!
//! Refuses nothing but damaged rows: a client that nobody made has no facts. Invariant: what is returned is durable,
//! and a client's facts come without gaps.

use std::collections::BTreeMap;

use cadastre_domain::fact::{Contact, Fact, HouseFacts, Recorded};

use super::codec::{self, HOUSE, StoredFact};
use super::error::FactsError;
use super::record::{Record, all};
use super::rows::{self, AgentRow, TokenRow};
use super::store::{Space, SpaceKey};

/// One client's facts, with the bytes of its sections.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Loaded {
    /// Facts in the order of their sequence.
    pub recorded: Vec<Recorded>,
    /// Contacts, by agent and month.
    pub contacts: Vec<Contact>,
    /// Section bytes as they came (zstd), by digest in hex.
    pub sections: BTreeMap<String, Vec<u8>>,
    /// The last sequence.
    pub head: u64,
}

impl Record {
    /// The clients, in order, without the house.
    pub async fn clients(&self) -> Result<Vec<String>, FactsError> {
        let mut clients = self.store().clients().await?;
        clients.retain(|client| client != HOUSE);
        Ok(clients)
    }

    /// The last durable sequence of a client; 0 = no such client.
    pub async fn head(&self, client: &str) -> Result<u64, FactsError> {
        Ok(self.read_head(client).await?.seq)
    }

    /// Which sections (digest in hex) are stored, in the order asked.
    pub async fn has_sections(&self, client: &str, digests: &[String]) -> Result<Vec<bool>, FactsError> {
        Ok(self.sections(client, digests).await?.iter().map(Option::is_some).collect())
    }

    /// The bytes of sections (digest in hex), in the order asked.
    pub async fn sections(&self, client: &str, digests: &[String]) -> Result<Vec<Option<Vec<u8>>>, FactsError> {
        if digests.is_empty() {
            return Ok(Vec::new());
        }
        let keys = digests.iter().map(|digest| codec::section_key(digest)).collect();
        let values = self.store().get(client, keys).await?;
        let bytes = |value: Vec<u8>| codec::read_section(&[], &value).map(|(_, _, bytes)| bytes);
        values.into_iter().map(|value| value.map(bytes).transpose()).collect()
    }

    /// An agent as its facts leave it.
    pub async fn agent(&self, client: &str, agent: &str) -> Result<Option<AgentRow>, FactsError> {
        self.row(client, rows::agent_key(agent)).await
    }

    /// A client's agents, by id.
    pub async fn agents(&self, client: &str) -> Result<Vec<AgentRow>, FactsError> {
        self.rows(client, Space::Agent).await
    }

    /// A token as its facts leave it.
    pub async fn token(&self, client: &str, token: &str) -> Result<Option<TokenRow>, FactsError> {
        self.row(client, rows::token_key(token)).await
    }

    /// A client's tokens, by public id.
    pub async fn tokens(&self, client: &str) -> Result<Vec<TokenRow>, FactsError> {
        self.rows(client, Space::Token).await
    }

    /// The agent that a token made of a key (SHA-256, hex).
    pub async fn token_use(&self, client: &str, token: &str, key: &str) -> Result<Option<String>, FactsError> {
        let values = self.store().get(client, vec![rows::token_use_key(token, key)]).await?;
        values.into_iter().flatten().next().map(|agent| codec::text(&agent)).transpose()
    }

    /// A client whole.
    pub async fn load(&self, client: &str) -> Result<Loaded, FactsError> {
        // In this order: every section that a fact names was stored with it or before it.
        let recorded = self.facts_after(client, 0).await?;
        let sections = self.all_sections(client).await?;
        let contacts = self.contacts(client).await?;
        let head = recorded.last().map_or(0, |last| last.seq);
        Ok(Loaded { recorded, contacts, sections, head })
    }

    /// A client's first fact.
    pub async fn first(&self, client: &str) -> Result<Option<Fact>, FactsError> {
        let (_, key) = codec::fact_key(1);
        let values = self.store().get(client, vec![codec::fact_key(1)]).await?;
        let value = values.into_iter().flatten().next();
        value.map(|value| Ok(StoredFact::read(&key, &value)?.recorded()?.fact)).transpose()
    }

    /// The facts above a sequence, in order.
    pub async fn facts_after(&self, client: &str, seq: u64) -> Result<Vec<Recorded>, FactsError> {
        let mut recorded = Vec::new();
        let mut next = seq;
        let (_, after) = codec::fact_key(seq);
        all(self.store(), client, Space::Fact, Some(after), |key, value| {
            let fact = StoredFact::read(&key, &value)?.recorded()?;
            next += 1;
            if fact.seq != next {
                return Err(FactsError::unreadable(format!("fact {next} of {client} is missing")));
            }
            recorded.push(fact);
            Ok(())
        })
        .await?;
        Ok(recorded)
    }

    /// A client's contacts, by agent and month.
    pub async fn contacts(&self, client: &str) -> Result<Vec<Contact>, FactsError> {
        let mut contacts = Vec::new();
        all(self.store(), client, Space::Contact, None, |key, value| {
            contacts.push(codec::read_contact(&key, &value)?);
            Ok(())
        })
        .await?;
        Ok(contacts)
    }

    async fn all_sections(&self, client: &str) -> Result<BTreeMap<String, Vec<u8>>, FactsError> {
        let mut sections = BTreeMap::new();
        all(self.store(), client, Space::Section, None, |key, value| {
            let (digest, _, bytes) = codec::read_section(&key, &value)?;
            sections.insert(digest, bytes);
            Ok(())
        })
        .await?;
        Ok(sections)
    }

    async fn row<T: for<'de> serde::Deserialize<'de>>(
        &self,
        client: &str,
        key: SpaceKey,
    ) -> Result<Option<T>, FactsError> {
        let values = self.store().get(client, vec![key]).await?;
        values.into_iter().flatten().next().map(|value| rows::decode(&value)).transpose()
    }

    async fn rows<T: for<'de> serde::Deserialize<'de>>(
        &self,
        client: &str,
        space: Space,
    ) -> Result<Vec<T>, FactsError> {
        let mut found = Vec::new();
        all(self.store(), client, space, None, |_, value| {
            found.push(rows::decode(&value)?);
            Ok(())
        })
        .await?;
        Ok(found)
    }

    /// What every client's register needs of the house: when the collector ran.
    pub async fn house(&self) -> Result<HouseFacts, FactsError> {
        let recorded = self.facts_after(HOUSE, 0).await?;
        let contacts = self.contacts(HOUSE).await?;
        Ok(super::house::facts(&recorded, &contacts))
    }
}
