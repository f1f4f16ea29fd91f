//! The socket of a show: the handshake in axum, the frames below it.
//!
//! It translates between frames and use cases and decides nothing.

mod commands;
mod connection;
mod handshake;
mod member;
mod opening;
mod person;
mod wire;

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use bytes::{Bytes, BytesMut};
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::rt::TokioIo;
use hyper_util::server::conn::auto::upgrade;
use tokio::net::TcpStream;

use self::connection::Connection;
use self::handshake::Handshake;
pub use self::member::MemberSnapshot;
use self::wire::Wire;
use super::ApiState;
use super::delivery;
use super::edge::client::subscriber;
use super::edge::wire::CheckedStream;
use super::extract::ClientAddress;
use super::problem::Problem;
use crate::domain::ids::ShowId;
use crate::domain::problem::Code;
use crate::domain::show::Show;
use crate::hub::{Admission, Full};
use crate::protocol::CloseCode;

/// When a client that was turned away may try again.
const FULL_RETRY: Duration = Duration::from_secs(5);

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
    let admission = state.hub.admit(subscriber(address.0)).map_err(full)?;
    let upgrade = parts.extensions.remove::<OnUpgrade>();
    let upgrade = upgrade.ok_or_else(|| Problem::new(Code::UpgradeRequired, "this needs HTTP/1.1"))?;
    let response = handshake.answer();
    let arrival = Arrival { show, session: handshake.session, address: address.0, _admission: admission };
    let hub = state.hub.clone();
    hub.spawn(take_over(state.clone(), upgrade, arrival));
    Ok(response)
}

fn full(full: Full) -> Problem {
    match full {
        Full::Node => Problem::new(Code::Overloaded, "the server takes no more sockets at the moment"),
        Full::Address | Full::Viewer => Problem::new(Code::RateLimited, "too many open sockets"),
    }
    .retry_after(FULL_RETRY)
}

/// Who comes, as far as the handshake tells.
struct Arrival {
    show: Arc<Show>,
    session: Option<String>,
    address: IpAddr,
    _admission: Admission,
}

/// Takes the connection out of hyper's hands and serves it.
async fn take_over(state: ApiState, upgrade: OnUpgrade, arrival: Arrival) {
    // The answer may not get through to the client; then there is nothing to serve.
    let Ok(upgraded) = upgrade.await else { return };
    match unwrap_stream(upgraded) {
        Ok((stream, early)) => serve(state, stream, early, arrival).await,
        Err(error) => tracing::error!(error = %error, "a socket could not be taken out of its connection"),
    }
}

/// The bare stream with what was read from it already, registered anew.
///
/// The old registration would keep the finished HTTP connection alive: 2 KiB per viewer.
fn unwrap_stream(upgraded: Upgraded) -> std::io::Result<(TcpStream, Bytes)> {
    let parts = upgrade::downcast::<TokioIo<CheckedStream<TcpStream>>>(upgraded)
        .map_err(|_| std::io::Error::other("the connection is of another kind"))?;
    let (stream, unread) = parts.io.into_inner().into_parts();
    let stream = TcpStream::from_std(stream.into_std()?)?;
    let mut early = BytesMut::from(parts.read_buf);
    early.extend_from_slice(&unread);
    Ok((stream, early.freeze()))
}

async fn serve(state: ApiState, stream: TcpStream, early: Bytes, arrival: Arrival) {
    let Arrival { show, session, address, _admission } = arrival;
    let mut wire = Wire::new(stream, early).await;
    let begun = match connection::greet(&mut wire, &state, &show, session, address).await {
        Ok((person, after)) => Connection::begin(wire, state.clone(), show, person, after).await,
        Err(Some(CloseCode::Restart)) => return connection::send_off(wire, &state).await,
        Err(Some(code)) => return wire.close(code).await,
        Err(None) => return wire.finish().await,
    };
    match begun {
        Ok(connection) => Box::pin(connection.run()).await,
        Err((wire, code)) => wire.close(code).await,
    }
}
