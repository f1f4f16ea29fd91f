//! When an account last heard from the payment provider, believed or not.

use chrono::{DateTime, Utc};

use super::{Result, Tx, on_db};
use crate::domain::ids::ShopId;

impl Tx {
    /// When the last event of an account, or of one connected to it, was taken.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_last_provider_event(
        &mut self,
        account: &str,
        with_connected: &str,
    ) -> Result<Option<DateTime<Utc>>> {
        let (at,): (Option<DateTime<Utc>>,) = on_db!(self, |db| sqlx::query_as(
            "select max(received_at) from provider_events where account = $1 or account = $2",
        )
        .bind(account)
        .bind(with_connected)
        .fetch_one(db)
        .await?);
        Ok(at)
    }

    /// Notes that a shop's endpoint heard something that was not signed with a known secret.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn note_refused_signature(&mut self, shop: ShopId, at: DateTime<Utc>) -> Result<()> {
        on_db!(self, |db| sqlx::query(
            "update payment_accounts set signature_refused_at = $2
            where shop_id = $1 and (signature_refused_at is null or signature_refused_at < $2)",
        )
        .bind(shop)
        .bind(at)
        .execute(db)
        .await?
        .rows_affected());
        Ok(())
    }

    /// When that was noted last.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_refused_signature(&mut self, shop: ShopId) -> Result<Option<DateTime<Utc>>> {
        let (at,): (Option<DateTime<Utc>>,) = on_db!(self, |db| sqlx::query_as(
            "select max(signature_refused_at) from payment_accounts where shop_id = $1",
        )
        .bind(shop)
        .fetch_one(db)
        .await?);
        Ok(at)
    }
}
