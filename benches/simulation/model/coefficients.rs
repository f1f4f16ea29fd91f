//! Every figure that the model goes by, each with where it comes from.

/// A figure and its origin.
#[derive(Debug)]
pub struct Coefficient {
    pub name: &'static str,
    pub value: f64,
    pub unit: &'static str,
    /// The benchmark that printed it, the setting that it is, or that somebody thought so.
    pub source: &'static str,
}

macro_rules! coefficients {
    ($($(#[$doc:meta])* $id:ident = $value:expr, $unit:literal, $name:literal, $source:literal;)+) => {
        $($(#[$doc])* pub const $id: Coefficient =
            Coefficient { name: $name, value: $value, unit: $unit, source: $source };)+
        /// All of a kind, in the order of the table.
        pub const ALL: &[Coefficient] = &[$($id),+];
    };
}

/// What was measured: of the hub by `cargo bench --bench hub` (docs/performance.md), of the rest by
/// `cargo bench --bench nodes`, of whose chat the better of two runs counts.
pub mod measured {
    use super::Coefficient;

    coefficients! {
        /// 8.1 µs with 1,000 viewers (busy, vetrina-0), 8.9 µs with 10,000 (rate), whose sockets are no
        /// longer in the processor's cache.
        WRITE = 8.5, "µs of CPU", "a write to one viewer", "hub, rate and busy: a message a write";
        /// (62 % of a core / 7.9 M/s × 400 messages in a write − 8.5 µs) / 400.
        DELIVERY = 0.057, "µs of CPU", "each message in it", "hub, sustained: 400 messages a write";
        /// 1.2 % of a core for 400 pings and answers a second.
        PING = 30.0, "µs of CPU", "a ping and its answer", "hub, idle";
        JOIN = 138.0, "µs of CPU", "a viewer who comes", "hub, storm: 2,000 a second";
        VIEWER = 0.96, "KiB", "memory of a viewer in the process", "hub, idle";
        EVENT = 242.0, "bytes", "a chat message on the socket", "nodes, deliveries";
        SNAPSHOT = 14_880.0, "bytes", "what a new viewer is sent first", "nodes, words";
        WORD = 190.0, "bytes", "a transaction on NATS", "nodes, words: 1 message, less the message";
        WORD_EVENT = 241.0, "bytes", "each message in it", "nodes, words: 50 messages less 1, by 49";
        BEAT = 110.0, "bytes", "a node's sign of life, each second", "nodes, words";
        TELL = 91.4, "µs of CPU", "telling others of a transaction", "nodes, words: speaker, 1 message";
        TELL_EVENT = 6.0, "µs of CPU", "each further message in it", "nodes, words: speaker, 50 messages";
        HEAR = 81.6, "µs of CPU", "hearing of one", "nodes, words: listener, 1 message";
        HEAR_EVENT = 6.3, "µs of CPU", "each further message in it", "nodes, words: listener, 50 messages";
        SQLITE_COMMIT = 0.339, "ms", "a transaction of SQLite", "nodes, chat: 1 writing, less a message";
        SQLITE_MESSAGE = 0.020, "ms", "a chat message in it", "nodes, chat: 256 writing";
        POSTGRES_COMMIT = 1.23, "ms", "a transaction of PostgreSQL", "nodes, chat: 1 writing, less a message";
        POSTGRES_MESSAGE = 0.068, "ms", "a chat message in it", "nodes, chat: 256 writing";
        POSTGRES_LOG = 1_080.0, "bytes", "log of PostgreSQL for a message", "nodes, chat: 256 writing";
    }
}

/// What the program is set to (`src/limits.rs`, `src/storage/postgres.rs`, `web/src/lib/close.ts`).
pub mod set {
    use super::Coefficient;

    coefficients! {
        SOCKETS = 20_000.0, "sockets", "sockets of a node", "VETRINA_SOCKETS_MAX";
        HANDSHAKES = 1_000.0, "a second", "new sockets of a node", "VETRINA_HANDSHAKES_PER_SEC";
        HANDSHAKES_AT_ONCE = 2_000.0, "sockets", "new sockets that may come at once", "twice that";
        CHAT_SHOWN = 20.0, "a second", "messages that viewers are shown", "VETRINA_CHAT_SHOWN_PER_SEC";
        PAUSE = 50.0, "ms", "pause between passes of a busy show", "VETRINA_BATCH_MS";
        DELIVERIES_FREE = 20_000.0, "a second", "deliveries of a show and thread that wait for none", "Pacing";
        PING_EVERY = 25.0, "s", "pause between pings", "Limits::ping_every";
        SIGNALS = 5_000.0, "a second", "hearts and counts to all viewers of a show and node", "HEARTS_PER_SEC";
        SIGNAL_EVERY = 0.25, "s", "pause between two of them", "Limits::signal_every";
        RING_EVENTS = 5_000.0, "events", "kept for who comes back", "VETRINA_RESUME_EVENTS";
        GROUP = 256.0, "messages", "the largest transaction of chat", "GROUP_MAX";
        CONNECTIONS = 16.0, "connections", "to PostgreSQL, of a node", "CONNECTIONS";
        BACKOFF = 0.5, "s", "first wait of a browser, at most", "waitMs";
        BACKOFF_MAX = 20.0, "s", "the longest wait of a browser", "waitMs";
    }
}

/// What nobody measured here: how people behave, what machines are, how full they may be.
pub mod assumed {
    use super::Coefficient;

    coefficients! {
        CORES = 2.0, "cores", "a node", "a small virtual machine";
        MEMORY = 4.0, "GiB", "its memory", "the same";
        LINE = 1.0, "Gbit/s", "its line, and those of NATS and PostgreSQL", "the same";
        CPU_USED = 0.8, "of the cores", "kept busy at most", "the rest is for buying and for coming back";
        LINE_USED = 0.7, "of a line", "used at most", "bursts";
        MEMORY_USED = 0.5, "of the memory", "used at most", "the page cache, readers who are slow";
        DATABASE_USED = 0.5, "of what it commits", "used by chat at most", "the rest is for buying";
        PIN = 150.0, "ms", "a pin to 99 of 100 viewers, at most", "the budget of the hub";
        PROCESS = 60.0, "MiB", "a node without viewers", "a node of the demo shop";
        KERNEL = 4.0, "KiB", "memory of a viewer in the kernel", "structures of a socket without data";
        PACKET = 100.0, "bytes", "around each write on the line", "TCP, IP, TLS";
        SHARE = 100.0, "bytes", "of a sign of life for each show", "its fields";
        SHARE_CPU = 0.5, "µs of CPU", "reading that", "its size";
        CLUSTER_CONNECTIONS = 500.0, "connections", "that one PostgreSQL takes well", "a process each";
        POLLED_ROWS = 100_000.0, "rows a second", "that PostgreSQL is asked for heads of shows", "an index look-up each";
        CHAT = 300.0, "s", "a viewer writes once in", "a lively show";
        BUY = 180_000.0, "s", "a viewer buys once in", "two of a hundred in an hour";
        STOCK = 2.0, "events", "of a purchase", "set aside, sold";
        HOST = 0.1, "a second", "pins, prices and the like of a show", "every ten seconds";
        HEART = 20.0, "s", "a viewer sends a heart once in", "a lively show";
        STAY = 900.0, "s", "a viewer stays", "a quarter of an hour";
        SHOW = 7_200.0, "s", "a show runs", "two hours";
    }
}
