//! Shoppable links: kept, found by their code, and what they lead to.

use chrono::{DateTime, Utc};
use sqlx::types::Json;

use super::{Result, Tx, on_db};
use crate::domain::ids::{ImageId, LinkId, OrderId, OverlayKeyId, ProductId, ShopId, ShowId, VariantId};
use crate::domain::link::{Link, LinkCode, LinkSource};
use crate::domain::money::Amount;

/// Begins every query that reads links.
macro_rules! select_links {
    ($($rest:tt)*) => {
        concat!(
            "select id, shop_id, code, show_id, product_id, variant_id, source, label, overlay_key_id, clicks,
                 created_at, expires_at, withdrawn_at
             from links ",
            $($rest)*
        )
    };
}

/// Which links of a shop are listed; what is not set narrows nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LinkFilter {
    /// To one show only.
    pub show: Option<ShowId>,
    /// Published in one place only.
    pub source: Option<LinkSource>,
    /// Only those made for overlays, or only the others.
    pub is_overlay: Option<bool>,
    /// Older than this one.
    pub before: Option<LinkId>,
}

/// The titles of what a link leads to, as far as that is still there.
#[derive(Clone, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct LinkTarget {
    /// Of the show.
    pub show_title: Option<String>,
    /// Of the product.
    pub product_title: Option<String>,
    /// Of the variant, one value for each option name.
    #[sqlx(json(nullable))]
    pub option_values: Option<Vec<String>>,
}

/// Which product a preview tells of; without one, the first of the show.
#[derive(Clone, Copy, Debug, Default)]
pub struct CardSubject<'a> {
    /// URL part.
    pub handle: Option<&'a str>,
    /// The variant whose price is told.
    pub variant: Option<VariantId>,
}

/// What a preview tells of a product.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct CardProduct {
    /// Identity.
    pub id: ProductId,
    /// URL part.
    pub handle: String,
    /// One line.
    pub title: String,
    /// Plain text.
    pub description: String,
    /// The lowest price of what is on sale.
    pub price: Option<Amount>,
    /// Pieces that can be reserved now.
    pub available: i64,
    /// Its first picture that is ready.
    pub image_id: Option<ImageId>,
}

impl Tx {
    /// Adds a link. False means that its code is taken, or that its overlay has one for this product.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert_link(&mut self, link: &Link) -> Result<bool> {
        let rows = on_db!(self, |db| sqlx::query(
            "insert into links (id, shop_id, code, show_id, product_id, variant_id, source, label,
                 overlay_key_id, created_at, expires_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict do nothing",
        )
        .bind(link.id)
        .bind(link.shop_id)
        .bind(&link.code)
        .bind(link.show_id)
        .bind(link.product_id)
        .bind(link.variant_id)
        .bind(link.source)
        .bind(&link.label)
        .bind(link.overlay_key_id)
        .bind(link.created_at)
        .bind(link.expires_at)
        .execute(db)
        .await?
        .rows_affected());
        Ok(rows == 1)
    }

    /// How many links a shop has.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn count_links(&mut self, shop: ShopId) -> Result<i64> {
        let (count,): (i64,) =
            on_db!(self, |db| sqlx::query_as("select count(*) from links where shop_id = $1")
                .bind(shop)
                .fetch_one(db)
                .await?);
        Ok(count)
    }

    /// A link of a shop.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_link(&mut self, shop: ShopId, id: LinkId) -> Result<Option<Link>> {
        Ok(on_db!(self, |db| sqlx::query_as(select_links!("where shop_id = $1 and id = $2"))
            .bind(shop)
            .bind(id)
            .fetch_optional(db)
            .await?))
    }

    /// A link by its code, whichever shop's it is: whoever opens it knows nothing else.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_link_by_code(&mut self, code: &LinkCode) -> Result<Option<Link>> {
        Ok(on_db!(self, |db| sqlx::query_as(select_links!("where code = $1"))
            .bind(code)
            .fetch_optional(db)
            .await?))
    }

    /// The link that was made for an overlay and a product of a show.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_overlay_link(
        &mut self,
        key: OverlayKeyId,
        show: ShowId,
        product: ProductId,
    ) -> Result<Option<Link>> {
        Ok(on_db!(self, |db| sqlx::query_as(select_links!(
            "where overlay_key_id = $1 and show_id = $2 and product_id = $3"
        ))
        .bind(key)
        .bind(show)
        .bind(product)
        .fetch_optional(db)
        .await?))
    }

    /// Links of a shop, the newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_links(&mut self, shop: ShopId, filter: &LinkFilter, limit: i64) -> Result<Vec<Link>> {
        Ok(on_db!(self, |db| sqlx::query_as(select_links!(
            "where shop_id = $1
               and ($2 is null or show_id = $2)
               and ($3 is null or source = $3)
               and ($4 is null or (overlay_key_id is not null) = $4)
               and ($5 is null or id < $5)
             order by id desc limit $6"
        ))
        .bind(shop)
        .bind(filter.show)
        .bind(filter.source)
        .bind(filter.is_overlay)
        .bind(filter.before)
        .bind(limit)
        .fetch_all(db)
        .await?))
    }

    /// The titles of what a link leads to.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_link_target(&mut self, link: &Link) -> Result<LinkTarget> {
        Ok(on_db!(self, |db| sqlx::query_as(
            "select (select title from shows where shop_id = $1 and id = $2) as show_title,
                 (select title from products where shop_id = $1 and id = $3) as product_title,
                 (select option_values from variants where shop_id = $1 and id = $4) as option_values",
        )
        .bind(link.shop_id)
        .bind(link.show_id)
        .bind(link.product_id)
        .bind(link.variant_id)
        .fetch_one(db)
        .await?))
    }

    /// Takes a link back. False means that there is none that still led somewhere.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn withdraw_link(&mut self, shop: ShopId, id: LinkId, now: DateTime<Utc>) -> Result<bool> {
        let rows = on_db!(self, |db| sqlx::query(
            "update links set withdrawn_at = $3 where shop_id = $1 and id = $2 and withdrawn_at is null",
        )
        .bind(shop)
        .bind(id)
        .bind(now)
        .execute(db)
        .await?
        .rows_affected());
        Ok(rows == 1)
    }

    /// Adds clicks to links, all in one statement.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn add_link_clicks(&mut self, clicks: &[(LinkId, i64)]) -> Result<()> {
        let counts: Vec<serde_json::Value> = clicks
            .iter()
            .map(|(id, clicks)| serde_json::json!([id.as_uuid().simple().to_string(), clicks]))
            .collect();
        on_db!(
            self,
            "update links set clicks = clicks + c.n
             from (select unhex(value ->> 0) as id, value ->> 1 as n from json_each($1)) c
             where links.id = c.id",
            "update links set clicks = clicks + c.n
             from (select cast(value ->> 0 as uuid) as id, cast(value ->> 1 as bigint) as n
                 from jsonb_array_elements($1) as t (value)) c
             where links.id = c.id",
            |sql, db| sqlx::query(sql).bind(Json(counts)).execute(db).await.map(drop)?
        );
        Ok(())
    }

    /// Notes through which link an order came. A code that the shop does not have changes nothing.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_order_link(&mut self, shop: ShopId, order: OrderId, code: &LinkCode) -> Result<()> {
        on_db!(self, |db| sqlx::query(
            "update orders
             set link_id = coalesce((select l.id from links l where l.shop_id = $1 and l.code = $3), link_id)
             where shop_id = $1 and id = $2",
        )
        .bind(shop)
        .bind(order)
        .bind(code)
        .execute(db)
        .await
        .map(drop)?);
        Ok(())
    }

    /// The show in which a product is bought best at present: one on air, else the next one, else the
    /// newest replay, else the newest that is over.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_show_with_product(
        &mut self,
        shop: ShopId,
        product: ProductId,
    ) -> Result<Option<ShowId>> {
        let row: Option<(ShowId,)> = on_db!(self, |db| sqlx::query_as(
            "select s.id from shows s
             join lineup_entries l on l.shop_id = s.shop_id and l.show_id = s.id and l.product_id = $2
             where s.shop_id = $1 and s.status <> 'draft' and not s.is_rehearsal
             order by case when s.status in ('live', 'paused') then 0 when s.status = 'scheduled' then 1
                 when s.replay_published_at is not null then 2 else 3 end,
             case when s.status = 'scheduled' then s.starts_at end, s.id desc limit 1",
        )
        .bind(shop)
        .bind(product)
        .fetch_optional(db)
        .await?);
        Ok(row.map(|(id,)| id))
    }

    /// The show of a shop that an overlay shows: the newest on air, else the next one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_current_show(&mut self, shop: ShopId) -> Result<Option<ShowId>> {
        let row: Option<(ShowId,)> = on_db!(self, |db| sqlx::query_as(
            "select id from shows
             where shop_id = $1 and status in ('live', 'paused', 'scheduled') and not is_rehearsal
             order by case status when 'scheduled' then 1 else 0 end,
             case when status = 'scheduled' then starts_at end, id desc limit 1",
        )
        .bind(shop)
        .fetch_optional(db)
        .await?);
        Ok(row.map(|(id,)| id))
    }

    /// What a preview tells of a product in the lineup of a show.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_card_product(
        &mut self,
        shop: ShopId,
        show: ShowId,
        subject: CardSubject<'_>,
    ) -> Result<Option<CardProduct>> {
        Ok(on_db!(self, |db| sqlx::query_as(
            "select p.id, p.handle, p.title, p.description,
                 (select min(v.price) from variants v where v.shop_id = $1 and v.product_id = p.id
                     and v.on_sale and ($4 is null or v.id = $4)) as price,
                 cast(coalesce((select sum(v.available) from variants v where v.shop_id = $1
                     and v.product_id = p.id and v.on_sale and ($4 is null or v.id = $4)), 0) as bigint)
                     as available,
                 (select i.id from images i where i.shop_id = $1 and i.product_id = p.id
                     and i.status = 'ready' order by i.position, i.id limit 1) as image_id
             from lineup_entries l
             join products p on p.shop_id = l.shop_id and p.id = l.product_id
             where l.shop_id = $1 and l.show_id = $2 and p.status = 'active' and ($3 is null or p.handle = $3)
             order by l.position limit 1",
        )
        .bind(shop)
        .bind(show)
        .bind(subject.handle)
        .bind(subject.variant)
        .fetch_optional(db)
        .await?))
    }

    /// The URL part of a product in the lineup of a show.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_lineup_handle(
        &mut self,
        shop: ShopId,
        show: ShowId,
        product: ProductId,
    ) -> Result<Option<String>> {
        let row: Option<(String,)> = on_db!(self, |db| sqlx::query_as(
            "select p.handle from lineup_entries l
             join products p on p.shop_id = l.shop_id and p.id = l.product_id
             where l.shop_id = $1 and l.show_id = $2 and l.product_id = $3 and p.status = 'active'",
        )
        .bind(shop)
        .bind(show)
        .bind(product)
        .fetch_optional(db)
        .await?);
        Ok(row.map(|(handle,)| handle))
    }
}
