//! Products, their variants and the units in stock.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sqlx::types::Json;

use super::variants::VariantRow;
use super::{Result, Tx, on_db};
use crate::domain::ids::{ImageId, ProductId, ShopId, ShowId};
use crate::domain::product::{Image, ImageStatus, Product, ProductStatus, Variant};
use crate::domain::text;
use crate::domain::withdrawal::WithdrawalExemption;

/// What a list of products is narrowed to.
#[derive(Clone, Debug)]
pub struct ProductFilter {
    /// Only products of this status.
    pub status: ProductStatus,
    /// Words that title, handle or SKU hold, folded by [`text::search_key`].
    pub search: Option<String>,
    /// Products behind this one, newest first.
    pub before: Option<ProductId>,
    /// At most this many.
    pub limit: i64,
}

/// The columns of a product that a member may change.
#[derive(Clone, Debug)]
pub struct ProductFields<'a> {
    /// One line.
    pub title: &'a str,
    /// Plain text.
    pub description: &'a str,
    /// Names of the options.
    pub option_names: &'a [String],
    /// Whether it is offered.
    pub status: ProductStatus,
    /// Why a buyer cannot give it back.
    pub exemption: Option<WithdrawalExemption>,
}

#[derive(sqlx::FromRow)]
struct ProductRow {
    id: ProductId,
    handle: String,
    title: String,
    description: String,
    option_names: Json<Vec<String>>,
    status: ProductStatus,
    withdrawal_exemption: Option<WithdrawalExemption>,
    version: i64,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

#[derive(sqlx::FromRow)]
struct ImageRow {
    id: ImageId,
    product_id: ProductId,
    alt: String,
    status: ImageStatus,
    source_url: Option<String>,
    failure: Option<String>,
    width: i64,
    height: i64,
}

impl Tx {
    /// Adds a product without variants. False means that the handle is taken.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert_product(&mut self, shop: ShopId, product: &Product) -> Result<bool> {
        let rows = on_db!(self, |db| {
            sqlx::query(
            "insert into products
             (id, shop_id, handle, title, description, option_names, status, search_text, created_at, updated_at,
              withdrawal_exemption)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, $10) on conflict do nothing",
        )
        .bind(product.id)
        .bind(shop)
        .bind(&product.handle)
        .bind(&product.title)
        .bind(&product.description)
        .bind(Json(&product.option_names))
        .bind(product.status)
        .bind(search_text(&product.title, &product.handle))
        .bind(product.created_at)
        .bind(product.exemption)
        .execute(db)
        .await?
        .rows_affected()
        });
        Ok(rows == 1)
    }

    /// Changes a product and raises its version. False means that there is none with that version.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn update_product(
        &mut self,
        shop: ShopId,
        product: &Product,
        fields: &ProductFields<'_>,
        now: DateTime<Utc>,
    ) -> Result<bool> {
        let rows = on_db!(self, |db| sqlx::query(
            "update products set title = $4, description = $5, option_names = $6, status = $7,
             search_text = $8, updated_at = $9, withdrawal_exemption = $10, version = version + 1
             where shop_id = $1 and id = $2 and version = $3",
        )
        .bind(shop)
        .bind(product.id)
        .bind(product.version)
        .bind(fields.title)
        .bind(fields.description)
        .bind(Json(fields.option_names))
        .bind(fields.status)
        .bind(search_text(fields.title, &product.handle))
        .bind(now)
        .bind(fields.exemption)
        .execute(db)
        .await?
        .rows_affected());
        Ok(rows == 1)
    }

    /// Raises a product's version after something that belongs to it changed.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn touch_product(&mut self, shop: ShopId, id: ProductId, now: DateTime<Utc>) -> Result<()> {
        on_db!(self, |db| sqlx::query(
            "update products set version = version + 1, updated_at = $3 where shop_id = $1 and id = $2",
        )
        .bind(shop)
        .bind(id)
        .bind(now)
        .execute(db)
        .await
        .map(drop)?);
        Ok(())
    }

    /// Deletes a product that was never ordered, with all that belongs to it.
    /// False means that there is none or that orders refer to it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_product(&mut self, shop: ShopId, id: ProductId) -> Result<bool> {
        for sql in [
            "delete from images where shop_id = $1 and product_id = $2",
            "delete from variants where shop_id = $1 and product_id = $2
             and not exists (select 1 from order_lines l where l.variant_id = variants.id)",
        ] {
            on_db!(self, |db| sqlx::query(sql).bind(shop).bind(id).execute(db).await.map(drop)?);
        }
        let rows = on_db!(self, |db| sqlx::query(
            "delete from products where shop_id = $1 and id = $2
             and not exists (select 1 from variants v where v.product_id = products.id)
             and not exists (select 1 from lineup_entries e where e.product_id = products.id)",
        )
        .bind(shop)
        .bind(id)
        .execute(db)
        .await?
        .rows_affected());
        Ok(rows == 1)
    }

    /// Takes a product out of the lineups of shows that have not begun.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn remove_from_unstarted_lineups(&mut self, shop: ShopId, id: ProductId) -> Result<()> {
        for sql in [
            "delete from featured_products where shop_id = $1 and product_id = $2 and exists
             (select 1 from shows s where s.id = show_id and s.status in ('draft', 'scheduled'))",
            "delete from lineup_entries where shop_id = $1 and product_id = $2 and exists
             (select 1 from shows s where s.id = show_id and s.status in ('draft', 'scheduled'))",
        ] {
            on_db!(self, |db| sqlx::query(sql).bind(shop).bind(id).execute(db).await.map(drop)?);
        }
        Ok(())
    }

    /// A product with its variants and pictures.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_product(&mut self, shop: ShopId, id: ProductId) -> Result<Option<Product>> {
        let rows: Vec<ProductRow> = on_db!(self, |db| {
            sqlx::query_as(
            "select id, handle, title, description, option_names, status, withdrawal_exemption, version, created_at,
                 updated_at
             from products where shop_id = $1 and id = $2",
        )
        .bind(shop)
        .bind(id)
        .fetch_all(db)
        .await?
        });
        let variants = self.list_variants_of(shop, id).await?;
        let images = self.list_images_of(shop, id).await?;
        Ok(assemble(rows, variants, images).pop())
    }

    /// A product by its handle.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_product_by_handle(&mut self, shop: ShopId, handle: &str) -> Result<Option<Product>> {
        let id: Option<(ProductId,)> =
            on_db!(self, |db| sqlx::query_as("select id from products where shop_id = $1 and handle = $2",)
                .bind(shop)
                .bind(handle)
                .fetch_optional(db)
                .await?);
        match id {
            Some((id,)) => self.find_product(shop, id).await,
            None => Ok(None),
        }
    }

    /// A page of products, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_products(&mut self, shop: ShopId, filter: &ProductFilter) -> Result<Vec<Product>> {
        let pattern = filter.search.as_deref().map_or_else(|| "%".to_owned(), like_pattern);
        let before = filter.before.unwrap_or_else(|| uuid::Uuid::max().into());
        let rows: Vec<ProductRow> = on_db!(self, |db| {
            sqlx::query_as(
            r"select id, handle, title, description, option_names, status, withdrawal_exemption, version, created_at,
                 updated_at
             from products p
             where shop_id = $1 and status = $2 and id < $3
             and (search_text like $4 escape '\' or exists
                 (select 1 from variants v where v.product_id = p.id and lower(v.sku) like $4 escape '\'))
             order by id desc limit $5",
        )
        .bind(shop)
        .bind(filter.status)
        .bind(before)
        .bind(pattern)
        .bind(filter.limit)
        .fetch_all(db)
        .await?
        });
        let (Some(newest), Some(oldest)) = (rows.first(), rows.last()) else { return Ok(Vec::new()) };
        let (from, to) = (oldest.id, newest.id);
        let variants: Vec<VariantRow> = on_db!(self, |db| {
            sqlx::query_as(
                "select id, product_id, sku, option_values, price, compare_at, lowest_before, lowest_days,
                 on_sale, available, reserved, sold
             from variants where shop_id = $1 and product_id >= $2 and product_id <= $3
             order by product_id, position, id",
            )
            .bind(shop)
            .bind(from)
            .bind(to)
            .fetch_all(db)
            .await?
        });
        let images: Vec<ImageRow> = on_db!(self, |db| sqlx::query_as(
            "select id, product_id, alt, status, source_url, failure, width, height
             from images where shop_id = $1 and product_id >= $2 and product_id <= $3
             order by product_id, position, id",
        )
        .bind(shop)
        .bind(from)
        .bind(to)
        .fetch_all(db)
        .await?);
        Ok(assemble(rows, variants, images))
    }

    /// The active products of a lineup, in the host's order.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_lineup_products(&mut self, shop: ShopId, show: ShowId) -> Result<Vec<Product>> {
        let rows: Vec<ProductRow> = on_db!(self, |db| {
            sqlx::query_as(
            "select p.id, p.handle, p.title, p.description, p.option_names, p.status, p.withdrawal_exemption, p.version,
             p.created_at, p.updated_at
             from lineup_entries e join products p on p.id = e.product_id
             where e.shop_id = $1 and e.show_id = $2 and p.status = 'active' order by e.position",
        )
        .bind(shop)
        .bind(show)
        .fetch_all(db)
        .await?
        });
        let variants: Vec<VariantRow> = on_db!(self, |db| sqlx::query_as(
            "select v.id, v.product_id, v.sku, v.option_values, v.price, v.compare_at,
             v.lowest_before, v.lowest_days, v.on_sale, v.available, v.reserved, v.sold
             from lineup_entries e join variants v on v.product_id = e.product_id
             where e.shop_id = $1 and e.show_id = $2 order by v.position, v.id",
        )
        .bind(shop)
        .bind(show)
        .fetch_all(db)
        .await?);
        let images: Vec<ImageRow> = on_db!(self, |db| sqlx::query_as(
            "select i.id, i.product_id, i.alt, i.status, i.source_url, i.failure, i.width, i.height
             from lineup_entries e join images i on i.product_id = e.product_id
             where e.shop_id = $1 and e.show_id = $2 order by i.position, i.id",
        )
        .bind(shop)
        .bind(show)
        .fetch_all(db)
        .await?);
        Ok(assemble(rows, variants, images))
    }

    /// The shows that viewers may see now or soon and whose lineup holds a product.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_shows_with_product(&mut self, shop: ShopId, id: ProductId) -> Result<Vec<ShowId>> {
        // Shows are locked in id order by their events, so that two writers cannot wait for each other.
        let rows: Vec<(ShowId,)> = on_db!(self, |db| sqlx::query_as(
            "select s.id from lineup_entries e join shows s on s.id = e.show_id
             where e.shop_id = $1 and e.product_id = $2 and s.status in ('scheduled', 'live', 'paused')
             order by s.id",
        )
        .bind(shop)
        .bind(id)
        .fetch_all(db)
        .await?);
        Ok(rows.into_iter().map(|(id,)| id).collect())
    }

    async fn list_variants_of(&mut self, shop: ShopId, id: ProductId) -> Result<Vec<VariantRow>> {
        Ok(on_db!(self, |db| sqlx::query_as(
            "select id, product_id, sku, option_values, price, compare_at, lowest_before, lowest_days,
                 on_sale, available, reserved, sold
             from variants where shop_id = $1 and product_id = $2 order by position, id",
        )
        .bind(shop)
        .bind(id)
        .fetch_all(db)
        .await?))
    }

    async fn list_images_of(&mut self, shop: ShopId, id: ProductId) -> Result<Vec<ImageRow>> {
        Ok(on_db!(self, |db| sqlx::query_as(
            "select id, product_id, alt, status, source_url, failure, width, height
             from images where shop_id = $1 and product_id = $2 order by position, id",
        )
        .bind(shop)
        .bind(id)
        .fetch_all(db)
        .await?))
    }
}

/// Hands each product its variants and pictures, keeping every order.
fn assemble(rows: Vec<ProductRow>, variants: Vec<VariantRow>, images: Vec<ImageRow>) -> Vec<Product> {
    let mut variants_of: HashMap<ProductId, Vec<Variant>> = HashMap::new();
    for row in variants {
        variants_of.entry(row.product_id).or_default().push(row.into_variant());
    }
    let mut images_of: HashMap<ProductId, Vec<Image>> = HashMap::new();
    for row in images {
        let ImageRow { id, product_id, alt, status, source_url, failure, width, height } = row;
        let image = Image { id, alt, status, source_url, failure, width, height };
        images_of.entry(product_id).or_default().push(image);
    }
    let product = |row: ProductRow| Product {
        variants: variants_of.remove(&row.id).unwrap_or_default(),
        images: images_of.remove(&row.id).unwrap_or_default(),
        id: row.id,
        handle: row.handle,
        title: row.title,
        description: row.description,
        option_names: row.option_names.0,
        status: row.status,
        exemption: row.withdrawal_exemption,
        version: row.version,
        created_at: row.created_at,
        updated_at: row.updated_at,
    };
    rows.into_iter().map(product).collect()
}

fn search_text(title: &str, handle: &str) -> String {
    text::search_key(&format!("{title} {handle}"))
}

/// A `like` pattern that finds the text anywhere and takes `%` and `_` for themselves.
pub(super) fn like_pattern(search: &str) -> String {
    let escaped = search.replace('\\', r"\\").replace('%', r"\%").replace('_', r"\_");
    format!("%{escaped}%")
}
