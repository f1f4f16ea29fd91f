//! The history of prices: every price a variant had, appended with the change itself, never rewritten.
//!
//! What an offer charged meanwhile stands with the offer; both together give the lowest price.

use chrono::{DateTime, TimeDelta, Utc};

use super::{Result, Tx, on_db};
use crate::domain::ids::{OfferId, ProductId, ShopId, VariantId};
use crate::domain::money::Amount;
use crate::domain::offer::{LOWEST_DAYS, LowestPrice, history_days};

/// A variant that an offer may cover.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct LockedVariant {
    /// Which variant.
    pub id: VariantId,
    /// Its price in the catalogue.
    pub price: Amount,
    /// Whether it may be bought.
    pub on_sale: bool,
    /// Pieces that can be reserved now.
    pub available: i64,
}

/// One entry of a variant's history of prices.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct PriceEntry {
    /// From when on.
    pub at: DateTime<Utc>,
    /// What one piece cost.
    pub price: Amount,
    /// The offer that charged it; none for the price in the catalogue.
    pub offer_id: Option<OfferId>,
    /// Until when, for an offer that is over.
    pub until: Option<DateTime<Utc>>,
}

/// Where a page of a history begins: behind an entry of this time and kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PricePlace {
    /// The entry's time.
    pub at: DateTime<Utc>,
    /// Whether it is an offer's; of one moment those come first.
    pub is_offer: bool,
}

impl Tx {
    /// Appends a price to a variant's history, unless it is the one that it has.
    ///
    /// The caller has changed the variant's row in the same transaction, so nobody else appends.
    ///
    /// # Errors
    /// When the database fails.
    pub(super) async fn record_price(
        &mut self,
        id: VariantId,
        price: Amount,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let last: Option<(DateTime<Utc>, Amount)> = on_db!(self, |db| sqlx::query_as(
            "select at, price from price_changes where variant_id = $1 order by at desc limit 1",
        )
        .bind(id)
        .fetch_optional(db)
        .await?);
        let at = match last {
            Some((_, known)) if known == price => return Ok(()),
            // Each change has a moment of its own, also two within a millisecond.
            Some((at, _)) => now.max(at + TimeDelta::milliseconds(1)),
            None => now,
        };
        on_db!(self, |db| sqlx::query(
            "insert into price_changes (variant_id, at, price) values ($1, $2, $3)"
        )
        .bind(id)
        .bind(at)
        .bind(price)
        .execute(db)
        .await
        .map(drop)?);
        Ok(())
    }

    /// The variants of a product in the order of their ids, locked until the commit on PostgreSQL, so
    /// that neither their prices nor their offers change meanwhile.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn lock_variants(&mut self, shop: ShopId, product: ProductId) -> Result<Vec<LockedVariant>> {
        Ok(on_db!(
            self,
            "select id, price, on_sale, available from variants
             where shop_id = $1 and product_id = $2 order by id",
            "select id, price, on_sale, available from variants
             where shop_id = $1 and product_id = $2 order by id for update",
            |sql, db| sqlx::query_as(sql).bind(shop).bind(product).fetch_all(db).await?
        ))
    }

    /// The lowest price that a variant had in the days before a moment, offers of all shows included.
    /// `None` for a variant without a history.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_lowest_price(
        &mut self,
        variant: VariantId,
        now: DateTime<Utc>,
    ) -> Result<Option<LowestPrice>> {
        let since = now - TimeDelta::days(LOWEST_DAYS);
        let (price, first_at): (Option<Amount>, Option<DateTime<Utc>>) = on_db!(self, |db| sqlx::query_as(
            "select min(price), (select min(at) from price_changes where variant_id = $1) from (
                 select price from price_changes where variant_id = $1 and at > $2 and at <= $3
                 union all
                 select price from price_changes where variant_id = $1
                 and at = (select max(at) from price_changes where variant_id = $1 and at <= $2)
                 union all
                 select o.price from offer_variants v join offers o on o.id = v.offer_id
                 where v.variant_id = $1 and not o.is_void and o.starts_at <= $3
                 and (o.ended_at is null or o.ended_at > $2)
             ) as prices",
        )
        .bind(variant)
        .bind(since)
        .bind(now)
        .fetch_one(db)
        .await?);
        let lowest = |(price, first_at)| LowestPrice { price, days: history_days(first_at, now) };
        Ok(price.zip(first_at).map(lowest))
    }

    /// A page of what a variant cost, newest first: prices of the catalogue, and of offers beside them.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_prices(
        &mut self,
        shop: ShopId,
        variant: VariantId,
        before: Option<PricePlace>,
        now: DateTime<Utc>,
        limit: i64,
    ) -> Result<Vec<PriceEntry>> {
        // Without a place the page begins in front of what the next minute may bring.
        let newest = PricePlace { at: now + TimeDelta::minutes(1), is_offer: true };
        let place = before.unwrap_or(newest);
        Ok(on_db!(self, |db| sqlx::query_as(
            "select at, price, offer_id, until from (
                 select c.at, c.price, 0 as kind, null as offer_id, null as until
                 from price_changes c join variants v on v.id = c.variant_id
                 where v.shop_id = $1 and c.variant_id = $2
                 union all
                 select o.starts_at as at, o.price, 1 as kind, o.id as offer_id, o.ended_at as until
                 from offer_variants v join offers o on o.id = v.offer_id
                 where o.shop_id = $1 and v.variant_id = $2 and not o.is_void
             ) as prices
             where at < $3 or (at = $3 and kind < $4)
             order by at desc, kind desc limit $5",
        )
        .bind(shop)
        .bind(variant)
        .bind(place.at)
        .bind(i64::from(place.is_offer))
        .bind(limit)
        .fetch_all(db)
        .await?))
    }
}
