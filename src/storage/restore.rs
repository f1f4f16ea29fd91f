//! Puts a backup in the place of an SQLite database that nobody uses.
//!
//! Everything is done to a copy beside the database, which takes its place in the last step.
//! Invariant: what was there before is moved aside, never deleted.

use std::io;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use sqlx::sqlite::SqliteConnection;
use sqlx::{ConnectOptions, Connection};

use super::backup::{find_fault, sync_file, sync_folder};
use super::database::{SQLITE_STEPS, sqlite_options};
use super::in_use::{InUse, beside, clear};

/// What SQLite keeps beside a database's file.
const SIDE_FILES: [&str; 3] = ["-wal", "-shm", "-journal"];
/// SQLite's primary result codes for a wrong statement, a damaged file and a file of another kind.
const ERROR: u32 = 1;
const CORRUPT: u32 = 11;
const NO_DATABASE: u32 = 26;
/// How far the numbers of orders jump, so that none is given again that a lost order had.
const LOST_NUMBERS: i64 = 1_000;

/// What is to be restored, and where to.
#[derive(Clone, Copy, Debug)]
pub struct Restore<'a> {
    /// The backup.
    pub file: &'a Path,
    /// The database's file.
    pub database: &'a Path,
    /// What happens to a database that is there.
    pub existing: Existing,
    /// Names the history that begins; must be a fresh one.
    pub epoch: &'a str,
    /// The present.
    pub now: DateTime<Utc>,
}

/// What a restore does with a database that is there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Existing {
    /// Leaves it alone and restores nothing.
    Keep,
    /// Moves it aside.
    MoveAside,
}

/// What came of a restore.
#[derive(Clone, Debug)]
pub struct Restored {
    /// When the backup was made; nothing later is in it.
    pub made_at: DateTime<Utc>,
    /// Shops in it.
    pub shops: i64,
    /// Orders in it.
    pub orders: i64,
    /// Events of shows in it.
    pub events: i64,
    /// Payment accounts whose keys open only with the secret key of that installation.
    pub sealed_accounts: i64,
    /// API keys that work again, those revoked after the backup among them.
    pub api_keys: i64,
    /// Where the database is that was there before.
    pub aside: Option<PathBuf>,
}

/// Why nothing was restored.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    /// A server or another command has the database open.
    #[error("a server or another command uses {0}; stop it first")]
    InUse(PathBuf),
    /// There is a database.
    #[error("{0} is there already; --replace moves it aside and restores the backup")]
    Exists(PathBuf),
    /// Something belongs to the backup that was not copied along.
    #[error("{0} has a write-ahead log beside it: it is a database in use and not a backup")]
    NotWhole(PathBuf),
    /// Another kind of file.
    #[error("{0} is no backup of Vetrina")]
    NotABackup(PathBuf),
    /// The backup is damaged.
    #[error("the backup is damaged: {0}")]
    Damaged(String),
    /// Made by a later program.
    #[error("the backup's schema is {found} and this program knows {known}: restore it with a newer one")]
    TooNew {
        /// The backup's last step.
        found: i64,
        /// This program's last step.
        known: i64,
    },
    /// The backup cannot be brought up to date.
    #[error("cannot bring the backup up to date: {0}")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// A file cannot be read or written.
    #[error("cannot use {path}: {source}")]
    File {
        /// Which file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// SQLite failed.
    #[error("cannot restore: {0}")]
    Database(#[from] sqlx::Error),
}

/// Restores a backup: checks a copy of it, brings it up to date, begins a new history, and puts it in place.
///
/// # Errors
/// Says why nothing was restored; then the database is what it was.
pub async fn restore(restore: Restore<'_>) -> Result<Restored, RestoreError> {
    let Restore { file, database, existing, .. } = restore;
    if let Some(folder) = database.parent() {
        std::fs::create_dir_all(folder).map_err(|source| failed(folder, source))?;
    }
    let alone = InUse::alone(database).map_err(|source| failed(database, source))?;
    let Some(_alone) = alone else { return Err(RestoreError::InUse(database.to_owned())) };
    if database.exists() && existing == Existing::Keep {
        return Err(RestoreError::Exists(database.to_owned()));
    }
    if beside(file, SIDE_FILES[0]).metadata().is_ok_and(|log| log.len() > 0) {
        return Err(RestoreError::NotWhole(file.to_owned()));
    }
    let staged = beside(database, ".restoring");
    clear(&staged);
    let restored = async {
        // The rights of the backup's file come along, so it stays readable to its owner alone.
        std::fs::copy(file, &staged).map_err(|source| failed(file, source))?;
        let restored = prepare(&staged, &restore).await?;
        sync_file(&staged).map_err(|source| failed(&staged, source))?;
        Ok(restored)
    };
    let mut restored = match restored.await {
        Ok(restored) => restored,
        Err(error) => {
            clear(&staged);
            return Err(error);
        }
    };
    restored.aside = move_aside(database, restore.now)?;
    std::fs::rename(&staged, database)
        .and_then(|()| sync_folder(database))
        .map_err(|source| failed(database, source))?;
    Ok(restored)
}

/// Makes the copy of a backup into the database that will be served.
async fn prepare(staged: &Path, restore: &Restore<'_>) -> Result<Restored, RestoreError> {
    let file = restore.file;
    let mut copy = sqlite_options(staged).connect().await.map_err(|error| unreadable(error, file))?;
    let found = find_version(&mut copy).await.map_err(|error| unreadable(error, file))?;
    let found = found.ok_or_else(|| RestoreError::NotABackup(file.to_owned()))?;
    let known = SQLITE_STEPS.iter().map(|step| step.version).max().unwrap_or_default();
    if found > known {
        return Err(RestoreError::TooNew { found, known });
    }
    if let Some(fault) = find_fault(&mut copy).await.map_err(|error| unreadable(error, file))? {
        return Err(RestoreError::Damaged(fault));
    }
    SQLITE_STEPS.run(&mut copy).await?;
    let made_at = find_made_at(&mut copy).await?;
    begin_history(&mut copy, restore, made_at).await?;
    let restored = count(&mut copy, made_at).await?;
    copy.close().await?;
    Ok(restored)
}

/// What a failure to read a backup says of it.
fn unreadable(error: sqlx::Error, file: &Path) -> RestoreError {
    let code = error.as_database_error().and_then(|error| error.code()?.parse::<u32>().ok());
    match code.map(|code| code & 0xff) {
        // Without our tables, the first question already fails.
        Some(ERROR | NO_DATABASE) => RestoreError::NotABackup(file.to_owned()),
        Some(CORRUPT) => RestoreError::Damaged(error.to_string()),
        _ => error.into(),
    }
}

/// The last step of the schema that a database has.
async fn find_version(database: &mut SqliteConnection) -> sqlx::Result<Option<i64>> {
    sqlx::query_scalar("select max(version) from _sqlx_migrations where success").fetch_one(database).await
}

/// When a backup was made.
///
/// A copy that was made otherwise does not say so; then its newest order does, before which nothing
/// is missing.
async fn find_made_at(database: &mut SqliteConnection) -> sqlx::Result<DateTime<Utc>> {
    let marked: i64 = sqlx::query_scalar("select count(*) from sqlite_schema where name = 'vetrina_backup'")
        .fetch_one(&mut *database)
        .await?;
    if marked > 0 {
        return sqlx::query_scalar("select max(made_at) from vetrina_backup").fetch_one(database).await;
    }
    let newest: Option<DateTime<Utc>> = sqlx::query_scalar(
        "select coalesce(max(created_at), (select created_at from instance where id = 1)) from orders",
    )
    .fetch_one(database)
    .await?;
    Ok(newest.unwrap_or(DateTime::UNIX_EPOCH))
}

/// Changes what must not go on as if nothing had happened.
async fn begin_history(
    database: &mut SqliteConnection,
    restore: &Restore<'_>,
    made_at: DateTime<Utc>,
) -> sqlx::Result<()> {
    let mut tx = database.begin().await?;
    sqlx::query("update instance set epoch = $1, backup_made_at = $2, restored_at = $3 where id = 1")
        .bind(restore.epoch)
        .bind(made_at)
        .bind(restore.now)
        .execute(&mut *tx)
        .await?;
    // A session that was ended after the backup would be open again, and a used link would work.
    sqlx::query("delete from member_sessions").execute(&mut *tx).await?;
    sqlx::query("delete from one_time_tokens").execute(&mut *tx).await?;
    sqlx::query("update shops set last_order_number = last_order_number + $1")
        .bind(LOST_NUMBERS)
        .execute(&mut *tx)
        .await?;
    sqlx::query("drop table if exists vetrina_backup").execute(&mut *tx).await?;
    tx.commit().await
}

async fn count(database: &mut SqliteConnection, made_at: DateTime<Utc>) -> sqlx::Result<Restored> {
    let (shops, orders, events, sealed_accounts, api_keys) = sqlx::query_as(
        "select (select count(*) from shops), (select count(*) from orders),
             (select count(*) from show_events), (select count(*) from payment_accounts),
             (select count(*) from api_keys where revoked_at is null)",
    )
    .fetch_one(database)
    .await?;
    Ok(Restored { made_at, shops, orders, events, sealed_accounts, api_keys, aside: None })
}

/// Moves a database aside with what SQLite keeps beside it; answers where it is then.
fn move_aside(database: &Path, now: DateTime<Utc>) -> Result<Option<PathBuf>, RestoreError> {
    let aside = beside(database, &now.format(".before-restore-%Y%m%d-%H%M%S").to_string());
    if aside.exists() {
        return Err(failed(&aside, io::ErrorKind::AlreadyExists.into()));
    }
    // The log first: a database file must never stand beside the log of another.
    for ending in SIDE_FILES {
        let from = beside(database, ending);
        if from.exists() {
            std::fs::rename(&from, beside(&aside, ending)).map_err(|source| failed(&from, source))?;
        }
    }
    if !database.exists() {
        return Ok(None);
    }
    std::fs::rename(database, &aside)
        .and_then(|()| sync_folder(database))
        .map_err(|source| failed(database, source))?;
    Ok(Some(aside))
}

fn failed(path: &Path, source: io::Error) -> RestoreError {
    RestoreError::File { path: path.to_owned(), source }
}
