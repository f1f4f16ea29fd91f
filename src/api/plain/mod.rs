//! The storefront, a show and an order for browsers without scripts: plain HTML, forms and links.
//!
//! `?plain` behind the address of a page gives it, and the pages lead there from `noscript`.
//! No cookie is set: a form carries the viewer's token and the key of its click, so the same click
//! sent twice is one reservation. Whoever buys here pays on the provider's own page and comes back
//! to the order's page.

mod html;
mod legal;
mod order_data;
mod price;
mod words;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use self::html::{Document, OrderPage, ShowPage, StorefrontPage};
use self::words::{Words, words};
use super::ApiState;
use super::buyer_orders::PRIVATE;
use super::extract::ClientAddress;
use super::links::card::tags;
use super::problem::Problem;
use crate::app::checkout::{CheckoutError, CheckoutLine, CheckoutRequest};
use crate::app::shows::ShowRef;
use crate::assets;
use crate::domain::checkout::{CheckoutReturn, CheckoutUi};
use crate::domain::delivery::Country;
use crate::domain::ids::OrderId;
use crate::domain::language::Language;
use crate::domain::link::{LinkCode, LinkNotice};
use crate::domain::problem::Code;

/// Bytes of a product's name in an address that are looked at.
const ADDRESS_BYTES_MAX: usize = 200;
const STYLE: &str = include_str!("plain.css");

/// The pages that people open, with scripts or without.
pub fn routes() -> Router<ApiState> {
    Router::new()
        .route("/", get(storefront))
        .route("/show/{slug}", get(show).post(buy))
        .route("/order/{token}", get(order))
        .route("/plain.css", get(style))
        .route("/order/{token}/data", get(order_data::show).post(order_data::take))
        .merge(legal::routes())
}

async fn style() -> Response {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::CACHE_CONTROL, "max-age=300")], STYLE)
        .into_response()
}

/// The value of a name in a query; empty for a name without one.
fn asked(query: Option<&str>, name: &str) -> Option<String> {
    let mut pairs = url::form_urlencoded::parse(query.unwrap_or_default().as_bytes());
    pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

fn is_plain(query: Option<&str>) -> bool {
    asked(query, "plain").is_some()
}

fn language_of(query: Option<&str>, headers: &HeaderMap) -> Language {
    let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    let chosen = asked(query, "lang").and_then(|tag| Language::parse(&tag));
    chosen.unwrap_or_else(|| Language::accepted(accepted.unwrap_or_default()))
}

/// A page that nobody keeps: prices, pieces and orders change.
fn respond(status: StatusCode, document: &Document) -> Response {
    let kind = [(header::CONTENT_TYPE, "text/html; charset=utf-8")];
    (status, PRIVATE, kind, document.html()).into_response()
}

/// A refusal in words, with the status that a program would get.
fn refuse(language: Language, problem: Problem) -> Response {
    let status = problem.into_response().status();
    let words = words(language);
    let text = if status == StatusCode::NOT_FOUND { words.not_found } else { words.try_again };
    respond(status, &Document::notice(language, text))
}

async fn storefront(
    State(state): State<ApiState>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    if !is_plain(query.as_deref()) {
        return assets::storefront(&headers);
    }
    let language = language_of(query.as_deref(), &headers);
    let notice = notice(query.as_deref(), language);
    match state.app.storefront().await {
        Ok((shop, shows)) => {
            let page = StorefrontPage { language, shop: &shop, shows: &shows, notice };
            respond(StatusCode::OK, &page.document())
        }
        Err(error) => refuse(language, error.into()),
    }
}

async fn show(
    State(state): State<ApiState>,
    RawQuery(query): RawQuery,
    Path(slug): Path<String>,
    headers: HeaderMap,
) -> Response {
    if !is_plain(query.as_deref()) {
        return show_with_card(&state, &slug, query.as_deref(), &headers).await;
    }
    let language = language_of(query.as_deref(), &headers);
    let came = Came::by(query.as_deref());
    let notice = notice(query.as_deref(), language).map(|text| (StatusCode::OK, text));
    show_page(&state, &slug, language, &came, notice).await
}

/// The page with scripts, and in its head what a preview of it tells.
async fn show_with_card(state: &ApiState, slug: &str, query: Option<&str>, headers: &HeaderMap) -> Response {
    let came = Came::by(query);
    let variant = asked(query, "variant").and_then(|variant| variant.parse().ok());
    let card = state.app.find_card(&ShowRef::from(slug), came.product.as_deref(), variant).await;
    // A page without a preview is better than none; scripts find out what is wrong.
    let Ok(card) = card else { return assets::show(headers) };
    let (place, plain) = (format!("/show/{slug}"), came.plain_query(query));
    let address = match came.query().as_str() {
        "" => place,
        query => format!("{place}?{query}"),
    };
    assets::show_with(&tags(&card, &format!("{}{address}", state.app.public_url())), &plain, headers)
}

/// What an address says of how somebody came to a show.
#[derive(Debug, Default)]
struct Came {
    /// URL part of the product to be shown first.
    product: Option<String>,
    /// The link.
    link: Option<LinkCode>,
}

impl Came {
    fn by(query: Option<&str>) -> Self {
        // No handle is as long; what is longer is no product of ours.
        let product = asked(query, "product").filter(|handle| handle.len() <= ADDRESS_BYTES_MAX);
        Self { product, link: asked(query, "link").and_then(|code| LinkCode::parse(&code)) }
    }

    /// The same as a query; empty for somebody who just came.
    fn query(&self) -> String {
        let link = self.link.as_ref().map(LinkCode::as_str);
        let parts = [("product", self.product.as_deref()), ("link", link)];
        let pairs = parts.into_iter().filter_map(|(name, value)| Some((name, value?)));
        url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
    }

    /// Where the page without scripts is, with the same way behind it.
    fn plain_query(&self, query: Option<&str>) -> String {
        let notice = asked(query, "notice").and_then(|notice| LinkNotice::parse(&notice));
        let notice = notice.map(|notice| format!("notice={notice}")).unwrap_or_default();
        let parts = ["?plain".to_owned(), self.query(), notice];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("&")
    }
}

/// Why a link led here and not where it was made for.
fn notice(query: Option<&str>, language: Language) -> Option<&'static str> {
    let notice = asked(query, "notice").and_then(|notice| LinkNotice::parse(&notice))?;
    Some(words::link_notice(notice, language))
}

/// The show with its products, and above them why the last click came to nothing.
async fn show_page(
    state: &ApiState,
    slug: &str,
    language: Language,
    came: &Came,
    refused: Option<(StatusCode, &'static str)>,
) -> Response {
    match state.app.snapshot(&ShowRef::from(slug), None).await {
        Ok(mut snapshot) => {
            // Stable: the product that was asked for comes first, the others keep their order.
            snapshot.show.lineup.sort_by_key(|product| came.product.as_ref() != Some(&product.handle));
            let (_, token) = state.app.create_viewer(snapshot.shop.id);
            let page = ShowPage {
                language,
                shop: &snapshot.shop,
                show: &snapshot.show,
                token: &token,
                make_key: &|| state.app.clock().uuid().to_string(),
                now: state.app.clock().now(),
                notice: refused.map(|(_, text)| text),
                link: came.link.as_ref(),
                way: &came.query(),
            };
            respond(refused.map_or(StatusCode::OK, |(status, _)| status), &page.document())
        }
        Err(error) => refuse(language, error.into()),
    }
}

/// A click on Buy.
async fn buy(
    State(state): State<ApiState>,
    RawQuery(query): RawQuery,
    ClientAddress(address): ClientAddress,
    Path(slug): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let language = language_of(query.as_deref(), &headers);
    let form = std::str::from_utf8(&body).ok();
    let field = |name: &str| asked(form, name).filter(|value| !value.is_empty());
    let viewer = field("token").and_then(|token| state.app.find_viewer(&token));
    let line = field("variant").and_then(|variant| read_variant(&variant));
    let came = Came { product: None, link: field("link").and_then(|code| LinkCode::parse(&code)) };
    let (Some(viewer), Some(line), Some(idempotency_key)) = (viewer, line, field("key")) else {
        let refused = (StatusCode::UNPROCESSABLE_ENTITY, words(language).try_again);
        return show_page(&state, &slug, language, &came, Some(refused)).await;
    };
    let found = match state.app.snapshot(&ShowRef::from(slug.as_str()), None).await {
        Ok(found) => found,
        Err(error) => return refuse(language, error.into()),
    };
    let request = CheckoutRequest {
        show: found.show.summary.id,
        idempotency_key,
        lines: vec![line],
        ship_to: field("ship_to").and_then(|code| Country::parse(&code)),
        address,
        language,
        ui: CheckoutUi::Hosted,
        returns_to: CheckoutReturn::Order,
        is_plain: true,
        link: came.link.clone(),
    };
    match Box::pin(state.app.create_checkout(viewer, &request)).await {
        Ok(checkout) => to_order(&state, checkout.id, language),
        // The same pieces were set aside before: that order goes on.
        Err(CheckoutError::ReservationExists(order)) => to_order(&state, order, language),
        Err(error) => {
            let problem = Problem::from(error);
            let text = words(language).refusal(problem.code());
            let status = problem.into_response().status();
            show_page(&state, &slug, language, &came, Some((status, text))).await
        }
    }
}

/// A variant with the price that the page showed.
fn read_variant(text: &str) -> Option<CheckoutLine> {
    let (id, price) = text.split_once('.')?;
    Some(CheckoutLine { variant_id: id.parse().ok()?, units: 1, seen_price: Some(price.parse().ok()?) })
}

fn to_order(state: &ApiState, order: OrderId, language: Language) -> Response {
    let place = format!("{}?plain&lang={language}", state.app.order_path(order));
    (StatusCode::SEE_OTHER, PRIVATE, [(header::LOCATION, place)]).into_response()
}

async fn order(
    State(state): State<ApiState>,
    RawQuery(query): RawQuery,
    Path(token): Path<String>,
    headers: HeaderMap,
) -> Response {
    if !is_plain(query.as_deref()) {
        return assets::order(&headers);
    }
    let language = language_of(query.as_deref(), &headers);
    match state.app.get_buyer_order(&token).await {
        Ok(order) => {
            let now = state.app.clock().now();
            let is_returned = asked(query.as_deref(), "returned").is_some();
            respond(StatusCode::OK, &OrderPage { language, order: &order, now, is_returned }.document())
        }
        Err(error) => refuse(language, error.into()),
    }
}

impl Words {
    /// Why a click on Buy came to nothing.
    fn refusal(&self, code: Code) -> &'static str {
        match code {
            Code::PriceChanged => self.price_changed,
            Code::SoldOut => self.sold_out,
            Code::ProductUnavailable => self.unavailable,
            Code::NotSelling => self.not_selling,
            Code::Rehearsal => self.rehearsal,
            Code::Invalid => self.not_delivered,
            Code::RateLimited => self.too_many,
            _ => self.try_again,
        }
    }
}
