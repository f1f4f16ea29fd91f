//! How the shop and its people write to each other, for members.

use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::ApiState;
use super::extract::Json;
use super::problem::{Problem, ProblemBody};
use crate::app::Caller;
use crate::domain::language::Language;

/// The endpoints of this file.
pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(get_contact, put_contact))
}

/// How the shop and its people write to each other.
#[derive(Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct Contact {
    /// Of the mail that goes to the shop.
    language: Language,
    /// Where buyers reach the shop; shown on their order pages, and answers to mail go there.
    email: Option<String>,
}

/// The shop's contact.
#[utoipa::path(get, path = "/shop/contact", tag = "settings",
    responses((status = 200, body = Contact), (status = 403, body = ProblemBody)))]
async fn get_contact(State(state): State<ApiState>, caller: Caller) -> Result<axum::Json<Contact>, Problem> {
    let contact = state.app.get_contact(&caller).await?;
    Ok(axum::Json(Contact { language: contact.language, email: contact.email }))
}

/// Changes the shop's contact.
#[utoipa::path(put, path = "/shop/contact", tag = "settings", request_body = Contact,
    responses((status = 200, body = Contact), (status = 403, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn put_contact(
    State(state): State<ApiState>,
    caller: Caller,
    Json(body): Json<Contact>,
) -> Result<axum::Json<Contact>, Problem> {
    let contact = state.app.set_contact(&caller, body.language, body.email.as_deref()).await?;
    Ok(axum::Json(Contact { language: contact.language, email: contact.email }))
}
