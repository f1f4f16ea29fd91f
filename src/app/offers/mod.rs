//! Offers: started, ended and taken back by members, ended by themselves.
//!
//! Invariant: a reduction is below the lowest price of the 30 days before it, and the pieces at its
//! price are counted in the transaction that reserves them. Rows are locked in the order variants,
//! offers, show, as checkouts do.

mod history;
mod input;
mod settle;
mod worker;

use chrono::{DateTime, TimeDelta, Utc};

pub use self::history::{LowestPriceView, PriceHistory, PricePage, PriceView};
use self::input::{Checked, check};
pub use self::input::{NewOffer, OfferError};
pub(in crate::app) use self::settle::{OfferMove, units_changed};
pub use self::worker::run_offer_worker;
use super::page::{Page, PageRequest};
use super::{App, Caller, Invalid, Recorder};
use crate::domain::event::ShowEvent;
use crate::domain::ids::{OfferId, ShopId, ShowId};
use crate::domain::member::Permission;
use crate::domain::money::{Currency, Money};
use crate::domain::offer::{
    OFFER_UNDO_SECS, Offer, OfferEnd, OfferRecord, OfferStatus, OfferVariant, REPEAT_DAYS,
};
use crate::domain::show::Show;
use crate::storage::{self, LockedVariant, Tx};

impl App {
    /// A page of a show's offers, running ones and those that are over, newest first.
    ///
    /// # Errors
    /// When the caller has no part in shows.
    pub async fn list_offers(
        &self,
        caller: &Caller,
        show: ShowId,
        page: &PageRequest<OfferId>,
    ) -> Result<Page<OfferRecord>, OfferError> {
        caller.require(Permission::Moderate)?;
        let mut tx = self.db().read().await?;
        let currency = self.offer_currency(&mut tx, caller.shop).await?;
        tx.find_show(show).await?.filter(|show| show.shop_id == caller.shop).ok_or(OfferError::NotFound)?;
        let offers = tx.list_offers(caller.shop, show, page.before, page.limit_and_one()).await?;
        Ok(page.cut(offers, |offer| offer.id).map(|offer| offer.record(currency)))
    }

    /// Starts an offer for a product of the show's lineup.
    ///
    /// # Errors
    /// Refuses what is no reduction, what was offered alike lately, and a second one beside another.
    pub async fn start_offer(
        &self,
        caller: &Caller,
        show: ShowId,
        new: &NewOffer,
    ) -> Result<OfferRecord, OfferError> {
        caller.require(Permission::Shows)?;
        // One whose time is over stands in nobody's way, even if no worker has looked yet.
        self.end_due_offers().await?;
        let now = self.clock().now();
        let mut tx = self.db().write().await?;
        let currency = self.offer_currency(&mut tx, caller.shop).await?;
        let wanted = check(new, currency)?;
        let locked = tx.lock_variants(caller.shop, new.product_id).await?;
        let in_show = self.selling_show(&mut tx, caller.shop, show, new).await?;
        let covered = cover(new, &wanted, &locked)?;
        let running = tx.list_running_offers(caller.shop, show).await?;
        if let Some(other) = running.iter().find(|offer| offer.product_id == new.product_id) {
            return Err(OfferError::Running(other.id));
        }
        let mut variants = Vec::with_capacity(covered.len());
        for variant in covered {
            variants.push(reduced(&mut tx, &wanted, variant, currency, now).await?);
        }
        let offer = Offer {
            id: self.clock().uuid().into(),
            shop_id: caller.shop,
            show_id: show,
            product_id: new.product_id,
            price: wanted.price,
            starts_at: now,
            ends_at: wanted.secs.map(|secs| now + TimeDelta::seconds(secs)),
            units: wanted.units,
            units_per_buyer: wanted.units_per_buyer,
            units_taken: crate::domain::product::Units::ZERO,
            units_sold: crate::domain::product::Units::ZERO,
            end: None,
            is_void: in_show.is_rehearsal,
            variants,
        };
        if !tx.insert_offer(&offer).await? {
            // Somebody else has just started one.
            return Err(OfferError::Running(offer.id));
        }
        let mut recorder = self.recorder(caller.shop, show);
        recorder.record(&mut tx, ShowEvent::OfferStarted { offer: offer.view(currency) }).await?;
        self.note_offer(&mut tx, caller, "offer.started", &offer).await?;
        self.commit(tx, [recorder]).await?;
        self.offer_news().notify_one();
        Ok(offer.record(currency))
    }

    /// Ends an offer early, takes its start back, or lets one that was just ended run on.
    ///
    /// Asking for where it stands already changes nothing.
    ///
    /// # Errors
    /// Refuses to take back what was done too long ago.
    pub async fn set_offer_status(
        &self,
        caller: &Caller,
        show: ShowId,
        id: OfferId,
        to: OfferStatus,
    ) -> Result<OfferRecord, OfferError> {
        caller.require(Permission::Shows)?;
        let now = self.clock().now();
        let mut tx = self.db().write().await?;
        let currency = self.offer_currency(&mut tx, caller.shop).await?;
        let offer = find_in_show(&mut tx, caller.shop, show, id).await?;
        tx.lock_variants(caller.shop, offer.product_id).await?;
        // Read again now that nobody else can change it.
        let offer = find_in_show(&mut tx, caller.shop, show, id).await?;
        let from = offer.status();
        if from == to {
            return Ok(offer.record(currency));
        }
        let (is_done, action) = match (from, to) {
            (OfferStatus::Running, OfferStatus::Ended) => {
                (tx.end_offer(caller.shop, id, OfferEnd::Member, now).await?, "offer.ended")
            }
            (OfferStatus::Running, OfferStatus::Undone) if is_recent(offer.starts_at, now) => {
                (tx.end_offer(caller.shop, id, OfferEnd::Undone, now).await?, "offer.undone")
            }
            (OfferStatus::Ended, OfferStatus::Running)
                if offer.end.is_some_and(|(at, _)| is_recent(at, now)) =>
            {
                (tx.resume_offer(caller.shop, id, now).await?, "offer.resumed")
            }
            _ => (false, ""),
        };
        if !is_done {
            return Err(OfferError::UndoTooLate);
        }
        let offer = find_in_show(&mut tx, caller.shop, show, id).await?;
        let event = match offer.end {
            Some((_, reason)) => ended(&offer, reason),
            None => ShowEvent::OfferStarted { offer: offer.view(currency) },
        };
        let mut recorder = self.recorder(caller.shop, show);
        recorder.record(&mut tx, event).await?;
        self.note_offer(&mut tx, caller, action, &offer).await?;
        self.commit(tx, [recorder]).await?;
        self.offer_news().notify_one();
        Ok(offer.record(currency))
    }

    /// Ends all offers of a show that ends; tells what to record once the show is locked.
    pub(in crate::app) async fn end_offers_of_show(
        &self,
        tx: &mut Tx,
        shop: ShopId,
        show: ShowId,
        now: DateTime<Utc>,
    ) -> storage::Result<Vec<ShowEvent>> {
        let mut events = Vec::new();
        for offer in tx.list_running_offers(shop, show).await? {
            if tx.end_offer(shop, offer.id, OfferEnd::ShowEnded, now).await? {
                events.push(ended(&offer, OfferEnd::ShowEnded));
            }
        }
        Ok(events)
    }

    async fn offer_currency(&self, tx: &mut Tx, shop: ShopId) -> Result<Currency, OfferError> {
        Ok(tx.find_shop(shop).await?.ok_or(OfferError::NotFound)?.currency)
    }

    /// The show, when it is on air and has the product in its lineup.
    async fn selling_show(
        &self,
        tx: &mut Tx,
        shop: ShopId,
        id: ShowId,
        new: &NewOffer,
    ) -> Result<Show, OfferError> {
        let show = tx.lock_show(shop, id).await?.ok_or(OfferError::NotFound)?;
        if !show.status.is_open() {
            return Err(OfferError::NotSelling(id));
        }
        let lineup = tx.list_lineup_products(shop, id).await?;
        let is_in = lineup.iter().any(|product| product.id == new.product_id);
        if is_in { Ok(show) } else { Err(OfferError::NotInLineup) }
    }

    async fn note_offer(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        action: &str,
        offer: &Offer,
    ) -> storage::Result<()> {
        let detail = serde_json::json!({
            "show": offer.show_id, "product": offer.product_id, "price": offer.price.minor(),
        });
        self.audit(tx, caller, action, &offer.id.to_string(), detail).await
    }
}

/// What viewers are told when an offer is over.
pub(in crate::app) fn ended(offer: &Offer, reason: OfferEnd) -> ShowEvent {
    ShowEvent::OfferEnded { offer_id: offer.id, product_id: offer.product_id, reason }
}

async fn find_in_show(tx: &mut Tx, shop: ShopId, show: ShowId, id: OfferId) -> Result<Offer, OfferError> {
    let offer = tx.find_offer(shop, id).await?;
    offer.filter(|offer| offer.show_id == show).ok_or(OfferError::NotFound)
}

fn is_recent(at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    now - at <= TimeDelta::seconds(OFFER_UNDO_SECS)
}

/// The variants that an offer covers: those that are named, or all that may be bought.
fn cover<'a>(
    new: &NewOffer,
    wanted: &Checked,
    locked: &'a [LockedVariant],
) -> Result<Vec<&'a LockedVariant>, OfferError> {
    if locked.is_empty() {
        return Err(OfferError::NotInLineup);
    }
    let named = |variant: &&LockedVariant| match &new.variant_ids {
        Some(ids) => ids.contains(&variant.id),
        None => variant.on_sale,
    };
    let covered: Vec<&LockedVariant> = locked.iter().filter(named).collect();
    if covered.is_empty() || new.variant_ids.as_ref().is_some_and(|ids| ids.len() != covered.len()) {
        return Err(Invalid::field("/variant_ids", "not_found").into());
    }
    // More pieces than there are would be a promise that nobody can keep.
    let available: i64 = covered.iter().map(|variant| variant.available).sum();
    if wanted.units.is_some_and(|units| units.get() > available) {
        return Err(Invalid::field("/units", "more_than_stock").into());
    }
    Ok(covered)
}

/// Holds the new price of a variant against those of the last 30 days.
async fn reduced(
    tx: &mut Tx,
    wanted: &Checked,
    variant: &LockedVariant,
    currency: Currency,
    now: DateTime<Utc>,
) -> Result<OfferVariant, OfferError> {
    let since = now - TimeDelta::days(REPEAT_DAYS);
    if let Some(until) = tx.find_alike_offer(variant.id, wanted.price, since, now).await? {
        return Err(OfferError::Repeated { again_at: until + TimeDelta::days(REPEAT_DAYS) });
    }
    let lowest = tx.find_lowest_price(variant.id, now).await?.ok_or(OfferError::NotFound)?;
    if wanted.price >= lowest.price {
        let lowest = Money::new(lowest.price, currency);
        return Err(OfferError::NotReduced { variant: variant.id, lowest });
    }
    Ok(OfferVariant { variant_id: variant.id, full_price: variant.price, lowest })
}

/// Records events of one show.
pub(in crate::app) async fn record_all(
    recorder: &mut Recorder,
    tx: &mut Tx,
    events: Vec<ShowEvent>,
) -> storage::Result<()> {
    for event in events {
        recorder.record(tx, event).await?;
    }
    Ok(())
}
