//! A model of what Vetrina costs: held against what was measured, then carried on to a million viewers.
//!
//! `cargo bench --bench simulation` prints both and fails when the model misses a measured case by more
//! than its bound. The same tables stand in docs/scaling.md, and tests/it/scaling compares them.

mod model;

use std::process::ExitCode;

fn main() -> ExitCode {
    for (name, table) in model::tables::named() {
        println!("{name}\n{table}");
    }
    let misses = model::cases::misses();
    for miss in &misses {
        println!("MISSED: {miss}");
    }
    if misses.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
