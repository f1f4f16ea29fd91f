//! How a shop's money is taken: its keys, the check, going live.

use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::ApiState;
use super::extract::{Json, Path};
use super::problem::{Problem, ProblemBody};
use crate::app::Caller;
use crate::app::payment_accounts::NewAccountKeys;
use crate::config::Secret;
use crate::domain::payment_account::{CheckReport, KeyMode, PaymentAccountView};

/// The endpoints of this file.
pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(get_payment_account))
        .routes(routes!(set_payment_keys))
        .routes(routes!(delete_payment_keys))
        .routes(routes!(set_webhook_secret))
        .routes(routes!(set_publishable_key))
        .routes(routes!(create_webhook_endpoint))
        .routes(routes!(check_payment_account))
        .routes(routes!(go_live))
}

// The bodies with secrets have no `Debug`, so that nothing prints them.

/// Keys to be stored.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct PaymentKeysBody {
    /// `sk_…` or `rk_…`; its mode tells which keys it replaces.
    secret_key: String,
    /// `whsec_…`; without it the stored one stays.
    webhook_secret: Option<String>,
    /// `acct_…`, where the key acts for another account.
    connected_account: Option<String>,
    /// `pk_…` of the same account, which browsers see; without it the stored one stays.
    publishable_key: Option<String>,
}

/// The signing secret of an endpoint that was made elsewhere.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct WebhookSecretBody {
    /// `whsec_…`.
    webhook_secret: String,
}

/// The key that browsers may see.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct PublishableKeyBody {
    /// `pk_…` of the same account; `null` forgets it, then payment pages open in a tab of their own.
    #[serde(deserialize_with = "Option::deserialize")]
    #[schema(required)]
    publishable_key: Option<String>,
}

/// Which keys.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct NewWebhookEndpoint {
    mode: KeyMode,
}

/// What is to be checked.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct NewCheck {
    /// The shop's keys of this mode; without it, whatever takes the money now.
    mode: Option<KeyMode>,
}

/// An owner's word.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct GoingLive {
    /// Has to be true: from now on buyers pay with real money.
    i_understand: bool,
}

/// How the shop's money is taken; `keys` only for those who may change settings.
#[utoipa::path(get, path = "/payment-account", tag = "payments",
    responses((status = 200, body = PaymentAccountView), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody)))]
async fn get_payment_account(
    State(state): State<ApiState>,
    caller: Caller,
) -> Result<axum::Json<PaymentAccountView>, Problem> {
    Ok(axum::Json(state.app.get_payment_account(&caller).await?))
}

/// Stores the shop's keys, sealed, in the place of the earlier ones of the same mode.
#[utoipa::path(put, path = "/payment-account/keys", tag = "payments", request_body = PaymentKeysBody,
    responses((status = 200, body = PaymentAccountView), (status = 409, body = ProblemBody),
        (status = 422, body = ProblemBody)))]
async fn set_payment_keys(
    State(state): State<ApiState>,
    caller: Caller,
    Json(body): Json<PaymentKeysBody>,
) -> Result<axum::Json<PaymentAccountView>, Problem> {
    let keys = NewAccountKeys {
        secret_key: Secret::new(&body.secret_key),
        webhook_secret: body.webhook_secret.as_deref().map(Secret::new),
        connected_account: body.connected_account,
        publishable_key: body.publishable_key.map(|key| key.trim().to_owned()),
    };
    Ok(axum::Json(state.app.set_payment_keys(&caller, &keys).await?))
}

/// Forgets the shop's keys of one mode; without live keys it is in test mode again.
#[utoipa::path(delete, path = "/payment-account/keys/{mode}", tag = "payments",
    params(("mode" = KeyMode, Path)),
    responses((status = 200, body = PaymentAccountView), (status = 404, body = ProblemBody),
        (status = 409, body = ProblemBody)))]
async fn delete_payment_keys(
    State(state): State<ApiState>,
    caller: Caller,
    Path(mode): Path<KeyMode>,
) -> Result<axum::Json<PaymentAccountView>, Problem> {
    Ok(axum::Json(state.app.delete_payment_keys(&caller, mode).await?))
}

/// Stores the signing secret of the shop's endpoint; the one before it stays believed.
#[utoipa::path(put, path = "/payment-account/keys/{mode}/webhook-secret", tag = "payments",
    params(("mode" = KeyMode, Path)), request_body = WebhookSecretBody,
    responses((status = 200, body = PaymentAccountView), (status = 404, body = ProblemBody),
        (status = 422, body = ProblemBody)))]
async fn set_webhook_secret(
    State(state): State<ApiState>,
    caller: Caller,
    Path(mode): Path<KeyMode>,
    Json(body): Json<WebhookSecretBody>,
) -> Result<axum::Json<PaymentAccountView>, Problem> {
    let secret = Secret::new(&body.webhook_secret);
    Ok(axum::Json(state.app.set_webhook_secret(&caller, mode, &secret).await?))
}

/// Stores the shop's publishable key, which shows payment pages beside the video.
#[utoipa::path(put, path = "/payment-account/keys/{mode}/publishable-key", tag = "payments",
    params(("mode" = KeyMode, Path)), request_body = PublishableKeyBody,
    responses((status = 200, body = PaymentAccountView), (status = 404, body = ProblemBody),
        (status = 422, body = ProblemBody)))]
async fn set_publishable_key(
    State(state): State<ApiState>,
    caller: Caller,
    Path(mode): Path<KeyMode>,
    Json(body): Json<PublishableKeyBody>,
) -> Result<axum::Json<PaymentAccountView>, Problem> {
    let key = body.publishable_key.as_deref().map(str::trim);
    Ok(axum::Json(state.app.set_publishable_key(&caller, mode, key).await?))
}

/// Has Stripe send the shop's events here, and stores the secret that signs them.
#[utoipa::path(post, path = "/payment-account/webhook-endpoint", tag = "payments",
    request_body = NewWebhookEndpoint,
    responses((status = 201, body = PaymentAccountView), (status = 404, body = ProblemBody),
        (status = 409, body = ProblemBody), (status = 503, body = ProblemBody)))]
async fn create_webhook_endpoint(
    State(state): State<ApiState>,
    caller: Caller,
    Json(body): Json<NewWebhookEndpoint>,
) -> Result<(StatusCode, axum::Json<PaymentAccountView>), Problem> {
    let view = state.app.create_webhook_endpoint(&caller, body.mode).await?;
    Ok((StatusCode::CREATED, axum::Json(view)))
}

/// Looks, step by step, whether an account can take the shop's money.
#[utoipa::path(post, path = "/payment-account/checks", tag = "payments", request_body = NewCheck,
    responses((status = 200, body = CheckReport), (status = 404, body = ProblemBody),
        (status = 429, body = ProblemBody)))]
async fn check_payment_account(
    State(state): State<ApiState>,
    caller: Caller,
    Json(body): Json<NewCheck>,
) -> Result<axum::Json<CheckReport>, Problem> {
    Ok(axum::Json(state.app.check_payment_account(&caller, body.mode).await?))
}

/// Takes real money from now on; only an owner who is signed in decides that.
#[utoipa::path(post, path = "/payment-account/going-live", tag = "payments", request_body = GoingLive,
    responses((status = 200, body = PaymentAccountView), (status = 403, body = ProblemBody),
        (status = 409, body = ProblemBody)))]
async fn go_live(
    State(state): State<ApiState>,
    caller: Caller,
    Json(body): Json<GoingLive>,
) -> Result<axum::Json<PaymentAccountView>, Problem> {
    Ok(axum::Json(state.app.go_live(&caller, body.i_understand).await?))
}
