//! Refunds, and pieces that come back with them. Callers hold the lock of the order.

use chrono::{DateTime, Utc};

use super::{Result, Tx, VariantStock, on_db};
use crate::domain::ids::{OrderId, RefundId, ShopId, VariantId};
use crate::domain::money::Amount;
use crate::domain::refund::{Refund, RefundCause, RefundStatus};

/// Refunds of one order that are read; a member makes a few, a bound keeps pages small.
const REFUNDS_MAX: i64 = 100;

/// Begins every query that reads refunds.
macro_rules! select_refunds {
    ($rest:literal) => {
        concat!(
            "select id, shop_id, order_id, n, cause, payment_intent_id, amount, status, provider_refund_id,
                 failure, note, requested_by, next_action_at, created_at, updated_at
             from refunds ",
            $rest
        )
    };
}

#[derive(sqlx::FromRow)]
struct RefundRow {
    id: RefundId,
    shop_id: ShopId,
    order_id: OrderId,
    n: i64,
    cause: RefundCause,
    payment_intent_id: String,
    amount: Amount,
    status: RefundStatus,
    provider_refund_id: Option<String>,
    failure: Option<String>,
    note: Option<String>,
    requested_by: Option<String>,
    next_action_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

/// A refund that waits for a worker.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct DueRefund {
    /// Identity.
    pub id: RefundId,
    /// Since when; also what a claim compares.
    pub next_action_at: DateTime<Utc>,
}

impl Tx {
    /// Writes a refund; its `n` follows the order's last one.
    ///
    /// False means that this payment goes back already, or that the provider's refund is known.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert_refund(&mut self, refund: &Refund) -> Result<bool> {
        let rows = on_db!(self, |db| sqlx::query(
            "insert into refunds (id, shop_id, order_id, n, cause, payment_intent_id, amount, status,
                 provider_refund_id, failure, note, requested_by, next_action_at, created_at, updated_at)
             select $1, $2, $3, coalesce(max(n), 0) + 1, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13
             from refunds where order_id = $3
             on conflict do nothing",
        )
        .bind(refund.id)
        .bind(refund.shop_id)
        .bind(refund.order_id)
        .bind(refund.cause)
        .bind(&refund.payment_intent_id)
        .bind(refund.amount)
        .bind(refund.status)
        .bind(&refund.provider_refund_id)
        .bind(&refund.failure)
        .bind(&refund.note)
        .bind(&refund.requested_by)
        .bind(refund.next_action_at)
        .bind(refund.created_at)
        .execute(db)
        .await?
        .rows_affected());
        Ok(rows == 1)
    }

    /// The refunds of an order, the first one first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_refunds(&mut self, order: OrderId) -> Result<Vec<Refund>> {
        let rows: Vec<RefundRow> =
            on_db!(self, |db| sqlx::query_as(select_refunds!("where order_id = $1 order by n limit $2"))
                .bind(order)
                .bind(REFUNDS_MAX)
                .fetch_all(db)
                .await?);
        Ok(rows.into_iter().map(RefundRow::into_refund).collect())
    }

    /// A refund by our own id, whichever shop's; for workers and the provider's news.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_refund_anywhere(&mut self, id: RefundId) -> Result<Option<Refund>> {
        let row: Option<RefundRow> = on_db!(self, |db| sqlx::query_as(select_refunds!("where id = $1"))
            .bind(id)
            .fetch_optional(db)
            .await?);
        Ok(row.map(RefundRow::into_refund))
    }

    /// A refund by the provider's name of it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_refund_of_provider(&mut self, provider_refund_id: &str) -> Result<Option<Refund>> {
        let row: Option<RefundRow> =
            on_db!(self, |db| sqlx::query_as(select_refunds!("where provider_refund_id = $1"))
                .bind(provider_refund_id)
                .fetch_optional(db)
                .await?);
        Ok(row.map(RefundRow::into_refund))
    }

    /// Writes how far a refund is. False means that its status is no longer `old`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn update_refund(&mut self, refund: &Refund, old: RefundStatus) -> Result<bool> {
        let rows = on_db!(self, |db| sqlx::query(
            "update refunds set status = $3, provider_refund_id = $4, failure = $5, next_action_at = $6,
                 updated_at = $7
             where id = $1 and status = $2",
        )
        .bind(refund.id)
        .bind(old)
        .bind(refund.status)
        .bind(&refund.provider_refund_id)
        .bind(&refund.failure)
        .bind(refund.next_action_at)
        .bind(refund.updated_at)
        .execute(db)
        .await?
        .rows_affected());
        Ok(rows == 1)
    }

    /// Makes a refund wait for a worker at another time, unless nothing is to be done for it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn reschedule_refund(&mut self, id: RefundId, at: DateTime<Utc>) -> Result<()> {
        on_db!(self, |db| sqlx::query(
            "update refunds set next_action_at = $2 where id = $1 and next_action_at is not null",
        )
        .bind(id)
        .bind(at)
        .execute(db)
        .await
        .map(drop)?);
        Ok(())
    }

    /// Gives a refund the order's next `n`, and with it a new key. The caller asked the provider
    /// whether anything was done under the old one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn renumber_refund(&mut self, order: OrderId, id: RefundId) -> Result<()> {
        on_db!(self, |db| sqlx::query(
            "update refunds set n = (select max(n) + 1 from refunds where order_id = $1)
             where id = $2 and order_id = $1 and provider_refund_id is null",
        )
        .bind(order)
        .bind(id)
        .execute(db)
        .await
        .map(drop)?);
        Ok(())
    }

    /// What went back of one payment.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn get_amount_refunded(&mut self, order: OrderId, payment_intent_id: &str) -> Result<Amount> {
        let (amount,): (Amount,) = on_db!(self, |db| sqlx::query_as(
            "select cast(coalesce(sum(amount), 0) as bigint) from refunds
             where order_id = $1 and payment_intent_id = $2 and status = 'succeeded'",
        )
        .bind(order)
        .bind(payment_intent_id)
        .fetch_one(db)
        .await?);
        Ok(amount)
    }

    /// Refunds whose time for a worker has come, the longest waiting first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_due_refunds(&mut self, now: DateTime<Utc>, limit: i64) -> Result<Vec<DueRefund>> {
        Ok(on_db!(self, |db| sqlx::query_as(
            "select id, next_action_at from refunds
             where next_action_at is not null and next_action_at <= $1 order by next_action_at limit $2",
        )
        .bind(now)
        .bind(limit)
        .fetch_all(db)
        .await?))
    }

    /// When the next refund waits for a worker.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_next_refund_action(&mut self) -> Result<Option<DateTime<Utc>>> {
        let (at,): (Option<DateTime<Utc>>,) = on_db!(self, |db| sqlx::query_as(
            "select min(next_action_at) from refunds where next_action_at is not null",
        )
        .fetch_one(db)
        .await?);
        Ok(at)
    }

    /// Takes a waiting refund for this worker until `until`. False means that it moved on meanwhile.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn claim_due_refund(&mut self, due: DueRefund, until: DateTime<Utc>) -> Result<bool> {
        let rows = on_db!(self, |db| sqlx::query(
            "update refunds set next_action_at = $3 where id = $1 and next_action_at = $2",
        )
        .bind(due.id)
        .bind(due.next_action_at)
        .bind(until)
        .execute(db)
        .await?
        .rows_affected());
        Ok(rows == 1)
    }

    /// Puts pieces of one order line on sale again. `None` means that not so many were sold in it.
    ///
    /// # Errors
    /// When the database fails, or the counters do not hold that many.
    pub async fn restock_line(
        &mut self,
        shop: ShopId,
        order: OrderId,
        position: i64,
        units: i64,
    ) -> Result<Option<VariantStock>> {
        let line: Option<(VariantId,)> = on_db!(self, |db| sqlx::query_as(
            "update order_lines set restocked_units = restocked_units + $4
             where shop_id = $1 and order_id = $2 and position = $3 and units - restocked_units >= $4
             returning variant_id",
        )
        .bind(shop)
        .bind(order)
        .bind(position)
        .bind(units)
        .fetch_optional(db)
        .await?);
        let Some((variant,)) = line else { return Ok(None) };
        Ok(Some(on_db!(self, |db| sqlx::query_as(
            "update variants set available = available + $3, sold = sold - $3
             where shop_id = $1 and id = $2 and sold >= $3
             returning product_id, id as variant_id, available, on_sale",
        )
        .bind(shop)
        .bind(variant)
        .bind(units)
        .fetch_one(db)
        .await?)))
    }
}

impl RefundRow {
    fn into_refund(self) -> Refund {
        Refund {
            id: self.id,
            shop_id: self.shop_id,
            order_id: self.order_id,
            n: self.n,
            cause: self.cause,
            payment_intent_id: self.payment_intent_id,
            amount: self.amount,
            status: self.status,
            provider_refund_id: self.provider_refund_id,
            failure: self.failure,
            note: self.note,
            requested_by: self.requested_by,
            next_action_at: self.next_action_at,
            created_at: self.created_at,
            updated_at: self.updated_at,
        }
    }
}
