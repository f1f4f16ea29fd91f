//! What the sandbox does when asked by its interface, each request in one transaction.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::Sandbox;
use super::answer::{Answer, Refusal};
use super::buyer::Buyer;
use super::create::{Price, read_expiry};
use super::form::Form;
use super::params;
use super::session::{Session, SessionData};
use crate::storage::{self, SandboxAnswer, Tx};

/// How long the answers to keyed requests are kept; Stripe forgets them after 24 hours at the earliest.
const ANSWERS_KEPT: TimeDelta = TimeDelta::hours(48);
/// How long events are kept, as Stripe's.
const EVENTS_KEPT: TimeDelta = TimeDelta::days(30);

/// What a request may change.
#[derive(Clone, Copy, Debug)]
pub(super) enum Verb {
    CreateSession,
    ExpireSession,
    Confirm,
    CreateRefund,
    CreateProduct,
    CreatePrice,
    CreatePaymentMethod,
    CreateWebhookEndpoint,
    DeleteWebhookEndpoint,
}

/// A request that changes something.
#[derive(Debug)]
pub(super) struct Operation {
    pub verb: Verb,
    /// The object that it names, if any.
    pub id: String,
    pub form: Form,
}

/// Why an operation ended early.
#[derive(Debug)]
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

impl Verb {
    const fn params(self) -> &'static [&'static str] {
        match self {
            Self::CreateSession => params::SESSION,
            Self::ExpireSession | Self::DeleteWebhookEndpoint => params::NONE,
            Self::Confirm => params::CONFIRM,
            Self::CreateRefund => params::REFUND,
            Self::CreateProduct => params::PRODUCT,
            Self::CreatePrice => params::PRICE,
            Self::CreatePaymentMethod => params::PAYMENT_METHOD,
            Self::CreateWebhookEndpoint => params::WEBHOOK_ENDPOINT,
        }
    }
}

impl Operation {
    /// Equal operations have equal hashes, whatever the order of their parameters.
    fn hash(&self) -> Vec<u8> {
        let text = json!([format!("{:?}", self.verb), self.id, self.form]).to_string();
        Sha256::digest(text).to_vec()
    }
}

impl Sandbox {
    /// Does something, or gives the answer that the same key got before.
    pub(super) async fn perform(&self, key: Option<&str>, operation: &Operation) -> Answer {
        self.perform_once(key, operation).await.unwrap_or_else(Answer::from)
    }

    async fn perform_once(&self, key: Option<&str>, operation: &Operation) -> Result<Answer, Stop> {
        params::check(&operation.form, operation.verb.params())?;
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
        let answer = Answer::ok(&self.dispatch(&mut tx, operation).await?);
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

    async fn dispatch(&self, tx: &mut Tx, operation: &Operation) -> Result<Value, Stop> {
        let Operation { verb, id, form } = operation;
        match verb {
            Verb::CreateSession => self.create_session(tx, form).await,
            Verb::ExpireSession => self.expire_session(tx, id).await,
            Verb::Confirm => self.confirm(tx, id, form).await,
            Verb::CreateRefund => self.create_refund(tx, form).await,
            Verb::CreateProduct => self.create_product(tx, form).await,
            Verb::CreatePrice => self.create_price(tx, form).await,
            Verb::CreatePaymentMethod => self.create_payment_method(tx, form).await,
            Verb::CreateWebhookEndpoint => self.create_webhook_endpoint(tx, form).await,
            Verb::DeleteWebhookEndpoint => self.delete_webhook_endpoint(tx, id).await,
        }
    }

    async fn create_session(&self, tx: &mut Tx, form: &Form) -> Result<Value, Stop> {
        let now = self.0.clock.now();
        let prices = self.named_prices(tx, form).await?;
        let mut data = SessionData::read(form, &|id| prices.get(id).cloned())?;
        for option in &mut data.shipping_options {
            option.id = self.id("shr_local");
        }
        let session = Session {
            id: self.id("cs_test_local"),
            status: "open".to_owned(),
            payment_intent: None,
            data,
            created_at: now,
            expires_at: read_expiry(form, now)?,
        };
        tx.insert_sandbox_session(&session.to_row()).await?;
        Ok(self.render(&session))
    }

    /// The prices that a create request names, as many as a session has lines.
    async fn named_prices(&self, tx: &mut Tx, form: &Form) -> storage::Result<BTreeMap<String, Price>> {
        let mut prices = BTreeMap::new();
        for line in form.list(&["line_items"]).into_iter().take(100) {
            let Some(id) = line.text(&["price"]) else { continue };
            if let Some(price) = self.find_price(tx, id).await? {
                prices.insert(id.to_owned(), price);
            }
        }
        Ok(prices)
    }

    async fn expire_session(&self, tx: &mut Tx, id: &str) -> Result<Value, Stop> {
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
            return Err(Refusal::not_active().into());
        }
        let expected = form.number(&["expected_amount"]);
        if form.has(&["expected_amount"]) && expected != Some(session.data.totals().total) {
            let message = "The expected amount is not the session's.";
            return Err(Refusal::invalid("expected_amount", message).code("checkout_amount_mismatch").into());
        }
        let method = form.text(&["payment_method"]);
        if method.is_some_and(|method| method.ends_with("chargeDeclined")) {
            return Err(Refusal::declined().into());
        }
        let buyer = match method {
            Some(id) => self.find_payer(tx, id).await?.unwrap_or_default(),
            None => Buyer::default(),
        };
        self.pay(tx, &mut session, buyer).await?;
        tx.update_sandbox_session(&session.to_row()).await?;
        Ok(self.render(&session))
    }

    /// Closes open sessions whose time is up and forgets what is too old; tells when the next one's is.
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
        tx.delete_sandbox_answers_before(now - ANSWERS_KEPT).await?;
        tx.delete_sandbox_events_before(now - EVENTS_KEPT).await?;
        let next = tx.find_next_sandbox_expiry().await?;
        tx.commit().await?;
        self.0.news.notify_one();
        Ok(next)
    }

    /// Locks a session; one whose time is up is closed on the way.
    pub(super) async fn lock(&self, tx: &mut Tx, id: &str) -> Result<Session, Stop> {
        let row = tx.lock_sandbox_session(id).await?;
        let mut session =
            row.and_then(Session::from_row).ok_or_else(|| Refusal::missing("checkout.session", id))?;
        if session.is_open() && session.expires_at <= self.0.clock.now() {
            self.close(tx, &mut session).await?;
        }
        Ok(session)
    }

    /// Closes a session unpaid.
    pub(super) async fn close(&self, tx: &mut Tx, session: &mut Session) -> storage::Result<()> {
        session.expire();
        let shape = self.render(session);
        self.announce(tx, session, "checkout.session.expired", shape).await?;
        tx.update_sandbox_session(&session.to_row()).await
    }

    pub(super) fn render(&self, session: &Session) -> Value {
        session.to_json(&self.pay_url(&session.id))
    }

    fn pay_url(&self, id: &str) -> String {
        format!("{}{}", self.addresses().public, super::pay_path(id))
    }
}
