//! What the nodes say to one another costs: bytes at NATS and CPU of who speaks and who listens.

use std::time::{Duration, Instant};

use crate::peer::Peer;
use crate::servers::{Nats, Traffic};
use crate::{JOINS_PER_SEC, REST, Size};

/// How long the nodes are listened to while nothing happens.
const QUIET: Duration = Duration::from_secs(5);
/// Transactions of a burst, and how many in a second.
const WORDS: u32 = 2_000;
const WORDS_PER_SEC: u32 = 500;
/// Messages of a large transaction.
const EVENTS: u32 = 50;

/// What happened meanwhile.
struct Span {
    began: Instant,
    traffic: Traffic,
    cpu: [Duration; 2],
}

/// What a span cost: bytes into NATS and out of it, and CPU of who spoke and who listened.
#[derive(Clone, Copy)]
struct Cost {
    secs: f64,
    in_bytes: f64,
    out_bytes: f64,
    cpu_us: [f64; 2],
}

pub fn run(size: Size, database: &str, nats: &Nats) {
    println!("\nwords between two nodes, one viewer at each");
    let mut speaker = Peer::start("0", database, &nats.url());
    let mut listener = Peer::start("1", database, &nats.url());
    for peer in [&mut speaker, &mut listener] {
        peer.crowd.join(1, JOINS_PER_SEC);
        peer.crowd.watch(REST, |_| false);
    }
    println!("what a new viewer is sent first: {} bytes", listener.crowd.tally.first_bytes);
    let begun = begin(nats, &speaker, &listener);
    speaker.crowd.watch(QUIET, |_| false);
    let quiet = since(&begun, nats, &speaker, &listener);
    println!(
        "a sign of life: {:.0} bytes a node and second, {:.2} and {:.2} % of a core for all that rests",
        quiet.in_bytes / quiet.secs / 2.0,
        quiet.cpu_us[0] / quiet.secs / 1e4,
        quiet.cpu_us[1] / quiet.secs / 1e4,
    );
    println!(
        "{:<34}{:>10}{:>16}{:>14}{:>14}",
        "a transaction", "bytes in", "out by 2 nodes", "speaker µs", "listener µs"
    );
    let words = WORDS / u32::try_from(size.chat_part).expect("small");
    for (events, words) in [(1, words), (EVENTS, words / 10)] {
        let begun = begin(nats, &speaker, &listener);
        let per_sec = WORDS_PER_SEC * words / (WORDS / u32::try_from(size.chat_part).expect("small"));
        speaker.say(&format!("words {words} {per_sec} {events}"));
        // A viewer that does not read is a slow one, which is another thing to measure.
        watch_both(&mut speaker, &mut listener, Duration::from_secs(1) * words / per_sec);
        let last = speaker.base + speaker.published();
        listener.crowd.watch(Duration::from_secs(10), |crowd| crowd.slowest() >= last);
        speaker.crowd.watch(Duration::from_secs(10), |crowd| crowd.slowest() >= last);
        assert!(listener.crowd.slowest() >= last, "all of it is heard");
        let cost = since(&begun, nats, &speaker, &listener).beside(quiet);
        let each = |sum: f64| sum / f64::from(words);
        println!(
            "{:<34}{:>10.0}{:>16.0}{:>14.1}{:>14.1}",
            format!("of {events} chat messages"),
            each(cost.in_bytes),
            each(cost.out_bytes),
            each(cost.cpu_us[0]),
            each(cost.cpu_us[1])
        );
    }
}

/// Reads what the viewers of both nodes are sent, for so long.
fn watch_both(speaker: &mut Peer, listener: &mut Peer, time: Duration) {
    let end = Instant::now() + time;
    while Instant::now() < end {
        for peer in [&mut *speaker, &mut *listener] {
            peer.crowd.watch(Duration::from_millis(1), |_| true);
        }
    }
}

fn begin(nats: &Nats, speaker: &Peer, listener: &Peer) -> Span {
    Span { began: Instant::now(), traffic: nats.traffic(), cpu: [speaker.cpu(), listener.cpu()] }
}

fn since(span: &Span, nats: &Nats, speaker: &Peer, listener: &Peer) -> Cost {
    let traffic = nats.traffic();
    let us = |now: Duration, before: Duration| now.saturating_sub(before).as_secs_f64() * 1e6;
    Cost {
        secs: span.began.elapsed().as_secs_f64(),
        in_bytes: (traffic.in_bytes - span.traffic.in_bytes) as f64,
        out_bytes: (traffic.out_bytes - span.traffic.out_bytes) as f64,
        cpu_us: [us(speaker.cpu(), span.cpu[0]), us(listener.cpu(), span.cpu[1])],
    }
}

impl Cost {
    /// Without what it would have cost had nothing happened.
    fn beside(self, quiet: Self) -> Self {
        let part = self.secs / quiet.secs;
        Self {
            secs: self.secs,
            in_bytes: self.in_bytes - quiet.in_bytes * part,
            out_bytes: self.out_bytes - quiet.out_bytes * part,
            cpu_us: [0, 1].map(|node| self.cpu_us[node] - quiet.cpu_us[node] * part),
        }
    }
}
