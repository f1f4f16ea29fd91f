//! Shows as they are planned and held.

use chrono::{DateTime, Utc};
use sqlx::types::Json;

use super::{Result, Tx, on_db};
use crate::domain::ids::{MessageId, ShopId, ShowId};
use crate::domain::show::{Show, ShowStatus, VideoSource};

/// The columns of a show that a member may change.
#[derive(Clone, Debug)]
pub struct ShowFields<'a> {
    /// One line.
    pub title: &'a str,
    /// Plain text.
    pub description: &'a str,
    /// Where the picture comes from.
    pub video: &'a VideoSource,
    /// How far what is on screen is moved against the picture.
    pub sync_offset_ms: i64,
    /// The announced start.
    pub starts_at: Option<DateTime<Utc>>,
}

#[derive(sqlx::FromRow)]
struct ShowRow {
    id: ShowId,
    shop_id: ShopId,
    slug: String,
    title: String,
    description: String,
    status: ShowStatus,
    is_rehearsal: bool,
    video: Json<VideoSource>,
    sync_offset_ms: i64,
    starts_at: Option<DateTime<Utc>>,
    started_at: Option<DateTime<Utc>>,
    ended_at: Option<DateTime<Utc>>,
    replay_published_at: Option<DateTime<Utc>>,
    slow_mode_secs: i64,
    takes_questions: bool,
    is_chat_locked: bool,
    pinned_message_id: Option<MessageId>,
    last_seq: i64,
    last_member_seq: i64,
}

impl From<ShowRow> for Show {
    fn from(row: ShowRow) -> Self {
        Self {
            id: row.id,
            shop_id: row.shop_id,
            slug: row.slug,
            title: row.title,
            description: row.description,
            status: row.status,
            is_rehearsal: row.is_rehearsal,
            video: row.video.0,
            sync_offset_ms: row.sync_offset_ms,
            starts_at: row.starts_at,
            started_at: row.started_at,
            ended_at: row.ended_at,
            replay_published_at: row.replay_published_at,
            slow_mode_secs: row.slow_mode_secs,
            takes_questions: row.takes_questions,
            is_chat_locked: row.is_chat_locked,
            pinned_message_id: row.pinned_message_id,
            last_seq: row.last_seq,
            last_member_seq: row.last_member_seq,
        }
    }
}

impl Tx {
    /// The title of a show.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_show_title(&mut self, shop: ShopId, show: ShowId) -> Result<Option<String>> {
        let row: Option<(String,)> =
            on_db!(self, |db| sqlx::query_as("select title from shows where shop_id = $1 and id = $2")
                .bind(shop)
                .bind(show)
                .fetch_optional(db)
                .await?);
        Ok(row.map(|(title,)| title))
    }

    /// Adds a show. False means that the slug is taken.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert_show(&mut self, show: &Show, now: DateTime<Utc>) -> Result<bool> {
        let rows = on_db!(self, |db| {
            sqlx::query(
            "insert into shows (id, shop_id, slug, title, description, status, is_rehearsal, video, starts_at,
             slow_mode_secs, created_at, updated_at, sync_offset_ms)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11, $12) on conflict do nothing",
        )
        .bind(show.id)
        .bind(show.shop_id)
        .bind(&show.slug)
        .bind(&show.title)
        .bind(&show.description)
        .bind(show.status)
        .bind(show.is_rehearsal)
        .bind(Json(&show.video))
        .bind(show.starts_at)
        .bind(show.slow_mode_secs)
        .bind(now)
        .bind(show.sync_offset_ms)
        .execute(db)
        .await?
        .rows_affected()
        });
        Ok(rows == 1)
    }

    /// A show by id, whichever shop's it is: public pages know nothing else.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_show(&mut self, id: ShowId) -> Result<Option<Show>> {
        let row: Option<ShowRow> = on_db!(self, |db| {
            sqlx::query_as(
            "select id, shop_id, slug, title, description, status, is_rehearsal, video, starts_at, started_at,
             ended_at, replay_published_at, sync_offset_ms, slow_mode_secs, takes_questions,
             is_chat_locked, pinned_message_id, last_seq, last_member_seq
             from shows where id = $1",
        )
        .bind(id)
        .fetch_optional(db)
        .await?
        });
        Ok(row.map(Show::from))
    }

    /// A show by the URL part under which its shop announces it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_show_by_slug(&mut self, shop: ShopId, slug: &str) -> Result<Option<Show>> {
        let row: Option<ShowRow> = on_db!(self, |db| {
            sqlx::query_as(
            "select id, shop_id, slug, title, description, status, is_rehearsal, video, starts_at, started_at,
             ended_at, replay_published_at, sync_offset_ms, slow_mode_secs, takes_questions,
             is_chat_locked, pinned_message_id, last_seq, last_member_seq
             from shows where shop_id = $1 and slug = $2",
        )
        .bind(shop)
        .bind(slug)
        .fetch_optional(db)
        .await?
        });
        Ok(row.map(Show::from))
    }

    /// A show of the shop, locked until the commit on PostgreSQL, so that what is decided from it
    /// still holds when it is written.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn lock_show(&mut self, shop: ShopId, id: ShowId) -> Result<Option<Show>> {
        let row: Option<ShowRow> = on_db!(
            self,
            "select id, shop_id, slug, title, description, status, is_rehearsal, video, starts_at, started_at,
             ended_at, replay_published_at, sync_offset_ms, slow_mode_secs, takes_questions,
             is_chat_locked, pinned_message_id, last_seq, last_member_seq
             from shows where shop_id = $1 and id = $2",
            "select id, shop_id, slug, title, description, status, is_rehearsal, video, starts_at, started_at,
             ended_at, replay_published_at, sync_offset_ms, slow_mode_secs, takes_questions,
             is_chat_locked, pinned_message_id, last_seq, last_member_seq
             from shows where shop_id = $1 and id = $2 for update",
            |sql, db| sqlx::query_as(sql).bind(shop).bind(id).fetch_optional(db).await?
        );
        Ok(row.map(Show::from))
    }

    /// A page of a shop's shows, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_shows(
        &mut self,
        shop: ShopId,
        before: Option<ShowId>,
        limit: i64,
    ) -> Result<Vec<Show>> {
        let rows: Vec<ShowRow> = on_db!(self, |db| {
            sqlx::query_as(
            "select id, shop_id, slug, title, description, status, is_rehearsal, video, starts_at, started_at,
             ended_at, replay_published_at, sync_offset_ms, slow_mode_secs, takes_questions,
             is_chat_locked, pinned_message_id, last_seq, last_member_seq
             from shows where shop_id = $1 and id < $2 order by id desc limit $3",
        )
        .bind(shop)
        .bind(before.unwrap_or_else(|| uuid::Uuid::max().into()))
        .bind(limit)
        .fetch_all(db)
        .await?
        });
        Ok(rows.into_iter().map(Show::from).collect())
    }

    /// What a shop's storefront announces: live shows first, then the next ones, then the past.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_public_shows(&mut self, shop: ShopId, limit: i64) -> Result<Vec<Show>> {
        let rows: Vec<ShowRow> = on_db!(self, |db| {
            sqlx::query_as(
            "select id, shop_id, slug, title, description, status, is_rehearsal, video, starts_at, started_at,
             ended_at, replay_published_at, sync_offset_ms, slow_mode_secs, takes_questions,
             is_chat_locked, pinned_message_id, last_seq, last_member_seq
             from shows where shop_id = $1 and status <> 'draft' and not is_rehearsal
             order by case status when 'live' then 0 when 'paused' then 0 when 'scheduled' then 1 else 2 end,
             case when status = 'scheduled' then starts_at end, id desc limit $2",
        )
        .bind(shop)
        .bind(limit)
        .fetch_all(db)
        .await?
        });
        Ok(rows.into_iter().map(Show::from).collect())
    }

    /// Moves a show on. False means that it no longer stands at `from`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_show_status(
        &mut self,
        shop: ShopId,
        id: ShowId,
        from: ShowStatus,
        to: ShowStatus,
        now: DateTime<Utc>,
    ) -> Result<bool> {
        let rows = on_db!(self, |db| sqlx::query(
            "update shows set status = $4, updated_at = $5,
             started_at = case when $6 then coalesce(started_at, $5) else started_at end,
             ended_at = case when $7 then $5 else ended_at end
             where shop_id = $1 and id = $2 and status = $3",
        )
        .bind(shop)
        .bind(id)
        .bind(from)
        .bind(to)
        .bind(now)
        .bind(to == ShowStatus::Live)
        .bind(to == ShowStatus::Ended)
        .execute(db)
        .await?
        .rows_affected());
        Ok(rows == 1)
    }

    /// Changes what a show announces.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn update_show(
        &mut self,
        shop: ShopId,
        id: ShowId,
        fields: &ShowFields<'_>,
        now: DateTime<Utc>,
    ) -> Result<()> {
        on_db!(self, |db| sqlx::query(
            "update shows set title = $3, description = $4, video = $5, starts_at = $6, updated_at = $7,
             sync_offset_ms = $8
             where shop_id = $1 and id = $2",
        )
        .bind(shop)
        .bind(id)
        .bind(fields.title)
        .bind(fields.description)
        .bind(Json(fields.video))
        .bind(fields.starts_at)
        .bind(now)
        .bind(fields.sync_offset_ms)
        .execute(db)
        .await
        .map(drop)?);
        Ok(())
    }

    /// Sets the pause that viewers keep between two messages.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_slow_mode(&mut self, shop: ShopId, id: ShowId, secs: i64) -> Result<()> {
        on_db!(self, |db| sqlx::query("update shows set slow_mode_secs = $3 where shop_id = $1 and id = $2")
            .bind(shop)
            .bind(id)
            .bind(secs)
            .execute(db)
            .await
            .map(drop)?);
        Ok(())
    }
}
