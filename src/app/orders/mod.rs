//! Orders as members see them, and what a show has sold.

mod attend;
mod place;
pub mod provider_events;
mod settle;
mod workers;

pub(in crate::app) use place::Placed;
pub(in crate::app) use settle::{LEASE_SECS, Learnt, stock_changed};
pub(in crate::app) use workers::News;
pub use workers::run_payment_workers;

use super::page::{Page, PageRequest};
use super::{App, Caller, Forbidden, Refusal};
use crate::domain::ids::{OrderId, ShopId, ShowId};
use crate::domain::member::Permission;
use crate::domain::money::Currency;
use crate::domain::order::{Order, OrderStatus, OrderSummary, OrderView, Sales};
use crate::domain::problem::Code;
use crate::storage::{self, OrderFilter, StockBreach};

/// Orders of a show that a member's socket begins with.
const RECENT_ORDERS: i64 = 50;
/// Breaches that one check reports; the first ones tell what is wrong.
const BREACHES_MAX: i64 = 100;

/// Why orders were not shown.
#[derive(Debug, thiserror::Error)]
pub enum OrdersError {
    /// No such order or show in this shop.
    #[error("there is nothing here")]
    NotFound,
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
            Self::Forbidden(error) => error.code(),
            Self::Storage(error) => error.code(),
        }
    }

    fn retry_after(&self) -> Option<std::time::Duration> {
        match self {
            Self::Storage(error) => error.retry_after(),
            _ => None,
        }
    }
}

impl App {
    /// Orders of the caller's shop, the newest first.
    ///
    /// # Errors
    /// When the caller may not see orders.
    pub async fn list_orders(
        &self,
        caller: &Caller,
        show: Option<ShowId>,
        status: Option<OrderStatus>,
        page: &PageRequest<OrderId>,
    ) -> Result<Page<OrderSummary>, OrdersError> {
        caller.require(Permission::Orders)?;
        let filter = OrderFilter { show, status, before: page.before };
        let mut tx = self.db().read().await?;
        let orders = tx.list_orders(caller.shop, filter, page.limit_and_one()).await?;
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
        Ok(OrderView { summary: order.summary(), buyer: order.buyer, review: order.review, history })
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
        let orders = tx.list_orders(shop, filter, RECENT_ORDERS).await?;
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
