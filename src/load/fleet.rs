//! All engines of a run, as one.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use rand::RngCore;
use rand::rngs::StdRng;

use super::engine::{Handle, Order};
use super::error::LoadError;
use super::plan::Plan;
use super::tally::{Live, Tally};

/// Pause between two looks at what the engines have done.
pub const LOOK_EVERY: Duration = Duration::from_millis(20);

/// The engines of a run; they end when this is dropped.
#[derive(Debug, Default)]
pub struct Fleet(Vec<Handle>);

impl Fleet {
    /// Starts one engine for each thread of the plan.
    ///
    /// # Errors
    /// When the system gives no epoll or thread.
    pub fn start(plan: &Arc<Plan>, rng: &mut StdRng) -> Result<Self, LoadError> {
        let engines = (0..plan.threads).map(|thread| Handle::start(plan, thread, rng.next_u64()));
        Ok(Self(engines.collect::<Result<_, _>>()?))
    }

    /// The sum of a figure over all engines.
    pub fn sum(&self, figure: impl Fn(&Live) -> &AtomicU64) -> u64 {
        self.0.iter().map(|engine| figure(&engine.live).load(Ordering::Relaxed)).sum()
    }

    /// Tells all engines the same.
    pub fn tell(&self, order: Order) {
        for engine in &self.0 {
            engine.tell(order);
        }
    }

    /// Shares a number of cycles out.
    pub fn cycle(&self, count: u64) {
        let engines = self.0.len() as u64;
        for (at, engine) in (0..).zip(&self.0) {
            engine.tell(Order::Cycle(count / engines + u64::from(at < count % engines)));
        }
    }

    /// Waits for a fact about the engines, until the time is over.
    ///
    /// # Errors
    /// Why going on makes no sense.
    pub async fn wait_for(
        &self,
        timeout: Duration,
        is_so: impl Fn(&Self) -> bool,
    ) -> Result<bool, LoadError> {
        let deadline = tokio::time::Instant::now() + timeout;
        let mut looks = tokio::time::interval(LOOK_EVERY);
        loop {
            looks.tick().await;
            self.check()?;
            if is_so(self) {
                return Ok(true);
            }
            if tokio::time::Instant::now() >= deadline {
                return Ok(false);
            }
        }
    }

    /// Goes on unless an engine says that it makes no sense.
    ///
    /// # Errors
    /// Why.
    pub fn check(&self) -> Result<(), LoadError> {
        let fatal = self.0.iter().find_map(|engine| engine.live.fatal());
        fatal.map_or(Ok(()), |reason| Err(LoadError::Fatal(reason)))
    }

    /// Ends the engines and answers what all of them have counted.
    #[must_use]
    pub fn finish(self) -> Tally {
        let mut all = Tally::default();
        for engine in self.0 {
            all.merge(engine.finish());
        }
        all
    }
}
