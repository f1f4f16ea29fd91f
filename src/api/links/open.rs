//! `/l/{code}`: where people land who open a link, and the link as a QR code.
//!
//! The answer is a redirection without a cookie; its body holds the same preview as the page that it
//! leads to, for readers that do not follow. Opening never buys anything: `?buy` only asks the page
//! to have the product ready.

use axum::Router;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, HeaderName, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde::Deserialize;

use super::{card, qr};
use crate::api::ApiState;
use crate::api::edge::client::subscriber;
use crate::api::extract::{ClientAddress, Path, Query};
use crate::api::problem::Problem;
use crate::app::links::Opened;
use crate::app::shows::ShowRef;
use crate::assets;
use crate::domain::link::{LinkCode, is_crawler};
use crate::domain::text::escaped_html as escaped;

/// Parameters that visitors bring along; others are left behind.
const KEPT: [&str; 3] = ["buy", "plain", "lang"];
/// Characters of such a parameter's value.
const VALUE_CHARS_MAX: usize = 16;
/// QR codes of a code never change; that one is taken back is learnt by opening it.
const QR_CACHING: &str = "public, max-age=3600";

/// The routes of people and their telephones.
pub fn routes() -> Router<ApiState> {
    Router::new()
        .route("/l/{code}", get(open_link))
        .route("/l/{code}/qr.svg", get(qr_svg))
        .route("/l/{code}/qr.png", get(qr_png))
        .route("/overlay/{show}", get(|headers: HeaderMap| async move { assets::overlay(&headers) }))
}

async fn open_link(
    State(state): State<ApiState>,
    ClientAddress(address): ClientAddress,
    Path(code): Path<String>,
    RawQuery(query): RawQuery,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let code = LinkCode::parse(&code);
    let Opened { link, landing } = state.app.open_link(code.as_ref()).await?;
    let is_person = method == Method::GET && !is_crawler(header_text(&headers, &header::USER_AGENT));
    if let Some(link) = link.filter(|_| is_person && !is_fetched_ahead(&headers)) {
        state.app.count_click(link.id, subscriber(address));
    }
    let place = landing.address(&kept(query.as_deref()));
    let tags = match &landing.show {
        Some(show) => {
            let show = ShowRef::from(show.as_str());
            let found = state.app.find_card(&show, landing.product.as_deref(), landing.variant).await;
            // The way there matters more than its preview.
            found.map(|found| card::tags(&found, &format!("{}{place}", state.app.public_url()))).ok()
        }
        None => None,
    };
    let page = format!(
        "<!doctype html><html><head><meta charset=\"utf-8\">{}</head><body><a href=\"{place}\">{place}</a></body></html>",
        tags.unwrap_or_else(|| "<title>Vetrina</title>".to_owned()),
        place = escaped(&place),
    );
    let fixed = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        (HeaderName::from_static("x-robots-tag"), "noindex"),
    ];
    Ok((StatusCode::FOUND, fixed, [(header::LOCATION, place)], page).into_response())
}

/// The parameters that go along to where the link leads.
fn kept(query: Option<&str>) -> Vec<(&'static str, String)> {
    let pairs = url::form_urlencoded::parse(query.unwrap_or_default().as_bytes());
    let mut kept: Vec<(&'static str, String)> = Vec::new();
    for (name, value) in pairs {
        let known = KEPT.into_iter().find(|known| *known == name);
        if let Some(known) = known.filter(|known| !kept.iter().any(|(other, _)| other == known)) {
            kept.push((known, value.chars().take(VALUE_CHARS_MAX).collect()));
        }
    }
    kept
}

/// Browsers and messengers fetch ahead what a person may never open.
fn is_fetched_ahead(headers: &HeaderMap) -> bool {
    ["sec-purpose", "purpose", "x-purpose", "x-moz"].iter().any(|name| {
        let value = header_text(headers, &HeaderName::from_static(name)).to_ascii_lowercase();
        value.contains("prefetch") || value.contains("preview")
    })
}

fn header_text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> &'a str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// How a QR code is drawn.
#[derive(Debug, Deserialize)]
struct QrParams {
    /// Pixels of each side.
    size: Option<u32>,
    /// Whether it asks to have the product ready.
    buy: Option<String>,
}

async fn qr_svg(
    State(state): State<ApiState>,
    Path(code): Path<String>,
    Query(params): Query<QrParams>,
) -> Result<Response, Problem> {
    let (text, size) = qr_text(&state, &code, &params).await?;
    let drawn = qr::svg(&text, size).ok_or_else(Problem::not_found)?;
    Ok(([(header::CONTENT_TYPE, "image/svg+xml"), (header::CACHE_CONTROL, QR_CACHING)], drawn)
        .into_response())
}

async fn qr_png(
    State(state): State<ApiState>,
    Path(code): Path<String>,
    Query(params): Query<QrParams>,
) -> Result<Response, Problem> {
    let (text, size) = qr_text(&state, &code, &params).await?;
    let drawn = qr::png(&text, size).ok_or_else(Problem::not_found)?;
    Ok(([(header::CONTENT_TYPE, "image/png"), (header::CACHE_CONTROL, QR_CACHING)], drawn).into_response())
}

/// What the QR code of a link says, and how large it is drawn.
async fn qr_text(state: &ApiState, code: &str, params: &QrParams) -> Result<(String, u32), Problem> {
    let size = params.size.unwrap_or(qr::SIZE_DEFAULT);
    if !qr::SIZES.contains(&size) {
        return Err(Problem::field("size", "out_of_range"));
    }
    let code = LinkCode::parse(code).ok_or_else(Problem::not_found)?;
    if state.app.open_link(Some(&code)).await?.link.is_none() {
        return Err(Problem::not_found());
    }
    let buy = if params.buy.is_some() { "?buy" } else { "" };
    Ok((format!("{}{}{buy}", state.app.public_url(), code.path()), size))
}
