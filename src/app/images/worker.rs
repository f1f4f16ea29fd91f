//! Fetches the pictures that imports have named, a few at a time, behind everything else.
//!
//! What is pending, how often it was tried and who is at it stands in the table, so that each is
//! fetched by one node, and by another one should that one die.

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::FutureExt;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::App;
use crate::app::fetch::FetchFailure;
use crate::storage::{self, PendingImage};

/// Pictures that a node fetches at a time, which is kind to the shop that serves them.
const FETCHES_MAX: usize = 2;
/// Pictures looked at in one go; other nodes are at the first ones too.
const DUE_MAX: i64 = 32;
/// How often a picture is tried before it is given up, tries that ended with their node included.
const ATTEMPTS_MAX: i64 = 3;
/// Pause before the second try; the third waits six times as long.
const BACKOFF_SECS: i64 = 10;
/// How long a node has for a picture: fetching takes 5 s, and decoding waits for uploads.
const LEASE_SECS: i64 = 2 * 60;
/// How often the table is looked at, for pictures that another node was asked to fetch.
const LOOK_EVERY: TimeDelta = TimeDelta::seconds(30);
/// How long the worker waits after a failure of the database.
const WAIT_SECS_FAILED: i64 = 5;

/// Fetches pending pictures until it is told to stop; those under way are finished first.
pub async fn run_image_worker(app: App, cancel: CancellationToken) {
    let mut running = JoinSet::new();
    while !cancel.is_cancelled() {
        let next_look = start_due(&app, &mut running).await.unwrap_or_else(|error| {
            tracing::warn!(error = &error as &dyn std::error::Error, "cannot look for pictures to fetch");
            app.clock().now() + TimeDelta::seconds(WAIT_SECS_FAILED)
        });
        tokio::select! {
            () = cancel.cancelled() => {}
            () = app.pictures().wanted.notified() => {}
            () = app.clock().sleep_until(next_look) => {}
            Some(done) = running.join_next() => settle(done),
        }
    }
    while let Some(done) = running.join_next().await {
        settle(done);
    }
}

/// Starts as many fetches as may run; tells when to look again.
async fn start_due(app: &App, running: &mut JoinSet<()>) -> storage::Result<DateTime<Utc>> {
    let now = app.clock().now();
    let latest = now + LOOK_EVERY;
    if running.len() >= FETCHES_MAX {
        return Ok(latest);
    }
    let mut tx = app.db().read().await?;
    let due = tx.list_due_images(now, DUE_MAX).await?;
    drop(tx);
    for image in due {
        if running.len() >= FETCHES_MAX {
            return Ok(latest);
        }
        let until = now + TimeDelta::seconds(LEASE_SECS);
        let mut tx = app.db().write().await?;
        let attempts = tx.claim_image(image.id, now, until).await?;
        tx.commit().await?;
        if let Some(attempts) = attempts {
            running.spawn(fetch(app.clone(), image, attempts, until).boxed());
        }
    }
    let mut tx = app.db().read().await?;
    Ok(tx.find_next_image().await?.filter(|at| *at > now).map_or(latest, |at| at.min(latest)))
}

fn settle(done: Result<(), tokio::task::JoinError>) {
    // Its lease runs out, and the try counts.
    if let Err(error) = done {
        tracing::error!(error = &error as &dyn std::error::Error, "fetching a picture ended badly");
    }
}

/// One try of a picture that was taken until `held`.
async fn fetch(app: App, image: PendingImage, attempts: i64, held: DateTime<Utc>) {
    let is_last = attempts >= ATTEMPTS_MAX;
    // One whose every try ended with the node may be what ends it.
    let fetched = if attempts > ATTEMPTS_MAX {
        Err(FetchFailure::UnreadableImage)
    } else {
        app.fetch_picture(&image.source_url).await
    };
    let settled = match fetched {
        Ok(picture) => app.finish_image(&image, &picture).await,
        Err(failure) if failure.is_passing() && !is_last => {
            let pause = BACKOFF_SECS * 6_i64.pow(u32::try_from(attempts - 1).unwrap_or_default().min(3));
            let at = app.clock().now() + TimeDelta::seconds(pause);
            app.retry_image(&image, held, at).await.map_err(Into::into)
        }
        Err(failure) => {
            tracing::info!(image.id = %image.id, failure = %failure, "gave up fetching a picture");
            app.fail_image(&image, failure).await
        }
    };
    if let Err(error) = settled {
        let error = &error as &dyn std::error::Error;
        tracing::warn!(error, image.id = %image.id, "cannot keep what came of a picture; it is fetched again");
    }
}
