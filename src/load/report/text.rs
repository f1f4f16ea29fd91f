//! The report as people read it in a terminal.

use std::collections::BTreeMap;
use std::fmt;

use super::super::progress::grouped;
use super::{DatabaseReport, Latency, Report};

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
        if let Some(DatabaseReport { reads, writes }) = self.database {
            writeln!(f, "database    {} reads, {} writes", grouped(reads), grouped(writes))?;
        }
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
