//! One show on this node: its newest events, who watches, and which shards hear of it.
//!
//! Invariant: events enter in `seq` order without a hole; whoever brings them fills gaps first.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::value::RawValue;
use tokio::time::Instant;
use uuid::Uuid;

use super::ears::{Ears, Urgency};
use super::presence::Presence;
use super::ring::Ring;
use super::subscription::Subscription;
use crate::domain::event::{Audience, RecordedEvent, ShowEvent};
use crate::domain::ids::{ShopId, ShowId, ViewerId};
use crate::limits::Limits;

/// Events of one audience that wait for one before them; words of two nodes overtake one another by
/// a few milliseconds, and who is further behind reads the table.
const EARLY_MAX: usize = 1_000;

/// One show on this node.
#[derive(Debug)]
pub struct Feed {
    /// Whose show it is.
    pub shop: ShopId,
    /// The show.
    pub show: ShowId,
    signal_every: Duration,
    streams: Mutex<Streams>,
    presence: Mutex<Presence>,
    ears: Ears,
    subscriptions: AtomicUsize,
    /// Held while older events are read, so that many who come back read them once; holds the base
    /// that could not be extended any more.
    pub history: tokio::sync::Mutex<Option<i64>>,
    /// Held while a snapshot is read, so that many who come at once share it.
    pub snapshot: tokio::sync::Mutex<Option<Arc<SharedSnapshot>>>,
}

/// A snapshot of the show, encoded once for all who asked before it was read.
#[derive(Debug)]
pub struct SharedSnapshot {
    /// Where both streams stood.
    pub seqs: Seqs,
    /// When the reading began.
    pub read_at: Instant,
    /// The show.
    pub show: Box<RawValue>,
    /// Its shop.
    pub shop: Box<RawValue>,
    /// The newest messages.
    pub chat: Box<RawValue>,
}

/// Where both streams of a feed stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seqs {
    /// For viewers.
    pub viewers: i64,
    /// For members.
    pub members: i64,
}

#[derive(Debug)]
pub(super) struct Streams {
    pub viewers: Ring,
    pub members: Ring,
    /// What came before its turn, of viewers and of members.
    early: [BTreeMap<i64, RecordedEvent>; 2],
    /// The newest events that are known to exist.
    heard: Seqs,
    is_filling: bool,
    is_retired: bool,
}

/// What the bringer of events does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Nothing is missing.
    Wait,
    /// Reads what is missing behind these places and brings it.
    Fill(Seqs),
}

/// The feed was put away; a new one has to be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retired;

impl Feed {
    /// A feed that begins behind events of the table.
    #[must_use]
    pub fn new(shop: ShopId, show: ShowId, last: Seqs, limits: &Limits) -> Self {
        let ring = |audience, last_seq| Ring::new(audience, last_seq).keeping(limits.resume_events as usize);
        let viewers = ring(Audience::Viewers, last.viewers);
        let viewers = match limits.chat_shown_per_sec {
            0 => viewers,
            per_sec => viewers.showing_at_most(per_sec),
        };
        let streams = Streams {
            viewers,
            members: ring(Audience::Members, last.members),
            early: [const { BTreeMap::new() }; 2],
            heard: last,
            is_filling: false,
            is_retired: false,
        };
        Self {
            shop,
            show,
            signal_every: limits.signal_every,
            streams: Mutex::new(streams),
            presence: Mutex::default(),
            ears: Ears::default(),
            subscriptions: AtomicUsize::new(0),
            history: tokio::sync::Mutex::default(),
            snapshot: tokio::sync::Mutex::default(),
        }
    }

    /// Subscribes from a place in both streams on; members read both.
    ///
    /// # Errors
    /// When the feed was put away meanwhile.
    pub fn subscribe(
        self: &Arc<Self>,
        viewer: Option<ViewerId>,
        after: i64,
        member_after: Option<i64>,
    ) -> Result<Subscription, Retired> {
        let streams = self.streams();
        if streams.is_retired {
            return Err(Retired);
        }
        // Counted under the lock that putting away takes.
        self.subscriptions.fetch_add(1, Ordering::Relaxed);
        drop(streams);
        let mut presence = self.presence();
        if let Some(viewer) = viewer {
            presence.join(viewer);
        }
        let signals = presence.signals().clone();
        drop(presence);
        self.send_signals();
        Ok(Subscription::new(Arc::clone(self), viewer, after, member_after, &signals))
    }

    /// Takes events in any order and as often as they come; passes the new ones on.
    pub fn publish(self: &Arc<Self>, events: &[RecordedEvent]) -> Next {
        let mut streams = self.streams();
        let urgency = events.iter().filter_map(|event| streams.take(event)).max();
        let next = streams.next();
        drop(streams);
        if let Some(urgency) = urgency {
            self.ears.ring(self.show, urgency);
        }
        next
    }

    /// Notes that there are events up to these places, wherever they are.
    pub fn expect(&self, heads: Seqs) -> Next {
        let mut streams = self.streams();
        streams.heard.viewers = heads.viewers.max(streams.heard.viewers);
        streams.heard.members = heads.members.max(streams.heard.members);
        streams.next()
    }

    /// Whether there are events up to these places that did not arrive.
    #[must_use]
    pub fn is_behind(&self, heads: Seqs) -> bool {
        let last = self.last();
        last.viewers < heads.viewers || last.members < heads.members
    }

    /// Ends a fill; says whether more is missing by now.
    pub fn filled(&self) -> Next {
        let mut streams = self.streams();
        streams.is_filling = false;
        streams.next()
    }

    /// Ends a fill for events that were heard of and that the table does not hold.
    pub fn give_up_fill(&self) {
        let mut streams = self.streams();
        streams.is_filling = false;
        streams.heard = streams.last();
    }

    /// Begins a fill because events may have been missed; `None` while one is running.
    pub fn begin_fill(&self) -> Option<Seqs> {
        let mut streams = self.streams();
        let is_first = !std::mem::replace(&mut streams.is_filling, true);
        is_first.then(|| streams.last())
    }

    /// Takes older events of one audience, so that a client from before the ring can resume.
    pub fn extend_back(&self, audience: Audience, events: &[RecordedEvent]) {
        self.streams().ring(audience).push_front(events);
    }

    /// The oldest positions that can be served.
    #[must_use]
    pub fn bases(&self) -> Seqs {
        let streams = self.streams();
        Seqs { viewers: streams.viewers.base(), members: streams.members.base() }
    }

    /// The newest events.
    #[must_use]
    pub fn last(&self) -> Seqs {
        self.streams().last()
    }

    /// People watching.
    #[must_use]
    pub fn viewers(&self) -> usize {
        self.presence().viewers()
    }

    /// Counts a heart for the next signal.
    pub fn add_heart(self: &Arc<Self>) {
        self.presence().add_heart();
        self.send_signals();
    }

    /// People who watch on this node, and hearts that other nodes have not been told of.
    #[must_use]
    pub fn take_share(&self) -> (u32, u32) {
        self.presence().take_share()
    }

    /// People who were here for three seconds and were not told before.
    #[must_use]
    pub fn take_seen(&self) -> Vec<ViewerId> {
        self.presence().take_seen()
    }

    /// Leaves out those who are gone, because nobody was to be counted.
    pub fn forget_left(&self) {
        self.presence().forget_left();
    }

    /// Takes what another node tells of its people and their hearts.
    pub fn hear_share(self: &Arc<Self>, node: Uuid, viewers: u32, hearts: u32) {
        self.presence().hear_share(node, viewers, hearts);
        self.send_signals();
    }

    /// Leaves out the people of other nodes that are not known to be there any more.
    pub fn keep_nodes(self: &Arc<Self>, is_there: impl Fn(Uuid) -> bool) {
        self.presence().keep_nodes(is_there);
        self.send_signals();
    }

    /// Puts the feed away when nobody listens; whether it did.
    pub fn retire(&self) -> bool {
        let mut streams = self.streams();
        if self.subscriptions.load(Ordering::Relaxed) == 0 {
            streams.is_retired = true;
        }
        streams.is_retired
    }

    /// A subscription ended.
    pub(super) fn leave(self: &Arc<Self>, viewer: Option<ViewerId>) {
        self.subscriptions.fetch_sub(1, Ordering::Relaxed);
        if let Some(viewer) = viewer {
            self.presence().leave(viewer);
            self.send_signals();
        }
    }

    /// How many messages viewers were not shown since the last time this was asked.
    pub(super) fn take_left_out(&self) -> u64 {
        self.streams().viewers.take_left_out()
    }

    /// The shards that hear of news.
    pub(super) const fn ears(&self) -> &Ears {
        &self.ears
    }

    pub(super) fn streams(&self) -> MutexGuard<'_, Streams> {
        self.streams.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn presence(&self) -> MutexGuard<'_, Presence> {
        self.presence.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn send_signals(self: &Arc<Self>) {
        let Some(due) = self.presence().schedule(self.signal_every) else { return };
        let feed = Arc::clone(self);
        tokio::spawn(async move {
            tokio::time::sleep_until(due).await;
            if feed.presence().gather() {
                feed.ears.ring(feed.show, Urgency::Joins);
            }
        });
    }
}

impl Streams {
    fn ring(&mut self, audience: Audience) -> &mut Ring {
        match audience {
            Audience::Viewers => &mut self.viewers,
            Audience::Members => &mut self.members,
        }
    }

    fn last(&self) -> Seqs {
        Seqs { viewers: self.viewers.last_seq(), members: self.members.last_seq() }
    }

    /// Takes an event and what waited for it; how urgent they are, unless it has to wait itself.
    fn take(&mut self, event: &RecordedEvent) -> Option<Urgency> {
        let [early_viewers, early_members] = &mut self.early;
        let (heard, ring, early) = match event.event.audience() {
            Audience::Viewers => (&mut self.heard.viewers, &mut self.viewers, early_viewers),
            Audience::Members => (&mut self.heard.members, &mut self.members, early_members),
        };
        *heard = event.seq.max(*heard);
        if !ring.push(event) {
            if event.seq > ring.last_seq() && early.len() < EARLY_MAX {
                early.insert(event.seq, event.clone());
            }
            return None;
        }
        let mut urgency = urgency_of(&event.event);
        while let Some(waiting) = early.first_entry() {
            if *waiting.key() > ring.last_seq() + 1 {
                break;
            }
            let event = waiting.remove();
            if ring.push(&event) {
                urgency = urgency.max(urgency_of(&event.event));
            }
        }
        Some(urgency)
    }

    fn next(&mut self) -> Next {
        if self.is_filling || self.last() == self.heard {
            return Next::Wait;
        }
        self.is_filling = true;
        Next::Fill(self.last())
    }
}

/// Chat and votes wait a moment for more of it on busy shows; what is sold does not.
const fn urgency_of(event: &ShowEvent) -> Urgency {
    let joins = matches!(event, ShowEvent::ChatSent { .. } | ShowEvent::QuestionUpvoted { .. });
    if joins { Urgency::Joins } else { Urgency::Now }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use serde_json::Value;
    use uuid::Uuid;

    use super::super::view::View;
    use super::super::websocket::text_of;
    use super::*;

    fn feed() -> Arc<Feed> {
        let id = Uuid::nil();
        let last = Seqs { viewers: 0, members: 0 };
        Arc::new(Feed::new(id.into(), id.into(), last, &Limits::default()))
    }

    fn viewers(seq: i64) -> RecordedEvent {
        let at = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        RecordedEvent { seq, at, event: ShowEvent::ChatSlowModeChanged { secs: seq } }
    }

    fn members(seq: i64) -> RecordedEvent {
        let event = ShowEvent::ViewerUnmuted { viewer_id: Uuid::nil().into(), name: "Marta".to_owned() };
        RecordedEvent { event, ..viewers(seq) }
    }

    fn seqs(subscription: &mut Subscription) -> Vec<(String, i64)> {
        let mut seqs = Vec::new();
        let feed = Arc::clone(subscription.feed());
        let mut view = View::of(&feed);
        while let Ok(Some(frame)) = subscription.take(&mut view) {
            let frame: Value = serde_json::from_slice(text_of(&frame)).unwrap();
            for event in frame["events"].as_array().into_iter().flatten() {
                seqs.push((frame["t"].as_str().unwrap().to_owned(), event["seq"].as_i64().unwrap()));
            }
        }
        seqs
    }

    #[tokio::test]
    async fn viewers_and_members_have_streams_of_their_own() {
        let feed = feed();
        let mut viewer = feed.subscribe(None, 0, None).unwrap();
        let mut member = feed.subscribe(None, 0, Some(0)).unwrap();
        assert_eq!(feed.publish(&[viewers(1), members(1), viewers(2)]), Next::Wait);
        let own = |seq| ("events".to_owned(), seq);
        assert_eq!(seqs(&mut viewer), [own(1), own(2)]);
        assert_eq!(seqs(&mut member), [own(1), own(2), ("member_events".to_owned(), 1)]);
        assert!(seqs(&mut viewer).is_empty(), "nothing comes twice");
    }

    #[tokio::test]
    async fn a_gap_is_filled_before_anything_behind_it_is_delivered() {
        let feed = feed();
        let mut viewer = feed.subscribe(None, 0, None).unwrap();
        feed.publish(&[viewers(1)]);
        assert_eq!(feed.publish(&[viewers(4)]), Next::Fill(Seqs { viewers: 1, members: 0 }));
        assert_eq!(feed.publish(&[viewers(5)]), Next::Wait, "one fill at a time");
        let own = |seq| ("events".to_owned(), seq);
        assert_eq!(seqs(&mut viewer), [own(1)]);
        feed.publish(&[viewers(2), viewers(3), viewers(4)]);
        assert_eq!(feed.filled(), Next::Wait, "5 had waited for them");
        feed.publish(&[viewers(3), viewers(5)]);
        assert_eq!(seqs(&mut viewer), [own(2), own(3), own(4), own(5)]);
    }

    #[tokio::test]
    async fn what_is_known_to_exist_is_asked_for_until_it_is_given_up() {
        let feed = feed();
        let mut viewer = feed.subscribe(None, 0, None).unwrap();
        let heads = Seqs { viewers: 2, members: 0 };
        assert!(feed.is_behind(heads));
        assert_eq!(feed.expect(heads), Next::Fill(Seqs { viewers: 0, members: 0 }));
        feed.publish(&[viewers(1)]);
        assert_eq!(feed.filled(), Next::Fill(Seqs { viewers: 1, members: 0 }));
        feed.give_up_fill();
        assert_eq!(feed.expect(Seqs { viewers: 1, members: 0 }), Next::Wait);
        assert_eq!(feed.publish(&[viewers(2)]), Next::Wait);
        let own = |seq| ("events".to_owned(), seq);
        assert_eq!(seqs(&mut viewer), [own(1), own(2)]);
        assert!(!feed.is_behind(heads));
    }

    #[tokio::test]
    async fn few_events_wait_for_one_before_them() {
        let feed = feed();
        let events: Vec<_> = (2..5_000).map(viewers).collect();
        feed.publish(&events);
        feed.publish(&[viewers(1)]);
        assert_eq!(feed.last().viewers, 1 + i64::try_from(EARLY_MAX).unwrap());
        assert!(matches!(feed.filled(), Next::Fill(_)));
    }

    #[tokio::test]
    async fn a_subscription_begins_behind_its_snapshot_even_when_the_feed_is_late() {
        let feed = feed();
        let mut viewer = feed.subscribe(None, 2, None).unwrap();
        feed.publish(&[viewers(1), viewers(2)]);
        assert!(seqs(&mut viewer).is_empty(), "the snapshot holds both");
        feed.publish(&[viewers(3)]);
        assert_eq!(seqs(&mut viewer), [("events".to_owned(), 3)]);
    }

    #[tokio::test]
    async fn a_feed_with_listeners_is_not_put_away() {
        let feed = feed();
        let viewer = feed.subscribe(None, 0, None).unwrap();
        assert!(!feed.retire());
        drop(viewer);
        assert!(feed.retire());
        assert_eq!(feed.subscribe(None, 0, None).err(), Some(Retired));
    }
}
