//! Variants: options, prices with their history, stock as the shop sets it.

use chrono::{DateTime, Utc};
use sqlx::types::Json;

use super::{Result, Tx, on_db};
use crate::domain::ids::{ProductId, ShopId, VariantId};
use crate::domain::money::Amount;
use crate::domain::offer::LowestPrice;
use crate::domain::product::{Units, Variant, option_key};

/// The columns of a variant that a member may change; stock has its own method.
#[derive(Clone, Debug)]
pub struct VariantFields<'a> {
    /// The shop's own number.
    pub sku: Option<&'a str>,
    /// VAT included.
    pub price: Amount,
    /// A former price.
    pub compare_at: Option<Amount>,
    /// Whether it may be bought.
    pub on_sale: bool,
}

#[derive(sqlx::FromRow)]
pub(super) struct VariantRow {
    id: VariantId,
    pub(super) product_id: ProductId,
    sku: Option<String>,
    option_values: Json<Vec<String>>,
    price: Amount,
    compare_at: Option<Amount>,
    lowest_before: Option<Amount>,
    lowest_days: Option<i64>,
    on_sale: bool,
    available: Units,
    reserved: Units,
    sold: Units,
}

impl Tx {
    /// Adds a variant behind the others. False means that its options or its SKU are taken.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert_variant(
        &mut self,
        shop: ShopId,
        variant: &Variant,
        now: DateTime<Utc>,
    ) -> Result<bool> {
        let rows = on_db!(self, |db| sqlx::query(
            "insert into variants (id, shop_id, product_id, position, sku, option_values, option_key,
             price, compare_at, on_sale, available, reserved, sold, updated_at)
             values ($1, $2, $3,
             (select coalesce(max(position), 0) + 1 from variants where product_id = $3),
             $4, $5, $6, $7, $8, $9, $10, 0, 0, $11) on conflict do nothing",
        )
        .bind(variant.id)
        .bind(shop)
        .bind(variant.product_id)
        .bind(&variant.sku)
        .bind(Json(&variant.option_values))
        .bind(option_key(&variant.option_values))
        .bind(variant.price)
        .bind(variant.compare_at)
        .bind(variant.on_sale)
        .bind(variant.available)
        .bind(now)
        .execute(db)
        .await?
        .rows_affected());
        if rows == 1 {
            self.record_price(variant.id, variant.price, now).await?;
        }
        Ok(rows == 1)
    }

    /// Changes a variant; a new price goes into its history. False means that the SKU is taken
    /// by another variant, or that there is no such variant.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn update_variant(
        &mut self,
        shop: ShopId,
        old: &Variant,
        fields: &VariantFields<'_>,
        now: DateTime<Utc>,
    ) -> Result<bool> {
        let lowest = self.find_lowest_price(old.id, now).await?.filter(|lowest| lowest.price > fields.price);
        let rows = on_db!(self, |db| sqlx::query(
            "update variants set sku = $3, price = $4, compare_at = $5, on_sale = $6, updated_at = $7,
             lowest_before = case when price = $4 then lowest_before else $8 end,
             lowest_days = case when price = $4 then lowest_days else $9 end
             where shop_id = $1 and id = $2 and not exists
             (select 1 from variants o where o.shop_id = $1 and o.sku = $3 and o.id <> $2)",
        )
        .bind(shop)
        .bind(old.id)
        .bind(fields.sku)
        .bind(fields.price)
        .bind(fields.compare_at)
        .bind(fields.on_sale)
        .bind(now)
        .bind(lowest.map(|lowest| lowest.price))
        .bind(lowest.map(|lowest| lowest.days))
        .execute(db)
        .await?
        .rows_affected());
        if rows == 1 {
            self.record_price(old.id, fields.price, now).await?;
        }
        Ok(rows == 1)
    }

    /// Sets a variant's stock. False means fewer than are reserved and sold, or no such variant.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_stock(
        &mut self,
        shop: ShopId,
        id: VariantId,
        stock: Units,
        now: DateTime<Utc>,
    ) -> Result<bool> {
        let rows = on_db!(self, |db| sqlx::query(
            "update variants set available = $3 - reserved - sold, updated_at = $4
             where shop_id = $1 and id = $2 and reserved + sold <= $3",
        )
        .bind(shop)
        .bind(id)
        .bind(stock)
        .bind(now)
        .execute(db)
        .await?
        .rows_affected());
        Ok(rows == 1)
    }

    /// Deletes a variant that was never ordered. False means that there is none or that it was.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_variant(&mut self, shop: ShopId, id: VariantId) -> Result<bool> {
        let rows = on_db!(self, |db| sqlx::query(
            "delete from variants where shop_id = $1 and id = $2 and reserved = 0 and sold = 0
             and not exists (select 1 from order_lines l where l.variant_id = variants.id)",
        )
        .bind(shop)
        .bind(id)
        .execute(db)
        .await?
        .rows_affected());
        Ok(rows == 1)
    }

    /// A variant by id.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_variant(&mut self, shop: ShopId, id: VariantId) -> Result<Option<Variant>> {
        let row: Option<VariantRow> = on_db!(self, |db| {
            sqlx::query_as(
                "select id, product_id, sku, option_values, price, compare_at, lowest_before, lowest_days,
                 on_sale, available, reserved, sold
             from variants where shop_id = $1 and id = $2",
            )
            .bind(shop)
            .bind(id)
            .fetch_optional(db)
            .await?
        });
        Ok(row.map(VariantRow::into_variant))
    }
}

impl VariantRow {
    pub(super) fn into_variant(self) -> Variant {
        Variant {
            id: self.id,
            product_id: self.product_id,
            sku: self.sku,
            option_values: self.option_values.0,
            price: self.price,
            compare_at: self.compare_at,
            lowest_before: self
                .lowest_before
                .zip(self.lowest_days)
                .map(|(price, days)| LowestPrice { price, days }),
            on_sale: self.on_sale,
            available: self.available,
            reserved: self.reserved,
            sold: self.sold,
        }
    }
}
