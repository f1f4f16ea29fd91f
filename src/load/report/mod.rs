//! What a run found, for people and as JSON.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use super::buyers::BuyersReport;
use super::histogram::Latency;
use super::progress::grouped;
use super::slow::SlowReport;

/// What a run found.
#[derive(Debug, Serialize)]
pub struct Report {
    /// Address of the server.
    pub server: String,
    /// Title of the show.
    pub show: String,
    /// Seconds of traffic.
    pub seconds: f64,
    /// Whether somebody ended the run before its time.
    pub stopped_early: bool,
    /// Who watched.
    pub viewers: ViewersReport,
    /// What reached them.
    pub deliveries: DeliveriesReport,
    /// From the intended moment of a pin to each viewer; none without pins.
    pub pin_ms: Option<Latency>,
    /// From the intended moment of a message to a sample of the viewers.
    pub chat_ms: Option<Latency>,
    /// What the host did.
    pub pins: PinsReport,
    /// What the writers did.
    pub chat: ChatReport,
    /// The cut of all connections.
    pub storm: Option<StormReport>,
    /// Readers that did not read.
    pub slow: Option<SlowReport>,
    /// Those who bought.
    pub buyers: Option<BuyersReport>,
    /// The server's process; none where it cannot be seen.
    pub process: Option<ProcessReport>,
    /// How much of the figures may be this program's own doing.
    pub client: ClientReport,
}

/// Who watched.
#[derive(Debug, Serialize)]
pub struct ViewersReport {
    /// Asked for.
    pub asked: u64,
    /// In at least once.
    pub joined: u64,
    /// Not in at the end.
    pub away_at_end: u64,
    /// From connecting to the snapshot, token included.
    pub join_ms: Latency,
    /// Given a snapshot where they asked for what they had missed.
    pub snapshots: u64,
    /// Refused requests by status and code.
    pub refusals: BTreeMap<String, u64>,
    /// Sockets closed by the server, by close code; 1006 for those that broke.
    pub closes: BTreeMap<u16, u64>,
}

/// What reached the viewers.
#[derive(Debug, Serialize)]
pub struct DeliveriesReport {
    /// Events, each viewer counted.
    pub total: u64,
    /// The same in a second.
    pub per_sec: f64,
    /// Messages of a crowded chat that viewers were told were left out.
    pub left_out: u64,
    /// Never came; has to be 0.
    pub lost: u64,
    /// Came twice; has to be 0.
    pub repeated: u64,
    /// Could not be read; has to be 0.
    pub unreadable: u64,
    /// Whether all viewers had heard everything when the run ended.
    pub settled: bool,
}

/// What the host did.
#[derive(Debug, Serialize)]
pub struct PinsReport {
    /// Sent.
    pub sent: u64,
    /// Refused or unanswered.
    pub failed: u64,
    /// Heard of by at least one viewer.
    pub seen: u64,
}

/// What the writers did.
#[derive(Debug, Serialize)]
pub struct ChatReport {
    /// Viewers who wrote.
    pub writers: u64,
    /// Messages sent.
    pub sent: u64,
    /// Messages acknowledged.
    pub acknowledged: u64,
    /// Messages for which no writer was free.
    pub unsent: u64,
    /// Refused commands by code.
    pub refused: BTreeMap<String, u64>,
}

/// A cut of all connections.
#[derive(Debug, Serialize)]
pub struct StormReport {
    /// Connections cut.
    pub cut: u64,
    /// Viewers who came back.
    pub back: u64,
    /// Seconds from the cut until the last one was back.
    pub all_back_secs: f64,
    /// From connecting to the frame that says that a viewer is in.
    pub handshake_ms: Latency,
    /// Latencies of what was sent while the viewers came back.
    pub latency_ms: Latency,
}

/// What the server used.
#[derive(Debug, Serialize)]
pub struct ProcessReport {
    /// Its number.
    pub pid: u32,
    /// Cores it kept busy.
    pub cores: f64,
    /// Processor time of one delivery.
    pub cpu_us_per_delivery: Option<f64>,
    /// Processor time of one viewer who comes.
    pub cpu_us_per_join: Option<f64>,
    /// Its memory before the viewers came.
    pub memory_bytes_before: u64,
    /// Its memory once they were in and nothing was said.
    pub memory_bytes_idle: u64,
    /// The difference, for each viewer.
    pub memory_bytes_per_viewer: Option<f64>,
}

/// What this program used.
#[derive(Debug, Serialize)]
pub struct ClientReport {
    /// Threads that played viewers.
    pub threads: u64,
    /// Cores it kept busy; near the number of threads the latencies are its own.
    pub cores: Option<f64>,
    /// How late it sent 99 of 100 messages.
    pub late_ms_p99: f64,
}

impl Report {
    /// The promise that the server broke, if it did.
    #[must_use]
    pub fn broken_promise(&self) -> Option<String> {
        let DeliveriesReport { lost, repeated, unreadable, .. } = self.deliveries;
        (lost + repeated + unreadable > 0).then(|| {
            format!(
                "{lost} events were lost, {repeated} came twice and {unreadable} frames could not be read"
            )
        })
    }

    /// Whether this program was too busy to be trusted with latencies.
    fn is_client_busy(&self) -> bool {
        #[expect(clippy::cast_precision_loss, reason = "a handful of threads")]
        let threads = self.client.threads as f64;
        self.client.cores.is_some_and(|cores| cores > 0.9 * threads)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { viewers, deliveries, .. } = self;
        writeln!(f, "{} at {}, {:.1} s", self.show, self.server, self.seconds)?;
        writeln!(
            f,
            "viewers     {} of {} got in, {} away at the end",
            grouped(viewers.joined),
            grouped(viewers.asked),
            viewers.away_at_end
        )?;
        latency(f, "join", &viewers.join_ms)?;
        counts(f, "refused", &viewers.refusals)?;
        counts(f, "closed", &viewers.closes)?;
        writeln!(
            f,
            "deliveries  {} in all, {:.0} a second; {} lost, {} repeated",
            grouped(deliveries.total),
            deliveries.per_sec,
            deliveries.lost,
            deliveries.repeated
        )?;
        if deliveries.left_out > 0 {
            writeln!(
                f,
                "            {} more left out of the crowded chat, as told",
                grouped(deliveries.left_out)
            )?;
        }
        if let Some(pin) = &self.pin_ms {
            latency(f, "pin", pin)?;
        }
        if let Some(chat) = &self.chat_ms {
            latency(f, "chat", chat)?;
        }
        self.write_actions(f)?;
        self.write_trouble(f)?;
        self.write_processes(f)
    }
}

impl Report {
    fn write_actions(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { chat, pins, .. } = self;
        if pins.sent > 0 {
            writeln!(f, "pins        {} sent, {} failed", pins.sent, pins.failed)?;
        }
        if chat.writers > 0 {
            writeln!(
                f,
                "messages    {} sent by {} viewers, {} acknowledged, {} without a free writer",
                grouped(chat.sent),
                chat.writers,
                grouped(chat.acknowledged),
                chat.unsent
            )?;
            counts(f, "refused", &chat.refused)?;
        }
        if let Some(buyers) = &self.buyers {
            writeln!(
                f,
                "checkouts   {} sent, {} made, {} sold out, {} failed",
                buyers.sent, buyers.created, buyers.sold_out, buyers.failed
            )?;
            counts(f, "refused", &buyers.refused)?;
            latency(f, "checkout", &buyers.latency_ms)?;
        }
        Ok(())
    }

    fn write_trouble(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(storm) = &self.storm {
            writeln!(
                f,
                "storm       {} cut, {} back, the last after {:.1} s; {} took a snapshot instead of what they missed",
                grouped(storm.cut),
                grouped(storm.back),
                storm.all_back_secs,
                self.viewers.snapshots
            )?;
            latency(f, "handshake", &storm.handshake_ms)?;
            latency(f, "meanwhile", &storm.latency_ms)?;
        }
        if let Some(slow) = &self.slow {
            write!(f, "slow        {} stopped reading", slow.stalled)?;
            if let Some(closed) = slow.closed_by_server {
                write!(f, ", {closed} closed by the server")?;
            }
            if let (Some(first), Some(last)) = (slow.first_after_secs, slow.last_after_secs) {
                write!(f, " after {first:.1} to {last:.1} s")?;
            }
            writeln!(f, "; {} found 4008, {} were cut, {} still open", slow.told, slow.cut, slow.open)?;
        }
        Ok(())
    }

    fn write_processes(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(process) = &self.process {
            write!(f, "server      process {}, {:.2} cores", process.pid, process.cores)?;
            if let Some(cpu) = process.cpu_us_per_delivery {
                write!(f, ", {cpu:.2} µs a delivery")?;
            }
            if let Some(cpu) = process.cpu_us_per_join {
                write!(f, ", {cpu:.0} µs a join")?;
            }
            if let Some(bytes) = process.memory_bytes_per_viewer {
                write!(f, ", {:.1} KiB a viewer", bytes / 1_024.0)?;
            }
            writeln!(f)?;
        }
        if let Some(cores) = self.client.cores {
            writeln!(
                f,
                "this tool   {cores:.2} cores, messages at most {:.1} ms late in 99 of 100",
                self.client.late_ms_p99
            )?;
        }
        if self.is_client_busy() {
            writeln!(
                f,
                "            too busy to be trusted with latencies: use more --threads, or less load"
            )?;
        }
        if !self.deliveries.settled {
            writeln!(f, "            some viewers had not heard everything when the run ended")?;
        }
        Ok(())
    }
}

fn latency(f: &mut fmt::Formatter<'_>, name: &str, latency: &Latency) -> fmt::Result {
    if latency.count == 0 {
        return Ok(());
    }
    let Latency { count, p50, p90, p99, p999, max } = latency;
    writeln!(
        f,
        "  {name:<9} p50 {p50:.1}  p90 {p90:.1}  p99 {p99:.1}  p99.9 {p999:.1}  max {max:.1} ms  ({})",
        grouped(*count)
    )
}

fn counts<K: fmt::Display>(f: &mut fmt::Formatter<'_>, name: &str, counts: &BTreeMap<K, u64>) -> fmt::Result {
    if counts.is_empty() {
        return Ok(());
    }
    let list: Vec<String> = counts.iter().map(|(key, count)| format!("{count} × {key}")).collect();
    writeln!(f, "  {name:<9} {}", list.join(", "))
}
