//! Vetrina as in production, with one hub thread; events are handed to its bus, because no database
//! commits as many as a hub delivers.

use std::sync::Arc;

use vetrina::app::App;
use vetrina::bus::Committed;
use vetrina::clock::Clock;
use vetrina::config::Config;
use vetrina::domain::chat::Author;
use vetrina::domain::event::{RecordedEvent, ShowEvent};
use vetrina::domain::ids::{ShopId, ShowId};
use vetrina::limits::{Limits, Pacing};
use vetrina::server::Server;

use super::{Publisher, micros, obey, stamp};

struct Bus {
    app: App,
    node: uuid::Uuid,
    shop: ShopId,
    show: ShowId,
    /// The last event that the show had before.
    base: i64,
}

impl Publisher for Bus {
    fn publish(&self, seq: i64, text_bytes: usize, is_pin: bool) {
        let event = if is_pin {
            // Like a product on screen it waits for nothing, and it has room for a time.
            ShowEvent::ChatSlowModeChanged { secs: micros() }
        } else {
            let (message_id, text) = (self.app.clock().uuid().into(), Some(stamp(text_bytes)));
            let author = Author { id: self.show.as_uuid(), name: "Marta".to_owned(), badge: None };
            ShowEvent::ChatSent { message_id, author, text }
        };
        let event = RecordedEvent { seq: self.base + seq, at: self.app.clock().now(), event };
        self.app.bus().publish(Committed {
            // As if another node had committed it.
            node: self.node,
            shop: self.shop,
            show: self.show,
            events: vec![event],
            viewers: Vec::new(),
            is_deleted: false,
        });
    }
}

/// Serves until the input ends.
pub fn run(pacing: Pacing) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
    let runtime = runtime.expect("a runtime");
    let folder = std::env::temp_dir().join(format!("vetrina-bench-hub-{}", std::process::id()));
    let _ = rustls::crypto::ring::default_provider().install_default();
    let limits = Limits {
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
    };
    let (address, bus) = runtime.block_on(async {
        let data = folder.to_str().expect("a plain path");
        let config = parse(&["vetrina", "--listen", "127.0.0.1:0", "--data", data]);
        let server = Server::bind_with(config, Clock::system(), limits).await.expect("it starts");
        let app = server.app().clone();
        let demo = vetrina::demo::seed(&app).await.expect("a demo shop");
        let last = app.find_last_seqs(demo.show).await.expect("a database").expect("a show");
        let address = server.local_addr();
        tokio::spawn(server.run(std::future::pending()));
        let node = app.clock().uuid();
        let bus = Bus { app, node, shop: demo.shop, show: demo.show, base: last.last_seq };
        (address, bus)
    });
    // One viewer opens no more than five sockets, so each viewer of the crowd has a token.
    let (app, shop, show) = (bus.app.clone(), bus.shop, bus.show);
    let tokens = folder.join("tokens");
    let lines: Vec<String> = (0..crate::crowd::VIEWERS_MAX).map(|_| app.create_viewer(shop).1).collect();
    std::fs::write(&tokens, lines.join("\n")).expect("the folder is ours");
    let manner = format!("/api/v1/shows/{show}/socket {}", tokens.display());
    let base = bus.base;
    let publisher: Arc<dyn Publisher> = Arc::new(bus);
    obey(address.port(), base, &manner, &publisher);
    let _ = std::fs::remove_dir_all(folder);
    std::process::exit(0);
}

fn parse(arguments: &[&str]) -> Config {
    #[derive(clap::Parser)]
    struct Arguments {
        #[command(flatten)]
        config: Config,
    }
    <Arguments as clap::Parser>::parse_from(arguments).config
}
