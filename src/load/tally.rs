//! What one engine has counted, and the part of it that others look at meanwhile.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use super::histogram::Histogram;

/// Everything an engine has counted.
#[derive(Debug, Default)]
pub struct Tally {
    /// Viewers who were in at least once.
    pub joined: u64,
    /// Viewers who are in.
    pub online: u64,
    /// Events that reached a viewer.
    pub deliveries: u64,
    /// Messages that viewers were told were left out of a crowded chat.
    pub left_out: u64,
    /// Events that a viewer never got though it got later ones.
    pub lost: u64,
    /// Events that a viewer got twice.
    pub repeated: u64,
    /// Frames of events that could not be read.
    pub unreadable: u64,
    /// Viewers who came back and were given a snapshot instead of what they had missed.
    pub snapshots: u64,
    /// Viewers who were not in at the end.
    pub away: u64,
    /// Refused requests by status and code.
    pub refusals: BTreeMap<String, u64>,
    /// Sockets that the server closed, by close code; 1006 for those that broke.
    pub closes: BTreeMap<u16, u64>,
    /// From connecting to the snapshot, of first visits.
    pub joins: Histogram,
    /// From the intended moment of a pin to a viewer.
    pub pins: Histogram,
    /// From the intended moment of a message to a viewer.
    pub chat: Histogram,
    /// How late this program itself sent its messages.
    pub lateness: Histogram,
    /// What the writers did.
    pub writing: Writing,
    /// What the cut of all connections did.
    pub storm: StormTally,
    /// What the slow readers met.
    pub slow: SlowTally,
    /// Cycles that went as they should.
    pub cycles_done: u64,
    /// Cycles that did not.
    pub cycles_failed: u64,
}

/// What writers did.
#[derive(Debug, Default)]
pub struct Writing {
    /// Writers who have a name.
    pub named: u64,
    /// Messages sent.
    pub sent: u64,
    /// Messages that the server acknowledged.
    pub acknowledged: u64,
    /// Messages for which no writer was free.
    pub unsent: u64,
    /// Refused commands by code.
    pub refused: BTreeMap<String, u64>,
}

/// What a cut of all connections did.
#[derive(Debug, Default)]
pub struct StormTally {
    /// Connections cut.
    pub cut: u64,
    /// From the cut to the frame that says that the viewer is in.
    pub back: Histogram,
    /// From connecting to that frame.
    pub handshakes: Histogram,
    /// Latencies of what was sent while the viewers came back.
    pub latency: Histogram,
}

/// What slow readers met.
#[derive(Debug, Default)]
pub struct SlowTally {
    /// Readers who stopped reading.
    pub stalled: u64,
    /// Closed with 4008 and told so.
    pub told: u64,
    /// Ended without a close code, as their buffers had no room for one.
    pub cut: u64,
    /// Still open at the end.
    pub open: u64,
}

impl Tally {
    /// Adds what another engine has counted.
    pub fn merge(&mut self, other: Self) {
        self.joined += other.joined;
        self.online += other.online;
        self.deliveries += other.deliveries;
        self.left_out += other.left_out;
        self.lost += other.lost;
        self.repeated += other.repeated;
        self.unreadable += other.unreadable;
        self.snapshots += other.snapshots;
        self.away += other.away;
        add_all(&mut self.refusals, other.refusals);
        add_all(&mut self.closes, other.closes);
        self.joins.merge(&other.joins);
        self.pins.merge(&other.pins);
        self.chat.merge(&other.chat);
        self.lateness.merge(&other.lateness);
        self.writing.merge(other.writing);
        self.storm.merge(&other.storm);
        self.slow.merge(&other.slow);
        self.cycles_done += other.cycles_done;
        self.cycles_failed += other.cycles_failed;
    }

    /// Counts an attempt that came to nothing.
    pub fn miss(&mut self, why: &str) {
        *self.refusals.entry(why.to_owned()).or_default() += 1;
    }
}

impl Writing {
    fn merge(&mut self, other: Self) {
        self.named += other.named;
        self.sent += other.sent;
        self.acknowledged += other.acknowledged;
        self.unsent += other.unsent;
        add_all(&mut self.refused, other.refused);
    }
}

impl StormTally {
    fn merge(&mut self, other: &Self) {
        self.cut += other.cut;
        self.back.merge(&other.back);
        self.handshakes.merge(&other.handshakes);
        self.latency.merge(&other.latency);
    }
}

impl SlowTally {
    fn merge(&mut self, other: &Self) {
        self.stalled += other.stalled;
        self.told += other.told;
        self.cut += other.cut;
        self.open += other.open;
    }
}

fn add_all<K: Ord>(sums: &mut BTreeMap<K, u64>, counts: BTreeMap<K, u64>) {
    for (key, count) in counts {
        *sums.entry(key).or_default() += count;
    }
}

/// What the driver looks at while an engine runs; each engine writes its own.
#[derive(Debug, Default)]
pub struct Live {
    /// See [`Tally::joined`].
    pub joined: AtomicU64,
    /// See [`Tally::online`].
    pub online: AtomicU64,
    /// See [`Tally::deliveries`].
    pub deliveries: AtomicU64,
    /// Lost and repeated events together.
    pub faults: AtomicU64,
    /// See [`Writing::named`].
    pub named: AtomicU64,
    /// See [`Writing::sent`].
    pub sent: AtomicU64,
    /// See [`SlowTally::stalled`].
    pub stalled: AtomicU64,
    /// Sockets that have not heard everything yet, once they are asked to.
    pub behind: AtomicU64,
    /// Cycles that are over, well or not.
    pub cycles: AtomicU64,
    /// Why going on makes no sense.
    fatal: Mutex<Option<String>>,
}

impl Live {
    /// Shows what was counted so far.
    pub fn publish(&self, tally: &Tally) {
        self.joined.store(tally.joined, Ordering::Relaxed);
        self.online.store(tally.online, Ordering::Relaxed);
        self.deliveries.store(tally.deliveries, Ordering::Relaxed);
        self.faults.store(tally.lost + tally.repeated, Ordering::Relaxed);
        self.named.store(tally.writing.named, Ordering::Relaxed);
        self.sent.store(tally.writing.sent, Ordering::Relaxed);
        self.stalled.store(tally.slow.stalled, Ordering::Relaxed);
        self.cycles.store(tally.cycles_done + tally.cycles_failed, Ordering::Relaxed);
    }

    /// Says why going on makes no sense; the first reason stays.
    pub fn fail(&self, reason: String) {
        self.fatal.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(reason);
    }

    /// Why going on makes no sense.
    #[must_use]
    pub fn fatal(&self) -> Option<String> {
        self.fatal.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// When the traffic of a run begins and ends.
#[derive(Clone, Copy, Debug)]
pub struct Traffic {
    /// The first message is meant to be sent now.
    pub begin: Instant,
    /// None is meant to be sent from here on.
    pub end: Instant,
}
