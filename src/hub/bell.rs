//! Wakes the subscriptions of a show, and on busy shows not more often than it pays.
//!
//! Each wake is a write per connection, and only fewer writes cost less (hub.md, section 1).

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

/// Deliveries a second below which nobody waits for others.
const DELIVERIES_FREE: u64 = 20_000;
/// Pause between two wakes of a busy show, and of one twice as busy.
const PAUSES: [Duration; 2] = [Duration::from_millis(20), Duration::from_millis(50)];

/// Whether something may wait for what comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Urgency {
    /// Chat and signals join others of the same moment.
    Joins,
    /// What is on screen, its price and stock: now, and what waits goes along.
    Now,
}

/// Wakes subscriptions.
#[derive(Debug)]
pub struct Bell {
    rings: watch::Sender<u64>,
    pace: Mutex<Pace>,
}

#[derive(Debug)]
struct Pace {
    last_at: Option<Instant>,
    is_due: bool,
    /// Events of the running second and of the one before.
    second_began: Instant,
    events: u64,
    events_before: u64,
}

impl Bell {
    /// A bell that nobody hears yet.
    #[must_use]
    pub fn new() -> Self {
        let pace =
            Pace { last_at: None, is_due: false, second_began: Instant::now(), events: 0, events_before: 0 };
        Self { rings: watch::channel(0).0, pace: Mutex::new(pace) }
    }

    /// Hears the bell from now on.
    #[must_use]
    pub fn listen(&self) -> watch::Receiver<u64> {
        self.rings.subscribe()
    }

    /// How many listen.
    #[must_use]
    pub fn listeners(&self) -> usize {
        self.rings.receiver_count()
    }

    /// Rings, or answers when to ring for what just came and everything else until then.
    pub fn ring(&self, events: u64, urgency: Urgency) -> Option<Instant> {
        let now = Instant::now();
        let mut pace = self.pace.lock().unwrap_or_else(PoisonError::into_inner);
        let pause = pace.pause(now, events, self.listeners() as u64);
        let next = pace.last_at.map_or(now, |last| last + pause);
        if urgency == Urgency::Now || next <= now {
            pace.last_at = Some(now);
            drop(pace);
            self.ring_now();
            return None;
        }
        if pace.is_due {
            return None;
        }
        pace.is_due = true;
        Some(next)
    }

    /// Rings after the pause that [`Bell::ring`] asked for.
    pub fn ring_due(&self) {
        let mut pace = self.pace.lock().unwrap_or_else(PoisonError::into_inner);
        pace.is_due = false;
        pace.last_at = Some(Instant::now());
        drop(pace);
        self.ring_now();
    }

    fn ring_now(&self) {
        self.rings.send_modify(|rings| *rings += 1);
    }
}

impl Pace {
    fn pause(&mut self, now: Instant, events: u64, listeners: u64) -> Duration {
        let since = now - self.second_began;
        if since >= Duration::from_secs(1) {
            self.events_before = if since < Duration::from_secs(2) { self.events } else { 0 };
            self.events = 0;
            self.second_began = now;
        }
        self.events += events;
        match self.events.max(self.events_before) * listeners {
            deliveries if deliveries < DELIVERIES_FREE => Duration::ZERO,
            deliveries if deliveries < 2 * DELIVERIES_FREE => PAUSES[0],
            _ => PAUSES[1],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quiet_show_never_waits() {
        let bell = Bell::new();
        let ears: Vec<_> = (0..100).map(|_| bell.listen()).collect();
        for _ in 0..50 {
            assert_eq!(bell.ring(1, Urgency::Joins), None);
        }
        assert_eq!(*ears[0].borrow(), 50);
    }

    #[test]
    fn a_busy_show_joins_chat_but_not_what_is_on_screen() {
        let bell = Bell::new();
        let ears: Vec<_> = (0..1_000).map(|_| bell.listen()).collect();
        let due: Vec<_> = (0..100).filter_map(|_| bell.ring(1, Urgency::Joins)).collect();
        assert_eq!(due.len(), 1, "one ring is due, the rest joins it");
        assert!(*ears[0].borrow() <= 20);
        let before = *ears[0].borrow();
        assert_eq!(bell.ring(1, Urgency::Now), None);
        assert_eq!(*ears[0].borrow(), before + 1);
        bell.ring_due();
        assert_eq!(*ears[0].borrow(), before + 2);
    }
}
