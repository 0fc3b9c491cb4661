//! A collector that serves agents on loopback over the memory store, and agents that report to it.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use cadastre_agent::agent::service::{NoAck, Station};
use cadastre_agent::clock::{Random as _, SystemClock, SystemRandom};
use cadastre_agent::config::Config;
use cadastre_agent::refusal::Refusal;
use cadastre_agent::send::{self, Address, Done, Enrolled, Link, Network};
use cadastre_agent::source::replay;
use cadastre_agent::spool::{Identity, Spool};
use cadastre_collector::clock::{Clock as _, SystemRandom as CollectorRandom};
use cadastre_collector::facts::{AgentRow, MemoryStore, Record};
use cadastre_collector::ingest::ca::Ca;
use cadastre_collector::ingest::{self, Listeners, ServeError, Settings};
use cadastre_domain::fact::Fact;
use cadastre_proto::token::Token;
use cadastre_proto::wire::Speaker;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::clock::MovableClock;

/// The client of these tests.
pub const CLIENT: &str = "atelier-martin";

/// A collector in this process: its record outlives its listeners.
pub struct Collector {
    /// Its facts.
    pub record: Record,
    /// Its authority.
    pub ca: Arc<Ca>,
    /// Its clock.
    pub clock: MovableClock,
    /// Address of the agents' listener.
    pub agents: Address,
    /// Address of the enrolment listener.
    pub enrolment: Address,
    stop: Option<oneshot::Sender<()>>,
    served: Option<JoinHandle<Result<(), ServeError>>>,
}

impl Collector {
    /// Starts a collector with the usual settings and one client.
    pub async fn start() -> Self {
        Self::start_with(Settings::default()).await
    }

    /// Starts a collector with one client.
    pub async fn start_with(settings: Settings) -> Self {
        let clock = MovableClock::default();
        let record = Record::new(Arc::new(MemoryStore::new()), Arc::new(clock.clone()));
        let named = Fact::Client { name: None, siren: None, example: false };
        record.append(CLIENT, vec![named], None).await.unwrap();
        let (ca, _) = Ca::make(clock.now(), &CollectorRandom).unwrap();
        let nowhere = Address { host: "127.0.0.1".to_owned(), port: 0 };
        let (ca, agents, enrolment) = (Arc::new(ca), nowhere.clone(), nowhere);
        let mut collector = Self { record, ca, clock, agents, enrolment, stop: None, served: None };
        collector.listen(settings).await;
        collector
    }

    /// Opens the listeners, on the same ports as before.
    pub async fn listen(&mut self, settings: Settings) {
        let agents = TcpListener::bind(("127.0.0.1", self.agents.port)).await.unwrap();
        let enrolment = TcpListener::bind(("127.0.0.1", self.enrolment.port)).await.unwrap();
        self.agents.port = agents.local_addr().unwrap().port();
        self.enrolment.port = enrolment.local_addr().unwrap().port();
        let (stop, stopped) = oneshot::channel::<()>();
        let listeners = Listeners { agents, enrolment };
        let clock = Arc::new(self.clock.clone());
        let shutdown = async {
            let _ = stopped.await;
        };
        let (record, ca) = (self.record.clone(), Arc::clone(&self.ca));
        let served = ingest::serve(listeners, record, ca, clock, Arc::new(CollectorRandom), settings, shutdown);
        self.served = Some(tokio::spawn(served));
        self.stop = Some(stop);
    }

    /// Closes the listeners, calls under way finished.
    pub async fn close(&mut self) {
        drop(self.stop.take());
        if let Some(served) = self.served.take() {
            served.await.unwrap().unwrap();
        }
    }

    /// Makes a token of the client.
    pub async fn token(&self, uses: u32) -> Token {
        let mut random = [0; 40];
        SystemRandom.fill(&mut random);
        let token = Token::make(CLIENT, self.ca.pin(), &random);
        let expires_at = self.clock.now() + Duration::from_secs(7 * 86_400);
        let fact = Fact::Token { token: token.id.clone(), hash: token.hash(), site: None, uses, expires_at };
        self.record.append(CLIENT, vec![fact], None).await.unwrap();
        token
    }

    /// Enrols a new agent.
    pub async fn agent(&self) -> Agent {
        let agent = Agent::new();
        agent.enrol(self, &self.token(1).await).await.unwrap();
        agent
    }

    /// What the record holds of an agent.
    pub async fn row(&self, agent: &str) -> AgentRow {
        self.record.agent(CLIENT, agent).await.unwrap().unwrap()
    }
}

/// A machine with an agent: a state folder and a file tree.
pub struct Agent {
    folder: TempDir,
    /// The agent's configuration.
    pub config: Config,
}

impl Default for Agent {
    fn default() -> Self {
        Self::new()
    }
}

impl Agent {
    /// A machine that is not enrolled.
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let agent = Self { folder, config: Config::default() };
        agent.name("pc-1");
        agent.write("etc/machine-id", "0123456789abcdef0123456789abcdef\n");
        agent
    }

    /// The state folder.
    pub fn state(&self) -> PathBuf {
        self.folder.path().join("state")
    }

    /// The file tree that stands for the machine.
    pub fn tree(&self) -> PathBuf {
        self.folder.path().join("tree")
    }

    /// Puts a file into the tree.
    pub fn write(&self, path: &str, text: &str) {
        let file = self.tree().join(path);
        std::fs::create_dir_all(file.parent().unwrap_or(Path::new("/"))).unwrap();
        std::fs::write(file, text).unwrap();
    }

    /// Gives the machine another name: a change of its state.
    pub fn name(&self, name: &str) {
        self.write("etc/hostname", &format!("{name}\n"));
        self.write("proc/sys/kernel/hostname", &format!("{name}\n"));
    }

    /// Opens the spool.
    pub fn spool(&self) -> Spool {
        Spool::open(&self.state(), &mut SystemRandom).unwrap()
    }

    /// Who the agent is.
    pub fn identity(&self) -> Identity {
        self.spool().identity().unwrap().unwrap()
    }

    /// Enrols with a token.
    pub async fn enrol(&self, collector: &Collector, token: &Token) -> Result<Enrolled, Refusal> {
        let address = collector.enrolment.to_string();
        send::enrol(&mut self.spool(), &address, &token.to_string(), &Network::default()).await
    }

    /// Collects and reports once.
    pub async fn report(&self) -> Result<Done, NoAck> {
        let tree = replay::open(&self.tree()).unwrap();
        let (clock, mut random, state) = (SystemClock::new(), SystemRandom, self.state());
        Station::new(&state, &self.config, tree.as_ref(), &clock, &mut random).report().await
    }

    /// Its link, with the certificate it holds now.
    pub fn link(&self) -> Link {
        Link::of_agent(&self.identity(), &Network::default()).unwrap()
    }

    /// How it names itself.
    pub fn speaker(&self) -> Speaker {
        let identity = self.identity();
        let agent = uuid::Uuid::parse_str(&identity.agent).unwrap();
        Speaker { client: identity.client, agent: agent.into_bytes().to_vec() }
    }
}
