//! The endpoints of pictures: uploads by members, files for everybody.

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde::Deserialize;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::ApiState;
use super::extract::{Json, Path, Query, body, check_media_type};
use super::problem::{Problem, ProblemBody};
use super::products::ProductDetail;
use crate::app::Caller;
use crate::domain::ids::{ImageId, ProductId};
use crate::domain::picture::{ImageSize, UPLOAD_BYTES_MAX};
use crate::domain::product::ImageView;

/// Types under which pictures are sent; what they are, their bytes decide.
const MEDIA_TYPES: [&str; 4] = ["image/jpeg", "image/png", "image/webp", "application/octet-stream"];
/// A year, the longest that caches honour; a picture's bytes never change.
const IMMUTABLE: &str = "public, max-age=31536000, immutable";

/// The endpoints of this file below `/api/v1`.
pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(create_image))
        .routes(routes!(put_image_order))
        .routes(routes!(delete_image))
}

/// The files themselves, outside of `/api`.
pub fn file_routes() -> Router<ApiState> {
    Router::new().route("/images/{image}/{file}", get(image_file))
}

/// What a picture shows.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
struct AltParam {
    /// Says what is seen, for people who do not see it.
    #[serde(default)]
    alt: String,
}

/// A new order of a product's pictures.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct ImageOrder {
    /// These come first; the others follow as they stood.
    image_ids: Vec<ImageId>,
}

/// Adds a picture to a product.
#[utoipa::path(post, path = "/products/{product}/images", tag = "catalogue",
    params(("product" = ProductId, Path), AltParam),
    request_body(content = Vec<u8>, content_type = "image/jpeg"),
    responses((status = 201, body = ImageView), (status = 409, body = ProblemBody),
        (status = 413, body = ProblemBody), (status = 422, body = ProblemBody), (status = 429, body = ProblemBody)))]
async fn create_image(
    State(state): State<ApiState>,
    caller: Caller,
    Path(product): Path<ProductId>,
    Query(params): Query<AltParam>,
    request: Request,
) -> Result<(StatusCode, axum::Json<ImageView>), Problem> {
    check_media_type(request.headers(), &MEDIA_TYPES)?;
    let bytes = body(request, UPLOAD_BYTES_MAX).await?;
    let image = state.app.create_image(&caller, product, &params.alt, bytes).await?;
    Ok((StatusCode::CREATED, axum::Json(image)))
}

/// Puts pictures of a product in front.
#[utoipa::path(put, path = "/products/{product}/images/order", tag = "catalogue",
    params(("product" = ProductId, Path)), request_body = ImageOrder,
    responses((status = 200, body = ProductDetail), (status = 422, body = ProblemBody)))]
async fn put_image_order(
    State(state): State<ApiState>,
    caller: Caller,
    Path(product): Path<ProductId>,
    Json(order): Json<ImageOrder>,
) -> Result<axum::Json<ProductDetail>, Problem> {
    let product = state.app.set_image_order(&caller, product, &order.image_ids).await?;
    let currency = state.app.get_shop(caller.shop).await?.currency;
    Ok(axum::Json(ProductDetail::of(&product, currency)))
}

/// Deletes a picture.
#[utoipa::path(delete, path = "/images/{image}", tag = "catalogue", params(("image" = ImageId, Path)),
    responses((status = 204), (status = 404, body = ProblemBody)))]
async fn delete_image(
    State(state): State<ApiState>,
    caller: Caller,
    Path(image): Path<ImageId>,
) -> Result<StatusCode, Problem> {
    state.app.delete_image(&caller, image).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn image_file(
    State(state): State<ApiState>,
    Path((image, file)): Path<(ImageId, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let size = file.strip_suffix(".jpg").and_then(ImageSize::parse).ok_or_else(Problem::not_found)?;
    let tag = format!("\"{image}-{size}\"");
    let tag = HeaderValue::from_str(&tag).expect("ids and sizes are ASCII");
    let bytes = if headers.get(header::IF_NONE_MATCH) == Some(&tag) {
        // The bytes of an id never change, so who names the tag has them.
        None
    } else {
        Some(state.app.find_image_file(image, size).await?.ok_or_else(Problem::not_found)?)
    };
    let mut response =
        bytes.map_or_else(|| StatusCode::NOT_MODIFIED.into_response(), IntoResponse::into_response);
    let answer = response.headers_mut();
    answer.insert(header::CONTENT_TYPE, HeaderValue::from_static("image/jpeg"));
    answer.insert(header::CACHE_CONTROL, HeaderValue::from_static(IMMUTABLE));
    answer.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    answer.insert(header::ETAG, tag);
    Ok(response)
}
