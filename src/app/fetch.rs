//! Fetches pictures from addresses that somebody else wrote.
//!
//! The only module that follows a foreign address. A name is resolved once, the answer is checked,
//! and the connection goes to exactly that answer, so a name cannot point elsewhere in between.
//! Invariant: no byte is sent to an address that is not public, unless its network was permitted.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use ipnet::IpNet;
use reqwest::{Client, Response, StatusCode, header, redirect};
use url::{Host, Url};

use crate::domain::address;
use crate::domain::column::text_enum;

/// Bytes of one picture; pictures for the web are far smaller.
const BYTES_MAX: usize = 5 * 1024 * 1024;
/// Time for one picture, redirects included.
const TIMEOUT: Duration = Duration::from_secs(5);
/// Redirects followed, each checked like the first address; a storage behind a shop needs one or two.
const REDIRECTS_MAX: usize = 3;

text_enum! {
    /// Why a picture could not be had, as members are told.
    FetchFailure {
        /// The address cannot be read or is not http or https.
        UnusableAddress = "unusable_address",
        /// It lies on a network that is not public.
        ForbiddenAddress = "forbidden_address",
        /// It is not offered by https.
        HttpsRequired = "https_required",
        /// The name is unknown, nobody answers, or the answer broke off.
        Unreachable = "unreachable",
        /// It took too long.
        Timeout = "timeout",
        /// The server has an error or asks to come back later.
        ServerError = "server_error",
        /// The server does not hand it out.
        NotFound = "not_found",
        /// It is sent round in circles.
        TooManyRedirects = "too_many_redirects",
        /// More bytes or pixels than are taken.
        TooLarge = "too_large",
        /// It is no JPEG, PNG or WebP picture that can be read.
        UnreadableImage = "unreadable_image",
    }
}

impl FetchFailure {
    /// Whether another try may do better.
    #[must_use]
    pub const fn is_passing(self) -> bool {
        matches!(self, Self::Unreachable | Self::Timeout | Self::ServerError)
    }
}

/// Fetches what is public, and what lies on the permitted networks.
#[derive(Clone, Debug)]
pub struct Fetcher {
    permitted: Vec<IpNet>,
}

/// An address that was checked, with the one place to connect to.
#[derive(Debug)]
struct Target {
    url: Url,
    place: SocketAddr,
}

impl Fetcher {
    /// A fetcher that may also reach these networks, there by plain http, too.
    #[must_use]
    pub fn new(permitted: Vec<IpNet>) -> Self {
        // Another part of the program may have chosen the same provider before; either will do.
        let _ = rustls::crypto::ring::default_provider().install_default();
        Self { permitted }
    }

    /// The bytes at an address; what they are, the caller finds out.
    ///
    /// # Errors
    /// Says why they could not be had.
    pub async fn fetch(&self, url: &str) -> Result<Bytes, FetchFailure> {
        tokio::time::timeout(TIMEOUT, self.follow(url)).await.unwrap_or(Err(FetchFailure::Timeout))
    }

    async fn follow(&self, url: &str) -> Result<Bytes, FetchFailure> {
        let mut url = Url::parse(url).map_err(|_| FetchFailure::UnusableAddress)?;
        for _ in 0..=REDIRECTS_MAX {
            let target = self.check(url).await?;
            let response = request(&target).await?;
            if !response.status().is_redirection() {
                return read(response).await;
            }
            let location = response.headers().get(header::LOCATION).and_then(|value| value.to_str().ok());
            let location = location.ok_or(FetchFailure::NotFound)?;
            url = target.url.join(location).map_err(|_| FetchFailure::UnusableAddress)?;
        }
        Err(FetchFailure::TooManyRedirects)
    }

    /// Resolves the host and decides whether, and by which scheme, it may be asked.
    async fn check(&self, mut url: Url) -> Result<Target, FetchFailure> {
        if !matches!(url.scheme(), "http" | "https") || !url.username().is_empty() || url.password().is_some()
        {
            return Err(FetchFailure::UnusableAddress);
        }
        let ip = self.resolve(&url).await?;
        if url.scheme() == "http" && !self.permits(ip) {
            // Feeds still name http; the same picture is nearly always there by https.
            if url.port().is_some() {
                return Err(FetchFailure::HttpsRequired);
            }
            url.set_scheme("https").map_err(|()| FetchFailure::UnusableAddress)?;
        }
        let port = url.port_or_known_default().ok_or(FetchFailure::UnusableAddress)?;
        Ok(Target { url, place: SocketAddr::new(ip, port) })
    }

    async fn resolve(&self, url: &Url) -> Result<IpAddr, FetchFailure> {
        let answers: Vec<IpAddr> = match url.host().ok_or(FetchFailure::UnusableAddress)? {
            Host::Ipv4(ip) => vec![ip.into()],
            Host::Ipv6(ip) => vec![ip.into()],
            Host::Domain(name) => tokio::net::lookup_host((name, 0))
                .await
                .map_err(|_| FetchFailure::Unreachable)?
                .map(|answer| answer.ip())
                .collect(),
        };
        // IPv4 first: many small servers have an IPv6 address that leads nowhere, and only one is tried.
        let allowed = |ip: &IpAddr| address::is_allowed(*ip, &self.permitted);
        let first = |is_v4: bool| answers.iter().find(|ip| ip.is_ipv4() == is_v4 && allowed(ip)).copied();
        let refused =
            if answers.is_empty() { FetchFailure::Unreachable } else { FetchFailure::ForbiddenAddress };
        first(true).or_else(|| first(false)).ok_or(refused)
    }

    fn permits(&self, ip: IpAddr) -> bool {
        address::is_within(ip, &self.permitted)
    }
}

/// Asks the checked place, whatever the name resolves to by now.
async fn request(target: &Target) -> Result<Response, FetchFailure> {
    let host = target.url.host_str().ok_or(FetchFailure::UnusableAddress)?;
    let client = Client::builder()
        .user_agent(concat!("Vetrina/", env!("CARGO_PKG_VERSION")))
        .redirect(redirect::Policy::none())
        .no_proxy()
        .resolve(host, target.place)
        .build()
        .map_err(|_| FetchFailure::Unreachable)?;
    let request = client.get(target.url.clone()).header(header::ACCEPT, "image/jpeg, image/png, image/webp");
    let response = request.send().await.map_err(|_| FetchFailure::Unreachable)?;
    match response.status() {
        status if status.is_success() || status.is_redirection() => Ok(response),
        StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT => Err(FetchFailure::ServerError),
        status if status.is_server_error() => Err(FetchFailure::ServerError),
        _ => Err(FetchFailure::NotFound),
    }
}

/// Reads a body of at most [`BYTES_MAX`], whatever its length claims to be.
async fn read(mut response: Response) -> Result<Bytes, FetchFailure> {
    if response.content_length().is_some_and(|length| length > BYTES_MAX as u64) {
        return Err(FetchFailure::TooLarge);
    }
    let mut body = BytesMut::new();
    while let Some(chunk) = response.chunk().await.map_err(|_| FetchFailure::Unreachable)? {
        if body.len() + chunk.len() > BYTES_MAX {
            return Err(FetchFailure::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use axum::Router;
    use axum::http::HeaderMap;
    use axum::response::{IntoResponse, Redirect};
    use axum::routing::get;

    use super::*;

    /// A server on loopback that counts who asks it.
    struct Stand {
        url: String,
        asked: Arc<AtomicUsize>,
    }

    impl Stand {
        async fn start() -> Self {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
            let port = listener.local_addr().unwrap().port();
            let asked = Arc::new(AtomicUsize::new(0));
            let count = Arc::clone(&asked);
            let inside = format!("http://127.0.0.2:{port}/ok");
            let big = vec![0_u8; BYTES_MAX + 1];
            let routes = Router::new()
                .route("/ok", get(|headers: HeaderMap| async move { headers["host"].as_bytes().to_vec() }))
                .route("/once", get(|| async { Redirect::to("/ok") }))
                .route("/circle", get(|| async { Redirect::to("/circle") }))
                .route("/inside", get(|| async move { Redirect::to(&inside) }))
                .route("/file", get(|| async { Redirect::to("file:///etc/passwd") }))
                .route("/nowhere", get(|| async { StatusCode::FOUND }))
                .route("/big", get(|| async { big }))
                .route("/broken", get(|| async { StatusCode::SERVICE_UNAVAILABLE }))
                .route("/later", get(|| async { StatusCode::TOO_MANY_REQUESTS }))
                .layer(axum::middleware::from_fn(move |request, next: axum::middleware::Next| {
                    count.fetch_add(1, Ordering::SeqCst);
                    async move { next.run(request).await.into_response() }
                }));
            tokio::spawn(async move { axum::serve(listener, routes).await });
            Self { url: format!("http://127.0.0.1:{port}"), asked }
        }
    }

    fn loopback() -> Fetcher {
        Fetcher::new(vec!["127.0.0.1/32".parse().unwrap()])
    }

    #[tokio::test]
    async fn nothing_inside_is_asked() {
        let stand = Stand::start().await;
        let port = stand.url.rsplit(':').next().unwrap();
        let fetcher = Fetcher::new(Vec::new());
        let spellings = [
            "127.0.0.1",
            "localhost",
            "127.1",
            "0x7f.1",
            "0177.0.0.1",
            "2130706433",
            "0x7f000001",
            "0",
            "0.0.0.0",
            "[::1]",
            "[::]",
            "[::ffff:127.0.0.1]",
            "[::ffff:7f00:1]",
            "[64:ff9b::7f00:1]",
            "[2002:7f00:1::]",
            "127.0.0.1.",
            "\u{ff11}27.0.0.1",
        ];
        for host in spellings {
            for scheme in ["http", "https"] {
                let refused = fetcher.fetch(&format!("{scheme}://{host}:{port}/ok")).await;
                assert_eq!(refused, Err(FetchFailure::ForbiddenAddress), "{scheme}://{host}");
            }
        }
        for url in [
            "http://169.254.169.254/latest/meta-data/",
            "http://10.0.0.1/",
            "https://[fd00::1]/",
            "http://100.64.0.1/",
        ] {
            assert_eq!(fetcher.fetch(url).await, Err(FetchFailure::ForbiddenAddress), "{url}");
        }
        assert_eq!(stand.asked.load(Ordering::SeqCst), 0);
    }

    #[tokio::test]
    async fn other_schemes_and_secrets_are_refused() {
        for url in [
            "file:///etc/passwd",
            "ftp://1.1.1.1/",
            "gopher://1.1.1.1/",
            "data:,x",
            "x",
            "https://a:b@1.1.1.1/",
        ] {
            assert_eq!(loopback().fetch(url).await, Err(FetchFailure::UnusableAddress), "{url}");
        }
        assert_eq!(loopback().fetch("http://1.1.1.1:8080/").await, Err(FetchFailure::HttpsRequired));
    }

    #[tokio::test]
    async fn each_answer_has_its_failure() {
        let stand = Stand::start().await;
        let expected = [
            ("/circle", FetchFailure::TooManyRedirects),
            ("/inside", FetchFailure::ForbiddenAddress),
            ("/file", FetchFailure::UnusableAddress),
            ("/nowhere", FetchFailure::NotFound),
            ("/missing", FetchFailure::NotFound),
            ("/big", FetchFailure::TooLarge),
            ("/broken", FetchFailure::ServerError),
            ("/later", FetchFailure::ServerError),
        ];
        for (path, failure) in expected {
            assert_eq!(loopback().fetch(&format!("{}{path}", stand.url)).await, Err(failure), "{path}");
        }
        assert_eq!(loopback().fetch("http://127.0.0.1:1/").await, Err(FetchFailure::Unreachable));
    }

    #[tokio::test]
    async fn a_redirect_is_followed_and_the_name_is_kept() {
        let stand = Stand::start().await;
        let named = stand.url.replace("127.0.0.1", "localhost");
        let host = loopback().fetch(&format!("{named}/once")).await.unwrap();
        assert_eq!(host, named.trim_start_matches("http://"));
    }
}
