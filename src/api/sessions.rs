//! Signing in and out, set-up, who am I.

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::ApiState;
use super::auth::{check_same_origin, removal_cookie, session_cookie, session_token};
use super::extract::Json;
use super::problem::{Problem, ProblemBody};
use crate::app::sessions::SignedIn;
use crate::app::setup::{NewInstallation, NewOwner, NewShop};
use crate::domain::member::{Member, MemberView, Permission};
use crate::domain::problem::Code;
use crate::domain::show::ShopView;

/// The endpoints of this file.
pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(create_session))
        .routes(routes!(create_session_with_link))
        .routes(routes!(get_session, delete_session))
        .routes(routes!(delete_sessions))
        .routes(routes!(create_installation))
        .routes(routes!(get_me))
        .routes(routes!(put_name))
        .routes(routes!(put_password))
}

/// E-mail and password.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct SignIn {
    email: String,
    password: String,
}

/// The token of a one-time link.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct SignInLink {
    token: String,
}

/// The set-up page's form with the token of its link.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct Setup {
    token: String,
    shop: NewShop,
    owner: NewOwner,
}

/// A change of the caller's name.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct NameChange {
    /// Shown in chat, up to 60 characters.
    name: String,
}

/// A change of the caller's password.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct PasswordChange {
    /// Needed only where a password is set.
    current: Option<String>,
    password: String,
}

/// The signed-in member and the shop worked for.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct Me {
    member: MemberView,
    shop: ShopView,
    permissions: Vec<Permission>,
}

/// Signs in with a password.
#[utoipa::path(post, path = "/sessions", tag = "sessions", request_body = SignIn,
    responses((status = 201, body = Me), (status = 401, body = ProblemBody), (status = 429, body = ProblemBody)))]
async fn create_session(
    State(state): State<ApiState>,
    headers: HeaderMap,
    Json(body): Json<SignIn>,
) -> Result<impl IntoResponse, Problem> {
    check_browser_origin(&state, &headers)?;
    let signed_in = state.app.sign_in(&body.email, &body.password).await?;
    signed_in_response(&state, signed_in).await
}

/// Signs in with a one-time link.
#[utoipa::path(post, path = "/sessions/one-time", tag = "sessions", request_body = SignInLink,
    responses((status = 201, body = Me), (status = 401, body = ProblemBody)))]
async fn create_session_with_link(
    State(state): State<ApiState>,
    headers: HeaderMap,
    Json(body): Json<SignInLink>,
) -> Result<impl IntoResponse, Problem> {
    check_browser_origin(&state, &headers)?;
    let signed_in = state.app.sign_in_with_link(&body.token).await?;
    signed_in_response(&state, signed_in).await
}

/// Who is signed in; 204 when nobody is, which is no error for a page that only asks.
#[utoipa::path(get, path = "/sessions/current", tag = "sessions",
    responses((status = 200, body = Me), (status = 204)))]
async fn get_session(State(state): State<ApiState>, headers: HeaderMap) -> Result<Response, Problem> {
    match find_signed_in(&state, &headers).await? {
        Some((member, _)) => Ok(axum::Json(me(&state, &member).await?).into_response()),
        None => Ok(StatusCode::NO_CONTENT.into_response()),
    }
}

/// Signs out; without a session nothing changes.
#[utoipa::path(delete, path = "/sessions/current", tag = "sessions", responses((status = 204)))]
async fn delete_session(
    State(state): State<ApiState>,
    headers: HeaderMap,
) -> Result<impl IntoResponse, Problem> {
    check_same_origin(&state.app, &Method::DELETE, &headers)?;
    if let Some(token) = session_token(&state.app, &headers) {
        state.app.sign_out(&token).await?;
    }
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, removal_cookie(&state.app))]))
}

/// Signs out everywhere: all sessions of the signed-in member end, this one too, and their sockets.
#[utoipa::path(delete, path = "/sessions", tag = "sessions",
    responses((status = 204), (status = 401, body = ProblemBody)))]
async fn delete_sessions(
    State(state): State<ApiState>,
    headers: HeaderMap,
) -> Result<impl IntoResponse, Problem> {
    check_same_origin(&state.app, &Method::DELETE, &headers)?;
    let (member, _) = signed_in_member(&state, &headers).await?;
    state.app.sign_out_everywhere(&member).await?;
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, removal_cookie(&state.app))]))
}

/// Opens the shop of a fresh installation.
#[utoipa::path(post, path = "/setup", tag = "sessions", request_body = Setup,
    responses((status = 201, body = Me), (status = 401, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn create_installation(
    State(state): State<ApiState>,
    headers: HeaderMap,
    Json(body): Json<Setup>,
) -> Result<impl IntoResponse, Problem> {
    check_browser_origin(&state, &headers)?;
    let signed_in =
        state.app.set_up(&body.token, NewInstallation { shop: body.shop, owner: body.owner }).await?;
    signed_in_response(&state, signed_in).await
}

/// The signed-in member.
#[utoipa::path(get, path = "/me", tag = "sessions",
    responses((status = 200, body = Me), (status = 401, body = ProblemBody)))]
async fn get_me(State(state): State<ApiState>, headers: HeaderMap) -> Result<impl IntoResponse, Problem> {
    let (member, _) = signed_in_member(&state, &headers).await?;
    Ok(axum::Json(me(&state, &member).await?))
}

/// Changes the signed-in member's name.
#[utoipa::path(put, path = "/me/name", tag = "sessions", request_body = NameChange,
    responses((status = 200, body = Me), (status = 401, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn put_name(
    State(state): State<ApiState>,
    headers: HeaderMap,
    Json(body): Json<NameChange>,
) -> Result<axum::Json<Me>, Problem> {
    check_same_origin(&state.app, &Method::PUT, &headers)?;
    let (member, _) = signed_in_member(&state, &headers).await?;
    let member = state.app.change_name(&member, &body.name).await?;
    Ok(axum::Json(me(&state, &member).await?))
}

/// Changes the signed-in member's password and ends the other sessions.
#[utoipa::path(put, path = "/me/password", tag = "sessions", request_body = PasswordChange,
    responses((status = 204), (status = 401, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn put_password(
    State(state): State<ApiState>,
    headers: HeaderMap,
    Json(body): Json<PasswordChange>,
) -> Result<StatusCode, Problem> {
    check_same_origin(&state.app, &Method::PUT, &headers)?;
    let (member, token) = signed_in_member(&state, &headers).await?;
    state.app.change_password(&member, &token, body.current.as_deref(), &body.password).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A foreign page must not sign its visitors in; programs send no `Origin` and may.
pub(super) fn check_browser_origin(state: &ApiState, headers: &HeaderMap) -> Result<(), Problem> {
    if headers.contains_key(header::ORIGIN) || headers.contains_key("sec-fetch-site") {
        check_same_origin(&state.app, &Method::POST, headers)?;
    }
    Ok(())
}

async fn signed_in_member(state: &ApiState, headers: &HeaderMap) -> Result<(Member, String), Problem> {
    let signed_in = find_signed_in(state, headers).await?;
    signed_in.ok_or_else(|| Problem::new(Code::Unauthenticated, "sign in"))
}

async fn find_signed_in(state: &ApiState, headers: &HeaderMap) -> Result<Option<(Member, String)>, Problem> {
    let Some(token) = session_token(&state.app, headers) else { return Ok(None) };
    let member = state.app.find_session(&token).await?;
    Ok(member.map(|member| (member, token)))
}

/// Answers with the cookie of a fresh session and who it belongs to.
pub(super) async fn signed_in_response(
    state: &ApiState,
    signed_in: SignedIn,
) -> Result<(StatusCode, [(header::HeaderName, HeaderValue); 1], axum::Json<Me>), Problem> {
    let cookie = session_cookie(&state.app, &signed_in.token);
    let me = me(state, &signed_in.member).await?;
    Ok((StatusCode::CREATED, [(header::SET_COOKIE, cookie)], axum::Json(me)))
}

async fn me(state: &ApiState, member: &Member) -> Result<Me, Problem> {
    let shop = state.app.get_shop(member.shop_id).await?;
    Ok(Me { member: MemberView::from(member), shop, permissions: member.role.permissions().to_vec() })
}
