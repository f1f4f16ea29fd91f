//! Which mails an order gives rise to, and to whom.
//!
//! Decided here, queued in the transaction of the change, written and sent by `app::mail`.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::column::text_enum;
use super::ids::MemberId;
use super::order::{Order, OrderStatus};

text_enum! {
    /// What a mail tells.
    MailKind {
        /// To the buyer: the payment arrived.
        OrderConfirmed = "order_confirmed",
        /// To the buyer: the goods are on their way.
        OrderShipped = "order_shipped",
        /// To the buyer: a delayed payment failed.
        PaymentFailed = "payment_failed",
        /// To the buyer: the money went back.
        OrderRefunded = "order_refunded",
        /// To the shop: somebody bought.
        ShopOrderPaid = "shop_order_paid",
        /// To the shop: a person has to look at an order.
        ShopOrderReview = "shop_order_review",
    }
}

impl MailKind {
    /// Whether it goes to the buyer rather than to the shop's members.
    #[must_use]
    pub const fn is_for_buyer(self) -> bool {
        !matches!(self, Self::ShopOrderPaid | Self::ShopOrderReview)
    }
}

text_enum! {
    /// What a mail about a withdrawal tells.
    LegalMailKind {
        /// To the buyer: the statement arrived, with all of it, as the receipt of art. 11a(4) of
        /// Directive 2011/83/EU.
        WithdrawalReceipt = "withdrawal_receipt",
        /// To the buyer, who asked for it: the way to the page of an order.
        OrderLink = "order_link",
        /// To the shop: somebody withdrew.
        ShopWithdrawal = "shop_withdrawal",
    }
}

/// Who gets a mail; the address is looked up when it is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailRecipient {
    /// The order's buyer.
    Buyer,
    /// A member of the shop.
    Member(MemberId),
    /// The address that the buyer gave with a withdrawal.
    Stated,
}

impl MailRecipient {
    /// As it stands in the table.
    #[must_use]
    pub fn to_text(self) -> String {
        match self {
            Self::Buyer => "buyer".to_owned(),
            Self::Member(id) => format!("member:{id}"),
            Self::Stated => "stated".to_owned(),
        }
    }

    /// Reads what [`MailRecipient::to_text`] wrote.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text.split_once(':') {
            None if text == "buyer" => Some(Self::Buyer),
            None if text == "stated" => Some(Self::Stated),
            Some(("member", id)) => id.parse().ok().map(Self::Member),
            _ => None,
        }
    }
}

/// A mail about an order, as members see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema, sqlx::FromRow)]
pub struct OrderMail {
    /// What it tells.
    pub kind: MailKind,
    /// When it was queued.
    pub created_at: DateTime<Utc>,
    /// When it went out.
    pub sent_at: Option<DateTime<Utc>>,
    /// When it was given up, after many attempts or for good reason.
    pub gave_up_at: Option<DateTime<Utc>>,
}

/// The mails that one change of an order gives rise to.
#[must_use]
pub fn mails_due(before: &Order, after: &Order) -> Vec<MailKind> {
    let mut due = Vec::new();
    let needs_person = before.review.is_none() && after.review.is_some();
    if before.status != after.status {
        match after.status {
            OrderStatus::Paid => {
                due.push(MailKind::OrderConfirmed);
                // The other mail to the shop tells of the payment too.
                if !needs_person {
                    due.push(MailKind::ShopOrderPaid);
                }
            }
            OrderStatus::Shipped => due.push(MailKind::OrderShipped),
            OrderStatus::Failed => due.push(MailKind::PaymentFailed),
            _ => {}
        }
    }
    if needs_person {
        due.push(MailKind::ShopOrderReview);
    }
    due
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::order::ReviewReason;
    use crate::domain::order::testing::order;

    #[track_caller]
    fn check(from: OrderStatus, to: OrderStatus, review: Option<ReviewReason>, expected: &[MailKind]) {
        let before = Order { status: from, ..order() };
        let after = Order { status: to, review, ..order() };
        assert_eq!(mails_due(&before, &after), expected);
    }

    #[test]
    fn each_step_has_its_mails() {
        use MailKind::{OrderConfirmed, OrderShipped, PaymentFailed, ShopOrderPaid, ShopOrderReview};
        use OrderStatus::{Expired, Failed, Open, Paid, Processing, RefundDue, Refunded, Reserved, Shipped};
        let review = Some(ReviewReason::AmountMismatch);
        check(Open, Paid, None, &[OrderConfirmed, ShopOrderPaid]);
        check(Open, Paid, review, &[OrderConfirmed, ShopOrderReview]);
        check(Paid, Paid, review, &[ShopOrderReview]);
        check(Paid, Shipped, None, &[OrderShipped]);
        check(Processing, Failed, None, &[PaymentFailed]);
        for (from, to) in [
            (Reserved, Open),
            (RefundDue, Refunded),
            (Open, Expired),
            (Open, Processing),
            (Expired, RefundDue),
            (Paid, Paid),
        ] {
            check(from, to, None, &[]);
        }
    }

    #[test]
    fn a_mark_that_stood_before_is_no_news() {
        let marked = Order { review: Some(ReviewReason::SecondSession), ..order() };
        assert_eq!(mails_due(&marked, &marked), []);
    }

    #[test]
    fn recipients_survive_the_table() {
        let member = MailRecipient::Member(uuid::Uuid::from_u128(7).into());
        for recipient in [MailRecipient::Buyer, MailRecipient::Stated, member] {
            assert_eq!(MailRecipient::parse(&recipient.to_text()), Some(recipient));
        }
        for text in ["", "buyer:1", "member:", "member:x", "somebody"] {
            assert_eq!(MailRecipient::parse(text), None, "{text}");
        }
    }
}
