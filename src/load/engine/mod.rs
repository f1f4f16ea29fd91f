//! A thread that holds a share of the viewers: one epoll, one read buffer, a heap of times.
//!
//! It knows the socket and nothing of HTTP APIs, processes or reports.
//! Invariant: what it sends, it sends at times that were fixed before.

mod books;
mod ending;
mod hearing;
mod line;
mod soak;
mod viewer;
mod writing;

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use mio::event::Event;
use mio::{Events, Interest, Poll, Token, Waker};
use rand::SeedableRng;
use rand::rngs::StdRng;

use self::soak::Cycling;
use self::viewer::{Context, End, Viewer};
use self::writing::Pen;
use super::plan::Plan;
use super::tally::{Live, Tally, Traffic};

/// Bytes read at a time; all that a socket usually holds.
const READ_BYTES: usize = 256 * 1024;
/// Readiness events taken at a time.
const EVENTS_MAX: usize = 1_024;
/// Orders that may wait for an engine; the driver gives a handful.
const ORDERS_MAX: usize = 16;
/// The token of the driver's knock.
const KNOCK: Token = Token(usize::MAX);
/// Pause between two looks at viewers that do not get in.
const SWEEP_EVERY: Duration = Duration::from_secs(1);
/// Pause between two counts of who has not heard everything.
const COUNT_EVERY: Duration = Duration::from_millis(50);
/// Stands for a count that was not made yet; several of them can be added.
const NOT_COUNTED: u64 = u64::MAX / 1_024;
/// The shortest pause between messages at which the last millisecond is waited for busily.
const BUSY_WAIT_PAUSE_MIN: Duration = Duration::from_millis(5);

/// What the driver tells an engine.
#[derive(Clone, Copy, Debug)]
pub enum Order {
    /// Writes at its times, and cuts all connections when it is time for that.
    Begin(Traffic),
    /// Opens and cuts so many connections.
    Cycle(u64),
    /// Shows how many have not heard of this event yet; slow readers read again.
    Settle(i64),
    /// Ends.
    Finish,
}

/// A running engine.
#[derive(Debug)]
pub struct Handle {
    /// What it has done so far.
    pub live: Arc<Live>,
    orders: SyncSender<Order>,
    waker: Waker,
    thread: Option<JoinHandle<Tally>>,
}

/// The thread's own state.
struct Engine {
    plan: Arc<Plan>,
    live: Arc<Live>,
    poll: Poll,
    orders: Receiver<Order>,
    viewers: Vec<Viewer>,
    /// When which viewer comes, soonest first.
    arrivals: BinaryHeap<Reverse<(Instant, usize)>>,
    traffic: Option<Traffic>,
    pen: Pen,
    storm_at: Option<Instant>,
    cycling: Cycling,
    settle: Option<i64>,
    is_finished: bool,
    next_sweep: Instant,
    next_count: Instant,
    tally: Tally,
    rng: StdRng,
    buffer: Vec<u8>,
}

impl Handle {
    /// Starts the engine of a thread; its viewers begin to come at once.
    ///
    /// # Errors
    /// When the system gives no epoll or thread.
    pub fn start(plan: &Arc<Plan>, thread: usize, seed: u64) -> std::io::Result<Self> {
        let (sender, orders) = sync_channel(ORDERS_MAX);
        let poll = Poll::new()?;
        let waker = Waker::new(poll.registry(), KNOCK)?;
        let live = Arc::new(Live::default());
        let engine = Engine::new(Arc::clone(plan), Arc::clone(&live), poll, orders, thread, seed);
        let name = format!("load-{thread}");
        let thread = std::thread::Builder::new().name(name).spawn(|| engine.run())?;
        Ok(Self { live, orders: sender, waker, thread: Some(thread) })
    }

    /// Tells the engine something.
    pub fn tell(&self, order: Order) {
        if matches!(order, Order::Settle(_)) {
            // Nobody may take the count of before for the one that was just asked for.
            self.live.behind.store(NOT_COUNTED, Ordering::Relaxed);
        }
        match self.orders.try_send(order) {
            Ok(()) => drop(self.waker.wake()),
            // It ended by a fault of its own, which `finish` brings to light.
            Err(TrySendError::Disconnected(_)) => {}
            Err(TrySendError::Full(order)) => panic!("an engine did not take {order:?}"),
        }
    }

    /// Ends the engine and answers what it has counted.
    #[must_use]
    pub fn finish(mut self) -> Tally {
        self.tell(Order::Finish);
        let thread = self.thread.take().expect("an engine is finished once");
        thread.join().expect("engines do not panic")
    }
}

impl Drop for Handle {
    /// A driver that gives up leaves no thread behind.
    fn drop(&mut self) {
        if let Some(thread) = self.thread.take() {
            let _ = self.orders.try_send(Order::Finish);
            let _ = self.waker.wake();
            let _ = thread.join();
        }
    }
}

impl Engine {
    fn new(
        plan: Arc<Plan>,
        live: Arc<Live>,
        poll: Poll,
        orders: Receiver<Order>,
        thread: usize,
        seed: u64,
    ) -> Self {
        let now = Instant::now();
        let viewers: Vec<Viewer> = plan.numbers_of(thread).map(Viewer::new).collect();
        let all = u32::try_from(plan.viewers + plan.slow).unwrap_or(u32::MAX).max(1);
        let arrival = |(at, viewer): (usize, &Viewer)| {
            let place = u32::try_from(viewer.person.number).unwrap_or(u32::MAX);
            Reverse((now + plan.ramp * place / all, at))
        };
        // In a soak each connection is an order's doing.
        let comes = plan.cycles.is_none();
        let arrivals = viewers.iter().enumerate().filter(|_| comes).map(arrival).collect();
        let writers = viewers.iter().take_while(|viewer| viewer.person.number < plan.writers).count();
        Self {
            pen: Pen::new(&plan, thread, writers),
            cycling: Cycling::new(&plan, viewers.len()),
            plan,
            live,
            poll,
            orders,
            viewers,
            arrivals,
            traffic: None,
            storm_at: None,
            settle: None,
            is_finished: false,
            next_sweep: now,
            next_count: now,
            tally: Tally::default(),
            rng: StdRng::seed_from_u64(seed),
            buffer: vec![0; READ_BYTES],
        }
    }

    fn run(mut self) -> Tally {
        let mut events = Events::with_capacity(EVENTS_MAX);
        while !self.is_finished {
            let timeout = self.timeout();
            if let Err(error) = self.poll.poll(&mut events, Some(timeout))
                && error.kind() != std::io::ErrorKind::Interrupted
            {
                self.live.fail(format!("the system gives no events: {error}"));
                break;
            }
            for event in &events {
                self.on_event(event);
            }
            self.take_orders();
            self.do_what_is_due(Instant::now());
            self.live.publish(&self.tally);
        }
        self.close_the_books();
        self.tally
    }

    /// How long nothing is due.
    fn timeout(&self) -> Duration {
        let arrival = self.arrivals.peek().map(|Reverse((at, _))| *at);
        let times = [arrival, self.pen.next(), self.storm_at, self.cycling.next(), self.count_at()];
        let next = times.into_iter().flatten().min().unwrap_or(self.next_sweep).min(self.next_sweep);
        let wait = next.saturating_duration_since(Instant::now());
        let millis = Duration::from_millis(u64::try_from(wait.as_millis()).unwrap_or(u64::MAX));
        // epoll counts in milliseconds. Where messages are rare, the last one is waited for busily, so
        // that each leaves at its time; where they are many, a batch a millisecond does as well.
        let is_rare = self.pen.next() == Some(next) && self.pen.pause() >= BUSY_WAIT_PAUSE_MIN;
        if millis.is_zero() && !wait.is_zero() && !is_rare { Duration::from_millis(1) } else { millis }
    }

    fn count_at(&self) -> Option<Instant> {
        self.settle.map(|_| self.next_count)
    }

    fn on_event(&mut self, event: &Event) {
        let Token(at) = event.token();
        if event.token() == KNOCK {
            return;
        }
        let is_over = event.is_read_closed() || event.is_error();
        let now = Instant::now();
        if let Err(end) = self.with(at, now, |viewer, buffer, cx| viewer.go_on(is_over, buffer, cx)) {
            self.end(at, end, now);
        }
    }

    /// Lends a viewer everything it needs.
    fn with<T>(
        &mut self,
        at: usize,
        now: Instant,
        act: impl FnOnce(&mut Viewer, &mut [u8], &mut Context<'_>) -> T,
    ) -> T {
        let Self { plan, tally, rng, traffic, viewers, buffer, .. } = self;
        let mut cx = Context { plan, tally, rng, now, traffic: *traffic };
        act(&mut viewers[at], buffer, &mut cx)
    }

    fn take_orders(&mut self) {
        while let Ok(order) = self.orders.try_recv() {
            match order {
                Order::Begin(traffic) => {
                    self.traffic = Some(traffic);
                    self.pen.begin(traffic);
                    self.storm_at = self.plan.storm.map(|storm| traffic.begin + storm.after);
                }
                Order::Cycle(count) => self.cycling.begin(count, Instant::now()),
                Order::Settle(seq) => {
                    self.settle = Some(seq);
                    self.pen.stop();
                    self.storm_at = None;
                    self.wake_slow_readers();
                }
                Order::Finish => self.is_finished = true,
            }
        }
    }

    fn do_what_is_due(&mut self, now: Instant) {
        while let Some(Reverse((at, viewer))) = self.arrivals.peek().copied()
            && at <= now
        {
            self.arrivals.pop();
            self.arrive(viewer, now);
        }
        self.cycle(now);
        self.write(now);
        if self.storm_at.is_some_and(|at| at <= now) {
            self.storm_at = None;
            self.break_all(now);
        }
        if self.next_sweep <= now {
            self.next_sweep = now + SWEEP_EVERY;
            self.sweep(now);
        }
        if self.count_at().is_some_and(|at| at <= now) {
            self.next_count = now + COUNT_EVERY;
            let behind = self.behind();
            self.live.behind.store(behind, Ordering::Relaxed);
        }
    }

    fn arrive(&mut self, at: usize, now: Instant) {
        let Self { plan, viewers, poll, .. } = self;
        let interest = Interest::READABLE | Interest::WRITABLE;
        let connected = viewers[at]
            .connect(plan, now)
            .and_then(|line| poll.registry().register(line, Token(at), interest));
        if let Err(error) = connected {
            self.tally.miss(&error.kind().to_string());
            self.end(at, End::Broken, now);
        }
    }
}
