//! Orders and sales, for members.

use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::extract::{Path, Query};
use super::problem::{Problem, ProblemBody};
use super::{ApiState, PageBody};
use crate::app::Caller;
use crate::app::page::PageRequest;
use crate::domain::ids::{OrderId, ShowId};
use crate::domain::order::{OrderStatus, OrderSummary, OrderView, Sales};

/// The endpoints of this file.
pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(list_orders)).routes(routes!(get_order)).routes(routes!(get_sales))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
struct ListParams {
    /// Of one show only.
    show_id: Option<ShowId>,
    /// Of one status only.
    status: Option<OrderStatus>,
    /// 1 to 100.
    limit: Option<i64>,
    /// From the page before.
    cursor: Option<String>,
}

/// What a show has sold.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ShowSales {
    sales: Sales,
}

/// Lists the shop's orders, newest first.
#[utoipa::path(get, path = "/orders", tag = "orders", params(ListParams),
    responses((status = 200, body = PageBody<OrderSummary>), (status = 401, body = ProblemBody)))]
async fn list_orders(
    State(state): State<ApiState>,
    caller: Caller,
    Query(params): Query<ListParams>,
) -> Result<axum::Json<PageBody<OrderSummary>>, Problem> {
    let page = PageRequest::new(params.limit, params.cursor.as_deref())?;
    let orders = state.app.list_orders(&caller, params.show_id, params.status, &page).await?;
    Ok(axum::Json(orders.into()))
}

/// One order with its history.
#[utoipa::path(get, path = "/orders/{order}", tag = "orders", params(("order" = OrderId, Path)),
    responses((status = 200, body = OrderView), (status = 404, body = ProblemBody)))]
async fn get_order(
    State(state): State<ApiState>,
    caller: Caller,
    Path(order): Path<OrderId>,
) -> Result<axum::Json<OrderView>, Problem> {
    Ok(axum::Json(state.app.get_order(&caller, order).await?))
}

/// What a show has sold.
#[utoipa::path(get, path = "/shows/{show}/sales", tag = "orders", params(("show" = ShowId, Path)),
    responses((status = 200, body = ShowSales), (status = 404, body = ProblemBody)))]
async fn get_sales(
    State(state): State<ApiState>,
    caller: Caller,
    Path(show): Path<ShowId>,
) -> Result<axum::Json<ShowSales>, Problem> {
    Ok(axum::Json(ShowSales { sales: state.app.get_sales(&caller, show).await? }))
}
