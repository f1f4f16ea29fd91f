//! What members read of prices: what a variant cost and when, and the lowest price that counts.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::OfferError;
use crate::app::page::{BadPage, PAGE_DEFAULT, PAGE_MAX};
use crate::app::{App, Caller};
use crate::domain::ids::{OfferId, ProductId, VariantId};
use crate::domain::member::Permission;
use crate::domain::money::{Currency, Money};
use crate::storage::{PriceEntry, PricePlace};

/// A page of what a variant cost, newest first.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct PriceHistory {
    /// Newest first.
    pub items: Vec<PriceView>,
    /// Asks for the next page; `null` on the last one.
    pub next_cursor: Option<String>,
}

/// What a variant cost from a moment on.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct PriceView {
    /// From when on.
    pub at: DateTime<Utc>,
    /// What one piece cost, VAT included.
    pub price: Money,
    /// The offer that charged it; `null` for the price in the catalogue.
    pub offer_id: Option<OfferId>,
    /// Until when, for an offer that is over; prices of the catalogue last until the next one.
    pub until: Option<DateTime<Utc>>,
}

/// What an offer for a variant has to be below.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct LowestPriceView {
    /// Which variant.
    pub variant_id: VariantId,
    /// Its price in the catalogue.
    pub price: Money,
    /// The lowest price of the days up to now, offers included.
    pub lowest: Money,
    /// How many days that are: 30, or fewer for what has not been for sale as long.
    pub lowest_days: i64,
}

impl PriceView {
    fn of(entry: PriceEntry, currency: Currency) -> Self {
        let PriceEntry { at, price, offer_id, until } = entry;
        Self { at, price: Money::new(price, currency), offer_id, until }
    }
}

/// Which page of a history is wanted.
#[derive(Clone, Copy, Debug)]
pub struct PricePage {
    before: Option<PricePlace>,
    limit: i64,
}

impl PricePage {
    /// Reads the two parameters of the list.
    ///
    /// # Errors
    /// Refuses limits outside 1 to 100 and foreign cursors.
    pub fn new(limit: Option<i64>, cursor: Option<&str>) -> Result<Self, BadPage> {
        let limit = limit.unwrap_or(PAGE_DEFAULT);
        if !(1..=PAGE_MAX).contains(&limit) {
            return Err(BadPage);
        }
        Ok(Self { before: cursor.map(read_place).transpose()?, limit })
    }
}

/// A place as a cursor: milliseconds and kind.
fn write_place(entry: &PriceEntry) -> String {
    format!("{}.{}", entry.at.timestamp_millis(), u8::from(entry.offer_id.is_some()))
}

fn read_place(cursor: &str) -> Result<PricePlace, BadPage> {
    let (millis, kind) = cursor.split_once('.').ok_or(BadPage)?;
    let at = millis.parse().ok().and_then(DateTime::from_timestamp_millis).ok_or(BadPage)?;
    match kind {
        "0" => Ok(PricePlace { at, is_offer: false }),
        "1" => Ok(PricePlace { at, is_offer: true }),
        _ => Err(BadPage),
    }
}

impl App {
    /// A page of what a variant cost, newest first.
    ///
    /// # Errors
    /// When there is no such variant, or the caller does not keep the catalogue.
    pub async fn price_history(
        &self,
        caller: &Caller,
        variant: VariantId,
        page: PricePage,
    ) -> Result<PriceHistory, OfferError> {
        caller.require(Permission::Catalogue)?;
        let mut tx = self.db().read().await?;
        let currency = self.offer_currency(&mut tx, caller.shop).await?;
        tx.find_variant(caller.shop, variant).await?.ok_or(OfferError::NotFound)?;
        let now = self.clock().now();
        let mut entries = tx.list_prices(caller.shop, variant, page.before, now, page.limit + 1).await?;
        let wanted = usize::try_from(page.limit).unwrap_or(usize::MAX);
        let has_more = entries.len() > wanted;
        entries.truncate(wanted);
        let next_cursor = entries.last().filter(|_| has_more).map(write_place);
        let items = entries.into_iter().map(|entry| PriceView::of(entry, currency)).collect();
        Ok(PriceHistory { items, next_cursor })
    }

    /// What an offer for each variant of a product has to be below, in the order of display.
    ///
    /// # Errors
    /// When there is no such product, or the caller has no part in shows.
    pub async fn lowest_prices(
        &self,
        caller: &Caller,
        product: ProductId,
    ) -> Result<Vec<LowestPriceView>, OfferError> {
        caller.require(Permission::Shows)?;
        let mut tx = self.db().read().await?;
        let currency = self.offer_currency(&mut tx, caller.shop).await?;
        let product = tx.find_product(caller.shop, product).await?.ok_or(OfferError::NotFound)?;
        let now = self.clock().now();
        let mut lowest = Vec::with_capacity(product.variants.len());
        for variant in &product.variants {
            let found = tx.find_lowest_price(variant.id, now).await?.ok_or(OfferError::NotFound)?;
            lowest.push(LowestPriceView {
                variant_id: variant.id,
                price: Money::new(variant.price, currency),
                lowest: Money::new(found.price, currency),
                lowest_days: found.days,
            });
        }
        Ok(lowest)
    }
}
