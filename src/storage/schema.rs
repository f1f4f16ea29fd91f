//! Whether this program can work with the schema that a database has.
//!
//! Nodes of two versions run side by side while one replaces the other, so a schema may be newer
//! than the program. A migration that an older program cannot live with says so in `compatibility`.

use sqlx::migrate::Migrator;

use super::OpenError;

/// The oldest migration that a program has to know to work with the schema.
pub(super) const PROGRAM_MIN: &str = "select program_min from compatibility where id = 1";

/// Compares what the schema needs with what the program knows.
pub(super) fn check(migrator: &Migrator, (needed,): (i64,)) -> Result<(), OpenError> {
    let known = migrator.iter().map(|migration| migration.version).max().unwrap_or_default();
    if needed > known { Err(OpenError::NewerSchema { needed, known }) } else { Ok(()) }
}
