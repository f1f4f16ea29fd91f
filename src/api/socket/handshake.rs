//! What a request must be before it becomes a socket.

use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;

use super::upgrade::{self, list, single};
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
        let accept = upgrade::accept_key(parts)?;
        let headers = &parts.headers;
        if !list(headers, header::SEC_WEBSOCKET_PROTOCOL.as_str()).any(|name| name == SUBPROTOCOL) {
            return Err(bad("offer the subprotocol vetrina.v1"));
        }
        let session = auth::session_token(&state.app, headers);
        if session.is_some() {
            check_origin(state, headers)?;
        }
        Ok(Self { accept, session })
    }

    /// The answer that turns the connection into a socket.
    #[must_use]
    pub fn answer(&self) -> Response {
        let mut response = upgrade::answer(&self.accept);
        let protocol = HeaderValue::from_static(SUBPROTOCOL);
        response.headers_mut().insert(header::SEC_WEBSOCKET_PROTOCOL, protocol);
        response
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
