//! What agents are asked: where and how often to report, which table of products to match with, when to stop.
//!
//! Invariant: a policy's version is a digest of what it says to one agent, so that an agent that follows it is sent nothing.

use cadastre_proto::catalogue::{Catalogue, TableError};
use cadastre_proto::pack;
use cadastre_proto::wire::{self, Encoding, Policy};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use sha2::{Digest as _, Sha256};

use super::convert::Summary;
use super::{ServeError, Settings};
use crate::facts::AgentRow;

/// The policies of every agent.
#[derive(Debug)]
pub(super) struct Policies {
    agents: String,
    interval_ms: u64,
    catalogue: wire::Catalogue,
}

impl Policies {
    pub(super) fn of_settings(settings: &Settings) -> Result<Self, ServeError> {
        let agents = settings.public_agents.as_ref().map(|address| format!("https://{address}")).unwrap_or_default();
        let interval_ms = u64::try_from(settings.interval.as_millis()).unwrap_or(u64::MAX);
        Ok(Self { agents, interval_ms, catalogue: packed(&settings.catalogue)? })
    }

    /// Milliseconds between check-ins.
    pub(super) fn interval_ms(&self) -> u64 {
        self.interval_ms
    }

    /// The policy of an agent, if it does not follow it yet.
    pub(super) fn of(&self, row: &AgentRow, summary: &Summary) -> Option<Policy> {
        let retire_on_ms = row.retire_on.and_then(first_instant_ms).unwrap_or_default();
        let digest = Sha256::digest(format!("{} {} {retire_on_ms}", self.interval_ms, self.agents));
        let version = digest.iter().take(7).fold(0, |sum, byte| sum << 8 | u64::from(*byte)) | 1;
        let is_older = summary.catalogue < self.catalogue.revision;
        (summary.policy != version || is_older).then(|| Policy {
            version,
            agents: self.agents.clone(),
            interval_ms: self.interval_ms,
            retire_on_ms,
            catalogue: is_older.then(|| self.catalogue.clone()),
        })
    }
}

fn packed(table: &str) -> Result<wire::Catalogue, TableError> {
    let revision = Catalogue::parse(table)?.revision();
    // Packing fails only when memory is short: agents then keep the table they have.
    let (revision, bytes) = pack::pack(table.as_bytes()).map(|bytes| (revision, bytes)).unwrap_or_default();
    Ok(wire::Catalogue { revision, encoding: Encoding::Zstd.into(), raw_len: table.len() as u64, bytes })
}

fn first_instant_ms(day: Date) -> Option<i64> {
    Some(TimeZone::UTC.to_timestamp(day.at(0, 0, 0, 0)).ok()?.as_millisecond())
}
