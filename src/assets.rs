//! Serves the built web interface from the binary.
//!
//! Names under `/assets/` carry a hash of their content, so they never change; pages are asked
//! for anew each time. A missing asset is a 404, never a page.

use std::borrow::Cow;
use std::io::Write;

use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Router};
use flate2::Compression;
use flate2::write::GzEncoder;
use rust_embed::{Embed, EmbeddedFile};
use sha2::{Digest, Sha256};

use crate::api::buyer_orders::PRIVATE;
use crate::api::edge::{FramedBy, PaysOnPage};
use crate::domain::text::escaped_html;

#[derive(Embed)]
#[folder = "$OUT_DIR/web"]
struct Web;

/// A year, the longest that caches honour.
const IMMUTABLE: &str = "public, max-age=31536000, immutable";
/// Ask before each use; the tag makes the answer short.
const REVALIDATE: &str = "no-cache";
/// Long enough for a visit, short enough that a new version reaches all sites soon.
const FIVE_MINUTES: &str = "public, max-age=300";
/// Never from a cache.
const NOT_KEPT: &str = "no-store";

/// The studio and assets; pages that work without scripts too are routed by `api::plain`.
pub fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    let studio = get(|headers: HeaderMap| async move { file("studio.html", REVALIDATE, &headers) });
    Router::new()
        .route("/studio", studio.clone())
        .route("/studio/{*path}", studio.clone())
        .route("/sign-in", studio.clone())
        .route("/invitation", studio.clone())
        .route("/setup", studio)
        .route("/assets/{*path}", get(asset))
        .route(
            "/favicon.svg",
            get(|headers: HeaderMap| async move { file("favicon.svg", REVALIDATE, &headers) }),
        )
}

/// The page of the shop at the root of the site.
#[must_use]
pub fn storefront(headers: &HeaderMap) -> Response {
    file("index.html", REVALIDATE, headers)
}

/// The page of a show, on which buyers pay beside the video.
#[must_use]
pub fn show(headers: &HeaderMap) -> Response {
    (Extension(PaysOnPage), file("index.html", REVALIDATE, headers)).into_response()
}

/// The page of a show with a head of its own instead of the title; browsers without scripts go to
/// `plain`, a query.
#[must_use]
pub fn show_with(head: &str, plain: &str, headers: &HeaderMap) -> Response {
    let Some(page) = Web::get("index.html") else { return show(headers) };
    let page = String::from_utf8_lossy(&page.data).replacen("<title>Vetrina</title>", head, 1).replacen(
        "url=?plain\"",
        &format!("url={}\"", escaped_html(plain)),
        1,
    );
    let tag = HeaderValue::from_str(&format!("\"{}\"", hex::encode(&Sha256::digest(&page)[..12])));
    let tag = tag.expect("hex is a header value");
    let packed = accepts(accepted_encodings(headers), "gzip").then(|| gzip(page.as_bytes())).flatten();
    let is_packed = packed.is_some();
    let mut response = if headers.get(header::IF_NONE_MATCH) == Some(&tag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        packed.map_or_else(|| page.into_response(), IntoResponse::into_response)
    };
    let answer = response.headers_mut();
    if is_packed {
        answer.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    answer.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    answer.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type("index.html")));
    answer.insert(header::CACHE_CONTROL, HeaderValue::from_static(REVALIDATE));
    answer.insert(header::ETAG, tag);
    (Extension(PaysOnPage), response).into_response()
}

/// The page of a show inside a page of another site, which these sites may frame.
#[must_use]
pub fn embed(sites: Vec<String>, headers: &HeaderMap) -> Response {
    // Not kept by the browser: who may frame it stands in its head and changes with the settings.
    (Extension(FramedBy(sites)), file("embed.html", NOT_KEPT, headers)).into_response()
}

/// The script that other sites load; they name it without a version.
#[must_use]
pub fn embed_script(headers: &HeaderMap) -> Response {
    file("embed.js", FIVE_MINUTES, headers)
}

/// The page that OBS lays over a picture; its address ends in a key that leads nowhere else.
#[must_use]
pub fn overlay(headers: &HeaderMap) -> Response {
    (PRIVATE, file("overlay.html", REVALIDATE, headers)).into_response()
}

/// The buyer's page of an order.
#[must_use]
pub fn order(headers: &HeaderMap) -> Response {
    (PRIVATE, file("order.html", REVALIDATE, headers)).into_response()
}

async fn asset(Path(path): Path<String>, headers: HeaderMap) -> Response {
    file(&format!("assets/{path}"), IMMUTABLE, &headers)
}

/// A file of the web interface in the best encoding that the client takes.
fn file(path: &str, caching: &'static str, headers: &HeaderMap) -> Response {
    let Some(plain) = Web::get(path) else {
        return crate::api::problem::Problem::not_found().into_response();
    };
    let accepted = accepted_encodings(headers);
    let packed = [("br", ".br"), ("gzip", ".gz")].into_iter().find_map(|(encoding, suffix)| {
        let is_accepted = accepts(accepted, encoding);
        Some((encoding, Web::get(&format!("{path}{suffix}")).filter(|_| is_accepted)?))
    });
    let (encoding, body) = match packed {
        Some((encoding, packed)) => (Some(encoding), packed),
        None => (None, plain),
    };
    respond(path, encoding, body, caching, headers)
}

fn respond(
    path: &str,
    encoding: Option<&'static str>,
    file: EmbeddedFile,
    caching: &'static str,
    headers: &HeaderMap,
) -> Response {
    let tag = format!("\"{}\"", hex::encode(&file.metadata.sha256_hash()[..12]));
    let tag = HeaderValue::from_str(&tag).expect("hex is a header value");
    let mut response = if headers.get(header::IF_NONE_MATCH) == Some(&tag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        match file.data {
            Cow::Borrowed(bytes) => bytes.into_response(),
            Cow::Owned(bytes) => bytes.into_response(),
        }
    };
    let answer = response.headers_mut();
    answer.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type(path)));
    answer.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
    answer.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    answer.insert(header::ETAG, tag);
    if let Some(encoding) = encoding {
        answer.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    response
}

fn accepted_encodings(headers: &HeaderMap) -> &str {
    headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// Packs a page that is written for each visitor; the fastest way already makes a third of it.
fn gzip(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).ok()?;
    encoder.finish().ok()
}

/// Whether `Accept-Encoding` names an encoding without refusing it (`q=0`).
fn accepts(header: &str, encoding: &str) -> bool {
    header.split(',').any(|part| {
        let mut words = part.split(';').map(str::trim);
        words.next() == Some(encoding)
            && !words.any(|weight| matches!(weight, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
    })
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map(|(_, ending)| ending) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("json") => "application/json",
        Some("png") => "image/png",
        Some("jpg") => "image/jpeg",
        Some("woff2") => "font/woff2",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::accepts;

    #[test]
    fn encodings_are_taken_when_named_and_not_refused() {
        assert!(accepts("gzip, deflate, br;q=0.8", "br"));
        assert!(!accepts("gzip, br;q=0", "br"));
        assert!(!accepts("", "br"));
    }
}
