//! Prints how fast buyers buy, and how fast all others of a flash sale hear that it is over.
//!
//! `cargo bench --bench buying`: on SQLite, and on PostgreSQL too when `VETRINA_TEST_DATABASE` names
//! a cluster. A real server runs beside it with the sandbox as the provider; buyers click over HTTP
//! and pay at the sandbox, whose webhooks make their orders paid. Times come with references from the
//! same run, bare requests of the same number of clients and a write that reaches the disk, as
//! machines differ. `VETRINA_BENCH=small` is a quick look whether everything still works.

#![expect(clippy::cast_precision_loss, reason = "figures are printed with a few digits")]

mod server;

use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use futures_util::StreamExt;
use futures_util::stream::iter;
use reqwest::StatusCode;
use serde_json::{Value, json};
use sqlx::Connection;

use self::server::Server;

/// Buyers who buy at the same time, one purchase after the other.
const BUYERS: usize = 32;
/// Clicks of the flash sale that are on their way at the same time.
const CROWD: usize = 256;
/// Pieces of the flash sale.
const PIECES: usize = 100;
/// Writes to the disk, for the reference.
const WRITES: usize = 200;
/// Pause of a buyer whom the server told that it is busy.
const AGAIN_AFTER: Duration = Duration::from_millis(500);
/// After this the run has failed, whatever it waits for.
const WITHIN: Duration = Duration::from_mins(1);

/// How much is tried.
#[derive(Clone, Copy)]
struct Size {
    buys: usize,
    clicks: usize,
}

#[tokio::main]
async fn main() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let is_small = std::env::var("VETRINA_BENCH").is_ok_and(|size| size == "small");
    let size = if is_small { Size { buys: 64, clicks: 400 } } else { Size { buys: 640, clicks: 5_000 } };
    measure("SQLite", None, size).await;
    match std::env::var("VETRINA_TEST_DATABASE") {
        Ok(cluster) => {
            let name = format!("vetrina_bench_{}", std::process::id());
            run_sql(&cluster, format!("create database {name}")).await;
            let mut url = url::Url::parse(&cluster).expect("VETRINA_TEST_DATABASE is a URL");
            url.set_path(&name);
            measure("PostgreSQL", Some(url.as_str()), size).await;
            run_sql(&cluster, format!("drop database {name} with (force)")).await;
        }
        Err(_) => println!("PostgreSQL: not measured, VETRINA_TEST_DATABASE is not set"),
    }
}

async fn measure(database: &str, url: Option<&str>, size: Size) {
    println!("{database}");
    let folder = std::env::temp_dir().join(format!("vetrina-bench-{}", std::process::id()));
    let server = Server::start(&folder, url);
    let whole = async {
        let write = write_times(&folder);
        row("one write that reaches the disk", &write);
        buy(&server, size, &write).await;
        flash_sale(&server, size).await;
    };
    tokio::time::timeout(WITHIN, whole).await.expect("the run ends in time");
    drop(server);
    std::fs::remove_dir_all(folder).expect("the folder is ours");
}

/// Buyers who click and pay, until the last webhook has come.
async fn buy(server: &Server, size: Size, write: &[Duration]) {
    let (bare, bare_secs) = server.bare_requests(BUYERS, size.buys * 2).await;
    row("bare request, 32 clients", &bare);
    let variant = server.sell(size.buys).await;
    let viewers = server.viewers(size.buys).await;
    let begin = Instant::now();
    iter(&viewers)
        .for_each_concurrent(BUYERS, |viewer| async {
            let Answered { status, body, .. } = click(server, viewer, &variant).await;
            assert_eq!((status, &body["status"]), (StatusCode::CREATED, &json!("open")), "{body}");
            server.pay(&body).await;
        })
        .await;
    let clicked = begin.elapsed();
    server.wait_for_sales(size.buys).await;
    let per_sec = size.buys as f64 / begin.elapsed().as_secs_f64();
    let bare_per_sec = bare.len() as f64 / bare_secs.as_secs_f64();
    println!("{:<34} {per_sec:>9.1} a second", "buys, click to paid, 32 buyers");
    println!(
        "{:<34} {:>9.1} a second",
        "of these, clicked and confirmed",
        size.buys as f64 / clicked.as_secs_f64()
    );
    let paid = server.paid_times().await;
    assert_eq!(paid.len(), size.buys);
    row("one buy, click to paid", &paid);
    println!("{:<34} {:>9.1} bare requests", "one buy costs as much as", bare_per_sec / per_sec);
    println!("{:<34} {:>9.1} x", "one buy against a write to disk", ratio(&paid, write));
}

/// What a buyer heard in the end.
struct Answered {
    status: StatusCode,
    body: Value,
    took: Duration,
    /// How often the server was too busy before.
    busy: usize,
}

/// Clicks until there is an answer: where the queue for the database is too long the server says so,
/// and a buyer clicks again under the same key.
async fn click(server: &Server, viewer: &(usize, String), variant: &str) -> Answered {
    let begin = Instant::now();
    let mut busy = 0;
    loop {
        let (status, body) = server.click(viewer, variant).await;
        if status != StatusCode::SERVICE_UNAVAILABLE {
            return Answered { status, body, took: begin.elapsed(), busy };
        }
        busy += 1;
        tokio::time::sleep(AGAIN_AFTER).await;
    }
}

/// Many clicks on few pieces, until the last one is answered.
async fn flash_sale(server: &Server, size: Size) {
    let (bare, bare_secs) = server.bare_requests(CROWD, size.clicks).await;
    row("bare request, 256 clients", &bare);
    let variant = server.sell(PIECES).await;
    let viewers = server.viewers(size.clicks).await;
    let sessions_before = server.count_sessions().await;
    let begin = Instant::now();
    let answers: Vec<Answered> =
        iter(&viewers).map(|viewer| click(server, viewer, &variant)).buffer_unordered(CROWD).collect().await;
    let took = begin.elapsed();
    let busy: usize = answers.iter().map(|answer| answer.busy).sum();
    let (won, lost): (Vec<_>, Vec<_>) =
        answers.into_iter().partition(|answer| answer.status == StatusCode::CREATED);
    for Answered { status, body, .. } in &lost {
        assert_eq!((*status, &body["code"]), (StatusCode::CONFLICT, &json!("sold_out")), "{body}");
    }
    let sessions = server.count_sessions().await - sessions_before;
    assert_eq!(won.len(), PIECES);
    assert!(sessions <= PIECES, "{sessions} sessions for {PIECES} pieces");
    println!(
        "{:<34} {:>9.2} s for {} clicks: {} x 201, {} x 409, {sessions} sessions, {busy} x 503 before",
        "flash sale, all answered",
        took.as_secs_f64(),
        size.clicks,
        won.len(),
        lost.len()
    );
    println!(
        "{:<34} {:>9.1} x",
        "flash sale against bare requests",
        took.as_secs_f64() / bare_secs.as_secs_f64()
    );
    let refusals = sorted(lost.into_iter().map(|answer| answer.took).collect());
    row("refusal", &refusals);
    println!("{:<34} {:>9.1} x", "refusal against a bare request", ratio(&refusals, &bare));
    row("reservation with its pay page", &sorted(won.into_iter().map(|answer| answer.took).collect()));
}

/// What each commit waits for at the least: a page appended to a file and forced to the disk.
fn write_times(folder: &Path) -> Vec<Duration> {
    let path = folder.join("bench.write");
    let mut file = std::fs::File::create(&path).expect("the folder takes files");
    let times = (0..WRITES)
        .map(|_| {
            let begin = Instant::now();
            file.write_all(&[0; 4096]).expect("the disk takes a page");
            file.sync_data().expect("the page reaches the disk");
            begin.elapsed()
        })
        .collect();
    std::fs::remove_file(path).expect("the file is ours");
    sorted(times)
}

async fn run_sql(url: &str, sql: String) {
    let mut connection = sqlx::PgConnection::connect(url).await.expect("PostgreSQL answers");
    sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&mut connection).await.expect("the statement runs");
    connection.close().await.expect("PostgreSQL ends the connection");
}

fn sorted(mut times: Vec<Duration>) -> Vec<Duration> {
    times.sort_unstable();
    times
}

fn median(sorted: &[Duration]) -> Duration {
    sorted[sorted.len() / 2]
}

fn ratio(sorted: &[Duration], reference: &[Duration]) -> f64 {
    median(sorted).as_secs_f64() / median(reference).as_secs_f64()
}

fn row(name: &str, sorted: &[Duration]) {
    let worst = sorted[sorted.len() * 99 / 100].as_secs_f64() * 1e3;
    println!("{name:<34} {:>9.2} ms median, {worst:.2} ms p99", median(sorted).as_secs_f64() * 1e3);
}
