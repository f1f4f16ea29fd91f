//! Answers kept for repeated POST requests.

use chrono::{DateTime, Utc};

use super::{Result, Tx, on_db};

/// A key within the scope of whoever sent it.
#[derive(Clone, Copy, Debug)]
pub struct IdempotencyKey<'a> {
    /// Hash of the credentials, so that nobody sees another's answers.
    pub scope: &'a [u8],
    /// As sent.
    pub key: &'a str,
}

/// What is known of a key.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct KnownAnswer {
    /// Hash of the request that came first with the key.
    pub request_hash: Vec<u8>,
    /// HTTP status; none while the first request is running.
    pub status: Option<i64>,
    /// The answer's bytes.
    pub body: Option<Vec<u8>>,
}

impl Tx {
    /// Claims a key for a request. False means that it is known.
    ///
    /// A claim without an answer that is older than `abandoned_before` was left by a crash and is
    /// taken over by the same request.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn claim_idempotency_key(
        &mut self,
        key: IdempotencyKey<'_>,
        request_hash: &[u8],
        now: DateTime<Utc>,
        abandoned_before: DateTime<Utc>,
    ) -> Result<bool> {
        let rows = on_db!(self, |db| sqlx::query(
            "insert into idempotency_keys (scope, key, request_hash, created_at) values ($1, $2, $3, $4)
             on conflict (scope, key) do update set created_at = excluded.created_at
             where idempotency_keys.status is null and idempotency_keys.created_at < $5
             and idempotency_keys.request_hash = excluded.request_hash",
        )
        .bind(key.scope)
        .bind(key.key)
        .bind(request_hash)
        .bind(now)
        .bind(abandoned_before)
        .execute(db)
        .await?
        .rows_affected());
        Ok(rows == 1)
    }

    /// What is known of a key.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_idempotency_key(&mut self, key: IdempotencyKey<'_>) -> Result<Option<KnownAnswer>> {
        Ok(on_db!(self, |db| sqlx::query_as(
            "select request_hash, status, body from idempotency_keys where scope = $1 and key = $2",
        )
        .bind(key.scope)
        .bind(key.key)
        .fetch_optional(db)
        .await?))
    }

    /// Keeps the answer of the request that claimed a key.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep_answer(&mut self, key: IdempotencyKey<'_>, status: u16, body: &[u8]) -> Result<()> {
        on_db!(self, |db| sqlx::query(
            "update idempotency_keys set status = $3, body = $4 where scope = $1 and key = $2",
        )
        .bind(key.scope)
        .bind(key.key)
        .bind(i64::from(status))
        .bind(body)
        .execute(db)
        .await
        .map(drop)?);
        Ok(())
    }

    /// Frees a key whose request was refused, so that a better one may use it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn release_idempotency_key(&mut self, key: IdempotencyKey<'_>) -> Result<()> {
        on_db!(self, |db| sqlx::query(
            "delete from idempotency_keys where scope = $1 and key = $2 and status is null"
        )
        .bind(key.scope)
        .bind(key.key)
        .execute(db)
        .await
        .map(drop)?);
        Ok(())
    }

    /// Forgets keys that came before a moment.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_old_idempotency_keys(&mut self, before: DateTime<Utc>) -> Result<()> {
        on_db!(self, |db| sqlx::query("delete from idempotency_keys where created_at < $1")
            .bind(before)
            .execute(db)
            .await
            .map(drop)?);
        Ok(())
    }
}
