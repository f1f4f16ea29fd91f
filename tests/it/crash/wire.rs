//! Requests to a program that may be gone at any moment.

use std::net::SocketAddr;
use std::time::Duration;

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, RequestBuilder};
use serde_json::Value;

use crate::support::{WITHIN, within};

/// Speaks to the program as one person. Every request gives `None` once the program is gone.
#[derive(Clone)]
pub struct Wire {
    http: reqwest::Client,
    base: String,
    headers: HeaderMap,
}

/// What came back whole.
pub struct Reply {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
}

impl Reply {
    /// Null when the body is no JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_default()
    }
}

impl Wire {
    /// A viewer with a token.
    pub fn viewer(address: SocketAddr, token: &str) -> Self {
        Self::with(address, &[("authorization", format!("Bearer {token}"))])
    }

    /// A signed-in member on our own pages.
    pub fn member(address: SocketAddr, session: &str) -> Self {
        let cookie = format!("vetrina={session}");
        Self::with(address, &[("cookie", cookie), ("sec-fetch-site", "same-origin".to_owned())])
    }

    fn with(address: SocketAddr, headers: &[(&'static str, String)]) -> Self {
        let http = reqwest::Client::builder().timeout(WITHIN).redirect(reqwest::redirect::Policy::none());
        let headers = headers.iter().map(|(name, value)| {
            (HeaderName::from_static(name), HeaderValue::from_str(value).expect("a header value"))
        });
        Self {
            http: http.build().expect("a client can be made"),
            base: format!("http://{address}"),
            headers: headers.collect(),
        }
    }

    pub async fn get(&self, path: &str) -> Option<Reply> {
        self.send(self.request(Method::GET, path)).await
    }

    pub async fn delete(&self, path: &str) -> Option<Reply> {
        self.send(self.request(Method::DELETE, path)).await
    }

    /// Sends JSON under an idempotency key.
    pub async fn post(&self, path: &str, key: &str, body: &Value) -> Option<Reply> {
        let request = self.request(Method::POST, path).header("idempotency-key", key);
        self.send(request.header("content-type", "application/json").body(body.to_string())).await
    }

    /// Sends the form of a page.
    pub async fn submit(&self, path: &str, form: String) -> Option<Reply> {
        let kind = "application/x-www-form-urlencoded";
        self.send(self.request(Method::POST, path).header("content-type", kind).body(form)).await
    }

    /// Asks as often as it takes; all buyers share one address, whose requests are limited.
    pub async fn patiently(&self, method: Method, path: &str) -> Reply {
        within("the program to have time", async {
            loop {
                let reply = self.send(self.request(method.clone(), path)).await;
                let reply = reply.expect("nobody kills the program now");
                if reply.status != 429 {
                    return reply;
                }
                let wait = reply.headers["retry-after"].to_str().ok().and_then(|secs| secs.parse().ok());
                tokio::time::sleep(Duration::from_secs(wait.expect("it says how long"))).await;
            }
        })
        .await
    }

    /// The path of an address on this server.
    pub fn path_of<'a>(&self, url: &'a str) -> Option<&'a str> {
        url.strip_prefix(&self.base)
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.base)).headers(self.headers.clone())
    }

    /// `None` for a connection that broke; a program that lives answers in time and does not fail.
    async fn send(&self, request: RequestBuilder) -> Option<Reply> {
        let read = async {
            let answer = request.send().await?;
            let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
            Ok::<_, reqwest::Error>(Reply { status, headers, text: answer.text().await? })
        };
        match read.await {
            Ok(reply) => {
                assert_ne!(reply.status, 500, "{}", reply.text);
                Some(reply)
            }
            Err(error) => {
                assert!(!error.is_timeout(), "no answer in time: {error}");
                None
            }
        }
    }
}
