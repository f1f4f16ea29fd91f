//! Reads from the table what is missing: behind the newest event of a feed, or before its oldest.

use std::sync::Arc;
use std::time::Duration;

use crate::api::ApiState;
use crate::app::{App, StorageError};
use crate::domain::event::Audience;
use crate::hub::{Feed, Hub, Next};

/// Events read from the table at a time.
const PAGE: i64 = 1_000;
/// Pause before a fill that failed, or that found nothing, is tried again.
const RETRY: Duration = Duration::from_millis(500);
/// Reads in a row that find nothing of what was heard of before it counts as invented.
const FRUITLESS_MAX: u32 = 3;

/// Makes the ring reach back to a place, reading what it lacks once for all who come from there.
///
/// False means that the place is too old, and the client takes a snapshot.
///
/// # Errors
/// When the database fails.
pub async fn reach_back(
    state: &ApiState,
    feed: &Feed,
    audience: Audience,
    after: i64,
) -> Result<bool, StorageError> {
    let base = |feed: &Feed| match audience {
        Audience::Viewers => feed.bases().viewers,
        Audience::Members => feed.bases().members,
    };
    let last = |feed: &Feed| match audience {
        Audience::Viewers => feed.last().viewers,
        Audience::Members => feed.last().members,
    };
    if after >= base(feed) {
        return Ok(true);
    }
    if last(feed) - after > i64::from(state.hub.limits().resume_events) {
        return Ok(false);
    }
    let mut exhausted = feed.history.lock().await;
    while after < base(feed) {
        let before = base(feed);
        if audience == Audience::Viewers && *exhausted == Some(before) {
            return Ok(false);
        }
        // A whole page, whoever asks: each who comes next may be a little further behind.
        let from = (before - PAGE).max(0);
        let events = state.app.list_events_after(feed.show, audience, from, before - from).await?;
        feed.extend_back(audience, &events);
        if base(feed) == before {
            if audience == Audience::Viewers {
                *exhausted = Some(before);
            }
            return Ok(false);
        }
    }
    Ok(true)
}

/// Reads what a feed may have missed.
pub(super) fn catch_up(state: &ApiState, feed: Arc<Feed>) {
    if let Some(seqs) = feed.begin_fill() {
        fill(state, feed, Next::Fill(seqs), Duration::ZERO);
    }
}

/// Fills a gap beside the bus, which goes on for other shows meanwhile; unless what is missing
/// comes within the grace.
pub(super) fn fill(state: &ApiState, feed: Arc<Feed>, next: Next, grace: Duration) {
    let Next::Fill(_) = next else { return };
    let (app, hub) = (state.app.clone(), state.hub.clone());
    tokio::spawn(async move {
        let mut next = next;
        if !grace.is_zero() {
            tokio::time::sleep(grace).await;
            next = feed.filled();
        }
        if matches!(next, Next::Fill(_)) {
            hub.metrics().refills.add_one();
        }
        let mut fruitless = 0;
        while let Next::Fill(before) = next {
            if let Err(error) = read_missing(&app, &hub, &feed).await {
                tracing::warn!(show.id = %feed.show, error = %error, "events could not be read; trying again");
                tokio::time::sleep(RETRY).await;
                if hub.is_draining() {
                    return;
                }
                continue;
            }
            next = feed.filled();
            if next == Next::Fill(before) {
                fruitless += 1;
                if fruitless == FRUITLESS_MAX {
                    tracing::warn!(show.id = %feed.show, "events were told of that do not exist");
                    feed.give_up_fill();
                    return;
                }
                tokio::time::sleep(RETRY).await;
            }
        }
    });
}

async fn read_missing(app: &App, hub: &Hub, feed: &Arc<Feed>) -> Result<(), StorageError> {
    for audience in [Audience::Viewers, Audience::Members] {
        loop {
            let last = feed.last();
            let after = if audience == Audience::Viewers { last.viewers } else { last.members };
            let events = app.list_events_after(feed.show, audience, after, PAGE).await?;
            let is_last_page = events.len() < usize::try_from(PAGE).unwrap_or(usize::MAX);
            app.hear_missed(feed.shop, feed.show, &events);
            hub.publish(feed, &events);
            if is_last_page {
                break;
            }
        }
    }
    Ok(())
}
