//! Takes one viewer out of a shop: what is theirs goes, what is counted stays.
//!
//! Callers hold the lock of the show that they take the viewer out of.

use chrono::{DateTime, Utc};

use super::{REACH_KEY_BYTES, Result, Tx, on_db};
use crate::domain::ids::{MessageId, QuestionId, ShopId, ShowId, ViewerId};
use crate::domain::order::OrderStatus;

/// What goes as a whole with a viewer of a show; a table with rows of viewers adds its line here.
const ROWS_OF_VIEWER: &[&str] = &[
    "delete from held_messages where shop_id = $1 and show_id = $2 and viewer_id = $3",
    "delete from question_votes where shop_id = $1 and show_id = $2 and viewer_id = $3",
    "delete from show_viewers where shop_id = $1 and show_id = $2 and viewer_id = $3",
];

/// An order that has to come to an end before its viewer is forgotten.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct UnfinishedOrder {
    /// Number for people.
    pub number: String,
    /// Where it stands.
    pub status: OrderStatus,
}

/// How much of a viewer is kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct ViewerCounts {
    /// Messages, with those that were held and not shown.
    pub messages: i64,
    /// Questions.
    pub questions: i64,
    /// Votes for questions.
    pub votes: i64,
    /// Reservations and orders.
    pub orders: i64,
}

impl Tx {
    /// Shows of a shop in which something of a viewer is kept, up to a bound.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_shows_of_viewer(
        &mut self,
        shop: ShopId,
        viewer: ViewerId,
        limit: i64,
    ) -> Result<Vec<ShowId>> {
        let rows: Vec<(ShowId,)> = on_db!(self, |db| sqlx::query_as(
            "select show_id from show_viewers where viewer_id = $2 and shop_id = $1
             union select show_id from chat_messages where author_id = $2 and shop_id = $1
             union select show_id from held_messages where viewer_id = $2 and shop_id = $1
             union select show_id from questions where viewer_id = $2 and shop_id = $1
             union select show_id from question_votes where viewer_id = $2 and shop_id = $1
             order by show_id limit $3",
        )
        .bind(shop)
        .bind(viewer)
        .bind(limit)
        .fetch_all(db)
        .await?);
        Ok(rows.into_iter().map(|(show,)| show).collect())
    }

    /// How much of a viewer is kept in a shop.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn count_of_viewer(&mut self, shop: ShopId, viewer: ViewerId) -> Result<ViewerCounts> {
        Ok(on_db!(self, |db| sqlx::query_as(
            "select (select count(*) from chat_messages where author_id = $2 and shop_id = $1)
                 + (select count(*) from held_messages
                     where viewer_id = $2 and shop_id = $1 and status <> 'approved') as messages,
                 (select count(*) from questions where viewer_id = $2 and shop_id = $1) as questions,
                 (select count(*) from question_votes where viewer_id = $2 and shop_id = $1) as votes,
                 (select count(*) from orders where viewer_id = $2 and shop_id = $1) as orders",
        )
        .bind(shop)
        .bind(viewer)
        .fetch_one(db)
        .await?))
    }

    /// Orders of a viewer whose payment or refund is under way.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_unfinished_orders(
        &mut self,
        shop: ShopId,
        viewer: ViewerId,
        limit: i64,
    ) -> Result<Vec<UnfinishedOrder>> {
        Ok(on_db!(self, |db| sqlx::query_as(
            "select o.number, o.status from orders o where o.shop_id = $1 and o.viewer_id = $2
             and (o.status in ('reserved', 'open', 'processing', 'releasing', 'refund_due')
                 or exists (select 1 from refunds r
                     where r.order_id = o.id and r.status in ('due', 'pending')))
             order by o.id limit $3",
        )
        .bind(shop)
        .bind(viewer)
        .bind(limit)
        .fetch_all(db)
        .await?))
    }

    /// Questions of a viewer in a show.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_question_ids_of_viewer(
        &mut self,
        shop: ShopId,
        show: ShowId,
        viewer: ViewerId,
    ) -> Result<Vec<QuestionId>> {
        let rows: Vec<(QuestionId,)> = on_db!(self, |db| sqlx::query_as(
            "select question_id from questions where shop_id = $1 and show_id = $2 and viewer_id = $3
             order by asked_seq",
        )
        .bind(shop)
        .bind(show)
        .bind(viewer)
        .fetch_all(db)
        .await?);
        Ok(rows.into_iter().map(|(id,)| id).collect())
    }

    /// Makes a question nobody's: its texts and names go, that it was asked and voted for stays.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sever_question(
        &mut self,
        shop: ShopId,
        show: ShowId,
        id: QuestionId,
        now: DateTime<Utc>,
    ) -> Result<()> {
        on_db!(self, |db| sqlx::query(
            "update questions set viewer_id = question_id, author_name = '', body = null, answer = null,
                 status = 'dismissed', dismissed_at = coalesce(dismissed_at, $4), claimed_by = null,
                 claimed_name = null, claimed_at = null
             where shop_id = $1 and show_id = $2 and question_id = $3",
        )
        .bind(shop)
        .bind(show)
        .bind(id)
        .bind(now)
        .execute(db)
        .await
        .map(drop)?);
        Ok(())
    }

    /// Makes a viewer's messages in a show nobody's, and deletes what else is the viewer's there.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sever_viewer(
        &mut self,
        shop: ShopId,
        show: ShowId,
        viewer: ViewerId,
        now: DateTime<Utc>,
    ) -> Result<()> {
        on_db!(self, |db| sqlx::query(
            "update chat_messages set author_id = message_id, removed_at = coalesce(removed_at, $4),
                 removed_text = null
             where shop_id = $1 and show_id = $2 and author_id = $3",
        )
        .bind(shop)
        .bind(show)
        .bind(viewer)
        .bind(now)
        .execute(db)
        .await
        .map(drop)?);
        for sql in ROWS_OF_VIEWER {
            on_db!(self, |db| sqlx::query(*sql)
                .bind(shop)
                .bind(show)
                .bind(viewer)
                .execute(db)
                .await
                .map(drop)?);
        }
        Ok(())
    }

    /// The message on top of a show's chat, if its author was taken out of it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_forgotten_pin(&mut self, shop: ShopId, show: ShowId) -> Result<Option<MessageId>> {
        let row: Option<(MessageId,)> = on_db!(self, |db| sqlx::query_as(
            "select m.message_id from shows s
             join chat_messages m on m.show_id = s.id and m.message_id = s.pinned_message_id
             where s.shop_id = $1 and s.id = $2 and m.author_id = m.message_id",
        )
        .bind(shop)
        .bind(show)
        .fetch_optional(db)
        .await?);
        Ok(row.map(|(id,)| id))
    }

    /// Shows of a shop in which viewers are told apart by a hash, in the order of their ids.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_marked_shows(
        &mut self,
        shop: ShopId,
        after: Option<ShowId>,
        limit: i64,
    ) -> Result<Vec<ShowId>> {
        let rows: Vec<(ShowId,)> = on_db!(self, |db| sqlx::query_as(
            "select s.id from shows s where s.shop_id = $1 and s.id > $2
             and exists (select 1 from reach_marks m where m.show_id = s.id) order by s.id limit $3",
        )
        .bind(shop)
        .bind(after.unwrap_or_else(|| uuid::Uuid::nil().into()))
        .bind(limit)
        .fetch_all(db)
        .await?);
        Ok(rows.into_iter().map(|(show,)| show).collect())
    }

    /// Deletes a viewer's hash from a show; that somebody was counted stays.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_marks(&mut self, show: ShowId, key: [u8; REACH_KEY_BYTES]) -> Result<()> {
        on_db!(self, |db| sqlx::query(
            "delete from reach_marks where show_id = $1 and viewer_key = $2
             and about_id in (select about_id from reach_counts where show_id = $1)",
        )
        .bind(show)
        .bind(key.as_slice())
        .execute(db)
        .await
        .map(drop)?);
        Ok(())
    }

    /// Unties orders that nobody is paying any more from the viewer who made them, and forgets how
    /// many pieces at an offer's price the viewer took.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sever_orders(&mut self, shop: ShopId, viewer: ViewerId) -> Result<()> {
        for sql in [
            "delete from offer_buyers where viewer_id = $2
             and offer_id in (select id from offers where shop_id = $1)",
            // An order is nobody else's than its own, so that the key of its click stays unique.
            "update orders set viewer_id = id where shop_id = $1 and viewer_id = $2
             and status not in ('reserved', 'open', 'processing', 'releasing', 'refund_due')",
        ] {
            on_db!(self, |db| sqlx::query(sql).bind(shop).bind(viewer).execute(db).await.map(drop)?);
        }
        Ok(())
    }
}
