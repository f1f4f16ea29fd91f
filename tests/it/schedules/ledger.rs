//! A payment provider with a memory of its own, which loses, repeats and forgets on demand.
//!
//! What it holds is the truth that our books are compared with at the end.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::{Value, json};
use vetrina::clock::Clock;

/// The provider; cheap to clone.
#[derive(Clone)]
pub struct Ledger(Arc<Mutex<Books>>);

/// What the provider knows.
pub struct Books {
    clock: Clock,
    rng: StdRng,
    /// How many calls of a hundred go wrong.
    pub faults: u32,
    /// No call gets through.
    pub is_down: bool,
    pub sessions: Vec<Session>,
    pub refunds: Vec<Refund>,
    /// Webhooks that have not been delivered yet.
    pub events: Vec<Value>,
    kept: HashMap<String, Kept>,
    count: u64,
}

#[derive(Clone, Debug)]
pub struct Session {
    pub id: String,
    pub order: String,
    pub status: &'static str,
    pub payment_status: &'static str,
    pub payment: Option<String>,
    pub amount: i64,
    form: HashMap<String, String>,
    created: i64,
    expires_at: i64,
}

#[derive(Clone, Debug)]
pub struct Refund {
    pub id: String,
    pub payment: String,
    pub amount: i64,
    pub is_settled: bool,
    metadata: Value,
}

/// The first answer under an idempotency key.
#[derive(Clone)]
struct Kept {
    form: HashMap<String, String>,
    status: u16,
    body: Value,
}

/// What goes wrong with one call.
enum Fault {
    /// Nothing.
    None,
    /// It does not arrive.
    Lost,
    /// It is done, but the answer gets lost.
    Unanswered,
    /// It fails, and the failure is kept for its key; perhaps it was done all the same.
    Stored(bool),
    /// Too many at a time.
    Throttled,
}

type Answer = (u16, Value);

impl Ledger {
    /// Opens the books and serves them on a free port; gives the address too.
    pub async fn start(clock: Clock) -> (Self, std::net::SocketAddr) {
        let books = Books {
            clock,
            rng: StdRng::seed_from_u64(0),
            faults: 0,
            is_down: false,
            sessions: Vec::new(),
            refunds: Vec::new(),
            events: Vec::new(),
            kept: HashMap::new(),
            count: 0,
        };
        let ledger = Self(Arc::new(Mutex::new(books)));
        let router = Router::new().fallback(respond).with_state(ledger.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("a bound socket has an address");
        tokio::spawn(async move { axum::serve(listener, router).await });
        (ledger, address)
    }

    pub fn books(&self) -> MutexGuard<'_, Books> {
        self.0.lock().expect("no test panics while it holds this")
    }
}

impl Books {
    /// Forgets everything but the time, for another schedule.
    pub fn begin(&mut self, seed: u64) {
        self.rng = StdRng::seed_from_u64(seed);
        self.sessions.clear();
        self.refunds.clear();
        self.events.clear();
        self.kept.clear();
        (self.faults, self.is_down) = (0, false);
    }

    /// Closes the sessions whose time is up.
    pub fn pass_time(&mut self) {
        let now = self.clock.now().timestamp();
        for index in 0..self.sessions.len() {
            if self.sessions[index].status == "open" && self.sessions[index].expires_at <= now {
                self.sessions[index].status = "expired";
                self.announce(index, "checkout.session.expired");
            }
        }
    }

    /// A buyer pays one of the open sessions. False when it is not open.
    pub fn pay(&mut self, index: usize, is_delayed: bool) -> bool {
        if self.sessions[index].status != "open" {
            return false;
        }
        self.count += 1;
        let session = &mut self.sessions[index];
        session.status = "complete";
        session.payment_status = if is_delayed { "unpaid" } else { "paid" };
        session.payment = Some(format!("pi_{}", self.count));
        self.announce(index, "checkout.session.completed");
        true
    }

    /// A delayed payment comes, or does not.
    pub fn settle(&mut self, index: usize, is_good: bool) {
        let session = &mut self.sessions[index];
        if session.status != "complete" || session.payment_status != "unpaid" {
            return;
        }
        if is_good {
            session.payment_status = "paid";
            self.announce(index, "checkout.session.async_payment_succeeded");
        } else {
            // Stripe leaves the session complete and unpaid for ever; our books learn it by webhook.
            session.payment_status = "failed";
            self.announce(index, "checkout.session.async_payment_failed");
        }
    }

    /// Refunds that banks were still working on arrive.
    pub fn settle_refunds(&mut self) {
        for index in 0..self.refunds.len() {
            if !self.refunds[index].is_settled {
                self.refunds[index].is_settled = true;
                self.announce_refund(index, "refund.updated");
            }
        }
    }

    /// What went back of a payment.
    pub fn refunded(&self, payment: &str) -> i64 {
        self.refunds.iter().filter(|refund| refund.payment == payment).map(|refund| refund.amount).sum()
    }

    fn announce(&mut self, index: usize, kind: &str) {
        self.count += 1;
        let object = self.sessions[index].to_json();
        self.events.push(json!({
            "id": format!("evt_{}", self.count), "object": "event", "type": kind, "livemode": false,
            "data": { "object": object },
        }));
    }

    fn announce_refund(&mut self, index: usize, kind: &str) {
        self.count += 1;
        let object = self.refunds[index].to_json();
        self.events.push(json!({
            "id": format!("evt_{}", self.count), "object": "event", "type": kind, "livemode": false,
            "data": { "object": object },
        }));
    }

    fn draw_fault(&mut self) -> Fault {
        if self.is_down {
            return Fault::Lost;
        }
        if self.rng.random_range(0..100) >= self.faults {
            return Fault::None;
        }
        match self.rng.random_range(0..5) {
            0 => Fault::Lost,
            1 => Fault::Unanswered,
            2 => Fault::Stored(true),
            3 => Fault::Stored(false),
            _ => Fault::Throttled,
        }
    }

    fn answer(
        &mut self,
        method: &Method,
        path: &str,
        key: Option<&str>,
        form: HashMap<String, String>,
    ) -> Call {
        self.pass_time();
        let failure = || (500, json!({ "error": { "type": "api_error" } }));
        match self.draw_fault() {
            Fault::Lost => return Call::new(failure()),
            Fault::Throttled => return Call::new((429, json!({ "error": { "type": "rate_limit_error" } }))),
            Fault::Stored(is_done) if key.is_some_and(|key| !self.kept.contains_key(key)) => {
                if is_done {
                    self.perform(method, path, &form);
                }
                let (status, body) = failure();
                self.kept.insert(key.unwrap_or_default().to_owned(), Kept { form, status, body });
                return Call::new(failure());
            }
            Fault::Unanswered | Fault::Stored(_) => {
                self.perform_once(method, path, key, form);
                return Call::new(failure());
            }
            Fault::None => {}
        }
        self.perform_once(method, path, key, form)
    }

    /// Does what is asked, or gives what the key got before.
    fn perform_once(
        &mut self,
        method: &Method,
        path: &str,
        key: Option<&str>,
        form: HashMap<String, String>,
    ) -> Call {
        let Some(key) = key else { return Call::new(self.perform(method, path, &form)) };
        if let Some(kept) = self.kept.get(key) {
            if kept.form != form {
                return Call::new((400, json!({ "error": { "type": "idempotency_error" } })));
            }
            return Call { status: kept.status, body: kept.body.clone(), is_replay: true };
        }
        let (status, body) = self.perform(method, path, &form);
        self.kept.insert(key.to_owned(), Kept { form, status, body: body.clone() });
        Call::new((status, body))
    }

    fn perform(&mut self, method: &Method, path: &str, form: &HashMap<String, String>) -> Answer {
        let parts: Vec<&str> = path.trim_start_matches("/v1/").split('/').collect();
        if let Some(unknown) = form.keys().find(|name| !is_parameter(method, &parts, name)) {
            return refused(&format!("Received unknown parameter: {unknown}"));
        }
        match (method.as_str(), parts.as_slice()) {
            ("POST", ["checkout", "sessions"]) => self.create(form),
            ("GET", ["checkout", "sessions"]) => self.list(form),
            ("GET", ["checkout", "sessions", id]) => self.on_session(id, |_, _| None),
            ("POST", ["checkout", "sessions", id, "expire"]) => self.on_session(id, Self::expire),
            ("GET", ["payment_intents", id]) => {
                let found = self.sessions.iter().find(|session| session.payment.as_deref() == Some(*id));
                found.map_or_else(missing, |session| (200, session.payment_json()))
            }
            ("POST", ["refunds"]) => self.refund(form),
            ("GET", ["refunds"]) => {
                let payment = form.get("payment_intent");
                let of = |refund: &&Refund| Some(&refund.payment) == payment;
                let data: Vec<Value> = self.refunds.iter().filter(of).map(Refund::to_json).collect();
                (200, json!({ "object": "list", "url": "/v1/refunds", "has_more": false, "data": data }))
            }
            ("GET", ["refunds", id]) => {
                let found = self.refunds.iter().find(|refund| refund.id == *id);
                found.map_or_else(missing, |refund| (200, refund.to_json()))
            }
            _ => missing(),
        }
    }

    fn create(&mut self, form: &HashMap<String, String>) -> Answer {
        self.count += 1;
        let now = self.clock.now().timestamp();
        let text = |name: &str| form.get(name).cloned().unwrap_or_default();
        let number = |name: &str| text(name).parse::<i64>().unwrap_or_default();
        let expires_at = number("expires_at");
        if !(now + 30 * 60..=now + 24 * 60 * 60).contains(&expires_at) {
            return refused("expires_at too soon");
        }
        let amount = (0..20)
            .map(|line| {
                number(&format!("line_items[{line}][price_data][unit_amount]"))
                    * number(&format!("line_items[{line}][quantity]"))
            })
            .sum();
        let session = Session {
            id: format!("cs_{}", self.count),
            order: text("client_reference_id"),
            status: "open",
            payment_status: "unpaid",
            payment: None,
            amount,
            form: form.clone(),
            created: now,
            expires_at,
        };
        let body = session.to_json();
        self.sessions.push(session);
        (200, body)
    }

    fn list(&self, form: &HashMap<String, String>) -> Answer {
        let since: i64 = form.get("created[gte]").and_then(|at| at.parse().ok()).unwrap_or_default();
        let payment = form.get("payment_intent");
        let after = form.get("starting_after");
        // Small pages, so that turning them is tried too.
        let limit = 5;
        let mut found: Vec<&Session> = self
            .sessions
            .iter()
            .rev()
            .filter(|session| session.created >= since)
            .filter(|session| payment.is_none() || session.payment.as_ref() == payment)
            .collect();
        if let Some(place) = found.iter().position(|session| Some(&session.id) == after) {
            found.drain(..=place);
        }
        let has_more = found.len() > limit;
        let data: Vec<Value> = found.into_iter().take(limit).map(Session::to_json).collect();
        (200, json!({ "object": "list", "url": "/v1/checkout/sessions", "has_more": has_more, "data": data }))
    }

    fn on_session(&mut self, id: &str, act: impl FnOnce(&mut Self, usize) -> Option<Answer>) -> Answer {
        let Some(index) = self.sessions.iter().position(|session| session.id == id) else { return missing() };
        act(self, index).unwrap_or_else(|| (200, self.sessions[index].to_json()))
    }

    fn expire(&mut self, index: usize) -> Option<Answer> {
        if self.sessions[index].status != "open" {
            return Some(refused("only open sessions can be expired"));
        }
        self.sessions[index].status = "expired";
        self.announce(index, "checkout.session.expired");
        None
    }

    fn refund(&mut self, form: &HashMap<String, String>) -> Answer {
        let payment = form.get("payment_intent").cloned().unwrap_or_default();
        let amount: i64 = form.get("amount").and_then(|amount| amount.parse().ok()).unwrap_or_default();
        let paid: i64 = self
            .sessions
            .iter()
            .filter(|session| {
                session.payment.as_deref() == Some(&payment) && session.payment_status == "paid"
            })
            .map(|session| session.amount)
            .sum();
        if amount <= 0 || amount > paid - self.refunded(&payment) {
            return refused("the refund is greater than the payment");
        }
        self.count += 1;
        let metadata =
            json!({ "order": form.get("metadata[order]"), "refund": form.get("metadata[refund]") });
        let is_settled = self.rng.random_bool(0.7);
        self.refunds.push(Refund { id: format!("re_{}", self.count), payment, amount, is_settled, metadata });
        let index = self.refunds.len() - 1;
        self.announce_refund(index, "refund.created");
        (200, self.refunds[index].to_json())
    }
}

impl Session {
    fn to_json(&self) -> Value {
        let metadata = |name: &str| self.form.get(&format!("metadata[{name}]"));
        let payment_status = if self.payment_status == "failed" { "unpaid" } else { self.payment_status };
        json!({
            "id": self.id, "object": "checkout.session", "status": self.status,
            "payment_status": payment_status, "payment_intent": self.payment,
            "amount_subtotal": self.amount, "amount_total": self.amount,
            "automatic_tax": { "enabled": false, "liability": null, "provider": null, "status": null },
            "client_reference_id": self.order, "created": self.created, "currency": "eur",
            "custom_fields": [],
            "custom_text": { "after_submit": null, "shipping_address": null, "submit": null,
                "terms_of_service_acceptance": null },
            "expires_at": self.expires_at, "livemode": false, "mode": "payment",
            "metadata": { "order": metadata("order"), "shop": metadata("shop"), "show": metadata("show") },
            "payment_method_types": ["card"], "shipping_options": [],
            "url": (self.status == "open").then(|| format!("https://pay.example/{}", self.id)),
        })
    }
}

impl Session {
    fn payment_json(&self) -> Value {
        let status = match self.payment_status {
            "paid" => "succeeded",
            "failed" => "requires_payment_method",
            _ => "processing",
        };
        json!({ "id": self.payment, "object": "payment_intent", "status": status })
    }
}

impl Refund {
    fn to_json(&self) -> Value {
        json!({
            "id": self.id, "object": "refund", "amount": self.amount, "currency": "eur", "created": 1,
            "payment_intent": self.payment, "metadata": self.metadata,
            "status": if self.is_settled { "succeeded" } else { "pending" },
        })
    }
}

/// One answer as it goes out.
struct Call {
    status: u16,
    body: Value,
    is_replay: bool,
}

impl Call {
    fn new((status, body): Answer) -> Self {
        Self { status, body, is_replay: false }
    }
}

/// Whether Stripe knows a parameter of a list; whoever asks for a list by a wrong name must not get
/// all of it, or nothing.
fn is_parameter(method: &Method, parts: &[&str], name: &str) -> bool {
    let known: &[&str] = match (method.as_str(), parts) {
        ("GET", ["checkout", "sessions"]) => &["created[gte]", "limit", "payment_intent", "starting_after"],
        ("GET", ["refunds"]) => &["limit", "payment_intent"],
        ("GET", _) => &[],
        _ => return true,
    };
    known.contains(&name)
}

fn missing() -> Answer {
    (404, json!({ "error": { "type": "invalid_request_error", "code": "resource_missing" } }))
}

fn refused(message: &str) -> Answer {
    (400, json!({ "error": { "type": "invalid_request_error", "message": message } }))
}

async fn respond(
    State(ledger): State<Ledger>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let pairs = if method == Method::GET { uri.query().unwrap_or_default().as_bytes() } else { &body };
    let form: HashMap<String, String> = url::form_urlencoded::parse(pairs).into_owned().collect();
    let key = headers.get("idempotency-key").and_then(|key| key.to_str().ok());
    let call = ledger.books().answer(&method, uri.path(), key, form);
    let status = StatusCode::from_u16(call.status).expect("a status");
    let mut response = (status, axum::Json(call.body)).into_response();
    // The client's own repetitions wait in real time; here the schedule repeats.
    let headers = response.headers_mut();
    headers.insert("stripe-should-retry", "false".parse().expect("a header value"));
    if call.is_replay {
        headers.insert("idempotent-replayed", "true".parse().expect("a header value"));
    }
    response
}
