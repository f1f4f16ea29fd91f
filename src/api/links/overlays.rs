//! Overlays: their keys for members, and what a page with such a key asks for.

use axum::extract::{FromRequestParts, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::api::ApiState;
use crate::api::extract::{Json, Path, bearer};
use crate::api::problem::{Problem, ProblemBody};
use crate::app::Caller;
use crate::app::overlays::Overlay;
use crate::app::shows::ShowRef;
use crate::domain::ids::{OverlayKeyId, ProductId, ShowId};
use crate::domain::language::Language;
use crate::domain::link::{LinkSource, OverlayKey as Stored};
use crate::domain::problem::Code;

/// What stands in an address instead of a show for the one of this moment.
const CURRENT: &str = "current";

/// The endpoints of this file.
pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(list_overlay_keys, create_overlay_key))
        .routes(routes!(delete_overlay_key))
        .routes(routes!(get_overlay_show))
        .routes(routes!(put_overlay_link))
}

impl FromRequestParts<ApiState> for Overlay {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, Problem> {
        let found = match bearer(&parts.headers) {
            Some(token) => state.app.find_overlay(token).await?,
            None => None,
        };
        found.ok_or_else(|| Problem::new(Code::Unauthenticated, "send the overlay's key as bearer token"))
    }
}

/// What a member wants of an overlay.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct NewOverlayKey {
    /// The shop's own words for it, up to 80 characters.
    name: String,
    /// Where the picture under the overlay is shown.
    source: LinkSource,
}

/// The key of an overlay, without its token.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct OverlayKey {
    id: OverlayKeyId,
    name: String,
    source: LinkSource,
    created_at: DateTime<Utc>,
    /// When an overlay was last seen with it, to the minute.
    seen_at: Option<DateTime<Utc>>,
}

impl From<Stored> for OverlayKey {
    fn from(key: Stored) -> Self {
        let Stored { id, name, source, created_at, seen_at, .. } = key;
        Self { id, name, source, created_at, seen_at }
    }
}

/// A key that was just made.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct MadeOverlayKey {
    #[serde(flatten)]
    key: OverlayKey,
    /// Told this once; it goes behind the `#` of the overlay's address.
    token: String,
}

/// The overlay keys of a shop.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct OverlayKeys {
    /// Newest first, 20 at most.
    items: Vec<OverlayKey>,
}

/// The show that an overlay shows.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct OverlayShow {
    show_id: ShowId,
    /// Of the shop's texts.
    language: Language,
}

/// The link that an overlay shows for a product.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct OverlayLink {
    /// The last part of the address.
    code: String,
    /// What the QR code says.
    url: String,
}

/// Lists the overlay keys that work, newest first.
#[utoipa::path(get, path = "/overlay-keys", tag = "links",
    responses((status = 200, body = OverlayKeys), (status = 403, body = ProblemBody)))]
async fn list_overlay_keys(
    State(state): State<ApiState>,
    caller: Caller,
) -> Result<axum::Json<OverlayKeys>, Problem> {
    let keys = state.app.list_overlay_keys(&caller).await?;
    Ok(axum::Json(OverlayKeys { items: keys.into_iter().map(OverlayKey::from).collect() }))
}

/// Makes a key for an overlay.
#[utoipa::path(post, path = "/overlay-keys", tag = "links", request_body = NewOverlayKey,
    responses((status = 201, body = MadeOverlayKey), (status = 409, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn create_overlay_key(
    State(state): State<ApiState>,
    caller: Caller,
    Json(body): Json<NewOverlayKey>,
) -> Result<(StatusCode, axum::Json<MadeOverlayKey>), Problem> {
    let (key, token) = state.app.create_overlay_key(&caller, &body.name, body.source).await?;
    Ok((StatusCode::CREATED, axum::Json(MadeOverlayKey { key: key.into(), token })))
}

/// Revokes a key; overlays that use it are closed within seconds.
#[utoipa::path(delete, path = "/overlay-keys/{key}", tag = "links", params(("key" = OverlayKeyId, Path)),
    responses((status = 204), (status = 404, body = ProblemBody)))]
async fn delete_overlay_key(
    State(state): State<ApiState>,
    caller: Caller,
    Path(key): Path<OverlayKeyId>,
) -> Result<StatusCode, Problem> {
    state.app.revoke_overlay_key(&caller, key).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The show that an overlay shows.
#[utoipa::path(get, path = "/overlay/shows/{show}", tag = "links",
    params(("show" = String, Path, description = "Id, slug, or `current` for the one on air, else the next one")),
    responses((status = 200, body = OverlayShow), (status = 401, body = ProblemBody), (status = 404, body = ProblemBody)))]
async fn get_overlay_show(
    State(state): State<ApiState>,
    overlay: Overlay,
    Path(show): Path<String>,
) -> Result<axum::Json<OverlayShow>, Problem> {
    let wanted = (show != CURRENT).then(|| ShowRef::from(show.as_str()));
    let show = state.app.overlay_show(overlay, wanted.as_ref()).await?;
    let language = state.app.shop_language(overlay.shop).await?;
    Ok(axum::Json(OverlayShow { show_id: show.id, language }))
}

/// The link for a product that an overlay shows; the first time it is made.
#[utoipa::path(put, path = "/overlay/shows/{show}/links/{product}", tag = "links",
    params(("show" = ShowId, Path), ("product" = ProductId, Path)),
    responses((status = 200, body = OverlayLink), (status = 401, body = ProblemBody), (status = 404, body = ProblemBody),
        (status = 409, body = ProblemBody)))]
async fn put_overlay_link(
    State(state): State<ApiState>,
    overlay: Overlay,
    Path((show, product)): Path<(ShowId, ProductId)>,
) -> Result<axum::Json<OverlayLink>, Problem> {
    let link = state.app.overlay_link(overlay, show, product).await?;
    let url = format!("{}{}", state.app.public_url(), link.code.path());
    Ok(axum::Json(OverlayLink { code: link.code.to_string(), url }))
}
