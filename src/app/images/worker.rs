//! Fetches the pictures that imports have named, a few at a time, behind everything else.
//!
//! What is pending stands in the table; only the count of tries is kept here.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::App;
use crate::domain::ids::ImageId;
use crate::storage::{self, PendingImage};

/// Pictures fetched at a time, which is kind to the shop that serves them.
const FETCHES_MAX: usize = 2;
/// Pending pictures looked at in one go.
const PENDING_MAX: i64 = 500;
/// How often a picture is tried before it is given up.
const ATTEMPTS_MAX: u32 = 3;
/// Pause before the second try; the third waits six times as long.
const BACKOFF: Duration = Duration::from_secs(10);
/// How often the table is looked at, for pictures that another node was asked to fetch.
const LOOK_EVERY: Duration = Duration::from_secs(30);

/// Fetches pending pictures until it is told to stop; those under way are finished first.
pub async fn run_image_worker(app: App, cancel: CancellationToken) {
    let mut worker = Worker { app, retries: HashMap::new(), running: JoinSet::new(), busy: HashSet::new() };
    while !cancel.is_cancelled() {
        let next_look = worker.start_due().await;
        tokio::select! {
            () = cancel.cancelled() => {}
            () = worker.app.pictures().wanted.notified() => {}
            () = worker.app.clock().sleep_until(next_look) => {}
            Some(done) = worker.running.join_next() => worker.settle(done),
        }
    }
    while let Some(done) = worker.running.join_next().await {
        worker.settle(done);
    }
}

/// What one try led to.
enum Tried {
    /// It is ready, given up, or gone.
    Done(ImageId),
    /// Try again later.
    Again(ImageId),
}

struct Worker {
    app: App,
    /// Tries so far and when the next one is due; lost with the process, which only means more tries.
    retries: HashMap<ImageId, (u32, DateTime<Utc>)>,
    running: JoinSet<Tried>,
    busy: HashSet<ImageId>,
}

impl Worker {
    /// Starts as many fetches as may run; tells when to look again.
    async fn start_due(&mut self) -> DateTime<Utc> {
        let now = self.app.clock().now();
        let next_look = now + LOOK_EVERY;
        if self.running.len() >= FETCHES_MAX {
            return next_look;
        }
        let pending = match self.list_pending().await {
            Ok(pending) => pending,
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "cannot look for pictures to fetch");
                return next_look;
            }
        };
        self.retries.retain(|id, _| pending.iter().any(|image| image.id == *id));
        let due = |image: &PendingImage| self.retries.get(&image.id).is_none_or(|(_, at)| *at <= now);
        let free = FETCHES_MAX - self.running.len();
        let next: Vec<PendingImage> = pending
            .into_iter()
            .filter(|image| !self.busy.contains(&image.id) && due(image))
            .take(free)
            .collect();
        for image in next {
            let tries = self.retries.get(&image.id).map_or(0, |(tries, _)| *tries);
            self.busy.insert(image.id);
            self.running.spawn(attempt(self.app.clone(), image, tries + 1 >= ATTEMPTS_MAX));
        }
        self.retries.values().map(|(_, at)| *at).filter(|at| *at > now).fold(next_look, DateTime::min)
    }

    async fn list_pending(&self) -> storage::Result<Vec<PendingImage>> {
        self.app.db().read().await?.list_pending_images(PENDING_MAX).await
    }

    fn settle(&mut self, done: Result<Tried, tokio::task::JoinError>) {
        match done {
            Ok(Tried::Done(id)) => {
                self.busy.remove(&id);
                self.retries.remove(&id);
            }
            Ok(Tried::Again(id)) => {
                self.busy.remove(&id);
                let tries = self.retries.get(&id).map_or(0, |(tries, _)| *tries) + 1;
                let pause = BACKOFF * 6_u32.pow(tries.saturating_sub(1).min(3));
                self.retries.insert(id, (tries, self.app.clock().now() + pause));
            }
            // The picture stays busy, so that one which ends a task is not tried for ever.
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "fetching a picture ended badly");
            }
        }
    }
}

async fn attempt(app: App, image: PendingImage, is_last: bool) -> Tried {
    let settled = match app.fetch_picture(&image.source_url).await {
        Ok(picture) => app.finish_image(&image, &picture).await,
        Err(failure) if failure.is_passing() && !is_last => return Tried::Again(image.id),
        Err(failure) => {
            tracing::info!(image.id = %image.id, failure = %failure, "gave up fetching a picture");
            app.fail_image(&image, failure).await
        }
    };
    match settled {
        Ok(()) => Tried::Done(image.id),
        Err(error) => {
            tracing::warn!(error = &error as &dyn std::error::Error, image.id = %image.id, "cannot keep a fetched picture");
            Tried::Again(image.id)
        }
    }
}
