//! Who sells under which terms, and withdrawals: for members, and for buyers' own programs.

use axum::extract::State;
use axum::http::{HeaderName, StatusCode};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::ApiState;
use super::buyer_orders::PRIVATE;
use super::extract::{Json, Path};
use super::problem::{Problem, ProblemBody};
use crate::app::Caller;
use crate::app::legal::{OpenWithdrawal, WithdrawalRequest};
use crate::domain::ids::OrderId;
use crate::domain::language::Language;
use crate::domain::legal::{LegalGap, LegalSettings};
use crate::domain::money::Money;
use crate::domain::order::OrderView;
use crate::domain::withdrawal::{WithdrawalView, WithdrawnLine};

/// The endpoints of this file.
pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(get_legal, put_legal))
        .routes(routes!(list_withdrawals))
        .routes(routes!(put_delivery_day))
        .routes(routes!(withdraw))
}

/// What the shop tells of itself, and what is missing.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct LegalView {
    #[serde(flatten)]
    settings: LegalSettings,
    /// What buyers have to be told and is not written yet.
    missing: Vec<LegalGap>,
    /// Whether buyers learn what they need to withdraw; else their period is twelve months longer.
    informs_buyers: bool,
}

impl LegalView {
    fn of(settings: LegalSettings) -> axum::Json<Self> {
        let (missing, informs_buyers) = (settings.gaps(), settings.informs_buyers());
        axum::Json(Self { settings, missing, informs_buyers })
    }
}

/// What the shop tells of itself on its public pages.
#[utoipa::path(get, path = "/shop/legal", tag = "settings",
    responses((status = 200, body = LegalView), (status = 403, body = ProblemBody)))]
async fn get_legal(State(state): State<ApiState>, caller: Caller) -> Result<axum::Json<LegalView>, Problem> {
    Ok(LegalView::of(state.app.get_legal(&caller).await?))
}

/// Changes what the shop tells of itself; what is left out becomes empty.
#[utoipa::path(put, path = "/shop/legal", tag = "settings", request_body = LegalSettings,
    responses((status = 200, body = LegalView), (status = 403, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn put_legal(
    State(state): State<ApiState>,
    caller: Caller,
    Json(body): Json<LegalSettings>,
) -> Result<axum::Json<LegalView>, Problem> {
    Ok(LegalView::of(state.app.set_legal(&caller, body).await?))
}

/// Withdrawals whose money has not gone back.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct OpenWithdrawalsView {
    /// The most urgent first, at most 100.
    items: Vec<OpenWithdrawalView>,
    /// How many of them are past their time.
    overdue: usize,
}

/// A withdrawal whose money has not gone back in full.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct OpenWithdrawalView {
    id: uuid::Uuid,
    order_id: OrderId,
    /// The order's number for people.
    number: String,
    /// Test money.
    is_test: bool,
    /// When the statement arrived.
    at: DateTime<Utc>,
    /// What is owed for it.
    amount: Money,
    /// Until when it is to be paid back.
    refund_due_at: DateTime<Utc>,
}

impl From<OpenWithdrawal> for OpenWithdrawalView {
    fn from(open: OpenWithdrawal) -> Self {
        Self {
            id: open.id,
            order_id: open.order_id,
            number: open.number,
            is_test: open.is_test,
            at: open.at,
            amount: Money::new(open.amount, open.currency),
            refund_due_at: open.refund_due_at,
        }
    }
}

/// Lists withdrawals whose money has not gone back.
#[utoipa::path(get, path = "/withdrawals", tag = "orders",
    responses((status = 200, body = OpenWithdrawalsView), (status = 403, body = ProblemBody)))]
async fn list_withdrawals(
    State(state): State<ApiState>,
    caller: Caller,
) -> Result<axum::Json<OpenWithdrawalsView>, Problem> {
    let open = state.app.list_open_withdrawals(&caller).await?;
    let items = open.items.into_iter().map(OpenWithdrawalView::from).collect();
    Ok(axum::Json(OpenWithdrawalsView { items, overdue: open.overdue }))
}

/// When the goods arrived.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct DeliveryDay {
    /// The day on which the last parcel arrived; `null` when it is not known.
    #[schema(value_type = Option<String>, format = Date)]
    delivered_on: Option<NaiveDate>,
}

/// Notes on which day the last parcel arrived, which begins the buyer's period of withdrawal.
#[utoipa::path(put, path = "/orders/{order}/delivery-day", tag = "orders", params(("order" = OrderId, Path)),
    request_body = DeliveryDay,
    responses((status = 200, body = OrderView), (status = 404, body = ProblemBody),
        (status = 409, body = ProblemBody, description = "`conflict`: it is not sent"),
        (status = 422, body = ProblemBody)))]
async fn put_delivery_day(
    State(state): State<ApiState>,
    caller: Caller,
    Path(order): Path<OrderId>,
    Json(body): Json<DeliveryDay>,
) -> Result<axum::Json<OrderView>, Problem> {
    Ok(axum::Json(state.app.set_delivered_on(&caller, order, body.delivered_on).await?))
}

/// What a buyer confirms.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct WithdrawalBody {
    /// Names the click, 1 to 64 characters; the same one again is the same withdrawal.
    key: String,
    /// Who makes the statement, up to 120 characters.
    name: String,
    /// Where the receipt shall go beside the address of the order.
    email: Option<String>,
    /// Which pieces, each line once.
    lines: Vec<WithdrawnLine>,
    /// The language of the receipt.
    language: Language,
}

/// Withdraws from the contract about some or all pieces of an order, for whoever has its address.
#[utoipa::path(post, path = "/buyer-orders/{token}/withdrawals", tag = "viewers",
    params(("token" = String, Path, description = "The last part of `order_url`")),
    request_body = WithdrawalBody,
    responses((status = 201, body = WithdrawalView), (status = 404, body = ProblemBody),
        (status = 409, body = ProblemBody, description = "`withdrawal_closed`"), (status = 422, body = ProblemBody)))]
async fn withdraw(
    State(state): State<ApiState>,
    Path(token): Path<String>,
    Json(body): Json<WithdrawalBody>,
) -> ([(HeaderName, &'static str); 3], Result<(StatusCode, axum::Json<WithdrawalView>), Problem>) {
    let WithdrawalBody { key, name, email, lines, language } = body;
    let request = WithdrawalRequest { key, name, email, lines, language };
    let taken = state.app.withdraw(&token, &request).await;
    (PRIVATE, taken.map(|receipt| (StatusCode::CREATED, axum::Json(receipt))).map_err(Problem::from))
}
