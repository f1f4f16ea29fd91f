//! Carries committed events from the bus to the hub, and fills from the table what the bus left out.
//!
//! One read per show and node, never one per viewer.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::broadcast::error::RecvError;
use tokio_util::sync::CancellationToken;

use super::ApiState;
use crate::app::shows::ShowError;
use crate::app::{App, StorageError};
use crate::domain::event::Audience;
use crate::domain::ids::{ShopId, ShowId};
use crate::domain::show::Show;
use crate::hub::{Feed, Hub, Next, Seqs};

/// Events read from the table at a time.
const PAGE: i64 = 1_000;
/// Pause before a fill that failed is tried again.
const RETRY: Duration = Duration::from_millis(500);
/// How often feeds without listeners are put away.
const RETIRE_EVERY: Duration = Duration::from_mins(1);

/// Listens to the bus until cancelled.
pub async fn run_delivery(state: ApiState, stopping: CancellationToken) {
    let mut bus = state.app.bus().subscribe();
    let mut retire = tokio::time::interval(RETIRE_EVERY);
    loop {
        tokio::select! {
            received = bus.recv() => match received {
                Ok(committed) => {
                    // Before the hub closes and refreshes sockets by it.
                    state.app.hear(&committed);
                    if let Some(feed) = state.hub.feed(committed.show) {
                        let next = state.hub.publish(&feed, &committed.events);
                        fill(&state, feed, next);
                    }
                }
                Err(RecvError::Lagged(batches)) => {
                    tracing::warn!(batches, "the bus ran ahead of this node; reading the table instead");
                    state.app.doubt_people();
                    state.hub.feeds().into_iter().for_each(|feed| catch_up(&state, feed));
                }
                Err(RecvError::Closed) => return,
            },
            _ = retire.tick() => {
                state.hub.retire_feeds();
                state.app.keep_people(|show| state.hub.feed(show).is_some());
            }
            () = stopping.cancelled() => return,
        }
    }
}

/// A show in whatever state; one that is watched here is found without a read.
///
/// # Errors
/// When there is none or the database fails.
pub async fn find_show(state: &ApiState, show: ShowId) -> Result<Arc<Show>, ShowError> {
    state.app.get_show(show).await
}

/// The feed of a show, opened when nobody on this node watches it yet.
///
/// # Errors
/// When there is no such show or the database fails.
pub async fn open_feed(state: &ApiState, shop: ShopId, show: ShowId) -> Result<Arc<Feed>, ShowError> {
    let cell = state.hub.feed_cell(show);
    let mut is_fresh = false;
    let feed = cell
        .get_or_try_init(async || {
            let last = state.app.find_last_seqs(show).await?.ok_or(ShowError::NotFound)?;
            let last = Seqs { viewers: last.last_seq, members: last.last_member_seq };
            is_fresh = true;
            Ok::<_, ShowError>(Arc::new(Feed::new(shop, show, last, state.hub.limits())))
        })
        .await?;
    if is_fresh {
        // Events between the read above and this moment were rung for when no feed could hear.
        catch_up(state, Arc::clone(feed));
    }
    Ok(Arc::clone(feed))
}

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
fn catch_up(state: &ApiState, feed: Arc<Feed>) {
    if let Some(seqs) = feed.begin_fill() {
        fill(state, feed, Next::Fill(seqs));
    }
}

/// Fills a gap beside the bus, which goes on for other shows meanwhile.
fn fill(state: &ApiState, feed: Arc<Feed>, next: Next) {
    let Next::Fill(seqs) = next else { return };
    state.hub.metrics().refills.add_one();
    let (app, hub) = (state.app.clone(), state.hub.clone());
    tokio::spawn(async move {
        let mut next = Next::Fill(seqs);
        while let Next::Fill(_) = next {
            if let Err(error) = read_missing(&app, &hub, &feed).await {
                tracing::warn!(show.id = %feed.show, error = %error, "events could not be read; trying again");
                tokio::time::sleep(RETRY).await;
                if hub.is_draining() {
                    return;
                }
                continue;
            }
            next = feed.filled();
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
