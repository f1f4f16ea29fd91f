//! What members send of offers, and why one may not be.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::Deserialize;

use crate::app::products::check_price;
use crate::app::{Forbidden, Invalid, Refusal};
use crate::domain::ids::{OfferId, ProductId, ShowId, VariantId};
use crate::domain::money::{Amount, Currency, Money};
use crate::domain::offer::OFFER_SECS;
use crate::domain::problem::{Code, FieldError};
use crate::domain::product::{ORDER_UNITS_MAX, Units, VARIANTS_MAX};
use crate::storage;

/// An offer to be started; it needs a time, a number of pieces, or both.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewOffer {
    /// A product of the show's lineup.
    pub product_id: ProductId,
    /// The variants it covers; all that may be bought where it is missing.
    pub variant_ids: Option<Vec<VariantId>>,
    /// What one piece costs meanwhile, VAT included.
    pub price: Money,
    /// How long, 10 seconds to a day.
    #[schema(minimum = 10, maximum = 86_400)]
    pub secs: Option<i64>,
    /// Pieces that can be had at this price; not more than there are.
    #[schema(minimum = 1)]
    pub units: Option<i64>,
    /// Pieces that one buyer can have at this price, 1 to 10.
    #[schema(minimum = 1, maximum = 10)]
    pub units_per_buyer: Option<i64>,
}

/// The numbers of an offer, each within its bounds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Checked {
    pub price: Amount,
    pub secs: Option<i64>,
    pub units: Option<Units>,
    pub units_per_buyer: Option<Units>,
}

/// Names all fields at fault at once.
pub(super) fn check(new: &NewOffer, currency: Currency) -> Result<Checked, Invalid> {
    let mut invalid = Invalid::default();
    let price = check_price(new.price, currency, "/price", &mut invalid);
    if new.secs.is_some_and(|secs| !OFFER_SECS.contains(&secs)) {
        invalid.push("/secs", "out_of_range");
    }
    if new.secs.is_none() && new.units.is_none() {
        invalid.push("/secs", "required");
    }
    let pieces = |units: Option<i64>, most: i64, pointer: &str, invalid: &mut Invalid| {
        let checked = units.filter(|units| (1..=most).contains(units)).and_then(Units::new);
        if units.is_some() && checked.is_none() {
            invalid.push(pointer, "out_of_range");
        }
        checked
    };
    let units = pieces(new.units, i64::MAX, "/units", &mut invalid);
    let units_per_buyer = pieces(new.units_per_buyer, ORDER_UNITS_MAX, "/units_per_buyer", &mut invalid);
    if let Some(ids) = &new.variant_ids {
        let mut seen = std::collections::HashSet::new();
        if ids.is_empty() {
            invalid.push("/variant_ids", "empty");
        } else if ids.len() > VARIANTS_MAX {
            invalid.push("/variant_ids", "too_many");
        } else if !ids.iter().all(|id| seen.insert(id)) {
            invalid.push("/variant_ids", "duplicate");
        }
    }
    invalid.into_result()?;
    Ok(Checked { price, secs: new.secs, units, units_per_buyer })
}

/// Why an offer was not started, ended or taken back.
#[derive(Debug, thiserror::Error)]
pub enum OfferError {
    /// No such show, offer, product or variant in this shop.
    #[error("there is nothing here")]
    NotFound,
    /// The show is not on air.
    #[error("show {0} does not sell at the moment")]
    NotSelling(ShowId),
    /// The product is not in the lineup.
    #[error("the product is not in the lineup")]
    NotInLineup,
    /// It is no reduction.
    #[error("an offer has to be below the lowest price of the last 30 days")]
    NotReduced {
        /// The variant that cost as little.
        variant: VariantId,
        /// Its lowest price.
        lowest: Money,
    },
    /// The same price was offered lately.
    #[error("this price was offered in the last 30 days; it may be offered again at {again_at}")]
    Repeated {
        /// When it may be offered again.
        again_at: DateTime<Utc>,
    },
    /// One offer of a product at a time.
    #[error("the product has an offer that runs; end it first")]
    Running(OfferId),
    /// Only the last seconds can be taken back.
    #[error("it cannot be taken back any more")]
    UndoTooLate,
    /// A field is not allowed.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// The permission is missing.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] storage::Error),
}

impl Refusal for OfferError {
    fn code(&self) -> Code {
        match self {
            Self::NotFound => Code::NotFound,
            Self::NotSelling(_) => Code::NotSelling,
            Self::NotInLineup => Code::NotInLineup,
            Self::NotReduced { .. } => Code::OfferNotReduced,
            Self::Repeated { .. } => Code::OfferRepeated,
            Self::Running(_) => Code::OfferRunning,
            Self::UndoTooLate => Code::OfferUndoTooLate,
            Self::Invalid(error) => error.code(),
            Self::Forbidden(error) => error.code(),
            Self::Storage(error) => error.code(),
        }
    }

    fn fields(&self) -> Vec<FieldError> {
        if let Self::Invalid(error) = self { error.fields() } else { Vec::new() }
    }

    fn retry_after(&self) -> Option<Duration> {
        if let Self::Storage(error) = self { error.retry_after() } else { None }
    }

    fn members(&self) -> serde_json::Map<String, serde_json::Value> {
        let members = match self {
            Self::NotReduced { variant, lowest } => {
                serde_json::json!({ "variant_id": variant, "lowest": lowest })
            }
            Self::Repeated { again_at } => serde_json::json!({ "again_at": again_at }),
            Self::Running(offer) => serde_json::json!({ "offer_id": offer }),
            _ => return serde_json::Map::new(),
        };
        members.as_object().cloned().unwrap_or_default()
    }
}
