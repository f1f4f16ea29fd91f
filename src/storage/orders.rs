//! Orders from the reservation on: written under guards, locked before they are decided.

use chrono::{DateTime, Utc};
use sqlx::types::Json;

use super::database::Inner;
use super::postgres::in_time;
use super::{Result, Tx, on_db};
use crate::domain::ids::{OrderId, ProductId, ShopId, ShowId, VariantId, ViewerId};
use crate::domain::money::Amount;
use crate::domain::order::{Order, OrderLine, OrderStatus};
use crate::domain::product::Units;
use crate::domain::show::ShowStatus;
use crate::domain::withdrawal::WithdrawalExemption;

/// What a checkout needs of a show.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct SellingShow {
    /// URL part, for the way back from the pay page.
    pub slug: String,
    /// Where it stands.
    pub status: ShowStatus,
    /// Whether it only plays at selling.
    pub is_rehearsal: bool,
    /// When its replay was published.
    pub replay_published_at: Option<DateTime<Utc>>,
}

/// A variant that a show offers, with what is frozen in an order line.
#[derive(Clone, Debug)]
pub struct SellableVariant {
    /// Identity.
    pub id: VariantId,
    /// Product it belongs to.
    pub product_id: ProductId,
    /// Title of the product.
    pub title: String,
    /// One value for each option name.
    pub option_values: Vec<String>,
    /// The shop's own number for it.
    pub sku: Option<String>,
    /// VAT included.
    pub price: Amount,
    /// Pieces that can be reserved at this moment; the next one may be another's.
    pub available: Units,
    /// Why it cannot be given back.
    pub exemption: Option<WithdrawalExemption>,
}

#[derive(sqlx::FromRow)]
struct SellableRow {
    id: VariantId,
    product_id: ProductId,
    title: String,
    option_values: Json<Vec<String>>,
    sku: Option<String>,
    price: Amount,
    available: Units,
    withdrawal_exemption: Option<WithdrawalExemption>,
}

impl SellableRow {
    fn into_variant(self) -> SellableVariant {
        SellableVariant {
            id: self.id,
            product_id: self.product_id,
            title: self.title,
            option_values: self.option_values.0,
            sku: self.sku,
            price: self.price,
            available: self.available,
            exemption: self.withdrawal_exemption,
        }
    }
}

/// A reservation about to be written.
#[derive(Clone, Copy, Debug)]
pub struct NewOrder<'a> {
    /// The order.
    pub order: &'a Order,
    /// The key the viewer's client sent.
    pub idempotency_key: &'a str,
    /// Tells whether a repetition asks for the same.
    pub request_hash: &'a [u8],
}

impl Tx {
    /// What a checkout needs of a show.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_selling_show(&mut self, shop: ShopId, show: ShowId) -> Result<Option<SellingShow>> {
        Ok(on_db!(self, |db| {
            sqlx::query_as(
            "select slug, status, is_rehearsal, replay_published_at from shows where shop_id = $1 and id = $2",
        )
        .bind(shop)
        .bind(show)
        .fetch_optional(db)
        .await?
        }))
    }

    /// A variant that may be bought in this show: on sale, of an active product of its lineup.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_sellable_variant(
        &mut self,
        shop: ShopId,
        show: ShowId,
        variant: VariantId,
    ) -> Result<Option<SellableVariant>> {
        let row: Option<SellableRow> = on_db!(self, |db| sqlx::query_as(
            "select v.id, v.product_id, p.title, v.option_values, v.sku, v.price, v.available,
                 p.withdrawal_exemption
             from variants v
             join products p on p.shop_id = v.shop_id and p.id = v.product_id
             join lineup_entries l on l.shop_id = v.shop_id and l.show_id = $2 and l.product_id = v.product_id
             where v.shop_id = $1 and v.id = $3 and v.on_sale and p.status = 'active'",
        )
        .bind(shop)
        .bind(show)
        .bind(variant)
        .fetch_optional(db)
        .await?);
        Ok(row.map(SellableRow::into_variant))
    }

    /// A variant that was bought, whether or not it may be bought now.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_bought_variant(
        &mut self,
        shop: ShopId,
        variant: VariantId,
    ) -> Result<Option<SellableVariant>> {
        let row: Option<SellableRow> = on_db!(self, |db| sqlx::query_as(
            "select v.id, v.product_id, p.title, v.option_values, v.sku, v.price, v.available,
                 p.withdrawal_exemption
             from variants v join products p on p.shop_id = v.shop_id and p.id = v.product_id
             where v.shop_id = $1 and v.id = $2",
        )
        .bind(shop)
        .bind(variant)
        .fetch_optional(db)
        .await?);
        Ok(row.map(SellableRow::into_variant))
    }

    /// The show that is asked for, or the shop's newest one where that is not there.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_show_or_newest(
        &mut self,
        shop: ShopId,
        show: Option<ShowId>,
    ) -> Result<Option<ShowId>> {
        let row: Option<(ShowId,)> = on_db!(self, |db| sqlx::query_as(
            "select id from shows where shop_id = $1
             order by case when id = $2 then 0 else 1 end, id desc limit 1",
        )
        .bind(shop)
        .bind(show)
        .fetch_optional(db)
        .await?);
        Ok(row.map(|(id,)| id))
    }

    /// Takes the viewer's one place for a product. False means that a live reservation has it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn take_reservation_slot(
        &mut self,
        shop: ShopId,
        viewer: ViewerId,
        product: ProductId,
        order: OrderId,
    ) -> Result<bool> {
        let rows = on_db!(self, |db| sqlx::query(
            "insert into reservation_slots (shop_id, viewer_id, product_id, order_id)
             values ($1, $2, $3, $4) on conflict do nothing",
        )
        .bind(shop)
        .bind(viewer)
        .bind(product)
        .bind(order)
        .execute(db)
        .await?
        .rows_affected());
        Ok(rows == 1)
    }

    /// The order that has the viewer's place for a product.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_reservation_slot(
        &mut self,
        shop: ShopId,
        viewer: ViewerId,
        product: ProductId,
    ) -> Result<Option<OrderId>> {
        let row: Option<(OrderId,)> = on_db!(self, |db| sqlx::query_as(
            "select order_id from reservation_slots
             where shop_id = $1 and viewer_id = $2 and product_id = $3",
        )
        .bind(shop)
        .bind(viewer)
        .bind(product)
        .fetch_optional(db)
        .await?);
        Ok(row.map(|(order,)| order))
    }

    /// Gives back the places of an order that holds no pieces any more.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_reservation_slots(&mut self, order: OrderId) -> Result<()> {
        on_db!(self, |db| sqlx::query("delete from reservation_slots where order_id = $1")
            .bind(order)
            .execute(db)
            .await
            .map(drop)?);
        Ok(())
    }

    /// Writes a reservation with its lines. False means that the viewer's key is used already.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert_order(&mut self, new: NewOrder<'_>) -> Result<bool> {
        let order = new.order;
        let rows = on_db!(self, |db| {
            sqlx::query(
            "insert into orders (id, shop_id, show_id, viewer_id, number, status, is_test, provider,
                 currency, amount_subtotal, idempotency_key, request_hash, attempt, session_request,
                 session_expires_at, next_action_at, created_at, updated_at, language, search_text)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $17, $18, $19)
             on conflict do nothing",
        )
        .bind(order.id)
        .bind(order.shop_id)
        .bind(order.show_id)
        .bind(order.viewer_id)
        .bind(&order.number)
        .bind(order.status)
        .bind(order.is_test)
        .bind(order.provider)
        .bind(order.currency)
        .bind(order.amount_subtotal)
        .bind(new.idempotency_key)
        .bind(new.request_hash)
        .bind(order.attempt)
        .bind(Json(&order.session_request))
        .bind(order.session_expires_at)
        .bind(order.next_action_at)
        .bind(order.created_at)
        .bind(order.language)
        .bind(order.search_text())
        .execute(db)
        .await?
        .rows_affected()
        });
        if rows == 0 {
            return Ok(false);
        }
        for (position, line) in (0i64..).zip(&order.lines) {
            self.insert_order_line(order, position, line).await?;
        }
        Ok(true)
    }

    async fn insert_order_line(&mut self, order: &Order, position: i64, line: &OrderLine) -> Result<()> {
        on_db!(self, |db| sqlx::query(
            "insert into order_lines (order_id, position, shop_id, product_id, variant_id, title,
                 variant_title, sku, units, unit_amount, offer_id, withdrawal_exemption)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        )
        .bind(order.id)
        .bind(position)
        .bind(order.shop_id)
        .bind(line.product_id)
        .bind(line.variant_id)
        .bind(&line.title)
        .bind(&line.variant_title)
        .bind(&line.sku)
        .bind(line.units)
        .bind(line.unit_amount)
        .bind(line.offer_id)
        .bind(line.exemption)
        .execute(db)
        .await
        .map(drop)?);
        Ok(())
    }

    /// An order that nobody else changes until this transaction ends.
    ///
    /// SQLite's one writer is the lock already.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn lock_order(&mut self, id: OrderId) -> Result<Option<Order>> {
        if let Inner::Postgres(tx) = &mut self.0 {
            let lock =
                sqlx::query("select 1 from orders where id = $1 for update").bind(id).execute(&mut **tx);
            in_time(async { Ok(lock.await?) }).await?;
        }
        self.find_order_anywhere(id).await
    }

    /// Writes what may change of an order. False means that its status is no longer `old`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn update_order(&mut self, order: &Order, old: OrderStatus) -> Result<bool> {
        let rows = on_db!(self, |db| sqlx::query(
            "update orders set status = $3, session_id = $4, session_url = $5, payment_intent_id = $6,
                 amount_refunded = $7, amount_total = $8, reserved_until = $9, release_reason = $10,
                 review = $11, buyer = $12, next_action_at = $13, updated_at = $14, paid_at = $15,
                 dispute = $16, failure = $17, attempt = $18, session_request = $19, session_expires_at = $20,
                 carrier = $21, tracking_code = $22, shipped_at = $23, search_text = $24,
                 amount_shipping = $25, amount_discount = $26, amount_tax = $27, shipping_method = $28,
                 delivery = $29, session_secret = $30
             where id = $1 and status = $2",
        )
        .bind(order.id)
        .bind(old)
        .bind(order.status)
        .bind(&order.session_id)
        .bind(&order.session_url)
        .bind(&order.payment_intent_id)
        .bind(order.amount_refunded)
        .bind(order.amount_total)
        .bind(order.reserved_until)
        .bind(order.release_reason)
        .bind(order.review)
        .bind(order.buyer.as_ref().map(Json))
        .bind(order.next_action_at)
        .bind(order.updated_at)
        .bind(order.paid_at)
        .bind(order.dispute)
        .bind(&order.failure)
        .bind(order.attempt)
        .bind(Json(&order.session_request))
        .bind(order.session_expires_at)
        .bind(order.shipment.as_ref().and_then(|shipment| shipment.carrier.as_deref()))
        .bind(order.shipment.as_ref().and_then(|shipment| shipment.tracking_code.as_deref()))
        .bind(order.shipment.as_ref().map(|shipment| shipment.shipped_at))
        .bind(order.search_text())
        .bind(order.parts.map(|parts| parts.shipping))
        .bind(order.parts.map(|parts| parts.discount))
        .bind(order.parts.map(|parts| parts.tax))
        .bind(&order.shipping_method)
        .bind(order.delivery.as_ref().map(Json))
        .bind(&order.session_secret)
        .execute(db)
        .await?
        .rows_affected());
        Ok(rows == 1)
    }

    /// Adds a step to an order's history.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert_order_transition(
        &mut self,
        order: &Order,
        from: OrderStatus,
        cause: &'static str,
    ) -> Result<()> {
        on_db!(self, |db| sqlx::query(
            "insert into order_transitions (order_id, n, from_status, to_status, cause, at)
             select $1, coalesce(max(n), 0) + 1, $2, $3, $4, $5 from order_transitions where order_id = $1",
        )
        .bind(order.id)
        .bind(from)
        .bind(order.status)
        .bind(cause)
        .bind(order.updated_at)
        .execute(db)
        .await
        .map(drop)?);
        Ok(())
    }
}
