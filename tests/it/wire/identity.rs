//! Who may call: every call, for every way of not being the agent.

use std::time::Duration;

use cadastre_agent::agent::service::Station;
use cadastre_agent::clock::{SystemClock, SystemRandom as AgentRandom};
use cadastre_agent::send::{Link, Network};
use cadastre_agent::source::replay;
use cadastre_agent::spool::Identity;
use cadastre_collector::clock::{Clock as _, SystemRandom};
use cadastre_collector::ingest::ca::{Ca, ProvenKey};
use cadastre_domain::fact::Fact;
use cadastre_kit::wire::{Agent, CLIENT, Collector};
use cadastre_proto::hex;
use cadastre_proto::wire::enrollment_client::EnrollmentClient;
use cadastre_proto::wire::inventory_client::InventoryClient;
use cadastre_proto::wire::{CheckInRequest, PushRequest, RecoverRequest, RenewRequest, Speaker};
use tonic::transport::Channel;
use tonic::{Code, Status};
use tonic_types::StatusExt as _;

/// What each of the three calls answers to this speaker; `None` = it was let in.
async fn answers(channel: &Channel, speaker: &Speaker) -> [Option<Status>; 3] {
    let mut client = InventoryClient::new(channel.clone());
    let speaker = Some(speaker.clone());
    let check_in = CheckInRequest {
        speaker: speaker.clone(),
        epoch: vec![0; 16],
        state_digest: vec![0; 32],
        ..CheckInRequest::default()
    };
    let key = rcgen::KeyPair::generate().unwrap();
    let csr = rcgen::CertificateParams::new(Vec::new()).unwrap().serialize_request(&key).unwrap().der().to_vec();
    [
        client.check_in(check_in).await.err(),
        client.push(PushRequest { speaker: speaker.clone(), ..PushRequest::default() }).await.err(),
        client.renew(RenewRequest { speaker, csr }).await.err(),
    ]
}

async fn refused(channel: &Channel, speaker: &Speaker, code: Code, word: &str) {
    for answer in answers(channel, speaker).await {
        let status = answer.unwrap_or_else(|| panic!("a call was let in: {word}"));
        assert_eq!(status.code(), code, "{status:?}");
        assert_eq!(status.get_details_error_info().map(|info| info.reason).as_deref(), Some(word));
    }
}

async fn connect(agent: &Agent, collector: &Collector) -> Channel {
    agent.link().connect(&collector.agents).await.unwrap()
}

/// A handshake that our collector ends: no call gets an answer of ours.
async fn shut_out(link: Link, collector: &Collector, speaker: &Speaker) {
    let Ok(channel) = link.connect(&collector.agents).await else { return };
    for answer in answers(&channel, speaker).await {
        let status = answer.unwrap();
        assert!(status.get_details_error_info().is_none() && status.code() != Code::PermissionDenied, "{status:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_certificate_and_a_foreign_one_end_the_handshake() {
    let collector = Collector::start().await;
    let agent = collector.agent().await;
    let before = collector.record.head(CLIENT).await.unwrap();
    let none = Link::of_pin(collector.ca.pin(), &Network::default()).unwrap();
    shut_out(none, &collector, &agent.speaker()).await;

    // Another authority signs the very same name for the very same key.
    let (foreign, _) = Ca::make(collector.clock.now(), &SystemRandom).unwrap();
    let mut identity = agent.identity();
    let key = rcgen::KeyPair::from_pem(&identity.key).unwrap();
    let csr = rcgen::CertificateParams::new(Vec::new()).unwrap().serialize_request(&key).unwrap();
    let key = ProvenKey::of_request(csr.der()).unwrap();
    let issued = foreign.agent(&key, (CLIENT, &identity.agent), collector.clock.now(), &SystemRandom).unwrap();
    identity.certificate = hex::encode(&issued.certificate);
    let link = Link::of_agent(&identity, &Network::default()).unwrap();
    shut_out(link, &collector, &agent.speaker()).await;

    assert_eq!(collector.record.head(CLIENT).await.unwrap(), before);
    assert!(collector.record.contacts(CLIENT).await.unwrap().is_empty(), "nobody was heard");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_names_another_is_refused() {
    let collector = Collector::start().await;
    let (agent, neighbour) = (collector.agent().await, collector.agent().await);
    let channel = connect(&agent, &collector).await;
    let other_client = Speaker { client: "other".to_owned(), ..agent.speaker() };
    for speaker in [other_client, neighbour.speaker()] {
        refused(&channel, &speaker, Code::PermissionDenied, "IDENTITY_MISMATCH").await;
    }
    assert!(collector.record.contacts(CLIENT).await.unwrap().is_empty(), "a refused call is no contact");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_clients_agent_is_unknown_here() {
    let collector = Collector::start().await;
    let agent = collector.agent().await;
    // Our authority signs, but the record of that client has no such agent.
    let mut identity = agent.identity();
    let key = rcgen::KeyPair::from_pem(&identity.key).unwrap();
    let csr = rcgen::CertificateParams::new(Vec::new()).unwrap().serialize_request(&key).unwrap();
    let key = ProvenKey::of_request(csr.der()).unwrap();
    let issued = collector.ca.agent(&key, ("other", &identity.agent), collector.clock.now(), &SystemRandom).unwrap();
    identity.certificate = hex::encode(&issued.certificate);
    let link = Link::of_agent(&identity, &Network::default()).unwrap();
    let channel = link.connect(&collector.agents).await.unwrap();
    let speaker = Speaker { client: "other".to_owned(), ..agent.speaker() };
    refused(&channel, &speaker, Code::PermissionDenied, "UNKNOWN_AGENT").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_agent_is_refused_on_open_and_resumed_connections() {
    let collector = Collector::start().await;
    let agent = collector.agent().await;
    let link = agent.link();
    let open = link.connect(&collector.agents).await.unwrap();
    assert!(answers(&open, &agent.speaker()).await[0].is_none());
    let fact = Fact::Revoked { agent: agent.identity().agent };
    collector.record.append(CLIENT, vec![fact], None).await.unwrap();
    refused(&open, &agent.speaker(), Code::PermissionDenied, "REVOKED").await;
    let resumed = link.connect(&collector.agents).await.unwrap();
    refused(&resumed, &agent.speaker(), Code::PermissionDenied, "REVOKED").await;
    let refusal = agent.report().await.unwrap_err().refusal();
    assert_eq!(refusal.code, "agent_revoked");
    assert!(agent.spool().pending().is_some() && agent.spool().identity().unwrap().is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_certificate_passes_the_handshake_and_no_call() {
    let collector = Collector::start().await;
    let agent = collector.agent().await;
    let open = connect(&agent, &collector).await;
    collector.clock.advance(Duration::from_secs(14 * 86_400 + 1));
    refused(&open, &agent.speaker(), Code::Unauthenticated, "EXPIRED").await;
    refused(&connect(&agent, &collector).await, &agent.speaker(), Code::Unauthenticated, "EXPIRED").await;
}

const LIFE_S: u64 = 14 * 86_400;
const RECOVERY_S: u64 = 180 * 86_400;

#[tokio::test(flavor = "multi_thread")]
async fn a_machine_that_was_off_for_months_comes_back_as_the_same_agent() {
    let collector = Collector::start().await;
    let agent = collector.agent().await;
    agent.report().await.unwrap();
    let before = agent.identity();
    collector.clock.advance(Duration::from_secs(LIFE_S + RECOVERY_S - 60));
    agent.name("pc-back");
    assert!(agent.report().await.unwrap().pushed, "it reports in the same run");
    let after = agent.identity();
    assert_eq!((&before.agent, &before.key), (&after.agent, &after.key));
    assert!(after.not_after_ms > before.not_after_ms);
    assert_eq!(collector.record.agents(CLIENT).await.unwrap().len(), 1);
    assert_eq!(collector.row(&after.agent).await.certificates.len(), 1, "the ended one went with the first use");
    collector.clock.advance(Duration::from_secs(9 * 86_400));
    assert!(agent.report().await.unwrap().renewed, "and gets a new key in its time");
    assert_ne!(agent.identity().key, after.key);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_machine_enrolled_by_an_older_agent_finds_the_way_back() {
    let collector = Collector::start().await;
    let agent = collector.agent().await;
    let moved =
        Identity { enrolment: Some(format!("https://127.0.0.9:{}", collector.enrolment.port)), ..agent.identity() };
    agent.spool().store_identity(&moved).unwrap();
    collector.clock.advance(Duration::from_secs(LIFE_S + 60));
    assert!(agent.report().await.unwrap().pushed, "the host where it reports, at the port of enrolment");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_away_too_long_keeps_key_and_change() {
    let collector = Collector::start().await;
    let agent = collector.agent().await;
    collector.clock.advance(Duration::from_secs(LIFE_S + RECOVERY_S + 60));
    assert_eq!(agent.report().await.unwrap_err().refusal().code, "certificate_refused");
    assert!(agent.spool().pending().is_some() && agent.spool().identity().unwrap().is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_comes_back_with_what_is_not_theirs() {
    let collector = Collector::start().await;
    let (agent, revoked, renewed) = (collector.agent().await, collector.agent().await, collector.agent().await);
    let fact = Fact::Revoked { agent: revoked.identity().agent };
    collector.record.append(CLIENT, vec![fact], None).await.unwrap();
    let stale = renewed.identity();
    collector.clock.advance(Duration::from_secs(9 * 86_400));
    assert!(renewed.report().await.unwrap().renewed);
    renewed.report().await.unwrap();
    collector.clock.advance(Duration::from_secs(LIFE_S));
    let (foreign, _) = Ca::make(collector.clock.now(), &SystemRandom).unwrap();
    let key = |pem: &str| rcgen::KeyPair::from_pem(pem).unwrap();
    let csr = |pem: &str| {
        let params = rcgen::CertificateParams::new(Vec::new()).unwrap();
        params.serialize_request(&key(pem)).unwrap().der().to_vec()
    };
    let certificate = |identity: &Identity| hex::decode(&identity.certificate).unwrap();
    let (own, other) = (agent.identity(), revoked.identity());
    let made_up = foreign
        .agent(
            &ProvenKey::of_request(&csr(&own.key)).unwrap(),
            (CLIENT, &own.agent),
            collector.clock.now(),
            &SystemRandom,
        )
        .unwrap();
    let link = Link::of_pin(collector.ca.pin(), &Network::default()).unwrap();
    let mut client = EnrollmentClient::new(link.connect(&collector.enrolment).await.unwrap());
    let before = collector.record.head(CLIENT).await.unwrap();
    for (certificate, csr, code, word) in [
        (certificate(&own), csr(&other.key), Code::PermissionDenied, "IDENTITY_MISMATCH"),
        (certificate(&other), csr(&other.key), Code::PermissionDenied, "REVOKED"),
        (certificate(&stale), csr(&stale.key), Code::Unauthenticated, "STALE_SERIAL"),
        (made_up.certificate.to_vec(), csr(&own.key), Code::Unauthenticated, "NO_CERTIFICATE"),
        (b"none".to_vec(), csr(&own.key), Code::Unauthenticated, "NO_CERTIFICATE"),
        (certificate(&own), b"none".to_vec(), Code::InvalidArgument, "MALFORMED"),
    ] {
        let status = client.recover(RecoverRequest { certificate, csr }).await.unwrap_err();
        let reason = status.get_details_error_info().unwrap().reason;
        assert_eq!((status.code(), reason.as_str()), (code, word));
    }
    assert_eq!(collector.record.head(CLIENT).await.unwrap(), before, "nothing was recorded");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_renewed_certificate_ends_the_old_one_at_its_first_use() {
    let collector = Collector::start().await;
    let agent = collector.agent().await;
    let old = connect(&agent, &collector).await;
    collector.clock.advance(Duration::from_secs(3 * 86_400));
    assert!(!agent.report().await.unwrap().renewed, "too early");
    collector.clock.advance(Duration::from_secs(6 * 86_400));
    let before = agent.identity();
    assert!(agent.report().await.unwrap().renewed);
    let after = agent.identity();
    assert!(before.key != after.key && before.certificate != after.certificate && before.agent == after.agent);
    assert!(answers(&old, &agent.speaker()).await[0].is_none(), "the new one was not used yet");
    assert!(!agent.report().await.unwrap().pushed);
    refused(&old, &agent.speaker(), Code::Unauthenticated, "STALE_SERIAL").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_follows_a_certificate_that_another_process_renewed() {
    let collector = Collector::start().await;
    let agent = collector.agent().await;
    let tree = replay::open(&agent.tree()).unwrap();
    let (clock, mut random, state) = (SystemClock::new(), AgentRandom, agent.state());
    let mut service = Station::new(&state, &agent.config, tree.as_ref(), &clock, &mut random);
    service.report().await.unwrap();
    collector.clock.advance(Duration::from_secs(9 * 86_400));
    assert!(agent.report().await.unwrap().renewed);
    agent.report().await.unwrap();
    service.report().await.unwrap();
}
