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

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::domain::product::Image;

    fn units(units: i64) -> Units {
        Units::new(units).unwrap()
    }

    fn known() -> Product {
        let product_id = Uuid::from_u128(1).into();
        let variant = Variant {
            id: Uuid::from_u128(2).into(),
            product_id,
            sku: Some("S-1".to_owned()),
            option_values: Vec::new(),
            price: Amount::from_minor(1990),
            compare_at: Some(Amount::from_minor(2990)),
            lowest_before: None,
            on_sale: false,
            available: units(4),
            reserved: units(1),
            sold: units(5),
        };
        Product {
            id: product_id,
            handle: "sciarpa".to_owned(),
            title: "Sciarpa".to_owned(),
            description: "Seta".to_owned(),
            option_names: Vec::new(),
            status: ProductStatus::Active,
            exemption: None,
            version: 1,
            created_at: chrono::DateTime::UNIX_EPOCH,
            updated_at: chrono::DateTime::UNIX_EPOCH,
            variants: vec![variant],
            images: vec![Image::pending(
                Uuid::from_u128(3).into(),
                String::new(),
                "https://x.it/1".to_owned(),
            )],
        }
    }

    /// What a file says that names the product and its variant, and nothing of them.
    fn bare() -> ParsedProduct {
        let variant = ParsedVariant {
            line: 2,
            option_values: Vec::new(),
            sku: None,
            price: None,
            compare_at: Given::Keep,
            stock: ParsedStock::Keep,
        };
        ParsedProduct {
            line: 2,
            handle: "sciarpa".to_owned(),
            title: None,
            description: None,
            option_names: Vec::new(),
            variants: vec![variant],
            images: Vec::new(),
            is_published: true,
            notes: Vec::new(),
        }
    }

    #[track_caller]
    fn check(change: impl FnOnce(&mut ParsedProduct), outcome: Outcome) -> ProductPlan {
        let mut parsed = bare();
        change(&mut parsed);
        let plan = plan(Some(&known()), &parsed, &BTreeMap::new());
        assert_eq!(plan.outcome(), outcome, "{plan:?}");
        plan
    }

    #[test]
    fn what_a_file_does_not_say_stays() {
        check(|_| {}, Outcome::Unchanged);
        check(|parsed| parsed.variants.clear(), Outcome::Unchanged);
        check(|parsed| parsed.is_published = false, Outcome::Unchanged);
        check(|parsed| parsed.variants[0].stock = ParsedStock::WhenFresh(units(1)), Outcome::Unchanged);
        check(|parsed| parsed.variants[0].stock = ParsedStock::Set(units(10)), Outcome::Unchanged);
    }

    #[test]
    fn what_differs_is_changed() {
        let plan = check(|parsed| parsed.variants[0].stock = ParsedStock::Set(units(6)), Outcome::Changed);
        assert!(matches!(plan.variants[..], [VariantChange::Update { values: None, stock: Some(_), .. }]));
        let plan = check(|parsed| parsed.variants[0].compare_at = Given::Set(None), Outcome::Changed);
        let [VariantChange::Update { values: Some(values), stock: None, .. }] = &plan.variants[..] else {
            panic!("{plan:?}")
        };
        assert_eq!((values.sku.as_deref(), values.compare_at, values.on_sale), (Some("S-1"), None, false));
        check(|parsed| parsed.description = Some(String::new()), Outcome::Changed);
    }

    #[test]
    fn a_former_price_that_is_not_higher_is_none() {
        let lower = Given::Set(Some(Amount::from_minor(1990)));
        let plan = check(|parsed| parsed.variants[0].compare_at = lower, Outcome::Changed);
        assert!(matches!(
            &plan.variants[..],
            [VariantChange::Update { values: Some(VariantValues { compare_at: None, .. }), .. }]
        ));
    }

    #[test]
    fn promised_pieces_and_foreign_skus_refuse_the_row() {
        let plan = check(|parsed| parsed.variants[0].stock = ParsedStock::Set(units(5)), Outcome::Unchanged);
        assert_eq!(plan.refused[0].code, RowCode::StockUnderCommitted);
        let mut parsed = bare();
        parsed.variants[0].sku = Some("S-9".to_owned());
        let owners = |owner: u128| BTreeMap::from([("S-9".to_owned(), Uuid::from_u128(owner).into())]);
        assert_eq!(plan_of(&parsed, &owners(7)).refused[0].code, RowCode::SkuTaken);
        assert_eq!(plan_of(&parsed, &owners(2)).refused, []);
    }

    fn plan_of(parsed: &ParsedProduct, owners: &BTreeMap<String, VariantId>) -> ProductPlan {
        plan(Some(&known()), parsed, owners)
    }

    #[test]
    fn a_picture_is_added_once_and_while_there_is_room() {
        let image = |n: usize| ParsedImage { url: format!("https://x.it/{n}"), alt: String::new() };
        let plan =
            check(|parsed| parsed.images = (1..=IMAGES_MAX + 1).map(image).collect(), Outcome::Changed);
        assert_eq!((plan.images.len(), plan.notes.len()), (IMAGES_MAX - 1, 1));
        check(|parsed| parsed.images = vec![image(1)], Outcome::Unchanged);
    }

    #[test]
    fn a_fresh_variant_is_on_sale_only_with_a_price() {
        let mut parsed = bare();
        parsed.title = Some("Sciarpa".to_owned());
        for (price, on_sale) in [(None, false), (Some(0), false), (Some(1), true)] {
            parsed.variants[0].price = price.map(Amount::from_minor);
            let plan = plan(None, &parsed, &BTreeMap::new());
            let [VariantChange::Insert { values, .. }] = &plan.variants[..] else { panic!("{plan:?}") };
            assert_eq!(values.on_sale, on_sale, "{price:?}");
        }
        parsed.title = None;
        let plan = plan(None, &parsed, &BTreeMap::new());
        assert_eq!((plan.outcome(), plan.refused[0].code), (Outcome::Refused, RowCode::Empty));
    }

    #[test]
    fn another_number_of_options_refuses_the_product() {
        let names = |parsed: &mut ParsedProduct| {
            parsed.option_names = vec!["Taglia".to_owned()];
            parsed.variants[0].option_values = vec!["S".to_owned()];
        };
        assert_eq!(check(names, Outcome::Refused).refused[0].code, RowCode::OptionsDiffer);
    }
}
