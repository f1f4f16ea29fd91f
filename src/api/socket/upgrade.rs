//! Turns an HTTP request into a connection of the hub (RFC 6455, section 4).
//!
//! It knows no show and no person, so that tests can hang an echo on it.

use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Version, header};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bytes::{Bytes, BytesMut};
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::rt::TokioIo;
use hyper_util::server::conn::auto::upgrade;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use crate::api::edge::wire::CheckedStream;
use crate::api::problem::Problem;
use crate::domain::problem::Code;
use crate::hub::{Admission, Conversation, Hub};

/// Checks that a request asks for a WebSocket; answers what proves that it was understood.
///
/// # Errors
/// Says which part of the request is wrong.
pub fn accept_key(parts: &Parts) -> Result<String, Problem> {
    let headers = &parts.headers;
    let asks = |name: &str, wanted: &str| list(headers, name).any(|value| value.eq_ignore_ascii_case(wanted));
    let is_upgrade = parts.method == Method::GET
        && parts.version == Version::HTTP_11
        && asks("connection", "upgrade")
        && asks("upgrade", "websocket");
    if !is_upgrade {
        return Err(Problem::new(Code::UpgradeRequired, "open this address as a WebSocket"));
    }
    if single(headers, "sec-websocket-version") != Some("13") {
        return Err(Problem::new(Code::UpgradeRequired, "speak version 13 of the protocol"));
    }
    let key = single(headers, "sec-websocket-key")
        .filter(|key| BASE64_STANDARD.decode(key).is_ok_and(|bytes| bytes.len() == 16))
        .ok_or_else(|| Problem::new(Code::Malformed, "the key has to be 16 bytes in Base64"))?;
    Ok(derive_accept_key(key.as_bytes()))
}

/// The answer that turns the connection into a socket.
#[must_use]
pub fn answer(accept: &str) -> Response {
    let accept = HeaderValue::from_str(accept).expect("Base64 is a header value");
    let headers = [
        (header::CONNECTION, HeaderValue::from_static("upgrade")),
        (header::UPGRADE, HeaderValue::from_static("websocket")),
        (header::SEC_WEBSOCKET_ACCEPT, accept),
    ];
    (StatusCode::SWITCHING_PROTOCOLS, headers).into_response()
}

/// Gives the connection to the hub as soon as the answer has left.
///
/// # Errors
/// When the request came over something that cannot change its protocol.
pub fn hand_over(
    hub: Hub,
    parts: &mut Parts,
    conversation: Box<dyn Conversation>,
    admission: Admission,
) -> Result<(), Problem> {
    let upgrade = parts.extensions.remove::<OnUpgrade>();
    let upgrade = upgrade.ok_or_else(|| Problem::new(Code::UpgradeRequired, "this needs HTTP/1.1"))?;
    tokio::spawn(async move {
        // The answer may not get through to the client; then there is nothing to serve.
        let Ok(upgraded) = upgrade.await else { return };
        match unwrap_stream(upgraded) {
            Ok((stream, early)) => hub.adopt(stream, early, conversation, admission),
            Err(error) => tracing::error!(%error, "a socket could not be taken out of its connection"),
        }
    });
    Ok(())
}

/// The bare stream with what was read from it already.
///
/// Registered anew by the hub: the old registration would keep the finished HTTP connection alive,
/// 2 KiB per viewer.
fn unwrap_stream(upgraded: Upgraded) -> std::io::Result<(std::net::TcpStream, Bytes)> {
    let parts = upgrade::downcast::<TokioIo<CheckedStream<tokio::net::TcpStream>>>(upgraded)
        .map_err(|_| std::io::Error::other("the connection is of another kind"))?;
    let (stream, unread) = parts.io.into_inner().into_parts();
    let mut early = BytesMut::from(parts.read_buf);
    early.extend_from_slice(&unread);
    Ok((stream.into_std()?, early.freeze()))
}

/// A header that stands there once.
pub(super) fn single<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (Some(value), None) => value.to_str().ok(),
        _ => None,
    }
}

/// The parts of a header that is a list.
pub(super) fn list<'a>(headers: &'a HeaderMap, name: &str) -> impl Iterator<Item = &'a str> {
    let values = headers.get_all(name).into_iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).map(str::trim)
}
