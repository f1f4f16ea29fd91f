//! When the buyer of an order may be erased, and whose orders are meant.

use super::column::text_enum;
use super::order::{Order, OrderStatus};
use super::privacy::{ErasureObstacle, KeptOfBuyer};
use super::refund::{Dispute, Refund, RefundStatus};
use super::withdrawal::Withdrawal;

text_enum! {
    /// Which orders a member means.
    BuyerScope {
        /// This one.
        Order = "order",
        /// All orders of the shop under the same e-mail address.
        Buyer = "buyer",
    }
}

/// What has to be done with an order before its buyer can be erased: who is forgotten too early is
/// never sent the goods or the money (art. 17(3)(b) and (e) GDPR).
#[must_use]
pub fn obstacles(order: &Order, refunds: &[Refund], withdrawals: &[Withdrawal]) -> Vec<ErasureObstacle> {
    let is_refunding =
        refunds.iter().any(|refund| matches!(refund.status, RefundStatus::Due | RefundStatus::Pending));
    let is_owed = withdrawals.iter().any(|withdrawal| withdrawal.refund_target > order.amount_refunded);
    let all = [
        (ErasureObstacle::Payment, order.status.holds_stock()),
        (ErasureObstacle::Delivery, order.status == OrderStatus::Paid && !order.is_given_back()),
        (ErasureObstacle::Refund, order.status == OrderStatus::RefundDue || is_refunding),
        (ErasureObstacle::Withdrawal, is_owed),
        (ErasureObstacle::Dispute, order.dispute == Some(Dispute::Open)),
        (ErasureObstacle::Review, order.review.is_some()),
    ];
    all.into_iter().filter_map(|(obstacle, stands)| stands.then_some(obstacle)).collect()
}

/// What the books keep of an order's buyer; nothing of one who never paid.
#[must_use]
pub fn kept_of(order: &Order) -> Option<KeptOfBuyer> {
    order.paid_at?;
    Some(KeptOfBuyer {
        name: order.buyer.as_ref().and_then(|buyer| buyer.name.clone()),
        country: order.delivery.as_ref().and_then(|delivery| delivery.address.country.clone()),
    })
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;
    use crate::domain::money::Amount;
    use crate::domain::order::testing::order;
    use crate::domain::order::{Buyer, ReviewReason};

    #[test]
    fn what_is_under_way_stands_before_the_erasure() {
        for status in OrderStatus::ALL {
            let order = Order { status: *status, ..order() };
            let expected: &[ErasureObstacle] = match status {
                OrderStatus::Reserved
                | OrderStatus::Open
                | OrderStatus::Processing
                | OrderStatus::Releasing => &[ErasureObstacle::Payment],
                OrderStatus::Paid => &[ErasureObstacle::Delivery],
                OrderStatus::RefundDue => &[ErasureObstacle::Refund],
                _ => &[],
            };
            assert_eq!(obstacles(&order, &[], &[]), expected, "{status}");
        }
        let shipped = Order { status: OrderStatus::Shipped, ..order() };
        let disputed = Order { dispute: Some(Dispute::Open), ..shipped.clone() };
        assert_eq!(obstacles(&disputed, &[], &[]), [ErasureObstacle::Dispute]);
        let odd = Order { review: Some(ReviewReason::AmountMismatch), ..shipped };
        assert_eq!(obstacles(&odd, &[], &[]), [ErasureObstacle::Review]);
    }

    #[test]
    fn an_order_that_was_given_back_needs_no_parcel() {
        let ten = Amount::from_minor(1_000);
        let paid =
            Order { status: OrderStatus::Paid, amount_total: Some(ten), amount_refunded: ten, ..order() };
        assert!(obstacles(&paid, &[], &[]).is_empty());
    }

    #[test]
    fn the_books_keep_the_party_to_a_sale_and_nothing_else() {
        let buyer = Buyer {
            name: Some("Anna Neri".to_owned()),
            email: Some("anna@example.com".to_owned()),
            phone: Some("+39 0577 1".to_owned()),
        };
        let unpaid = Order { buyer: Some(buyer), ..order() };
        assert_eq!(kept_of(&unpaid), None);
        let paid = Order { paid_at: Some(DateTime::UNIX_EPOCH), ..unpaid };
        let kept = serde_json::to_value(kept_of(&paid)).unwrap();
        assert_eq!(kept, serde_json::json!({ "name": "Anna Neri", "country": null }));
    }
}
