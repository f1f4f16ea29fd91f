//! The program itself, as a process that can be killed.

use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use vetrina::config::Config;

use super::server::TestServer;
use super::within;

/// A test asks more of a server in a second than the people of one address do.
const ROOM: [(&str, &str); 4] = [
    ("VETRINA_REQUESTS_PER_SEC", "100000"),
    ("VETRINA_REQUESTS_BURST", "100000"),
    ("VETRINA_SOCKETS_PER_ADDRESS", "10000"),
    ("VETRINA_CONNECTIONS_PER_ADDRESS", "10000"),
];

/// A running program; it ends with the test, also with one that fails.
pub struct Process {
    child: Child,
    pub address: SocketAddr,
}

impl Process {
    /// Starts the program on the database of a test and waits until it is ready.
    pub async fn start(server: &TestServer, port: u16) -> Self {
        Self::start_with(server, port, &[]).await
    }

    /// The same with further variables.
    pub async fn start_with(server: &TestServer, port: u16, variables: &[(&str, &str)]) -> Self {
        Self::start_by(&[], server, SocketAddr::from(([127, 0, 0, 1], port)), variables).await
    }

    /// The same at any address, by a command that becomes the program, such as `ip netns exec`.
    pub async fn start_by(
        wrapper: &[&str],
        server: &TestServer,
        address: SocketAddr,
        variables: &[(&str, &str)],
    ) -> Self {
        let process = Self::begin(wrapper, server.app.config(), address, variables);
        process.ready().await;
        process
    }

    /// Starts the program on the data of a configuration, with room for a test's many requests.
    pub fn begin(wrapper: &[&str], config: &Config, address: SocketAddr, variables: &[(&str, &str)]) -> Self {
        let nats = config.nats.urls.iter().map(|url| ("VETRINA_NATS_URL", url.reveal()));
        let words = [wrapper, &[env!("CARGO_BIN_EXE_vetrina")]].concat();
        let child = Command::new(words[0])
            .args(&words[1..])
            .args(["serve", "--listen", &address.to_string()])
            .env("VETRINA_DATABASE_URL", config.database_url())
            .env("VETRINA_DATA", &config.data)
            .envs(ROOM)
            .envs(nats)
            .envs(variables.iter().copied())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts");
        Self { child, address }
    }

    /// Waits until it answers that it is ready.
    pub async fn ready(&self) {
        let ready = format!("http://{}/readyz", self.address);
        within("the program to be ready", async {
            let mut looks = tokio::time::interval(Duration::from_millis(20));
            while !reqwest::get(&ready).await.is_ok_and(|answer| answer.status().is_success()) {
                looks.tick().await;
            }
        })
        .await;
    }

    /// SIGTERM, and waits until it has ended by itself without complaint.
    pub async fn stop(mut self) {
        let term = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        assert!(term.expect("kill can be run").success(), "the program runs");
        within("the program to end", async {
            let mut looks = tokio::time::interval(Duration::from_millis(20));
            let status = loop {
                if let Some(status) = self.child.try_wait().expect("it can be asked") {
                    break status;
                }
                looks.tick().await;
            };
            assert!(status.success(), "{status}");
        })
        .await;
    }

    /// SIGKILL: nothing in the program gets a say.
    pub fn kill(mut self) {
        assert_eq!(self.child.try_wait().expect("it can be asked"), None, "the program ended by itself");
        drop(self);
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
