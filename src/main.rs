//! The program: reads its arguments and hands over to the library.

use std::process::ExitCode;

use clap::Parser;
use vetrina::cli::Cli;

fn main() -> ExitCode {
    let cli = Cli::parse();
    // reqwest and sqlx are built without a TLS provider of their own choosing.
    rustls::crypto::ring::default_provider().install_default().expect("nothing else has chosen one before");
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&error),
    };
    match runtime.block_on(cli.run()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&error),
    }
}

/// Says why it ends, for people, not for a log.
fn fail(error: &dyn std::error::Error) -> ExitCode {
    eprintln!("vetrina: {error}");
    ExitCode::FAILURE
}
