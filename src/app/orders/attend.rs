//! What a worker does for one order whose time has come; buyers' requests use the same steps.

use super::place::Placed;
use super::settle::Learnt;
use crate::app::App;
use crate::domain::ids::OrderId;
use crate::domain::order::{Order, OrderStatus, ReleaseReason, ReviewReason};
use crate::domain::show::PaymentsMode;
use crate::domain::transition::Fact;
use crate::payments::{ProviderError, Refund, RefundStatus, Session};
use crate::storage;

impl App {
    /// Brings an order on for whose time a worker waited.
    pub(in crate::app) async fn attend(&self, id: OrderId) -> storage::Result<()> {
        let mut tx = self.db().read().await?;
        let Some(order) = tx.find_order_anywhere(id).await? else { return Ok(()) };
        drop(tx);
        let now = self.clock().now();
        let status = order.status;
        let order = self.bring_on(order).await?;
        if order.status == status || order.status == OrderStatus::Releasing {
            let mut tx = self.db().write().await?;
            tx.reschedule_order(id, self.next_look(&order, now)).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    /// Takes the next step that an order waits for.
    pub(in crate::app) async fn bring_on(&self, order: Order) -> storage::Result<Order> {
        let provider = self.provider();
        if order.provider != provider.mode() || order.is_test == provider.is_live() {
            return self.let_go(order).await;
        }
        let now = self.clock().now();
        match order.status {
            OrderStatus::Reserved if order.session_expires_at <= now => self.time_out(order).await,
            OrderStatus::Reserved => {
                let placed = self.place_again(&order).await;
                self.settle_placed(order, &placed).await
            }
            OrderStatus::Open if order.reserved_until.is_none_or(|until| until <= now) => {
                self.time_out(order).await
            }
            OrderStatus::Open | OrderStatus::Processing => self.look(order).await,
            OrderStatus::Releasing => self.release(order).await,
            OrderStatus::RefundDue => self.return_money(order).await,
            OrderStatus::Paid
            | OrderStatus::Shipped
            | OrderStatus::Expired
            | OrderStatus::Failed
            | OrderStatus::CreateFailed
            | OrderStatus::Refunded => Ok(order),
        }
    }

    /// Ends what was begun with a provider that is no longer configured.
    ///
    /// The sandbox is gone with its pay pages, so nothing there can be paid any more. Of an order at
    /// Stripe nothing can be known without its key, so that one waits.
    async fn let_go(&self, order: Order) -> storage::Result<Order> {
        if order.provider == PaymentsMode::Stripe {
            tracing::warn!(order.id = %order.id, "an order waits for the Stripe key it was begun with");
            return Ok(order);
        }
        let fact = match order.status {
            OrderStatus::RefundDue => Fact::MoneyReturned,
            OrderStatus::Processing => Fact::SessionFailed,
            _ => Fact::SessionExpired,
        };
        Ok(self.apply(order.id, Learnt::fact(fact)).await?.unwrap_or(order))
    }

    /// Ends a reservation whose time is up.
    async fn time_out(&self, order: Order) -> storage::Result<Order> {
        let learnt = Learnt::release(ReleaseReason::Expired);
        match self.apply(order.id, learnt).await? {
            Some(order) if order.status == OrderStatus::Releasing => self.release(order).await,
            other => Ok(other.unwrap_or(order)),
        }
    }

    /// Has the provider close the session; the pieces become free only when it says so.
    async fn release(&self, order: Order) -> storage::Result<Order> {
        let Some(session) = order.session_id.clone() else {
            let placed = self.place_again(&order).await;
            let order = self.settle_placed(order, &placed).await?;
            return match placed {
                Placed::Made(session) if order.status == OrderStatus::Releasing => {
                    self.close_session(order, &session.id).await
                }
                _ => Ok(order),
            };
        };
        self.close_session(order, &session).await
    }

    async fn close_session(&self, order: Order, session: &str) -> storage::Result<Order> {
        let answer = match self.provider().expire_session(session).await {
            // It was paid or closed before; which of the two, only reading it tells.
            Err(ProviderError::NotOpen(_)) => self.provider().retrieve_session(session).await,
            answer => answer,
        };
        self.settle_answer(order, answer).await
    }

    /// Reads the session and applies what it tells.
    async fn look(&self, order: Order) -> storage::Result<Order> {
        let Some(session) = order.session_id.clone() else { return Ok(order) };
        if self.checkout_bounds().looks.take((), self.clock().now()).is_err() {
            return Ok(order);
        }
        let answer = self.provider().retrieve_session(&session).await;
        self.settle_answer(order, answer).await
    }

    async fn settle_answer(
        &self,
        order: Order,
        answer: Result<Session, ProviderError>,
    ) -> storage::Result<Order> {
        match answer {
            Ok(session) => Ok(self.apply(order.id, Learnt::from_session(&session)).await?.unwrap_or(order)),
            Err(error) => {
                tracing::warn!(order.id = %order.id, %error, "an order's session could not be asked for");
                Ok(order)
            }
        }
    }

    /// Gives the money of a sale back whose pieces are gone.
    async fn return_money(&self, order: Order) -> storage::Result<Order> {
        let Some(payment) = &order.payment_intent_id else {
            // Nothing was paid, so nothing goes back.
            return self.money_returned(order).await;
        };
        let answer = if let Some(refund) = &order.refund_id {
            self.provider().retrieve_refund(refund).await
        } else {
            let key = format!("re:{}:1", order.id);
            self.provider().refund(payment, order.total(), order.id, &key).await
        };
        match answer {
            Ok(refund) => self.settle_refund(order, refund).await,
            Err(ProviderError::Definite(error))
                if error.code.as_deref() == Some("charge_already_refunded") =>
            {
                self.money_returned(order).await
            }
            Err(error @ ProviderError::Definite(_)) => {
                tracing::error!(order.id = %order.id, %error, "the money of an order cannot be given back");
                self.stop_refund(order).await
            }
            Err(error) => {
                tracing::warn!(order.id = %order.id, %error, "no answer to a refund yet");
                Ok(order)
            }
        }
    }

    async fn settle_refund(&self, order: Order, refund: Refund) -> storage::Result<Order> {
        let Refund { id, status } = refund;
        if order.refund_id.is_none() {
            self.amend(order.id, |order| order.refund_id = Some(id)).await?;
        }
        match status {
            RefundStatus::Succeeded => self.money_returned(order).await,
            RefundStatus::Pending => Ok(order),
            RefundStatus::Failed => {
                tracing::error!(order.id = %order.id, "the refund of an order failed");
                self.stop_refund(order).await
            }
        }
    }

    async fn money_returned(&self, order: Order) -> storage::Result<Order> {
        Ok(self.apply(order.id, Learnt::fact(Fact::MoneyReturned)).await?.unwrap_or(order))
    }

    /// Leaves a refund that cannot be made to a person.
    async fn stop_refund(&self, order: Order) -> storage::Result<Order> {
        self.amend(order.id, |order| {
            order.review = Some(ReviewReason::RefundFailed);
            order.next_action_at = None;
        })
        .await?;
        Ok(order)
    }
}
