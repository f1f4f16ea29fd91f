//! Moves everything from SQLite to PostgreSQL, in one transaction, and reads it back.
//!
//! Rows go one after the other and never all at once, so memory does not grow with the shop.
//! Invariant: PostgreSQL holds either nothing or the same as SQLite, which is only read.

mod cell;
mod plan;

use std::path::{Path, PathBuf};

use futures_util::TryStreamExt;
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::sqlite::SqliteConnection;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection};

use self::cell::{Sum, read_source, read_target, write_row};
use self::plan::{Table, quoted, read_plan};
use super::database::{Database, OpenError, SQLITE_STEPS, sqlite_options, sqlite_path};
use super::in_use::InUse;

/// Bytes that are gathered before they are sent; a larger row, such as a picture, goes alone.
const CHUNK_BYTES: usize = 256 * 1024;

/// Why nothing was moved.
#[derive(Debug, thiserror::Error)]
pub enum TransferError {
    /// Not from an SQLite database.
    #[error("--from takes a database that is there, as sqlite://<path>; {0} is none")]
    NoSource(String),
    /// Not to PostgreSQL.
    #[error("--to takes an address that begins with postgres://")]
    NoTarget,
    /// A server or another command has the SQLite database open.
    #[error("a server or another command uses {0}; stop it first")]
    InUse(PathBuf),
    /// The SQLite database is of another version.
    #[error(
        "the schema of the SQLite database is {found} and this program's is {known}: \
         run `vetrina migrate --database-url sqlite://…` with this program first, or use a newer one"
    )]
    OtherVersion {
        /// The database's last step.
        found: i64,
        /// This program's last step.
        known: i64,
    },
    /// Somebody's data is there.
    #[error("the PostgreSQL database is not empty: {0} has rows; make a new one")]
    NotEmpty(String),
    /// Something that cannot be copied.
    #[error("the two schemas cannot be copied into each other because of {0}")]
    Schema(String),
    /// A table did not arrive as it was.
    #[error("{table} is not the same in PostgreSQL ({sent} rows sent, {found} found); nothing was moved")]
    Differs {
        /// Which one.
        table: String,
        /// Rows of SQLite.
        sent: u64,
        /// Rows of PostgreSQL.
        found: u64,
    },
    /// A table cannot be written.
    #[error("cannot copy {0}: {1}")]
    Table(String, #[source] sqlx::Error),
    /// The lock of the SQLite database cannot be had.
    #[error("cannot lock the SQLite database: {0}")]
    Lock(#[from] std::io::Error),
    /// SQLite failed.
    #[error("cannot read the SQLite database: {0}")]
    Source(#[source] sqlx::Error),
    /// PostgreSQL failed.
    #[error("cannot write to PostgreSQL: {0}")]
    Target(#[source] sqlx::Error),
    /// PostgreSQL could not be brought to the present schema.
    #[error(transparent)]
    Open(#[from] OpenError),
}

/// What was moved.
#[derive(Clone, Debug)]
pub struct Transferred {
    /// Each table with its rows.
    pub tables: Vec<(String, u64)>,
    /// Whether there are payment keys, which open only with the same sealing key.
    pub has_sealed_keys: bool,
}

/// Moves the database `from` (`sqlite://<path>`) into the empty database `to` (`postgres://…`).
///
/// The history goes on: `seq` and epoch are the same, so whoever watches keeps the place.
///
/// # Errors
/// Says why nothing was moved.
pub async fn transfer(from: &str, to: &str) -> Result<Transferred, TransferError> {
    let path = sqlite_path(from).filter(|path| path.is_file());
    let path = path.ok_or_else(|| TransferError::NoSource(from.to_owned()))?;
    if !to.starts_with("postgres://") && !to.starts_with("postgresql://") {
        return Err(TransferError::NoTarget);
    }
    let Some(_alone) = InUse::alone(&path)? else { return Err(TransferError::InUse(path)) };
    let mut source = open_source(&path).await?;
    let mut target = open_target(to).await?;
    let tables = copy(&mut source, &mut target).await?;
    // The program ends next; what closing reports changes nothing of what was committed.
    let _ = target.close().await;
    let _ = source.close().await;
    let has_sealed_keys = tables.iter().any(|(name, rows)| name == "payment_accounts" && *rows > 0);
    Ok(Transferred { tables, has_sealed_keys })
}

/// Opens the SQLite database, which has to have the schema of this program.
async fn open_source(path: &Path) -> Result<SqliteConnection, TransferError> {
    let mut source = sqlite_options(path).connect().await.map_err(TransferError::Source)?;
    let found: Option<i64> = sqlx::query_scalar("select max(version) from _sqlx_migrations where success")
        .fetch_one(&mut source)
        .await
        .map_err(TransferError::Source)?;
    let found = found.unwrap_or_default();
    let known = SQLITE_STEPS.iter().map(|step| step.version).max().unwrap_or_default();
    if found == known { Ok(source) } else { Err(TransferError::OtherVersion { found, known }) }
}

/// Makes the tables in an empty PostgreSQL database.
async fn open_target(url: &str) -> Result<PgConnection, TransferError> {
    let options: PgConnectOptions = url.parse().map_err(TransferError::Target)?;
    let mut target = options.connect().await.map_err(TransferError::Target)?;
    // Another program's database gets none of our tables.
    let foreign: Option<String> = sqlx::query_scalar(
        "select min(table_name::text) from information_schema.tables where table_schema = current_schema()
         and not exists (select 1 from information_schema.tables
             where table_schema = current_schema() and table_name = '_sqlx_migrations')",
    )
    .fetch_one(&mut target)
    .await
    .map_err(TransferError::Target)?;
    if let Some(table) = foreign {
        return Err(TransferError::NotEmpty(table));
    }
    Database::open(url).await?.close().await;
    Ok(target)
}

/// Copies all tables in one transaction; answers each with its rows.
async fn copy(
    source: &mut SqliteConnection,
    target: &mut PgConnection,
) -> Result<Vec<(String, u64)>, TransferError> {
    let tables = read_plan(source, target).await?;
    // SQLite's side is one moment as well, although nobody else writes.
    let mut source = source.begin().await.map_err(TransferError::Source)?;
    let mut target = target.begin().await.map_err(TransferError::Target)?;
    // The limits of a server's short transactions are not those of a whole shop. A server that
    // starts meanwhile waits for its own row and then refuses, instead of beginning a history.
    sqlx::raw_sql(
        "set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0;
         lock table instance in access exclusive mode",
    )
    .execute(&mut *target)
    .await
    .map_err(TransferError::Target)?;
    for table in &tables {
        refuse_rows(&mut target, table).await?;
    }
    let mut sent = Vec::with_capacity(tables.len());
    for table in &tables {
        sent.push(send(&mut source, &mut target, table).await?);
    }
    let mut moved = Vec::with_capacity(tables.len());
    for (table, sent) in tables.into_iter().zip(sent) {
        let found = read_back(&mut target, &table).await?;
        if found != sent {
            return Err(TransferError::Differs { table: table.name, sent: sent.rows, found: found.rows });
        }
        moved.push((table.name, sent.rows));
    }
    target.commit().await.map_err(TransferError::Target)?;
    Ok(moved)
}

async fn refuse_rows(target: &mut PgConnection, table: &Table) -> Result<(), TransferError> {
    let sql = format!("select exists (select 1 from {})", quoted(&table.name));
    let has_rows: bool = sqlx::query_scalar(AssertSqlSafe(sql))
        .fetch_one(target)
        .await
        .map_err(|error| TransferError::Table(table.name.clone(), error))?;
    if has_rows { Err(TransferError::NotEmpty(table.name.clone())) } else { Ok(()) }
}

/// Sends the rows of a table.
async fn send(
    source: &mut SqliteConnection,
    target: &mut PgConnection,
    table: &Table,
) -> Result<Sum, TransferError> {
    let failed = |error| TransferError::Table(table.name.clone(), error);
    let (name, columns) = (quoted(&table.name), table.column_list());
    let mut copy =
        target.copy_in_raw(&format!("copy {name} ({columns}) from stdin")).await.map_err(failed)?;
    let mut sum = Sum::default();
    let mut chunk = String::new();
    {
        let mut rows = sqlx::query(AssertSqlSafe(format!("select {columns} from {name}"))).fetch(source);
        while let Some(row) = rows.try_next().await.map_err(failed)? {
            let cells = read_source(&row, table).map_err(failed)?;
            sum.add(&cells);
            write_row(&cells, &mut chunk);
            if chunk.len() >= CHUNK_BYTES {
                copy.send(chunk.as_bytes()).await.map_err(failed)?;
                chunk.clear();
            }
        }
    }
    copy.send(chunk.as_bytes()).await.map_err(failed)?;
    copy.finish().await.map_err(failed)?;
    Ok(sum)
}

/// Sums up what PostgreSQL holds of a table.
async fn read_back(target: &mut PgConnection, table: &Table) -> Result<Sum, TransferError> {
    let failed = |error| TransferError::Table(table.name.clone(), error);
    let sql = format!("select {} from {}", table.column_list(), quoted(&table.name));
    let mut sum = Sum::default();
    let mut rows = sqlx::query(AssertSqlSafe(sql)).fetch(target);
    while let Some(row) = rows.try_next().await.map_err(failed)? {
        sum.add(&read_target(&row, table).map_err(failed)?);
    }
    Ok(sum)
}
