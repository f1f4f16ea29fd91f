//! Who sells, under which terms, what is kept of people, and how to withdraw: pages without scripts.
//!
//! They are the same with and without scripts, so that every page of ours can lead to them.

mod pages;
mod privacy;
mod withdraw;
mod words;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

pub(super) use self::pages::links;
use self::pages::{LegalPage, PublicPage};
pub(super) use self::words::exemption;
use self::words::words;
use super::{asked, language_of, refuse, respond};
use crate::api::ApiState;
use crate::api::extract::ClientAddress;
use crate::api::problem::Problem;
use crate::app::legal::LegalError;

/// The public pages about shops, and the page on which a buyer withdraws.
pub(super) fn routes() -> Router<ApiState> {
    Router::new()
        .route("/legal", get(front))
        .route("/legal/{page}", get(page).post(ask_for_link))
        .route("/order/{token}/withdrawal", get(withdraw::show).post(withdraw::take))
}

async fn front() -> Response {
    (StatusCode::SEE_OTHER, [(header::LOCATION, "/legal/seller")]).into_response()
}

async fn page(
    State(state): State<ApiState>,
    RawQuery(query): RawQuery,
    Path(page): Path<String>,
    headers: HeaderMap,
) -> Response {
    let language = language_of(query.as_deref(), &headers);
    let Some(page) = PublicPage::parse(&page) else { return refuse(language, Problem::not_found()) };
    let slug = asked(query.as_deref(), "shop");
    match state.app.find_legal_notice(slug.as_deref()).await {
        Ok(notice) => {
            let about = LegalPage { language, page, about: &notice, notice: None };
            respond(StatusCode::OK, &about.document())
        }
        Err(error) => refuse(language, error.into()),
    }
}

/// Somebody who has lost the way to an order asks for it by number and address.
async fn ask_for_link(
    State(state): State<ApiState>,
    RawQuery(query): RawQuery,
    ClientAddress(address): ClientAddress,
    Path(page): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let language = language_of(query.as_deref(), &headers);
    if PublicPage::parse(&page) != Some(PublicPage::Withdrawal) {
        return refuse(language, Problem::not_found());
    }
    let form = std::str::from_utf8(&body).ok();
    let field = |name: &str| asked(form, name).unwrap_or_default();
    let slug = asked(query.as_deref(), "shop");
    let asked =
        state.app.ask_for_order_link(slug.as_deref(), &field("number"), &field("email"), address).await;
    let (status, text) = match asked {
        Ok(()) => (StatusCode::OK, words(language).link_asked),
        Err(LegalError::RateLimited(_)) => (StatusCode::TOO_MANY_REQUESTS, words(language).too_many),
        Err(error) => return refuse(language, error.into()),
    };
    match state.app.find_legal_notice(slug.as_deref()).await {
        Ok(about) => {
            let page =
                LegalPage { language, page: PublicPage::Withdrawal, about: &about, notice: Some(text) };
            respond(status, &page.document())
        }
        Err(error) => refuse(language, error.into()),
    }
}
