//! A connection after its handshake: the stream, who is at its other end, and how long it may stay silent.
//!
//! **Invariant**: a connection on which no call begins within its first wait, or within an idle wait afterwards, ends,
//! whatever else it sends.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::Sleep;
use tokio_rustls::server::TlsStream;
use tonic::transport::server::Connected;

use super::peer::Identity;

/// What calls know of their connection.
#[derive(Debug, Clone)]
pub(super) struct Peer {
    /// The agent its certificate names; none on the enrolment listener.
    pub(super) identity: Option<Arc<Identity>>,
    activity: Arc<Activity>,
}

#[derive(Debug, Default)]
struct Activity {
    begun: AtomicU64,
    ended: AtomicU64,
}

/// A call under way.
pub(super) struct Call(Arc<Activity>);

impl Peer {
    pub(super) fn new(identity: Option<Identity>) -> Self {
        Self { identity: identity.map(Arc::new), activity: Arc::default() }
    }

    /// Notes that a call begins; it ends when the answer is dropped.
    pub(super) fn begin(&self) -> Call {
        self.activity.begun.fetch_add(1, Ordering::Relaxed);
        Call(Arc::clone(&self.activity))
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        self.0.ended.fetch_add(1, Ordering::Relaxed);
    }
}

/// A connection that ends when it has been silent for too long.
pub(super) struct Connection<S = TlsStream<TcpStream>> {
    stream: S,
    peer: Peer,
    idle: Duration,
    deadline: Pin<Box<Sleep>>,
    seen: u64,
    _place: OwnedSemaphorePermit,
}

impl<S> Connection<S> {
    pub(super) fn new(stream: S, peer: Peer, (first, idle): (Duration, Duration), place: OwnedSemaphorePermit) -> Self {
        Self { stream, peer, idle, deadline: Box::pin(tokio::time::sleep(first)), seen: 0, _place: place }
    }

    /// Whether the wait is over without a call.
    fn poll_silent(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        loop {
            ready!(self.deadline.as_mut().poll(cx));
            let activity = &self.peer.activity;
            let (ended, begun) = (activity.ended.load(Ordering::Relaxed), activity.begun.load(Ordering::Relaxed));
            if begun == self.seen && begun == ended {
                return Poll::Ready(());
            }
            self.seen = begun;
            let next = self.deadline.deadline() + self.idle;
            self.deadline.as_mut().reset(next);
        }
    }
}

impl<S> Connected for Connection<S> {
    type ConnectInfo = Peer;

    fn connect_info(&self) -> Peer {
        self.peer.clone()
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Connection<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if self.poll_silent(cx).is_ready() {
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Connection<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::sync::Semaphore;

    use super::*;

    const WAITS: (Duration, Duration) = (Duration::from_secs(10), Duration::from_secs(60));

    fn connection() -> (Connection<tokio::io::DuplexStream>, tokio::io::DuplexStream, Arc<Semaphore>) {
        let (near, far) = tokio::io::duplex(64);
        let places = Arc::new(Semaphore::new(1));
        let place = Arc::clone(&places).try_acquire_owned().unwrap();
        (Connection::new(near, Peer::new(None), WAITS, place), far, places)
    }

    async fn ends_after(
        mut connection: Connection<tokio::io::DuplexStream>,
        chatter: &mut tokio::io::DuplexStream,
    ) -> u64 {
        let start = tokio::time::Instant::now();
        let mut second = tokio::time::interval(Duration::from_secs(1));
        loop {
            let mut byte = [0];
            tokio::select! {
                read = connection.read(&mut byte) => if read.is_err() { return start.elapsed().as_secs() },
                _ = second.tick() => { let _ = chatter.write(b"x").await; }
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn chatter_without_a_call_is_silence() {
        let (connection, mut far, places) = connection();
        assert_eq!(ends_after(connection, &mut far).await, 10);
        assert_eq!(places.available_permits(), 1, "its place is free again");
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_prolongs_and_a_running_one_holds() {
        let (connection, mut far, _places) = self::connection();
        drop(connection.peer.begin());
        assert_eq!(ends_after(connection, &mut far).await, 70);
        let (connection, mut far, _places) = self::connection();
        let call = connection.peer.begin();
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_secs(100)).await;
            drop(call);
        });
        assert_eq!(ends_after(connection, &mut far).await, 130);
    }
}
