//! The socket of a show: the handshake in axum, the frames below it.
//!
//! It translates between frames and use cases and decides nothing.

mod attending;
mod commands;
mod greeting;
mod handshake;
mod jobs;
mod member;
mod opening;
mod person;
pub mod upgrade;

use std::time::Duration;

use axum::Router;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use self::greeting::{Arrival, Greeting};
use self::handshake::Handshake;
pub use self::member::MemberSnapshot;
use super::ApiState;
use super::delivery;
use super::edge::client::subscriber;
use super::extract::ClientAddress;
use super::problem::Problem;
use crate::domain::ids::ShowId;
use crate::domain::problem::Code;
use crate::hub::Full;

/// When a client that was turned away may try again.
const FULL_RETRY: Duration = Duration::from_secs(5);
/// Over how long those who were turned away come back.
const FULL_SPREAD: Duration = Duration::from_secs(10);

/// The one route of this folder.
pub fn routes() -> Router<ApiState> {
    Router::new().route("/api/v1/shows/{show}/socket", get(open_socket))
}

async fn open_socket(
    State(state): State<ApiState>,
    Path(show): Path<String>,
    address: ClientAddress,
    request: Request,
) -> Response {
    match admit(&state, &show, address, request).await {
        Ok(response) => response,
        Err(problem) => {
            let needs_upgrade = problem.code() == Code::UpgradeRequired;
            let mut response = problem.into_response();
            if needs_upgrade {
                let headers = response.headers_mut();
                headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
                headers.insert(header::SEC_WEBSOCKET_VERSION, HeaderValue::from_static("13"));
            }
            response
        }
    }
}

/// Checks everything that can be refused before the connection is a socket.
async fn admit(
    state: &ApiState,
    show: &str,
    address: ClientAddress,
    request: Request,
) -> Result<Response, Problem> {
    let (mut parts, _) = request.into_parts();
    let handshake = Handshake::check(&parts, state)?;
    let show: ShowId = show.parse().map_err(|_| Problem::not_found())?;
    let show = delivery::find_show(state, show).await?;
    let admission = state.hub.admit(subscriber(address.0)).map_err(|full| refused(state, full))?;
    let response = handshake.answer();
    let arrival = Arrival { show, session: handshake.session, address: address.0 };
    let greeting = Box::new(Greeting::new(state.clone(), arrival));
    upgrade::hand_over(state.hub.clone(), &mut parts, greeting, admission)?;
    Ok(response)
}

/// Spread, so that all who are turned away together do not come back together.
fn refused(state: &ApiState, full: Full) -> Problem {
    let spread = state.app.clock().jitter(FULL_SPREAD);
    match full {
        Full::Node => {
            let problem = Problem::new(Code::Overloaded, "the server takes no more sockets at the moment");
            problem.retry_after(FULL_RETRY + spread)
        }
        Full::Busy(wait) => {
            let problem = Problem::new(Code::Overloaded, "too many come at once");
            problem.retry_after(wait + spread)
        }
        Full::Address | Full::Viewer => {
            Problem::new(Code::RateLimited, "too many open sockets").retry_after(FULL_RETRY + spread)
        }
    }
}
