//! A POST that is sent again with the same key gets the first answer and changes nothing.

use chrono::TimeDelta;

use super::{App, Refusal};
use crate::domain::problem::Code;
use crate::storage;
pub use crate::storage::IdempotencyKey;

/// Characters of an idempotency key, as Stripe has it.
pub const KEY_CHARS_MAX: usize = 255;
/// How long answers are kept.
pub(crate) const KEPT_HOURS: i64 = 24;
/// A request without an answer for this long died with its server.
const ABANDONED_SECS: i64 = 60;

/// What to do with a request that carries a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claim {
    /// It is the first one: carry it out.
    First,
    /// It was answered before: answer the same.
    Answered {
        /// HTTP status.
        status: u16,
        /// The answer's bytes.
        body: Vec<u8>,
    },
}

/// Why a key was refused.
#[derive(Debug, thiserror::Error)]
pub enum ClaimError {
    /// Empty, too long or not ASCII.
    #[error("an Idempotency-Key has 1 to {KEY_CHARS_MAX} visible ASCII characters")]
    BadKey,
    /// Another request used it.
    #[error("this Idempotency-Key was used for another request")]
    Reused,
    /// The first request is still running.
    #[error("the first request with this Idempotency-Key is still running")]
    InProgress,
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] storage::Error),
}

impl Refusal for ClaimError {
    fn code(&self) -> Code {
        match self {
            Self::BadKey => Code::Malformed,
            Self::Reused => Code::IdempotencyKeyReused,
            Self::InProgress => Code::IdempotencyInProgress,
            Self::Storage(error) => error.code(),
        }
    }

    fn retry_after(&self) -> Option<std::time::Duration> {
        match self {
            Self::InProgress => Some(std::time::Duration::from_secs(1)),
            Self::Storage(error) => error.retry_after(),
            _ => None,
        }
    }
}

/// Checks the form of a key.
///
/// # Errors
/// Refuses keys that are empty, too long or hold other than visible ASCII.
pub fn check_key(key: &[u8]) -> Result<&str, ClaimError> {
    let is_visible = key.iter().all(u8::is_ascii_graphic);
    if key.is_empty() || key.len() > KEY_CHARS_MAX || !is_visible {
        return Err(ClaimError::BadKey);
    }
    std::str::from_utf8(key).map_err(|_| ClaimError::BadKey)
}

impl App {
    /// Claims a key for a request, or finds the answer it had.
    ///
    /// # Errors
    /// Refuses a key of another request or of one that is still running.
    pub async fn claim_key(&self, key: IdempotencyKey<'_>, request_hash: &[u8]) -> Result<Claim, ClaimError> {
        let now = self.clock().now();
        let mut tx = self.db().write().await?;
        if tx.claim_idempotency_key(key, request_hash, now, now - TimeDelta::seconds(ABANDONED_SECS)).await? {
            tx.commit().await?;
            return Ok(Claim::First);
        }
        let known = tx.find_idempotency_key(key).await?.ok_or(ClaimError::InProgress)?;
        if known.request_hash != request_hash {
            return Err(ClaimError::Reused);
        }
        let status =
            known.status.and_then(|status| u16::try_from(status).ok()).ok_or(ClaimError::InProgress)?;
        Ok(Claim::Answered { status, body: known.body.unwrap_or_default() })
    }

    /// Ends a claim: keeps a good answer, frees the key after a refusal.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn settle_key(
        &self,
        key: IdempotencyKey<'_>,
        answer: Option<(u16, &[u8])>,
    ) -> storage::Result<()> {
        let mut tx = self.db().write().await?;
        match answer {
            Some((status, body)) => tx.keep_answer(key, status, body).await?,
            None => tx.release_idempotency_key(key).await?,
        }
        tx.commit().await
    }
}
