//! Moves pieces between available, reserved and sold, each time under a guard.
//!
//! Invariant: callers go through variants in the order of their ids, so two transactions never
//! wait for each other.

use super::{Result, Tx, on_db};
use crate::domain::ids::{ProductId, ShopId, VariantId};
use crate::domain::order::Order;
use crate::domain::product::Units;

/// What viewers are told of a variant whose pieces moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct VariantStock {
    /// Product of the variant.
    pub product_id: ProductId,
    /// Which variant.
    pub variant_id: VariantId,
    /// Pieces that can be reserved now.
    pub available: Units,
    /// Whether it may be bought.
    pub on_sale: bool,
}

/// A variant whose counters disagree with its orders.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct StockBreach {
    /// Which variant.
    pub variant_id: VariantId,
    /// Pieces that can be reserved.
    pub available: i64,
    /// Pieces counted as reserved.
    pub reserved: i64,
    /// Pieces in orders that hold stock.
    pub reserved_in_orders: i64,
    /// Pieces counted as sold.
    pub sold: i64,
    /// Pieces in paid and shipped orders that did not come back.
    pub sold_in_orders: i64,
}

impl Tx {
    /// Sets units aside when that many are available. `None` means sold out.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn reserve_stock(
        &mut self,
        shop: ShopId,
        id: VariantId,
        units: Units,
    ) -> Result<Option<VariantStock>> {
        Ok(on_db!(self, |db| sqlx::query_as(
            "update variants set available = available - $3, reserved = reserved + $3
             where shop_id = $1 and id = $2 and on_sale and available >= $3
             returning product_id, id as variant_id, available, on_sale",
        )
        .bind(shop)
        .bind(id)
        .bind(units)
        .fetch_optional(db)
        .await?))
    }

    /// Makes all reserved pieces of an order available again.
    ///
    /// # Errors
    /// When the database fails, or the counters do not hold that many.
    pub async fn free_stock(&mut self, order: &Order) -> Result<Vec<VariantStock>> {
        let mut moved = Vec::new();
        for (variant, units) in order.units_by_variant() {
            moved.push(on_db!(self, |db| sqlx::query_as(
                "update variants set available = available + $3, reserved = reserved - $3
                 where shop_id = $1 and id = $2 and reserved >= $3
                 returning product_id, id as variant_id, available, on_sale",
            )
            .bind(order.shop_id)
            .bind(variant)
            .bind(units)
            .fetch_one(db)
            .await?));
        }
        Ok(moved)
    }

    /// Counts all reserved pieces of an order as sold.
    ///
    /// # Errors
    /// When the database fails, or the counters do not hold that many.
    pub async fn sell_reserved_stock(&mut self, order: &Order) -> Result<()> {
        for (variant, units) in order.units_by_variant() {
            let (_,): (VariantId,) = on_db!(self, |db| sqlx::query_as(
                "update variants set reserved = reserved - $3, sold = sold + $3
                 where shop_id = $1 and id = $2 and reserved >= $3 returning id",
            )
            .bind(order.shop_id)
            .bind(variant)
            .bind(units)
            .fetch_one(db)
            .await?);
        }
        Ok(())
    }

    /// Sells the pieces of an order out of what is available: all of them, or none (`None`).
    ///
    /// A variant that was taken off sale since is sold all the same, because it is paid for.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sell_available_stock(&mut self, order: &Order) -> Result<Option<Vec<VariantStock>>> {
        let mut moved: Vec<VariantStock> = Vec::new();
        let wanted = order.units_by_variant();
        for &(variant, units) in &wanted {
            let taken: Option<VariantStock> = on_db!(self, |db| sqlx::query_as(
                "update variants set available = available - $3, sold = sold + $3
                 where shop_id = $1 and id = $2 and available >= $3
                 returning product_id, id as variant_id, available, on_sale",
            )
            .bind(order.shop_id)
            .bind(variant)
            .bind(units)
            .fetch_optional(db)
            .await?);
            let Some(stock) = taken else {
                self.undo_sale(order.shop_id, &wanted[..moved.len()]).await?;
                return Ok(None);
            };
            moved.push(stock);
        }
        Ok(Some(moved))
    }

    /// Takes back what the same transaction has just sold out of available pieces.
    async fn undo_sale(&mut self, shop: ShopId, taken: &[(VariantId, Units)]) -> Result<()> {
        for &(variant, units) in taken {
            on_db!(self, |db| sqlx::query(
                "update variants set available = available + $3, sold = sold - $3
                 where shop_id = $1 and id = $2",
            )
            .bind(shop)
            .bind(variant)
            .bind(units)
            .execute(db)
            .await
            .map(drop)?);
        }
        Ok(())
    }

    /// Variants whose counters disagree with their orders; none, unless there is a bug.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_stock_breaches(&mut self, limit: i64) -> Result<Vec<StockBreach>> {
        Ok(on_db!(self, |db| sqlx::query_as(
            "select variant_id, available, reserved, reserved_in_orders, sold, sold_in_orders
             from (
                 select v.id as variant_id, v.available, v.reserved, v.sold,
                     cast(coalesce(sum(case when o.status in ('reserved', 'open', 'processing', 'releasing')
                         then l.units end), 0) as bigint) as reserved_in_orders,
                     cast(coalesce(sum(case when o.status in ('paid', 'shipped')
                         then l.units - l.restocked_units end), 0) as bigint) as sold_in_orders
                 from variants v
                 left join order_lines l on l.variant_id = v.id
                 left join orders o on o.id = l.order_id
                 group by v.id, v.available, v.reserved, v.sold
             ) as counted
             where available < 0 or reserved <> reserved_in_orders or sold <> sold_in_orders
             limit $1",
        )
        .bind(limit)
        .fetch_all(db)
        .await?))
    }
}
