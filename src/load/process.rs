//! What a process of this machine uses, as Linux tells in `/proc`.

use std::fs;
use std::path::Path;
use std::time::Duration;

/// Ticks of processor time in a second; the same on all machines that Linux runs on today.
const TICKS_PER_SEC: u64 = 100;
/// The state of a socket that listens, in `/proc/net/tcp`.
const LISTENS: &str = "0A";

/// A process of this machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Process {
    pid: u32,
}

/// What a process has used so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Processor time.
    pub cpu: Duration,
    /// Memory of its own, without files that are mapped.
    pub memory_bytes: u64,
    /// Open descriptors.
    pub descriptors: u64,
}

impl Process {
    /// This program.
    #[must_use]
    pub fn own() -> Self {
        Self { pid: std::process::id() }
    }

    /// A process by its number.
    #[must_use]
    pub const fn new(pid: u32) -> Self {
        Self { pid }
    }

    /// The process that listens on a port here; `None` where it cannot be seen.
    #[must_use]
    pub fn find_listening(port: u16) -> Option<Self> {
        let inodes: Vec<String> = ["/proc/net/tcp", "/proc/net/tcp6"]
            .iter()
            .filter_map(|table| fs::read_to_string(table).ok())
            .flat_map(|table| listening_inodes(&table, port))
            .map(|inode| format!("socket:[{inode}]"))
            .collect();
        let entries = fs::read_dir("/proc").ok()?.flatten();
        let mut pids = entries.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
        let holds = |pid: &u32| {
            let descriptors = fs::read_dir(format!("/proc/{pid}/fd")).into_iter().flatten().flatten();
            let mut links = descriptors.filter_map(|entry| fs::read_link(entry.path()).ok());
            links.any(|link| inodes.iter().any(|inode| link == Path::new(inode)))
        };
        pids.find(holds).map(Self::new)
    }

    /// Its number.
    #[must_use]
    pub const fn pid(self) -> u32 {
        self.pid
    }

    /// What it has used so far; `None` when it is gone or not ours to see.
    #[must_use]
    pub fn usage(self) -> Option<Usage> {
        let read = |name: &str| fs::read_to_string(format!("/proc/{}/{name}", self.pid)).ok();
        let ticks = ticks(&read("stat")?)?;
        let memory_kib = memory_kib(&read("status")?)?;
        let descriptors = fs::read_dir(format!("/proc/{}/fd", self.pid)).ok()?.count() as u64;
        let cpu = Duration::from_millis(ticks * 1_000 / TICKS_PER_SEC);
        Some(Usage { cpu, memory_bytes: memory_kib * 1_024, descriptors })
    }
}

/// Inodes of the sockets that listen on a port.
fn listening_inodes(table: &str, port: u16) -> Vec<String> {
    let port = format!(":{port:04X}");
    let lines = table.lines().skip(1).filter_map(|line| {
        let mut fields = line.split_whitespace();
        let (local, state) = (fields.nth(1)?, fields.nth(1)?);
        let inode = fields.nth(5)?;
        (local.ends_with(&port) && state == LISTENS).then(|| inode.to_owned())
    });
    lines.collect()
}

/// User and system time of a `stat` line; the name before them may hold anything.
fn ticks(stat: &str) -> Option<u64> {
    let (_, fields) = stat.rsplit_once(')')?;
    let mut times = fields.split_whitespace().skip(11);
    let user: u64 = times.next()?.parse().ok()?;
    let system: u64 = times.next()?.parse().ok()?;
    Some(user + system)
}

fn memory_kib(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:"))?;
    line.trim().strip_suffix(" kB")?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn listeners_are_found_among_connections() {
        let table = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n\
             0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 4242 1 0\n\
             1: 0100007F:1F90 0100007F:9999 01 00000000:00000000 00:00000000 00000000  1000        0 4243 1 0\n\
             2: 0100007F:1F91 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 4244 1 0\n";
        assert_eq!(listening_inodes(table, 8080), ["4242"]);
        assert!(listening_inodes(table, 80).is_empty());
    }

    #[test]
    fn a_process_with_a_strange_name_is_read_all_the_same() {
        let stat = "7 (a) b) S 1 7 7 0 -1 4194560 1 0 0 0 250 50 0 0 20 0 3 0 1 1 1";
        assert_eq!(ticks(stat), Some(300));
        assert_eq!(memory_kib("Name:\tx\nRssAnon:\t   1234 kB\nRssFile:\t 9 kB\n"), Some(1_234));
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn the_own_process_is_found_by_its_port() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let own = Process::find_listening(port).unwrap();
        assert_eq!(own, Process::own());
        let usage = own.usage().unwrap();
        assert!(usage.memory_bytes > 64 * 1_024 && usage.descriptors > 3, "{usage:?}");
    }
}
