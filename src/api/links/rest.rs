//! The links of a shop, for members.

use axum::extract::State;
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::api::extract::{Json, Path, Query};
use crate::api::problem::{Problem, ProblemBody};
use crate::api::{ApiState, PageBody};
use crate::app::Caller;
use crate::app::links::{LinkChoice, LinkDetail, NewLink as Wanted};
use crate::app::page::PageRequest;
use crate::domain::ids::{LinkId, OverlayKeyId, ProductId, ShowId, VariantId};
use crate::domain::link::{LinkFigures, LinkSource, LinkStatus};

/// The endpoints of this file.
pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(list_links, create_link)).routes(routes!(get_link, delete_link))
}

/// What a member wants of a link; a show, a product, or both.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct NewLink {
    /// The show it opens; without one, whichever show has the product.
    show_id: Option<ShowId>,
    /// The product it opens.
    product_id: Option<ProductId>,
    /// The variant that is chosen there; needs the product.
    variant_id: Option<VariantId>,
    /// Where it is published.
    source: LinkSource,
    /// The shop's own words for it, up to 80 characters.
    #[serde(default)]
    label: String,
    /// When it stops leading anywhere by itself.
    expires_at: Option<DateTime<Utc>>,
}

/// A link with what it leads to and what it brought.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Link {
    id: LinkId,
    /// The last part of the address.
    code: String,
    /// The full address; with `/qr.svg` or `/qr.png` behind it, its QR code.
    url: String,
    show_id: Option<ShowId>,
    /// `null` without a show, or when it was deleted.
    show_title: Option<String>,
    product_id: Option<ProductId>,
    /// `null` without a product, or when it was deleted.
    product_title: Option<String>,
    variant_id: Option<VariantId>,
    /// `null` without a variant, or when it was deleted.
    variant_title: Option<String>,
    source: LinkSource,
    /// The shop's own words for it; may be empty.
    label: String,
    /// The overlay that it was made for.
    overlay_key_id: Option<OverlayKeyId>,
    status: LinkStatus,
    figures: LinkFigures,
    created_at: DateTime<Utc>,
    expires_at: Option<DateTime<Utc>>,
    withdrawn_at: Option<DateTime<Utc>>,
}

impl Link {
    fn of(state: &ApiState, detail: LinkDetail) -> Self {
        let LinkDetail { link, status, target, figures } = detail;
        Self {
            id: link.id,
            url: format!("{}{}", state.app.public_url(), link.code.path()),
            code: link.code.to_string(),
            show_id: link.show_id,
            show_title: target.show_title,
            product_id: link.product_id,
            product_title: target.product_title,
            variant_id: link.variant_id,
            variant_title: target.option_values.map(|values| values.join(" / ")),
            source: link.source,
            label: link.label,
            overlay_key_id: link.overlay_key_id,
            status,
            figures,
            created_at: link.created_at,
            expires_at: link.expires_at,
            withdrawn_at: link.withdrawn_at,
        }
    }
}

/// Parameters of the list.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListParams {
    /// 1 to 100, by default 50.
    limit: Option<i64>,
    /// From the page before.
    cursor: Option<String>,
    /// To one show only.
    show: Option<ShowId>,
    /// Published in one place only.
    source: Option<LinkSource>,
    /// Only those made for overlays, or only the others.
    is_overlay: Option<bool>,
}

/// Lists the shop's links, newest first.
#[utoipa::path(get, path = "/links", tag = "links", params(ListParams),
    responses((status = 200, body = PageBody<Link>), (status = 403, body = ProblemBody)))]
async fn list_links(
    State(state): State<ApiState>,
    caller: Caller,
    Query(params): Query<ListParams>,
) -> Result<axum::Json<PageBody<Link>>, Problem> {
    let page = PageRequest::new(params.limit, params.cursor.as_deref())?;
    let ListParams { show, source, is_overlay, .. } = params;
    let links = state.app.list_links(&caller, LinkChoice { show, source, is_overlay }, &page).await?;
    Ok(axum::Json(links.map(|link| Link::of(&state, link)).into()))
}

/// Makes a link.
#[utoipa::path(post, path = "/links", tag = "links", request_body = NewLink,
    responses((status = 201, body = Link), (status = 409, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn create_link(
    State(state): State<ApiState>,
    caller: Caller,
    Json(body): Json<NewLink>,
) -> Result<(StatusCode, axum::Json<Link>), Problem> {
    let NewLink { show_id, product_id, variant_id, source, label, expires_at } = body;
    let wanted = Wanted { show_id, product_id, variant_id, source, label, expires_at };
    let link = state.app.create_link(&caller, wanted).await?;
    Ok((StatusCode::CREATED, axum::Json(Link::of(&state, link))))
}

/// A link and what it brought.
#[utoipa::path(get, path = "/links/{link}", tag = "links", params(("link" = LinkId, Path)),
    responses((status = 200, body = Link), (status = 404, body = ProblemBody)))]
async fn get_link(
    State(state): State<ApiState>,
    caller: Caller,
    Path(link): Path<LinkId>,
) -> Result<axum::Json<Link>, Problem> {
    Ok(axum::Json(Link::of(&state, state.app.get_link(&caller, link).await?)))
}

/// Takes a link back; what it brought stays known.
#[utoipa::path(delete, path = "/links/{link}", tag = "links", params(("link" = LinkId, Path)),
    responses((status = 200, body = Link), (status = 404, body = ProblemBody)))]
async fn delete_link(
    State(state): State<ApiState>,
    caller: Caller,
    Path(link): Path<LinkId>,
) -> Result<axum::Json<Link>, Problem> {
    Ok(axum::Json(Link::of(&state, state.app.withdraw_link(&caller, link).await?)))
}
