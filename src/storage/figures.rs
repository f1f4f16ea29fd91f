//! What a show sold over time and by product, and what was on screen when.

use chrono::{DateTime, Utc};
use sqlx::types::Json;

use super::{Result, Tx, on_db};
use crate::domain::figures::{FUNNEL_MAX, PINS_MAX, PinFlag, SalesStretch};
use crate::domain::ids::{ProductId, ShopId, ShowId};
use crate::domain::money::Amount;

/// Which orders are summed, and how.
#[derive(Clone, Copy, Debug)]
pub struct SalesScope {
    /// Whose show it is.
    pub shop: ShopId,
    /// The show.
    pub show: ShowId,
    /// Test money or real.
    pub is_test: bool,
    /// Length of a stretch.
    pub every_secs: i64,
    /// What was paid after this is summed by itself.
    pub until: DateTime<Utc>,
}

/// What became of one product in a show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ProductSales {
    /// Which.
    pub product_id: ProductId,
    /// People who began to buy it.
    pub checkouts: i64,
    /// People who paid.
    pub paid: i64,
    /// Pieces that were paid.
    pub units: i64,
    /// Their price.
    pub total: Amount,
}

/// A product that figures tell of.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct FigureProduct {
    /// Which.
    pub id: ProductId,
    /// Its name.
    pub title: String,
    /// Its place in the lineup; none when it has left it.
    pub position: Option<i64>,
}

#[derive(sqlx::FromRow)]
struct StretchRow {
    stretch: i64,
    orders: i64,
    units: i64,
    total: Amount,
    refunded: Amount,
    direct_orders: i64,
    direct_total: Amount,
}

/// Stands for what was paid after the end.
const LATER: i64 = -1;

impl Tx {
    /// When products came on screen, the oldest first; of very many the newest.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_pins(&mut self, shop: ShopId, show: ShowId) -> Result<Vec<PinFlag>> {
        // The type is a literal, so that the index of pins is used.
        let rows: Vec<(i64, Json<PinData>)> = on_db!(self, |db| sqlx::query_as(
            "select at_ms, data from show_events
             where shop_id = $1 and show_id = $2 and type = 'product.featured' order by seq desc limit $3",
        )
        .bind(shop)
        .bind(show)
        .bind(PINS_MAX)
        .fetch_all(db)
        .await?);
        let flag = |(at_ms, Json(data)): (i64, Json<PinData>)| {
            let at = DateTime::from_timestamp_millis(at_ms)
                .ok_or_else(|| sqlx::Error::Decode("time of a pin out of range".into()))?;
            Ok(PinFlag { at, product_id: data.product_id })
        };
        rows.into_iter().rev().map(flag).collect()
    }

    /// What was paid in each stretch of time, the oldest first; what was paid after the end comes
    /// before all. `on_screen` are the products whose sales are direct.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_sales(
        &mut self,
        scope: &SalesScope,
        on_screen: &[ProductId],
    ) -> Result<Vec<SalesStretch>> {
        let rows: Vec<StretchRow> = on_db!(
            self,
            "select case when paid_at > $4 then -1
                 else cast(strftime('%s', paid_at) as integer) / $5 end as stretch,
                 count(*) as orders, cast(sum(units) as bigint) as units,
                 cast(sum(total) as bigint) as total, cast(sum(refunded) as bigint) as refunded,
                 cast(sum(direct) as bigint) as direct_orders,
                 cast(sum(direct * total) as bigint) as direct_total
             from (select o.paid_at, coalesce(o.amount_total, o.amount_subtotal) as total,
                     o.amount_refunded as refunded,
                     (select sum(l.units) from order_lines l where l.order_id = o.id) as units,
                     (select case when count(*) > 0 then 1 else 0 end from order_lines l
                      where l.order_id = o.id
                        and l.product_id in (select unhex(value) from json_each($6))) as direct
                 from orders o
                 where o.shop_id = $1 and o.show_id = $2 and o.is_test = $3 and o.paid_at is not null
                   and o.status in ('paid', 'shipped', 'refunded', 'refund_due')) sold
             group by 1 order by 1",
            "select case when paid_at > $4 then -1
                 else cast(floor(extract(epoch from paid_at) / cast($5 as bigint)) as bigint) end as stretch,
                 count(*) as orders, cast(sum(units) as bigint) as units,
                 cast(sum(total) as bigint) as total, cast(sum(refunded) as bigint) as refunded,
                 cast(sum(direct) as bigint) as direct_orders,
                 cast(sum(direct * total) as bigint) as direct_total
             from (select o.paid_at, coalesce(o.amount_total, o.amount_subtotal) as total,
                     o.amount_refunded as refunded,
                     (select sum(l.units) from order_lines l where l.order_id = o.id) as units,
                     (select case when count(*) > 0 then 1 else 0 end from order_lines l
                      where l.order_id = o.id and l.product_id in
                        (select cast(id as uuid) from jsonb_array_elements_text($6) as t (id))) as direct
                 from orders o
                 where o.shop_id = $1 and o.show_id = $2 and o.is_test = $3 and o.paid_at is not null
                   and o.status in ('paid', 'shipped', 'refunded', 'refund_due')) sold
             group by 1 order by 1",
            |sql, db| sqlx::query_as(sql)
                .bind(scope.shop)
                .bind(scope.show)
                .bind(scope.is_test)
                .bind(scope.until)
                .bind(scope.every_secs)
                .bind(Json(simple(on_screen)))
                .fetch_all(db)
                .await?
        );
        Ok(rows.into_iter().map(|row| row.into_stretch(scope.every_secs)).collect())
    }

    /// How far people went with each product of a show that was bought or begun to be.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_product_sales(
        &mut self,
        shop: ShopId,
        show: ShowId,
        is_test: bool,
    ) -> Result<Vec<ProductSales>> {
        Ok(on_db!(self, |db| sqlx::query_as(
            "select product_id, count(distinct viewer_id) as checkouts,
                 count(distinct case when is_paid = 1 then viewer_id end) as paid,
                 cast(sum(is_paid * units) as bigint) as units,
                 cast(sum(is_paid * units * unit_amount) as bigint) as total
             from (select l.product_id, o.viewer_id, l.units, l.unit_amount,
                     case when o.paid_at is not null
                         and o.status in ('paid', 'shipped', 'refunded', 'refund_due')
                         then 1 else 0 end as is_paid
                 from orders o join order_lines l on l.order_id = o.id
                 where o.shop_id = $1 and o.show_id = $2 and o.is_test = $3) bought
             group by product_id order by product_id limit $4",
        )
        .bind(shop)
        .bind(show)
        .bind(is_test)
        .bind(FUNNEL_MAX)
        .fetch_all(db)
        .await?))
    }

    /// The products of a show's lineup, in its order, and these others.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_figure_products(
        &mut self,
        shop: ShopId,
        show: ShowId,
        others: &[ProductId],
    ) -> Result<Vec<FigureProduct>> {
        let mut products: Vec<FigureProduct> = on_db!(
            self,
            "select p.id, p.title, e.position from products p
             left join lineup_entries e on e.shop_id = $1 and e.show_id = $2 and e.product_id = p.id
             where p.shop_id = $1
               and (e.position is not null or p.id in (select unhex(value) from json_each($3)))
             order by p.id limit $4",
            "select p.id, p.title, e.position from products p
             left join lineup_entries e on e.shop_id = $1 and e.show_id = $2 and e.product_id = p.id
             where p.shop_id = $1 and (e.position is not null
               or p.id in (select cast(id as uuid) from jsonb_array_elements_text($3) as t (id)))
             order by p.id limit $4",
            |sql, db| sqlx::query_as(sql)
                .bind(shop)
                .bind(show)
                .bind(Json(simple(others)))
                .bind(FUNNEL_MAX)
                .fetch_all(db)
                .await?
        );
        products.sort_by_key(|product| (product.position.is_none(), product.position, product.id));
        Ok(products)
    }
}

/// What an event of a pin says of it; fields of later versions are passed over.
#[derive(serde::Deserialize)]
struct PinData {
    product_id: ProductId,
}

impl StretchRow {
    fn into_stretch(self, every_secs: i64) -> SalesStretch {
        SalesStretch {
            at_ms: (self.stretch != LATER).then(|| self.stretch * every_secs * 1_000),
            orders: self.orders,
            units: self.units,
            total: self.total,
            refunded: self.refunded,
            direct_orders: self.direct_orders,
            direct_total: self.direct_total,
        }
    }
}

/// Ids as both databases read them.
fn simple(products: &[ProductId]) -> Vec<String> {
    products.iter().map(|product| product.as_uuid().simple().to_string()).collect()
}
