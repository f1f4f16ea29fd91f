//! Headers that every answer carries, so that a browser helps to keep it safe.

use axum::http::{HeaderMap, HeaderValue, header};
use url::Url;

/// What pages may load, and the other fixed headers.
#[derive(Debug)]
pub struct SecurityHeaders {
    page_policy: HeaderValue,
    is_https: bool,
}

impl SecurityHeaders {
    /// The headers for a server reached under this address.
    ///
    /// # Panics
    /// Never: addresses are ASCII.
    #[must_use]
    pub fn of(public_url: &str) -> Self {
        let sockets = Url::parse(public_url).ok().and_then(|url| {
            let scheme = if url.scheme() == "https" { "wss" } else { "ws" };
            let port = url.port().map_or_else(String::new, |port| format!(":{port}"));
            Some(format!("{scheme}://{}{port}", url.host_str()?))
        });
        // Older Safari does not count sockets of the own host among 'self'.
        let policy = format!(
            "default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob: https:; \
             connect-src 'self' {} https:; \
             frame-src https://www.youtube-nocookie.com https://player.vimeo.com https://vimeo.com https://player.twitch.tv; \
             worker-src 'self' blob:; object-src 'none'; base-uri 'self'; form-action 'self'; \
             frame-ancestors 'none'",
            sockets.unwrap_or_default()
        );
        Self {
            page_policy: HeaderValue::from_str(&policy).expect("addresses are ASCII"),
            is_https: public_url.starts_with("https://"),
        }
    }

    /// Adds what an answer does not have of its own.
    pub fn add(&self, headers: &mut HeaderMap) {
        let mut set = |name, value| {
            headers.entry(name).or_insert(value);
        };
        set(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        set(header::REFERRER_POLICY, HeaderValue::from_static("strict-origin-when-cross-origin"));
        if self.is_https {
            let year = HeaderValue::from_static("max-age=31536000");
            set(header::STRICT_TRANSPORT_SECURITY, year);
        }
        let is_page =
            headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
        if is_page {
            headers.entry(header::CONTENT_SECURITY_POLICY).or_insert_with(|| self.page_policy.clone());
        }
    }
}
