//! Takes connections in: bounded in number, in handshakes at once and in time, before any of it reaches a call.
//!
//! **Invariant**: a socket that never speaks holds a place for one handshake's time and takes no handshake's turn.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_stream::wrappers::ReceiverStream;

use super::ca::Ca;
use super::connection::{Connection, Peer};
use super::peer;

/// Handshakes at once on one listener.
const HANDSHAKES_MAX: usize = 64;
/// Connections waiting for the server to take them.
const QUEUE_MAX: usize = 64;
/// Rest after the system refused a connection: descriptors may have run out, and asking at once would spin.
const REST: Duration = Duration::from_millis(100);

/// How long a connection may take or be silent.
#[derive(Debug, Clone, Copy)]
pub struct Waits {
    /// From the connection to the end of its handshake.
    pub handshake: Duration,
    /// From the handshake to the first call.
    pub first: Duration,
    /// From call to call.
    pub idle: Duration,
}

impl Default for Waits {
    fn default() -> Self {
        let seconds = Duration::from_secs;
        Self { handshake: seconds(5), first: seconds(10), idle: seconds(60) }
    }
}

/// One listener's share of the system.
#[derive(Clone)]
pub(super) struct Budget {
    places: Arc<Semaphore>,
    handshakes: Arc<Semaphore>,
    waits: Waits,
}

impl Budget {
    pub(super) fn new(connections_max: usize, waits: Waits) -> Self {
        Self {
            places: Arc::new(Semaphore::new(connections_max)),
            handshakes: Arc::new(Semaphore::new(HANDSHAKES_MAX)),
            waits,
        }
    }
}

/// What a listener needs to know of who connects.
#[derive(Clone)]
pub(super) enum Door {
    /// Agents: each shows a certificate of this authority.
    Agents(Arc<Ca>),
    /// Machines that enrol.
    Enrolment,
}

/// The connections of a listener, ready for calls, and the task that takes them in: it ends, and closes the listener,
/// when the stream is dropped.
pub(super) fn connections(
    listener: TcpListener,
    tls: TlsAcceptor,
    door: Door,
    budget: Budget,
) -> (ReceiverStream<io::Result<Connection>>, JoinHandle<()>) {
    let (ready, stream) = mpsc::channel(QUEUE_MAX);
    let task = tokio::spawn(async move {
        loop {
            let accepting = async {
                let place = Arc::clone(&budget.places).acquire_owned().await;
                (place, listener.accept().await)
            };
            let (place, accepted) = tokio::select! {
                (Ok(place), accepted) = accepting => (place, accepted),
                () = ready.closed() => return,
            };
            match accepted {
                Ok((socket, _)) => {
                    let (tls, door, budget, ready) = (tls.clone(), door.clone(), budget.clone(), ready.clone());
                    tokio::spawn(async move {
                        if let Some(connection) = welcome(socket, &tls, &door, &budget, place).await {
                            let _ = ready.send(Ok(connection)).await;
                        }
                    });
                }
                Err(error) => {
                    tracing::warn!(%error, "a connection was not taken");
                    tokio::time::sleep(REST).await;
                }
            }
        }
    });
    (ReceiverStream::new(stream), task)
}

async fn welcome(
    socket: TcpStream,
    tls: &TlsAcceptor,
    door: &Door,
    budget: &Budget,
    place: OwnedSemaphorePermit,
) -> Option<Connection> {
    let waits = budget.waits;
    let handshake = async {
        socket.set_nodelay(true).ok()?;
        // Whoever says nothing takes no turn among the handshakes.
        socket.peek(&mut [0]).await.ok().filter(|read| *read > 0)?;
        let _turn = budget.handshakes.acquire().await.ok()?;
        tls.accept(socket).await.ok()
    };
    let stream = timeout(waits.handshake, handshake).await.ok().flatten()?;
    let identity = match door {
        Door::Enrolment => None,
        Door::Agents(authority) => {
            let chain = stream.get_ref().1.peer_certificates()?;
            Some(peer::identify(chain.first()?, authority)?)
        }
    };
    Some(Connection::new(stream, Peer::new(identity), (waits.first, waits.idle), place))
}

/// Connections this process may hold: eight tenths of its descriptors, shared between the listeners.
pub(super) fn connections_max() -> usize {
    let descriptors = rustix::process::getrlimit(rustix::process::Resource::Nofile).current.unwrap_or(1 << 20);
    usize::try_from(descriptors.min(1 << 20) / 10 * 8).unwrap_or(512)
}
