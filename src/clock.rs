//! The one source of time, randomness and ids.
//!
//! Tests put the hands of the clock where they need them; nothing else in the crate may ask the
//! operating system (clippy.toml forbids the calls). Where several nodes share a database, all of
//! them follow its time, so that they agree on when a reservation ends whatever their machines say.
//! Invariant: times are cut to milliseconds, which both databases keep exactly.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use rand::rngs::StdRng;
use rand::{Rng, RngCore, SeedableRng};
use tokio::sync::watch;
use uuid::Uuid;

/// The longest sleep before the time is looked at again, because it may have been put right.
const SLEEP_MAX: Duration = Duration::from_secs(30);
/// The value of [`Machine::origin_us`] while no other time is followed.
const NOT_FOLLOWING: i64 = i64::MIN;

/// Tells time and makes random values; cheap to clone.
#[derive(Clone)]
pub struct Clock(Arc<Inner>);

struct Inner {
    rng: Mutex<StdRng>,
    hands: Hands,
}

enum Hands {
    Machine(Machine),
    /// Only moves when told to.
    Manual(watch::Sender<DateTime<Utc>>),
}

/// The machine's clock, or what was learnt of a better one and carried on by the machine's
/// monotonic clock, which nobody sets.
struct Machine {
    /// How wrong the machine's clock is made out to be.
    shift: TimeDelta,
    origin: Instant,
    /// The followed time at `origin`, in microseconds.
    origin_us: AtomicI64,
}

/// Another clock's time, as it was read over a wire.
#[derive(Clone, Copy, Debug)]
pub struct Reading {
    /// What it showed.
    pub time: DateTime<Utc>,
    /// When it showed that: half-way between question and answer.
    pub taken: Instant,
    /// How far from the truth `taken` may be: half the round trip.
    pub error: Duration,
}

impl Clock {
    /// The machine's clock.
    #[must_use]
    pub fn system() -> Self {
        Self::shifted(TimeDelta::zero())
    }

    /// The clock of a machine that is wrong by so much, for tests of nodes that disagree.
    #[must_use]
    pub fn shifted(shift: TimeDelta) -> Self {
        Self::with(Hands::Machine(Machine {
            shift,
            origin: Instant::now(),
            origin_us: AtomicI64::new(NOT_FOLLOWING),
        }))
    }

    /// A clock that stands still until [`Clock::advance`] moves it.
    #[must_use]
    pub fn manual(start: DateTime<Utc>) -> Self {
        let (hands, _) = watch::channel(start.trunc_subsecs(3));
        Self::with(Hands::Manual(hands))
    }

    fn with(hands: Hands) -> Self {
        Self(Arc::new(Inner { rng: Mutex::new(StdRng::from_os_rng()), hands }))
    }

    /// The time, cut to milliseconds.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        match &self.0.hands {
            Hands::Manual(hands) => *hands.borrow(),
            Hands::Machine(machine) => machine.followed().unwrap_or_else(|| machine.own()).trunc_subsecs(3),
        }
    }

    /// Follows another clock from now on; a manual clock stays in its test's hand.
    ///
    /// A difference that is no larger than the reading's error changes nothing, so that the time
    /// does not tremble with the network.
    pub fn follow(&self, reading: Reading) {
        let Hands::Machine(machine) = &self.0.hands else { return };
        let us = reading.time.timestamp_micros() - micros(reading.taken - machine.origin);
        let known = machine.origin_us.load(Ordering::Relaxed);
        if known == NOT_FOLLOWING
            || us.abs_diff(known) > reading.error.as_micros().try_into().unwrap_or(u64::MAX)
        {
            machine.origin_us.store(us, Ordering::Relaxed);
        }
    }

    /// Whether this clock can follow another one; a manual clock cannot.
    #[must_use]
    pub fn can_follow(&self) -> bool {
        matches!(self.0.hands, Hands::Machine(_))
    }

    /// How far the machine's own clock is ahead of this one; zero unless another clock is followed.
    #[must_use]
    pub fn machine_error(&self) -> TimeDelta {
        match &self.0.hands {
            Hands::Manual(_) => TimeDelta::zero(),
            Hands::Machine(machine) => {
                machine.followed().map_or(TimeDelta::zero(), |followed| machine.own() - followed)
            }
        }
    }

    /// Moves a manual clock on and wakes who waits for that time.
    ///
    /// # Panics
    /// On the machine's clock, which nobody moves.
    pub fn advance(&self, by: TimeDelta) {
        let Hands::Manual(hands) = &self.0.hands else { panic!("only a manual clock is moved") };
        hands.send_modify(|now| *now += by);
    }

    /// Waits until it is `at`.
    pub async fn sleep_until(&self, at: DateTime<Utc>) {
        if let Hands::Manual(hands) = &self.0.hands {
            // The sender lives in `self`, so the channel cannot close while this waits.
            let _ = hands.subscribe().wait_for(|now| *now >= at).await;
            return;
        }
        while let Some(wait) = (at - self.now()).to_std().ok().filter(|wait| !wait.is_zero()) {
            tokio::time::sleep(wait.min(SLEEP_MAX)).await;
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

impl Machine {
    /// What the machine says.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that asks the system")]
    fn own(&self) -> DateTime<Utc> {
        Utc::now() + self.shift
    }

    /// The followed time, if there is one.
    fn followed(&self) -> Option<DateTime<Utc>> {
        let us = self.origin_us.load(Ordering::Relaxed);
        if us == NOT_FOLLOWING {
            return None;
        }
        DateTime::from_timestamp_micros(us.saturating_add(micros(self.origin.elapsed())))
    }
}

fn micros(length: Duration) -> i64 {
    i64::try_from(length.as_micros()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading(clock: &Clock, ahead: TimeDelta, error: Duration) -> Reading {
        Reading { time: clock.now() + ahead, taken: Instant::now(), error }
    }

    #[track_caller]
    fn is_about(clock: &Clock, expected: DateTime<Utc>) {
        let off = (clock.now() - expected).abs();
        assert!(off < TimeDelta::seconds(5), "{off}");
    }

    #[test]
    fn a_wrong_machine_follows_another_clock() {
        let right = Clock::system();
        for minutes in [-5, 5] {
            let clock = Clock::shifted(TimeDelta::minutes(minutes));
            is_about(&clock, right.now() + TimeDelta::minutes(minutes));
            assert_eq!(clock.machine_error(), TimeDelta::zero());
            clock.follow(reading(&right, TimeDelta::zero(), Duration::from_millis(1)));
            is_about(&clock, right.now());
            let error = (clock.machine_error() - TimeDelta::minutes(minutes)).abs();
            assert!(error < TimeDelta::seconds(5), "{error}");
        }
    }

    #[test]
    fn only_what_is_more_than_the_error_of_the_reading_is_put_right() {
        let (clock, start) = (Clock::system(), Clock::system().now());
        clock.follow(reading(&Clock::system(), TimeDelta::minutes(1), Duration::from_secs(1)));
        is_about(&clock, start + TimeDelta::minutes(1));
        clock.follow(reading(&Clock::system(), TimeDelta::minutes(2), Duration::from_mins(3)));
        is_about(&clock, start + TimeDelta::minutes(1));
        clock.follow(reading(&Clock::system(), TimeDelta::minutes(2), Duration::from_secs(1)));
        is_about(&clock, start + TimeDelta::minutes(2));
    }

    #[test]
    fn a_manual_clock_follows_nobody() {
        let start = Clock::system().now();
        let clock = Clock::manual(start);
        assert!(!clock.can_follow() && Clock::system().can_follow());
        clock.follow(reading(&clock, TimeDelta::minutes(5), Duration::from_millis(1)));
        assert_eq!((clock.now(), clock.machine_error()), (start, TimeDelta::zero()));
    }

    #[tokio::test(start_paused = true)]
    async fn a_sleeper_notices_that_the_time_was_put_right() {
        let clock = Clock::system();
        let until = clock.now() + TimeDelta::hours(1);
        let sleeper = clock.clone();
        let sleeper = tokio::spawn(async move { sleeper.sleep_until(until).await });
        tokio::task::yield_now().await;
        clock.follow(reading(&clock, TimeDelta::hours(2), Duration::from_millis(1)));
        // It sleeps on the test's paused time, in which half a minute is no time at all.
        sleeper.await.unwrap();
        assert!(clock.now() >= until);
    }
}
