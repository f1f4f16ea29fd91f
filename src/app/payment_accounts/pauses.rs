//! Asks the providers of paused accounts again, so that selling goes on by itself.

use chrono::{DateTime, TimeDelta, Utc};

use crate::app::App;
use crate::domain::payment_account::AccountName;
use crate::payments::PAUSE_RETRY_SECS;
use crate::storage::{self, PaymentPause};

/// Accounts of one round.
const BATCH: i64 = 20;

impl App {
    /// Asks for the paused accounts whose time has come; tells when the next one's has.
    pub(in crate::app) async fn retry_paused_accounts(&self) -> storage::Result<Option<DateTime<Utc>>> {
        let mut tx = self.db().read().await?;
        let due = tx.list_due_payment_pauses(self.clock().now(), BATCH).await?;
        drop(tx);
        for pause in due {
            self.retry_account(&pause).await?;
        }
        let mut tx = self.db().read().await?;
        tx.find_next_payment_pause().await
    }

    async fn retry_account(&self, pause: &PaymentPause) -> storage::Result<()> {
        let next = self.clock().now() + TimeDelta::seconds(PAUSE_RETRY_SECS);
        let mut tx = self.db().write().await?;
        let is_ours = tx.claim_payment_pause(pause, next).await?;
        tx.commit().await?;
        if !is_ours {
            return Ok(());
        }
        let provider = match AccountName::parse(&pause.account) {
            Some(name) => self.provider_named(name).await?,
            None => None,
        };
        match provider {
            Some(provider) => match provider.probe().await {
                Ok(()) => self.resume_account(&pause.account).await,
                Err(error) => {
                    tracing::warn!(account = pause.account, %error, "selling stays paused");
                    Ok(())
                }
            },
            // Its keys are gone, and with them what was paused.
            None => self.resume_account(&pause.account).await,
        }
    }

    /// Lets an account sell again and goes on with the orders that waited.
    pub(super) async fn resume_account(&self, account: &str) -> storage::Result<()> {
        let mut tx = self.db().write().await?;
        let was_paused = tx.resume_payments(account).await?;
        tx.commit().await?;
        if was_paused {
            tracing::info!(account, "selling goes on: the payment provider takes the key");
            self.payment_news().orders.notify_one();
        }
        Ok(())
    }
}
