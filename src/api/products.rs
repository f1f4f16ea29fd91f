//! The catalogue's endpoints.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::extract::{Json, Path, Query};
use super::problem::{Problem, ProblemBody};
use super::{ApiState, PageBody};
use crate::app::Caller;
use crate::app::page::PageRequest;
use crate::app::products::{NewProduct, NewVariant, ProductChange, VariantChange};
use crate::domain::ids::{ProductId, VariantId};
use crate::domain::money::Currency;
use crate::domain::problem::Code;
use crate::domain::product::{ImageStatus, Product, ProductStatus, ProductView, Units, VariantView};
use crate::domain::withdrawal::WithdrawalExemption;

/// The endpoints of this file.
pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(list_products, create_product))
        .routes(routes!(get_product, update_product, delete_product))
        .routes(routes!(create_variant))
        .routes(routes!(update_variant, delete_variant))
        .routes(routes!(put_stock))
}

/// A product as members see it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Product)]
pub struct ProductDetail {
    /// What viewers see, but for the variants.
    #[serde(flatten)]
    view: ProductHead,
    variants: Vec<VariantDetail>,
    status: ProductStatus,
    /// For `If-Match`.
    version: i64,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    /// Pictures still to be fetched.
    pending_images: usize,
    failed_images: Vec<FailedImage>,
}

/// The part of a product that it shares with what viewers see.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ProductHead {
    id: ProductId,
    handle: String,
    title: String,
    description: String,
    option_names: Vec<String>,
    images: Vec<crate::domain::product::ImageView>,
    /// Why a buyer cannot give it back.
    exemption: Option<WithdrawalExemption>,
}

/// A variant as members see it; `stock = available + reserved + sold`.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Variant)]
struct VariantDetail {
    #[serde(flatten)]
    view: VariantView,
    stock: i64,
    reserved: i64,
    sold: i64,
}

/// A picture that could not be had.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct FailedImage {
    source_url: Option<String>,
    failure: Option<String>,
}

impl ProductDetail {
    /// The member's view of a product priced in the shop's currency.
    #[must_use]
    pub fn of(product: &Product, currency: Currency) -> Self {
        let view = ProductView::of(product, currency);
        let is_failed = |image: &&crate::domain::product::Image| image.status == ImageStatus::Failed;
        Self {
            view: ProductHead {
                id: view.id,
                handle: view.handle,
                title: view.title,
                description: view.description,
                option_names: view.option_names,
                images: view.images,
                exemption: view.exemption,
            },
            variants: product
                .variants
                .iter()
                .zip(view.variants)
                .map(|(variant, view)| VariantDetail {
                    view,
                    stock: variant.stock().get(),
                    reserved: variant.reserved.get(),
                    sold: variant.sold.get(),
                })
                .collect(),
            status: product.status,
            version: product.version,
            created_at: product.created_at,
            updated_at: product.updated_at,
            pending_images: product
                .images
                .iter()
                .filter(|image| image.status == ImageStatus::Pending)
                .count(),
            failed_images: product
                .images
                .iter()
                .filter(is_failed)
                .map(|image| FailedImage {
                    source_url: image.source_url.clone(),
                    failure: image.failure.clone(),
                })
                .collect(),
        }
    }
}

/// What a list of products is narrowed to.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
struct ListParams {
    /// Words in title, handle or SKU.
    search: Option<String>,
    /// `active` where it is missing.
    status: Option<ProductStatus>,
    /// 1 to 100.
    limit: Option<i64>,
    /// From the page before.
    cursor: Option<String>,
}

/// New stock of a variant, sold and reserved pieces included.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct Stock {
    stock: i64,
}

/// Lists products, newest first.
#[utoipa::path(get, path = "/products", tag = "catalogue", params(ListParams),
    responses((status = 200, body = PageBody<ProductDetail>), (status = 400, body = ProblemBody)))]
async fn list_products(
    State(state): State<ApiState>,
    caller: Caller,
    Query(params): Query<ListParams>,
) -> Result<axum::Json<PageBody<ProductDetail>>, Problem> {
    let page = PageRequest::new(params.limit, params.cursor.as_deref())?;
    let status = params.status.unwrap_or(ProductStatus::Active);
    let products = state.app.list_products(&caller, status, params.search.as_deref(), &page).await?;
    let currency = state.app.get_shop(caller.shop).await?.currency;
    Ok(axum::Json(products.map(|product| ProductDetail::of(&product, currency)).into()))
}

/// Adds a product with its variants.
#[utoipa::path(post, path = "/products", tag = "catalogue", request_body = NewProduct,
    responses((status = 201, body = ProductDetail), (status = 409, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn create_product(
    State(state): State<ApiState>,
    caller: Caller,
    Json(new): Json<NewProduct>,
) -> Result<(StatusCode, axum::Json<ProductDetail>), Problem> {
    let product = state.app.create_product(&caller, &new).await?;
    Ok((StatusCode::CREATED, detail(&state, &caller, &product).await?))
}

/// One product.
#[utoipa::path(get, path = "/products/{product}", tag = "catalogue", params(("product" = ProductId, Path)),
    responses((status = 200, body = ProductDetail), (status = 404, body = ProblemBody)))]
async fn get_product(
    State(state): State<ApiState>,
    caller: Caller,
    Path(id): Path<ProductId>,
) -> Result<axum::Json<ProductDetail>, Problem> {
    let product = state.app.get_product(&caller, id).await?;
    detail(&state, &caller, &product).await
}

/// Changes a product; `If-Match: "<version>"` refuses to overwrite somebody else's change.
#[utoipa::path(patch, path = "/products/{product}", tag = "catalogue", params(("product" = ProductId, Path)),
    request_body = ProductChange,
    responses((status = 200, body = ProductDetail), (status = 412, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn update_product(
    State(state): State<ApiState>,
    caller: Caller,
    Path(id): Path<ProductId>,
    headers: HeaderMap,
    Json(change): Json<ProductChange>,
) -> Result<axum::Json<ProductDetail>, Problem> {
    let version = if_match(&headers)?;
    let product = state.app.update_product(&caller, id, version, &change).await?;
    detail(&state, &caller, &product).await
}

/// Deletes a product that was never ordered.
#[utoipa::path(delete, path = "/products/{product}", tag = "catalogue", params(("product" = ProductId, Path)),
    responses((status = 204), (status = 409, body = ProblemBody)))]
async fn delete_product(
    State(state): State<ApiState>,
    caller: Caller,
    Path(id): Path<ProductId>,
) -> Result<StatusCode, Problem> {
    state.app.delete_product(&caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Adds a variant to a product.
#[utoipa::path(post, path = "/products/{product}/variants", tag = "catalogue", params(("product" = ProductId, Path)),
    request_body = NewVariant,
    responses((status = 201, body = ProductDetail), (status = 409, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn create_variant(
    State(state): State<ApiState>,
    caller: Caller,
    Path(id): Path<ProductId>,
    Json(new): Json<NewVariant>,
) -> Result<(StatusCode, axum::Json<ProductDetail>), Problem> {
    let product = state.app.create_variant(&caller, id, &new).await?;
    Ok((StatusCode::CREATED, detail(&state, &caller, &product).await?))
}

/// Changes a variant.
#[utoipa::path(patch, path = "/variants/{variant}", tag = "catalogue", params(("variant" = VariantId, Path)),
    request_body = VariantChange,
    responses((status = 200, body = ProductDetail), (status = 409, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn update_variant(
    State(state): State<ApiState>,
    caller: Caller,
    Path(id): Path<VariantId>,
    Json(change): Json<VariantChange>,
) -> Result<axum::Json<ProductDetail>, Problem> {
    let product = state.app.update_variant(&caller, id, &change).await?;
    detail(&state, &caller, &product).await
}

/// Deletes a variant that was never ordered.
#[utoipa::path(delete, path = "/variants/{variant}", tag = "catalogue", params(("variant" = VariantId, Path)),
    responses((status = 200, body = ProductDetail), (status = 409, body = ProblemBody)))]
async fn delete_variant(
    State(state): State<ApiState>,
    caller: Caller,
    Path(id): Path<VariantId>,
) -> Result<axum::Json<ProductDetail>, Problem> {
    let product = state.app.delete_variant(&caller, id).await?;
    detail(&state, &caller, &product).await
}

/// Sets a variant's stock, sold and reserved pieces included.
#[utoipa::path(put, path = "/variants/{variant}/stock", tag = "catalogue", params(("variant" = VariantId, Path)),
    request_body = Stock,
    responses((status = 200, body = ProductDetail), (status = 409, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn put_stock(
    State(state): State<ApiState>,
    caller: Caller,
    Path(id): Path<VariantId>,
    Json(body): Json<Stock>,
) -> Result<axum::Json<ProductDetail>, Problem> {
    let stock = Units::new(body.stock).ok_or_else(|| Problem::field("/stock", "out_of_range"))?;
    let product = state.app.set_stock(&caller, id, stock).await?;
    detail(&state, &caller, &product).await
}

async fn detail(
    state: &ApiState,
    caller: &Caller,
    product: &Product,
) -> Result<axum::Json<ProductDetail>, Problem> {
    let currency = state.app.get_shop(caller.shop).await?.currency;
    Ok(axum::Json(ProductDetail::of(product, currency)))
}

/// The version that `If-Match` names, as a quoted number.
fn if_match(headers: &HeaderMap) -> Result<Option<i64>, Problem> {
    let Some(value) = headers.get(header::IF_MATCH) else { return Ok(None) };
    let version = value.to_str().ok().and_then(|text| text.trim_matches('"').parse().ok());
    version.map(Some).ok_or_else(|| Problem::new(Code::Stale, "If-Match names no version of this product"))
}
