//! One viewer: what it is, and its connection from the first byte to the last.
//!
//! Well below 1 KiB while it waits for events.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr};
use std::time::{Duration, Instant};

use mio::net::TcpStream;
use rand::Rng;
use rand::rngs::StdRng;
use serde_json::{Value, json};
use socket2::{Domain, Protocol, SockRef, Socket, Type};

use crate::load::frame::{Fault, Inbox, Incoming, write_close, write_pong, write_text};
use crate::load::http::{Answer, handshake, post};
use crate::load::plan::Plan;
use crate::load::tally::{Tally, Traffic};

/// Bytes that the system keeps for a reader that does not read; its smallest buffer, about.
const SLOW_BUFFER_BYTES: usize = 4 * 1024;

/// What handling a connection may use.
pub struct Context<'a> {
    /// The run.
    pub plan: &'a Plan,
    /// Where everything is counted.
    pub tally: &'a mut Tally,
    /// Masks and pauses.
    pub rng: &'a mut StdRng,
    /// When the bytes at hand were read.
    pub now: Instant,
    /// The traffic, once it began.
    pub traffic: Option<Traffic>,
}

/// Why a connection ended.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum End {
    /// It could not be made or broke off.
    #[error("connection broke")]
    Broken,
    /// The server refused a request.
    #[error("{status} {code}")]
    Refused {
        /// The status.
        status: u16,
        /// The problem's code.
        code: String,
        /// When to come back, where the server says so.
        retry: Option<Duration>,
    },
    /// The server closed the socket with this code.
    #[error("closed with {0}")]
    Closed(u16),
    /// The server broke the protocol.
    #[error("protocol broken")]
    Fault,
    /// It took too long to get in.
    #[error("no answer in time")]
    Timeout,
    /// It is in, which is all that was asked of it.
    #[error("done")]
    Done,
}

impl From<Fault> for End {
    fn from(_: Fault) -> Self {
        Self::Fault
    }
}

/// How far a connection is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// No answer to the SYN yet.
    Connecting,
    /// Asked for a token.
    Token,
    /// Asked for the switch to the socket's protocol.
    Handshake,
    /// Said hello.
    Hello,
    /// In.
    Online,
    /// Said hello and reads nothing more.
    Stalled,
}

/// A viewer, with or without a connection.
#[derive(Debug)]
pub struct Viewer {
    /// What stays when the connection goes.
    pub person: Person,
    /// The connection.
    pub line: Option<Line>,
}

/// What stays of a viewer when the connection goes.
#[derive(Debug)]
pub struct Person {
    /// Which of the run's sockets this is.
    pub number: usize,
    /// Given by the server at the first visit.
    token: Option<Box<str>>,
    /// The epoch of `seq`; all viewers of a server have the same.
    epoch: Box<str>,
    /// The newest event that was heard.
    pub seq: Option<i64>,
    /// Attempts since the viewer was in last.
    pub attempts: u32,
    /// When the server asked to come back.
    pub drain: Option<Duration>,
    /// When the storm cut the connection, until the viewer is back.
    pub cut_at: Option<Instant>,
    /// Whether the server knows a name to write under.
    pub is_named: bool,
}

/// An open connection.
#[derive(Debug)]
pub struct Line {
    stream: TcpStream,
    /// Of an answer whose end is not here.
    head: Vec<u8>,
    inbox: Inbox,
    /// What the rest of the program may look at.
    pub link: Link,
}

/// The state of a connection beside its stream.
#[derive(Debug)]
pub struct Link {
    /// How far it is.
    pub stage: Stage,
    /// When it was begun.
    pub begun: Instant,
    /// Since when the viewer is in; older events that still come are a replay.
    pub online_at: Instant,
    /// What the socket did not take yet.
    out: Vec<u8>,
}

impl Viewer {
    /// A viewer who has not been here.
    #[must_use]
    pub fn new(number: usize) -> Self {
        let (token, epoch) = (None, Box::default());
        let (seq, attempts, drain, cut_at) = (None, 0, None, None);
        let person = Person { number, token, epoch, seq, attempts, drain, cut_at, is_named: false };
        Self { person, line: None }
    }

    /// Begins to connect; the stream is to be registered for reading and writing.
    ///
    /// # Errors
    /// What the system says, most often that there is no port or descriptor left.
    pub fn connect(&mut self, plan: &Plan, now: Instant) -> std::io::Result<&mut TcpStream> {
        let socket = Socket::new(Domain::for_address(plan.server), Type::STREAM, Some(Protocol::TCP))?;
        socket.set_nonblocking(true)?;
        if plan.is_slow(self.person.number) {
            socket.set_recv_buffer_size(SLOW_BUFFER_BYTES)?;
        } else {
            socket.set_tcp_nodelay(true)?;
        }
        if let Some(source) = plan.sources.of(self.person.number) {
            socket.bind(&SocketAddr::from((source, 0)).into())?;
        }
        match socket.connect(&plan.server.into()) {
            Ok(()) => {}
            // The usual case: the answer comes as an event. EINPROGRESS has no name of its own.
            Err(error) if error.kind() == ErrorKind::WouldBlock || is_in_progress(&error) => {}
            Err(error) => return Err(error),
        }
        let stream = TcpStream::from_std(socket.into());
        let link = Link::at(Stage::Connecting, now);
        let line = Line { stream, head: Vec::new(), inbox: Inbox::default(), link };
        Ok(&mut self.line.insert(line).stream)
    }

    /// Whether the viewer is in.
    #[must_use]
    pub fn is_online(&self) -> bool {
        self.line.as_ref().is_some_and(|line| line.link.stage == Stage::Online)
    }

    /// Goes on after the system said that something can be read or written.
    ///
    /// # Errors
    /// How the connection ended.
    pub fn go_on(&mut self, is_over: bool, buffer: &mut [u8], cx: &mut Context<'_>) -> Result<(), End> {
        let Self { person, line: Some(line) } = self else { return Ok(()) };
        if line.link.stage == Stage::Connecting {
            line.check_connected()?;
            person.begin(&mut line.link, cx);
        }
        line.flush()?;
        if line.link.stage == Stage::Stalled && !is_over {
            return Ok(());
        }
        self.read(is_over, buffer, cx)
    }

    /// Reads all there is.
    ///
    /// # Errors
    /// How the connection ended.
    pub fn read(&mut self, is_over: bool, buffer: &mut [u8], cx: &mut Context<'_>) -> Result<(), End> {
        let Self { person, line: Some(line) } = self else { return Ok(()) };
        loop {
            match line.stream.read(buffer) {
                Ok(0) => return Err(End::Broken),
                Ok(length) => {
                    cx.now = Instant::now();
                    line.take(&buffer[..length], person, cx)?;
                    line.flush()?;
                    // A short read has emptied the socket; more of it is an event of its own.
                    if length < buffer.len() && !is_over {
                        return Ok(());
                    }
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => return Err(End::Broken),
            }
        }
    }

    /// Sends a command.
    ///
    /// # Errors
    /// When the connection is gone.
    pub fn send(&mut self, command: &Value, cx: &mut Context<'_>) -> Result<(), End> {
        let line = self.line.as_mut().ok_or(End::Broken)?;
        write_text(command.to_string().as_bytes(), cx.rng.random(), &mut line.link.out);
        line.flush()
    }

    /// Cuts the connection in one of three ways, as clients do: gone, reset, or with a good-bye.
    pub fn cut(&mut self, way: u64, cx: &mut Context<'_>) {
        let Some(mut line) = self.line.take() else { return };
        match way % 3 {
            0 => {}
            1 => {
                // The server must cope with each of them; whether this system plays along is its own matter.
                let _ = SockRef::from(&line.stream).set_linger(Some(Duration::ZERO));
            }
            _ => {
                write_close(cx.rng.random(), &mut line.link.out);
                let _ = line.flush();
                let _ = line.stream.shutdown(Shutdown::Write);
            }
        }
    }
}

/// Whether a connect that does not wait is merely under way.
fn is_in_progress(error: &std::io::Error) -> bool {
    const LINUX: i32 = 115;
    const MACOS: i32 = 36;
    const WINDOWS: i32 = 10_035;
    let code = if cfg!(windows) {
        WINDOWS
    } else if cfg!(target_os = "linux") {
        LINUX
    } else {
        MACOS
    };
    error.raw_os_error() == Some(code)
}

impl Line {
    fn check_connected(&self) -> Result<(), End> {
        match self.stream.take_error() {
            Ok(None) => {}
            _ => return Err(End::Broken),
        }
        // An event may come before the connection is made; writing then waits for the next.
        self.stream.peer_addr().map(drop).or_else(|error| match error.kind() {
            ErrorKind::NotConnected => Ok(()),
            _ => Err(End::Broken),
        })
    }

    fn flush(&mut self) -> Result<(), End> {
        while !self.link.out.is_empty() {
            match self.stream.write(&self.link.out) {
                Ok(length) if length == self.link.out.len() => self.link.out = Vec::new(),
                Ok(length) => drop(self.link.out.drain(..length)),
                Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::NotConnected) => {
                    return Ok(());
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => return Err(End::Broken),
            }
        }
        Ok(())
    }

    fn take(&mut self, bytes: &[u8], person: &mut Person, cx: &mut Context<'_>) -> Result<(), End> {
        if matches!(self.link.stage, Stage::Hello | Stage::Online | Stage::Stalled) {
            return self.take_frames(bytes, person, cx);
        }
        let mut head = std::mem::take(&mut self.head);
        head.extend_from_slice(bytes);
        let Some(answer) = Answer::read(&head).map_err(|_| End::Fault)? else {
            self.head = head;
            return Ok(());
        };
        person.on_answer(&answer, &mut self.link, cx)?;
        self.take_frames(&head[answer.bytes..], person, cx)
    }

    fn take_frames(&mut self, bytes: &[u8], person: &mut Person, cx: &mut Context<'_>) -> Result<(), End> {
        let Self { inbox, link, .. } = self;
        inbox.feed(bytes, |incoming| match incoming {
            Incoming::Text(text) => person.hear(text, link, cx),
            Incoming::Ping(payload) => {
                write_pong(payload, cx.rng.random(), &mut link.out);
                Ok(())
            }
            Incoming::Close(code) => Err(End::Closed(code.unwrap_or(1_005))),
        })
    }
}

impl Person {
    /// The first request of a connection.
    fn begin(&self, link: &mut Link, cx: &Context<'_>) {
        let Plan { host, show, .. } = cx.plan;
        if self.token.is_some() {
            shake_hands(link, cx);
        } else {
            let request = post(host, &format!("/api/v1/shows/{show}/viewers"), "", "");
            link.out.extend_from_slice(request.as_bytes());
            link.stage = Stage::Token;
        }
    }

    fn on_answer(&mut self, answer: &Answer<'_>, link: &mut Link, cx: &mut Context<'_>) -> Result<(), End> {
        match (link.stage, answer.status) {
            (Stage::Token, 201) => {
                let body: Value = serde_json::from_slice(answer.body).map_err(|_| End::Fault)?;
                self.token = Some(body["token"].as_str().ok_or(End::Fault)?.into());
                shake_hands(link, cx);
            }
            (Stage::Handshake, 101) => {
                let mut hello = json!({ "t": "hello", "token": self.token });
                if let Some(seq) = self.seq {
                    hello["after"] = format!("{}:{seq}", self.epoch).into();
                }
                write_text(hello.to_string().as_bytes(), cx.rng.random(), &mut link.out);
                link.stage = Stage::Hello;
                if cx.plan.is_slow(self.number) {
                    link.stage = Stage::Stalled;
                    cx.tally.slow.stalled += 1;
                }
            }
            (_, status) => {
                let retry = answer.retry_secs.map(Duration::from_secs);
                return Err(End::Refused { status, code: answer.code(), retry });
            }
        }
        Ok(())
    }

    /// Keeps the place that an opening frame names.
    pub fn move_to(&mut self, epoch: &str, seq: i64) {
        if &*self.epoch != epoch {
            self.epoch = epoch.into();
        }
        self.seq = Some(seq);
    }

    /// Whether an opening goes on where this viewer was.
    #[must_use]
    pub fn stands_at(&self, epoch: &str, seq: i64) -> bool {
        &*self.epoch == epoch && self.seq == Some(seq)
    }
}

fn shake_hands(link: &mut Link, cx: &Context<'_>) {
    let path = format!("/api/v1/shows/{}/socket", cx.plan.show);
    link.out.extend_from_slice(handshake(&cx.plan.host, &path).as_bytes());
    link.stage = Stage::Handshake;
}

impl Link {
    /// The state of a connection that is begun now.
    #[must_use]
    pub const fn at(stage: Stage, now: Instant) -> Self {
        Self { stage, begun: now, online_at: now, out: Vec::new() }
    }

    /// Adds a command to what is sent.
    pub fn write(&mut self, command: &Value, rng: &mut StdRng) {
        write_text(command.to_string().as_bytes(), rng.random(), &mut self.out);
    }
}
