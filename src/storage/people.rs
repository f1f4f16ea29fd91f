//! Everybody of whom a show holds something, page by page, for what a node keeps in memory.

use chrono::{DateTime, Utc};

use super::{Result, ShowViewer, Tx, on_db};
use crate::domain::ids::{ShopId, ShowId, ViewerId};

/// A viewer who was sent away from a shop.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Ban {
    /// Who.
    pub viewer_id: ViewerId,
    /// Salted hash of the address they came from, where it is known.
    pub address_hash: Option<Vec<u8>>,
    /// Until when.
    pub expires_at: DateTime<Utc>,
}

impl Tx {
    /// Viewers who have given a name in a show, in the order of their ids, behind one of them.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_show_viewers(
        &mut self,
        shop: ShopId,
        show: ShowId,
        after: Option<ViewerId>,
        limit: i64,
    ) -> Result<Vec<ShowViewer>> {
        Ok(on_db!(self, |db| {
            sqlx::query_as(
            "select viewer_id, name, last_chat_at, muted_until, has_answers, has_spoken, has_held from show_viewers
             where shop_id = $1 and show_id = $2 and viewer_id > $3 order by viewer_id limit $4",
        )
        .bind(shop)
        .bind(show)
        .bind(after.unwrap_or_else(|| uuid::Uuid::nil().into()))
        .bind(limit)
        .fetch_all(db)
        .await?
        }))
    }

    /// Viewers for whom pieces are set aside in a show.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_holders(&mut self, shop: ShopId, show: ShowId, limit: i64) -> Result<Vec<ViewerId>> {
        let rows: Vec<(ViewerId,)> = on_db!(self, |db| sqlx::query_as(
            "select distinct o.viewer_id from reservation_slots s
             join orders o on o.shop_id = s.shop_id and o.id = s.order_id
             where s.shop_id = $1 and o.show_id = $2 limit $3",
        )
        .bind(shop)
        .bind(show)
        .bind(limit)
        .fetch_all(db)
        .await?);
        Ok(rows.into_iter().map(|(viewer,)| viewer).collect())
    }

    /// Whether pieces are set aside for a viewer in a show.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn is_holder(&mut self, shop: ShopId, show: ShowId, viewer: ViewerId) -> Result<bool> {
        let row: Option<(ViewerId,)> = on_db!(self, |db| sqlx::query_as(
            "select o.viewer_id from reservation_slots s
             join orders o on o.shop_id = s.shop_id and o.id = s.order_id
             where s.shop_id = $1 and s.viewer_id = $2 and o.show_id = $3 limit 1",
        )
        .bind(shop)
        .bind(viewer)
        .bind(show)
        .fetch_optional(db)
        .await?);
        Ok(row.is_some())
    }

    /// Bans of a shop that still hold.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_bans(&mut self, shop: ShopId, now: DateTime<Utc>, limit: i64) -> Result<Vec<Ban>> {
        Ok(on_db!(self, |db| sqlx::query_as(
            "select viewer_id, address_hash, expires_at from bans
             where shop_id = $1 and expires_at > $2 limit $3",
        )
        .bind(shop)
        .bind(now)
        .bind(limit)
        .fetch_all(db)
        .await?))
    }
}
