//! A load generator: what can this server hold?
//!
//! It plays viewers, writers, a host and buyers against a server, from outside, over its public
//! interface. It knows no database and nothing of the server's inside.
//! Invariant: everything is sent at times fixed beforehand and latencies count from those, so a
//! server that is late does not make its own figures better.

mod buyers;
mod demo;
mod engine;
mod error;
mod fleet;
mod frame;
mod ground;
mod histogram;
mod http;
mod message;
mod options;
mod pins;
mod plan;
mod process;
mod progress;
mod report;
mod run;
mod scan;
mod slow;
mod soak;
mod summary;
mod tally;
mod target;

pub use self::error::LoadError;
pub use self::histogram::{Histogram, Latency};
pub use self::options::{LoadOptions, SoakOptions, TargetOptions};
pub use self::process::{Process, Usage};
pub use self::report::Report;
pub use self::run::run;
pub use self::soak::{SoakReport, soak};
