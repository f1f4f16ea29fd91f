//! What a run found, for people and as JSON.

mod text;

use std::collections::BTreeMap;

use serde::Serialize;

use super::buyers::BuyersReport;
use super::histogram::Latency;
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
    /// What the traffic asked of the database; none where the server does not tell.
    pub database: Option<DatabaseReport>,
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

/// What the server asked of its database from the begin of the traffic to its end.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct DatabaseReport {
    /// Reads begun.
    pub reads: u64,
    /// Writes begun; one may hold many messages.
    pub writes: u64,
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
