//! The edge: HTTP and socket requests in, use cases called, answers out. It decides nothing.

pub mod delivery;
pub mod edge;
pub mod extract;
mod plain;
pub mod problem;

mod auth;
pub mod buyer_orders;
mod chat;
mod checkout_settings;
mod checkouts;
mod contact;
mod demo_stream;
mod embed;
mod figures;
mod health;
mod idempotency;
mod images;
mod imports;
mod legal;
mod links;
mod members;
mod moderation;
mod offers;
mod orders;
mod payment_account;
mod privacy;
mod products;
mod questions;
mod refunds;
mod replays;
mod sessions;
mod shows;
pub mod socket;
mod webhooks;

use axum::{Router, middleware};
use serde::Serialize;
use utoipa::OpenApi;
use utoipa::openapi::OpenApi as Document;
use utoipa_axum::router::OpenApiRouter;
use utoipa_swagger_ui::SwaggerUi;

use self::socket::MemberSnapshot;
use crate::app::App;
use crate::app::page::Page;
use crate::assets;
use crate::domain::event::RecordedEvent;
use crate::hub::Hub;
use crate::payments::Sandbox;
use crate::protocol::{
    CardOpen, ChatSend, Hello, NameSet, QuestionAsk, QuestionUpvote, Resumed, ServerFrame, Welcome,
};

/// What handlers share; cheap to clone.
#[derive(Clone)]
pub struct ApiState {
    /// The use cases.
    pub app: App,
    /// The sockets of this node.
    pub hub: Hub,
}

/// A page of a list.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct PageBody<T> {
    /// Newest first.
    pub items: Vec<T>,
    /// Asks for the next page; `null` on the last one.
    pub next_cursor: Option<String>,
}

impl<T> From<Page<T>> for PageBody<T> {
    fn from(page: Page<T>) -> Self {
        Self { items: page.items, next_cursor: page.next_cursor }
    }
}

#[derive(OpenApi)]
#[openapi(
    info(title = "Vetrina", description = "Self-hosted live selling: shows, catalogue, chat and checkout."),
    // The socket is no path of the document; its frames are described here.
    components(schemas(Hello, ChatSend, NameSet, QuestionAsk, QuestionUpvote, CardOpen, ServerFrame, Welcome, Resumed, MemberSnapshot, RecordedEvent, imports::FormatParam))
)]
struct Info;

/// The routes below `/api/v1`, and the document that describes them.
fn api_v1() -> (Router<ApiState>, Document) {
    OpenApiRouter::with_openapi(Info::openapi())
        .nest(
            "/api/v1",
            OpenApiRouter::new()
                .merge(sessions::routes())
                .merge(products::routes())
                .merge(images::routes())
                .merge(imports::routes())
                .merge(shows::routes())
                .merge(replays::routes())
                .merge(figures::routes())
                .merge(chat::routes())
                .merge(moderation::routes())
                .merge(questions::routes())
                .merge(offers::routes())
                .merge(checkouts::routes())
                .merge(orders::routes())
                .merge(refunds::routes())
                .merge(buyer_orders::routes())
                .merge(contact::routes())
                .merge(embed::routes())
                .merge(links::routes())
                .merge(members::routes())
                .merge(checkout_settings::routes())
                .merge(legal::routes())
                .merge(privacy::routes())
                .merge(payment_account::routes())
                .merge(webhooks::routes()),
        )
        .split_for_parts()
}

/// The OpenAPI document of everything below `/api/v1`.
#[must_use]
pub fn openapi() -> Document {
    api_v1().1
}

/// All routes of the server.
pub fn router(state: ApiState) -> Router {
    let (api, document) = api_v1();
    let api = api.layer(middleware::from_fn_with_state(state.clone(), idempotency::honour_key));
    let docs: Router<ApiState> = SwaggerUi::new("/api/docs").url("/api/v1/openapi.json", document).into();
    let sandbox = state.app.provider().sandbox().map(Sandbox::router);
    let routes = api
        .merge(socket::routes())
        .merge(docs)
        .merge(health::routes())
        .merge(images::file_routes())
        .merge(demo_stream::routes())
        .merge(assets::routes())
        .merge(plain::routes())
        .merge(links::public_routes())
        .merge(embed::public_routes())
        .with_state(state);
    match sandbox {
        Some(sandbox) => routes.merge(sandbox),
        None => routes,
    }
}
