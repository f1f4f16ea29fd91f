//! Which orders wait for a worker, and since when.

use chrono::{DateTime, Utc};

use super::{Result, Tx, on_db};
use crate::domain::ids::OrderId;

/// An order that waits for a worker.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct DueOrder {
    /// Identity.
    pub id: OrderId,
    /// Since when; also what a claim compares.
    pub next_action_at: DateTime<Utc>,
}

impl Tx {
    /// Orders whose time for a worker has come, the longest waiting first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_due_orders(&mut self, now: DateTime<Utc>, limit: i64) -> Result<Vec<DueOrder>> {
        Ok(on_db!(self, |db| sqlx::query_as(
            "select id, next_action_at from orders
             where next_action_at is not null and next_action_at <= $1 order by next_action_at limit $2",
        )
        .bind(now)
        .bind(limit)
        .fetch_all(db)
        .await?))
    }

    /// When the next order waits for a worker.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_next_order_action(&mut self) -> Result<Option<DateTime<Utc>>> {
        let (at,): (Option<DateTime<Utc>>,) = on_db!(self, |db| sqlx::query_as(
            "select min(next_action_at) from orders where next_action_at is not null",
        )
        .fetch_one(db)
        .await?);
        Ok(at)
    }

    /// Takes a waiting order for this worker until `until`. False means that it moved on meanwhile.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn claim_due_order(&mut self, due: DueOrder, until: DateTime<Utc>) -> Result<bool> {
        let rows = on_db!(self, |db| sqlx::query(
            "update orders set next_action_at = $3 where id = $1 and next_action_at = $2",
        )
        .bind(due.id)
        .bind(due.next_action_at)
        .bind(until)
        .execute(db)
        .await?
        .rows_affected());
        Ok(rows == 1)
    }

    /// Makes an order wait for a worker at another time, unless nothing is to be done for it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn reschedule_order(&mut self, id: OrderId, at: DateTime<Utc>) -> Result<()> {
        on_db!(self, |db| sqlx::query(
            "update orders set next_action_at = $2 where id = $1 and next_action_at is not null",
        )
        .bind(id)
        .bind(at)
        .execute(db)
        .await
        .map(drop)?);
        Ok(())
    }
}
