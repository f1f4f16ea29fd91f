//! Going over the connections of a show that has news.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::Shard;
use super::link::Handle;
use crate::domain::ids::ShowId;
use crate::hub::ears::{Ear, Pace, Urgency};
use crate::hub::feed::{Feed, Seqs};
use crate::hub::view::View;
use crate::limits::Pacing;

/// How old the look at a show may get during a pass; what came since reaches the rest of it.
const LOOK_AGAIN: Duration = Duration::from_millis(5);
/// Connections served between two looks at the clock.
const CLOCK_EVERY: usize = 32;

/// The connections that one show has in this shard.
pub struct Audience {
    feed: Arc<Feed>,
    ear: Ear,
    members: Vec<u32>,
    pace: Pace,
    passed: Seqs,
    is_urgent: bool,
}

impl Audience {
    fn new(feed: Arc<Feed>, shard: &Handle, pacing: Pacing) -> Self {
        let ear = feed.ears().listen(shard);
        let passed = feed.last();
        let pace = Pace::new(pacing, Instant::now());
        Self { feed, ear, members: Vec::new(), pace, passed, is_urgent: false }
    }

    /// When its next pass may begin.
    pub fn next_at(&self, now: Instant) -> Instant {
        if self.is_urgent { now } else { self.pace.next_at(self.members.len() as u64) }
    }

    /// Hears no news any more.
    pub fn forget(&self, shard: &Handle) {
        self.feed.ears().forget(shard);
    }

    fn events_since(&self, last: Seqs) -> u64 {
        let events = (last.viewers - self.passed.viewers) + (last.members - self.passed.members);
        u64::try_from(events).unwrap_or(0).max(1)
    }
}

impl Shard {
    /// Puts a connection into the list of its show.
    pub(super) fn join(&mut self, slot: usize, feed: Arc<Feed>) {
        // A feed that was put away and opened again is another one under the same name.
        if self.shows.get(&feed.show).is_some_and(|show| !Arc::ptr_eq(&show.feed, &feed)) {
            self.part(feed.show);
        }
        let (handle, pacing) = (&self.handle, self.limits.pacing);
        let show = self.shows.entry(feed.show).or_insert_with(|| Audience::new(feed, handle, pacing));
        let connection = &mut self.connections[slot];
        connection.member = u32::try_from(show.members.len()).expect("fewer sockets than that");
        show.members.push(u32::try_from(slot).expect("fewer sockets than that"));
    }

    /// Takes a connection out of the list of its show; the last one moves into its place.
    pub(super) fn leave(&mut self, slot: usize) {
        let Some(connection) = self.connections.get_mut(slot) else { return };
        let Some(subscription) = connection.subscription.take() else { return };
        let (show, at) = (subscription.feed().show, connection.member as usize);
        let Some(audience) = self.shows.get_mut(&show) else { return };
        if !Arc::ptr_eq(&audience.feed, subscription.feed()) {
            return;
        }
        audience.members.swap_remove(at);
        if let Some(&moved) = audience.members.get(at) {
            self.connections[moved as usize].member = connection_index(at);
        }
        if audience.members.is_empty() {
            self.part(show);
        }
    }

    fn part(&mut self, show: ShowId) {
        if let Some(audience) = self.shows.remove(&show) {
            audience.forget(&self.handle);
        }
        self.ringing.retain(|other| *other != show);
    }

    /// A show has news.
    pub(super) fn ring(&mut self, show: ShowId) {
        let Some(audience) = self.shows.get_mut(&show) else { return };
        let Some(urgency) = audience.ear.take() else { return };
        audience.is_urgent |= urgency == Urgency::Now;
        if !self.ringing.contains(&show) {
            self.ringing.push(show);
        }
    }

    /// Passes news on where the pause is over.
    pub(super) fn pass_on(&mut self) {
        let now = Instant::now();
        let shows = &self.shows;
        let (due, waiting) = std::mem::take(&mut self.ringing)
            .into_iter()
            .filter(|show| shows.contains_key(show))
            .partition::<Vec<_>, _>(|show| shows[show].next_at(now) <= now);
        self.ringing = waiting;
        for show in due {
            self.pass(show);
        }
    }

    fn pass(&mut self, show: ShowId) {
        let Some(audience) = self.shows.get_mut(&show) else { return };
        let (feed, members) = (Arc::clone(&audience.feed), std::mem::take(&mut audience.members));
        audience.is_urgent = false;
        let began = Instant::now();
        let (mut view, mut now, mut looked_at) = (View::of(&feed), began, began);
        let first_look = view.last();
        let (mut ended, mut blocked) = (Vec::new(), Vec::new());
        for (count, &slot) in members.iter().enumerate() {
            if count % CLOCK_EVERY == CLOCK_EVERY - 1 {
                now = Instant::now();
                if now - looked_at >= LOOK_AGAIN {
                    view.refresh();
                    looked_at = now;
                }
            }
            let connection = &mut self.connections[slot as usize];
            // One that takes nothing goes on from its place when it does.
            if !connection.is_writable() {
                continue;
            }
            match connection.flush(Some(&mut view), now) {
                Ok(()) if !connection.is_writable() => blocked.push(slot),
                Ok(()) => {}
                Err(end) => ended.push((slot, end)),
            }
        }
        self.metrics.deliveries.add(view.deliveries);
        self.metrics.delivery_frames.add(view.frames);
        if let Some(audience) = self.shows.get_mut(&show) {
            audience.members = members;
            let (events, ended) = (audience.events_since(first_look), Instant::now());
            audience.pace.passed(began, ended, events);
            self.metrics.passes.add(ended - began);
            audience.passed = first_look;
        }
        for slot in blocked {
            self.keep_watch(slot as usize);
        }
        for (slot, end) in ended {
            self.end(slot as usize, end);
        }
    }
}

fn connection_index(at: usize) -> u32 {
    u32::try_from(at).expect("fewer sockets than that")
}
