//! Slow, dead, flooding and too many peers with the limits of a real server: they end, come back
//! without loss, and cost nobody but themselves.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use futures_util::StreamExt;
use futures_util::future::join_all;
use serde_json::{Value, json};
use tokio::io::AsyncReadExt;
use tokio::task::JoinSet;
use uuid::Uuid;
use vetrina::domain::ids::ShowId;
use vetrina::protocol::CloseCode;

use crate::support::frames::{FINAL, TEXT, frame, handshake};
use crate::support::raw::RawConnection;
use crate::support::seed::Seed;
use crate::support::server::{Setup, TestServer};
use crate::support::socket::SocketClient;
use crate::support::within;

/// How long those inside may wait for a message while others misbehave; alone it takes milliseconds, in
/// an unoptimised build beside other tests some hundred.
const WAIT_MAX: Duration = Duration::from_secs(5);

/// More than the kernel takes of a connection for a peer that does not read, at both of its ends.
const KERNEL_BYTES: usize = 256 * 1_024;

/// A live show with a writer and some who read.
struct Stage {
    server: TestServer,
    seed: Seed,
    show: ShowId,
    writer: SocketClient,
    readers: Vec<SocketClient>,
    said: u128,
}

impl Stage {
    async fn open(setup: Setup, readers: usize) -> Self {
        let server = TestServer::start_alone(setup).await;
        let seed = server.seed_shop().await;
        let show = server.seed_live_show(&seed).await;
        let (writer, _) = server.member_socket(show, &seed.session).await;
        let mut listening = Vec::new();
        for _ in 0..readers {
            listening.push(server.viewer_socket(show, &server.viewer_token(&seed)).await.0);
        }
        Self { server, seed, show, writer, readers: listening, said: 0 }
    }

    /// Says something and answers how long it took until the last one had read it.
    async fn say(&mut self) -> Duration {
        self.said += 1;
        let (began, text) = (Instant::now(), format!("messaggio {}", self.said));
        let reply = self.writer.chat(Uuid::from_u128(self.said), &text).await;
        assert!(reply["ok"].is_object(), "{reply}");
        for reader in &mut self.readers {
            assert_eq!(reader.expect_event("chat.sent").await["data"]["text"], text);
        }
        began.elapsed()
    }

    /// Makes an event of two kilobytes.
    async fn say_much(&self) {
        let change = serde_json::from_value(json!({ "description": "x".repeat(1_900) })).unwrap();
        self.server.app.update_show(&self.seed.owner, self.show, change).await.unwrap();
    }

    fn closes(&self, code: CloseCode) -> u64 {
        self.server.hub.metrics().closes(code)
    }
}

#[tokio::test]
async fn a_dead_peer_is_gone_in_35_seconds() {
    let mut stage = Stage::open(Setup::default(), 0).await;
    let token = stage.server.viewer_token(&stage.seed);
    let mut dead = stage.server.raw_viewer(stage.show, &token).await;
    // It hears what the server says and answers nothing.
    let given_up = async {
        let mut bytes = Vec::new();
        dead.stream.read_to_end(&mut bytes).await.expect("the server ends the connection");
        bytes
    };
    // Its answers to pings leave while it is read.
    let alive = async { while let Some(Ok(_)) = stage.writer.stream.next().await {} };
    let bytes = tokio::select! {
        () = alive => panic!("one who answers was closed"),
        bytes = tokio::time::timeout(Duration::from_secs(36), given_up) => bytes.expect("an end in time"),
    };
    let close = [&[0x88, 9][..], &4010_u16.to_be_bytes(), b"no pong"].concat();
    assert!(bytes.ends_with(&close), "{:?}", &bytes[bytes.len().saturating_sub(20)..]);
    assert_eq!(stage.closes(CloseCode::NoPong), 1);
}

/// Reads a socket to its close; answers the places of all events on the way and the code.
async fn read_to_close(socket: &mut SocketClient) -> (Vec<i64>, Option<u16>) {
    let mut places = Vec::new();
    loop {
        match socket.next().await {
            Ok(frame) if frame["t"] == "events" => places.extend(places_of(&frame)),
            Ok(_) => {}
            Err(code) => return (places, code),
        }
    }
}

fn places_of(frame: &Value) -> impl Iterator<Item = i64> {
    let events = frame["events"].as_array().expect("events are a list");
    events.iter().map(|event| event["seq"].as_i64().expect("an event has a place"))
}

#[tokio::test]
async fn slow_peers_are_closed_in_ten_seconds_and_resume_without_loss() {
    const SLOW: usize = 5;
    let mut stage = Stage::open(Setup::default(), 5).await;
    let mut slow = Vec::new();
    for _ in 0..SLOW {
        let token = stage.server.viewer_token(&stage.seed);
        let (socket, welcome) = stage.server.viewer_socket(stage.show, &token).await;
        slow.push((token, socket, welcome["position"].as_str().unwrap().to_owned()));
    }
    let (mut said, mut stalled, mut slowest) = (0, None, Duration::ZERO);
    while stage.closes(CloseCode::TooSlow) < SLOW as u64 {
        for _ in 0..10 {
            stage.say_much().await;
        }
        said += 20 * 1_024;
        // By then they are stalled, however fast this machine is.
        if said > KERNEL_BYTES {
            let stalled = *stalled.get_or_insert_with(Instant::now);
            assert!(
                // What it took the others to be told shows how far the machine itself is behind.
                stalled.elapsed() < Duration::from_secs(12) + slowest,
                "{} closed",
                stage.closes(CloseCode::TooSlow)
            );
        }
        slowest = slowest.max(stage.say().await);
    }
    assert!(slowest < WAIT_MAX, "the others waited for {slowest:?}");
    stage.say().await;
    let seqs = stage.server.app.find_last_seqs(stage.show).await.unwrap().unwrap();
    let coming_back = slow.into_iter().map(|(token, socket, position)| {
        come_back(&stage.server, stage.show, token, socket, position, seqs.last_seq)
    });
    join_all(coming_back).await;
}

/// Reads what a slow socket was still given, and goes on where that ends.
async fn come_back(
    server: &TestServer,
    show: ShowId,
    token: String,
    mut socket: SocketClient,
    position: String,
    last: i64,
) {
    let (mut places, code) = read_to_close(&mut socket).await;
    // The code is the last word, which may not get through to one who reads too late.
    assert!(code.is_none_or(|code| code == 4008), "{code:?}");
    let (epoch, start) = position.split_once(':').unwrap();
    let start: i64 = start.parse().unwrap();
    let after = places.last().copied().unwrap_or(start);
    assert!(after < last, "it was not slow");
    let mut again = server.socket(show).await;
    again.send(json!({ "t": "hello", "token": token, "after": format!("{epoch}:{after}") })).await;
    again.expect("resumed").await;
    while places.last().copied().unwrap_or(start) < last {
        places.extend(places_of(&again.expect("events").await));
    }
    assert!(places.iter().copied().eq(start + 1..=last), "a hole or a repeat: {places:?}");
}

/// Sends commands as fast as they are taken, and comes back when it is closed.
async fn flood(address: SocketAddr, handshake: String, hello: String, is_over: Arc<AtomicBool>) {
    let text = |text: &str| frame(FINAL | TEXT, text.as_bytes());
    let commands = text(r#"{"id":"x","type":"ping","data":{}}"#).repeat(50);
    while !is_over.load(Ordering::Relaxed) {
        let mut connection = RawConnection::open(address).await;
        connection.send(&handshake).await;
        if connection.answer().await.is_none_or(|answer| answer.status != 101) {
            continue;
        }
        connection.send(text(&hello)).await;
        for _ in 0..20 {
            connection.send(&commands).await;
        }
        connection.closed().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn floods_cost_only_the_flooders() {
    const FLOODERS: usize = 20;
    let mut stage = Stage::open(Setup::default(), 10).await;
    let is_over = Arc::new(AtomicBool::new(false));
    let mut flooders = JoinSet::new();
    for _ in 0..FLOODERS {
        let token = stage.server.viewer_token(&stage.seed);
        let hello = json!({ "t": "hello", "token": token }).to_string();
        flooders.spawn(flood(stage.server.address(), handshake(stage.show), hello, Arc::clone(&is_over)));
    }
    let mut slowest = Duration::ZERO;
    while stage.closes(CloseCode::Flooding) < 10 * FLOODERS as u64 {
        slowest = slowest.max(stage.say().await);
    }
    is_over.store(true, Ordering::Relaxed);
    while let Some(flooder) = within("the flooders to end", flooders.join_next()).await {
        flooder.expect("no flooder panics");
    }
    println!("the others waited for at most {slowest:?}");
    assert!(slowest < WAIT_MAX, "the others waited for {slowest:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn past_capacity_newcomers_are_told_at_once_and_those_inside_notice_nothing() {
    const INSIDE: usize = 10;
    let mut setup = Setup::default();
    setup.limits.sockets_max = INSIDE + 1;
    let mut stage = Stage::open(setup, INSIDE).await;
    let (mut slowest, mut told) = (Duration::ZERO, Duration::ZERO);
    for _ in 0..10 {
        let (server, request) = (&stage.server, handshake(stage.show));
        let newcomers = (0..30).map(|_| async {
            let began = Instant::now();
            let mut connection = RawConnection::open(server.address()).await;
            connection.send(&request).await;
            let answer = connection.answer().await.expect("an answer");
            answer.expect_problem(503, "overloaded");
            assert!(answer.head.contains("retry-after: "), "{}", answer.head);
            began.elapsed()
        });
        told = told.max(join_all(newcomers).await.into_iter().max().unwrap());
        slowest = slowest.max(stage.say().await);
    }
    println!("told after at most {told:?}, the others waited for at most {slowest:?}");
    assert!(told < WAIT_MAX && slowest < WAIT_MAX, "{told:?} {slowest:?}");
    drop(stage.readers.pop());
    let request = stage.server.handshake(stage.show);
    let entered = async { while stage.server.try_socket(request.clone()).await.is_err() {} };
    within("the place of one who left", entered).await;
}
