//! A soak: connections come and go by the thousand, and the server is as small afterwards as before.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rand::Rng;
use serde::Serialize;
use tokio_util::sync::CancellationToken;

use super::error::LoadError;
use super::fleet::{Fleet, LOOK_EVERY};
use super::ground::Ground;
use super::options::SoakOptions;
use super::pins::PinBoard;
use super::plan::{Cycles, Plan};
use super::process::{Process, Usage};
use super::progress::{Progress, grouped};

/// The longest soak.
const DURATION_MAX: Duration = Duration::from_hours(1);
/// How much larger the server may be afterwards, in percent.
const GROWTH_MAX_PERCENT: u64 = 5;
/// Cycles between two looks before the first measurement, as a part of those that are asked for.
const WARM_UP_PERCENT: u64 = 50;
/// The fewest of them.
const WARM_UP_MIN: u64 = 1_000;
/// Growth between two looks at which the server has its size. Pools and caches have theirs after some
/// hundred cycles; the allocator's arenas, of which each thread has one, only after tens of thousands.
const SETTLED_PERCENT: u64 = 2;
/// Looks before the first measurement; a server that leaks never settles.
const WARM_UPS_MAX: u64 = 8;
/// Pause between two looks at its size.
const LOOK_AT_SIZE_EVERY: Duration = Duration::from_millis(200);
/// Cycles in a second of one source address; the server takes 100 requests.
const CYCLES_PER_SOURCE: f64 = 40.0;
/// How long a cycle may take beyond the pace.
const CYCLE_GRACE: Duration = Duration::from_mins(1);

/// What a soak found.
#[derive(Debug, Serialize)]
pub struct SoakReport {
    /// Address of the server.
    pub server: String,
    /// The server's process.
    pub pid: u32,
    /// Cycles that went as they should, those of the warm-up included.
    pub cycles: u64,
    /// Cycles that did not.
    pub failed: u64,
    /// Refused requests by status and code.
    pub refusals: BTreeMap<String, u64>,
    /// Seconds it took.
    pub seconds: f64,
    /// Whether somebody ended it before its time.
    pub stopped_early: bool,
    /// Memory after the warm-up.
    pub memory_bytes_start: u64,
    /// Memory at the end.
    pub memory_bytes_end: u64,
    /// Open descriptors after the warm-up.
    pub descriptors_start: u64,
    /// Open descriptors at the end.
    pub descriptors_end: u64,
}

/// Opens, greets and cuts connections, and compares the server's size.
///
/// # Errors
/// Says why there is no report.
pub async fn soak(
    options: &SoakOptions,
    program: &Path,
    stop: CancellationToken,
) -> Result<SoakReport, LoadError> {
    let warm_up = (options.cycles * WARM_UP_PERCENT / 100).max(WARM_UP_MIN);
    let secs = check(options, warm_up * WARM_UPS_MAX)?;
    let mut ground = Ground::prepare(&options.target, program, options.concurrency.into()).await?;
    let process = ground.process.ok_or(LoadError::NoProcess)?;
    let idle = process.usage().ok_or(LoadError::NoProcess)?;
    let plan = Arc::new(plan(options, &mut ground));
    let fleet = Fleet::start(&plan, &mut ground.rng)?;
    let begun = Instant::now();
    let limit = Duration::from_secs_f64(secs) + CYCLE_GRACE;
    let rest = Duration::from_secs(options.rest);
    let mut run = Soak { fleet, process, limit, rest, stop: &stop, progress: Progress::begin() };
    let (warmed_up, start) = run.warm_up(warm_up, &idle).await?;
    run.cycle(warmed_up, options.cycles).await?;
    let end = run.rest(|usage| is_back(&start, usage)).await?;
    let tally = run.fleet.finish();
    Ok(SoakReport {
        server: format!("http://{}", ground.target.host),
        pid: process.pid(),
        cycles: tally.cycles_done,
        failed: tally.cycles_failed,
        refusals: tally.refusals,
        seconds: begun.elapsed().as_secs_f64(),
        stopped_early: stop.is_cancelled(),
        memory_bytes_start: start.memory_bytes,
        memory_bytes_end: end.memory_bytes,
        descriptors_start: start.descriptors,
        descriptors_end: end.descriptors,
    })
}

/// How many seconds the cycles take.
fn check(options: &SoakOptions, warm_up: u64) -> Result<f64, LoadError> {
    if options.rate == 0.0 {
        return Err(LoadError::Options("a soak needs a --rate above 0"));
    }
    #[expect(clippy::cast_precision_loss, reason = "at most ten millions")]
    let secs = (options.cycles + warm_up) as f64 / options.rate;
    if secs > DURATION_MAX.as_secs_f64() {
        return Err(LoadError::Options("so many cycles take more than an hour at this --rate"));
    }
    Ok(secs)
}

fn plan(options: &SoakOptions, ground: &mut Ground) -> Plan {
    // As many addresses as the sockets need, or the requests.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most 10,000 a second")]
    let by_rate = (options.rate / CYCLES_PER_SOURCE).ceil() as u32 * 40;
    Plan {
        server: ground.target.address,
        host: ground.target.host.clone(),
        show: ground.show.id.clone(),
        sources: ground.sources(&options.target, options.concurrency.max(by_rate)),
        run: ground.rng.random(),
        origin: Instant::now(),
        threads: options.target.threads as usize,
        viewers: options.concurrency as usize,
        writers: 0,
        writer_pause: Duration::ZERO,
        slow: 0,
        check_every: 1,
        ramp: Duration::ZERO,
        chat_per_sec: 0.0,
        chat_chars: 0,
        storm: None,
        cycles: Some(Cycles { per_sec: options.rate }),
        pins: PinBoard::default(),
    }
}

/// Whether the server is as small as it was.
fn is_back(start: &Usage, now: &Usage) -> bool {
    let is_small = |start: u64, now: u64| now <= (start * (100 + GROWTH_MAX_PERCENT)).div_ceil(100);
    is_small(start.memory_bytes, now.memory_bytes) && is_small(start.descriptors, now.descriptors)
}

struct Soak<'a> {
    fleet: Fleet,
    process: Process,
    limit: Duration,
    rest: Duration,
    stop: &'a CancellationToken,
    progress: Progress,
}

impl Soak<'_> {
    /// Runs cycles until the server has its size; answers how many, and the size.
    async fn warm_up(&mut self, step: u64, idle: &Usage) -> Result<(u64, Usage), LoadError> {
        let (mut done, mut before) = (0, *idle);
        loop {
            self.cycle(done, step).await?;
            done += step;
            let now = self.rest(|usage| usage.descriptors <= idle.descriptors + 2).await?;
            let has_settled = now.memory_bytes * 100 <= before.memory_bytes * (100 + SETTLED_PERCENT);
            if has_settled || done >= step * WARM_UPS_MAX || self.stop.is_cancelled() {
                return Ok((done, now));
            }
            before = now;
        }
    }

    /// Runs so many more cycles to their end.
    async fn cycle(&mut self, done: u64, count: u64) -> Result<(), LoadError> {
        self.fleet.cycle(count);
        let deadline = Instant::now() + self.limit;
        let mut looks = tokio::time::interval(LOOK_EVERY);
        while self.fleet.sum(|live| &live.cycles) < done + count && !self.stop.is_cancelled() {
            looks.tick().await;
            self.fleet.check()?;
            if Instant::now() >= deadline {
                return Err(LoadError::Fatal(
                    "the server is too slow for this pace; lower --rate".to_owned(),
                ));
            }
            let Self { fleet, process, .. } = self;
            self.progress.line(|| {
                let usage = process.usage().unwrap_or_default();
                let (cycles, mib) = (fleet.sum(|live| &live.cycles), usage.memory_bytes / 1_024 / 1_024);
                format!("{} cycles; the server has {mib} MiB, {} files", grouped(cycles), usage.descriptors)
            });
        }
        Ok(())
    }

    /// Looks at the server's size until it is right or the time is over.
    async fn rest(&self, is_right: impl Fn(&Usage) -> bool) -> Result<Usage, LoadError> {
        let deadline = Instant::now() + self.rest;
        let mut looks = tokio::time::interval(LOOK_AT_SIZE_EVERY);
        loop {
            looks.tick().await;
            let usage = self.process.usage().ok_or(LoadError::NoProcess)?;
            if is_right(&usage) || self.stop.is_cancelled() || Instant::now() >= deadline {
                return Ok(usage);
            }
        }
    }
}

impl SoakReport {
    /// The promise that the server broke, if it did.
    #[must_use]
    pub fn broken_promise(&self) -> Option<String> {
        let of = |memory_bytes, descriptors| Usage { cpu: Duration::ZERO, memory_bytes, descriptors };
        let start = of(self.memory_bytes_start, self.descriptors_start);
        if !is_back(&start, &of(self.memory_bytes_end, self.descriptors_end)) {
            return Some(format!("the server is more than {GROWTH_MAX_PERCENT} % larger than before"));
        }
        (self.failed > 0).then(|| format!("{} cycles failed", self.failed))
    }
}

impl fmt::Display for SoakReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kib = |bytes: u64| grouped(bytes / 1_024);
        writeln!(
            f,
            "{} cycles at {} in {:.0} s, {} failed",
            grouped(self.cycles),
            self.server,
            self.seconds,
            self.failed
        )?;
        for (what, count) in &self.refusals {
            writeln!(f, "  refused   {count} × {what}")?;
        }
        writeln!(
            f,
            "memory      {} KiB, then {} KiB",
            kib(self.memory_bytes_start),
            kib(self.memory_bytes_end)
        )?;
        writeln!(f, "descriptors {}, then {}", self.descriptors_start, self.descriptors_end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_percent_are_forgiven_and_more_are_not() {
        let usage = |memory_bytes, descriptors| Usage { cpu: Duration::ZERO, memory_bytes, descriptors };
        let start = usage(1_000_000, 40);
        assert!(is_back(&start, &usage(1_050_000, 42)));
        assert!(is_back(&start, &usage(500_000, 30)));
        assert!(!is_back(&start, &usage(1_050_001, 40)));
        assert!(!is_back(&start, &usage(1_000_000, 43)));
    }
}
