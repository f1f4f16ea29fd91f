//! PostgreSQL goes away while people watch, write and buy: sockets stay, what needs the database is
//! refused clearly, and when it is back all goes on by itself with nothing lost and nothing twice.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::task::JoinHandle;
use vetrina::clock::Clock;
use vetrina::domain::event::{Audience, ShowEvent};
use vetrina::domain::ids::ShowId;

use crate::support::http::Client;
use crate::support::postgres::OwnPostgres;
use crate::support::server::{Setup, TestServer};
use crate::support::socket::SocketClient;
use crate::support::stall::Stall;
use crate::support::valve::Valve;
use crate::support::{WITHIN, within};

const STOCK: i64 = 5;
const BUYERS: usize = 12;
/// How soon all must be well once the database is back.
const WELL_WITHIN: Duration = Duration::from_secs(5);
/// How soon a refusal comes while the database is known to be away.
const AT_ONCE: Duration = Duration::from_secs(2);

/// A stall on PostgreSQL, and people who go on whatever happens.
struct Scene {
    stall: Stall,
    quiet: QuietShow,
    watcher: SocketClient,
    member: SocketClient,
    chatter: JoinHandle<Vec<(String, i64)>>,
    buyers: Vec<JoinHandle<u16>>,
    is_over: Arc<AtomicBool>,
}

/// A show of another shop in which nothing is written when the database goes away. Where something
/// is, a commit may be cut off, and what the node remembers of that shop is in doubt until it is back.
struct QuietShow {
    show: ShowId,
    /// The watcher's, and where it came in.
    token: String,
    position: Value,
    /// What nobody watches is not kept in memory.
    watcher: SocketClient,
}

impl QuietShow {
    async fn open(server: &TestServer) -> Self {
        let seed = server.seed_shop().await;
        let show = server.seed_live_show(&seed).await;
        let token = server.viewer_token(&seed);
        let (watcher, welcome) = server.viewer_socket(show, &token).await;
        Self { show, token, position: welcome["position"].clone(), watcher }
    }
}

impl Scene {
    async fn open(database_url: String) -> Self {
        let mut setup = Setup::default();
        setup.config.database_url = Some(database_url);
        let stall = Stall::open_with(setup, STOCK).await;
        let quiet = QuietShow::open(&stall.server).await;
        let token = stall.server.viewer_token(&stall.seed);
        let (watcher, _) = stall.server.viewer_socket(stall.show, &token).await;
        let (member, _) = stall.server.member_socket(stall.show, &stall.seed.session).await;
        let (chatting, _) = stall.server.member_socket(stall.show, &stall.seed.session).await;
        let is_over = Arc::new(AtomicBool::new(false));
        let chatter = tokio::spawn(chat(chatting, Arc::clone(&is_over)));
        let buyers = (0..BUYERS).map(|n| tokio::spawn(buy(&stall, n))).collect();
        let mut scene = Self { stall, quiet, watcher, member, chatter, buyers, is_over };
        // The database goes away in the middle of it.
        scene.watcher.expect_event("chat.sent").await;
        scene
    }

    /// Waits until everybody is refused, and the first ones, who had to find out, are answered.
    async fn notices(&mut self) {
        let client = self.stall.server.client();
        within("the node to notice", async { while client.get("/readyz").await.status.as_u16() != 503 {} })
            .await;
        self.member.chat(Clock::system().uuid(), "si sente?").await;
        self.sockets_live().await;
    }

    /// What everybody meets while the database is known to be away.
    async fn is_refused_clearly(&mut self) {
        let client = self.stall.server.client();
        let asked = Instant::now();
        client.get("/readyz").await.expect_problem(503, "unavailable");
        client.get("/healthz").await.expect(200);
        self.memory_goes_on().await;
        let click = self.stall.click(&self.stall.buyer(), "away", 1).await;
        assert!(click.headers.contains_key("retry-after"), "{click:?}");
        click.expect_problem(503, "unavailable");
        let reply = self.member.chat(Clock::system().uuid(), "ci siete?").await;
        assert_eq!(reply["problem"]["code"], "unavailable", "{reply}");
        assert!(reply["problem"]["retry_ms"].as_u64().is_some_and(|ms| ms > 0), "{reply}");
        assert!(asked.elapsed() < AT_ONCE, "refusals took {:?}", asked.elapsed());
        let metrics = client.get("/metrics").await;
        let metrics = String::from_utf8(metrics.bytes).expect("a text");
        assert!(metrics.contains("\nvetrina_database_away 1"), "{metrics}");
        self.sockets_live().await;
    }

    /// Whoever comes back where they were needs nothing of the database.
    async fn memory_goes_on(&self) {
        let QuietShow { show, token, position, .. } = &self.quiet;
        let mut socket = self.stall.server.socket(*show).await;
        let hello = json!({ "t": "hello", "token": token, "after": position });
        socket.send(hello).await;
        socket.expect("resumed").await;
    }

    /// All sockets answer, so none was closed.
    async fn sockets_live(&mut self) {
        for socket in [&mut self.watcher, &mut self.member, &mut self.quiet.watcher] {
            let pong = socket.command("ping", json!({})).await;
            assert!(pong["ok"]["server_time"].is_string(), "{pong}");
        }
    }

    /// All is well soon after the database is back, and the books say so.
    async fn heals(mut self, back: Instant) {
        let client = self.stall.server.client();
        within("the node to be ready", async { while client.get("/readyz").await.status.as_u16() != 200 {} })
            .await;
        let said = self.member.chat(Clock::system().uuid(), "eccoci").await;
        assert!(said["ok"]["seq"].is_number(), "{said}");
        let seq = said["ok"]["seq"].clone();
        while self.watcher.expect_event("chat.sent").await["seq"] != seq {}
        assert!(back.elapsed() < WELL_WITHIN, "it took {:?}", back.elapsed());
        let mut answers = Vec::new();
        for buyer in self.buyers.drain(..) {
            answers.push(within("a buyer to be answered", buyer).await.expect("buyers do not panic"));
        }
        let bought = answers.iter().filter(|status| **status == 201).count();
        assert_eq!(i64::try_from(bought).unwrap(), STOCK, "{answers:?}");
        assert_eq!(self.stall.counts().await, (0, STOCK, 0));
        self.is_over.store(true, Ordering::Relaxed);
        let told = within("the chatter to end", self.chatter).await.expect("the chatter does not panic");
        let log = self.stall.events(Audience::Viewers).await;
        let seqs: Vec<i64> = log.iter().map(|event| event.seq).collect();
        assert_eq!(seqs, (1..=i64::try_from(seqs.len()).unwrap()).collect::<Vec<_>>());
        let said: Vec<(String, i64)> = log
            .iter()
            .filter_map(|event| match &event.event {
                ShowEvent::ChatSent { message_id, .. } => Some((message_id.to_string(), event.seq)),
                _ => None,
            })
            .collect();
        let ids: BTreeSet<&String> = said.iter().map(|(id, _)| id).collect();
        assert_eq!(ids.len(), said.len(), "a message is there twice");
        assert!(told.len() > 1 && told.iter().all(|told| said.contains(told)), "{told:?} {said:?}");
    }
}

/// Moments that are at least so far apart, however late one of them comes.
fn interval(pause: Duration) -> tokio::time::Interval {
    let mut interval = tokio::time::interval(pause);
    interval.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    interval
}

/// Writes until it is over, each message until it is acknowledged; tells what was.
async fn chat(mut socket: SocketClient, is_over: Arc<AtomicBool>) -> Vec<(String, i64)> {
    let mut told = Vec::new();
    let mut tries = interval(Duration::from_millis(200));
    let mut id = Clock::system().uuid();
    while !is_over.load(Ordering::Relaxed) {
        tries.tick().await;
        let reply = socket.chat(id, &format!("messaggio {id}")).await;
        if let Some(seq) = reply["ok"]["seq"].as_i64() {
            told.push((id.to_string(), seq));
            id = Clock::system().uuid();
        } else {
            assert_eq!(reply["problem"]["code"], "unavailable", "{reply}");
        }
    }
    told
}

/// Clicks once, under one key, until the answer is neither an outage nor that it is still at work.
fn buy(stall: &Stall, number: usize) -> impl Future<Output = u16> + Send + 'static {
    let buyer = stall.buyer();
    let client: Client = buyer.client.with_header("idempotency-key", &format!("click-{number}"));
    let path = format!("/api/v1/shows/{}/checkouts", stall.show);
    let body = json!({ "lines": [{ "variant_id": stall.variant(), "units": 1 }] });
    async move {
        let mut tries = interval(Duration::from_secs(1));
        // They come one after the other, so that some of them meet the outage.
        for _ in 0..number {
            tries.tick().await;
        }
        loop {
            tries.tick().await;
            let answer = client.post(&path, body.clone()).await;
            match (answer.status.as_u16(), answer.body["code"].as_str()) {
                (503, Some("unavailable")) | (409, Some("idempotency_in_progress")) | (429, _) => {}
                (status @ (201 | 409), _) => return status,
                _ => panic!("{answer:?}"),
            }
        }
    }
}

#[tokio::test]
async fn postgresql_that_was_stopped() {
    let Some(postgres) = OwnPostgres::start().await else { return };
    let mut scene = Scene::open(postgres.url()).await;
    postgres.stop().await;
    scene.notices().await;
    scene.is_refused_clearly().await;
    postgres.start_again().await;
    scene.heals(Instant::now()).await;
}

#[tokio::test]
async fn postgresql_that_was_killed_twice() {
    let Some(postgres) = OwnPostgres::start().await else { return };
    let mut scene = Scene::open(postgres.url()).await;
    postgres.kill().await;
    scene.notices().await;
    scene.is_refused_clearly().await;
    postgres.start_again().await;
    let client = scene.stall.server.client();
    within("the node to be ready", async { while client.get("/readyz").await.status.as_u16() != 200 {} })
        .await;
    postgres.kill().await;
    scene.notices().await;
    scene.is_refused_clearly().await;
    postgres.start_again().await;
    scene.heals(Instant::now()).await;
}

/// The one that lasts as long as the promise: nobody says that the database is gone, it is silent.
#[tokio::test]
async fn postgresql_that_is_silent_for_a_minute() {
    let Some(postgres) = OwnPostgres::start().await else { return };
    let valve = Valve::before(postgres.address()).await;
    let mut scene = Scene::open(OwnPostgres::url_at(valve.address)).await;
    valve.close();
    let closed = Instant::now();
    scene.notices().await;
    scene.is_refused_clearly().await;
    let mut looks = tokio::time::interval(Duration::from_secs(5));
    while closed.elapsed() < Duration::from_mins(1) {
        looks.tick().await;
        scene.is_refused_clearly().await;
    }
    assert!(closed.elapsed() < Duration::from_mins(1) + WITHIN);
    valve.open();
    scene.heals(Instant::now()).await;
}
