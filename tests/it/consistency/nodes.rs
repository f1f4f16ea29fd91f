//! The nodes of a cluster, their shop, and what befalls them.

use std::net::SocketAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use url::Url;
use vetrina::clock::Clock;
use vetrina::config::{Config, Secret};
use vetrina::domain::product::Product;
use vetrina::limits::Limits;

use super::plan::{Frailty, Kind, Storm};
use super::wire::Wire;
use crate::support::http::Client;
use crate::support::nats::NatsServer;
use crate::support::nats_proxy::{Fate, NatsProxy};
use crate::support::node::Node;
use crate::support::seed::Seed;
use crate::support::server::{Setup, TestServer};

/// How late a word may be; longer than the grace of a gap, so that some gaps are filled for nothing.
const LATE_MAX_MS: u64 = 60;

/// Nodes that stay up over many runs; each run has a show of its own.
pub struct Cluster {
    /// The first node; where nodes share one file it serves nobody and keeps the file.
    pub home: TestServer,
    pub seed: Seed,
    pub products: Vec<Product>,
    pub http: Client,
    nodes: Vec<Place>,
}

/// Where clients find a node.
struct Place {
    /// None while it is dead.
    address: Mutex<Option<SocketAddr>>,
    bus: Option<NatsProxy>,
    wire: Option<Wire>,
    /// None for the first node, which never dies.
    mortal: Option<Mortal>,
}

/// A node that can die and come back.
struct Mortal {
    config: Config,
    limits: Limits,
    node: tokio::sync::Mutex<Option<Node>>,
}

impl Cluster {
    /// Three nodes on PostgreSQL with a bus; viewers are shown so much of a crowded chat.
    pub async fn of_three(nats: &NatsServer, chat_shown_per_sec: u32) -> Self {
        let bus = NatsProxy::start(nats.port).await;
        let mut setup = setup(chat_shown_per_sec);
        setup.config.nats.urls = vec![Secret::new(&bus.url())];
        let (mut config, limits) = (setup.config.clone(), setup.limits.clone());
        let home = TestServer::start_with(setup).await;
        let first = Mutex::new(Some(home.address()));
        let mut nodes = vec![Place { address: first, bus: Some(bus), wire: None, mortal: None }];
        for _ in 0..2 {
            let (bus, wire) = (NatsProxy::start(nats.port).await, wire_to(&home.database_url).await);
            config.nats.urls = vec![Secret::new(&bus.url())];
            config.database_url = Some(by_wire(&home.database_url, &wire));
            nodes.push(Place::start(config.clone(), limits.clone(), Some(bus), Some(wire)).await);
        }
        Self::with_shop(home, nodes).await
    }

    /// One node that serves, on a file.
    pub async fn of_one(chat_shown_per_sec: u32) -> Self {
        let setup = setup(chat_shown_per_sec);
        let (config, limits) = (setup.config.clone(), setup.limits.clone());
        let home = TestServer::start_with(setup).await;
        let node = Place::start(config, limits, None, None).await;
        Self::with_shop(home, vec![node]).await
    }

    async fn with_shop(home: TestServer, nodes: Vec<Place>) -> Self {
        let seed = home.seed_shop().await;
        let mut products = Vec::new();
        for title in ["Vaso", "Ciotola"] {
            products.push(home.seed_product(&seed, title, 10).await);
        }
        let http = home.member_client(&seed);
        Self { home, seed, products, http, nodes }
    }

    /// What can go wrong here.
    pub fn frailty(&self) -> Frailty {
        let has_bus = self.nodes.iter().all(|place| place.bus.is_some());
        let mortal_from = usize::from(has_bus);
        Frailty { nodes: self.nodes.len(), has_bus, mortal_from, has_wires: has_bus }
    }

    /// Any node that lives.
    pub fn any(&self, luck: &mut StdRng) -> Option<SocketAddr> {
        *lock(&self.nodes[luck.random_range(0..self.nodes.len())].address)
    }

    /// Lets a fault begin.
    pub async fn harm(&self, kind: Kind, luck: u64) {
        match kind {
            Kind::Storm(node, storm) => self.bus(node).decide(fates(storm, luck)),
            Kind::BusCut(node) => self.bus(node).cut(),
            Kind::DatabaseCut(node) => self.nodes[node].lose_database().await,
            Kind::Death(node) => self.nodes[node].die().await,
        }
    }

    /// Ends a fault; ending one that has ended changes nothing.
    pub async fn heal(&self, kind: Kind) {
        match kind {
            Kind::Storm(node, _) => self.bus(node).decide(|_| Fate::Arrives),
            Kind::BusCut(node) => self.bus(node).mend(),
            Kind::DatabaseCut(node) => self.nodes[node].wire.iter().for_each(Wire::mend),
            Kind::Death(node) => self.nodes[node].come_back().await,
        }
    }

    fn bus(&self, node: usize) -> &NatsProxy {
        self.nodes[node].bus.as_ref().expect("faults of the bus are drawn where there is one")
    }
}

impl Place {
    async fn start(config: Config, limits: Limits, bus: Option<NatsProxy>, wire: Option<Wire>) -> Self {
        let mortal = Mortal { config, limits, node: tokio::sync::Mutex::default() };
        let place = Self { address: Mutex::default(), bus, wire, mortal: Some(mortal) };
        place.come_back().await;
        place
    }

    async fn die(&self) {
        let mortal = self.mortal.as_ref().expect("deaths are drawn for nodes that can die");
        *lock(&self.address) = None;
        if let Some(node) = mortal.node.lock().await.take() {
            // It joins threads, which would hold up everybody else here.
            tokio::task::spawn_blocking(move || node.die()).await.expect("dying does not panic");
        }
    }

    /// A node that is just starting keeps it: one that finds none does not start, which is no fault.
    async fn lose_database(&self) {
        let mortal = self.mortal.as_ref().expect("the first node keeps its database");
        if mortal.node.lock().await.is_some() {
            self.wire.iter().for_each(Wire::cut);
        }
    }

    async fn come_back(&self) {
        let mortal = self.mortal.as_ref().expect("only nodes that die come back");
        let mut node = mortal.node.lock().await;
        if node.is_none() {
            self.wire.iter().for_each(Wire::mend);
            let started = Node::start(mortal.config.clone(), Clock::system(), mortal.limits.clone()).await;
            *lock(&self.address) = Some(started.address);
            *node = Some(started);
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn setup(chat_shown_per_sec: u32) -> Setup {
    let setup = Setup::default();
    Setup { limits: Limits { chat_shown_per_sec, ..setup.limits }, ..setup }
}

async fn wire_to(database_url: &str) -> Wire {
    let url = Url::parse(database_url).expect("the database has an address");
    let host = url.host_str().expect("it is on a machine").to_owned();
    let target = tokio::net::lookup_host((host, url.port().unwrap_or(5432))).await;
    Wire::to(target.expect("the machine has an address").next().expect("at least one")).await
}

fn by_wire(database_url: &str, wire: &Wire) -> String {
    let mut url = Url::parse(database_url).expect("the database has an address");
    url.set_ip_host(wire.address.ip()).expect("it is on a machine");
    url.set_port(Some(wire.address.port())).expect("it has a port");
    url.into()
}

fn fates(storm: Storm, luck: u64) -> impl FnMut(&str) -> Fate + Send + 'static {
    let mut luck = StdRng::seed_from_u64(luck);
    move |_| {
        if luck.random_range(0..100) < storm.lost {
            return Fate::IsLost;
        }
        let (late, twice) = (storm.late, storm.late + storm.twice);
        match luck.random_range(0..100) {
            part if part < late => Fate::IsLate(Duration::from_millis(luck.random_range(1..LATE_MAX_MS))),
            part if part < twice => Fate::ArrivesTwice,
            part if part < twice + storm.overtaken => Fate::IsOvertaken,
            _ => Fate::Arrives,
        }
    }
}
