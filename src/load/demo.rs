//! A throw-away server with the demo shop, as a process of its own.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::Value;
use url::Url;

use super::error::LoadError;
use crate::clock::Clock;
use crate::config::Secret;

/// How much the server may be asked: everything comes from this machine, and all of it is meant.
const LIMITS: [(&str, &str); 6] = [
    ("--sockets-max", "120000"),
    ("--sockets-per-address", "1000"),
    ("--handshakes-per-sec", "100000"),
    ("--connections-per-address", "5000"),
    ("--requests-per-sec", "10000"),
    ("--requests-burst", "50000"),
];

/// A running server; it and its data are gone when this is dropped.
#[derive(Debug)]
pub struct DemoServer {
    child: Child,
    data: PathBuf,
    /// Where it listens.
    pub url: Url,
    /// A key that may do everything.
    pub key: Secret,
    /// The show that is live.
    pub show: String,
}

impl DemoServer {
    /// Starts the server and waits until it listens.
    ///
    /// # Errors
    /// When it ends or says something else than where it is.
    pub fn start(program: &Path) -> Result<Self, LoadError> {
        let data = std::env::temp_dir().join(format!("vetrina-load-{}", Clock::system().uuid()));
        let mut command = Command::new(program);
        command.args(["demo", "--json", "--listen", "127.0.0.1:0", "--data"]).arg(&data);
        for (flag, value) in LIMITS {
            command.args([flag, value]);
        }
        // Settings that are meant for a real server, such as its database, are not for this one.
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("VETRINA_") {
                command.env_remove(name);
            }
        }
        // Ctrl-C is for the run, which ends the server once it has its figures.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        command.env("RUST_LOG", "error").stdout(Stdio::piped()).stdin(Stdio::null());
        let mut child = command.spawn().map_err(|error| LoadError::Demo(error.to_string()))?;
        let output = child.stdout.take().expect("its output is piped");
        let mut line = String::new();
        let read = BufReader::new(output).read_line(&mut line);
        let told: Value = serde_json::from_str(&line).unwrap_or_default();
        let text = |name: &str| told[name].as_str().map(str::to_owned);
        let url = text("base_url").and_then(|url| url.parse().ok());
        if let (Ok(_), Some(url), Some(key), Some(show)) = (read, url, text("api_key"), text("show_id")) {
            return Ok(Self { child, data, url, key: Secret::new(&key), show });
        }
        let _ = child.kill();
        let _ = child.wait();
        let _ = std::fs::remove_dir_all(&data);
        Err(LoadError::Demo("it did not say where it listens; its own words are above".to_owned()))
    }

    /// Its process.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for DemoServer {
    fn drop(&mut self) {
        // Nothing of it is worth a drain.
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_dir_all(&self.data);
    }
}
