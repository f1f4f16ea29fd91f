//! Shows, their lineup and the products on screen.

use chrono::{DateTime, Utc};
use sqlx::types::Json;

use super::{Result, Tx, on_db};
use crate::domain::ids::{MessageId, ProductId, ShopId, ShowId};
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

    /// Replaces the lineup; products that left it also leave the screen.
    /// False means that a product is not one of the shop's active ones.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_lineup(&mut self, shop: ShopId, show: ShowId, products: &[ProductId]) -> Result<bool> {
        let on_screen = self.list_featured(show).await?;
        for sql in [
            "delete from featured_products where shop_id = $1 and show_id = $2",
            "delete from lineup_entries where shop_id = $1 and show_id = $2",
        ] {
            on_db!(self, |db| sqlx::query(sql).bind(shop).bind(show).execute(db).await.map(drop)?);
        }
        for (position, product) in (1_i64..).zip(products) {
            let rows = on_db!(self, |db| sqlx::query(
                "insert into lineup_entries (shop_id, show_id, product_id, position)
                 select shop_id, $2, id, $4 from products
                 where shop_id = $1 and id = $3 and status = 'active' on conflict do nothing",
            )
            .bind(shop)
            .bind(show)
            .bind(product)
            .bind(position)
            .execute(db)
            .await?
            .rows_affected());
            if rows == 0 {
                return Ok(false);
            }
        }
        for product in on_screen.iter().rev().filter(|product| products.contains(product)) {
            self.insert_featured(shop, show, *product).await?;
        }
        Ok(true)
    }

    /// Puts a product of the lineup on screen as the primary one.
    /// False means that it is not in the lineup or not active.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn feature_product(
        &mut self,
        shop: ShopId,
        show: ShowId,
        product: ProductId,
        at_most: usize,
    ) -> Result<bool> {
        self.unfeature_product(shop, show, product).await?;
        if !self.insert_featured(shop, show, product).await? {
            return Ok(false);
        }
        for surplus in self.list_featured(show).await?.into_iter().skip(at_most) {
            self.unfeature_product(shop, show, surplus).await?;
        }
        Ok(true)
    }

    /// Takes a product off the screen. False means that it was not on it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn unfeature_product(
        &mut self,
        shop: ShopId,
        show: ShowId,
        product: ProductId,
    ) -> Result<bool> {
        let rows = on_db!(self, |db| sqlx::query(
            "delete from featured_products where shop_id = $1 and show_id = $2 and product_id = $3",
        )
        .bind(shop)
        .bind(show)
        .bind(product)
        .execute(db)
        .await?
        .rows_affected());
        Ok(rows == 1)
    }

    /// The products on screen, the primary one first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_featured(&mut self, show: ShowId) -> Result<Vec<ProductId>> {
        let rows: Vec<(ProductId,)> = on_db!(self, |db| sqlx::query_as(
            "select f.product_id from featured_products f join products p on p.id = f.product_id
             where f.show_id = $1 and p.status = 'active' order by f.featured_seq desc",
        )
        .bind(show)
        .fetch_all(db)
        .await?);
        Ok(rows.into_iter().map(|(id,)| id).collect())
    }

    /// Puts a product on top of those on screen. False means that it is not in the lineup or not active.
    async fn insert_featured(&mut self, shop: ShopId, show: ShowId, product: ProductId) -> Result<bool> {
        let rows = on_db!(self, |db| sqlx::query(
            "insert into featured_products (shop_id, show_id, product_id, featured_seq)
             select e.shop_id, e.show_id, e.product_id,
             (select coalesce(max(featured_seq), 0) + 1 from featured_products where show_id = $2)
             from lineup_entries e join products p on p.id = e.product_id
             where e.shop_id = $1 and e.show_id = $2 and e.product_id = $3 and p.status = 'active'
             on conflict do nothing",
        )
        .bind(shop)
        .bind(show)
        .bind(product)
        .execute(db)
        .await?
        .rows_affected());
        Ok(rows == 1)
    }
}
