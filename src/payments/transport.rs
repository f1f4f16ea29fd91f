//! Carries the typed requests of the Stripe crates over one pooled HTTP client.
//!
//! The crates' own client never repeats keyed requests and has no time limits; this one does both.
//! Invariant: each repetition carries the same idempotency key.

use std::sync::OnceLock;
use std::time::Duration;

use bytes::Bytes;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HOST, HeaderMap, HeaderValue};
use stripe_client_core::{
    CustomizedStripeRequest, RequestBuilder, StripeClient, StripeClientErr, StripeMethod,
};

use super::error::{ApiError, ProviderError};
use super::pause::Pauser;
use crate::clock::Clock;
use crate::config::Secret;

/// How long reaching the provider may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
/// How long one call may take, its repetitions included; a buyer waits for it.
const TOTAL_TIMEOUT: Duration = Duration::from_secs(20);
/// Times that one call is sent.
const ATTEMPTS_MAX: u32 = 3;
/// The longest pause before the first repetition; it doubles.
const BACKOFF: Duration = Duration::from_millis(500);
/// Bytes of an answer; a page of 100 sessions stays below.
const ANSWER_BYTES_MAX: u64 = 4 * 1024 * 1024;

/// How the provider is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Route {
    /// Over the network, through the proxy of the environment where there is one.
    Network,
    /// On this machine.
    Loopback,
}

/// One HTTP client with the key and address of a provider.
pub(super) struct Transport {
    http: reqwest::Client,
    key: Secret,
    /// The connected account that calls are made for.
    account: Option<String>,
    target: OnceLock<Target>,
    clock: Clock,
    pauser: Option<Pauser>,
}

/// For whom a call is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    /// For the connected account, where there is one.
    Account,
    /// For the key's own account.
    Own,
}

/// Where the provider stands.
#[derive(Debug)]
struct Target {
    /// The address in front of `/v1`.
    base: String,
    /// The name to ask for, where it is not the one in the address.
    host: Option<String>,
}

impl std::fmt::Debug for Transport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Transport").field("target", &self.target).finish_non_exhaustive()
    }
}

impl StripeClientErr for ProviderError {
    fn deserialize_err(message: impl std::fmt::Display) -> Self {
        Self::Unknown(message.to_string())
    }
}

impl StripeClient for Transport {
    type Err = ProviderError;

    async fn execute(&self, request: CustomizedStripeRequest) -> Result<Bytes, ProviderError> {
        let (request, overrides) = request.into_pieces();
        let idempotency_key = overrides.request_strategy.and_then(|strategy| strategy.get_key());
        let call = Call {
            request: &request,
            idempotency_key: idempotency_key.as_ref().map(stripe_client_core::IdempotencyKey::as_str),
            account: overrides
                .account_id
                .as_ref()
                .map(stripe_client_core::AccountId::as_str)
                .or(self.account.as_deref()),
        };
        self.call(call).await
    }
}

/// One call with what all its repetitions share.
struct Call<'a> {
    request: &'a RequestBuilder,
    idempotency_key: Option<&'a str>,
    account: Option<&'a str>,
}

impl Call<'_> {
    /// Whether sending it twice does no more than sending it once.
    const fn is_repeatable(&self) -> bool {
        matches!(self.request.method, StripeMethod::Get) || self.idempotency_key.is_some()
    }
}

/// Why one attempt brought nothing, and whether another may.
struct Failure {
    error: ProviderError,
    may_repeat: bool,
}

impl Transport {
    pub fn new(key: Secret, clock: Clock, route: Route) -> Self {
        Self::over(http_client(route), key, clock)
    }

    /// Shares the connections of other keys.
    pub fn over(http: reqwest::Client, key: Secret, clock: Clock) -> Self {
        Self { http, key, account: None, target: OnceLock::new(), clock, pauser: None }
    }

    /// Makes all calls for a connected account.
    pub fn with_account(mut self, account: Option<String>) -> Self {
        self.account = account;
        self
    }

    /// Tells somebody when the key is refused.
    pub fn with_pauser(mut self, pauser: Pauser) -> Self {
        self.pauser = Some(pauser);
        self
    }

    /// Makes a call that is not repeated and whose refusal pauses nothing; for looking around.
    pub async fn ask_once(
        &self,
        request: &RequestBuilder,
        scope: Scope,
        limit: Duration,
    ) -> Result<Bytes, ProviderError> {
        let account = self.account.as_deref().filter(|_| scope == Scope::Account);
        let call = Call { request, idempotency_key: None, account };
        match tokio::time::timeout(limit, self.send(&call)).await {
            Ok(answer) => answer.map_err(|failure| failure.error),
            Err(_) => Err(ProviderError::no_answer_in_time()),
        }
    }

    /// Sets the address in front of `/v1` and the host to name there; the first ones stay.
    pub fn set_target(&self, base: String, host: Option<String>) {
        let _ = self.target.set(Target { base, host });
    }

    /// Whether the provider's address is known.
    pub fn has_target(&self) -> bool {
        self.target.get().is_some()
    }

    /// The connected account that calls are made for.
    pub fn account(&self) -> Option<&str> {
        self.account.as_deref()
    }

    /// Reads something of which the Stripe crates would ask for more than is used.
    pub async fn read(&self, request: &RequestBuilder) -> Result<Bytes, ProviderError> {
        self.call(Call { request, idempotency_key: None, account: self.account() }).await
    }

    /// Does something of whose answer the Stripe crates would ask for more than is used.
    pub async fn send_once(&self, request: &RequestBuilder, key: &str) -> Result<Bytes, ProviderError> {
        self.call(Call { request, idempotency_key: Some(key), account: self.account() }).await
    }

    async fn call(&self, call: Call<'_>) -> Result<Bytes, ProviderError> {
        let answer = tokio::time::timeout(TOTAL_TIMEOUT, self.repeat(&call)).await;
        let answer = answer.unwrap_or_else(|_| Err(ProviderError::no_answer_in_time()));
        if let (Err(error), Some(pauser)) = (&answer, &self.pauser) {
            pauser.note(error).await;
        }
        answer
    }

    async fn repeat(&self, call: &Call<'_>) -> Result<Bytes, ProviderError> {
        let mut attempt = 0;
        loop {
            let failure = match self.send(call).await {
                Ok(body) => return Ok(body),
                Err(failure) => failure,
            };
            attempt += 1;
            if attempt >= ATTEMPTS_MAX || !failure.may_repeat || !call.is_repeatable() {
                return Err(failure.error);
            }
            // Real time, as what is waited for is another machine, which no test's clock moves.
            tokio::time::sleep(self.clock.jitter(BACKOFF * 2u32.pow(attempt - 1))).await;
        }
    }

    async fn send(&self, call: &Call<'_>) -> Result<Bytes, Failure> {
        let unknown = || Failure::unknown("the provider's address is not known yet");
        let Target { base, host } = self.target.get().ok_or_else(unknown)?;
        let path = &call.request.path;
        let query = call.request.query.as_deref().filter(|query| !query.is_empty());
        let url = format!("{base}/v1{path}{}{}", query.map_or("", |_| "?"), query.unwrap_or_default());
        let mut request = match call.request.method {
            StripeMethod::Get => self.http.get(url),
            StripeMethod::Post => self.http.post(url),
            StripeMethod::Delete => self.http.delete(url),
        };
        request = request
            .header(AUTHORIZATION, self.bearer()?)
            .header("stripe-version", stripe_client_core::VERSION.as_str());
        if let Some(host) = host {
            request = request.header(HOST, host);
        }
        if let Some(key) = call.idempotency_key {
            request = request.header("idempotency-key", key);
        }
        if let Some(account) = call.account {
            request = request.header("stripe-account", account);
        }
        if let Some(body) = &call.request.body {
            request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(body.clone());
        }
        let response = request.send().await.map_err(|error| Failure::unknown(error.without_url()))?;
        Self::answer(path, response).await
    }

    /// The header that carries the key, marked so that no library prints it either.
    fn bearer(&self) -> Result<HeaderValue, Failure> {
        let value = HeaderValue::from_str(&format!("Bearer {}", self.key.reveal()));
        let mut value = value.map_err(|_| Failure::unknown("the key cannot be sent in a header"))?;
        value.set_sensitive(true);
        Ok(value)
    }

    async fn answer(path: &str, response: reqwest::Response) -> Result<Bytes, Failure> {
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        if response.content_length().is_some_and(|length| length > ANSWER_BYTES_MAX) {
            return Err(Failure::unknown("the answer is too large"));
        }
        let body = response.bytes().await.map_err(|error| Failure::unknown(error.without_url()))?;
        let request_id = text(&headers, "request-id").unwrap_or("-");
        if (200..300).contains(&status) {
            tracing::debug!(provider.request_id = request_id, path, "the payment provider answered {status}");
            return Ok(body);
        }
        let is_replay = text(&headers, "idempotent-replayed") == Some("true");
        let error = ApiError { is_replay, ..ApiError::parse(status, &body) };
        tracing::warn!(
            provider.request_id = request_id,
            path,
            status,
            kind = error.kind,
            code = error.code.as_deref().unwrap_or("-"),
            limited = text(&headers, "stripe-rate-limited-reason").unwrap_or("-"),
            "the payment provider refused a call"
        );
        Err(Failure {
            // What is stored under a key comes back the same however often it is asked for.
            may_repeat: !is_replay && may_repeat(status, text(&headers, "stripe-should-retry")),
            error: error.into(),
        })
    }
}

/// A client with the time limits of payments.
pub(super) fn http_client(route: Route) -> reqwest::Client {
    // The process has one TLS provider; whoever comes first installs it.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut http = reqwest::Client::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .timeout(TOTAL_TIMEOUT)
        .redirect(reqwest::redirect::Policy::none())
        .user_agent(concat!("vetrina/", env!("CARGO_PKG_VERSION")));
    if route == Route::Loopback {
        http = http.no_proxy();
    }
    http.build().expect("the client's settings are constants that reqwest takes")
}

impl Failure {
    fn unknown(cause: impl std::fmt::Display) -> Self {
        Self { error: ProviderError::Unknown(cause.to_string()), may_repeat: true }
    }
}

/// Whether an answer of this status may change; the provider's own word comes first.
fn may_repeat(status: u16, should_retry: Option<&str>) -> bool {
    match (status, should_retry) {
        // A declined payment stays declined, whatever the header says.
        (402, _) | (_, Some("false")) => false,
        (_, Some("true")) => true,
        _ => matches!(status, 409 | 424 | 429 | 500..=599),
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

#[cfg(test)]
mod tests {
    use super::may_repeat;

    #[test]
    fn what_may_be_repeated() {
        assert!(may_repeat(500, None));
        assert!(may_repeat(409, None));
        assert!(may_repeat(429, None));
        assert!(may_repeat(400, Some("true")));
        assert!(!may_repeat(500, Some("false")));
        assert!(!may_repeat(400, None));
        assert!(!may_repeat(402, None));
        assert!(!may_repeat(402, Some("true")));
    }
}
