//! Forgets what has served its time: tokens, texts of removed messages, bans, kept answers.

use std::time::Duration;

use chrono::TimeDelta;
use tokio_util::sync::CancellationToken;

use super::App;
use super::idempotency::KEPT_HOURS;
use crate::domain::chat::REMOVAL_UNDO_SECS;
use crate::storage;

/// How often it is done.
const PERIOD: Duration = Duration::from_mins(1);

/// Cleans up once a minute until cancelled.
pub async fn run_housekeeping(app: App, cancel: CancellationToken) {
    loop {
        if let Err(error) = app.clean_up().await {
            tracing::warn!(error = %error, "cleaning up failed and is tried again in a minute");
        }
        tokio::select! {
            () = app.clock().sleep(PERIOD) => {}
            () = cancel.cancelled() => return,
        }
    }
}

impl App {
    /// Forgets what has served its time.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn clean_up(&self) -> storage::Result<()> {
        let now = self.clock().now();
        let mut tx = self.db().write().await?;
        tx.delete_expired_tokens(now).await?;
        tx.delete_expired_bans(now).await?;
        tx.purge_removed_texts(now - TimeDelta::seconds(REMOVAL_UNDO_SECS)).await?;
        tx.delete_old_idempotency_keys(now - TimeDelta::hours(KEPT_HOURS)).await?;
        tx.commit().await
    }
}
