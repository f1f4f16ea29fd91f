//! Shoppable links: made by members, opened by everybody, drawn as QR codes and previews.

pub mod card;
mod open;
mod overlays;
mod qr;
mod rest;

pub use self::open::routes as public_routes;
use super::ApiState;
use utoipa_axum::router::OpenApiRouter;

/// The endpoints of this folder below `/api/v1`.
pub fn routes() -> OpenApiRouter<ApiState> {
    rest::routes().merge(overlays::routes())
}
