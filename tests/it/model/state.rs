//! Everything at one moment, what a fact does to it and what must never be true of it.

use std::fmt;

use vetrina::domain::order::OrderStatus;
use vetrina::domain::transition::{Decision, Fact, StockMove};

use super::order::{Order, Session};

/// Pieces; one is the tightest, as every second buyer depends on what became of the first.
pub const STOCK: i8 = 1;

/// Everything at one moment.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct State {
    pub orders: Vec<Order>,
    pub available: i8,
    pub reserved: i8,
    pub sold: i8,
}

impl State {
    /// What the program does with a fact, in one transaction.
    pub fn apply(&mut self, place: usize, fact: Fact, decide: fn(OrderStatus, Fact) -> Decision) {
        let Some(status) = self.orders[place].status() else { return };
        let to = match decide(status, fact) {
            Decision::Stay => return,
            Decision::Move(to, StockMove::Keep) => to,
            Decision::Move(to, StockMove::Free) => {
                self.reserved -= 1;
                self.available += 1;
                to
            }
            Decision::Move(to, StockMove::Sell) => {
                self.reserved -= 1;
                self.sold += 1;
                to
            }
            Decision::SellAgain if self.available > 0 => {
                self.available -= 1;
                self.sold += 1;
                OrderStatus::Paid
            }
            Decision::SellAgain => OrderStatus::RefundDue,
        };
        self.orders[place].set_status(to);
    }

    /// What is wrong with this moment, if anything is.
    pub fn breach(&self) -> Option<&'static str> {
        let count = |is_counted: fn(OrderStatus) -> bool| {
            let statuses = self.orders.iter().filter_map(Order::status);
            i8::try_from(statuses.filter(|status| is_counted(*status)).count()).unwrap()
        };
        if self.available.min(self.reserved).min(self.sold) < 0 {
            return Some("a counter of pieces is negative");
        }
        if self.available + self.reserved + self.sold != STOCK {
            return Some("available, reserved and sold are not the stock");
        }
        if self.reserved != count(OrderStatus::holds_stock) {
            return Some("reserved is not what orders hold");
        }
        if self.sold != count(OrderStatus::is_sold) {
            return Some("sold is not what was paid");
        }
        self.orders.iter().find_map(Self::breach_of)
    }

    fn breach_of(order: &Order) -> Option<&'static str> {
        let status = order.status()?;
        let is_paid = order.session == Session::Paid;
        if order.is_released() && matches!(order.session, Session::Open | Session::Pending) {
            return Some("the pieces are free but the session can still be paid");
        }
        if order.is_released() && is_paid && !order.was(Session::Expired) && !order.was(Session::Failed) {
            return Some("the pieces were freed before the session was paid");
        }
        if status.is_sold() && (!is_paid || order.is_money_back) {
            return Some("goods leave without their money");
        }
        if matches!(status, OrderStatus::RefundDue | OrderStatus::Refunded) && !is_paid {
            return Some("money goes back that never came");
        }
        if status == OrderStatus::Refunded && !order.is_money_back {
            return Some("an order counts as refunded but the money did not go back");
        }
        None
    }

    /// Nothing is left to do.
    pub fn is_at_rest(&self) -> bool {
        self.orders.iter().all(Order::is_at_rest)
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} free, {} reserved, {} sold", self.available, self.reserved, self.sold)?;
        for order in &self.orders {
            match order.status() {
                None => write!(f, " | no click")?,
                Some(status) => write!(f, " | {status}, session {:?}", order.session)?,
            }
        }
        Ok(())
    }
}
