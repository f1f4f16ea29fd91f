//! Applies what is learnt of an order, whoever learnt it: webhook, return page, poller or worker.
//!
//! The only place where a stored order changes its status.
//! Invariant: status, history, stock and events change in one transaction, once for each step.

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::FutureExt;

use super::RETRY_SECS;
use super::ship::Sending;
use super::telling::record_step;
use crate::app::App;
use crate::app::offers::{OfferMove, record_all};
use crate::domain::event::ShowEvent;
use crate::domain::ids::OrderId;
use crate::domain::order::{Order, OrderStatus, ReleaseReason, ReviewReason};
use crate::domain::transition::{Decision, Fact, StockMove, decide};
use crate::payments::Session;
use crate::storage::{self, Tx, VariantStock};

/// How long whoever moved an order has for the next call before a worker goes on with it.
///
/// Longer than one call to the provider takes with its repetitions (20 s).
pub(in crate::app) const LEASE_SECS: i64 = 30;
/// How often an unpaid session is looked at, so that a lost webhook costs no more than this.
const LOOK_SECS: i64 = 60;
/// How often a delayed payment is looked at; banks take days.
const LOOK_PROCESSING_SECS: i64 = 60 * 60;
/// Characters kept of what the provider says when it refuses.
const FAILURE_CHARS_MAX: usize = 500;

/// Something learnt of an order.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Learnt<'a> {
    /// What is certain.
    pub fact: Option<Fact>,
    /// The session that told it.
    pub session: Option<&'a Session>,
    /// Why the reservation ends, when somebody ends it.
    pub reason: Option<ReleaseReason>,
    /// Why the provider opened no session, in its words.
    pub failure: Option<&'a str>,
    /// Why a person has to look at it from now on.
    pub mark: Option<ReviewReason>,
    /// The parcel that a member tells of.
    pub sending: Option<Sending<'a>>,
}

impl<'a> Learnt<'a> {
    /// What a session tells when it is read.
    pub fn from_session(session: &'a Session) -> Self {
        Self { fact: session.fact(), session: Some(session), ..Self::default() }
    }

    /// A fact that no session tells.
    pub fn fact(fact: Fact) -> Self {
        Self { fact: Some(fact), ..Self::default() }
    }

    /// Somebody ends the reservation.
    pub fn release(reason: ReleaseReason) -> Self {
        Self { fact: Some(Fact::ReleaseAsked), reason: Some(reason), ..Self::default() }
    }
}

impl App {
    /// Applies what was learnt and tells how the order stands then; `None` if there is no such order.
    pub(crate) async fn apply(&self, id: OrderId, learnt: Learnt<'_>) -> storage::Result<Option<Order>> {
        // Boxed because it holds two orders, which would make every future around it as large.
        self.apply_under_lock(id, learnt).boxed().await
    }

    async fn apply_under_lock(&self, id: OrderId, learnt: Learnt<'_>) -> storage::Result<Option<Order>> {
        let mut tx = self.db().write().await?;
        let Some(stored) = tx.lock_order(id).await? else { return Ok(None) };
        let mut order = stored.clone();
        let now = self.clock().now();
        if let Some(session) = learnt.session
            && !self.note_session(&mut tx, &mut order, session, learnt.fact).await?
        {
            self.save_beside(tx, &stored, &order).await?;
            return Ok(Some(order));
        }
        if let Some(sending) = learnt.sending
            && !sending.note(&mut order, now)
        {
            return Ok(Some(order));
        }
        let mut recorder = self.recorder(order.shop_id, order.show_id);
        let decision = learnt.fact.map_or(Decision::Stay, |fact| decide(stored.status, fact));
        let (stock, offers) = match decision {
            Decision::Stay => (Vec::new(), Vec::new()),
            Decision::Move(to, stock) => {
                order.status = to;
                let moved = move_stock(&mut tx, &stored, stock).await?;
                (moved, self.move_offers(&mut tx, &stored, stock, now).await?)
            }
            // Pieces of an offer were given back with the reservation; a price that was promised and
            // is paid holds all the same.
            Decision::SellAgain => {
                let sold = tx.sell_available_stock(&stored).await?;
                order.status = if sold.is_some() { OrderStatus::Paid } else { OrderStatus::RefundDue };
                (sold.unwrap_or_default(), Vec::new())
            }
        };
        if order.status != stored.status {
            self.enter(&mut order, learnt, now);
            order.review = order.review.or(learnt.mark);
        }
        if order == stored {
            // A session may have been set aside all the same.
            tx.commit().await?;
            return Ok(Some(order));
        }
        order.updated_at = now;
        if !tx.update_order(&order, stored.status).await? {
            // The lock makes this impossible; should it fail, nothing of this may last.
            tracing::error!(order.id = %id, "an order changed under its lock");
            return Ok(Some(stored));
        }
        if order.status == OrderStatus::RefundDue && stored.status != OrderStatus::RefundDue {
            self.owe_refund(&mut tx, &order).await?;
        }
        if order.status != stored.status {
            record_step(&mut tx, &mut recorder, &stored, &order, learnt.fact, &stock).await?;
            record_all(&mut recorder, &mut tx, offers).await?;
        }
        if let Some(sending) = learnt.sending {
            self.audit_sending(&mut tx, sending, &order).await?;
        }
        self.queue_mails(&mut tx, &stored, &order).await?;
        self.commit(tx, [recorder]).await?;
        if order.status != stored.status {
            self.mail_news().notify_one();
            tracing::info!(order.id = %id, from = %stored.status, to = %order.status, "an order moved");
        }
        if order.next_action_at.is_some_and(|at| at <= now) {
            self.payment_news().orders.notify_one();
        }
        if order.status == OrderStatus::RefundDue || order.session_id != stored.session_id {
            self.payment_news().wake_for_leftovers();
        }
        Ok(Some(order))
    }

    async fn move_offers(
        &self,
        tx: &mut Tx,
        order: &Order,
        stock: StockMove,
        now: DateTime<Utc>,
    ) -> storage::Result<Vec<ShowEvent>> {
        match stock {
            StockMove::Keep => Ok(Vec::new()),
            StockMove::Free => self.move_offer_units(tx, order, OfferMove::GiveBack, now).await,
            StockMove::Sell => self.move_offer_units(tx, order, OfferMove::Sell, now).await,
        }
    }

    /// Changes what is beside the status of an order.
    pub(crate) async fn amend(&self, id: OrderId, change: impl FnOnce(&mut Order)) -> storage::Result<()> {
        let mut tx = self.db().write().await?;
        if let Some(mut order) = tx.lock_order(id).await? {
            let stored = order.clone();
            change(&mut order);
            order.status = stored.status;
            order.updated_at = self.clock().now();
            tx.update_order(&order, stored.status).await?;
            self.queue_mails(&mut tx, &stored, &order).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    /// Sets what belongs to the status an order has come to.
    fn enter(&self, order: &mut Order, learnt: Learnt<'_>, now: DateTime<Utc>) {
        match order.status {
            OrderStatus::Open => {
                let until = now + TimeDelta::minutes(i64::from(self.config().reserve_minutes));
                order.reserved_until = Some(until.min(order.session_expires_at));
            }
            OrderStatus::Reserved | OrderStatus::Shipped | OrderStatus::Refunded => {}
            OrderStatus::Releasing => order.release_reason = learnt.reason,
            OrderStatus::Processing => order.reserved_until = None,
            OrderStatus::Paid | OrderStatus::RefundDue => {
                order.reserved_until = None;
                order.paid_at = Some(now);
                if let Some(session) = learnt.session {
                    check_amount(order, session);
                }
            }
            OrderStatus::Expired => {
                order.reserved_until = None;
                order.release_reason = order.release_reason.or(Some(ReleaseReason::Expired));
            }
            OrderStatus::CreateFailed => {
                order.release_reason = Some(ReleaseReason::CreateFailed);
                order.failure = learnt.failure.map(|text| text.chars().take(FAILURE_CHARS_MAX).collect());
            }
            OrderStatus::Failed => {
                order.reserved_until = None;
                order.release_reason = Some(ReleaseReason::PaymentFailed);
            }
        }
        if !matches!(order.status, OrderStatus::Reserved | OrderStatus::Open) {
            // Nobody is to pay with it any more.
            order.session_secret = None;
        }
        order.next_action_at = self.first_look(order, now);
    }

    /// When a worker looks at an order that has just come to its status.
    fn first_look(&self, order: &Order, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        match order.status {
            OrderStatus::Reserved | OrderStatus::Releasing => Some(now + TimeDelta::seconds(LEASE_SECS)),
            OrderStatus::RefundDue => Some(now),
            OrderStatus::Open | OrderStatus::Processing => Some(self.next_look(order, now)),
            OrderStatus::Paid
            | OrderStatus::Shipped
            | OrderStatus::Expired
            | OrderStatus::Failed
            | OrderStatus::CreateFailed
            | OrderStatus::Refunded => None,
        }
    }

    /// When a worker looks again at an order that did not move.
    pub(in crate::app) fn next_look(&self, order: &Order, now: DateTime<Utc>) -> DateTime<Utc> {
        let seconds = TimeDelta::seconds;
        match (order.status, order.reserved_until) {
            (OrderStatus::Open, Some(until)) if until > now => until.min(now + seconds(LOOK_SECS)),
            (OrderStatus::Processing, _) => now + seconds(LOOK_PROCESSING_SECS),
            _ => {
                // Half of the time it has waited already: soon at first, then ever more patiently.
                let waited = (now - order.updated_at).num_seconds() / 2;
                let pause = waited.clamp(*RETRY_SECS.start(), *RETRY_SECS.end());
                let spread = self.clock().jitter(std::time::Duration::from_secs(1));
                now + seconds(pause) + TimeDelta::from_std(spread).unwrap_or_default()
            }
        }
    }
}

/// Compares what was taken with what was ordered; shipping and discounts are beside the subtotal.
fn check_amount(order: &mut Order, session: &Session) {
    order.amount_total = session.total;
    order.parts = session.parts;
    order.shipping_method = chosen_rate(order, session);
    if session.subtotal != Some((order.amount_subtotal, order.currency)) {
        tracing::error!(order.id = %order.id, session.id, "a session's amount is not the order's");
        order.review = Some(ReviewReason::AmountMismatch);
    }
}

/// The name of the shipping rate that was chosen among those of the session's request.
fn chosen_rate(order: &Order, session: &Session) -> Option<String> {
    let rates = order.session_request.pointer("/delivery/rates")?.as_array()?;
    let only = (rates.len() == 1).then_some(0);
    rates.get(session.chosen_rate.or(only)?)?["name"].as_str().map(str::to_owned)
}

async fn move_stock(tx: &mut Tx, order: &Order, stock: StockMove) -> storage::Result<Vec<VariantStock>> {
    match stock {
        StockMove::Keep => Ok(Vec::new()),
        StockMove::Free => tx.free_stock(order).await,
        StockMove::Sell => {
            // What viewers see, the available pieces, does not change when reserved ones are sold.
            tx.sell_reserved_stock(order).await?;
            Ok(Vec::new())
        }
    }
}
