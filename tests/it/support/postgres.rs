//! A PostgreSQL of a test's own, to be stopped, killed and started again.

use std::io::Write;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use vetrina::clock::Clock;

/// A cluster in a folder of its own; it goes with the test.
pub struct OwnPostgres {
    programs: PathBuf,
    folder: PathBuf,
    address: SocketAddr,
}

impl OwnPostgres {
    /// Makes and starts one. `None` where PostgreSQL is not installed, which is printed.
    pub async fn start() -> Option<Self> {
        Self::start_at(Ipv4Addr::LOCALHOST.into()).await
    }

    /// The same at another address of this machine, for whoever reaches that one.
    pub async fn start_at(ip: IpAddr) -> Option<Self> {
        tokio::task::spawn_blocking(move || {
            let Some(programs) = programs() else {
                println!("skipped: PostgreSQL is not installed");
                return None;
            };
            let address = SocketAddr::new(ip, super::port::free_port_at(ip));
            let folder = std::env::temp_dir().join(format!("vetrina-postgres-{}", Clock::system().uuid()));
            let own = Self { programs, folder, address };
            own.make();
            assert!(own.begin(), "PostgreSQL starts");
            Some(own)
        })
        .await
        .expect("starting does not panic")
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its one database, reached by its own address.
    pub fn url(&self) -> String {
        Self::url_at(self.address())
    }

    /// Its one database, reached by another address.
    pub fn url_at(address: SocketAddr) -> String {
        format!("postgres://vetrina@{address}/postgres")
    }

    /// Stops it as its operator does.
    pub async fn stop(&self) {
        let (mut stop, data) = (self.command("pg_ctl"), self.data());
        stop.arg("-D").arg(data).args(["-m", "fast", "-w", "-s", "stop"]);
        assert!(run_aside(stop).await, "it stops");
    }

    /// SIGKILL to it and all that it started.
    pub async fn kill(&self) {
        let first = std::fs::read_to_string(self.data().join("postmaster.pid")).expect("it runs");
        let first = first.lines().next().expect("its first line is a process").to_owned();
        // While it is stopped it starts nothing further. What it had started may end by itself.
        assert!(signal("-STOP", &first).await, "it runs");
        let children = std::fs::read_to_string(format!("/proc/{first}/task/{first}/children"));
        for child in children.expect("a process has a list of them").split_whitespace() {
            signal("-KILL", child).await;
        }
        assert!(signal("-KILL", &first).await, "it runs");
    }

    /// Starts it again after it was stopped or killed.
    pub async fn start_again(&self) {
        super::within("PostgreSQL to start again", async {
            // Right after a kill the system may still count its memory as in use.
            loop {
                if run_aside(self.start_command()).await {
                    return;
                }
            }
        })
        .await;
    }

    fn make(&self) {
        let mut folder = Command::new("install");
        folder.args(["-d", "-m", "700"]);
        if is_root() {
            folder.args(["-o", "postgres"]);
        }
        assert!(folder.arg(&self.folder).status().is_ok_and(|status| status.success()), "a folder");
        let mut init = self.command("initdb");
        init.arg("-D").arg(self.data());
        init.args(["-U", "vetrina", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]);
        assert!(init.status().is_ok_and(|status| status.success()), "initdb works");
        if !self.address.ip().is_loopback() {
            let trust = "host all all samenet trust\n";
            let access = std::fs::OpenOptions::new().append(true).open(self.data().join("pg_hba.conf"));
            access.and_then(|mut file| file.write_all(trust.as_bytes())).expect("a line is added");
        }
    }

    fn begin(&self) -> bool {
        self.start_command().status().is_ok_and(|status| status.success())
    }

    fn start_command(&self) -> Command {
        let (ip, port, folder) = (self.address.ip(), self.address.port(), self.folder.display());
        let options = format!("-h {ip} -p {port} -k {folder} -c fsync=off -c max_connections=200");
        let mut start = self.command("pg_ctl");
        start.arg("-D").arg(self.data()).args(["-w", "-s", "-o", &options, "-l"]);
        start.arg(self.folder.join("log")).arg("start");
        start
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
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

impl Drop for OwnPostgres {
    fn drop(&mut self) {
        let mut stop = self.command("pg_ctl");
        let _ = stop.arg("-D").arg(self.data()).args(["-m", "immediate", "-s", "stop"]).status();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// Sends a process a signal; whether there was one to get it.
async fn signal(signal: &str, process: &str) -> bool {
    let mut kill = Command::new("kill");
    kill.args([signal, process]).stderr(Stdio::null());
    run_aside(kill).await
}

/// Runs a command without holding up the test's servers; whether it succeeded.
async fn run_aside(mut command: Command) -> bool {
    let status = tokio::task::spawn_blocking(move || command.status()).await.expect("it does not panic");
    status.expect("the command can be run").success()
}

fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
}

/// The folder of the newest installed version's programs.
fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut folders: Vec<PathBuf> = versions.map(|version| version.path().join("bin")).collect();
    folders.sort();
    let on_path = std::env::var_os("PATH").unwrap_or_default();
    folders.splice(0..0, std::env::split_paths(&on_path));
    folders.into_iter().rev().find(|folder| folder.join("initdb").exists())
}
