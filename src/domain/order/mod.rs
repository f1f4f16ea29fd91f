//! Orders: from the reservation to the fulfilled or refunded sale.
//!
//! Where an order may go is decided in `transition`; here is what it consists of.

mod view;

pub use view::{
    Checkout, OrderLineView, OrderLink, OrderShipping, OrderSummary, OrderTransition, OrderView, Sales,
};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::domain::checkout::ClientSecret;
use crate::domain::column::text_enum;
use crate::domain::delivery::Delivery;
use crate::domain::ids::{OfferId, OrderId, ProductId, ShopId, ShowId, VariantId, ViewerId};
use crate::domain::language::Language;
use crate::domain::money::{Amount, Currency, Money};
use crate::domain::product::Units;
use crate::domain::refund::Dispute;
use crate::domain::shipment::Shipment;
use crate::domain::show::PaymentsMode;
use crate::domain::text;
use crate::domain::withdrawal::WithdrawalExemption;

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

/// The most lines of one checkout; Stripe takes 100, a cart beside a video holds far fewer.
pub const ORDER_LINES_MAX: usize = 20;

text_enum! {
    /// Why a person has to look at an order; while it stands, nothing is sent.
    ReviewReason {
        /// The provider took another amount or currency than was ordered.
        AmountMismatch = "amount_mismatch",
        /// A second checkout session of the same order was paid.
        SecondSession = "second_session",
        /// The provider could not give the money back.
        RefundFailed = "refund_failed",
        /// It was paid after the backup that was restored, and what was bought is not known.
        Restored = "restored",
    }
}

/// An order as stored.
#[derive(Clone, Debug, PartialEq)]
pub struct Order {
    /// Identity.
    pub id: OrderId,
    /// Whose sale it is.
    pub shop_id: ShopId,
    /// The show it was bought in.
    pub show_id: ShowId,
    /// Who clicked.
    pub viewer_id: ViewerId,
    /// Number for people; begins with `TEST-` for test money.
    pub number: String,
    /// Where it stands.
    pub status: OrderStatus,
    /// Test money.
    pub is_test: bool,
    /// Who was asked to take the money.
    pub provider: PaymentsMode,
    /// Currency of all its amounts.
    pub currency: Currency,
    /// The sum of its lines.
    pub amount_subtotal: Amount,
    /// What the provider took, shipping and discounts included; known once paid.
    pub amount_total: Option<Amount>,
    /// Shipping, discount and tax in that total; known once paid.
    pub parts: Option<TotalParts>,
    /// The shipping rate that the buyer chose.
    pub shipping_method: Option<String>,
    /// Who gets the goods and where; known once paid.
    pub delivery: Option<Box<Delivery>>,
    /// Counts the sessions asked for; part of the provider's idempotency key.
    pub attempt: i64,
    /// What the provider is asked, word for word at each repetition.
    pub session_request: serde_json::Value,
    /// The provider's name of the session.
    pub session_id: Option<String>,
    /// Where the buyer pays.
    pub session_url: Option<String>,
    /// What the buyer's browser opens an embedded session with, while it can be paid.
    pub session_secret: Option<ClientSecret>,
    /// When the provider closes the session by itself.
    pub session_expires_at: DateTime<Utc>,
    /// The provider's name of the payment.
    pub payment_intent_id: Option<String>,
    /// What went back of its own payment.
    pub amount_refunded: Amount,
    /// Where a complaint of the buyer to the bank stands; while open, nothing is sent.
    pub dispute: Option<Dispute>,
    /// Why the provider opened no session, in its words; for members.
    pub failure: Option<String>,
    /// Until when the pieces are set aside.
    pub reserved_until: Option<DateTime<Utc>>,
    /// Why it ended or is ending without a sale.
    pub release_reason: Option<ReleaseReason>,
    /// Why a person has to look at it.
    pub review: Option<ReviewReason>,
    /// Who pays, as far as the provider told.
    pub buyer: Option<Buyer>,
    /// When a worker has to look at it; none when nothing is to be done.
    pub next_action_at: Option<DateTime<Utc>>,
    /// The click.
    pub created_at: DateTime<Utc>,
    /// The last change.
    pub updated_at: DateTime<Utc>,
    /// The payment.
    pub paid_at: Option<DateTime<Utc>>,
    /// The buyer's language, for mail.
    pub language: Language,
    /// The parcel, once it is sent.
    pub shipment: Option<Shipment>,
    /// When its buyer was erased; from then on nobody notes who it was.
    pub erased_at: Option<DateTime<Utc>>,
    /// What is bought.
    pub lines: Vec<OrderLine>,
}

impl Order {
    /// What the buyer pays or has paid.
    #[must_use]
    pub fn total(&self) -> Money {
        Money::new(self.amount_total.unwrap_or(self.amount_subtotal), self.currency)
    }

    /// An amount in the order's currency.
    #[must_use]
    pub const fn money(&self, amount: Amount) -> Money {
        Money::new(amount, self.currency)
    }

    /// Whether all that was paid went back.
    #[must_use]
    pub fn is_given_back(&self) -> bool {
        self.amount_refunded > Amount::ZERO && self.amount_refunded >= self.total().amount
    }

    /// Whether the goods may leave: paid, not given back, nothing to look at, nothing disputed.
    #[must_use]
    pub fn may_be_sent(&self) -> bool {
        self.status == OrderStatus::Paid
            && self.review.is_none()
            && self.dispute != Some(Dispute::Open)
            && !self.is_given_back()
    }

    /// The key under which the provider makes at most one session.
    #[must_use]
    pub fn session_key(&self) -> String {
        format!("cs:{}:{}", self.id, self.attempt)
    }

    /// Pieces of each variant, in the order of the variants' ids, which is the order of locking.
    #[must_use]
    pub fn units_by_variant(&self) -> Vec<(VariantId, Units)> {
        units_by_variant(&self.lines)
    }

    /// Pieces at the price of each offer, in the order of the offers' ids, which is the order of locking.
    #[must_use]
    pub fn units_by_offer(&self) -> Vec<(OfferId, Units)> {
        let mut sums = std::collections::BTreeMap::new();
        for line in &self.lines {
            if let Some(offer) = line.offer_id {
                *sums.entry(offer).or_insert(0) += line.units.get();
            }
        }
        sums.into_iter().filter_map(|(offer, units)| Some((offer, Units::new(units)?))).collect()
    }

    /// What a search for the order looks through: its number and its buyer, folded.
    #[must_use]
    pub fn search_text(&self) -> String {
        let buyer = self.buyer.clone().unwrap_or_default();
        let words = [Some(self.number.clone()), buyer.name, buyer.email];
        text::search_key(&words.into_iter().flatten().collect::<Vec<_>>().join(" "))
    }
}

/// Pieces of each variant, in the order of the variants' ids, which is the order of locking.
#[must_use]
pub fn units_by_variant(lines: &[OrderLine]) -> Vec<(VariantId, Units)> {
    let mut sums = std::collections::BTreeMap::new();
    for line in lines {
        *sums.entry(line.variant_id).or_insert(0) += line.units.get();
    }
    sums.into_iter().filter_map(|(variant, units)| Some((variant, Units::new(units)?))).collect()
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
    /// Pieces that came back and are for sale again.
    pub restocked_units: i64,
    /// The offer whose price it was frozen at.
    pub offer_id: Option<OfferId>,
    /// Why the buyer was told that it cannot be given back.
    pub exemption: Option<WithdrawalExemption>,
    /// Pieces from whose contract the buyer withdrew.
    pub withdrawn_units: i64,
}

/// What beside the goods is in the total of a paid order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TotalParts {
    /// Sending the goods; on top of the subtotal.
    pub shipping: Amount,
    /// What promotion codes took off.
    pub discount: Amount,
    /// The tax that the provider worked out; part of the prices.
    pub tax: Amount,
}

/// Who pays, as far as the provider told.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Buyer {
    /// Name given at checkout.
    pub name: Option<String>,
    /// Address for the receipt.
    pub email: Option<String>,
    /// Telephone number, where the shop asks for it.
    #[serde(default)]
    pub phone: Option<String>,
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
        /// A member ended the sale.
        Ended = "ended",
    }
}

#[cfg(test)]
pub(in crate::domain) mod testing {
    use super::*;
    use uuid::Uuid;

    /// So many pieces at a price in minor units.
    pub fn line(units: i64, unit_amount: i64) -> OrderLine {
        OrderLine {
            product_id: Uuid::from_u128(5).into(),
            variant_id: Uuid::from_u128(6).into(),
            title: "Scarf".to_owned(),
            variant_title: String::new(),
            sku: None,
            units: Units::new(units).unwrap(),
            unit_amount: Amount::from_minor(unit_amount),
            restocked_units: 0,
            offer_id: None,
            exemption: None,
            withdrawn_units: 0,
        }
    }

    /// An order that waits for its payment, with nothing in it.
    pub fn order() -> Order {
        Order {
            id: Uuid::from_u128(1).into(),
            shop_id: Uuid::from_u128(2).into(),
            show_id: Uuid::from_u128(3).into(),
            viewer_id: Uuid::from_u128(4).into(),
            number: "1001".to_owned(),
            status: OrderStatus::Open,
            is_test: false,
            provider: PaymentsMode::Stripe,
            currency: Currency::EUR,
            amount_subtotal: Amount::ZERO,
            amount_total: None,
            parts: None,
            shipping_method: None,
            delivery: None,
            attempt: 1,
            session_request: serde_json::Value::Null,
            session_id: None,
            session_url: None,
            session_secret: None,
            session_expires_at: DateTime::UNIX_EPOCH,
            payment_intent_id: None,
            amount_refunded: Amount::ZERO,
            dispute: None,
            failure: None,
            reserved_until: None,
            release_reason: None,
            review: None,
            buyer: None,
            next_action_at: None,
            created_at: DateTime::UNIX_EPOCH,
            updated_at: DateTime::UNIX_EPOCH,
            paid_at: None,
            language: Language::Italian,
            shipment: None,
            erased_at: None,
            lines: Vec::new(),
        }
    }
}
