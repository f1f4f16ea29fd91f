//! The program itself, as a process that can be killed.

use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::support::server::TestServer;
use crate::support::within;

/// A running program; dropping it leaves it running.
pub struct Process {
    child: Child,
    pub address: SocketAddr,
}

impl Process {
    /// Starts the program on the database of a test and waits until it is ready.
    pub async fn start(server: &TestServer, port: u16) -> Self {
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        let child = Command::new(env!("CARGO_BIN_EXE_vetrina"))
            .args(["serve", "--listen", &address.to_string()])
            .env("VETRINA_DATABASE_URL", &server.database_url)
            .env("VETRINA_DATA", &server.app.config().data)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts");
        let process = Self { child, address };
        let ready = format!("http://{address}/readyz");
        within("the program to be ready", async {
            let mut looks = tokio::time::interval(Duration::from_millis(20));
            while !reqwest::get(&ready).await.is_ok_and(|answer| answer.status().is_success()) {
                looks.tick().await;
            }
        })
        .await;
        process
    }

    /// SIGKILL: nothing in the program gets a say.
    pub fn kill(mut self) {
        self.child.kill().expect("it was running");
        self.child.wait().expect("it ends");
    }
}

/// A port that nobody listens on at the moment.
pub fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("a bound address").port()
}
