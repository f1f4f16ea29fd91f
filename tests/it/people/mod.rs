//! Sockets begin from memory: what it answers is as right as the database, and costs no reads.

mod nodes;
mod storm;

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use serde_json::{Value, json};
use tokio::task::JoinHandle;
use uuid::Uuid;
use vetrina::app::Viewer;
use vetrina::app::chat::{Sender, ViewerState};
use vetrina::clock::Clock;
use vetrina::domain::ids::ShowId;
use vetrina::domain::show::ShowStatus;

use crate::support::seed::Seed;
use crate::support::server::{Setup, TestServer};
use crate::support::socket::SocketClient;
use crate::support::stall::{Buyer, Stall};

/// Salted addresses are bytes to the database; all test clients come from one.
const ELSEWHERE: &[u8] = b"another address";

/// Somebody who watches, with what they have to be told of themselves.
struct Watcher {
    viewer: Viewer,
    token: String,
    name: Option<String>,
    is_muted: bool,
    is_banned: bool,
    holds: usize,
    /// The last event seen.
    seq: i64,
}

async fn live() -> (TestServer, Seed, ShowId) {
    // Workers wait on a clock that stands still, so that only sockets read.
    let clock = Clock::manual(Clock::system().now());
    let server = TestServer::start_with(Setup { clock, ..Setup::default() }).await;
    let seed = server.seed_shop().await;
    let show = server.seed_live_show(&seed).await;
    (server, seed, show)
}

/// Opens a socket and takes its first frame, or the code with which it was closed.
async fn enter(
    server: &TestServer,
    show: ShowId,
    token: &str,
    after: Option<String>,
) -> Result<(SocketClient, Value), u16> {
    let mut socket = server.socket(show).await;
    let mut hello = json!({ "t": "hello", "token": token });
    if let Some(after) = after {
        hello["after"] = after.into();
    }
    socket.send(hello).await;
    match socket.next().await {
        Ok(first) => Ok((socket, first)),
        Err(code) => Err(code.expect("the server says why")),
    }
}

fn seq_of(first: &Value) -> i64 {
    let position = first["position"].as_str().expect("a first frame has a position");
    position.split(':').nth(1).and_then(|seq| seq.parse().ok()).expect("a position has a place")
}

impl Watcher {
    fn new(server: &TestServer, seed: &Seed) -> Self {
        let (viewer, token) = server.app.create_viewer(seed.shop);
        Self { viewer, token, name: None, is_muted: false, is_banned: false, holds: 0, seq: 1 }
    }

    async fn take_name(&mut self, server: &TestServer, show: ShowId, name: &str) {
        let named = server.app.set_viewer_name(show, self.viewer, ELSEWHERE, name).await;
        self.name = Some(named.expect("the name is free"));
    }

    /// Comes back behind what was seen, or anew; checks the first frame and all that follows it.
    async fn come(
        &self,
        server: &TestServer,
        show: ShowId,
        last: i64,
        is_anew: bool,
    ) -> Option<SocketClient> {
        let after = (!is_anew).then(|| format!("{}:{}", server.app.epoch(), self.seq));
        let entered = enter(server, show, &self.token, after).await;
        if self.is_banned {
            assert_eq!(entered.err(), Some(4003));
            return None;
        }
        let (mut socket, first) = entered.unwrap_or_else(|code| panic!("closed with {code}"));
        assert_eq!(first["t"], if is_anew { "welcome" } else { "resumed" });
        let you = &first["you"];
        assert_eq!(you["viewer_id"], self.viewer.id.to_string());
        assert_eq!(you["name"], json!(self.name));
        assert_eq!(you["muted_until"].is_string(), self.is_muted, "{you}");
        assert_eq!(you["held"].as_array().map(Vec::len), Some(self.holds), "{you}");
        let mut seq = seq_of(&first);
        while seq < last {
            let frame = socket.expect("events").await;
            for event in frame["events"].as_array().expect("events are a list") {
                seq += 1;
                assert_eq!(event["seq"], seq, "without holes");
            }
        }
        Some(socket)
    }
}

/// The host writes so many messages; answers the place of the last one.
async fn say(server: &TestServer, seed: &Seed, show: ShowId, messages: i64) -> i64 {
    let mut last = 0;
    for number in 0..messages {
        let sender = Sender::Member(seed.owner.clone());
        let id = Uuid::from_u128(number.unsigned_abs().into()).into();
        last = server.app.send_chat(show, sender, id, "ciao").await.unwrap().seq.expect("it is shown");
    }
    last
}

/// A buyer and the token of the buyer's socket.
fn buyer(stall: &Stall) -> (Buyer, String) {
    let (viewer, token) = stall.server.app.create_viewer(stall.seed.shop);
    (Buyer { client: stall.server.client().with_bearer(&token), viewer }, token)
}

#[tokio::test]
async fn the_metrics_tell_how_often_the_database_was_asked() {
    let server = TestServer::start().await;
    let text = String::from_utf8(server.client().get("/metrics").await.bytes).unwrap();
    for name in ["vetrina_database_reads_total", "vetrina_database_writes_total"] {
        let line = text.lines().find(|line| line.starts_with(name)).expect(name);
        assert!(line.split(' ').nth(1).is_some_and(|count| count != "0"), "{line}");
        assert!(text.contains(&format!("# TYPE {name} counter\n")), "{text}");
    }
}

#[tokio::test]
async fn a_ban_holds_for_the_next_from_the_address_and_its_end_lets_them_in() {
    let (server, seed, show) = live().await;
    let (mut viewer, welcome) = server.viewer_socket(show, &server.viewer_token(&seed)).await;
    viewer.command("name.set", json!({ "name": "Troll" })).await;
    let id = welcome["you"]["viewer_id"].as_str().unwrap().parse().unwrap();
    let entry = async |token: &str| enter(&server, show, token, None).await.err();
    for _ in 0..5 {
        let neighbour = server.viewer_token(&seed);
        server.agrees(async || entry(&neighbour).await.is_none()).await;
        server.app.ban_viewer(&seed.owner, show, id).await.unwrap();
        server.agrees(async || entry(&neighbour).await == Some(4003)).await;
        server.app.unban_viewer(&seed.owner, show, id).await.unwrap();
        server.agrees(async || entry(&neighbour).await.is_none()).await;
    }
}

#[tokio::test]
async fn a_ban_in_one_show_holds_in_the_others_of_the_shop_until_its_time_is_over() {
    let (server, seed, show) = live().await;
    let other = server.seed_live_show_called(&seed, "Un'altra serata").await;
    let mut watcher = Watcher::new(&server, &seed);
    watcher.take_name(&server, show, "Troll").await;
    let entry = async || enter(&server, other, &watcher.token, None).await.err();
    server.agrees(async || entry().await.is_none()).await;
    server.app.ban_viewer(&seed.owner, show, watcher.viewer.id).await.unwrap();
    server.agrees(async || entry().await == Some(4003)).await;
    server.clock.advance(TimeDelta::days(31));
    server.agrees(async || entry().await.is_none()).await;
}

#[tokio::test]
async fn slow_mode_and_mutes_end_in_memory_as_in_the_database() {
    let (server, seed, show) = live().await;
    let mut watcher = Watcher::new(&server, &seed);
    watcher.take_name(&server, show, "Marta").await;
    let (_open, _) = enter(&server, show, &watcher.token, None).await.unwrap();
    server.app.set_slow_mode(&seed.owner, show, 30).await.unwrap();
    let sender = Sender::Viewer { viewer: watcher.viewer, address_hash: ELSEWHERE.to_vec() };
    let sent = server.app.send_chat(show, sender, Uuid::from_u128(1).into(), "ciao").await.unwrap();
    server.app.mute_viewer(&seed.owner, show, watcher.viewer.id, 60).await.unwrap();
    let state = async || server.app.viewer_state(show, watcher.viewer, ELSEWHERE).await.unwrap();
    let told = state().await;
    assert_eq!(told.chat_ready_at, Some(sent.at + TimeDelta::seconds(30)));
    assert_eq!(told.muted_until, Some(server.clock.now() + TimeDelta::seconds(60)));
    server.clock.advance(TimeDelta::seconds(30));
    assert_eq!(state().await, ViewerState { chat_ready_at: None, ..told.clone() });
    server.clock.advance(TimeDelta::seconds(30));
    assert_eq!(
        server.app.find_known_viewer(show, watcher.viewer, ELSEWHERE),
        Some(ViewerState { chat_ready_at: None, muted_until: None, ..told })
    );
}

#[tokio::test]
async fn who_buys_is_told_of_the_checkout_while_it_is_open() {
    let stall = Stall::at(TestServer::start_alone(Setup::default()).await, 3).await;
    let (buyer, token) = buyer(&stall);
    let held =
        async || enter(&stall.server, stall.show, &token, None).await.unwrap().1["you"]["held"].clone();
    assert_eq!(held().await, json!([]));
    let checkout = stall.reserve(&buyer, 1).await;
    assert_eq!(held().await[0]["id"], checkout["id"]);
    let path = format!("/api/v1/checkouts/{}", checkout["id"].as_str().unwrap());
    buyer.client.delete(&path).await.expect(202);
    assert_eq!(held().await, json!([]));
    let known = stall.server.app.find_known_viewer(stall.show, buyer.viewer, ELSEWHERE);
    assert!(known.is_some_and(|known| !known.may_hold), "it is known again that there is none");
}

/// Measures follow one another while others look and everything is put in doubt again and again:
/// whoever asks after an answer sees what was answered.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_was_acknowledged_is_seen_by_the_next_who_asks() {
    let (server, seed, show) = live().await;
    let mut watchers: Vec<Watcher> = (0..4).map(|_| Watcher::new(&server, &seed)).collect();
    for (number, watcher) in watchers.iter_mut().enumerate() {
        watcher.take_name(&server, show, &format!("Marta {number}")).await;
    }
    let watchers = Arc::new(watchers);
    let mut noise: Vec<JoinHandle<()>> = Vec::new();
    for _ in 0..3 {
        let (app, watchers) = (server.app.clone(), Arc::clone(&watchers));
        noise.push(tokio::spawn(async move {
            loop {
                for watcher in watchers.iter() {
                    app.viewer_state(show, watcher.viewer, ELSEWHERE).await.expect("the state can be read");
                }
                // What is answered from memory waits for nothing, and would never end.
                tokio::task::yield_now().await;
            }
        }));
    }
    let app = server.app.clone();
    noise.push(tokio::spawn(async move {
        let mut doubts = tokio::time::interval(Duration::from_millis(3));
        loop {
            doubts.tick().await;
            app.doubt_people();
        }
    }));
    let rounds = (0..60).map(|round| (round, &watchers[round % watchers.len()]));
    for (round, watcher) in rounds {
        let (app, owner, id) = (&server.app, &seed.owner, watcher.viewer.id);
        let state = async || app.viewer_state(show, watcher.viewer, b"nobody's").await.unwrap();
        app.mute_viewer(owner, show, id, 600).await.unwrap();
        assert!(state().await.muted_until.is_some(), "round {round}");
        app.unmute_viewer(owner, show, id).await.unwrap();
        assert!(state().await.muted_until.is_none(), "round {round}");
        app.ban_viewer(owner, show, id).await.unwrap();
        assert!(state().await.is_banned, "round {round}");
        app.unban_viewer(owner, show, id).await.unwrap();
        assert!(!state().await.is_banned, "round {round}");
        let name = format!("Lucia {round}");
        app.set_viewer_name(show, watcher.viewer, ELSEWHERE, &name).await.unwrap();
        assert_eq!(state().await.name, Some(name));
    }
    for noise in noise {
        noise.abort();
        assert!(noise.await.is_err_and(|error| error.is_cancelled()), "the others could ask all the time");
    }
}

#[tokio::test]
async fn a_snapshot_is_shared_with_the_events_behind_it() {
    let (server, seed, show) = live().await;
    let (_first, _) = enter(&server, show, &server.viewer_token(&seed), None).await.unwrap();
    let last = async || server.app.find_last_seqs(show).await.unwrap().unwrap().last_seq;
    for number in 0..5 {
        let sender = Sender::Member(seed.owner.clone());
        server.app.send_chat(show, sender, Uuid::from_u128(number).into(), "ciao").await.unwrap();
        Watcher::new(&server, &seed).come(&server, show, last().await, true).await;
    }
}

#[tokio::test]
async fn all_nodes_soon_know_what_a_buyer_holds() {
    let stall = Stall::open(3).await;
    let (buyer, token) = buyer(&stall);
    let held =
        async || enter(&stall.server, stall.show, &token, None).await.unwrap().1["you"]["held"].clone();
    for _ in 0..4 {
        let checkout = stall.reserve_once_more(&buyer).await;
        stall.server.agrees(async || held().await[0]["id"] == checkout["id"]).await;
        let path = format!("/api/v1/checkouts/{}", checkout["id"].as_str().unwrap());
        buyer.client.delete(&path).await.expect(202);
        stall.server.agrees(async || held().await == json!([])).await;
    }
}

#[tokio::test]
async fn a_removed_text_and_old_settings_are_not_shared() {
    let (server, seed, show) = live().await;
    let welcome = async || enter(&server, show, &server.viewer_token(&seed), None).await.unwrap().1;
    let sender = Sender::Member(seed.owner.clone());
    let id = Uuid::from_u128(1).into();
    server.app.send_chat(show, sender, id, "segreto").await.unwrap();
    assert_eq!(welcome().await["chat"][0]["data"]["text"], "segreto");
    server.app.remove_message(&seed.owner, show, id).await.unwrap();
    server.agrees(async || welcome().await["chat"] == json!([])).await;
    let client = server.member_client(&seed);
    assert_eq!(welcome().await["shop"]["delivery"]["zones"], json!([]));
    let rate = json!({
        "name": "Corriere", "price": 590, "free_from": null, "min_days": null, "max_days": null,
    });
    let settings = json!({ "zones": [{ "countries": ["IT"], "rates": [rate] }] });
    client.put("/api/v1/shop/checkout", settings).await.expect(200);
    let zones = async || welcome().await["shop"]["delivery"]["zones"].as_array().map(Vec::len);
    server.agrees(async || zones().await == Some(1)).await;
}

#[tokio::test]
async fn a_show_that_is_taken_back_or_deleted_is_closed_to_newcomers() {
    let server = TestServer::start().await;
    let seed = server.seed_shop().await;
    let new = serde_json::from_value(json!({ "title": "Domani", "starts_at": "2031-01-01T20:00:00Z" }));
    let show = server.app.create_show(&seed.owner, new.unwrap()).await.unwrap().summary.id;
    let (_open, _) = enter(&server, show, &server.viewer_token(&seed), None).await.unwrap();
    server.app.set_show_status(&seed.owner, show, ShowStatus::Draft).await.unwrap();
    let refusal = async || enter(&server, show, &server.viewer_token(&seed), None).await.err();
    server.agrees(async || refusal().await == Some(1008)).await;
    server.app.set_show_status(&seed.owner, show, ShowStatus::Scheduled).await.unwrap();
    server.agrees(async || refusal().await.is_none()).await;
    server.app.delete_show(&seed.owner, show).await.unwrap();
    let refused = async || server.try_socket(server.handshake(show)).await.err();
    server.agrees(async || refused().await.map(|status| status.as_u16()) == Some(404)).await;
}
