//! Applies what is learnt of an order, whoever learnt it: webhook, return page, poller or worker.
//!
//! The only place where a stored order changes its status.
//! Invariant: status, history, stock and events change in one transaction, once for each step.

use chrono::{DateTime, TimeDelta, Utc};

use super::ship::Sending;
use crate::app::{App, Recorder};
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
/// The shortest and longest pause after a failed call.
const RETRY_SECS: std::ops::RangeInclusive<i64> = 2..=60;

/// Something learnt of an order.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Learnt<'a> {
    /// What is certain.
    pub fact: Option<Fact>,
    /// The session that told it.
    pub session: Option<&'a Session>,
    /// Why the reservation ends, when somebody ends it.
    pub reason: Option<ReleaseReason>,
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
        let mut tx = self.db().write().await?;
        let Some(stored) = tx.lock_order(id).await? else { return Ok(None) };
        let mut order = stored.clone();
        let now = self.clock().now();
        if let Some(session) = learnt.session
            && !note_session(&mut order, session, learnt.fact)
        {
            self.save_review(tx, &stored, &order).await?;
            return Ok(Some(order));
        }
        if let Some(sending) = learnt.sending
            && !sending.note(&mut order, now)
        {
            return Ok(Some(order));
        }
        let mut recorder = self.recorder(order.shop_id, order.show_id);
        let decision = learnt.fact.map_or(Decision::Stay, |fact| decide(stored.status, fact));
        let stock = match decision {
            Decision::Stay => Vec::new(),
            Decision::Move(to, stock) => {
                order.status = to;
                move_stock(&mut tx, &stored, stock).await?
            }
            Decision::SellAgain => {
                let sold = tx.sell_available_stock(&stored).await?;
                order.status = if sold.is_some() { OrderStatus::Paid } else { OrderStatus::RefundDue };
                sold.unwrap_or_default()
            }
        };
        if order.status != stored.status {
            self.enter(&mut order, learnt, now);
        }
        if order == stored {
            return Ok(Some(order));
        }
        order.updated_at = now;
        if !tx.update_order(&order, stored.status).await? {
            // The lock makes this impossible; should it fail, nothing of this may last.
            tracing::error!(order.id = %id, "an order changed under its lock");
            return Ok(Some(stored));
        }
        if order.status != stored.status {
            record_step(&mut tx, &mut recorder, &stored, &order, learnt.fact, &stock).await?;
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
        Ok(Some(order))
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

    /// Keeps only the mark that a person has to look at an order.
    async fn save_review(&self, mut tx: Tx, stored: &Order, order: &Order) -> storage::Result<()> {
        if order.review != stored.review {
            tx.update_order(order, stored.status).await?;
            self.queue_mails(&mut tx, stored, order).await?;
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
            OrderStatus::CreateFailed => order.release_reason = Some(ReleaseReason::CreateFailed),
            OrderStatus::Failed => {
                order.reserved_until = None;
                order.release_reason = Some(ReleaseReason::PaymentFailed);
            }
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

/// Takes over what a session tells beside its status. False when the session must not count.
fn note_session(order: &mut Order, session: &Session, fact: Option<Fact>) -> bool {
    if session.livemode == order.is_test {
        tracing::error!(order.id = %order.id, session.id, "test and live money were about to mix");
        return false;
    }
    if order.session_id.as_ref().is_some_and(|id| *id != session.id) {
        if fact == Some(Fact::SessionPaid) {
            tracing::error!(order.id = %order.id, session.id, "a second session of an order was paid");
            order.review = Some(ReviewReason::SecondSession);
        }
        return false;
    }
    order.session_id = Some(session.id.clone());
    if order.session_url.is_none() {
        order.session_url.clone_from(&session.url);
    }
    if session.payment_intent.is_some() {
        order.payment_intent_id.clone_from(&session.payment_intent);
    }
    if session.buyer.is_some() {
        order.buyer.clone_from(&session.buyer);
    }
    true
}

/// Compares what was taken with what was ordered; shipping and discounts are beside the subtotal.
fn check_amount(order: &mut Order, session: &Session) {
    order.amount_total = session.total;
    if session.subtotal != Some((order.amount_subtotal, order.currency)) {
        tracing::error!(order.id = %order.id, session.id, "a session's amount is not the order's");
        order.review = Some(ReviewReason::AmountMismatch);
    }
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

/// Writes the history and the events of one step.
async fn record_step(
    tx: &mut Tx,
    recorder: &mut Recorder,
    stored: &Order,
    order: &Order,
    fact: Option<Fact>,
    stock: &[VariantStock],
) -> storage::Result<()> {
    let cause = fact.map_or("", Fact::as_str);
    tx.insert_order_transition(order, stored.status, cause).await?;
    if stored.status.holds_stock() && !order.status.holds_stock() {
        tx.delete_reservation_slots(order.id).await?;
    }
    for stock in stock {
        recorder.record(tx, stock_changed(stock)).await?;
    }
    let summary = order.summary();
    let event = match order.status {
        OrderStatus::Paid => {
            let sales = tx.get_sales(order.show_id, order.is_test, order.currency).await?;
            ShowEvent::OrderPaid { order: summary, sales }
        }
        // Only with the payment page does the reservation get its deadline, which members watch.
        OrderStatus::Open => ShowEvent::OrderReserved { order: summary },
        OrderStatus::Processing => ShowEvent::OrderProcessing { order: summary },
        OrderStatus::Expired | OrderStatus::Failed | OrderStatus::CreateFailed => {
            let reason = order.release_reason.unwrap_or(ReleaseReason::Expired);
            ShowEvent::OrderReleased { order: summary, reason }
        }
        OrderStatus::Shipped => ShowEvent::OrderShipped { order: summary },
        OrderStatus::Reserved | OrderStatus::Releasing | OrderStatus::RefundDue | OrderStatus::Refunded => {
            return Ok(());
        }
    };
    recorder.record(tx, event).await?;
    Ok(())
}

/// What viewers are told when pieces of a variant moved.
pub(in crate::app) fn stock_changed(stock: &VariantStock) -> ShowEvent {
    ShowEvent::StockChanged {
        product_id: stock.product_id,
        variant_id: stock.variant_id,
        available: stock.available.get(),
        on_sale: stock.on_sale,
    }
}
