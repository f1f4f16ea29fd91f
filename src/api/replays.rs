//! Replays: what everybody may watch of a show that is over, and how members publish it.

use axum::extract::State;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::ApiState;
use super::extract::{Json, Path, Query};
use super::problem::{Problem, ProblemBody};
use crate::app::Caller;
use crate::app::replays::{REPLAY_EVENTS_MAX, Replay, ReplayChange};
use crate::app::shows::ShowRef;
use crate::domain::event::RecordedEvent;
use crate::domain::ids::ShowId;
use crate::domain::problem::Code;

/// Kept by caches and asked for anew each time, so that a removed message is gone at once.
const REVALIDATE: &str = "no-cache";

/// The endpoints of this file.
pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(get_replay, put_replay, delete_replay))
        .routes(routes!(list_replay_events))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
struct EventParams {
    /// 1 to 1,000, which is also what comes unless told.
    limit: Option<i64>,
    /// From the page before.
    cursor: Option<String>,
}

/// A page of the events that viewers saw.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ReplayEventPage {
    /// The oldest first.
    items: Vec<RecordedEvent>,
    /// Asks for the next page; `null` on the last one.
    next_cursor: Option<String>,
}

/// The replay of a show; before it is published only for members.
#[utoipa::path(get, path = "/shows/{show}/replay", tag = "viewers", params(("show" = String, Path, description = "Id or slug")),
    responses((status = 200, body = Replay), (status = 304), (status = 404, body = ProblemBody)))]
async fn get_replay(
    State(state): State<ApiState>,
    Path(show): Path<String>,
    parts: Parts,
) -> Result<Response, Problem> {
    let caller = super::auth::caller(&parts, &state).await.ok();
    let replay = state.app.get_replay(&ShowRef::from(show.as_str()), caller.as_ref()).await?;
    Ok(tagged(&replay, &parts.headers))
}

/// Sets the recording of a show that is over, and whether everybody may watch it.
#[utoipa::path(put, path = "/shows/{show}/replay", tag = "shows", params(("show" = ShowId, Path)), request_body = ReplayChange,
    responses((status = 200, body = Replay), (status = 409, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn put_replay(
    State(state): State<ApiState>,
    caller: Caller,
    Path(show): Path<ShowId>,
    Json(change): Json<ReplayChange>,
) -> Result<axum::Json<Replay>, Problem> {
    Ok(axum::Json(state.app.set_replay(&caller, show, change).await?))
}

/// Withdraws the replay of a show and forgets where its recording is.
#[utoipa::path(delete, path = "/shows/{show}/replay", tag = "shows", params(("show" = ShowId, Path)),
    responses((status = 204), (status = 409, body = ProblemBody)))]
async fn delete_replay(
    State(state): State<ApiState>,
    caller: Caller,
    Path(show): Path<ShowId>,
) -> Result<StatusCode, Problem> {
    state.app.delete_replay(&caller, show).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What viewers saw of a show up to its end, page by page; removed messages come without text.
#[utoipa::path(get, path = "/shows/{show}/replay/events", tag = "viewers",
    params(("show" = String, Path, description = "Id or slug"), EventParams),
    responses((status = 200, body = ReplayEventPage), (status = 304), (status = 400, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn list_replay_events(
    State(state): State<ApiState>,
    Path(show): Path<String>,
    Query(params): Query<EventParams>,
    parts: Parts,
) -> Result<Response, Problem> {
    let after = params.cursor.as_deref().map_or(Ok(0), str::parse);
    let after = after.map_err(|_| Problem::new(Code::Malformed, "the cursor cannot be read"))?;
    let limit = params.limit.unwrap_or(REPLAY_EVENTS_MAX);
    let caller = super::auth::caller(&parts, &state).await.ok();
    let show = ShowRef::from(show.as_str());
    let page = state.app.list_replay_events(&show, caller.as_ref(), after, limit).await?;
    let next_cursor = page.next_after.map(|after| after.to_string());
    Ok(tagged(&ReplayEventPage { items: page.items, next_cursor }, &parts.headers))
}

/// JSON with a tag of its content, or only the tag when the client has just that.
fn tagged(body: &impl Serialize, headers: &HeaderMap) -> Response {
    let body = serde_json::to_vec(body).expect("replays hold only strings, numbers and lists");
    let tag = format!("\"{}\"", hex::encode(&Sha256::digest(&body)[..12]));
    let tag = HeaderValue::from_str(&tag).expect("hex is a header value");
    let is_known = headers.get(header::IF_NONE_MATCH) == Some(&tag);
    let mut response = if is_known { StatusCode::NOT_MODIFIED.into_response() } else { body.into_response() };
    let answer = response.headers_mut();
    answer.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    answer.insert(header::CACHE_CONTROL, HeaderValue::from_static(REVALIDATE));
    // Members see a replay before everybody does.
    answer.insert(header::VARY, HeaderValue::from_static("cookie, authorization"));
    answer.insert(header::ETAG, tag);
    response
}
