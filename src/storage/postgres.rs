//! The way to PostgreSQL: every wait has an end, and an outage is noticed once for all requests.
//!
//! While the database is away one task asks for it and everybody else is refused at once.
//! Invariant: what was opened before an outage is not used after it, because a connection that lost
//! its peer may look alive for a quarter of an hour.

use std::str::FromStr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgConnection, PgPool, PgPoolOptions};
use sqlx::{Connection, Executor, Postgres, Transaction};
use tokio::time::{Instant, timeout};

use super::{Error, OpenError, Result, schema};

/// Connections of one node; three nodes fit twice into PostgreSQL's default of 100.
const CONNECTIONS: u32 = 16;
/// How long a request waits for a connection, the making of one included.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);
/// How long the beginning of a transaction may take, the wait for a connection included.
const BEGIN_TIMEOUT: Duration = Duration::from_secs(7);
/// How long a statement may take; longer than the server allows it, so only silence ends here.
const QUERY_TIMEOUT: Duration = Duration::from_secs(12);
/// How long a connection that rested may take for a sign of life.
const CHECK_TIMEOUT: Duration = Duration::from_secs(2);
/// Requests that may wait for a connection: as many as are served in a second at 16 ms each.
const WAITING_MAX: usize = 1_000;
/// How long one try to reach a database that is away may take.
const PROBE_TIMEOUT: Duration = Duration::from_secs(2);
/// Pause between two such tries.
const PROBE_PAUSE: Duration = Duration::from_millis(500);
/// How long connections may take to be closed.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(5);
/// How long a start waits for the migrations, its own and those of a node that was faster.
const MIGRATE_TIMEOUT: Duration = Duration::from_mins(10);

/// What each connection asks of the server.
const SETTINGS: [(&str, &str); 3] = [
    // A node that vanished inside a transaction must not keep its locks.
    ("idle_in_transaction_session_timeout", "10s"),
    ("statement_timeout", "10s"),
    ("lock_timeout", "5s"),
];
/// A migration may have much to do, and waits for the node that does it first.
const MIGRATION_SETTINGS: [(&str, &str); 2] = [("statement_timeout", "0"), ("lock_timeout", "0")];

/// Connections to one PostgreSQL, shared by all of a node.
#[derive(Debug)]
pub struct PostgresPool {
    options: PgConnectOptions,
    current: RwLock<PgPool>,
    /// Somebody is asking for the database, and nobody else needs to.
    is_away: AtomicBool,
    waiting: AtomicUsize,
}

/// A place among those that wait for a connection.
struct Place<'a>(&'a AtomicUsize);

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl PostgresPool {
    /// Connects and brings the schema up to date.
    pub(super) async fn open(url: &str) -> std::result::Result<Arc<Self>, OpenError> {
        let plain = PgConnectOptions::from_str(url)?;
        let options = plain.options(SETTINGS);
        let pool = pool_options().connect_with(options.clone()).await?;
        warn_of_weak_settings(&pool).await?;
        let migrating = migrate(options.clone().options(MIGRATION_SETTINGS));
        timeout(MIGRATE_TIMEOUT, migrating).await.map_err(|_| OpenError::MigrationsTookTooLong)??;
        Ok(Arc::new(Self {
            options,
            current: RwLock::new(pool),
            is_away: AtomicBool::new(false),
            waiting: AtomicUsize::new(0),
        }))
    }

    /// The connections in use at the moment; another set after each outage.
    #[must_use]
    pub fn current(&self) -> PgPool {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whether the database did not answer lately, so that whoever asks is refused at once.
    #[must_use]
    pub fn is_away(&self) -> bool {
        self.is_away.load(Ordering::Relaxed)
    }

    /// Begins a transaction with this statement.
    pub(super) async fn begin(
        self: &Arc<Self>,
        statement: &'static str,
    ) -> Result<Transaction<'static, Postgres>> {
        let _place = self.take_place()?;
        let pool = self.current();
        let begun = timeout(BEGIN_TIMEOUT, pool.begin_with(statement)).await;
        let error = match begun {
            Ok(Ok(transaction)) => return Ok(transaction),
            Ok(Err(error)) => Error::from(error),
            Err(_) => Error::timed_out(),
        };
        if error.is_unavailable() && !pool.is_closed() {
            self.suspect();
        }
        Err(error)
    }

    /// Closes all connections, or leaves those that do not answer to the system.
    pub(super) async fn close(&self) {
        let _ = timeout(CLOSE_TIMEOUT, self.current().close()).await;
    }

    fn take_place(&self) -> Result<Place<'_>> {
        if self.is_away() {
            return Err(Error::timed_out());
        }
        let before = self.waiting.fetch_add(1, Ordering::Relaxed);
        let place = Place(&self.waiting);
        if before >= WAITING_MAX { Err(Error::timed_out()) } else { Ok(place) }
    }

    /// Has one task find out whether the database is away, or only busy.
    fn suspect(self: &Arc<Self>) {
        if self.is_away.swap(true, Ordering::Relaxed) {
            return;
        }
        let pool = Arc::downgrade(self);
        tokio::spawn(async move {
            let mut away_since = None;
            // Whoever dropped the pool wants nothing of the database any more.
            while let Some(pool) = pool.upgrade().filter(|pool| !pool.current().is_closed()) {
                let Err(error) = pool.probe().await else {
                    pool.welcome_back(away_since);
                    return;
                };
                if away_since.is_none() {
                    let error = &error as &dyn std::error::Error;
                    tracing::warn!(error, "PostgreSQL is away; what needs it is refused until it is back");
                    away_since = Some(Instant::now());
                }
                drop(pool);
                tokio::time::sleep(PROBE_PAUSE).await;
            }
        });
    }

    /// Asks for a sign of life over a connection of its own.
    async fn probe(&self) -> Result<()> {
        let asking = async {
            let mut connection = PgConnection::connect_with(&self.options).await?;
            connection.execute("select 1").await?;
            connection.close().await
        };
        timeout(PROBE_TIMEOUT, asking).await.map_err(|_| Error::timed_out())?.map_err(Error::from)
    }

    fn welcome_back(&self, away_since: Option<Instant>) {
        if let Some(since) = away_since {
            let fresh = pool_options().connect_lazy_with(self.options.clone());
            let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
            let old = std::mem::replace(&mut *current, fresh);
            drop(current);
            tokio::spawn(async move { timeout(CLOSE_TIMEOUT, old.close()).await.ok() });
            tracing::warn!(away_ms = since.elapsed().as_millis(), "PostgreSQL is back");
        }
        self.is_away.store(false, Ordering::Relaxed);
    }
}

/// Runs a query, or gives up when not even the server's own time-outs come through.
pub(super) async fn in_time<T>(query: impl Future<Output = Result<T>>) -> Result<T> {
    timeout(QUERY_TIMEOUT, query).await.unwrap_or_else(|_| Err(Error::timed_out()))
}

fn pool_options() -> PgPoolOptions {
    PgPoolOptions::new()
        .max_connections(CONNECTIONS)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .after_connect(|connection, _| Box::pin(make_durable(connection)))
        // The rollback below is the sign of life.
        .test_before_acquire(false)
        // A `begin` that was cancelled half-way can leave a connection inside a transaction
        // (launchbadge/sqlx#4394); the next user must not find it there.
        .before_acquire(|connection, _| {
            Box::pin(async move { check(connection.execute("rollback")).await.map(|()| true) })
        })
        // The pool asks the connection by itself, but without an end.
        .after_release(|connection, _| Box::pin(async move { check(connection.ping()).await.map(|()| true) }))
}

async fn check<T>(sign: impl Future<Output = sqlx::Result<T>>) -> sqlx::Result<()> {
    timeout(CHECK_TIMEOUT, sign).await.map_err(|_| sqlx::Error::PoolTimedOut)?.map(drop)
}

/// Has commits wait until they are on disk, whatever the server, the database or the user is set to.
///
/// `remote_apply` waits for more and stays.
async fn make_durable(connection: &mut PgConnection) -> sqlx::Result<()> {
    connection
        .execute(
            "select set_config('synchronous_commit', 'on', false)
             where current_setting('synchronous_commit') not in ('on', 'remote_apply')",
        )
        .await
        .map(drop)
}

/// Tells the operator of settings with which acknowledged orders could be lost.
async fn warn_of_weak_settings(pool: &PgPool) -> sqlx::Result<()> {
    let weak: Vec<(String, String)> = sqlx::query_as(
        "select name, reset_val from pg_settings
         where (name = 'synchronous_commit' and reset_val not in ('on', 'remote_apply'))
            or (name in ('fsync', 'full_page_writes') and reset_val = 'off')",
    )
    .fetch_all(pool)
    .await?;
    for (name, value) in weak {
        if name == "synchronous_commit" {
            tracing::warn!(name, value, "PostgreSQL may lose acknowledged commits; this node's own wait");
        } else {
            tracing::error!(name, value, "PostgreSQL may lose everything when the power goes; set it to on");
        }
    }
    Ok(())
}

/// Migrates over a connection of its own, whose end also ends the lock that nodes take turns by.
async fn migrate(options: PgConnectOptions) -> std::result::Result<(), OpenError> {
    let mut connection = PgConnection::connect_with(&options).await?;
    let mut migrator = sqlx::migrate!("migrations/postgres");
    migrator.set_ignore_missing(true);
    migrator.run(&mut connection).await?;
    let needed = sqlx::query_as(schema::PROGRAM_MIN).fetch_one(&mut connection).await?;
    schema::check(&migrator, needed)?;
    Ok(connection.close().await?)
}
