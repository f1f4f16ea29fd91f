//! The servers that are measured, each in a process of its own.
//!
//! A peer prints `ready PORT BASE MANNER`, where `BASE` is the number before its first message, and then does what it is told, line by line:
//! `rate PER_SEC SECS BYTES` publishes at fixed times, `keep OUTSTANDING SECS` as fast as the viewers
//! acknowledge with `ack SEQ`, `pins PER_SEC SECS` publishes what does not wait. Each answers `done SEQ`.

mod axum_chat;
mod bare;
mod vetrina_server;

use std::io::{BufRead, Write, stdin};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use vetrina::limits::Pacing;

use super::measure;

/// Text of a chat message in the measured events, which makes them about 250 bytes.
pub const TEXT_BYTES: usize = 24;

/// Puts messages on the way to all viewers of a peer.
pub trait Publisher: Send + Sync {
    /// Publishes a message with this number and a text that begins with the time.
    fn publish(&self, seq: i64, text_bytes: usize, is_pin: bool);
}

/// Runs a peer until its input ends.
pub fn run(kind: &str) {
    measure::stay_on("0");
    match kind {
        "vetrina" => vetrina_server::run(Pacing::default()),
        // Each event leaves by itself as soon as it can.
        "vetrina-0" => vetrina_server::run(Pacing::up_to(Duration::ZERO)),
        "axum" => axum_chat::run(),
        kind => bare::run(kind),
    }
}

/// The event as Vetrina puts it on the wire, so that all peers send the same bytes.
pub fn event_json(seq: i64, text_bytes: usize) -> String {
    let text = super::node::stamp(text_bytes);
    format!(
        r#"{{"t":"events","events":[{{"seq":{seq},"at":"2027-01-15T08:00:00.000Z","type":"chat.sent","data":{{"message_id":"0193a0a0-0000-7000-8000-{seq:012}","author":{{"id":"0193a0a0-0000-7000-8000-000000000001","name":"Marta","badge":null}},"text":"{text}"}}}}]}}"#
    )
}

/// Tells the viewers' process where the peer is, and obeys it until it goes away.
pub fn obey(port: u16, base: i64, manner: &str, publisher: &Arc<dyn Publisher>) {
    println!("ready {port} {base} {manner}");
    let acknowledged = Arc::new((Mutex::new(0_i64), Condvar::new()));
    let published = Arc::new(Mutex::new(0_i64));
    for line in stdin().lock().lines() {
        let line = line.expect("the viewers' process speaks text");
        let words: Vec<&str> = line.split(' ').collect();
        let number = |at: usize| words[at].parse::<u32>().expect("a number");
        match words[0] {
            "ack" => {
                let (seq, changed) = &*acknowledged;
                *seq.lock().expect("unpoisoned") = words[1].parse().expect("a number");
                changed.notify_one();
            }
            "quit" => return,
            kind => {
                let is_keep = kind == "keep";
                let is_pin = kind == "pins";
                let (amount, secs) = (number(1), number(2));
                let text_bytes = words.get(3).map_or(TEXT_BYTES, |_| number(3) as usize);
                let (publisher, acknowledged) = (Arc::clone(publisher), Arc::clone(&acknowledged));
                let published = Arc::clone(&published);
                std::thread::spawn(move || {
                    let publish = || {
                        let mut seq = published.lock().expect("unpoisoned");
                        *seq += 1;
                        publisher.publish(*seq, text_bytes, is_pin);
                        *seq
                    };
                    if is_keep {
                        keep(amount, secs, &acknowledged, publish);
                    } else {
                        at_rate(amount, secs, publish);
                    }
                    println!("done {}", *published.lock().expect("unpoisoned"));
                    let _ = std::io::stdout().flush();
                });
            }
        }
    }
}

fn at_rate(per_sec: u32, secs: u32, publish: impl Fn() -> i64) {
    let start = Instant::now();
    for count in 0..per_sec * secs {
        let at = start + Duration::from_secs(1) * count / per_sec;
        std::thread::sleep(at.saturating_duration_since(Instant::now()));
        publish();
    }
}

fn keep(outstanding: u32, secs: u32, acknowledged: &(Mutex<i64>, Condvar), publish: impl Fn() -> i64) {
    let end = Instant::now() + Duration::from_secs(secs.into());
    let mut last = 0;
    while Instant::now() < end {
        let (seq, changed) = acknowledged;
        let seq = seq.lock().expect("unpoisoned");
        let wait = changed
            .wait_timeout_while(seq, Duration::from_millis(100), |seq| last - *seq >= i64::from(outstanding));
        let room = i64::from(outstanding) - (last - *wait.expect("unpoisoned").0);
        for _ in 0..room {
            last = publish();
        }
    }
}
