//! What a process costs, as the kernel counts it (Linux).

use std::fs;
use std::process::{Command, Stdio};
use std::time::Duration;

use vetrina::clock::Clock;

/// The time in microseconds since 1970, which is the same in all processes.
pub fn micros() -> i64 {
    Clock::system().now().timestamp_micros()
}

/// Keeps this process, or its caller's children, on one core or on several (`0,1`).
pub fn stay_on(cores: &str) {
    let pinned = Command::new("taskset")
        .args(["-cpa", cores, &std::process::id().to_string()])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    if !pinned.is_ok_and(|status| status.success()) {
        println!("taskset is missing: peers and viewers share the cores, ratios are worth less");
    }
}

/// CPU time of all threads of a process that live now.
pub fn cpu(process: u32) -> Duration {
    let tasks = fs::read_dir(format!("/proc/{process}/task")).expect("the peer runs");
    let nanos = tasks.filter_map(|task| {
        let stat = fs::read_to_string(task.ok()?.path().join("schedstat")).ok()?;
        stat.split_whitespace().next()?.parse::<u64>().ok()
    });
    Duration::from_nanos(nanos.sum())
}

/// Memory that a process holds, in bytes.
pub fn memory(process: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).expect("the peer runs");
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).expect("Linux tells it");
    let kib = line.split_whitespace().nth(1).and_then(|word| word.parse::<u64>().ok());
    kib.expect("a number of KiB") * 1024
}

/// A percentile of durations in microseconds; sorts them.
pub fn percentile(micros: &mut [u32], percent: f64) -> Duration {
    if micros.is_empty() {
        return Duration::ZERO;
    }
    micros.sort_unstable();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "an index below the length")]
    let index = ((micros.len() - 1) as f64 * percent / 100.0).round() as usize;
    Duration::from_micros(micros[index].into())
}
