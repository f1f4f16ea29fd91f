//! Answers a repeated POST with what the first one got.
//!
//! Checkouts have their own rule, tied to the order. Signing in sets a cookie and is left out, and so are
//! invitations: their answers hold a secret that is kept nowhere.

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

use super::ApiState;
use super::extract::body;
use super::problem::Problem;
use crate::app::idempotency::{Claim, IdempotencyKey, check_key};

/// The largest request body that can be repeated: a picture or an import.
const BODY_BYTES_MAX: usize = 8 * 1024 * 1024;
/// The largest answer that is kept.
const ANSWER_BYTES_MAX: usize = 1024 * 1024;

/// Honours `Idempotency-Key` on the POST requests that pass through.
pub async fn honour_key(State(state): State<ApiState>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let has_own_rule = path.ends_with("/checkouts")
        || ["/api/v1/sessions", "/api/v1/setup", "/api/v1/invitations", "/api/v1/webhooks"]
            .iter()
            .any(|own| path.starts_with(own));
    let key = request.headers().get("idempotency-key").cloned();
    match key {
        Some(key) if request.method() == Method::POST && !has_own_rule => {
            answer_once(&state, &key, request, next).await.unwrap_or_else(IntoResponse::into_response)
        }
        _ => next.run(request).await,
    }
}

async fn answer_once(
    state: &ApiState,
    key: &HeaderValue,
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let name = check_key(key.as_bytes())?;
    let (parts, content) = request.into_parts();
    let content = body(Request::from_parts(parts.clone(), content), BODY_BYTES_MAX).await?;
    let credentials = [header::AUTHORIZATION, header::COOKIE].map(|name| parts.headers.get(name).cloned());
    let mut scope = Sha256::new();
    for value in credentials.iter().flatten() {
        scope.update(value.as_bytes());
        scope.update(b"\0");
    }
    let mut request_hash = Sha256::new();
    request_hash.update(parts.uri.to_string());
    request_hash.update(b"\0");
    request_hash.update(&content);
    let scope = scope.finalize();
    let key = IdempotencyKey { scope: scope.as_slice(), key: name };
    match state.app.claim_key(key, request_hash.finalize().as_slice()).await? {
        Claim::Answered { status, body } => Ok(replay(status, body)),
        Claim::First => {
            let response = next.run(Request::from_parts(parts, Body::from(content))).await;
            keep(state, key, response).await
        }
    }
}

/// Keeps a good answer and frees the key after a refusal, which would be the same again anyway.
async fn keep(state: &ApiState, key: IdempotencyKey<'_>, response: Response) -> Result<Response, Problem> {
    if !response.status().is_success() {
        state.app.settle_key(key, None).await?;
        return Ok(response);
    }
    let (parts, content) = response.into_parts();
    let content = body(Request::new(content), ANSWER_BYTES_MAX).await?;
    state.app.settle_key(key, Some((parts.status.as_u16(), &content))).await?;
    Ok(Response::from_parts(parts, Body::from(content)))
}

fn replay(status: u16, body: Vec<u8>) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (header::HeaderName::from_static("idempotent-replayed"), HeaderValue::from_static("true")),
    ];
    (status, headers, body).into_response()
}
