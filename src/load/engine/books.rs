//! The end of a run: who has heard everything, and what is missing.

use std::time::Instant;

use super::Engine;
use super::viewer::Viewer;

impl Engine {
    /// Has the slow readers read, so that they learn how the server ended them.
    pub(super) fn wake_slow_readers(&mut self) {
        let now = Instant::now();
        for at in 0..self.viewers.len() {
            let is_slow = self.plan.is_slow(self.viewers[at].person.number);
            if !is_slow || self.viewers[at].line.is_none() {
                continue;
            }
            if let Err(end) = self.with(at, now, |viewer, buffer, cx| viewer.read(true, buffer, cx)) {
                self.end(at, end, now);
            }
        }
    }

    /// How many have not heard everything: away, or behind the last event.
    pub(super) fn behind(&mut self) -> u64 {
        // A slow reader's socket tells only once that there is more.
        self.wake_slow_readers();
        let Some(seq) = self.settle else { return 0 };
        let is_behind = |viewer: &&Viewer| {
            let has_heard = viewer.person.seq.is_some_and(|heard| heard >= seq);
            let (is_here, is_slow) = (viewer.line.is_some(), self.plan.is_slow(viewer.person.number));
            if is_slow { is_here && !has_heard } else { viewer.person.seq.is_some() && !has_heard }
        };
        self.viewers.iter().filter(is_behind).count() as u64
    }

    /// Counts what viewers who are in never heard of, and who is not in.
    pub(super) fn close_the_books(&mut self) {
        for viewer in &self.viewers {
            if self.plan.is_slow(viewer.person.number) {
                self.tally.slow.open += u64::from(viewer.line.is_some());
            } else if !viewer.is_online() {
                self.tally.away += 1;
            } else if let (Some(end), Some(heard)) = (self.settle, viewer.person.seq) {
                self.tally.lost += u64::try_from(end - heard).unwrap_or(0);
            }
        }
    }
}
