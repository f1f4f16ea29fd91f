//! Giving money back and ending reservations, for members.

use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::ApiState;
use super::extract::{Json, Path};
use super::problem::{Problem, ProblemBody};
use crate::app::Caller;
use crate::app::orders::{RefundRequest, RestockLine};
use crate::domain::ids::OrderId;
use crate::domain::money::Amount;
use crate::domain::order::OrderView;

/// The endpoints of this file.
pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(refund_order)).routes(routes!(release_order))
}

/// What to give back.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct RefundBody {
    /// Minor units of the order's currency; all that is left by default.
    #[schema(value_type = Option<i64>, minimum = 1)]
    amount: Option<Amount>,
    /// Pieces that came back and are for sale again; none by default.
    #[serde(default)]
    restock: Vec<RestockLine>,
    /// For the shop's own memory, up to 500 characters.
    note: Option<String>,
}

/// Gives all or part of the money back.
///
/// The answer shows the refund as `due`; it is `succeeded` or `failed` once the provider says so.
#[utoipa::path(post, path = "/orders/{order}/refunds", tag = "orders", params(("order" = OrderId, Path)),
    request_body = RefundBody,
    responses((status = 202, body = OrderView), (status = 404, body = ProblemBody),
        (status = 409, body = ProblemBody, description = "`not_refundable` or `disputed`"),
        (status = 422, body = ProblemBody)))]
async fn refund_order(
    State(state): State<ApiState>,
    caller: Caller,
    Path(order): Path<OrderId>,
    Json(body): Json<RefundBody>,
) -> Result<(StatusCode, axum::Json<OrderView>), Problem> {
    let request = RefundRequest { amount: body.amount, restock: body.restock, note: body.note };
    let order = state.app.refund_order(&caller, order, &request).await?;
    Ok((StatusCode::ACCEPTED, axum::Json(order)))
}

/// Ends a reservation; its pieces are free once the provider has closed the payment page.
#[utoipa::path(delete, path = "/orders/{order}/reservation", tag = "orders", params(("order" = OrderId, Path)),
    responses((status = 202, body = OrderView), (status = 404, body = ProblemBody),
        (status = 409, body = ProblemBody, description = "`conflict`: it is no reservation any more")))]
async fn release_order(
    State(state): State<ApiState>,
    caller: Caller,
    Path(order): Path<OrderId>,
) -> Result<(StatusCode, axum::Json<OrderView>), Problem> {
    Ok((StatusCode::ACCEPTED, axum::Json(state.app.release_order(&caller, order).await?)))
}
