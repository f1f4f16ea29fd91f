//! Carries refunds out and hears of them: by worker, webhook and the provider's dashboard.

use chrono::{DateTime, TimeDelta, Utc};

use super::RETRY_SECS;
use super::settle::{LEASE_SECS, Learnt};
use super::telling::order_changed;
use crate::app::App;
use crate::domain::ids::{OrderId, RefundId};
use crate::domain::money::Amount;
use crate::domain::order::{Order, OrderStatus, ReviewReason};
use crate::domain::refund::{Refund, RefundCause, RefundStatus};
use crate::domain::transition::Fact;
use crate::payments::{ApiError, Provider, ProviderError, ProviderRefund};
use crate::storage::{self, DueRefund, Tx};

/// How often a refund that banks take days for is looked at, should its webhook be lost.
const LOOK_PENDING_SECS: i64 = 6 * 60 * 60;

/// How long a key surely stands for the same refund.
const KEY_HOURS: i64 = 12;

impl App {
    /// Asks the provider for the refunds whose time has come; tells when the next one's has.
    pub(super) async fn attend_due_refunds(&self) -> storage::Result<Option<DateTime<Utc>>> {
        const BATCH: i64 = 32;
        let mut tx = self.db().read().await?;
        let due = tx.list_due_refunds(self.clock().now(), BATCH).await?;
        drop(tx);
        for due in due {
            self.attend_due_refund(due).await?;
        }
        let mut tx = self.db().read().await?;
        tx.find_next_refund_action().await
    }

    async fn attend_due_refund(&self, due: DueRefund) -> storage::Result<()> {
        let until = self.clock().now() + TimeDelta::seconds(LEASE_SECS);
        let mut tx = self.db().write().await?;
        let is_ours = tx.claim_due_refund(due, until).await?;
        tx.commit().await?;
        if is_ours { self.attend_refund(due.id).await } else { Ok(()) }
    }

    async fn attend_refund(&self, id: RefundId) -> storage::Result<()> {
        let mut tx = self.db().read().await?;
        let Some(refund) = tx.find_refund_anywhere(id).await? else { return Ok(()) };
        let Some(order) = tx.find_order_anywhere(refund.order_id).await? else { return Ok(()) };
        drop(tx);
        let provider = self.provider_of(order.shop_id).await?;
        if order.provider != provider.mode() || order.is_test == provider.is_live() {
            tracing::warn!(order.id = %order.id, "a refund waits for the provider that took the money");
            return self.put_off(&refund).await;
        }
        let Some(known) = &refund.provider_refund_id else {
            return self.ask_for_refund(&provider, &order, &refund).await;
        };
        match provider.retrieve_refund(known).await {
            Ok(told) => self.hear_refund(refund.id, &told).await,
            // Whatever stands in the way of reading, the refund itself was taken on.
            Err(error) => self.wait_for_answer(&refund, &error).await,
        }
    }

    /// Asks for a refund that the provider has not named yet.
    async fn ask_for_refund(
        &self,
        provider: &Provider,
        order: &Order,
        refund: &Refund,
    ) -> storage::Result<()> {
        // Stripe forgets a key after a day at the earliest; then only its list knows what was done.
        let is_old = self.clock().now() - refund.created_at > TimeDelta::hours(KEY_HOURS);
        if is_old && !self.was_never_made(provider, refund).await? {
            return Ok(());
        }
        match provider.refund(refund, order.currency).await {
            Ok(told) => self.hear_refund(refund.id, &told).await,
            Err(ProviderError::StoredFailure(_)) => self.refund_anew(provider, refund).await,
            Err(ProviderError::Definite(error)) if !error.is_about_the_key() => {
                self.give_up_refund(provider, refund, error).await
            }
            Err(error) => self.wait_for_answer(refund, &error).await,
        }
    }

    /// Asks under a new key the next time, when the failure that the old one repeats did nothing.
    async fn refund_anew(&self, provider: &Provider, refund: &Refund) -> storage::Result<()> {
        if !self.was_never_made(provider, refund).await? {
            return Ok(());
        }
        let mut tx = self.db().write().await?;
        tx.renumber_refund(refund.order_id, refund.id).await?;
        tx.commit().await?;
        tracing::warn!(order.id = %refund.order_id, "a refund is asked for under a new key");
        self.put_off(refund).await
    }

    /// Writes down that a refund was refused, unless an earlier request for it was granted.
    async fn give_up_refund(
        &self,
        provider: &Provider,
        refund: &Refund,
        error: ApiError,
    ) -> storage::Result<()> {
        if !self.was_never_made(provider, refund).await? {
            return Ok(());
        }
        tracing::error!(order.id = %refund.order_id, %error, "money cannot be given back");
        let told = ProviderRefund {
            id: String::new(),
            refund: Some(refund.id),
            payment_intent: None,
            status: RefundStatus::Failed,
            amount: None,
            failure: Some(error.code.unwrap_or(error.kind)),
        };
        self.hear_refund(refund.id, &told).await
    }

    /// Whether the provider's list says that it never made a refund. One that it made is written
    /// down, and one that cannot be looked for at the moment waits.
    async fn was_never_made(&self, provider: &Provider, refund: &Refund) -> storage::Result<bool> {
        match search(provider, refund).await {
            Ok(None) => return Ok(true),
            Ok(Some(found)) => self.hear_refund(refund.id, &found).await?,
            Err(error) => self.wait_for_answer(refund, &error).await?,
        }
        Ok(false)
    }

    async fn wait_for_answer(&self, refund: &Refund, error: &ProviderError) -> storage::Result<()> {
        tracing::warn!(order.id = %refund.order_id, %error, "no answer to a refund yet");
        self.put_off(refund).await
    }

    /// Lets a refund wait: soon at first, then ever more patiently.
    async fn put_off(&self, refund: &Refund) -> storage::Result<()> {
        let now = self.clock().now();
        let waited = (now - refund.updated_at).num_seconds() / 2;
        let pause = waited.clamp(*RETRY_SECS.start(), *RETRY_SECS.end());
        let mut tx = self.db().write().await?;
        tx.reschedule_refund(refund.id, now + TimeDelta::seconds(pause)).await?;
        tx.commit().await
    }

    /// Writes down how far a refund is, by the provider's own word.
    pub(super) async fn hear_refund(&self, id: RefundId, told: &ProviderRefund) -> storage::Result<()> {
        let now = self.clock().now();
        let mut tx = self.db().write().await?;
        let Some(refund) = tx.find_refund_anywhere(id).await? else { return Ok(()) };
        let Some(mut order) = tx.lock_order(refund.order_id).await? else { return Ok(()) };
        // Read again under the lock; whoever was faster may have written.
        let Some(stored) = tx.find_refund_anywhere(id).await? else { return Ok(()) };
        let mut refund = stored.clone();
        if refund.provider_refund_id.is_none() && !told.id.is_empty() {
            refund.provider_refund_id = Some(told.id.clone());
        }
        if stored.may_become(told.status) {
            refund.status = told.status;
            refund.failure.clone_from(&told.failure);
            refund.updated_at = now;
        }
        refund.next_action_at = match refund.status {
            RefundStatus::Due | RefundStatus::Pending => Some(now + TimeDelta::seconds(LOOK_PENDING_SECS)),
            RefundStatus::Succeeded | RefundStatus::Failed => None,
        };
        if refund == stored {
            return Ok(());
        }
        tx.update_refund(&refund, stored.status).await?;
        let mut recorder = self.recorder(order.shop_id, order.show_id);
        if refund.status != stored.status {
            self.count_refund(&mut tx, &mut order, &refund).await?;
            let event = order_changed(&mut tx, &order).await?;
            recorder.record(&mut tx, event).await?;
        }
        self.commit(tx, [recorder]).await?;
        self.mail_news().notify_one();
        if order.status == OrderStatus::RefundDue {
            self.settle_refund_due(order).await?;
        }
        Ok(())
    }

    /// Keeps on the order what its refunds come to.
    async fn count_refund(&self, tx: &mut Tx, order: &mut Order, refund: &Refund) -> storage::Result<()> {
        let stored = order.clone();
        if let Some(payment) = &order.payment_intent_id {
            order.amount_refunded = tx.get_amount_refunded(order.id, payment).await?;
        }
        if refund.status == RefundStatus::Succeeded {
            self.queue_refund_mail(tx, order, refund.id).await?;
        }
        if refund.status == RefundStatus::Failed && refund.cause != RefundCause::Outside {
            tracing::error!(order.id = %order.id, failure = refund.failure, "a refund failed");
            let is_back = order.amount_refunded >= order.total().amount;
            if refund.cause != RefundCause::Member && !is_back {
                order.review = Some(ReviewReason::RefundFailed);
            }
        }
        order.updated_at = self.clock().now();
        tx.update_order(order, order.status).await?;
        self.queue_mails(tx, &stored, order).await
    }

    /// Ends an order whose money had to go back, once it did.
    pub(super) async fn settle_refund_due(&self, order: Order) -> storage::Result<Order> {
        let mut tx = self.db().read().await?;
        let refunds = tx.list_refunds(order.id).await?;
        drop(tx);
        let payment = order.payment_intent_id.as_deref();
        let mut own = refunds.iter().filter(|refund| payment == Some(refund.payment_intent_id.as_str()));
        let is_back = match payment {
            // Nothing was paid, so nothing goes back.
            None => true,
            Some(_) if order.total().amount == Amount::ZERO => true,
            Some(_) => order.amount_refunded >= order.total().amount,
        };
        if is_back {
            let learnt = Learnt::fact(Fact::MoneyReturned);
            return Ok(self.apply(order.id, learnt).await?.unwrap_or(order));
        }
        if own.all(|refund| refund.status == RefundStatus::Failed) {
            // A person has to help; the refund said why.
            self.amend(order.id, |order| order.next_action_at = None).await?;
        }
        Ok(order)
    }

    /// Writes down a refund that somebody made in the provider's dashboard.
    pub(super) async fn note_outside_refund(
        &self,
        order: OrderId,
        told: &ProviderRefund,
    ) -> storage::Result<()> {
        let mut tx = self.db().write().await?;
        let Some(order) = tx.lock_order(order).await? else { return Ok(()) };
        let (Some(payment), Some((amount, currency))) = (told.payment_intent.clone(), told.amount) else {
            return Ok(());
        };
        if currency != order.currency || amount <= Amount::ZERO {
            tracing::error!(order.id = %order.id, "a refund is in another currency than its order");
            return Ok(());
        }
        let refund = Refund {
            provider_refund_id: Some(told.id.clone()),
            next_action_at: Some(self.clock().now() + TimeDelta::seconds(LOOK_PENDING_SECS)),
            ..self.draft_refund(&order, RefundCause::Outside, payment, amount)
        };
        let is_new = tx.insert_refund(&refund).await?;
        tx.commit().await?;
        if is_new { self.hear_refund(refund.id, told).await } else { Ok(()) }
    }
}

/// Looks for a refund among those of its payment, by our own name of it.
async fn search(provider: &Provider, refund: &Refund) -> Result<Option<ProviderRefund>, ProviderError> {
    let refunds = provider.list_refunds(&refund.payment_intent_id).await?;
    Ok(refunds.into_iter().find(|told| told.refund == Some(refund.id)))
}
