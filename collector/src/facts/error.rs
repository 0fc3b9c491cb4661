//! Why the record refused. One closed list; the sentence stands elsewhere.

use cadastre_domain::refusal::Refusal;

use super::store::StoreError;

/// Why the record did not append, read, export or import.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FactsError {
    /// The record moved since the caller read it, or the same thing was recorded meanwhile: read again, decide again.
    #[error("the record of {client} moved")]
    Conflict {
        /// The client.
        client: String,
    },
    /// No such client.
    #[error("unknown client {0}")]
    ClientUnknown(String),
    /// The client exists already.
    #[error("client {0} exists")]
    ClientExists(String),
    /// Not a client code: `[a-z0-9][a-z0-9-]{0,62}`.
    #[error("not a client code: {0}")]
    ClientCode(String),
    /// A fact that this record cannot hold: the collector's life outside the house, a client within it, a report
    /// appended without its sections.
    #[error("a fact of kind {kind} has no place in the record of {client}")]
    Misplaced {
        /// The client.
        client: String,
        /// The fact's kind.
        kind: &'static str,
    },
    /// No such agent.
    #[error("unknown agent {0}")]
    AgentUnknown(String),
    /// The agent was enrolled already.
    #[error("agent {0} exists")]
    AgentExists(String),
    /// No such token.
    #[error("unknown token {0}")]
    TokenUnknown(String),
    /// The token exists already.
    #[error("token {0} exists")]
    TokenExists(String),
    /// The token has created as many agents as it may.
    #[error("token {0} is used up")]
    TokenSpent(String),
    /// The token was withdrawn.
    #[error("token {0} is revoked")]
    TokenRevoked(String),
    /// A report names a section whose bytes were never stored.
    #[error("section {0} is not stored")]
    SectionMissing(String),
    /// The store refused or failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A stored row is not what this version writes.
    #[error("stored row not understood: {0}")]
    Unreadable(String),
    /// An export file is not whole, or not as it was written.
    #[error("export line {line}: {problem}")]
    Export {
        /// The line, from 1.
        line: usize,
        /// What is wrong, as a closed code.
        problem: &'static str,
    },
}

impl FactsError {
    /// The refusal that says it.
    pub fn refusal(&self) -> Refusal {
        match self {
            Self::Conflict { client } => Refusal::new("record_moved").with("client", client),
            Self::ClientUnknown(client) => Refusal::new("client_unknown").with("client", client),
            Self::ClientExists(client) => Refusal::new("client_exists").with("client", client),
            Self::ClientCode(client) => Refusal::new("client_code_invalid").with("client", client),
            Self::Misplaced { client, kind } => {
                Refusal::new("fact_misplaced").with("client", client).with("kind", kind)
            }
            Self::AgentUnknown(agent) => Refusal::new("agent_unknown").with("agent", agent),
            Self::AgentExists(agent) => Refusal::new("agent_exists").with("agent", agent),
            Self::TokenUnknown(token) => Refusal::new("token_unknown").with("token", token),
            Self::TokenExists(token) => Refusal::new("token_exists").with("token", token),
            Self::TokenSpent(token) => Refusal::new("token_spent").with("token", token),
            Self::TokenRevoked(token) => Refusal::new("token_revoked").with("token", token),
            Self::SectionMissing(digest) => Refusal::new("section_missing").with("digest", digest),
            Self::Store(error) => error.refusal(),
            Self::Unreadable(what) => Refusal::new("store_damaged").with("what", what),
            Self::Export { line, problem } => Refusal::new(problem).at_line(*line),
        }
    }

    pub(super) fn unreadable(what: impl ToString) -> Self {
        Self::Unreadable(what.to_string())
    }
}
