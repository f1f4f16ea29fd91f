//! Extractors that answer bad input with problems: JSON bodies, paths, queries, who asks.

use std::net::IpAddr;

use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::{HeaderMap, header, request::Parts};
use serde::de::DeserializeOwned;

use super::ApiState;
use super::problem::Problem;
use crate::app::{Caller, Viewer};
use crate::domain::problem::Code;

/// Bytes of a JSON body; the largest, a product with 100 variants, stays well below.
const JSON_BYTES_MAX: usize = 256 * 1024;

/// A JSON body; a wrong type is 415, broken JSON 400, a wrong field 422 with its pointer.
#[derive(Debug)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned> FromRequest<ApiState> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &ApiState) -> Result<Self, Problem> {
        if !is_json(request.headers()) {
            return Err(Problem::new(Code::UnsupportedMediaType, "send application/json"));
        }
        let bytes = body(request, JSON_BYTES_MAX).await?;
        parse_json(&bytes).map(Self)
    }
}

/// Reads a whole body of at most `bytes_max`.
///
/// # Errors
/// 413 when it is larger, 400 when the client broke off.
pub async fn body(request: Request, bytes_max: usize) -> Result<bytes::Bytes, Problem> {
    let too_large = || Problem::new(Code::TooLarge, format!("send at most {bytes_max} bytes"));
    let announced = request.headers().get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok());
    if announced.and_then(|length| length.parse::<u64>().ok()).is_some_and(|length| length > bytes_max as u64)
    {
        return Err(too_large());
    }
    let limited = http_body_util::Limited::new(request.into_body(), bytes_max);
    match http_body_util::BodyExt::collect(limited).await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.is::<http_body_util::LengthLimitError>() => Err(too_large()),
        Err(_) => Err(Problem::new(Code::Malformed, "the body broke off")),
    }
}

/// Parses one JSON value that fills the whole text.
///
/// # Errors
/// 400 for broken JSON, 422 for JSON that does not fit, with a pointer to the place.
pub fn parse_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let pointer = pointer(error.path());
        let error = error.into_inner();
        if error.is_data() {
            let code = field_code(&error.to_string());
            Problem::field(pointer, code)
        } else {
            Problem::new(Code::Malformed, "the body is not JSON")
        }
    })?;
    deserializer.end().map_err(|_| Problem::new(Code::Malformed, "something follows the JSON value"))?;
    Ok(value)
}

/// What serde found, as a stable code; its message would name Rust types.
fn field_code(message: &str) -> &'static str {
    match message {
        message if message.starts_with("unknown field") => "unknown_field",
        message if message.starts_with("duplicate field") => "duplicate_field",
        message if message.starts_with("missing field") => "missing_field",
        message if message.starts_with("unknown variant") => "unknown_value",
        message if message.starts_with("unsupported currency") => "unsupported_currency",
        _ => "wrong_type",
    }
}

fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    let mut pointer = String::new();
    for segment in path {
        match segment {
            Segment::Seq { index } => {
                pointer.push('/');
                pointer.push_str(&index.to_string());
            }
            Segment::Map { key } => {
                pointer.push('/');
                pointer.push_str(&key.replace('~', "~0").replace('/', "~1"));
            }
            Segment::Enum { .. } | Segment::Unknown => {}
        }
    }
    pointer
}

fn is_json(headers: &HeaderMap) -> bool {
    media_type(headers).eq_ignore_ascii_case("application/json")
}

/// The media type of the body, without its parameters.
fn media_type(headers: &HeaderMap) -> &str {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    kind.split(';').next().unwrap_or_default().trim()
}

/// Goes on only with a body of one of these media types.
///
/// # Errors
/// 415 for another one.
pub fn check_media_type(headers: &HeaderMap, taken: &[&str]) -> Result<(), Problem> {
    let kind = media_type(headers);
    if taken.iter().any(|known| known.eq_ignore_ascii_case(kind)) {
        return Ok(());
    }
    Err(Problem::new(Code::UnsupportedMediaType, format!("send one of {}", taken.join(", "))))
}

/// A path parameter; one that cannot be an id answers like a missing thing.
#[derive(Debug)]
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + Send> FromRequestParts<ApiState> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, Problem> {
        let found: Result<_, PathRejection> = axum::extract::Path::from_request_parts(parts, state).await;
        found.map(|axum::extract::Path(value)| Self(value)).map_err(|_| Problem::not_found())
    }
}

/// Query parameters; unknown or unreadable ones are 400.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned> FromRequestParts<ApiState> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, Problem> {
        let found: Result<_, QueryRejection> = axum::extract::Query::from_request_parts(parts, state).await;
        found
            .map(|axum::extract::Query(value)| Self(value))
            .map_err(|_| Problem::new(Code::Malformed, "the query parameters cannot be read"))
    }
}

/// The address a request came from, proxies considered; set by the edge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ClientAddress(pub IpAddr);

impl FromRequestParts<ApiState> for ClientAddress {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &ApiState) -> Result<Self, Problem> {
        parts
            .extensions
            .get::<Self>()
            .copied()
            .ok_or_else(|| Problem::new(Code::Internal, "something went wrong on our side"))
    }
}

impl FromRequestParts<ApiState> for Viewer {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, Problem> {
        bearer(&parts.headers)
            .and_then(|token| state.app.find_viewer(token))
            .ok_or_else(|| Problem::new(Code::Unauthenticated, "send a viewer token as bearer token"))
    }
}

impl FromRequestParts<ApiState> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, Problem> {
        super::auth::caller(parts, state).await
    }
}

/// The token of an `Authorization: Bearer` header.
#[must_use]
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}
