//! A node dies, and its viewers come back to the others, played attempt by attempt.
//!
//! Each browser waits a random part of a time that doubles with each attempt; each node lets in so many
//! a second, and a burst. Who is turned away tries again.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::coefficients::measured::JOIN;
use super::coefficients::set::{BACKOFF, BACKOFF_MAX, HANDSHAKES, HANDSHAKES_AT_ONCE};

/// How it went.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outcome {
    /// When half of the viewers were back, and all of them.
    pub half_secs: f64,
    pub all_secs: f64,
    /// Attempts of a viewer, the one that worked included.
    pub attempts: f64,
    /// Cores that handshakes take at the node that is busiest with them, in its worst second.
    pub cores: f64,
}

/// Plays it for the viewers of the node that died, over those that are left.
pub fn play(viewers: u32, nodes: u32) -> Outcome {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let mut waiting = BinaryHeap::new();
    for viewer in 0..viewers {
        waiting.push(Reverse((wait_us(0, &mut random), viewer, 0_u32)));
    }
    let mut doors = vec![Door::default(); nodes.max(1) as usize];
    let (mut back, mut attempts) = (Vec::with_capacity(viewers as usize), 0_u32);
    while let Some(Reverse((at, viewer, attempt))) = waiting.pop() {
        attempts += 1;
        let door = (random.part() * doors.len() as f64) as usize;
        if doors[door].lets_in(at) {
            back.push(at);
        } else {
            let again = at + wait_us(attempt + 1, &mut random);
            waiting.push(Reverse((again, viewer, attempt + 1)));
        }
    }
    let secs = |at: Option<&u64>| at.map_or(0.0, |at| *at as f64 / 1e6);
    let busiest = doors.iter().map(|door| door.most.max(door.second.1)).max().unwrap_or(0);
    Outcome {
        half_secs: secs(back.get(back.len() / 2)),
        all_secs: secs(back.last()),
        attempts: f64::from(attempts) / f64::from(viewers.max(1)),
        cores: f64::from(busiest) * JOIN.value / 1e6,
    }
}

/// One node's limit of new sockets, and how many came in one second.
#[derive(Clone, Debug, Default)]
struct Door {
    /// When all who came would have come at the plain rate.
    due: u64,
    second: (u64, u32),
    most: u32,
}

impl Door {
    fn lets_in(&mut self, at: u64) -> bool {
        let interval = (1e6 / HANDSHAKES.value) as u64;
        let next = self.due.max(at) + interval;
        if next - at > interval * HANDSHAKES_AT_ONCE.value as u64 {
            return false;
        }
        self.due = next;
        if self.second.0 != at / 1_000_000 {
            self.most = self.most.max(self.second.1);
            self.second = (at / 1_000_000, 0);
        }
        self.second.1 += 1;
        true
    }
}

fn wait_us(attempt: u32, random: &mut Random) -> u64 {
    let most = (BACKOFF.value * 2_f64.powi(attempt.min(20).cast_signed())).min(BACKOFF_MAX.value);
    (random.part() * most * 1e6) as u64
}

/// The same numbers each time (xorshift), so that a table stays what it is.
struct Random(u64);

impl Random {
    /// From 0 to less than 1.
    fn part(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }
}
