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
        let allowed = |ip: &IpAddr| address::is_global(*ip) || self.permits(*ip);
        let first = |is_v4: bool| answers.iter().find(|ip| ip.is_ipv4() == is_v4 && allowed(ip)).copied();
        let refused =
            if answers.is_empty() { FetchFailure::Unreachable } else { FetchFailure::ForbiddenAddress };
        first(true).or_else(|| first(false)).ok_or(refused)
    }

    fn permits(&self, ip: IpAddr) -> bool {
        let ip = ip.to_canonical();
        self.permitted.iter().any(|network| network.contains(&ip))
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
