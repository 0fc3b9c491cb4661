//! `agent revoke`.

use cadastre_domain::fact::Fact;
use cadastre_domain::refusal::Refusal;
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
    for client in record.clients().await.map_err(|error| error.refusal())? {
        let row = record.agent(&client, &args.agent).await.map_err(|error| error.refusal())?;
        if row.is_some_and(|row| !row.revoked) {
            let fact = Fact::Revoked { agent: args.agent };
            record.append(&client, vec![fact], None).await.map_err(|error| error.refusal())?;
            return Ok(());
        }
    }
    Err(Refusal::new("agent_unknown").with("agent", args.agent).on("agent"))
}
