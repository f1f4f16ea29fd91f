//! What a show is measured by: viewers and sales over time, pins, and the funnel of each product.
//!
//! A viewer is somebody who was there for three seconds (`hub::presence` holds to it), in the live
//! show or in its replay. A sale is an order that was paid, whatever happened to it since; what was
//! given back is told beside it. A direct sale is one with a product that was on screen in the show.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::ids::ProductId;
use super::money::{Amount, Currency, Money};

/// Viewers are counted once in a stretch of this length.
pub const VIEWERS_EVERY_SECS: i64 = 10;
/// And in stretches of this length where a show goes on for longer than [`FULL_HOURS`].
const VIEWERS_THIN_SECS: i64 = 60;
/// How long a show is counted in full: longer than one that a person hosts.
const FULL_HOURS: i64 = 12;
/// Counts that are kept of one show: twelve hours in full and a day of minutes. A show that goes on
/// longer is counted no further.
pub const VIEWER_COUNTS_MAX: i64 = FULL_HOURS * 3_600 / VIEWERS_EVERY_SECS + 24 * 3_600 / VIEWERS_THIN_SECS;
/// Points of the line that are told at most; a screen has no use for more.
pub const VIEWER_POINTS_MAX: i64 = 360;
/// Bars of sales that are told at most.
pub const SALES_BARS_MAX: i64 = 120;
/// Flags that are told at most, the newest ones.
pub const PINS_MAX: i64 = 300;
/// Products that are told of at most: a lineup and what was sold before it changed.
pub const FUNNEL_MAX: i64 = 300;
/// People who are counted for one show or one product at most; with as many the figure stands still.
pub const REACH_MAX: i64 = 100_000;
/// How long after the end of a show its replay is still counted. Then the marks by which people are
/// told apart are deleted, and the figures stay as they are.
pub const REACH_DAYS: i64 = 30;

/// Lengths of a stretch in seconds, as people count time; longer ones are doubled.
const LENGTHS: [i64; 10] = [10, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200];

/// How many watched over time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ViewerLine {
    /// Length of a stretch in seconds.
    pub every_secs: i64,
    /// When the first stretch begins.
    pub from: DateTime<Utc>,
    /// The most people at once in each stretch; `null` where nobody counted. At most 360.
    pub counts: Vec<Option<i64>>,
    /// The most of all.
    pub peak: i64,
}

/// Sales in one stretch of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct SalesBar {
    /// When the stretch begins.
    pub at: DateTime<Utc>,
    /// Orders that were paid in it.
    pub orders: i64,
    /// Pieces in them.
    pub units: i64,
    /// What was paid for them.
    pub total: Money,
}

/// Sales over time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct SalesBars {
    /// Length of a stretch in seconds; a minute unless the show is long.
    pub every_secs: i64,
    /// Stretches with sales, the oldest first; at most 120.
    pub bars: Vec<SalesBar>,
}

/// A product came on screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PinFlag {
    /// When.
    pub at: DateTime<Utc>,
    /// Which.
    pub product_id: ProductId,
}

/// How far people went with one product; each person counts once in each step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ProductFunnel {
    /// Which.
    pub product_id: ProductId,
    /// Its name.
    pub title: String,
    /// Whether it was on screen.
    pub was_shown: bool,
    /// People who opened it, and who began to buy it without.
    pub opened: i64,
    /// People who began to buy it.
    pub checkouts: i64,
    /// People who paid.
    pub paid: i64,
    /// Pieces that were paid.
    pub units: i64,
    /// Their price; without shipping.
    pub total: Money,
}

/// A show as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct FigureTotals {
    /// People who were there for three seconds; the first step of each product's funnel.
    pub viewers: i64,
    /// Paid orders, those of the replay included.
    pub orders: i64,
    /// Pieces in them.
    pub units: i64,
    /// What was paid; what was given back is part of it.
    pub total: Money,
    /// What was given back.
    pub refunded: Money,
    /// Paid orders with a product that was on screen in the show.
    pub direct_orders: i64,
    /// What was paid for them.
    pub direct_total: Money,
    /// Orders that were paid after the end, which no bar shows.
    pub later_orders: i64,
    /// What was paid for them.
    pub later_total: Money,
}

/// The figures of a show, while it is on air and after.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ShowFigures {
    /// When it went live first; `null` before, and then there are no figures.
    pub starts_at: Option<DateTime<Utc>>,
    /// When it ended; `null` before.
    pub ends_at: Option<DateTime<Utc>>,
    /// The server's time of these figures.
    pub as_of: DateTime<Utc>,
    /// How many watched.
    pub viewers: ViewerLine,
    /// What was paid.
    pub sales: SalesBars,
    /// When products came on screen, the oldest first; at most 300.
    pub pins: Vec<PinFlag>,
    /// How far people went with each product, in the order of the lineup; at most 300.
    pub products: Vec<ProductFunnel>,
    /// The show as a whole.
    pub totals: FigureTotals,
}

/// Sales of one stretch of time, as they are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SalesStretch {
    /// When it begins, in milliseconds since 1970; `None` for what was paid after the end.
    pub at_ms: Option<i64>,
    /// Orders that were paid in it.
    pub orders: i64,
    /// Pieces in them.
    pub units: i64,
    /// What was paid.
    pub total: Amount,
    /// What was given back of it.
    pub refunded: Amount,
    /// Orders with a product that was on screen.
    pub direct_orders: i64,
    /// What was paid for them.
    pub direct_total: Amount,
}

/// The stretch in which people of this moment are counted, in milliseconds since 1970.
#[must_use]
pub fn viewer_stretch(started_at: DateTime<Utc>, at: DateTime<Utc>) -> i64 {
    let is_full = at - started_at < TimeDelta::hours(FULL_HOURS);
    let secs = if is_full { VIEWERS_EVERY_SECS } else { VIEWERS_THIN_SECS };
    floor(at.timestamp_millis(), secs * 1_000)
}

impl ViewerLine {
    /// The line between two moments, of counts by their stretch in milliseconds since 1970.
    #[must_use]
    pub fn of(from: DateTime<Utc>, until: DateTime<Utc>, counts: &[(i64, i64)]) -> Self {
        let (from_ms, until_ms) = (from.timestamp_millis(), until.timestamp_millis());
        let every_secs = length_for(from_ms, until_ms, VIEWERS_EVERY_SECS, VIEWER_POINTS_MAX);
        let every_ms = every_secs * 1_000;
        let first = floor(from_ms, every_ms);
        let mut line = vec![None; stretches(from_ms, until_ms, every_ms)];
        for &(at_ms, viewers) in counts {
            let place = usize::try_from((at_ms - first).div_euclid(every_ms)).ok();
            if let Some(point) = place.and_then(|place| line.get_mut(place)) {
                *point = Some(point.map_or(viewers, |most: i64| most.max(viewers)));
            }
        }
        let peak = line.iter().flatten().copied().max().unwrap_or(0);
        Self { every_secs, from: moment(first, from), counts: line, peak }
    }
}

impl SalesBars {
    /// How long a stretch is, in seconds, so that there are few enough between two moments.
    #[must_use]
    pub fn length_for(from: DateTime<Utc>, until: DateTime<Utc>) -> i64 {
        length_for(from.timestamp_millis(), until.timestamp_millis(), 60, SALES_BARS_MAX)
    }

    /// The bars of stretches of this length, the oldest first; what was paid after the end has none.
    #[must_use]
    pub fn of(every_secs: i64, stretches: &[SalesStretch], currency: Currency) -> Self {
        let bar = |stretch: &SalesStretch| {
            Some(SalesBar {
                at: DateTime::from_timestamp_millis(stretch.at_ms?)?,
                orders: stretch.orders,
                units: stretch.units,
                total: Money::new(stretch.total, currency),
            })
        };
        Self { every_secs, bars: stretches.iter().filter_map(bar).collect() }
    }
}

impl FigureTotals {
    /// The sums of all stretches.
    #[must_use]
    pub fn of(viewers: i64, stretches: &[SalesStretch], currency: Currency) -> Self {
        let later = || stretches.iter().filter(|stretch| stretch.at_ms.is_none());
        let count = |of: fn(&SalesStretch) -> i64| stretches.iter().map(of).sum();
        let money = |of: fn(&SalesStretch) -> Amount| {
            Money::new(stretches.iter().map(of).fold(Amount::ZERO, sum), currency)
        };
        Self {
            viewers,
            orders: count(|stretch| stretch.orders),
            units: count(|stretch| stretch.units),
            total: money(|stretch| stretch.total),
            refunded: money(|stretch| stretch.refunded),
            direct_orders: count(|stretch| stretch.direct_orders),
            direct_total: money(|stretch| stretch.direct_total),
            later_orders: later().map(|stretch| stretch.orders).sum(),
            later_total: Money::new(later().map(|stretch| stretch.total).fold(Amount::ZERO, sum), currency),
        }
    }
}

/// The shortest length that needs no more stretches than this.
fn length_for(from_ms: i64, until_ms: i64, shortest: i64, most: i64) -> i64 {
    let fits = |secs: &i64| stretches(from_ms, until_ms, secs * 1_000) <= usize::try_from(most).unwrap_or(1);
    let known = LENGTHS.into_iter().filter(|secs| *secs >= shortest).find(fits);
    known.unwrap_or_else(|| {
        let mut secs = LENGTHS[LENGTHS.len() - 1];
        while !fits(&secs) {
            secs *= 2;
        }
        secs
    })
}

/// How many stretches there are from one moment to another, the one that it is in included.
fn stretches(from_ms: i64, until_ms: i64, every_ms: i64) -> usize {
    let count = (floor(until_ms, every_ms) - floor(from_ms, every_ms)) / every_ms + 1;
    usize::try_from(count).unwrap_or(1).max(1)
}

const fn floor(at_ms: i64, every_ms: i64) -> i64 {
    at_ms - at_ms.rem_euclid(every_ms)
}

fn moment(at_ms: i64, otherwise: DateTime<Utc>) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(at_ms).unwrap_or(otherwise)
}

/// Sums that no shop reaches stay at the highest one.
fn sum(one: Amount, other: Amount) -> Amount {
    one.checked_add(other).unwrap_or(Amount::from_minor(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(secs: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + secs, 0).unwrap()
    }

    fn count(secs: i64, viewers: i64) -> (i64, i64) {
        (at(secs).timestamp_millis(), viewers)
    }

    #[test]
    fn a_stretch_is_ten_seconds_and_after_twelve_hours_a_minute() {
        let stretch = |secs: i64| (viewer_stretch(at(3), at(secs)) - at(0).timestamp_millis()) / 1_000;
        assert_eq!([3, 9, 10, 19, 25].map(stretch), [0, 0, 10, 10, 20]);
        let twelve = 12 * 3_600;
        assert_eq!([twelve, twelve + 3, twelve + 59].map(stretch), [twelve; 3]);
        assert_eq!(stretch(twelve + 61), twelve + 60);
    }

    #[test]
    fn a_line_has_a_place_for_each_stretch_and_holes_where_nobody_counted() {
        let line = ViewerLine::of(at(3), at(44), &[count(0, 4), count(10, 7), count(30, 5)]);
        assert_eq!((line.every_secs, line.from, line.peak), (10, at(0), 7));
        assert_eq!(line.counts, [Some(4), Some(7), None, Some(5), None]);
        let empty = ViewerLine::of(at(0), at(0), &[]);
        assert_eq!((empty.counts, empty.peak), (vec![None], 0));
    }

    #[test]
    fn a_long_line_keeps_its_peaks_and_is_never_longer_than_it_may_be() {
        for secs in [3_599, 3_600, 5 * 3_600, 12 * 3_600, 36 * 3_600, 400 * 3_600] {
            let counts: Vec<_> = (0..secs / 10).map(|n| count(n * 10, n % 91)).collect();
            let line = ViewerLine::of(at(0), at(secs), &counts);
            assert!(i64::try_from(line.counts.len()).unwrap() <= VIEWER_POINTS_MAX, "{secs}");
            assert_eq!(line.peak, 90);
        }
        assert_eq!(ViewerLine::of(at(0), at(3_590), &[]).every_secs, 10);
        assert_eq!(ViewerLine::of(at(0), at(3_600), &[]).every_secs, 30);
    }

    #[test]
    fn bars_are_minutes_until_there_are_too_many() {
        for (minutes, secs) in [(1, 60), (119, 60), (120, 120), (240, 300), (720, 600), (20_000, 14_400)] {
            let every = SalesBars::length_for(at(0), at(minutes * 60));
            assert_eq!(every, secs, "{minutes} minutes");
            assert!(minutes * 60 / every < SALES_BARS_MAX);
        }
    }

    #[test]
    fn what_is_paid_after_the_end_is_in_the_sums_and_in_no_bar() {
        let stretch = |at_ms: Option<i64>, total: i64| SalesStretch {
            at_ms,
            orders: 1,
            units: 2,
            total: Amount::from_minor(total),
            refunded: Amount::from_minor(total / 10),
            direct_orders: i64::from(at_ms.is_some()),
            direct_total: at_ms.map_or(Amount::ZERO, |_| Amount::from_minor(total)),
        };
        let sold = [stretch(None, 500), stretch(Some(60_000), 100), stretch(Some(180_000), 40)];
        let bars = SalesBars::of(60, &sold, Currency::EUR);
        assert_eq!(bars.bars.iter().map(|bar| bar.total.amount.minor()).collect::<Vec<_>>(), [100, 40]);
        let totals = FigureTotals::of(7, &sold, Currency::EUR);
        assert_eq!((totals.viewers, totals.orders, totals.units), (7, 3, 6));
        assert_eq!((totals.total.amount.minor(), totals.refunded.amount.minor()), (640, 64));
        assert_eq!((totals.direct_orders, totals.direct_total.amount.minor()), (2, 140));
        assert_eq!((totals.later_orders, totals.later_total.amount.minor()), (1, 500));
        assert_eq!(FigureTotals::of(0, &[], Currency::EUR).total.amount, Amount::ZERO);
    }
}
