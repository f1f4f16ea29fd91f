//! What the provider answers, and what goes wrong with it.

use std::collections::HashMap;

use axum::http::Method;
use rand::Rng;
use serde_json::{Value, json};

use super::{Books, Kept, Refund, Session};

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

impl Books {
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

    pub(super) fn answer(
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

/// One answer as it goes out.
pub(super) struct Call {
    pub status: u16,
    pub body: Value,
    pub is_replay: bool,
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
