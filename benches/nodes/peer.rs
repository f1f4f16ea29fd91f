//! One node in a process of its own, and the way to it.
//!
//! A peer prints `ready PORT BASE PATH TOKENS SHOW KEY` and does what it is told, line by line:
//! `words COUNT PER_SEC EVENTS` hands over transactions of so many chat messages at fixed times,
//! `keep OUTSTANDING SECS` as many messages as the viewers acknowledge with `ack SEQ`. Each answers
//! `done SEQ`.

use std::io::{BufRead, BufReader, Write, stdin};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use vetrina::domain::member::Permission;
use vetrina::limits::Pacing;

use crate::crowd::{Crowd, Manner};
use crate::measure;
use crate::node::Node;

/// Text of a chat message in the measured events, which makes them about 250 bytes.
const TEXT_BYTES: usize = 24;
/// Messages of one transaction, as the chat writer has it.
const GROUP_MAX: i64 = 256;

/// A node and its viewers.
pub struct Peer {
    child: Child,
    pub input: ChildStdin,
    output: BufReader<ChildStdout>,
    pub crowd: Crowd,
    pub port: u16,
    /// The number before its first message.
    pub base: i64,
    pub show: String,
    /// Of a member.
    pub key: String,
}

impl Peer {
    /// Starts a node on these cores (`0` or `0,1`).
    pub fn start(cores: &str, database: &str, nats: &str) -> Self {
        let binary = std::env::current_exe().expect("this program has a path");
        let mut child = Command::new(binary)
            .args(["peer", cores, database, nats])
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
        let ["ready", port, base, path, tokens, show, key] = words[..] else {
            panic!("the peer said {line:?}")
        };
        let tokens = std::fs::read_to_string(tokens).expect("the peer made tokens");
        let manner = Manner::Hello(path.to_owned(), tokens.lines().map(str::to_owned).collect());
        let port = port.parse().expect("a port");
        let crowd = Crowd::new(([127, 0, 0, 1], port).into(), manner);
        let base = base.parse().expect("a number");
        Self { child, input, output, crowd, port, base, show: show.to_owned(), key: key.to_owned() }
    }

    pub fn say(&mut self, words: &str) {
        writeln!(self.input, "{words}").expect("the peer listens");
    }

    /// Waits until it has handed over what it was told to; the last message.
    pub fn published(&mut self) -> i64 {
        let mut line = String::new();
        self.output.read_line(&mut line).expect("the peer answers");
        line.trim().strip_prefix("done ").and_then(|seq| seq.parse().ok()).expect("a number")
    }

    pub fn cpu(&self) -> Duration {
        measure::cpu(self.child.id())
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = writeln!(self.input, "quit");
        let _ = self.child.wait();
    }
}

/// Runs a peer until its input ends.
pub fn run(arguments: &[String]) {
    let [cores, database, nats] = arguments else { panic!("which cores, database and NATS") };
    measure::stay_on(cores);
    let options = ["--database-url", database, "--nats-url", nats];
    let node = Arc::new(Node::start(&options, Pacing::default()));
    let key = node.app.create_api_key(node.demo.shop, "bench", Permission::ALL);
    let key = node.runtime.block_on(key).expect("a key");
    let (port, base, show) = (node.address.port(), node.base, node.demo.show);
    println!("ready {port} {base} {} {show} {key}", node.manner());
    obey(&node);
    node.clear();
    // What runs beside would only be waited for.
    std::process::exit(0);
}

fn obey(node: &Arc<Node>) {
    let acknowledged = Arc::new((Mutex::new(0_i64), Condvar::new()));
    let last = Arc::new(Mutex::new(0_i64));
    for line in stdin().lock().lines() {
        let line = line.expect("the bench speaks text");
        let words: Vec<&str> = line.split(' ').collect();
        let number = |at: usize| words[at].parse::<u32>().expect("a number");
        match words[0] {
            "ack" => {
                let (seq, changed) = &*acknowledged;
                *seq.lock().expect("unpoisoned") = words[1].parse().expect("a number");
                changed.notify_one();
            }
            "words" => {
                let (count, per_sec, events) = (number(1), number(2), number(3));
                let (node, last) = (Arc::clone(node), Arc::clone(&last));
                std::thread::spawn(move || at_rate(&node, &last, count, per_sec, events));
            }
            "keep" => {
                let (outstanding, secs) = (number(1), number(2));
                let (node, last, acknowledged) =
                    (Arc::clone(node), Arc::clone(&last), Arc::clone(&acknowledged));
                std::thread::spawn(move || keep(&node, &last, &acknowledged, outstanding, secs));
            }
            _ => return,
        }
    }
}

fn publish(node: &Node, last: &Mutex<i64>, events: i64) {
    let mut last = last.lock().expect("unpoisoned");
    node.publish(*last + 1, (0..events).map(|_| node.chat(TEXT_BYTES)));
    *last += events;
}

fn at_rate(node: &Node, last: &Mutex<i64>, count: u32, per_sec: u32, events: u32) {
    let start = Instant::now();
    for number in 0..count {
        let at = start + Duration::from_secs(1) * number / per_sec;
        std::thread::sleep(at.saturating_duration_since(Instant::now()));
        publish(node, last, events.into());
    }
    done(last);
}

fn keep(node: &Node, last: &Mutex<i64>, acknowledged: &(Mutex<i64>, Condvar), outstanding: u32, secs: u32) {
    let end = Instant::now() + Duration::from_secs(secs.into());
    let mut told = 0;
    while Instant::now() < end {
        let (seq, changed) = acknowledged;
        let seq = seq.lock().expect("unpoisoned");
        let wait = changed
            .wait_timeout_while(seq, Duration::from_millis(100), |seq| told - *seq >= i64::from(outstanding));
        let room = i64::from(outstanding) - (told - *wait.expect("unpoisoned").0);
        let group = room.clamp(0, GROUP_MAX);
        if group > 0 {
            publish(node, last, group);
            told += group;
        }
    }
    done(last);
}

fn done(last: &Mutex<i64>) {
    println!("done {}", *last.lock().expect("unpoisoned"));
    let _ = std::io::stdout().flush();
}
