//! Counts the hearts of shows on air, so that a replay can show where they were many.
//!
//! Hearts are no events: they gather in memory and go to the table in one write every few seconds.
//! A node that dies loses those seconds.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::DateTime;
use tokio_util::sync::CancellationToken;

use super::App;
use crate::domain::ids::{ShopId, ShowId};
use crate::domain::recording::HEARTS_EVERY_SECS;
use crate::storage::{self, Hearts};

/// How often what has gathered is written.
const PERIOD: Duration = Duration::from_secs(5);
/// Counts that wait to be written, of all shows together; more are not kept while the database is
/// away. A thousand shows are counted for more than a minute.
const WAITING_MAX: usize = 10_000;

/// Hearts of each show and stretch of time that were not written yet.
#[derive(Debug, Default)]
pub(crate) struct HeartCounts(Mutex<HashMap<Stretch, i64>>);

/// A show, and when the stretch begins in milliseconds since 1970.
type Stretch = (ShopId, ShowId, i64);

impl HeartCounts {
    fn add(&self, stretch: Stretch, hearts: i64) {
        let mut waiting = self.lock();
        if waiting.len() < WAITING_MAX || waiting.contains_key(&stretch) {
            *waiting.entry(stretch).or_default() += hearts;
        }
    }

    fn take(&self) -> HashMap<Stretch, i64> {
        std::mem::take(&mut *self.lock())
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Stretch, i64>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Writes hearts every few seconds, and what is left when it is cancelled.
pub async fn run_heart_counter(app: App, cancel: CancellationToken) {
    loop {
        tokio::select! {
            () = app.clock().sleep(PERIOD) => {}
            () = cancel.cancelled() => {}
        }
        if let Err(error) = app.keep_hearts().await {
            tracing::warn!(error = %error, "hearts were not counted and are tried again");
        }
        if cancel.is_cancelled() {
            return;
        }
    }
}

impl App {
    /// Counts a heart of this moment; whether the show is on air is seen when it is written.
    pub fn count_heart(&self, shop: ShopId, show: ShowId) {
        let now = self.clock().now().timestamp_millis();
        self.heart_counts().add((shop, show, now - now.rem_euclid(HEARTS_EVERY_SECS * 1_000)), 1);
    }

    async fn keep_hearts(&self) -> storage::Result<()> {
        let waiting = self.heart_counts().take();
        if waiting.is_empty() {
            return Ok(());
        }
        let written = self.write_hearts(&waiting).await;
        if written.is_err() {
            for (stretch, hearts) in waiting {
                self.heart_counts().add(stretch, hearts);
            }
        }
        written
    }

    async fn write_hearts(&self, waiting: &HashMap<Stretch, i64>) -> storage::Result<()> {
        let mut tx = self.db().write().await?;
        for (&(shop, show, from_ms), &hearts) in waiting {
            let times = DateTime::from_timestamp_millis(from_ms)
                .zip(DateTime::from_timestamp_millis(from_ms + HEARTS_EVERY_SECS * 1_000));
            if let Some((from, until)) = times {
                tx.add_hearts(&Hearts { shop, show, from, until, hearts }).await?;
            }
        }
        tx.commit().await
    }
}
