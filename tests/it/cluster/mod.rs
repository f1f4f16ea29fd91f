//! One show over several nodes: what one of them does the others tell, whatever becomes of the bus.

mod audience;
mod credentials;
mod faults;
mod login;
mod outage;

use std::time::Duration;

use serde_json::Value;
use uuid::Uuid;
use vetrina::app::chat::Sender;
use vetrina::app::{App, Viewer};
use vetrina::bus::Standing;
use vetrina::config::Secret;
use vetrina::domain::event::Audience;
use vetrina::domain::ids::ShowId;

use crate::support::nats::NatsServer;
use crate::support::seed::Seed;
use crate::support::server::{Setup, TestServer};
use crate::support::socket::SocketClient;
use crate::support::within;

/// Salted addresses are bytes to the database; all test clients come from one.
const ELSEWHERE: &[u8] = b"another address";

/// Two nodes, a bus between them, and a show.
struct Cluster {
    nats: NatsServer,
    first: TestServer,
    second: TestServer,
    seed: Seed,
    show: ShowId,
}

impl Cluster {
    /// `None` where there is no NATS.
    async fn start() -> Option<Self> {
        let nats = NatsServer::start().await?;
        let url = nats.url();
        Some(Self::over(nats, &url).await)
    }

    /// The second node reaches NATS another way.
    async fn over(nats: NatsServer, second_url: &str) -> Self {
        let first = TestServer::start_with(setup(&nats.url())).await;
        let seed = first.seed_shop().await;
        let show = first.seed_live_show(&seed).await;
        let second = first.join(|config| config.nats.urls = vec![Secret::new(second_url)]).await;
        let cluster = Self { nats, first, second, seed, show };
        cluster.all_hear_all().await;
        cluster
    }

    /// Waits until each node hears the other one.
    async fn all_hear_all(&self) {
        for node in [&self.first, &self.second] {
            comes_true("the nodes to hear each other", || {
                node.app.bus().standing() == Standing::Up && node.app.bus().counts().nodes == 1
            })
            .await;
        }
    }

    /// A viewer's socket at a node.
    async fn viewer_at(&self, node: &TestServer) -> SocketClient {
        node.viewer_socket(self.show, &self.first.viewer_token(&self.seed)).await.0
    }

    /// A viewer with a name in some shows, and their token.
    async fn known_viewer(&self, shows: &[ShowId]) -> (Viewer, String) {
        let (viewer, token) = self.first.app.create_viewer(self.seed.shop);
        for show in shows {
            self.first.app.set_viewer_name(*show, viewer, ELSEWHERE, "Marta").await.unwrap();
        }
        (viewer, token)
    }

    /// The owner writes by way of a node.
    async fn say(&self, app: &App, text: &str) {
        say(app, &self.seed, self.show, text).await;
    }

    /// All that viewers may see, as the table has it.
    async fn table(&self) -> Vec<Value> {
        let events =
            self.first.app.list_events_after(self.show, Audience::Viewers, 0, 100_000).await.unwrap();
        events.iter().map(|event| serde_json::to_value(event).unwrap()).collect()
    }
}

fn setup(nats_url: &str) -> Setup {
    let mut setup = Setup::default();
    setup.config.nats.urls = vec![Secret::new(nats_url)];
    setup
}

async fn say(app: &App, seed: &Seed, show: ShowId, text: &str) {
    let id: Uuid = app.clock().uuid();
    app.send_chat(show, Sender::Member(seed.owner.clone()), id.into(), text).await.unwrap();
}

/// Waits until something is so.
#[track_caller]
fn comes_true(what: &str, is_so: impl Fn() -> bool) -> impl Future<Output = ()> {
    within(what, async move {
        let mut looks = tokio::time::interval(Duration::from_millis(5));
        while !is_so() {
            looks.tick().await;
        }
    })
}

/// The events of a viewer up to a place, which have to be without holes.
async fn events_up_to(viewer: &mut SocketClient, last: i64) -> Vec<Value> {
    let mut events: Vec<Value> = Vec::new();
    loop {
        let event = viewer.next_event().await;
        let seq = event["seq"].as_i64().unwrap();
        if let Some(before) = events.last() {
            assert_eq!(seq, before["seq"].as_i64().unwrap() + 1, "without holes");
        }
        events.push(event);
        if seq >= last {
            return events;
        }
    }
}

/// How a node says that it is, to the machines around it.
async fn readiness(node: &TestServer) -> Value {
    node.client().get("/readyz").await.expect(200)
}

async fn metric(node: &TestServer, name: &str) -> u64 {
    let text = String::from_utf8(node.client().get("/metrics").await.bytes).unwrap();
    let line = text.lines().find_map(|line| line.strip_prefix(&format!("vetrina_{name} ")));
    line.unwrap_or_else(|| panic!("{name} in {text}")).parse().unwrap()
}

#[tokio::test]
async fn two_nodes_tell_the_same_in_the_same_order() {
    let Some(cluster) = Cluster::start().await else { return };
    let mut viewers = [cluster.viewer_at(&cluster.first).await, cluster.viewer_at(&cluster.second).await];
    let writers = [&cluster.first.app, &cluster.second.app].map(|app| async {
        for number in 0..60 {
            cluster.say(app, &format!("ciao {number}")).await;
            if number % 20 == 0 {
                app.set_slow_mode(&cluster.seed.owner, cluster.show, number).await.unwrap();
            }
        }
    });
    futures_util::future::join_all(writers).await;
    let table = cluster.table().await;
    let last = table.last().unwrap()["seq"].as_i64().unwrap();
    assert!(last >= 120, "{last}");
    for viewer in &mut viewers {
        let told = events_up_to(viewer, last).await;
        assert_eq!(told[..], table[table.len() - told.len()..]);
        assert!(told.len() >= 120);
    }
    assert_eq!(readiness(&cluster.second).await["bus"], "up");
    assert_eq!(metric(&cluster.second, "bus_up").await, 1);
    assert_eq!(metric(&cluster.second, "bus_nodes").await, 1);
    assert!(metric(&cluster.second, "bus_heard_total").await > 30);
    assert_eq!(metric(&cluster.second, "bus_unreadable_total").await, 0);
}

#[tokio::test]
async fn a_ban_on_one_node_closes_sockets_on_the_other() {
    let Some(cluster) = Cluster::start().await else { return };
    // The other one is a show of the shop that nobody watches at the second node.
    let other = cluster.first.seed_live_show_called(&cluster.seed, "Un'altra serata").await;
    let (viewer, token) = cluster.known_viewer(&[cluster.show, other]).await;
    let (mut socket, _) = cluster.second.viewer_socket(cluster.show, &token).await;
    cluster.first.app.mute_viewer(&cluster.seed.owner, cluster.show, viewer.id, 600).await.unwrap();
    assert!(socket.expect("you").await["muted_until"].is_string());
    cluster.first.app.ban_viewer(&cluster.seed.owner, other, viewer.id).await.unwrap();
    assert_eq!(socket.expect_close().await, 4003);
    let mut again = cluster.second.socket(cluster.show).await;
    again.send(serde_json::json!({ "t": "hello", "token": token })).await;
    assert_eq!(again.expect_close().await, 4003);
}

/// More than NATS takes in one word: the other node hears that there is something, and reads it.
#[tokio::test]
async fn what_is_too_large_for_the_bus_is_read_from_the_table() {
    let Some(nats) = NatsServer::start_with("max_payload: 1200\nmax_pending: 100000").await else { return };
    let url = nats.url();
    let cluster = Cluster::over(nats, &url).await;
    let mut viewer = cluster.viewer_at(&cluster.second).await;
    let gaps = metric(&cluster.second, "bus_gaps_total").await;
    let text = "è".repeat(500);
    cluster.say(&cluster.first.app, &text).await;
    assert_eq!(viewer.expect_event("chat.sent").await["data"]["text"], text.as_str());
    cluster.say(&cluster.first.app, "corto").await;
    assert_eq!(viewer.expect_event("chat.sent").await["data"]["text"], "corto");
    assert_eq!(metric(&cluster.second, "bus_gaps_total").await, gaps, "nothing was lost");
}
