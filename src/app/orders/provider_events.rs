//! The payment provider's webhooks: kept first, acted upon after, repeated until it worked.
//!
//! Invariant: the provider hears 2xx only after the raw event is committed.

use chrono::{DateTime, TimeDelta, Utc};

use super::reconcile::ReconcileError;
use super::settle::{LEASE_SECS, Learnt};
use super::telling::order_changed;
use crate::app::payment_accounts::{event_account, read_event_account};
use crate::app::{App, Refusal};
use crate::domain::ids::{OrderId, ShopId};
use crate::domain::payment_account::AccountName;
use crate::domain::problem::Code;
use crate::domain::refund::Dispute;
use crate::domain::transition::Fact;
use crate::payments::webhook::{self, Event, News, SignatureError};
use crate::payments::{Provider, ProviderError, ProviderRefund, Session};
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

impl From<ReconcileError> for HandleError {
    fn from(error: ReconcileError) -> Self {
        match error {
            ReconcileError::Storage(error) => Self::Storage(error),
            ReconcileError::Provider(error) => Self::Provider(error),
        }
    }
}

impl App {
    /// Takes a webhook of the installation's account: believes it or not, keeps it, acts upon it.
    ///
    /// # Errors
    /// When it is not the provider's, or could not be kept; then the provider sends it again.
    pub async fn receive_webhook(&self, signature: &str, body: &[u8]) -> Result<(), WebhookError> {
        webhook::verify(self.provider().webhook_secrets(), signature, body, self.clock().now())?;
        self.keep_event(AccountName::Installation, body).await
    }

    /// Takes a webhook of a shop's own account, which can only ever touch orders of that shop.
    ///
    /// # Errors
    /// When none of the shop's secrets signed it, or it could not be kept.
    pub async fn receive_shop_webhook(
        &self,
        shop: ShopId,
        signature: &str,
        body: &[u8],
    ) -> Result<(), WebhookError> {
        let account = self.find_signer(shop, signature, body).await??;
        self.keep_event(account, body).await
    }

    async fn keep_event(&self, account: AccountName, body: &[u8]) -> Result<(), WebhookError> {
        let now = self.clock().now();
        let event = Event::parse(body);
        let (key, kind, livemode) = if let Ok(event) = &event {
            (key_of(account, event), event.kind.as_str(), event.livemode)
        } else {
            let key = EventKey { account: event_account(account, None), event_id: Event::stand_in_id(body) };
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
        let until = now + TimeDelta::seconds(LEASE_SECS);
        let mut tx = self.db().write().await?;
        let claimed = tx.claim_provider_event(key, now, until).await?;
        tx.commit().await?;
        let Some(event) = claimed else { return Ok(()) };
        let (outcome, failure) = match self.act_upon(key, &event.body).await {
            Ok(outcome) => (outcome, None),
            Err(error) if event.attempts >= ATTEMPTS_MAX => {
                tracing::error!(event.id = key.event_id, %error, "an event of the payment provider is given up");
                ("gave_up", None)
            }
            Err(error) => ("", Some(error)),
        };
        let now = self.clock().now();
        let mut tx = self.db().write().await?;
        match failure {
            None => tx.finish_provider_event(key, outcome, now).await?,
            Some(_) => tx.retry_provider_event(key, until, now + pause(event.attempts)).await?,
        }
        tx.commit().await?;
        failure.map_or(Ok(()), Err)
    }

    /// Does what an event asks for and names what came of it.
    async fn act_upon(&self, key: &EventKey, body: &[u8]) -> Result<&'static str, HandleError> {
        let Ok(event) = Event::parse(body) else {
            tracing::error!(event.id = key.event_id, "a signed event cannot be read");
            return Ok("unreadable");
        };
        let (account, connected) = read_event_account(&key.account);
        let provider = self.provider_named(account).await?;
        let is_ours = |provider: &Provider| {
            provider.is_live() == event.livemode && provider.connected_account() == connected
        };
        let Some(provider) = provider.filter(|provider| is_ours(provider)) else {
            tracing::error!(event.id = event.id, "an event of another mode or account was set apart");
            return Ok("quarantined");
        };
        match event.news() {
            News::Session(session, fact) => self.hear_of_session(account, &provider, &session, fact).await,
            News::UnreadableSession(id) => {
                tracing::error!(event.id = event.id, "a session in an event cannot be read; asking for it");
                let session = provider.retrieve_session(&id).await?;
                self.hear_of_session(account, &provider, &session, session.fact()).await
            }
            News::Refund(refund) => self.hear_of_refund(account, &provider, &refund).await,
            News::Dispute { payment_intent, dispute } => {
                self.hear_of_dispute(account, &provider, &payment_intent, dispute).await
            }
            News::Nothing => Ok("ignored"),
        }
    }

    async fn hear_of_session(
        &self,
        account: AccountName,
        provider: &Provider,
        session: &Session,
        fact: Option<Fact>,
    ) -> Result<&'static str, HandleError> {
        let Some(order) = session.order else { return Ok("ignored") };
        if !self.may_touch(account, order).await? {
            return Ok("foreign_order");
        }
        let learnt = Learnt { fact, session: Some(session), ..Learnt::default() };
        if self.apply(order, learnt).await?.is_some() {
            return Ok("applied");
        }
        if self.bring_back(provider, session).await? {
            return Ok("brought_back");
        }
        tracing::warn!(order.id = %order, "the payment provider told of an unknown order");
        Ok("unknown_order")
    }

    /// Whether an account may speak of an order; one of a shop's only of that shop's.
    async fn may_touch(&self, account: AccountName, order: OrderId) -> storage::Result<bool> {
        let AccountName::Shop(shop, _) = account else { return Ok(true) };
        if self.db().read().await?.find_order(shop, order).await?.is_some() {
            return Ok(true);
        }
        tracing::error!(order.id = %order, shop.id = %shop, "a shop's account told of another's order");
        Ok(false)
    }

    async fn hear_of_refund(
        &self,
        account: AccountName,
        provider: &Provider,
        told: &ProviderRefund,
    ) -> Result<&'static str, HandleError> {
        let mut tx = self.db().read().await?;
        let mut known = tx.find_refund_of_provider(&told.id).await?;
        if let (None, Some(ours)) = (&known, told.refund) {
            known = tx.find_refund_anywhere(ours).await?;
        }
        drop(tx);
        if let Some(refund) = known {
            if !self.may_touch(account, refund.order_id).await? {
                return Ok("foreign_order");
            }
            self.hear_refund(refund.id, told).await?;
            return Ok("applied");
        }
        let Some(payment) = &told.payment_intent else { return Ok("ignored") };
        let order = self.order_of_payment(account, provider, payment).await?;
        let Some(order) = order else { return Ok("ignored") };
        self.note_outside_refund(order, told).await?;
        Ok("applied")
    }

    /// Marks an order whose buyer asked the bank for the money; pieces stay where they are.
    async fn hear_of_dispute(
        &self,
        account: AccountName,
        provider: &Provider,
        payment: &str,
        dispute: Dispute,
    ) -> Result<&'static str, HandleError> {
        let Some(id) = self.order_of_payment(account, provider, payment).await? else { return Ok("ignored") };
        let mut tx = self.db().write().await?;
        let Some(mut order) = tx.lock_order(id).await? else { return Ok("ignored") };
        // News of the opening may arrive behind the bank's decision.
        let is_decided = order.dispute.is_some_and(|known| known != Dispute::Open);
        if order.dispute == Some(dispute) || (is_decided && dispute == Dispute::Open) {
            return Ok("ignored");
        }
        tracing::warn!(order.id = %id, %dispute, "the payment of an order is disputed");
        order.dispute = Some(dispute);
        order.updated_at = self.clock().now();
        tx.update_order(&order, order.status).await?;
        let mut recorder = self.recorder(order.shop_id, order.show_id);
        let event = order_changed(&mut tx, &order).await?;
        recorder.record(&mut tx, event).await?;
        self.commit(tx, [recorder]).await?;
        Ok("applied")
    }

    /// The order that a payment belongs to; its news may be faster than those of the session.
    async fn order_of_payment(
        &self,
        account: AccountName,
        provider: &Provider,
        payment: &str,
    ) -> Result<Option<OrderId>, HandleError> {
        let known = self.db().read().await?.find_order_by_payment(payment).await?;
        if let Some(order) = known {
            return Ok(self.may_touch(account, order.id).await?.then_some(order.id));
        }
        let Some(session) = provider.find_session_of_payment(payment).await? else { return Ok(None) };
        let Some(order) = session.order else { return Ok(None) };
        if !self.may_touch(account, order).await? {
            return Ok(None);
        }
        Ok(self.apply(order, Learnt::from_session(&session)).await?.map(|order| order.id))
    }
}

fn key_of(account: AccountName, event: &Event) -> EventKey {
    EventKey { account: event_account(account, event.account.as_deref()), event_id: event.id.clone() }
}

/// Five seconds after the first attempt, then twice as long each time, up to five minutes.
fn pause(attempts: i64) -> TimeDelta {
    let doubled = 5i64 << (attempts - 1).clamp(0, 10);
    TimeDelta::seconds(doubled.min(PAUSE_SECS_MAX))
}
