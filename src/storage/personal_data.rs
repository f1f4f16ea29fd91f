//! Reads what is kept of one viewer, for the viewer.

use uuid::Uuid;

use super::{REACH_KEY_BYTES, Result, Tx, on_db};
use crate::domain::ids::{ShopId, ShowId, ViewerId};
use crate::domain::personal_data::{
    ROWS_MAX, ViewerBan, ViewerHeldMessage, ViewerMessage, ViewerName, ViewerOrder, ViewerQuestion,
    ViewerVote,
};

impl Tx {
    /// Names that a viewer gave in a shop's shows.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_names_of_viewer(&mut self, shop: ShopId, viewer: ViewerId) -> Result<Vec<ViewerName>> {
        Ok(on_db!(self, |db| sqlx::query_as(
            "select v.show_id, s.title as show_title, v.name, v.address_hash is not null as has_address_hash,
                 v.last_chat_at, v.muted_until
             from show_viewers v join shows s on s.id = v.show_id
             where v.shop_id = $1 and v.viewer_id = $2 order by v.show_id limit $3",
        )
        .bind(shop)
        .bind(viewer)
        .bind(ROWS_MAX)
        .fetch_all(db)
        .await?))
    }

    /// Messages of a viewer behind a place, in the order of shows and of their logs.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_messages_of_viewer(
        &mut self,
        shop: ShopId,
        viewer: ViewerId,
        after: (ShowId, i64),
        limit: i64,
    ) -> Result<Vec<ViewerMessage>> {
        Ok(on_db!(self, |db| sqlx::query_as(
            "select m.show_id, m.seq, m.message_id, m.sent_at, m.removed_at,
                 coalesce(m.removed_text, e.data ->> 'text') as text
             from chat_messages m
             left join show_events e on e.show_id = m.show_id and e.audience = 'viewers' and e.seq = m.seq
             where m.shop_id = $1 and m.author_id = $2
                 and (m.show_id > $3 or (m.show_id = $3 and m.seq > $4))
             order by m.show_id, m.seq limit $5",
        )
        .bind(shop)
        .bind(viewer)
        .bind(after.0)
        .bind(after.1)
        .bind(limit)
        .fetch_all(db)
        .await?))
    }

    /// Messages of a viewer that were held for review.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_held_of_viewer(
        &mut self,
        shop: ShopId,
        viewer: ViewerId,
    ) -> Result<Vec<ViewerHeldMessage>> {
        Ok(on_db!(self, |db| sqlx::query_as(
            "select show_id, message_id, author_name, reason, status, held_at, decided_at, body
             from held_messages where shop_id = $1 and viewer_id = $2 order by show_id, held_seq limit $3",
        )
        .bind(shop)
        .bind(viewer)
        .bind(ROWS_MAX)
        .fetch_all(db)
        .await?))
    }

    /// What a viewer was counted for in a show: its own id, and those of products.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_marks(&mut self, show: ShowId, key: [u8; REACH_KEY_BYTES]) -> Result<Vec<Uuid>> {
        let rows: Vec<(Uuid,)> = on_db!(self, |db| sqlx::query_as(
            "select about_id from reach_marks where show_id = $1 and viewer_key = $2
             and about_id in (select about_id from reach_counts where show_id = $1) order by about_id",
        )
        .bind(show)
        .bind(key.as_slice())
        .fetch_all(db)
        .await?);
        Ok(rows.into_iter().map(|(about,)| about).collect())
    }

    /// Questions of a viewer in a shop's shows.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_questions_of_viewer(
        &mut self,
        shop: ShopId,
        viewer: ViewerId,
    ) -> Result<Vec<ViewerQuestion>> {
        Ok(on_db!(self, |db| {
            sqlx::query_as(
            "select show_id, question_id, product_id, asked_at, author_name, status, body, answer, answered_at
             from questions where shop_id = $1 and viewer_id = $2 order by asked_at, question_id limit $3",
        )
        .bind(shop)
        .bind(viewer)
        .bind(ROWS_MAX)
        .fetch_all(db)
        .await?
        }))
    }

    /// Questions that a viewer voted for, the viewer's own among them.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_votes_of_viewer(&mut self, shop: ShopId, viewer: ViewerId) -> Result<Vec<ViewerVote>> {
        Ok(on_db!(self, |db| sqlx::query_as(
            "select show_id, question_id from question_votes where shop_id = $1 and viewer_id = $2
             order by show_id, question_id limit $3",
        )
        .bind(shop)
        .bind(viewer)
        .bind(ROWS_MAX)
        .fetch_all(db)
        .await?))
    }

    /// The ban of a viewer from a shop, whether or not its time is over.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_ban(&mut self, shop: ShopId, viewer: ViewerId) -> Result<Option<ViewerBan>> {
        Ok(on_db!(self, |db| sqlx::query_as(
            "select banned_at, expires_at from bans where shop_id = $1 and viewer_id = $2",
        )
        .bind(shop)
        .bind(viewer)
        .fetch_optional(db)
        .await?))
    }

    /// Reservations and orders of a viewer in a shop.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_orders_of_viewer(
        &mut self,
        shop: ShopId,
        viewer: ViewerId,
    ) -> Result<Vec<ViewerOrder>> {
        Ok(on_db!(self, |db| sqlx::query_as(
            "select id, number, status, created_at from orders
             where shop_id = $1 and viewer_id = $2 order by id limit $3",
        )
        .bind(shop)
        .bind(viewer)
        .bind(ROWS_MAX)
        .fetch_all(db)
        .await?))
    }
}
