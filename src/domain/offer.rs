//! Offers: a temporary price in a show, for a time or a number of pieces.
//!
//! A reduction is counted from the lowest price of the last 30 days before it (Directive 98/6/EC
//! art. 6a; Italian Codice del consumo art. 17-bis), never from the price that happens to be next to it.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::column::text_enum;
use super::ids::{OfferId, ProductId, ShopId, ShowId, VariantId};
use super::money::{Amount, Currency, Money};
use super::product::Units;

/// Days before a reduction whose lowest price it is counted from; what the directive asks at least.
pub const LOWEST_DAYS: i64 = 30;
/// Days in which the same price is not offered anew: until it has left the lowest price's window,
/// a fresh countdown to it would be no reduction.
pub const REPEAT_DAYS: i64 = LOWEST_DAYS;
/// The shortest and the longest time of an offer, in seconds: long enough to be read, at most a day.
pub const OFFER_SECS: std::ops::RangeInclusive<i64> = 10..=86_400;
/// How long a start or an end can be taken back: eight seconds on the host's screen and two for the
/// way there and back.
pub const OFFER_UNDO_SECS: i64 = 10;

text_enum! {
    /// Why an offer ended.
    OfferEnd {
        /// Its time was over.
        Time = "time",
        /// All its pieces were sold.
        Units = "units",
        /// A member ended it.
        Member = "member",
        /// A member took its start back.
        Undone = "undone",
        /// The show ended.
        ShowEnded = "show_ended",
    }
}

text_enum! {
    /// Where an offer stands.
    OfferStatus {
        /// Buyers get its price.
        Running = "running",
        /// It is over.
        Ended = "ended",
        /// Its start was taken back.
        Undone = "undone",
    }
}

/// An offer as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// Identity.
    pub id: OfferId,
    /// Whose it is.
    pub shop_id: ShopId,
    /// The show it is made in.
    pub show_id: ShowId,
    /// The product it is for.
    pub product_id: ProductId,
    /// What one piece costs meanwhile, VAT included.
    pub price: Amount,
    /// When it began.
    pub starts_at: DateTime<Utc>,
    /// When it ends by itself, unless it has no time.
    pub ends_at: Option<DateTime<Utc>>,
    /// Pieces that can be had at this price, unless there is no such limit.
    pub units: Option<Units>,
    /// Pieces that one buyer can have at this price, unless there is no such limit.
    pub units_per_buyer: Option<Units>,
    /// Pieces in reservations and sales at this price.
    pub units_taken: Units,
    /// Those of them that are paid.
    pub units_sold: Units,
    /// When and why it ended.
    pub end: Option<(DateTime<Utc>, OfferEnd)>,
    /// Nobody could or did buy at it: made in a rehearsal, or taken back before anybody bought.
    pub is_void: bool,
    /// The variants it covers.
    pub variants: Vec<OfferVariant>,
}

/// What an offer takes off which price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OfferVariant {
    /// Which variant.
    pub variant_id: VariantId,
    /// Its price before the offer.
    pub full_price: Amount,
    /// The lowest price before the reduction.
    pub lowest: LowestPrice,
}

/// The lowest price of a variant in the days before a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LowestPrice {
    /// The lowest price.
    pub price: Amount,
    /// The days it was looked for in: 30, or fewer where the variant has not been for sale as long.
    pub days: i64,
}

/// Days of history that there are before a moment: 1 to [`LOWEST_DAYS`], begun ones counted whole.
#[must_use]
pub fn history_days(first_at: DateTime<Utc>, now: DateTime<Utc>) -> i64 {
    let day = TimeDelta::days(1).num_milliseconds();
    let begun = (now - first_at).num_milliseconds().max(0).div_euclid(day) + 1;
    begun.min(LOWEST_DAYS)
}

/// Whole per cent that a price is below another one, rounded down so that no cut looks larger than it is.
#[must_use]
pub fn percent_off(price: Amount, from: Amount) -> i64 {
    if from <= Amount::ZERO || price >= from {
        return 0;
    }
    (from.minor() - price.minor()) * 100 / from.minor()
}

impl Offer {
    /// Where it stands.
    #[must_use]
    pub const fn status(&self) -> OfferStatus {
        match self.end {
            None => OfferStatus::Running,
            Some((_, OfferEnd::Undone)) => OfferStatus::Undone,
            Some(_) => OfferStatus::Ended,
        }
    }

    /// Pieces that can still be had at its price, where that is limited.
    #[must_use]
    pub fn units_left(&self) -> Option<i64> {
        self.units.map(|units| (units.get() - self.units_taken.get()).max(0))
    }

    /// What viewers see of it.
    #[must_use]
    pub fn view(&self, currency: Currency) -> OfferView {
        let variant = |variant: &OfferVariant| OfferVariantView {
            variant_id: variant.variant_id,
            lowest: Money::new(variant.lowest.price, currency),
            lowest_days: variant.lowest.days,
            percent: percent_off(self.price, variant.lowest.price),
        };
        OfferView {
            id: self.id,
            product_id: self.product_id,
            price: Money::new(self.price, currency),
            starts_at: self.starts_at,
            ends_at: self.ends_at,
            units: self.units.map(Units::get),
            units_left: self.units_left(),
            units_per_buyer: self.units_per_buyer.map(Units::get),
            variants: self.variants.iter().map(variant).collect(),
        }
    }

    /// What members see of it.
    #[must_use]
    pub fn record(&self, currency: Currency) -> OfferRecord {
        OfferRecord {
            offer: self.view(currency),
            status: self.status(),
            ended_at: self.end.map(|(at, _)| at),
            end_reason: self.end.map(|(_, reason)| reason),
            units_taken: self.units_taken.get(),
            units_sold: self.units_sold.get(),
        }
    }
}

/// A running offer as viewers see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct OfferView {
    /// Identity.
    pub id: OfferId,
    /// The product it is for.
    pub product_id: ProductId,
    /// What one piece costs meanwhile, VAT included.
    pub price: Money,
    /// When it began.
    pub starts_at: DateTime<Utc>,
    /// When it ends by the server's clock, unless it has no time.
    pub ends_at: Option<DateTime<Utc>>,
    /// Pieces that can be had at this price, unless there is no such limit.
    pub units: Option<i64>,
    /// Those that can still be had.
    pub units_left: Option<i64>,
    /// Pieces that one buyer can have at this price, unless there is no such limit.
    pub units_per_buyer: Option<i64>,
    /// The variants it covers; the price of others is their own.
    pub variants: Vec<OfferVariantView>,
}

impl OfferView {
    /// What it does to a variant with this price in the catalogue: nothing where it does not cover
    /// it, is not below that price, has no pieces left, or is over by now.
    #[must_use]
    pub fn covers(&self, variant: VariantId, price: Money, now: DateTime<Utc>) -> Option<&OfferVariantView> {
        let is_over = self.ends_at.is_some_and(|at| at <= now) || self.units_left == Some(0);
        if is_over || self.price.amount >= price.amount {
            return None;
        }
        self.variants.iter().find(|covered| covered.variant_id == variant)
    }
}

/// The former price that is shown beside an offer's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct OfferVariantView {
    /// Which variant.
    pub variant_id: VariantId,
    /// The lowest price before the reduction.
    pub lowest: Money,
    /// The days it is the lowest price of: 30, or fewer for what has not been for sale as long.
    pub lowest_days: i64,
    /// Whole per cent that the offer is below it, rounded down.
    pub percent: i64,
}

/// An offer as members see it, running or over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = Offer)]
pub struct OfferRecord {
    /// What viewers see of it.
    #[serde(flatten)]
    pub offer: OfferView,
    /// Where it stands.
    pub status: OfferStatus,
    /// When it ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// Why it ended.
    pub end_reason: Option<OfferEnd>,
    /// Pieces in reservations and sales at its price.
    pub units_taken: i64,
    /// Those of them that are paid.
    pub units_sold: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentage_never_looks_larger_than_the_cut() {
        let off = |price, from| percent_off(Amount::from_minor(price), Amount::from_minor(from));
        assert_eq!(
            [off(3992, 4990), off(4990, 4990), off(5000, 4990), off(0, 4990), off(1, 0)],
            [20, 0, 0, 100, 0]
        );
        for from in 1..200 {
            for price in 0..from {
                let percent = off(price, from);
                assert!((from - price) * 100 >= percent * from, "{price} from {from}");
                assert!((from - price) * 100 < (percent + 1) * from, "{price} from {from}");
            }
        }
    }

    #[test]
    fn a_young_variant_says_how_many_days_there_are() {
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let days = |before: TimeDelta| history_days(now - before, now);
        assert_eq!(days(TimeDelta::zero()), 1);
        assert_eq!(days(TimeDelta::hours(23)), 1);
        assert_eq!(days(TimeDelta::hours(25)), 2);
        assert_eq!(days(TimeDelta::days(29)), 30);
        assert_eq!(days(TimeDelta::days(400)), 30);
        assert_eq!(days(-TimeDelta::days(1)), 1);
    }
}
