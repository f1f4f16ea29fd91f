//! A JSON client that knows who it is.

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, StatusCode};
use serde_json::Value;

use super::WITHIN;
use super::server::TestServer;

/// Sends JSON as one member, key or viewer, or as nobody.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    base: String,
    headers: HeaderMap,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
    /// Null when the body is no JSON.
    pub body: Value,
}

impl TestServer {
    /// A client that is nobody yet.
    pub fn client(&self) -> Client {
        let http = reqwest::Client::builder()
            .timeout(WITHIN)
            .redirect(reqwest::redirect::Policy::none())
            // Each request on a connection of its own, so that before several nodes any may get it.
            .pool_max_idle_per_host(if self.is_fleet() { 0 } else { usize::MAX })
            .build()
            .expect("a client can be made");
        Client { http, base: self.url(""), headers: HeaderMap::new() }
    }
}

impl Client {
    /// Sends a header with every request.
    pub fn with_header(mut self, name: &'static str, value: &str) -> Self {
        let value = HeaderValue::from_str(value).expect("a header value");
        self.headers.insert(HeaderName::from_static(name), value);
        self
    }

    /// Speaks for the holder of a viewer token or an API key.
    pub fn with_bearer(self, token: &str) -> Self {
        self.with_header("authorization", &format!("Bearer {token}"))
    }

    /// Speaks for a signed-in member from our own pages.
    pub fn with_session(self, token: &str) -> Self {
        self.with_header("cookie", &format!("vetrina={token}")).with_header("sec-fetch-site", "same-origin")
    }

    /// Speaks to a server at another address.
    pub fn at(self, base: &str) -> Self {
        Self { base: base.to_owned(), ..self }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.request(Method::GET, path, None).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.request(Method::POST, path, Some(body)).await
    }

    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.request(Method::PUT, path, Some(body)).await
    }

    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        self.request(Method::PATCH, path, Some(body)).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.request(Method::DELETE, path, None).await
    }

    /// Sends any body.
    pub async fn send_bytes(&self, method: Method, path: &str, kind: &str, body: Vec<u8>) -> Answer {
        let request = self.http.request(method, format!("{}{path}", self.base)).headers(self.headers.clone());
        finish(request.header("content-type", kind).body(body)).await
    }

    /// Sends JSON, or no body at all; nothing comes back from a server that is going or gone.
    pub async fn try_request(&self, method: Method, path: &str, body: Option<Value>) -> Option<Answer> {
        let response = self.prepare(method, path, body).send().await.ok()?;
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = response.bytes().await.ok()?.to_vec();
        let body = serde_json::from_slice(&bytes).unwrap_or_default();
        Some(Answer { status, headers, bytes, body })
    }

    /// Sends JSON, or no body at all.
    pub async fn request(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        finish(self.prepare(method, path, body)).await
    }

    fn prepare(&self, method: Method, path: &str, body: Option<Value>) -> reqwest::RequestBuilder {
        let request = self.http.request(method, format!("{}{path}", self.base)).headers(self.headers.clone());
        match body {
            Some(body) => request.header("content-type", "application/json").body(body.to_string()),
            None => request,
        }
    }
}

async fn finish(request: reqwest::RequestBuilder) -> Answer {
    let response = request.send().await.expect("the server answers");
    let (status, headers) = (response.status(), response.headers().clone());
    let bytes = response.bytes().await.expect("the answer has an end").to_vec();
    let body = serde_json::from_slice(&bytes).unwrap_or_default();
    Answer { status, headers, bytes, body }
}

impl Answer {
    /// The body, of an answer with this status.
    #[track_caller]
    pub fn expect(self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", String::from_utf8_lossy(&self.bytes));
        self.body
    }

    /// The body, of a refusal with this status and code.
    #[track_caller]
    pub fn expect_problem(self, status: u16, code: &str) -> Value {
        let kind = self.headers.get("content-type").and_then(|kind| kind.to_str().ok());
        assert_eq!(kind, Some("application/problem+json"), "{self:?}");
        let body = self.expect(status);
        assert_eq!(body["code"], code, "{body}");
        assert!(body["request_id"].is_string(), "{body}");
        body
    }
}
