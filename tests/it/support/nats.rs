//! A real NATS server on loopback, which ends with the test.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::net::TcpStream;
use vetrina::clock::Clock;

use super::within;

/// Says where the program is when it is not on the path.
const PROGRAM: &str = "VETRINA_NATS_SERVER";

/// A NATS server that can be stopped and started again under the same address.
pub struct NatsServer {
    child: Option<Child>,
    ip: IpAddr,
    pub port: u16,
    folder: PathBuf,
}

impl NatsServer {
    /// A server that takes everybody; `None` where there is no such program, which is printed.
    pub async fn start() -> Option<Self> {
        Self::start_with("").await
    }

    /// A server with more in its configuration file.
    pub async fn start_with(more: &str) -> Option<Self> {
        let mut server = Self::prepare(more)?;
        server.start_again().await;
        Some(server)
    }

    /// A server that takes everybody, at another address of this machine.
    pub async fn start_at(ip: IpAddr) -> Option<Self> {
        let mut server = Self::prepare_at(ip, "")?;
        server.start_again().await;
        Some(server)
    }

    /// A server that does not run yet.
    pub fn prepare(more: &str) -> Option<Self> {
        Self::prepare_at(Ipv4Addr::LOCALHOST.into(), more)
    }

    fn prepare_at(ip: IpAddr, more: &str) -> Option<Self> {
        if let Err(error) = command().arg("--version").stdout(Stdio::null()).status() {
            println!("skipped: nats-server cannot be run ({error}); {PROGRAM} says where it is");
            return None;
        }
        let port = super::port::free_port_at(ip);
        let folder = std::env::temp_dir().join(format!("vetrina-nats-{}", Clock::system().uuid()));
        std::fs::create_dir(&folder).expect("a temporary folder");
        let server = Self { child: None, ip, port, folder };
        server.configure(more);
        Some(server)
    }

    /// Takes effect at the next start.
    pub fn configure(&self, more: &str) {
        let text = format!("listen: \"{}\"\n{more}\n", self.address());
        std::fs::write(self.folder.join("nats.conf"), text).expect("a file in it");
    }

    /// A folder for files that the configuration names.
    pub fn folder(&self) -> &std::path::Path {
        &self.folder
    }

    /// Where it listens, or will.
    pub fn url(&self) -> String {
        format!("nats://{}", self.address())
    }

    fn address(&self) -> SocketAddr {
        SocketAddr::new(self.ip, self.port)
    }

    /// Starts it and waits until it answers.
    pub async fn start_again(&mut self) {
        let child = command()
            .arg("-c")
            .arg(self.folder.join("nats.conf"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        self.child = Some(child.expect("nats-server starts"));
        within("NATS to answer", async {
            let mut looks = tokio::time::interval(Duration::from_millis(20));
            while !self.answers().await {
                looks.tick().await;
            }
        })
        .await;
    }

    /// SIGKILL.
    pub fn kill(&mut self) {
        let mut child = self.child.take().expect("it runs");
        child.kill().expect("it can be killed");
        child.wait().expect("it ends");
    }

    /// Whether it sends the line with which it greets.
    async fn answers(&self) -> bool {
        let Ok(stream) = TcpStream::connect(self.address()).await else { return false };
        let mut line = String::new();
        let read = BufReader::new(stream).read_line(&mut line).await;
        read.is_ok() && line.starts_with("INFO ")
    }
}

impl Drop for NatsServer {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn command() -> Command {
    Command::new(std::env::var_os(PROGRAM).unwrap_or_else(|| "nats-server".into()))
}
