//! Notes that the provider refused a key, so that nothing is sold that could not be paid.

use chrono::TimeDelta;

use super::error::ProviderError;
use crate::clock::Clock;
use crate::domain::payment_account::{AccountName, PauseReason};
use crate::storage::{self, Database, PaymentPause};

/// How long a refused key rests before the provider is asked again.
pub const RETRY_SECS: i64 = 60;

/// Pauses one account when its key is refused.
#[derive(Clone)]
pub(super) struct Pauser {
    db: Database,
    clock: Clock,
    account: AccountName,
}

impl Pauser {
    pub fn new(db: &Database, clock: &Clock, account: AccountName) -> Self {
        Self { db: db.clone(), clock: clock.clone(), account }
    }

    /// Pauses the account when the error says that its key is of no use.
    ///
    /// Callers hold no transaction, as nobody does while the provider is asked.
    pub async fn note(&self, error: &ProviderError) {
        let Some(reason) = error.key_fault() else { return };
        match self.pause(reason).await {
            Ok(true) => tracing::error!(
                account = %self.account,
                reason = %reason,
                "selling is paused: the payment provider refused the key"
            ),
            Ok(false) => {}
            Err(error) => tracing::warn!(
                account = %self.account,
                error = &error as &dyn std::error::Error,
                "a refused key could not be noted"
            ),
        }
    }

    async fn pause(&self, reason: PauseReason) -> storage::Result<bool> {
        let now = self.clock.now();
        let next_attempt_at = now + TimeDelta::seconds(RETRY_SECS);
        let account = self.account.to_string();
        let mut tx = self.db.write().await?;
        let is_new =
            tx.pause_payments(&PaymentPause { account, reason, since: now, next_attempt_at }).await?;
        tx.commit().await?;
        Ok(is_new)
    }
}
