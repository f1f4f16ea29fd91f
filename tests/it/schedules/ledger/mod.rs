//! A payment provider with a memory of its own, which loses, repeats and forgets on demand.
//!
//! What it holds is the truth that our books are compared with at the end.

mod interface;
mod shapes;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use rand::SeedableRng;
use rand::rngs::StdRng;
use serde_json::{Value, json};
use vetrina::clock::Clock;

use crate::support::books::PaidSession;

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

    /// The sessions that were paid, with what went back.
    pub fn paid_sessions(&self) -> Vec<PaidSession> {
        let paid = self.sessions.iter().filter(|session| session.payment_status == "paid");
        paid.map(|session| PaidSession {
            id: session.id.clone(),
            order: session.order.clone(),
            amount: session.amount,
            given_back: self.refunded(session.payment.as_deref().unwrap_or_default()),
        })
        .collect()
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
