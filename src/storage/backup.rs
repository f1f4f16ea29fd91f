//! Copies a live SQLite database into one file.
//!
//! It migrates nothing, so that a copy can be made with a program before its first start.
//! Invariant: a file under the name that was asked for is whole, checked and on the disk.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use sqlx::sqlite::SqliteConnection;
use sqlx::{ConnectOptions, Connection};

use super::database::sqlite_options;
use super::in_use::{InUse, beside, clear};

/// Why there is no backup.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// Nothing to copy.
    #[error("there is no database {0}")]
    Missing(PathBuf),
    /// A command replaces the database at this moment.
    #[error("the database {0} is being restored or moved; try again when that is done")]
    Busy(PathBuf),
    /// Nothing is ever overwritten.
    #[error("{0} is there already; choose another name")]
    Exists(PathBuf),
    /// A file cannot be read or written.
    #[error("cannot write {path}: {source}")]
    File {
        /// Which file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// SQLite could not copy.
    #[error("the database cannot be copied: {0}")]
    Database(#[from] sqlx::Error),
    /// What was copied is damaged, and so is the database.
    #[error("the database is damaged: {0}")]
    Damaged(String),
}

/// Copies the database `from` into the new file `to`, while a server uses it; answers the file's bytes.
///
/// All that was committed before the call is in the copy, in one moment of the database.
/// `now` and `program` (its version) are written into it, for whoever restores it.
///
/// # Errors
/// Says why there is no copy; then nothing is left under that name.
pub async fn back_up(from: &Path, to: &Path, now: DateTime<Utc>, program: &str) -> Result<u64, BackupError> {
    if !from.is_file() {
        return Err(BackupError::Missing(from.to_owned()));
    }
    let in_use = InUse::share(from).map_err(|source| failed(from, source))?;
    let Some(_in_use) = in_use else { return Err(BackupError::Busy(from.to_owned())) };
    if to.exists() {
        return Err(BackupError::Exists(to.to_owned()));
    }
    let part = beside(to, ".part");
    let made = write_copy(from, &part, now, program).await;
    made.and_then(|()| put_in_place(&part, to)).inspect_err(|_| clear(&part))
}

async fn write_copy(from: &Path, part: &Path, now: DateTime<Utc>, program: &str) -> Result<(), BackupError> {
    // An earlier attempt may have been interrupted.
    clear(part);
    make_private(part).map_err(|source| failed(part, source))?;
    let name = part.to_str().ok_or_else(|| failed(part, io::ErrorKind::InvalidFilename.into()))?;
    let mut source = sqlite_options(from).connect().await?;
    sqlx::query("vacuum into $1").bind(name).execute(&mut source).await?;
    source.close().await?;
    let mut copy = sqlite_options(part).connect().await?;
    if let Some(fault) = find_fault(&mut copy).await? {
        return Err(BackupError::Damaged(fault));
    }
    // A server that restores it drops this table again.
    sqlx::raw_sql("create table vetrina_backup (made_at text not null, program text not null) strict")
        .execute(&mut copy)
        .await?;
    sqlx::query("insert into vetrina_backup (made_at, program) values ($1, $2)")
        .bind(now)
        .bind(program)
        .execute(&mut copy)
        .await?;
    copy.close().await?;
    Ok(())
}

/// An empty file that only its owner may read: a shop's database names its buyers.
fn make_private(path: &Path) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

fn put_in_place(part: &Path, to: &Path) -> Result<u64, BackupError> {
    let bytes = sync_file(part).map_err(|source| failed(part, source))?;
    if to.exists() {
        return Err(BackupError::Exists(to.to_owned()));
    }
    std::fs::rename(part, to).and_then(|()| sync_folder(to)).map_err(|source| failed(to, source))?;
    Ok(bytes)
}

fn failed(path: &Path, source: io::Error) -> BackupError {
    BackupError::File { path: path.to_owned(), source }
}

/// What is wrong with a database, in SQLite's words; `None` when it is whole.
pub(super) async fn find_fault(database: &mut SqliteConnection) -> sqlx::Result<Option<String>> {
    // The first five say enough.
    let faults: Vec<String> =
        sqlx::query_scalar("pragma integrity_check(5)").fetch_all(&mut *database).await?;
    if faults != ["ok"] {
        return Ok(Some(faults.join("; ")));
    }
    let orphan: Option<(String, Option<String>)> =
        sqlx::query_as("select \"table\", parent from pragma_foreign_key_check limit 1")
            .fetch_optional(database)
            .await?;
    Ok(orphan
        .map(|(table, parent)| format!("a row of {table} belongs to none of {}", parent.unwrap_or_default())))
}

/// Waits until a file's content is on the disk; answers its bytes.
pub(super) fn sync_file(path: &Path) -> io::Result<u64> {
    let file = OpenOptions::new().write(true).open(path)?;
    file.sync_all()?;
    Ok(file.metadata()?.len())
}

/// Waits until the names in the folder of a file are on the disk.
pub(super) fn sync_folder(file: &Path) -> io::Result<()> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // Only Unix opens folders.
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}
