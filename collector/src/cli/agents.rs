//! Commands about agents: `agent list`, `agent retire`, `agent revoke`.

use clap::Subcommand;
use jiff::civil::Date;
use serde_json::json;

use super::remote::{self, Failed};
use super::{Context, reads, show};

/// Agents.
#[derive(Debug, Subcommand)]
pub(crate) enum AgentCommand {
    /// Agents, and who was told to stop and has not obeyed.
    List {
        /// Client code.
        #[arg(long)]
        client: String,
    },
    /// Have an agent report once more on a day, forget its key and stop.
    Retire {
        /// Agent id.
        agent: String,
        /// The day, in UTC; without it an earlier order is taken back.
        #[arg(long, value_name = "DATE")]
        on: Option<Date>,
    },
    /// Revoke an agent.
    Revoke {
        /// Agent id.
        agent: String,
    },
}

pub(super) async fn run(context: &Context, command: AgentCommand) -> Result<(), Failed> {
    match command {
        AgentCommand::List { client } => {
            let query = format!("/api/v1/admin/agents?client={}", reads::encode(&client));
            let answer = remote::get(context, &query).await?;
            let columns = ["agent", "site", "last_seen", "retire_on", "retirement"];
            reads::list(context, &answer, "agents", &columns, "no_agents");
        }
        AgentCommand::Retire { agent, on } => {
            let answer = remote::post(context, "agent-retire", &json!({"agent": agent, "on": on})).await?;
            let code = if on.is_some() { "agent_retiring" } else { "agent_stays" };
            let on = on.map(|on| on.to_string()).unwrap_or_default();
            show::done(context, &answer, code, &[("agent", &agent), ("on", &on)]);
        }
        AgentCommand::Revoke { agent } => {
            let answer = remote::post(context, "agent-revoke", &json!({"agent": agent})).await?;
            show::done(context, &answer, "agent_revoked", &[("agent", &agent)]);
        }
    }
    Ok(())
}
