//! Tells whether somebody has an SQLite database open, by a lock beside its file.
//!
//! SQLite's own locks come and go with its transactions; this one lasts as long as a program has the
//! database open and ends with the process, however that dies.
//! Invariant: whoever replaces a database's file, or takes its content elsewhere, holds it alone.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

/// Held for as long as a database is open.
#[derive(Debug)]
pub struct InUse(File);

impl InUse {
    /// Notes that one more has the database open. `None` while somebody has it alone.
    pub fn share(database: &Path) -> io::Result<Option<Self>> {
        Self::lock(database, File::try_lock_shared)
    }

    /// Keeps everybody else out. `None` while anybody has it open.
    pub fn alone(database: &Path) -> io::Result<Option<Self>> {
        Self::lock(database, File::try_lock)
    }

    fn lock(database: &Path, lock: impl Fn(&File) -> Result<(), TryLockError>) -> io::Result<Option<Self>> {
        let file =
            OpenOptions::new().create(true).truncate(false).write(true).open(beside(database, ".lock"))?;
        match lock(&file) {
            Ok(()) => Ok(Some(Self(file))),
            Err(TryLockError::WouldBlock) => Ok(None),
            // A file system without locks, on which SQLite takes none either.
            Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => {
                Ok(Some(Self(file)))
            }
            Err(TryLockError::Error(error)) => Err(error),
        }
    }

    /// Ends it before its owner goes.
    pub fn release(&self) {
        // Should it fail, the lock ends when the file is closed.
        let _ = self.0.unlock();
    }
}

/// A file in the same folder whose name goes on with `ending`.
pub(super) fn beside(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// Removes what an interrupted attempt left of a database.
///
/// Its journal above all: SQLite would take that for the journal of the next file of this name.
pub(super) fn clear(database: &Path) {
    for ending in ["", "-journal", "-wal", "-shm"] {
        // What is not there need not go; what cannot go is met again when the file is written.
        let _ = std::fs::remove_file(beside(database, ending));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_share_and_one_has_it_alone() {
        let database = std::env::temp_dir().join(format!("vetrina-lock-{}", std::process::id()));
        let first = InUse::share(&database).unwrap().unwrap();
        let second = InUse::share(&database).unwrap().unwrap();
        assert!(InUse::alone(&database).unwrap().is_none());
        first.release();
        assert!(InUse::alone(&database).unwrap().is_none());
        drop(second);
        let alone = InUse::alone(&database).unwrap().unwrap();
        assert!(InUse::share(&database).unwrap().is_none());
        drop((first, alone));
        assert!(InUse::share(&database).unwrap().is_some());
        std::fs::remove_file(beside(&database, ".lock")).unwrap();
    }
}
