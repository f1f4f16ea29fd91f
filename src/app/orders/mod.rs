//! Orders as members see them, and what a show has sold.

mod attend;
mod audit;
mod buyer_page;
mod export;
mod lost;
mod noting;
mod place;
pub mod provider_events;
mod query;
mod reconcile;
mod refund_work;
mod refunds;
mod settle;
mod ship;
mod telling;
mod workers;

pub use audit::Alarms;
pub use export::{EXPORT_ROWS_MAX, Separator};
pub use query::OrderQuery;
pub use refunds::{NOTE_CHARS_MAX, RefundRequest, RestockLine};
pub use workers::{do_due_payment_work, run_payment_workers};

pub(in crate::app) use export::export_gate;
pub(in crate::app) use lost::LostTime;
pub(in crate::app) use place::{Placed, session_end};
pub(in crate::app) use settle::{LEASE_SECS, Learnt};
pub(in crate::app) use telling::{order_changed, stock_changed};
pub(in crate::app) use workers::News;

use std::time::Duration;

use super::page::{Page, PageRequest};
use super::{App, Caller, Forbidden, Invalid, Refusal};
use crate::domain::ids::{OrderId, ShopId, ShowId};
use crate::domain::member::Permission;
use crate::domain::money::{Currency, Money};
use crate::domain::order::{Order, OrderStatus, OrderSummary, OrderView, ReleaseReason, Sales};
use crate::domain::problem::{Code, FieldError};
use crate::domain::refund::refundable;
use crate::storage::{self, OrderFilter, Tx};

/// Orders of a shop are numbered from here on, so that the first buyer does not feel like one.
const FIRST_NUMBER: i64 = 1_000;
/// Orders of a show that a member's socket begins with.
const RECENT_ORDERS: i64 = 50;
/// The shortest and longest pause after a failed call to the provider.
const RETRY_SECS: std::ops::RangeInclusive<i64> = 2..=60;

/// Why orders were not shown or changed.
#[derive(Debug, thiserror::Error)]
pub enum OrdersError {
    /// No such order or show in this shop.
    #[error("there is nothing here")]
    NotFound,
    /// Only what is paid is sent.
    #[error("only paid orders can be marked as sent; this one is {0}")]
    NotPaid(OrderStatus),
    /// A person has to look at it before it is sent.
    #[error("something about this order has to be looked at before it is sent")]
    InReview,
    /// The file would be too long.
    #[error("more than {EXPORT_ROWS_MAX} rows match; narrow the time or the show")]
    TooManyRows,
    /// Other files are being made.
    #[error("other files are being made; try again in a moment")]
    Busy,
    /// A field or parameter is not allowed.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// The permission is missing.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// Nothing is left to give back, or nothing was paid.
    #[error("nothing of this order's payment can be given back")]
    NotRefundable,
    /// The buyer has asked the bank for the money.
    #[error("the buyer's bank decides about this payment")]
    Disputed,
    /// The order stands elsewhere than the caller thinks.
    #[error("the order is {0} already")]
    Moved(OrderStatus),
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] storage::Error),
}

impl Refusal for OrdersError {
    fn code(&self) -> Code {
        match self {
            Self::NotFound => Code::NotFound,
            Self::NotPaid(_) => Code::OrderNotPaid,
            Self::InReview => Code::OrderInReview,
            Self::TooManyRows => Code::ExportTooLarge,
            Self::Busy => Code::Overloaded,
            Self::Invalid(error) => error.code(),
            Self::Forbidden(error) => error.code(),
            Self::NotRefundable => Code::NotRefundable,
            Self::Disputed => Code::Disputed,
            Self::Moved(_) => Code::Conflict,
            Self::Storage(error) => error.code(),
        }
    }

    fn fields(&self) -> Vec<FieldError> {
        match self {
            Self::Invalid(error) => error.fields(),
            _ => Vec::new(),
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Storage(error) => error.retry_after(),
            Self::Busy => Some(Duration::from_secs(2)),
            _ => None,
        }
    }

    fn members(&self) -> serde_json::Map<String, serde_json::Value> {
        match self {
            Self::NotPaid(status) => {
                [("order_status".to_owned(), status.to_string().into())].into_iter().collect()
            }
            _ => serde_json::Map::new(),
        }
    }
}

/// The next number of a shop's orders, for people.
pub(in crate::app) async fn next_number(tx: &mut Tx, shop: ShopId, is_test: bool) -> storage::Result<String> {
    let number = FIRST_NUMBER + tx.next_order_number(shop).await?;
    Ok(if is_test { format!("TEST-{number}") } else { number.to_string() })
}

impl App {
    /// Orders of the caller's shop, the newest first.
    ///
    /// # Errors
    /// When the caller may not see orders, or the query asks for nothing that can be.
    pub async fn list_orders(
        &self,
        caller: &Caller,
        query: &OrderQuery,
        page: &PageRequest<OrderId>,
    ) -> Result<Page<OrderSummary>, OrdersError> {
        caller.require(Permission::Orders)?;
        let filter = OrderFilter { before: page.before, ..query.filter()? };
        let mut tx = self.db().read().await?;
        let orders = tx.list_orders(caller.shop, &filter, page.limit_and_one()).await?;
        Ok(page.cut(orders, |order| order.id).map(|order| order.summary()))
    }

    /// An order with its history.
    ///
    /// # Errors
    /// When there is none in the caller's shop, or the caller may not see it.
    pub async fn get_order(&self, caller: &Caller, id: OrderId) -> Result<OrderView, OrdersError> {
        caller.require(Permission::Orders)?;
        let mut tx = self.db().read().await?;
        let order = tx.find_order(caller.shop, id).await?.ok_or(OrdersError::NotFound)?;
        Ok(self.order_view(&mut tx, order).await?)
    }

    /// An order with all that stands beside it.
    pub(in crate::app) async fn order_view(&self, tx: &mut Tx, order: Order) -> storage::Result<OrderView> {
        let (shop, id) = (order.shop_id, order.id);
        let history = tx.list_order_transitions(id).await?;
        let refunds = tx.list_refunds(id).await?;
        let mails = tx.list_order_mails(shop, id).await?;
        let link = tx.find_order_link(shop, id).await?;
        let rights = tx.get_order_rights(shop, id).await?;
        let withdrawals = tx.list_withdrawals(shop, id).await?;
        let withdrawals = withdrawals.iter().map(|withdrawal| withdrawal.member_view(&order)).collect();
        Ok(OrderView {
            summary: order.summary(),
            refunds: refunds.iter().map(|refund| refund.view(order.currency)).collect(),
            refundable: Money::new(refundable(&order, &refunds), order.currency),
            subtotal: order.money(order.amount_subtotal),
            shipping: order.shipping(),
            discount: order.money(order.parts.unwrap_or_default().discount),
            tax: order.money(order.parts.unwrap_or_default().tax),
            delivery: order.delivery.map(|delivery| *delivery),
            buyer: order.buyer,
            language: order.language,
            shipment: order.shipment,
            dispute: order.dispute,
            failure: order.failure,
            order_url: self.order_url(id),
            link,
            history,
            mails,
            withdrawals,
            delivered_on: rights.delivered_on,
            withdrawal_ends_at: rights.ends_at(),
        })
    }

    /// What a show of the caller's shop has sold.
    ///
    /// # Errors
    /// When there is no such show in the caller's shop, or the caller may not see orders.
    pub async fn get_sales(&self, caller: &Caller, show: ShowId) -> Result<Sales, OrdersError> {
        caller.require(Permission::Orders)?;
        let mut tx = self.db().read().await?;
        tx.find_selling_show(caller.shop, show).await?.ok_or(OrdersError::NotFound)?;
        drop(tx);
        Ok(self.show_sales(caller.shop, show).await?)
    }

    /// What a show has sold, in test money while payments are in test mode, else in real money.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn show_sales(&self, shop: ShopId, show: ShowId) -> storage::Result<Sales> {
        let provider = self.provider_of(shop).await?;
        let mut tx = self.db().read().await?;
        let currency = tx.find_shop(shop).await?.map_or(Currency::EUR, |shop| shop.currency);
        tx.get_sales(show, !provider.is_live(), currency).await
    }

    /// The newest orders of a show, for members' sockets.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn recent_orders(&self, shop: ShopId, show: ShowId) -> storage::Result<Vec<OrderSummary>> {
        let mut tx = self.db().read().await?;
        let filter = OrderFilter { show: Some(show), ..OrderFilter::default() };
        let orders = tx.list_orders(shop, &filter, RECENT_ORDERS).await?;
        Ok(orders.iter().map(Order::summary).collect())
    }

    /// Ends a reservation; its pieces are free once the provider has closed the session.
    ///
    /// # Errors
    /// When there is no such order, it is no open reservation any more, or the caller may not.
    pub async fn release_order(&self, caller: &Caller, id: OrderId) -> Result<OrderView, OrdersError> {
        caller.require(Permission::Refunds)?;
        let mut tx = self.db().read().await?;
        let order = tx.find_order(caller.shop, id).await?.ok_or(OrdersError::NotFound)?;
        drop(tx);
        let learnt = Learnt::release(ReleaseReason::Ended);
        let order = self.apply(order.id, learnt).await?.unwrap_or(order);
        match order.status {
            OrderStatus::Releasing => drop(self.bring_on(order).await?),
            OrderStatus::Expired | OrderStatus::CreateFailed => {}
            status => return Err(OrdersError::Moved(status)),
        }
        self.get_order(caller, id).await
    }
}
