//! Makes agents of tokens and keys, and lets those come back whose certificate ended while they were away.
//!
//! A use of a token is keyed on (token, key): asking again with both the same gives the same agent and a certificate
//! for the same key. A token creates agents; it changes and revokes none. Refuses, each with its word, a token that is
//! unknown, expired, spent or revoked, and a request that proves no key.
//!
//! A machine that was off for longer than its certificate lives shows that certificate and proves its key: it is the
//! same agent still. Refuses an agent that was revoked, a certificate that a newer one replaced, and one that ended
//! too long ago.

use std::sync::Arc;

use cadastre_domain::fact::Fact;
use cadastre_proto::limits::CERTIFICATE_RECOVERY_S;
use cadastre_proto::token;
use cadastre_proto::wire::enrollment_server::Enrollment;
use cadastre_proto::wire::{EnrollReply, EnrollRequest, RecoverReply, RecoverRequest};
use rustls::pki_types::CertificateDer;
use tonic::{Request, Response, Status};
use uuid::Uuid;

use super::Shared;
use super::answer::{self, Refused};
use super::ca::{Issued, ProvenKey};
use super::caller;
use super::peer;
use crate::facts::{FactsError, TokenRow};

/// How often a lost race is looked at again.
const ATTEMPTS_MAX: u32 = 8;

/// The service of the enrolment listener.
pub(super) struct EnrollmentService(pub(super) Arc<Shared>);

/// What is asked, checked for form.
struct Asked {
    client: String,
    token: String,
    key: ProvenKey,
    agents: String,
}

#[tonic::async_trait]
impl Enrollment for EnrollmentService {
    async fn enroll(&self, request: Request<EnrollRequest>) -> Result<Response<EnrollReply>, Status> {
        let _presented = caller::presented(&request);
        let shared = &self.0;
        let EnrollRequest { client, token, secret, csr, host, agent_version: _ } = request.into_inner();
        let row = token_row(shared, &client, &token).await?;
        if row.hash != token::hash(&secret) {
            return Err(Refused::TokenUnknown.into());
        }
        let key = ProvenKey::of_request(&csr).map_err(|_| Refused::Malformed)?;
        let agents = shared.agents_address(&host).ok_or(Refused::Malformed)?;
        let asked = Asked { client, token, key, agents };
        for _ in 0..ATTEMPTS_MAX {
            if let Some(reply) = enrol(shared, &asked).await? {
                return Ok(Response::new(reply));
            }
        }
        Err(Refused::StoreUnavailable.into())
    }

    async fn recover(&self, request: Request<RecoverRequest>) -> Result<Response<RecoverReply>, Status> {
        let _presented = caller::presented(&request);
        let RecoverRequest { certificate, csr } = request.into_inner();
        recover(&self.0, &CertificateDer::from(certificate), &csr).await.map(Response::new)
    }
}

/// A certificate for an agent that comes back; the contact is counted when it then reports.
async fn recover(shared: &Shared, certificate: &CertificateDer<'_>, csr: &[u8]) -> Result<RecoverReply, Status> {
    let identity = peer::identify(certificate, &shared.ca).ok_or(Refused::NoCertificate)?;
    let row = shared.record.agent(&identity.client, &identity.agent).await.map_err(|e| answer::of_record(&e))?;
    let row = row.ok_or(Refused::UnknownAgent)?;
    if row.revoked {
        return Err(Refused::Revoked.into());
    }
    let held = row.certificate(&identity.serial).ok_or(Refused::StaleSerial)?;
    let key = ProvenKey::of_request(csr).map_err(|_| Refused::Malformed)?;
    if key.hash() != held.key {
        return Err(Refused::IdentityMismatch.into());
    }
    if shared.clock.now().as_second() > identity.not_after_s.saturating_add(CERTIFICATE_RECOVERY_S) {
        return Err(Refused::Expired.into());
    }
    tracing::info!(client = %identity.client, agent = %identity.agent, "an agent comes back");
    let issued = shared.renew(&key, &identity.client, identity.agent).await?;
    Ok(RecoverReply { certificate: issued.certificate.to_vec(), not_after_ms: issued.not_after.as_millisecond() })
}

async fn token_row(shared: &Shared, client: &str, token: &str) -> Result<TokenRow, Status> {
    match shared.record.token(client, token).await {
        Ok(Some(row)) => Ok(row),
        Ok(None) | Err(FactsError::ClientUnknown(_) | FactsError::ClientCode(_)) => Err(Refused::TokenUnknown.into()),
        Err(error) => Err(answer::of_record(&error)),
    }
}

/// One attempt; none when another use of the same key came first.
async fn enrol(shared: &Shared, asked: &Asked) -> Result<Option<EnrollReply>, Status> {
    let now = shared.clock.now();
    let row = token_row(shared, &asked.client, &asked.token).await?;
    if row.revoked {
        return Err(Refused::TokenRevoked.into());
    }
    if now > row.expires_at {
        return Err(Refused::TokenExpired.into());
    }
    let key = asked.key.hash();
    let known = shared.record.token_use(&asked.client, &asked.token, &key).await.map_err(|e| answer::of_record(&e))?;
    if let Some(agent) = known {
        return again(shared, asked, agent).await.map(Some);
    }
    if row.uses_left() == 0 {
        return Err(Refused::TokenSpent.into());
    }
    let agent = new_agent(shared);
    let issued = shared.sign(&asked.key, &asked.client, &agent.to_string(), now)?;
    let fact = Fact::Enrolled {
        agent: agent.to_string(),
        token: asked.token.clone(),
        key,
        serial: issued.serial.clone(),
        not_after: issued.not_after,
        site: row.site,
    };
    match shared.record.append(&asked.client, vec![fact], None).await {
        Ok(_) => Ok(Some(reply(shared, asked, agent, issued))),
        Err(FactsError::Conflict { .. }) => Ok(None),
        Err(FactsError::TokenSpent(_)) => Err(Refused::TokenSpent.into()),
        Err(FactsError::TokenRevoked(_)) => Err(Refused::TokenRevoked.into()),
        Err(error) => Err(answer::of_record(&error)),
    }
}

/// The same token and key came again: the answer was lost on its way.
async fn again(shared: &Shared, asked: &Asked, agent: String) -> Result<EnrollReply, Status> {
    let row = shared.record.agent(&asked.client, &agent).await.map_err(|e| answer::of_record(&e))?;
    let row = row.ok_or(Refused::UnknownAgent)?;
    if row.revoked {
        return Err(Refused::Revoked.into());
    }
    // An agent that has renewed since has its answer, and a token changes nobody's key.
    let key = asked.key.hash();
    if row.certificates.iter().any(|certificate| certificate.key != key) {
        return Err(Refused::TokenSpent.into());
    }
    let id = Uuid::parse_str(&agent).map_err(|_| Refused::UnknownAgent)?;
    let issued = shared.renew(&asked.key, &asked.client, agent).await?;
    Ok(reply(shared, asked, id, issued))
}

fn reply(shared: &Shared, asked: &Asked, agent: Uuid, issued: Issued) -> EnrollReply {
    EnrollReply {
        agent: agent.into_bytes().to_vec(),
        certificate: issued.certificate.to_vec(),
        authorities: vec![shared.ca.root().to_vec()],
        agents: asked.agents.clone(),
        not_after_ms: issued.not_after.as_millisecond(),
    }
}

/// Random, never derived from the machine.
fn new_agent(shared: &Shared) -> Uuid {
    let mut random = [0; 10];
    shared.random.fill(&mut random);
    let millisecond = u64::try_from(shared.clock.now().as_millisecond()).unwrap_or_default();
    uuid::Builder::from_unix_timestamp_millis(millisecond, &random).into_uuid()
}
