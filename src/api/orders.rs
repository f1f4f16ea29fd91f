//! Orders and sales, for members.

use axum::extract::State;
use axum::http::{HeaderName, header};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, Serialize};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::extract::{Json, Path, Query};
use super::problem::{Problem, ProblemBody};
use super::{ApiState, PageBody};
use crate::app::Caller;
use crate::app::orders::{OrderQuery, Separator};
use crate::app::page::PageRequest;
use crate::domain::ids::{OrderId, ShowId};
use crate::domain::order::{OrderStatus, OrderSummary, OrderView, Sales};

/// The endpoints of this file.
pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(list_orders))
        .routes(routes!(export_orders))
        .routes(routes!(get_order))
        .routes(routes!(put_shipment))
        .routes(routes!(get_sales))
}

/// Declares query parameters: those of every list of orders and some more.
macro_rules! order_params {
    ($name:ident { $($more:tt)* }) => {
        #[derive(Debug, Deserialize, utoipa::IntoParams)]
        #[serde(deny_unknown_fields)]
        struct $name {
            /// Of one show only.
            show_id: Option<ShowId>,
            /// Of these statuses only, with commas between them.
            #[serde(default, deserialize_with = "statuses")]
            #[param(value_type = Option<String>, example = "paid,shipped")]
            status: Vec<OrderStatus>,
            /// Test money only, or real money only.
            is_test: Option<bool>,
            /// Only orders that a person has to look at, or only the others.
            needs_review: Option<bool>,
            /// Made at this time or later.
            created_from: Option<DateTime<Utc>>,
            /// Made before this time.
            created_until: Option<DateTime<Utc>>,
            /// Paid at this time or later.
            paid_from: Option<DateTime<Utc>>,
            /// Paid before this time.
            paid_until: Option<DateTime<Utc>>,
            /// Words in number, name or e-mail address of the buyer; at most 100 characters.
            search: Option<String>,
            $($more)*
        }

        impl $name {
            fn query(&self) -> OrderQuery {
                OrderQuery {
                    show: self.show_id,
                    statuses: self.status.clone(),
                    is_test: self.is_test,
                    needs_review: self.needs_review,
                    created_from: self.created_from,
                    created_until: self.created_until,
                    paid_from: self.paid_from,
                    paid_until: self.paid_until,
                    search: self.search.clone(),
                }
            }
        }
    };
}

order_params!(ListParams {
    /// 1 to 100.
    limit: Option<i64>,
    /// From the page before.
    cursor: Option<String>,
});

order_params!(ExportParams {
    /// `comma` (with decimal points) where it is missing, or `semicolon` (with decimal commas).
    #[param(inline)]
    separator: Option<Separator>,
});

/// Reads statuses with commas between them.
fn statuses<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<OrderStatus>, D::Error> {
    let list = String::deserialize(deserializer)?;
    let parse = |name| OrderStatus::parse(name).ok_or_else(|| serde::de::Error::custom("unknown status"));
    let mut statuses = list.split(',').map(parse).collect::<Result<Vec<_>, _>>()?;
    statuses.sort_unstable();
    statuses.dedup();
    Ok(statuses)
}

/// How an order travels.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct ParcelBody {
    /// Who carries it; at most 60 characters.
    carrier: Option<String>,
    /// What the carrier calls it; at most 80 characters.
    tracking_code: Option<String>,
}

/// What a show has sold.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ShowSales {
    sales: Sales,
}

/// Lists the shop's orders, newest first.
#[utoipa::path(get, path = "/orders", tag = "orders", params(ListParams),
    responses((status = 200, body = PageBody<OrderSummary>), (status = 400, body = ProblemBody),
        (status = 401, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn list_orders(
    State(state): State<ApiState>,
    caller: Caller,
    Query(params): Query<ListParams>,
) -> Result<axum::Json<PageBody<OrderSummary>>, Problem> {
    let page = PageRequest::new(params.limit, params.cursor.as_deref())?;
    let orders = state.app.list_orders(&caller, &params.query(), &page).await?;
    Ok(axum::Json(orders.into()))
}

/// The same orders as a CSV file with one row for each line, at most 20,000 rows.
#[utoipa::path(get, path = "/orders.csv", tag = "orders", params(ExportParams),
    responses((status = 200, content_type = "text/csv", body = String), (status = 400, body = ProblemBody),
        (status = 401, body = ProblemBody), (status = 422, body = ProblemBody), (status = 503, body = ProblemBody)))]
async fn export_orders(
    State(state): State<ApiState>,
    caller: Caller,
    Query(params): Query<ExportParams>,
) -> Result<([(HeaderName, String); 3], Vec<u8>), Problem> {
    let separator = params.separator.unwrap_or_default();
    let file = state.app.export_orders(&caller, &params.query(), separator).await?;
    let name = state.app.clock().now().format("orders-%Y-%m-%d.csv");
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8; header=present".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((headers, file))
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

/// Marks an order as sent; once more corrects what was told of the parcel.
#[utoipa::path(put, path = "/orders/{order}/shipment", tag = "orders", params(("order" = OrderId, Path)),
    request_body = ParcelBody,
    responses((status = 200, body = OrderView), (status = 404, body = ProblemBody),
        (status = 409, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn put_shipment(
    State(state): State<ApiState>,
    caller: Caller,
    Path(order): Path<OrderId>,
    Json(body): Json<ParcelBody>,
) -> Result<axum::Json<OrderView>, Problem> {
    let (carrier, code) = (body.carrier.as_deref(), body.tracking_code.as_deref());
    Ok(axum::Json(state.app.ship_order(&caller, order, carrier, code).await?))
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
