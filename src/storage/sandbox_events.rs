//! What the sandbox tells: its events, and the sendings of them that are still to be done.

use chrono::{DateTime, Utc};

use super::sandbox::SandboxPage;
use super::{Result, Tx, on_db};

/// Something that happened to a session.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct SandboxEvent {
    /// `evt_local_…`.
    pub id: String,
    /// Such as `checkout.session.completed`.
    pub kind: String,
    /// The session it is about, also when it tells of a refund.
    pub session_id: String,
    /// Its place among the events of its session.
    pub number: i64,
    /// The bytes to sign and send.
    pub body: Vec<u8>,
    /// When it happened.
    pub created_at: DateTime<Utc>,
    /// How often our endpoint took it.
    pub deliveries: i64,
}

/// A sending whose time has come.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct SandboxDelivery {
    /// Tells it from a second sending of the same event.
    pub id: String,
    /// The event to send.
    pub event_id: String,
    /// Sendings of one session go one after the other.
    pub session_id: String,
    /// The bytes to sign and send.
    pub body: Vec<u8>,
    /// How often it was sent in vain.
    pub attempts: i64,
    /// When the event happened.
    pub created_at: DateTime<Utc>,
}

/// Which events a list is about; `None` means any.
#[derive(Clone, Copy, Debug, Default)]
pub struct SandboxEventFilter<'a> {
    /// Names, each between commas: `,refund.created,refund.failed,`.
    pub kinds: Option<&'a str>,
    /// Whether our endpoint took them.
    pub is_delivered: Option<bool>,
}

impl Tx {
    /// Keeps an event.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert_sandbox_event(&mut self, event: &SandboxEvent) -> Result<()> {
        on_db!(self, |db| sqlx::query(
            "insert into sandbox_events (id, kind, session_id, number, body, created_at)
             values ($1, $2, $3, $4, $5, $6)",
        )
        .bind(&event.id)
        .bind(&event.kind)
        .bind(&event.session_id)
        .bind(event.number)
        .bind(&event.body)
        .bind(event.created_at)
        .execute(db)
        .await
        .map(drop)?);
        Ok(())
    }

    /// An event by its name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_sandbox_event(&mut self, id: &str) -> Result<Option<SandboxEvent>> {
        Ok(on_db!(self, |db| {
            sqlx::query_as(
            "select id, kind, session_id, number, body, created_at, deliveries from sandbox_events where id = $1",
        )
        .bind(id)
        .fetch_optional(db)
        .await?
        }))
    }

    /// A page of events.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_sandbox_events(
        &mut self,
        filter: SandboxEventFilter<'_>,
        page: SandboxPage<'_>,
    ) -> Result<Vec<SandboxEvent>> {
        Ok(on_db!(self, |db| sqlx::query_as(
            "select id, kind, session_id, number, body, created_at, deliveries
             from sandbox_events
             where created_at >= $1 and created_at < $2
               and ($3 is null or (created_at, number, id) <
                    (select c.created_at, c.number, c.id from sandbox_events c where c.id = $3))
               and ($4 is null or $4 like '%,' || kind || ',%')
               and ($5 is null or (delivered_at is not null) = $5)
             order by created_at desc, number desc, id desc limit $6",
        )
        .bind(page.from)
        .bind(page.before)
        .bind(page.after)
        .bind(filter.kinds)
        .bind(filter.is_delivered)
        .bind(page.limit)
        .fetch_all(db)
        .await?))
    }

    /// Notes that our endpoint took an event; the time of the first stays.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn mark_sandbox_event_delivered(&mut self, id: &str, at: DateTime<Utc>) -> Result<()> {
        on_db!(self, |db| sqlx::query(
            "update sandbox_events set deliveries = deliveries + 1, delivered_at = coalesce(delivered_at, $2)
             where id = $1",
        )
        .bind(id)
        .bind(at)
        .execute(db)
        .await
        .map(drop)?);
        Ok(())
    }

    /// Drops events that are older than the provider keeps them, and what was left to send of them.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_sandbox_events_before(&mut self, at: DateTime<Utc>) -> Result<()> {
        on_db!(self, |db| sqlx::query("delete from sandbox_events where created_at < $1")
            .bind(at)
            .execute(db)
            .await
            .map(drop)?);
        Ok(())
    }

    /// Lets an event be sent at a time, or holds it back until the session's next one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert_sandbox_delivery(
        &mut self,
        id: &str,
        event: &SandboxEvent,
        at: Option<DateTime<Utc>>,
    ) -> Result<()> {
        on_db!(self, |db| sqlx::query(
            "insert into sandbox_deliveries (id, event_id, session_id, position, next_attempt_at)
             values ($1, $2, $3, $4, $5)",
        )
        .bind(id)
        .bind(&event.id)
        .bind(&event.session_id)
        .bind(event.number)
        .bind(at)
        .execute(db)
        .await
        .map(drop)?);
        Ok(())
    }

    /// Lets what was held back go behind the event with this number, the newest first.
    ///
    /// False means that nothing was held back.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn release_sandbox_deliveries(
        &mut self,
        session_id: &str,
        number: i64,
        now: DateTime<Utc>,
    ) -> Result<bool> {
        let rows = on_db!(self, |db| sqlx::query(
            "update sandbox_deliveries set next_attempt_at = $3, position = 2 * $2 - position
             where session_id = $1 and next_attempt_at is null",
        )
        .bind(session_id)
        .bind(number)
        .bind(now)
        .execute(db)
        .await?
        .rows_affected());
        Ok(rows > 0)
    }

    /// Sendings whose time has come, the longest waiting first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_due_sandbox_deliveries(
        &mut self,
        now: DateTime<Utc>,
        limit: i64,
    ) -> Result<Vec<SandboxDelivery>> {
        Ok(on_db!(self, |db| sqlx::query_as(
            "select d.id, d.event_id, d.session_id, e.body, d.attempts, e.created_at
             from sandbox_deliveries d join sandbox_events e on e.id = d.event_id
             where d.next_attempt_at <= $1
             order by d.next_attempt_at, d.position, d.id limit $2",
        )
        .bind(now)
        .bind(limit)
        .fetch_all(db)
        .await?))
    }

    /// Takes a sending that is due from the other nodes until `until`. False means that another one
    /// was faster.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn claim_sandbox_delivery(
        &mut self,
        id: &str,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<bool> {
        let rows = on_db!(self, |db| sqlx::query(
            "update sandbox_deliveries set next_attempt_at = $3 where id = $1 and next_attempt_at <= $2",
        )
        .bind(id)
        .bind(now)
        .bind(until)
        .execute(db)
        .await?
        .rows_affected());
        Ok(rows == 1)
    }

    /// When the next sending is to be done.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_next_sandbox_delivery(&mut self) -> Result<Option<DateTime<Utc>>> {
        let (at,): (Option<DateTime<Utc>>,) =
            on_db!(self, |db| sqlx::query_as("select min(next_attempt_at) from sandbox_deliveries")
                .fetch_one(db)
                .await?);
        Ok(at)
    }

    /// Lets a sending wait longer after it was done in vain.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn postpone_sandbox_delivery(&mut self, id: &str, until: DateTime<Utc>) -> Result<()> {
        on_db!(self, |db| sqlx::query(
            "update sandbox_deliveries set attempts = attempts + 1, next_attempt_at = $2 where id = $1",
        )
        .bind(id)
        .bind(until)
        .execute(db)
        .await
        .map(drop)?);
        Ok(())
    }

    /// Drops a sending that was taken, or given up.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_sandbox_delivery(&mut self, id: &str) -> Result<()> {
        on_db!(self, |db| sqlx::query("delete from sandbox_deliveries where id = $1")
            .bind(id)
            .execute(db)
            .await
            .map(drop)?);
        Ok(())
    }
}
