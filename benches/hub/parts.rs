//! What is measured, and the table that comes of it.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use crate::crowd::{Crowd, LooksAt, Manner, Tally};
use crate::measure::{cpu, memory, percentile};
use crate::storm;

/// How long a peer rests before its memory and its idle CPU are looked at.
pub const REST: Duration = Duration::from_secs(3);
/// A whole period of pings.
const IDLE: Duration = Duration::from_secs(25);
/// Joins a second, as fast as a crowd of ten thousand comes back after a restart.
pub const JOINS_PER_SEC: usize = 2_000;

/// Runs the chosen parts; all when none is chosen.
pub fn run(chosen: &[String]) {
    let viewers = std::env::var("VIEWERS").ok().and_then(|v| v.parse().ok()).unwrap_or(10_000_usize);
    let is_chosen = |part: &str| chosen.is_empty() || chosen.iter().any(|name| name == part);
    if is_chosen("idle") {
        idle(viewers);
    }
    if is_chosen("rate") {
        rate(viewers, 5, 20, &["bare", "vetrina", "axum"]);
    }
    if is_chosen("busy") {
        rate(viewers.min(1_000), 100, 15, &["bare", "bare-50", "vetrina-0", "vetrina", "axum"]);
    }
    if is_chosen("sustained") {
        sustained(viewers.min(1_000), 400);
        sustained(viewers, 40);
    }
    if is_chosen("pins") {
        pins(viewers);
    }
    if is_chosen("stalled") {
        stalled();
    }
    if is_chosen("storm") {
        storm::run(viewers);
    }
}

/// A server under measurement and its viewers.
pub struct Peer {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    pub crowd: Crowd,
    /// The number before its first message.
    base: i64,
}

/// What happened between two looks.
pub struct Span {
    began: Instant,
    cpu: Duration,
}

impl Peer {
    pub fn start(kind: &str) -> Self {
        let binary = std::env::current_exe().expect("this program has a path");
        let mut child = Command::new(binary)
            .args(["peer", kind])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("a peer starts");
        let input = child.stdin.take().expect("piped");
        let mut output = BufReader::new(child.stdout.take().expect("piped"));
        let mut line = String::new();
        output.read_line(&mut line).expect("the peer says where it is");
        let words: Vec<&str> = line.split_whitespace().collect();
        let port: u16 = words[1].parse().expect("a port");
        let base = words[2].parse().expect("a number");
        let manner = match words[3..] {
            [path, tokens] => {
                let tokens = std::fs::read_to_string(tokens).expect("the peer made tokens");
                Manner::Hello(path.to_owned(), tokens.lines().map(str::to_owned).collect())
            }
            ["none"] => Manner::Silent,
            [path] => Manner::Upgrade(path.to_owned()),
            _ => panic!("the peer said {line:?}"),
        };
        Self { child, input, output, crowd: Crowd::new(([127, 0, 0, 1], port).into(), manner), base }
    }

    pub fn say(&mut self, words: &str) {
        writeln!(self.input, "{words}").expect("the peer listens");
    }

    /// The last message that was published.
    pub fn published(&mut self) -> i64 {
        let mut line = String::new();
        self.output.read_line(&mut line).expect("the peer answers");
        line.trim().strip_prefix("done ").and_then(|seq| seq.parse().ok()).expect("a number")
    }

    fn cpu(&self) -> Duration {
        cpu(self.child.id())
    }

    fn memory(&self) -> u64 {
        memory(self.child.id())
    }

    pub fn begin(&mut self) -> Span {
        self.crowd.tally = Tally::default();
        Span { began: Instant::now(), cpu: self.cpu() }
    }

    /// CPU and time since the beginning.
    pub fn since(&self, span: &Span) -> (Duration, Duration) {
        (self.cpu().saturating_sub(span.cpu), span.began.elapsed())
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = writeln!(self.input, "quit");
        let _ = self.child.wait();
    }
}

fn idle(viewers: usize) {
    println!("\n{viewers} idle viewers");
    println!("{:<12}{:>14}{:>14}", "", "KiB each", "CPU % idle");
    for kind in ["bare", "vetrina", "axum"] {
        let mut peer = Peer::start(kind);
        // The first few bring what is there once for all.
        peer.crowd.join(100, JOINS_PER_SEC);
        peer.crowd.watch(REST, |_| false);
        let before = peer.memory();
        peer.crowd.join(viewers, JOINS_PER_SEC);
        peer.crowd.watch(REST, |_| false);
        let each = peer.memory().saturating_sub(before) as f64 / viewers as f64 / 1024.0;
        let span = peer.begin();
        peer.crowd.watch(IDLE, |_| false);
        let (cpu, time) = peer.since(&span);
        let share = cpu.as_secs_f64() / time.as_secs_f64() * 100.0;
        println!("{kind:<12}{each:>14.2}{share:>14.2}");
    }
}

fn rate(viewers: usize, per_sec: u32, secs: u32, kinds: &[&str]) {
    println!("\n{viewers} viewers, {per_sec} messages/s");
    println!(
        "{:<12}{:>16}{:>10}{:>12}{:>10}{:>10}",
        "", "µs a delivery", "ratio", "% of a core", "p50 ms", "p99 ms"
    );
    let mut floor = None;
    for kind in kinds {
        let mut peer = Peer::start(kind);
        peer.crowd.join(viewers, JOINS_PER_SEC);
        peer.crowd.looks_at = LooksAt::All;
        peer.crowd.watch(REST, |_| false);
        let span = peer.begin();
        peer.say(&format!("rate {per_sec} {secs}"));
        let expected = u64::from(per_sec * secs) * viewers as u64;
        let limit = Duration::from_secs(u64::from(secs) + 10);
        peer.crowd.watch(limit, |crowd| crowd.tally.deliveries >= expected);
        let (cpu, time) = peer.since(&span);
        peer.published();
        let tally = &mut peer.crowd.tally;
        let each = cpu.as_secs_f64() * 1e6 / tally.deliveries as f64;
        let ratio = each / *floor.get_or_insert(each);
        let share = cpu.as_secs_f64() / time.as_secs_f64() * 100.0;
        let (p50, p99) = (millis(&mut tally.latencies, 50.0), millis(&mut tally.latencies, 99.0));
        println!(
            "{kind:<12}{each:>16.2}{ratio:>10.2}{share:>12.1}{p50:>10.1}{p99:>10.1}{}",
            faults(tally, expected)
        );
    }
}

fn sustained(viewers: usize, outstanding: u32) {
    println!("\n{viewers} viewers, {outstanding} messages outstanding");
    println!("{:<12}{:>16}{:>10}{:>12}{:>10}", "", "M deliveries/s", "ratio", "% of a core", "p99 ms");
    let mut floor = None;
    for kind in ["bare-50", "bare", "vetrina-0", "vetrina", "axum"] {
        let mut peer = Peer::start(kind);
        peer.crowd.join(viewers, JOINS_PER_SEC);
        peer.crowd.looks_at = LooksAt::Sample;
        peer.crowd.watch(REST, |_| false);
        let base = peer.base;
        let span = peer.begin();
        peer.say(&format!("keep {outstanding} 10"));
        let (input, mut told) = (&mut peer.input, base);
        peer.crowd.watch(Duration::from_secs(10), |crowd| {
            let slowest = crowd.slowest();
            if slowest > told {
                told = slowest;
                let _ = writeln!(input, "ack {}", slowest - base);
            }
            false
        });
        let (cpu, time) = peer.since(&span);
        let tally = &mut peer.crowd.tally;
        let per_sec = tally.deliveries as f64 / time.as_secs_f64() / 1e6;
        let ratio = per_sec / *floor.get_or_insert(per_sec);
        let share = cpu.as_secs_f64() / time.as_secs_f64() * 100.0;
        let p99 = millis(&mut tally.latencies, 99.0);
        println!("{kind:<12}{per_sec:>16.2}{ratio:>10.2}{share:>12.1}{p99:>10.1}{}", faults(tally, 0));
    }
}

fn pins(viewers: usize) {
    println!("\n{viewers} viewers, chat at 20 messages/s, one pin a second");
    println!("{:<12}{:>14}{:>14}{:>14}{:>12}", "", "pin p50 ms", "pin p99 ms", "chat p99 ms", "% of a core");
    let mut peer = Peer::start("vetrina");
    peer.crowd.join(viewers, JOINS_PER_SEC);
    peer.crowd.watch(REST, |_| false);
    let span = peer.begin();
    peer.say("rate 20 20");
    peer.say("pins 1 20");
    peer.crowd.watch(Duration::from_secs(22), |_| false);
    let (cpu, time) = peer.since(&span);
    let tally = &mut peer.crowd.tally;
    let (p50, p99) = (millis(&mut tally.pin_latencies, 50.0), millis(&mut tally.pin_latencies, 99.0));
    let chat = millis(&mut tally.latencies, 99.0);
    let share = cpu.as_secs_f64() / time.as_secs_f64() * 100.0;
    println!(
        "{:<12}{p50:>14.1}{p99:>14.1}{chat:>14.1}{share:>12.1}{}",
        "vetrina",
        faults(tally, 420 * viewers as u64)
    );
}

fn stalled() {
    println!("\n300 viewers, 8 kB 100 times/s for 10 s, of which those who come back are owed 8 MB");
    println!("{:<22}{:>14}{:>16}{:>16}", "", "more MiB", "p99 ms before", "p99 ms during");
    for kind in ["bare", "vetrina", "axum"] {
        for count in [0, 100] {
            let mut peer = Peer::start(kind);
            peer.crowd.join(300, JOINS_PER_SEC);
            peer.crowd.watch(REST, |_| false);
            peer.begin();
            peer.say("rate 100 5 8000");
            peer.crowd.watch(Duration::from_secs(6), |_| false);
            peer.published();
            let before = millis(&mut peer.crowd.tally.latencies, 99.0);
            let memory = peer.memory();
            peer.crowd.stall(count);
            peer.begin();
            peer.say("rate 100 10 8000");
            let mut most = memory;
            let process = peer.child.id();
            peer.crowd.watch(Duration::from_secs(10), |_| {
                most = most.max(crate::measure::memory(process));
                false
            });
            peer.published();
            let more = (most - memory) as f64 / 1024.0 / 1024.0;
            let during = millis(&mut peer.crowd.tally.latencies, 99.0);
            let name = format!("{kind}, {count} stalled");
            println!("{name:<22}{more:>14.1}{before:>16.1}{during:>16.1}");
        }
    }
}

pub fn millis(micros: &mut [u32], percent: f64) -> f64 {
    percentile(micros, percent).as_secs_f64() * 1e3
}

/// Says what went wrong, if anything did.
pub fn faults(tally: &Tally, expected: u64) -> String {
    let missing = expected.saturating_sub(tally.deliveries);
    if tally.wrong + tally.closed + missing == 0 {
        return String::new();
    }
    format!("   {missing} missing, {} out of order, {} closed", tally.wrong, tally.closed)
}
