//! One viewer: what it is and where it stands, with or without a connection.
//!
//! Well below 1 KiB while it waits for events.

use std::time::{Duration, Instant};

use mio::net::TcpStream;
use rand::rngs::StdRng;
use serde_json::{Value, json};

use super::line::{Line, Link, Stage};
use crate::load::frame::Fault;
use crate::load::http::{Answer, handshake, post};
use crate::load::plan::Plan;
use crate::load::tally::{Tally, Traffic};

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
        Ok(self.line.insert(Line::open(plan, self.person.number, now)?).stream())
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
        line.read(is_over, buffer, person, cx)
    }

    /// Reads all there is.
    ///
    /// # Errors
    /// How the connection ended.
    pub fn read(&mut self, is_over: bool, buffer: &mut [u8], cx: &mut Context<'_>) -> Result<(), End> {
        let Self { person, line: Some(line) } = self else { return Ok(()) };
        line.read(is_over, buffer, person, cx)
    }

    /// Sends a command.
    ///
    /// # Errors
    /// When the connection is gone.
    pub fn send(&mut self, command: &Value, cx: &mut Context<'_>) -> Result<(), End> {
        let line = self.line.as_mut().ok_or(End::Broken)?;
        line.link.write(command, cx.rng);
        line.flush()
    }

    /// Cuts the connection in one of three ways, as clients do: gone, reset, or with a good-bye.
    pub fn cut(&mut self, way: u64, cx: &mut Context<'_>) {
        let Some(line) = self.line.take() else { return };
        match way % 3 {
            0 => drop(line),
            1 => line.reset(),
            _ => line.say_good_bye(cx.rng),
        }
    }
}

impl Person {
    /// The first request of a connection.
    pub fn begin(&self, link: &mut Link, cx: &Context<'_>) {
        let Plan { host, show, .. } = cx.plan;
        if self.token.is_some() {
            shake_hands(link, cx);
        } else {
            link.ask(Stage::Token, &post(host, &format!("/api/v1/shows/{show}/viewers"), "", ""));
        }
    }

    /// Takes the answer to the request before.
    ///
    /// # Errors
    /// When it is a refusal or makes no sense.
    pub fn on_answer(
        &mut self,
        answer: &Answer<'_>,
        link: &mut Link,
        cx: &mut Context<'_>,
    ) -> Result<(), End> {
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
                link.write(&hello, cx.rng);
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
    link.ask(Stage::Handshake, &handshake(&cx.plan.host, &path));
}
