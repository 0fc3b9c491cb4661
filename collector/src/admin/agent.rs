//! `agent revoke`, `agent retire`.

use cadastre_domain::fact::Fact;
use cadastre_domain::refusal::Refusal;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::facts::Record;

/// An agent to revoke.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct RevokeAgent {
    /// Agent id.
    pub agent: String,
}

/// Revokes an agent: every later call of it is answered PERMISSION_DENIED.
///
/// # Errors
/// `agent_unknown`, and what the record refuses.
pub async fn revoke(record: &Record, args: RevokeAgent) -> Result<(), Refusal> {
    let client = client_of(record, &args.agent).await?;
    append(record, &client, Fact::Revoked { agent: args.agent }).await
}

/// An agent to retire.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct RetireAgent {
    /// Agent id.
    pub agent: String,
    /// The day, in UTC, from which it reports once more and forgets its key; `None` takes an earlier order back.
    pub on: Option<Date>,
}

/// Orders an agent to stop by itself, through its policy.
///
/// # Errors
/// `agent_unknown`, and what the record refuses.
pub async fn retire(record: &Record, args: RetireAgent) -> Result<(), Refusal> {
    let client = client_of(record, &args.agent).await?;
    append(record, &client, Fact::Retiring { agent: args.agent, on: args.on }).await
}

/// The client of an agent that may speak.
async fn client_of(record: &Record, agent: &str) -> Result<String, Refusal> {
    for client in record.clients().await.map_err(|error| error.refusal())? {
        let row = record.agent(&client, agent).await.map_err(|error| error.refusal())?;
        if row.is_some_and(|row| !row.revoked) {
            return Ok(client);
        }
    }
    Err(Refusal::new("agent_unknown").with("agent", agent).on("agent"))
}

async fn append(record: &Record, client: &str, fact: Fact) -> Result<(), Refusal> {
    record.append(client, vec![fact], None).await.map(|_| ()).map_err(|error| error.refusal())
}
