//! A server that can end as a process does: in the middle of whatever it is doing.

use std::net::SocketAddr;

use tokio::runtime::{Builder, Runtime};
use vetrina::app::App;
use vetrina::clock::Clock;
use vetrina::config::Config;
use vetrina::hub::Hub;
use vetrina::limits::Limits;
use vetrina::server::Server;

/// A server on a runtime of its own.
pub struct Node {
    runtime: Option<Runtime>,
    pub app: App,
    /// Its threads are no tasks of the runtime.
    hub: Hub,
    pub address: SocketAddr,
}

impl Node {
    /// Starts it; several may start at the same moment.
    pub async fn start(config: Config, clock: Clock, limits: Limits) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let start = move || {
            let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build();
            let runtime = runtime.expect("a runtime starts");
            let server = runtime.block_on(Server::bind_with(config, clock, limits)).expect("the node starts");
            let (app, hub, address) = (server.app().clone(), server.hub().clone(), server.local_addr());
            runtime.spawn(server.run(std::future::pending()));
            Self { runtime: Some(runtime), app, hub, address }
        };
        tokio::task::spawn_blocking(start).await.expect("starting does not panic")
    }

    /// Ends at once: nothing is finished, given back or told.
    pub fn die(self) {
        drop(self);
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
            self.hub.stop();
        }
    }
}
