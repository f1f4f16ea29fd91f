//! What the sandbox does when asked, each request in one transaction.

use std::str::FromStr;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::Sandbox;
use super::answer::{Answer, Refusal};
use super::form::Form;
use super::session::{RefundData, Session, SessionData, read_expiry};
use crate::domain::ids::ShopId;
use crate::storage::{self, SandboxAnswer, Tx};

/// Sessions on one page unless asked otherwise, as Stripe's.
const PAGE_DEFAULT: i64 = 10;
/// Sessions on one page at most, as Stripe's.
const PAGE_MAX: i64 = 100;

/// Something that changes the sandbox's memory.
#[derive(Debug)]
pub(super) enum Operation {
    CreateSession(Form),
    ExpireSession(String),
    Confirm(String, Form),
    Refund(Form),
}

/// Why an operation ended early.
pub(super) enum Stop {
    Refused(Refusal),
    Failed(storage::Error),
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<storage::Error> for Stop {
    fn from(error: storage::Error) -> Self {
        Self::Failed(error)
    }
}

impl From<Stop> for Answer {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::Refused(refusal) => refusal.into(),
            Stop::Failed(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "the sandbox's database failed");
                Refusal::failure().into()
            }
        }
    }
}

impl Operation {
    /// Equal operations have equal hashes, whatever the order of their parameters.
    fn hash(&self) -> Vec<u8> {
        let (name, id, form) = match self {
            Self::CreateSession(form) => ("create", "", Some(form)),
            Self::ExpireSession(id) => ("expire", id.as_str(), None),
            Self::Confirm(id, form) => ("confirm", id.as_str(), Some(form)),
            Self::Refund(form) => ("refund", "", Some(form)),
        };
        Sha256::digest(json!([name, id, form]).to_string()).to_vec()
    }
}

impl Sandbox {
    /// Does something, or gives the answer that the same key got before.
    pub(super) async fn perform(&self, key: Option<&str>, operation: &Operation) -> Answer {
        self.perform_once(key, operation).await.unwrap_or_else(Answer::from)
    }

    async fn perform_once(&self, key: Option<&str>, operation: &Operation) -> Result<Answer, Stop> {
        let params_hash = operation.hash();
        let mut tx = self.0.db.write().await?;
        if let Some(key) = key
            && let Some(earlier) = tx.find_sandbox_answer(key).await?
        {
            if earlier.params_hash != params_hash {
                return Err(Refusal::key_reused().into());
            }
            let status = u16::try_from(earlier.status).unwrap_or(500);
            return Ok(Answer { status, body: earlier.body, is_replay: true });
        }
        let object = match operation {
            Operation::CreateSession(form) => self.create(&mut tx, form).await?,
            Operation::ExpireSession(id) => self.expire(&mut tx, id).await?,
            Operation::Confirm(id, form) => self.confirm(&mut tx, id, form).await?,
            Operation::Refund(form) => self.refund(&mut tx, form).await?,
        };
        let answer = Answer::ok(&object);
        if let Some(key) = key.filter(|_| answer.is_kept()) {
            let kept =
                SandboxAnswer { params_hash, status: i64::from(answer.status), body: answer.body.clone() };
            if !tx.insert_sandbox_answer(key, &kept, self.0.clock.now()).await? {
                return Err(Refusal::key_in_use().into());
            }
        }
        tx.commit().await?;
        self.0.news.notify_one();
        Ok(answer)
    }

    async fn create(&self, tx: &mut Tx, form: &Form) -> Result<Value, Stop> {
        let now = self.0.clock.now();
        let session = Session {
            id: self.id("cs_test_local"),
            status: "open".to_owned(),
            payment_intent: None,
            data: SessionData::read(form)?,
            created_at: now,
            expires_at: read_expiry(form, now)?,
        };
        tx.insert_sandbox_session(&session.to_row()).await?;
        Ok(self.render(&session))
    }

    async fn expire(&self, tx: &mut Tx, id: &str) -> Result<Value, Stop> {
        let mut session = self.lock(tx, id).await?;
        if !session.is_open() {
            return Err(Refusal::not_open(&session.status).into());
        }
        self.close(tx, &mut session).await?;
        Ok(self.render(&session))
    }

    async fn confirm(&self, tx: &mut Tx, id: &str, form: &Form) -> Result<Value, Stop> {
        let mut session = self.lock(tx, id).await?;
        if !session.is_open() {
            let message = "This Checkout Session is no longer open.";
            return Err(Refusal::invalid("id", message).code("checkout_not_active_session").into());
        }
        let expected = form.number(&["expected_amount"]);
        if form.has(&["expected_amount"]) && expected != Some(session.data.amount()) {
            let message = "The expected amount is not the session's.";
            return Err(Refusal::invalid("expected_amount", message).code("checkout_amount_mismatch").into());
        }
        if form.text(&["payment_method"]).is_some_and(|method| method.ends_with("chargeDeclined")) {
            return Err(Refusal::declined().into());
        }
        let text = |name: &str| form.text(&["billing_details", name]).map(str::to_owned);
        session.pay(self.id("pi_local"), text("name"), text("email"));
        tx.update_sandbox_session(&session.to_row()).await?;
        self.announce(tx, "checkout.session.completed", self.render(&session)).await?;
        Ok(self.render(&session))
    }

    async fn refund(&self, tx: &mut Tx, form: &Form) -> Result<Value, Stop> {
        let payment = form.text(&["payment_intent"]).unwrap_or_default();
        let missing = || Refusal::missing("payment_intent", payment);
        let id = tx.find_sandbox_session_by_payment(payment).await?.ok_or_else(missing)?;
        let mut session = self.lock(tx, &id).await?;
        let refundable = session.data.refundable();
        let amount = if form.has(&["amount"]) { form.number(&["amount"]) } else { Some(refundable) };
        let amount = amount.filter(|amount| (1..=refundable).contains(amount)).ok_or_else(|| {
            let message = format!("The refund is greater than what is left of the payment, {refundable}.");
            Refusal::invalid("amount", message).code("amount_too_large")
        })?;
        let refund = RefundData {
            id: self.id("re_local"),
            amount,
            created: self.0.clock.now().timestamp(),
            metadata: form.texts(&["metadata"]),
        };
        let object = session.refund_json(&refund);
        session.data.refunds.push(refund);
        tx.update_sandbox_session(&session.to_row()).await?;
        self.announce(tx, "refund.created", object.clone()).await?;
        Ok(object)
    }

    /// A session as it is now, its clock considered.
    pub(super) async fn read_session(&self, id: &str) -> Result<Session, Stop> {
        let mut tx = self.0.db.write().await?;
        let session = self.lock(&mut tx, id).await?;
        tx.commit().await?;
        Ok(session)
    }

    /// A refund of any session in Stripe's shape.
    pub(super) async fn read_refund(&self, id: &str) -> Result<Value, Stop> {
        let mut tx = self.0.db.read().await?;
        // Few sandboxes see more refunds than this, and a refund is read soon after it was made.
        let rows = tx.list_sandbox_sessions(DateTime::UNIX_EPOCH, None, 1_000).await?;
        rows.into_iter()
            .filter_map(Session::from_row)
            .find_map(|session| {
                let refund = session.data.refunds.iter().find(|refund| refund.id == id)?;
                Some(session.refund_json(refund))
            })
            .ok_or_else(|| Refusal::missing("refund", id).into())
    }

    /// A page of sessions in Stripe's shape.
    pub(super) async fn list(&self, query: &Form) -> Result<Value, Stop> {
        let since = query.number(&["created", "gte"]).and_then(|at| DateTime::from_timestamp(at, 0));
        let limit = query.number(&["limit"]).unwrap_or(PAGE_DEFAULT).clamp(1, PAGE_MAX);
        let after = query.text(&["starting_after"]);
        let mut tx = self.0.db.read().await?;
        let since = since.unwrap_or(DateTime::UNIX_EPOCH);
        let rows = tx.list_sandbox_sessions(since, after, limit + 1).await?;
        let has_more = i64::try_from(rows.len()).is_ok_and(|rows| rows > limit);
        let page = usize::try_from(limit).unwrap_or_default();
        let sessions: Vec<Value> = rows
            .into_iter()
            .take(page)
            .filter_map(Session::from_row)
            .map(|session| self.render(&session))
            .collect();
        Ok(json!({
            "object": "list", "url": "/v1/checkout/sessions", "has_more": has_more, "data": sessions,
        }))
    }

    /// The name of the shop that asked for a session, for its pay page.
    pub(super) async fn shop_name(&self, session: &Session) -> storage::Result<String> {
        let id = session.data.metadata.get("shop").and_then(|id| ShopId::from_str(id).ok());
        let mut tx = self.0.db.read().await?;
        let shop = match id {
            Some(id) => tx.find_shop(id).await?,
            None => None,
        };
        Ok(shop.map(|shop| shop.name).unwrap_or_default())
    }

    /// Closes open sessions whose time is up; tells when the next one's is.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn expire_due(&self) -> storage::Result<Option<DateTime<Utc>>> {
        const BATCH: i64 = 100;
        let now = self.0.clock.now();
        let mut tx = self.0.db.write().await?;
        for id in tx.list_overdue_sandbox_sessions(now, BATCH).await? {
            match self.lock(&mut tx, &id).await {
                Ok(_) | Err(Stop::Refused(_)) => {}
                Err(Stop::Failed(error)) => return Err(error),
            }
        }
        // Stripe forgets keys after 24 hours at the earliest.
        tx.delete_sandbox_answers_before(now - chrono::TimeDelta::hours(48)).await?;
        let next = tx.find_next_sandbox_expiry().await?;
        tx.commit().await?;
        self.0.news.notify_one();
        Ok(next)
    }

    /// Locks a session; one whose time is up is closed on the way.
    async fn lock(&self, tx: &mut Tx, id: &str) -> Result<Session, Stop> {
        let row = tx.lock_sandbox_session(id).await?;
        let mut session =
            row.and_then(Session::from_row).ok_or_else(|| Refusal::missing("checkout.session", id))?;
        if session.is_open() && session.expires_at <= self.0.clock.now() {
            self.close(tx, &mut session).await?;
        }
        Ok(session)
    }

    async fn close(&self, tx: &mut Tx, session: &mut Session) -> storage::Result<()> {
        session.expire();
        tx.update_sandbox_session(&session.to_row()).await?;
        self.announce(tx, "checkout.session.expired", self.render(session)).await
    }

    /// Writes a webhook that the delivery sends once this transaction is committed.
    async fn announce(&self, tx: &mut Tx, kind: &str, object: Value) -> storage::Result<()> {
        let now = self.0.clock.now();
        let id = self.id("evt_local");
        let event = json!({
            "id": id,
            "object": "event",
            "api_version": stripe_client_core::VERSION.as_str(),
            "created": now.timestamp(),
            "data": { "object": object },
            "livemode": false,
            "pending_webhooks": 1,
            "request": { "id": null, "idempotency_key": null },
            "type": kind,
        });
        tx.insert_sandbox_event(&id, event.to_string().as_bytes(), now).await
    }

    pub(super) fn render(&self, session: &Session) -> Value {
        session.to_json(&self.pay_url(&session.id))
    }

    fn pay_url(&self, id: &str) -> String {
        format!("{}/sandbox/pay/{id}", self.addresses().public)
    }
}
