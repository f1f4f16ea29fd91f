//! Offers of a show, and the prices that they are held against.

use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::extract::{Json, Path, Query};
use super::problem::{Problem, ProblemBody};
use super::{ApiState, PageBody};
use crate::app::Caller;
use crate::app::offers::{LowestPriceView, NewOffer, PriceHistory, PricePage};
use crate::app::page::PageRequest;
use crate::domain::ids::{OfferId, ProductId, ShowId, VariantId};
use crate::domain::offer::{OfferRecord, OfferStatus};

/// The endpoints of this file.
pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(list_offers, start_offer))
        .routes(routes!(put_offer_status))
        .routes(routes!(get_price_history))
        .routes(routes!(list_lowest_prices))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
struct ListParams {
    /// 1 to 100.
    limit: Option<i64>,
    /// From the page before.
    cursor: Option<String>,
}

/// Where an offer shall stand.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = OfferStatusChange)]
struct StatusBody {
    /// `ended` ends it early; `undone` takes back a start, `running` an end, each within 8 seconds.
    status: OfferStatus,
}

/// What offers for a product have to be below.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct LowestPrices {
    /// One for each variant, in the order of display.
    variants: Vec<LowestPriceView>,
}

/// Lists the offers of a show, newest first.
#[utoipa::path(get, path = "/shows/{show}/offers", tag = "shows", params(("show" = ShowId, Path), ListParams),
    responses((status = 200, body = PageBody<OfferRecord>), (status = 404, body = ProblemBody)))]
async fn list_offers(
    State(state): State<ApiState>,
    caller: Caller,
    Path(show): Path<ShowId>,
    Query(params): Query<ListParams>,
) -> Result<axum::Json<PageBody<OfferRecord>>, Problem> {
    let page = PageRequest::new(params.limit, params.cursor.as_deref())?;
    Ok(axum::Json(state.app.list_offers(&caller, show, &page).await?.into()))
}

/// Starts an offer.
#[utoipa::path(post, path = "/shows/{show}/offers", tag = "shows", params(("show" = ShowId, Path)), request_body = NewOffer,
    responses((status = 201, body = OfferRecord), (status = 404, body = ProblemBody), (status = 409, body = ProblemBody),
        (status = 422, body = ProblemBody)))]
async fn start_offer(
    State(state): State<ApiState>,
    caller: Caller,
    Path(show): Path<ShowId>,
    Json(new): Json<NewOffer>,
) -> Result<(StatusCode, axum::Json<OfferRecord>), Problem> {
    let offer = Box::pin(state.app.start_offer(&caller, show, &new)).await?;
    Ok((StatusCode::CREATED, axum::Json(offer)))
}

/// Ends an offer early, or takes back what was done to it a moment ago.
#[utoipa::path(put, path = "/shows/{show}/offers/{offer}/status", tag = "shows",
    params(("show" = ShowId, Path), ("offer" = OfferId, Path)), request_body = StatusBody,
    responses((status = 200, body = OfferRecord), (status = 404, body = ProblemBody), (status = 409, body = ProblemBody)))]
async fn put_offer_status(
    State(state): State<ApiState>,
    caller: Caller,
    Path((show, offer)): Path<(ShowId, OfferId)>,
    Json(body): Json<StatusBody>,
) -> Result<axum::Json<OfferRecord>, Problem> {
    Ok(axum::Json(Box::pin(state.app.set_offer_status(&caller, show, offer, body.status)).await?))
}

/// What a variant cost and when, newest first.
#[utoipa::path(get, path = "/variants/{variant}/price-history", tag = "catalogue", params(("variant" = VariantId, Path), ListParams),
    responses((status = 200, body = PriceHistory), (status = 404, body = ProblemBody)))]
async fn get_price_history(
    State(state): State<ApiState>,
    caller: Caller,
    Path(variant): Path<VariantId>,
    Query(params): Query<ListParams>,
) -> Result<axum::Json<PriceHistory>, Problem> {
    let page = PricePage::new(params.limit, params.cursor.as_deref())?;
    Ok(axum::Json(state.app.price_history(&caller, variant, page).await?))
}

/// What an offer for each variant of a product has to be below.
#[utoipa::path(get, path = "/products/{product}/lowest-prices", tag = "catalogue", params(("product" = ProductId, Path)),
    responses((status = 200, body = LowestPrices), (status = 404, body = ProblemBody)))]
async fn list_lowest_prices(
    State(state): State<ApiState>,
    caller: Caller,
    Path(product): Path<ProductId>,
) -> Result<axum::Json<LowestPrices>, Problem> {
    let variants = state.app.lowest_prices(&caller, product).await?;
    Ok(axum::Json(LowestPrices { variants }))
}
