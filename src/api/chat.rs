//! Keeping a show's chat in order; writing goes over the socket.

use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::ApiState;
use super::extract::{Json, Path};
use super::problem::{Problem, ProblemBody};
use crate::app::Caller;
use crate::domain::ids::{MessageId, ShowId, ViewerId};

/// The endpoints of this file.
pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(put_removal, delete_removal))
        .routes(routes!(put_mute, delete_mute))
        .routes(routes!(put_ban, delete_ban))
        .routes(routes!(put_slow_mode))
        .routes(routes!(create_socket_ticket))
}

/// A length of time.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct Seconds {
    secs: i64,
}

/// Lets one socket in, once, within a minute.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct SocketTicket {
    ticket: String,
}

/// Takes a message away.
#[utoipa::path(put, path = "/shows/{show}/messages/{message}/removal", tag = "chat",
    params(("show" = ShowId, Path), ("message" = MessageId, Path)),
    responses((status = 204), (status = 404, body = ProblemBody)))]
async fn put_removal(
    State(state): State<ApiState>,
    caller: Caller,
    Path((show, message)): Path<(ShowId, MessageId)>,
) -> Result<StatusCode, Problem> {
    state.app.remove_message(&caller, show, message).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Brings a message back within ten minutes.
#[utoipa::path(delete, path = "/shows/{show}/messages/{message}/removal", tag = "chat",
    params(("show" = ShowId, Path), ("message" = MessageId, Path)),
    responses((status = 204), (status = 404, body = ProblemBody), (status = 409, body = ProblemBody)))]
async fn delete_removal(
    State(state): State<ApiState>,
    caller: Caller,
    Path((show, message)): Path<(ShowId, MessageId)>,
) -> Result<StatusCode, Problem> {
    state.app.restore_message(&caller, show, message).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Mutes a viewer for 10 seconds to a day.
#[utoipa::path(put, path = "/shows/{show}/viewers/{viewer}/mute", tag = "chat", request_body = Seconds,
    params(("show" = ShowId, Path), ("viewer" = ViewerId, Path)),
    responses((status = 204), (status = 404, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn put_mute(
    State(state): State<ApiState>,
    caller: Caller,
    Path((show, viewer)): Path<(ShowId, ViewerId)>,
    Json(body): Json<Seconds>,
) -> Result<StatusCode, Problem> {
    state.app.mute_viewer(&caller, show, viewer, body.secs).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Lets a viewer write again.
#[utoipa::path(delete, path = "/shows/{show}/viewers/{viewer}/mute", tag = "chat",
    params(("show" = ShowId, Path), ("viewer" = ViewerId, Path)),
    responses((status = 204), (status = 404, body = ProblemBody)))]
async fn delete_mute(
    State(state): State<ApiState>,
    caller: Caller,
    Path((show, viewer)): Path<(ShowId, ViewerId)>,
) -> Result<StatusCode, Problem> {
    state.app.unmute_viewer(&caller, show, viewer).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Sends a viewer away from the shop for 30 days.
#[utoipa::path(put, path = "/shows/{show}/viewers/{viewer}/ban", tag = "chat",
    params(("show" = ShowId, Path), ("viewer" = ViewerId, Path)),
    responses((status = 204), (status = 404, body = ProblemBody)))]
async fn put_ban(
    State(state): State<ApiState>,
    caller: Caller,
    Path((show, viewer)): Path<(ShowId, ViewerId)>,
) -> Result<StatusCode, Problem> {
    state.app.ban_viewer(&caller, show, viewer).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Lifts a ban.
#[utoipa::path(delete, path = "/shows/{show}/viewers/{viewer}/ban", tag = "chat",
    params(("show" = ShowId, Path), ("viewer" = ViewerId, Path)),
    responses((status = 204), (status = 404, body = ProblemBody)))]
async fn delete_ban(
    State(state): State<ApiState>,
    caller: Caller,
    Path((show, viewer)): Path<(ShowId, ViewerId)>,
) -> Result<StatusCode, Problem> {
    state.app.unban_viewer(&caller, show, viewer).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Sets the pause that viewers keep between two messages; 0 is off.
#[utoipa::path(put, path = "/shows/{show}/slow-mode", tag = "chat", request_body = Seconds,
    params(("show" = ShowId, Path)),
    responses((status = 204), (status = 422, body = ProblemBody)))]
async fn put_slow_mode(
    State(state): State<ApiState>,
    caller: Caller,
    Path(show): Path<ShowId>,
    Json(body): Json<Seconds>,
) -> Result<StatusCode, Problem> {
    state.app.set_slow_mode(&caller, show, body.secs).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Makes a ticket for a member's socket from another origin.
#[utoipa::path(post, path = "/shows/{show}/socket-tickets", tag = "chat", params(("show" = ShowId, Path)),
    responses((status = 201, body = SocketTicket), (status = 403, body = ProblemBody)))]
async fn create_socket_ticket(
    State(state): State<ApiState>,
    caller: Caller,
    Path(show): Path<ShowId>,
) -> Result<(StatusCode, axum::Json<SocketTicket>), Problem> {
    let ticket = state.app.create_socket_ticket(&caller, show).await?;
    Ok((StatusCode::CREATED, axum::Json(SocketTicket { ticket })))
}
