//! Forgets what has served its time: tokens, invitations, texts of removed and refused messages,
//! bans, kept answers.

use std::time::Duration;

use chrono::TimeDelta;
use tokio_util::sync::CancellationToken;

use super::App;
use super::idempotency::KEPT_HOURS;
use crate::domain::chat::REMOVAL_UNDO_SECS;
use crate::domain::figures::REACH_DAYS;
use crate::domain::invitation::INVITATION_KEPT_DAYS;
use crate::storage;

/// How often it is done.
const PERIOD: Duration = Duration::from_mins(1);
/// Names the turn that nodes take at it.
const LEASE: &str = "housekeeping";
/// A little less than the period, so that a node that looks each minute finds it free.
const LEASE_SECS: i64 = 55;
/// Marks of viewers that are deleted in one turn; a large show takes some.
const MARKS_MAX: i64 = 5_000;

/// Cleans up once a minute until cancelled.
pub async fn run_housekeeping(app: App, cancel: CancellationToken) {
    loop {
        if let Err(error) = app.clean_up_in_turn().await {
            tracing::warn!(error = %error, "cleaning up failed and is tried again in a minute");
        }
        tokio::select! {
            () = app.clock().sleep(PERIOD) => {}
            () = cancel.cancelled() => return,
        }
    }
}

impl App {
    /// Forgets what has served its time, unless a node did in the last minute. False means that one did.
    ///
    /// # Errors
    /// When the database fails; then nothing is forgotten, and any node may try again.
    pub async fn clean_up_in_turn(&self) -> storage::Result<bool> {
        let now = self.clock().now();
        let mut tx = self.db().write().await?;
        if !tx.take_lease(LEASE, now, now + TimeDelta::seconds(LEASE_SECS)).await? {
            return Ok(false);
        }
        tx.delete_expired_tokens(now).await?;
        tx.delete_old_invitations(now - TimeDelta::days(INVITATION_KEPT_DAYS)).await?;
        tx.delete_expired_bans(now).await?;
        tx.purge_removed_texts(now - TimeDelta::seconds(REMOVAL_UNDO_SECS)).await?;
        tx.purge_refused_texts(now - TimeDelta::seconds(REMOVAL_UNDO_SECS)).await?;
        tx.purge_dismissed_questions(now - TimeDelta::seconds(REMOVAL_UNDO_SECS)).await?;
        tx.purge_reach_marks(now - TimeDelta::days(REACH_DAYS), MARKS_MAX).await?;
        tx.delete_old_idempotency_keys(now - TimeDelta::hours(KEPT_HOURS)).await?;
        tx.commit().await?;
        Ok(true)
    }
}
