//! What was measured, beside what the model says of the same.
//!
//! None of these figures went into the coefficients that explain it.

use super::cluster::{POSTGRES, SQLITE};
use super::coefficients::measured as m;
use super::shard::{period_ms, play};

/// The model may be off by so much of what was measured.
pub const BOUND: f64 = 0.25;
/// The same for what writers on SQLite do: one who writes alone finds both cores free, and what a
/// transaction costs is taken from that one.
pub const BOUND_SQLITE: f64 = 0.5;

/// One measured figure.
#[derive(Clone, Copy, Debug)]
pub struct Case {
    pub what: &'static str,
    pub measured: f64,
    pub model: f64,
    pub unit: &'static str,
    /// How far off it may be, as a part of what was measured.
    pub bound: f64,
}

impl Case {
    /// How far off the model is, as a part of what was measured.
    pub fn error(self) -> f64 {
        self.model / self.measured - 1.0
    }
}

/// What the benchmark of the nodes printed; the hub's figures are those of docs/performance.md.
mod nodes {
    pub const SQLITE_32: f64 = 17_402.0;
    pub const POSTGRES_32: f64 = 8_500.0;
    /// What a delivery costs in CPU: at one node, and at two.
    pub const DELIVERY_ONE: f64 = 0.069;
    pub const DELIVERY_TWO: f64 = 0.068;
    /// As that benchmark is set up: viewers of a node, messages that are under way, and of one
    /// transaction on average, since 256 are the most.
    pub const VIEWERS: f64 = 1_000.0;
    pub const OUTSTANDING: f64 = 400.0;
    pub const GROUP: f64 = 200.0;
}

/// All of them.
pub fn all() -> Vec<Case> {
    let (rate, busy, pins) = (play(10_000, 5.0, 0.0), play(1_000, 100.0, 0.0), play(10_000, 20.0, 1.0));
    let case = |what, measured, model, unit| Case { what, measured, model, unit, bound: BOUND };
    let deliveries = |pause| 10_000.0 * 40.0 / period_ms(10_000.0, 40.0, pause) / 1_000.0;
    vec![
        case("10,000 viewers, 5 messages/s: hub thread", 45.0, rate.busy * 100.0, "% of a core"),
        case("the same: message to viewer, median", 43.0, rate.chat_p50_ms, "ms"),
        case("1,000 viewers, 100 messages/s: hub thread", 19.0, busy.busy * 100.0, "% of a core"),
        case("the same: message to viewer, median", 28.0, busy.chat_p50_ms, "ms"),
        case(
            "10,000 viewers, 20 messages and a pin a second: hub thread",
            62.0,
            pins.busy * 100.0,
            "% of a core",
        ),
        case("the same: pin to viewer, median", 47.0, pins.pin_p50_ms, "ms"),
        case("the same: pin to viewer, 99 of 100", 107.0, pins.pin_p99_ms, "ms"),
        case("10,000 viewers, as much as goes through", 2.8, deliveries(50.0), "M deliveries/s"),
        case("the same without pauses", 4.2, deliveries(0.0), "M deliveries/s"),
        Case {
            bound: BOUND_SQLITE,
            ..case("chat of 32 writers on SQLite", nodes::SQLITE_32, SQLITE.closed_loop(32.0), "messages/s")
        },
        case(
            "chat of 32 writers on PostgreSQL",
            nodes::POSTGRES_32,
            POSTGRES.closed_loop(32.0),
            "messages/s",
        ),
        case(
            "two nodes, as much as goes through, against one by CPU",
            two_nodes(),
            two_nodes_model(),
            "times",
        ),
    ]
}

/// What the model misses by more than its bound.
pub fn misses() -> Vec<String> {
    let is_miss = |case: &Case| case.error().abs() > case.bound;
    let tell =
        |case: Case| format!("{}: {:.3} measured, {:.3} by the model", case.what, case.measured, case.model);
    all().into_iter().filter(is_miss).map(tell).collect()
}

fn two_nodes() -> f64 {
    2.0 * nodes::DELIVERY_ONE / nodes::DELIVERY_TWO
}

/// Each node writes the same as one alone; beside that one tells of the messages, and both hear.
fn two_nodes_model() -> f64 {
    // Of the same run, since its build was another one than the hub's.
    let alone = nodes::DELIVERY_ONE * nodes::VIEWERS * nodes::OUTSTANDING;
    let words = nodes::OUTSTANDING / nodes::GROUP;
    let in_word = nodes::GROUP - 1.0;
    let told = words * (m::TELL.value + in_word * m::TELL_EVENT.value);
    let heard = words * (m::HEAR.value + in_word * m::HEAR_EVENT.value);
    2.0 * alone / (alone + f64::midpoint(told, heard))
}
