//! Orders: from the reservation to the fulfilled or refunded sale.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::column::text_enum;
use super::ids::{OrderId, ProductId, ShowId, VariantId};
use super::money::{Amount, Currency, Money};
use super::product::Units;

text_enum! {
    /// Where an order stands; the first four hold stock.
    OrderStatus {
        /// Stock is set aside, the provider has not answered yet.
        Reserved = "reserved",
        /// The buyer can pay.
        Open = "open",
        /// Paid by a delayed method that has not settled.
        Processing = "processing",
        /// The provider is being asked to close the session.
        Releasing = "releasing",
        /// Paid; to be sent.
        Paid = "paid",
        /// On its way.
        Shipped = "shipped",
        /// The time was up or the buyer went away; nothing was paid.
        Expired = "expired",
        /// A delayed payment failed.
        Failed = "failed",
        /// The provider refused to open a session.
        CreateFailed = "create_failed",
        /// Paid, but the stock is gone; the money goes back.
        RefundDue = "refund_due",
        /// The money went back.
        Refunded = "refunded",
    }
}

impl OrderStatus {
    /// Whether pieces stand in `reserved` for an order of this status (invariant I2).
    #[must_use]
    pub const fn holds_stock(self) -> bool {
        matches!(self, Self::Reserved | Self::Open | Self::Processing | Self::Releasing)
    }

    /// Whether its pieces count as `sold` (invariant I3).
    #[must_use]
    pub const fn is_sold(self) -> bool {
        matches!(self, Self::Paid | Self::Shipped)
    }
}

/// One line of an order; titles and prices are those of the moment of the reservation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderLine {
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
    pub units: Units,
    /// Price of one piece, VAT included.
    pub unit_amount: Amount,
}

/// Who pays, as far as the provider told.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Buyer {
    /// Name given at checkout.
    pub name: Option<String>,
    /// Address for the receipt.
    pub email: Option<String>,
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
    /// What is bought.
    pub lines: Vec<OrderLineView>,
    /// Name given at checkout.
    pub buyer_name: Option<String>,
    /// The click.
    pub created_at: DateTime<Utc>,
    /// The payment.
    pub paid_at: Option<DateTime<Utc>>,
    /// Until when the pieces are set aside.
    pub reserved_until: Option<DateTime<Utc>>,
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

text_enum! {
    /// Why a reservation ended without a sale.
    ReleaseReason {
        /// The time was up.
        Expired = "expired",
        /// The buyer went away.
        Cancelled = "cancelled",
        /// The provider refused to open a session.
        CreateFailed = "create_failed",
        /// A delayed payment failed.
        PaymentFailed = "payment_failed",
    }
}
