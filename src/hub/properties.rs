//! Whatever the bus cuts, delays or repeats, each subscription gets a run of the table.

use std::sync::Arc;

use chrono::DateTime;
use proptest::prelude::*;
use serde_json::Value;
use uuid::Uuid;

use super::feed::{Feed, Next, Seqs};
use super::subscription::Subscription;
use super::view::View;
use super::websocket::text_of;
use crate::domain::event::{RecordedEvent, ShowEvent};
use crate::limits::Limits;

/// One thing that happens to a show.
#[derive(Clone, Debug)]
enum Step {
    /// A transaction commits so many events; what the bus makes of them.
    Commit(i64, Fate),
    /// The bus brings the oldest of what it held back.
    ArriveLate,
    /// What is missing is read from the table, if anything is known to be.
    Fill,
    /// Somebody comes from a place this far back.
    Subscribe(i64),
    /// All go over the news by one look, as a pass does; with another look half-way, or without.
    Pass { looks_again: bool },
    /// One takes what there is.
    Take(prop::sample::Index),
}

#[derive(Clone, Copy, Debug)]
enum Fate {
    Arrives,
    Twice,
    Late,
    Lost,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let fate = prop_oneof![
        5 => Just(Fate::Arrives),
        1 => Just(Fate::Twice),
        2 => Just(Fate::Late),
        2 => Just(Fate::Lost)
    ];
    let step = prop_oneof![
        4 => (1..4_i64, fate).prop_map(|(count, fate)| Step::Commit(count, fate)),
        2 => Just(Step::ArriveLate),
        2 => Just(Step::Fill),
        2 => (0..8_i64).prop_map(Step::Subscribe),
        3 => any::<bool>().prop_map(|looks_again| Step::Pass { looks_again }),
        3 => any::<prop::sample::Index>().prop_map(Step::Take),
    ];
    proptest::collection::vec(step, 1..60)
}

/// The table, the bus and everybody who listens.
struct World {
    feed: Arc<Feed>,
    last: i64,
    late: Vec<Vec<RecordedEvent>>,
    needs_fill: bool,
    listeners: Vec<Listener>,
}

struct Listener {
    subscription: Subscription,
    after: i64,
    got: Vec<i64>,
}

impl World {
    fn new() -> Self {
        let (id, none) = (Uuid::nil(), Seqs { viewers: 0, members: 0 });
        let feed = Arc::new(Feed::new(id.into(), id.into(), none, &Limits::default()));
        Self { feed, last: 0, late: Vec::new(), needs_fill: false, listeners: Vec::new() }
    }

    fn events(&self, after: i64) -> Vec<RecordedEvent> {
        let at = DateTime::from_timestamp(1_800_000_000, 0).expect("a time");
        let event = |seq| RecordedEvent { seq, at, event: ShowEvent::ChatSlowModeChanged { secs: seq } };
        (after + 1..=self.last).map(event).collect()
    }

    fn arrive(&mut self, events: &[RecordedEvent]) {
        self.needs_fill |= matches!(self.feed.publish(events), Next::Fill(_));
    }

    fn take(&mut self, step: &Step) {
        match step {
            Step::Commit(count, fate) => {
                let before = self.last;
                self.last += count;
                let events = self.events(before);
                match fate {
                    Fate::Arrives => self.arrive(&events),
                    Fate::Twice => [(); 2].iter().for_each(|()| self.arrive(&events)),
                    Fate::Late => self.late.push(events),
                    Fate::Lost => {}
                }
            }
            Step::ArriveLate if !self.late.is_empty() => {
                let events = self.late.remove(0);
                self.arrive(&events);
            }
            Step::Fill => self.fill(),
            Step::Subscribe(back) => {
                // Nobody comes from a place that the table does not know, nor from before the ring.
                let after = (self.last - back).max(self.feed.bases().viewers);
                let subscription = self.feed.subscribe(None, after, None).expect("the feed is open");
                self.listeners.push(Listener { subscription, after, got: Vec::new() });
            }
            Step::Pass { looks_again } => {
                let feed = Arc::clone(&self.feed);
                let mut view = View::of(&feed);
                let half = self.listeners.len() / 2;
                for (index, listener) in self.listeners.iter_mut().enumerate() {
                    if *looks_again && index == half {
                        view.refresh();
                    }
                    listener.take(&mut view);
                }
            }
            Step::Take(which) if !self.listeners.is_empty() => {
                let feed = Arc::clone(&self.feed);
                which.get_mut(&mut self.listeners).take(&mut View::of(&feed));
            }
            Step::ArriveLate | Step::Take(_) => {}
        }
    }

    fn fill(&mut self) {
        while std::mem::take(&mut self.needs_fill) {
            let events = self.events(self.feed.last().viewers);
            self.feed.publish(&events);
            self.needs_fill = matches!(self.feed.filled(), Next::Fill(_));
        }
    }

    /// Brings everything that is missing, as a node does when it hears that the bus lost something.
    fn settle(&mut self) {
        self.fill();
        self.needs_fill = self.feed.begin_fill().is_some();
        self.fill();
        let feed = Arc::clone(&self.feed);
        for listener in &mut self.listeners {
            listener.take(&mut View::of(&feed));
        }
    }
}

impl Listener {
    fn take(&mut self, view: &mut View<'_>) {
        while let Some(frame) = self.subscription.take(view).expect("the ring reaches back") {
            let frame: Value = serde_json::from_slice(text_of(&frame)).expect("frames are JSON");
            let events = frame["events"].as_array().expect("a list").iter();
            self.got.extend(events.map(|event| event["seq"].as_i64().expect("a number")));
        }
    }
}

proptest! {
    #[test]
    fn each_list_is_a_run_of_the_table(steps in steps()) {
        let mut world = World::new();
        for step in &steps {
            world.take(step);
            for listener in &world.listeners {
                let run: Vec<i64> = (listener.after + 1..).take(listener.got.len()).collect();
                prop_assert_eq!(&listener.got, &run);
            }
        }
        world.settle();
        for listener in &world.listeners {
            let whole: Vec<i64> = (listener.after + 1..=world.last).collect();
            prop_assert_eq!(&listener.got, &whole);
        }
    }
}
