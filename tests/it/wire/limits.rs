//! Messages, sections and sockets beyond what is allowed.

use std::time::Duration;

use cadastre_agent::clock::SystemRandom;
use cadastre_agent::send::{Vitals, exchange};
use cadastre_agent::spool::{Document, State};
use cadastre_collector::ingest::{Settings, Waits};
use cadastre_kit::wire::{Agent, CLIENT, Collector};
use cadastre_proto::inventory::{AgentInfo, Inventory, SCHEMA};
use cadastre_proto::wire::inventory_client::InventoryClient;
use cadastre_proto::wire::{Encoding, PushRequest, PushResult, Section, SectionId};
use cadastre_proto::{digest, hex, limits, pack};
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpStream;
use tonic::transport::Channel;
use tonic::{Code, Status};

const HOST: &[u8] = br#"{"outcome":"ok","reason":null,"data":{}}"#;
const OTHER_HOST: &[u8] = br#"{"outcome":"absent","reason":null,"data":null}"#;

fn section(raw: &[u8]) -> Section {
    Section {
        id: SectionId::Host.into(),
        schema: limits::SECTION_SCHEMA,
        encoding: Encoding::Zstd.into(),
        raw_len: raw.len() as u64,
        sha256: digest::section_digest(raw).to_vec(),
        duration_ms: 1,
        bytes: pack::pack(raw).unwrap(),
    }
}

fn state_of(raw: &[u8]) -> Vec<u8> {
    digest::state_digest(&[digest::section_digest(raw)]).to_vec()
}

/// A whole state of one section.
fn whole(agent: &Agent, seq: u64, raw: &[u8]) -> PushRequest {
    PushRequest {
        speaker: Some(agent.speaker()),
        report_id: vec![7; 16],
        epoch: vec![8; 16],
        seq,
        base_digest: Vec::new(),
        new_digest: state_of(raw),
        sections: vec![section(raw)],
        collected_at_ms: 1_764_000_000_000,
    }
}

async fn client(agent: &Agent, collector: &Collector) -> InventoryClient<Channel> {
    InventoryClient::new(agent.link().connect(&collector.agents).await.unwrap())
}

async fn push(
    client: &mut InventoryClient<Channel>,
    request: PushRequest,
) -> Result<(PushResult, u64, Vec<u8>), Status> {
    let reply = client.push(request).await?.into_inner();
    Ok((reply.result(), reply.committed_seq, reply.committed_digest))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_to_a_push() {
    let collector = Collector::start().await;
    let agent = collector.agent().await;
    let mut client = client(&agent, &collector).await;
    let held = state_of(HOST);

    let delta = PushRequest { base_digest: held.clone(), ..whole(&agent, 1, OTHER_HOST) };
    assert_eq!(push(&mut client, delta.clone()).await.unwrap_err().code(), Code::FailedPrecondition, "unknown epoch");
    assert_eq!(push(&mut client, whole(&agent, 3, HOST)).await.unwrap(), (PushResult::Stored, 3, held.clone()));
    for seq in [1, 3] {
        let again = push(&mut client, whole(&agent, seq, OTHER_HOST)).await.unwrap();
        assert_eq!(again, (PushResult::Duplicate, 3, held.clone()), "seq {seq}");
    }
    let wrong_base = PushRequest { seq: 4, base_digest: vec![1; 32], ..delta.clone() };
    assert_eq!(push(&mut client, wrong_base).await.unwrap().0, PushResult::NeedFull);
    let wrong_sum = PushRequest { seq: 4, new_digest: vec![1; 32], ..delta.clone() };
    assert_eq!(push(&mut client, wrong_sum).await.unwrap().0, PushResult::NeedFull);
    let wrong_whole = PushRequest { new_digest: vec![1; 32], ..whole(&agent, 4, OTHER_HOST) };
    assert_eq!(push(&mut client, wrong_whole).await.unwrap_err().code(), Code::InvalidArgument);
    let odd = whole(&agent, 4, br#"{"outcome":"splendid"}"#);
    let reply = client.push(odd).await.unwrap().into_inner();
    assert_eq!((reply.result(), reply.rejected), (PushResult::SectionRejected, vec![1]));
    let other_epoch = PushRequest { epoch: vec![9; 16], ..delta.clone() };
    assert_eq!(push(&mut client, other_epoch).await.unwrap_err().code(), Code::FailedPrecondition);
    let good = PushRequest { seq: 4, ..delta };
    assert_eq!(push(&mut client, good).await.unwrap(), (PushResult::Stored, 4, state_of(OTHER_HOST)));
    assert_eq!(collector.row(&agent.identity().agent).await.cursor.unwrap().report_seq, 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn bombs_and_oversize_store_nothing() {
    let collector = Collector::start().await;
    let agent = collector.agent().await;
    let mut client = client(&agent, &collector).await;
    let before = collector.record.head(CLIENT).await.unwrap();

    let spaces = vec![b' '; 4 << 20];
    let mut bomb = whole(&agent, 1, &spaces);
    bomb.sections[0].raw_len = 100;
    assert_eq!(push(&mut client, bomb).await.unwrap_err().code(), Code::ResourceExhausted);
    let mut huge = whole(&agent, 1, HOST);
    huge.sections[0].raw_len = limits::SECTION_RAW_BYTES_MAX + 1;
    assert_eq!(push(&mut client, huge).await.unwrap_err().code(), Code::ResourceExhausted);
    let mut long = whole(&agent, 1, HOST);
    long.sections[0].bytes = vec![0; limits::MESSAGE_BYTES_MAX];
    assert_eq!(push(&mut client, long).await.unwrap_err().code(), Code::OutOfRange);
    let check_in = cadastre_proto::wire::CheckInRequest {
        speaker: Some(agent.speaker()),
        agent_version: "x".repeat(limits::CHECKIN_BYTES_MAX),
        ..Default::default()
    };
    assert_eq!(client.check_in(check_in).await.unwrap_err().code(), Code::OutOfRange);
    assert_eq!(collector.record.head(CLIENT).await.unwrap(), before);
}

/// A state with these sections, as the agent would collect it.
fn state(sections: &[(&str, String)]) -> State {
    let inventory = Inventory {
        schema: SCHEMA.to_owned(),
        report_id: uuid::Uuid::nil().to_string(),
        collected_at: "2026-11-24T10:00:00Z".to_owned(),
        agent: AgentInfo { version: "1".to_owned(), os: "linux".to_owned() },
        sections: Default::default(),
    };
    let mut state = State::of(&inventory, &[]).unwrap();
    for (id, text) in sections {
        let digest = hex::encode(&digest::section_digest(text.as_bytes()));
        state.sections.insert((*id).to_owned(), Document { text: text.clone(), digest, duration_ms: 1 });
    }
    state.digest = hex::encode(&state.digest_of(state.ids()));
    state
}

/// JSON of this many random letters, which nothing makes shorter than three quarters.
fn noise(bytes: usize) -> String {
    use cadastre_agent::clock::Random as _;
    let mut random = vec![0; bytes];
    SystemRandom.fill(&mut random);
    let letters: String =
        random.iter().map(|byte| char::from(b'0' + byte % 64)).map(|c| if c == '\\' { '_' } else { c }).collect();
    format!(r#"{{"outcome":"ok","reason":null,"data":"{letters}"}}"#)
}

async fn send(agent: &Agent, collector: &Collector, state: &State) {
    let (identity, link) = (agent.identity(), agent.link());
    let mut spool = agent.spool();
    spool.offer(state).unwrap();
    let to = (&identity, &collector.agents);
    exchange(&mut spool, &link, to, state.clone(), Vitals::default(), &mut SystemRandom).await.unwrap();
    assert_eq!(spool.pending(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_state_longer_than_a_message_goes_in_parts() {
    let collector = Collector::start().await;
    let agent = collector.agent().await;
    let small = r#"{"outcome":"ok","reason":null,"data":{}}"#.to_owned();
    let long = state(&[("host", small), ("software", noise(900_000)), ("protection", noise(900_000))]);
    send(&agent, &collector, &long).await;
    let cursor = collector.row(&agent.identity().agent).await.cursor.unwrap();
    assert_eq!(cursor.state, long.digest);
    assert_eq!(cursor.sections.len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_section_that_no_message_holds_is_reported_as_failed() {
    let collector = Collector::start().await;
    let agent = collector.agent().await;
    let odd = r#"{"outcome":"splendid","reason":null,"data":null}"#.to_owned();
    let good = r#"{"outcome":"ok","reason":null,"data":{}}"#.to_owned();
    let told = state(&[("host", good.clone()), ("os", odd), ("software", noise(5 << 20))]);
    send(&agent, &collector, &told).await;
    let cursor = collector.row(&agent.identity().agent).await.cursor.unwrap();
    let failed = hex::encode(&digest::section_digest(br#"{"outcome":"failed","reason":"rejected","data":null}"#));
    assert_eq!(cursor.sections["host"], hex::encode(&digest::section_digest(good.as_bytes())));
    assert_eq!((&cursor.sections["os"], &cursor.sections["software"]), (&failed, &failed));
    assert_eq!(agent.spool().progress().refused.len(), 2, "and remembered");
}

#[tokio::test(flavor = "multi_thread")]
async fn silent_sockets_are_closed_and_hold_nobody_up() {
    let short = Duration::from_millis(500);
    let waits = Waits { handshake: short, first: short, idle: short };
    let collector = Collector::start_with(Settings { waits, ..Settings::default() }).await;
    let agent = collector.agent().await;
    let mut silent = Vec::new();
    for _ in 0..200 {
        silent.push(TcpStream::connect(("127.0.0.1", collector.agents.port)).await.unwrap());
    }
    agent.report().await.unwrap();
    for mut socket in silent {
        assert_eq!(socket.read(&mut [0]).await.unwrap_or(0), 0, "closed by the collector");
    }
    // A connection that is ready and calls nothing ends as well.
    let mut client = client(&agent, &collector).await;
    tokio::time::sleep(short * 6).await;
    assert!(push(&mut client, whole(&agent, 1, HOST)).await.is_err());
}
