//! Looks at who watches every few seconds, so that figures can tell of it later.
//!
//! The hub knows who is there and the application what is counted. What memory holds of the shows is
//! enough to decide; the database hears of new viewers, and of how many there are while a show is on air.

use std::time::Duration;

use tokio::time::{Instant, MissedTickBehavior};
use tokio_util::sync::CancellationToken;

use crate::api::ApiState;
use crate::app::StorageError;
use crate::app::figures::Audience;
use crate::app::shows::ShowError;

/// Pause between two looks: two for each stretch in which viewers are counted.
const EVERY: Duration = Duration::from_secs(5);

/// Looks until cancelled.
pub(super) async fn run(state: &ApiState, stopping: &CancellationToken) {
    let mut looks = tokio::time::interval_at(Instant::now() + EVERY, EVERY);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut is_blind = false;
    loop {
        tokio::select! {
            _ = looks.tick() => {}
            () = stopping.cancelled() => return,
        }
        let looked = look(state).await;
        state.app.keep_audiences(|show| state.hub.feed(show).is_some());
        match looked {
            Ok(()) => is_blind = false,
            Err(error) => {
                if !std::mem::replace(&mut is_blind, true) {
                    tracing::warn!(error = %error, "how many watch was not noted");
                }
            }
        }
    }
}

async fn look(state: &ApiState) -> Result<(), StorageError> {
    let mut audiences = Vec::new();
    let mut failed = None;
    for feed in state.hub.feeds() {
        match state.app.get_show(feed.show).await {
            Ok(show) if state.app.counts_viewers(&show) => {
                let viewers = i64::try_from(feed.viewers()).unwrap_or(i64::MAX);
                audiences.push(Audience { show, viewers, seen: feed.take_seen() });
            }
            Ok(_) => feed.forget_left(),
            Err(ShowError::Storage(error)) => failed = Some(error),
            // It was deleted a moment ago.
            Err(_) => {}
        }
    }
    state.app.note_audiences(audiences).await?;
    failed.map_or(Ok(()), Err)
}
