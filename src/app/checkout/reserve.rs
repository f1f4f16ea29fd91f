//! Sets pieces aside: slot, stock, order, frozen request and events in one transaction.

use chrono::{DateTime, TimeDelta, Utc};

use super::CheckoutError;
use super::offers::{LinePrice, line_prices};
use super::request::{CheckoutLine, CheckoutRequest, network};
use crate::app::offers::record_all;
use crate::app::orders::{LEASE_SECS, next_number, session_end, stock_changed};
use crate::app::{App, Invalid, Viewer};
use crate::domain::checkout::CheckoutReturn;
use crate::domain::checkout_settings::{CheckoutSettings, ShippingRate, ZoneError};
use crate::domain::delivery::Country;
use crate::domain::event::ShowEvent;
use crate::domain::ids::{OrderId, ProductId, VariantId};
use crate::domain::money::Amount;
use crate::domain::order::{Order, OrderLine, OrderStatus};
use crate::domain::product::Units;
use crate::payments::{CreateSession, SessionDelivery, SessionLine, SessionLink, SessionRate};
use crate::storage::{NewOrder, SellableVariant};

/// How an attempt to reserve ended when nothing went wrong.
pub(super) enum Reserved {
    /// Written and committed.
    New(Box<Order>),
    /// A live reservation of the viewer has this product's place.
    SlotTaken(ProductId),
    /// The key is used already.
    KeyTaken,
}

impl App {
    /// Writes the reservation in one transaction, or nothing.
    pub(super) async fn reserve(
        &self,
        viewer: Viewer,
        request: &CheckoutRequest,
        wanted: &[(VariantId, Units)],
        hash: &[u8],
    ) -> Result<Reserved, CheckoutError> {
        let now = self.clock().now();
        let (mut order, variants) = self.draft_order(viewer, request, now).await?;
        let mut products: Vec<ProductId> = order.lines.iter().map(|line| line.product_id).collect();
        products.sort_unstable();
        products.dedup();
        if let Some(reserved) = self.look_ahead(viewer, &products, &variants, wanted).await? {
            return Ok(reserved);
        }
        let mut tx = self.db().write().await?;
        for product in products {
            if !tx.take_reservation_slot(viewer.shop, viewer.id, product, order.id).await? {
                return Ok(Reserved::SlotTaken(product));
            }
        }
        let mut recorder = self.recorder(viewer.shop, request.show);
        let mut moved = Vec::new();
        for &(variant, units) in wanted {
            let stock = tx.reserve_stock(viewer.shop, variant, units).await?;
            moved.push(stock.ok_or(CheckoutError::SoldOut(variant))?);
        }
        let taken = self.take_offers(&mut tx, viewer, &order, &variants, now).await?;
        order.number = next_number(&mut tx, viewer.shop, order.is_test).await?;
        order.session_request["number"] = order.number.clone().into();
        let new = NewOrder { order: &order, idempotency_key: &request.idempotency_key, request_hash: hash };
        if !tx.insert_order(new).await? {
            return Ok(Reserved::KeyTaken);
        }
        tx.note_what_buyer_knows(viewer.shop, order.id).await?;
        if let Some(code) = &request.link {
            tx.set_order_link(viewer.shop, order.id, code).await?;
        }
        // Asked last, so that only clicks which win a reservation use up an address' share.
        let sessions = &self.checkout_bounds().sessions_of_address;
        sessions.take(network(request.address), now).map_err(CheckoutError::RateLimited)?;
        for stock in &moved {
            recorder.record(&mut tx, stock_changed(stock)).await?;
        }
        record_all(&mut recorder, &mut tx, taken).await?;
        recorder.record(&mut tx, ShowEvent::OrderReserved { order: order.summary() }).await?;
        recorder.change_viewer(viewer.id);
        self.commit(tx, [recorder]).await?;
        Ok(Reserved::New(Box::new(order)))
    }

    /// Refuses what is hopeless already.
    ///
    /// It decides nothing for the others, that is up to the guards of the writes; it keeps the many
    /// who are too late in a flash sale out of the queue for the database's writer.
    async fn look_ahead(
        &self,
        viewer: Viewer,
        products: &[ProductId],
        variants: &[SellableVariant],
        wanted: &[(VariantId, Units)],
    ) -> Result<Option<Reserved>, CheckoutError> {
        let mut tx = self.db().read().await?;
        for &product in products {
            if tx.find_reservation_slot(viewer.shop, viewer.id, product).await?.is_some() {
                return Ok(Some(Reserved::SlotTaken(product)));
            }
        }
        for &(id, units) in wanted {
            if variants.iter().any(|variant| variant.id == id && variant.available < units) {
                return Err(CheckoutError::SoldOut(id));
            }
        }
        Ok(None)
    }

    /// The order as it will be written, with titles and prices of this moment.
    async fn draft_order(
        &self,
        viewer: Viewer,
        request: &CheckoutRequest,
        now: DateTime<Utc>,
    ) -> Result<(Order, Vec<SellableVariant>), CheckoutError> {
        let mut tx = self.db().read().await?;
        let shop = tx.find_shop(viewer.shop).await?.ok_or(CheckoutError::NotFound)?;
        let show = tx.find_selling_show(viewer.shop, request.show).await?.ok_or(CheckoutError::NotFound)?;
        if !show.status.sells(show.replay_published_at.is_some()) {
            return Err(CheckoutError::NotSelling(request.show));
        }
        if show.is_rehearsal {
            return Err(CheckoutError::Rehearsal);
        }
        let mut variants = Vec::with_capacity(request.lines.len());
        for line in &request.lines {
            let variant = tx.find_sellable_variant(viewer.shop, request.show, line.variant_id).await?;
            variants.push(variant.ok_or(CheckoutError::ProductUnavailable(line.variant_id))?);
        }
        let link = match &request.link {
            Some(code) => tx.find_link_by_code(code).await?.filter(|link| link.shop_id == viewer.shop),
            None => None,
        };
        let prices = line_prices(&mut tx, viewer, request, &variants, shop.currency, now).await?;
        drop(tx);
        let provider = self.provider_of(viewer.shop).await?;
        let lines: Vec<_> = (variants.iter().zip(&request.lines).zip(prices))
            .map(|((variant, line), price)| freeze_line(variant, line, price))
            .collect();
        let id: OrderId = self.clock().uuid().into();
        let expires_at = session_end(now);
        let (success_url, cancel_url) = if request.is_plain {
            let back = format!("{}?plain&lang={}", self.order_url(id), request.language);
            (format!("{back}&returned"), back)
        } else if request.returns_to == CheckoutReturn::Order {
            let back = self.order_url(id);
            (back.clone(), back)
        } else {
            let back = format!("{}/show/{}?checkout={id}", self.public_url(), show.slug);
            (back.clone(), back)
        };
        let amount_subtotal = subtotal(&lines)?;
        let session = CreateSession {
            order: id,
            shop: viewer.shop,
            show: request.show,
            // Known when the order is written.
            number: None,
            currency: shop.currency,
            lines: lines.iter().map(session_line).collect(),
            success_url,
            cancel_url,
            expires_at: expires_at.timestamp(),
            delivery: session_delivery(&shop.checkout, request.ship_to, amount_subtotal)?,
            asks_for_phone: shop.checkout.asks_for_phone,
            takes_promotion_codes: shop.checkout.takes_promotion_codes,
            automatic_tax: shop.checkout.automatic_tax,
            ui: provider.ui_for(request.ui),
            link: link.map(|link| SessionLink { code: link.code, source: link.source }),
        };
        let session_request = serde_json::to_value(&session).expect("a request holds only texts and numbers");
        let order = Order {
            id,
            shop_id: viewer.shop,
            show_id: request.show,
            viewer_id: viewer.id,
            number: String::new(),
            status: OrderStatus::Reserved,
            is_test: !provider.is_live(),
            provider: provider.mode(),
            currency: shop.currency,
            amount_subtotal,
            amount_total: None,
            parts: None,
            shipping_method: None,
            delivery: None,
            attempt: 1,
            session_request,
            session_id: None,
            session_url: None,
            session_secret: None,
            session_expires_at: expires_at,
            payment_intent_id: None,
            amount_refunded: Amount::ZERO,
            dispute: None,
            failure: None,
            reserved_until: None,
            release_reason: None,
            review: None,
            buyer: None,
            next_action_at: Some(now + TimeDelta::seconds(LEASE_SECS)),
            created_at: now,
            updated_at: now,
            paid_at: None,
            language: request.language,
            shipment: None,
            erased_at: None,
            lines,
        };
        Ok((order, variants))
    }
}

fn freeze_line(variant: &SellableVariant, line: &CheckoutLine, price: LinePrice) -> OrderLine {
    OrderLine {
        product_id: variant.product_id,
        variant_id: variant.id,
        title: variant.title.clone(),
        variant_title: variant.option_values.join(" / "),
        sku: variant.sku.clone(),
        units: Units::new(line.units).unwrap_or_default(),
        unit_amount: price.amount,
        restocked_units: 0,
        offer_id: price.offer,
        exemption: variant.exemption,
        withdrawn_units: 0,
    }
}

fn session_line(line: &OrderLine) -> SessionLine {
    SessionLine {
        name: line.title.clone(),
        description: Some(line.variant_title.clone()).filter(|title| !title.is_empty()),
        unit_amount: line.unit_amount,
        units: line.units.get().unsigned_abs(),
        variant: Some(line.variant_id),
    }
}

/// Where the goods may go at which prices, of this moment.
fn session_delivery(
    settings: &CheckoutSettings,
    ship_to: Option<Country>,
    subtotal: Amount,
) -> Result<Option<SessionDelivery>, Invalid> {
    let zone = settings.zone_of(ship_to).map_err(|error| match error {
        ZoneError::CountryNeeded => Invalid::field("/ship_to", "required"),
        ZoneError::NotDelivered => Invalid::field("/ship_to", "not_delivered"),
    })?;
    let rate = |rate: &ShippingRate| SessionRate {
        name: rate.name.clone(),
        price: rate.price_for(subtotal),
        min_days: rate.min_days,
        max_days: rate.max_days,
    };
    Ok(zone.map(|zone| {
        // The country that was named first, so that the buyer finds it chosen.
        let mut countries = zone.countries.clone();
        countries.sort_by_key(|country| Some(*country) != ship_to);
        SessionDelivery { countries, rates: zone.rates.iter().map(rate).collect() }
    }))
}

fn subtotal(lines: &[OrderLine]) -> Result<Amount, Invalid> {
    lines
        .iter()
        .try_fold(Amount::ZERO, |sum, line| sum.checked_add(line.unit_amount.checked_times(line.units)?))
        .ok_or_else(|| Invalid::field("/lines", "too_large"))
}
