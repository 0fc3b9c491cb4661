//! Who the agent is: its key, its certificate, whom it trusts and where it reports.

use std::fmt;

use serde::{Deserialize, Serialize};

/// An enrolled agent.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// Client code.
    pub client: String,
    /// Agent id.
    pub agent: String,
    /// Public id of the token that made it.
    pub token: String,
    /// Address for reports, `https://HOST:PORT`.
    pub agents: String,
    /// Address for enrolment, which also gives a certificate to who was away for long; none in a file of an older agent.
    #[serde(default)]
    pub enrolment: Option<String>,
    /// An address that the policy named and that has not acknowledged a report yet.
    #[serde(default)]
    pub next_agents: Option<String>,
    /// Private key, PKCS #8 in PEM.
    pub key: String,
    /// Certificate, DER in hex.
    pub certificate: String,
    /// Authorities to trust, DER in hex.
    pub authorities: Vec<String>,
    /// Version of the bundle they came in; 0 for those of the enrolment.
    #[serde(default)]
    pub bundle_version: u64,
    /// When the certificate ends, milliseconds since 1970.
    pub not_after_ms: i64,
}

/// A key that waits for the answer to its enrolment.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    /// Public id of the token.
    pub token: String,
    /// Private key, PKCS #8 in PEM.
    pub key: String,
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Identity");
        shown.field("client", &self.client).field("agent", &self.agent).field("agents", &self.agents);
        shown.finish_non_exhaustive()
    }
}

impl fmt::Debug for Waiting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Waiting").field("token", &self.token).finish_non_exhaustive()
    }
}
