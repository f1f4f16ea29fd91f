//! Orders as members see them, and what a show has sold.

mod attend;
mod buyer_page;
mod export;
mod place;
pub mod provider_events;
mod query;
mod settle;
mod ship;
mod workers;

pub use export::{EXPORT_ROWS_MAX, Separator};
pub use query::OrderQuery;

pub(in crate::app) use export::export_gate;

pub(in crate::app) use place::Placed;
pub(in crate::app) use settle::{LEASE_SECS, Learnt, stock_changed};
pub(in crate::app) use workers::News;
pub use workers::run_payment_workers;

use std::time::Duration;

use super::page::{Page, PageRequest};
use super::{App, Caller, Forbidden, Invalid, Refusal};
use crate::domain::ids::{OrderId, ShopId, ShowId};
use crate::domain::member::Permission;
use crate::domain::money::Currency;
use crate::domain::order::{Order, OrderStatus, OrderSummary, OrderView, Sales};
use crate::domain::problem::{Code, FieldError};
use crate::storage::{self, OrderFilter, StockBreach};

/// Orders of a show that a member's socket begins with.
const RECENT_ORDERS: i64 = 50;
/// Breaches that one check reports; the first ones tell what is wrong.
const BREACHES_MAX: i64 = 100;

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
        let history = tx.list_order_transitions(id).await?;
        let mails = tx.list_order_mails(caller.shop, id).await?;
        Ok(OrderView {
            summary: order.summary(),
            buyer: order.buyer,
            language: order.language,
            shipment: order.shipment,
            order_url: self.order_url(id),
            history,
            mails,
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
        let mut tx = self.db().read().await?;
        let currency = tx.find_shop(shop).await?.map_or(Currency::EUR, |shop| shop.currency);
        tx.get_sales(show, !self.provider().is_live(), currency).await
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

    /// Variants whose counters disagree with their orders; none, unless there is a bug.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn audit_stock(&self) -> storage::Result<Vec<StockBreach>> {
        let mut tx = self.db().read().await?;
        tx.list_stock_breaches(BREACHES_MAX).await
    }
}
