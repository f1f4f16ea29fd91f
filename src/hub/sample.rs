//! Which chat messages of a crowded show viewers are shown.
//!
//! A decision depends on nothing but the events before it, so every node that reads the same log
//! shows its viewers the same messages. What sells and what members write is always shown.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use crate::domain::event::{RecordedEvent, ShowEvent};

/// How long somebody who was shown steps back behind others who wait.
const TURN: TimeDelta = TimeDelta::seconds(10);
/// Budget of one message; the budget grows by the rate each millisecond.
const COST: i64 = 1_000;

/// Shows so many messages a second and lets everybody have a turn.
#[derive(Debug)]
pub struct Sampler {
    per_sec: i64,
    /// Thousandths of messages that may be shown at once.
    budget: i64,
    last_at: Option<DateTime<Utc>>,
    shown: HashMap<Uuid, DateTime<Utc>>,
}

impl Sampler {
    /// A sampler that shows at most so many messages a second, and as many at once.
    #[must_use]
    pub fn new(per_sec: u32) -> Self {
        let per_sec = i64::from(per_sec);
        Self { per_sec, budget: per_sec * COST, last_at: None, shown: HashMap::new() }
    }

    /// One of the same rate that remembers nothing.
    #[must_use]
    pub fn afresh(&self) -> Self {
        Self::new(u32::try_from(self.per_sec).expect("it was made from one"))
    }

    /// Whether viewers are shown an event; to be asked once for each, in the order of the log.
    pub fn shows(&mut self, recorded: &RecordedEvent) -> bool {
        let ShowEvent::ChatSent { author, .. } = &recorded.event else { return true };
        if author.badge.is_some() {
            return true;
        }
        self.refill(recorded.at);
        // Somebody who was shown lately needs a budget that others leave unused.
        let waits = self.shown.get(&author.id).is_some_and(|at| recorded.at - *at < TURN);
        let needed = if waits { self.full() / 2 + COST } else { COST };
        if self.budget < needed {
            return false;
        }
        self.budget -= COST;
        self.shown.insert(author.id, recorded.at);
        true
    }

    fn refill(&mut self, now: DateTime<Utc>) {
        let since = self.last_at.map_or(TimeDelta::zero(), |last| now - last);
        // Several servers write into one log, so its times may step back a little.
        let gained = since.num_milliseconds().clamp(0, 1_000) * self.per_sec;
        self.budget = (self.budget + gained).min(self.full());
        self.last_at = self.last_at.max(Some(now));
        // At most so many were shown within a turn, and twice as many are remembered.
        let turn = usize::try_from(self.per_sec * (TURN.num_seconds() + 1)).unwrap_or(usize::MAX);
        if self.shown.len() > 2 * turn {
            self.shown.retain(|_, at| now - *at < TURN);
        }
    }

    const fn full(&self) -> i64 {
        self.per_sec * COST
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::chat::Author;
    use crate::domain::member::Role;

    fn chat(millis: i64, author: u128, badge: Option<Role>) -> RecordedEvent {
        let author = Author { id: Uuid::from_u128(author), name: "Marta".to_owned(), badge };
        let event =
            ShowEvent::ChatSent { message_id: Uuid::nil().into(), author, text: Some("ciao".to_owned()) };
        let at = DateTime::from_timestamp_millis(1_800_000_000_000 + millis).expect("a time");
        RecordedEvent { seq: 1, at, event }
    }

    #[test]
    fn a_quiet_chat_is_shown_whole() {
        let mut sampler = Sampler::new(20);
        assert!((0..200).all(|n| sampler.shows(&chat(n * 100, n.unsigned_abs().into(), None))));
    }

    #[test]
    fn a_crowd_is_shown_at_the_rate_and_evenly() {
        let mut sampler = Sampler::new(20);
        // 200 messages a second of as many people, for ten seconds.
        let shown: Vec<i64> =
            (0..2_000).filter(|n| sampler.shows(&chat(n * 5, n.unsigned_abs().into(), None))).collect();
        assert!((200..=225).contains(&shown.len()), "{}", shown.len());
        let later: Vec<i64> = shown.iter().copied().filter(|n| *n >= 400).collect();
        assert!(later.windows(2).all(|pair| pair[1] - pair[0] <= 12), "{later:?}");
    }

    #[test]
    fn one_who_writes_much_leaves_room_for_the_others() {
        let mut sampler = Sampler::new(20);
        let mut shown = [0, 0];
        for n in 0..3_000_i64 {
            // Every second message is of the same person.
            let author = if n % 2 == 0 { 7 } else { 1_000 + n.unsigned_abs() };
            if sampler.shows(&chat(n * 5, author.into(), None)) {
                shown[usize::from(author != 7)] += 1;
            }
        }
        assert!(shown[0] * 20 < shown[1], "{shown:?}");
    }

    #[test]
    fn members_are_always_shown() {
        let mut sampler = Sampler::new(1);
        assert!((0..50).all(|_| sampler.shows(&chat(0, 1, Some(Role::Host)))));
        assert!(sampler.shows(&chat(0, 2, None)));
        assert!(!sampler.shows(&chat(0, 3, None)));
    }

    #[test]
    fn who_was_shown_is_not_remembered_for_ever() {
        let mut sampler = Sampler::new(20);
        for n in 0..100_000_i64 {
            sampler.shows(&chat(n * 50, n.unsigned_abs().into(), None));
        }
        assert!(sampler.shown.len() <= 441, "{}", sampler.shown.len());
    }
}
