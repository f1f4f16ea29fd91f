//! Stands around all routes: checks each request, gives it an id, and finishes each answer.
//!
//! Nothing behind it sees a request that was not checked, and nothing a client gets is a panic, a
//! bare status or the work of a handler that was cancelled half-way.

mod body;
mod checks;
mod chunks;
pub mod client;
mod head;
mod headers;
pub mod wire;

use std::convert::Infallible;
use std::net::SocketAddr;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderValue, Method, Request, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::FutureExt;
use tower::ServiceExt;

use self::body::TimeUp;
use self::checks::Hosts;
use self::client::Meter;
use self::headers::SecurityHeaders;
pub use self::headers::{FramedBy, PaysOnPage};
use self::wire::Inspection;
use super::ApiState;
use super::extract::ClientAddress;
use super::problem::Problem;
use crate::domain::problem::Code;
use crate::limits::Rate;

/// Names a request in logs and answers.
#[derive(Clone, Debug)]
pub struct RequestId(pub String);

/// What is known of a connection before its requests.
#[derive(Debug)]
pub struct Connection {
    peer: SocketAddr,
    inspection: Arc<Inspection>,
    requests: AtomicU64,
}

impl Connection {
    /// A connection that has sent nothing yet.
    #[must_use]
    pub fn new(peer: SocketAddr) -> Self {
        Self { peer, inspection: Arc::default(), requests: AtomicU64::new(0) }
    }

    /// Where the stream below notes what it found.
    #[must_use]
    pub fn inspection(&self) -> Arc<Inspection> {
        Arc::clone(&self.inspection)
    }
}

/// The edge of one server.
pub struct Edge {
    state: ApiState,
    router: Router,
    hosts: Hosts,
    headers: SecurityHeaders,
    requests: Meter<std::net::IpAddr>,
}

impl Edge {
    /// Puts the edge around the routes.
    #[must_use]
    pub fn new(state: ApiState, router: Router) -> Self {
        let limits = state.hub.limits();
        Self {
            hosts: Hosts::of(state.app.config()),
            headers: SecurityHeaders::of(state.app.public_url()),
            requests: Meter::new(Rate::new(limits.requests_per_sec, limits.requests_burst)),
            state,
            router,
        }
    }

    /// Whether many clients share this peer's address.
    #[must_use]
    pub fn is_trusted_proxy(&self, peer: std::net::IpAddr) -> bool {
        let peer = peer.to_canonical();
        self.state.app.config().trusted_proxies.iter().any(|net| net.contains(&peer))
    }

    /// Answers one request of a connection.
    ///
    /// # Errors
    /// Never; hyper asks for the type.
    pub async fn call<B>(&self, connection: &Connection, request: Request<B>) -> Result<Response, Infallible>
    where
        // hyper's body, boxed by axum.
        B: hyper::body::Body<Data = Bytes> + Send + Unpin + 'static,
        B::Error: Into<axum::BoxError>,
    {
        self.state.hub.metrics().requests.add_one();
        let id = self.state.app.clock().uuid().to_string();
        let asks_upgrade = request.headers().contains_key(header::UPGRADE);
        let mut response = match self.admit(connection, &request) {
            Ok(address) => self.run(request, address, &id).await,
            Err(problem) => problem.into_response(),
        };
        response = self.finish(response, &id);
        if asks_upgrade && response.status() != StatusCode::SWITCHING_PROTOCOLS {
            // The stream below looks no further once a client asks for another protocol.
            response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        Ok(response)
    }

    fn admit<B>(&self, connection: &Connection, request: &Request<B>) -> Result<ClientAddress, Problem> {
        let number = connection.requests.fetch_add(1, Ordering::Relaxed);
        if let Some(bad) = connection.inspection.refusal(number) {
            return Err(checks::bad_head(bad));
        }
        checks::check(request, &self.hosts, self.state.hub.limits().body_bytes_max)?;
        let trusted = &self.state.app.config().trusted_proxies;
        let address = client::address(connection.peer.ip(), request.headers(), trusted);
        if !is_from_provider(request.uri().path()) {
            self.requests.take(client::subscriber(address)).map_err(|wait| {
                Problem::new(Code::RateLimited, "too many requests from this address").retry_after(wait)
            })?;
        }
        Ok(ClientAddress(address))
    }

    async fn run<B>(&self, request: Request<B>, address: ClientAddress, id: &str) -> Response
    where
        // As in `call`.
        B: hyper::body::Body<Data = Bytes> + Send + Unpin + 'static,
        B::Error: Into<axum::BoxError>,
    {
        let limits = self.state.hub.limits();
        let time_up = TimeUp::default();
        let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
        let mut request = request.map(|body| {
            body::timed(body, limits.body_timeout, limits.body_bytes_per_sec_min, time_up.clone())
        });
        request.extensions_mut().insert(address);
        request.extensions_mut().insert(RequestId(id.to_owned()));
        let answer = AssertUnwindSafe(self.router.clone().oneshot(request)).catch_unwind();
        let answer = if is_read {
            answer.await
        } else {
            // A client that hangs up drops this future, but must not stop a write half-way.
            tokio::spawn(answer).await.unwrap_or_else(|error| Err(Box::new(error)))
        };
        match answer {
            Ok(Ok(response)) if time_up.is_up() && !response.status().is_success() => {
                Problem::new(Code::Timeout, "the body did not arrive in time").into_response()
            }
            Ok(Ok(response)) => response,
            Err(_) => {
                self.state.hub.metrics().panics.add_one();
                tracing::error!(request.id = id, "a handler panicked");
                Problem::new(Code::Internal, "something went wrong on our side").into_response()
            }
        }
    }

    /// Turns refusals of every origin into problems and adds the headers all answers have.
    fn finish(&self, mut response: Response, id: &str) -> Response {
        let problem = response.extensions_mut().remove::<Problem>().or_else(|| plain_refusal(&response));
        if let Some(problem) = problem {
            self.state.hub.metrics().count_problem(problem.code());
            let mut finished = problem.into_response_for(Some(id.to_owned()));
            for (name, value) in response.headers() {
                if !finished.headers().contains_key(name) && name != header::CONTENT_LENGTH {
                    finished.headers_mut().append(name, value.clone());
                }
            }
            response = finished;
        }
        let id = HeaderValue::from_str(id).expect("an id is ASCII");
        response.headers_mut().insert("x-request-id", id);
        self.headers.add(&mut response);
        response
    }
}

/// Whether a path is for the payment provider, whose signature or key is its bound.
///
/// Stripe sends from few addresses, and the sandbox shares one with everybody on this machine; a
/// payment that is refused here is heard of late.
fn is_from_provider(path: &str) -> bool {
    path.starts_with("/api/v1/webhooks/") || path.starts_with("/sandbox/v1/")
}

/// The problem behind a bare status of axum's own; answers with a body of their own stay.
fn plain_refusal(response: &Response<Body>) -> Option<Problem> {
    let status = response.status();
    let is_error = status.is_client_error() || status.is_server_error();
    let is_plain = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_none_or(|kind| kind.as_bytes().starts_with(b"text/plain"));
    if !is_error || !is_plain {
        return None;
    }
    Some(match status {
        StatusCode::NOT_FOUND => Problem::not_found(),
        StatusCode::METHOD_NOT_ALLOWED => Problem::new(Code::MethodNotAllowed, "use another method"),
        StatusCode::PAYLOAD_TOO_LARGE => Problem::new(Code::TooLarge, "the body is too large"),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => {
            Problem::new(Code::UnsupportedMediaType, "the body has a type that is not taken")
        }
        StatusCode::REQUEST_TIMEOUT => Problem::new(Code::Timeout, "the body did not arrive in time"),
        status if status.is_client_error() => {
            Problem::new(Code::Malformed, "the request cannot be read").status(status)
        }
        _ => Problem::new(Code::Internal, "something went wrong on our side"),
    })
}
