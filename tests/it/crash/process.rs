//! The program itself, as a process that can be killed.

use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::support::server::TestServer;
use crate::support::within;

/// A running program; it ends with the test, also with one that fails.
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

/// A port that nobody listens on at the moment.
pub fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("a bound address").port()
}
