//! Headers that every answer carries, so that a browser helps to keep it safe.

use axum::http::{HeaderValue, header};
use axum::response::Response;
use url::Url;

/// Where a payment page beside the video loads its script from.
const PAYMENT_SCRIPTS: &str = "https://js.stripe.com https://*.js.stripe.com https://checkout.stripe.com";
/// Who frames the buyer's bank.
const PAYMENT_FRAMES: &str = "https://hooks.stripe.com";

/// Marks an answer as a page on which buyers pay beside the video.
#[derive(Clone, Copy, Debug)]
pub struct PaysOnPage;

/// Marks an answer as a page that these sites may frame: exact origins, checked when they were set.
#[derive(Clone, Debug)]
pub struct FramedBy(pub Vec<String>);

/// What pages may load, and the other fixed headers.
#[derive(Debug)]
pub struct SecurityHeaders {
    page_policy: HeaderValue,
    paying_policy: HeaderValue,
    /// A page's policy up to who may frame it.
    framed_policy: String,
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
        let sockets = sockets.unwrap_or_default();
        let policy = |images: &str, scripts: &str, frames: &str| {
            format!(
                "default-src 'self'; script-src 'self'{scripts}; img-src 'self' data: blob:{images}; \
                 media-src 'self' blob: https:; connect-src 'self' {sockets} https:; \
                 frame-src {frames}https://www.youtube-nocookie.com https://player.vimeo.com https://vimeo.com https://player.twitch.tv; \
                 worker-src 'self' blob:; object-src 'none'; base-uri 'self'; form-action 'self'; \
                 frame-ancestors "
            )
        };
        let unframed =
            |policy: &str| HeaderValue::from_str(&format!("{policy}'none'")).expect("addresses are ASCII");
        // The sandbox's own pay page is framed from here.
        let paying = policy(
            " https://*.stripe.com",
            &format!(" {PAYMENT_SCRIPTS}"),
            &format!("'self' {PAYMENT_SCRIPTS} {PAYMENT_FRAMES} "),
        );
        let page = policy("", "", "");
        Self {
            page_policy: unframed(&page),
            paying_policy: unframed(&paying),
            framed_policy: page,
            is_https: public_url.starts_with("https://"),
        }
    }

    /// Adds what an answer does not have of its own.
    pub fn add(&self, response: &mut Response) {
        let framed = response.extensions().get::<FramedBy>().map(|FramedBy(sites)| self.framed_by(sites));
        let pays = response.extensions().get::<PaysOnPage>().is_some();
        let headers = response.headers_mut();
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
            let policy = framed
                .unwrap_or_else(|| if pays { self.paying_policy.clone() } else { self.page_policy.clone() });
            headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(policy);
        }
    }

    /// The policy of a page that these sites may frame; without any, and should one be no text for a
    /// header, nobody may.
    fn framed_by(&self, sites: &[String]) -> HeaderValue {
        if sites.is_empty() {
            return self.page_policy.clone();
        }
        let policy = format!("{}{}", self.framed_policy, sites.join(" "));
        HeaderValue::from_str(&policy).unwrap_or_else(|_| self.page_policy.clone())
    }
}
