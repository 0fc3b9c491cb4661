//! One exchange: check in, push what is wanted, renew the certificate when its time has come.
//!
//! **Invariant**: a pending change is dropped only on an answer that names exactly its digest. No answer deletes the
//! key or the spool.

use std::io;
use std::time::Duration;

use cadastre_proto::catalogue::Catalogue;
use cadastre_proto::hex;
use cadastre_proto::limits::CERTIFICATE_LIFE_S;
use cadastre_proto::pack;
use cadastre_proto::wire::inventory_client::InventoryClient;
use cadastre_proto::wire::{self, CheckInReply, CheckInRequest, Need, RenewReply, RenewRequest, SectionId, Speaker};
use prost::Message;
use tonic::Status;
use tonic::transport::Channel;

use super::keys;
use super::link::{self, Address, Link, LinkError};
use super::push::{self, Wanted};
use super::wait;
use crate::clock::Random;
use crate::spool::{Identity, Spool, State};

/// What a check-in tells of the machine beside its state.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Vitals {
    /// Id of the running boot, 16 bytes, or empty.
    pub boot_id: Vec<u8>,
    /// Seconds since the boot.
    pub uptime_s: u64,
    /// Wall clock, milliseconds since 1970.
    pub wall_clock_ms: i64,
    /// Revision of the table of products it was read with.
    pub catalogue: u32,
}

/// An exchange that ended with an ack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    /// The collector's clock, milliseconds since 1970.
    pub server_time_ms: i64,
    /// Time between check-ins that the collector asks for.
    pub interval: Duration,
    /// Whether the certificate was renewed: the next exchange needs a new link.
    pub renewed: bool,
    /// Whether sections were sent.
    pub pushed: bool,
    /// Bytes of all messages of the exchange, both ways, before TLS.
    pub payload_bytes: usize,
    /// Whether this was the last report that the collector wants.
    pub retired: bool,
}

/// Why an exchange ended without an ack. The change stays in the spool.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// No connection.
    #[error(transparent)]
    Link(#[from] LinkError),
    /// The collector refused.
    #[error("the collector refused: {}", .0.code())]
    Refused(Box<Status>),
    /// The state folder could not be read or written.
    #[error("the state folder")]
    Spool(#[from] io::Error),
    /// The collector's answer makes no sense, again and again.
    #[error("the collector's answers lead nowhere")]
    Lost,
}

impl From<Status> for Failure {
    fn from(status: Status) -> Self {
        Self::Refused(Box::new(status))
    }
}

/// An agent's calls over one connection.
pub(super) struct Calls {
    pub(super) client: InventoryClient<Channel>,
    pub(super) speaker: Speaker,
    /// Bytes of the messages so far, both ways.
    pub(super) bytes: usize,
}

impl Calls {
    /// Counts a message.
    pub(super) fn count(&mut self, message: &impl Message) {
        self.bytes = self.bytes.saturating_add(message.encoded_len());
    }
}

/// Checks in with a state that was offered to the spool, and sends what the collector wants of it.
///
/// # Errors
/// See [`Failure`].
pub async fn exchange(
    spool: &mut Spool,
    link: &Link,
    (identity, address): (&Identity, &Address),
    state: State,
    vitals: Vitals,
    random: &mut dyn Random,
) -> Result<Done, Failure> {
    let mut calls = calls(link, identity, address).await?;
    let request = check_in((spool, identity.bundle_version), &calls.speaker, &state, vitals);
    calls.count(&request);
    let reply = calls.client.check_in(request).await?.into_inner();
    calls.count(&reply);
    let committed_seq = reply.committed_seq;
    let wanted = wanted(&reply, &state);
    let pushed = wanted.is_some();
    match wanted {
        None => spool.acknowledge(&state.digest, reply.server_time_ms)?,
        Some(wanted) => {
            let acked = push::push(&mut calls, spool, state, (wanted, committed_seq), random).await?;
            spool.acknowledge(&acked, reply.server_time_ms)?;
        }
    }
    follow(spool, identity, &reply)?;
    let renewed = renew_in_time(&mut calls, spool, reply.server_time_ms).await;
    Ok(Done {
        server_time_ms: reply.server_time_ms,
        interval: Some(Duration::from_millis(reply.next_checkin_ms))
            .filter(|wait| !wait.is_zero())
            .unwrap_or(wait::INTERVAL),
        renewed,
        pushed,
        payload_bytes: calls.bytes,
        retired: spool.progress().retire_on_ms.is_some_and(|on| on <= reply.server_time_ms),
    })
}

/// Asks for a certificate of a new key when the collector no longer takes the present one for reports.
///
/// # Errors
/// See [`Failure`]; key and certificate then stay as they are.
pub async fn renew_now(spool: &Spool, link: &Link, identity: &Identity, address: &Address) -> Result<(), Failure> {
    renew(&mut calls(link, identity, address).await?, spool).await
}

async fn calls(link: &Link, identity: &Identity, address: &Address) -> Result<Calls, LinkError> {
    let agent = uuid::Uuid::parse_str(&identity.agent).map_err(|_| LinkError::Identity)?;
    let speaker = Speaker { client: identity.client.clone(), agent: agent.into_bytes().to_vec() };
    Ok(Calls { client: InventoryClient::new(link.connect(address).await?), speaker, bytes: 0 })
}

async fn renew(calls: &mut Calls, spool: &Spool) -> Result<(), Failure> {
    let Some(mut identity) = spool.identity()? else { return Ok(()) };
    let key = keys::make().map_err(|_| LinkError::Identity)?;
    let csr = keys::request(&key).map_err(|_| LinkError::Identity)?;
    let request = RenewRequest { speaker: Some(calls.speaker.clone()), csr };
    calls.count(&request);
    let reply = calls.client.renew(request).await?.into_inner();
    calls.count(&reply);
    let RenewReply { certificate, authorities, not_after_ms } = reply;
    if certificate.is_empty() || authorities.is_empty() {
        return Err(Failure::Lost);
    }
    // The authorities stay those that were pinned: a new one comes only with a bundle.
    identity.key = key;
    identity.certificate = hex::encode(&certificate);
    identity.not_after_ms = not_after_ms;
    spool.store_identity(&identity)?;
    Ok(())
}

fn check_in(
    (spool, bundle_version): (&Spool, u64),
    speaker: &Speaker,
    state: &State,
    vitals: Vitals,
) -> CheckInRequest {
    let progress = spool.progress();
    let (mut sections, mut section_digests) = (Vec::new(), Vec::new());
    for id in state.ids() {
        let digest = state.sections.get(id).and_then(|document| hex::decode(&document.digest));
        let first = digest.and_then(|digest| digest.get(..8)?.try_into().ok()).map(u64::from_be_bytes);
        if let (Some(section), Some(first)) = (SectionId::of_name(id), first) {
            sections.push(section.into());
            section_digests.push(first);
        }
    }
    CheckInRequest {
        speaker: Some(speaker.clone()),
        boot_id: vitals.boot_id,
        uptime_s: vitals.uptime_s,
        wall_clock_ms: vitals.wall_clock_ms,
        epoch: hex::decode(&progress.epoch).unwrap_or_default(),
        seq: progress.seq,
        state_digest: hex::decode(&state.digest).unwrap_or_default(),
        sections,
        section_digests,
        agent_version: crate::agent::VERSION.to_owned(),
        policy_version: progress.policy_version,
        bundle_version,
        spool_pending: u32::from(spool.pending().is_some()),
        catalogue_revision: vitals.catalogue,
    }
}

/// What to send; none when the collector holds exactly this state.
fn wanted(reply: &CheckInReply, state: &State) -> Option<Wanted> {
    let same = hex::encode(&reply.committed_digest) == state.digest;
    match reply.need() {
        Need::None if same => None,
        Need::Sections => {
            let ids = reply.sections().filter_map(SectionId::name).map(str::to_owned).collect();
            Some(Wanted::Sections { base: reply.committed_digest.clone(), ids })
        }
        Need::None | Need::Full | Need::Unspecified => Some(Wanted::Full),
    }
}

/// Takes over the policy, and whom to trust from now on.
fn follow(spool: &mut Spool, identity: &Identity, reply: &CheckInReply) -> io::Result<()> {
    let mut followed = identity.clone();
    if let Some(policy) = &reply.policy {
        spool.follow(policy.version, policy.interval_ms, policy.retire_on_ms)?;
        if let Some(table) = policy.catalogue.as_ref().and_then(newer) {
            spool.store_catalogue(&table)?;
        }
        let names_another = policy.agents.parse::<Address>().is_ok() && policy.agents != identity.agents;
        followed.next_agents = names_another.then(|| policy.agents.clone());
    }
    if let Some(bundle) = reply.bundle.as_ref().filter(|bundle| bundle.version > identity.bundle_version)
        && link::are_authorities(&bundle.certificates)
    {
        followed.authorities = bundle.certificates.iter().map(|authority| hex::encode(authority)).collect();
        followed.bundle_version = bundle.version;
    }
    if followed != *identity { spool.store_identity(&followed) } else { Ok(()) }
}

/// A table of products that this agent understands and that is newer than its own.
fn newer(sent: &wire::Catalogue) -> Option<String> {
    let table = String::from_utf8(pack::unpack(&sent.bytes, sent.raw_len).ok()?).ok()?;
    let revision = Catalogue::parse(&table).ok()?.revision();
    (revision == sent.revision).then_some(table)
}

/// Renews when half of the certificate's life is over. A failure waits for the next exchange: the certificate is good.
async fn renew_in_time(calls: &mut Calls, spool: &Spool, now_ms: i64) -> bool {
    let Ok(Some(identity)) = spool.identity() else { return false };
    let life = Duration::from_secs(CERTIFICATE_LIFE_S.unsigned_abs());
    let began_ms = identity.not_after_ms.saturating_sub(CERTIFICATE_LIFE_S * 1000);
    let age_ms = u64::try_from(now_ms.saturating_sub(began_ms)).unwrap_or_default();
    if Duration::from_millis(age_ms) < wait::renewal_age(&identity.agent, life) {
        return false;
    }
    match renew(calls, spool).await {
        Ok(()) => true,
        Err(error) => {
            tracing::warn!(%error, "the certificate was not renewed");
            false
        }
    }
}

#[cfg(test)]
mod tests {
    use cadastre_proto::inventory::SECTIONS;
    use cadastre_proto::wire::Bundle;

    use super::*;
    use crate::clock::SystemRandom;

    #[test]
    fn whom_to_trust_comes_with_a_newer_bundle_only() {
        let folder = tempfile::tempdir().unwrap();
        let mut spool = Spool::open(folder.path(), &mut SystemRandom).unwrap();
        let first = Identity {
            client: "acme".to_owned(),
            agent: uuid::Uuid::nil().to_string(),
            token: "t".to_owned(),
            agents: "https://collector.example:8443".to_owned(),
            enrolment: None,
            next_agents: None,
            key: keys::make().unwrap(),
            certificate: String::new(),
            authorities: vec!["00".to_owned()],
            bundle_version: 2,
            not_after_ms: 0,
        };
        spool.store_identity(&first).unwrap();
        let mut params = rcgen::CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        let authority = params.self_signed(&rcgen::KeyPair::generate().unwrap()).unwrap().der().to_vec();
        let mut told = |version, certificates: Vec<Vec<u8>>| {
            let bundle = Some(Bundle { version, certificates });
            follow(&mut spool, &first, &CheckInReply { bundle, ..CheckInReply::default() }).unwrap();
            let Identity { authorities, bundle_version, .. } = spool.identity().unwrap().unwrap();
            (authorities, bundle_version)
        };
        let kept = (vec!["00".to_owned()], 2);
        assert_eq!(told(2, vec![authority.clone()]), kept, "not newer");
        assert_eq!(told(3, vec![]), kept, "whom to trust is never nobody");
        assert_eq!(told(3, vec![authority.clone(), b"none".to_vec()]), kept, "one of them is no certificate");
        assert_eq!(told(3, vec![authority.clone()]), (vec![hex::encode(&authority)], 3));
    }

    /// The largest messages that an unchanged machine can make: every section, the longest client code.
    #[test]
    fn an_unchanged_check_in_stays_within_four_hundred_bytes() {
        let request = CheckInRequest {
            speaker: Some(Speaker { client: "c".repeat(63), agent: vec![1; 16] }),
            boot_id: vec![1; 16],
            uptime_s: 10_000_000,
            wall_clock_ms: 1_764_000_000_000,
            epoch: vec![1; 16],
            seq: 100_000,
            state_digest: vec![1; 32],
            sections: SECTIONS.iter().filter_map(|id| SectionId::of_name(id)).map(i32::from).collect(),
            section_digests: vec![u64::MAX; SECTIONS.len()],
            agent_version: "10.20.30".to_owned(),
            policy_version: u64::MAX,
            bundle_version: 3,
            spool_pending: 1,
            catalogue_revision: 10_000,
        };
        let reply = CheckInReply {
            server_time_ms: 1_764_000_000_000,
            need: Need::None.into(),
            next_checkin_ms: 900_000,
            committed_digest: vec![1; 32],
            committed_seq: 100_000,
            ..CheckInReply::default()
        };
        let bytes = (request.encoded_len(), reply.encoded_len());
        assert!(bytes.0 + bytes.1 <= 400, "{bytes:?}");
    }
}
