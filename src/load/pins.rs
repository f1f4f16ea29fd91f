//! The host of a run: pins products at fixed times and knows which event is which pin.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::plan::Plan;
use super::target::Api;

/// Pins on their way at once; later ones wait, and their latency counts all the same.
const OUTSTANDING_MAX: usize = 64;

/// When each pin was meant to be made.
#[derive(Debug, Default)]
pub struct PinBoard(Mutex<Board>);

#[derive(Debug, Default)]
struct Board {
    /// Pins of each product that no event has told of.
    waiting: HashMap<String, VecDeque<Pin>>,
    /// What each `seq` turned out to be; `None` for somebody else's pin.
    seen: BTreeMap<i64, Option<Instant>>,
}

#[derive(Clone, Copy, Debug)]
struct Pin {
    number: u64,
    intended: Instant,
}

impl PinBoard {
    /// Notes a pin before it is sent.
    pub fn expect(&self, product: &str, number: u64, intended: Instant) {
        self.lock().waiting.entry(product.to_owned()).or_default().push_back(Pin { number, intended });
    }

    /// Takes a pin back that the server refused.
    pub fn forget(&self, product: &str, number: u64) {
        if let Some(waiting) = self.lock().waiting.get_mut(product) {
            waiting.retain(|pin| pin.number != number);
        }
    }

    /// When the pin behind an event was meant to be made; `None` for somebody else's.
    pub fn intended(&self, seq: i64, product: &str) -> Option<Instant> {
        let mut board = self.lock();
        let Board { waiting, seen } = &mut *board;
        let first = || waiting.get_mut(product).and_then(VecDeque::pop_front).map(|pin| pin.intended);
        *seen.entry(seq).or_insert_with(first)
    }

    /// Pins of this run of which at least one viewer has heard.
    #[must_use]
    pub fn seen(&self) -> usize {
        self.lock().seen.values().flatten().count()
    }

    fn lock(&self) -> MutexGuard<'_, Board> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What became of the pins.
#[derive(Clone, Copy, Debug, Default)]
pub struct PinCount {
    /// Sent to the server.
    pub sent: u64,
    /// Not taken by it.
    pub failed: u64,
}

/// Pins the products in turn, `per_sec` times a second from `begin` to `end`.
///
/// The times are fixed beforehand: a late answer delays no later pin.
pub async fn pin(
    plan: Arc<Plan>,
    api: Api,
    products: Vec<String>,
    per_sec: f64,
    (begin, end): (Instant, Instant),
    stop: CancellationToken,
) -> PinCount {
    let outstanding = Arc::new(Semaphore::new(OUTSTANDING_MAX));
    let mut requests = JoinSet::new();
    let mut count = PinCount::default();
    for (number, product) in (0_u32..).zip(products.iter().cycle()) {
        let intended = begin + Duration::from_secs_f64(f64::from(number) / per_sec);
        if intended >= end {
            break;
        }
        tokio::select! {
            () = tokio::time::sleep_until(intended.into()) => {}
            () = stop.cancelled() => break,
        }
        let permit = Arc::clone(&outstanding).acquire_owned().await.expect("nobody closes it");
        count.sent += 1;
        plan.pins.expect(product, number.into(), intended);
        let (plan, api, product) = (Arc::clone(&plan), api.clone(), product.clone());
        requests.spawn(async move {
            let is_taken = api.feature(&product).await.is_ok();
            if !is_taken {
                plan.pins.forget(&product, number.into());
            }
            drop(permit);
            is_taken
        });
    }
    while let Some(done) = requests.join_next().await {
        count.failed += u64::from(!done.is_ok_and(|is_taken| is_taken));
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_matched_with_pins_in_the_order_of_the_log() {
        let (board, begin) = (PinBoard::default(), Instant::now());
        let at = |ms| begin + Duration::from_millis(ms);
        assert_eq!(board.intended(1, "a"), None, "somebody else's");
        for (number, product) in [(0, "a"), (1, "b"), (2, "a")] {
            board.expect(product, number, at(number));
        }
        assert_eq!(board.intended(2, "a"), Some(at(0)));
        assert_eq!(board.intended(2, "a"), Some(at(0)), "the next viewer");
        board.forget("a", 2);
        assert_eq!(board.intended(4, "a"), None, "it was refused");
        assert_eq!(board.intended(3, "b"), Some(at(1)));
        assert_eq!(board.seen(), 2);
    }
}
