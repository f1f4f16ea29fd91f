//! Lets calls to the payment provider through one after another, so many a second.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::domain::payment_account::AccountName;

/// Accounts that are kept apart at once; with more, those beyond share one queue.
const ACCOUNTS_MAX: usize = 10_000;

/// One queue for each account of the provider, which counts per account: the sale of one shop must
/// not slow another's.
///
/// Several nodes call for the same accounts, and the provider counts what they do together. Each
/// goes at its part of the pace, so that nothing has to be agreed upon between them for every call.
#[derive(Debug)]
pub(crate) struct TurnsByAccount {
    queues: std::sync::Mutex<HashMap<AccountName, Arc<Turns>>>,
    /// Of the accounts for which there is no room.
    shared: Arc<Turns>,
    per_second: u32,
    burst: u32,
    accounts_max: usize,
}

impl TurnsByAccount {
    /// Lets `per_second` through a second for each account, and after a rest up to `burst` at once.
    pub fn new(per_second: u32, burst: u32) -> Self {
        let shared = Arc::new(Turns::new(per_second, burst));
        Self { queues: std::sync::Mutex::default(), shared, per_second, burst, accounts_max: ACCOUNTS_MAX }
    }

    /// The queue of an account.
    pub fn of(&self, account: AccountName) -> Arc<Turns> {
        let mut queues = self.queues.lock().unwrap_or_else(PoisonError::into_inner);
        if queues.len() >= self.accounts_max && !queues.contains_key(&account) {
            queues.retain(|_, turns| Arc::strong_count(turns) > 1 || !turns.is_rested());
        }
        if queues.len() >= self.accounts_max && !queues.contains_key(&account) {
            return Arc::clone(&self.shared);
        }
        let turns =
            queues.entry(account).or_insert_with(|| Arc::new(Turns::new(self.per_second, self.burst)));
        Arc::clone(turns)
    }
}

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

    /// Waits for the own turn where `nodes` share the pace; whoever stops waiting gives it to the
    /// next one.
    pub async fn wait(&self, nodes: u32) {
        let nodes = nodes.max(1);
        let mut next = self.next.lock().await;
        let rested = self.rested_since(nodes);
        let turn = next.unwrap_or(rested).max(rested);
        tokio::time::sleep_until(turn).await;
        *next = Some(turn + self.interval * nodes);
    }

    /// Whether it stands as a new one would.
    fn is_rested(&self) -> bool {
        self.next.try_lock().is_ok_and(|next| next.is_none_or(|next| next <= self.rested_since(1)))
    }

    /// Whoever could have gone at this time or earlier finds the node's part of a burst whole.
    fn rested_since(&self, nodes: u32) -> Instant {
        let now = Instant::now();
        let burst = (self.burst / nodes).max(1);
        now.checked_sub(self.interval * nodes * (burst - 1)).unwrap_or(now)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::domain::payment_account::KeyMode;

    fn account(n: u128) -> AccountName {
        AccountName::Shop(Uuid::from_u128(n).into(), KeyMode::Test)
    }

    #[tokio::test(start_paused = true)]
    async fn accounts_do_not_wait_for_one_another() {
        let turns = TurnsByAccount::new(1, 1);
        let start = Instant::now();
        for n in 0..100 {
            turns.of(account(n)).wait(1).await;
        }
        turns.of(AccountName::Installation).wait(1).await;
        assert_eq!(start.elapsed(), Duration::ZERO);
        turns.of(account(0)).wait(1).await;
        assert!(start.elapsed() >= Duration::from_secs(1));
    }

    #[tokio::test(start_paused = true)]
    async fn accounts_that_rest_make_room_and_the_others_share() {
        let turns = TurnsByAccount { accounts_max: 2, ..TurnsByAccount::new(1, 1) };
        turns.of(account(0)).wait(1).await;
        turns.of(account(1)).wait(1).await;
        assert!(Arc::ptr_eq(&turns.of(account(2)), &turns.shared));
        tokio::time::sleep(Duration::from_secs(2)).await;
        assert!(!Arc::ptr_eq(&turns.of(account(2)), &turns.shared));
        assert_eq!(turns.queues.lock().unwrap().len(), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn a_burst_passes_then_so_many_a_second() {
        let turns = Turns::new(20, 5);
        let start = Instant::now();
        for _ in 0..5 {
            turns.wait(1).await;
        }
        assert_eq!(start.elapsed(), Duration::ZERO);
        for _ in 0..100 {
            turns.wait(1).await;
        }
        assert!(start.elapsed().abs_diff(Duration::from_secs(5)) < Duration::from_millis(150));
        tokio::time::sleep(Duration::from_mins(1)).await;
        let rested = Instant::now();
        for _ in 0..5 {
            turns.wait(1).await;
        }
        assert!(rested.elapsed() < Duration::from_millis(5));
    }

    #[tokio::test(start_paused = true)]
    async fn nodes_together_keep_the_pace_of_one() {
        let nodes: Vec<_> = (0..3).map(|_| Turns::new(20, 5)).collect();
        let start = Instant::now();
        let mut passed = 0;
        while start.elapsed() < Duration::from_secs(9) {
            for turns in &nodes {
                passed += u32::from(tokio::time::timeout(Duration::ZERO, turns.wait(3)).await.is_ok());
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        assert!((180..=185).contains(&passed), "{passed} calls in 9 s, and a burst");
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_came_first_goes_first_and_who_leaves_costs_nothing() {
        let turns = Arc::new(Turns::new(10, 1));
        turns.wait(1).await;
        let start = Instant::now();
        let leaver = tokio::time::timeout(Duration::from_millis(10), turns.wait(1)).await;
        assert!(leaver.is_err());
        let order = Arc::new(std::sync::Mutex::new(Vec::new()));
        let mut waiting = Vec::new();
        for n in 0..3 {
            let (turns, order) = (turns.clone(), order.clone());
            waiting.push(tokio::spawn(async move {
                turns.wait(1).await;
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
