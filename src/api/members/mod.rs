//! Members and invitations, for owners, and the door for whoever was invited.

mod invitations;

use axum::extract::State;
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::ApiState;
use super::extract::{Json, Path};
use super::problem::{Problem, ProblemBody};
use crate::app::Caller;
use crate::domain::ids::MemberId;
use crate::domain::member::{Member, Role};

/// The endpoints of this folder.
pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(list_members))
        .routes(routes!(put_member_role))
        .routes(routes!(delete_member))
        .merge(invitations::routes())
}

/// A member in the list of all.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct TeamMember {
    id: MemberId,
    /// Name shown in chat.
    name: String,
    /// Name for signing in.
    email: String,
    role: Role,
    /// When the membership began.
    created_at: DateTime<Utc>,
}

impl From<Member> for TeamMember {
    fn from(member: Member) -> Self {
        let Member { id, name, email, role, created_at, .. } = member;
        Self { id, name, email, role, created_at }
    }
}

/// The members of a shop.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct TeamMembers {
    /// The oldest first.
    items: Vec<TeamMember>,
}

/// What a member is to be.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct RoleChange {
    role: Role,
}

/// Lists the members of the shop, the oldest first.
#[utoipa::path(get, path = "/members", tag = "members",
    responses((status = 200, body = TeamMembers), (status = 403, body = ProblemBody)))]
async fn list_members(
    State(state): State<ApiState>,
    caller: Caller,
) -> Result<axum::Json<TeamMembers>, Problem> {
    let members = state.app.list_members(&caller).await?;
    Ok(axum::Json(TeamMembers { items: members.into_iter().map(TeamMember::from).collect() }))
}

/// Gives a member another role; a shop keeps one owner at least.
#[utoipa::path(put, path = "/members/{member}/role", tag = "members", request_body = RoleChange,
    params(("member" = MemberId, Path)),
    responses((status = 200, body = TeamMember), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody),
        (status = 409, body = ProblemBody)))]
async fn put_member_role(
    State(state): State<ApiState>,
    caller: Caller,
    Path(member): Path<MemberId>,
    Json(body): Json<RoleChange>,
) -> Result<axum::Json<TeamMember>, Problem> {
    Ok(axum::Json(state.app.change_role(&caller, member, body.role).await?.into()))
}

/// Removes a member; sessions and sockets end at once.
#[utoipa::path(delete, path = "/members/{member}", tag = "members", params(("member" = MemberId, Path)),
    responses((status = 204), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody),
        (status = 409, body = ProblemBody)))]
async fn delete_member(
    State(state): State<ApiState>,
    caller: Caller,
    Path(member): Path<MemberId>,
) -> Result<StatusCode, Problem> {
    state.app.remove_member(&caller, member).await?;
    Ok(StatusCode::NO_CONTENT)
}
