//! What a worker does for one order whose time has come; buyers' requests use the same steps.

use super::place::Placed;
use super::settle::Learnt;
use crate::app::App;
use crate::domain::ids::OrderId;
use crate::domain::order::{Order, OrderStatus, ReleaseReason};
use crate::domain::show::PaymentsMode;
use crate::domain::transition::Fact;
use crate::payments::{ProviderError, Session};
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
        let provider = self.provider_of(order.shop_id).await?;
        if order.provider != provider.mode() || order.is_test == provider.is_live() {
            return self.let_go(order).await;
        }
        let now = self.clock().now();
        match order.status {
            OrderStatus::Reserved if order.session_expires_at <= now => self.time_out(order).await,
            OrderStatus::Reserved => {
                let placed = self.place_again(&order).await?;
                self.settle_placed(order, &placed).await
            }
            OrderStatus::Open if order.reserved_until.is_none_or(|until| until <= now) => {
                self.time_out(order).await
            }
            OrderStatus::Open | OrderStatus::Processing => self.look(order).await,
            OrderStatus::Releasing => self.release(order).await,
            OrderStatus::RefundDue => self.settle_refund_due(order).await,
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
    /// Nothing is lost with test money: the sandbox is gone with its pay pages, and of Stripe's test
    /// mode nobody hears any more. Of an order of real money nothing can be known without its key, so
    /// that one waits.
    async fn let_go(&self, order: Order) -> storage::Result<Order> {
        if order.provider == PaymentsMode::Stripe && !order.is_test {
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
            let placed = self.place_again(&order).await?;
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
        let provider = self.provider_of(order.shop_id).await?;
        let answer = match provider.expire_session(session).await {
            // It was paid or closed before; which of the two, only reading it tells.
            Err(ProviderError::NotOpen(_)) => provider.retrieve_session(session).await,
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
        let provider = self.provider_of(order.shop_id).await?;
        let answer = provider.retrieve_session(&session).await;
        self.settle_answer(order, answer).await
    }

    async fn settle_answer(
        &self,
        order: Order,
        answer: Result<Session, ProviderError>,
    ) -> storage::Result<Order> {
        match answer {
            Ok(session) => {
                let fact = self.fact_of(&order, &session).await?;
                let learnt = Learnt { fact, ..Learnt::from_session(&session) };
                Ok(self.apply(order.id, learnt).await?.unwrap_or(order))
            }
            Err(error) => {
                tracing::warn!(order.id = %order.id, %error, "an order's session could not be asked for");
                Ok(order)
            }
        }
    }

    /// What a session tells; of a delayed payment that failed only the payment itself tells.
    async fn fact_of(&self, order: &Order, session: &Session) -> storage::Result<Option<Fact>> {
        let fact = session.fact();
        let (Some(Fact::SessionPending), OrderStatus::Processing) = (fact, order.status) else {
            return Ok(fact);
        };
        let Some(payment) = &session.payment_intent else { return Ok(fact) };
        let provider = self.provider_of(order.shop_id).await?;
        match provider.has_payment_failed(payment).await {
            Ok(has_failed) => Ok(if has_failed { Some(Fact::SessionFailed) } else { fact }),
            Err(error) => {
                tracing::warn!(order.id = %order.id, %error, "a delayed payment could not be asked for");
                Ok(fact)
            }
        }
    }
}
