//! The figures of a show: read when a member asks, from what was counted and from the orders.

mod reach;

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};

pub(crate) use self::reach::Reach;
pub use self::reach::{Audience, CARDS_MAX, run_reach_writer};
use super::shows::ShowError;
use super::{App, Caller};
use crate::domain::figures::{FigureTotals, PinFlag, ProductFunnel, SalesBars, ShowFigures, ViewerLine};
use crate::domain::ids::{ProductId, ShowId};
use crate::domain::member::Permission;
use crate::domain::money::{Amount, Currency, Money};
use crate::domain::show::{Show, ShowStatus};
use crate::storage::{ProductSales, SalesScope, Tx};

impl App {
    /// The figures of a show, on air or over; before it went live there are none.
    ///
    /// They are for everybody who sees the members' stream, which tells of each sale, and for
    /// programs that may see orders.
    ///
    /// # Errors
    /// When there is no such show, or the caller may see neither.
    pub async fn show_figures(&self, caller: &Caller, id: ShowId) -> Result<ShowFigures, ShowError> {
        caller.require(Permission::Moderate).or_else(|_| caller.require(Permission::Orders))?;
        let is_test = !self.provider_of(caller.shop).await?.is_live();
        let now = self.clock().now();
        let mut tx = self.db().read().await?;
        let show = tx.find_show(id).await?.filter(|show| show.shop_id == caller.shop);
        let show = show.ok_or(ShowError::NotFound)?;
        let currency = tx.find_shop(caller.shop).await?.map_or(Currency::EUR, |shop| shop.currency);
        let (from, until) = span(&show, now);
        let every_secs = SalesBars::length_for(from, until);
        let scope = SalesScope { shop: caller.shop, show: id, is_test, every_secs, until };
        let pins = tx.list_pins(caller.shop, id).await?;
        let shown: HashSet<ProductId> = pins.iter().map(|pin| pin.product_id).collect();
        let shown: Vec<ProductId> = shown.into_iter().collect();
        let sold = tx.list_sales(&scope, &shown).await?;
        let counts = tx.list_viewer_counts(caller.shop, id).await?;
        let (viewers, products) = funnel(&mut tx, &scope, currency, &shown).await?;
        Ok(ShowFigures {
            starts_at: show.started_at,
            ends_at: show.ended_at,
            as_of: now,
            viewers: ViewerLine::of(from, until, &counts),
            sales: SalesBars::of(every_secs, &sold, currency),
            pins: flags(pins, from, until),
            products,
            totals: FigureTotals::of(viewers, &sold, currency),
        })
    }
}

/// From when to when the figures go over time.
fn span(show: &Show, now: DateTime<Utc>) -> (DateTime<Utc>, DateTime<Utc>) {
    let until = match show.status {
        ShowStatus::Ended => show.ended_at.unwrap_or(now),
        _ => now,
    };
    let from = show.started_at.unwrap_or(until).min(until);
    (from, until)
}

/// What came on screen before the show went live was there when it did: the newest of it is told as
/// of that moment.
fn flags(pins: Vec<PinFlag>, from: DateTime<Utc>, until: DateTime<Utc>) -> Vec<PinFlag> {
    let (before, during): (Vec<_>, Vec<_>) =
        pins.into_iter().filter(|pin| pin.at <= until).partition(|pin| pin.at < from);
    let first = before.last().map(|pin| PinFlag { at: from, ..*pin });
    first.into_iter().chain(during).collect()
}

/// How many people the show reached, and how far they went with each product.
async fn funnel(
    tx: &mut Tx,
    scope: &SalesScope,
    currency: Currency,
    shown: &[ProductId],
) -> Result<(i64, Vec<ProductFunnel>), ShowError> {
    let SalesScope { shop, show, is_test, .. } = *scope;
    let bought = tx.list_product_sales(shop, show, is_test).await?;
    let bought: HashMap<ProductId, ProductSales> =
        bought.into_iter().map(|sales| (sales.product_id, sales)).collect();
    let reached = tx.list_reached(shop, show).await?;
    let others: HashSet<ProductId> = bought.keys().copied().chain(shown.iter().copied()).collect();
    let others: Vec<ProductId> = others.into_iter().collect();
    let named = tx.list_figure_products(shop, show, &others).await?;
    let row = |product: crate::storage::FigureProduct| {
        let sales = bought.get(&product.id);
        let checkouts = sales.map_or(0, |sales| sales.checkouts);
        ProductFunnel {
            was_shown: shown.contains(&product.id),
            // Whoever began to buy it has opened it too; a crash may have lost the mark.
            opened: reached.get(&product.id.as_uuid()).copied().unwrap_or(0).max(checkouts),
            checkouts,
            paid: sales.map_or(0, |sales| sales.paid),
            units: sales.map_or(0, |sales| sales.units),
            total: Money::new(sales.map_or(Amount::ZERO, |sales| sales.total), currency),
            product_id: product.id,
            title: product.title,
        }
    };
    let products: Vec<ProductFunnel> = named.into_iter().map(row).collect();
    let most = products.iter().map(|product| product.opened).max().unwrap_or(0);
    let viewers = reached.get(&show.as_uuid()).copied().unwrap_or(0).max(most);
    Ok((viewers, products))
}
