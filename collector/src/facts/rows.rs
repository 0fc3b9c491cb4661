//! Present state made of facts: one row an agent, one a token, one a use of a token, rewritten in the batch of the
//! fact that changes it. They say what the next fact may be; nothing is billed or shown from them.
//!
//! Invariant: a row is the fold of its facts, so an import makes the same rows. One thing is no fact: which
//! certificate an agent used last ([`AgentRow::use_certificate`]); after an import all its unexpired ones count.

use std::collections::BTreeMap;

use cadastre_domain::fact::{Fact, Recorded};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::error::FactsError;
use super::store::{Space, SpaceKey};

/// Certificates kept for one agent that renews without ever using the new one.
const CERTIFICATES_MAX: usize = 8;

/// An agent as its facts leave it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentRow {
    /// Agent id.
    pub agent: String,
    /// Public id of the token that created it.
    pub token: String,
    /// Site, from the token.
    pub site: Option<String>,
    /// Certificates it may present, oldest first; the last is the newest. Older ones go at the first use of a newer.
    pub certificates: Vec<Certificate>,
    /// Whether it may no longer speak.
    pub revoked: bool,
    /// The day on which it is to report for the last time and to forget its key.
    #[serde(default)]
    pub retire_on: Option<Date>,
    /// Its last report.
    pub cursor: Option<Cursor>,
}

/// A certificate of an agent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Certificate {
    /// SHA-256 of the public key, hex.
    pub key: String,
    /// Serial, hex.
    pub serial: String,
    /// When it ends.
    pub not_after: Timestamp,
}

/// Where an agent's reports stand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    /// Sequence of the report in the client's record.
    pub seq: u64,
    /// When it was recorded.
    pub at: Timestamp,
    /// Spool epoch, hex.
    pub epoch: String,
    /// Sequence within the epoch.
    pub report_seq: u64,
    /// The agent's id of the report.
    pub report_id: String,
    /// Digest of the whole state, hex.
    pub state: String,
    /// Section id to digest (hex).
    pub sections: BTreeMap<String, String>,
}

/// A token as its facts leave it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenRow {
    /// Public id.
    pub token: String,
    /// SHA-256 of the secret, hex.
    pub hash: String,
    /// Site that its agents join.
    pub site: Option<String>,
    /// How many agents it may create.
    pub uses: u32,
    /// How many it has created.
    pub used: u32,
    /// After this instant it creates none.
    pub expires_at: Timestamp,
    /// Whether it was withdrawn.
    pub revoked: bool,
}

impl TokenRow {
    /// How many agents it may still create.
    pub fn uses_left(&self) -> u32 {
        if self.revoked { 0 } else { self.uses.saturating_sub(self.used) }
    }
}

impl AgentRow {
    /// The newest certificate.
    pub fn newest(&self) -> Option<&Certificate> {
        self.certificates.last()
    }

    /// The certificate of this serial, if the agent may present it.
    pub fn certificate(&self, serial: &str) -> Option<&Certificate> {
        self.certificates.iter().find(|certificate| certificate.serial == serial)
    }

    /// Drops the certificates older than the one used; says whether there were any.
    pub(super) fn use_certificate(&mut self, serial: &str) -> bool {
        let used = self.certificates.iter().position(|certificate| certificate.serial == serial).unwrap_or(0);
        self.certificates.drain(..used);
        used > 0
    }

    fn renew(&mut self, certificate: Certificate) {
        self.certificates.push(certificate);
        if self.certificates.len() > CERTIFICATES_MAX {
            // The first is the one in use: the agent never received, or never used, those between.
            self.certificates.remove(1);
        }
    }
}

/// Rows by key, as the facts so far leave them; `None` = there is none.
pub(super) type Rows = BTreeMap<SpaceKey, Option<Vec<u8>>>;

/// The key of an agent's row.
pub(super) fn agent_key(agent: &str) -> SpaceKey {
    (Space::Agent, agent.as_bytes().to_vec())
}

/// The key of a token's row.
pub(super) fn token_key(token: &str) -> SpaceKey {
    (Space::Token, token.as_bytes().to_vec())
}

/// The key of a token's use by a key: lengths first, so that no two pairs share one.
pub(super) fn token_use_key(token: &str, key: &str) -> SpaceKey {
    let mut bytes = u32::try_from(token.len()).unwrap_or(u32::MAX).to_be_bytes().to_vec();
    bytes.extend_from_slice(token.as_bytes());
    bytes.extend_from_slice(key.as_bytes());
    (Space::TokenUse, bytes)
}

/// The rows that a fact reads or rewrites.
pub(super) fn keys(fact: &Fact) -> Vec<SpaceKey> {
    match fact {
        Fact::Token { token, .. } | Fact::TokenRevoked { token } => vec![token_key(token)],
        Fact::Enrolled { agent, token, key, .. } => {
            vec![agent_key(agent), token_key(token), token_use_key(token, key)]
        }
        Fact::Renewed { agent, .. }
        | Fact::Revoked { agent }
        | Fact::Retiring { agent, .. }
        | Fact::Report { agent, .. } => vec![agent_key(agent)],
        Fact::Client { .. }
        | Fact::List { .. }
        | Fact::SourceMap { .. }
        | Fact::Contract { .. }
        | Fact::Annex { .. }
        | Fact::Usage { .. }
        | Fact::Decision(_)
        | Fact::ClosedMonth(_)
        | Fact::Signature(_)
        | Fact::Index { .. }
        | Fact::Started { .. }
        | Fact::Stopped => Vec::new(),
    }
}

/// Folds one fact into the rows it touches; refuses a fact that contradicts them.
pub(super) fn fold(client: &str, rows: &mut Rows, recorded: &Recorded) -> Result<(), FactsError> {
    match &recorded.fact {
        Fact::Token { token, hash, site, uses, expires_at } => {
            let key = token_key(token);
            if load::<TokenRow>(rows, &key)?.is_some() {
                return Err(FactsError::TokenExists(token.clone()));
            }
            let (token, hash, site) = (token.clone(), hash.clone(), site.clone());
            let row = TokenRow { token, hash, site, uses: *uses, used: 0, expires_at: *expires_at, revoked: false };
            store(rows, key, &row)
        }
        Fact::TokenRevoked { token } => {
            let mut row: TokenRow = token_of(rows, token)?;
            row.revoked = true;
            store(rows, token_key(token), &row)
        }
        Fact::Enrolled { .. } => enrol(client, rows, &recorded.fact),
        Fact::Renewed { agent, key, serial, not_after } => {
            let mut row = agent_of(rows, agent)?;
            row.renew(Certificate { key: key.clone(), serial: serial.clone(), not_after: *not_after });
            store(rows, agent_key(agent), &row)
        }
        Fact::Revoked { agent } => {
            let mut row = agent_of(rows, agent)?;
            row.revoked = true;
            store(rows, agent_key(agent), &row)
        }
        Fact::Retiring { agent, on } => {
            let mut row = agent_of(rows, agent)?;
            row.retire_on = *on;
            store(rows, agent_key(agent), &row)
        }
        Fact::Report { .. } => report(client, rows, recorded),
        Fact::Client { .. }
        | Fact::List { .. }
        | Fact::SourceMap { .. }
        | Fact::Contract { .. }
        | Fact::Annex { .. }
        | Fact::Usage { .. }
        | Fact::Decision(_)
        | Fact::ClosedMonth(_)
        | Fact::Signature(_)
        | Fact::Index { .. }
        | Fact::Started { .. }
        | Fact::Stopped => Ok(()),
    }
}

fn enrol(client: &str, rows: &mut Rows, fact: &Fact) -> Result<(), FactsError> {
    let Fact::Enrolled { agent, token, key, serial, not_after, site } = fact else { return Ok(()) };
    if load::<AgentRow>(rows, &agent_key(agent))?.is_some() {
        return Err(FactsError::AgentExists(agent.clone()));
    }
    let mut spent = token_of(rows, token)?;
    let used = token_use_key(token, key);
    if rows.get(&used).is_some_and(Option::is_some) {
        // The same key came twice at once: whoever lost reads again and finds the agent.
        return Err(FactsError::Conflict { client: client.to_owned() });
    }
    if spent.revoked {
        return Err(FactsError::TokenRevoked(token.clone()));
    }
    if spent.uses_left() == 0 {
        return Err(FactsError::TokenSpent(token.clone()));
    }
    spent.used = spent.used.saturating_add(1);
    store(rows, token_key(token), &spent)?;
    rows.insert(used, Some(agent.as_bytes().to_vec()));
    let row = AgentRow {
        agent: agent.clone(),
        token: token.clone(),
        site: site.clone(),
        certificates: vec![Certificate { key: key.clone(), serial: serial.clone(), not_after: *not_after }],
        revoked: false,
        retire_on: None,
        cursor: None,
    };
    store(rows, agent_key(agent), &row)
}

fn report(client: &str, rows: &mut Rows, recorded: &Recorded) -> Result<(), FactsError> {
    let Fact::Report { agent, epoch, report_seq, report_id, collected_at: _, state, sections } = &recorded.fact else {
        return Ok(());
    };
    let mut row = agent_of(rows, agent)?;
    let again = |last: &Cursor| last.epoch == *epoch && last.report_seq == *report_seq && last.state == *state;
    if row.cursor.as_ref().is_some_and(again) {
        return Err(FactsError::Conflict { client: client.to_owned() });
    }
    row.cursor = Some(Cursor {
        seq: recorded.seq,
        at: recorded.at,
        epoch: epoch.clone(),
        report_seq: *report_seq,
        report_id: report_id.clone(),
        state: state.clone(),
        sections: sections.clone(),
    });
    store(rows, agent_key(agent), &row)
}

/// The row of an agent that must exist.
pub(super) fn agent_of(rows: &Rows, agent: &str) -> Result<AgentRow, FactsError> {
    load(rows, &agent_key(agent))?.ok_or_else(|| FactsError::AgentUnknown(agent.to_owned()))
}

fn token_of(rows: &Rows, token: &str) -> Result<TokenRow, FactsError> {
    load(rows, &token_key(token))?.ok_or_else(|| FactsError::TokenUnknown(token.to_owned()))
}

fn load<T: for<'de> Deserialize<'de>>(rows: &Rows, key: &SpaceKey) -> Result<Option<T>, FactsError> {
    rows.get(key).and_then(Option::as_deref).map(decode).transpose()
}

fn store<T: Serialize>(rows: &mut Rows, key: SpaceKey, row: &T) -> Result<(), FactsError> {
    rows.insert(key, Some(encode(row)?));
    Ok(())
}

/// A row from its stored form.
pub(super) fn decode<T: for<'de> Deserialize<'de>>(bytes: &[u8]) -> Result<T, FactsError> {
    serde_json::from_slice(bytes).map_err(FactsError::unreadable)
}

/// A row in its stored form.
pub(super) fn encode<T: Serialize>(row: &T) -> Result<Vec<u8>, FactsError> {
    serde_json::to_vec(row).map_err(FactsError::unreadable)
}
