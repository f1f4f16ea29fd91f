//! Connections that are opened and cut again, at a bounded pace.

use std::time::{Duration, Instant};

use super::viewer::End;
use super::{Engine, Plan};

/// Which sockets are free, and when the next cycle is due.
pub struct Cycling {
    free: Vec<usize>,
    pause: Duration,
    next: Option<Instant>,
    left: u64,
    begun: u64,
}

impl Cycling {
    /// All sockets free, no cycle due.
    pub fn new(plan: &Plan, sockets: usize) -> Self {
        #[expect(clippy::cast_precision_loss, reason = "a handful of threads")]
        let per_sec = plan.cycles.map_or(1.0, |cycles| cycles.per_sec / plan.threads as f64);
        let pause = Duration::from_secs_f64(1.0 / per_sec);
        Self { free: (0..sockets).collect(), pause, next: None, left: 0, begun: 0 }
    }

    /// When the next cycle is due; none while all sockets are in use.
    pub fn next(&self) -> Option<Instant> {
        self.next.filter(|_| !self.free.is_empty())
    }

    /// Begins so many cycles.
    pub fn begin(&mut self, count: u64, now: Instant) {
        self.left = count;
        self.next = (count > 0).then_some(now);
    }

    /// Takes a free socket for a cycle whose time has come.
    fn take_due(&mut self, now: Instant) -> Option<usize> {
        let due = self.next.filter(|next| *next <= now)?;
        let socket = self.free.pop()?;
        self.left -= 1;
        self.begun += 1;
        // A pace that cannot be kept is not made up for by a burst.
        let next = (due + self.pause).max(now.checked_sub(self.pause).unwrap_or(now));
        self.next = (self.left > 0).then_some(next);
        Some(socket)
    }
}

impl Engine {
    /// Begins all cycles whose time has come.
    pub(super) fn cycle(&mut self, now: Instant) {
        while let Some(socket) = self.cycling.take_due(now) {
            // Each cycle is a first visit, so that the server makes a snapshot for it.
            self.viewers[socket].person.seq = None;
            self.arrive(socket, now);
        }
    }

    pub(super) fn end_cycle(&mut self, at: usize, end: &End, now: Instant) {
        if *end == End::Done {
            self.tally.cycles_done += 1;
        } else {
            self.tally.cycles_failed += 1;
            self.tally.miss(&end.to_string());
        }
        let way = self.cycling.begun;
        self.with(at, now, |viewer, _, cx| viewer.cut(way, cx));
        self.cycling.free.push(at);
    }
}
