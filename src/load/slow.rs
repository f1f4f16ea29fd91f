//! When the server gives readers up that do not read, by its own count.
//!
//! Such a reader cannot see it: the close waits in the server's system behind what is not read.

use std::time::{Duration, Instant};

use serde::Serialize;
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;

use super::tally::SlowTally;
use super::target::Api;

/// The server's counter of sockets closed with 4008.
const METRIC: &str = r#"vetrina_sockets_closed_total{code="4008"}"#;
/// Pause between two looks at it.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// What the server's counter showed.
#[derive(Clone, Copy, Debug, Default)]
pub struct Closings {
    count: u64,
    first: Option<Duration>,
    last: Option<Duration>,
}

/// The part of the report.
#[derive(Debug, Serialize)]
pub struct SlowReport {
    /// Readers that stopped reading.
    pub stalled: u64,
    /// Sockets that the server closed as too slow, by its own count; none where it tells no counts.
    pub closed_by_server: Option<u64>,
    /// From the moment when the readers began to come to the first of them.
    pub first_after_secs: Option<f64>,
    /// To the last of them.
    pub last_after_secs: Option<f64>,
    /// Readers that found a close with 4008 when they read again.
    pub told: u64,
    /// Readers whose connection had ended without a word.
    pub cut: u64,
    /// Readers that were still connected.
    pub open: u64,
}

/// Looks at the counter from now on.
#[derive(Debug)]
pub struct Watch {
    stop: CancellationToken,
    task: AbortOnDropHandle<Option<Closings>>,
}

impl Watch {
    /// Begins to look.
    #[must_use]
    pub fn begin(api: Api) -> Self {
        let stop = CancellationToken::new();
        let task = AbortOnDropHandle::new(tokio::spawn(watch(api, stop.clone())));
        Self { stop, task }
    }

    /// Looks once more and answers what was seen; nothing where the server tells no counts.
    pub async fn finish(self) -> Option<Closings> {
        self.stop.cancel();
        self.task.await.ok().flatten()
    }
}

/// Looks at the counter until it is told to stop, and once more then.
async fn watch(api: Api, stop: CancellationToken) -> Option<Closings> {
    let begun = Instant::now();
    let before = api.metric(METRIC).await?;
    let mut closings = Closings::default();
    let mut looks = tokio::time::interval(LOOK_EVERY);
    let mut is_last = false;
    while !is_last {
        tokio::select! {
            _ = looks.tick() => {}
            () = stop.cancelled() => is_last = true,
        }
        let Some(now) = api.metric(METRIC).await else { continue };
        let count = now.saturating_sub(before);
        if count > closings.count {
            closings.count = count;
            closings.last = Some(begun.elapsed());
            closings.first = closings.first.or(closings.last);
        }
    }
    Some(closings)
}

impl SlowReport {
    /// Puts both sides together.
    #[must_use]
    pub fn of(tally: &SlowTally, closings: Option<Closings>) -> Self {
        let secs = |time: Option<Duration>| time.map(|time| (time.as_secs_f64() * 100.0).round() / 100.0);
        Self {
            stalled: tally.stalled,
            closed_by_server: closings.map(|closings| closings.count),
            first_after_secs: secs(closings.and_then(|closings| closings.first)),
            last_after_secs: secs(closings.and_then(|closings| closings.last)),
            told: tally.told,
            cut: tally.cut,
            open: tally.open,
        }
    }
}
