//! Products, their variants and what viewers see of them.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::column::text_enum;
use super::ids::{ImageId, ProductId, VariantId};
use super::money::{Amount, Currency, Money};
use super::offer::{LowestPrice, percent_off};
use super::picture::Picture;
use super::withdrawal::WithdrawalExemption;

/// The most units of stock one variant may hold; counters of other systems are 32 bits wide.
pub const STOCK_MAX: i64 = i32::MAX as i64;
/// The most units of one variant in one checkout.
pub const ORDER_UNITS_MAX: i64 = 10;
/// The most variants of one product; Shopify's classic limit, which its exports keep to.
pub const VARIANTS_MAX: usize = 100;
/// The most option names of one product, as in Shopify's exports.
pub const OPTIONS_MAX: usize = 3;
/// The most pictures of one product.
pub const IMAGES_MAX: usize = 12;

/// A number of pieces, never negative.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, sqlx::Type, utoipa::ToSchema,
)]
#[serde(transparent)]
#[sqlx(transparent)]
#[schema(value_type = i64)]
pub struct Units(i64);

impl Units {
    /// No piece.
    pub const ZERO: Self = Self(0);

    /// Takes 0 to [`STOCK_MAX`] pieces.
    #[must_use]
    pub fn new(units: i64) -> Option<Self> {
        (0..=STOCK_MAX).contains(&units).then_some(Self(units))
    }

    /// The number of pieces.
    #[must_use]
    pub const fn get(self) -> i64 {
        self.0
    }
}

text_enum! {
    /// Whether a product can be sold at all.
    ProductStatus {
        /// In the catalogue.
        Active = "active",
        /// Kept for its orders, out of sight otherwise.
        Archived = "archived",
    }
}

/// A product with everything that belongs to it, as members see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Product {
    /// Identity.
    pub id: ProductId,
    /// URL part and identity in imports, unique in the shop.
    pub handle: String,
    /// One line.
    pub title: String,
    /// Plain text; paragraphs are parted by an empty line.
    pub description: String,
    /// Names such as "Taglia"; empty when there is a single variant without choice.
    pub option_names: Vec<String>,
    /// Whether it is offered.
    pub status: ProductStatus,
    /// Why a buyer cannot give it back; none is the rule.
    pub exemption: Option<WithdrawalExemption>,
    /// Grows with each change, for `If-Match`.
    pub version: i64,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// In the order of display.
    pub variants: Vec<Variant>,
    /// In the order of display, ready ones and those still to be fetched.
    pub images: Vec<Image>,
}

/// One buyable form of a product; `stock = available + reserved + sold`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variant {
    /// Identity.
    pub id: VariantId,
    /// Product it belongs to.
    pub product_id: ProductId,
    /// The shop's own number for it; unique when present.
    pub sku: Option<String>,
    /// One value for each option name.
    pub option_values: Vec<String>,
    /// VAT included.
    pub price: Amount,
    /// A former price; its presence announces that the price is a reduction.
    pub compare_at: Option<Amount>,
    /// The lowest price of the days before the present one, where that one is lower.
    pub lowest_before: Option<LowestPrice>,
    /// Whether it may be bought.
    pub on_sale: bool,
    /// Pieces that can be reserved now.
    pub available: Units,
    /// Pieces set aside for buyers.
    pub reserved: Units,
    /// Pieces paid for.
    pub sold: Units,
}

impl Variant {
    /// All pieces ever put up, sold ones included.
    #[must_use]
    pub const fn stock(&self) -> Units {
        Units(self.available.0 + self.reserved.0 + self.sold.0)
    }

    /// The option values in one line, for order lines.
    #[must_use]
    pub fn title(&self) -> String {
        self.option_values.join(" / ")
    }
}

/// What makes option values equal: the join with a separator that texts cannot hold.
#[must_use]
pub fn option_key(values: &[String]) -> String {
    values.join("\u{1f}")
}

text_enum! {
    /// How far a picture has come.
    ImageStatus {
        /// To be fetched from its source address.
        Pending = "pending",
        /// Served.
        Ready = "ready",
        /// Could not be had; the reason is kept.
        Failed = "failed",
    }
}

/// A picture of a product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    /// Identity and, as the bytes never change, the cache key.
    pub id: ImageId,
    /// Says what is seen.
    pub alt: String,
    /// How far it has come.
    pub status: ImageStatus,
    /// Where it was or will be fetched, for imported ones.
    pub source_url: Option<String>,
    /// Code of what went wrong.
    pub failure: Option<String>,
    /// Pixels of the large size; 0 until ready.
    pub width: i64,
    /// Pixels of the large size; 0 until ready.
    pub height: i64,
}

impl Image {
    /// A picture with its bytes at hand.
    #[must_use]
    pub fn ready(id: ImageId, alt: String, picture: &Picture) -> Self {
        Self {
            id,
            alt,
            status: ImageStatus::Ready,
            source_url: None,
            failure: None,
            width: picture.width.into(),
            height: picture.height.into(),
        }
    }

    /// A picture that has to be fetched first.
    #[must_use]
    pub fn pending(id: ImageId, alt: String, source_url: String) -> Self {
        Self {
            id,
            alt,
            status: ImageStatus::Pending,
            source_url: Some(source_url),
            failure: None,
            width: 0,
            height: 0,
        }
    }
}

/// A picture as viewers get it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ImageView {
    /// Identity.
    pub id: ImageId,
    /// At most 480 pixels on the longer side.
    pub small_url: String,
    /// At most 1,440 pixels on the longer side.
    pub large_url: String,
    /// Pixels of the large size.
    pub width: i64,
    /// Pixels of the large size.
    pub height: i64,
    /// Says what is seen.
    pub alt: String,
}

impl ImageView {
    /// The view of a picture; `None` unless it is ready.
    #[must_use]
    pub fn of(image: &Image) -> Option<Self> {
        (image.status == ImageStatus::Ready).then(|| Self {
            id: image.id,
            small_url: format!("/images/{}/small.jpg", image.id),
            large_url: format!("/images/{}/large.jpg", image.id),
            width: image.width,
            height: image.height,
            alt: image.alt.clone(),
        })
    }
}

/// A variant as viewers get it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct VariantView {
    /// Identity.
    pub id: VariantId,
    /// The shop's own number, where there is one.
    pub sku: Option<String>,
    /// One value for each option name of the product.
    pub option_values: Vec<String>,
    /// VAT included.
    pub price: Money,
    /// A former price as the shop keeps it; what may be shown of it is `reduction`.
    pub compare_at: Option<Money>,
    /// What the price is reduced from, where the shop announces it and the history of prices bears it out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reduction: Option<ReductionView>,
    /// Whether it may be bought.
    pub on_sale: bool,
    /// Pieces that can be reserved now.
    pub available: i64,
}

/// A reduction as the law wants it announced: against the lowest price of the 30 days before it
/// (Directive 98/6/EC, article 6a; in Italy article 17-bis of the Codice del consumo).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ReductionView {
    /// The lowest price of the days before the reduction.
    pub lowest: Money,
    /// How many days those were: 30, or fewer for what had not been for sale as long.
    pub lowest_days: i64,
    /// Whole per cent below that price, rounded down.
    pub percent: i64,
}

impl ReductionView {
    fn of(variant: &Variant, currency: Currency) -> Option<Self> {
        variant.compare_at?;
        let LowestPrice { price, days } =
            variant.lowest_before.filter(|lowest| lowest.price > variant.price)?;
        let percent = percent_off(variant.price, price);
        Some(Self { lowest: Money::new(price, currency), lowest_days: days, percent })
    }
}

impl VariantView {
    /// The view of a variant priced in the shop's currency.
    #[must_use]
    pub fn of(variant: &Variant, currency: Currency) -> Self {
        Self {
            id: variant.id,
            sku: variant.sku.clone(),
            option_values: variant.option_values.clone(),
            price: Money::new(variant.price, currency),
            compare_at: variant.compare_at.map(|amount| Money::new(amount, currency)),
            reduction: ReductionView::of(variant, currency),
            on_sale: variant.on_sale,
            available: variant.available.get(),
        }
    }
}

/// A product as viewers get it, in snapshots and events.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ProductView {
    /// Identity.
    pub id: ProductId,
    /// URL part.
    pub handle: String,
    /// One line.
    pub title: String,
    /// Plain text; paragraphs are parted by an empty line.
    pub description: String,
    /// Names of the options, in the order of `option_values`.
    pub option_names: Vec<String>,
    /// In the order of display.
    pub images: Vec<ImageView>,
    /// In the order of display.
    pub variants: Vec<VariantView>,
    /// Why a buyer cannot give it back, which is shown before the click
    /// (art. 49(1)(o) Codice del consumo); missing where it can, as the rule is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exemption: Option<WithdrawalExemption>,
}

impl ProductView {
    /// The public part of a product.
    #[must_use]
    pub fn of(product: &Product, currency: Currency) -> Self {
        Self {
            id: product.id,
            handle: product.handle.clone(),
            title: product.title.clone(),
            description: product.description.clone(),
            option_names: product.option_names.clone(),
            images: product.images.iter().filter_map(ImageView::of).collect(),
            variants: product.variants.iter().map(|v| VariantView::of(v, currency)).collect(),
            exemption: product.exemption,
        }
    }
}
