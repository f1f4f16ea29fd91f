//! Where the payment provider tells what happened.

use axum::extract::{Request, State};
use axum::http::StatusCode;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::ApiState;
use super::extract::{Path, body};
use super::problem::{Problem, ProblemBody};
use crate::domain::ids::ShopId;

/// Bytes of one event; Stripe's largest, a session with 100 lines expanded, stays below.
const EVENT_BYTES_MAX: usize = 256 * 1024;

/// The endpoints of this file.
pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(receive_stripe_event)).routes(routes!(receive_shop_stripe_event))
}

/// Takes a signed event of the installation's account; 2xx means that it is kept and acted upon.
#[utoipa::path(post, path = "/webhooks/stripe", tag = "provider",
    params(("Stripe-Signature" = String, Header, description = "`t=…,v1=…` over the raw body")),
    responses((status = 200), (status = 400, body = ProblemBody), (status = 413, body = ProblemBody),
        (status = 503, body = ProblemBody)))]
async fn receive_stripe_event(
    State(state): State<ApiState>,
    request: Request,
) -> Result<StatusCode, Problem> {
    let (signature, bytes) = read_event(request).await?;
    state.app.receive_webhook(&signature, &bytes).await?;
    Ok(StatusCode::OK)
}

/// Takes a signed event of a shop's own account; 2xx means that it is kept and acted upon.
#[utoipa::path(post, path = "/webhooks/stripe/{shop}", tag = "provider",
    params(("shop" = ShopId, Path),
        ("Stripe-Signature" = String, Header, description = "`t=…,v1=…` over the raw body")),
    responses((status = 200), (status = 400, body = ProblemBody), (status = 413, body = ProblemBody),
        (status = 503, body = ProblemBody)))]
async fn receive_shop_stripe_event(
    State(state): State<ApiState>,
    Path(shop): Path<ShopId>,
    request: Request,
) -> Result<StatusCode, Problem> {
    let (signature, bytes) = read_event(request).await?;
    state.app.receive_shop_webhook(shop, &signature, &bytes).await?;
    Ok(StatusCode::OK)
}

async fn read_event(request: Request) -> Result<(String, bytes::Bytes), Problem> {
    let signature = request.headers().get("stripe-signature").and_then(|value| value.to_str().ok());
    let signature = signature.unwrap_or_default().to_owned();
    Ok((signature, body(request, EVENT_BYTES_MAX).await?))
}
