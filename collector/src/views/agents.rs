//! `agent list`: a client's agents, and who was told to stop and has not obeyed.

use cadastre_domain::contact::Contact;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Serialize;

use crate::facts::{AgentRow, FactsError, Record};

/// Days after which an agent that still speaks has not obeyed: its last report may be repeated within one.
const GRACE_DAYS: i64 = 1;

/// The list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Agents {
    schema: &'static str,
    agents: Vec<Agent>,
}

/// An agent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Agent {
    agent: String,
    client: String,
    site: Option<String>,
    /// The hour of its last call.
    last_seen: Option<Timestamp>,
    revoked: bool,
    retire_on: Option<Date>,
    /// `planned`, `awaited` (not seen since the day), `done` or `ignored`; none when it is to stay.
    retirement: Option<&'static str>,
}

/// A client's agents as they stand.
///
/// # Errors
/// What the record refuses.
pub async fn agents(record: &Record, client: &str, now: Timestamp) -> Result<Agents, FactsError> {
    let contacts = record.contacts(client).await?;
    let rows = record.agents(client).await?;
    let agents = rows.into_iter().map(|row| agent(row, client, &contacts, now)).collect();
    Ok(Agents { schema: "cadastre/agents/1", agents })
}

fn agent(row: AgentRow, client: &str, contacts: &[Contact], now: Timestamp) -> Agent {
    let of_agent = contacts.iter().filter(|contact| contact.agent == row.agent);
    let last_seen = of_agent.max_by_key(|contact| contact.month).and_then(|contact| contact.last());
    Agent {
        retirement: row.retire_on.map(|on| retirement(on, last_seen, now)),
        agent: row.agent,
        client: client.to_owned(),
        site: row.site,
        last_seen,
        revoked: row.revoked,
        retire_on: row.retire_on,
    }
}

fn retirement(on: Date, last_seen: Option<Timestamp>, now: Timestamp) -> &'static str {
    let day = |instant: Timestamp| TimeZone::UTC.to_datetime(instant).date();
    let Some(last_seen) = last_seen.map(day).filter(|last_seen| *last_seen >= on) else {
        return if day(now) < on { "planned" } else { "awaited" };
    };
    let since = on.until(last_seen).map_or(0, |span| i64::from(span.get_days()));
    if since > GRACE_DAYS { "ignored" } else { "done" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_has_not_obeyed_is_told() {
        let on: Date = "2026-03-10".parse().unwrap();
        let said = |last_seen: Option<&str>, now: &str| {
            retirement(on, last_seen.map(|at| at.parse().unwrap()), now.parse().unwrap())
        };
        assert_eq!(said(Some("2026-03-09T23:00:00Z"), "2026-03-09T23:30:00Z"), "planned");
        assert_eq!(said(Some("2026-03-09T23:00:00Z"), "2026-03-12T08:00:00Z"), "awaited");
        assert_eq!(said(None, "2026-03-12T08:00:00Z"), "awaited");
        assert_eq!(said(Some("2026-03-10T08:00:00Z"), "2026-03-12T08:00:00Z"), "done");
        assert_eq!(said(Some("2026-03-12T08:00:00Z"), "2026-03-12T08:00:00Z"), "ignored");
    }
}
