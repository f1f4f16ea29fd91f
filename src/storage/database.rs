//! Opens the database and begins transactions.

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use chrono::{DateTime, Utc};
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{Connection, Executor, Postgres, Sqlite, Transaction};

use super::Result;

/// The first SQLite release without the WAL-reset bug.
const SQLITE_VERSION_MIN: (u32, u32, u32) = (3, 51, 3);
/// Readers beside the one writer; more than the cores of a small server gain nothing.
const SQLITE_READERS: u32 = 4;
/// Connections to PostgreSQL for one node.
const POSTGRES_CONNECTIONS: u32 = 16;
/// How long a request waits for a connection before it is told to come back.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);

/// The configured database; cheap to clone.
#[derive(Clone, Debug)]
pub enum Database {
    /// Embedded: many readers, one writer.
    Sqlite {
        /// Opened read-only.
        readers: SqlitePool,
        /// A single connection, so that writers queue here and not on the file's lock.
        writer: SqlitePool,
        /// Counts all clones together.
        begun: Arc<Counts>,
    },
    /// For several nodes.
    Postgres {
        /// Readers and writers alike.
        pool: PgPool,
        /// Counts all clones together.
        begun: Arc<Counts>,
    },
}

/// Counts the transactions that were asked for.
#[derive(Debug, Default)]
pub struct Counts {
    reads: AtomicU64,
    writes: AtomicU64,
}

/// Transactions that were asked for since the database was opened, whether they got a connection
/// or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Begun {
    /// Those that only read.
    pub reads: u64,
    /// Those that may write.
    pub writes: u64,
}

/// A transaction; dropped without [`Tx::commit`] it leaves no trace.
#[derive(Debug)]
pub struct Tx(pub(super) Inner);

#[derive(Debug)]
pub(super) enum Inner {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

/// Why the database could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Neither `sqlite://` nor `postgres://`.
    #[error("database URL {0:?} begins neither with sqlite:// nor with postgres://")]
    UnknownScheme(String),
    /// Built against a SQLite that can corrupt its write-ahead log.
    #[error("SQLite {0} is older than 3.51.3")]
    OldSqlite(String),
    /// The folder for the file cannot be made.
    #[error("cannot make the folder of the database file: {0}")]
    Folder(#[from] std::io::Error),
    /// It did not answer.
    #[error("cannot open the database: {0}")]
    Connect(#[from] sqlx::Error),
    /// The schema could not be brought up to date.
    #[error("cannot migrate the database: {0}")]
    Migrate(#[from] sqlx::migrate::MigrateError),
}

impl Database {
    /// Opens the database of a `sqlite://<path>` or `postgres://…` URL and brings its schema up to date.
    ///
    /// # Errors
    /// Says what stood in the way.
    pub async fn open(url: &str) -> std::result::Result<Self, OpenError> {
        match url.split_once("://") {
            Some(("sqlite", path)) => Self::open_sqlite(&PathBuf::from(path)).await,
            Some(("postgres" | "postgresql", _)) => Self::open_postgres(url).await,
            _ => Err(OpenError::UnknownScheme(url.split("://").next().unwrap_or_default().to_owned())),
        }
    }

    async fn open_sqlite(path: &Path) -> std::result::Result<Self, OpenError> {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            // NORMAL loses acknowledged transactions when the power goes.
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(ACQUIRE_TIMEOUT);
        let writer = sqlite_pool(1).connect_with(options.clone()).await?;
        check_sqlite_version(&writer).await?;
        sqlx::migrate!("migrations/sqlite").run(&writer).await?;
        let readers = sqlite_pool(SQLITE_READERS)
            .connect_with(options.create_if_missing(false).read_only(true))
            .await?;
        Ok(Self::Sqlite { readers, writer, begun: Arc::default() })
    }

    async fn open_postgres(url: &str) -> std::result::Result<Self, OpenError> {
        let options = PgConnectOptions::from_str(url)?.options([
            // A node that vanished inside a transaction must not keep its locks.
            ("idle_in_transaction_session_timeout", "10s"),
            ("statement_timeout", "15s"),
            ("lock_timeout", "10s"),
        ]);
        let pool = PgPoolOptions::new()
            .max_connections(POSTGRES_CONNECTIONS)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            // A `begin` that was cancelled half-way can leave a connection inside a transaction
            // (launchbadge/sqlx#4394); the next user must not find it there.
            .before_acquire(|connection, _| {
                Box::pin(async move {
                    connection.execute("rollback").await?;
                    Ok(true)
                })
            })
            .connect_with(options)
            .await?;
        sqlx::migrate!("migrations/postgres").run(&pool).await?;
        Ok(Self::Postgres { pool, begun: Arc::default() })
    }

    /// Begins a transaction that only reads.
    ///
    /// # Errors
    /// When no connection could be had in time.
    pub async fn read(&self) -> Result<Tx> {
        self.counts().reads.fetch_add(1, Ordering::Relaxed);
        Ok(Tx(match self {
            Self::Sqlite { readers, .. } => Inner::Sqlite(readers.begin().await?),
            // A snapshot is put together from several queries, which must see one moment.
            Self::Postgres { pool, .. } => {
                Inner::Postgres(pool.begin_with("begin isolation level repeatable read read only").await?)
            }
        }))
    }

    /// Begins a transaction that may write; on SQLite it is the only one.
    ///
    /// # Errors
    /// When no connection could be had in time.
    pub async fn write(&self) -> Result<Tx> {
        self.counts().writes.fetch_add(1, Ordering::Relaxed);
        Ok(Tx(match self {
            // A deferred transaction that turns into a writer fails at once when another one wrote.
            Self::Sqlite { writer, .. } => Inner::Sqlite(writer.begin_with("begin immediate").await?),
            Self::Postgres { pool, .. } => Inner::Postgres(pool.begin().await?),
        }))
    }

    /// Whether this is PostgreSQL, for what only one of the two needs.
    #[must_use]
    pub const fn is_postgres(&self) -> bool {
        matches!(self, Self::Postgres { .. })
    }

    /// How many transactions were asked for since it was opened.
    #[must_use]
    pub fn begun(&self) -> Begun {
        let Counts { reads, writes } = &**self.counts();
        Begun { reads: reads.load(Ordering::Relaxed), writes: writes.load(Ordering::Relaxed) }
    }

    const fn counts(&self) -> &Arc<Counts> {
        match self {
            Self::Sqlite { begun, .. } | Self::Postgres { begun, .. } => begun,
        }
    }

    /// Closes all connections; SQLite's last one also folds its log into the file.
    pub async fn close(&self) {
        match self {
            Self::Sqlite { readers, writer, .. } => {
                readers.close().await;
                writer.close().await;
            }
            Self::Postgres { pool, .. } => pool.close().await,
        }
    }
}

impl Tx {
    /// The time of the database's machine, where several nodes share one; `None` on SQLite, whose
    /// one node has a clock of its own.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_database_time(&mut self) -> Result<Option<DateTime<Utc>>> {
        let Inner::Postgres(tx) = &mut self.0 else { return Ok(None) };
        let (time,) = sqlx::query_as("select clock_timestamp()").fetch_one(&mut **tx).await?;
        Ok(Some(time))
    }

    /// Makes the changes last.
    ///
    /// # Errors
    /// When the database could not; then nothing has changed, or it cannot be known.
    pub async fn commit(self) -> Result<()> {
        match self.0 {
            Inner::Sqlite(tx) => tx.commit().await?,
            Inner::Postgres(tx) => tx.commit().await?,
        }
        Ok(())
    }
}

/// A pool that lends out no connection that still counts itself inside a transaction.
///
/// SQLite ends the transaction itself when the disk is full or fails; the driver's own rollback then
/// fails, and it would refuse every later transaction of this connection.
fn sqlite_pool(connections_max: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(connections_max)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .before_acquire(|connection, _| Box::pin(async move { Ok(!connection.is_in_transaction()) }))
}

async fn check_sqlite_version(pool: &SqlitePool) -> std::result::Result<(), OpenError> {
    let (version,): (String,) = sqlx::query_as("select sqlite_version()").fetch_one(pool).await?;
    let mut parts = version.split('.').map(|part| part.parse::<u32>().unwrap_or(0));
    let mut next = || parts.next().unwrap_or(0);
    if (next(), next(), next()) < SQLITE_VERSION_MIN {
        return Err(OpenError::OldSqlite(version));
    }
    Ok(())
}
