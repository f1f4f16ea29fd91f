//! Turns at work that one node does for all of them.
//!
//! A lease ends by itself, so that another node takes over from one that died.

use chrono::{DateTime, Utc};

use super::{Result, Tx, on_db};

impl Tx {
    /// Takes a lease until `until` unless somebody has it. False means that somebody has.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn take_lease(&mut self, name: &str, now: DateTime<Utc>, until: DateTime<Utc>) -> Result<bool> {
        let rows = on_db!(self, |db| sqlx::query(
            "insert into leases (name, held_until) values ($1, $3)
             on conflict (name) do update set held_until = excluded.held_until
             where leases.held_until <= $2",
        )
        .bind(name)
        .bind(now)
        .bind(until)
        .execute(db)
        .await?
        .rows_affected());
        Ok(rows == 1)
    }

    /// Moves the end of a lease that is held until `held`: later to go on, to now to give it back.
    ///
    /// False means that it lapsed and somebody else took it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn move_lease(
        &mut self,
        name: &str,
        held: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<bool> {
        let rows = on_db!(self, |db| sqlx::query(
            "update leases set held_until = $3 where name = $1 and held_until = $2",
        )
        .bind(name)
        .bind(held)
        .bind(until)
        .execute(db)
        .await?
        .rows_affected());
        Ok(rows == 1)
    }
}
