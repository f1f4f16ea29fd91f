//! Everybody comes at once: what it costs, and what those who are inside notice.

use crate::crowd::{LooksAt, Tally};
use crate::parts::{JOINS_PER_SEC, Peer, REST, millis};

/// Viewers who stay while the others come back; their times are looked at.
const STAYING: usize = 100;
/// More than any server takes: as many as it lets in.
const AT_ONCE: usize = 100_000;

/// All come for the first time, then come back where they were: as fast as they are let in, then at
/// the pace of a crowd after a restart, then while the chat goes on.
pub fn run(viewers: usize) {
    println!("\n{viewers} viewers come");
    println!(
        "{:<26}{:>14}{:>18}{:>18}{:>14}{:>14}",
        "", "CPU µs a join", "handshake p50 ms", "handshake p99 ms", "chat p99 ms", "resumed"
    );
    for kind in ["vetrina", "axum"] {
        let mut peer = Peer::start(kind);
        peer.crowd.join(STAYING, JOINS_PER_SEC);
        peer.crowd.watch(REST, |_| false);
        come(&mut peer, viewers, AT_ONCE, &format!("{kind}: anew, at once"));
        cut(&mut peer);
        come(&mut peer, viewers, AT_ONCE, "back, at once");
        cut(&mut peer);
        come(&mut peer, viewers, JOINS_PER_SEC, &format!("back, {JOINS_PER_SEC} a second"));
        cut(&mut peer);
        peer.crowd.looks_at = LooksAt::First(STAYING);
        let secs = viewers / JOINS_PER_SEC + 3;
        peer.say(&format!("rate 20 {secs}"));
        come(&mut peer, viewers, JOINS_PER_SEC, "the same, chat at 20/s");
        peer.published();
    }
}

fn cut(peer: &mut Peer) {
    peer.crowd.cut(STAYING);
    peer.crowd.watch(REST, |_| false);
}

fn come(peer: &mut Peer, viewers: usize, per_sec: usize, what: &str) {
    let span = peer.begin();
    peer.crowd.join(viewers, per_sec);
    let each = peer.since(&span).0.as_secs_f64() * 1e6 / viewers as f64;
    let tally = &mut peer.crowd.tally;
    let (p50, p99) = (millis(&mut tally.handshakes, 50.0), millis(&mut tally.handshakes, 99.0));
    println!("{what:<26}{each:>14.1}{p50:>18.1}{p99:>18.1}{:>14.0}{:>14}", chat(tally), tally.resumed);
}

fn chat(tally: &mut Tally) -> f64 {
    millis(&mut tally.latencies, 99.0)
}
