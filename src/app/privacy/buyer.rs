//! Erases the buyer of orders: the sale stays in the books, who bought leaves everything else.

use chrono::Datelike;

use super::{App, Asker, Caller, PrivacyError};
use crate::domain::erasure::{BuyerScope, kept_of, obstacles};
use crate::domain::event::{Audience, ShowEvent};
use crate::domain::ids::OrderId;
use crate::domain::order::Order;
use crate::domain::personal_data::{BlockedOrder, BuyerErasure, ErasedOrder, ORDERS_MAX};
use crate::domain::privacy::{BOOKS_YEARS, Forgotten, KeptOfBuyer};
use crate::storage::{self, Tx};

impl App {
    /// What erasing the buyer of the order behind a secret address would take away.
    ///
    /// # Errors
    /// When the token is not of ours, or it is asked for too often.
    pub async fn preview_buyer_erasure(&self, token: &str) -> Result<BuyerErasure, PrivacyError> {
        let id = self.find_order_id(token).ok_or(PrivacyError::NotFound)?;
        self.admit(Asker::Person("buyer"), id.as_uuid())?;
        self.preview_orders(&[id]).await
    }

    /// What erasing the buyer of an order, or of all orders under one address, would take away.
    ///
    /// # Errors
    /// When there is no such order in the caller's shop, or the caller is no owner.
    pub async fn preview_order_erasure(
        &self,
        caller: &Caller,
        id: OrderId,
        scope: BuyerScope,
    ) -> Result<BuyerErasure, PrivacyError> {
        self.admit(Asker::Member(caller), id.as_uuid())?;
        let ids = self.orders_in_scope(caller, id, scope).await?;
        self.preview_orders(&ids).await
    }

    /// Erases the buyer of the order behind a secret address. Once more changes nothing.
    ///
    /// # Errors
    /// While a payment, delivery or refund is under way.
    pub async fn erase_buyer(&self, token: &str) -> Result<BuyerErasure, PrivacyError> {
        let id = self.find_order_id(token).ok_or(PrivacyError::NotFound)?;
        let asker = Asker::Person("buyer");
        self.admit(asker, id.as_uuid())?;
        self.erase_orders(&[id], asker).await
    }

    /// Erases the buyer of an order of the caller's shop, or of all orders under the same address.
    ///
    /// # Errors
    /// While a payment, delivery or refund of one of them is under way; then none is erased.
    pub async fn erase_order_buyer(
        &self,
        caller: &Caller,
        id: OrderId,
        scope: BuyerScope,
    ) -> Result<BuyerErasure, PrivacyError> {
        let asker = Asker::Member(caller);
        self.admit(asker, id.as_uuid())?;
        let ids = self.orders_in_scope(caller, id, scope).await?;
        self.erase_orders(&ids, asker).await
    }

    /// The orders that a member means, the one that was named among them.
    pub(super) async fn orders_in_scope(
        &self,
        caller: &Caller,
        id: OrderId,
        scope: BuyerScope,
    ) -> Result<Vec<OrderId>, PrivacyError> {
        let mut tx = self.db().read().await?;
        let order = tx.find_order(caller.shop, id).await?.ok_or(PrivacyError::NotFound)?;
        let email = order.buyer.as_ref().and_then(|buyer| buyer.email.as_deref()).unwrap_or_default();
        let mut ids = vec![id];
        if scope == BuyerScope::Buyer && !email.trim().is_empty() {
            ids.extend(tx.list_orders_of_address(caller.shop, email, ORDERS_MAX).await?);
        }
        ids.sort_unstable();
        ids.dedup();
        Ok(ids)
    }

    async fn preview_orders(&self, ids: &[OrderId]) -> Result<BuyerErasure, PrivacyError> {
        let mut tx = self.db().read().await?;
        let mut told = BuyerErasure::default();
        for id in ids {
            let order = tx.find_order_anywhere(*id).await?.ok_or(PrivacyError::NotFound)?;
            told.blocked.extend(find_blocked(&mut tx, &order).await?);
            told.orders.push(told_of(&order));
        }
        Ok(told)
    }

    async fn erase_orders(&self, ids: &[OrderId], asker: Asker<'_>) -> Result<BuyerErasure, PrivacyError> {
        let found = self.preview_orders(ids).await?;
        if !found.blocked.is_empty() {
            return Err(PrivacyError::Blocked(found.blocked));
        }
        for id in ids {
            Box::pin(self.erase_buyer_of(*id, asker)).await?;
        }
        self.preview_orders(ids).await
    }

    /// Erases the buyer of one order, unless that was done before.
    async fn erase_buyer_of(&self, id: OrderId, asker: Asker<'_>) -> Result<(), PrivacyError> {
        let mut tx = self.db().write().await?;
        let order = tx.lock_order(id).await?.ok_or(PrivacyError::NotFound)?;
        if order.erased_at.is_some() {
            return Ok(());
        }
        // Something may have begun since it was looked at.
        if let Some(blocked) = find_blocked(&mut tx, &order).await? {
            return Err(PrivacyError::Blocked(vec![blocked]));
        }
        self.audit_privacy(&mut tx, asker, order.shop_id, "order.erase_buyer", &id.to_string()).await?;
        Ok(self.cut_order(tx, &order, kept_of(&order)).await?)
    }

    /// Cuts a locked order down to what is kept, takes its buyer out of the log, and commits.
    pub(super) async fn cut_order(
        &self,
        mut tx: Tx,
        order: &Order,
        kept: Option<KeptOfBuyer>,
    ) -> storage::Result<()> {
        tx.erase_buyer(order, kept.as_ref(), self.clock().now()).await?;
        let mut recorder = self.recorder(order.shop_id, order.show_id);
        // The viewer who made it is not tied to it any more.
        recorder.change_viewer(order.viewer_id);
        // Whoever is named in no event is in nobody's memory.
        let forgotten = Forgotten::Buyer(order.id);
        if self.forget_in_log(&mut tx, order.show_id, Audience::Members, forgotten).await? {
            recorder.record(&mut tx, ShowEvent::BuyerErased { order_id: order.id }).await?;
        }
        self.commit(tx, [recorder]).await
    }
}

async fn find_blocked(tx: &mut Tx, order: &Order) -> storage::Result<Option<BlockedOrder>> {
    if order.erased_at.is_some() {
        return Ok(None);
    }
    let refunds = tx.list_refunds(order.id).await?;
    let withdrawals = tx.list_withdrawals(order.shop_id, order.id).await?;
    let obstacles = obstacles(order, &refunds, &withdrawals);
    Ok((!obstacles.is_empty()).then(|| BlockedOrder { number: order.number.clone(), obstacles }))
}

fn told_of(order: &Order) -> ErasedOrder {
    ErasedOrder {
        id: order.id,
        number: order.number.clone(),
        erased_at: order.erased_at,
        kept_until_year: order.paid_at.map(|at| at.year() + BOOKS_YEARS),
    }
}
