//! Decides where an order goes when something is learnt of it.
//!
//! One function for webhooks, return pages, pollers and workers alike.
//! Invariant: pieces are freed only by a fact that rules out a later payment.

use super::order::OrderStatus;

/// Something that is certain about an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fact {
    /// The provider has a session that can be paid.
    SessionOpen,
    /// The session is paid, or nothing was to be paid.
    SessionPaid,
    /// The buyer is done, the money is on its way.
    SessionPending,
    /// The money did not come and will not.
    SessionFailed,
    /// The session can no longer be paid.
    SessionExpired,
    /// The provider has no session and will make none for this request.
    SessionNeverMade,
    /// The time is up, or the buyer or the host does not want it any more.
    ReleaseAsked,
    /// The provider gave the money back.
    MoneyReturned,
    /// A member sent the goods.
    GoodsSent,
}

impl Fact {
    /// Every fact, for tests and tables.
    pub const ALL: &[Self] = &[
        Self::SessionOpen,
        Self::SessionPaid,
        Self::SessionPending,
        Self::SessionFailed,
        Self::SessionExpired,
        Self::SessionNeverMade,
        Self::ReleaseAsked,
        Self::MoneyReturned,
        Self::GoodsSent,
    ];

    /// How the history of an order names it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SessionOpen => "session_open",
            Self::SessionPaid => "session_paid",
            Self::SessionPending => "session_pending",
            Self::SessionFailed => "session_failed",
            Self::SessionExpired => "session_expired",
            Self::SessionNeverMade => "session_never_made",
            Self::ReleaseAsked => "release_asked",
            Self::MoneyReturned => "money_returned",
            Self::GoodsSent => "goods_sent",
        }
    }
}

/// What happens to the pieces of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StockMove {
    /// Nothing.
    Keep,
    /// From reserved to available.
    Free,
    /// From reserved to sold.
    Sell,
}

/// What follows from a fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// It is known already, or it came too late to matter.
    Stay,
    /// The order moves on.
    Move(OrderStatus, StockMove),
    /// Paid after the pieces were freed: paid if they can be had again, else the money goes back.
    SellAgain,
}

/// Decides what a fact does to an order of this status.
#[must_use]
#[expect(clippy::match_same_arms, reason = "one arm for each row of the table of states")]
pub const fn decide(status: OrderStatus, fact: Fact) -> Decision {
    use Decision::{Move, SellAgain, Stay};
    use OrderStatus::{
        CreateFailed, Expired, Failed, Open, Paid, Processing, RefundDue, Refunded, Releasing, Reserved,
        Shipped,
    };
    match (fact, status) {
        (Fact::SessionOpen, Reserved) => Move(Open, StockMove::Keep),
        (Fact::SessionOpen, _) => Stay,

        (Fact::SessionPaid, Reserved | Open | Releasing | Processing) => Move(Paid, StockMove::Sell),
        (Fact::SessionPaid, Expired | Failed | CreateFailed) => SellAgain,
        (Fact::SessionPaid, Paid | Shipped | RefundDue | Refunded) => Stay,

        (Fact::SessionPending, Reserved | Open | Releasing) => Move(Processing, StockMove::Keep),
        (Fact::SessionPending, _) => Stay,

        // The news of success or failure may overtake the news that the buyer is done.
        (Fact::SessionFailed, Reserved | Open | Releasing | Processing) => Move(Failed, StockMove::Free),
        (Fact::SessionFailed, _) => Stay,

        // A session that waits for its money is complete and cannot expire: that news is older.
        (Fact::SessionExpired, Reserved | Open | Releasing) => Move(Expired, StockMove::Free),
        (Fact::SessionExpired, _) => Stay,

        (Fact::SessionNeverMade, Reserved) => Move(CreateFailed, StockMove::Free),
        (Fact::SessionNeverMade, Releasing) => Move(Expired, StockMove::Free),
        (Fact::SessionNeverMade, _) => Stay,

        (Fact::ReleaseAsked, Reserved | Open) => Move(Releasing, StockMove::Keep),
        (Fact::ReleaseAsked, _) => Stay,

        (Fact::MoneyReturned, RefundDue) => Move(Refunded, StockMove::Keep),
        (Fact::MoneyReturned, _) => Stay,

        (Fact::GoodsSent, Paid) => Move(Shipped, StockMove::Keep),
        (Fact::GoodsSent, _) => Stay,
    }
}

#[cfg(test)]
mod tests {
    use super::OrderStatus::{
        CreateFailed, Expired, Failed, Open, Paid, Processing, RefundDue, Refunded, Releasing, Reserved,
        Shipped,
    };
    use super::*;

    /// The table of states, written once more by hand; every pair that is not here stays.
    const TABLE: &[(OrderStatus, Fact, Decision)] = &[
        (Reserved, Fact::SessionOpen, Decision::Move(Open, StockMove::Keep)),
        (Reserved, Fact::SessionNeverMade, Decision::Move(CreateFailed, StockMove::Free)),
        (Reserved, Fact::ReleaseAsked, Decision::Move(Releasing, StockMove::Keep)),
        (Open, Fact::ReleaseAsked, Decision::Move(Releasing, StockMove::Keep)),
        (Releasing, Fact::SessionNeverMade, Decision::Move(Expired, StockMove::Free)),
        (Reserved, Fact::SessionPaid, Decision::Move(Paid, StockMove::Sell)),
        (Open, Fact::SessionPaid, Decision::Move(Paid, StockMove::Sell)),
        (Releasing, Fact::SessionPaid, Decision::Move(Paid, StockMove::Sell)),
        (Processing, Fact::SessionPaid, Decision::Move(Paid, StockMove::Sell)),
        (Reserved, Fact::SessionPending, Decision::Move(Processing, StockMove::Keep)),
        (Open, Fact::SessionPending, Decision::Move(Processing, StockMove::Keep)),
        (Releasing, Fact::SessionPending, Decision::Move(Processing, StockMove::Keep)),
        (Processing, Fact::SessionFailed, Decision::Move(Failed, StockMove::Free)),
        (Reserved, Fact::SessionFailed, Decision::Move(Failed, StockMove::Free)),
        (Open, Fact::SessionFailed, Decision::Move(Failed, StockMove::Free)),
        (Releasing, Fact::SessionFailed, Decision::Move(Failed, StockMove::Free)),
        (Reserved, Fact::SessionExpired, Decision::Move(Expired, StockMove::Free)),
        (Open, Fact::SessionExpired, Decision::Move(Expired, StockMove::Free)),
        (Releasing, Fact::SessionExpired, Decision::Move(Expired, StockMove::Free)),
        (Expired, Fact::SessionPaid, Decision::SellAgain),
        (Failed, Fact::SessionPaid, Decision::SellAgain),
        (CreateFailed, Fact::SessionPaid, Decision::SellAgain),
        (RefundDue, Fact::MoneyReturned, Decision::Move(Refunded, StockMove::Keep)),
        (Paid, Fact::GoodsSent, Decision::Move(Shipped, StockMove::Keep)),
    ];

    #[test]
    fn the_table_of_states_is_kept() {
        for &status in OrderStatus::ALL {
            for &fact in Fact::ALL {
                let expected = TABLE
                    .iter()
                    .find(|(from, by, _)| (*from, *by) == (status, fact))
                    .map_or(Decision::Stay, |(_, _, decision)| *decision);
                assert_eq!(decide(status, fact), expected, "{status} on {fact:?}");
            }
        }
    }

    #[test]
    fn moves_of_stock_agree_with_what_statuses_hold() {
        for &status in OrderStatus::ALL {
            for &fact in Fact::ALL {
                let Decision::Move(to, stock) = decide(status, fact) else { continue };
                let expected = match (status.holds_stock(), to.holds_stock(), to.is_sold()) {
                    (true, false, true) => StockMove::Sell,
                    (true, false, false) => StockMove::Free,
                    _ => StockMove::Keep,
                };
                assert_eq!(stock, expected, "{status} to {to}");
            }
        }
    }

    #[test]
    fn any_order_of_news_ends_alike_once_paid() {
        let news = [Fact::SessionPending, Fact::SessionPaid, Fact::SessionOpen, Fact::ReleaseAsked];
        for &first in &news {
            for &second in &news {
                for &third in &news {
                    let mut status = Reserved;
                    for fact in [first, second, third, Fact::SessionPaid] {
                        if let Decision::Move(to, _) = decide(status, fact) {
                            status = to;
                        }
                    }
                    assert_eq!(status, Paid);
                }
            }
        }
    }
}
