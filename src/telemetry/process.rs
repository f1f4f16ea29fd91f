//! What the process takes from its machine, under the names that Prometheus' own clients use.

use std::fmt::Write;

/// Ticks of a second in `/proc`; the kernel tells user space 100 whatever its own clock is.
const TICKS_PER_SEC: f64 = 100.0;

/// Memory, CPU and files of this process; nothing where the system has no `/proc`.
pub fn render() -> String {
    let mut text = String::new();
    let Some(found) = find() else { return text };
    let Process { resident_bytes, cpu_secs, open_fds, max_fds } = found;
    let lines = [
        ("process_resident_memory_bytes", "gauge", resident_bytes.to_string()),
        ("process_cpu_seconds_total", "counter", cpu_secs.to_string()),
        ("process_open_fds", "gauge", open_fds.to_string()),
        ("process_max_fds", "gauge", max_fds.to_string()),
    ];
    for (name, kind, value) in lines {
        writeln!(text, "# TYPE {name} {kind}\n{name} {value}").expect("a string takes all text");
    }
    text
}

struct Process {
    resident_bytes: u64,
    cpu_secs: f64,
    open_fds: usize,
    max_fds: u64,
}

fn find() -> Option<Process> {
    let read = |name: &str| std::fs::read_to_string(format!("/proc/self/{name}")).ok();
    let field = |text: &str, name: &str, word: usize| -> Option<u64> {
        let line = text.lines().find(|line| line.starts_with(name))?;
        line[name.len()..].split_whitespace().nth(word)?.parse().ok()
    };
    let stat = read("stat")?;
    // The name of the program stands in brackets and may hold anything; the rest is numbers.
    let mut times = stat.rsplit(')').next()?.split_whitespace().skip(11).map(str::parse::<u32>);
    let (user, system) = (times.next()?.ok()?, times.next()?.ok()?);
    Some(Process {
        resident_bytes: field(&read("status")?, "VmRSS:", 0)? * 1024,
        cpu_secs: (f64::from(user) + f64::from(system)) / TICKS_PER_SEC,
        open_fds: std::fs::read_dir("/proc/self/fd").ok()?.count(),
        max_fds: field(&read("limits")?, "Max open files", 0)?,
    })
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn a_process_takes_memory_time_and_files() {
        let found = find().expect("Linux tells it");
        assert!(found.resident_bytes > 1024 * 1024, "{}", found.resident_bytes);
        assert!(found.open_fds >= 3 && found.max_fds >= found.open_fds as u64);
        assert!(render().contains("# TYPE process_open_fds gauge\nprocess_open_fds "));
    }
}
