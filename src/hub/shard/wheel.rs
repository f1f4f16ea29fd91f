//! When to look at which connection again: one list for each moment instead of a timer for each
//! connection.
//!
//! Entries are hints. A connection that is looked at says itself what is due, so an entry that
//! came too early or whose connection is gone does no harm.

use std::time::{Duration, Instant};

use super::link::Place;

/// How exact a look is.
const TICK: Duration = Duration::from_millis(50);
/// Ticks ahead that have a list of their own; what is due later is looked at on the way.
const TICKS: usize = 1_024;

/// Moments of one shard.
#[derive(Debug)]
pub struct Wheel {
    began: Instant,
    /// The first tick that has not come.
    next: u64,
    lists: Vec<Vec<Place>>,
    entries: usize,
}

impl Wheel {
    /// A wheel that begins to turn now.
    pub fn new(now: Instant) -> Self {
        Self { began: now, next: 0, lists: (0..TICKS).map(|_| Vec::new()).collect(), entries: 0 }
    }

    /// Looks at a connection when the moment has come, or on the way to one that is far away;
    /// answers when.
    pub fn add(&mut self, place: Place, at: Instant) -> Instant {
        let nanos = at.saturating_duration_since(self.began).as_nanos();
        let tick = u64::try_from(nanos.div_ceil(TICK.as_nanos())).unwrap_or(u64::MAX);
        let last = self.next + TICKS as u64 - 1;
        self.lists[Self::index(tick.clamp(self.next, last))].push(place);
        self.entries += 1;
        if tick > last { self.at(last) } else { at }
    }

    /// The connections whose moment has come.
    pub fn turn(&mut self, now: Instant, due: &mut Vec<Place>) {
        let reached = (now - self.began).as_nanos() / TICK.as_nanos();
        let reached = u64::try_from(reached).unwrap_or(u64::MAX);
        // After a long pause each list is looked at once.
        let first = self.next.max((reached + 1).saturating_sub(TICKS as u64));
        for tick in first..=reached {
            let list = &mut self.lists[Self::index(tick)];
            self.entries -= list.len();
            due.append(list);
        }
        self.next = self.next.max(reached + 1);
    }

    /// How long to wait for the next moment; none while there is nothing to wait for.
    pub fn pause(&self, now: Instant) -> Option<Duration> {
        if self.entries == 0 {
            return None;
        }
        let ahead = (0..TICKS as u64).find(|ahead| !self.lists[Self::index(self.next + ahead)].is_empty())?;
        Some(self.at(self.next + ahead).saturating_duration_since(now))
    }

    fn at(&self, tick: u64) -> Instant {
        self.began + TICK * u32::try_from(tick).unwrap_or(u32::MAX)
    }

    fn index(tick: u64) -> usize {
        usize::try_from(tick % TICKS as u64).expect("less than TICKS")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turned(wheel: &mut Wheel, at: Instant) -> Vec<Place> {
        let mut due = Vec::new();
        wheel.turn(at, &mut due);
        due
    }

    #[test]
    fn a_moment_comes_once_and_never_early() {
        let start = Instant::now();
        let mut wheel = Wheel::new(start);
        let (soon, later) = (Place::new(1, 0), Place::new(2, 0));
        wheel.add(soon, start + Duration::from_millis(120));
        wheel.add(later, start + Duration::from_secs(20));
        assert!(turned(&mut wheel, start + Duration::from_millis(119)).is_empty());
        assert_eq!(wheel.pause(start + Duration::from_millis(119)), Some(Duration::from_millis(31)));
        assert_eq!(turned(&mut wheel, start + Duration::from_millis(150)), [soon]);
        assert!(turned(&mut wheel, start + Duration::from_millis(19_999)).is_empty());
        assert_eq!(turned(&mut wheel, start + Duration::from_secs(20)), [later]);
        assert_eq!(wheel.pause(start + Duration::from_secs(20)), None);
    }

    #[test]
    fn what_is_far_away_is_looked_at_on_the_way() {
        let start = Instant::now();
        let mut wheel = Wheel::new(start);
        let look = wheel.add(Place::new(1, 0), start + Duration::from_hours(3));
        assert_eq!(look, start + TICK * 1_023);
        assert_eq!(turned(&mut wheel, look), [Place::new(1, 0)]);
        wheel.add(Place::new(1, 0), start + Duration::from_hours(3));
        assert_eq!(turned(&mut wheel, start + Duration::from_hours(9)), [Place::new(1, 0)]);
    }
}
