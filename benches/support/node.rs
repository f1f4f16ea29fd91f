//! Vetrina as in production, in this process, with one hub thread and a demo shop.
//!
//! Events can be handed to its bus as if another node had committed them, because no database commits
//! as many as a hub delivers.

use std::net::SocketAddr;
use std::path::PathBuf;

use tokio::runtime::Runtime;
use vetrina::app::App;
use vetrina::bus::Committed;
use vetrina::clock::Clock;
use vetrina::config::Config;
use vetrina::demo::DemoAccess;
use vetrina::domain::chat::Author;
use vetrina::domain::event::{RecordedEvent, ShowEvent};
use vetrina::limits::{Limits, Pacing};
use vetrina::server::Server;

use crate::crowd::VIEWERS_MAX;
use crate::measure::micros;

/// A running server.
pub struct Node {
    pub app: App,
    pub address: SocketAddr,
    pub demo: DemoAccess,
    /// The last event that the show had before.
    pub base: i64,
    /// Who is said to have committed what is handed over.
    stranger: uuid::Uuid,
    folder: PathBuf,
    /// The server runs on it.
    pub runtime: Runtime,
}

impl Node {
    /// Starts a server with further options; its limits let a bench in.
    pub fn start(options: &[&str], pacing: Pacing) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = runtime.expect("a runtime");
        let folder = std::env::temp_dir().join(format!("vetrina-bench-node-{}", std::process::id()));
        let _ = rustls::crypto::ring::default_provider().install_default();
        let (app, address, demo, base) = runtime.block_on(async {
            let data = folder.to_str().expect("a plain path");
            let config = parse(&[&["vetrina", "--listen", "127.0.0.1:0", "--data", data], options].concat());
            let server = Server::bind_with(config, Clock::system(), limits(pacing)).await.expect("it starts");
            let app = server.app().clone();
            let demo = vetrina::demo::seed(&app).await.expect("a demo shop");
            let last = app.find_last_seqs(demo.show).await.expect("a database").expect("a show");
            let address = server.local_addr();
            tokio::spawn(server.run(std::future::pending()));
            (app, address, demo, last.last_seq)
        });
        let stranger = app.clock().uuid();
        Self { app, address, demo, base, stranger, folder, runtime }
    }

    /// A chat message whose text begins with the time.
    pub fn chat(&self, text_bytes: usize) -> ShowEvent {
        let (message_id, text) = (self.app.clock().uuid().into(), Some(stamp(text_bytes)));
        let author = Author { id: self.demo.show.as_uuid(), name: "Marta".to_owned(), badge: None };
        ShowEvent::ChatSent { message_id, author, text }
    }

    /// Hands over what one transaction committed; `seq` is the number of the first, from 1 on.
    pub fn publish(&self, seq: i64, events: impl IntoIterator<Item = ShowEvent>) {
        let at = self.app.clock().now();
        let place = (self.base + seq)..;
        let events = place.zip(events).map(|(seq, event)| RecordedEvent { seq, at, event }).collect();
        self.app.bus().publish(Committed {
            node: self.stranger,
            shop: self.demo.shop,
            show: self.demo.show,
            events,
            viewers: Vec::new(),
            is_deleted: false,
        });
    }

    /// How viewers find the show and who they are: its path, and a file of tokens.
    ///
    /// One viewer opens no more than five sockets, so each viewer of a crowd has a token.
    pub fn manner(&self) -> String {
        let tokens = self.folder.join("tokens");
        std::fs::create_dir_all(&self.folder).expect("the folder is ours");
        let lines: Vec<String> = (0..VIEWERS_MAX).map(|_| self.app.create_viewer(self.demo.shop).1).collect();
        std::fs::write(&tokens, lines.join("\n")).expect("the folder is ours");
        format!("/api/v1/shows/{}/socket {}", self.demo.show, tokens.display())
    }

    /// Takes the data away; the server ends with the process.
    pub fn clear(&self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// A text that begins with the time in microseconds.
pub fn stamp(text_bytes: usize) -> String {
    format!("@{:<width$}", micros(), width = text_bytes - 1)
}

fn limits(pacing: Pacing) -> Limits {
    Limits {
        shards: 1,
        pacing,
        handshakes_per_sec: 1_000_000,
        handshakes_burst: 1_000_000,
        // All of them are to be delivered, to be compared with peers that know no sample.
        chat_shown_per_sec: 0,
        connections_per_address: 60_000,
        sockets_per_address: 60_000,
        connections_max: 60_000,
        sockets_max: 60_000,
        requests_per_sec: 1_000_000,
        requests_burst: 1_000_000,
        ..Limits::default()
    }
}

fn parse(arguments: &[&str]) -> Config {
    #[derive(clap::Parser)]
    struct Arguments {
        #[command(flatten)]
        config: Config,
    }
    <Arguments as clap::Parser>::parse_from(arguments).config
}
