//! Open files: each connection is one, and most systems allow a process 1,024 until it asks.

/// Files beside the connections: the database, logs, listeners.
const BESIDE: u64 = 256;

/// Asks the system for as many open files as so many connections need, and says so when it gives fewer.
#[cfg(unix)]
pub fn allow(connections: usize) {
    use nix::sys::resource::{Resource, getrlimit, setrlimit};
    let needed = (connections as u64).saturating_add(BESIDE);
    let Ok((soft, hard)) = getrlimit(Resource::RLIMIT_NOFILE) else { return };
    let wanted = needed.min(hard).max(soft);
    let allowed = if setrlimit(Resource::RLIMIT_NOFILE, wanted, hard).is_ok() { wanted } else { soft };
    if allowed < needed {
        tracing::warn!(
            files = allowed,
            connections,
            "the system allows fewer open files than connections; raise it with ulimit -n or LimitNOFILE"
        );
    }
}

/// Other systems have no such limit.
#[cfg(not(unix))]
pub fn allow(_connections: usize) {}
