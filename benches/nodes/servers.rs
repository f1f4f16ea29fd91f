//! PostgreSQL and NATS of the bench's own, on loopback, which end with it.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use sqlx::Connection;

/// How long a server may take to start.
const START_WITHIN: Duration = Duration::from_secs(20);

/// A PostgreSQL that waits for the disk at each commit, as it does unless it is told otherwise.
pub struct Postgres {
    programs: PathBuf,
    folder: PathBuf,
    port: u16,
}

impl Postgres {
    /// `None` where it is not installed, which is printed.
    pub fn start() -> Option<Self> {
        let Some(programs) = programs() else {
            println!("PostgreSQL is not installed");
            return None;
        };
        let folder = std::env::temp_dir().join(format!("vetrina-bench-postgres-{}", std::process::id()));
        let postgres = Self { programs, folder, port: free_port() };
        let mut folder = Command::new("install");
        folder.args(["-d", "-m", "700"]);
        if is_root() {
            folder.args(["-o", "postgres"]);
        }
        run(folder.arg(&postgres.folder));
        let data = postgres.folder.join("data");
        let mut init = postgres.command("initdb");
        run(init.arg("-D").arg(&data).args([
            "-U",
            "vetrina",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
        ]));
        let options = format!("-h 127.0.0.1 -p {} -k {}", postgres.port, postgres.folder.display());
        let mut start = postgres.command("pg_ctl");
        start.arg("-D").arg(&data).args(["-w", "-s", "-o", &options, "-l"]);
        run(start.arg(postgres.folder.join("log")).arg("start"));
        Some(postgres)
    }

    /// A database for one part of the run.
    pub fn new_database(&self) -> String {
        let name = format!("bench_{}", crate::measure::micros());
        let url = |name: &str| format!("postgres://vetrina@127.0.0.1:{}/{name}", self.port);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.expect("a runtime").block_on(async {
            let mut connection = sqlx::PgConnection::connect(&url("postgres")).await.expect("it answers");
            let create = sqlx::AssertSqlSafe(format!("create database {name}"));
            sqlx::raw_sql(create).execute(&mut connection).await.expect("a database");
            connection.close().await.expect("it lets go");
        });
        url(&name)
    }

    /// One of its programs; it refuses to run as root, and its package brings a user.
    fn command(&self, program: &str) -> Command {
        let program = self.programs.join(program);
        let mut command = if is_root() {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--"]).arg(program);
            command
        } else {
            Command::new(program)
        };
        command.current_dir("/").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let mut stop = self.command("pg_ctl");
        let _ = stop.arg("-D").arg(self.folder.join("data")).args(["-m", "immediate", "-s", "stop"]).status();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// A NATS server that counts what goes through it.
pub struct Nats {
    child: Child,
    port: u16,
    monitor: u16,
}

/// What came to NATS and what it passed on, since its start.
#[derive(Clone, Copy)]
pub struct Traffic {
    pub in_bytes: u64,
    pub out_bytes: u64,
}

impl Nats {
    /// `None` where it is not installed, which is printed.
    pub fn start() -> Option<Self> {
        let (port, monitor) = (free_port(), free_port());
        let child = Command::new("nats-server")
            .args(["-a", "127.0.0.1", "-p", &port.to_string(), "-m", &monitor.to_string()])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        let Ok(child) = child else {
            println!("nats-server is not installed");
            return None;
        };
        let nats = Self { child, port, monitor };
        let begin = Instant::now();
        while nats.find_traffic().is_none() {
            assert!(begin.elapsed() < START_WITHIN, "NATS starts");
            std::thread::sleep(Duration::from_millis(20));
        }
        Some(nats)
    }

    pub fn url(&self) -> String {
        format!("nats://127.0.0.1:{}", self.port)
    }

    pub fn traffic(&self) -> Traffic {
        self.find_traffic().expect("NATS tells of itself")
    }

    fn find_traffic(&self) -> Option<Traffic> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.monitor)).ok()?;
        stream.set_read_timeout(Some(START_WITHIN)).ok()?;
        stream.write_all(b"GET /varz HTTP/1.0\r\n\r\n").ok()?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).ok()?;
        let told: serde_json::Value = serde_json::from_str(answer.split_once("\r\n\r\n")?.1).ok()?;
        Some(Traffic { in_bytes: told["in_bytes"].as_u64()?, out_bytes: told["out_bytes"].as_u64()? })
    }
}

impl Drop for Nats {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn run(command: &mut Command) {
    assert!(command.status().is_ok_and(|status| status.success()), "{command:?} works");
}

fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
}

/// The folder of the newest installed version's programs.
fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut folders: Vec<PathBuf> = versions.map(|version| version.path().join("bin")).collect();
    folders.sort();
    folders.push(Path::new("/usr/local/bin").to_owned());
    folders.push(Path::new("/usr/bin").to_owned());
    folders.into_iter().find(|folder| folder.join("initdb").exists())
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("a bound address").port()
}
