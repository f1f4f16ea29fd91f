//! The keys with which overlays watch a shop's shows.

use chrono::{DateTime, Utc};

use super::{Result, Tx, on_db};
use crate::domain::ids::{OverlayKeyId, ShopId};
use crate::domain::link::OverlayKey;

impl Tx {
    /// Adds a key unless the shop has `most` that work. False means that it has.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert_overlay_key(
        &mut self,
        key: &OverlayKey,
        token_hash: &[u8],
        most: i64,
    ) -> Result<bool> {
        let rows = on_db!(self, |db| sqlx::query(
            "insert into overlay_keys (id, shop_id, name, source, token_hash, created_at)
             select $1, $2, $3, $4, $5, $6
             where (select count(*) from overlay_keys where shop_id = $2 and revoked_at is null) < $7",
        )
        .bind(key.id)
        .bind(key.shop_id)
        .bind(&key.name)
        .bind(key.source)
        .bind(token_hash)
        .bind(key.created_at)
        .bind(most)
        .execute(db)
        .await?
        .rows_affected());
        Ok(rows == 1)
    }

    /// The keys of a shop that work, the newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_overlay_keys(&mut self, shop: ShopId, limit: i64) -> Result<Vec<OverlayKey>> {
        Ok(on_db!(self, |db| sqlx::query_as(
            "select id, shop_id, name, source, created_at, seen_at from overlay_keys
             where shop_id = $1 and revoked_at is null order by id desc limit $2",
        )
        .bind(shop)
        .bind(limit)
        .fetch_all(db)
        .await?))
    }

    /// The key with this token, unless it was revoked.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_overlay_key(&mut self, token_hash: &[u8]) -> Result<Option<OverlayKey>> {
        Ok(on_db!(self, |db| sqlx::query_as(
            "select id, shop_id, name, source, created_at, seen_at from overlay_keys
             where token_hash = $1 and revoked_at is null",
        )
        .bind(token_hash)
        .fetch_optional(db)
        .await?))
    }

    /// Whether a key still works.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn is_overlay_key_valid(&mut self, shop: ShopId, id: OverlayKeyId) -> Result<bool> {
        let row: Option<(i64,)> = on_db!(self, |db| sqlx::query_as(
            "select cast(1 as bigint) from overlay_keys
             where shop_id = $1 and id = $2 and revoked_at is null",
        )
        .bind(shop)
        .bind(id)
        .fetch_optional(db)
        .await?);
        Ok(row.is_some())
    }

    /// Notes that an overlay was seen with a key.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn note_overlay_key(&mut self, id: OverlayKeyId, now: DateTime<Utc>) -> Result<()> {
        on_db!(self, |db| sqlx::query("update overlay_keys set seen_at = $2 where id = $1")
            .bind(id)
            .bind(now)
            .execute(db)
            .await
            .map(drop)?);
        Ok(())
    }

    /// Makes a key useless. False means that there was none to revoke.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn revoke_overlay_key(
        &mut self,
        shop: ShopId,
        id: OverlayKeyId,
        now: DateTime<Utc>,
    ) -> Result<bool> {
        let rows = on_db!(self, |db| {
            sqlx::query(
            "update overlay_keys set revoked_at = $3 where shop_id = $1 and id = $2 and revoked_at is null",
        )
        .bind(shop)
        .bind(id)
        .bind(now)
        .execute(db)
        .await?
        .rows_affected()
        });
        Ok(rows == 1)
    }
}
