//! What the buyer's page of an order shows.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::money::Money;
use super::order::{OrderLineView, OrderShipping, OrderStatus};
use super::shipment::Shipment;
use super::withdrawal::WithdrawalRight;

/// An order as whoever has its secret address sees it; nothing in it names the buyer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct BuyerOrder {
    /// Number for people; begins with `TEST-` for test money.
    pub number: String,
    /// Where it stands.
    pub status: OrderStatus,
    /// Test money.
    pub is_test: bool,
    /// What is bought.
    pub lines: Vec<OrderLineView>,
    /// The sum of the lines.
    pub subtotal: Money,
    /// How the goods are sent; known once paid, none where nothing is delivered.
    pub shipping: Option<OrderShipping>,
    /// What promotion codes took off; known once paid.
    pub discount: Money,
    /// The tax in the total, where the provider works it out; known once paid.
    pub tax: Money,
    /// What the buyer pays, shipping and discounts included.
    pub total: Money,
    /// What went back to the buyer so far.
    pub refunded: Money,
    /// The shop's name.
    pub shop_name: String,
    /// Where the shop can be reached.
    pub shop_email: Option<String>,
    /// The shop's `#rrggbb`.
    pub brand_colour: String,
    /// The click.
    pub created_at: DateTime<Utc>,
    /// The payment.
    pub paid_at: Option<DateTime<Utc>>,
    /// Until when the pieces are set aside.
    pub reserved_until: Option<DateTime<Utc>>,
    /// Where to pay, while that is possible.
    pub pay_url: Option<String>,
    /// The parcel, once it is sent.
    pub shipment: Option<Shipment>,
    /// What may be taken back of it; none before it is paid.
    pub withdrawal: Option<WithdrawalRight>,
    /// URL part of the shop, for the pages that tell who sells under which terms.
    pub shop_slug: String,
    /// Path of the page on which the buyer downloads or erases what is kept.
    pub data_url: String,
}

impl BuyerOrder {
    /// Where it stands in the buyer's eyes: what was given back whole is refunded, whatever the shop
    /// has to do with the parcel.
    #[must_use]
    pub fn told_status(&self) -> OrderStatus {
        let is_settled = matches!(self.status, OrderStatus::Paid | OrderStatus::Shipped);
        let is_whole = self.refunded.amount.minor() > 0 && self.refunded.amount >= self.total.amount;
        if is_settled && is_whole { OrderStatus::Refunded } else { self.status }
    }
}
