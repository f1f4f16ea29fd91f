//! Who watches a show, here and at other nodes, and how the count and the hearts reach everybody
//! without a flood.

use std::collections::HashMap;
use std::time::Duration;

use bytes::Bytes;
use tokio::time::Instant;
use uuid::Uuid;

use super::websocket::text_frame;
use crate::domain::ids::ViewerId;
use crate::protocol::ServerFrame;

/// Signals with hearts that all viewers of a show together are sent in a second, beside the pause
/// between two.
const HEARTS_PER_SEC: u32 = 5_000;
/// Signals with nothing but the number of viewers. It moves all the time while many come and go, and
/// nobody is moved by whether it says 9,800 or 9,900.
const COUNTS_PER_SEC: u32 = 1_000;

/// How long somebody has to be there to count as a viewer of the show.
const SEEN_AFTER: Duration = Duration::from_secs(3);
/// People who left and wait to be counted; further ones are not.
const LEFT_MAX: usize = 10_000;

/// The newest signals; a number grows with each, so that a subscription knows what it has sent.
#[derive(Clone, Debug, Default)]
pub struct Signals {
    /// People watching.
    pub viewers: Option<(u64, Bytes)>,
    /// Hearts of the last moment.
    pub hearts: Option<(u64, Bytes)>,
}

/// The people of one show, on this node by name and at other nodes by number.
#[derive(Debug, Default)]
pub struct Presence {
    viewers: HashMap<ViewerId, Stay>,
    /// Who was there long enough and left before that was asked for.
    left: Vec<ViewerId>,
    /// How many watch at each other node, as it told last; and all of them together.
    elsewhere: HashMap<Uuid, u32>,
    elsewhere_sum: usize,
    told: usize,
    hearts: u64,
    /// Hearts that were sent here and that other nodes have not been told of.
    hearts_to_share: u32,
    signals: Signals,
    last_at: Option<Instant>,
    due: Option<Instant>,
}

/// One person's time in a show, on this node.
#[derive(Debug)]
struct Stay {
    sockets: u32,
    /// Since when, until that was told.
    untold_since: Option<Instant>,
}

impl Presence {
    /// A viewer opened a socket.
    pub fn join(&mut self, viewer: ViewerId) {
        let fresh = || Stay { sockets: 0, untold_since: Some(Instant::now()) };
        self.viewers.entry(viewer).or_insert_with(fresh).sockets += 1;
    }

    /// A viewer's socket is gone.
    pub fn leave(&mut self, viewer: ViewerId) {
        let Some(stay) = self.viewers.get_mut(&viewer) else { return };
        stay.sockets -= 1;
        if stay.sockets > 0 {
            return;
        }
        let is_owed = stay.untold_since.is_some_and(|since| since.elapsed() >= SEEN_AFTER);
        self.viewers.remove(&viewer);
        if is_owed && self.left.len() < LEFT_MAX {
            self.left.push(viewer);
        }
    }

    /// People who were there for three seconds, each told once for each stay.
    pub fn take_seen(&mut self) -> Vec<ViewerId> {
        let mut seen = std::mem::take(&mut self.left);
        let now = Instant::now();
        for (viewer, stay) in &mut self.viewers {
            if stay.untold_since.take_if(|since| now - *since >= SEEN_AFTER).is_some() {
                seen.push(*viewer);
            }
        }
        seen
    }

    /// Leaves out those who are gone, because nobody was to be counted.
    pub fn forget_left(&mut self) {
        self.left = Vec::new();
    }

    /// Counts a heart.
    pub fn add_heart(&mut self) {
        self.hearts += 1;
        self.hearts_to_share = self.hearts_to_share.saturating_add(1);
    }

    /// How many people watch; several tabs are one person, unless they are at several nodes.
    #[must_use]
    pub fn viewers(&self) -> usize {
        self.viewers.len() + self.elsewhere_sum
    }

    /// People who watch here, and the hearts that were sent here since this was asked last.
    pub fn take_share(&mut self) -> (u32, u32) {
        let viewers = u32::try_from(self.viewers.len()).unwrap_or(u32::MAX);
        (viewers, std::mem::take(&mut self.hearts_to_share))
    }

    /// Takes what another node tells of its people.
    pub fn hear_share(&mut self, node: Uuid, viewers: u32, hearts: u32) {
        self.hearts += u64::from(hearts);
        if viewers > 0 {
            self.elsewhere.insert(node, viewers);
        } else {
            self.elsewhere.remove(&node);
        }
        self.add_up();
    }

    /// Leaves out the people of other nodes that are not known to be there any more.
    pub fn keep_nodes(&mut self, is_there: impl Fn(Uuid) -> bool) {
        self.elsewhere.retain(|node, _| is_there(*node));
        self.add_up();
    }

    fn add_up(&mut self) {
        self.elsewhere_sum = self.elsewhere.values().map(|viewers| *viewers as usize).sum();
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
        // A signal is a write per viewer of this node, so a large audience hears them less often.
        let viewers = u32::try_from(self.viewers.len()).unwrap_or(u32::MAX);
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

    #[tokio::test(start_paused = true)]
    async fn whoever_was_there_for_three_seconds_is_told_once() {
        let (mut presence, [stays, leaves, passes]) =
            (Presence::default(), [1, 2, 3].map(|id| ViewerId::from(Uuid::from_u128(id))));
        for viewer in [stays, leaves, passes] {
            presence.join(viewer);
        }
        tokio::time::advance(Duration::from_millis(2_900)).await;
        presence.leave(passes);
        assert_eq!(presence.take_seen(), []);
        tokio::time::advance(Duration::from_millis(200)).await;
        presence.leave(leaves);
        assert_eq!(presence.take_seen(), [leaves, stays]);
        // A second tab is no second stay.
        presence.join(stays);
        presence.leave(stays);
        assert_eq!(presence.take_seen(), []);
        presence.leave(stays);
        assert_eq!(presence.take_seen(), []);
        presence.join(leaves);
        tokio::time::advance(Duration::from_secs(3)).await;
        presence.leave(leaves);
        presence.forget_left();
        assert_eq!(presence.take_seen(), []);
    }

    #[test]
    fn people_of_other_nodes_are_counted_while_their_node_is_there() {
        let (mut presence, one, two) = (Presence::default(), Uuid::from_u128(1), Uuid::from_u128(2));
        presence.join(Uuid::nil().into());
        presence.hear_share(one, 5, 2);
        presence.hear_share(two, 7, 0);
        presence.hear_share(one, 4, 1);
        assert_eq!(presence.viewers(), 12);
        assert!(presence.schedule(Duration::ZERO).is_some() && presence.gather());
        let hearts = presence.signals().hearts.clone().unwrap().1;
        assert_eq!(text_of(&hearts), &br#"{"t":"signal","hearts":3}"#[..]);
        assert_eq!(presence.take_share(), (1, 0), "what others told is not told back");
        presence.add_heart();
        assert_eq!((presence.take_share(), presence.take_share()), ((1, 1), (1, 0)));
        presence.keep_nodes(|node| node != two);
        assert_eq!(presence.viewers(), 5);
        presence.hear_share(one, 0, 0);
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
