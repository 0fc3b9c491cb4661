//! Keys and values of the spaces that hold facts: what the typed record writes through the seam.

use cadastre_domain::calendar::Month;
use cadastre_domain::fact::{Contact, Fact, Recorded};
use jiff::Timestamp;

use super::error::FactsError;
use super::store::{Space, SpaceKey};

/// The client that stands for the house: what belongs to no client.
pub const HOUSE: &str = "-";

/// The last sequence of a client and its instant.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Head {
    /// Last sequence; 0 = nothing was recorded.
    pub(super) seq: u64,
    /// Instant of that fact, in microseconds.
    pub(super) at_us: i64,
}

impl Head {
    /// The head after a fact recorded at `now`, strictly later than the last.
    pub(super) fn next(self, now: Timestamp) -> Self {
        let at_us = if self.seq == 0 { now.as_microsecond() } else { now.as_microsecond().max(self.at_us + 1) };
        Self { seq: self.seq + 1, at_us }
    }

    /// Its instant.
    pub(super) fn at(self) -> Result<Timestamp, FactsError> {
        Timestamp::from_microsecond(self.at_us).map_err(FactsError::unreadable)
    }

    /// From a stored value.
    pub(super) fn read(value: Option<&[u8]>) -> Result<Self, FactsError> {
        let Some(value) = value else { return Ok(Self::default()) };
        let (seq, rest) = take_u64(value)?;
        let (at, _) = take_u64(rest)?;
        Ok(Self { seq, at_us: at.cast_signed() })
    }

    /// The stored value; none before the first fact.
    pub(super) fn value(self) -> Option<Vec<u8>> {
        let mut value = self.seq.to_be_bytes().to_vec();
        value.extend_from_slice(&self.at_us.to_be_bytes());
        (self.seq > 0).then_some(value)
    }
}

/// The key of the head.
pub(super) fn head_key() -> SpaceKey {
    (Space::Head, Vec::new())
}

/// The key of a fact.
pub(super) fn fact_key(seq: u64) -> SpaceKey {
    (Space::Fact, seq.to_be_bytes().to_vec())
}

/// A fact's value: its instant, then its JSON as it was first written.
pub(super) fn fact_value(at_us: i64, json: &[u8]) -> Vec<u8> {
    let mut value = at_us.to_be_bytes().to_vec();
    value.extend_from_slice(json);
    value
}

/// A stored fact before it is understood.
pub(super) struct StoredFact {
    pub(super) seq: u64,
    pub(super) at: Timestamp,
    pub(super) json: Vec<u8>,
}

impl StoredFact {
    pub(super) fn read(key: &[u8], value: &[u8]) -> Result<Self, FactsError> {
        let (seq, _) = take_u64(key)?;
        let (at, json) = take_u64(value)?;
        let at = Timestamp::from_microsecond(at.cast_signed()).map_err(FactsError::unreadable)?;
        Ok(Self { seq, at, json: json.to_vec() })
    }

    pub(super) fn recorded(&self) -> Result<Recorded, FactsError> {
        let fact: Fact = serde_json::from_slice(&self.json)
            .map_err(|error| FactsError::unreadable(format!("fact {}: {error}", self.seq)))?;
        Ok(Recorded { seq: self.seq, at: self.at, fact })
    }
}

/// The key of a section's bytes.
pub(super) fn section_key(digest: &str) -> SpaceKey {
    (Space::Section, digest.as_bytes().to_vec())
}

/// A section's value: the sequence of the report that brought it, then its bytes.
pub(super) fn section_value(seq: u64, bytes: &[u8]) -> Vec<u8> {
    let mut value = seq.to_be_bytes().to_vec();
    value.extend_from_slice(bytes);
    value
}

/// A stored section: digest, sequence of its report, bytes.
pub(super) fn read_section(key: &[u8], value: &[u8]) -> Result<(String, u64, Vec<u8>), FactsError> {
    let (seq, bytes) = take_u64(value)?;
    Ok((text(key)?, seq, bytes.to_vec()))
}

/// The key of an agent's contacts in the month of an instant, and the hour within it.
pub(super) fn contact_hour(agent: &str, at: Timestamp) -> Option<(SpaceKey, u32)> {
    let day = at.to_zoned_datetime(jiff::tz::TimeZone::UTC).date();
    let month = Month::of(day);
    let hour = at.as_second().div_euclid(3600).rem_euclid(24);
    let n = (i64::from(day.day()) - 1) * 24 + hour;
    Some((contact_key(agent, month), u32::try_from(n).ok()?))
}

/// The key of an agent's contacts in a month.
pub(super) fn contact_key(agent: &str, month: Month) -> SpaceKey {
    let mut key = agent.as_bytes().to_vec();
    key.push(0);
    key.extend_from_slice(month.to_string().as_bytes());
    (Space::Contact, key)
}

/// A stored contact.
pub(super) fn read_contact(key: &[u8], value: &[u8]) -> Result<Contact, FactsError> {
    let broken = || FactsError::unreadable("contact key");
    let at = key.iter().rposition(|byte| *byte == 0).ok_or_else(broken)?;
    let (agent, month) = key.split_at(at);
    let month = text(month.get(1..).ok_or_else(broken)?)?.parse().map_err(FactsError::unreadable)?;
    Ok(Contact { agent: text(agent)?, month, hours: value.to_vec() })
}

/// Bytes that must be text.
pub(super) fn text(bytes: &[u8]) -> Result<String, FactsError> {
    String::from_utf8(bytes.to_vec()).map_err(FactsError::unreadable)
}

/// The name of a fact's kind.
pub(super) fn kind(fact: &Fact) -> &'static str {
    match fact {
        Fact::Client { .. } => "client",
        Fact::Token { .. } => "token",
        Fact::TokenRevoked { .. } => "token_revoked",
        Fact::Enrolled { .. } => "enrolled",
        Fact::Renewed { .. } => "renewed",
        Fact::Revoked { .. } => "revoked",
        Fact::Retiring { .. } => "retiring",
        Fact::Report { .. } => "report",
        Fact::List { .. } => "list",
        Fact::SourceMap { .. } => "source_map",
        Fact::Contract { .. } => "contract",
        Fact::Annex { .. } => "annex",
        Fact::Usage { .. } => "usage",
        Fact::Decision(_) => "decision",
        Fact::ClosedMonth(_) => "closed_month",
        Fact::Signature(_) => "signature",
        Fact::Index { .. } => "index",
        Fact::Started { .. } => "started",
        Fact::Stopped => "stopped",
    }
}

fn take_u64(bytes: &[u8]) -> Result<(u64, &[u8]), FactsError> {
    let (first, rest) = bytes.split_first_chunk::<8>().ok_or_else(|| FactsError::unreadable("value too short"))?;
    Ok((u64::from_be_bytes(*first), rest))
}
