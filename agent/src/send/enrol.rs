//! Enrolment: a token and a key become an identity. No fact about the machine leaves.
//!
//! The key is on the disk before it is used, so that a retry after a lost answer is the same request.

use cadastre_proto::hex;
use cadastre_proto::token::Token;
use cadastre_proto::wire::enrollment_client::EnrollmentClient;
use cadastre_proto::wire::{EnrollReply, EnrollRequest};
use rustls::pki_types::CertificateDer;
use tonic::{Code, Status};

use super::answer;
use super::keys;
use super::link::{self, Address, Link, LinkError, Network};
use crate::refusal::{Refusal, io_code};
use crate::spool::{Identity, Spool, Waiting};

/// Port of the enrolment listener when the address names none.
pub(super) const PORT: u16 = 8444;

/// What became of an enrolment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enrolled {
    /// Client code.
    pub client: String,
    /// Agent id.
    pub agent: String,
    /// Address for reports.
    pub agents: String,
    /// Whether the machine was enrolled with this token before.
    pub before: bool,
}

/// Enrols this machine with a token, at the collector's enrolment address.
///
/// # Errors
/// A refusal with its code; nothing but the waiting key is kept.
pub async fn enrol(spool: &mut Spool, collector: &str, token: &str, network: &Network) -> Result<Enrolled, Refusal> {
    let token: Token = token.parse().map_err(|_| Refusal::new("token_invalid"))?;
    let address = Address::parse(collector, Some(PORT)).map_err(|error| of_link(&error))?;
    if let Some(identity) = spool.identity().map_err(|error| identity_unreadable(&error))? {
        if identity.token == token.id && identity.client == token.client {
            let Identity { client, agent, agents, .. } = identity;
            return Ok(Enrolled { client, agent, agents, before: true });
        }
        return Err(Refusal::new("enrolled_already").with("client", identity.client).with("agent", identity.agent));
    }
    let waiting = waiting(spool, &token)?;
    let request = EnrollRequest {
        client: token.client.clone(),
        token: token.id.clone(),
        secret: token.secret.to_vec(),
        csr: keys::request(&waiting.key).map_err(key_failed)?,
        host: address.host.clone(),
        agent_version: crate::agent::VERSION.to_owned(),
    };
    let link = Link::of_pin(token.pin, network).map_err(|error| of_link(&error))?;
    let channel = link.connect(&address).await.map_err(|error| match error {
        LinkError::NotTrusted(_) => Refusal::new("collector_not_the_tokens").with("collector", &address),
        other => of_link(&other),
    })?;
    let reply = EnrollmentClient::new(channel).enroll(request).await.map_err(|status| of_status(&status))?.into_inner();
    let identity =
        identity(token, waiting.key, &address, reply).ok_or_else(|| Refusal::new("answer_not_understood"))?;
    spool.enrolled(&identity).map_err(|error| state_not_written(&error))?;
    let Identity { client, agent, agents, .. } = identity;
    Ok(Enrolled { client, agent, agents, before: false })
}

/// The key of an earlier attempt with this token, or a new one.
fn waiting(spool: &Spool, token: &Token) -> Result<Waiting, Refusal> {
    let stored = spool.waiting().map_err(|error| state_not_written(&error))?;
    if let Some(waiting) = stored.filter(|waiting| waiting.token == token.id) {
        return Ok(waiting);
    }
    let waiting = Waiting { token: token.id.clone(), key: keys::make().map_err(key_failed)? };
    spool.store_waiting(&waiting).map_err(|error| state_not_written(&error))?;
    Ok(waiting)
}

fn identity(token: Token, key: String, enrolment: &Address, reply: EnrollReply) -> Option<Identity> {
    let EnrollReply { agent, certificate, authorities, agents, not_after_ms } = reply;
    let first = authorities.first()?;
    // The authority told must be the one that the token names.
    (link::pin(&CertificateDer::from(first.as_slice())) == Some(token.pin)).then_some(())?;
    agents.parse::<Address>().ok()?;
    Some(Identity {
        client: token.client,
        agent: uuid::Uuid::from_slice(&agent).ok()?.to_string(),
        token: token.id,
        agents,
        enrolment: Some(enrolment.to_string()),
        next_agents: None,
        key,
        certificate: hex::encode(&certificate),
        authorities: authorities.iter().map(|authority| hex::encode(authority)).collect(),
        bundle_version: 0,
        not_after_ms,
    })
}

fn key_failed(_: rcgen::Error) -> Refusal {
    Refusal::new("key_not_made")
}

fn state_not_written(error: &std::io::Error) -> Refusal {
    Refusal::new("state_not_writable").with("cause", io_code(error))
}

fn identity_unreadable(error: &std::io::Error) -> Refusal {
    Refusal::new("identity_unreadable").with("cause", io_code(error))
}

fn of_status(status: &Status) -> Refusal {
    let word = answer::reason(status);
    match (status.code(), word.as_deref()) {
        (_, Some("TOKEN_UNKNOWN")) => Refusal::new("token_unknown"),
        (_, Some("TOKEN_EXPIRED")) => Refusal::new("token_expired"),
        (_, Some("TOKEN_SPENT")) => Refusal::new("token_spent"),
        (_, Some("TOKEN_REVOKED")) => Refusal::new("token_revoked"),
        (_, Some("REVOKED")) => Refusal::new("agent_revoked"),
        (Code::Unavailable | Code::Cancelled | Code::DeadlineExceeded | Code::ResourceExhausted, _) => {
            Refusal::new("collector_busy")
        }
        (code, word) => Refusal::new("collector_refused").with("word", word.unwrap_or(code_word(code))),
    }
}

/// What a failed connection is to the person at the command line.
pub(crate) fn of_link(error: &LinkError) -> Refusal {
    match error {
        LinkError::Address(text) => Refusal::new("collector_address_invalid").with("collector", text),
        LinkError::Proxy(_) => Refusal::new("proxy_invalid").on("proxy"),
        LinkError::Bundle(error) => Refusal::new("ca_bundle_unreadable").with("cause", io_code(error)).on("ca_bundle"),
        LinkError::Identity => Refusal::new("identity_damaged"),
        LinkError::Unreachable(_) | LinkError::Ended(_) => Refusal::new("collector_unreachable"),
        LinkError::NotTrusted(_) => Refusal::new("collector_not_trusted"),
        LinkError::NotNow(_) => Refusal::new("collector_not_now"),
    }
}

/// A code of gRPC, as a word.
pub(crate) fn code_word(code: Code) -> &'static str {
    match code {
        Code::InvalidArgument => "INVALID_ARGUMENT",
        Code::Unauthenticated => "UNAUTHENTICATED",
        Code::PermissionDenied => "PERMISSION_DENIED",
        Code::Unimplemented => "UNIMPLEMENTED",
        Code::OutOfRange => "OUT_OF_RANGE",
        Code::ResourceExhausted => "RESOURCE_EXHAUSTED",
        Code::FailedPrecondition => "FAILED_PRECONDITION",
        Code::Unavailable => "UNAVAILABLE",
        Code::DeadlineExceeded => "DEADLINE_EXCEEDED",
        Code::Cancelled => "CANCELLED",
        Code::Internal => "INTERNAL",
        _ => "UNKNOWN",
    }
}
