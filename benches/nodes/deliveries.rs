//! How much two nodes deliver against one, each with one hub thread on a core of its own.

use std::io::Write;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::{Duration, Instant};

use crate::crowd::{LooksAt, Tally};
use crate::measure::{percentile, stay_on};
use crate::peer::Peer;
use crate::servers::Nats;
use crate::{JOINS_PER_SEC, REST, Size};

/// Messages that were handed over and that not all viewers have.
const OUTSTANDING: u32 = 400;

/// What came of it.
struct Outcome {
    per_sec: f64,
    cpu_us: f64,
    bytes: f64,
    p99: Duration,
    wrong: u64,
}

pub fn run(size: Size, database: &str, nats: &Nats) {
    println!(
        "\nas much as goes through, {} viewers a node, {OUTSTANDING} messages outstanding",
        size.viewers
    );
    println!(
        "{:<34}{:>16}{:>8}{:>18}{:>18}{:>9}{:>12}",
        "", "M deliveries/s", "ratio", "CPU µs a delivery", "ratio by CPU", "p99 ms", "bytes each"
    );
    let mut one = measure(size, database, nats, &["0"]);
    // The viewers of two nodes need both cores, which are the nodes' too.
    let two = measure(size, database, nats, &["0", "1"]);
    let again = measure(size, database, nats, &["0"]);
    if again.per_sec > one.per_sec {
        one = again;
    }
    for (name, nodes, outcome) in [("one node", 1.0, &one), ("two nodes, by NATS", 2.0, &two)] {
        let Outcome { per_sec, cpu_us, bytes, p99, wrong } = outcome;
        let faults = if *wrong > 0 { format!("   {wrong} out of order") } else { String::new() };
        println!(
            "{name:<34}{:>16.2}{:>8.2}{cpu_us:>18.3}{:>18.2}{:>9.1}{bytes:>12.0}{faults}",
            per_sec / 1e6,
            per_sec / one.per_sec,
            nodes * one.cpu_us / cpu_us,
            p99.as_secs_f64() * 1e3
        );
    }
    println!("the ratio by CPU is what two nodes deliver that have a machine each");
}

fn measure(size: Size, database: &str, nats: &Nats, cores: &[&str]) -> Outcome {
    stay_on(if cores.len() == 1 { "1" } else { "0,1" });
    let mut peers: Vec<Peer> = cores.iter().map(|core| Peer::start(core, database, &nats.url())).collect();
    for peer in &mut peers {
        peer.crowd.join(size.viewers, JOINS_PER_SEC);
        peer.crowd.looks_at = LooksAt::Sample;
        peer.crowd.watch(REST, |_| false);
        peer.crowd.tally = Tally::default();
    }
    let (cpu, began) = (peers.iter().map(Peer::cpu).sum::<Duration>(), Instant::now());
    peers[0].say(&format!("keep {OUTSTANDING} {}", size.secs));
    watch(&mut peers, Duration::from_secs(size.secs.into()));
    let secs = began.elapsed().as_secs_f64();
    let cpu = peers.iter().map(Peer::cpu).sum::<Duration>().saturating_sub(cpu);
    peers[0].published();
    stay_on("0,1");
    let deliveries: u64 = peers.iter().map(|peer| peer.crowd.tally.deliveries).sum();
    let bytes: u64 = peers.iter().map(|peer| peer.crowd.tally.bytes).sum();
    let mut latencies: Vec<u32> =
        peers.iter().flat_map(|peer| peer.crowd.tally.latencies.iter().copied()).collect();
    Outcome {
        per_sec: deliveries as f64 / secs,
        cpu_us: cpu.as_secs_f64() * 1e6 / deliveries as f64,
        bytes: bytes as f64 / deliveries as f64,
        p99: percentile(&mut latencies, 99.0),
        wrong: peers.iter().map(|peer| peer.crowd.tally.wrong + peer.crowd.tally.closed).sum(),
    }
}

/// Reads for all viewers, those of each node in a thread of its own, and acknowledges what all have.
fn watch(peers: &mut [Peer], time: Duration) {
    let places: Vec<AtomicI64> = peers.iter().map(|peer| AtomicI64::new(peer.base)).collect();
    let is_over = AtomicBool::new(false);
    let base = peers[0].base;
    let (first, others) = peers.split_first_mut().expect("one node at least");
    std::thread::scope(|scope| {
        for (peer, place) in others.iter_mut().zip(&places[1..]) {
            let is_over = &is_over;
            scope.spawn(move || {
                peer.crowd.watch(time * 2, |crowd| {
                    place.store(crowd.slowest(), Ordering::Relaxed);
                    is_over.load(Ordering::Relaxed)
                });
            });
        }
        let (input, mut told) = (&mut first.input, base);
        first.crowd.watch(time, |crowd| {
            places[0].store(crowd.slowest(), Ordering::Relaxed);
            let slowest = places.iter().map(|place| place.load(Ordering::Relaxed)).min().unwrap_or(base);
            if slowest > told {
                told = slowest;
                let _ = writeln!(input, "ack {}", slowest - base);
            }
            false
        });
        is_over.store(true, Ordering::Relaxed);
    });
}
