//! One thread that owns connections: it reads what they say and goes over them in passes.
//!
//! Everything for one connection is done at once, then the next: going message by message over ten
//! thousand sockets touches cold memory each time. Nothing here waits for anything but the poll.
//!
//! What a resting viewer costs is measured by `cargo bench --bench hub`; docs/performance.md says
//! where each byte goes.

mod connection;
mod line;
mod link;
mod outbox;
mod pass;
mod reading;
mod wheel;

use std::collections::{HashMap, VecDeque};
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use mio::{Events, Interest, Poll, Token, Waker};
use slab::Slab;

use self::connection::{Connection, End};
pub use self::line::{Conversation, Line};
pub use self::link::{Adoption, Handle, Link, Order};
use self::link::{Beginning, Place};
use self::pass::Audience;
use self::wheel::Wheel;
use super::view::View;
use super::websocket::text_frame;
use crate::domain::ids::ShowId;
use crate::limits::Limits;
use crate::protocol::CloseCode;
use crate::telemetry::Metrics;

/// Readiness events taken from the kernel at a time.
const EVENTS: usize = 1_024;
/// Bytes read at a time, into one buffer for all connections.
const READ_BYTES: usize = 64 * 1024;
/// Connections taken in before the others get their turn, so that a storm does not stop the show.
const ADOPTIONS_PER_TURN: usize = 64;
/// Moments of a period at which pings are sent; a period of 25 s has one each second.
const PING_GROUPS: u32 = 24;
/// Pause after a fault, so that one that comes back at once does not fill the log.
const FAULT_PAUSE: Duration = Duration::from_millis(100);
const WAKER: Token = Token(usize::MAX);

/// Connections of one thread.
pub struct Shard {
    poll: Poll,
    handle: Handle,
    limits: Arc<Limits>,
    metrics: Arc<Metrics>,
    connections: Slab<Connection>,
    turns: u32,
    began: Instant,
    shows: HashMap<ShowId, Audience>,
    /// Shows with news that were not passed on yet.
    ringing: Vec<ShowId>,
    arriving: VecDeque<Box<Adoption>>,
    /// Connections that have more to say than one turn takes.
    unread: Vec<usize>,
    wheel: Wheel,
    buffer: Vec<u8>,
    is_draining: bool,
    is_stopped: bool,
}

impl Shard {
    /// Starts a thread; `number` tells it apart.
    ///
    /// # Errors
    /// When the system has no thread or no poll left.
    pub fn start(
        number: usize,
        limits: Arc<Limits>,
        metrics: Arc<Metrics>,
    ) -> io::Result<(Handle, JoinHandle<()>)> {
        let poll = Poll::new()?;
        let handle = Handle::new(Waker::new(poll.registry(), WAKER)?);
        let mut shard = Self {
            poll,
            handle: handle.clone(),
            limits,
            metrics,
            connections: Slab::new(),
            turns: 0,
            began: Instant::now(),
            shows: HashMap::new(),
            ringing: Vec::new(),
            arriving: VecDeque::new(),
            unread: Vec::new(),
            wheel: Wheel::new(Instant::now()),
            buffer: vec![0; READ_BYTES],
            is_draining: false,
            is_stopped: false,
        };
        let runtime = tokio::runtime::Handle::current();
        let thread = std::thread::Builder::new().name(format!("hub-{number}")).spawn(move || {
            // Conversations start work that waits; it runs there.
            let _entered = runtime.enter();
            while !shard.is_stopped {
                match catch_unwind(AssertUnwindSafe(|| shard.run())) {
                    Ok(Ok(())) => {}
                    Ok(Err(error)) => shard.begin_anew(&error.to_string()),
                    Err(_) => shard.begin_anew("it panicked"),
                }
            }
            // Connections that are still open start work as they go, which needs the runtime too.
            drop(shard);
        })?;
        Ok((handle, thread))
    }

    /// Drops everything after a fault of our own: clients come back to where they were, and those of
    /// other shards notice nothing.
    fn begin_anew(&mut self, fault: &str) {
        tracing::error!(fault, connections = self.connections.len(), "a hub thread begins anew");
        self.metrics.panics.add_one();
        let slots: Vec<usize> = self.connections.iter().map(|(slot, _)| slot).collect();
        for slot in slots {
            drop(self.connections.remove(slot));
        }
        for (_, audience) in self.shows.drain() {
            audience.forget(&self.handle);
        }
        (self.arriving, self.ringing, self.unread) = Default::default();
        self.buffer = vec![0; READ_BYTES];
        self.handle.forget_all();
        std::thread::sleep(FAULT_PAUSE);
    }

    fn run(&mut self) -> io::Result<()> {
        let mut events = Events::with_capacity(EVENTS);
        let (mut orders, mut due) = (Vec::new(), Vec::new());
        while !self.is_stopped {
            let pause = self.pause(Instant::now());
            match self.poll.poll(&mut events, pause) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                polled => polled?,
            }
            for event in &events {
                if event.token() == WAKER {
                    continue;
                }
                let slot = event.token().0;
                if event.is_readable() || event.is_read_closed() || event.is_error() {
                    self.read(slot);
                }
                if event.is_writable() && self.connections.get(slot).is_some_and(|c| !c.is_writable()) {
                    self.flush(slot);
                }
            }
            // A slot that changed hands meanwhile is read in vain, which does no harm.
            for slot in std::mem::take(&mut self.unread) {
                self.read(slot);
            }
            self.handle.take_orders(&mut orders);
            for order in orders.drain(..) {
                self.carry_out(order);
            }
            self.take_in();
            self.wheel.turn(Instant::now(), &mut due);
            for place in due.drain(..) {
                self.look(place);
            }
            self.pass_on();
        }
        Ok(())
    }

    /// How long there is nothing to do but what the poll tells.
    fn pause(&self, now: Instant) -> Option<Duration> {
        if !self.arriving.is_empty() || !self.unread.is_empty() {
            return Some(Duration::ZERO);
        }
        let ringing = self.ringing.iter().filter_map(|show| self.shows.get(show));
        let pass = ringing.map(|show| show.next_at(now).saturating_duration_since(now)).min();
        [pass, self.wheel.pause(now)].into_iter().flatten().min()
    }

    fn carry_out(&mut self, order: Order) {
        match order {
            Order::Adopt(adoption) => self.arriving.push_back(adoption),
            Order::Begin(place, beginning) => {
                self.begin(place, *beginning);
                // What came while nobody listened.
                if self.at(place).is_some() {
                    self.take_bytes(place.slot as usize, &mut []);
                    self.read(place.slot as usize);
                }
            }
            Order::Send(place, text) => {
                if let Some(connection) = self.at(place) {
                    connection.push_personal(text_frame(&text));
                    self.flush(place.slot as usize);
                }
            }
            Order::Close(place, code) => {
                if self.at(place).is_some() {
                    self.close(place.slot as usize, code);
                    // Unread bytes would reset the connection and take the code away from the peer.
                    self.read(place.slot as usize);
                }
            }
            Order::Refresh(place) => {
                if self.at(place).is_some() {
                    self.speak(place.slot as usize, |conversation, line| conversation.on_refresh(line));
                }
            }
            Order::Ring(show) => self.ring(show),
            Order::Drain => {
                self.is_draining = true;
                let slots: Vec<usize> = self.connections.iter().map(|(slot, _)| slot).collect();
                for slot in slots {
                    self.speak(slot, |conversation, line| conversation.on_drain(line));
                }
            }
            Order::Stop => self.is_stopped = true,
        }
    }

    fn take_in(&mut self) {
        for _ in 0..ADOPTIONS_PER_TURN {
            let Some(adoption) = self.arriving.pop_front() else { return };
            let now = Instant::now();
            self.turns = self.turns.wrapping_add(1);
            let (mut connection, early) = Connection::new(*adoption, self.turns, now, &self.limits);
            let entry = self.connections.vacant_entry();
            let slot = entry.key();
            let interest = Interest::READABLE | Interest::WRITABLE;
            if let Err(error) = self.poll.registry().register(&mut connection.stream, Token(slot), interest) {
                tracing::warn!(%error, "a connection could not be taken in");
                self.handle.forget_one();
                continue;
            }
            entry.insert(connection);
            self.keep_watch(slot);
            if !early.is_empty() {
                self.take_bytes(slot, &mut early.to_vec());
            }
            // What came before the registration may not be told again.
            self.read(slot);
            if self.is_draining {
                self.speak(slot, |conversation, line| conversation.on_drain(line));
            }
        }
    }

    /// Looks at a connection because of the time.
    fn look(&mut self, place: Place) {
        let (limits, now) = (Arc::clone(&self.limits), Instant::now());
        let Some(connection) = self.at(place) else { return };
        // An earlier look has made another appointment.
        if connection.look_at.is_none_or(|at| at > now) {
            return;
        }
        connection.look_at = None;
        let slot = place.slot as usize;
        match connection.look(now, &limits) {
            Ok(true) => self.speak(slot, |conversation, line| conversation.on_time(line)),
            Ok(false) => {}
            Err(end) => self.end(slot, end),
        }
        self.keep_watch(slot);
    }

    /// Has the wheel look at a connection when something is due.
    fn keep_watch(&mut self, slot: usize) {
        let Some(connection) = self.connections.get_mut(slot) else { return };
        let at = connection.next_look(Instant::now(), &self.limits);
        if connection.look_at.is_none_or(|before| at < before) {
            let place = Place::new(u32::try_from(slot).expect("fewer sockets than that"), connection.turn);
            connection.look_at = Some(self.wheel.add(place, at));
        }
    }

    /// Goes on with a connection that is known now.
    fn begin(&mut self, place: Place, beginning: Beginning) {
        let Beginning { conversation, subscription, first } = beginning;
        let slot = place.slot as usize;
        let first_ping = self.first_ping(place, Instant::now());
        let Some(connection) = self.at(place).filter(|connection| connection.is_open()) else { return };
        let feed = Arc::clone(subscription.feed());
        connection.conversation = Some(conversation);
        connection.begin(subscription, first, first_ping);
        self.join(slot, feed);
        self.flush(slot);
        self.keep_watch(slot);
        self.speak(slot, |conversation, line| conversation.on_begin(line));
    }

    /// Within half a period and a whole one, so that those who came together are not pinged together;
    /// but in groups, because one wake that hears twenty pongs costs little more than one that hears one.
    fn first_ping(&self, place: Place, now: Instant) -> Instant {
        let every = self.limits.ping_every;
        let group = every / PING_GROUPS;
        // Knuth's multiplicative hash spreads consecutive numbers evenly.
        let spread =
            (u64::from(place.turn.wrapping_mul(2_654_435_769)) * u64::from(PING_GROUPS / 2)) >> u32::BITS;
        let begun = (now - self.began).as_nanos() / group.as_nanos().max(1);
        let groups = u32::try_from(begun).unwrap_or(0) + PING_GROUPS / 2 + u32::try_from(spread).unwrap_or(0);
        (self.began + group * groups).max(now)
    }

    /// Writes what one connection has waiting and what is new to it.
    fn flush(&mut self, slot: usize) {
        let Some(connection) = self.connections.get_mut(slot) else { return };
        let feed = connection.subscription.as_ref().map(|subscription| Arc::clone(subscription.feed()));
        let mut view = feed.as_deref().map(View::of);
        let flushed = connection.flush(view.as_mut(), Instant::now());
        let is_blocked = !connection.is_writable() || !connection.is_open();
        if let Some(view) = view {
            self.metrics.deliveries.add(view.deliveries);
            self.metrics.delivery_frames.add(view.frames);
        }
        match flushed {
            Ok(()) if is_blocked => self.keep_watch(slot),
            Ok(()) => {}
            Err(end) => self.end(slot, end),
        }
    }

    fn close(&mut self, slot: usize, code: CloseCode) {
        self.end(slot, End::Close(code));
    }

    fn end(&mut self, slot: usize, end: End) {
        match end {
            End::Gone => self.forget(slot),
            End::Close(code) => {
                if self.connections.get(slot).is_some_and(Connection::is_open) {
                    self.metrics.count_close(code);
                }
                self.close_with(slot, code.code(), code.reason());
            }
        }
    }

    fn close_with(&mut self, slot: usize, code: u16, reason: &str) {
        self.leave(slot);
        let Some(connection) = self.connections.get_mut(slot) else { return };
        connection.close(code, reason, Instant::now());
        self.flush(slot);
    }

    /// Drops a connection; what it held is given back by its parts.
    fn forget(&mut self, slot: usize) {
        self.leave(slot);
        if let Some(mut connection) = self.connections.try_remove(slot) {
            let _ = self.poll.registry().deregister(&mut connection.stream);
            self.handle.forget_one();
        }
    }

    fn at(&mut self, place: Place) -> Option<&mut Connection> {
        let connection = self.connections.get_mut(place.slot as usize)?;
        (connection.turn == place.turn).then_some(connection)
    }
}

impl Drop for Shard {
    fn drop(&mut self) {
        for (_, audience) in self.shows.drain() {
            audience.forget(&self.handle);
        }
    }
}
