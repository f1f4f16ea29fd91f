//! Sockets begin from memory: what it answers is as right as the database, and costs no reads.

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use futures_util::future::join_all;
use serde_json::{Value, json};
use tokio::task::JoinHandle;
use uuid::Uuid;
use vetrina::app::Viewer;
use vetrina::app::chat::{Sender, ViewerState};
use vetrina::bus::Committed;
use vetrina::clock::Clock;
use vetrina::domain::event::ShowEvent;
use vetrina::domain::ids::ShowId;
use vetrina::domain::show::ShowStatus;
use vetrina::server::Server;

use crate::support::seed::Seed;
use crate::support::server::{Setup, TestServer};
use crate::support::socket::SocketClient;
use crate::support::stall::{Buyer, Stall};
use crate::support::within;

/// Reads that opening a show may cost, about 10, with what workers read when a server starts.
const READS_MAX: u64 = 80;
/// How far two measurements may lie apart, by what the workers are at; a read for each viewer would
/// make it 250, one for each who has a name 83.
const READS_APART_MAX: u64 = 50;

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

/// Everybody comes at once; answers their sockets and how often the database was read meanwhile.
async fn storm(stall: &Stall, watchers: &[Watcher], is_anew: bool) -> (Vec<SocketClient>, u64) {
    let server = &stall.server;
    let last = server.app.find_last_seqs(stall.show).await.unwrap().unwrap().last_seq;
    let before = server.app.database_begun().reads;
    let coming = watchers.iter().map(|watcher| watcher.come(server, stall.show, last, is_anew));
    let sockets = join_all(coming).await.into_iter().flatten().collect();
    (sockets, server.app.database_begun().reads - before)
}

/// The host writes so many messages; answers the place of the last one.
async fn say(server: &TestServer, seed: &Seed, show: ShowId, messages: i64) -> i64 {
    let mut last = 0;
    for number in 0..messages {
        let sender = Sender::Member(seed.owner.clone());
        let id = Uuid::from_u128(number.unsigned_abs().into()).into();
        last = server.app.send_chat(show, sender, id, "ciao").await.unwrap().seq;
    }
    last
}

/// A buyer and the token of the buyer's socket.
fn buyer(stall: &Stall) -> (Buyer, String) {
    let (viewer, token) = stall.server.app.create_viewer(stall.seed.shop);
    (Buyer { client: stall.server.client().with_bearer(&token), viewer }, token)
}

/// Reads of everybody's return after a restart with positions, after a cut, and of a first visit
/// after another restart.
async fn reads_of(viewers: usize) -> [u64; 3] {
    let mut stall = Stall::open_still(5).await;
    let (buyer, token) = buyer(&stall);
    stall.reserve(&buyer, 1).await;
    let show = stall.show;
    let mut watchers: Vec<Watcher> = (0..viewers).map(|_| Watcher::new(&stall.server, &stall.seed)).collect();
    for (number, watcher) in watchers.iter_mut().enumerate().filter(|(number, _)| number % 3 == 0) {
        watcher.take_name(&stall.server, show, &format!("Marta {number}")).await;
    }
    watchers[0].is_muted = true;
    watchers[3].is_banned = true;
    let (muted, banned) = (watchers[0].viewer.id, watchers[3].viewer.id);
    stall.server.app.mute_viewer(&stall.seed.owner, show, muted, 600).await.unwrap();
    stall.server.app.ban_viewer(&stall.seed.owner, show, banned).await.unwrap();
    watchers[1] =
        Watcher { viewer: buyer.viewer, token, holds: 1, ..Watcher::new(&stall.server, &stall.seed) };
    // As many places to come back from as there are pairs of viewers.
    let places = i64::try_from(viewers / 2).unwrap();
    let last = say(&stall.server, &stall.seed, show, places).await;
    for (behind, watcher) in (0..places).cycle().zip(&mut watchers) {
        watcher.seq = last - behind;
    }
    stall.server.restart().await;
    let (sockets, restarted) = storm(&stall, &watchers, false).await;
    drop(sockets);
    let (sockets, cut) = storm(&stall, &watchers, false).await;
    drop(sockets);
    stall.server.restart().await;
    let (_sockets, fresh) = storm(&stall, &watchers, true).await;
    [restarted, cut, fresh]
}

#[tokio::test]
async fn reads_grow_with_shows_and_not_with_viewers() {
    let (few, many) = (reads_of(50).await, reads_of(300).await);
    println!("reads with 50 viewers {few:?}, with 300 {many:?}");
    for (few, many) in few.into_iter().zip(many) {
        assert!(few <= READS_MAX, "{few} reads for 50 viewers");
        assert!(many <= few + READS_APART_MAX, "{few} reads for 50 viewers, {many} for 300");
    }
    // After a cut everything is still there: beside the workers only the one checkout is read.
    assert!(many[1] <= 25, "{few:?} {many:?}");
}

#[tokio::test]
async fn those_who_come_from_ever_further_back_read_the_log_once() {
    let (mut server, seed, show) = live().await;
    let last = say(&server, &seed, show, 100).await;
    server.restart().await;
    let before = server.app.database_begun().reads;
    for behind in 0..100 {
        let watcher = Watcher { seq: last - behind, ..Watcher::new(&server, &seed) };
        assert!(watcher.come(&server, show, last, false).await.is_some());
    }
    let reads = server.app.database_begun().reads - before;
    assert!(reads <= READS_MAX, "{reads} reads for 100 places in one page");
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
    for _ in 0..5 {
        let neighbour = server.viewer_token(&seed);
        assert!(enter(&server, show, &neighbour, None).await.is_ok());
        server.app.ban_viewer(&seed.owner, show, id).await.unwrap();
        assert_eq!(enter(&server, show, &neighbour, None).await.err(), Some(4003));
        server.app.unban_viewer(&seed.owner, show, id).await.unwrap();
        assert!(enter(&server, show, &neighbour, None).await.is_ok());
    }
}

#[tokio::test]
async fn a_ban_in_one_show_holds_in_the_others_of_the_shop_until_its_time_is_over() {
    let (server, seed, show) = live().await;
    let other = server.seed_live_show_called(&seed, "Un'altra serata").await;
    let mut watcher = Watcher::new(&server, &seed);
    watcher.take_name(&server, show, "Troll").await;
    assert!(enter(&server, other, &watcher.token, None).await.is_ok());
    server.app.ban_viewer(&seed.owner, show, watcher.viewer.id).await.unwrap();
    assert_eq!(enter(&server, other, &watcher.token, None).await.err(), Some(4003));
    server.clock.advance(TimeDelta::days(31));
    assert!(enter(&server, other, &watcher.token, None).await.is_ok());
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
    let stall = Stall::open(3).await;
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
async fn a_removed_text_and_old_settings_are_not_shared() {
    let (server, seed, show) = live().await;
    let welcome = async || enter(&server, show, &server.viewer_token(&seed), None).await.unwrap().1;
    let sender = Sender::Member(seed.owner.clone());
    let id = Uuid::from_u128(1).into();
    server.app.send_chat(show, sender, id, "segreto").await.unwrap();
    assert_eq!(welcome().await["chat"][0]["data"]["text"], "segreto");
    server.app.remove_message(&seed.owner, show, id).await.unwrap();
    assert_eq!(welcome().await["chat"], json!([]));
    let client = server.member_client(&seed);
    assert_eq!(welcome().await["shop"]["delivery"]["zones"], json!([]));
    let rate = json!({
        "name": "Corriere", "price": 590, "free_from": null, "min_days": null, "max_days": null,
    });
    let settings = json!({ "zones": [{ "countries": ["IT"], "rates": [rate] }] });
    client.put("/api/v1/shop/checkout", settings).await.expect(200);
    assert_eq!(welcome().await["shop"]["delivery"]["zones"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn a_show_that_is_taken_back_or_deleted_is_closed_to_newcomers() {
    let server = TestServer::start().await;
    let seed = server.seed_shop().await;
    let new = serde_json::from_value(json!({ "title": "Domani", "starts_at": "2031-01-01T20:00:00Z" }));
    let show = server.app.create_show(&seed.owner, new.unwrap()).await.unwrap().summary.id;
    let (_open, _) = enter(&server, show, &server.viewer_token(&seed), None).await.unwrap();
    server.app.set_show_status(&seed.owner, show, ShowStatus::Draft).await.unwrap();
    assert_eq!(enter(&server, show, &server.viewer_token(&seed), None).await.err(), Some(1008));
    server.app.set_show_status(&seed.owner, show, ShowStatus::Scheduled).await.unwrap();
    assert!(enter(&server, show, &server.viewer_token(&seed), None).await.is_ok());
    server.app.delete_show(&seed.owner, show).await.unwrap();
    let refused = server.try_socket(server.handshake(show)).await.err();
    assert_eq!(refused.map(|status| status.as_u16()), Some(404));
}

/// Carries what a node commits to the server that is tested, as a shared bus would.
fn relay(from: &Server, to: &TestServer) -> tokio::sync::mpsc::Sender<usize> {
    let mut heard = from.app().bus().subscribe();
    let bus = to.app.bus().clone();
    let (skip, mut skipped) = tokio::sync::mpsc::channel::<usize>(16);
    tokio::spawn(async move {
        let mut lost = 0;
        while let Ok(committed) = heard.recv().await {
            while let Ok(more) = skipped.try_recv() {
                lost += more;
            }
            if lost > 0 {
                lost -= 1;
            } else {
                bus.publish(Committed::clone(&committed));
            }
        }
    });
    skip
}

/// Waits until the server that is tested knows something of a viewer.
async fn comes_to(
    what: &str,
    server: &TestServer,
    show: ShowId,
    viewer: Viewer,
    is_so: impl Fn(&ViewerState) -> bool,
) {
    within(what, async {
        let mut looks = tokio::time::interval(Duration::from_millis(5));
        while !is_so(&server.app.viewer_state(show, viewer, ELSEWHERE).await.unwrap()) {
            looks.tick().await;
        }
    })
    .await;
}

#[tokio::test]
async fn what_another_node_does_is_known_here() {
    let (server, seed, show) = live().await;
    let other = server.second_node().await;
    let _relay = relay(&other, &server);
    let watcher = Watcher::new(&server, &seed);
    let viewer = watcher.viewer;
    let (mut open, _) = enter(&server, show, &watcher.token, None).await.unwrap();
    other.app().set_viewer_name(show, viewer, ELSEWHERE, "Marta").await.unwrap();
    comes_to("the name", &server, show, viewer, |state| state.name.as_deref() == Some("Marta")).await;
    other.app().mute_viewer(&seed.owner, show, viewer.id, 600).await.unwrap();
    assert!(open.expect("you").await["muted_until"].is_string());
    other.app().unmute_viewer(&seed.owner, show, viewer.id).await.unwrap();
    comes_to("the end of the mute", &server, show, viewer, |state| state.muted_until.is_none()).await;
    other.app().set_slow_mode(&seed.owner, show, 60).await.unwrap();
    let sender = Sender::Viewer { viewer, address_hash: ELSEWHERE.to_vec() };
    other.app().send_chat(show, sender, Uuid::from_u128(1).into(), "ciao").await.unwrap();
    comes_to("the pause", &server, show, viewer, |state| state.chat_ready_at.is_some()).await;
    other.app().ban_viewer(&seed.owner, show, viewer.id).await.unwrap();
    assert_eq!(open.expect_close().await, 4003);
    assert_eq!(enter(&server, show, &watcher.token, None).await.err(), Some(4003));
}

#[tokio::test]
async fn what_the_bus_lost_of_people_is_read_again_with_the_gap() {
    let (server, seed, show) = live().await;
    let other = server.second_node().await;
    let lose = relay(&other, &server);
    let (mut watcher, mut second) = (Watcher::new(&server, &seed), Watcher::new(&server, &seed));
    watcher.take_name(&server, show, "Marta").await;
    second.take_name(&server, show, "Lucia").await;
    let (_open, _) = enter(&server, show, &watcher.token, None).await.unwrap();
    lose.send(1).await.unwrap();
    other.app().ban_viewer(&seed.owner, show, watcher.viewer.id).await.unwrap();
    other.app().mute_viewer(&seed.owner, show, second.viewer.id, 600).await.unwrap();
    comes_to("the ban", &server, show, watcher.viewer, |state| state.is_banned).await;
    assert_eq!(enter(&server, show, &watcher.token, None).await.err(), Some(4003));
}

/// A commit whose outcome nobody learns may have happened; memory must not go on without it.
#[tokio::test]
async fn news_that_nobody_told_of_comes_with_the_gap_they_leave() {
    let (server, seed, show) = live().await;
    let mut watcher = Watcher::new(&server, &seed);
    watcher.take_name(&server, show, "Marta").await;
    let (_open, _) = enter(&server, show, &watcher.token, None).await.unwrap();
    let mut tx = server.database.write().await.unwrap();
    let until = server.clock.now() + TimeDelta::seconds(600);
    tx.set_muted_until(seed.shop, show, watcher.viewer.id, Some(until)).await.unwrap();
    let event = ShowEvent::ViewerMuted { viewer_id: watcher.viewer.id, name: "Marta".to_owned(), until };
    tx.append_event(seed.shop, show, server.clock.now(), event).await.unwrap();
    tx.commit().await.unwrap();
    let mut other = Watcher::new(&server, &seed);
    other.take_name(&server, show, "Lucia").await;
    server.app.mute_viewer(&seed.owner, show, other.viewer.id, 600).await.unwrap();
    comes_to("the mute", &server, show, watcher.viewer, |state| state.muted_until.is_some()).await;
}
