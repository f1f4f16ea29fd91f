//! Opens the database and begins transactions.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use chrono::{DateTime, Utc};
use sqlx::migrate::Migrator;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{Connection, Postgres, Sqlite, Transaction};

use super::in_use::InUse;
use super::postgres::{PostgresPool, in_time};
use super::{Result, schema};

/// The first SQLite release without the WAL-reset bug.
const SQLITE_VERSION_MIN: (u32, u32, u32) = (3, 51, 3);
/// Readers beside the one writer; more than the cores of a small server gain nothing.
const SQLITE_READERS: u32 = 4;
/// How long a request waits for a connection before it is told to come back.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);

/// The steps to the present schema of the embedded database.
///
/// Those that only a newer program knows are no fault; [`schema`] decides.
pub(super) static SQLITE_STEPS: LazyLock<Migrator> = LazyLock::new(|| {
    let mut steps = sqlx::migrate!("migrations/sqlite");
    steps.set_ignore_missing(true);
    steps
});

/// The configured database; cheap to clone.
#[derive(Clone, Debug)]
pub enum Database {
    /// Embedded: many readers, one writer.
    Sqlite {
        /// Opened read-only.
        readers: SqlitePool,
        /// A single connection, so that writers queue here and not on the file's lock.
        writer: SqlitePool,
        /// Keeps those out who would replace the file.
        in_use: Arc<InUse>,
        /// Counts all clones together.
        begun: Arc<Counts>,
    },
    /// For several nodes.
    Postgres {
        /// Readers and writers alike.
        pool: Arc<PostgresPool>,
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
    /// A command replaces the file or takes its content elsewhere.
    #[error("the database {0} is being restored or moved; try again when that is done")]
    Busy(PathBuf),
    /// It did not answer.
    #[error("cannot open the database: {0}")]
    Connect(#[from] sqlx::Error),
    /// The schema could not be brought up to date.
    #[error("cannot migrate the database: {0}")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// Another node did not come to the end of its migrations, or this one did not.
    #[error("the migrations of the database did not end in time; is another node still at them?")]
    MigrationsTookTooLong,
    /// A newer version changed the schema in a way that this one cannot work with.
    #[error(
        "the database was changed by a newer version of Vetrina: it needs a program that knows migration \
         {needed}, and this one knows {known}"
    )]
    NewerSchema {
        /// The oldest migration that a program has to know.
        needed: i64,
        /// The newest that this one knows.
        known: i64,
    },
}

impl Database {
    /// Opens the database of a `sqlite://<path>` or `postgres://…` URL and brings its schema up to date.
    ///
    /// # Errors
    /// Says what stood in the way.
    pub async fn open(url: &str) -> std::result::Result<Self, OpenError> {
        match (sqlite_path(url), url.split_once("://")) {
            (Some(path), _) => Self::open_sqlite(&path).await,
            (None, Some(("postgres" | "postgresql", _))) => {
                let pool = Box::pin(PostgresPool::open(url)).await?;
                Ok(Self::Postgres { pool, begun: Arc::default() })
            }
            _ => Err(OpenError::UnknownScheme(url.split("://").next().unwrap_or_default().to_owned())),
        }
    }

    async fn open_sqlite(path: &Path) -> std::result::Result<Self, OpenError> {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let in_use = InUse::share(path)?.ok_or_else(|| OpenError::Busy(path.to_owned()))?;
        let options = sqlite_options(path).create_if_missing(true).journal_mode(SqliteJournalMode::Wal);
        let writer = sqlite_pool(1).connect_with(options.clone()).await?;
        check_sqlite_version(&writer).await?;
        SQLITE_STEPS.run(&writer).await?;
        schema::check(&SQLITE_STEPS, sqlx::query_as(schema::PROGRAM_MIN).fetch_one(&writer).await?)?;
        let readers = sqlite_pool(SQLITE_READERS)
            .connect_with(options.create_if_missing(false).read_only(true))
            .await?;
        Ok(Self::Sqlite { readers, writer, in_use: Arc::new(in_use), begun: Arc::default() })
    }

    /// Begins a transaction that only reads.
    ///
    /// # Errors
    /// When no connection could be had in time; at once while the database is away or too many wait.
    pub async fn read(&self) -> Result<Tx> {
        self.counts().reads.fetch_add(1, Ordering::Relaxed);
        Ok(Tx(match self {
            Self::Sqlite { readers, .. } => Inner::Sqlite(readers.begin().await?),
            // A snapshot is put together from several queries, which must see one moment.
            Self::Postgres { pool, .. } => {
                Inner::Postgres(pool.begin("begin isolation level repeatable read read only").await?)
            }
        }))
    }

    /// Begins a transaction that may write; on SQLite it is the only one.
    ///
    /// # Errors
    /// When no connection could be had in time; at once while the database is away or too many wait.
    pub async fn write(&self) -> Result<Tx> {
        self.counts().writes.fetch_add(1, Ordering::Relaxed);
        Ok(Tx(match self {
            // A deferred transaction that turns into a writer fails at once when another one wrote.
            Self::Sqlite { writer, .. } => Inner::Sqlite(writer.begin_with("begin immediate").await?),
            Self::Postgres { pool, .. } => Inner::Postgres(pool.begin("begin").await?),
        }))
    }

    /// Whether this is PostgreSQL, for what only one of the two needs.
    #[must_use]
    pub const fn is_postgres(&self) -> bool {
        matches!(self, Self::Postgres { .. })
    }

    /// Whether the database did not answer lately, so that whoever asks is refused at once.
    #[must_use]
    pub fn is_away(&self) -> bool {
        match self {
            // A file does not go away.
            Self::Sqlite { .. } => false,
            Self::Postgres { pool, .. } => pool.is_away(),
        }
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
            Self::Sqlite { readers, writer, in_use, .. } => {
                readers.close().await;
                writer.close().await;
                in_use.release();
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
        let asking = sqlx::query_as("select clock_timestamp()").fetch_one(&mut **tx);
        let (time,) = in_time(async { Ok(asking.await?) }).await?;
        Ok(Some(time))
    }

    /// Makes the changes last.
    ///
    /// # Errors
    /// When the database could not; then nothing has changed, or it cannot be known.
    pub async fn commit(self) -> Result<()> {
        match self.0 {
            Inner::Sqlite(tx) => tx.commit().await?,
            Inner::Postgres(tx) => in_time(async { Ok(tx.commit().await?) }).await?,
        }
        Ok(())
    }
}

/// The file of a `sqlite://<path>` URL; `None` for any other.
#[must_use]
pub fn sqlite_path(url: &str) -> Option<PathBuf> {
    url.strip_prefix("sqlite://").map(PathBuf::from)
}

/// How every connection to an SQLite file is made.
pub(super) fn sqlite_options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        // NORMAL loses acknowledged transactions when the power goes.
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(ACQUIRE_TIMEOUT)
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
