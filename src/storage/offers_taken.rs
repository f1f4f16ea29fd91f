//! Pieces at an offer's price: taken with a reservation, counted as sold, given back.
//!
//! Invariant: callers go through offers in the order of their ids and after the variants, so two
//! transactions never wait for each other.

use chrono::{DateTime, Utc};

use super::{Result, Tx, on_db};
use crate::domain::ids::{OfferId, ProductId, ShopId, ShowId, VariantId, ViewerId};
use crate::domain::money::Amount;
use crate::domain::product::Units;

/// What an offer gives to one buyer at this moment; the next moment may give another less.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct OfferTerms {
    /// Which offer.
    pub id: OfferId,
    /// What one piece costs.
    pub price: Amount,
    /// Pieces that there are at this price.
    pub units: Option<Units>,
    /// Pieces that one buyer can have.
    pub units_per_buyer: Option<Units>,
    /// Pieces that were taken.
    pub units_taken: Units,
    /// Pieces that this buyer took.
    pub units_of_buyer: Units,
}

impl OfferTerms {
    /// Pieces that the buyer can still have at this price; `None` without a limit.
    #[must_use]
    pub fn room(&self) -> Option<i64> {
        let left = self.units.map(|units| units.get() - self.units_taken.get());
        let own = self.units_per_buyer.map(|units| units.get() - self.units_of_buyer.get());
        let room = match (left, own) {
            (Some(left), Some(own)) => Some(left.min(own)),
            (left, own) => left.or(own),
        };
        room.map(|room| room.max(0))
    }

    /// Whether the buyer can have so many pieces at this price.
    #[must_use]
    pub fn covers(&self, units: i64) -> bool {
        self.room().is_none_or(|room| units <= room)
    }
}

/// Where an offer stands after pieces of it moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct TakenUnits {
    /// Which offer.
    pub id: OfferId,
    /// Its product.
    pub product_id: ProductId,
    /// Pieces that there are at its price.
    pub units: Option<Units>,
    /// Pieces that were taken.
    pub units_taken: Units,
    /// Pieces that one buyer can have.
    pub units_per_buyer: Option<Units>,
    /// Whether it is over.
    pub is_over: bool,
}

impl Tx {
    /// What the running offer for a variant gives to a buyer; `None` without one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_offer_terms(
        &mut self,
        shop: ShopId,
        show: ShowId,
        variant: VariantId,
        viewer: ViewerId,
        now: DateTime<Utc>,
    ) -> Result<Option<OfferTerms>> {
        Ok(on_db!(self, |db| sqlx::query_as(
            "select o.id, o.price, o.units, o.units_per_buyer, o.units_taken,
                 coalesce(b.units, 0) as units_of_buyer
             from offer_variants v join offers o on o.id = v.offer_id
             left join offer_buyers b on b.offer_id = o.id and b.viewer_id = $4
             where o.shop_id = $1 and o.show_id = $2 and v.variant_id = $3
             and o.ended_at is null and (o.ends_at is null or o.ends_at > $5)
             order by o.id desc limit 1",
        )
        .bind(shop)
        .bind(show)
        .bind(variant)
        .bind(viewer)
        .bind(now)
        .fetch_optional(db)
        .await?))
    }

    /// Takes pieces of a running offer for a buyer. `None` means that it is over, that fewer pieces
    /// are left, or that the buyer would have more than one may; then the transaction must not commit.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn take_offer_units(
        &mut self,
        shop: ShopId,
        id: OfferId,
        viewer: ViewerId,
        units: Units,
        now: DateTime<Utc>,
    ) -> Result<Option<TakenUnits>> {
        let taken: Option<TakenUnits> = on_db!(self, |db| sqlx::query_as(
            "update offers set units_taken = units_taken + $3
             where shop_id = $1 and id = $2 and ended_at is null and (ends_at is null or ends_at > $4)
             and (units is null or units_taken + $3 <= units)
             returning id, product_id, units, units_taken, units_per_buyer, ended_at is not null as is_over",
        )
        .bind(shop)
        .bind(id)
        .bind(units)
        .bind(now)
        .fetch_optional(db)
        .await?);
        let Some(taken) = taken else { return Ok(None) };
        let at_most = taken.units_per_buyer.map_or(i64::MAX, Units::get);
        let is_within = units.get() <= at_most && self.count_for_buyer(id, viewer, units, at_most).await?;
        Ok(is_within.then_some(taken))
    }

    /// Gives pieces back that a buyer had taken. `None` means that there is no such offer.
    ///
    /// # Errors
    /// When the database fails, or the counters do not hold that many.
    pub async fn give_back_offer_units(
        &mut self,
        shop: ShopId,
        id: OfferId,
        viewer: ViewerId,
        units: Units,
    ) -> Result<Option<TakenUnits>> {
        on_db!(self, |db| sqlx::query(
            "update offer_buyers set units = units - $3 where offer_id = $1 and viewer_id = $2",
        )
        .bind(id)
        .bind(viewer)
        .bind(units)
        .execute(db)
        .await
        .map(drop)?);
        Ok(on_db!(self, |db| sqlx::query_as(
            "update offers set units_taken = units_taken - $3 where shop_id = $1 and id = $2
             returning id, product_id, units, units_taken, units_per_buyer, ended_at is not null as is_over",
        )
        .bind(shop)
        .bind(id)
        .bind(units)
        .fetch_optional(db)
        .await?))
    }

    /// Counts pieces that were taken as sold.
    ///
    /// # Errors
    /// When the database fails, or the counters do not hold that many.
    pub async fn sell_offer_units(&mut self, shop: ShopId, id: OfferId, units: Units) -> Result<()> {
        on_db!(self, |db| sqlx::query(
            "update offers set units_sold = units_sold + $3 where shop_id = $1 and id = $2",
        )
        .bind(shop)
        .bind(id)
        .bind(units)
        .execute(db)
        .await
        .map(drop)?);
        Ok(())
    }

    async fn count_for_buyer(
        &mut self,
        id: OfferId,
        viewer: ViewerId,
        units: Units,
        at_most: i64,
    ) -> Result<bool> {
        let rows = on_db!(self, |db| sqlx::query(
            "insert into offer_buyers (offer_id, viewer_id, units) values ($1, $2, $3)
             on conflict (offer_id, viewer_id) do update set units = offer_buyers.units + excluded.units
             where offer_buyers.units + excluded.units <= $4",
        )
        .bind(id)
        .bind(viewer)
        .bind(units)
        .bind(at_most)
        .execute(db)
        .await?
        .rows_affected());
        Ok(rows == 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_buyer_has_what_both_limits_leave() {
        let units = |units: i64| Units::new(units).unwrap();
        let terms = |all: Option<i64>, own: Option<i64>| OfferTerms {
            id: uuid::Uuid::nil().into(),
            price: Amount::from_minor(1),
            units: all.map(units),
            units_per_buyer: own.map(units),
            units_taken: units(7),
            units_of_buyer: units(2),
        };
        assert_eq!(terms(None, None).room(), None);
        assert_eq!(terms(Some(10), None).room(), Some(3));
        assert_eq!(terms(Some(10), Some(3)).room(), Some(1));
        assert_eq!(terms(Some(8), Some(5)).room(), Some(1));
        assert_eq!(terms(None, Some(1)).room(), Some(0));
        assert!(terms(None, None).covers(10) && terms(Some(10), None).covers(3));
        assert!(!terms(Some(10), Some(3)).covers(2));
    }
}
