//! Starts the real server on a free port with a database of its own.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use axum::Router;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use vetrina::api::ApiState;
use vetrina::app::App;
use vetrina::clock::Clock;
use vetrina::config::Config;
use vetrina::hub::Hub;
use vetrina::limits::Limits;
use vetrina::server::Server;
use vetrina::storage::Database;

use super::database::PostgresDatabase;
use super::fleet::{Fleet, Others};
use super::node::Node;
use super::within;

/// What a test may set before its server starts.
pub struct Setup {
    pub clock: Clock,
    pub limits: Limits,
    pub config: Config,
}

impl Default for Setup {
    /// The machine's clock, a free port, a fresh database, and room for a test's many requests.
    fn default() -> Self {
        let limits = Limits {
            requests_per_sec: 100_000,
            requests_burst: 100_000,
            sockets_per_address: 10_000,
            connections_per_address: 10_000,
            ..Limits::default()
        };
        Self { clock: Clock::system(), limits, config: config() }
    }
}

/// The configuration of a test's server; everything else has its default.
fn config() -> Config {
    #[derive(clap::Parser)]
    struct Arguments {
        #[command(flatten)]
        config: Config,
    }
    let folder = std::env::temp_dir().join(format!("vetrina-test-{}", Clock::system().uuid()));
    let data = folder.to_str().expect("the temporary folder has a plain name");
    let arguments = ["vetrina", "--listen", "127.0.0.1:0", "--data", data];
    <Arguments as clap::Parser>::parse_from(arguments).config
}

/// The node inside the test's process.
struct Core {
    app: App,
    hub: Hub,
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    running: JoinHandle<()>,
}

impl Core {
    /// Starts it, and then the nodes that go with it.
    async fn start(
        config: &Config,
        clock: &Clock,
        limits: &Limits,
        routes: Router<ApiState>,
        fleet: &mut Option<Fleet>,
    ) -> Self {
        let server = Box::pin(Server::bind_with(config.clone(), clock.clone(), limits.clone()));
        let server = server.await.expect("the server starts");
        let (stop, stopped) = oneshot::channel::<()>();
        let (app, hub, address) = (server.app().clone(), server.hub().clone(), server.local_addr());
        let running = tokio::spawn(server.with_routes(routes).run(async {
            let _ = stopped.await;
        }));
        if let Some(fleet) = fleet {
            Box::pin(fleet.start(&app, address, clock, limits)).await;
        }
        Self { app, hub, address, stop, running }
    }
}

/// A running server; it stops and its data goes when the test ends.
pub struct TestServer {
    pub app: App,
    pub hub: Hub,
    pub clock: Clock,
    /// A second way into the database, for what a test has to see or break.
    pub database: Database,
    /// Where the database is, for processes of the test's own.
    pub database_url: String,
    address: SocketAddr,
    limits: Limits,
    config: Config,
    data: PathBuf,
    /// The data is another server's, which looks after it.
    is_guest: bool,
    /// The other nodes that the address leads to.
    fleet: Option<Fleet>,
    postgres: Option<PostgresDatabase>,
    stop: Option<oneshot::Sender<()>>,
    running: Option<JoinHandle<()>>,
}

impl TestServer {
    /// A server as in production, with the machine's clock.
    pub async fn start() -> Self {
        Box::pin(Self::begin(Setup::default(), Router::new(), Others::Processes)).await
    }

    /// A server with a clock of the test's, other limits or another configuration.
    pub async fn start_with(setup: Setup) -> Self {
        Box::pin(Self::begin(setup, Router::new(), Others::Inside)).await
    }

    /// A server that is one node on every set-up, for tests that look into it.
    pub async fn start_alone(setup: Setup) -> Self {
        Box::pin(Self::begin(setup, Router::new(), Others::None)).await
    }

    /// The same with routes of the test's own.
    pub async fn start_with_routes(setup: Setup, routes: Router<ApiState>) -> Self {
        Box::pin(Self::begin(setup, routes, Others::None)).await
    }

    async fn begin(setup: Setup, routes: Router<ApiState>, others: Others) -> Self {
        // The outgoing HTTP client needs one; a second installation changes nothing.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let Setup { clock, limits, mut config } = setup;
        // A test that brings its own database takes care of it.
        let postgres = if config.database_url.is_none() { PostgresDatabase::create().await } else { None };
        if let Some(postgres) = &postgres {
            config.database_url = Some(postgres.url.clone());
        }
        let mut fleet = match &postgres {
            Some(_) => Fleet::plan(others, &mut config).await,
            None => None,
        };
        let node = Core::start(&config, &clock, &limits, routes, &mut fleet).await;
        let (data, database_url) = (config.data.clone(), config.database_url());
        let database = Database::open(&database_url).await.expect("the database opens twice");
        let Core { app, hub, address, stop, running } = node;
        Self {
            app,
            hub,
            clock,
            database,
            database_url,
            address: fleet.as_ref().map_or(address, Fleet::address),
            limits,
            config,
            data,
            is_guest: false,
            fleet,
            postgres,
            stop: Some(stop),
            running: Some(running),
        }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The full address of a path.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Stops the server and starts it anew on the same data, with nothing in memory.
    pub async fn restart(&mut self) {
        self.begin_stop();
        self.stopped().await;
        self.start_again().await;
    }

    /// Stops the server and lets go of its database, as before a restore.
    pub async fn shut_down(&mut self) {
        self.begin_stop();
        self.stopped().await;
        self.database.close().await;
    }

    /// Starts the server after [`TestServer::shut_down`].
    pub async fn open_again(&mut self) {
        self.start_again().await;
        self.database = Database::open(&self.database_url).await.expect("the database opens twice");
    }

    async fn start_again(&mut self) {
        let node = Core::start(&self.config, &self.clock, &self.limits, Router::new(), &mut self.fleet).await;
        (self.app, self.hub) = (node.app, node.hub);
        self.address = self.fleet.as_ref().map_or(node.address, Fleet::address);
        (self.stop, self.running) = (Some(node.stop), Some(node.running));
    }

    /// Whether each connection may reach another node.
    pub fn is_fleet(&self) -> bool {
        self.fleet.is_some()
    }

    /// Another server on the same data, as another node would be.
    pub async fn second_node(&self) -> Server {
        let server = Server::bind_with(self.config.clone(), self.clock.clone(), self.limits.clone());
        server.await.expect("a second server starts")
    }

    /// Another node on the same data, with a runtime of its own so that it can die.
    pub async fn node(&self) -> Node {
        Node::start(self.config.clone(), self.clock.clone(), self.limits.clone()).await
    }

    /// Another node on the same data, which serves; its configuration may differ.
    pub async fn join(&self, change: impl FnOnce(&mut Config)) -> Self {
        let mut config = self.config.clone();
        change(&mut config);
        let node = Core::start(&config, &self.clock, &self.limits, Router::new(), &mut None).await;
        let database = Database::open(&self.database_url).await.expect("the database opens once more");
        let Core { app, hub, address, stop, running } = node;
        Self {
            app,
            hub,
            clock: self.clock.clone(),
            database,
            database_url: self.database_url.clone(),
            address,
            limits: self.limits.clone(),
            config,
            data: self.data.clone(),
            is_guest: true,
            fleet: None,
            postgres: None,
            stop: Some(stop),
            running: Some(running),
        }
    }

    /// Something is so: at once on one node, within two seconds wherever one asks on several.
    #[track_caller]
    pub fn agrees(&self, is_so: impl AsyncFn() -> bool) -> impl Future<Output = ()> {
        let place = std::panic::Location::caller();
        let bound = Duration::from_secs(if self.is_fleet() { 2 } else { 0 });
        async move {
            let began = Instant::now();
            while !is_so().await {
                assert!(began.elapsed() < bound, "{place}: it is not so");
            }
        }
    }

    /// Tells the server to stop, as SIGTERM does, without waiting.
    pub fn begin_stop(&mut self) {
        let _ = self.stop.take().expect("a server stops once").send(());
    }

    /// Waits until a server that was told to stop has done so.
    pub async fn stopped(&mut self) {
        let running = self.running.take().expect("a server stops once");
        within("the server to stop", running).await.expect("the server does not panic");
        if let Some(fleet) = &mut self.fleet {
            fleet.stop().await;
        }
    }
}

impl Drop for TestServer {
    fn drop(&mut self) {
        // The runtime of the test ends with it and takes the server along.
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        if let Some(postgres) = self.postgres.take() {
            postgres.drop_database();
        }
        if !self.is_guest {
            let _ = std::fs::remove_dir_all(&self.data);
        }
    }
}
