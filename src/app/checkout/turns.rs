//! Lets calls to the payment provider through one after another, so many a second.

use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::Instant;

/// A token bucket that serves in the order of arrival.
///
/// It runs on real time: what it spares is another machine, whose clock no test moves.
#[derive(Debug)]
pub(crate) struct Turns {
    /// When the next one may go; the lock is the queue, and it is fair.
    next: Mutex<Option<Instant>>,
    interval: Duration,
    burst: u32,
}

impl Turns {
    /// Lets `per_second` through a second, and after a rest up to `burst` at once.
    pub fn new(per_second: u32, burst: u32) -> Self {
        Self { next: Mutex::new(None), interval: Duration::from_secs(1) / per_second.max(1), burst }
    }

    /// Waits for the own turn; whoever stops waiting gives it to the next one.
    pub async fn wait(&self) {
        let mut next = self.next.lock().await;
        let now = Instant::now();
        let rested = now.checked_sub(self.interval * self.burst.saturating_sub(1)).unwrap_or(now);
        let turn = next.unwrap_or(rested).max(rested);
        tokio::time::sleep_until(turn).await;
        *next = Some(turn + self.interval);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_burst_passes_then_so_many_a_second() {
        let turns = Turns::new(20, 5);
        let start = Instant::now();
        for _ in 0..5 {
            turns.wait().await;
        }
        assert_eq!(start.elapsed(), Duration::ZERO);
        for _ in 0..100 {
            turns.wait().await;
        }
        assert!(start.elapsed().abs_diff(Duration::from_secs(5)) < Duration::from_millis(150));
        tokio::time::sleep(Duration::from_mins(1)).await;
        let rested = Instant::now();
        for _ in 0..5 {
            turns.wait().await;
        }
        assert!(rested.elapsed() < Duration::from_millis(5));
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_came_first_goes_first_and_who_leaves_costs_nothing() {
        let turns = Arc::new(Turns::new(10, 1));
        turns.wait().await;
        let start = Instant::now();
        let leaver = tokio::time::timeout(Duration::from_millis(10), turns.wait()).await;
        assert!(leaver.is_err());
        let order = Arc::new(std::sync::Mutex::new(Vec::new()));
        let mut waiting = Vec::new();
        for n in 0..3 {
            let (turns, order) = (turns.clone(), order.clone());
            waiting.push(tokio::spawn(async move {
                turns.wait().await;
                order.lock().unwrap().push(n);
            }));
            tokio::task::yield_now().await;
        }
        for one in waiting {
            one.await.unwrap();
        }
        assert_eq!(*order.lock().unwrap(), [0, 1, 2]);
        assert!(start.elapsed().abs_diff(Duration::from_millis(300)) < Duration::from_millis(30));
    }
}
