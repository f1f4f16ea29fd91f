//! Who did what, append-only; and answers kept for repeated requests.

use chrono::{DateTime, Utc};
use sqlx::types::Json;
use uuid::Uuid;

use super::{Result, Tx, on_db};
use crate::domain::ids::ShopId;

/// One entry of the audit log.
#[derive(Clone, Debug)]
pub struct AuditEntry<'a> {
    /// Identity, which also orders entries by time.
    pub id: Uuid,
    /// The shop acted for.
    pub shop: ShopId,
    /// When.
    pub at: DateTime<Utc>,
    /// `member:<id>` or `key:<id>`.
    pub actor: &'a str,
    /// Such as `viewer.ban`.
    pub action: &'a str,
    /// What it was done to.
    pub subject: &'a str,
    /// What changed; no personal data.
    pub detail: serde_json::Value,
}

impl Tx {
    /// Writes down who did what.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn append_audit(&mut self, entry: AuditEntry<'_>) -> Result<()> {
        on_db!(self, |db| sqlx::query(
            "insert into audit_log (id, shop_id, at, actor, action, subject, detail)
             values ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(entry.id)
        .bind(entry.shop)
        .bind(entry.at)
        .bind(entry.actor)
        .bind(entry.action)
        .bind(entry.subject)
        .bind(Json(&entry.detail))
        .execute(db)
        .await
        .map(drop)?);
        Ok(())
    }
}
