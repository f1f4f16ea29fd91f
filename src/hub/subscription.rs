//! What one connection holds of a show: two places in its rings, and an ear for the bell.
//!
//! Nothing is queued per connection; a slow one is only further behind.

use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::watch;

use super::feed::Feed;
use super::presence::Signals;
use super::ring::Gone;
use crate::domain::ids::ViewerId;

/// A connection's place in a show.
#[derive(Debug)]
pub struct Subscription {
    feed: Arc<Feed>,
    viewer: Option<ViewerId>,
    bell: watch::Receiver<u64>,
    after: i64,
    member_after: Option<i64>,
    viewers_told: u64,
    hearts_told: u64,
}

/// A frame for a connection.
#[derive(Debug)]
pub struct Delivery {
    /// The text on the wire, shared by all who get it.
    pub frame: Bytes,
    /// Recorded events in it; signals are none.
    pub events: u64,
}

impl Subscription {
    pub(super) fn new(
        feed: Arc<Feed>,
        viewer: Option<ViewerId>,
        bell: watch::Receiver<u64>,
        after: i64,
        member_after: Option<i64>,
        signals: &Signals,
    ) -> Self {
        let number = |signal: &Option<(u64, Bytes)>| signal.as_ref().map_or(0, |(number, _)| *number);
        Self {
            feed,
            viewer,
            bell,
            after,
            member_after,
            viewers_told: number(&signals.viewers),
            hearts_told: number(&signals.hearts),
        }
    }

    /// The show it is in.
    #[must_use]
    pub const fn feed(&self) -> &Arc<Feed> {
        &self.feed
    }

    /// Waits until there may be something to take.
    pub async fn changed(&mut self) {
        // The feed owns the bell and this owns the feed, so the bell cannot be gone.
        let _ = self.bell.changed().await;
    }

    /// Takes the next frame; everything that waits in one stream comes joined.
    ///
    /// # Errors
    /// The connection fell behind what the ring keeps.
    pub fn take(&mut self) -> Result<Option<Delivery>, Gone> {
        // Marked as heard before looking, so that what comes after the look rings again.
        self.bell.borrow_and_update();
        let mut streams = self.feed.streams();
        if let Some(batch) = streams.viewers.batch_after(self.after)? {
            self.after = batch.last_seq;
            return Ok(Some(Delivery { frame: batch.frame, events: batch.events }));
        }
        if let Some(after) = self.member_after
            && let Some(batch) = streams.members.batch_after(after)?
        {
            self.member_after = Some(batch.last_seq);
            return Ok(Some(Delivery { frame: batch.frame, events: batch.events }));
        }
        drop(streams);
        Ok(self.take_signal())
    }

    /// Bytes that wait in both streams.
    #[must_use]
    pub fn pending_bytes(&self) -> u64 {
        let streams = self.feed.streams();
        let members = self.member_after.map_or(0, |after| streams.members.bytes_after(after));
        streams.viewers.bytes_after(self.after).saturating_add(members)
    }

    fn take_signal(&mut self) -> Option<Delivery> {
        let presence = self.feed.presence();
        let Signals { viewers, hearts } = presence.signals();
        for (signal, told) in [(viewers, &mut self.viewers_told), (hearts, &mut self.hearts_told)] {
            if let Some((number, frame)) = signal.as_ref().filter(|(number, _)| number > told) {
                *told = *number;
                return Some(Delivery { frame: frame.clone(), events: 0 });
            }
        }
        None
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        self.feed.leave(self.viewer);
    }
}
