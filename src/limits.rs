//! Every bound of the edge and the hub, in one place so that tests can shorten them.

use std::time::Duration;

use tokio::time::Instant;

/// A rate with a burst, by the generic cell rate algorithm: one instant of memory per key.
#[derive(Clone, Copy, Debug)]
pub struct Rate {
    interval: Duration,
    burst: Duration,
}

impl Rate {
    /// So many per second, and so many at once.
    #[must_use]
    pub fn new(per_sec: u32, burst: u32) -> Self {
        let interval = Duration::from_secs(1) / per_sec.max(1);
        Self { interval, burst: interval * burst.max(1) }
    }

    /// Takes one; `due` is when all taken so far would have come at the plain rate.
    ///
    /// # Errors
    /// How long to wait.
    pub fn take(self, due: &mut Option<Instant>, now: Instant) -> Result<(), Duration> {
        let next = due.unwrap_or(now).max(now) + self.interval;
        let excess = (next - now).saturating_sub(self.burst);
        if excess > Duration::ZERO {
            return Err(excess);
        }
        *due = Some(next);
        Ok(())
    }
}

/// When a busy show waits a moment so that one write takes more along.
#[derive(Clone, Copy, Debug)]
pub struct Pacing {
    /// Deliveries a second, of one show in one shard, below which nothing waits for others.
    pub deliveries_free: u64,
    /// Pause between the beginnings of two passes of a busy show, and of one twice as busy.
    pub pauses: [Duration; 2],
}

impl Pacing {
    /// Waits at most so long; less while a show is only half as busy.
    #[must_use]
    pub fn up_to(longest: Duration) -> Self {
        Self { deliveries_free: 20_000, pauses: [longest * 2 / 5, longest] }
    }
}

impl Default for Pacing {
    fn default() -> Self {
        Self::up_to(Duration::from_millis(50))
    }
}

/// How much one client, one address and all together may ask of this node.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Open TCP connections; a small server runs out of descriptors before memory.
    pub connections_max: usize,
    /// Open TCP connections of one address that is no trusted proxy; a browser opens six.
    pub connections_per_address: usize,
    /// How long a request's head may take, from its first byte or from the connect.
    pub head_timeout: Duration,
    /// How long a connection may rest between two requests.
    pub keep_alive: Duration,
    /// How long a body may take beside what its bytes need at [`Limits::body_bytes_per_sec_min`].
    pub body_timeout: Duration,
    /// The slowest upload that goes on; a weak mobile link sends about this much.
    pub body_bytes_per_sec_min: u64,
    /// How long a write may make no progress at all.
    pub write_timeout: Duration,
    /// Bytes of the largest request body of any endpoint; endpoints set lower ones.
    pub body_bytes_max: u64,
    /// Requests per second of one address; a page with its pictures takes about 40 at once, and many
    /// phones share one address of their carrier.
    pub requests_per_sec: u32,
    /// Requests that one address may send at once.
    pub requests_burst: u32,
    /// How long requests may still run once the server was told to stop.
    pub drain_timeout: Duration,
    /// Clients come back after a restart spread over this time.
    pub drain_spread: Duration,

    /// Threads that own sockets; one for each core unless told otherwise.
    pub shards: usize,
    /// When busy shows wait for more to write.
    pub pacing: Pacing,
    /// Bytes of a message or frame from a client; a chat message of 500 characters needs 2 KiB.
    pub message_bytes_max: usize,
    /// Open sockets; hub.md counts 2 KiB for an idle one.
    pub sockets_max: usize,
    /// New sockets of this node in a second; each costs as much as thirty deliveries.
    pub handshakes_per_sec: u32,
    /// New sockets that may come at once.
    pub handshakes_burst: u32,
    /// Open sockets of one address.
    pub sockets_per_address: usize,
    /// Open sockets of one viewer, who may have several tabs.
    pub sockets_per_viewer: usize,
    /// How long a client may take to say hello.
    pub hello_timeout: Duration,
    /// Pause between two pings.
    pub ping_every: Duration,
    /// How long a client may take to answer a ping.
    pub pong_timeout: Duration,
    /// How long one write to a socket may take before its reader counts as too slow.
    pub stall_timeout: Duration,
    /// Bytes that may wait for one socket before its reader counts as too slow.
    ///
    /// 256 KiB is about a minute of busy chat; whoever is further behind resumes faster than it reads.
    pub pending_bytes_max: u64,
    /// Pause between two looks at whether a member is still one.
    pub member_recheck: Duration,
    /// Commands per second of one socket.
    pub commands_per_sec: u32,
    /// Commands that one socket may send at once.
    pub commands_burst: u32,
    /// Control frames per second of one socket; browsers send none.
    pub control_frames_per_sec: u32,
    /// Control frames that one socket may send at once.
    pub control_frames_burst: u32,
    /// Pause between two signals of a show.
    pub signal_every: Duration,
    /// Chat messages a second that viewers of one show are shown; 0 shows all.
    ///
    /// Members and the log have all of them, and nothing but chat is ever left out.
    pub chat_shown_per_sec: u32,
    /// Newest events of a show that are kept in memory whatever their age.
    pub resume_events: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections_max: 24_000,
            connections_per_address: 200,
            head_timeout: Duration::from_secs(10),
            keep_alive: Duration::from_secs(30),
            body_timeout: Duration::from_secs(10),
            body_bytes_per_sec_min: 16 * 1024,
            write_timeout: Duration::from_secs(10),
            body_bytes_max: 64 * 1024 * 1024,
            requests_per_sec: 100,
            requests_burst: 600,
            drain_timeout: Duration::from_secs(30),
            drain_spread: Duration::from_secs(15),
            shards: std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
            pacing: Pacing::default(),
            message_bytes_max: 16 * 1024,
            sockets_max: 20_000,
            handshakes_per_sec: 1_000,
            handshakes_burst: 2_000,
            sockets_per_address: 50,
            sockets_per_viewer: 5,
            hello_timeout: Duration::from_secs(10),
            ping_every: Duration::from_secs(25),
            pong_timeout: Duration::from_secs(8),
            stall_timeout: Duration::from_secs(10),
            pending_bytes_max: 256 * 1024,
            member_recheck: Duration::from_secs(4),
            commands_per_sec: 10,
            commands_burst: 40,
            control_frames_per_sec: 2,
            control_frames_burst: 20,
            signal_every: Duration::from_millis(250),
            chat_shown_per_sec: 20,
            resume_events: 5_000,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_is_followed_by_the_plain_rate() {
        let (rate, mut due, now) = (Rate::new(10, 3), None, Instant::now());
        let mut take = |millis| rate.take(&mut due, now + Duration::from_millis(millis));
        assert_eq!([take(0), take(0), take(0)], [Ok(()); 3]);
        assert_eq!(take(0), Err(Duration::from_millis(100)));
        assert_eq!(take(100), Ok(()));
        assert_eq!(take(150), Err(Duration::from_millis(50)));
    }
}
