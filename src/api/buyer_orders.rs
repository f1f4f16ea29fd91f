//! An order for whoever has its secret address; no cookie, nothing kept by caches or crawlers.

use axum::extract::State;
use axum::http::{HeaderName, header};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::ApiState;
use super::extract::Path;
use super::problem::{Problem, ProblemBody};
use crate::domain::buyer_order::BuyerOrder;

/// Keep an answer that a secret address leads to away from caches, crawlers and other sites.
pub const PRIVATE: [(HeaderName, &str); 3] = [
    (header::CACHE_CONTROL, "no-store"),
    (header::REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("x-robots-tag"), "noindex, nofollow"),
];

/// The endpoints of this file.
pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(get_buyer_order))
}

/// The order behind a buyer's secret address; every wrong token answers like a missing order.
#[utoipa::path(get, path = "/buyer-orders/{token}", tag = "viewers",
    params(("token" = String, Path, description = "The last part of `order_url`")),
    responses((status = 200, body = BuyerOrder), (status = 404, body = ProblemBody)))]
async fn get_buyer_order(
    State(state): State<ApiState>,
    Path(token): Path<String>,
) -> ([(HeaderName, &'static str); 3], Result<axum::Json<BuyerOrder>, Problem>) {
    (PRIVATE, state.app.get_buyer_order(&token).await.map(axum::Json).map_err(Problem::from))
}
