//! Deleting shows, and rehearsals with everything that was in them.

use super::{Result, Tx, on_db};
use crate::domain::ids::{ShopId, ShowId};

impl Tx {
    /// Deletes a show that has not begun, with its lineup and its log.
    /// False means that there is none or that it has begun.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_show(&mut self, shop: ShopId, id: ShowId) -> Result<bool> {
        self.clear_show(shop, id).await?;
        // Orders need an open show, so a show that has not begun has none of them.
        let rows = on_db!(self, |db| sqlx::query(
            "delete from shows where shop_id = $1 and id = $2 and status in ('draft', 'scheduled')",
        )
        .bind(shop)
        .bind(id)
        .execute(db)
        .await?
        .rows_affected());
        Ok(rows == 1)
    }

    /// Deletes a rehearsal that is over with all that was said, asked, offered and counted in it, and
    /// lifts the bans of those who took part. False means that something was bought in it once, which
    /// an older program let happen, so that it stays.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_rehearsal(&mut self, shop: ShopId, id: ShowId) -> Result<bool> {
        let sold: Option<(i64,)> = on_db!(self, |db| sqlx::query_as(
            "select cast(1 as bigint) from orders where shop_id = $1 and show_id = $2 limit 1",
        )
        .bind(shop)
        .bind(id)
        .fetch_optional(db)
        .await?);
        if sold.is_some() {
            return Ok(false);
        }
        on_db!(self, |db| sqlx::query(
            "delete from bans where shop_id = $1
             and viewer_id in (select viewer_id from show_viewers where shop_id = $1 and show_id = $2)",
        )
        .bind(shop)
        .bind(id)
        .execute(db)
        .await
        .map(drop)?);
        // Other links outlive their show, and tell those who follow them that it is gone.
        on_db!(self, |db| sqlx::query("delete from links where shop_id = $1 and show_id = $2")
            .bind(shop)
            .bind(id)
            .execute(db)
            .await
            .map(drop)?);
        self.clear_show(shop, id).await?;
        let rows = on_db!(self, |db| sqlx::query(
            "delete from shows where shop_id = $1 and id = $2 and is_rehearsal and status = 'ended'",
        )
        .bind(shop)
        .bind(id)
        .execute(db)
        .await?
        .rows_affected());
        Ok(rows == 1)
    }

    /// Deletes all that belongs to a show that sold nothing.
    async fn clear_show(&mut self, shop: ShopId, id: ShowId) -> Result<()> {
        for sql in [
            "delete from question_votes where shop_id = $1 and show_id = $2",
            "delete from questions where shop_id = $1 and show_id = $2",
            "delete from offers where shop_id = $1 and show_id = $2",
            "delete from recordings where shop_id = $1 and show_id = $2",
            "delete from heart_counts where shop_id = $1 and show_id = $2",
            "delete from viewer_counts where shop_id = $1 and show_id = $2",
            "delete from reach_marks where shop_id = $1 and show_id = $2",
            "delete from reach_counts where shop_id = $1 and show_id = $2",
            "delete from held_messages where shop_id = $1 and show_id = $2",
            "delete from chat_messages where shop_id = $1 and show_id = $2",
            "delete from featured_products where shop_id = $1 and show_id = $2",
            "delete from lineup_entries where shop_id = $1 and show_id = $2",
            "delete from show_viewers where shop_id = $1 and show_id = $2",
            "delete from show_events where shop_id = $1 and show_id = $2",
        ] {
            on_db!(self, |db| sqlx::query(sql).bind(shop).bind(id).execute(db).await.map(drop)?);
        }
        Ok(())
    }
}
