//! The payment provider's webhooks: kept first, acted upon after, repeated until it worked.
//!
//! Invariant: the provider hears 2xx only after the raw event is committed.

use chrono::{DateTime, TimeDelta, Utc};

use super::settle::Learnt;
use crate::app::{App, Refusal};
use crate::domain::ids::OrderId;
use crate::domain::order::OrderStatus;
use crate::domain::problem::Code;
use crate::domain::transition::Fact;
use crate::payments::webhook::{self, Event, News, SignatureError};
use crate::payments::{ProviderError, Session};
use crate::storage::{self, EventKey};

/// Times that handling one event is begun before it is left to a person.
const ATTEMPTS_MAX: i64 = 20;
/// The longest pause between two attempts.
const PAUSE_SECS_MAX: i64 = 300;
/// Events of one round of the worker.
const BATCH: i64 = 50;

/// Why a webhook was not taken.
#[derive(Debug, thiserror::Error)]
pub enum WebhookError {
    /// Not signed by the provider.
    #[error(transparent)]
    Signature(#[from] SignatureError),
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] storage::Error),
}

impl Refusal for WebhookError {
    fn code(&self) -> Code {
        match self {
            Self::Signature(_) => Code::Malformed,
            Self::Storage(error) => error.code(),
        }
    }

    fn retry_after(&self) -> Option<std::time::Duration> {
        match self {
            Self::Signature(_) => None,
            Self::Storage(error) => error.retry_after(),
        }
    }
}

/// Why an event could not be handled now.
#[derive(Debug, thiserror::Error)]
enum HandleError {
    #[error(transparent)]
    Storage(#[from] storage::Error),
    #[error(transparent)]
    Provider(#[from] ProviderError),
}

impl App {
    /// Takes a webhook: believes it or not, keeps it, acts upon it.
    ///
    /// # Errors
    /// When it is not the provider's, or could not be kept; then the provider sends it again.
    pub async fn receive_webhook(&self, signature: &str, body: &[u8]) -> Result<(), WebhookError> {
        let now = self.clock().now();
        webhook::verify(self.provider().webhook_secrets(), signature, body, now)?;
        let event = Event::parse(body);
        let (key, kind, livemode) = if let Ok(event) = &event {
            (key_of(event), event.kind.as_str(), event.livemode)
        } else {
            let key = EventKey { account: String::new(), event_id: Event::stand_in_id(body) };
            (key, "unreadable", false)
        };
        let mut tx = self.db().write().await?;
        tx.insert_provider_event(&key, kind, livemode, body, now).await?;
        tx.commit().await?;
        // The event is safe; should acting fail, the worker goes on with it.
        self.handle_event(&key).await;
        Ok(())
    }

    /// Acts upon events that wait; tells when the next one does.
    pub(in crate::app) async fn handle_due_events(&self) -> storage::Result<Option<DateTime<Utc>>> {
        let mut tx = self.db().read().await?;
        let keys = tx.list_due_provider_events(self.clock().now(), BATCH).await?;
        drop(tx);
        for key in &keys {
            self.handle_event(key).await;
        }
        let mut tx = self.db().read().await?;
        tx.find_next_provider_event().await
    }

    async fn handle_event(&self, key: &EventKey) {
        if let Err(error) = self.try_event(key).await {
            tracing::warn!(event.id = key.event_id, %error, "an event of the payment provider has to wait");
        }
    }

    async fn try_event(&self, key: &EventKey) -> Result<(), HandleError> {
        let now = self.clock().now();
        let mut tx = self.db().write().await?;
        let Some(stored) = tx.find_provider_event(key).await?.filter(|event| event.handled_at.is_none())
        else {
            return Ok(());
        };
        tx.begin_provider_event(key, now + pause(stored.attempts)).await?;
        tx.commit().await?;
        let outcome = match self.act_upon(key, &stored.body).await {
            Err(error) if stored.attempts + 1 >= ATTEMPTS_MAX => {
                tracing::error!(event.id = key.event_id, %error, "an event of the payment provider is given up");
                "gave_up"
            }
            outcome => outcome?,
        };
        let mut tx = self.db().write().await?;
        tx.finish_provider_event(key, outcome, self.clock().now()).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Does what an event asks for and names what came of it.
    async fn act_upon(&self, key: &EventKey, body: &[u8]) -> Result<&'static str, HandleError> {
        let Ok(event) = Event::parse(body) else {
            tracing::error!(event.id = key.event_id, "a signed event cannot be read");
            return Ok("unreadable");
        };
        if event.livemode != self.provider().is_live() || !key.account.is_empty() {
            tracing::error!(event.id = event.id, "an event of another mode or account was set apart");
            return Ok("quarantined");
        }
        match event.news() {
            News::Session(session, fact) => self.hear_of_session(&session, fact).await,
            News::UnreadableSession(id) => {
                tracing::error!(event.id = event.id, "a session in an event cannot be read; asking for it");
                let session = self.provider().retrieve_session(&id).await?;
                self.hear_of_session(&session, session.fact()).await
            }
            News::Refund(payment) => self.hear_of_refund(&payment).await,
            News::Nothing => Ok("ignored"),
        }
    }

    async fn hear_of_session(
        &self,
        session: &Session,
        fact: Option<Fact>,
    ) -> Result<&'static str, HandleError> {
        let Some(order) = session.order else { return Ok("ignored") };
        let learnt = Learnt { fact, session: Some(session), ..Learnt::default() };
        if self.apply(order, learnt).await?.is_some() {
            return Ok("applied");
        }
        tracing::warn!(order.id = %order, "the payment provider told of an unknown order");
        Ok("unknown_order")
    }

    /// Has a worker look at an order whose money is on its way back.
    async fn hear_of_refund(&self, payment: &str) -> Result<&'static str, HandleError> {
        let mut tx = self.db().write().await?;
        let Some(order) = tx.find_order_by_payment(payment).await? else { return Ok("ignored") };
        if order.status != OrderStatus::RefundDue {
            return Ok("ignored");
        }
        let id: OrderId = order.id;
        tx.reschedule_order(id, self.clock().now()).await?;
        tx.commit().await?;
        self.payment_news().orders.notify_one();
        Ok("applied")
    }
}

fn key_of(event: &Event) -> EventKey {
    EventKey { account: event.account.clone().unwrap_or_default(), event_id: event.id.clone() }
}

/// Five seconds, then twice as long each time, up to five minutes.
fn pause(attempts: i64) -> TimeDelta {
    let doubled = 5i64 << attempts.clamp(0, 10);
    TimeDelta::seconds(doubled.min(PAUSE_SECS_MAX))
}
