//! What a session tells of an order beside its status, and which of several sessions counts.

use crate::app::App;
use crate::domain::order::{Order, OrderStatus, ReviewReason};
use crate::domain::transition::{Decision, Fact, decide};
use crate::payments::Session;
use crate::storage::{self, StraySession, Tx};

impl App {
    /// Keeps what was noted beside the status: a mark for a person, a refund, a session set aside.
    pub(super) async fn save_beside(&self, mut tx: Tx, stored: &Order, order: &Order) -> storage::Result<()> {
        if order.review != stored.review {
            tx.update_order(order, stored.status).await?;
            self.queue_mails(&mut tx, stored, order).await?;
        }
        tx.commit().await?;
        self.payment_news().wake_for_leftovers();
        Ok(())
    }

    /// Takes over what a session tells beside its status. False when the session must not count.
    pub(super) async fn note_session(
        &self,
        tx: &mut Tx,
        order: &mut Order,
        session: &Session,
        fact: Option<Fact>,
    ) -> storage::Result<bool> {
        match standing(order, session, fact) {
            Standing::Foreign => {
                tracing::error!(order.id = %order.id, session.id, "test and live money were about to mix");
                return Ok(false);
            }
            Standing::Idle => return Ok(false),
            Standing::Stray => {
                tracing::warn!(order.id = %order.id, session.id, "a second session of an order is closed");
                self.set_aside(tx, order, &session.id).await?;
                return Ok(false);
            }
            Standing::PaidTwice => {
                tracing::warn!(order.id = %order.id, session.id, "a second session of an order was paid");
                if !self.owe_second_refund(tx, order, session).await? {
                    order.review = Some(ReviewReason::SecondSession);
                }
                return Ok(false);
            }
            Standing::Adopted => {
                if let Some(own) = order.session_id.take() {
                    self.set_aside(tx, order, &own).await?;
                }
                (order.session_url, order.session_secret) = (None, None);
            }
            Standing::Own => {}
        }
        order.session_id = Some(session.id.clone());
        if order.session_url.is_none() {
            order.session_url.clone_from(&session.url);
        }
        if order.session_secret.is_none() && matches!(order.status, OrderStatus::Reserved | OrderStatus::Open)
        {
            order.session_secret.clone_from(&session.client_secret);
        }
        if session.payment_intent.is_some() {
            order.payment_intent_id.clone_from(&session.payment_intent);
        }
        // The provider still knows the buyer of an order that was erased here.
        if session.buyer.is_some() && order.erased_at.is_none() {
            order.buyer.clone_from(&session.buyer);
        }
        if session.delivery.is_some() && order.erased_at.is_none() {
            order.delivery.clone_from(&session.delivery);
        }
        Ok(true)
    }

    /// Has a worker close a session that is not, or no longer, the order's.
    async fn set_aside(&self, tx: &mut Tx, order: &Order, session_id: &str) -> storage::Result<()> {
        let now = self.clock().now();
        tx.insert_stray_session(&StraySession {
            session_id: session_id.to_owned(),
            shop_id: order.shop_id,
            order_id: Some(order.id),
            provider: order.provider,
            next_action_at: now,
            created_at: now,
        })
        .await
    }
}

/// What a session is to an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    /// The order's one session.
    Own,
    /// Another one, but it is the one that was paid.
    Adopted,
    /// Another one that can be paid and must not be.
    Stray,
    /// Another one, paid although the order is paid already.
    PaidTwice,
    /// Another one that nobody can pay.
    Idle,
    /// Of the other kind of money.
    Foreign,
}

fn standing(order: &Order, session: &Session, fact: Option<Fact>) -> Standing {
    if session.livemode == order.is_test {
        return Standing::Foreign;
    }
    if order.session_id.as_ref().is_none_or(|id| *id == session.id) {
        return Standing::Own;
    }
    match (fact, order.status) {
        (Some(Fact::SessionOpen), _) => Standing::Stray,
        (
            Some(Fact::SessionPaid),
            OrderStatus::Paid | OrderStatus::Shipped | OrderStatus::RefundDue | OrderStatus::Refunded,
        ) => Standing::PaidTwice,
        (Some(Fact::SessionPaid), _) => Standing::Adopted,
        (Some(fact @ Fact::SessionPending), status) if decide(status, fact) != Decision::Stay => {
            Standing::Adopted
        }
        _ => Standing::Idle,
    }
}
