//! What machines say: TLS, enrolment, CheckIn, Push, Renew, and the way from the wire to facts.
//!
//! ```text
//! acceptor ─ tls ─ peer ─▶ connection ─▶ caller ─▶ inventory ─ convert ─▶ record
//!                  ca ────────────────────────────▶ enrolment ──────────▶ record
//! ```
//! `answer` holds every refusal of the wire, `pace` the places in time of who must come back. Refuses deriving and rendering; imports only facts and domain.

mod acceptor;
mod answer;
pub mod ca;
mod caller;
mod connection;
mod convert;
mod enrolment;
mod inventory;
mod pace;
mod peer;
mod policy;
mod private_file;
mod sessions;
mod tls;

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use cadastre_domain::fact::Fact;
use cadastre_proto::catalogue::{self, TableError};
use cadastre_proto::limits::{HEADER_LIST_BYTES_MAX, MESSAGE_BYTES_MAX, STREAMS_PER_CONNECTION_MAX};
use cadastre_proto::wire::enrollment_server::EnrollmentServer;
use cadastre_proto::wire::inventory_server::InventoryServer;
use jiff::Timestamp;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;
use tonic::Status;
use tonic::transport::Server;

pub use self::acceptor::Waits;
use self::acceptor::{Budget, Door};
use self::answer::Refused;
use self::ca::{Ca, CaError, Issued, ProvenKey};
use self::enrolment::EnrollmentService;
use self::inventory::InventoryService;
use self::pace::Pace;
use self::policy::Policies;
use self::sessions::Sessions;
use self::tls::OwnCertificate;
use crate::clock::{Clock, Random};
use crate::facts::Record;

/// How long one call may take.
const CALL_MAX: Duration = Duration::from_secs(10);
/// How often the collector's own certificate is made anew; it lives for 14 days.
const OWN_CERTIFICATE_EVERY: Duration = Duration::from_secs(86_400);
/// How long calls under way may go on after the collector was told to stop.
const DRAIN_MAX: Duration = Duration::from_secs(12);

/// The two open listeners.
#[derive(Debug)]
pub struct Listeners {
    /// For agents.
    pub agents: TcpListener,
    /// For machines that enrol.
    pub enrolment: TcpListener,
}

/// What an operator may choose.
#[derive(Debug, Clone)]
pub struct Settings {
    /// `HOST:PORT` that agents are told; without it, the host they used to enrol and the listener's port.
    pub public_agents: Option<String>,
    /// Time between check-ins.
    pub interval: Duration,
    /// How long connections may take or be silent.
    pub waits: Waits,
    /// The table of products that agents are to match with, where theirs is older.
    pub catalogue: Cow<'static, str>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            public_agents: None,
            interval: Duration::from_secs(15 * 60),
            waits: Waits::default(),
            catalogue: Cow::Borrowed(catalogue::EMBEDDED),
        }
    }
}

/// Why the listeners could not be served.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// A listener has no address.
    #[error("the listener's address")]
    Address(#[source] std::io::Error),
    /// The collector's certificate could not be made.
    #[error(transparent)]
    Certificate(#[from] CaError),
    /// The table of products is none.
    #[error(transparent)]
    Catalogue(#[from] TableError),
    /// TLS refused its configuration.
    #[error("TLS")]
    Tls(#[from] rustls::Error),
    /// The server ended by itself.
    #[error("the server ended")]
    Server(#[from] tonic::transport::Error),
}

/// What the services share.
struct Shared {
    record: Record,
    ca: Arc<Ca>,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    policies: Policies,
    pace: Pace,
    sessions: Sessions,
    agents_port: u16,
    public_agents: Option<String>,
}

/// Serves agents until `shutdown` ends, then lets the calls under way finish.
///
/// # Errors
/// See [`ServeError`].
pub async fn serve(
    listeners: Listeners,
    record: Record,
    ca: Arc<Ca>,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    settings: Settings,
    shutdown: impl Future<Output = ()>,
) -> Result<(), ServeError> {
    let own = OwnCertificate::new(ca.collector(clock.now(), &*random)?);
    let agents_tls = TlsAcceptor::from(tls::for_agents(Arc::clone(&own), &ca)?);
    let enrolment_tls = TlsAcceptor::from(tls::for_enrolment(Arc::clone(&own))?);
    let places = acceptor::connections_max();
    let budget = |places| Budget::new(places, settings.waits);
    let shared = Arc::new(Shared {
        agents_port: listeners.agents.local_addr().map_err(ServeError::Address)?.port(),
        policies: Policies::of_settings(&settings)?,
        pace: Pace::default(),
        sessions: Sessions::default(),
        public_agents: settings.public_agents.clone(),
        record,
        ca: Arc::clone(&ca),
        clock: Arc::clone(&clock),
        random: Arc::clone(&random),
    });
    let (agents, agents_closed) =
        acceptor::connections(listeners.agents, agents_tls, Door::Agents(Arc::clone(&ca)), budget(places / 8 * 7));
    let (enrolment, enrolment_closed) =
        acceptor::connections(listeners.enrolment, enrolment_tls, Door::Enrolment, budget(places / 8));
    let (stop, stopped) = watch::channel(false);
    let inventory = InventoryServer::new(InventoryService(Arc::clone(&shared)));
    let enroll = EnrollmentServer::new(EnrollmentService(shared)).max_decoding_message_size(MESSAGE_BYTES_MAX / 64);
    let both = async {
        tokio::try_join!(
            server()
                .add_service(inventory.max_decoding_message_size(MESSAGE_BYTES_MAX))
                .serve_with_incoming_shutdown(agents, told(stopped.clone())),
            server().add_service(enroll).serve_with_incoming_shutdown(enrolment, told(stopped)),
        )
    };
    let mut both = Box::pin(both);
    let renewals = renew_own(&own, &ca, &*clock, &*random);
    tokio::select! {
        ended = &mut both => return Ok(ended.map(|_| ())?),
        never = renewals => match never {},
        () = shutdown => {}
    }
    stop.send_replace(true);
    let ended = tokio::time::timeout(DRAIN_MAX, &mut both).await;
    // Once nobody serves them the listeners close: who is told that this ended may open them again.
    drop(both);
    let _ = tokio::join!(agents_closed, enrolment_closed);
    match ended {
        Ok(ended) => Ok(ended.map(|_| ())?),
        Err(_) => Ok(()),
    }
}

fn server() -> Server {
    let streams = usize::try_from(STREAMS_PER_CONNECTION_MAX).unwrap_or(1);
    Server::builder()
        .timeout(CALL_MAX)
        .max_concurrent_streams(STREAMS_PER_CONNECTION_MAX)
        .concurrency_limit_per_connection(streams)
        .http2_max_header_list_size(HEADER_LIST_BYTES_MAX)
}

async fn told(mut stopped: watch::Receiver<bool>) {
    let _ = stopped.wait_for(|stop| *stop).await;
}

async fn renew_own(own: &OwnCertificate, ca: &Ca, clock: &dyn Clock, random: &dyn Random) -> std::convert::Infallible {
    loop {
        tokio::time::sleep(OWN_CERTIFICATE_EVERY).await;
        match ca.collector(clock.now(), random) {
            Ok(key) => own.replace(key),
            Err(error) => tracing::error!(%error, "the collector's certificate was not renewed"),
        }
    }
}

impl Shared {
    fn sign(&self, key: &ProvenKey, client: &str, agent: &str, now: Timestamp) -> Result<Issued, Status> {
        self.ca.agent(key, (client, agent), now, &*self.random).map_err(|error| {
            tracing::error!(%error, "a certificate was not signed");
            Refused::StoreUnavailable.into()
        })
    }

    /// Signs one more certificate of an agent; the older ones end at its first use.
    async fn renew(&self, key: &ProvenKey, client: &str, agent: String) -> Result<Issued, Status> {
        let issued = self.sign(key, client, &agent, self.clock.now())?;
        let (serial, not_after) = (issued.serial.clone(), issued.not_after);
        let fact = Fact::Renewed { agent, key: key.hash(), serial, not_after };
        self.record.append(client, vec![fact], None).await.map_err(|error| answer::of_record(&error))?;
        Ok(issued)
    }

    /// The address an agent is told, given the host it used; none when that is no host.
    fn agents_address(&self, host: &str) -> Option<String> {
        if let Some(address) = &self.public_agents {
            return Some(format!("https://{address}"));
        }
        let plain = |c: char| c.is_ascii_alphanumeric() || ".-_:[]".contains(c);
        let is_host = !host.is_empty() && host.len() <= 255 && host.chars().all(plain);
        is_host.then(|| format!("https://{host}:{}", self.agents_port))
    }
}
