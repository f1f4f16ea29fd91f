//! What the shop asks and offers at checkout, for members.

use axum::extract::State;
use serde::Serialize;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::ApiState;
use super::extract::Json;
use super::problem::{Problem, ProblemBody};
use crate::app::Caller;
use crate::domain::checkout_settings::CheckoutSettings;
use crate::domain::money::Currency;

/// The endpoints of this file.
pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(get_checkout_settings, put_checkout_settings))
}

/// The shop's checkout settings with the currency of their amounts.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct CheckoutSettingsView {
    #[serde(flatten)]
    settings: CheckoutSettings,
    /// The shop's currency.
    #[schema(value_type = String, example = "EUR")]
    currency: Currency,
}

/// What the shop asks and offers at checkout.
#[utoipa::path(get, path = "/shop/checkout", tag = "settings",
    responses((status = 200, body = CheckoutSettingsView), (status = 403, body = ProblemBody)))]
async fn get_checkout_settings(
    State(state): State<ApiState>,
    caller: Caller,
) -> Result<axum::Json<CheckoutSettingsView>, Problem> {
    let (settings, currency) = state.app.get_checkout_settings(&caller).await?;
    Ok(axum::Json(CheckoutSettingsView { settings, currency }))
}

/// Changes what the shop asks and offers at checkout; running checkouts keep theirs.
#[utoipa::path(put, path = "/shop/checkout", tag = "settings", request_body = CheckoutSettings,
    responses((status = 200, body = CheckoutSettingsView), (status = 403, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn put_checkout_settings(
    State(state): State<ApiState>,
    caller: Caller,
    Json(body): Json<CheckoutSettings>,
) -> Result<axum::Json<CheckoutSettingsView>, Problem> {
    let (settings, currency) = state.app.set_checkout_settings(&caller, body).await?;
    Ok(axum::Json(CheckoutSettingsView { settings, currency }))
}
