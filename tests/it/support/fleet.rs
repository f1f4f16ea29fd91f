//! The other nodes of an installation, and one address before all of them that leads to any.
//!
//! `VETRINA_TEST_NODES` says how many nodes a test's server has (one unless told), and
//! `VETRINA_TEST_NATS` where they hear each other. Only a test on PostgreSQL has several.

use std::net::SocketAddr;
use std::sync::{Arc, RwLock};

use rand::Rng;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{ReadHalf, WriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use vetrina::app::App;
use vetrina::bus::Standing;
use vetrina::clock::Clock;
use vetrina::config::{Config, Secret};
use vetrina::limits::Limits;
use vetrina::server::Server;

use super::within;
use crate::support::port::free_port;
use crate::support::process::Process;

/// What the further nodes of a test's server are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Others {
    /// Processes of the program.
    Processes,
    /// Nodes inside the test's process, because they share its clock, limits or configuration.
    Inside,
    /// None: the test looks into one node, or brings others of its own.
    None,
}

/// How many nodes a test's server has.
pub fn nodes() -> usize {
    let nodes = std::env::var("VETRINA_TEST_NODES");
    nodes.map_or(1, |nodes| nodes.parse().expect("VETRINA_TEST_NODES is a number"))
}

/// The further nodes, once they run.
pub struct Fleet {
    front: Front,
    kind: Others,
    count: usize,
    nodes: Vec<Further>,
}

enum Further {
    Process(Process),
    Inside { stop: oneshot::Sender<()>, running: JoinHandle<()> },
}

impl Fleet {
    /// An address before nodes that start later; the configuration of all of them takes it and NATS.
    pub async fn plan(kind: Others, config: &mut Config) -> Option<Self> {
        let count = nodes() - 1;
        if count == 0 || kind == Others::None || !config.nats.urls.is_empty() {
            return None;
        }
        let nats = std::env::var("VETRINA_TEST_NATS").expect("VETRINA_TEST_NODES needs VETRINA_TEST_NATS");
        config.nats.urls = vec![Secret::new(&nats)];
        let front = Front::listen().await;
        if config.public_url.is_none() {
            config.public_url = Some(front.url().parse().expect("an address is a URL"));
        }
        Some(Self { front, kind, count, nodes: Vec::new() })
    }

    /// Where any of the nodes is reached.
    pub fn address(&self) -> SocketAddr {
        self.front.address
    }

    /// Starts the further nodes and waits until all hear each other.
    pub async fn start(&mut self, first: &App, address: SocketAddr, clock: &Clock, limits: &Limits) {
        let config = first.config();
        let mut addresses = vec![address];
        let mut buses = vec![first.bus().clone()];
        for _ in 0..self.count {
            if self.kind == Others::Processes {
                let address = SocketAddr::from(([127, 0, 0, 1], free_port()));
                let process =
                    Process::begin(&[], config, address, &[("VETRINA_PUBLIC_URL", &self.front.url())]);
                addresses.push(process.address);
                self.nodes.push(Further::Process(process));
                continue;
            }
            let server = Box::pin(Server::bind_with(config.clone(), clock.clone(), limits.clone()));
            let server = server.await.expect("a further node starts");
            addresses.push(server.local_addr());
            buses.push(server.app().bus().clone());
            let (stop, stopped) = oneshot::channel::<()>();
            let running = tokio::spawn(server.run(async {
                let _ = stopped.await;
            }));
            self.nodes.push(Further::Inside { stop, running });
        }
        for node in &self.nodes {
            if let Further::Process(process) = node {
                process.ready().await;
            }
        }
        within("the nodes to hear each other", async {
            let mut looks = tokio::time::interval(std::time::Duration::from_millis(5));
            let hears_all = |bus: &vetrina::bus::Bus| {
                bus.standing() == Standing::Up && bus.counts().nodes == self.count as u64
            };
            while !buses.iter().all(hears_all) {
                looks.tick().await;
            }
        })
        .await;
        self.front.lead_to(addresses);
    }

    /// Tells the further nodes to stop, as SIGTERM does, and waits until they have.
    pub async fn stop(&mut self) {
        let nodes = std::mem::take(&mut self.nodes);
        let stopping = nodes.into_iter().map(|node| async {
            match node {
                Further::Process(process) => process.stop().await,
                Further::Inside { stop, running } => {
                    let _ = stop.send(());
                    within("a further node to stop", running).await.expect("it does not panic");
                }
            }
        });
        futures_util::future::join_all(stopping).await;
    }
}

/// Takes connections and joins each to a node drawn at random, as a proxy without memory does.
struct Front {
    address: SocketAddr,
    nodes: Arc<RwLock<Vec<SocketAddr>>>,
    taking: JoinHandle<()>,
}

impl Front {
    async fn listen() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("a bound address");
        let nodes = Arc::new(RwLock::new(Vec::new()));
        let known: Arc<RwLock<Vec<SocketAddr>>> = nodes.clone();
        let taking = tokio::spawn(async move {
            loop {
                let Ok((client, _)) = listener.accept().await else { continue };
                let node = {
                    let nodes = known.read().expect("nobody panics with it");
                    if nodes.is_empty() {
                        continue;
                    }
                    nodes[rand::rng().random_range(0..nodes.len())]
                };
                tokio::spawn(join(client, node));
            }
        });
        Self { address, nodes, taking }
    }

    fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    fn lead_to(&self, nodes: Vec<SocketAddr>) {
        *self.nodes.write().expect("nobody panics with it") = nodes;
    }
}

impl Drop for Front {
    fn drop(&mut self) {
        self.taking.abort();
    }
}

/// Carries bytes both ways until both ends have closed; a reset goes on as one.
async fn join(mut client: TcpStream, node: SocketAddr) {
    let Ok(mut node) = TcpStream::connect(node).await else { return };
    let _ = (client.set_nodelay(true), node.set_nodelay(true));
    let (mut from_client, mut to_client) = client.split();
    let (mut from_node, mut to_node) = node.split();
    let ends = tokio::join!(carry(&mut from_client, &mut to_node), carry(&mut from_node, &mut to_client));
    if ends.0.is_err() || ends.1.is_err() {
        let _ = (client.set_zero_linger(), node.set_zero_linger());
    }
}

/// Carries bytes one way; what nobody takes any more is read all the same, so that who still sends
/// hears why.
async fn carry(from: &mut ReadHalf<'_>, to: &mut WriteHalf<'_>) -> std::io::Result<()> {
    let mut bytes = vec![0; 16 * 1024];
    let mut is_taken = true;
    loop {
        let read = from.read(&mut bytes).await?;
        if read == 0 {
            let _ = to.shutdown().await;
            return Ok(());
        }
        is_taken = is_taken && to.write_all(&bytes[..read]).await.is_ok();
    }
}
