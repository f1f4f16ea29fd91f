//! Latencies in buckets whose width grows with the value.
//!
//! Invariant: a percentile is never below the true one and at most 1.6 % above it.

use std::time::Duration;

use serde::Serialize;

/// Steps between two powers of two, as a power of two itself: 64 steps are an error of 1.6 %.
const STEP_BITS: u32 = 6;
const STEPS: usize = 1 << STEP_BITS;
/// Buckets for all values of 64 bits.
const BUCKETS: usize = (64 - STEP_BITS as usize + 1) * STEPS;

/// How often each latency was seen, in microseconds.
#[derive(Clone, Debug)]
pub struct Histogram {
    counts: Vec<u64>,
    count: u64,
    max_us: u64,
}

/// The figures of a histogram that people read, in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Latency {
    /// How many were measured.
    pub count: u64,
    /// Half of them took at most this long.
    pub p50: f64,
    /// Nine of ten.
    pub p90: f64,
    /// 99 of a hundred.
    pub p99: f64,
    /// 999 of a thousand.
    #[serde(rename = "p99_9")]
    pub p999: f64,
    /// The longest.
    pub max: f64,
}

impl Default for Histogram {
    fn default() -> Self {
        Self { counts: vec![0; BUCKETS], count: 0, max_us: 0 }
    }
}

impl Histogram {
    /// Notes a latency.
    pub fn record(&mut self, latency: Duration) {
        let us = u64::try_from(latency.as_micros()).unwrap_or(u64::MAX);
        self.counts[bucket(us)] += 1;
        self.count += 1;
        self.max_us = self.max_us.max(us);
    }

    /// Adds what another one has noted.
    pub fn merge(&mut self, other: &Self) {
        for (sum, count) in self.counts.iter_mut().zip(&other.counts) {
            *sum += count;
        }
        self.count += other.count;
        self.max_us = self.max_us.max(other.max_us);
    }

    /// How many latencies were noted.
    #[must_use]
    pub const fn count(&self) -> u64 {
        self.count
    }

    /// The latency that so many of a thousand do not exceed; zero without any.
    #[must_use]
    pub fn permille(&self, permille: u64) -> Duration {
        let rank = (self.count * permille).div_ceil(1_000).max(1);
        let mut seen = 0;
        let found = self.counts.iter().position(|count| {
            seen += count;
            seen >= rank
        });
        Duration::from_micros(found.map_or(0, highest).min(self.max_us))
    }

    /// The figures that people read.
    #[must_use]
    pub fn latency(&self) -> Latency {
        let ms = |latency: Duration| (latency.as_secs_f64() * 1e6).round() / 1e3;
        Latency {
            count: self.count,
            p50: ms(self.permille(500)),
            p90: ms(self.permille(900)),
            p99: ms(self.permille(990)),
            p999: ms(self.permille(999)),
            max: ms(Duration::from_micros(self.max_us)),
        }
    }
}

/// The bucket of a value: exact below 64, then 64 to each power of two.
fn bucket(us: u64) -> usize {
    let shift = (u64::BITS - us.leading_zeros()).saturating_sub(STEP_BITS + 1);
    // What is left is below 128, whatever the value.
    shift as usize * STEPS + usize::try_from(us >> shift).unwrap_or(BUCKETS)
}

/// The largest value of a bucket.
fn highest(bucket: usize) -> u64 {
    let shift = (bucket / STEPS).saturating_sub(1);
    let step = (bucket - shift * STEPS) as u64;
    ((u128::from(step) + 1) << shift).saturating_sub(1).try_into().unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_empty_one_has_no_latency() {
        assert_eq!(Histogram::default().latency(), Latency::default());
    }

    #[test]
    fn percentiles_are_those_of_the_sorted_values() {
        let mut all = Histogram::default();
        let mut half = Histogram::default();
        for ms in 1..=1_000 {
            let part = if ms % 2 == 0 { &mut all } else { &mut half };
            part.record(Duration::from_millis(ms));
        }
        all.merge(&half);
        let latency = all.latency();
        assert_eq!((latency.count, latency.max), (1_000, 1_000.0));
        for (found, true_one) in
            [(latency.p50, 500.0), (latency.p90, 900.0), (latency.p99, 990.0), (latency.p999, 999.0)]
        {
            assert!((true_one..=true_one * 1.016).contains(&found), "{found} for {true_one}");
        }
    }

    proptest! {
        #[test]
        fn each_value_is_in_the_bucket_that_ends_just_above_it(us in any::<u64>(), shift in 0_u32..64) {
            let us = us >> shift;
            let at = bucket(us);
            prop_assert!(at < BUCKETS);
            prop_assert!(highest(at) >= us);
            prop_assert!(highest(at) - us <= us / 64);
            prop_assert!(at == 0 || highest(at - 1) < us);
        }
    }
}
