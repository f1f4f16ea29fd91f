//! Starts the real server on a free port with a database of its own.

use std::net::SocketAddr;
use std::path::PathBuf;

use axum::Router;
use sqlx::Connection;
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
    postgres: Option<PostgresDatabase>,
    stop: Option<oneshot::Sender<()>>,
    running: Option<JoinHandle<()>>,
}

impl TestServer {
    /// A server as in production, with the machine's clock.
    pub async fn start() -> Self {
        Self::start_with(Setup::default()).await
    }

    /// A server with a clock of the test's, other limits or another configuration.
    pub async fn start_with(setup: Setup) -> Self {
        Box::pin(Self::start_with_routes(setup, Router::new())).await
    }

    /// The same with routes of the test's own.
    pub async fn start_with_routes(setup: Setup, routes: Router<ApiState>) -> Self {
        // The outgoing HTTP client needs one; a second installation changes nothing.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let Setup { clock, limits, mut config } = setup;
        let postgres = PostgresDatabase::create().await;
        if let Some(postgres) = &postgres {
            config.database_url = Some(postgres.url.clone());
        }
        let (data, url) = (config.data.clone(), config.database_url());
        let server = Box::pin(Server::bind_with(config.clone(), clock.clone(), limits.clone()));
        let server = server.await.expect("the server starts");
        let (stop, stopped) = oneshot::channel::<()>();
        let (app, hub, address) = (server.app().clone(), server.hub().clone(), server.local_addr());
        let running = tokio::spawn(server.with_routes(routes).run(async {
            let _ = stopped.await;
        }));
        let database = Database::open(&url).await.expect("the database opens twice");
        Self {
            app,
            hub,
            clock,
            database,
            database_url: url,
            address,
            limits,
            config,
            data,
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
        let server = Server::bind_with(self.config.clone(), self.clock.clone(), self.limits.clone());
        let server = server.await.expect("the server starts again");
        (self.app, self.hub, self.address) =
            (server.app().clone(), server.hub().clone(), server.local_addr());
        let (stop, stopped) = oneshot::channel::<()>();
        self.running = Some(tokio::spawn(server.run(async {
            let _ = stopped.await;
        })));
        self.stop = Some(stop);
    }

    /// Another server on the same data, as another node would be.
    pub async fn second_node(&self) -> Server {
        let server = Server::bind_with(self.config.clone(), self.clock.clone(), self.limits.clone());
        server.await.expect("a second server starts")
    }

    /// Tells the server to stop, as SIGTERM does, without waiting.
    pub fn begin_stop(&mut self) {
        let _ = self.stop.take().expect("a server stops once").send(());
    }

    /// Waits until a server that was told to stop has done so.
    pub async fn stopped(&mut self) {
        let running = self.running.take().expect("a server stops once");
        within("the server to stop", running).await.expect("the server does not panic");
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
        let _ = std::fs::remove_dir_all(&self.data);
    }
}

/// A database made for one test inside the cluster that `VETRINA_TEST_DATABASE` names.
struct PostgresDatabase {
    cluster: String,
    name: String,
    url: String,
}

impl PostgresDatabase {
    async fn create() -> Option<Self> {
        let cluster = std::env::var("VETRINA_TEST_DATABASE").ok()?;
        assert!(cluster.starts_with("postgres"), "VETRINA_TEST_DATABASE is a postgres:// address");
        let name = format!("vetrina_{}", Clock::system().uuid().simple());
        let mut url = url::Url::parse(&cluster).expect("VETRINA_TEST_DATABASE is a URL");
        url.set_path(&name);
        run_sql(&cluster, format!("create database {name}")).await;
        Some(Self { cluster, name, url: url.into() })
    }

    /// Blocks until it is gone, on a thread of its own because the test's runtime is ending.
    fn drop_database(self) {
        let work = move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            let drop = format!("drop database if exists {} with (force)", self.name);
            runtime.expect("a runtime starts").block_on(run_sql(&self.cluster, drop));
        };
        let _ = std::thread::spawn(work).join();
    }
}

async fn run_sql(url: &str, sql: String) {
    let mut connection = sqlx::PgConnection::connect(url).await.expect("PostgreSQL answers");
    sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&mut connection).await.expect("the statement runs");
    let _ = connection.close().await;
}
