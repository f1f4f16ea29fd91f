//! Checkouts: a viewer sets pieces aside, pays elsewhere, looks or gives them back.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use serde::Deserialize;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::ApiState;
use super::extract::{ClientAddress, Json, Path};
use super::problem::{Problem, ProblemBody};
use crate::app::Viewer;
use crate::app::checkout::{CheckoutLine, CheckoutRequest};
use crate::domain::checkout::{CheckoutReturn, CheckoutUi};
use crate::domain::delivery::Country;
use crate::domain::ids::{OrderId, ShowId};
use crate::domain::language::Language;
use crate::domain::link::LinkCode;
use crate::domain::order::Checkout;
use crate::domain::problem::Code;

/// The endpoints of this file.
pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(create_checkout)).routes(routes!(get_checkout, delete_checkout))
}

/// What a viewer wants to buy.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct NewCheckout {
    /// 1 to 20 lines.
    lines: Vec<CheckoutLine>,
    /// Where the goods go (ISO 3166-1, two capitals); needed where the shop's shipping depends on it.
    #[schema(value_type = Option<String>, example = "IT")]
    ship_to: Option<Country>,
    /// What the buyer reads; by default the first of ours that `Accept-Language` names.
    language: Option<Language>,
    /// Where the buyer would pay; without a key for browsers it is `hosted` all the same.
    #[serde(default)]
    ui: CheckoutUi,
    /// Where a payment in a tab of its own leads to afterwards: the show, or the order's page where the
    /// show is framed by another site.
    #[serde(default)]
    returns_to: CheckoutReturn,
    /// The code of the link through which the buyer came; one that is not known is ignored.
    link: Option<String>,
}

/// Sets pieces aside and opens a checkout session; the same key gives the same checkout again.
#[utoipa::path(post, path = "/shows/{show}/checkouts", tag = "viewers", request_body = NewCheckout,
    params(("show" = ShowId, Path), ("Idempotency-Key" = String, Header, description = "Made by the client for each click")),
    responses((status = 201, body = Checkout), (status = 409, body = ProblemBody), (status = 422, body = ProblemBody),
        (status = 429, body = ProblemBody), (status = 503, body = ProblemBody)))]
async fn create_checkout(
    State(state): State<ApiState>,
    viewer: Viewer,
    ClientAddress(address): ClientAddress,
    Path(show): Path<ShowId>,
    headers: HeaderMap,
    Json(body): Json<NewCheckout>,
) -> Result<(StatusCode, axum::Json<Checkout>), Problem> {
    let key = headers.get("idempotency-key").ok_or_else(|| {
        Problem::new(Code::IdempotencyKeyRequired, "send an Idempotency-Key made for this click")
    })?;
    let idempotency_key = key.to_str().unwrap_or_default().to_owned();
    let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    let language = body.language.unwrap_or_else(|| Language::accepted(accepted.unwrap_or_default()));
    let request = CheckoutRequest {
        show,
        idempotency_key,
        lines: body.lines,
        ship_to: body.ship_to,
        address,
        language,
        ui: body.ui,
        returns_to: body.returns_to,
        is_plain: false,
        link: body.link.as_deref().and_then(LinkCode::parse),
    };
    Ok((StatusCode::CREATED, axum::Json(Box::pin(state.app.create_checkout(viewer, &request)).await?)))
}

/// A checkout of this viewer.
#[utoipa::path(get, path = "/checkouts/{checkout}", tag = "viewers", params(("checkout" = OrderId, Path)),
    responses((status = 200, body = Checkout), (status = 404, body = ProblemBody)))]
async fn get_checkout(
    State(state): State<ApiState>,
    viewer: Viewer,
    Path(checkout): Path<OrderId>,
) -> Result<axum::Json<Checkout>, Problem> {
    Ok(axum::Json(state.app.get_checkout(viewer, checkout).await?))
}

/// Gives a reservation back.
#[utoipa::path(delete, path = "/checkouts/{checkout}", tag = "viewers", params(("checkout" = OrderId, Path)),
    responses((status = 202, body = Checkout), (status = 404, body = ProblemBody)))]
async fn delete_checkout(
    State(state): State<ApiState>,
    viewer: Viewer,
    Path(checkout): Path<OrderId>,
) -> Result<(StatusCode, axum::Json<Checkout>), Problem> {
    Ok((StatusCode::ACCEPTED, axum::Json(state.app.cancel_checkout(viewer, checkout).await?)))
}
