//! What an order's steps do to the offers whose prices it was frozen at.

use chrono::{DateTime, Utc};

use super::ended;
use crate::app::App;
use crate::domain::event::ShowEvent;
use crate::domain::offer::OfferEnd;
use crate::domain::order::Order;
use crate::storage::{self, TakenUnits, Tx};

/// What happens to the pieces that an order took at an offer's price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::app) enum OfferMove {
    /// They can be had again.
    GiveBack,
    /// They are paid.
    Sell,
}

impl App {
    /// Moves the pieces of an order; tells what to record once the show is locked.
    pub(in crate::app) async fn move_offer_units(
        &self,
        tx: &mut Tx,
        order: &Order,
        step: OfferMove,
        now: DateTime<Utc>,
    ) -> storage::Result<Vec<ShowEvent>> {
        let mut events = Vec::new();
        for (id, units) in order.units_by_offer() {
            let shop = order.shop_id;
            let moved = match step {
                OfferMove::GiveBack => tx.give_back_offer_units(shop, id, order.viewer_id, units).await?,
                OfferMove::Sell => {
                    tx.sell_offer_units(shop, id, units).await?;
                    None
                }
            };
            events.extend(moved.as_ref().filter(|taken| !taken.is_over).and_then(units_changed));
            if step == OfferMove::Sell && tx.end_offer(shop, id, OfferEnd::Units, now).await? {
                let offer = tx.find_offer(shop, id).await?;
                events.extend(offer.map(|offer| ended(&offer, OfferEnd::Units)));
            }
        }
        Ok(events)
    }
}

/// What viewers are told when pieces of an offer moved; nothing where they are not limited.
pub(in crate::app) fn units_changed(taken: &TakenUnits) -> Option<ShowEvent> {
    let units = taken.units?;
    Some(ShowEvent::OfferUnitsChanged {
        offer_id: taken.id,
        product_id: taken.product_id,
        units_left: (units.get() - taken.units_taken.get()).max(0),
    })
}
