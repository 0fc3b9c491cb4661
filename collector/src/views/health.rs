//! How a client's collection does: its sites, its agents, and what each needs.
//!
//! **Invariant**: what is told is read off reports, contacts and certificates; a site whose devices only lists know is not
//! judged.

use std::collections::BTreeMap;

use cadastre_domain::category::Category;
use cadastre_domain::evidence::SourceKind;
use cadastre_domain::presence::Presence;
use cadastre_domain::refusal::Refusal;
use cadastre_domain::register::Register;
use jiff::{Timestamp, ToSpan};
use serde::Serialize;

use crate::facts::AgentRow;
use crate::register::Registers;

/// A clock may be off by this many seconds.
const SKEW_SECONDS: i64 = 300;
/// A certificate is renewed halfway through its fourteen days: one that has less than this left was not.
const RENEWAL_HOURS: i64 = 3 * 24;

/// How the collection of a client does.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Health {
    /// `cadastre/health/1`.
    pub schema: &'static str,
    /// Client code.
    pub client: String,
    /// Its name.
    pub name: String,
    /// What was known at this instant.
    pub known_at: Timestamp,
    /// Agents that may speak.
    pub agents: usize,
    /// Of these, heard within a day.
    pub heard_day: usize,
    /// Its sites, those without a name last.
    pub sites: Vec<Site>,
    /// Agents that need something, the most silent first.
    pub troubled: Vec<Agent>,
    /// Tokens and agents that may no longer speak.
    pub revoked: usize,
}

/// A site.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Site {
    /// Its name.
    pub site: Option<String>,
    /// Devices that agents know there.
    pub devices: usize,
    /// Of these, heard within a day.
    pub heard_day: usize,
    /// Last contact of any.
    pub last_heard: Option<Timestamp>,
    /// Whether its devices fell silent together.
    pub silent: bool,
}

/// An agent that needs something.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Agent {
    /// Agent id.
    pub agent: String,
    /// The asset that it is on.
    pub asset: Option<String>,
    /// Its name.
    pub name: String,
    /// Site.
    pub site: Option<String>,
    /// Last contact.
    pub last_heard: Option<Timestamp>,
    /// What is wrong: `silent`, `silent_site` (with all of its site), `never_reported`, `clock_skew`,
    /// `collection_partial`, `certificate_ending`.
    pub problems: Vec<&'static str>,
    /// How far its clock is ahead, seconds, when that is too much.
    pub skew_seconds: Option<i64>,
    /// Sections that it could not read, with the outcome.
    pub unread: BTreeMap<String, String>,
}

impl Health {
    /// Reads it.
    ///
    /// # Errors
    /// `client_unknown`, and what the record refuses.
    pub async fn of(registers: &Registers, client: &str) -> Result<Self, Refusal> {
        let register = registers.of(client, None, None).await?;
        let rows = registers.record().agents(client).await.map_err(|error| error.refusal())?;
        Ok(Self::read(&register, &rows))
    }

    fn read(register: &Register, rows: &[AgentRow]) -> Self {
        let now = register.known_at;
        let mut by_agent: BTreeMap<&str, usize> = BTreeMap::new();
        for (index, asset) in register.assets.iter().enumerate() {
            for sighting in asset.sightings.iter().filter_map(|i| register.sightings.get(*i)) {
                if let (SourceKind::Agent, Some(agent)) = (sighting.kind, sighting.native_id.as_deref()) {
                    by_agent.insert(agent, index);
                }
            }
        }
        let live: Vec<&AgentRow> = rows.iter().filter(|row| !row.revoked).collect();
        let heard = |row: &AgentRow| heard(register, &by_agent, &row.agent);
        let mut troubled: Vec<Agent> = live.iter().filter_map(|row| agent(register, &by_agent, row)).collect();
        troubled.sort_by(|a, b| (a.last_heard, &a.name).cmp(&(b.last_heard, &b.name)));
        Self {
            schema: "cadastre/health/1",
            client: register.client.clone(),
            name: register.name.clone().unwrap_or_else(|| register.client.clone()),
            known_at: now,
            agents: live.len(),
            heard_day: live.iter().filter(|row| within_day(heard(row), now)).count(),
            sites: sites(register, &by_agent),
            troubled,
            revoked: rows.len() - live.len(),
        }
    }

    /// Whether anything needs somebody.
    pub fn is_well(&self) -> bool {
        self.troubled.is_empty() && self.sites.iter().all(|site| !site.silent)
    }
}

fn within_day(heard: Option<Timestamp>, now: Timestamp) -> bool {
    let oldest = now.checked_sub(25.hours()).unwrap_or(Timestamp::MIN);
    heard.is_some_and(|heard| heard >= oldest)
}

/// The last contact of the device that an agent is on.
fn heard(register: &Register, by_agent: &BTreeMap<&str, usize>, agent: &str) -> Option<Timestamp> {
    let asset = register.assets.get(*by_agent.get(agent)?)?;
    asset.agent_contacts.iter().rev().find(|contact| **contact <= register.at).copied()
}

fn agent(register: &Register, by_agent: &BTreeMap<&str, usize>, row: &AgentRow) -> Option<Agent> {
    let index = by_agent.get(row.agent.as_str()).copied();
    let standing = index.and_then(|index| register.standing(index));
    if index.is_some() && standing.is_none() {
        // Retired and gone: nobody waits for it.
        return None;
    }
    let asset = index.and_then(|index| register.assets.get(index));
    let report = register.reports.get(&row.agent).and_then(|reports| reports.last());
    let last_heard = heard(register, by_agent, &row.agent);
    let mut problems = Vec::new();
    let silent = standing.is_some_and(|s| matches!(s.presence, Presence::Missing | Presence::Unknown(_)));
    let with_site = standing.is_some_and(|s| matches!(s.presence, Presence::Unknown("site_silent")));
    if silent {
        problems.push(if with_site { "silent_site" } else { "silent" });
    }
    if report.is_none() {
        problems.push("never_reported");
    }
    let skew = report.map(|report| report.collected_at.as_second().saturating_sub(report.at.as_second()));
    let skew = skew.filter(|seconds| *seconds > SKEW_SECONDS && !silent);
    if skew.is_some() {
        problems.push("clock_skew");
    }
    let unread = report.map(|report| report.protection.unread.clone()).unwrap_or_default();
    if !unread.is_empty() {
        problems.push("collection_partial");
    }
    let soon = register.known_at.checked_add(RENEWAL_HOURS.hours()).unwrap_or(Timestamp::MAX);
    // A made-up agent has no certificate to renew.
    if !register.example && !silent && row.newest().is_some_and(|certificate| certificate.not_after < soon) {
        problems.push("certificate_ending");
    }
    (!problems.is_empty()).then(|| Agent {
        agent: row.agent.clone(),
        asset: asset.map(|asset| asset.id.clone()),
        name: asset.map_or_else(|| row.agent.clone(), |asset| asset.name.clone()),
        site: asset.and_then(|asset| asset.site.clone()).or_else(|| row.site.clone()),
        last_heard,
        problems,
        skew_seconds: skew,
        unread,
    })
}

fn sites(register: &Register, by_agent: &BTreeMap<&str, usize>) -> Vec<Site> {
    let mut sites: BTreeMap<(bool, Option<&str>), Site> = BTreeMap::new();
    let with_agent: std::collections::BTreeSet<usize> = by_agent.values().copied().collect();
    for standing in &register.standings {
        let Some(asset) = register.assets.get(standing.asset) else { continue };
        let seat = asset.category_at(register.at).is_some_and(|verdict| Category::is_seat(verdict.category));
        if seat || !with_agent.contains(&standing.asset) {
            continue;
        }
        let name = asset.site.as_deref();
        let site = sites.entry((name.is_none(), name)).or_insert_with(|| Site {
            site: name.map(str::to_owned),
            devices: 0,
            heard_day: 0,
            last_heard: None,
            silent: false,
        });
        let last = asset.agent_contacts.iter().rev().find(|contact| **contact <= register.at).copied();
        site.devices += 1;
        site.heard_day += usize::from(within_day(last, register.known_at));
        site.last_heard = site.last_heard.max(last);
        site.silent |= matches!(standing.presence, Presence::Unknown("site_silent"));
    }
    sites.into_values().collect()
}
