//! Looks after the table where other processes may write to it: what no word told of is found here.
//!
//! One query a second for all open shows finds a lost last word, the word of a node that died before
//! it spoke, and everything while the bus is away. What no event tells of is put in doubt instead.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::{Doubt, fill};
use crate::api::ApiState;
use crate::app::StorageError;
use crate::bus::Standing;
use crate::domain::ids::{ShopId, ShowId};
use crate::hub::{Feed, Seqs};
use crate::protocol::CloseCode;

/// Pause between two looks where there are other nodes.
const SHARED_EVERY: Duration = Duration::from_secs(1);
/// Pause between two looks on a PostgreSQL that is said to have one node only.
const LONE_EVERY: Duration = Duration::from_secs(4);
/// How long a word may take after its commit was seen; most are here before it.
const WORD_GRACE: Duration = Duration::from_millis(250);
/// Pause between two doubts while nothing is heard of other nodes.
const DOUBT_EVERY: Duration = Duration::from_secs(4);
/// How long somebody who wrote to the database without a word is reckoned with.
const STRANGER_STAYS: Duration = Duration::from_mins(10);

/// Looks until cancelled; where nobody else can write there is nothing to look for.
pub(super) async fn run(state: &ApiState, doubt: &Doubt, stopping: &CancellationToken) {
    let every = match (state.app.bus().reaches_others(), state.app.is_database_shared()) {
        (true, _) => SHARED_EVERY,
        (false, true) => LONE_EVERY,
        (false, false) => return,
    };
    let mut looks = tokio::time::interval_at(Instant::now() + every, every);
    looks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut watch = Watch { state, doubted_at: None, stranger_at: None, is_blind: false };
    loop {
        tokio::select! {
            _ = looks.tick() => watch.look(doubt).await,
            () = stopping.cancelled() => return,
        }
    }
}

struct Watch<'a> {
    state: &'a ApiState,
    doubted_at: Option<Instant>,
    /// When somebody was found to write who does not speak on the bus.
    stranger_at: Option<Instant>,
    /// The last look failed.
    is_blind: bool,
}

impl Watch<'_> {
    async fn look(&mut self, doubt: &Doubt) {
        let is_due = self.is_unheard() && self.doubted_at.is_none_or(|at| at.elapsed() >= DOUBT_EVERY);
        // Both are asked, so that a doubt that was raised is not raised once more.
        let is_doubtful = doubt.take() | is_due;
        if is_doubtful {
            self.doubted_at = Some(Instant::now());
            self.state.app.doubt_people();
        }
        let looked = match self.end_bans(is_doubtful).await {
            Ok(()) => self.find_missed().await,
            Err(error) => Err(error),
        };
        if looked.is_err() && is_doubtful {
            doubt.raise();
        }
        match looked {
            Ok(()) => self.is_blind = false,
            Err(error) => {
                if !std::mem::replace(&mut self.is_blind, true) {
                    tracing::warn!(error = %error, "the newest events of open shows could not be looked up");
                }
            }
        }
    }

    /// Whether others may write of whom nothing is heard.
    fn is_unheard(&self) -> bool {
        match self.state.app.bus().standing() {
            Standing::Up => false,
            Standing::Down(_) => true,
            Standing::Alone => self.stranger_at.is_some_and(|at| at.elapsed() < STRANGER_STAYS),
        }
    }

    /// Closes the sockets of those whose ban may have been made unheard.
    async fn end_bans(&self, is_doubtful: bool) -> Result<(), StorageError> {
        if !is_doubtful {
            return Ok(());
        }
        let mut shops: Vec<ShopId> = self.state.hub.feeds().iter().map(|feed| feed.shop).collect();
        shops.sort_unstable();
        shops.dedup();
        for shop in shops {
            for viewer in self.state.app.list_banned_viewers(shop).await? {
                self.state.hub.close_viewer(viewer, CloseCode::Banned);
            }
        }
        Ok(())
    }

    /// Fills the feeds that are behind the table, and forgets shows that are gone.
    async fn find_missed(&mut self) -> Result<(), StorageError> {
        let feeds = self.state.hub.feeds();
        if feeds.is_empty() {
            return Ok(());
        }
        let shows: Vec<ShowId> = feeds.iter().map(|feed| feed.show).collect();
        let heads = self.state.app.list_last_seqs(&shows).await?;
        let mut behind: Vec<(Arc<Feed>, Seqs)> = Vec::new();
        for feed in feeds {
            match heads.get(&feed.show) {
                Some(head) => {
                    let head = Seqs { viewers: head.last_seq, members: head.last_member_seq };
                    if feed.is_behind(head) {
                        behind.push((feed, head));
                    }
                }
                None => self.state.app.forget_show(feed.show),
            }
        }
        if behind.is_empty() {
            return Ok(());
        }
        tokio::time::sleep(WORD_GRACE).await;
        for (feed, head) in behind {
            if feed.is_behind(head) {
                self.stranger_at = Some(Instant::now());
                let next = feed.expect(head);
                fill(self.state, feed, next, Duration::ZERO);
            }
        }
        Ok(())
    }
}
