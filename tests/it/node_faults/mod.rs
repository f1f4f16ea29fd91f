//! Three nodes as real processes over a PostgreSQL and a NATS of the test's own, and what goes wrong
//! in such a place: a node is killed, cut off or shows a wrong time, NATS or PostgreSQL goes away.
//!
//! `VETRINA_NODE_VIEWERS` sets how many watch at a node that is killed, `VETRINA_NODE_BUYERS` how many
//! want the same pieces, `VETRINA_AWAY_SECS` how long PostgreSQL stays away.

mod bus;
mod buyer;
mod crowd;
mod cut;
mod database;
mod killed;
mod namespace;
mod oversold;
mod time;
mod writer;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use rand::seq::IndexedRandom;
use serde_json::Value;
use vetrina::config::Secret;
use vetrina::domain::event::Audience;

use crate::support::http::Client;
use crate::support::nats::NatsServer;
use crate::support::port::free_port;
use crate::support::postgres::OwnPostgres;
use crate::support::process::Process;
use crate::support::server::{Setup, TestServer};
use crate::support::stall::Stall;

/// How many nodes a test has.
const NODES: usize = 3;
/// How long what another node did may take without the bus.
const TOLD_WITHIN: Duration = Duration::from_secs(10);
/// How long what the bus lost may be missing.
const FOUND_WITHIN: Duration = Duration::from_secs(2);
/// How soon all must be well once the database is back.
const WELL_WITHIN: Duration = Duration::from_secs(5);
/// How long the viewers of a node that is gone may be counted.
const SHARE_STAYS: Duration = Duration::from_secs(10);
/// How soon everybody is back whose node was killed.
const BACK_WITHIN: Duration = Duration::from_secs(30);

/// Room for a crowd that has one address; everything else is as in production. All chat is shown, so
/// that a sample is not taken for a hole.
const LIMITS: [(&str, &str); 6] = [
    ("VETRINA_SOCKETS_PER_ADDRESS", "20000"),
    ("VETRINA_CONNECTIONS_PER_ADDRESS", "20000"),
    ("VETRINA_HANDSHAKES_PER_SEC", "100000"),
    ("VETRINA_REQUESTS_PER_SEC", "100000"),
    ("VETRINA_REQUESTS_BURST", "100000"),
    ("VETRINA_CHAT_SHOWN_PER_SEC", "0"),
];

/// One cluster at a time: each is five servers, and small machines have two cores.
static TURN: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

/// A stall whose own server has stopped, and the processes that serve it instead.
///
/// Fields are dropped in this order: the nodes before what they stand on.
struct Nodes {
    running: Vec<Option<Process>>,
    addresses: Vec<SocketAddr>,
    doors: Arc<Doors>,
    /// One for all: making a client loads the machine's certificates.
    web: Client,
    stall: Stall,
    nats: NatsServer,
    postgres: OwnPostgres,
    _turn: tokio::sync::MutexGuard<'static, ()>,
}

/// The nodes to which a proxy would send people.
#[derive(Default)]
struct Doors(Mutex<Vec<SocketAddr>>);

impl Doors {
    fn any(&self) -> SocketAddr {
        let doors = self.0.lock().expect("no holder panics");
        *doors.choose(&mut rand::rng()).expect("a node lives")
    }

    fn open(&self, address: SocketAddr) {
        self.0.lock().expect("no holder panics").push(address);
    }

    fn close(&self, address: SocketAddr) {
        self.0.lock().expect("no holder panics").retain(|door| *door != address);
    }
}

impl Nodes {
    /// The whole: three nodes that hear each other. `None` where a program is missing, which is printed.
    async fn open(stock: i64) -> Option<Self> {
        let mut nodes = Self::prepare(Ipv4Addr::LOCALHOST.into(), stock).await?;
        for _ in 0..NODES {
            nodes.add(&[], &[]).await;
        }
        nodes.all_hear_all().await;
        Some(nodes)
    }

    /// What nodes stand on, reached by an address of this machine.
    async fn prepare(ip: IpAddr, stock: i64) -> Option<Self> {
        let turn = TURN.lock().await;
        let nats = NatsServer::start_at(ip).await?;
        let postgres = OwnPostgres::start_at(ip).await?;
        let mut setup = Setup::default();
        setup.config.database_url = Some(postgres.url());
        setup.config.nats.urls = vec![Secret::new(&nats.url())];
        let server = TestServer::start_with(setup).await;
        let mut stall = Stall::at(server, stock).await;
        stall.server.begin_stop();
        stall.server.stopped().await;
        let (running, addresses, doors) = (Vec::new(), Vec::new(), Arc::default());
        let web = stall.server.client();
        Some(Self { running, addresses, doors, web, stall, nats, postgres, _turn: turn })
    }

    /// Starts one more node on loopback; answers its number.
    async fn add(&mut self, wrapper: &[&str], more: &[(&str, &str)]) -> usize {
        let address = SocketAddr::from(([127, 0, 0, 1], free_port()));
        self.add_at(address, wrapper, more).await
    }

    /// Starts one more node at an address, by a command that becomes the program.
    async fn add_at(&mut self, address: SocketAddr, wrapper: &[&str], more: &[(&str, &str)]) -> usize {
        let variables = [&LIMITS, more].concat();
        let process = Process::start_by(wrapper, &self.stall.server, address, &variables).await;
        self.running.push(Some(process));
        self.addresses.push(address);
        self.doors.open(address);
        self.running.len() - 1
    }

    /// SIGKILL; people are sent there no more.
    fn kill(&mut self, node: usize) {
        self.doors.close(self.addresses[node]);
        self.running[node].take().expect("it runs").kill();
    }

    /// The nodes that were not killed.
    fn living(&self) -> impl Iterator<Item = usize> {
        (0..self.running.len()).filter(|node| self.running[*node].is_some())
    }

    /// Waits until each node hears all others.
    async fn all_hear_all(&self) {
        let others = self.living().count() - 1;
        for node in self.living() {
            comes_true(&format!("node {node} to hear the others"), BACK_WITHIN, async || {
                let told = self.readiness(node).await;
                told["bus"] == "up" && told["nodes"] == others
            })
            .await;
        }
    }

    /// A client of one node that is nobody.
    fn client(&self, node: usize) -> Client {
        self.web.clone().at(&format!("http://{}", self.addresses[node]))
    }

    /// The shop's owner at one node.
    fn member(&self, node: usize) -> Client {
        self.client(node).with_session(&self.stall.seed.session)
    }

    /// How a node says that it is, to the machines around it.
    async fn readiness(&self, node: usize) -> Value {
        self.client(node).get("/readyz").await.body
    }

    async fn metric(&self, node: usize, name: &str) -> i64 {
        let text = String::from_utf8(self.client(node).get("/metrics").await.bytes).expect("a text");
        let line = text.lines().find_map(|line| line.strip_prefix(&format!("vetrina_{name} ")));
        line.unwrap_or_else(|| panic!("{name} in {text}")).parse().expect("a number")
    }

    /// Puts the product on the screen, or takes it away; false when the node could not be asked.
    async fn pin(&self, node: usize, is_on: bool) -> bool {
        let path = format!("/api/v1/shows/{}/featured-products/{}", self.stall.show, self.stall.product.id);
        let method = if is_on { reqwest::Method::PUT } else { reqwest::Method::DELETE };
        let Some(answer) = self.member(node).try_request(method, &path, None).await else { return false };
        assert!(answer.status.is_success(), "{answer:?}");
        true
    }

    /// How far the viewers' stream has come in the table.
    async fn head(&self) -> i64 {
        self.stall.events(Audience::Viewers).await.last().map_or(0, |event| event.seq)
    }
}

/// Waits until something is so, for as long as it may take; tells how long it took.
#[track_caller]
fn comes_true(
    what: &str,
    limit: Duration,
    mut is_so: impl AsyncFnMut() -> bool,
) -> impl Future<Output = Duration> {
    let place = std::panic::Location::caller();
    async move {
        let begun = Instant::now();
        let mut looks = tokio::time::interval(Duration::from_millis(20));
        looks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        while !is_so().await {
            assert!(begun.elapsed() < limit, "{place}: waited too long for {what}");
            looks.tick().await;
        }
        begun.elapsed()
    }
}

/// A count that whoever runs the test may raise.
fn number(name: &str, usual: usize) -> usize {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}
