//! Compares a product of a file with the catalogue.
//!
//! What a file does not name stays: products, variants, pictures. The same file twice changes nothing.

use std::collections::BTreeMap;

use super::{Given, ParsedImage, ParsedProduct, ParsedStock, ParsedVariant, RowCode, RowError};
use crate::domain::column::text_enum;
use crate::domain::ids::VariantId;
use crate::domain::money::Amount;
use crate::domain::product::{IMAGES_MAX, Product, ProductStatus, Units, VARIANTS_MAX, Variant, option_key};

text_enum! {
    /// What an import does, or did, with a product or a row.
    Outcome {
        /// It was not in the catalogue.
        Created = "created",
        /// Something of it differs.
        Changed = "changed",
        /// It is in the catalogue just so.
        Unchanged = "unchanged",
        /// It is left out.
        Refused = "refused",
    }
}

/// What has to be done for one product of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProductPlan {
    /// For the product's own fields.
    pub product: ProductChange,
    /// For its variants.
    pub variants: Vec<VariantChange>,
    /// Pictures to be fetched.
    pub images: Vec<ParsedImage>,
    /// Rows that are left out.
    pub refused: Vec<RowError>,
    /// Pictures that are left out.
    pub notes: Vec<RowError>,
}

/// What has to be done for a product's own fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProductChange {
    /// Add it.
    Create(ProductTexts, ProductStatus),
    /// Change some.
    Update(ProductTexts),
    /// They are just so.
    Keep,
    /// Leave all of it out.
    Refuse,
}

/// The texts of a product, as they shall be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProductTexts {
    /// One line.
    pub title: String,
    /// Plain text.
    pub description: String,
    /// Names of the options.
    pub option_names: Vec<String>,
}

/// What has to be done for a variant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VariantChange {
    /// Add it.
    Insert {
        /// Where it stands in the file.
        line: u64,
        /// One value for each option name.
        option_values: Vec<String>,
        /// Its other fields.
        values: VariantValues,
        /// All pieces.
        stock: Units,
    },
    /// Change it.
    Update {
        /// Where it stands in the file.
        line: u64,
        /// As it is.
        old: Variant,
        /// Its other fields, where some differ.
        values: Option<VariantValues>,
        /// All pieces, where the number differs.
        stock: Option<Units>,
    },
}

/// The fields of a variant, as they shall be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VariantValues {
    /// The shop's own number.
    pub sku: Option<String>,
    /// VAT included.
    pub price: Amount,
    /// A former, higher price.
    pub compare_at: Option<Amount>,
    /// Whether it may be bought.
    pub on_sale: bool,
}

impl ProductPlan {
    /// What becomes of the product.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        match self.product {
            ProductChange::Create(..) => Outcome::Created,
            ProductChange::Refuse => Outcome::Refused,
            ProductChange::Keep if self.variants.is_empty() && self.images.is_empty() => Outcome::Unchanged,
            ProductChange::Keep | ProductChange::Update(_) => Outcome::Changed,
        }
    }

    fn refuse(parsed: &ParsedProduct, refused: Vec<RowError>) -> Self {
        let notes = parsed.notes.clone();
        Self { product: ProductChange::Refuse, variants: Vec::new(), images: Vec::new(), refused, notes }
    }
}

/// Plans one product; `sku_owners` tells who has the SKUs that the file names.
#[must_use]
pub fn plan(
    existing: Option<&Product>,
    parsed: &ParsedProduct,
    sku_owners: &BTreeMap<String, VariantId>,
) -> ProductPlan {
    match existing {
        None => plan_fresh(parsed, sku_owners),
        Some(product) => plan_known(product, parsed, sku_owners),
    }
}

fn plan_fresh(parsed: &ParsedProduct, sku_owners: &BTreeMap<String, VariantId>) -> ProductPlan {
    let Some(title) = parsed.title.clone() else {
        let error = RowError::new(parsed.line, RowCode::Empty).at("title", "");
        return ProductPlan::refuse(parsed, vec![error.of(&parsed.handle)]);
    };
    let mut refused = Vec::new();
    let mut variants = Vec::new();
    for variant in &parsed.variants {
        match insert(variant, sku_owners) {
            Ok(change) => variants.push(change),
            Err(error) => refused.push(error.of(&parsed.handle)),
        }
    }
    if variants.is_empty() {
        return ProductPlan::refuse(parsed, refused);
    }
    let texts = ProductTexts {
        title,
        description: parsed.description.clone().unwrap_or_default(),
        option_names: parsed.option_names.clone(),
    };
    let status = if parsed.is_published { ProductStatus::Active } else { ProductStatus::Archived };
    ProductPlan {
        product: ProductChange::Create(texts, status),
        variants,
        images: parsed.images.clone(),
        refused,
        notes: parsed.notes.clone(),
    }
}

fn plan_known(
    product: &Product,
    parsed: &ParsedProduct,
    sku_owners: &BTreeMap<String, VariantId>,
) -> ProductPlan {
    let names_options = !parsed.variants.is_empty();
    if names_options && parsed.option_names.len() != product.option_names.len() {
        let error = RowError::new(parsed.line, RowCode::OptionsDiffer);
        let error = error.at("options", &parsed.option_names.join(" / "));
        return ProductPlan::refuse(parsed, vec![error.of(&parsed.handle)]);
    }
    let texts = ProductTexts {
        title: parsed.title.clone().unwrap_or_else(|| product.title.clone()),
        description: parsed.description.clone().unwrap_or_else(|| product.description.clone()),
        option_names: if names_options { parsed.option_names.clone() } else { product.option_names.clone() },
    };
    let is_same = texts.title == product.title
        && texts.description == product.description
        && texts.option_names == product.option_names;
    let mut plan = ProductPlan {
        product: if is_same { ProductChange::Keep } else { ProductChange::Update(texts) },
        variants: Vec::new(),
        images: Vec::new(),
        refused: Vec::new(),
        notes: parsed.notes.clone(),
    };
    plan_variants(&mut plan, product, parsed, sku_owners);
    plan_images(&mut plan, product, parsed);
    plan
}

fn plan_variants(
    plan: &mut ProductPlan,
    product: &Product,
    parsed: &ParsedProduct,
    sku_owners: &BTreeMap<String, VariantId>,
) {
    let mut count = product.variants.len();
    for variant in &parsed.variants {
        let key = option_key(&variant.option_values);
        let planned = match product.variants.iter().find(|known| option_key(&known.option_values) == key) {
            Some(known) => update(known, variant, sku_owners),
            None if count == VARIANTS_MAX => Err(RowError::new(variant.line, RowCode::LimitReached)),
            None => insert(variant, sku_owners).map(Some).inspect(|_| count += 1),
        };
        match planned {
            Ok(change) => plan.variants.extend(change),
            Err(error) => plan.refused.push(error.of(&parsed.handle)),
        }
    }
}

fn plan_images(plan: &mut ProductPlan, product: &Product, parsed: &ParsedProduct) {
    let has = |url: &str| product.images.iter().any(|image| image.source_url.as_deref() == Some(url));
    let room = IMAGES_MAX.saturating_sub(product.images.len());
    let mut missing = parsed.images.iter().filter(|image| !has(&image.url));
    plan.images = missing.by_ref().take(room).cloned().collect();
    plan.notes.extend(missing.map(|image| {
        RowError::new(parsed.line, RowCode::LimitReached).at("image", &image.url).of(&parsed.handle)
    }));
}

fn insert(
    variant: &ParsedVariant,
    sku_owners: &BTreeMap<String, VariantId>,
) -> Result<VariantChange, RowError> {
    check_sku(variant, None, sku_owners)?;
    let stock = match variant.stock {
        ParsedStock::Keep => Units::ZERO,
        ParsedStock::Set(units) | ParsedStock::WhenFresh(units) => units,
    };
    Ok(VariantChange::Insert {
        line: variant.line,
        option_values: variant.option_values.clone(),
        values: values(variant, None),
        stock,
    })
}

fn update(
    old: &Variant,
    variant: &ParsedVariant,
    sku_owners: &BTreeMap<String, VariantId>,
) -> Result<Option<VariantChange>, RowError> {
    check_sku(variant, Some(old.id), sku_owners)?;
    let stock = match variant.stock {
        ParsedStock::Set(units) if units != old.stock() => Some(units),
        _ => None,
    };
    if let Some(stock) = stock
        && stock.get() < old.reserved.get() + old.sold.get()
    {
        let error = RowError::new(variant.line, RowCode::StockUnderCommitted);
        return Err(error.at("stock", &stock.get().to_string()));
    }
    let values = Some(values(variant, Some(old))).filter(|values| !is_like(values, old));
    if stock.is_none() && values.is_none() {
        return Ok(None);
    }
    Ok(Some(VariantChange::Update { line: variant.line, old: old.clone(), values, stock }))
}

fn check_sku(
    variant: &ParsedVariant,
    own: Option<VariantId>,
    sku_owners: &BTreeMap<String, VariantId>,
) -> Result<(), RowError> {
    let Some(sku) = &variant.sku else { return Ok(()) };
    match sku_owners.get(sku) {
        Some(owner) if Some(*owner) != own => {
            Err(RowError::new(variant.line, RowCode::SkuTaken).at("sku", sku))
        }
        _ => Ok(()),
    }
}

fn values(variant: &ParsedVariant, old: Option<&Variant>) -> VariantValues {
    let old_price = old.map_or(Amount::ZERO, |old| old.price);
    let price = variant.price.unwrap_or(old_price);
    let compare_at = match variant.compare_at {
        Given::Set(amount) => amount.filter(|amount| *amount > price),
        Given::Keep => old.and_then(|old| old.compare_at),
    };
    // A variant without a price must not be given away; it goes on sale with its first price.
    let on_sale = match old {
        _ if price == Amount::ZERO => false,
        Some(old) if old_price > Amount::ZERO => old.on_sale,
        _ => true,
    };
    let sku = variant.sku.clone().or_else(|| old.and_then(|old| old.sku.clone()));
    VariantValues { sku, price, compare_at, on_sale }
}

fn is_like(values: &VariantValues, old: &Variant) -> bool {
    values.sku == old.sku
        && values.price == old.price
        && values.compare_at == old.compare_at
        && values.on_sale == old.on_sale
}
