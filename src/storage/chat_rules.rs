//! How a chat is kept: what the shop holds for review, whether viewers write, what stands on top.
//! The caller holds the lock of the show.

use sqlx::types::Json;

use super::{Result, Tx, on_db};
use crate::domain::ids::{MessageId, ShopId, ShowId};
use crate::domain::moderation::ModerationRules;

impl Tx {
    /// What a shop holds for review.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn get_moderation_rules(&mut self, shop: ShopId) -> Result<ModerationRules> {
        let row: Option<(Json<ModerationRules>,)> =
            on_db!(self, |db| sqlx::query_as("select moderation from shops where id = $1")
                .bind(shop)
                .fetch_optional(db)
                .await?);
        Ok(row.map(|(Json(rules),)| rules).unwrap_or_default())
    }

    /// Changes what a shop holds for review.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_moderation_rules(&mut self, shop: ShopId, rules: &ModerationRules) -> Result<()> {
        on_db!(self, |db| sqlx::query("update shops set moderation = $2 where id = $1")
            .bind(shop)
            .bind(Json(rules))
            .execute(db)
            .await
            .map(drop)?);
        Ok(())
    }

    /// Sets whether only members write in a show.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_chat_locked(&mut self, shop: ShopId, show: ShowId, is_locked: bool) -> Result<()> {
        on_db!(self, |db| sqlx::query("update shows set is_chat_locked = $3 where shop_id = $1 and id = $2")
            .bind(shop)
            .bind(show)
            .bind(is_locked)
            .execute(db)
            .await
            .map(drop)?);
        Ok(())
    }

    /// Puts a message on top of the chat, in the place of the one before it. False means that it
    /// stands there already, was removed, or is none of this show.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn pin_message(&mut self, shop: ShopId, show: ShowId, id: MessageId) -> Result<bool> {
        let rows = on_db!(self, |db| sqlx::query(
            "update shows set pinned_message_id = $3 where shop_id = $1 and id = $2
             and (pinned_message_id is null or pinned_message_id <> $3)
             and exists (select 1 from chat_messages m where m.show_id = $2 and m.message_id = $3
             and m.removed_at is null)",
        )
        .bind(shop)
        .bind(show)
        .bind(id)
        .execute(db)
        .await?
        .rows_affected());
        Ok(rows == 1)
    }

    /// Takes a message off the top of the chat. False means that it does not stand there.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn unpin_message(&mut self, shop: ShopId, show: ShowId, id: MessageId) -> Result<bool> {
        let rows = on_db!(self, |db| sqlx::query(
            "update shows set pinned_message_id = null
             where shop_id = $1 and id = $2 and pinned_message_id = $3",
        )
        .bind(shop)
        .bind(show)
        .bind(id)
        .execute(db)
        .await?
        .rows_affected());
        Ok(rows == 1)
    }
}
