//! What a request must be before it becomes a socket.

use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Version, header};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use crate::api::ApiState;
use crate::api::auth;
use crate::api::problem::Problem;
use crate::domain::problem::Code;
use crate::protocol::SUBPROTOCOL;

/// Parameters that would put a secret into logs and histories.
const SECRET_PARAMETERS: [&str; 4] = ["token", "ticket", "access_token", "session"];

/// A handshake that may be answered with 101.
#[derive(Debug)]
pub struct Handshake {
    accept: String,
    /// The session cookie of a member on our own pages.
    pub session: Option<String>,
}

impl Handshake {
    /// Checks all that does not need the show.
    ///
    /// # Errors
    /// Says which part of the handshake is wrong.
    pub fn check(parts: &Parts, state: &ApiState) -> Result<Self, Problem> {
        check_query(parts)?;
        check_upgrade(parts)?;
        let headers = &parts.headers;
        if single(headers, "sec-websocket-version") != Some("13") {
            return Err(Problem::new(Code::UpgradeRequired, "speak version 13 of the protocol"));
        }
        let key = single(headers, "sec-websocket-key")
            .filter(|key| BASE64_STANDARD.decode(key).is_ok_and(|bytes| bytes.len() == 16))
            .ok_or_else(|| bad("the key has to be 16 bytes in Base64"))?;
        if !list(headers, header::SEC_WEBSOCKET_PROTOCOL.as_str()).any(|name| name == SUBPROTOCOL) {
            return Err(bad("offer the subprotocol vetrina.v1"));
        }
        let session = auth::session_token(&state.app, headers);
        if session.is_some() {
            check_origin(state, headers)?;
        }
        Ok(Self { accept: derive_accept_key(key.as_bytes()), session })
    }

    /// The answer that turns the connection into a socket.
    #[must_use]
    pub fn answer(&self) -> Response {
        let accept = HeaderValue::from_str(&self.accept).expect("Base64 is a header value");
        let headers = [
            (header::CONNECTION, HeaderValue::from_static("upgrade")),
            (header::UPGRADE, HeaderValue::from_static("websocket")),
            (header::SEC_WEBSOCKET_ACCEPT, accept),
            (header::SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static(SUBPROTOCOL)),
        ];
        (StatusCode::SWITCHING_PROTOCOLS, headers).into_response()
    }
}

fn check_query(parts: &Parts) -> Result<(), Problem> {
    let query = parts.uri.query().unwrap_or_default();
    let mut names = query.split('&').map(|pair| pair.split('=').next().unwrap_or_default());
    if names.any(|name| SECRET_PARAMETERS.contains(&name.to_ascii_lowercase().as_str())) {
        return Err(bad("send who you are in the first frame, never in the address"));
    }
    Ok(())
}

fn check_upgrade(parts: &Parts) -> Result<(), Problem> {
    let asks = |name: &str, wanted: &str| list(&parts.headers, name).any(|v| v.eq_ignore_ascii_case(wanted));
    let is_upgrade = parts.method == Method::GET
        && parts.version == Version::HTTP_11
        && asks("connection", "upgrade")
        && asks("upgrade", "websocket");
    if is_upgrade {
        Ok(())
    } else {
        Err(Problem::new(Code::UpgradeRequired, "open this address as a WebSocket"))
    }
}

/// A page of another origin would speak with the member's cookie, so only our own may.
fn check_origin(state: &ApiState, headers: &HeaderMap) -> Result<(), Problem> {
    if single(headers, "origin").is_some_and(|origin| auth::is_same_origin(&state.app, headers, origin)) {
        Ok(())
    } else {
        Err(Problem::new(Code::ForeignOrigin, "this request came from a foreign page"))
    }
}

fn bad(detail: &'static str) -> Problem {
    Problem::new(Code::Malformed, detail)
}

/// A header that stands there once.
fn single<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (Some(value), None) => value.to_str().ok(),
        _ => None,
    }
}

/// The parts of a header that is a list.
fn list<'a>(headers: &'a HeaderMap, name: &str) -> impl Iterator<Item = &'a str> {
    let values = headers.get_all(name).into_iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).map(str::trim)
}
