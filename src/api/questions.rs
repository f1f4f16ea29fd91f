//! What members do with the questions of a show; asking and voting go over the socket.

use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::ApiState;
use super::extract::{Json, Path};
use super::problem::{Problem, ProblemBody};
use crate::app::Caller;
use crate::app::questions::AnswerDraft;
use crate::domain::ids::{QuestionId, ShowId};

/// The endpoints of this file.
pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(put_claim, delete_claim))
        .routes(routes!(put_answer))
        .routes(routes!(put_dismissal, delete_dismissal))
        .routes(routes!(put_intake))
}

/// Who is about to answer: the caller.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct QuestionClaim {
    /// Takes it from the member who is about to answer.
    #[serde(default)]
    takes_over: bool,
}

/// Whether viewers may ask.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct QuestionIntake {
    takes_questions: bool,
}

/// Says that the caller is about to answer; another member's claim stands for five minutes.
#[utoipa::path(put, path = "/shows/{show}/questions/{question}/claim", tag = "questions",
    request_body = QuestionClaim, params(("show" = ShowId, Path), ("question" = QuestionId, Path)),
    responses((status = 204), (status = 404, body = ProblemBody), (status = 409, body = ProblemBody)))]
async fn put_claim(
    State(state): State<ApiState>,
    caller: Caller,
    Path((show, question)): Path<(ShowId, QuestionId)>,
    Json(body): Json<QuestionClaim>,
) -> Result<StatusCode, Problem> {
    state.app.claim_question(&caller, show, question, body.takes_over).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Gives a question back that the caller was about to answer.
#[utoipa::path(delete, path = "/shows/{show}/questions/{question}/claim", tag = "questions",
    params(("show" = ShowId, Path), ("question" = QuestionId, Path)),
    responses((status = 204), (status = 404, body = ProblemBody), (status = 409, body = ProblemBody)))]
async fn delete_claim(
    State(state): State<ApiState>,
    caller: Caller,
    Path((show, question)): Path<(ShowId, QuestionId)>,
) -> Result<StatusCode, Problem> {
    state.app.release_question(&caller, show, question).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Answers a question, for everybody or for the one who asked.
#[utoipa::path(put, path = "/shows/{show}/questions/{question}/answer", tag = "questions",
    request_body = AnswerDraft, params(("show" = ShowId, Path), ("question" = QuestionId, Path)),
    responses((status = 204), (status = 404, body = ProblemBody), (status = 409, body = ProblemBody),
        (status = 422, body = ProblemBody)))]
async fn put_answer(
    State(state): State<ApiState>,
    caller: Caller,
    Path((show, question)): Path<(ShowId, QuestionId)>,
    Json(draft): Json<AnswerDraft>,
) -> Result<StatusCode, Problem> {
    state.app.answer_question(&caller, show, question, &draft).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes a question away.
#[utoipa::path(put, path = "/shows/{show}/questions/{question}/dismissal", tag = "questions",
    params(("show" = ShowId, Path), ("question" = QuestionId, Path)),
    responses((status = 204), (status = 404, body = ProblemBody), (status = 409, body = ProblemBody)))]
async fn put_dismissal(
    State(state): State<ApiState>,
    caller: Caller,
    Path((show, question)): Path<(ShowId, QuestionId)>,
) -> Result<StatusCode, Problem> {
    state.app.dismiss_question(&caller, show, question).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Brings a dismissed question back within ten minutes.
#[utoipa::path(delete, path = "/shows/{show}/questions/{question}/dismissal", tag = "questions",
    params(("show" = ShowId, Path), ("question" = QuestionId, Path)),
    responses((status = 204), (status = 404, body = ProblemBody), (status = 409, body = ProblemBody)))]
async fn delete_dismissal(
    State(state): State<ApiState>,
    caller: Caller,
    Path((show, question)): Path<(ShowId, QuestionId)>,
) -> Result<StatusCode, Problem> {
    state.app.restore_question(&caller, show, question).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Sets whether viewers may ask.
#[utoipa::path(put, path = "/shows/{show}/question-intake", tag = "questions",
    request_body = QuestionIntake, params(("show" = ShowId, Path)),
    responses((status = 204), (status = 404, body = ProblemBody)))]
async fn put_intake(
    State(state): State<ApiState>,
    caller: Caller,
    Path(show): Path<ShowId>,
    Json(body): Json<QuestionIntake>,
) -> Result<StatusCode, Problem> {
    state.app.set_takes_questions(&caller, show, body.takes_questions).await?;
    Ok(StatusCode::NO_CONTENT)
}
