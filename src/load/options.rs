//! What can be asked of a load run on the command line.

use std::time::Duration;

use url::Url;

use super::error::LoadError;
use crate::config::Secret;

/// The longest run, in seconds.
const DURATION_SECS_MAX: u64 = 3_600;
/// The most viewers of one process.
const VIEWERS_MAX: u32 = 100_000;
/// Messages in a second; one thread sends about ten times as many.
const CHAT_PER_SEC_MAX: f64 = 10_000.0;
/// Pins or checkouts in a second; more is no host and no sale.
const ACTIONS_PER_SEC_MAX: f64 = 200.0;

/// Which server is loaded, and how this program goes about it.
#[derive(Clone, Debug, clap::Args)]
pub struct TargetOptions {
    /// Address of the server; only one that is yours.
    #[arg(long, default_value = "http://127.0.0.1:8080", conflicts_with = "demo")]
    pub server: Url,

    /// Starts a throw-away server with the demo shop on a free port and loads that.
    #[arg(long)]
    pub demo: bool,

    /// Allows a server on another machine.
    ///
    /// It would be an attack on anybody else's, and most hosting contracts ask to be told before.
    #[arg(long)]
    pub i_own_this_server: bool,

    /// Id or URL part of the show; by default the one that is live.
    #[arg(long)]
    pub show: Option<String>,

    /// API key with the scope `shows`, which pins products; without one there are viewers and chat only.
    #[arg(long, env = "VETRINA_LOAD_KEY", hide_env_values = true)]
    pub key: Option<Secret>,

    /// Process of the server, for its memory and processor time; by default whoever listens on the port.
    #[arg(long)]
    pub pid: Option<u32>,

    /// Threads that play viewers.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=64))]
    pub threads: u32,

    /// Addresses 127.0.x.y from which viewers come; by default one for each 40, and none but for 127.0.0.1.
    ///
    /// A server takes 50 sockets of one address, and one address has ports for about 28,000.
    #[arg(long, value_parser = clap::value_parser!(u32).range(0..=60_000))]
    pub source_addresses: Option<u32>,

    /// Prints the report as JSON.
    #[arg(long)]
    pub json: bool,
}

/// What the viewers of a run do.
#[derive(Clone, Debug, clap::Args)]
pub struct LoadOptions {
    /// Which server.
    #[command(flatten)]
    pub target: TargetOptions,

    /// Viewers who watch at once.
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..=i64::from(VIEWERS_MAX)))]
    pub viewers: u32,

    /// Seconds over which they come; by default a thousand come in a second.
    #[arg(long, value_parser = clap::value_parser!(u64).range(0..=DURATION_SECS_MAX))]
    pub ramp: Option<u64>,

    /// Seconds of load once all are in; an hour at most. Ctrl-C ends it with a report.
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=DURATION_SECS_MAX))]
    pub duration: u64,

    /// Chat messages in a second.
    #[arg(long, default_value_t = 5.0, value_parser = parse_chat_rate)]
    pub chat: f64,

    /// Characters of a message.
    #[arg(long, default_value_t = 80, value_parser = clap::value_parser!(u16).range(40..=500))]
    pub chat_chars: u16,

    /// Pins in a second, of two products in turn; needs a key.
    #[arg(long, default_value_t = 0.5, value_parser = parse_rate)]
    pub pins: f64,

    /// Second at which all connections are cut; the viewers come back with their positions.
    #[arg(long, value_name = "AT", value_parser = clap::value_parser!(u64).range(0..DURATION_SECS_MAX))]
    pub storm: Option<u64>,

    /// Seconds over which they come back, each at a random moment.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u64).range(0..=600))]
    pub storm_spread: u64,

    /// More viewers, who stop reading after their hello.
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(u32).range(0..=10_000))]
    pub slow: u32,

    /// Checkouts in a second, where the sandbox takes the payments.
    #[arg(long, default_value_t = 0.0, value_parser = parse_rate)]
    pub buyers: f64,
}

/// What a soak does.
#[derive(Clone, Debug, clap::Args)]
pub struct SoakOptions {
    /// Which server.
    #[command(flatten)]
    pub target: TargetOptions,

    /// Connections that are opened, greeted and cut.
    #[arg(long, default_value_t = 100_000, value_parser = clap::value_parser!(u64).range(100..=10_000_000))]
    pub cycles: u64,

    /// Cycles in a second.
    #[arg(long, default_value_t = 500.0, value_parser = parse_chat_rate)]
    pub rate: f64,

    /// Connections at once.
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub concurrency: u32,

    /// Seconds that the server may take to become small again; it notices a dead peer within 35.
    #[arg(long, default_value_t = 35, value_parser = clap::value_parser!(u64).range(0..=600))]
    pub rest: u64,
}

impl TargetOptions {
    /// Refuses addresses that a run cannot or should not use.
    ///
    /// # Errors
    /// Says what to change.
    pub fn check(&self) -> Result<(), LoadError> {
        match self.server.scheme() {
            "http" if self.server.host().is_some() && self.server.username().is_empty() => Ok(()),
            "https" => Err(LoadError::Https),
            _ => Err(LoadError::Address(self.server.clone())),
        }
    }
}

impl LoadOptions {
    /// Refuses numbers that do not fit together.
    ///
    /// # Errors
    /// Says what to change.
    pub fn check(&self) -> Result<(), LoadError> {
        self.target.check()?;
        if self.storm.is_some_and(|at| at >= self.duration) {
            return Err(LoadError::Options("the storm has to come before the run is over; see --duration"));
        }
        Ok(())
    }

    /// The time over which the viewers come.
    #[must_use]
    pub fn ramp(&self) -> Duration {
        let default = Duration::from_millis(u64::from(self.viewers + self.slow));
        self.ramp.map_or(default, Duration::from_secs)
    }

    /// How long a writer pauses, and how many of them the messages need.
    ///
    /// # Errors
    /// When there are fewer viewers.
    pub fn writers(&self, slow_mode_secs: i64) -> Result<(usize, Duration), LoadError> {
        // Five messages in ten seconds are allowed to a viewer; a little more than a fifth of that
        // leaves room for messages that arrive closer together than they were sent. The rest of the pause
        // is for writers who are away or late.
        let slow_mode = Duration::from_secs(u64::try_from(slow_mode_secs).unwrap_or(0));
        let rest = Duration::from_millis(2_100).max(slow_mode + Duration::from_millis(100));
        let pause = rest + Duration::from_millis(400);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "at most 10,000 messages times five minutes"
        )]
        let needed = (self.chat * pause.as_secs_f64()).ceil() as usize;
        let viewers = usize::try_from(self.viewers).unwrap_or(usize::MAX);
        if needed > viewers {
            let (per_sec, pause_secs) = (self.chat, pause.as_secs_f64());
            return Err(LoadError::TooFewWriters { per_sec, needed, pause_secs, viewers });
        }
        // One more than needed never waits for another.
        let writers = if needed == 0 { 0 } else { (needed + 1).min(viewers) };
        Ok((writers, rest))
    }
}

fn parse_chat_rate(text: &str) -> Result<f64, String> {
    parse_up_to(text, CHAT_PER_SEC_MAX)
}

fn parse_rate(text: &str) -> Result<f64, String> {
    parse_up_to(text, ACTIONS_PER_SEC_MAX)
}

fn parse_up_to(text: &str, max: f64) -> Result<f64, String> {
    match text.parse::<f64>() {
        // Less than one in an hour would never happen within a run.
        Ok(rate) if rate == 0.0 || (0.001..=max).contains(&rate) => Ok(rate),
        _ => Err(format!("give 0, or a number a second from 0.001 to {max}")),
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Arguments {
        #[command(flatten)]
        options: LoadOptions,
    }

    fn options(arguments: &[&str]) -> Result<LoadOptions, String> {
        let arguments = [&["load"], arguments].concat();
        let parsed = Arguments::try_parse_from(arguments).map_err(|error| error.to_string())?;
        parsed.options.check().map_err(|error| error.to_string())?;
        Ok(parsed.options)
    }

    #[test]
    fn numbers_out_of_range_are_refused() {
        for wrong in [
            &["--viewers", "0"][..],
            &["--viewers", "100001"],
            &["--duration", "3601"],
            &["--chat", "-1"],
            &["--chat", "NaN"],
            &["--pins", "201"],
            &["--chat-chars", "501"],
            &["--storm", "30"],
            &["--server", "https://live.example.com"],
            &["--server", "ftp://127.0.0.1"],
            &["--server", "http://me@127.0.0.1"],
            &["--demo", "--server", "http://127.0.0.1:1"],
        ] {
            assert!(options(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn there_are_as_many_writers_as_the_messages_need() {
        let writers = |arguments: &[&str], slow_mode| {
            options(arguments).unwrap().writers(slow_mode).map(|(writers, _)| writers).ok()
        };
        assert_eq!(writers(&["--chat", "0"], 0), Some(0));
        assert_eq!(writers(&["--chat", "20"], 0), Some(51));
        assert_eq!(writers(&["--chat", "20", "--viewers", "50"], 0), Some(50));
        assert_eq!(writers(&["--chat", "20", "--viewers", "49"], 0), None);
        assert_eq!(writers(&["--chat", "1"], 10), Some(12));
    }
}
