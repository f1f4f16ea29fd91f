//! What is kept of an order's buyer: download it, or erase it in two steps. Without scripts, for
//! whoever has the order's address.

mod words;

use std::fmt::Write;

use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};

use self::words::{Words, obstacle, words};
use super::html::Document;
use super::{asked, language_of, refuse, respond};
use crate::api::ApiState;
use crate::api::buyer_orders::PRIVATE;
use crate::app::Refusal;
use crate::app::privacy::PrivacyError;
use crate::domain::buyer_order::BuyerOrder;
use crate::domain::language::Language;
use crate::domain::personal_data::BuyerErasure;
use crate::domain::problem::Code;
use crate::domain::text::escaped_html as escaped;

/// The page of one order.
struct Page<'a> {
    language: Language,
    token: &'a str,
    order: &'a BuyerOrder,
    told: &'a BuyerErasure,
}

/// What is kept, and the way to both.
pub(super) async fn show(
    State(state): State<ApiState>,
    RawQuery(query): RawQuery,
    Path(token): Path<String>,
    headers: HeaderMap,
) -> Response {
    let language = language_of(query.as_deref(), &headers);
    let order = match Box::pin(state.app.get_buyer_order(&token)).await {
        Ok(order) => order,
        Err(error) => return refuse(language, error.into()),
    };
    match state.app.preview_buyer_erasure(&token).await {
        Ok(told) => {
            let page = Page { language, token: &token, order: &order, told: &told };
            respond(StatusCode::OK, &page.document(&page.overview()))
        }
        Err(error) => sorry(language, &token, &order, &error),
    }
}

/// Either of the two steps: what goes and what stays is shown, what was confirmed is erased.
pub(super) async fn take(
    State(state): State<ApiState>,
    RawQuery(query): RawQuery,
    Path(token): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let language = language_of(query.as_deref(), &headers);
    let order = match Box::pin(state.app.get_buyer_order(&token)).await {
        Ok(order) => order,
        Err(error) => return refuse(language, error.into()),
    };
    let step = asked(std::str::from_utf8(&body).ok(), "step").unwrap_or_default();
    if step == "confirm" {
        return match Box::pin(state.app.erase_buyer(&token)).await {
            Ok(_) => {
                let place = format!("/order/{token}/data?lang={language}");
                (StatusCode::SEE_OTHER, PRIVATE, [(header::LOCATION, place)]).into_response()
            }
            Err(PrivacyError::Blocked(blocked)) => {
                let told = BuyerErasure { blocked, ..BuyerErasure::default() };
                let page = Page { language, token: &token, order: &order, told: &told };
                respond(StatusCode::CONFLICT, &page.document(&page.overview()))
            }
            Err(error) => sorry(language, &token, &order, &error),
        };
    }
    match state.app.preview_buyer_erasure(&token).await {
        Ok(told) => {
            let page = Page { language, token: &token, order: &order, told: &told };
            let may_erase = told.blocked.is_empty() && told.orders.iter().all(|one| one.erased_at.is_none());
            let content = if may_erase { page.confirm() } else { page.overview() };
            respond(StatusCode::OK, &page.document(&content))
        }
        Err(error) => sorry(language, &token, &order, &error),
    }
}

/// Why the page shows nothing of what is kept.
fn sorry(language: Language, token: &str, order: &BuyerOrder, error: &PrivacyError) -> Response {
    let words = words(language);
    let (status, text) = match error.code() {
        Code::RateLimited => (StatusCode::TOO_MANY_REQUESTS, words.too_many),
        Code::Unavailable | Code::Overloaded => (StatusCode::SERVICE_UNAVAILABLE, words.try_again),
        _ => (StatusCode::INTERNAL_SERVER_ERROR, words.try_again),
    };
    let page = Page { language, token, order, told: &BuyerErasure::default() };
    respond(status, &page.document(&format!("<p class=\"notice\" role=\"status\">{text}</p>")))
}

impl Page<'_> {
    fn overview(&self) -> String {
        let words = words(self.language);
        let mut body = String::new();
        let erased_at = self.told.orders.iter().find_map(|order| order.erased_at);
        if let Some(at) = erased_at {
            let _ = write!(
                body,
                "<p class=\"notice\" role=\"status\">{} {}</p>{}",
                words.erased_on,
                self.language.moment(at),
                self.staying(words)
            );
        }
        let _ = write!(
            body,
            "<p>{intro}</p><p><a class=\"button\" href=\"/api/v1/buyer-orders/{token}/data\" download=\"order-data.json\">{download}</a></p>\
             <p><small>{hint}</small></p>",
            intro = words.intro,
            token = escaped(self.token),
            download = words.download,
            hint = words.download_hint,
        );
        if erased_at.is_none() {
            body.push_str(&self.way(words));
        }
        body
    }

    /// The way to the first step, or what stands in it.
    fn way(&self, words: &Words) -> String {
        let obstacles = self.told.blocked.iter().flat_map(|order| &order.obstacles);
        let mut list = String::new();
        for one in obstacles {
            let _ = write!(list, "<li>{}</li>", obstacle(*one, self.language));
        }
        let way = if list.is_empty() {
            format!(
                "<p>{}</p><form method=\"post\" action=\"{}\"><button class=\"quiet\" name=\"step\" value=\"check\">{}</button></form>",
                words.erase_intro,
                self.action(),
                words.go_on
            )
        } else {
            format!("<p>{}</p><ul>{list}</ul>", words.blocked)
        };
        format!("<section class=\"card\"><h2>{}</h2>{way}</section>", words.erase)
    }

    fn confirm(&self) -> String {
        let words = words(self.language);
        let going = format!("<li>{}</li>", words.going.join("</li><li>"));
        format!(
            "<section class=\"card\"><h2>{check}</h2><h3>{goes}</h3><ul>{going}</ul>{staying}<p>{warning}</p>\
             <form method=\"post\" action=\"{action}\"><button name=\"step\" value=\"confirm\">{confirm}</button></form>\
             <p><a href=\"{action}\">{keep}</a></p></section>",
            check = words.check,
            goes = words.goes,
            staying = self.staying(words),
            warning = words.cannot_undo,
            action = self.action(),
            confirm = words.confirm,
            keep = words.keep,
        )
    }

    /// What stays, and until when.
    fn staying(&self, words: &Words) -> String {
        let year = self.told.orders.iter().find_map(|order| order.kept_until_year);
        let mut list = String::new();
        match year {
            Some(year) => {
                for one in words.staying {
                    let _ = write!(list, "<li>{}</li>", one.replace("{}", &year.to_string()));
                }
            }
            None => {
                let _ = write!(list, "<li>{}</li>", words.staying_unpaid);
            }
        }
        format!("<h3>{}</h3><ul>{list}</ul>", words.stays)
    }

    fn action(&self) -> String {
        format!("/order/{}/data?lang={}", escaped(self.token), self.language)
    }

    fn document(&self, content: &str) -> Document {
        let (words, order) = (words(self.language), self.order);
        let title = format!("{} {}", words.order, order.number);
        let body = format!(
            "<main class=\"legal-page\"><p>{shop} · <a href=\"/order/{token}?lang={language}\">{back}</a></p>\
             <h1>{heading}</h1><p>{title}</p>{content}</main>",
            shop = escaped(&order.shop_name),
            token = escaped(self.token),
            language = self.language,
            back = words.back,
            heading = words.title,
            title = escaped(&title),
        );
        let title = format!("{} · {title} – {}", words.title, order.shop_name);
        Document::page(self.language, title, order.is_test, order.shop_slug.clone(), body)
    }
}
