//! Bounds how often something may be done, for each key (GCRA: a bucket kept as one time).

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

/// Keys remembered at once; with more, a stranger waits until old ones are forgotten.
const KEYS_MAX: usize = 100_000;

/// A bound for each key.
#[derive(Debug)]
pub(crate) struct Limiter<K> {
    /// Until when a key has used up its share.
    used_until: Mutex<HashMap<K, DateTime<Utc>>>,
    /// What one use costs.
    interval: TimeDelta,
    /// How far a key may run ahead.
    ahead: TimeDelta,
}

impl<K: Eq + Hash> Limiter<K> {
    /// Lets each key do something `burst` times at once and then once an `interval`.
    pub fn new(burst: i32, interval: TimeDelta) -> Self {
        Self { used_until: Mutex::new(HashMap::new()), interval, ahead: interval * (burst - 1) }
    }

    /// Takes one use, or tells how long to wait.
    pub fn take(&self, key: K, now: DateTime<Utc>) -> Result<(), Duration> {
        let mut used_until = self.used_until.lock().unwrap_or_else(PoisonError::into_inner);
        if used_until.len() >= KEYS_MAX {
            used_until.retain(|_, until| *until > now);
        }
        if used_until.len() >= KEYS_MAX && !used_until.contains_key(&key) {
            return Err(self.interval.to_std().unwrap_or_default());
        }
        // Nobody runs ahead by more than this; what says so was noted before the clock was put back.
        let latest = now + self.ahead + self.interval;
        let until = used_until.get(&key).copied().unwrap_or(now).clamp(now, latest);
        if until - now > self.ahead {
            used_until.insert(key, until);
            return Err((until - now - self.ahead).to_std().unwrap_or_default());
        }
        used_until.insert(key, until + self.interval);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_passes_then_one_for_each_interval() {
        let limiter = Limiter::new(3, TimeDelta::seconds(10));
        let start = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let at = |secs: i64| start + TimeDelta::seconds(secs);
        for _ in 0..3 {
            assert_eq!(limiter.take("a", at(0)), Ok(()));
        }
        assert_eq!(limiter.take("a", at(0)), Err(Duration::from_secs(10)));
        assert_eq!(limiter.take("b", at(0)), Ok(()));
        assert_eq!(limiter.take("a", at(4)), Err(Duration::from_secs(6)));
        assert_eq!(limiter.take("a", at(10)), Ok(()));
        assert_eq!(limiter.take("a", at(10)), Err(Duration::from_secs(10)));
        assert_eq!(limiter.take("a", at(1_000)), Ok(()));
    }

    #[test]
    fn a_clock_that_was_put_back_locks_nobody_out() {
        let limiter = Limiter::new(3, TimeDelta::seconds(10));
        let start = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        assert_eq!(limiter.take("a", start + TimeDelta::minutes(5)), Ok(()));
        assert_eq!(limiter.take("a", start), Err(Duration::from_secs(10)));
        assert_eq!(limiter.take("a", start + TimeDelta::seconds(10)), Ok(()));
    }
}
