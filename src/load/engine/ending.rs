//! How connections end: by the storm, by time, by the server; and who comes back when.

use std::cmp::Reverse;
use std::time::{Duration, Instant};

use rand::Rng;

use super::Engine;
use super::line::Stage;
use super::viewer::End;
use crate::protocol::{CloseCode, Return};

/// How long a viewer may take to get in.
const JOIN_TIMEOUT: Duration = Duration::from_secs(20);
/// The longest pause before a viewer comes back, as in the web client.
const RETURN_MAX: Duration = Duration::from_secs(20);
/// The bound of the first pause; it doubles with each attempt.
const RETURN_MIN: Duration = Duration::from_millis(500);

impl Engine {
    /// Cuts all connections at once; each viewer comes back at a random moment of the spread.
    pub(super) fn break_all(&mut self, now: Instant) {
        let spread = self.plan.storm.map_or(Duration::ZERO, |storm| storm.spread);
        for at in 0..self.viewers.len() {
            let viewer = &mut self.viewers[at];
            if self.plan.is_slow(viewer.person.number) || viewer.line.is_none() {
                continue;
            }
            self.tally.online -= u64::from(viewer.is_online());
            viewer.line = None;
            viewer.person.cut_at = Some(now);
            self.tally.storm.cut += 1;
            let back_at = now + spread.mul_f64(self.rng.random());
            self.arrivals.push(Reverse((back_at, at)));
        }
    }

    /// Gives up viewers that do not get in.
    pub(super) fn sweep(&mut self, now: Instant) {
        for at in 0..self.viewers.len() {
            let line = self.viewers[at].line.as_ref();
            let is_late = line.is_some_and(|line| {
                !matches!(line.link.stage, Stage::Online | Stage::Stalled)
                    && now.saturating_duration_since(line.link.begun) > JOIN_TIMEOUT
            });
            if is_late {
                self.tally.miss(&End::Timeout.to_string());
                self.end(at, End::Timeout, now);
            }
        }
    }

    /// Counts how a connection ended, and has the viewer come back as the web client does.
    pub(super) fn end(&mut self, at: usize, end: End, now: Instant) {
        if self.plan.cycles.is_some() {
            return self.end_cycle(at, &end, now);
        }
        let viewer = &mut self.viewers[at];
        let is_slow = self.plan.is_slow(viewer.person.number);
        let stage = viewer.line.take().map(|line| line.link.stage);
        self.tally.online -= u64::from(stage == Some(Stage::Online));
        if is_slow && stage == Some(Stage::Stalled) {
            let slow = &mut self.tally.slow;
            *(if end == End::Closed(4_008) { &mut slow.told } else { &mut slow.cut }) += 1;
            return;
        }
        let mut told = viewer.person.drain.take();
        match end {
            End::Refused { status, code, retry } => {
                self.tally.miss(&format!("{status} {code}"));
                told = told.or(retry);
                if matches!(status, 400 | 401 | 403 | 404 | 421 | 426) {
                    return self.live.fail(format!("the server refuses viewers: {status} {code}"));
                }
            }
            End::Closed(code) => {
                *self.tally.closes.entry(code).or_default() += 1;
                if !may_return(code) {
                    return;
                }
            }
            End::Fault => self.tally.unreadable += 1,
            _ if stage == Some(Stage::Online) => *self.tally.closes.entry(1_006).or_default() += 1,
            _ => {}
        }
        let person = &mut viewer.person;
        person.attempts += 1;
        let pause = RETURN_MAX.min(RETURN_MIN * 2_u32.pow(person.attempts.min(6)));
        let pause = told.unwrap_or_else(|| pause.mul_f64(self.rng.random()));
        self.arrivals.push(Reverse((now + pause, at)));
    }
}

/// Whether a client comes back after a close, by the table that holds for all clients.
fn may_return(code: u16) -> bool {
    let known = CloseCode::ALL.iter().find(|close| close.code() == code);
    known.is_none_or(|close| !matches!(close.may_return(), Return::Never | Return::Once | Return::SignedIn))
}
