//! What the engines of a run are to do; it does not change while they run.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

use super::pins::PinBoard;

/// Addresses of one block; the last part of an address is neither 0 nor 255.
const BLOCK_ADDRESSES: u32 = 254 * 256 - 1;

/// One run against one show.
#[derive(Debug)]
pub struct Plan {
    /// Where the server listens.
    pub server: SocketAddr,
    /// What goes into the `Host` header.
    pub host: String,
    /// The show's id.
    pub show: String,
    /// Where viewers come from.
    pub sources: Sources,
    /// Tells the messages of this run from all others.
    pub run: u32,
    /// When the run began; stamps of messages count from here.
    pub origin: Instant,
    /// How many engines share the viewers.
    pub threads: usize,
    /// Viewers who read, of whom the first ones write too.
    pub viewers: usize,
    /// How many of them write.
    pub writers: usize,
    /// How long a writer pauses between two messages.
    pub writer_pause: Duration,
    /// Viewers beside those who stop reading after their hello.
    pub slow: usize,
    /// One of so many viewers looks at each event instead of the first and last of a frame.
    pub check_every: usize,
    /// The time over which the viewers come.
    pub ramp: Duration,
    /// Messages of all viewers together in a second.
    pub chat_per_sec: f64,
    /// Characters of a message.
    pub chat_chars: usize,
    /// A cut of all connections, after so long.
    pub storm: Option<Storm>,
    /// Connections that are opened and cut again instead of staying.
    pub cycles: Option<Cycles>,
    /// Pins that are on their way.
    pub pins: PinBoard,
}

/// A cut of all connections at once.
#[derive(Clone, Copy, Debug)]
pub struct Storm {
    /// When, after the traffic began.
    pub after: Duration,
    /// The time over which the viewers come back, each at a random moment.
    pub spread: Duration,
}

/// The pace of a soak.
#[derive(Clone, Copy, Debug)]
pub struct Cycles {
    /// Cycles in a second, of all engines together.
    pub per_sec: f64,
}

impl Plan {
    /// Sockets of an engine: its share of the viewers and slow readers.
    pub fn numbers_of(&self, thread: usize) -> impl Iterator<Item = usize> {
        (thread..self.viewers + self.slow).step_by(self.threads)
    }

    /// Whether a socket is one of the slow readers, who come last.
    #[must_use]
    pub const fn is_slow(&self, number: usize) -> bool {
        number >= self.viewers
    }
}

/// Addresses of this machine from which viewers come, so that one address is not all of them.
///
/// The whole of 127.0.0.0/8 is this machine on Linux; 127.0.0.1 is left to everybody else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sources {
    block: u8,
    count: u32,
}

impl Sources {
    /// So many addresses of 127.`block`.0.0/16; with 0 the system chooses.
    #[must_use]
    pub fn new(block: u8, count: u32) -> Self {
        Self { block, count: count.min(BLOCK_ADDRESSES) }
    }

    /// How many there are; 0 when the system chooses.
    #[must_use]
    pub const fn count(self) -> u32 {
        self.count
    }

    /// The address of a viewer.
    #[must_use]
    pub fn of(self, number: usize) -> Option<Ipv4Addr> {
        let at = u32::try_from(number).unwrap_or(u32::MAX).checked_rem(self.count)? + 1;
        let part = |part: u32| u8::try_from(part).unwrap_or(u8::MAX);
        Some(Ipv4Addr::new(127, self.block, part(at / 254), part(at % 254 + 1)))
    }
}

#[cfg(test)]
impl Plan {
    /// A plan of ten viewers, for tests of what they do.
    pub fn example() -> Self {
        Self {
            server: SocketAddr::from((Ipv4Addr::LOCALHOST, 9)),
            host: "127.0.0.1:9".to_owned(),
            show: "show".to_owned(),
            sources: Sources::new(0, 0),
            run: 7,
            origin: Instant::now(),
            threads: 1,
            viewers: 10,
            writers: 0,
            writer_pause: Duration::ZERO,
            slow: 0,
            check_every: 2,
            ramp: Duration::ZERO,
            chat_per_sec: 0.0,
            chat_chars: 40,
            storm: None,
            cycles: None,
            pins: PinBoard::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn sources_are_apart_and_never_those_of_everybody_else() {
        let sources = Sources::new(0, u32::MAX);
        let all: HashSet<Ipv4Addr> = (0..sources.count() as usize).filter_map(|n| sources.of(n)).collect();
        assert_eq!(all.len(), sources.count() as usize);
        assert!(!all.contains(&Ipv4Addr::LOCALHOST));
        assert!(all.iter().all(|address| !matches!(address.octets()[3], 0 | 255)));
        assert_eq!(sources.of(0), Some(Ipv4Addr::new(127, 0, 0, 2)));
        assert_eq!(Sources::new(0, 2).of(2), Sources::new(0, 2).of(0));
        assert_eq!(Sources::new(0, 0).of(7), None);
    }
}
