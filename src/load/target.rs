//! The server that is loaded: where it is, which show, what is in it.

use std::net::{SocketAddr, ToSocketAddrs};
use std::time::Duration;

use serde_json::Value;
use url::Url;

use super::error::LoadError;
use super::options::TargetOptions;
use super::report::DatabaseReport;
use crate::config::Secret;

/// How long the server may take to answer the driver; viewers have times of their own.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(30);

/// Where the server is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// Where it listens.
    pub address: SocketAddr,
    /// What goes into the `Host` header.
    pub host: String,
}

impl Target {
    /// Looks the address up, and refuses other machines unless told that they are one's own.
    ///
    /// # Errors
    /// Says why the server cannot or should not be loaded.
    pub fn find(url: &Url, options: &TargetOptions) -> Result<Self, LoadError> {
        let name = url.host_str().unwrap_or_default();
        let port = url.port_or_known_default().unwrap_or(80);
        let bare = name.trim_start_matches('[').trim_end_matches(']');
        let mut found = (bare, port)
            .to_socket_addrs()
            .map_err(|error| LoadError::Unresolved(name.to_owned(), error))?
            .collect::<Vec<_>>();
        // `localhost` may be both; the server listens on the older one by default.
        found.sort_by_key(SocketAddr::is_ipv6);
        let address = *found.first().ok_or_else(|| LoadError::Address(url.clone()))?;
        if !address.ip().is_loopback() && !options.i_own_this_server {
            return Err(LoadError::NotLoopback(name.to_owned()));
        }
        let host = url.port().map_or_else(|| name.to_owned(), |port| format!("{name}:{port}"));
        Ok(Self { address, host })
    }

    /// Whether its viewers may come from other loopback addresses than one.
    #[must_use]
    pub fn takes_sources(&self) -> bool {
        cfg!(target_os = "linux") && self.address.is_ipv4() && self.address.ip().is_loopback()
    }
}

/// Asks the server as one person; cheap to clone.
#[derive(Clone, Debug)]
pub struct Api {
    http: reqwest::Client,
    base: String,
    key: Option<Secret>,
    show: String,
}

/// What a run needs to know of the show.
#[derive(Clone, Debug, Default)]
pub struct Show {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub title: String,
    /// Where it stands.
    pub status: String,
    /// The pause that viewers keep between two messages.
    pub slow_mode_secs: i64,
    /// Products of its lineup.
    pub products: Vec<String>,
    /// Products on screen, the primary one first.
    pub featured: Vec<String>,
    /// Variants that can be bought.
    pub variants: Vec<String>,
    /// Whether it is test money of the built-in sandbox.
    pub is_sandbox: bool,
    /// A country that the shop delivers to.
    pub ship_to: Option<String>,
    /// The newest event for viewers.
    pub seq: i64,
}

impl Api {
    /// Speaks to a server with a key, or as nobody.
    ///
    /// # Errors
    /// When no client can be made.
    pub fn new(url: &Url, key: Option<Secret>) -> Result<Self, LoadError> {
        let base = url.origin().ascii_serialization();
        // A proxy in between would be what is measured.
        let client = reqwest::Client::builder().no_proxy().timeout(ANSWER_TIMEOUT).build();
        let http = client.map_err(|error| LoadError::Unreachable(base.clone(), error))?;
        Ok(Self { http, base, key, show: String::new() })
    }

    /// Whether it can act for the shop.
    #[must_use]
    pub const fn has_key(&self) -> bool {
        self.key.is_some()
    }

    /// Finds the show by name, or the one that is live, and stays with it.
    ///
    /// # Errors
    /// When there is none.
    pub async fn choose_show(&mut self, name: Option<&str>) -> Result<Show, LoadError> {
        self.show = match name {
            Some(name) => name.to_owned(),
            None => self.live_show().await?,
        };
        let show = self.show().await?;
        self.show.clone_from(&show.id);
        Ok(show)
    }

    async fn live_show(&self) -> Result<String, LoadError> {
        let front = self.get("the storefront", "/api/v1/storefront").await?;
        let shows = front["shows"].as_array().map(Vec::as_slice).unwrap_or_default();
        let live = shows.iter().find(|show| show["status"] == "live" || show["status"] == "paused");
        Ok(live.and_then(|show| show["id"].as_str()).ok_or(LoadError::NoShow)?.to_owned())
    }

    /// The show as it is now.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn show(&self) -> Result<Show, LoadError> {
        let name: String = url::form_urlencoded::byte_serialize(self.show.as_bytes()).collect();
        let page = self.get("the show", &format!("/api/v1/shows/{name}")).await?;
        Ok(read_show(&page))
    }

    /// Puts a product on screen.
    ///
    /// # Errors
    /// When the server refuses or does not answer.
    pub async fn feature(&self, product: &str) -> Result<(), LoadError> {
        self.change(reqwest::Method::PUT, "a pin", product).await
    }

    /// Takes a product off the screen.
    ///
    /// # Errors
    /// When the server refuses or does not answer.
    pub async fn unfeature(&self, product: &str) -> Result<(), LoadError> {
        self.change(reqwest::Method::DELETE, "taking a pin away", product).await
    }

    /// A counter or gauge of the server; `None` where it tells nothing.
    pub async fn metric(&self, name: &str) -> Option<u64> {
        let answer = self.http.get(format!("{}/metrics", self.base)).send().await.ok()?;
        let text = answer.error_for_status().ok()?.text().await.ok()?;
        let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        line.and_then(|value| value.parse().ok())
    }

    /// How often the server has asked its database so far; `None` where it tells nothing.
    pub async fn database(&self) -> Option<DatabaseReport> {
        let reads = self.metric("vetrina_database_reads_total").await?;
        Some(DatabaseReport { reads, writes: self.metric("vetrina_database_writes_total").await? })
    }

    async fn get(&self, what: &str, path: &str) -> Result<Value, LoadError> {
        self.send(what, self.http.get(format!("{}{path}", self.base))).await
    }

    async fn change(&self, method: reqwest::Method, what: &str, product: &str) -> Result<(), LoadError> {
        let url = format!("{}/api/v1/shows/{}/featured-products/{product}", self.base, self.show);
        let mut request = self.http.request(method, url);
        if let Some(key) = &self.key {
            request = request.bearer_auth(key.reveal());
        }
        self.send(what, request).await.map(drop)
    }

    async fn send(&self, what: &str, request: reqwest::RequestBuilder) -> Result<Value, LoadError> {
        let unreachable = |error| LoadError::Unreachable(self.base.clone(), error);
        let answer = request.send().await.map_err(unreachable)?;
        let status = answer.status();
        let body = answer.bytes().await.map_err(unreachable)?;
        let body: Value = serde_json::from_slice(&body).unwrap_or_default();
        if status.is_success() {
            return Ok(body);
        }
        let code = body["code"].as_str().unwrap_or_default().to_owned();
        Err(LoadError::Refused { what: what.to_owned(), status: status.as_u16(), code })
    }
}

fn read_show(page: &Value) -> Show {
    let (show, shop) = (&page["show"], &page["shop"]);
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let lineup = list(&show["lineup"]);
    let variants = lineup.iter().flat_map(|product| list(&product["variants"]));
    let can_be_bought =
        |variant: &Value| variant["on_sale"] == true && variant["available"].as_i64() > Some(0);
    let position = page["position"].as_str().unwrap_or_default();
    Show {
        id: text(&show["id"]),
        title: text(&show["title"]),
        status: text(&show["status"]),
        slow_mode_secs: show["slow_mode_secs"].as_i64().unwrap_or(0),
        products: lineup.iter().map(|product| text(&product["id"])).collect(),
        featured: list(&show["featured"]).iter().map(text).collect(),
        variants: variants.filter(can_be_bought).map(|variant| text(&variant["id"])).collect(),
        is_sandbox: shop["payments"] == "sandbox" && shop["is_test"] == true,
        ship_to: shop["delivery"]["zones"][0]["countries"][0].as_str().map(str::to_owned),
        seq: position.split(':').nth(1).and_then(|seq| seq.parse().ok()).unwrap_or(0),
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Arguments {
        #[command(flatten)]
        options: TargetOptions,
    }

    fn find(arguments: &[&str]) -> Result<Target, LoadError> {
        let options = Arguments::parse_from([&["load"], arguments].concat()).options;
        options.check()?;
        Target::find(&options.server, &options)
    }

    #[test]
    fn other_machines_are_refused_unless_they_are_ones_own() {
        for server in ["http://192.0.2.7:8080", "http://[2001:db8::1]"] {
            let refused = find(&["--server", server]);
            assert!(matches!(refused, Err(LoadError::NotLoopback(_))), "{refused:?}");
            let found = find(&["--server", server, "--i-own-this-server"]).unwrap();
            assert!(!found.takes_sources());
        }
        for server in
            ["http://127.0.0.1:8080", "http://127.8.8.8:8080", "http://[::1]:8080", "http://localhost:8080"]
        {
            assert_eq!(find(&["--server", server]).unwrap().address.port(), 8080, "{server}");
        }
        assert_eq!(find(&[]).unwrap().host, "127.0.0.1:8080");
    }
}
