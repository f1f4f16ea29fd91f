//! Counters of a running server, in Prometheus' text format.

use std::fmt::Write;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::process;
use crate::domain::problem::Code;
use crate::protocol::CloseCode;

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

/// How long something took, counted in steps that double.
#[derive(Debug)]
pub struct Histogram {
    counts: [Counter; Self::STEPS],
    nanos: Counter,
}

impl Default for Histogram {
    fn default() -> Self {
        Self { counts: std::array::from_fn(|_| Counter::default()), nanos: Counter::default() }
    }
}

impl Histogram {
    /// From 64 µs to 2.1 s, and one for what took longer.
    const STEPS: usize = 17;
    const FIRST_MICROS: u64 = 64;

    /// Counts one that took so long.
    pub fn add(&self, took: Duration) {
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        let step = micros.div_ceil(Self::FIRST_MICROS).max(1).next_power_of_two().trailing_zeros();
        self.counts[(step as usize).min(Self::STEPS - 1)].add_one();
        self.nanos.add(u64::try_from(took.as_nanos()).unwrap_or(u64::MAX));
    }

    fn render(&self, text: &mut String, name: &str) {
        line(text, format_args!("# TYPE vetrina_{name} histogram"));
        let (mut count, mut step) = (0, Self::FIRST_MICROS);
        for counter in &self.counts[..Self::STEPS - 1] {
            count += counter.get();
            let limit = Duration::from_micros(step).as_secs_f64();
            line(text, format_args!("vetrina_{name}_bucket{{le=\"{limit}\"}} {count}"));
            step *= 2;
        }
        count += self.counts[Self::STEPS - 1].get();
        let sum = Duration::from_nanos(self.nanos.get()).as_secs_f64();
        line(text, format_args!("vetrina_{name}_bucket{{le=\"+Inf\"}} {count}"));
        line(text, format_args!("vetrina_{name}_sum {sum}\nvetrina_{name}_count {count}"));
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
    /// How long going over the sockets of a show took.
    pub passes: Histogram,
    /// Chat messages that viewers were not shown.
    pub chat_left_out: Counter,
    /// Events handed to sockets, each socket counted.
    pub deliveries: Counter,
    /// Writes that carried them.
    pub delivery_frames: Counter,
    /// Reads of the event log because the bus left a gap.
    pub refills: Counter,
    closes: [Counter; CloseCode::ALL.len()],
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
            passes: Histogram::default(),
            chat_left_out: Counter::default(),
            deliveries: Counter::default(),
            delivery_frames: Counter::default(),
            refills: Counter::default(),
            closes: std::array::from_fn(|_| Counter::default()),
            problems: std::array::from_fn(|_| Counter::default()),
        }
    }
}

impl Metrics {
    /// Counts a socket that the server closes.
    pub fn count_close(&self, code: CloseCode) {
        self.closes[code as usize].add_one();
    }

    /// How many sockets were closed with a code.
    #[must_use]
    pub fn closes(&self, code: CloseCode) -> u64 {
        self.closes[code as usize].get()
    }

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
            ("chat_left_out_total", &self.chat_left_out),
            ("deliveries_total", &self.deliveries),
            ("delivery_frames_total", &self.delivery_frames),
            ("refills_total", &self.refills),
        ];
        let mut text = process::render();
        for (name, value) in gauges {
            line(&mut text, format_args!("# TYPE vetrina_{name} gauge\nvetrina_{name} {value}"));
        }
        for (name, counter) in counters {
            let value = counter.get();
            line(&mut text, format_args!("# TYPE vetrina_{name} counter\nvetrina_{name} {value}"));
        }
        self.passes.render(&mut text, "pass_seconds");
        line(&mut text, format_args!("# TYPE vetrina_sockets_closed_total counter"));
        for &close in CloseCode::ALL {
            let (code, value) = (close.code(), self.closes(close));
            line(&mut text, format_args!("vetrina_sockets_closed_total{{code=\"{code}\"}} {value}"));
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
    fn durations_are_counted_in_steps() {
        let histogram = Histogram::default();
        for micros in [0, 64, 65, 5_000, 60_000_000] {
            histogram.add(Duration::from_micros(micros));
        }
        let mut text = String::new();
        histogram.render(&mut text, "pass_seconds");
        for expected in
            ["{le=\"0.000064\"} 2", "{le=\"0.000128\"} 3", "{le=\"0.008192\"} 4", "{le=\"+Inf\"} 5"]
        {
            assert!(text.contains(&format!("vetrina_pass_seconds_bucket{expected}\n")), "{expected}: {text}");
        }
        assert!(text.contains("vetrina_pass_seconds_count 5\n"), "{text}");
    }

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
