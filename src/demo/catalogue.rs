//! The demo's catalogue and pictures, as they come with the program.

use chrono::{DateTime, TimeDelta, Utc};
use rust_embed::Embed;
use serde::Deserialize;

use super::evening;
use crate::domain::checkout_settings::CheckoutSettings;
use crate::domain::money::{Amount, Currency};
use crate::domain::show::ShowStatus;

/// Both sizes of the pictures, made by `examples/demo_pictures.rs`.
#[derive(Embed)]
#[folder = "$CARGO_MANIFEST_DIR/demo/pictures"]
struct Pictures;

const CATALOGUE: &str = include_str!("../../demo/catalogue.json");

#[derive(Debug, Deserialize)]
pub(super) struct Catalogue {
    pub(super) currency: Currency,
    pub(super) shop: ShopEntry,
    pub(super) products: Vec<ProductEntry>,
    pub(super) shows: Vec<ShowEntry>,
    pub(super) chat: Vec<ChatEntry>,
    /// Asked in the live show.
    pub(super) questions: Vec<QuestionEntry>,
    /// One at a time in the live show, in this order.
    pub(super) offers: Vec<OfferEntry>,
}

#[derive(Debug, Deserialize)]
pub(super) struct QuestionEntry {
    pub(super) name: String,
    /// The product it is about.
    pub(super) product: Option<String>,
    pub(super) text: String,
    pub(super) answer: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct OfferEntry {
    pub(super) product: String,
    pub(super) price: Amount,
    pub(super) secs: i64,
    pub(super) units: Option<i64>,
}

#[derive(Debug, Deserialize)]
pub(super) struct ShopEntry {
    pub(super) name: String,
    pub(super) slug: String,
    pub(super) brand_colour: String,
    pub(super) tagline: String,
    pub(super) checkout: CheckoutSettings,
}

#[derive(Debug, Deserialize)]
pub(super) struct ProductEntry {
    pub(super) handle: String,
    pub(super) title: String,
    pub(super) description: String,
    pub(super) options: Vec<String>,
    pub(super) variants: Vec<VariantEntry>,
    pub(super) images: Vec<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct VariantEntry {
    pub(super) options: Vec<String>,
    pub(super) sku: String,
    pub(super) price: Amount,
    pub(super) compare_at: Option<Amount>,
    pub(super) stock: i64,
}

#[derive(Debug, Deserialize)]
pub(super) struct ShowEntry {
    pub(super) slug: String,
    pub(super) title: String,
    pub(super) description: String,
    pub(super) status: ShowStatus,
    /// The show starts on the first evening that is at least this far from now.
    pub(super) offset_hours: i64,
    pub(super) lineup: Vec<String>,
    pub(super) featured: Vec<String>,
    /// What happened in a show that is over, to be watched again.
    pub(super) replay: Option<ReplayEntry>,
}

#[derive(Debug, Deserialize)]
pub(super) struct ReplayEntry {
    pub(super) pins: Vec<PinEntry>,
    pub(super) chat: Vec<SaidEntry>,
}

#[derive(Debug, Deserialize)]
pub(super) struct PinEntry {
    pub(super) at_secs: i64,
    pub(super) product: String,
    /// Comes on screen, or leaves it.
    pub(super) is_on_screen: bool,
}

#[derive(Debug, Deserialize)]
pub(super) struct SaidEntry {
    pub(super) at_secs: i64,
    pub(super) name: String,
    pub(super) text: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct ChatEntry {
    pub(super) name: String,
    pub(super) text: String,
    pub(super) seconds_before_now: i64,
}

impl ShowEntry {
    /// When the show starts, or started, seen from now.
    pub(super) fn starts_at(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        evening::first_from(now + TimeDelta::hours(self.offset_hours))
    }
}

impl Catalogue {
    /// Reads the catalogue.
    pub(super) fn read() -> serde_json::Result<Self> {
        serde_json::from_str(CATALOGUE)
    }
}

/// Both sizes of a picture, the small one first.
pub(super) fn sizes(name: &str) -> Option<(Vec<u8>, Vec<u8>)> {
    let file = |size| Pictures::get(&format!("{size}/{name}")).map(|file| file.data.into_owned());
    file("small").zip(file("large"))
}
