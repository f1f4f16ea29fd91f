//! The sandbox's interface over HTTP: addresses, keys and parameters as Stripe has them.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, FromRequestParts, Path, RawQuery, State};
use axum::http::{HeaderMap, header, request::Parts};
use axum::routing::{get, post};
use subtle::ConstantTimeEq;

use super::Sandbox;
use super::answer::{Answer, Refusal};
use super::desk::Operation;
use super::form::Form;

/// Bytes of a request; 100 lines with long names stay below.
const BODY_BYTES_MAX: usize = 256 * 1024;
/// Characters of an idempotency key, as Stripe's.
const KEY_CHARS_MAX: usize = 255;

pub(super) fn routes() -> Router<Sandbox> {
    Router::new()
        .route("/checkout/sessions", post(create_session).get(list_sessions))
        .route("/checkout/sessions/{id}", get(retrieve_session))
        .route("/checkout/sessions/{id}/expire", post(expire_session))
        .route("/payment_pages/{id}/confirm", post(confirm))
        .route("/refunds", post(create_refund))
        .route("/refunds/{id}", get(retrieve_refund))
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
}

/// Proof that the request carried the sandbox's key.
struct Authorised;

impl FromRequestParts<Sandbox> for Authorised {
    type Rejection = Answer;

    async fn from_request_parts(parts: &mut Parts, sandbox: &Sandbox) -> Result<Self, Answer> {
        let expected = format!("Bearer {}", sandbox.api_key().reveal());
        let given = parts.headers.get(header::AUTHORIZATION).map_or(&b""[..], |value| value.as_bytes());
        if bool::from(given.ct_eq(expected.as_bytes())) { Ok(Self) } else { Err(Refusal::bad_key().into()) }
    }
}

async fn create_session(
    _: Authorised,
    State(sandbox): State<Sandbox>,
    headers: HeaderMap,
    body: Bytes,
) -> Answer {
    perform(&sandbox, &headers, &body, Operation::CreateSession).await
}

async fn expire_session(
    _: Authorised,
    State(sandbox): State<Sandbox>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Answer {
    perform(&sandbox, &headers, &body, |_| Operation::ExpireSession(id)).await
}

async fn confirm(
    _: Authorised,
    State(sandbox): State<Sandbox>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Answer {
    perform(&sandbox, &headers, &body, |form| Operation::Confirm(id, form)).await
}

async fn create_refund(
    _: Authorised,
    State(sandbox): State<Sandbox>,
    headers: HeaderMap,
    body: Bytes,
) -> Answer {
    perform(&sandbox, &headers, &body, Operation::Refund).await
}

async fn retrieve_session(_: Authorised, State(sandbox): State<Sandbox>, Path(id): Path<String>) -> Answer {
    match sandbox.read_session(&id).await {
        Ok(session) => Answer::ok(&sandbox.render(&session)),
        Err(stop) => stop.into(),
    }
}

async fn retrieve_refund(_: Authorised, State(sandbox): State<Sandbox>, Path(id): Path<String>) -> Answer {
    sandbox.read_refund(&id).await.map_or_else(Answer::from, |refund| Answer::ok(&refund))
}

async fn list_sessions(_: Authorised, State(sandbox): State<Sandbox>, RawQuery(query): RawQuery) -> Answer {
    let Some(query) = Form::parse(query.unwrap_or_default().as_bytes()) else {
        return Refusal::invalid("query", "The parameters contradict each other.").into();
    };
    sandbox.list(&query).await.map_or_else(Answer::from, |page| Answer::ok(&page))
}

async fn perform(
    sandbox: &Sandbox,
    headers: &HeaderMap,
    body: &[u8],
    operation: impl FnOnce(Form) -> Operation,
) -> Answer {
    let Some(form) = Form::parse(body) else {
        return Refusal::invalid("body", "The parameters contradict each other.").into();
    };
    let key = headers.get("idempotency-key").map(|key| key.to_str().unwrap_or_default());
    if key.is_some_and(|key| key.is_empty() || key.len() > KEY_CHARS_MAX) {
        return Refusal::invalid("idempotency_key", "A key has 1 to 255 characters.").into();
    }
    sandbox.perform(key, &operation(form)).await
}
