//! What the program asks of a database: that no wait is endless, commits last, schemas fit.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use vetrina::clock::Clock;
use vetrina::storage::{Database, OpenError};

use crate::support::node::Node;
use crate::support::postgres::OwnPostgres;
use crate::support::server::Setup;
use crate::support::within;

/// Waits of the program itself are shorter; this tells a refusal from a wait.
const AT_ONCE: Duration = Duration::from_secs(2);

async fn sql(url: &str, sql: &str) {
    let mut connection = PgConnection::connect(url).await.unwrap();
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}

#[tokio::test]
async fn a_lock_that_is_never_given_is_an_error_and_an_idle_transaction_ends() {
    let Some(postgres) = OwnPostgres::start().await else { return };
    let database = Database::open(&postgres.url()).await.unwrap();
    let (now, until) = (Clock::system().now(), Clock::system().now() + TimeDelta::hours(1));
    let mut idle = database.write().await.unwrap();
    assert!(idle.take_lease("turn", now, until).await.unwrap());
    let mut other = database.write().await.unwrap();
    let refused = within("a lock", other.take_lease("turn", now, until)).await.unwrap_err();
    assert!(refused.is_unavailable(), "{refused}");
    drop(other);
    // Whoever holds it says nothing for ten seconds and loses it.
    within("the idle transaction to end", async {
        loop {
            let mut other = database.write().await.unwrap();
            if other.take_lease("turn", now, until).await.is_ok_and(|is_ours| is_ours) {
                return;
            }
        }
    })
    .await;
    let ended = idle.commit().await.unwrap_err();
    assert!(ended.is_unavailable(), "{ended}");
}

#[tokio::test]
async fn a_statement_that_takes_too_long_is_ended() {
    let Some(postgres) = OwnPostgres::start().await else { return };
    let Database::Postgres { pool, .. } = Database::open(&postgres.url()).await.unwrap() else { panic!() };
    let pool = pool.current();
    let sleeping = sqlx::query("select pg_sleep(60)").execute(&pool);
    let ended = within("the statement to be ended", sleeping).await.unwrap_err();
    let ended = ended.into_database_error().expect("the server says so");
    assert_eq!(ended.code().as_deref(), Some("57014"));
}

#[tokio::test]
async fn commits_wait_for_the_disk_whatever_the_database_is_set_to() {
    let Some(postgres) = OwnPostgres::start().await else { return };
    for (set, expected) in [
        ("off", "on"),
        ("local", "on"),
        ("remote_write", "on"),
        ("on", "on"),
        ("remote_apply", "remote_apply"),
    ] {
        let default = format!("alter database postgres set synchronous_commit = {set}");
        sql(&postgres.url(), &default).await;
        let database = Database::open(&postgres.url()).await.unwrap();
        let Database::Postgres { pool, .. } = &database else { panic!() };
        let pool = pool.current();
        // More than one, so that not only the first connection is looked at.
        let mut held = Vec::new();
        for _ in 0..3 {
            let mut connection = pool.acquire().await.unwrap();
            let (now,): (String,) =
                sqlx::query_as("show synchronous_commit").fetch_one(&mut *connection).await.unwrap();
            assert_eq!(now, expected, "{set}");
            held.push(connection);
        }
        drop(held);
        database.close().await;
    }
}

#[tokio::test]
async fn when_too_many_wait_for_a_connection_the_next_is_refused_at_once() {
    let Some(postgres) = OwnPostgres::start().await else { return };
    let database = Database::open(&postgres.url()).await.unwrap();
    let mut held = Vec::new();
    for _ in 0..16 {
        held.push(database.write().await.unwrap());
    }
    let begun = Arc::new(AtomicUsize::new(0));
    let waiting: Vec<_> = (0..1_000)
        .map(|_| {
            let (database, begun) = (database.clone(), Arc::clone(&begun));
            tokio::spawn(async move {
                // No wait stands between this and its place in the queue.
                begun.fetch_add(1, Ordering::Relaxed);
                database.read().await.map(drop)
            })
        })
        .collect();
    while begun.load(Ordering::Relaxed) < waiting.len() {
        tokio::task::yield_now().await;
    }
    let asked = Instant::now();
    let refused = database.read().await.unwrap_err();
    assert!(refused.is_unavailable() && asked.elapsed() < AT_ONCE, "{refused} {:?}", asked.elapsed());
    assert!(waiting.iter().all(|waiting| !waiting.is_finished()));
    drop(held);
    for waiting in waiting {
        within("a connection", waiting).await.unwrap().unwrap();
    }
    assert!(!database.is_away());
}

#[tokio::test]
async fn a_full_pool_gives_up_in_time_and_is_not_taken_for_an_outage() {
    let Some(postgres) = OwnPostgres::start().await else { return };
    let database = Database::open(&postgres.url()).await.unwrap();
    let mut held = Vec::new();
    for _ in 0..16 {
        held.push(database.write().await.unwrap());
    }
    let refused = within("the wait to end", database.read()).await.unwrap_err();
    assert!(refused.is_unavailable(), "{refused}");
    within("the database to be found well", async {
        while database.is_away() {
            tokio::task::yield_now().await;
        }
    })
    .await;
    // Those that hold connections go on with them.
    for tx in held {
        tx.commit().await.unwrap();
    }
    database.read().await.unwrap();
}

#[tokio::test]
async fn three_nodes_that_start_together_migrate_once() {
    let Some(postgres) = OwnPostgres::start().await else { return };
    let start = || {
        let mut setup = Setup::default();
        setup.config.database_url = Some(postgres.url());
        Node::start(setup.config, setup.clock, setup.limits)
    };
    let (first, second, third) = tokio::join!(start(), start(), start());
    assert!(first.app.epoch() == second.app.epoch() && second.app.epoch() == third.app.epoch());
    let mut connection = PgConnection::connect(&postgres.url()).await.unwrap();
    let (done,): (i64,) = sqlx::query_as("select count(*) from _sqlx_migrations where success")
        .fetch_one(&mut connection)
        .await
        .unwrap();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/migrations/postgres");
    assert_eq!(usize::try_from(done).unwrap(), std::fs::read_dir(folder).unwrap().count());
}

/// Changes a database as a later version's migration would.
async fn migrate_further(database: &Database, steps: &'static str) {
    match database {
        Database::Sqlite { writer, .. } => sqlx::raw_sql(steps).execute(writer).await.map(drop).unwrap(),
        Database::Postgres { pool, .. } => {
            sqlx::raw_sql(steps).execute(&pool.current()).await.map(drop).unwrap();
        }
    }
}

#[tokio::test]
async fn a_newer_schema_is_refused_only_when_it_says_so() {
    let folder = std::env::temp_dir().join(format!("vetrina-test-{}", Clock::system().uuid()));
    let postgres = OwnPostgres::start().await;
    let sqlite = format!("sqlite://{}", folder.join("vetrina.db").display());
    for url in postgres.iter().map(OwnPostgres::url).chain([sqlite]) {
        let database = Database::open(&url).await.unwrap();
        migrate_further(
            &database,
            "alter table shops add column colour_of_tomorrow text;
             insert into _sqlx_migrations (version, description, success, checksum, execution_time)
             values (9999, 'tomorrow', true, '', 0);",
        )
        .await;
        database.close().await;
        let database = Database::open(&url).await.expect("what was added is in nobody's way");
        migrate_further(&database, "update compatibility set program_min = 9999").await;
        database.close().await;
        let refused = Database::open(&url).await.unwrap_err();
        assert!(matches!(refused, OpenError::NewerSchema { needed: 9999, known: 10.. }), "{refused}");
    }
    std::fs::remove_dir_all(folder).unwrap();
}
