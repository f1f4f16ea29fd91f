//! What tests share: a server of their own, clients, and a shop to begin with.

pub mod account;
pub mod books;
pub mod database;
pub mod fleet;
pub mod frames;
pub mod http;
pub mod nats;
pub mod nats_proxy;
pub mod node;
pub mod port;
pub mod postgres;
pub mod process;
pub mod program;
pub mod raw;
pub mod sandbox;
pub mod schema;
pub mod seed;
pub mod server;
pub mod smtp;
pub mod socket;
pub mod stall;
pub mod stand_in;
pub mod stripe_account;
pub mod valve;

use std::time::Duration;

/// How long a test waits for a fact before it fails; far more than any fact takes.
pub const WITHIN: Duration = Duration::from_mins(1);

/// Waits for a fact, or fails with its name.
#[track_caller]
pub fn within<F: Future>(what: &str, fact: F) -> impl Future<Output = F::Output> {
    let place = std::panic::Location::caller();
    async move {
        let fact = tokio::time::timeout(WITHIN, fact).await;
        fact.unwrap_or_else(|_| panic!("{place}: waited too long for {what}"))
    }
}
