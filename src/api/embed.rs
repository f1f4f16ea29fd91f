//! Shows on other sites: the script, the page that it frames, and the list of sites for members.

use axum::Router;
use axum::extract::{Path, RawQuery, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::ApiState;
use super::extract::Json;
use super::problem::{Problem, ProblemBody};
use crate::app::Caller;
use crate::app::shows::ShowRef;
use crate::assets;
use crate::domain::embed::EmbedSettings;

/// The endpoints of this file.
pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(get_embed_settings, put_embed_settings))
}

/// What other sites load.
pub fn public_routes() -> Router<ApiState> {
    Router::new().route("/embed.js", get(script)).route("/embed/show/{slug}", get(page))
}

async fn script(headers: HeaderMap) -> Response {
    assets::embed_script(&headers)
}

async fn page(
    State(state): State<ApiState>,
    RawQuery(query): RawQuery,
    Path(slug): Path<String>,
    headers: HeaderMap,
) -> Response {
    // The plain page is never framed: its forms buy.
    if query.as_deref() == Some("plain") {
        return Redirect::to(&format!("/show/{}?plain", path_part(&slug))).into_response();
    }
    match state.app.embed_sites(&ShowRef::from(slug.as_str())).await {
        Ok(sites) => assets::embed(sites, &headers),
        Err(error) => Problem::from(error).into_response(),
    }
}

/// A text as one part of a path.
fn path_part(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20")
}

/// The sites that may embed the shop's shows.
#[utoipa::path(get, path = "/shop/embed", tag = "settings",
    responses((status = 200, body = EmbedSettings), (status = 403, body = ProblemBody)))]
async fn get_embed_settings(
    State(state): State<ApiState>,
    caller: Caller,
) -> Result<axum::Json<EmbedSettings>, Problem> {
    Ok(axum::Json(state.app.get_embed_settings(&caller).await?))
}

/// Changes the sites that may embed the shop's shows; without any, nobody may.
#[utoipa::path(put, path = "/shop/embed", tag = "settings", request_body = EmbedSettings,
    responses((status = 200, body = EmbedSettings), (status = 403, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn put_embed_settings(
    State(state): State<ApiState>,
    caller: Caller,
    Json(body): Json<EmbedSettings>,
) -> Result<axum::Json<EmbedSettings>, Problem> {
    Ok(axum::Json(state.app.set_embed_settings(&caller, body).await?))
}
