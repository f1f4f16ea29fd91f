//! The one source of time, randomness and ids.
//!
//! Tests put the hands of the clock where they need them; nothing else in the crate may ask the
//! operating system (clippy.toml forbids the calls).
//! Invariant: times are cut to milliseconds, which both databases keep exactly.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use rand::rngs::StdRng;
use rand::{Rng, RngCore, SeedableRng};
use tokio::sync::watch;
use uuid::Uuid;

/// Tells time and makes random values; cheap to clone.
#[derive(Clone)]
pub struct Clock(Arc<Inner>);

struct Inner {
    rng: Mutex<StdRng>,
    /// Set for a clock that only moves when told to.
    manual: Option<watch::Sender<DateTime<Utc>>>,
}

impl Clock {
    /// The machine's clock.
    #[must_use]
    pub fn system() -> Self {
        Self(Arc::new(Inner { rng: Mutex::new(StdRng::from_os_rng()), manual: None }))
    }

    /// A clock that stands still until [`Clock::advance`] moves it.
    #[must_use]
    pub fn manual(start: DateTime<Utc>) -> Self {
        let (hands, _) = watch::channel(start.trunc_subsecs(3));
        Self(Arc::new(Inner { rng: Mutex::new(StdRng::from_os_rng()), manual: Some(hands) }))
    }

    /// The time, cut to milliseconds.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the one place that asks the system")]
    pub fn now(&self) -> DateTime<Utc> {
        match &self.0.manual {
            Some(hands) => *hands.borrow(),
            None => Utc::now().trunc_subsecs(3),
        }
    }

    /// Moves a manual clock on and wakes who waits for that time.
    ///
    /// # Panics
    /// On the machine's clock, which nobody moves.
    pub fn advance(&self, by: TimeDelta) {
        let hands = self.0.manual.as_ref().expect("only a manual clock is moved");
        hands.send_modify(|now| *now += by);
    }

    /// Waits until it is `at`.
    pub async fn sleep_until(&self, at: DateTime<Utc>) {
        if let Some(hands) = &self.0.manual {
            // The sender lives in `self`, so the channel cannot close while this waits.
            let _ = hands.subscribe().wait_for(|now| *now >= at).await;
        } else {
            let wait = (at - self.now()).to_std().unwrap_or(Duration::ZERO);
            tokio::time::sleep(wait).await;
        }
    }

    /// Waits for a length of time.
    pub async fn sleep(&self, length: Duration) {
        let length = TimeDelta::from_std(length).unwrap_or(TimeDelta::MAX);
        self.sleep_until(self.now().checked_add_signed(length).unwrap_or(DateTime::<Utc>::MAX_UTC)).await;
    }

    /// A fresh UUIDv7 of this clock's time (RFC 9562, section 5.7).
    #[must_use]
    pub fn uuid(&self) -> Uuid {
        let millis = u64::try_from(self.now().timestamp_millis()).unwrap_or_default();
        uuid::Builder::from_unix_timestamp_millis(millis, &self.random()).into_uuid()
    }

    /// Random bytes, fit for secrets.
    #[must_use]
    pub fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.0.rng.lock().unwrap_or_else(PoisonError::into_inner).fill_bytes(&mut bytes);
        bytes
    }

    /// A random length of time up to `max`, to spread what would come all at once.
    #[must_use]
    pub fn jitter(&self, max: Duration) -> Duration {
        let share = self.0.rng.lock().unwrap_or_else(PoisonError::into_inner).random_range(0.0..=1.0);
        max.mul_f64(share)
    }
}
