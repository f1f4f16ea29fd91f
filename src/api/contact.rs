//! How the shop and its people write to each other, for members.

use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::ApiState;
use super::extract::Json;
use super::problem::{Problem, ProblemBody};
use crate::app::Caller;
use crate::app::contact::ShopContact;
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

/// The shop's contact and what becomes of its mail.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ContactView {
    #[serde(flatten)]
    contact: Contact,
    /// False where no SMTP server is configured, so that letters are only written as files.
    is_mail_sent: bool,
}

impl ContactView {
    fn of(state: &ApiState, contact: ShopContact) -> axum::Json<Self> {
        let contact = Contact { language: contact.language, email: contact.email };
        axum::Json(Self { contact, is_mail_sent: state.app.is_mail_sent() })
    }
}

/// The shop's contact.
#[utoipa::path(get, path = "/shop/contact", tag = "settings",
    responses((status = 200, body = ContactView), (status = 403, body = ProblemBody)))]
async fn get_contact(
    State(state): State<ApiState>,
    caller: Caller,
) -> Result<axum::Json<ContactView>, Problem> {
    let contact = state.app.get_contact(&caller).await?;
    Ok(ContactView::of(&state, contact))
}

/// Changes the shop's contact.
#[utoipa::path(put, path = "/shop/contact", tag = "settings", request_body = Contact,
    responses((status = 200, body = ContactView), (status = 403, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn put_contact(
    State(state): State<ApiState>,
    caller: Caller,
    Json(body): Json<Contact>,
) -> Result<axum::Json<ContactView>, Problem> {
    let contact = state.app.set_contact(&caller, body.language, body.email.as_deref()).await?;
    Ok(ContactView::of(&state, contact))
}
