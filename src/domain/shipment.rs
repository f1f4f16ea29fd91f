//! How the goods of an order travel to their buyer.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Characters of a carrier's name; the longest on the studio's list has 17.
pub const CARRIER_CHARS_MAX: usize = 60;
/// Characters of a tracking code; carriers use at most 35, some shops add a second one.
pub const TRACKING_CHARS_MAX: usize = 80;

/// What a member tells of a parcel, cleaned and bounded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parcel {
    /// Who carries it, in the shop's words.
    pub carrier: Option<String>,
    /// What the carrier calls it.
    pub tracking_code: Option<String>,
}

/// A parcel on its way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Shipment {
    /// Who carries it, in the shop's words.
    pub carrier: Option<String>,
    /// What the carrier calls it.
    pub tracking_code: Option<String>,
    /// When the order was marked as sent.
    pub shipped_at: DateTime<Utc>,
}

impl Shipment {
    /// The parcel given away at a time; a correction keeps the time of the first word of it.
    #[must_use]
    pub fn of(parcel: &Parcel, earlier: Option<&Self>, now: DateTime<Utc>) -> Self {
        Self {
            carrier: parcel.carrier.clone(),
            tracking_code: parcel.tracking_code.clone(),
            shipped_at: earlier.map_or(now, |earlier| earlier.shipped_at),
        }
    }
}
