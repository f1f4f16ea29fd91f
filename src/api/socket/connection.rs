//! One open socket: hello, then events out and commands in until one side ends it.
//!
//! Writing never blocks the rest: deadlines, closes and commands go on beside a slow write.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::task::JoinHandle;
use tokio::time::Instant;

use super::commands::{Asked, Work};
use super::opening::{self, Opening};
use super::person::Person;
use super::wire::{Happened, Wire};
use crate::api::ApiState;
use crate::api::edge::client::Rate;
use crate::domain::show::Show;
use crate::hub::{Registration, Subscription, Wish};
use crate::protocol::{CloseCode, Done, Hello, Refused, ServerFrame};

/// Commands of one socket that may wait for the one before.
const WAITING_MAX: usize = 16;
/// Frames that are no command, or none of this person's, before the socket is closed.
const BAD_FRAMES_MAX: u32 = 3;
/// Hearts of one socket in a second; more are not counted.
const HEARTS_PER_SEC: u32 = 5;
/// How long a client may take to read what goes before a close.
const LAST_WORDS_TIMEOUT: Duration = Duration::from_secs(1);
/// How long a write may be under way before the bytes behind it are counted.
const WRITE_GRACE: Duration = Duration::from_millis(500);

/// A socket that has said hello.
pub struct Connection {
    state: ApiState,
    show: Arc<Show>,
    person: Person,
    wire: Wire,
    subscription: Subscription,
    registration: Registration,
    /// Small frames for this person, before events.
    replies: VecDeque<Bytes>,
    waiting: VecDeque<Job>,
    running: Option<JoinHandle<Outcome>>,
    timers: Timers,
    meters: Meters,
    bad_frames: u32,
}

/// Work that runs beside the socket, one at a time so that messages keep their order.
enum Job {
    Command(String, Work),
    /// Looks whether a member still is one.
    Renew,
    /// Tells the own state anew.
    Refresh,
}

enum Outcome {
    Reply(Bytes),
    Renewed(Person),
    Close(CloseCode),
}

struct Timers {
    next_ping: Instant,
    pong_due: Option<Instant>,
    next_renewal: Option<Instant>,
}

struct Meters {
    commands: (Rate, Option<Instant>),
    control_frames: (Rate, Option<Instant>),
    hearts: (Rate, Option<Instant>),
}

/// Waits for a hello and identifies its sender.
///
/// # Errors
/// The code to close with; none when the peer left without a word.
pub async fn greet(
    wire: &mut Wire,
    state: &ApiState,
    show: &Show,
    session: Option<String>,
    address: std::net::IpAddr,
) -> Result<(Person, Option<String>), Option<CloseCode>> {
    let text = tokio::select! {
        text = first_text(wire) => text?,
        () = tokio::time::sleep(state.hub.limits().hello_timeout) => return Err(Some(CloseCode::Policy)),
        () = state.hub.draining() => return Err(Some(CloseCode::Restart)),
    };
    let hello = Hello::parse(&text).ok_or(CloseCode::Policy)?;
    let person = Person::identify(state, show, &hello, session, address).await?;
    Ok((person, hello.after))
}

async fn first_text(wire: &mut Wire) -> Result<String, Option<CloseCode>> {
    loop {
        match wire.drive().await {
            Happened::Text(text) => return Ok(text.as_str().to_owned()),
            Happened::Fault(code) => return Err(Some(code)),
            Happened::Gone => return Err(None),
            Happened::Sent | Happened::Ping | Happened::Pong => {}
        }
    }
}

impl Connection {
    /// Begins the socket of a person.
    ///
    /// # Errors
    /// Gives the wire back with the code to close with.
    pub async fn begin(
        wire: Wire,
        state: ApiState,
        show: Arc<Show>,
        person: Person,
        after: Option<String>,
    ) -> Result<Self, (Wire, CloseCode)> {
        // Registered first, so that a ban between the look and the subscription is not missed.
        let Ok(registration) = state.hub.register(person.viewer_id()) else {
            return Err((wire, CloseCode::Flooding));
        };
        let opened = opening::open(&state, &show, &person, after.as_deref()).await;
        let Opening { first, subscription } = match opened {
            Ok(opening) => opening,
            Err(code) => return Err((wire, code)),
        };
        let limits = state.hub.limits();
        let now = Instant::now();
        let timers = Timers {
            // Spread, so that those who came together are not pinged together.
            next_ping: now + limits.ping_every / 2 + state.app.clock().jitter(limits.ping_every / 2),
            pong_due: None,
            next_renewal: person.caller().map(|_| now + limits.member_recheck),
        };
        let meters = Meters {
            commands: (Rate::new(limits.commands_per_sec, limits.commands_burst), None),
            control_frames: (Rate::new(limits.control_frames_per_sec, limits.control_frames_burst), None),
            hearts: (Rate::new(HEARTS_PER_SEC, HEARTS_PER_SEC), None),
        };
        Ok(Self {
            replies: VecDeque::from([first]),
            waiting: VecDeque::new(),
            running: None,
            bad_frames: 0,
            state,
            show,
            person,
            wire,
            subscription,
            registration,
            timers,
            meters,
        })
    }

    /// Serves the socket to its end.
    pub async fn run(mut self) {
        let end = self.serve().await;
        // A command that is running goes on; whoever sent it asks again with the same id.
        let Self { mut wire, state, replies, .. } = self;
        match end {
            Some(CloseCode::Restart) => send_off(wire, &state).await,
            Some(code) => {
                if code == CloseCode::TooSlow {
                    state.hub.metrics().sockets_too_slow.add_one();
                } else {
                    let last_words = send_all(&mut wire, replies);
                    let _ = tokio::time::timeout(LAST_WORDS_TIMEOUT, last_words).await;
                }
                wire.close(code).await;
            }
            None => wire.finish().await,
        }
    }

    /// Answers the code to close with; none when the peer ended it.
    async fn serve(&mut self) -> Option<CloseCode> {
        loop {
            if let Err(code) = self.send_next() {
                return Some(code);
            }
            self.start_next();
            let deadline = self.deadline();
            let is_idle = self.wire.is_idle();
            let step = tokio::select! {
                happened = self.wire.drive() => self.on_happened(happened),
                () = self.subscription.changed(), if is_idle => Ok(()),
                outcome = finished(&mut self.running) => self.on_outcome(outcome),
                wish = self.registration.control.wish() => self.on_wish(wish),
                () = tokio::time::sleep_until(deadline) => self.on_time(),
                () = self.state.hub.draining() => Err(Some(CloseCode::Restart)),
            };
            if let Err(end) = step {
                return end;
            }
        }
    }

    /// Hands the next frame to an idle wire: what is for this person alone, then events.
    fn send_next(&mut self) -> Result<(), CloseCode> {
        if !self.wire.is_idle() {
            return Ok(());
        }
        if let Some(reply) = self.replies.pop_front() {
            self.wire.send(reply);
            return Ok(());
        }
        // Fallen off the ring: resuming reads it once for all who come back.
        if let Some(delivery) = self.subscription.take().map_err(|_| CloseCode::TooSlow)? {
            let metrics = self.state.hub.metrics();
            metrics.deliveries.add(delivery.events);
            metrics.delivery_frames.add_one();
            self.wire.send(delivery.frame);
        }
        Ok(())
    }

    fn start_next(&mut self) {
        if self.running.is_some() {
            return;
        }
        let Some(job) = self.waiting.pop_front() else { return };
        let (state, show, person) = (self.state.clone(), Arc::clone(&self.show), self.person.clone());
        // A task of its own: a client that hangs up must not stop a write half-way.
        self.running = Some(tokio::spawn(async move {
            match job {
                Job::Command(id, work) => match person.renewed(&state).await {
                    Ok(person) => {
                        let done = work.run(&state, show.id, &person).await;
                        Outcome::Reply(ServerFrame::reply(id, done).to_json().into())
                    }
                    Err(code) => Outcome::Close(code),
                },
                Job::Renew => match person.renewed(&state).await {
                    Ok(person) => Outcome::Renewed(person),
                    Err(code) => Outcome::Close(code),
                },
                Job::Refresh => match person.you(&state, &show).await {
                    Ok(you) => Outcome::Reply(ServerFrame::You(you).to_json().into()),
                    Err(code) => Outcome::Close(code),
                },
            }
        }));
    }

    fn on_happened(&mut self, happened: Happened) -> Result<(), Option<CloseCode>> {
        match happened {
            Happened::Sent => Ok(()),
            Happened::Text(text) => self.on_text(&text).map_err(Some),
            Happened::Ping => self.on_control_frame().map_err(Some),
            Happened::Pong => {
                self.timers.pong_due = None;
                self.on_control_frame().map_err(Some)
            }
            Happened::Fault(code) => Err(Some(code)),
            Happened::Gone => Err(None),
        }
    }

    fn on_control_frame(&mut self) -> Result<(), CloseCode> {
        let (rate, due) = &mut self.meters.control_frames;
        rate.take(due, Instant::now()).map_err(|_| CloseCode::Policy)
    }

    fn on_text(&mut self, text: &str) -> Result<(), CloseCode> {
        let now = Instant::now();
        let (rate, due) = &mut self.meters.commands;
        rate.take(due, now).map_err(|_| CloseCode::Flooding)?;
        match Asked::read(text, &self.person) {
            Asked::Heart => {
                let (rate, due) = &mut self.meters.hearts;
                if rate.take(due, now).is_ok() {
                    self.subscription.feed().add_heart();
                }
            }
            Asked::Ping(id) => {
                let server_time = self.state.app.clock().now();
                self.reply(id, Ok(Done::Pong { server_time }));
            }
            Asked::Work(id, work) => {
                if self.waiting.len() >= WAITING_MAX {
                    return Err(CloseCode::Flooding);
                }
                self.waiting.push_back(Job::Command(id, work));
            }
            Asked::Refused(id, refused) => return self.on_refused(id, refused),
        }
        Ok(())
    }

    /// An unknown type may be a newer client; what is no command or not allowed is counted.
    fn on_refused(&mut self, id: String, refused: Refused) -> Result<(), CloseCode> {
        use crate::domain::problem::Code;
        let code = refused.code;
        self.state.hub.metrics().count_problem(code);
        self.reply(id, Err(refused));
        if code == Code::UnknownType {
            return Ok(());
        }
        if code == Code::Forbidden {
            let who = self.person.sender().author_id();
            tracing::warn!(show.id = %self.show.id, person.id = %who, "a socket asked for what is not its own");
        }
        self.bad_frames += 1;
        if self.bad_frames >= BAD_FRAMES_MAX { Err(CloseCode::Policy) } else { Ok(()) }
    }

    fn on_outcome(&mut self, outcome: Option<Outcome>) -> Result<(), Option<CloseCode>> {
        self.running = None;
        match outcome {
            Some(Outcome::Reply(frame)) => self.replies.push_back(frame),
            Some(Outcome::Renewed(person)) => self.person = person,
            Some(Outcome::Close(code)) => return Err(Some(code)),
            None => {
                self.state.hub.metrics().panics.add_one();
                return Err(Some(CloseCode::Internal));
            }
        }
        Ok(())
    }

    fn on_wish(&mut self, wish: Wish) -> Result<(), Option<CloseCode>> {
        match wish {
            Wish::Close(code) => Err(Some(code)),
            Wish::Refresh => {
                self.waiting.push_back(Job::Refresh);
                Ok(())
            }
        }
    }

    /// The next moment at which something is due.
    fn deadline(&self) -> Instant {
        let limits = self.state.hub.limits();
        let grace = WRITE_GRACE.min(limits.stall_timeout);
        let writing = self.wire.writing_since().map(|_| Instant::now() + grace);
        [self.timers.pong_due, self.timers.next_renewal, writing]
            .into_iter()
            .flatten()
            .fold(self.timers.next_ping, Instant::min)
    }

    fn on_time(&mut self) -> Result<(), Option<CloseCode>> {
        let (now, limits) = (Instant::now(), self.state.hub.limits());
        if self.timers.pong_due.is_some_and(|due| due <= now) {
            return Err(Some(CloseCode::NoPong));
        }
        if let Some(since) = self.wire.writing_since() {
            let is_stalled = now - since >= limits.stall_timeout;
            let is_far_behind =
                now - since >= WRITE_GRACE && self.subscription.pending_bytes() > limits.pending_bytes_max;
            if is_stalled || is_far_behind {
                return Err(Some(CloseCode::TooSlow));
            }
        }
        if self.timers.next_renewal.is_some_and(|due| due <= now) {
            self.timers.next_renewal = Some(now + limits.member_recheck);
            self.waiting.push_back(Job::Renew);
        }
        if self.timers.next_ping <= now {
            self.timers.next_ping = now + limits.ping_every;
            self.timers.pong_due = Some(now + limits.pong_timeout);
            self.wire.ping();
        }
        Ok(())
    }

    fn reply(&mut self, id: String, result: Result<Done, Refused>) {
        self.replies.push_back(ServerFrame::reply(id, result).to_json().into());
    }
}

/// The outcome of the running job; waits for ever when there is none, `None` when it panicked.
async fn finished(running: &mut Option<JoinHandle<Outcome>>) -> Option<Outcome> {
    match running {
        Some(job) => job.await.ok(),
        None => std::future::pending().await,
    }
}

/// Sends what was still to be said; ends early when the peer does.
async fn send_all(wire: &mut Wire, frames: impl IntoIterator<Item = Bytes>) {
    for frame in frames {
        while !wire.is_idle() {
            if matches!(wire.drive().await, Happened::Gone | Happened::Fault(_)) {
                return;
            }
        }
        wire.send(frame);
    }
    while !wire.is_idle() && !matches!(wire.drive().await, Happened::Gone | Happened::Fault(_)) {}
}

/// Tells a client when to come back, spread so that not all come at once, and closes.
pub async fn send_off(mut wire: Wire, state: &ApiState) {
    let limits = state.hub.limits();
    let retry = state.app.clock().jitter(limits.drain_spread);
    let drain = ServerFrame::drain(retry).to_json().into();
    let _ = tokio::time::timeout(LAST_WORDS_TIMEOUT, send_all(&mut wire, [drain])).await;
    wire.close(CloseCode::Restart).await;
}
