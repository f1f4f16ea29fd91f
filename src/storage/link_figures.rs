//! What links brought: orders that were begun and paid, and their money; and what brought an order.

use std::collections::HashMap;

use sqlx::types::Json;

use super::{Result, Tx, on_db};
use crate::domain::ids::{LinkId, OrderId, ShopId};
use crate::domain::money::Amount;
use crate::domain::order::OrderLink;

/// What one link brought, of real or of test money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct LinkSums {
    link_id: LinkId,
    /// Orders that were begun.
    pub reservations: i64,
    /// Orders that were paid.
    pub orders: i64,
    /// What was paid and not given back.
    pub revenue: Amount,
}

impl Tx {
    /// The link through which an order came.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_order_link(&mut self, shop: ShopId, order: OrderId) -> Result<Option<OrderLink>> {
        Ok(on_db!(self, |db| sqlx::query_as(
            "select l.id, l.code, l.source, l.label from orders o
             join links l on l.shop_id = o.shop_id and l.id = o.link_id
             where o.shop_id = $1 and o.id = $2",
        )
        .bind(shop)
        .bind(order)
        .fetch_optional(db)
        .await?))
    }

    /// What links of a shop brought, for real or for test money; those without orders are left out.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sum_links(
        &mut self,
        shop: ShopId,
        links: &[LinkId],
        is_test: bool,
    ) -> Result<HashMap<LinkId, LinkSums>> {
        let ids: Vec<String> = links.iter().map(|link| link.as_uuid().simple().to_string()).collect();
        let rows: Vec<LinkSums> = on_db!(
            self,
            "select link_id, count(*) as reservations,
                 count(case when status in ('paid', 'shipped', 'refunded', 'refund_due') then 1 end) as orders,
                 cast(coalesce(sum(case when status in ('paid', 'shipped')
                     then coalesce(amount_total, amount_subtotal) - amount_refunded end), 0) as bigint) as revenue
             from orders
             where shop_id = $1 and is_test = $3 and link_id in (select unhex(value) from json_each($2))
             group by link_id",
            "select link_id, count(*) as reservations,
                 count(case when status in ('paid', 'shipped', 'refunded', 'refund_due') then 1 end) as orders,
                 cast(coalesce(sum(case when status in ('paid', 'shipped')
                     then coalesce(amount_total, amount_subtotal) - amount_refunded end), 0) as bigint) as revenue
             from orders
             where shop_id = $1 and is_test = $3
               and link_id in (select cast(id as uuid) from jsonb_array_elements_text($2) as t (id))
             group by link_id",
            |sql, db| sqlx::query_as(sql).bind(shop).bind(Json(ids)).bind(is_test).fetch_all(db).await?
        );
        Ok(rows.into_iter().map(|sums| (sums.link_id, sums)).collect())
    }
}
