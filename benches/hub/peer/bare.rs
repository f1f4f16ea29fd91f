//! The floor: one thread, one poll, prebuilt frames, nothing else.
//!
//! `bare` writes at once what has come, `bare-50` goes over its viewers at most every 50 ms.

use std::io::{ErrorKind, Read, Write};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use mio::net::{TcpListener, TcpStream};
use mio::{Events, Interest, Poll, Token, Waker};

use super::{Publisher, event_json, obey};

const LISTENER: Token = Token(usize::MAX);
const WAKER: Token = Token(usize::MAX - 1);

struct Board {
    pending: Mutex<Vec<u8>>,
    waker: Waker,
}

impl Publisher for Board {
    fn publish(&self, seq: i64, text_bytes: usize, _is_pin: bool) {
        let text = event_json(seq, text_bytes);
        let mut pending = self.pending.lock().expect("unpoisoned");
        pending.push(0x81);
        if text.len() < 126 {
            pending.push(u8::try_from(text.len()).expect("checked"));
        } else {
            pending.push(126);
            pending.extend_from_slice(&u16::try_from(text.len()).expect("a short text").to_be_bytes());
        }
        pending.extend_from_slice(text.as_bytes());
        drop(pending);
        self.waker.wake().expect("the loop runs");
    }
}

/// Serves until the input ends.
pub fn run(kind: &str) {
    let window = kind.strip_prefix("bare-").map_or(0, |window| window.parse().expect("milliseconds"));
    let poll = Poll::new().expect("a poll");
    let waker = Waker::new(poll.registry(), WAKER).expect("a waker");
    let board = Arc::new(Board { pending: Mutex::default(), waker });
    let socket = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).expect("a socket");
    socket.set_send_buffer_size(32 * 1024).expect("a buffer");
    let any: std::net::SocketAddr = "127.0.0.1:0".parse().expect("an address");
    socket.bind(&any.into()).expect("a free port");
    socket.listen(4_096).expect("a listener");
    socket.set_nonblocking(true).expect("a listener that does not wait");
    let listener = TcpListener::from_std(socket.into());
    let port = listener.local_addr().expect("it listens").port();
    let shared = Arc::clone(&board);
    std::thread::spawn(move || serve(poll, listener, &shared, Duration::from_millis(window)));
    let publisher: Arc<dyn Publisher> = board;
    obey(port, 0, "none", &publisher);
    std::process::exit(0);
}

fn serve(mut poll: Poll, mut listener: TcpListener, board: &Board, window: Duration) {
    poll.registry().register(&mut listener, LISTENER, Interest::READABLE).expect("registered");
    let mut events = Events::with_capacity(1_024);
    let mut viewers: Vec<(TcpStream, Vec<u8>)> = Vec::new();
    let mut last = Instant::now();
    loop {
        let has_news = !board.pending.lock().expect("unpoisoned").is_empty();
        let pause = has_news.then(|| (last + window).saturating_duration_since(Instant::now()));
        poll.poll(&mut events, pause).expect("polled");
        for event in &events {
            match event.token() {
                LISTENER => {
                    while let Ok((mut stream, _)) = listener.accept() {
                        let token = Token(viewers.len());
                        let both = Interest::READABLE | Interest::WRITABLE;
                        poll.registry().register(&mut stream, token, both).expect("registered");
                        stream.set_nodelay(true).expect("a TCP option");
                        viewers.push((stream, Vec::new()));
                    }
                }
                WAKER => {}
                Token(viewer) => {
                    let (stream, rest) = &mut viewers[viewer];
                    let _ = stream.read(&mut [0; 512]);
                    if !rest.is_empty() {
                        let pending = std::mem::take(rest);
                        write(stream, rest, &pending);
                    }
                }
            }
        }
        if last + window <= Instant::now() {
            let pending = std::mem::take(&mut *board.pending.lock().expect("unpoisoned"));
            if !pending.is_empty() {
                last = Instant::now();
                for (stream, rest) in &mut viewers {
                    write(stream, rest, &pending);
                }
            }
        }
    }
}

fn write(stream: &mut TcpStream, rest: &mut Vec<u8>, pending: &[u8]) {
    if !rest.is_empty() {
        return rest.extend_from_slice(pending);
    }
    match stream.write(pending) {
        Ok(written) => rest.extend_from_slice(&pending[written..]),
        Err(error) if error.kind() == ErrorKind::WouldBlock => rest.extend_from_slice(pending),
        // Its viewer is gone; what is measured ends before that matters.
        Err(_) => {}
    }
}
