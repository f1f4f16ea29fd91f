//! Turns what members send into products, or names every field at fault.

use super::{DESCRIPTION_CHARS_MAX, LABEL_CHARS_MAX, NewProduct, NewVariant, ProductChange, TITLE_CHARS_MAX};
use crate::app::{App, Invalid};
use crate::domain::ids::ProductId;
use crate::domain::money::{Amount, Currency, Money, PRICE_MAX};
use crate::domain::product::{OPTIONS_MAX, Product, ProductStatus, Units, VARIANTS_MAX, Variant, option_key};
use crate::domain::text;

impl App {
    pub(super) fn new_product(&self, new: &NewProduct, currency: Currency) -> Result<Product, Invalid> {
        let mut invalid = Invalid::default();
        let id = ProductId::from(self.clock().uuid());
        let title = text::line(&new.title, TITLE_CHARS_MAX).unwrap_or_else(|error| {
            invalid.push("/title", error.code());
            String::new()
        });
        let description = text::paragraphs(&new.description, DESCRIPTION_CHARS_MAX).unwrap_or_else(|error| {
            invalid.push("/description", error.code());
            String::new()
        });
        let option_names = check_option_names(&new.option_names, &mut invalid);
        if new.variants.is_empty() {
            invalid.push("/variants", "empty");
        }
        if new.variants.len() > VARIANTS_MAX {
            invalid.push("/variants", "too_many");
        }
        let mut variants = Vec::with_capacity(new.variants.len());
        for (index, variant) in new.variants.iter().take(VARIANTS_MAX).enumerate() {
            let at = format!("/variants/{index}");
            let variant = self.new_variant(id, variant, option_names.len(), currency, &at, &mut invalid);
            let key = option_key(&variant.option_values);
            if variants.iter().any(|other: &Variant| option_key(&other.option_values) == key) {
                invalid.push(format!("{at}/option_values"), "duplicate");
            }
            variants.push(variant);
        }
        let handle = match &new.handle {
            Some(handle) if text::slug(handle) == *handle && !handle.is_empty() => handle.clone(),
            Some(_) => {
                invalid.push("/handle", "not_a_slug");
                String::new()
            }
            // The end of the id keeps handles of equal titles apart.
            None => format!("{}-{}", text::slug(&title), &id.as_uuid().simple().to_string()[24..])
                .trim_start_matches('-')
                .to_owned(),
        };
        invalid.into_result()?;
        let now = self.clock().now();
        Ok(Product {
            id,
            handle,
            title,
            description,
            option_names,
            status: ProductStatus::Active,
            exemption: new.exemption,
            version: 1,
            created_at: now,
            updated_at: now,
            variants,
            images: Vec::new(),
        })
    }

    pub(super) fn new_variant(
        &self,
        product_id: ProductId,
        new: &NewVariant,
        options: usize,
        currency: Currency,
        at: &str,
        invalid: &mut Invalid,
    ) -> Variant {
        if new.option_values.len() != options {
            invalid.push(format!("{at}/option_values"), "wrong_length");
        }
        let option_values = (0..)
            .zip(new.option_values.iter().take(OPTIONS_MAX))
            .map(|(index, value): (usize, _)| label(value, &format!("{at}/option_values/{index}"), invalid))
            .collect();
        let available = Units::new(new.stock).unwrap_or_else(|| {
            invalid.push(format!("{at}/stock"), "out_of_range");
            Units::ZERO
        });
        Variant {
            id: self.clock().uuid().into(),
            product_id,
            sku: new.sku.as_deref().map(|sku| label(sku, &format!("{at}/sku"), invalid)),
            option_values,
            price: check_price(new.price, currency, &format!("{at}/price"), invalid),
            compare_at: new
                .compare_at
                .map(|price| check_price(price, currency, &format!("{at}/compare_at"), invalid)),
            lowest_before: None,
            on_sale: new.on_sale,
            available,
            reserved: Units::ZERO,
            sold: Units::ZERO,
        }
    }
}

/// Title, description and option names after a change.
pub(super) fn changed_texts(
    old: &Product,
    change: &ProductChange,
) -> Result<(String, String, Vec<String>), Invalid> {
    let mut invalid = Invalid::default();
    let title = change.title.as_deref().map_or_else(
        || old.title.clone(),
        |title| {
            text::line(title, TITLE_CHARS_MAX).unwrap_or_else(|error| {
                invalid.push("/title", error.code());
                String::new()
            })
        },
    );
    let description = change.description.as_deref().map_or_else(
        || old.description.clone(),
        |description| {
            text::paragraphs(description, DESCRIPTION_CHARS_MAX).unwrap_or_else(|error| {
                invalid.push("/description", error.code());
                String::new()
            })
        },
    );
    let option_names = match &change.option_names {
        Some(names) if names.len() == old.option_names.len() => check_option_names(names, &mut invalid),
        Some(_) => {
            invalid.push("/option_names", "wrong_length");
            Vec::new()
        }
        None => old.option_names.clone(),
    };
    invalid.into_result()?;
    Ok((title, description, option_names))
}

fn check_option_names(names: &[String], invalid: &mut Invalid) -> Vec<String> {
    if names.len() > OPTIONS_MAX {
        invalid.push("/option_names", "too_many");
    }
    (0..)
        .zip(names.iter().take(OPTIONS_MAX))
        .map(|(index, name): (usize, _)| label(name, &format!("/option_names/{index}"), invalid))
        .collect()
}

pub(super) fn label(input: &str, pointer: &str, invalid: &mut Invalid) -> String {
    text::line(input, LABEL_CHARS_MAX).unwrap_or_else(|error| {
        invalid.push(pointer, error.code());
        String::new()
    })
}

/// A price must be in the shop's currency, in its steps, and between one minor unit and [`PRICE_MAX`].
pub(in crate::app) fn check_price(
    price: Money,
    currency: Currency,
    pointer: &str,
    invalid: &mut Invalid,
) -> Amount {
    if price.currency != currency {
        invalid.push(format!("{pointer}/currency"), "wrong_currency");
    }
    if price.amount <= Amount::ZERO || price.amount > PRICE_MAX {
        invalid.push(format!("{pointer}/amount"), "out_of_range");
    } else if price.amount.minor() % currency.price_step() != 0 {
        invalid.push(format!("{pointer}/amount"), "wrong_step");
    }
    price.amount
}
