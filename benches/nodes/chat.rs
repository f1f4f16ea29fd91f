//! How many chat messages are committed in a second, against bare transactions on the same database.
//!
//! The reference is the plainest writer there is: one connection of sqlx that inserts rows of the size
//! of a message one after the other, each in a transaction of its own, with the same wait for the disk.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{Connection, PgConnection, SqliteConnection};
use vetrina::app::Viewer;
use vetrina::app::chat::Sender;
use vetrina::domain::chat::ViewerName;
use vetrina::limits::Pacing;
use vetrina::storage::Database;

use crate::Size;
use crate::measure::micros;
use crate::node::Node;
use crate::servers::{Nats, Postgres};

/// How long the reference writes.
const BARE: Duration = Duration::from_secs(2);
/// Messages of one viewer, who may send no more in ten seconds.
const MESSAGES_EACH: usize = 5;
/// Whoever the viewers are said to come from; nobody is banned.
const ADDRESS: &[u8] = b"an address";
/// How many write at a time, and how many messages they write.
const RUNS: [(usize, usize); 3] = [(1, 200), (32, 1_600), (256, 5_120)];
/// Letters that are no two's look-alike.
const LETTERS: [char; 8] = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
/// About as many bytes as a message has in the log.
const ROW: &str = "0193a0a0-0000-7000-8000-000000000000 0193a0a0-0000-7000-8000-000000000001 Marta: \
                   che meraviglia, si trova anche in verde oliva e nella misura media? \
                   2027-01-15T08:00:00.000Z chat.sent 0193a0a0-0000-7000-8000-000000000001";

/// What a run of writers came to.
struct Outcome {
    messages: usize,
    took: Duration,
    /// Transactions that may write, of all nodes.
    transactions: u64,
    log_bytes: Option<i64>,
}

pub fn run(size: Size, postgres: Option<&Postgres>, nats: Option<&Nats>) {
    println!("\nchat, committed; the reference is a loop of single-row transactions by sqlx");
    println!(
        "{:<34}{:>14}{:>8}{:>20}{:>20}",
        "", "messages/s", "ratio", "transactions each", "bytes of log each"
    );
    let folder = std::env::temp_dir().join(format!("vetrina-bench-chat-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a temporary folder");
    let url = format!("sqlite://{}", folder.join("chat.db").display());
    measure(size, "SQLite", &url, None, Bare::Sqlite(folder.join("bare.db")));
    if let Some(postgres) = postgres {
        let url = postgres.new_database();
        measure(size, "PostgreSQL", &url, nats, Bare::Postgres(url.clone()));
    }
    std::fs::remove_dir_all(folder).expect("the folder is ours");
}

fn measure(size: Size, database: &str, url: &str, nats: Option<&Nats>, bare: Bare) {
    let mut options = vec!["--database-url".to_owned(), url.to_owned()];
    if let Some(nats) = nats {
        options.extend(["--nats-url".to_owned(), nats.url()]);
    }
    let options: Vec<&str> = options.iter().map(String::as_str).collect();
    let mut nodes = vec![Arc::new(Node::start(&options, Pacing::default()))];
    let bare_per_sec = nodes[0].runtime.block_on(bare.run());
    println!("{:<34}{bare_per_sec:>14.0}{:>8.2}{:>20.2}", format!("{database}, bare"), 1.0, 1.0);
    for (writers, messages) in RUNS {
        best(size, &format!("{database}, {writers} writing"), &nodes, url, (writers, messages), bare_per_sec);
    }
    if nats.is_some() {
        nodes.push(Arc::new(Node::start(&options, Pacing::default())));
        let name = format!("{database}, 256 on two nodes");
        best(size, &name, &nodes, url, RUNS[2], bare_per_sec);
    }
    nodes[0].clear();
}

/// Tries several times and prints the best.
fn best(
    size: Size,
    name: &str,
    nodes: &[Arc<Node>],
    url: &str,
    (writers, messages): (usize, usize),
    bare: f64,
) {
    let messages = messages / size.chat_part;
    let tries = (0..size.tries).map(|_| {
        let viewers =
            nodes[0].runtime.block_on(name_viewers(&nodes[0], url, messages.div_ceil(MESSAGES_EACH)));
        write(nodes, url, &viewers, writers, messages)
    });
    let best = tries.min_by_key(|outcome| outcome.took).expect("it was tried");
    let per_sec = best.messages as f64 / best.took.as_secs_f64();
    let each = best.transactions as f64 / best.messages as f64;
    let log = best
        .log_bytes
        .map_or_else(|| "-".to_owned(), |bytes| format!("{:.0}", bytes as f64 / best.messages as f64));
    println!("{name:<34}{per_sec:>14.0}{:>8.2}{each:>20.3}{log:>20}", per_sec / bare);
}

/// Viewers with names of letters that nobody mistakes for one another.
async fn name_viewers(node: &Node, url: &str, count: usize) -> Vec<Viewer> {
    let database = Database::open(url).await.expect("the database opens");
    let mut tx = database.write().await.expect("a transaction");
    let begin = usize::try_from(micros()).expect("after 1970") * 1_000;
    let mut viewers = Vec::with_capacity(count);
    for number in begin..begin + count {
        let name: String = (0..20).map(|digit| LETTERS[number >> (3 * digit) & 7]).collect();
        let name = ViewerName::parse(&name, &[]).expect("letters are a name");
        let (viewer, _) = node.app.create_viewer(node.demo.shop);
        let is_free = tx.set_viewer_name(viewer.shop, node.demo.show, viewer.id, &name, ADDRESS).await;
        assert!(is_free.expect("the database takes names"), "no two names look alike");
        viewers.push(viewer);
    }
    tx.commit().await.expect("the names are kept");
    database.close().await;
    viewers
}

/// So many write at a time, each the next message once the last one is acknowledged.
fn write(nodes: &[Arc<Node>], url: &str, viewers: &[Viewer], writers: usize, messages: usize) -> Outcome {
    let begun = |nodes: &[Arc<Node>]| nodes.iter().map(|node| node.app.database_begun().writes).sum::<u64>();
    let (transactions, log) = (begun(nodes), nodes[0].runtime.block_on(log_place(url)));
    let begin = Instant::now();
    let writing: Vec<_> = (0..writers)
        .map(|writer| {
            let node = Arc::clone(&nodes[writer % nodes.len()]);
            let own = (writer..messages).step_by(writers);
            let own: Vec<_> = own.map(|number| (number, viewers[number % viewers.len()])).collect();
            nodes[writer % nodes.len()].runtime.spawn(async move {
                for (number, viewer) in own {
                    let sender = Sender::Viewer { viewer, address_hash: ADDRESS.to_vec() };
                    let text = format!("che meraviglia, si trova anche in verde oliva? {number}");
                    let id = node.app.clock().uuid().into();
                    let sent = node.app.send_chat(node.demo.show, sender, id, &text).await;
                    sent.expect("the message is taken");
                }
            })
        })
        .collect();
    for written in writing {
        nodes[0].runtime.block_on(written).expect("nobody panics");
    }
    let took = begin.elapsed();
    let after = nodes[0].runtime.block_on(log_place(url));
    Outcome {
        messages,
        took,
        transactions: begun(nodes) - transactions,
        log_bytes: after.zip(log).map(|(after, before)| after - before),
    }
}

/// How much PostgreSQL has written to its log so far.
async fn log_place(url: &str) -> Option<i64> {
    if !url.starts_with("postgres") {
        return None;
    }
    let mut connection = PgConnection::connect(url).await.expect("PostgreSQL answers");
    let place = sqlx::query_scalar("select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint");
    let place = place.fetch_one(&mut connection).await.expect("it knows its place");
    connection.close().await.expect("it lets go");
    Some(place)
}

/// The reference: where its rows go.
enum Bare {
    Sqlite(PathBuf),
    Postgres(String),
}

impl Bare {
    /// Rows a second, one transaction each.
    async fn run(self) -> f64 {
        const TABLE: &str = "create table bare (id bigint primary key, row text not null)";
        const INSERT: &str = "insert into bare values ($1, $2)";
        let (mut rows, begin) = (0_i64, Instant::now());
        match self {
            Self::Sqlite(path) => {
                let options = SqliteConnectOptions::new()
                    .filename(path)
                    .create_if_missing(true)
                    .journal_mode(SqliteJournalMode::Wal)
                    .synchronous(SqliteSynchronous::Full);
                let mut db = SqliteConnection::connect_with(&options).await.expect("a database");
                sqlx::query(TABLE).execute(&mut db).await.expect("a table");
                while begin.elapsed() < BARE {
                    sqlx::query(INSERT).bind(rows).bind(ROW).execute(&mut db).await.expect("a row");
                    rows += 1;
                }
            }
            Self::Postgres(url) => {
                let mut db = PgConnection::connect(&url).await.expect("a database");
                sqlx::query(TABLE).execute(&mut db).await.expect("a table");
                while begin.elapsed() < BARE {
                    sqlx::query(INSERT).bind(rows).bind(ROW).execute(&mut db).await.expect("a row");
                    rows += 1;
                }
            }
        }
        rows as f64 / begin.elapsed().as_secs_f64()
    }
}
