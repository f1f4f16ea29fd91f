//! Who watches a show, and how the count and the hearts reach everybody without a flood.

use std::collections::HashMap;
use std::time::Duration;

use bytes::Bytes;
use tokio::time::Instant;

use super::websocket::text_frame;
use crate::domain::ids::ViewerId;
use crate::protocol::ServerFrame;

/// Signals with hearts that all viewers of a show together are sent in a second, beside the pause
/// between two.
const HEARTS_PER_SEC: u32 = 5_000;
/// Signals with nothing but the number of viewers. It moves all the time while many come and go, and
/// nobody is moved by whether it says 9,800 or 9,900.
const COUNTS_PER_SEC: u32 = 1_000;

/// The newest signals; a number grows with each, so that a subscription knows what it has sent.
#[derive(Clone, Debug, Default)]
pub struct Signals {
    /// People watching.
    pub viewers: Option<(u64, Bytes)>,
    /// Hearts of the last moment.
    pub hearts: Option<(u64, Bytes)>,
}

/// The people of one show on this node.
#[derive(Debug, Default)]
pub struct Presence {
    viewers: HashMap<ViewerId, u32>,
    told: usize,
    hearts: u64,
    signals: Signals,
    last_at: Option<Instant>,
    due: Option<Instant>,
}

impl Presence {
    /// A viewer opened a socket.
    pub fn join(&mut self, viewer: ViewerId) {
        *self.viewers.entry(viewer).or_default() += 1;
    }

    /// A viewer's socket is gone.
    pub fn leave(&mut self, viewer: ViewerId) {
        if let Some(sockets) = self.viewers.get_mut(&viewer) {
            *sockets -= 1;
            if *sockets == 0 {
                self.viewers.remove(&viewer);
            }
        }
    }

    /// Counts a heart.
    pub fn add_heart(&mut self) {
        self.hearts += 1;
    }

    /// How many people watch; several tabs are one person.
    #[must_use]
    pub fn viewers(&self) -> usize {
        self.viewers.len()
    }

    /// The newest signals.
    #[must_use]
    pub const fn signals(&self) -> &Signals {
        &self.signals
    }

    /// When the next signal may go out, if there is one to send that nobody waits for yet.
    pub fn schedule(&mut self, every: Duration) -> Option<Instant> {
        let has_news = self.hearts > 0 || self.told != self.viewers();
        if !has_news {
            return None;
        }
        // A signal is a write per viewer, so a large audience hears them less often.
        let viewers = u32::try_from(self.viewers()).unwrap_or(u32::MAX);
        let per_sec = if self.hearts > 0 { HEARTS_PER_SEC } else { COUNTS_PER_SEC };
        let every = every.max(Duration::from_secs(1) * viewers / per_sec);
        let due = self.last_at.map_or_else(Instant::now, |last| last + every);
        // Hearts do not wait for the count, which goes along with them.
        if self.due.is_some_and(|before| before <= due) {
            return None;
        }
        self.due = Some(due);
        Some(due)
    }

    /// Makes the signals of what has gathered, if it is due; whether there are any.
    pub fn gather(&mut self) -> bool {
        let now = Instant::now();
        if self.due.is_none_or(|due| due > now) {
            return false;
        }
        self.due = None;
        self.last_at = Some(now);
        let viewers = self.viewers();
        let has_moved = self.told != viewers;
        if has_moved {
            self.told = viewers;
            let frame = ServerFrame::Signal { viewers: Some(viewers), hearts: None };
            advance(&mut self.signals.viewers, &frame);
        }
        let hearts = std::mem::take(&mut self.hearts);
        if hearts > 0 {
            let frame = ServerFrame::Signal { viewers: None, hearts: Some(hearts) };
            advance(&mut self.signals.hearts, &frame);
        }
        has_moved || hearts > 0
    }
}

fn advance(slot: &mut Option<(u64, Bytes)>, frame: &ServerFrame) {
    let number = slot.as_ref().map_or(0, |(number, _)| *number) + 1;
    *slot = Some((number, text_frame(frame.to_json().as_bytes())));
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::super::websocket::text_of;
    use super::*;

    #[test]
    fn tabs_of_one_viewer_are_one_person() {
        let (mut presence, viewer) = (Presence::default(), ViewerId::from(Uuid::nil()));
        presence.join(viewer);
        presence.join(viewer);
        presence.join(Uuid::from_u128(1).into());
        assert_eq!(presence.viewers(), 2);
        presence.leave(viewer);
        assert_eq!(presence.viewers(), 2);
        presence.leave(viewer);
        assert_eq!(presence.viewers(), 1);
    }

    #[test]
    fn hearts_are_gathered_until_the_next_signal() {
        let mut presence = Presence::default();
        assert_eq!(presence.schedule(Duration::from_secs(1)), None, "nothing to tell");
        for _ in 0..9 {
            presence.add_heart();
        }
        assert!(presence.schedule(Duration::from_secs(1)).is_some());
        assert_eq!(presence.schedule(Duration::from_secs(1)), None, "one is on its way");
        assert!(presence.gather());
        let (number, frame) = presence.signals().hearts.clone().unwrap();
        assert_eq!((number, text_of(&frame)), (1, &br#"{"t":"signal","hearts":9}"#[..]));
        assert!(!presence.gather());
        presence.add_heart();
        let next = presence.schedule(Duration::from_mins(1)).unwrap();
        assert!(next > Instant::now() + Duration::from_secs(50), "a minute after the last one");
    }

    #[test]
    fn hearts_of_a_large_audience_do_not_wait_for_its_count() {
        let mut presence = Presence::default();
        presence.add_heart();
        assert!(presence.schedule(Duration::ZERO).is_some() && presence.gather());
        (0..10_000).for_each(|id| presence.join(Uuid::from_u128(id).into()));
        let count = presence.schedule(Duration::ZERO).unwrap();
        assert!(count > Instant::now() + Duration::from_secs(9));
        presence.add_heart();
        assert!(presence.schedule(Duration::ZERO).unwrap() < Instant::now() + Duration::from_secs(3));
        assert!(!presence.gather(), "not yet");
    }
}
