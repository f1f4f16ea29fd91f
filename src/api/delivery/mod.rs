//! Carries news from the bus to the hub, and fills from the table what the bus left out.
//!
//! One read per show and node, never one per viewer.

mod audience;
mod fill;
mod watch;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio_util::sync::CancellationToken;

pub use self::fill::reach_back;
use self::fill::{catch_up, fill};
use super::ApiState;
use crate::app::shows::ShowError;
use crate::bus::{Bus, Committed, Heads, News, Share};
use crate::domain::ids::{ShopId, ShowId};
use crate::domain::show::Show;
use crate::hub::{Feed, Seqs};

/// How often feeds without listeners are put away.
const RETIRE_EVERY: Duration = Duration::from_mins(1);
/// How long a gap may last before the table is read: words of two nodes overtake one another.
const GAP_GRACE: Duration = Duration::from_millis(20);

/// Whether something may have happened of which no event tells and no word came.
#[derive(Debug, Default)]
struct Doubt(AtomicBool);

impl Doubt {
    fn raise(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    fn take(&self) -> bool {
        self.0.swap(false, Ordering::Relaxed)
    }
}

/// Listens to the bus and looks after the table until cancelled.
pub async fn run_delivery(state: ApiState, stopping: CancellationToken) {
    let news = state.app.bus().subscribe();
    let doubt = Doubt::default();
    tokio::join!(
        deliver(&state, news, &doubt, &stopping),
        watch::run(&state, &doubt, &stopping),
        audience::run(&state, &stopping)
    );
}

async fn deliver(state: &ApiState, mut news: Receiver<News>, doubt: &Doubt, stopping: &CancellationToken) {
    let mut retire = tokio::time::interval(RETIRE_EVERY);
    let mut beat = tokio::time::interval(Bus::BEAT);
    loop {
        tokio::select! {
            received = news.recv() => match received {
                Ok(news) => take(state, &news, doubt),
                Err(RecvError::Lagged(news)) => {
                    tracing::warn!(news, "the bus ran ahead of this node; reading the table instead");
                    state.app.doubt_people();
                    doubt.raise();
                    for feed in state.hub.feeds() {
                        // Who is still there says so within a second.
                        feed.keep_nodes(|_| false);
                        catch_up(state, feed);
                    }
                }
                Err(RecvError::Closed) => return,
            },
            _ = beat.tick() => if state.app.bus().reaches_others() {
                state.app.bus().tell_audience(shares(state));
            },
            _ = retire.tick() => {
                state.hub.retire_feeds();
                state.app.keep_people(|show| state.hub.feed(show).is_some());
            }
            () = stopping.cancelled() => return,
        }
    }
}

fn take(state: &ApiState, news: &News, doubt: &Doubt) {
    match news {
        News::Committed(committed) => take_commit(state, committed),
        News::Grown(show, Heads { viewers, members }) => {
            if let Some(feed) = state.hub.feed(*show) {
                let next = feed.expect(Seqs { viewers: *viewers, members: *members });
                fill(state, feed, next, Duration::ZERO);
            }
        }
        News::Members(changed) => {
            changed.members.iter().for_each(|member| state.hub.refresh_member(*member));
        }
        News::Audience(node, shares) => {
            for Share { show, viewers, hearts } in shares.iter() {
                if let Some(feed) = state.hub.feed(*show) {
                    feed.hear_share(*node, *viewers, *hearts);
                }
            }
        }
        News::Silent(node) => {
            state.hub.feeds().iter().for_each(|feed| feed.keep_nodes(|other| other != *node));
            // Its last words may not have come.
            doubt.raise();
        }
        News::Lost => doubt.raise(),
    }
}

fn take_commit(state: &ApiState, committed: &Committed) {
    // Before the hub closes and refreshes sockets by it.
    state.app.hear(committed);
    match state.hub.feed(committed.show) {
        Some(feed) => {
            let next = state.hub.publish(&feed, &committed.events);
            fill(state, feed, next, GAP_GRACE);
        }
        // A ban holds in all shows of the shop.
        None => state.hub.act_on(&committed.events),
    }
}

/// Who watches here; shows without viewers are told of as long as they are open.
fn shares(state: &ApiState) -> Vec<Share> {
    let share = |feed: &Arc<Feed>| {
        let (viewers, hearts) = feed.take_share();
        Share { show: feed.show, viewers, hearts }
    };
    state.hub.feeds().iter().map(share).collect()
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
