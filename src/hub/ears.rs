//! Which shards hear of a show's news, and how often a shard goes over its connections for them.
//!
//! Each pass is a write per connection, and only fewer writes cost less (hub.md, section 1).

use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::shard::{Handle, Order};
use crate::domain::ids::ShowId;
use crate::limits::Pacing;

/// Whether something may wait for what comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Urgency {
    /// Chat and signals join others of the same moment.
    Joins = 1,
    /// What is on screen, its price and stock: now, and what waits goes along.
    Now = 2,
}

/// The shards in which a show has connections.
#[derive(Debug, Default)]
pub struct Ears(Mutex<Vec<(Handle, Ear)>>);

/// What one shard has heard and not yet looked at.
#[derive(Clone, Debug, Default)]
pub struct Ear(Arc<AtomicU8>);

impl Ears {
    /// Has a shard hear of news from now on.
    pub fn listen(&self, shard: &Handle) -> Ear {
        let ear = Ear::default();
        self.lock().push((shard.clone(), ear.clone()));
        ear
    }

    /// Spares a shard the news.
    pub fn forget(&self, shard: &Handle) {
        self.lock().retain(|(other, _)| !other.is(shard));
    }

    /// Tells all shards that there is something to look at.
    pub fn ring(&self, show: ShowId, urgency: Urgency) {
        for (shard, ear) in self.lock().iter() {
            // One order at a time: a shard that has not looked yet will see this too.
            if ear.0.fetch_max(urgency as u8, Ordering::AcqRel) < urgency as u8 {
                shard.push(Order::Ring(show));
            }
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<(Handle, Ear)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Ear {
    /// What was heard since the last time.
    pub fn take(&self) -> Option<Urgency> {
        match self.0.swap(0, Ordering::AcqRel) {
            0 => None,
            1 => Some(Urgency::Joins),
            _ => Some(Urgency::Now),
        }
    }
}

/// How busy one show is in one shard, and what pause its passes keep for that.
#[derive(Debug)]
pub struct Pace {
    pacing: Pacing,
    /// When the last pass began and ended.
    began: Instant,
    ended: Instant,
    /// Events of the running second and of the one before.
    second_began: Instant,
    events: u64,
    events_before: u64,
}

impl Pace {
    /// The pace of a show that was quiet so far.
    pub fn new(pacing: Pacing, now: Instant) -> Self {
        let began = now.checked_sub(Duration::from_mins(1)).unwrap_or(now);
        Self { pacing, began, ended: began, second_began: now, events: 0, events_before: 0 }
    }

    /// When the next pass may begin; the first one after a quiet moment at once.
    pub fn next_at(&self, connections: u64) -> Instant {
        let pause = self.pause(connections);
        if pause.is_zero() {
            return self.ended;
        }
        // A pass that takes longer than the pause leaves time to read, to let in and to sell.
        (self.began + pause).max(self.ended + (self.ended - self.began) / 2)
    }

    /// Notes a pass.
    pub fn passed(&mut self, began: Instant, ended: Instant, events: u64) {
        let since = began - self.second_began;
        if since >= Duration::from_secs(1) {
            self.events_before = if since < Duration::from_secs(2) { self.events } else { 0 };
            self.events = 0;
            self.second_began = began;
        }
        self.events += events;
        (self.began, self.ended) = (began, ended);
    }

    fn pause(&self, connections: u64) -> Duration {
        let Pacing { deliveries_free, pauses: [short, long] } = self.pacing;
        match self.events.max(self.events_before) * connections {
            deliveries if deliveries < deliveries_free => Duration::ZERO,
            deliveries if deliveries < 2 * deliveries_free => short,
            _ => long,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MILLI: Duration = Duration::from_millis(1);

    fn pace(start: Instant) -> Pace {
        Pace::new(Pacing::default(), start)
    }

    #[test]
    fn a_quiet_show_never_waits() {
        let start = Instant::now();
        let mut pace = pace(start);
        for tick in 0..50 {
            let now = start + MILLI * 10 * tick;
            assert!(pace.next_at(100) <= now);
            pace.passed(now, now + MILLI, 1);
        }
    }

    #[test]
    fn a_busy_show_joins_what_comes_within_a_moment() {
        let start = Instant::now();
        let mut pace = pace(start);
        assert!(pace.next_at(1_000) <= start, "the first one leaves at once");
        pace.passed(start, start + MILLI * 6, 30);
        assert_eq!(pace.next_at(1_000), start + MILLI * 20);
        pace.passed(start + MILLI * 20, start + MILLI * 26, 30);
        assert_eq!(pace.next_at(1_000), start + MILLI * 70);
    }

    #[test]
    fn a_pass_that_takes_long_leaves_time_for_the_rest() {
        let start = Instant::now();
        let mut pace = pace(start);
        pace.passed(start, start + MILLI * 70, 5);
        assert_eq!(pace.next_at(10_000), start + MILLI * 105);
    }

    #[test]
    fn quiet_seconds_are_forgotten() {
        let start = Instant::now();
        let mut pace = pace(start);
        pace.passed(start, start, 1_000);
        let later = start + MILLI * 5_000;
        pace.passed(later, later, 1);
        assert!(pace.next_at(1_000) <= later);
    }
}
