//! What the built-in payment provider remembers; only the sandbox reads it.

use chrono::{DateTime, Utc};
use sqlx::types::Json;

use super::database::Inner;
use super::postgres::in_time;
use super::{Result, Tx, on_db};

/// A checkout session of the sandbox.
#[derive(Clone, Debug, PartialEq)]
pub struct SandboxSessionRow {
    /// `cs_test_local_…`.
    pub id: String,
    /// `open`, `complete` or `expired`.
    pub status: String,
    /// `pi_local_…` once paid.
    pub payment_intent_id: Option<String>,
    /// Everything else.
    pub data: serde_json::Value,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it closes by itself.
    pub expires_at: DateTime<Utc>,
}

/// The answer that the first request with a key got.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct SandboxAnswer {
    /// Tells whether a repetition asks for the same.
    pub params_hash: Vec<u8>,
    /// HTTP status.
    pub status: i64,
    /// JSON.
    pub body: Vec<u8>,
}

/// Which part of a list is asked for; the newest come first.
#[derive(Clone, Copy, Debug)]
pub struct SandboxPage<'a> {
    /// Made at this time or later.
    pub from: DateTime<Utc>,
    /// Made before this time.
    pub before: DateTime<Utc>,
    /// Behind the member with this id.
    pub after: Option<&'a str>,
    /// How many at most.
    pub limit: i64,
}

/// Which sessions a list is about; `None` means any.
#[derive(Clone, Copy, Debug, Default)]
pub struct SandboxSessionFilter<'a> {
    /// The one that was paid by this.
    pub payment_intent_id: Option<&'a str>,
    /// Those that stand so.
    pub status: Option<&'a str>,
    /// Those that somebody began to pay, or only the others.
    pub has_payment: Option<bool>,
}

#[derive(sqlx::FromRow)]
struct SessionRow {
    id: String,
    status: String,
    payment_intent_id: Option<String>,
    data: Json<serde_json::Value>,
    created_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
}

impl Tx {
    /// Adds a session.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert_sandbox_session(&mut self, session: &SandboxSessionRow) -> Result<()> {
        on_db!(self, |db| sqlx::query(
            "insert into sandbox_sessions (id, status, payment_intent_id, data, created_at, expires_at)
             values ($1, $2, $3, $4, $5, $6)",
        )
        .bind(&session.id)
        .bind(&session.status)
        .bind(&session.payment_intent_id)
        .bind(Json(&session.data))
        .bind(session.created_at)
        .bind(session.expires_at)
        .execute(db)
        .await
        .map(drop)?);
        Ok(())
    }

    /// A session by its name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_sandbox_session(&mut self, id: &str) -> Result<Option<SandboxSessionRow>> {
        let row: Option<SessionRow> = on_db!(self, |db| sqlx::query_as(
            "select id, status, payment_intent_id, data, created_at, expires_at
             from sandbox_sessions where id = $1",
        )
        .bind(id)
        .fetch_optional(db)
        .await?);
        Ok(row.map(SessionRow::into_session))
    }

    /// A session that nobody else changes until this transaction ends.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn lock_sandbox_session(&mut self, id: &str) -> Result<Option<SandboxSessionRow>> {
        if let Inner::Postgres(tx) = &mut self.0 {
            let lock = sqlx::query("select 1 from sandbox_sessions where id = $1 for update").bind(id);
            in_time(async { Ok(lock.execute(&mut **tx).await?) }).await?;
        }
        self.find_sandbox_session(id).await
    }

    /// The session that a payment belongs to.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_sandbox_session_by_payment(
        &mut self,
        payment_intent_id: &str,
    ) -> Result<Option<String>> {
        let row: Option<(String,)> =
            on_db!(self, |db| sqlx::query_as("select id from sandbox_sessions where payment_intent_id = $1")
                .bind(payment_intent_id)
                .fetch_optional(db)
                .await?);
        Ok(row.map(|(id,)| id))
    }

    /// Writes what has changed of a session.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn update_sandbox_session(&mut self, session: &SandboxSessionRow) -> Result<()> {
        on_db!(self, |db| sqlx::query(
            "update sandbox_sessions set status = $2, payment_intent_id = $3, data = $4 where id = $1",
        )
        .bind(&session.id)
        .bind(&session.status)
        .bind(&session.payment_intent_id)
        .bind(Json(&session.data))
        .execute(db)
        .await
        .map(drop)?);
        Ok(())
    }

    /// A page of sessions.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_sandbox_sessions(
        &mut self,
        filter: SandboxSessionFilter<'_>,
        page: SandboxPage<'_>,
    ) -> Result<Vec<SandboxSessionRow>> {
        let rows: Vec<SessionRow> = on_db!(self, |db| sqlx::query_as(
            "select id, status, payment_intent_id, data, created_at, expires_at
             from sandbox_sessions
             where created_at >= $1 and created_at < $2
               and ($3 is null or (created_at, id) < (select c.created_at, c.id from sandbox_sessions c
                                                      where c.id = $3))
               and ($4 is null or payment_intent_id = $4)
               and ($5 is null or status = $5)
               and ($6 is null or (payment_intent_id is not null) = $6)
             order by created_at desc, id desc limit $7",
        )
        .bind(page.from)
        .bind(page.before)
        .bind(page.after)
        .bind(filter.payment_intent_id)
        .bind(filter.status)
        .bind(filter.has_payment)
        .bind(page.limit)
        .fetch_all(db)
        .await?);
        Ok(rows.into_iter().map(SessionRow::into_session).collect())
    }

    /// Open sessions whose time is up.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_overdue_sandbox_sessions(
        &mut self,
        now: DateTime<Utc>,
        limit: i64,
    ) -> Result<Vec<String>> {
        let rows: Vec<(String,)> = on_db!(self, |db| sqlx::query_as(
            "select id from sandbox_sessions where status = 'open' and expires_at <= $1
             order by expires_at limit $2",
        )
        .bind(now)
        .bind(limit)
        .fetch_all(db)
        .await?);
        Ok(rows.into_iter().map(|(id,)| id).collect())
    }

    /// When the next open session closes by itself.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_next_sandbox_expiry(&mut self) -> Result<Option<DateTime<Utc>>> {
        let (at,): (Option<DateTime<Utc>>,) = on_db!(self, |db| sqlx::query_as(
            "select min(expires_at) from sandbox_sessions where status = 'open'",
        )
        .fetch_one(db)
        .await?);
        Ok(at)
    }

    /// The answer to an earlier request with this key.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_sandbox_answer(&mut self, key: &str) -> Result<Option<SandboxAnswer>> {
        Ok(on_db!(self, |db| sqlx::query_as(
            "select params_hash, status, body from sandbox_requests where idempotency_key = $1",
        )
        .bind(key)
        .fetch_optional(db)
        .await?))
    }

    /// Keeps an answer for repetitions. False means that another request with the key was first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert_sandbox_answer(
        &mut self,
        key: &str,
        answer: &SandboxAnswer,
        now: DateTime<Utc>,
    ) -> Result<bool> {
        let rows = on_db!(self, |db| sqlx::query(
            "insert into sandbox_requests (idempotency_key, params_hash, status, body, created_at)
             values ($1, $2, $3, $4, $5) on conflict do nothing",
        )
        .bind(key)
        .bind(&answer.params_hash)
        .bind(answer.status)
        .bind(&answer.body)
        .bind(now)
        .execute(db)
        .await?
        .rows_affected());
        Ok(rows == 1)
    }

    /// Drops answers that are older than the provider keeps them.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_sandbox_answers_before(&mut self, at: DateTime<Utc>) -> Result<()> {
        on_db!(self, |db| sqlx::query("delete from sandbox_requests where created_at < $1")
            .bind(at)
            .execute(db)
            .await
            .map(drop)?);
        Ok(())
    }
}

impl SessionRow {
    fn into_session(self) -> SandboxSessionRow {
        SandboxSessionRow {
            id: self.id,
            status: self.status,
            payment_intent_id: self.payment_intent_id,
            data: self.data.0,
            created_at: self.created_at,
            expires_at: self.expires_at,
        }
    }
}
