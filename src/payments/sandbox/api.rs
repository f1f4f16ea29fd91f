//! The sandbox's interface over HTTP: addresses, keys and parameters as Stripe has them.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, FromRequestParts, Path, RawQuery, State};
use axum::http::{HeaderMap, header, request::Parts};
use axum::routing::{MethodRouter, any, delete, get, post};
use subtle::ConstantTimeEq;

use super::Sandbox;
use super::answer::{Answer, Refusal};
use super::desk::{Operation, Verb};
use super::form::Form;
use super::listing::Look;

/// Bytes of a request; 100 lines with long names stay below.
const BODY_BYTES_MAX: usize = 256 * 1024;
/// Characters of an idempotency key, as Stripe's.
const KEY_CHARS_MAX: usize = 255;

/// What stands below `/v1`.
pub(super) fn routes() -> Router<Sandbox> {
    Router::new()
        .route("/account", look(Look::Account))
        .route("/balance", look(Look::Balance))
        .route("/checkout/sessions", change(Verb::CreateSession).merge(look(Look::Sessions)))
        .route("/checkout/sessions/{id}", look(Look::Session))
        .route("/checkout/sessions/{id}/expire", change(Verb::ExpireSession))
        .route("/events", look(Look::Events))
        .route("/events/{id}", look(Look::Event))
        .route("/country_specs/{id}", look(Look::Country))
        .route("/payment_intents", look(Look::Payments))
        .route("/payment_intents/{id}", look(Look::Payment))
        .route("/payment_methods", change(Verb::CreatePaymentMethod))
        .route("/payment_pages/{id}", look(Look::Session))
        .route("/payment_pages/{id}/confirm", change(Verb::Confirm))
        .route("/prices", change(Verb::CreatePrice))
        .route("/products", change(Verb::CreateProduct))
        .route("/refunds", change(Verb::CreateRefund).merge(look(Look::Refunds)))
        .route("/refunds/{id}", look(Look::Refund))
        .route("/webhook_endpoints", change(Verb::CreateWebhookEndpoint).merge(look(Look::WebhookEndpoints)))
        .route("/webhook_endpoints/{id}", look(Look::WebhookEndpoint).merge(delete(take_away)))
        .route("/{*rest}", any(unknown))
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

async fn unknown(_: Authorised, uri: axum::http::Uri) -> Answer {
    Refusal::unknown_address(uri.path()).into()
}

/// A request that changes something.
fn change(verb: Verb) -> MethodRouter<Sandbox> {
    post(
        move |_: Authorised,
              State(sandbox): State<Sandbox>,
              id: Option<Path<String>>,
              headers: HeaderMap,
              body: Bytes| async move {
            let id = id.map(|Path(id)| id).unwrap_or_default();
            perform(&sandbox, &headers, &body, verb, id).await
        },
    )
}

async fn take_away(
    _: Authorised,
    State(sandbox): State<Sandbox>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Answer {
    perform(&sandbox, &headers, b"", Verb::DeleteWebhookEndpoint, id).await
}

/// A request that changes nothing.
fn look(what: Look) -> MethodRouter<Sandbox> {
    get(
        move |_: Authorised,
              State(sandbox): State<Sandbox>,
              id: Option<Path<String>>,
              RawQuery(query): RawQuery| async move {
            let id = id.map(|Path(id)| id).unwrap_or_default();
            let Some(query) = Form::parse(query.unwrap_or_default().as_bytes()) else {
                return Refusal::invalid("query", "The parameters contradict each other.").into();
            };
            sandbox.look(what, &id, &query).await.map_or_else(Answer::from, |object| Answer::ok(&object))
        },
    )
}

async fn perform(sandbox: &Sandbox, headers: &HeaderMap, body: &[u8], verb: Verb, id: String) -> Answer {
    let Some(form) = Form::parse(body) else {
        return Refusal::invalid("body", "The parameters contradict each other.").into();
    };
    let key = headers.get("idempotency-key").map(|key| key.to_str().unwrap_or_default());
    if key.is_some_and(|key| key.is_empty() || key.len() > KEY_CHARS_MAX) {
        return Refusal::invalid("idempotency_key", "A key has 1 to 255 characters.").into();
    }
    sandbox.perform(key, &Operation { verb, id, form }).await
}
