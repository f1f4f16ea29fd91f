//! The payment provider's webhooks, kept raw before anybody acts on them.

use chrono::{DateTime, Utc};

use super::{Result, Tx, on_db};

/// Names one event of one provider account.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct EventKey {
    /// The connected account; empty for the shop's own.
    pub account: String,
    /// The provider's id of the event.
    pub event_id: String,
}

/// An event that a worker has to itself for a while.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct ClaimedEvent {
    /// The bytes as they were signed.
    pub body: Vec<u8>,
    /// How often handling it was begun, this time included.
    pub attempts: i64,
}

impl Tx {
    /// Keeps an event; one that is known already stays as it is.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert_provider_event(
        &mut self,
        key: &EventKey,
        kind: &str,
        livemode: bool,
        body: &[u8],
        now: DateTime<Utc>,
    ) -> Result<()> {
        on_db!(self, |db| sqlx::query(
            "insert into provider_events
                 (account, event_id, type, livemode, body, received_at, next_attempt_at)
             values ($1, $2, $3, $4, $5, $6, $6) on conflict do nothing",
        )
        .bind(&key.account)
        .bind(&key.event_id)
        .bind(kind)
        .bind(livemode)
        .bind(body)
        .bind(now)
        .execute(db)
        .await
        .map(drop)?);
        Ok(())
    }

    /// Events that wait to be handled, the longest waiting first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_due_provider_events(
        &mut self,
        now: DateTime<Utc>,
        limit: i64,
    ) -> Result<Vec<EventKey>> {
        Ok(on_db!(self, |db| sqlx::query_as(
            "select account, event_id from provider_events
             where next_attempt_at is not null and next_attempt_at <= $1
             order by next_attempt_at limit $2",
        )
        .bind(now)
        .bind(limit)
        .fetch_all(db)
        .await?))
    }

    /// When the next event waits to be handled.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_next_provider_event(&mut self) -> Result<Option<DateTime<Utc>>> {
        let (at,): (Option<DateTime<Utc>>,) = on_db!(self, |db| sqlx::query_as(
            "select min(next_attempt_at) from provider_events where next_attempt_at is not null",
        )
        .fetch_one(db)
        .await?);
        Ok(at)
    }

    /// Takes an event that waits for this worker until `until` and counts the attempt.
    ///
    /// None means that it is handled, or that another worker has it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn claim_provider_event(
        &mut self,
        key: &EventKey,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<Option<ClaimedEvent>> {
        Ok(on_db!(self, |db| sqlx::query_as(
            "update provider_events set attempts = attempts + 1, next_attempt_at = $4
             where account = $1 and event_id = $2 and handled_at is null and next_attempt_at <= $3
             returning body, attempts",
        )
        .bind(&key.account)
        .bind(&key.event_id)
        .bind(now)
        .bind(until)
        .fetch_optional(db)
        .await?))
    }

    /// Has an event that was claimed until `held` tried again at another time.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn retry_provider_event(
        &mut self,
        key: &EventKey,
        held: DateTime<Utc>,
        at: DateTime<Utc>,
    ) -> Result<()> {
        on_db!(self, |db| sqlx::query(
            "update provider_events set next_attempt_at = $4
             where account = $1 and event_id = $2 and handled_at is null and next_attempt_at = $3",
        )
        .bind(&key.account)
        .bind(&key.event_id)
        .bind(held)
        .bind(at)
        .execute(db)
        .await
        .map(drop)?);
        Ok(())
    }

    /// Notes what came of an event; nobody looks at it again.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn finish_provider_event(
        &mut self,
        key: &EventKey,
        outcome: &str,
        now: DateTime<Utc>,
    ) -> Result<()> {
        on_db!(self, |db| sqlx::query(
            "update provider_events set handled_at = $4, outcome = $3, next_attempt_at = null
             where account = $1 and event_id = $2 and handled_at is null",
        )
        .bind(&key.account)
        .bind(&key.event_id)
        .bind(outcome)
        .bind(now)
        .execute(db)
        .await
        .map(drop)?);
        Ok(())
    }
}
