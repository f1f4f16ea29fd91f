//! Random schedules of buying: clicks, payments, expiries, lost and repeated answers and webhooks,
//! outages, clocks that jump, and crashes after any statement.
//!
//! At the end of each, the provider's own ledger is held against our books: every paid session is
//! fulfilled once or was given back, the stock adds up, and nothing is stuck.
//! `VETRINA_SCHEDULES` sets how many, `VETRINA_SEED` repeats one.

mod ledger;
mod world;

use vetrina::clock::Clock;

use self::world::{Worker, World};

/// Schedules of one run, unless asked otherwise.
const SCHEDULES: u64 = 12;

/// Schedules on one database; each audit reads all of it.
const SCHEDULES_OF_A_DATABASE: usize = 25;

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().and_then(|text| text.parse().ok())
}

#[tokio::test]
async fn every_paid_session_is_fulfilled_once_or_given_back() {
    let only = number("VETRINA_SEED");
    let first = only.unwrap_or_else(|| u64::from(u32::from_le_bytes(Clock::system().random())));
    let count = if only.is_some() { 1 } else { number("VETRINA_SCHEDULES").unwrap_or(SCHEDULES) };
    println!("VETRINA_SEED={first} and the {count} after it");
    let seeds: Vec<u64> = (first..first + count).collect();
    for seeds in seeds.chunks(SCHEDULES_OF_A_DATABASE) {
        let mut world = World::open().await;
        for &seed in seeds {
            if let Err(breach) = world.play(seed, Worker::Real).await {
                panic!("VETRINA_SEED={seed}: {breach}");
            }
        }
        println!("{}", world.summary());
    }
}

/// The test of the test: a worker that frees pieces when its own timer ends, without asking the
/// provider to close the session first, is found out.
#[tokio::test]
async fn freeing_pieces_without_asking_the_provider_is_found_out() {
    let mut world = World::open().await;
    for seed in 1..=200 {
        if let Err(breach) = world.play(seed, Worker::FreesByItself).await {
            assert!(breach.contains("could still be paid"), "{breach}");
            return;
        }
    }
    panic!("200 schedules did not notice");
}
