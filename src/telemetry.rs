//! Logs and counters of a running server; neither holds personal data.

use std::fmt::Write;
use std::io::IsTerminal;
use std::sync::atomic::{AtomicU64, Ordering};

use tracing_subscriber::EnvFilter;

use crate::domain::problem::Code;

/// Sends logs to standard error: readable lines to a terminal, JSON elsewhere.
///
/// A second call changes nothing, so that tests may call it freely.
pub fn init_logs() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn,vetrina=info"));
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let _ = if std::io::stderr().is_terminal() { lines.try_init() } else { lines.json().try_init() };
}

/// A number that only grows.
#[derive(Debug, Default)]
pub struct Counter(AtomicU64);

impl Counter {
    /// Counts one.
    pub fn add_one(&self) {
        self.add(1);
    }

    /// Counts several.
    pub fn add(&self, amount: u64) {
        self.0.fetch_add(amount, Ordering::Relaxed);
    }

    /// How many were counted.
    #[must_use]
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// What one server has done since it started.
#[derive(Debug)]
pub struct Metrics {
    /// TCP connections taken.
    pub connections: Counter,
    /// TCP connections turned away by a limit.
    pub connections_refused: Counter,
    /// HTTP requests answered.
    pub requests: Counter,
    /// Handlers that panicked; anything but 0 is a bug.
    pub panics: Counter,
    /// Sockets that said hello.
    pub sockets_opened: Counter,
    /// Sockets closed as too slow.
    pub sockets_too_slow: Counter,
    /// Events handed to sockets, each socket counted.
    pub deliveries: Counter,
    /// Writes that carried them.
    pub delivery_frames: Counter,
    /// Reads of the event log because the bus left a gap.
    pub refills: Counter,
    problems: [Counter; Code::ALL.len()],
}

impl Default for Metrics {
    fn default() -> Self {
        Self {
            connections: Counter::default(),
            connections_refused: Counter::default(),
            requests: Counter::default(),
            panics: Counter::default(),
            sockets_opened: Counter::default(),
            sockets_too_slow: Counter::default(),
            deliveries: Counter::default(),
            delivery_frames: Counter::default(),
            refills: Counter::default(),
            problems: std::array::from_fn(|_| Counter::default()),
        }
    }
}

impl Metrics {
    /// Counts a refusal.
    pub fn count_problem(&self, code: Code) {
        self.problems[code as usize].add_one();
    }

    /// How often a code was answered.
    #[must_use]
    pub fn problems(&self, code: Code) -> u64 {
        self.problems[code as usize].get()
    }

    /// All counters and the given gauges in Prometheus' text format.
    #[must_use]
    pub fn render(&self, gauges: &[(&str, u64)]) -> String {
        let counters = [
            ("connections_total", &self.connections),
            ("connections_refused_total", &self.connections_refused),
            ("requests_total", &self.requests),
            ("panics_total", &self.panics),
            ("sockets_opened_total", &self.sockets_opened),
            ("sockets_too_slow_total", &self.sockets_too_slow),
            ("deliveries_total", &self.deliveries),
            ("delivery_frames_total", &self.delivery_frames),
            ("refills_total", &self.refills),
        ];
        let mut text = String::new();
        for (name, value) in gauges {
            line(&mut text, format_args!("# TYPE vetrina_{name} gauge\nvetrina_{name} {value}"));
        }
        for (name, counter) in counters {
            let value = counter.get();
            line(&mut text, format_args!("# TYPE vetrina_{name} counter\nvetrina_{name} {value}"));
        }
        line(&mut text, format_args!("# TYPE vetrina_problems_total counter"));
        for &code in Code::ALL {
            let value = self.problems(code);
            if value > 0 {
                line(&mut text, format_args!("vetrina_problems_total{{code=\"{code}\"}} {value}"));
            }
        }
        text
    }
}

/// Further counters in Prometheus' text format, for what is counted elsewhere.
#[must_use]
pub fn render_counters(counters: &[(&str, u64)]) -> String {
    let mut text = String::new();
    for (name, value) in counters {
        line(&mut text, format_args!("# TYPE vetrina_{name} counter\nvetrina_{name} {value}"));
    }
    text
}

fn line(text: &mut String, arguments: std::fmt::Arguments<'_>) {
    writeln!(text, "{arguments}").expect("a string takes all text");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_without_a_refusal_are_left_out() {
        let metrics = Metrics::default();
        metrics.count_problem(Code::SoldOut);
        metrics.count_problem(Code::SoldOut);
        let text = metrics.render(&[("sockets", 3)]);
        assert!(text.contains("# TYPE vetrina_sockets gauge\nvetrina_sockets 3\n"), "{text}");
        assert!(text.contains("vetrina_problems_total{code=\"sold_out\"} 2\n"), "{text}");
        assert!(!text.contains("not_selling"), "{text}");
    }
}
