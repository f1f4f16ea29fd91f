//! Orders as people see them: in lists, at checkout, with everything members may know.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::{Buyer, Order, OrderLine, OrderStatus, ReviewReason};
use crate::domain::checkout::EmbeddedCheckout;
use crate::domain::delivery::{Country, Delivery};
use crate::domain::ids::{LinkId, OrderId, ProductId, ShowId, VariantId};
use crate::domain::language::Language;
use crate::domain::link::{LinkCode, LinkSource};
use crate::domain::mail::OrderMail;
use crate::domain::money::{Amount, Currency, Money};
use crate::domain::refund::{Dispute, RefundView};
use crate::domain::shipment::Shipment;
use crate::domain::withdrawal::MemberWithdrawal;

impl Order {
    /// What sending the goods costs the buyer; none where nothing is delivered.
    #[must_use]
    pub fn shipping(&self) -> Option<OrderShipping> {
        let price = self.parts.unwrap_or_default().shipping;
        let is_sent = self.shipping_method.is_some() || price > Amount::ZERO;
        is_sent.then(|| OrderShipping {
            method: self.shipping_method.clone(),
            price: Money::new(price, self.currency),
        })
    }

    /// The lines as people see them.
    #[must_use]
    pub fn line_views(&self) -> Vec<OrderLineView> {
        self.lines.iter().map(|line| OrderLineView::of(line, self.currency)).collect()
    }

    /// The order in lists and in members' events.
    #[must_use]
    pub fn summary(&self) -> OrderSummary {
        OrderSummary {
            id: self.id,
            show_id: self.show_id,
            number: self.number.clone(),
            status: self.status,
            is_test: self.is_test,
            total: self.total(),
            refunded: Money::new(self.amount_refunded, self.currency),
            lines: self.line_views(),
            buyer_name: self.buyer.as_ref().and_then(|buyer| buyer.name.clone()),
            review: self.review,
            created_at: self.created_at,
            paid_at: self.paid_at,
            shipped_at: self.shipment.as_ref().map(|shipment| shipment.shipped_at),
            reserved_until: self.reserved_until,
        }
    }

    /// Countries that the buyer can have the goods sent to, as frozen in the session's request.
    fn delivers_to(&self) -> Vec<Country> {
        let countries = self.session_request.pointer("/delivery/countries");
        countries.and_then(|countries| Vec::deserialize(countries).ok()).unwrap_or_default()
    }

    /// Where the buyer pays, while that is possible.
    #[must_use]
    pub fn pay_url(&self) -> Option<String> {
        self.session_url.clone().filter(|_| self.status == OrderStatus::Open)
    }

    /// The order as its buyer sees it while paying; `order_url` leads to its page.
    #[must_use]
    pub fn checkout(&self, order_url: String) -> Checkout {
        Checkout {
            id: self.id,
            show_id: self.show_id,
            number: self.number.clone(),
            status: self.status,
            is_test: self.is_test,
            subtotal: self.money(self.amount_subtotal),
            total: self.total(),
            lines: self.line_views(),
            delivers_to: self.delivers_to(),
            reserved_until: self.reserved_until,
            pay_url: self.pay_url(),
            embedded: None,
            queue_place: None,
            order_url,
            created_at: self.created_at,
        }
    }
}

/// How the goods are sent and what that costs the buyer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct OrderShipping {
    /// The rate that the buyer chose.
    pub method: Option<String>,
    /// Its price, VAT included.
    pub price: Money,
}

/// A line as members and its buyer see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct OrderLineView {
    /// Product bought.
    pub product_id: ProductId,
    /// Variant bought.
    pub variant_id: VariantId,
    /// Title of the product.
    pub title: String,
    /// Option values, joined.
    pub variant_title: String,
    /// The shop's own number.
    pub sku: Option<String>,
    /// Pieces.
    pub units: i64,
    /// Price of one piece, VAT included.
    pub unit_amount: Money,
    /// Pieces that came back and are for sale again.
    pub restocked_units: i64,
}

impl OrderLineView {
    /// The view of a line priced in the order's currency.
    #[must_use]
    pub fn of(line: &OrderLine, currency: Currency) -> Self {
        Self {
            product_id: line.product_id,
            variant_id: line.variant_id,
            title: line.title.clone(),
            variant_title: line.variant_title.clone(),
            sku: line.sku.clone(),
            units: line.units.get(),
            unit_amount: Money::new(line.unit_amount, currency),
            restocked_units: line.restocked_units,
        }
    }
}

/// An order in lists and in members' events.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct OrderSummary {
    /// Identity.
    pub id: OrderId,
    /// The show it was bought in.
    pub show_id: ShowId,
    /// Number for people; begins with `TEST-` for test money.
    pub number: String,
    /// Where it stands.
    pub status: OrderStatus,
    /// Test money.
    pub is_test: bool,
    /// What the buyer pays, VAT included.
    pub total: Money,
    /// What of it went back.
    pub refunded: Money,
    /// What is bought.
    pub lines: Vec<OrderLineView>,
    /// Name given at checkout.
    pub buyer_name: Option<String>,
    /// Why a person has to look at it.
    pub review: Option<ReviewReason>,
    /// The click.
    pub created_at: DateTime<Utc>,
    /// The payment.
    pub paid_at: Option<DateTime<Utc>>,
    /// When it was marked as sent.
    pub shipped_at: Option<DateTime<Utc>>,
    /// Until when the pieces are set aside.
    pub reserved_until: Option<DateTime<Utc>>,
}

/// A reservation on its way to payment, as its buyer sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Checkout {
    /// Identity, the same as the order's.
    pub id: OrderId,
    /// The show it was bought in.
    pub show_id: ShowId,
    /// Number for people; begins with `TEST-` for test money.
    pub number: String,
    /// Where it stands.
    pub status: OrderStatus,
    /// Test money.
    pub is_test: bool,
    /// The sum of the lines.
    pub subtotal: Money,
    /// What the buyer pays, VAT included; before the payment without shipping and discounts.
    pub total: Money,
    /// What is bought.
    pub lines: Vec<OrderLineView>,
    /// Countries that the goods can be sent to for the prices of this checkout.
    #[schema(value_type = Vec<String>)]
    pub delivers_to: Vec<Country>,
    /// Until when the pieces are set aside.
    pub reserved_until: Option<DateTime<Utc>>,
    /// Where to pay, while that is possible; none where it is done beside the video.
    pub pay_url: Option<String>,
    /// The payment page beside the video, while it can be paid; none where it is a tab of its own.
    pub embedded: Option<EmbeddedCheckout>,
    /// While the payment page is being made: how many others get theirs first.
    pub queue_place: Option<i64>,
    /// The buyer's page of this order; whoever has the address sees it.
    pub order_url: String,
    /// The click.
    pub created_at: DateTime<Utc>,
}

/// One step of an order's history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema, sqlx::FromRow)]
pub struct OrderTransition {
    /// When.
    pub at: DateTime<Utc>,
    /// Where it stood.
    #[sqlx(rename = "from_status")]
    pub from: OrderStatus,
    /// Where it went.
    #[sqlx(rename = "to_status")]
    pub to: OrderStatus,
    /// What was learnt, such as `session_paid`.
    pub cause: String,
}

/// The link that an order is credited to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema, sqlx::FromRow)]
pub struct OrderLink {
    /// Identity.
    pub id: LinkId,
    /// The last part of its address.
    #[schema(value_type = String, example = "k7m2p9x")]
    pub code: LinkCode,
    /// Where it is published.
    pub source: LinkSource,
    /// The shop's own note.
    pub label: String,
}

/// An order with everything members may see of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = Order)]
pub struct OrderView {
    /// The short view.
    #[serde(flatten)]
    pub summary: OrderSummary,
    /// Who pays, as far as the provider told.
    pub buyer: Option<Buyer>,
    /// The sum of the lines.
    pub subtotal: Money,
    /// How the goods are sent; known once paid, none where nothing is delivered.
    pub shipping: Option<OrderShipping>,
    /// What promotion codes took off; known once paid.
    pub discount: Money,
    /// The tax in the total, where the provider works it out; known once paid.
    pub tax: Money,
    /// Who gets the goods and where; known once paid.
    pub delivery: Option<Delivery>,
    /// Where a complaint of the buyer to the bank stands; while open, nothing is sent.
    pub dispute: Option<Dispute>,
    /// Why the provider opened no session, in its words.
    pub failure: Option<String>,
    /// Money that went back or is on its way.
    pub refunds: Vec<RefundView>,
    /// What can still be given back.
    pub refundable: Money,
    /// The buyer's language.
    pub language: Language,
    /// The parcel, once it is sent.
    pub shipment: Option<Shipment>,
    /// The buyer's page of this order; whoever has the address sees it.
    pub order_url: String,
    /// The link through which the buyer came.
    pub link: Option<OrderLink>,
    /// Its steps, the oldest first.
    pub history: Vec<OrderTransition>,
    /// Mail about it, the oldest first.
    pub mails: Vec<OrderMail>,
    /// What its buyer took back, the oldest first.
    pub withdrawals: Vec<MemberWithdrawal>,
    /// The day on which the last parcel arrived, where a member noted it.
    #[schema(value_type = Option<String>, format = Date)]
    pub delivered_on: Option<NaiveDate>,
    /// When the buyer's right of withdrawal ends; none while no delivery is noted.
    pub withdrawal_ends_at: Option<DateTime<Utc>>,
}

/// What a show has sold: its paid and shipped orders.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Sales {
    /// Paid orders.
    pub orders: i64,
    /// Pieces in them.
    pub units: i64,
    /// Their sum.
    pub total: Money,
}
