//! What members send to make and change products.

use serde::Deserialize;

use crate::domain::money::Money;
use crate::domain::product::ProductStatus;
use crate::domain::withdrawal::WithdrawalExemption;

/// A product to be made.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewProduct {
    /// One line.
    pub title: String,
    /// Plain text.
    #[serde(default)]
    pub description: String,
    /// URL part; made from the title where it is missing.
    pub handle: Option<String>,
    /// Names of the options, at most three.
    #[serde(default)]
    pub option_names: Vec<String>,
    /// One at least.
    pub variants: Vec<NewVariant>,
    /// Why a buyer cannot give it back; left out where it can.
    pub exemption: Option<WithdrawalExemption>,
}

/// A variant to be made.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewVariant {
    /// One value for each option name.
    #[serde(default)]
    pub option_values: Vec<String>,
    /// The shop's own number.
    pub sku: Option<String>,
    /// VAT included.
    pub price: Money,
    /// A former price.
    pub compare_at: Option<Money>,
    /// Pieces.
    pub stock: i64,
    /// Whether it may be bought.
    #[serde(default = "yes")]
    pub on_sale: bool,
}

/// Changes to a product; what is missing stays.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProductChange {
    /// One line.
    pub title: Option<String>,
    /// Plain text.
    pub description: Option<String>,
    /// Renames the options; their number stays.
    pub option_names: Option<Vec<String>>,
    /// Archives a product or brings it back.
    pub status: Option<ProductStatus>,
    /// Why a buyer cannot give it back; `null` where it can. Orders keep what their buyers were told.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<WithdrawalExemption>)]
    pub exemption: Option<Option<WithdrawalExemption>>,
}

/// Changes to a variant; what is missing stays, `null` clears.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VariantChange {
    /// The shop's own number.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    pub sku: Option<Option<String>>,
    /// VAT included.
    pub price: Option<Money>,
    /// A former price.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Money>)]
    pub compare_at: Option<Option<Money>>,
    /// Whether it may be bought.
    pub on_sale: Option<bool>,
}

/// Tells `null` from missing.
fn present<'de, T: Deserialize<'de>, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

const fn yes() -> bool {
    true
}
