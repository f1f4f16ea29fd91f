//! Puts everything that was counted and measured into a report.

use std::sync::Arc;
use std::time::Duration;

use super::buyers::Bought;
use super::ground::Ground;
use super::options::LoadOptions;
use super::pins::PinCount;
use super::plan::Plan;
use super::process::{Process, Usage};
use super::report::{
    ChatReport, ClientReport, DatabaseReport, DeliveriesReport, PinsReport, ProcessReport, Report,
    StormReport, ViewersReport,
};
use super::slow::{Closings, SlowReport};
use super::tally::{StormTally, Tally};

/// The server's usage before the viewers came, and once they were in.
pub struct Samples {
    /// Before.
    pub before: Option<Usage>,
    /// While they were idle.
    pub idle: Option<Usage>,
}

/// What was seen from the begin of the traffic to its end.
pub struct Measured {
    /// How long it took.
    pub took: Duration,
    /// Events that reached viewers meanwhile.
    pub deliveries: u64,
    /// The server's usage at both ends.
    pub server: Option<(Usage, Usage)>,
    /// This program's.
    pub own: Option<(Usage, Usage)>,
    /// What became of the pins.
    pub pins: PinCount,
    /// What became of the checkouts.
    pub bought: Option<Bought>,
    /// When the server gave slow readers up.
    pub closings: Option<Closings>,
    /// What the server asked of its database.
    pub database: Option<DatabaseReport>,
}

/// Everything that a run found.
pub struct Findings<'a> {
    /// What was asked for.
    pub options: &'a LoadOptions,
    /// The server and the show.
    pub ground: Ground,
    /// What the engines did.
    pub plan: Arc<Plan>,
    /// What they counted.
    pub tally: Tally,
    /// The server at rest.
    pub samples: Samples,
    /// The server at work.
    pub measured: Measured,
    /// Whether everybody had heard everything.
    pub settled: bool,
    /// Whether the run was ended early.
    pub is_stopped: bool,
}

impl Findings<'_> {
    /// The report.
    #[must_use]
    pub fn report(self) -> Report {
        let process = self.process();
        let Self { options, ground, plan, tally, measured, settled, is_stopped, .. } = self;
        let Measured { took, deliveries, own, pins, bought, closings, database, .. } = measured;
        let writing = tally.writing;
        Report {
            server: format!("http://{}", ground.target.host),
            show: ground.show.title,
            seconds: took.as_secs_f64(),
            stopped_early: is_stopped,
            pin_ms: (tally.pins.count() > 0).then(|| tally.pins.latency()),
            chat_ms: (tally.chat.count() > 0).then(|| tally.chat.latency()),
            pins: PinsReport { sent: pins.sent, failed: pins.failed, seen: plan.pins.seen() as u64 },
            storm: plan.storm.map(|_| storm_report(&tally.storm)),
            slow: (options.slow > 0).then(|| SlowReport::of(&tally.slow, closings)),
            buyers: bought.map(Bought::report),
            database,
            process,
            client: ClientReport {
                threads: plan.threads as u64,
                cores: own.map(|own| cores(own, took)),
                late_ms_p99: tally.lateness.latency().p99,
            },
            deliveries: DeliveriesReport {
                total: deliveries,
                per_sec: per_sec(deliveries, took),
                left_out: tally.left_out,
                lost: tally.lost,
                repeated: tally.repeated,
                unreadable: tally.unreadable,
                settled,
            },
            chat: ChatReport {
                writers: writing.named,
                sent: writing.sent,
                acknowledged: writing.acknowledged,
                unsent: writing.unsent,
                refused: writing.refused,
            },
            viewers: ViewersReport {
                asked: options.viewers.into(),
                joined: tally.joined,
                away_at_end: tally.away,
                join_ms: tally.joins.latency(),
                snapshots: tally.snapshots,
                refusals: tally.refusals,
                closes: tally.closes,
            },
        }
    }

    fn process(&self) -> Option<ProcessReport> {
        let (process, server): (Process, _) = self.ground.process.zip(self.measured.server)?;
        let (before, idle) = (self.samples.before?, self.samples.idle?);
        let joins = self.tally.joined + self.tally.slow.stalled;
        #[expect(clippy::cast_precision_loss, reason = "a figure for people")]
        let grown = idle.memory_bytes as f64 - before.memory_bytes as f64;
        Some(ProcessReport {
            pid: process.pid(),
            cores: cores(server, self.measured.took),
            cpu_us_per_delivery: each(cpu_us(server), self.measured.deliveries),
            cpu_us_per_join: each(cpu_us((before, idle)), joins),
            memory_bytes_before: before.memory_bytes,
            memory_bytes_idle: idle.memory_bytes,
            memory_bytes_per_viewer: each(grown, joins),
        })
    }
}

fn storm_report(storm: &StormTally) -> StormReport {
    StormReport {
        cut: storm.cut,
        back: storm.back.count(),
        all_back_secs: storm.back.latency().max / 1_000.0,
        handshake_ms: storm.handshakes.latency(),
        latency_ms: storm.latency.latency(),
    }
}

fn cpu_us((from, to): (Usage, Usage)) -> f64 {
    to.cpu.saturating_sub(from.cpu).as_secs_f64() * 1e6
}

fn cores(usage: (Usage, Usage), took: Duration) -> f64 {
    (cpu_us(usage) / took.as_secs_f64().max(0.001) / 1e3).round() / 1e3
}

/// A sum for each of a count; none where nothing was counted.
fn each(sum: f64, count: u64) -> Option<f64> {
    #[expect(clippy::cast_precision_loss, reason = "a figure for people")]
    let each = sum / count as f64;
    (count > 0).then(|| (each * 1e3).round() / 1e3)
}

/// How often in a second.
#[expect(clippy::cast_precision_loss, reason = "a figure for people")]
pub fn per_sec(count: u64, took: Duration) -> f64 {
    (count as f64 / took.as_secs_f64().max(0.001)).round()
}
