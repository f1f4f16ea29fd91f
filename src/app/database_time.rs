//! Follows the time of a database that several nodes share, so that they agree whatever their
//! machines say. SQLite has one node, whose own clock counts.

use std::time::{Duration, Instant};

use chrono::TimeDelta;
use tokio_util::sync::CancellationToken;

use super::App;
use crate::clock::{Clock, Reading};
use crate::storage::{self, Database};

/// Pause between two looks; good machines drift by less than 10 ms in that time.
const PERIOD: Duration = Duration::from_mins(1);
/// Readings of one look; the one with the shortest way counts.
const READINGS: usize = 3;
/// How wrong a machine's clock may be before somebody is told.
const WRONG_SECS: i64 = 2;

/// Looks at the database's time once a minute until cancelled.
pub async fn run_database_time(app: App, cancel: CancellationToken) {
    let mut was_wrong = is_wrong(app.clock());
    while app.db().is_postgres() && app.clock().can_follow() {
        tokio::select! {
            () = app.clock().sleep(PERIOD) => {}
            () = cancel.cancelled() => return,
        }
        if let Err(error) = follow_database_time(app.db(), app.clock()).await {
            let error = &error as &dyn std::error::Error;
            tracing::warn!(error, "the database's time is not known; the last look at it counts on");
        }
        let is_wrong = is_wrong(app.clock());
        if is_wrong && !was_wrong {
            warn_of(app.clock());
        }
        was_wrong = is_wrong;
    }
}

/// Follows the database's time at the start.
///
/// # Errors
/// When the database fails.
pub(super) async fn begin_database_time(db: &Database, clock: &Clock) -> storage::Result<()> {
    follow_database_time(db, clock).await?;
    if is_wrong(clock) {
        warn_of(clock);
    }
    Ok(())
}

async fn follow_database_time(db: &Database, clock: &Clock) -> storage::Result<()> {
    if !clock.can_follow() {
        return Ok(());
    }
    let mut tx = db.read().await?;
    let mut best: Option<Reading> = None;
    for _ in 0..READINGS {
        let asked = Instant::now();
        let Some(time) = tx.find_database_time().await? else { return Ok(()) };
        let error = asked.elapsed() / 2;
        if best.is_none_or(|best| error < best.error) {
            best = Some(Reading { time, taken: asked + error, error });
        }
    }
    if let Some(best) = best {
        clock.follow(best);
    }
    Ok(())
}

fn is_wrong(clock: &Clock) -> bool {
    clock.machine_error().abs() > TimeDelta::seconds(WRONG_SECS)
}

fn warn_of(clock: &Clock) {
    let ahead_ms = clock.machine_error().num_milliseconds();
    tracing::warn!(ahead_ms, "this machine's clock is wrong by the database's, which counts");
}
