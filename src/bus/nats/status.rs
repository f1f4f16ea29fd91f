//! Whether words come through, and the one line in the log for each change of that.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::bus::Standing;

/// How long an own sign of life may take to come back; one is sent each second.
const ECHO_MAX: Duration = Duration::from_secs(3);
/// Reasons that are told while the bus is away; one server after another may have one of its own.
const REASONS_MAX: usize = 8;

/// How the way to NATS stands.
#[derive(Debug)]
pub(super) struct Status(Mutex<State>);

#[derive(Debug)]
struct State {
    is_up: bool,
    /// Since when it is as it is.
    since: Instant,
    /// When an own word came back.
    echo_at: Instant,
    /// What was told since it went away.
    reasons: Vec<String>,
    failures: u64,
}

impl Default for Status {
    fn default() -> Self {
        let now = Instant::now();
        Self(Mutex::new(State { is_up: false, since: now, echo_at: now, reasons: Vec::new(), failures: 0 }))
    }
}

impl Status {
    /// How it stands.
    pub fn standing(&self) -> Standing {
        let state = self.lock();
        if state.is_up { Standing::Up } else { Standing::Down(state.since.elapsed()) }
    }

    /// How often something went wrong.
    pub fn failures(&self) -> u64 {
        self.lock().failures
    }

    /// An own word came back: NATS takes what this node says, and says it to those who listen.
    pub fn note_echo(&self) {
        let mut state = self.lock();
        state.echo_at = Instant::now();
        if !state.is_up {
            let away_ms = u64::try_from(state.since.elapsed().as_millis()).unwrap_or(u64::MAX);
            tracing::info!(away_ms, "the other nodes are heard by NATS");
            state.change(true);
        }
    }

    /// Something went wrong; each reason is told once until all is well.
    pub fn note_failure(&self, reason: &str) {
        let mut state = self.lock();
        state.failures += 1;
        if state.is_up {
            state.change(false);
        }
        if state.reasons.len() < REASONS_MAX && !state.reasons.iter().any(|told| told == reason) {
            state.reasons.push(reason.to_owned());
            tracing::warn!(reason, "NATS is away; what other nodes do is read from the database");
        }
    }

    /// Looks whether own words still come back.
    pub fn check(&self) {
        let state = self.lock();
        let is_deaf = state.is_up && state.echo_at.elapsed() > ECHO_MAX;
        drop(state);
        if is_deaf {
            self.note_failure("nothing that is said comes back");
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn change(&mut self, is_up: bool) {
        self.is_up = is_up;
        self.since = Instant::now();
        self.reasons.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn it_is_up_while_own_words_come_back() {
        let status = Status::default();
        assert!(matches!(status.standing(), Standing::Down(_)));
        status.note_echo();
        assert_eq!(status.standing(), Standing::Up);
        tokio::time::advance(ECHO_MAX).await;
        status.check();
        assert_eq!(status.standing(), Standing::Up);
        tokio::time::advance(Duration::from_secs(1)).await;
        status.check();
        assert_eq!(status.standing(), Standing::Down(Duration::ZERO));
        tokio::time::advance(Duration::from_secs(9)).await;
        assert_eq!(status.standing(), Standing::Down(Duration::from_secs(9)));
    }

    #[test]
    fn a_reason_is_kept_once() {
        let status = Status::default();
        for number in 0..100 {
            status.note_failure("refused");
            status.note_failure(&format!("reason {number}"));
        }
        assert_eq!(status.lock().reasons.len(), REASONS_MAX);
        status.note_echo();
        assert!(status.lock().reasons.is_empty());
    }
}
