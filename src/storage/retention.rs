//! What has served its time, shop by shop, a bounded piece at a time.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::types::Json;

use super::{Result, Tx, on_db};
use crate::domain::event::Audience;
use crate::domain::ids::{OrderId, ShopId, ShowId};
use crate::domain::privacy::Retention;

impl Tx {
    /// How long a shop keeps what is known of people.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_retention(&mut self, shop: ShopId) -> Result<Option<Retention>> {
        let row: Option<(Json<Retention>,)> =
            on_db!(self, |db| sqlx::query_as("select retention from shops where id = $1")
                .bind(shop)
                .fetch_optional(db)
                .await?);
        Ok(row.map(|(retention,)| retention.0))
    }

    /// The periods of all shops behind one of them, in the order of their ids.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_retentions(
        &mut self,
        after: Option<ShopId>,
        limit: i64,
    ) -> Result<Vec<(ShopId, Retention)>> {
        let rows: Vec<(ShopId, Json<Retention>)> = on_db!(self, |db| sqlx::query_as(
            "select id, retention from shops where id > $1 order by id limit $2",
        )
        .bind(after.unwrap_or_else(|| uuid::Uuid::nil().into()))
        .bind(limit)
        .fetch_all(db)
        .await?);
        Ok(rows.into_iter().map(|(shop, retention)| (shop, retention.0)).collect())
    }

    /// Sets how long a shop keeps what is known of people.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_retention(&mut self, shop: ShopId, retention: Retention) -> Result<()> {
        on_db!(self, |db| sqlx::query("update shops set retention = $2 where id = $1")
            .bind(shop)
            .bind(Json(retention))
            .execute(db)
            .await
            .map(drop)?);
        Ok(())
    }

    /// A show of a shop whose log holds people from before a moment, and up to where it does not.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_due_log(
        &mut self,
        shop: ShopId,
        audience: Audience,
        before: DateTime<Utc>,
    ) -> Result<Option<(ShowId, i64)>> {
        let sql = match audience {
            Audience::Viewers => {
                "select s.id, s.forgotten_seq from shows s join show_events e on e.show_id = s.id
                     and e.audience = 'viewers' and e.seq = s.forgotten_seq + 1
                 where s.shop_id = $1 and e.at_ms < $2 order by s.id limit 1"
            }
            Audience::Members => {
                "select s.id, s.forgotten_member_seq from shows s join show_events e on e.show_id = s.id
                     and e.audience = 'members' and e.seq = s.forgotten_member_seq + 1
                 where s.shop_id = $1 and e.at_ms < $2 order by s.id limit 1"
            }
        };
        Ok(on_db!(self, |db| sqlx::query_as(sql)
            .bind(shop)
            .bind(before.timestamp_millis())
            .fetch_optional(db)
            .await?))
    }

    /// Notes up to where a show's log holds no people any more.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_forgotten(&mut self, show: ShowId, audience: Audience, seq: i64) -> Result<()> {
        let sql = match audience {
            Audience::Viewers => "update shows set forgotten_seq = $2 where id = $1 and forgotten_seq < $2",
            Audience::Members => {
                "update shows set forgotten_member_seq = $2 where id = $1 and forgotten_member_seq < $2"
            }
        };
        on_db!(self, |db| sqlx::query(sql).bind(show).bind(seq).execute(db).await.map(drop)?);
        Ok(())
    }

    /// Makes the messages at these places of a show's log nobody's.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sever_messages(&mut self, show: ShowId, seqs: &[i64], now: DateTime<Utc>) -> Result<()> {
        if seqs.is_empty() {
            return Ok(());
        }
        let seqs: Vec<Value> = seqs.iter().map(|seq| (*seq).into()).collect();
        on_db!(
            self,
            "update chat_messages set author_id = message_id, removed_at = coalesce(removed_at, $3),
                 removed_text = null
             where show_id = $1 and seq in (select value from json_each($2))",
            "update chat_messages set author_id = message_id, removed_at = coalesce(removed_at, $3),
                 removed_text = null
             where show_id = $1
                 and seq in (select cast(value as bigint) from jsonb_array_elements_text($2) as t (value))",
            |sql, db| sqlx::query(sql).bind(show).bind(Json(seqs)).bind(now).execute(db).await.map(drop)?
        );
        Ok(())
    }

    /// Makes questions of a shop from before a moment nobody's, and forgets who voted for them.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_old_questions(
        &mut self,
        shop: ShopId,
        before: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<()> {
        on_db!(self, |db| sqlx::query(
            "delete from question_votes where shop_id = $1 and question_id in
             (select question_id from questions
                 where shop_id = $1 and asked_at < $2 and author_name <> '')",
        )
        .bind(shop)
        .bind(before)
        .execute(db)
        .await
        .map(drop)?);
        on_db!(self, |db| sqlx::query(
            "update questions set viewer_id = question_id, author_name = '', body = null, answer = null,
                 status = 'dismissed', dismissed_at = coalesce(dismissed_at, $3), claimed_by = null,
                 claimed_name = null, claimed_at = null
             where shop_id = $1 and asked_at < $2 and author_name <> ''",
        )
        .bind(shop)
        .bind(before)
        .bind(now)
        .execute(db)
        .await
        .map(drop)?);
        Ok(())
    }

    /// Deletes messages of a shop that were held for review before a moment, whatever became of them.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_old_held(&mut self, shop: ShopId, before: DateTime<Utc>) -> Result<()> {
        on_db!(self, |db| sqlx::query("delete from held_messages where shop_id = $1 and held_at < $2")
            .bind(shop)
            .bind(before)
            .execute(db)
            .await
            .map(drop)?);
        Ok(())
    }

    /// Forgets viewers whose last message, or whose show where they wrote none, was before a moment.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_old_viewers(&mut self, shop: ShopId, before: DateTime<Utc>) -> Result<()> {
        on_db!(self, |db| sqlx::query(
            "delete from show_viewers where shop_id = $1 and coalesce(last_chat_at,
                 (select coalesce(s.ended_at, s.started_at, s.created_at) from shows s
                     where s.id = show_viewers.show_id)) < $2",
        )
        .bind(shop)
        .bind(before)
        .execute(db)
        .await
        .map(drop)?);
        Ok(())
    }

    /// Forgets the addresses of viewers by the same measure; the hash beside a ban goes with the ban.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_addresses(&mut self, shop: ShopId, before: DateTime<Utc>) -> Result<()> {
        on_db!(self, |db| sqlx::query(
            "update show_viewers set address_hash = null
             where shop_id = $1 and address_hash is not null and coalesce(last_chat_at,
                 (select coalesce(s.ended_at, s.started_at, s.created_at) from shows s
                     where s.id = show_viewers.show_id)) < $2",
        )
        .bind(shop)
        .bind(before)
        .execute(db)
        .await
        .map(drop)?);
        Ok(())
    }

    /// Orders of a shop that were never paid and were begun before a moment, with a buyer or viewer.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_due_unpaid(
        &mut self,
        shop: ShopId,
        before: DateTime<Utc>,
        limit: i64,
    ) -> Result<Vec<OrderId>> {
        let rows: Vec<(OrderId,)> = on_db!(self, |db| sqlx::query_as(
            "select id from orders where shop_id = $1 and erased_at is null and created_at < $2
             and status in ('expired', 'failed', 'create_failed') order by created_at limit $3",
        )
        .bind(shop)
        .bind(before)
        .bind(limit)
        .fetch_all(db)
        .await?);
        Ok(rows.into_iter().map(|(id,)| id).collect())
    }

    /// Orders of a shop that no books have to keep any more, with a buyer.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_due_books(
        &mut self,
        shop: ShopId,
        before: DateTime<Utc>,
        limit: i64,
    ) -> Result<Vec<OrderId>> {
        let rows: Vec<(OrderId,)> = on_db!(self, |db| sqlx::query_as(
            "select id from orders where shop_id = $1 and created_at < $2 and paid_at < $2
             and (erased_at is null or kept is not null) order by created_at limit $3",
        )
        .bind(shop)
        .bind(before)
        .bind(limit)
        .fetch_all(db)
        .await?);
        Ok(rows.into_iter().map(|(id,)| id).collect())
    }

    /// Forgets who did what in a shop before a moment.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_old_audit(&mut self, shop: ShopId, before: DateTime<Utc>) -> Result<()> {
        on_db!(self, |db| sqlx::query("delete from audit_log where shop_id = $1 and at < $2")
            .bind(shop)
            .bind(before)
            .execute(db)
            .await
            .map(drop)?);
        Ok(())
    }

    /// Empties the provider's news that were handled before a moment; that they came stays known, so
    /// that none is handled twice.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn empty_old_provider_events(&mut self, before: DateTime<Utc>) -> Result<()> {
        on_db!(
            self,
            "update provider_events set body = x'' where handled_at < $1 and length(body) > 0",
            "update provider_events set body = '' where handled_at < $1 and length(body) > 0",
            |sql, db| sqlx::query(sql).bind(before).execute(db).await.map(drop)?
        );
        Ok(())
    }
}
