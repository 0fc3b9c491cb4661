//! Tokens: who may enrol, how often, with whom.

use std::collections::BTreeSet;
use std::time::Duration;

use cadastre_agent::send::{Link, Network};
use cadastre_collector::clock::Clock as _;
use cadastre_domain::fact::Fact;
use cadastre_kit::wire::{Agent, CLIENT, Collector};
use cadastre_proto::token::Token;
use cadastre_proto::wire::EnrollRequest;
use cadastre_proto::wire::enrollment_client::EnrollmentClient;
use tonic::transport::Channel;
use tonic_types::StatusExt as _;

fn request(token: &Token, key: &rcgen::KeyPair) -> EnrollRequest {
    let csr = rcgen::CertificateParams::new(Vec::new()).unwrap().serialize_request(key).unwrap();
    EnrollRequest {
        client: token.client.clone(),
        token: token.id.clone(),
        secret: token.secret.to_vec(),
        csr: csr.der().to_vec(),
        host: "127.0.0.1".to_owned(),
        agent_version: "1".to_owned(),
    }
}

async fn channel(collector: &Collector) -> Channel {
    let link = Link::of_pin(collector.ca.pin(), &Network::default()).unwrap();
    link.connect(&collector.enrolment).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_may_not_is_refused_with_its_word() {
    let collector = Collector::start().await;
    let code = async |token: &Token| Agent::new().enrol(&collector, token).await.unwrap_err().code;
    let good = collector.token(1).await;

    let mut wrong = good.clone();
    wrong.secret[0] ^= 1;
    assert_eq!(code(&wrong).await, "token_unknown");
    let unknown = Token { id: "00ff".to_owned(), ..good.clone() };
    assert_eq!(code(&unknown).await, "token_unknown");
    let elsewhere = Token { client: "nobody".to_owned(), ..good.clone() };
    assert_eq!(code(&elsewhere).await, "token_unknown");

    let revoked = collector.token(1).await;
    let fact = Fact::TokenRevoked { token: revoked.id.clone() };
    collector.record.append(CLIENT, vec![fact], None).await.unwrap();
    assert_eq!(code(&revoked).await, "token_revoked");

    Agent::new().enrol(&collector, &good).await.unwrap();
    assert_eq!(code(&good).await, "token_spent");

    let late = collector.token(1).await;
    collector.clock.advance(Duration::from_secs(7 * 86_400 + 1));
    assert_eq!(code(&late).await, "token_expired");
    assert_eq!(collector.record.agents(CLIENT).await.unwrap().len(), 1, "only the good one made an agent");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_collector_that_is_not_the_tokens_gets_nothing() {
    let (collector, other) = (Collector::start().await, Collector::start().await);
    let token = collector.token(1).await;
    let agent = Agent::new();
    let refusal = agent.enrol(&other, &token).await.unwrap_err();
    assert_eq!(refusal.code, "collector_not_the_tokens");
    assert_eq!(agent.spool().identity().unwrap(), None);
    agent.enrol(&collector, &token).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_enrolment_is_the_same_or_refused() {
    let collector = Collector::start().await;
    let token = collector.token(5).await;
    let agent = Agent::new();
    let first = agent.enrol(&collector, &token).await.unwrap();
    assert_eq!(first.agents, collector.agents.to_string());
    let again = agent.enrol(&collector, &token).await.unwrap();
    assert!(!first.before && again.before && first.agent == again.agent);
    let other = collector.token(1).await;
    assert_eq!(agent.enrol(&collector, &other).await.unwrap_err().code, "enrolled_already");
    assert_eq!(collector.record.agents(CLIENT).await.unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_is_asked_for_again_with_the_same_key() {
    let collector = Collector::start().await;
    let token = collector.token(1).await;
    let agent = Agent::new();
    let first = agent.enrol(&collector, &token).await.unwrap();
    // The answer was lost on its way: the key waits, the identity was never written.
    let identity = agent.identity();
    let waiting = cadastre_agent::spool::Waiting { token: token.id.clone(), key: identity.key };
    std::fs::remove_file(agent.state().join("identity.json")).unwrap();
    agent.spool().store_waiting(&waiting).unwrap();
    let again = agent.enrol(&collector, &token).await.unwrap();
    assert_eq!(first.agent, again.agent);
    assert!(agent.report().await.unwrap().pushed);
    assert_eq!(collector.record.agents(CLIENT).await.unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn sixty_four_uses_at_once_of_a_one_use_token_make_one_agent() {
    let collector = Collector::start().await;
    let one_key = rcgen::KeyPair::generate().unwrap();
    for same_key in [true, false] {
        let token = collector.token(1).await;
        let before = collector.record.agents(CLIENT).await.unwrap().len();
        let mut calls = tokio::task::JoinSet::new();
        for _ in 0..64 {
            let other_key = rcgen::KeyPair::generate().unwrap();
            let request = request(&token, if same_key { &one_key } else { &other_key });
            let mut client = EnrollmentClient::new(channel(&collector).await);
            calls.spawn(async move { client.enroll(request).await });
        }
        let mut agents = BTreeSet::new();
        for answer in calls.join_all().await {
            match answer {
                Ok(reply) => {
                    agents.insert(reply.into_inner().agent);
                }
                Err(status) => {
                    assert!(!same_key, "{status:?}");
                    assert_eq!(status.get_details_error_info().unwrap().reason, "TOKEN_SPENT");
                }
            }
        }
        assert_eq!(agents.len(), 1, "same key: {same_key}");
        assert_eq!(collector.record.agents(CLIENT).await.unwrap().len(), before + 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_changes_no_agent_that_has_renewed_since() {
    let collector = Collector::start().await;
    let (token, agent) = (collector.token(2).await, Agent::new());
    agent.enrol(&collector, &token).await.unwrap();
    let old_key = rcgen::KeyPair::from_pem(&agent.identity().key).unwrap();
    collector.clock.advance(Duration::from_secs(9 * 86_400));
    assert!(agent.report().await.is_ok_and(|done| done.renewed));
    let late = collector.token(1).await;
    let mut client = EnrollmentClient::new(channel(&collector).await);
    let status = client.enroll(request(&token, &old_key)).await.unwrap_err();
    assert_eq!(status.get_details_error_info().unwrap().reason, "TOKEN_EXPIRED");
    let reply = client.enroll(request(&late, &old_key)).await.unwrap().into_inner();
    assert_ne!(uuid::Uuid::from_slice(&reply.agent).unwrap().to_string(), agent.identity().agent);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_without_client_feeds_the_waiting_room() {
    let collector = Collector::start().await;
    let token = Token { client: "-".to_owned(), ..collector.token(1).await };
    let expires_at = collector.clock.now() + Duration::from_secs(60);
    let fact = Fact::Token { token: token.id.clone(), hash: token.hash(), site: None, uses: 1, expires_at };
    collector.record.append("-", vec![fact], None).await.unwrap();
    let agent = Agent::new();
    let enrolled = agent.enrol(&collector, &token).await.unwrap();
    assert_eq!(enrolled.client, "-");
    assert!(agent.report().await.unwrap().pushed);
    assert_eq!(collector.record.agents("-").await.unwrap().len(), 1);
    assert!(collector.record.agents(CLIENT).await.unwrap().is_empty());
}
