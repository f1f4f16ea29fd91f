//! An open connection, from the SYN to the last byte.
//!
//! It knows requests and frames; what they mean to a viewer is the viewer's.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr};
use std::time::{Duration, Instant};

use mio::net::TcpStream;
use rand::Rng;
use rand::rngs::StdRng;
use serde_json::Value;
use socket2::{Domain, Protocol, SockRef, Socket, Type};

use super::viewer::{Context, End, Person};
use crate::load::frame::{Inbox, Incoming, write_close, write_pong, write_text};
use crate::load::http::Answer;
use crate::load::plan::Plan;

/// Bytes that the system keeps for a reader that does not read; its smallest buffer, about.
const SLOW_BUFFER_BYTES: usize = 4 * 1024;

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

impl Line {
    /// Begins to connect as one of the run's sockets.
    ///
    /// # Errors
    /// What the system says, most often that there is no port or descriptor left.
    pub fn open(plan: &Plan, number: usize, now: Instant) -> std::io::Result<Self> {
        let socket = Socket::new(Domain::for_address(plan.server), Type::STREAM, Some(Protocol::TCP))?;
        socket.set_nonblocking(true)?;
        if plan.is_slow(number) {
            socket.set_recv_buffer_size(SLOW_BUFFER_BYTES)?;
        } else {
            socket.set_tcp_nodelay(true)?;
        }
        if let Some(source) = plan.sources.of(number) {
            socket.bind(&SocketAddr::from((source, 0)).into())?;
        }
        match socket.connect(&plan.server.into()) {
            Ok(()) => {}
            // The usual case: the answer comes as an event.
            Err(error) if error.kind() == ErrorKind::WouldBlock || is_in_progress(&error) => {}
            Err(error) => return Err(error),
        }
        let stream = TcpStream::from_std(socket.into());
        let link = Link::at(Stage::Connecting, now);
        Ok(Self { stream, head: Vec::new(), inbox: Inbox::default(), link })
    }

    /// What is registered for events.
    pub const fn stream(&mut self) -> &mut TcpStream {
        &mut self.stream
    }

    /// Reads all there is.
    ///
    /// # Errors
    /// How the connection ended.
    pub fn read(
        &mut self,
        is_over: bool,
        buffer: &mut [u8],
        person: &mut Person,
        cx: &mut Context<'_>,
    ) -> Result<(), End> {
        loop {
            match self.stream.read(buffer) {
                Ok(0) => return Err(End::Broken),
                Ok(length) => {
                    cx.now = Instant::now();
                    self.take(&buffer[..length], person, cx)?;
                    self.flush()?;
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

    /// Ends it with a reset, where the system plays along.
    pub fn reset(self) {
        let _ = SockRef::from(&self.stream).set_linger(Some(Duration::ZERO));
    }

    /// Ends it as the protocol asks, without waiting for the answer.
    pub fn say_good_bye(mut self, rng: &mut StdRng) {
        write_close(rng.random(), &mut self.link.out);
        let _ = self.flush();
        let _ = self.stream.shutdown(Shutdown::Write);
    }

    /// Looks whether the connection could be made.
    ///
    /// # Errors
    /// When it could not.
    pub fn check_connected(&self) -> Result<(), End> {
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

    /// Writes what waits, as far as the socket takes it.
    ///
    /// # Errors
    /// When the connection is gone.
    pub fn flush(&mut self) -> Result<(), End> {
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

    /// Adds a request to what is sent.
    pub fn ask(&mut self, stage: Stage, request: &str) {
        self.out.extend_from_slice(request.as_bytes());
        self.stage = stage;
    }
}

/// Whether a connect that does not wait is merely under way; the standard library has no name for it.
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
