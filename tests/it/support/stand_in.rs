//! A payment provider that answers as a test tells it, over HTTP like the real one.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use vetrina::clock::Clock;
use vetrina::config::Secret;

use super::fleet;
use super::schema;
use super::server::Setup;
use super::stripe_account::StripeAccount;
use super::within;

/// The provider and what it was asked.
#[derive(Clone, Default)]
pub struct StandIn(Arc<Mutex<Inner>>);

#[derive(Default)]
struct Inner {
    /// What comes first; once empty, every call is answered well.
    script: VecDeque<Scripted>,
    /// What comes first at one path, before the script.
    script_at: HashMap<String, VecDeque<Scripted>>,
    calls: Vec<Call>,
    session: Option<Value>,
    made: usize,
    account: StripeAccount,
    url: String,
    /// Requests that Stripe's types do not allow.
    faults: Vec<String>,
    /// Comparisons of orders with the sessions here.
    comparisons: usize,
}

/// One answer of the script.
#[derive(Clone)]
pub struct Scripted {
    status: u16,
    body: Value,
    should_retry: Option<&'static str>,
    is_replay: bool,
}

/// One call as it arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    pub method: Method,
    pub path: String,
    pub key: Option<String>,
    /// The key that was sent.
    pub bearer: String,
    /// The connected account that it was made for.
    pub account: Option<String>,
    /// The pairs of the form, or of the query, in order of their names.
    pub form: Vec<(String, String)>,
}

/// A success with this body.
pub fn answer(body: Value) -> Scripted {
    Scripted { status: 200, body, should_retry: None, is_replay: false }
}

/// A refusal in Stripe's shape.
pub fn refusal(status: u16, kind: &str, code: &str) -> Scripted {
    let body = json!({ "error": { "type": kind, "code": code, "message": "no" } });
    Scripted { status, body, should_retry: None, is_replay: false }
}

impl Scripted {
    pub fn and_do_not_retry(self) -> Self {
        Self { should_retry: Some("false"), ..self }
    }

    /// The answer that the same key got before.
    pub fn replayed(self) -> Self {
        Self { is_replay: true, ..self }
    }
}

impl StandIn {
    /// Starts it, and a set-up whose server takes it for Stripe, under a clock that stands still.
    pub async fn start() -> (Self, Setup) {
        let stand_in = Self::default();
        let router = Router::new().fallback(respond).with_state(stand_in.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("a bound socket has an address");
        tokio::spawn(async move { axum::serve(listener, router).await });
        let mut setup = Setup { clock: Clock::manual(Clock::system().now()), ..Setup::default() };
        setup.config.stripe.secret_key = Some(Secret::new("sk_test_stand_in"));
        setup.config.stripe.webhook_secrets = vec![Secret::new("whsec_stand_in")];
        let url = format!("http://{address}");
        setup.config.stripe.api_base = Some(url.parse().expect("an address"));
        stand_in.inner().url = url;
        (stand_in, setup)
    }

    /// Waits until a server has compared its orders with the sessions here, as it does at its start.
    pub async fn compared(&self) {
        within("the server to ask for the sessions", async {
            let mut looks = tokio::time::interval(std::time::Duration::from_millis(2));
            while self.calls_so_far() == 0 {
                looks.tick().await;
            }
        })
        .await;
        let calls = self.calls();
        assert!(calls.len() == 1 && calls[0].method == Method::GET, "{calls:?}");
    }

    /// The session it made last.
    pub fn session(&self) -> Value {
        self.inner().session.clone().expect("it has made one")
    }

    /// Gives these answers next.
    pub fn script(&self, answers: impl IntoIterator<Item = Scripted>) {
        self.inner().script.extend(answers);
    }

    /// Gives these answers next at one path, whatever is asked elsewhere meanwhile.
    pub fn script_at(&self, path: &str, answers: impl IntoIterator<Item = Scripted>) {
        self.inner().script_at.entry(path.to_owned()).or_default().extend(answers);
    }

    /// Where it listens.
    pub fn url(&self) -> String {
        self.inner().url.clone()
    }

    /// The address of that.
    pub fn address(&self) -> std::net::SocketAddr {
        self.url().trim_start_matches("http://").parse().expect("it listens at an address")
    }

    /// Changes the account behind it.
    pub fn change(&self, change: impl FnOnce(&mut StripeAccount)) {
        change(&mut self.inner().account);
    }

    /// What was asked since the last look; every request is one that Stripe's types allow.
    #[track_caller]
    pub fn calls(&self) -> Vec<Call> {
        let mut inner = self.inner();
        let (calls, faults) = (std::mem::take(&mut inner.calls), std::mem::take(&mut inner.faults));
        drop(inner);
        assert!(faults.is_empty(), "{}", faults.join("\n"));
        calls
    }

    /// How often it was asked since the last look.
    pub fn calls_so_far(&self) -> usize {
        self.inner().calls.len()
    }

    fn inner(&self) -> std::sync::MutexGuard<'_, Inner> {
        self.0.lock().expect("no test panics while it holds this")
    }

    fn take(&self, call: &Call) -> Scripted {
        let mut inner = self.inner();
        if inner.is_of_further_node(call) {
            return answer(list(&[]));
        }
        inner.calls.push(call.clone());
        // A check asks for what cannot be on purpose, so only what sells is held against the types.
        if let Some((status, body)) = inner.account.answer(call) {
            return Scripted { status, body, should_retry: None, is_replay: false };
        }
        inner.faults.extend(call.faults());
        let scripted = inner.script_at.get_mut(&call.path).and_then(VecDeque::pop_front);
        let scripted = scripted.or_else(|| inner.script.pop_front());
        scripted.unwrap_or_else(|| inner.succeed(call))
    }
}

impl Call {
    /// A field of its form.
    pub fn field(&self, name: &str) -> Option<&str> {
        self.form.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// What Stripe's types do not allow of it.
    pub fn faults(&self) -> Vec<String> {
        match (&self.method, self.path.as_str()) {
            (&Method::POST, "/v1/checkout/sessions") => schema::faults("CreateSession", &self.form),
            (&Method::POST, "/v1/refunds") => schema::faults("CreateRefund", &self.form),
            (&Method::GET, "/v1/checkout/sessions") => {
                self.unknown_names(&["created[gte]", "limit", "payment_intent", "starting_after"])
            }
            (&Method::GET, "/v1/refunds") => self.unknown_names(&["limit", "payment_intent"]),
            (&Method::GET, _) => self.unknown_names(&[]),
            _ => Vec::new(),
        }
    }

    /// Stripe refuses a list that is asked for by a name it does not know.
    fn unknown_names(&self, known: &[&str]) -> Vec<String> {
        let unknown = self.form.iter().filter(|(name, _)| !known.contains(&name.as_str()));
        unknown.map(|(name, _)| format!("{} {}: unknown parameter {name}", self.method, self.path)).collect()
    }
}

impl Inner {
    /// Whether a further node compares as it starts, after the first has done the same.
    ///
    /// Each node does so once; when, depends on who else is at it.
    fn is_of_further_node(&mut self, call: &Call) -> bool {
        if call.path != "/v1/checkout/sessions" || call.field("created[gte]").is_none() {
            return false;
        }
        self.comparisons += 1;
        (2..=fleet::nodes()).contains(&self.comparisons)
    }

    fn succeed(&mut self, call: &Call) -> Scripted {
        let body = if call.path.ends_with("/expire") {
            let session = self.session.get_or_insert_with(|| session("cs_lost", None));
            session["status"] = "expired".into();
            session.clone()
        } else if call.method == Method::POST {
            let order = call.form.iter().find(|(name, _)| name == "client_reference_id");
            self.made += 1;
            let id = format!("cs_test_{}", self.made);
            let mut made = session(&id, order.map(|(_, order)| order.as_str()));
            if call.field("ui_mode") == Some("embedded_page") {
                made["url"] = Value::Null;
                made["client_secret"] = format!("{id}_secret_1").into();
            }
            self.session = Some(made.clone());
            made
        } else if call.path == "/v1/refunds" {
            json!({ "object": "list", "url": "/v1/refunds", "has_more": false, "data": [] })
        } else if call.path == "/v1/checkout/sessions" {
            list(self.session.as_slice())
        } else {
            self.session.clone().unwrap_or_default()
        };
        Scripted { status: 200, body, should_retry: None, is_replay: false }
    }
}

fn list(sessions: &[Value]) -> Value {
    json!({ "object": "list", "url": "/v1/checkout/sessions", "has_more": false, "data": sessions })
}

fn session(id: &str, order: Option<&str>) -> Value {
    json!({
        "id": id, "object": "checkout.session", "status": "open", "payment_status": "unpaid",
        "automatic_tax": { "enabled": false, "liability": null, "provider": null, "status": null },
        "client_reference_id": order, "created": 1_800_000_000, "currency": "eur", "custom_fields": [],
        "custom_text": { "after_submit": null, "shipping_address": null, "submit": null,
            "terms_of_service_acceptance": null },
        "expires_at": 1_800_003_600, "livemode": false, "mode": "payment",
        "payment_method_types": ["card"], "shipping_options": [], "url": "https://pay.example/1",
    })
}

async fn respond(
    State(stand_in): State<StandIn>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let pairs = if method == Method::GET { uri.query().unwrap_or_default().as_bytes() } else { &body };
    let mut form: Vec<(String, String)> = url::form_urlencoded::parse(pairs).into_owned().collect();
    form.sort();
    let key = headers.get("idempotency-key").and_then(|key| key.to_str().ok()).map(str::to_owned);
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let bearer = text("authorization").unwrap_or_default().trim_start_matches("Bearer ").to_owned();
    let account = text("stripe-account");
    let scripted = stand_in.take(&Call { method, path: uri.path().to_owned(), key, bearer, account, form });
    let status = StatusCode::from_u16(scripted.status).expect("a status");
    let mut response = (status, axum::Json(scripted.body)).into_response();
    if scripted.is_replay {
        response.headers_mut().insert("idempotent-replayed", "true".parse().expect("a header value"));
    }
    if let Some(word) = scripted.should_retry {
        response.headers_mut().insert("stripe-should-retry", word.parse().expect("a header value"));
    }
    response
}
