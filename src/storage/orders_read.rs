//! Reads orders with their lines: one order, pages of them, what a show has sold.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sqlx::types::Json;

use super::products::like_pattern;
use super::{Result, Tx, on_db};
use crate::domain::checkout::ClientSecret;
use crate::domain::delivery::Delivery;
use crate::domain::ids::{OfferId, OrderId, ProductId, ShopId, ShowId, VariantId, ViewerId};
use crate::domain::language::Language;
use crate::domain::money::{Amount, Currency, Money};
use crate::domain::order::{
    Buyer, Order, OrderLine, OrderStatus, OrderTransition, ReleaseReason, ReviewReason, Sales, TotalParts,
};
use crate::domain::product::Units;
use crate::domain::refund::Dispute;
use crate::domain::shipment::Shipment;
use crate::domain::show::PaymentsMode;
use crate::domain::withdrawal::WithdrawalExemption;

/// The most steps of one order that are read; the table of states allows far fewer.
const TRANSITIONS_MAX: i64 = 100;

/// Begins every query that reads orders.
macro_rules! select_orders {
    ($($rest:tt)*) => {
        concat!(
            "select id, shop_id, show_id, viewer_id, number, status, is_test, provider, currency,
                 amount_subtotal, amount_total, attempt, session_request, session_id, session_url, session_secret,
                 session_expires_at,
                 payment_intent_id, amount_refunded, dispute, failure, reserved_until, release_reason, review, buyer,
                 next_action_at, created_at, updated_at, paid_at, language, carrier, tracking_code, shipped_at,
                 amount_shipping, amount_discount, amount_tax, shipping_method, delivery, erased_at
             from orders ",
            $($rest)*
        )
    };
}

/// Which orders of a shop are listed; what is not set narrows nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OrderFilter {
    /// Of one show only.
    pub show: Option<ShowId>,
    /// Of these statuses only; none means of any.
    pub statuses: Vec<OrderStatus>,
    /// Of test money only, or of real money only.
    pub is_test: Option<bool>,
    /// Only those that a person has to look at, or only the others.
    pub needs_review: Option<bool>,
    /// Made at this time or later.
    pub created_from: Option<DateTime<Utc>>,
    /// Made before this time.
    pub created_until: Option<DateTime<Utc>>,
    /// Paid at this time or later.
    pub paid_from: Option<DateTime<Utc>>,
    /// Paid before this time.
    pub paid_until: Option<DateTime<Utc>>,
    /// Words that number, name or address of the buyer hold, folded by [`text::search_key`].
    ///
    /// [`text::search_key`]: crate::domain::text::search_key
    pub search: Option<String>,
    /// Older than this one.
    pub before: Option<OrderId>,
}

impl OrderFilter {
    /// The statuses between commas, so that one comparison serves any number of them.
    fn status_list(&self) -> Option<String> {
        let names: Vec<&str> = self.statuses.iter().map(|status| status.as_str()).collect();
        (!names.is_empty()).then(|| format!(",{},", names.join(",")))
    }
}

#[derive(sqlx::FromRow)]
struct OrderRow {
    id: OrderId,
    shop_id: ShopId,
    show_id: ShowId,
    viewer_id: ViewerId,
    number: String,
    status: OrderStatus,
    is_test: bool,
    provider: PaymentsMode,
    currency: Currency,
    amount_subtotal: Amount,
    amount_total: Option<Amount>,
    amount_shipping: Option<Amount>,
    amount_discount: Option<Amount>,
    amount_tax: Option<Amount>,
    shipping_method: Option<String>,
    delivery: Option<Json<Delivery>>,
    attempt: i64,
    session_request: Json<serde_json::Value>,
    session_id: Option<String>,
    session_url: Option<String>,
    session_secret: Option<ClientSecret>,
    session_expires_at: DateTime<Utc>,
    payment_intent_id: Option<String>,
    amount_refunded: Amount,
    dispute: Option<Dispute>,
    failure: Option<String>,
    reserved_until: Option<DateTime<Utc>>,
    release_reason: Option<ReleaseReason>,
    review: Option<ReviewReason>,
    buyer: Option<Json<Buyer>>,
    next_action_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    paid_at: Option<DateTime<Utc>>,
    language: Language,
    carrier: Option<String>,
    tracking_code: Option<String>,
    shipped_at: Option<DateTime<Utc>>,
    erased_at: Option<DateTime<Utc>>,
}

#[derive(sqlx::FromRow)]
struct LineRow {
    order_id: OrderId,
    product_id: ProductId,
    variant_id: VariantId,
    title: String,
    variant_title: String,
    sku: Option<String>,
    units: Units,
    unit_amount: Amount,
    restocked_units: i64,
    offer_id: Option<OfferId>,
    withdrawal_exemption: Option<WithdrawalExemption>,
    withdrawn_units: i64,
}

#[derive(sqlx::FromRow)]
struct SalesRow {
    orders: i64,
    units: i64,
    total: Amount,
}

impl Tx {
    /// An order of a shop.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_order(&mut self, shop: ShopId, id: OrderId) -> Result<Option<Order>> {
        Ok(self.find_order_anywhere(id).await?.filter(|order| order.shop_id == shop))
    }

    /// An order by id alone, for the provider's news and background work.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_order_anywhere(&mut self, id: OrderId) -> Result<Option<Order>> {
        let row: Option<OrderRow> = on_db!(self, |db| sqlx::query_as(select_orders!("where id = $1"))
            .bind(id)
            .fetch_optional(db)
            .await?);
        Ok(self.with_lines(row.into_iter().collect()).await?.pop())
    }

    /// The order that was paid by a payment of the provider.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_order_by_payment(&mut self, payment_intent_id: &str) -> Result<Option<Order>> {
        let row: Option<OrderRow> =
            on_db!(self, |db| sqlx::query_as(select_orders!("where payment_intent_id = $1"))
                .bind(payment_intent_id)
                .fetch_optional(db)
                .await?);
        Ok(self.with_lines(row.into_iter().collect()).await?.pop())
    }

    /// How many reservations wait for their payment page before this one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn count_queue_before(&mut self, order: OrderId, provider: PaymentsMode) -> Result<i64> {
        let (count,): (i64,) = on_db!(self, |db| sqlx::query_as(
            "select count(*) from orders where status = 'reserved' and provider = $2 and id < $1",
        )
        .bind(order)
        .bind(provider)
        .fetch_one(db)
        .await?);
        Ok(count)
    }

    /// The order a viewer made with a key, and the hash of what was asked.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_order_by_key(
        &mut self,
        viewer: ViewerId,
        key: &str,
    ) -> Result<Option<(OrderId, Vec<u8>)>> {
        Ok(on_db!(self, |db| sqlx::query_as(
            "select id, request_hash from orders where viewer_id = $1 and idempotency_key = $2",
        )
        .bind(viewer)
        .bind(key)
        .fetch_optional(db)
        .await?))
    }

    /// A viewer's live reservations in a show, the oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_held_orders(
        &mut self,
        shop: ShopId,
        viewer: ViewerId,
        show: ShowId,
    ) -> Result<Vec<Order>> {
        let rows: Vec<OrderRow> = on_db!(self, |db| sqlx::query_as(select_orders!(
            "where shop_id = $1 and viewer_id = $2 and show_id = $3
               and id in (select order_id from reservation_slots where shop_id = $1 and viewer_id = $2)
             order by id limit 100"
        ))
        .bind(shop)
        .bind(viewer)
        .bind(show)
        .fetch_all(db)
        .await?);
        self.with_lines(rows).await
    }

    /// Orders of a shop, the newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_orders(
        &mut self,
        shop: ShopId,
        filter: &OrderFilter,
        limit: i64,
    ) -> Result<Vec<Order>> {
        let rows: Vec<OrderRow> = on_db!(self, |db| sqlx::query_as(select_orders!(
            r"where shop_id = $1
               and ($2 is null or show_id = $2)
               and ($3 is null or $3 like '%,' || status || ',%')
               and ($4 is null or is_test = $4)
               and ($5 is null or (review is not null) = $5)
               and ($6 is null or created_at >= $6)
               and ($7 is null or created_at < $7)
               and ($8 is null or paid_at >= $8)
               and ($9 is null or paid_at < $9)
               and ($10 is null or search_text like $10 escape '\')
               and ($11 is null or id < $11)
             order by id desc limit $12"
        ))
        .bind(shop)
        .bind(filter.show)
        .bind(filter.status_list())
        .bind(filter.is_test)
        .bind(filter.needs_review)
        .bind(filter.created_from)
        .bind(filter.created_until)
        .bind(filter.paid_from)
        .bind(filter.paid_until)
        .bind(filter.search.as_deref().map(like_pattern))
        .bind(filter.before)
        .bind(limit)
        .fetch_all(db)
        .await?);
        self.with_lines(rows).await
    }

    /// What a show has sold for real or for test money; what went back is taken off.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn get_sales(&mut self, show: ShowId, is_test: bool, currency: Currency) -> Result<Sales> {
        let row: SalesRow = on_db!(self, |db| sqlx::query_as(
            "select count(*) as orders,
                 cast(coalesce(sum((select sum(l.units - l.restocked_units) from order_lines l
                     where l.order_id = o.id)), 0) as bigint) as units,
                 cast(coalesce(sum(coalesce(o.amount_total, o.amount_subtotal) - o.amount_refunded), 0)
                     as bigint) as total
             from orders o
             where o.show_id = $1 and o.is_test = $2 and o.status in ('paid', 'shipped')",
        )
        .bind(show)
        .bind(is_test)
        .fetch_one(db)
        .await?);
        Ok(Sales { orders: row.orders, units: row.units, total: Money::new(row.total, currency) })
    }

    /// The history of an order, the oldest step first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_order_transitions(&mut self, order: OrderId) -> Result<Vec<OrderTransition>> {
        Ok(on_db!(self, |db| sqlx::query_as(
            "select at, from_status, to_status, cause from order_transitions
             where order_id = $1 order by n limit $2",
        )
        .bind(order)
        .bind(TRANSITIONS_MAX)
        .fetch_all(db)
        .await?))
    }

    /// Adds the lines to orders that were read, with one query for all of them.
    async fn with_lines(&mut self, rows: Vec<OrderRow>) -> Result<Vec<Order>> {
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let ids: Vec<String> = rows.iter().map(|row| row.id.as_uuid().simple().to_string()).collect();
        let lines: Vec<LineRow> = on_db!(
            self,
            "select order_id, product_id, variant_id, title, variant_title, sku, units, unit_amount,
                 restocked_units, offer_id, withdrawal_exemption, withdrawn_units
             from order_lines where order_id in (select unhex(value) from json_each($1))
             order by order_id, position",
            "select order_id, product_id, variant_id, title, variant_title, sku, units, unit_amount,
                 restocked_units, offer_id, withdrawal_exemption, withdrawn_units
             from order_lines
             where order_id in (select cast(id as uuid) from jsonb_array_elements_text($1) as t (id))
             order by order_id, position",
            |sql, db| sqlx::query_as(sql).bind(Json(ids)).fetch_all(db).await?
        );
        let mut by_order: HashMap<OrderId, Vec<OrderLine>> = HashMap::new();
        for line in lines {
            by_order.entry(line.order_id).or_default().push(line.into_line());
        }
        Ok(rows
            .into_iter()
            .map(|row| {
                let lines = by_order.remove(&row.id).unwrap_or_default();
                row.into_order(lines)
            })
            .collect())
    }
}

impl LineRow {
    fn into_line(self) -> OrderLine {
        OrderLine {
            product_id: self.product_id,
            variant_id: self.variant_id,
            title: self.title,
            variant_title: self.variant_title,
            sku: self.sku,
            units: self.units,
            unit_amount: self.unit_amount,
            restocked_units: self.restocked_units,
            offer_id: self.offer_id,
            exemption: self.withdrawal_exemption,
            withdrawn_units: self.withdrawn_units,
        }
    }
}

impl OrderRow {
    fn into_order(self, lines: Vec<OrderLine>) -> Order {
        Order {
            id: self.id,
            shop_id: self.shop_id,
            show_id: self.show_id,
            viewer_id: self.viewer_id,
            number: self.number,
            status: self.status,
            is_test: self.is_test,
            provider: self.provider,
            currency: self.currency,
            amount_subtotal: self.amount_subtotal,
            amount_total: self.amount_total,
            parts: match (self.amount_shipping, self.amount_discount, self.amount_tax) {
                (Some(shipping), Some(discount), Some(tax)) => Some(TotalParts { shipping, discount, tax }),
                _ => None,
            },
            shipping_method: self.shipping_method,
            delivery: self.delivery.map(|delivery| Box::new(delivery.0)),
            attempt: self.attempt,
            session_request: self.session_request.0,
            session_id: self.session_id,
            session_url: self.session_url,
            session_secret: self.session_secret,
            session_expires_at: self.session_expires_at,
            payment_intent_id: self.payment_intent_id,
            amount_refunded: self.amount_refunded,
            dispute: self.dispute,
            failure: self.failure,
            reserved_until: self.reserved_until,
            release_reason: self.release_reason,
            review: self.review,
            buyer: self.buyer.map(|buyer| buyer.0),
            next_action_at: self.next_action_at,
            created_at: self.created_at,
            updated_at: self.updated_at,
            paid_at: self.paid_at,
            language: self.language,
            erased_at: self.erased_at,
            shipment: self.shipped_at.map(|shipped_at| Shipment {
                carrier: self.carrier,
                tracking_code: self.tracking_code,
                shipped_at,
            }),
            lines,
        }
    }
}
