//! Offers: made, found, ended and brought back under guards.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sqlx::types::Json;

use super::{Result, Tx, on_db};
use crate::domain::ids::{OfferId, ProductId, ShopId, ShowId, VariantId};
use crate::domain::money::Amount;
use crate::domain::offer::{LowestPrice, Offer, OfferEnd, OfferVariant};
use crate::domain::product::Units;

/// An offer whose time is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct DueOffer {
    /// Whose it is.
    pub shop_id: ShopId,
    /// Which.
    pub id: OfferId,
}

/// Begins every query that reads offers.
macro_rules! select_offers {
    ($($rest:tt)*) => {
        concat!(
            "select id, shop_id, show_id, product_id, price, starts_at, ends_at, units, units_per_buyer,
                 units_taken, units_sold, ended_at, end_reason, is_void
             from offers ",
            $($rest)*
        )
    };
}

#[derive(sqlx::FromRow)]
struct OfferRow {
    id: OfferId,
    shop_id: ShopId,
    show_id: ShowId,
    product_id: ProductId,
    price: Amount,
    starts_at: DateTime<Utc>,
    ends_at: Option<DateTime<Utc>>,
    units: Option<Units>,
    units_per_buyer: Option<Units>,
    units_taken: Units,
    units_sold: Units,
    ended_at: Option<DateTime<Utc>>,
    end_reason: Option<OfferEnd>,
    is_void: bool,
}

#[derive(sqlx::FromRow)]
struct OfferVariantRow {
    offer_id: OfferId,
    variant_id: VariantId,
    full_price: Amount,
    lowest_price: Amount,
    lowest_days: i64,
}

impl OfferRow {
    fn into_offer(self, variants: Vec<OfferVariant>) -> Offer {
        Offer {
            id: self.id,
            shop_id: self.shop_id,
            show_id: self.show_id,
            product_id: self.product_id,
            price: self.price,
            starts_at: self.starts_at,
            ends_at: self.ends_at,
            units: self.units,
            units_per_buyer: self.units_per_buyer,
            units_taken: self.units_taken,
            units_sold: self.units_sold,
            end: self.ended_at.zip(self.end_reason),
            is_void: self.is_void,
            variants,
        }
    }
}

impl Tx {
    /// Adds a running offer with its variants. False means that the product has one in the show.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert_offer(&mut self, offer: &Offer) -> Result<bool> {
        let rows = on_db!(self, |db| sqlx::query(
            "insert into offers (id, shop_id, show_id, product_id, price, starts_at, ends_at, units,
                 units_per_buyer, is_void)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict do nothing",
        )
        .bind(offer.id)
        .bind(offer.shop_id)
        .bind(offer.show_id)
        .bind(offer.product_id)
        .bind(offer.price)
        .bind(offer.starts_at)
        .bind(offer.ends_at)
        .bind(offer.units)
        .bind(offer.units_per_buyer)
        .bind(offer.is_void)
        .execute(db)
        .await?
        .rows_affected());
        if rows == 0 {
            return Ok(false);
        }
        for variant in &offer.variants {
            on_db!(self, |db| sqlx::query(
                "insert into offer_variants (offer_id, variant_id, full_price, lowest_price, lowest_days)
                 values ($1, $2, $3, $4, $5)",
            )
            .bind(offer.id)
            .bind(variant.variant_id)
            .bind(variant.full_price)
            .bind(variant.lowest.price)
            .bind(variant.lowest.days)
            .execute(db)
            .await
            .map(drop)?);
        }
        Ok(true)
    }

    /// An offer of a show.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_offer(&mut self, shop: ShopId, id: OfferId) -> Result<Option<Offer>> {
        let rows: Vec<OfferRow> =
            on_db!(self, |db| sqlx::query_as(select_offers!("where shop_id = $1 and id = $2"))
                .bind(shop)
                .bind(id)
                .fetch_all(db)
                .await?);
        Ok(self.with_variants(rows).await?.pop())
    }

    /// A page of a show's offers, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_offers(
        &mut self,
        shop: ShopId,
        show: ShowId,
        before: Option<OfferId>,
        limit: i64,
    ) -> Result<Vec<Offer>> {
        let rows: Vec<OfferRow> = on_db!(self, |db| sqlx::query_as(select_offers!(
            "where shop_id = $1 and show_id = $2 and id < $3 order by id desc limit $4"
        ))
        .bind(shop)
        .bind(show)
        .bind(before.unwrap_or_else(|| uuid::Uuid::max().into()))
        .bind(limit)
        .fetch_all(db)
        .await?);
        self.with_variants(rows).await
    }

    /// The running offers of a show, the oldest first: at most one for each product of its lineup.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_running_offers(&mut self, shop: ShopId, show: ShowId) -> Result<Vec<Offer>> {
        let rows: Vec<OfferRow> = on_db!(self, |db| sqlx::query_as(select_offers!(
            "where shop_id = $1 and show_id = $2 and ended_at is null order by id"
        ))
        .bind(shop)
        .bind(show)
        .fetch_all(db)
        .await?);
        self.with_variants(rows).await
    }

    /// Offers whose time is over, whichever shop's they are.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_due_offers(&mut self, now: DateTime<Utc>, limit: i64) -> Result<Vec<DueOffer>> {
        Ok(on_db!(self, |db| sqlx::query_as(
            "select shop_id, id from offers where ended_at is null and ends_at <= $1
             order by ends_at limit $2",
        )
        .bind(now)
        .bind(limit)
        .fetch_all(db)
        .await?))
    }

    /// When the next running offer ends by itself.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_next_offer_end(&mut self) -> Result<Option<DateTime<Utc>>> {
        let (next,): (Option<DateTime<Utc>>,) = on_db!(self, |db| sqlx::query_as(
            "select min(ends_at) from offers where ended_at is null and ends_at is not null",
        )
        .fetch_one(db)
        .await?);
        Ok(next)
    }

    /// Ends a running offer, for the given reason only where that holds. False means that it does
    /// not, or that the offer ended before.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn end_offer(
        &mut self,
        shop: ShopId,
        id: OfferId,
        reason: OfferEnd,
        now: DateTime<Utc>,
    ) -> Result<bool> {
        let sql = match reason {
            OfferEnd::Time => {
                "update offers set ended_at = $3, end_reason = $4
                 where shop_id = $1 and id = $2 and ended_at is null and ends_at <= $3"
            }
            OfferEnd::Units => {
                "update offers set ended_at = $3, end_reason = $4
                 where shop_id = $1 and id = $2 and ended_at is null and units_sold >= units"
            }
            OfferEnd::Member | OfferEnd::ShowEnded => {
                "update offers set ended_at = $3, end_reason = $4
                 where shop_id = $1 and id = $2 and ended_at is null"
            }
            // What nobody bought at was no price of anything.
            OfferEnd::Undone => {
                "update offers set ended_at = $3, end_reason = $4, is_void = (is_void or units_taken = 0)
                 where shop_id = $1 and id = $2 and ended_at is null"
            }
        };
        let rows = on_db!(self, |db| sqlx::query(sql)
            .bind(shop)
            .bind(id)
            .bind(now)
            .bind(reason)
            .execute(db)
            .await?
            .rows_affected());
        Ok(rows == 1)
    }

    /// Lets an offer that a member ended run on. False means that it cannot: its time is over
    /// meanwhile, or the product has another one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn resume_offer(&mut self, shop: ShopId, id: OfferId, now: DateTime<Utc>) -> Result<bool> {
        let rows = on_db!(self, |db| sqlx::query(
            "update offers set ended_at = null, end_reason = null
             where shop_id = $1 and id = $2 and end_reason = 'member' and (ends_at is null or ends_at > $3)
             and not exists (select 1 from offers o where o.show_id = offers.show_id
                 and o.product_id = offers.product_id and o.ended_at is null)",
        )
        .bind(shop)
        .bind(id)
        .bind(now)
        .execute(db)
        .await?
        .rows_affected());
        Ok(rows == 1)
    }

    /// Until when a price was offered for one of the variants lately, at the latest; an offer that
    /// runs counts until now.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_alike_offer(
        &mut self,
        variant: VariantId,
        price: Amount,
        since: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<Option<DateTime<Utc>>> {
        let (until,): (Option<DateTime<Utc>>,) = on_db!(
            self,
            "select max(coalesce(o.ended_at, $4)) from offer_variants v join offers o on o.id = v.offer_id
             where v.variant_id = $1 and o.price = $2 and not o.is_void and coalesce(o.ended_at, $4) > $3",
            "select max(coalesce(o.ended_at, cast($4 as timestamptz)))
             from offer_variants v join offers o on o.id = v.offer_id
             where v.variant_id = $1 and o.price = $2 and not o.is_void
             and coalesce(o.ended_at, cast($4 as timestamptz)) > $3",
            |sql, db| sqlx::query_as(sql)
                .bind(variant)
                .bind(price)
                .bind(since)
                .bind(now)
                .fetch_one(db)
                .await?
        );
        Ok(until)
    }

    /// Adds the variants to offers that were read, with one query for all of them.
    async fn with_variants(&mut self, rows: Vec<OfferRow>) -> Result<Vec<Offer>> {
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let ids: Vec<String> = rows.iter().map(|row| row.id.as_uuid().simple().to_string()).collect();
        let found: Vec<OfferVariantRow> = on_db!(
            self,
            "select offer_id, variant_id, full_price, lowest_price, lowest_days from offer_variants
             where offer_id in (select unhex(value) from json_each($1)) order by offer_id, variant_id",
            "select offer_id, variant_id, full_price, lowest_price, lowest_days from offer_variants
             where offer_id in (select cast(id as uuid) from jsonb_array_elements_text($1) as t (id))
             order by offer_id, variant_id",
            |sql, db| sqlx::query_as(sql).bind(Json(ids)).fetch_all(db).await?
        );
        let mut by_offer: HashMap<OfferId, Vec<OfferVariant>> = HashMap::new();
        for row in found {
            let lowest = LowestPrice { price: row.lowest_price, days: row.lowest_days };
            let variant = OfferVariant { variant_id: row.variant_id, full_price: row.full_price, lowest };
            by_offer.entry(row.offer_id).or_default().push(variant);
        }
        let offer = |row: OfferRow| {
            let variants = by_offer.remove(&row.id).unwrap_or_default();
            row.into_offer(variants)
        };
        Ok(rows.into_iter().map(offer).collect())
    }
}
