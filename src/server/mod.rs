//! Builds the application, the hub and the routes, and runs them until told to stop.

mod accept;
mod files;
mod tasks;

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use tokio::net::{TcpListener, TcpSocket};

pub use self::tasks::Tasks;
use crate::api::delivery::run_delivery;
use crate::api::edge::Edge;
use crate::api::{self, ApiState};
use crate::app::chat::run_chat_writer;
use crate::app::housekeeping::run_housekeeping;
use crate::app::images::run_image_worker;
use crate::app::privacy::run_retention;
use crate::app::questions::run_question_votes;
use crate::app::{
    self, App, run_click_writer, run_database_time, run_heart_counter, run_mail_worker, run_offer_worker,
    run_payment_workers, run_reach_writer,
};
use crate::bus::{self, Bus};
use crate::clock::Clock;
use crate::config::Config;
use crate::hub::Hub;
use crate::limits::Limits;
use crate::storage::{Database, OpenError};

/// Connections that may wait to be accepted; tokio's 128 lose SYNs in a burst of viewers.
const BACKLOG: u32 = 4_096;
/// Bytes the kernel keeps for one connection; it would let a silent reader hold megabytes.
const SEND_BUFFER_BYTES: u32 = 32 * 1024;
/// How long sent bytes may stay unacknowledged before the kernel gives the peer up.
#[cfg(target_os = "linux")]
const UNACKNOWLEDGED_MAX: std::time::Duration = std::time::Duration::from_secs(20);

/// Why a server could not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Passwords and sessions would travel in the clear.
    #[error(
        "{0} can be reached from other machines and this server speaks plain http: listen on 127.0.0.1 \
         behind a proxy that speaks TLS, or set VETRINA_ALLOW_PLAIN_HTTP"
    )]
    PlainHttp(SocketAddr),
    /// The address cannot be listened on.
    #[error("cannot listen on {0}: {1}")]
    Listen(SocketAddr, std::io::Error),
    /// The threads that own sockets could not be started.
    #[error("cannot start the threads that serve sockets: {0}")]
    Hub(std::io::Error),
    /// The other nodes cannot be reached with these settings.
    #[error(transparent)]
    Bus(#[from] bus::ConfigError),
    /// The database could not be opened.
    #[error(transparent)]
    Database(#[from] OpenError),
    /// The application could not be put together.
    #[error(transparent)]
    App(#[from] app::StartError),
}

/// A server that listens but does not answer yet.
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    database: Database,
    state: ApiState,
    /// Beside those of the API.
    routes: Router<ApiState>,
    tasks: Tasks,
}

impl Server {
    /// Opens the database and takes the port.
    ///
    /// # Errors
    /// Says what stood in the way.
    pub async fn bind(config: Config, clock: Clock) -> Result<Self, StartError> {
        let limits = config.limits.limits();
        files::allow(limits.connections_max);
        Self::bind_with(config, clock, limits).await
    }

    /// Like [`Server::bind`], with other limits.
    ///
    /// # Errors
    /// Says what stood in the way.
    pub async fn bind_with(config: Config, clock: Clock, limits: Limits) -> Result<Self, StartError> {
        if !config.listen.ip().is_loopback() && !config.allow_plain_http {
            return Err(StartError::PlainHttp(config.listen));
        }
        let listen = config.listen;
        let listener = open_listener(listen).map_err(|error| StartError::Listen(listen, error))?;
        let address = listener.local_addr().map_err(|error| StartError::Listen(listen, error))?;
        let bus = Bus::open(&config)?;
        let database = Database::open(&config.database_url()).await?;
        let app = App::new(database.clone(), bus.clone(), clock, config).await?;
        app.set_listen_address(address);
        let tasks = Tasks::default();
        let (cluster, node) = (app.epoch().to_owned(), app.node());
        tasks.spawn(|stopping| bus.run(cluster, node, stopping));
        tasks.spawn(|stopping| run_chat_writer(app.clone(), stopping));
        tasks.spawn(|stopping| run_question_votes(app.clone(), stopping));
        tasks.spawn(|stopping| run_housekeeping(app.clone(), stopping));
        tasks.spawn(|stopping| run_retention(app.clone(), stopping));
        tasks.spawn(|stopping| run_payment_workers(app.clone(), stopping));
        tasks.spawn(|stopping| run_database_time(app.clone(), stopping));
        tasks.spawn(|stopping| run_mail_worker(app.clone(), stopping));
        tasks.spawn(|stopping| run_offer_worker(app.clone(), stopping));
        tasks.spawn(|stopping| run_image_worker(app.clone(), stopping));
        tasks.spawn(|stopping| run_click_writer(app.clone(), stopping));
        tasks.spawn(|stopping| run_heart_counter(app.clone(), stopping));
        tasks.spawn(|stopping| run_reach_writer(app.clone(), stopping));
        let state = ApiState { app, hub: Hub::start(limits).map_err(StartError::Hub)? };
        tasks.spawn(|stopping| run_delivery(state.clone(), stopping));
        Ok(Self { listener, address, database, state, routes: Router::new(), tasks })
    }

    /// The address it listens on; tells the port where 0 was asked for.
    #[must_use]
    pub const fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// The use cases.
    #[must_use]
    pub const fn app(&self) -> &App {
        &self.state.app
    }

    /// The sockets of this node.
    #[must_use]
    pub const fn hub(&self) -> &Hub {
        &self.state.hub
    }

    /// Serves further routes beside its own, behind the same edge.
    #[must_use]
    pub fn with_routes(mut self, routes: Router<ApiState>) -> Self {
        self.routes = self.routes.merge(routes);
        self
    }

    /// The work beside requests, so that more can be added before [`Server::run`].
    #[must_use]
    pub const fn tasks(&self) -> &Tasks {
        &self.tasks
    }

    /// Serves until `shutdown` is done, then lets what runs finish.
    ///
    /// Sockets are told when to come back, requests have [`Limits::drain_timeout`], then the
    /// background work ends and the database is closed.
    pub async fn run(self, shutdown: impl Future<Output = ()>) {
        let Self { listener, address, database, state, routes, tasks } = self;
        tracing::info!(listen = %address, "serving on {address}");
        let hub = state.hub.clone();
        let edge =
            Arc::new(Edge::new(state.clone(), api::router(state.clone()).merge(routes.with_state(state))));
        let connections = accept::Connections::new(edge, hub.clone());
        tokio::select! {
            () = connections.accept(listener) => {}
            () = shutdown => {}
        }
        tracing::info!("stopping: no more connections, open requests may finish");
        hub.drain();
        let ended = async { tokio::join!(connections.finish(), hub.drained()) };
        if tokio::time::timeout(hub.limits().drain_timeout, ended).await.is_err() {
            tracing::warn!(
                connections = connections.open(),
                sockets = hub.sockets(),
                "some were still open at the stop"
            );
        }
        tasks.stop().await;
        hub.stop();
        database.close().await;
    }
}

/// Waits for SIGTERM or Ctrl-C.
///
/// # Panics
/// When the process cannot register for signals at all.
pub async fn stop_signal() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate = signal(SignalKind::terminate()).expect("signals can be registered at start");
        tokio::select! {
            _ = terminate.recv() => {}
            _ = tokio::signal::ctrl_c() => {}
        }
    }
    #[cfg(not(unix))]
    {
        let _ = tokio::signal::ctrl_c().await;
    }
}

fn open_listener(address: SocketAddr) -> std::io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    // Without it a restart waits for the old connections' TIME_WAIT; on Windows it means sharing.
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    // Accepted connections inherit these from the listener.
    socket.set_send_buffer_size(SEND_BUFFER_BYTES)?;
    #[cfg(target_os = "linux")]
    socket2::SockRef::from(&socket).set_tcp_user_timeout(Some(UNACKNOWLEDGED_MAX))?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}
