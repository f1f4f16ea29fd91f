//! The commands that copy, bring back and move what a shop has: `backup`, `restore`, `migrate --from`.

use std::path::{Path, PathBuf};

use crate::clock::Clock;
use crate::config::Config;
use crate::storage::{
    self, BackupError, Database, Existing, OpenError, Restore, RestoreError, Restored, TransferError,
};

/// How backups are named that are kept in a folder, with a time of UTC.
const NAME: &str = "vetrina-%Y%m%d-%H%M%S.db";
/// The file with the key that seals payment keys, where the configuration names none.
const SEALING_KEY_FILE: &str = "secret.key";

/// Why data was not copied, brought back or moved.
#[derive(Debug, thiserror::Error)]
pub enum DataError {
    /// PostgreSQL looks after its own backups.
    #[error(
        "backup and restore are for the built-in SQLite database; PostgreSQL comes with its own: \
         pg_dump --format=custom --file=vetrina.dump \"$VETRINA_DATABASE_URL\" copies while servers run, \
         pg_restore brings it back"
    )]
    PostgresBackup,
    /// `--keep` deletes files, so it wants a folder of its own.
    #[error("--keep needs a folder to keep backups in, and {0} is none")]
    NoFolder(PathBuf),
    /// Old backups cannot be looked through or deleted.
    #[error("cannot clear old backups away in {0}: {1}")]
    Rotate(PathBuf, std::io::Error),
    /// No backup was made.
    #[error(transparent)]
    Backup(#[from] BackupError),
    /// Nothing was restored.
    #[error(transparent)]
    Restore(#[from] RestoreError),
    /// The database could not be brought up to date.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// Nowhere to move it to.
    #[error("--from needs --to postgres://…, or that address in VETRINA_DATABASE_URL")]
    NoTarget,
    /// Nothing was moved.
    #[error(transparent)]
    Transfer(#[from] TransferError),
}

/// Copies the database into a file, or into a folder of which the newest `keep` stay.
pub(super) async fn back_up(config: &Config, target: PathBuf, keep: Option<u32>) -> Result<(), DataError> {
    let database = own_database(config)?;
    let now = Clock::system().now();
    let folder = target.is_dir().then(|| target.clone());
    if keep.is_some() && folder.is_none() {
        return Err(DataError::NoFolder(target));
    }
    let file = folder.as_ref().map_or(target, |folder| folder.join(now.format(NAME).to_string()));
    let bytes = storage::back_up(&database, &file, now, env!("CARGO_PKG_VERSION")).await?;
    println!("{} holds everything up to {} ({}).", file.display(), now.to_rfc3339(), size(bytes));
    println!("It was checked and is whole. It holds buyers' names and addresses: keep it as such.");
    if let (Some(folder), Some(keep)) = (folder, keep) {
        rotate(&folder, keep).map_err(|error| DataError::Rotate(folder, error))?;
    }
    Ok(())
}

/// Deletes the oldest backups of a folder beyond the newest `keep`; other files are left alone.
fn rotate(folder: &Path, keep: u32) -> std::io::Result<()> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let name = entry?.file_name();
        if name.to_str().is_some_and(is_backup_name) {
            names.push(name);
        }
    }
    // The names sort by time.
    names.sort();
    let surplus = names.len().saturating_sub(keep as usize);
    for name in &names[..surplus] {
        std::fs::remove_file(folder.join(name))?;
        println!("{} was the oldest and is gone.", folder.join(name).display());
    }
    Ok(())
}

fn is_backup_name(name: &str) -> bool {
    let stem = name.strip_suffix(".db").unwrap_or_default();
    chrono::NaiveDateTime::parse_from_str(stem, NAME.trim_end_matches(".db")).is_ok()
}

/// Puts a backup in the place of the configured database.
pub(super) async fn restore(config: &Config, file: &Path, existing: Existing) -> Result<(), DataError> {
    let database = own_database(config)?;
    let clock = Clock::system();
    let epoch = hex::encode(clock.random::<4>());
    let restore = Restore { file, database: &database, existing, epoch: &epoch, now: clock.now() };
    let restored = storage::restore(restore).await?;
    tell_restored(config, &database, &restored);
    Ok(())
}

fn tell_restored(config: &Config, database: &Path, restored: &Restored) {
    let Restored { made_at, shops, orders, events, sealed_accounts, api_keys, aside } = restored;
    println!("{} is the backup of {}:", database.display(), made_at.to_rfc3339());
    println!("  {shops} shops, {orders} orders, {events} events of shows.");
    if let Some(aside) = aside {
        println!("What was there before is {}; delete it when nobody needs it.", aside.display());
    }
    println!("What happened after that moment is gone: chat, changes of products, orders, refunds.");
    println!("When the server starts:");
    println!("- Whoever watches gets the show anew, because the history is another one.");
    println!("- The payment provider is asked for what was paid since. A lost sale comes back with its");
    println!("  pieces, or its money goes back when they are gone; where it is not known what was bought,");
    println!("  the order waits for a person. Look there which orders were sent already.");
    println!("- Members sign in again.");
    println!("- {api_keys} API keys work, those revoked since the backup among them: revoke them again.");
    let has_key = config.sealing_key.is_some()
        || config.sealing_key_file.is_some()
        || config.data.join(SEALING_KEY_FILE).exists();
    if *sealed_accounts > 0 && !has_key {
        println!(
            "The payment keys of {sealed_accounts} accounts are sealed: copy {SEALING_KEY_FILE} of the old \
             installation into {}, or enter them again.",
            config.data.display()
        );
    }
}

/// Brings the schema up to date, or moves an SQLite database to PostgreSQL.
pub(super) async fn migrate(
    config: &Config,
    from: Option<String>,
    to: Option<String>,
) -> Result<(), DataError> {
    let Some(from) = from else {
        Database::open(&config.database_url()).await?.close().await;
        return Ok(());
    };
    let to = to
        .or_else(|| config.database_url.is_some().then(|| config.database_url()))
        .ok_or(DataError::NoTarget)?;
    let moved = storage::transfer(&from, &to).await?;
    for (table, rows) in &moved.tables {
        println!("{rows:>9}  {table}");
    }
    println!("All of it was read back from PostgreSQL and is the same. The SQLite file was not changed.");
    println!("Start the servers with VETRINA_DATABASE_URL set to the new database.");
    let key = config.data.join(SEALING_KEY_FILE);
    if moved.has_sealed_keys && key.exists() {
        println!(
            "Payment keys are sealed: every server needs VETRINA_SECRET_KEY_FILE with a copy of {}.",
            key.display()
        );
    }
    Ok(())
}

fn own_database(config: &Config) -> Result<PathBuf, DataError> {
    storage::sqlite_path(&config.database_url()).ok_or(DataError::PostgresBackup)
}

/// Bytes for people.
#[expect(clippy::cast_precision_loss, reason = "one decimal is shown")]
fn size(bytes: u64) -> String {
    const MIB: f64 = 1024.0 * 1024.0;
    if bytes < 1024 * 1024 {
        format!("{} KiB", bytes.div_ceil(1024))
    } else {
        format!("{:.1} MiB", bytes as f64 / MIB)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_names_of_backups_are_cleared_away() {
        assert!(is_backup_name("vetrina-20261122-130000.db"));
        for name in ["vetrina.db", "vetrina-20261122-130000.db.part", "vetrina-20261322-130000.db", "notes"] {
            assert!(!is_backup_name(name), "{name}");
        }
    }

    #[test]
    fn sizes_are_short() {
        assert_eq!((size(1).as_str(), size(3_500_000).as_str()), ("1 KiB", "3.3 MiB"));
    }
}
