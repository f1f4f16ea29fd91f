//! What is kept of people: theirs to read and to erase, and how long a shop keeps it.

use axum::extract::State;
use axum::http::{HeaderName, header};
use serde::Deserialize;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::ApiState;
use super::buyer_orders::PRIVATE;
use super::extract::{Json, Path, Query};
use super::problem::{Problem, ProblemBody};
use crate::app::privacy::{confirmed, confirmed_by};
use crate::app::{Caller, Viewer};
use crate::domain::erasure::BuyerScope;
use crate::domain::ids::{OrderId, ViewerId};
use crate::domain::personal_data::{BuyerData, BuyerErasure, ViewerData, ViewerErasure};
use crate::domain::privacy::Retention;

/// An answer about one person: no cache keeps it, and browsers offer to save it.
type Private<T> = ([(HeaderName, &'static str); 3], Result<axum::Json<T>, Problem>);
type PrivateFile<T> =
    ([(HeaderName, &'static str); 3], Result<([(HeaderName, &'static str); 1], axum::Json<T>), Problem>);

/// The endpoints of this file.
pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(get_own_data))
        .routes(routes!(get_own_erasure, put_own_erasure))
        .routes(routes!(get_viewer_data))
        .routes(routes!(get_viewer_erasure, put_viewer_erasure))
        .routes(routes!(get_buyer_data))
        .routes(routes!(get_buyer_erasure, put_buyer_erasure))
        .routes(routes!(get_order_data))
        .routes(routes!(get_order_erasure, put_order_erasure))
        .routes(routes!(get_retention, put_retention))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
struct DataParams {
    /// From the page before.
    cursor: Option<String>,
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
struct ScopeParams {
    /// `order` where it is missing, or `buyer` for all orders under the same e-mail address.
    #[param(inline)]
    of: Option<BuyerScope>,
}

/// The second step of an erasure.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct ErasureConfirmation {
    /// Says that what goes and what stays was read; `true`, or nothing is erased.
    confirmed: bool,
}

/// The second step of a buyer's erasure by a member.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct OrderErasureConfirmation {
    /// Says that what goes and what stays was read; `true`, or nothing is erased.
    confirmed: bool,
    /// Whose orders: this one where it is missing.
    of: Option<BuyerScope>,
}

fn file<T>(name: &'static str, data: Result<T, crate::app::privacy::PrivacyError>) -> PrivateFile<T> {
    let headers = [(header::CONTENT_DISPOSITION, name)];
    (PRIVATE, data.map(|data| (headers, axum::Json(data))).map_err(Problem::from))
}

fn private<T>(told: Result<T, impl Into<Problem>>) -> Private<T> {
    (PRIVATE, told.map(axum::Json).map_err(Into::into))
}

/// Everything that the shop keeps of this viewer.
#[utoipa::path(get, path = "/viewers/me/data", tag = "viewers", params(DataParams),
    responses((status = 200, body = ViewerData), (status = 401, body = ProblemBody),
        (status = 422, body = ProblemBody), (status = 429, body = ProblemBody), (status = 503, body = ProblemBody)))]
async fn get_own_data(
    State(state): State<ApiState>,
    viewer: Viewer,
    Query(params): Query<DataParams>,
) -> PrivateFile<ViewerData> {
    let data = state.app.export_own_viewer(viewer, params.cursor.as_deref()).await;
    file("attachment; filename=\"viewer-data.json\"", data)
}

/// What erasing this viewer would take away and what stays; the first of two steps.
#[utoipa::path(get, path = "/viewers/me/erasure", tag = "viewers",
    responses((status = 200, body = ViewerErasure), (status = 401, body = ProblemBody), (status = 429, body = ProblemBody)))]
async fn get_own_erasure(State(state): State<ApiState>, viewer: Viewer) -> Private<ViewerErasure> {
    private(state.app.preview_own_erasure(viewer).await)
}

/// Erases this viewer from the shop; once more changes nothing.
#[utoipa::path(put, path = "/viewers/me/erasure", tag = "viewers", request_body = ErasureConfirmation,
    responses((status = 200, body = ViewerErasure), (status = 401, body = ProblemBody),
        (status = 409, body = ProblemBody, description = "`erasure_blocked`"), (status = 422, body = ProblemBody),
        (status = 429, body = ProblemBody)))]
async fn put_own_erasure(
    State(state): State<ApiState>,
    viewer: Viewer,
    Json(body): Json<ErasureConfirmation>,
) -> Private<ViewerErasure> {
    if let Err(error) = confirmed(body.confirmed) {
        return private(Err(error));
    }
    private(Box::pin(state.app.erase_own_viewer(viewer)).await)
}

/// Everything that is kept of a viewer; for owners.
#[utoipa::path(get, path = "/viewers/{viewer}/data", tag = "privacy", params(("viewer" = ViewerId, Path), DataParams),
    responses((status = 200, body = ViewerData), (status = 403, body = ProblemBody),
        (status = 422, body = ProblemBody), (status = 503, body = ProblemBody)))]
async fn get_viewer_data(
    State(state): State<ApiState>,
    caller: Caller,
    Path(viewer): Path<ViewerId>,
    Query(params): Query<DataParams>,
) -> PrivateFile<ViewerData> {
    let data = state.app.export_viewer(&caller, viewer, params.cursor.as_deref()).await;
    file("attachment; filename=\"viewer-data.json\"", data)
}

/// What erasing a viewer would take away and what stays; for owners.
#[utoipa::path(get, path = "/viewers/{viewer}/erasure", tag = "privacy", params(("viewer" = ViewerId, Path)),
    responses((status = 200, body = ViewerErasure), (status = 403, body = ProblemBody)))]
async fn get_viewer_erasure(
    State(state): State<ApiState>,
    caller: Caller,
    Path(viewer): Path<ViewerId>,
) -> Private<ViewerErasure> {
    private(state.app.preview_viewer_erasure(&caller, viewer).await)
}

/// Erases a viewer from the shop; for owners. Once more changes nothing.
#[utoipa::path(put, path = "/viewers/{viewer}/erasure", tag = "privacy", request_body = ErasureConfirmation,
    params(("viewer" = ViewerId, Path)),
    responses((status = 200, body = ViewerErasure), (status = 403, body = ProblemBody),
        (status = 409, body = ProblemBody, description = "`erasure_blocked`"), (status = 422, body = ProblemBody)))]
async fn put_viewer_erasure(
    State(state): State<ApiState>,
    caller: Caller,
    Path(viewer): Path<ViewerId>,
    Json(body): Json<ErasureConfirmation>,
) -> Private<ViewerErasure> {
    if let Err(error) = confirmed_by(&caller, body.confirmed) {
        return private(Err(error));
    }
    private(Box::pin(state.app.erase_viewer(&caller, viewer)).await)
}

/// Everything that is kept of the buyer of the order behind a secret address.
#[utoipa::path(get, path = "/buyer-orders/{token}/data", tag = "viewers",
    params(("token" = String, Path, description = "The last part of `order_url`")),
    responses((status = 200, body = BuyerData), (status = 404, body = ProblemBody),
        (status = 429, body = ProblemBody), (status = 503, body = ProblemBody)))]
async fn get_buyer_data(State(state): State<ApiState>, Path(token): Path<String>) -> PrivateFile<BuyerData> {
    file("attachment; filename=\"order-data.json\"", state.app.export_buyer(&token).await)
}

/// What erasing the buyer of the order behind a secret address would take away and what stays.
#[utoipa::path(get, path = "/buyer-orders/{token}/erasure", tag = "viewers",
    params(("token" = String, Path, description = "The last part of `order_url`")),
    responses((status = 200, body = BuyerErasure), (status = 404, body = ProblemBody), (status = 429, body = ProblemBody)))]
async fn get_buyer_erasure(
    State(state): State<ApiState>,
    Path(token): Path<String>,
) -> Private<BuyerErasure> {
    private(state.app.preview_buyer_erasure(&token).await)
}

/// Erases the buyer of the order behind a secret address; once more changes nothing.
#[utoipa::path(put, path = "/buyer-orders/{token}/erasure", tag = "viewers", request_body = ErasureConfirmation,
    params(("token" = String, Path, description = "The last part of `order_url`")),
    responses((status = 200, body = BuyerErasure), (status = 404, body = ProblemBody),
        (status = 409, body = ProblemBody, description = "`erasure_blocked`"), (status = 422, body = ProblemBody),
        (status = 429, body = ProblemBody)))]
async fn put_buyer_erasure(
    State(state): State<ApiState>,
    Path(token): Path<String>,
    Json(body): Json<ErasureConfirmation>,
) -> Private<BuyerErasure> {
    if let Err(error) = confirmed(body.confirmed) {
        return private(Err(error));
    }
    private(Box::pin(state.app.erase_buyer(&token)).await)
}

/// Everything that is kept of the buyer of an order, or of all orders under one address; for owners.
#[utoipa::path(get, path = "/orders/{order}/data", tag = "privacy", params(("order" = OrderId, Path), ScopeParams),
    responses((status = 200, body = BuyerData), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody),
        (status = 503, body = ProblemBody)))]
async fn get_order_data(
    State(state): State<ApiState>,
    caller: Caller,
    Path(order): Path<OrderId>,
    Query(params): Query<ScopeParams>,
) -> PrivateFile<BuyerData> {
    let scope = params.of.unwrap_or(BuyerScope::Order);
    let data = state.app.export_order_buyer(&caller, order, scope).await;
    file("attachment; filename=\"buyer-data.json\"", data)
}

/// What erasing the buyer of an order, or of all orders under one address, would take away; for owners.
#[utoipa::path(get, path = "/orders/{order}/erasure", tag = "privacy", params(("order" = OrderId, Path), ScopeParams),
    responses((status = 200, body = BuyerErasure), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody)))]
async fn get_order_erasure(
    State(state): State<ApiState>,
    caller: Caller,
    Path(order): Path<OrderId>,
    Query(params): Query<ScopeParams>,
) -> Private<BuyerErasure> {
    let scope = params.of.unwrap_or(BuyerScope::Order);
    private(state.app.preview_order_erasure(&caller, order, scope).await)
}

/// Erases the buyer of an order, or of all orders under one address; for owners.
#[utoipa::path(put, path = "/orders/{order}/erasure", tag = "privacy", request_body = OrderErasureConfirmation,
    params(("order" = OrderId, Path)),
    responses((status = 200, body = BuyerErasure), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody),
        (status = 409, body = ProblemBody, description = "`erasure_blocked`"), (status = 422, body = ProblemBody)))]
async fn put_order_erasure(
    State(state): State<ApiState>,
    caller: Caller,
    Path(order): Path<OrderId>,
    Json(body): Json<OrderErasureConfirmation>,
) -> Private<BuyerErasure> {
    if let Err(error) = confirmed_by(&caller, body.confirmed) {
        return private(Err(error));
    }
    let scope = body.of.unwrap_or(BuyerScope::Order);
    private(Box::pin(state.app.erase_order_buyer(&caller, order, scope)).await)
}

/// How long the shop keeps what is known of people.
#[utoipa::path(get, path = "/shop/retention", tag = "settings",
    responses((status = 200, body = Retention), (status = 403, body = ProblemBody)))]
async fn get_retention(
    State(state): State<ApiState>,
    caller: Caller,
) -> Result<axum::Json<Retention>, Problem> {
    Ok(axum::Json(state.app.get_retention(&caller).await?))
}

/// Changes how long the shop keeps what is known of people; what is left out is as in a new shop.
#[utoipa::path(put, path = "/shop/retention", tag = "settings", request_body = Retention,
    responses((status = 200, body = Retention), (status = 403, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn put_retention(
    State(state): State<ApiState>,
    caller: Caller,
    Json(body): Json<Retention>,
) -> Result<axum::Json<Retention>, Problem> {
    Ok(axum::Json(state.app.set_retention(&caller, body).await?))
}
