//! Many viewers in one thread: they count what they get and notice what is missing.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream as StdStream};
use std::time::{Duration, Instant};

use memchr::{memchr_iter, memmem};
use mio::net::TcpStream;
use mio::{Events, Interest, Poll, Token};

use crate::measure::micros;

/// Viewers that the peers are prepared for.
pub const VIEWERS_MAX: usize = 20_000;
/// Viewers that look at the time of each message; the others only count.
const SAMPLE: usize = 32;
/// Joins under way at a time.
const JOINING_MAX: usize = 64;
/// Ports that are used of one source address.
const CONNECTS_PER_ADDRESS: usize = 2_000;
const READ_BYTES: usize = 256 * 1024;
/// What stands before a frame of 126 bytes and more.
const FRAME_HEAD_BYTES: u64 = 4;

/// How a viewer introduces itself.
pub enum Manner {
    /// Says nothing; the frames come at once.
    Silent,
    /// Upgrades a request to this path.
    Upgrade(String),
    /// The same, and says hello with one of these tokens.
    Hello(String, Vec<String>),
}

/// Viewers of one peer.
pub struct Crowd {
    address: SocketAddr,
    manner: Manner,
    poll: Poll,
    events: Events,
    buffer: Vec<u8>,
    viewers: Vec<Viewer>,
    ready: usize,
    connects: usize,
    /// What positions begin with, once a viewer was welcomed.
    epoch: String,
    /// The last message of each viewer who was cut off, from which it goes on.
    places: Vec<i64>,
    /// Whose times are looked at.
    pub looks_at: LooksAt,
    pub tally: Tally,
}

/// What a crowd has seen.
#[derive(Default)]
pub struct Tally {
    pub deliveries: u64,
    /// Holes and repeats.
    pub wrong: u64,
    pub closed: u64,
    /// Microseconds from publication to arrival.
    pub latencies: Vec<u32>,
    /// The same for what does not wait.
    pub pin_latencies: Vec<u32>,
    pub handshakes: Vec<u32>,
    /// Viewers who went on where they were.
    pub resumed: u64,
    /// Of whole frames of events, with their heads.
    pub bytes: u64,
    /// Of all first frames.
    pub first_bytes: u64,
    /// Products that came on the screen: the number of the event, and when a viewer had it.
    pub featured: Vec<(i64, Instant)>,
}

/// Whose times are looked at; the others only count.
#[derive(Clone, Copy)]
pub enum LooksAt {
    All,
    /// One of many, so that looking does not take the core.
    Sample,
    /// So many who came first.
    First(usize),
}

struct Viewer {
    stream: TcpStream,
    began: Instant,
    state: State,
    last_seq: i64,
    /// Read from the first frame.
    epoch: Option<String>,
    carry: Vec<u8>,
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    Connecting,
    /// Waits for the end of the answer's head.
    Head,
    /// Waits for its first frame.
    Welcome,
    Ready,
    /// Reads nothing.
    Stalled,
    Gone,
}

impl Crowd {
    pub fn new(address: SocketAddr, manner: Manner) -> Self {
        Self {
            address,
            manner,
            poll: Poll::new().expect("a poll"),
            events: Events::with_capacity(1_024),
            buffer: vec![0; READ_BYTES],
            viewers: Vec::new(),
            ready: 0,
            connects: 0,
            epoch: String::new(),
            places: Vec::new(),
            looks_at: LooksAt::All,
            tally: Tally::default(),
        }
    }

    /// Lets viewers join, at most so many a second, and waits until all have.
    ///
    /// Who was here before goes on behind its last message.
    pub fn join(&mut self, count: usize, per_sec: usize) {
        let (start, begun) = (Instant::now(), self.viewers.len());
        while self.ready < begun + count {
            let due =
                usize::try_from(start.elapsed().as_millis()).expect("a short while") * per_sec / 1_000 + 1;
            let joining = self.viewers.len() - self.ready;
            let room = JOINING_MAX.saturating_sub(joining).min(begun + count - self.viewers.len());
            for _ in 0..room.min((begun + due).saturating_sub(self.viewers.len())) {
                self.connect();
            }
            self.turn(Duration::from_millis(1));
            assert!(start.elapsed() < Duration::from_mins(2), "{} of {count} joined", self.ready - begun);
        }
    }

    /// Has the first viewers read nothing from now on.
    pub fn stall(&mut self, count: usize) {
        for viewer in &mut self.viewers[..count] {
            viewer.state = State::Stalled;
        }
    }

    /// Cuts all viewers off but those who came first; they can join again.
    pub fn cut(&mut self, kept: usize) {
        self.places = self.viewers.iter().map(|viewer| viewer.last_seq).collect();
        self.viewers.truncate(kept);
        self.ready = kept;
    }

    /// The newest message that each has.
    pub fn slowest(&self) -> i64 {
        let reading = self.viewers.iter().filter(|viewer| viewer.state == State::Ready);
        reading.map(|viewer| viewer.last_seq).min().unwrap_or(0)
    }

    /// Reads what comes, for a while.
    pub fn watch(&mut self, time: Duration, mut on_turn: impl FnMut(&mut Self) -> bool) {
        let end = Instant::now() + time;
        while Instant::now() < end {
            self.turn(Duration::from_millis(1));
            if on_turn(self) {
                return;
            }
        }
    }

    fn connect(&mut self) {
        let socket =
            socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).expect("a socket");
        // Ports of one address run out, and are slow to find long before; 127.0.0.0/8 has plenty.
        let source = format!("127.0.1.{}:0", 1 + self.connects / CONNECTS_PER_ADDRESS).parse::<SocketAddr>();
        self.connects += 1;
        socket.bind(&source.expect("an address").into()).expect("a free port");
        socket.set_nonblocking(true).expect("a socket that does not wait");
        // In progress is how all of them begin.
        let _ = socket.connect(&self.address.into());
        let mut stream = TcpStream::from_std(StdStream::from(socket));
        let both = Interest::READABLE | Interest::WRITABLE;
        self.poll.registry().register(&mut stream, Token(self.viewers.len()), both).expect("registered");
        let state = State::Connecting;
        let (began, carry) = (Instant::now(), Vec::new());
        self.viewers.push(Viewer { stream, began, state, last_seq: 0, epoch: None, carry });
    }

    fn turn(&mut self, wait: Duration) {
        self.poll.poll(&mut self.events, Some(wait)).expect("polled");
        let events = std::mem::replace(&mut self.events, Events::with_capacity(1));
        for event in &events {
            let index = event.token().0;
            let Some(viewer) = self.viewers.get_mut(index) else { continue };
            if viewer.state == State::Connecting && event.is_writable() {
                self.introduce(index);
            }
            if event.is_readable() {
                self.read(index);
            }
        }
        self.events = events;
    }

    fn introduce(&mut self, index: usize) {
        let viewer = &mut self.viewers[index];
        let (words, next) = match &self.manner {
            Manner::Silent => (Vec::new(), State::Ready),
            Manner::Upgrade(path) | Manner::Hello(path, _) => (request(self.address, path), State::Head),
        };
        viewer.state = next;
        if words.is_empty() {
            self.ready += 1;
        } else {
            viewer.stream.write_all(&words).expect("an empty connection takes a request");
        }
    }

    /// Says who is there, as a browser does: after the answer.
    fn say_hello(&mut self, index: usize) {
        let Manner::Hello(_, tokens) = &self.manner else { return };
        let hello = match self.places.get(index) {
            Some(place) => {
                format!(r#"{{"t":"hello","token":"{}","after":"{}:{place}"}}"#, tokens[index], self.epoch)
            }
            None => format!(r#"{{"t":"hello","token":"{}"}}"#, tokens[index]),
        };
        let mut words = vec![0x81, 0x80 | 0x7e];
        words.extend_from_slice(&u16::try_from(hello.len()).expect("short").to_be_bytes());
        words.extend_from_slice(&[0; 4]);
        words.extend_from_slice(hello.as_bytes());
        self.viewers[index].stream.write_all(&words).expect("an empty connection takes a hello");
    }

    fn read(&mut self, index: usize) {
        let is_sampled = match self.looks_at {
            LooksAt::All => true,
            LooksAt::Sample => index.is_multiple_of(SAMPLE),
            LooksAt::First(count) => index < count,
        };
        let viewer = &mut self.viewers[index];
        if matches!(viewer.state, State::Stalled | State::Gone) {
            return;
        }
        loop {
            match viewer.stream.read(&mut self.buffer) {
                Ok(0) => break,
                Ok(length) => {
                    let bytes = &self.buffer[..length];
                    let has_welcome = matches!(self.manner, Manner::Hello(..));
                    let before = viewer.state;
                    viewer.take(bytes, has_welcome, is_sampled, &mut self.tally);
                    let (after, epoch) = (viewer.state, viewer.epoch.take());
                    if before != State::Ready && after == State::Ready {
                        self.ready += 1;
                    }
                    if let Some(epoch) = epoch {
                        self.epoch = epoch;
                    }
                    if before == State::Head && after == State::Welcome {
                        return self.say_hello(index);
                    }
                    if length < READ_BYTES {
                        return;
                    }
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => return,
                Err(_) => break,
            }
        }
        viewer.state = State::Gone;
        self.tally.closed += 1;
    }
}

impl Viewer {
    fn take(&mut self, bytes: &[u8], has_welcome: bool, is_sampled: bool, tally: &mut Tally) {
        if self.carry.is_empty() {
            let used = self.take_whole(bytes, has_welcome, is_sampled, tally);
            self.carry.extend_from_slice(&bytes[used..]);
        } else {
            let mut carry = std::mem::take(&mut self.carry);
            carry.extend_from_slice(bytes);
            let used = self.take_whole(&carry, has_welcome, is_sampled, tally);
            carry.drain(..used);
            if !carry.is_empty() {
                self.carry = carry;
            }
        }
    }

    fn take_whole(&mut self, bytes: &[u8], has_welcome: bool, is_sampled: bool, tally: &mut Tally) -> usize {
        let mut used = 0;
        if self.state == State::Head {
            let Some(end) = memmem::find(bytes, b"\r\n\r\n") else { return 0 };
            assert!(bytes.starts_with(b"HTTP/1.1 101"), "{}", String::from_utf8_lossy(&bytes[..end]));
            used = end + 4;
            self.state = if has_welcome { State::Welcome } else { State::Ready };
            self.note_handshake(tally);
        }
        while let Some((begin, end)) = frame(&bytes[used..]) {
            let (opcode, payload) = (bytes[used] & 0x0f, &bytes[used + begin..used + end]);
            used += end;
            match opcode {
                1 if self.state == State::Welcome => self.take_first(payload, tally),
                1 => self.take_events(payload, is_sampled, tally),
                9 => {
                    let _ = self.stream.write_all(&[0x8a, 0x80, 0, 0, 0, 0]);
                }
                _ => {}
            }
        }
        used
    }

    /// The first frame: everything, or the leave to go on.
    fn take_first(&mut self, payload: &[u8], tally: &mut Tally) {
        const POSITION: &[u8] = br#""position":""#;
        tally.resumed += u64::from(payload.starts_with(br#"{"t":"resumed""#));
        tally.first_bytes += payload.len() as u64;
        let at = memmem::find(payload, POSITION).expect("a welcome or a resumed") + POSITION.len();
        let end = at + payload[at..].iter().position(|&byte| byte == b'"').expect("a text ends");
        let position = std::str::from_utf8(&payload[at..end]).expect("ASCII");
        let (epoch, seq) = position.split_once(':').expect("an epoch and a number");
        self.last_seq = digits(seq.as_bytes());
        self.epoch = Some(epoch.to_owned());
        self.state = State::Ready;
    }

    fn note_handshake(&self, tally: &mut Tally) {
        tally.handshakes.push(u32::try_from(self.began.elapsed().as_micros()).unwrap_or(u32::MAX));
    }

    fn take_events(&mut self, payload: &[u8], is_sampled: bool, tally: &mut Tally) {
        const SEQ: &[u8] = br#""seq":"#;
        if !payload.starts_with(br#"{"t":"events""#) {
            return;
        }
        let first = memmem::find(payload, SEQ).map(|at| digits(&payload[at + SEQ.len()..]));
        let last = memmem::rfind(payload, SEQ).map(|at| digits(&payload[at + SEQ.len()..]));
        let (Some(first), Some(last)) = (first, last) else { return };
        if self.last_seq != 0 && first != self.last_seq + 1 {
            tally.wrong += 1;
        }
        self.last_seq = last;
        tally.deliveries += u64::try_from(last - first + 1).unwrap_or(0);
        tally.bytes += payload.len() as u64 + FRAME_HEAD_BYTES;
        if is_sampled {
            let now = micros();
            let at = memmem::find_iter(payload, br#""type":"product.featured""#);
            let seqs = at.filter_map(|at| memmem::rfind(&payload[..at], SEQ));
            tally.featured.extend(seqs.map(|at| (digits(&payload[at + SEQ.len()..]), Instant::now())));
            let since = |at: i64| u32::try_from(now - at).unwrap_or(0);
            tally.latencies.extend(memchr_iter(b'@', payload).map(|at| since(digits(&payload[at + 1..]))));
            let pins = memmem::find_iter(payload, br#""secs":"#);
            tally.pin_latencies.extend(pins.map(|at| since(digits(&payload[at + 7..]))));
        }
    }
}

fn digits(bytes: &[u8]) -> i64 {
    bytes.iter().take_while(|byte| byte.is_ascii_digit()).fold(0, |n, byte| n * 10 + i64::from(byte - b'0'))
}

/// Where the payload of the first frame begins and ends, once all of it is there.
fn frame(bytes: &[u8]) -> Option<(usize, usize)> {
    let begin = match bytes.get(1)? {
        126 => 4,
        127 => 10,
        _ => 2,
    };
    let length = match begin {
        4 => u16::from_be_bytes(bytes.get(2..4)?.try_into().ok()?).into(),
        10 => usize::try_from(u64::from_be_bytes(bytes.get(2..10)?.try_into().ok()?)).ok()?,
        _ => usize::from(bytes[1]),
    };
    (bytes.len() >= begin + length).then_some((begin, begin + length))
}

fn request(address: SocketAddr, path: &str) -> Vec<u8> {
    format!(
        "GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: upgrade\r\nupgrade: websocket\r\n\
         sec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\
         sec-websocket-protocol: vetrina.v1\r\n\r\n"
    )
    .into_bytes()
}
