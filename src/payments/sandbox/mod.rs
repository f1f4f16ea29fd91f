//! The built-in stand-in for Stripe: the same HTTP interface, a pay page, signed webhooks.
//!
//! It plays an outside service, so the rest of the program reaches it over HTTP only; it keeps its
//! memory in tables of its own.
//! Requests come in by `api`, change things at the `desk` and are read by `listing`; buttons come in
//! by `page` and become `outcomes`; what happened is told by `news` and sent by `delivery`.
//! Invariant: no card, no real money; everything it makes is named `local` and `livemode: false`.

mod amounts;
mod answer;
mod api;
mod buyer;
mod catalogue;
mod create;
mod delivery;
mod desk;
mod form;
mod forms;
mod language;
mod listing;
mod news;
mod outcomes;
mod page;
mod params;
mod refunds;
mod session;
mod shapes;
mod view;
mod words;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, OnceLock};

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use tokio::sync::Notify;

use crate::clock::Clock;
use crate::config::Secret;
use crate::storage::Database;

/// The stand-in; cheap to clone.
#[derive(Clone)]
pub struct Sandbox(Arc<Inner>);

struct Inner {
    db: Database,
    clock: Clock,
    api_key: Secret,
    /// Whether the interface stands at the root too.
    is_at_root: bool,
    webhook_secrets: [Secret; 1],
    page_key: Vec<u8>,
    addresses: OnceLock<Addresses>,
    http: reqwest::Client,
    news: Notify,
}

struct Addresses {
    /// This server as it reaches itself.
    own: String,
    /// This server as buyers reach it.
    public: String,
    /// The name it answers to, also when it calls itself.
    host: String,
}

impl Sandbox {
    /// `secret` makes its keys; `key` takes the place of the API key made so.
    pub(super) fn new(db: Database, clock: Clock, secret: &[u8], key: Option<Secret>) -> Self {
        let derive = |purpose: &str| {
            let mut mac: Hmac<Sha256> = Hmac::new_from_slice(secret).expect("HMAC takes keys of any length");
            mac.update(purpose.as_bytes());
            mac.finalize().into_bytes()
        };
        let text =
            |prefix: &str, purpose: &str| Secret::new(&format!("{prefix}{}", hex::encode(derive(purpose))));
        Self(Arc::new(Inner {
            db,
            clock,
            is_at_root: key.is_some(),
            api_key: key.unwrap_or_else(|| text("sk_test_local_", "sandbox api key")),
            webhook_secrets: [text("whsec_local_", "sandbox webhook secret")],
            page_key: derive("sandbox pay page").to_vec(),
            addresses: OnceLock::new(),
            http: delivery::http_client(),
            news: Notify::new(),
        }))
    }

    /// The routes, under `/sandbox`; with a key that was set, the interface is under `/v1` too.
    ///
    /// Tools made for Stripe, its command line among them, take an address without a path.
    pub fn router(&self) -> axum::Router {
        let sandbox = axum::Router::new().nest("/v1", api::routes()).merge(page::routes());
        let mut router = axum::Router::new().nest("/sandbox", sandbox);
        if self.0.is_at_root {
            router = router.nest("/v1", api::routes());
        }
        router.with_state(self.clone())
    }

    /// The key that its interface asks for; made anew with each installation unless it was set.
    #[must_use]
    pub fn api_key(&self) -> &Secret {
        &self.0.api_key
    }

    pub(super) fn webhook_secrets(&self) -> &[Secret] {
        &self.0.webhook_secrets
    }

    pub(super) fn set_addresses(&self, listen: SocketAddr, public_url: &str) {
        let own = format!("http://{}", loopback(listen));
        let host = public_url.split("://").last().unwrap_or_default();
        let host = host.split('/').next().unwrap_or_default().to_owned();
        let _ = self.0.addresses.set(Addresses { own, public: public_url.to_owned(), host });
    }

    /// What stands before `/v1`.
    pub(super) fn api_base(&self) -> String {
        format!("{}/sandbox", self.addresses().own)
    }

    /// The host to name when calling it.
    pub(super) fn host(&self) -> String {
        self.addresses().host.clone()
    }

    fn addresses(&self) -> &Addresses {
        self.0.addresses.get().expect("the server sets its address before it takes requests")
    }

    /// The secret that a pay page's form carries, so that no foreign page can send it blindly.
    fn form_token(&self, session: &str) -> String {
        let mut mac: Hmac<Sha256> =
            Hmac::new_from_slice(&self.0.page_key).expect("HMAC takes keys of any length");
        mac.update(session.as_bytes());
        hex::encode(&mac.finalize().into_bytes()[..16])
    }

    /// An id such as `cs_test_local_…`; 128 random bits, so nobody guesses a pay page.
    fn id(&self, prefix: &str) -> String {
        format!("{prefix}_{}", hex::encode(self.0.clock.random::<16>()))
    }
}

impl std::fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sandbox")
    }
}

/// Where the pay page of a session stands on this server.
pub(super) fn pay_path(session: &str) -> String {
    format!("/sandbox/pay/{session}")
}

/// The address at which a server that listens here reaches itself.
fn loopback(listen: SocketAddr) -> SocketAddr {
    let ip = match listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    SocketAddr::new(ip, listen.port())
}

#[cfg(test)]
mod tests {
    use super::loopback;

    #[test]
    fn a_server_on_all_addresses_calls_itself_on_loopback() {
        let check = |listen: &str, expected: &str| {
            assert_eq!(loopback(listen.parse().unwrap()).to_string(), expected);
        };
        check("0.0.0.0:80", "127.0.0.1:80");
        check("[::]:80", "[::1]:80");
        check("192.168.1.5:80", "192.168.1.5:80");
    }
}
