//! What several nodes cost and gain, as ratios against a reference measured in the same run.
//!
//! `cargo bench --bench nodes` runs all of it, `cargo bench --bench nodes -- pins chat` parts; the
//! parts are `pins`, `words`, `deliveries`, `chat`. `VETRINA_BENCH=small` is a quick look whether
//! everything still works. It starts a PostgreSQL of its own, which waits for the disk at each commit,
//! and a NATS of its own, in a temporary folder; without them it says so and leaves out what needs
//! them. Each node is a process with one hub thread; viewers are in this process. On loopback a
//! sender's CPU includes the receiver's TCP path, so only ratios carry over to other machines.

#![expect(clippy::cast_precision_loss, reason = "figures are printed with few digits")]

mod chat;
#[expect(dead_code, reason = "the bench of the hub looks at more")]
#[path = "../support/crowd.rs"]
mod crowd;
mod deliveries;
#[expect(dead_code, reason = "the bench of the hub looks at more")]
#[path = "../support/measure.rs"]
mod measure;
#[path = "../support/node.rs"]
mod node;
mod peer;
mod pins;
mod servers;
mod words;

use std::time::Duration;

use self::servers::{Nats, Postgres};

/// How long nodes and viewers rest before anything is measured.
const REST: Duration = Duration::from_secs(2);
/// Joins a second.
const JOINS_PER_SEC: usize = 1_000;

/// How much is tried.
#[derive(Clone, Copy)]
struct Size {
    /// Viewers of each node.
    viewers: usize,
    /// Pins by way of each node.
    pins: usize,
    /// How long as much as goes through is delivered.
    secs: u32,
    /// How often a measurement of chat is repeated; the best counts.
    tries: usize,
    /// Parts of the usual number of chat messages.
    chat_part: usize,
}

fn main() {
    let mut arguments = std::env::args().skip(1).filter(|argument| argument != "--bench");
    let first = arguments.next();
    if first.as_deref() == Some("peer") {
        return peer::run(&arguments.collect::<Vec<_>>());
    }
    let _ = rustls::crypto::ring::default_provider().install_default();
    let chosen: Vec<String> = first.into_iter().chain(arguments).collect();
    let is_chosen = |part: &str| chosen.is_empty() || chosen.iter().any(|name| name == part);
    let is_small = std::env::var("VETRINA_BENCH").is_ok_and(|size| size == "small");
    let size = if is_small {
        Size { viewers: 100, pins: 10, secs: 2, tries: 1, chat_part: 10 }
    } else {
        Size { viewers: 1_000, pins: 100, secs: 8, tries: 2, chat_part: 1 }
    };
    let (postgres, nats) = (Postgres::start(), Nats::start());
    match (&postgres, &nats) {
        (Some(postgres), Some(nats)) => {
            if is_chosen("pins") {
                pins::run(size, &postgres.new_database(), nats);
            }
            if is_chosen("words") {
                words::run(size, &postgres.new_database(), nats);
            }
            if is_chosen("deliveries") {
                deliveries::run(size, &postgres.new_database(), nats);
            }
        }
        _ => println!("several nodes: not measured, they need PostgreSQL and NATS"),
    }
    if is_chosen("chat") {
        chat::run(size, postgres.as_ref(), nats.as_ref());
    }
}
