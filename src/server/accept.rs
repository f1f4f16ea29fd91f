//! The accept loop: takes connections within their limits and serves HTTP on them.
//!
//! axum's own loop has neither time-outs nor limits.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::api::edge::client::subscriber;
use crate::api::edge::wire::{CheckedStream, Inspection, Timeouts};
use crate::api::edge::{Connection, Edge};
use crate::hub::Hub;

/// Bytes hyper may hold of one connection; a head of 32 KiB and the beginning of its body.
const READ_BUFFER_BYTES: usize = 40 * 1024;
/// HTTP/2 streams at a time of one connection.
const STREAMS_MAX: u32 = 64;
/// Streams reset before they were served (rapid reset, CVE-2023-44487); more end the connection.
const RESET_STREAMS_MAX: usize = 20;
/// Refused connections that may be told so at a time; more are closed without a word.
const REFUSALS_MAX: usize = 1_000;
/// Pause after the system refused to give a connection, usually for want of descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Why a connection is not served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Refusal {
    /// The server has as many as it takes.
    Full,
    /// Its address has.
    TooMany,
}

/// All open connections of a server.
pub struct Connections {
    shared: Arc<Shared>,
    tracker: TaskTracker,
    refusals: TaskTracker,
    stopping: CancellationToken,
}

struct Shared {
    edge: Arc<Edge>,
    hub: Hub,
    per_address: Mutex<HashMap<IpAddr, usize>>,
}

/// One connection in the count of its address.
struct Counted {
    shared: Arc<Shared>,
    address: IpAddr,
}

impl Connections {
    pub fn new(edge: Arc<Edge>, hub: Hub) -> Self {
        Self {
            shared: Arc::new(Shared { edge, hub, per_address: Mutex::default() }),
            tracker: TaskTracker::new(),
            refusals: TaskTracker::new(),
            stopping: CancellationToken::new(),
        }
    }

    /// Takes connections for ever.
    pub async fn accept(&self, listener: TcpListener) {
        loop {
            match listener.accept().await {
                Ok((stream, peer)) => self.admit(stream, peer),
                Err(error) => {
                    tracing::warn!(%error, "no connection could be accepted");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            }
        }
    }

    /// Lets open requests finish; answers when the last connection is closed.
    pub async fn finish(&self) {
        self.stopping.cancel();
        self.tracker.close();
        self.tracker.wait().await;
    }

    /// How many connections are open.
    pub fn open(&self) -> usize {
        self.tracker.len()
    }

    fn admit(&self, stream: TcpStream, peer: SocketAddr) {
        let limits = self.shared.hub.limits();
        let metrics = self.shared.hub.metrics();
        let counted = Counted::of(&self.shared, peer.ip());
        let refusal = if self.tracker.len() >= limits.connections_max {
            Some(Refusal::Full)
        } else if counted.is_none() {
            Some(Refusal::TooMany)
        } else {
            None
        };
        match (refusal, counted) {
            (None, Some(counted)) => {
                metrics.connections.add_one();
                let stopping = self.stopping.clone();
                self.tracker.spawn(serve(stream, peer, counted, stopping));
            }
            (refusal, _) => {
                metrics.connections_refused.add_one();
                if let Some(refusal) = refusal.filter(|_| self.refusals.len() < REFUSALS_MAX) {
                    self.refusals.spawn(refuse(stream, refusal));
                }
            }
        }
    }
}

impl Counted {
    /// Counts a connection; `None` when its address has as many as it may.
    fn of(shared: &Arc<Shared>, peer: IpAddr) -> Option<Self> {
        let address = subscriber(peer.to_canonical());
        let is_proxy = shared.edge.is_trusted_proxy(peer);
        let mut counts = shared.per_address.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(address).or_default();
        if *count >= shared.hub.limits().connections_per_address && !is_proxy {
            return None;
        }
        *count += 1;
        Some(Self { shared: Arc::clone(shared), address })
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        let mut counts = self.shared.per_address.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.address);
            }
        }
    }
}

async fn serve(stream: TcpStream, peer: SocketAddr, counted: Counted, stopping: CancellationToken) {
    // Frames are joined in user space; Nagle would only hold the last one back.
    let _ = stream.set_nodelay(true);
    let limits = counted.shared.hub.limits();
    let connection = Arc::new(Connection::new(peer));
    let timeouts = Timeouts { head: limits.head_timeout, write: limits.write_timeout };
    let stream = CheckedStream::new(stream, connection.inspection(), timeouts);
    let edge = Arc::clone(&counted.shared.edge);
    let service = service_fn(move |request| {
        let (edge, connection) = (Arc::clone(&edge), Arc::clone(&connection));
        async move { edge.call(&connection, request).await }
    });
    let builder = builder(limits.keep_alive);
    let serving = builder.serve_connection_with_upgrades(TokioIo::new(stream), service);
    tokio::pin!(serving);
    // Errors are the peer's: resets, time-outs and bytes that are no HTTP.
    let _ = tokio::select! {
        result = serving.as_mut() => result,
        () = stopping.cancelled() => {
            serving.as_mut().graceful_shutdown();
            serving.await
        }
    };
}

fn builder(keep_alive: Duration) -> auto::Builder<TokioExecutor> {
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        // The stream below times single heads, so this is the rest between two requests.
        .header_read_timeout(keep_alive)
        .max_buf_size(READ_BUFFER_BYTES)
        // A client may end its side after the request and still wait for the answer.
        .half_close(true);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(STREAMS_MAX)
        .max_pending_accept_reset_streams(RESET_STREAMS_MAX)
        .max_local_error_reset_streams(RESET_STREAMS_MAX)
        .max_header_list_size(32 * 1024)
        .keep_alive_interval(keep_alive)
        .keep_alive_timeout(Duration::from_secs(10));
    builder
}

/// Says why a connection is not served, in the same words as the rest of the API.
async fn refuse(stream: TcpStream, refusal: Refusal) {
    let second = Duration::from_secs(1);
    let timeouts = Timeouts { head: second, write: second };
    // Its shutdown waits until the peer has read the answer.
    let mut stream = CheckedStream::new(stream, Arc::new(Inspection::default()), timeouts);
    if stream.write_all(refusal.answer().as_bytes()).await.is_ok() {
        let _ = stream.shutdown().await;
    }
}

impl Refusal {
    /// The whole answer; no request has been read that a handler could answer.
    fn answer(self) -> String {
        let (status, title, code, detail) = match self {
            Self::Full => (503, "overloaded", "overloaded", "the server takes no more at the moment"),
            Self::TooMany => (429, "rate limited", "rate_limited", "too many connections from this address"),
        };
        let kind = format!("https://vetrina.dev/problems/{code}");
        let body = serde_json::json!({
            "type": kind, "title": title, "status": status, "detail": detail, "code": code,
        });
        let body = body.to_string();
        format!(
            "HTTP/1.1 {status} {title}\r\ncontent-type: application/problem+json\r\nretry-after: 5\r\n\
             connection: close\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        )
    }
}
