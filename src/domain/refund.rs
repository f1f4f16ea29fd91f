//! Money on its way back to a buyer, and disputes about a payment.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::column::text_enum;
use super::ids::{OrderId, RefundId, ShopId};
use super::money::{Amount, Currency, Money};
use super::order::{Order, OrderStatus};

text_enum! {
    /// Why money goes back.
    RefundCause {
        /// A member decided so.
        Member = "member",
        /// It was paid when the pieces were gone.
        StockGone = "stock_gone",
        /// A second checkout session of the same order was paid.
        SecondSession = "second_session",
        /// Somebody gave it back in the provider's own dashboard.
        Outside = "outside",
    }
}

text_enum! {
    /// How far a refund is.
    RefundStatus {
        /// The provider has not been asked yet, or gave no answer.
        Due = "due",
        /// The provider took it on; banks take days.
        Pending = "pending",
        /// The money went back.
        Succeeded = "succeeded",
        /// It will not go back this way.
        Failed = "failed",
    }
}

text_enum! {
    /// Where a buyer's complaint to the bank stands.
    Dispute {
        /// The bank is deciding; the money is held back.
        Open = "open",
        /// The shop keeps the money.
        Won = "won",
        /// The buyer has it back.
        Lost = "lost",
    }
}

/// A refund as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refund {
    /// Identity; travels to the provider and comes back in its news.
    pub id: RefundId,
    /// Whose sale it was.
    pub shop_id: ShopId,
    /// The order it belongs to.
    pub order_id: OrderId,
    /// Counts the refunds of the order; part of the provider's idempotency key.
    pub n: i64,
    /// Why.
    pub cause: RefundCause,
    /// The payment that goes back, by the provider's name.
    pub payment_intent_id: String,
    /// How much, in the order's currency.
    pub amount: Amount,
    /// How far it is.
    pub status: RefundStatus,
    /// The provider's name of it.
    pub provider_refund_id: Option<String>,
    /// Why it failed, in the provider's words.
    pub failure: Option<String>,
    /// What the member noted.
    pub note: Option<String>,
    /// Who asked for it; none for automatic ones.
    pub requested_by: Option<String>,
    /// When a worker goes on with it; none when nothing is to be done.
    pub next_action_at: Option<DateTime<Utc>>,
    /// When it was decided.
    pub created_at: DateTime<Utc>,
    /// The last change.
    pub updated_at: DateTime<Utc>,
}

impl Refund {
    /// The key under which the provider gives this money back at most once.
    #[must_use]
    pub fn key(&self) -> String {
        format!("re:{}:{}", self.order_id, self.n)
    }

    /// Whether a refund in this status may still take on `status`.
    ///
    /// A bank may send back what had succeeded. Nothing follows a failure, unless the refund was taken
    /// for refused and the provider names it all the same: then the provider knows better.
    #[must_use]
    pub const fn may_become(&self, status: RefundStatus) -> bool {
        use RefundStatus::{Due, Failed, Pending, Succeeded};
        match (self.status, status) {
            (Due, Pending | Succeeded | Failed) | (Pending, Succeeded | Failed) | (Succeeded, Failed) => true,
            (Failed, Pending | Succeeded) => self.provider_refund_id.is_none(),
            _ => false,
        }
    }

    /// The refund as members see it.
    #[must_use]
    pub fn view(&self, currency: Currency) -> RefundView {
        RefundView {
            id: self.id,
            cause: self.cause,
            status: self.status,
            amount: Money::new(self.amount, currency),
            failure: self.failure.clone(),
            note: self.note.clone(),
            created_at: self.created_at,
            updated_at: self.updated_at,
        }
    }
}

/// A refund as members see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = Refund)]
pub struct RefundView {
    /// Identity.
    pub id: RefundId,
    /// Why.
    pub cause: RefundCause,
    /// How far it is.
    pub status: RefundStatus,
    /// How much.
    pub amount: Money,
    /// Why it failed, in the provider's words.
    pub failure: Option<String>,
    /// What the member noted.
    pub note: Option<String>,
    /// When it was decided.
    pub created_at: DateTime<Utc>,
    /// The last change.
    pub updated_at: DateTime<Utc>,
}

/// What of an order's own payment can still be given back; zero when nothing can.
#[must_use]
pub fn refundable(order: &Order, refunds: &[Refund]) -> Amount {
    let is_taken = matches!(order.status, OrderStatus::Paid | OrderStatus::Shipped);
    let Some(payment) = order.payment_intent_id.as_deref().filter(|_| is_taken) else {
        return Amount::ZERO;
    };
    let given: i64 = refunds
        .iter()
        .filter(|refund| refund.payment_intent_id == payment && refund.status != RefundStatus::Failed)
        .map(|refund| refund.amount.minor())
        .sum();
    Amount::from_minor((order.total().amount.minor() - given).max(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refund(status: RefundStatus) -> Refund {
        let id = uuid::Uuid::nil();
        Refund {
            id: id.into(),
            shop_id: id.into(),
            order_id: id.into(),
            n: 2,
            cause: RefundCause::Member,
            payment_intent_id: "pi_1".to_owned(),
            amount: Amount::from_minor(100),
            status,
            provider_refund_id: None,
            failure: None,
            note: None,
            requested_by: None,
            next_action_at: None,
            created_at: DateTime::UNIX_EPOCH,
            updated_at: DateTime::UNIX_EPOCH,
        }
    }

    #[test]
    fn nothing_follows_a_failure_and_nothing_goes_back_to_due() {
        use RefundStatus::{Due, Failed, Pending, Succeeded};
        for &to in RefundStatus::ALL {
            let failed = Refund { provider_refund_id: Some("re_1".to_owned()), ..refund(Failed) };
            assert!(!failed.may_become(to));
            assert!(!refund(to).may_become(Due));
            assert!(!refund(to).may_become(to));
        }
        assert!(refund(Pending).may_become(Succeeded));
        assert!(refund(Succeeded).may_become(Failed));
        assert!(!refund(Succeeded).may_become(Pending));
    }

    #[test]
    fn a_refund_that_was_taken_for_refused_may_turn_out_to_be_made() {
        use RefundStatus::{Due, Failed, Pending, Succeeded};
        assert!(refund(Failed).may_become(Pending));
        assert!(refund(Failed).may_become(Succeeded));
        assert!(!refund(Failed).may_become(Due));
        assert!(!refund(Failed).may_become(Failed));
    }

    #[test]
    fn the_key_names_order_and_number() {
        assert_eq!(refund(RefundStatus::Due).key(), format!("re:{}:2", uuid::Uuid::nil()));
    }
}
