//! One open connection: what it holds while it rests, and how its bytes leave.
//!
//! Ten thousand of these rest in a shard, so each byte counts: see the table in [`super`].

use std::collections::VecDeque;
use std::io;
use std::time::{Duration, Instant};

use bytes::Bytes;
use mio::net::TcpStream;

use super::line::Conversation;
use super::link::Adoption;
use super::outbox::{Outbox, Written};
use crate::hub::view::View;
use crate::hub::websocket::{Reader, close_frame, ping_frame};
use crate::hub::{Admission, Subscription};
use crate::limits::Limits;
use crate::protocol::CloseCode;

/// Bytes that are gathered before a write where shared and personal frames mix.
const GATHER_BYTES: usize = 64 * 1024;
/// How long a write may be under way before the bytes behind it are counted.
const WRITE_GRACE: Duration = Duration::from_millis(500);
/// How long a client may take to read what goes before a close.
const LAST_WORDS: Duration = Duration::from_secs(1);
/// The same for one that reads slowly: half a frame may have to leave before the close.
const SLOW_LAST_WORDS: Duration = Duration::from_secs(2);
/// How long a peer may take to end its side after ours; longer would serve nobody.
const LINGER: Duration = Duration::from_millis(300);
/// Bytes thrown away meanwhile.
const LINGER_BYTES_MAX: usize = 1024 * 1024;

/// An open connection.
pub struct Connection {
    pub stream: TcpStream,
    /// Tells it apart from others that had its slot before.
    pub turn: u32,
    /// Where it stands in the list of its show.
    pub member: u32,
    pub reader: Reader,
    pub conversation: Option<Box<dyn Conversation>>,
    pub subscription: Option<Subscription>,
    outbox: Outbox,
    /// What is for this person alone, each with the event it stays behind.
    personal: VecDeque<(i64, Bytes)>,
    phase: Phase,
    pub is_paused: bool,
    /// When the wheel will look at it; the earliest, if there are several.
    pub look_at: Option<Instant>,
    /// Since when something waits that the peer does not take.
    blocked_since: Option<Instant>,
    times: Times,
    pub commands_due: Option<tokio::time::Instant>,
    pub control_due: Option<tokio::time::Instant>,
    _admission: Admission,
}

/// Where a connection stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// Has not said who it is, or is being looked up.
    Greeting,
    /// Is being sent what goes before its first event.
    Beginning,
    Open,
    /// Only what goes before the close still leaves.
    Closing {
        until: Instant,
    },
    /// Our side has ended.
    Lingering {
        until: Instant,
        bytes: usize,
    },
}

#[derive(Debug)]
struct Times {
    /// When to ping; before the hello, when to give up waiting for it.
    next: Instant,
    pong_due: Option<Instant>,
    call_at: Option<Instant>,
}

/// Why a connection is not gone on with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Nothing can be said any more.
    Gone,
    /// To be closed with this code.
    Close(CloseCode),
}

impl From<io::Error> for End {
    fn from(_: io::Error) -> Self {
        Self::Gone
    }
}

impl Connection {
    pub fn new(adoption: Adoption, turn: u32, now: Instant, limits: &Limits) -> (Self, Bytes) {
        let Adoption { stream, early, conversation, admission } = adoption;
        let connection = Self {
            stream: TcpStream::from_std(stream),
            turn,
            member: 0,
            reader: Reader::new(limits.message_bytes_max),
            conversation: Some(conversation),
            subscription: None,
            outbox: Outbox::default(),
            personal: VecDeque::new(),
            phase: Phase::Greeting,
            is_paused: false,
            look_at: None,
            blocked_since: None,
            times: Times { next: now + limits.hello_timeout, pong_due: None, call_at: None },
            commands_due: None,
            control_due: None,
            _admission: admission,
        };
        (connection, early)
    }

    /// Whether it still talks; a closing one only ends.
    pub const fn is_open(&self) -> bool {
        !matches!(self.phase, Phase::Closing { .. } | Phase::Lingering { .. })
    }

    /// Whether the peer takes what it is given.
    pub fn is_writable(&self) -> bool {
        self.outbox.is_empty()
    }

    /// Goes on as somebody known.
    pub fn begin(&mut self, subscription: Subscription, first: Bytes, first_ping: Instant) {
        self.subscription = Some(subscription);
        self.phase = Phase::Beginning;
        self.is_paused = false;
        self.times.next = first_ping;
        self.outbox.push(first);
    }

    /// Puts a frame behind all events that were published before it.
    pub fn push_personal(&mut self, frame: Bytes) {
        match &self.subscription {
            Some(subscription) => {
                let behind = subscription.feed().last().viewers;
                self.personal.push_back((behind, frame));
            }
            None => self.outbox.push(frame),
        }
    }

    /// Asks for a look.
    pub const fn call_at(&mut self, at: Instant) {
        self.times.call_at = Some(at);
    }

    /// Writes what waits and what is new, until the peer takes no more.
    pub fn flush(&mut self, view: Option<&mut View<'_>>, now: Instant) -> Result<(), End> {
        if !self.is_open() {
            return self.flush_last_words(now);
        }
        if !self.outbox.is_empty() && !self.write(now)? {
            return Ok(());
        }
        match view {
            Some(view) => self.flush_events(view, now),
            None => Ok(()),
        }
    }

    /// Events, and what is for this person alone in its place among them.
    fn flush_events(&mut self, view: &mut View<'_>, now: Instant) -> Result<(), End> {
        loop {
            let Some(subscription) = &mut self.subscription else { return Ok(()) };
            let after = subscription.after();
            if let Some((_, frame)) = self.personal.pop_front_if(|(behind, _)| *behind <= after) {
                self.outbox.push(frame);
                continue;
            }
            // Fallen off the ring: resuming reads it once for all who come back.
            let is_written = match subscription.take(view).map_err(|_| End::Close(CloseCode::TooSlow))? {
                // The usual case: one write from the bytes that all share, and nothing is kept.
                Some(frame) if self.outbox.is_empty() && self.personal.is_empty() => {
                    let written = self.outbox.write_through(&self.stream, &frame)?;
                    self.note(written, now)
                }
                Some(frame) => {
                    self.outbox.push(frame);
                    self.outbox.bytes() < GATHER_BYTES || self.write(now)?
                }
                None if self.outbox.is_empty() => {
                    self.personal = VecDeque::new();
                    return Ok(());
                }
                None => self.write(now)?,
            };
            if !is_written {
                return Ok(());
            }
        }
    }

    fn flush_last_words(&mut self, now: Instant) -> Result<(), End> {
        if let Phase::Closing { .. } = self.phase
            && (self.outbox.is_empty() || self.write(now)?)
        {
            self.end_our_side(now)?;
        }
        Ok(())
    }

    fn end_our_side(&mut self, now: Instant) -> Result<(), End> {
        self.stream.shutdown(std::net::Shutdown::Write)?;
        self.phase = Phase::Lingering { until: now + LINGER, bytes: 0 };
        Ok(())
    }

    /// Whether everything left.
    fn write(&mut self, now: Instant) -> Result<bool, End> {
        let written = self.outbox.write(&self.stream)?;
        Ok(self.note(written, now))
    }

    fn note(&mut self, written: Written, now: Instant) -> bool {
        if written.is_all {
            self.blocked_since = None;
            if self.phase == Phase::Beginning {
                self.phase = Phase::Open;
            }
        } else if self.blocked_since.is_none() || (written.has_progress && self.phase == Phase::Beginning) {
            // A snapshot may take a weak link long; what comes after it has to keep pace.
            self.blocked_since = Some(now);
        }
        written.is_all
    }

    /// Begins to close: what was said before still leaves, if the peer takes it.
    pub fn close(&mut self, code: u16, reason: &str, now: Instant) {
        if !self.is_open() {
            return;
        }
        self.subscription = None;
        self.conversation = None;
        let patience = if code == CloseCode::TooSlow.code() {
            self.outbox.keep_begun();
            SLOW_LAST_WORDS
        } else {
            for (_, frame) in std::mem::take(&mut self.personal) {
                self.outbox.push(frame);
            }
            LAST_WORDS
        };
        self.personal = VecDeque::new();
        self.outbox.push(close_frame(code, reason));
        self.phase = Phase::Closing { until: now + patience };
    }

    /// Takes note of bytes that nobody listens to any more; an end when there are too many.
    pub fn throw_away(&mut self, length: usize) -> Result<(), End> {
        if let Phase::Lingering { bytes, .. } = &mut self.phase {
            *bytes += length;
            if *bytes > LINGER_BYTES_MAX {
                return Err(End::Gone);
            }
        }
        Ok(())
    }

    /// The peer gave a sign of life.
    pub const fn hear_pong(&mut self) {
        self.times.pong_due = None;
    }

    /// Answers a ping; one pong stands for several where the peer does not read them.
    pub fn pong(&mut self, frame: Bytes) {
        if self.outbox.is_empty() {
            self.outbox.push(frame);
        }
    }

    /// The next moment at which something is due.
    pub fn next_look(&self, now: Instant, limits: &Limits) -> Instant {
        match self.phase {
            Phase::Closing { until } | Phase::Lingering { until, .. } => return until,
            Phase::Greeting | Phase::Beginning | Phase::Open => {}
        }
        let grace = WRITE_GRACE.min(limits.stall_timeout);
        let blocked =
            self.blocked_since.map(|since| if now < since + grace { since + grace } else { now + grace });
        let hello = if self.is_paused { now + limits.hello_timeout } else { self.times.next };
        [self.times.pong_due, self.times.call_at, blocked].into_iter().flatten().fold(hello, Instant::min)
    }

    /// Does what is due; answers whether its conversation asked to be called.
    pub fn look(&mut self, now: Instant, limits: &Limits) -> Result<bool, End> {
        match self.phase {
            Phase::Closing { until } if until <= now => {
                // The last words do not get through.
                return self.end_our_side(now).map(|()| false);
            }
            Phase::Lingering { until, .. } if until <= now => return Err(End::Gone),
            Phase::Closing { .. } | Phase::Lingering { .. } => return Ok(false),
            Phase::Greeting if !self.is_paused && self.times.next <= now => {
                return Err(End::Close(CloseCode::Policy));
            }
            Phase::Greeting => {}
            Phase::Beginning | Phase::Open => self.check_pulse(now, limits)?,
        }
        self.check_pace(now, limits)?;
        let is_called = self.times.call_at.is_some_and(|at| at <= now);
        if is_called {
            self.times.call_at = None;
        }
        Ok(is_called)
    }

    fn check_pulse(&mut self, now: Instant, limits: &Limits) -> Result<(), End> {
        if self.times.pong_due.is_some_and(|due| due <= now) {
            return Err(End::Close(CloseCode::NoPong));
        }
        if self.times.next <= now {
            // It stays in its group, unless the machine slept meanwhile.
            self.times.next = (self.times.next + limits.ping_every).max(now + limits.ping_every / 2);
            self.times.pong_due = Some(now + limits.pong_timeout);
            // A peer that reads nothing is found by its own deadline.
            if self.outbox.is_empty() {
                let written = self.outbox.write_through(&self.stream, &ping_frame())?;
                self.note(written, now);
            }
        }
        Ok(())
    }

    fn check_pace(&self, now: Instant, limits: &Limits) -> Result<(), End> {
        let Some(since) = self.blocked_since else { return Ok(()) };
        let blocked = now - since;
        let pending = || self.subscription.as_ref().map_or(0, Subscription::pending_bytes);
        let own = || self.personal.iter().map(|(_, frame)| frame.len()).sum::<usize>() + self.outbox.bytes();
        let is_far_behind = blocked >= WRITE_GRACE && pending().max(own() as u64) > limits.pending_bytes_max;
        if blocked >= limits.stall_timeout || is_far_behind {
            return Err(End::Close(CloseCode::TooSlow));
        }
        Ok(())
    }
}
