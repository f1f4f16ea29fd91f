//! What a piece costs at the moment of the click: an offer's price where one covers all of it.
//!
//! Invariant: a price that the buyer was not shown is taken only when it is lower.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::{CheckoutError, CheckoutRequest};
use crate::app::offers::units_changed;
use crate::app::{App, Viewer};
use crate::domain::event::ShowEvent;
use crate::domain::ids::{OfferId, VariantId};
use crate::domain::money::{Amount, Currency, Money};
use crate::domain::order::Order;
use crate::storage::{self, OfferTerms, SellableVariant, Tx};

/// What a line costs and the offer that says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct LinePrice {
    pub amount: Amount,
    pub offer: Option<OfferId>,
}

/// What a buyer is told whose price does not hold any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PriceChange {
    /// Which variant.
    pub variant_id: VariantId,
    /// What so many pieces of it cost each by now.
    pub price: Money,
    /// Pieces that this buyer can still have at the price of a running offer.
    pub offer_units: i64,
}

impl PriceChange {
    pub(super) fn members(&self) -> serde_json::Map<String, serde_json::Value> {
        let members = serde_json::json!({
            "variant_id": self.variant_id, "price": self.price, "offer_units": self.offer_units,
        });
        members.as_object().cloned().unwrap_or_default()
    }
}

/// The price of each line of a request, in its order.
pub(super) async fn line_prices(
    tx: &mut Tx,
    viewer: Viewer,
    request: &CheckoutRequest,
    variants: &[SellableVariant],
    currency: Currency,
    now: DateTime<Utc>,
) -> Result<Vec<LinePrice>, CheckoutError> {
    let mut terms = Vec::with_capacity(variants.len());
    let mut wanted: BTreeMap<OfferId, i64> = BTreeMap::new();
    for (variant, line) in variants.iter().zip(&request.lines) {
        let offer = tx.find_offer_terms(viewer.shop, request.show, variant.id, viewer.id, now).await?;
        // A price in the catalogue that fell below the offer's is the better one.
        let offer = offer.filter(|offer| offer.price < variant.price);
        if let Some(offer) = &offer {
            *wanted.entry(offer.id).or_default() += line.units;
        }
        terms.push(offer);
    }
    let mut prices = Vec::with_capacity(variants.len());
    for ((variant, line), offer) in variants.iter().zip(&request.lines).zip(&terms) {
        let covered = offer.filter(|offer| offer.covers(wanted[&offer.id]));
        let price = covered.map_or(LinePrice { amount: variant.price, offer: None }, |offer| LinePrice {
            amount: offer.price,
            offer: Some(offer.id),
        });
        if line.seen_price.is_some_and(|seen| seen < price.amount.minor()) {
            let money = Money::new(price.amount, currency);
            return Err(CheckoutError::PriceChanged(changed(variant.id, money, offer.as_ref())));
        }
        prices.push(price);
    }
    Ok(prices)
}

fn changed(variant_id: VariantId, price: Money, offer: Option<&OfferTerms>) -> PriceChange {
    PriceChange { variant_id, price, offer_units: offer.and_then(OfferTerms::room).unwrap_or(0) }
}

impl App {
    /// Takes the pieces of an order at the prices of its offers; tells what to record once the show
    /// is locked.
    pub(super) async fn take_offers(
        &self,
        tx: &mut Tx,
        viewer: Viewer,
        order: &Order,
        variants: &[SellableVariant],
        now: DateTime<Utc>,
    ) -> Result<Vec<ShowEvent>, CheckoutError> {
        let mut events = Vec::new();
        for (offer, units) in order.units_by_offer() {
            match tx.take_offer_units(viewer.shop, offer, viewer.id, units, now).await? {
                Some(taken) => events.extend(units_changed(&taken)),
                None => return Err(price_again(tx, viewer, order, variants, offer, now).await?),
            }
        }
        Ok(events)
    }
}

/// What to tell a buyer to whom an offer slipped away between the look and the writing.
async fn price_again(
    tx: &mut Tx,
    viewer: Viewer,
    order: &Order,
    variants: &[SellableVariant],
    offer: OfferId,
    now: DateTime<Utc>,
) -> storage::Result<CheckoutError> {
    let of_offer = order.lines.iter().find(|line| line.offer_id == Some(offer));
    let line = of_offer.expect("the offer was read from the order's lines");
    let full = variants.iter().find(|variant| variant.id == line.variant_id);
    let price = Money::new(full.map_or(line.unit_amount, |variant| variant.price), order.currency);
    let terms = tx.find_offer_terms(viewer.shop, order.show_id, line.variant_id, viewer.id, now).await?;
    Ok(CheckoutError::PriceChanged(changed(line.variant_id, price, terms.as_ref())))
}
