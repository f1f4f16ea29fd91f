//! What stands before and over a show's chat: messages that wait, the pinned one, the lock, the rules.

use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::ApiState;
use super::extract::{Json, Path};
use super::problem::{Problem, ProblemBody};
use crate::app::Caller;
use crate::domain::ids::{MessageId, ShowId};
use crate::domain::moderation::ModerationRules;

/// The endpoints of this file.
pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(put_chat_lock))
        .routes(routes!(put_approval))
        .routes(routes!(put_refusal, delete_refusal))
        .routes(routes!(put_pin, delete_pin))
        .routes(routes!(get_moderation_rules, put_moderation_rules))
}

/// Whether only members write.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct ChatLock {
    is_locked: bool,
}

/// Lets only members write, or everybody again.
#[utoipa::path(put, path = "/shows/{show}/chat-lock", tag = "chat", request_body = ChatLock,
    params(("show" = ShowId, Path)), responses((status = 204), (status = 404, body = ProblemBody)))]
async fn put_chat_lock(
    State(state): State<ApiState>,
    caller: Caller,
    Path(show): Path<ShowId>,
    Json(body): Json<ChatLock>,
) -> Result<StatusCode, Problem> {
    state.app.set_chat_locked(&caller, show, body.is_locked).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Shows a message that waited for a moderator.
#[utoipa::path(put, path = "/shows/{show}/held-messages/{message}/approval", tag = "chat",
    params(("show" = ShowId, Path), ("message" = MessageId, Path)),
    responses((status = 204), (status = 404, body = ProblemBody), (status = 409, body = ProblemBody)))]
async fn put_approval(
    State(state): State<ApiState>,
    caller: Caller,
    Path((show, message)): Path<(ShowId, MessageId)>,
) -> Result<StatusCode, Problem> {
    state.app.approve_message(&caller, show, message).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Does not show a message that waited for a moderator; its text can be brought back for ten minutes.
#[utoipa::path(put, path = "/shows/{show}/held-messages/{message}/refusal", tag = "chat",
    params(("show" = ShowId, Path), ("message" = MessageId, Path)),
    responses((status = 204), (status = 404, body = ProblemBody), (status = 409, body = ProblemBody)))]
async fn put_refusal(
    State(state): State<ApiState>,
    caller: Caller,
    Path((show, message)): Path<(ShowId, MessageId)>,
) -> Result<StatusCode, Problem> {
    state.app.refuse_message(&caller, show, message).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Has a message wait again that was refused within ten minutes.
#[utoipa::path(delete, path = "/shows/{show}/held-messages/{message}/refusal", tag = "chat",
    params(("show" = ShowId, Path), ("message" = MessageId, Path)),
    responses((status = 204), (status = 404, body = ProblemBody), (status = 409, body = ProblemBody)))]
async fn delete_refusal(
    State(state): State<ApiState>,
    caller: Caller,
    Path((show, message)): Path<(ShowId, MessageId)>,
) -> Result<StatusCode, Problem> {
    state.app.return_message(&caller, show, message).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Puts a message on top of the chat, in the place of the one before it.
#[utoipa::path(put, path = "/shows/{show}/pinned-messages/{message}", tag = "chat",
    params(("show" = ShowId, Path), ("message" = MessageId, Path)),
    responses((status = 204), (status = 404, body = ProblemBody)))]
async fn put_pin(
    State(state): State<ApiState>,
    caller: Caller,
    Path((show, message)): Path<(ShowId, MessageId)>,
) -> Result<StatusCode, Problem> {
    state.app.pin_message(&caller, show, message).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes a message off the top of the chat.
#[utoipa::path(delete, path = "/shows/{show}/pinned-messages/{message}", tag = "chat",
    params(("show" = ShowId, Path), ("message" = MessageId, Path)),
    responses((status = 204), (status = 404, body = ProblemBody)))]
async fn delete_pin(
    State(state): State<ApiState>,
    caller: Caller,
    Path((show, message)): Path<(ShowId, MessageId)>,
) -> Result<StatusCode, Problem> {
    state.app.unpin_message(&caller, show, message).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What the shop holds for review.
#[utoipa::path(get, path = "/shop/moderation", tag = "settings",
    responses((status = 200, body = ModerationRules), (status = 403, body = ProblemBody)))]
async fn get_moderation_rules(
    State(state): State<ApiState>,
    caller: Caller,
) -> Result<axum::Json<ModerationRules>, Problem> {
    Ok(axum::Json(state.app.get_moderation_rules(&caller).await?))
}

/// Changes what the shop holds for review; messages that wait go on waiting.
#[utoipa::path(put, path = "/shop/moderation", tag = "settings", request_body = ModerationRules,
    responses((status = 200, body = ModerationRules), (status = 403, body = ProblemBody),
        (status = 422, body = ProblemBody)))]
async fn put_moderation_rules(
    State(state): State<ApiState>,
    caller: Caller,
    Json(body): Json<ModerationRules>,
) -> Result<axum::Json<ModerationRules>, Problem> {
    Ok(axum::Json(state.app.set_moderation_rules(&caller, body).await?))
}
