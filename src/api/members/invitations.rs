//! Invitations: made and taken back by owners, looked at and accepted by whoever holds the link.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::api::ApiState;
use crate::api::extract::{Json, Path};
use crate::api::problem::{Problem, ProblemBody};
use crate::api::sessions::{Me, check_browser_origin, signed_in_response};
use crate::app::Caller;
use crate::app::members::{InvitationMail, NewInvitation, NewMember, Welcome};
use crate::domain::ids::InvitationId;
use crate::domain::invitation::Invitation as Stored;
use crate::domain::member::Role;

/// The endpoints of this file.
pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(list_invitations, create_invitation))
        .routes(routes!(delete_invitation))
        .routes(routes!(preview_invitation))
        .routes(routes!(accept_invitation))
}

/// An invitation without its link.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Invitation {
    id: InvitationId,
    role: Role,
    /// Whom it is meant for.
    email: Option<String>,
    /// The name of who invites.
    invited_by: String,
    created_at: DateTime<Utc>,
    /// When it can no longer be accepted.
    expires_at: DateTime<Utc>,
}

impl From<Stored> for Invitation {
    fn from(invitation: Stored) -> Self {
        let Stored { id, role, email, inviter_name, created_at, expires_at, .. } = invitation;
        Self { id, role, email, invited_by: inviter_name, created_at, expires_at }
    }
}

/// The invitations of a shop that can be accepted.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Invitations {
    /// Newest first, 20 at most.
    items: Vec<Invitation>,
}

/// An invitation that was just made.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct MadeInvitation {
    #[serde(flatten)]
    invitation: Invitation,
    /// The link with its secret behind the `#`; told this once.
    url: String,
    /// What became of the mail with the link.
    mail: InvitationMail,
}

/// The secret of an invitation's link.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct InvitationToken {
    token: String,
}

/// Who invites whom, as the invited are told.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct InvitationPreview {
    shop_name: String,
    /// The shop's colour, such as `#8f3f2b`.
    brand_colour: String,
    role: Role,
    /// Whom it is meant for; another address may be given.
    email: Option<String>,
    /// The name of who invites.
    invited_by: String,
    expires_at: DateTime<Utc>,
}

impl From<Welcome> for InvitationPreview {
    fn from(welcome: Welcome) -> Self {
        let Welcome { invitation, shop_name, brand_colour } = welcome;
        let Stored { role, email, inviter_name, expires_at, .. } = invitation;
        Self { shop_name, brand_colour, role, email, invited_by: inviter_name, expires_at }
    }
}

/// Lists the invitations that can be accepted, newest first.
#[utoipa::path(get, path = "/invitations", tag = "members",
    responses((status = 200, body = Invitations), (status = 403, body = ProblemBody)))]
async fn list_invitations(
    State(state): State<ApiState>,
    caller: Caller,
) -> Result<axum::Json<Invitations>, Problem> {
    let invitations = state.app.list_invitations(&caller).await?;
    Ok(axum::Json(Invitations { items: invitations.into_iter().map(Invitation::from).collect() }))
}

/// Invites somebody; the link is told once, and an `Idempotency-Key` is not honoured for that reason.
#[utoipa::path(post, path = "/invitations", tag = "members", request_body = NewInvitation,
    responses((status = 201, body = MadeInvitation), (status = 403, body = ProblemBody), (status = 409, body = ProblemBody),
        (status = 422, body = ProblemBody)))]
async fn create_invitation(
    State(state): State<ApiState>,
    caller: Caller,
    Json(body): Json<NewInvitation>,
) -> Result<(StatusCode, axum::Json<MadeInvitation>), Problem> {
    let made = state.app.invite(&caller, &body).await?;
    let made = MadeInvitation { invitation: made.invitation.into(), url: made.url, mail: made.mail };
    Ok((StatusCode::CREATED, axum::Json(made)))
}

/// Takes an invitation back; its link lets nobody in any more.
#[utoipa::path(delete, path = "/invitations/{invitation}", tag = "members", params(("invitation" = InvitationId, Path)),
    responses((status = 204), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody)))]
async fn delete_invitation(
    State(state): State<ApiState>,
    caller: Caller,
    Path(invitation): Path<InvitationId>,
) -> Result<StatusCode, Problem> {
    state.app.revoke_invitation(&caller, invitation).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Tells whoever holds a link who invites them, and as what.
#[utoipa::path(post, path = "/invitations/preview", tag = "members", request_body = InvitationToken,
    responses((status = 200, body = InvitationPreview), (status = 404, body = ProblemBody), (status = 410, body = ProblemBody)))]
async fn preview_invitation(
    State(state): State<ApiState>,
    Json(body): Json<InvitationToken>,
) -> Result<axum::Json<InvitationPreview>, Problem> {
    Ok(axum::Json(state.app.find_welcome(&body.token).await?.into()))
}

/// Makes a member of whoever holds the link, and signs that member in; it works once.
#[utoipa::path(post, path = "/invitations/acceptance", tag = "members", request_body = NewMember,
    responses((status = 201, body = Me), (status = 404, body = ProblemBody), (status = 409, body = ProblemBody),
        (status = 410, body = ProblemBody), (status = 422, body = ProblemBody), (status = 429, body = ProblemBody)))]
async fn accept_invitation(
    State(state): State<ApiState>,
    headers: HeaderMap,
    Json(body): Json<NewMember>,
) -> Result<impl IntoResponse, Problem> {
    check_browser_origin(&state, &headers)?;
    let signed_in = state.app.accept_invitation(&body).await?;
    signed_in_response(&state, signed_in).await
}
