//! Shows: planning and running them, and what viewers read of them.

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::request::Parts;
use serde::{Deserialize, Serialize};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::extract::{Json, Path, Query};
use super::problem::{Problem, ProblemBody};
use super::{ApiState, PageBody};
use crate::app::Caller;
use crate::app::page::PageRequest;
use crate::app::shows::{NewShow, ShowChange, ShowRef};
use crate::domain::ids::{ProductId, ShowId, ViewerId};
use crate::domain::show::{ShopView, ShowStatus, ShowSummary, ShowView};

/// The endpoints of this file.
pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(get_storefront))
        .routes(routes!(list_shows, create_show))
        .routes(routes!(get_show, update_show, delete_show))
        .routes(routes!(put_status))
        .routes(routes!(put_lineup))
        .routes(routes!(put_featured_product, delete_featured_product))
        .routes(routes!(create_viewer))
}

/// The shop at the root of the site and what it announces.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Storefront {
    shop: ShopView,
    /// Live ones first, then the next ones, then the past.
    shows: Vec<ShowSummary>,
}

/// A show with its shop, and where its events stood at that moment.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ShowPage {
    shop: ShopView,
    show: ShowView,
    /// `<epoch>:<seq>`, to be sent as `after` to the socket.
    position: String,
}

/// A viewer of a show.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct NewViewer {
    /// Goes out as bearer token and in the socket's first frame.
    token: String,
    viewer_id: ViewerId,
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
struct ListParams {
    /// 1 to 100.
    limit: Option<i64>,
    /// From the page before.
    cursor: Option<String>,
}

/// Where a show shall stand.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct Status {
    status: ShowStatus,
}

/// The products of a show in order.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct Lineup {
    product_ids: Vec<ProductId>,
}

/// The products on screen.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Featured {
    /// The primary one first.
    featured: Vec<ProductId>,
}

/// The shop and the shows it announces.
#[utoipa::path(get, path = "/storefront", tag = "viewers",
    responses((status = 200, body = Storefront), (status = 404, body = ProblemBody)))]
async fn get_storefront(State(state): State<ApiState>) -> Result<axum::Json<Storefront>, Problem> {
    let (shop, shows) = state.app.storefront().await?;
    Ok(axum::Json(Storefront { shop, shows }))
}

/// One show by id or slug; drafts only for members.
#[utoipa::path(get, path = "/shows/{show}", tag = "viewers", params(("show" = String, Path, description = "Id or slug")),
    responses((status = 200, body = ShowPage), (status = 404, body = ProblemBody)))]
async fn get_show(
    State(state): State<ApiState>,
    Path(show): Path<String>,
    parts: Parts,
) -> Result<axum::Json<ShowPage>, Problem> {
    let caller = super::auth::caller(&parts, &state).await.ok();
    let snapshot = state.app.snapshot(&ShowRef::from(show.as_str()), caller.as_ref()).await?;
    let position = format!("{}:{}", state.app.epoch(), snapshot.last_seq);
    Ok(axum::Json(ShowPage { shop: snapshot.shop, show: snapshot.show, position }))
}

/// Makes an anonymous viewer.
#[utoipa::path(post, path = "/shows/{show}/viewers", tag = "viewers", params(("show" = String, Path, description = "Id or slug")),
    responses((status = 201, body = NewViewer), (status = 404, body = ProblemBody)))]
async fn create_viewer(
    State(state): State<ApiState>,
    Path(show): Path<String>,
) -> Result<(StatusCode, axum::Json<NewViewer>), Problem> {
    let show = state.app.find_public_show(&ShowRef::from(show.as_str())).await?;
    let (viewer, token) = state.app.create_viewer(show.shop_id);
    Ok((StatusCode::CREATED, axum::Json(NewViewer { token, viewer_id: viewer.id })))
}

/// Lists the shop's shows, newest first.
#[utoipa::path(get, path = "/shows", tag = "shows", params(ListParams),
    responses((status = 200, body = PageBody<ShowSummary>), (status = 401, body = ProblemBody)))]
async fn list_shows(
    State(state): State<ApiState>,
    caller: Caller,
    Query(params): Query<ListParams>,
) -> Result<axum::Json<PageBody<ShowSummary>>, Problem> {
    let page = PageRequest::new(params.limit, params.cursor.as_deref())?;
    Ok(axum::Json(state.app.list_shows(&caller, &page).await?.into()))
}

/// Plans a show.
#[utoipa::path(post, path = "/shows", tag = "shows", request_body = NewShow,
    responses((status = 201, body = ShowView), (status = 409, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn create_show(
    State(state): State<ApiState>,
    caller: Caller,
    Json(new): Json<NewShow>,
) -> Result<(StatusCode, axum::Json<ShowView>), Problem> {
    Ok((StatusCode::CREATED, axum::Json(state.app.create_show(&caller, new).await?)))
}

/// Changes what a show announces.
#[utoipa::path(patch, path = "/shows/{show}", tag = "shows", params(("show" = ShowId, Path)), request_body = ShowChange,
    responses((status = 200, body = ShowView), (status = 422, body = ProblemBody)))]
async fn update_show(
    State(state): State<ApiState>,
    caller: Caller,
    Path(show): Path<ShowId>,
    Json(change): Json<ShowChange>,
) -> Result<axum::Json<ShowView>, Problem> {
    Ok(axum::Json(state.app.update_show(&caller, show, change).await?))
}

/// Deletes a show that has not begun.
#[utoipa::path(delete, path = "/shows/{show}", tag = "shows", params(("show" = ShowId, Path)),
    responses((status = 204), (status = 409, body = ProblemBody)))]
async fn delete_show(
    State(state): State<ApiState>,
    caller: Caller,
    Path(show): Path<ShowId>,
) -> Result<StatusCode, Problem> {
    state.app.delete_show(&caller, show).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Moves a show on: schedule, go live, pause, end.
#[utoipa::path(put, path = "/shows/{show}/status", tag = "shows", params(("show" = ShowId, Path)), request_body = Status,
    responses((status = 200, body = ShowView), (status = 409, body = ProblemBody)))]
async fn put_status(
    State(state): State<ApiState>,
    caller: Caller,
    Path(show): Path<ShowId>,
    Json(body): Json<Status>,
) -> Result<axum::Json<ShowView>, Problem> {
    Ok(axum::Json(state.app.set_show_status(&caller, show, body.status).await?))
}

/// Replaces the lineup.
#[utoipa::path(put, path = "/shows/{show}/lineup", tag = "shows", params(("show" = ShowId, Path)), request_body = Lineup,
    responses((status = 200, body = ShowView), (status = 422, body = ProblemBody)))]
async fn put_lineup(
    State(state): State<ApiState>,
    caller: Caller,
    Path(show): Path<ShowId>,
    Json(body): Json<Lineup>,
) -> Result<axum::Json<ShowView>, Problem> {
    Ok(axum::Json(state.app.set_lineup(&caller, show, &body.product_ids).await?))
}

/// Puts a product on screen as the primary one.
#[utoipa::path(put, path = "/shows/{show}/featured-products/{product}", tag = "shows",
    params(("show" = ShowId, Path), ("product" = ProductId, Path)),
    responses((status = 200, body = Featured), (status = 404, body = ProblemBody)))]
async fn put_featured_product(
    State(state): State<ApiState>,
    caller: Caller,
    Path((show, product)): Path<(ShowId, ProductId)>,
) -> Result<axum::Json<Featured>, Problem> {
    let featured = state.app.feature_product(&caller, show, product).await?;
    Ok(axum::Json(Featured { featured }))
}

/// Takes a product off the screen.
#[utoipa::path(delete, path = "/shows/{show}/featured-products/{product}", tag = "shows",
    params(("show" = ShowId, Path), ("product" = ProductId, Path)),
    responses((status = 200, body = Featured), (status = 404, body = ProblemBody)))]
async fn delete_featured_product(
    State(state): State<ApiState>,
    caller: Caller,
    Path((show, product)): Path<(ShowId, ProductId)>,
) -> Result<axum::Json<Featured>, Problem> {
    let featured = state.app.unfeature_product(&caller, show, product).await?;
    Ok(axum::Json(Featured { featured }))
}
