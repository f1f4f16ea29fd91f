//! Logs and counters of a running server; neither holds personal data.

mod metrics;
mod process;

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

pub use metrics::{Counter, Histogram, Metrics, render_counters};

/// Sends logs to standard error: readable lines to a terminal, JSON elsewhere.
///
/// A second call changes nothing, so that tests may call it freely.
pub fn init_logs() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn,vetrina=info"));
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let _ = if std::io::stderr().is_terminal() { lines.try_init() } else { lines.json().try_init() };
}
