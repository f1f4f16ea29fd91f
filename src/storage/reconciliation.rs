//! What comparing the provider's sessions with our orders needs: how far it got, what it found.

use chrono::{DateTime, Utc};

use super::{Result, Tx, on_db};
use crate::domain::ids::{OrderId, ShopId};
use crate::domain::show::PaymentsMode;

/// A session that must not be paid any more although no order waits for its end.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct StraySession {
    /// The provider's name of it.
    pub session_id: String,
    /// Whose sale it was.
    pub shop_id: ShopId,
    /// The order it names, which may not exist.
    pub order_id: Option<OrderId>,
    /// Who made it.
    pub provider: PaymentsMode,
    /// When a worker goes on with it; also what a claim compares.
    pub next_action_at: DateTime<Utc>,
    /// When it was found.
    pub created_at: DateTime<Utc>,
}

/// Work of the payment workers that has not been done although its time came long ago.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct Overdue {
    /// Orders that hold pieces past any session's end, or wait for a worker that never came.
    pub orders: i64,
    /// Refunds that wait.
    pub refunds: i64,
    /// Provider events that wait.
    pub events: i64,
}

impl Tx {
    /// Remembers a session that has to be closed; one that is known already stays as it is.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert_stray_session(&mut self, stray: &StraySession) -> Result<()> {
        on_db!(self, |db| sqlx::query(
            "insert into stray_sessions (session_id, shop_id, order_id, provider, next_action_at, created_at)
             values ($1, $2, $3, $4, $5, $6) on conflict do nothing",
        )
        .bind(&stray.session_id)
        .bind(stray.shop_id)
        .bind(stray.order_id)
        .bind(stray.provider)
        .bind(stray.next_action_at)
        .bind(stray.created_at)
        .execute(db)
        .await
        .map(drop)?);
        Ok(())
    }

    /// Sessions whose time to be closed has come, the longest waiting first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_due_stray_sessions(
        &mut self,
        now: DateTime<Utc>,
        limit: i64,
    ) -> Result<Vec<StraySession>> {
        Ok(on_db!(self, |db| sqlx::query_as(
            "select session_id, shop_id, order_id, provider, next_action_at, created_at from stray_sessions
             where next_action_at <= $1 order by next_action_at limit $2",
        )
        .bind(now)
        .bind(limit)
        .fetch_all(db)
        .await?))
    }

    /// When the next session waits to be closed.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_next_stray_action(&mut self) -> Result<Option<DateTime<Utc>>> {
        let (at,): (Option<DateTime<Utc>>,) =
            on_db!(self, |db| sqlx::query_as("select min(next_action_at) from stray_sessions")
                .fetch_one(db)
                .await?);
        Ok(at)
    }

    /// Takes a session for this worker until `until`. False means that another one has it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn claim_stray_session(&mut self, stray: &StraySession, until: DateTime<Utc>) -> Result<bool> {
        let rows = on_db!(self, |db| sqlx::query(
            "update stray_sessions set next_action_at = $3 where session_id = $1 and next_action_at = $2",
        )
        .bind(&stray.session_id)
        .bind(stray.next_action_at)
        .bind(until)
        .execute(db)
        .await?
        .rows_affected());
        Ok(rows == 1)
    }

    /// Forgets a session that can no longer be paid.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_stray_session(&mut self, session_id: &str) -> Result<()> {
        on_db!(self, |db| sqlx::query("delete from stray_sessions where session_id = $1")
            .bind(session_id)
            .execute(db)
            .await
            .map(drop)?);
        Ok(())
    }

    /// Until when the provider's sessions were compared with our orders.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_listed_until(&mut self, scope: &str) -> Result<Option<DateTime<Utc>>> {
        let row: Option<(DateTime<Utc>,)> =
            on_db!(self, |db| sqlx::query_as("select listed_until from reconciliations where scope = $1")
                .bind(scope)
                .fetch_optional(db)
                .await?);
        Ok(row.map(|(at,)| at))
    }

    /// Notes until when they were compared; it never goes back.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put_listed_until(&mut self, scope: &str, at: DateTime<Utc>) -> Result<()> {
        on_db!(self, |db| sqlx::query(
            "insert into reconciliations (scope, listed_until) values ($1, $2)
             on conflict (scope) do update set listed_until = excluded.listed_until
             where reconciliations.listed_until < excluded.listed_until",
        )
        .bind(scope)
        .bind(at)
        .execute(db)
        .await
        .map(drop)?);
        Ok(())
    }

    /// Counts what should have been done by `since` and was not.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn count_overdue(&mut self, since: DateTime<Utc>) -> Result<Overdue> {
        Ok(on_db!(self, |db| sqlx::query_as(
            "select
                 (select count(*) from orders where next_action_at < $1) as orders,
                 (select count(*) from refunds where next_action_at < $1) as refunds,
                 (select count(*) from provider_events where next_attempt_at < $1) as events",
        )
        .bind(since)
        .fetch_one(db)
        .await?))
    }
}
