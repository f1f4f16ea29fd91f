//! What one connection holds of a show: its places in the two rings.
//!
//! Nothing is queued per connection; a slow one is only further behind.

use std::sync::Arc;

use bytes::Bytes;

use super::feed::Feed;
use super::presence::Signals;
use super::ring::Gone;
use super::view::View;
use crate::domain::ids::ViewerId;

/// A connection's place in a show; dropping it leaves the show.
#[derive(Debug)]
pub struct Subscription {
    feed: Arc<Feed>,
    viewer: Option<ViewerId>,
    after: i64,
    member_after: Option<i64>,
    viewers_told: u64,
    hearts_told: u64,
}

impl Subscription {
    pub(super) fn new(
        feed: Arc<Feed>,
        viewer: Option<ViewerId>,
        after: i64,
        member_after: Option<i64>,
        signals: &Signals,
    ) -> Self {
        let number = |signal: &Option<(u64, Bytes)>| signal.as_ref().map_or(0, |(number, _)| *number);
        Self {
            feed,
            viewer,
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

    /// The newest event that was taken.
    #[must_use]
    pub const fn after(&self) -> i64 {
        self.after
    }

    /// Takes the next frame; everything that waits in one stream comes joined.
    ///
    /// # Errors
    /// The connection fell behind what the ring keeps.
    pub(super) fn take(&mut self, view: &mut View<'_>) -> Result<Option<Bytes>, Gone> {
        if let Some(frame) = view.viewers_after(&mut self.after, self.member_after.is_some())? {
            return Ok(Some(frame));
        }
        if let Some(after) = &mut self.member_after
            && let Some(frame) = view.members_after(after)?
        {
            return Ok(Some(frame));
        }
        Ok(self.take_signal(view))
    }

    /// Bytes that wait in both streams.
    #[must_use]
    pub fn pending_bytes(&self) -> u64 {
        let streams = self.feed.streams();
        let members = self.member_after.map_or(0, |after| streams.members.bytes_after(after));
        streams.viewers.bytes_after(self.after).saturating_add(members)
    }

    fn take_signal(&mut self, view: &mut View<'_>) -> Option<Bytes> {
        let Signals { viewers, hearts } = view.signals();
        let slots = [(viewers, &mut self.viewers_told), (hearts, &mut self.hearts_told)];
        let (number, frame, told) = slots.into_iter().find_map(|(signal, told)| {
            let (number, frame) = signal.as_ref().filter(|(number, _)| *number > *told)?;
            Some((*number, frame.clone(), told))
        })?;
        *told = number;
        view.count_signal();
        Some(frame)
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        self.feed.leave(self.viewer);
    }
}
