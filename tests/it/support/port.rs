//! Ports for programs that are started, ended and started again at the same place.

use std::net::{IpAddr, Ipv4Addr, TcpListener};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};

use rand::Rng;

/// Linux gives outgoing connections 32,768 and above. A port from there may be somebody's before the
/// program has it, or while it is down.
const FIRST: u32 = 20_000;
const PORTS: u32 = 32_768 - FIRST;

/// A port of this machine that nobody listens on and that no test was given before.
pub fn free_port() -> u16 {
    free_port_at(Ipv4Addr::LOCALHOST.into())
}

/// The same at another address of this machine.
pub fn free_port_at(ip: IpAddr) -> u16 {
    static NEXT: LazyLock<AtomicU32> = LazyLock::new(|| AtomicU32::new(rand::rng().random_range(0..PORTS)));
    let mut ports = (0..PORTS).map(|_| FIRST + NEXT.fetch_add(1, Ordering::Relaxed) % PORTS);
    let port = ports.find_map(|port| {
        let port = u16::try_from(port).expect("below 65,536");
        TcpListener::bind((ip, port)).is_ok().then_some(port)
    });
    port.expect("a free port")
}
