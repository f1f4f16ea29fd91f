//! The work that runs beside requests.

use std::future::Future;
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// How long background work may take to come to an end.
const STOP_TIMEOUT: Duration = Duration::from_secs(10);

/// Keeps track of background work and ends it; cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Tasks {
    tracker: TaskTracker,
    stopping: CancellationToken,
}

impl Tasks {
    /// Starts work that ends by itself soon after the token is cancelled.
    ///
    /// It is not dropped at an await, because that could stand between a begin and its commit.
    pub fn spawn<W>(&self, work: impl FnOnce(CancellationToken) -> W)
    where
        // It runs as a task of its own.
        W: Future<Output = ()> + Send + 'static,
    {
        self.tracker.spawn(work(self.stopping.clone()));
    }

    /// Tells all work to end and waits for it.
    pub async fn stop(&self) {
        self.stopping.cancel();
        self.tracker.close();
        if tokio::time::timeout(STOP_TIMEOUT, self.tracker.wait()).await.is_err() {
            tracing::warn!(tasks = self.tracker.len(), "background work did not end in time");
        }
    }
}
