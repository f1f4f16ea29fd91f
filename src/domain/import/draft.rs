//! Gathers the rows of a file into products.
//!
//! Invariant: a variant is in a draft only when its SKU and its options are in no other row.

use std::collections::{HashMap, HashSet};

use super::{ImportFormat, Parsed, ParsedImage, ParsedProduct, ParsedVariant, RowCode, RowError};
use crate::domain::product::{IMAGES_MAX, VARIANTS_MAX, option_key};

/// The products of a file while its rows come in.
#[derive(Debug, Default)]
pub(super) struct Drafts {
    products: Vec<Draft>,
    by_handle: HashMap<String, usize>,
    skus: HashSet<String>,
    refused: Vec<RowError>,
}

/// A product of which more rows may come.
#[derive(Debug)]
struct Draft {
    product: ParsedProduct,
    option_keys: HashSet<String>,
    /// Rows of it were refused, so that having no variant is no wonder.
    has_refused_rows: bool,
    /// It was refused as a whole; its further rows are, too.
    is_refused: bool,
}

/// A place among the drafts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Slot(usize);

impl Drafts {
    /// The draft with this handle.
    pub(super) fn find(&self, handle: &str) -> Option<Slot> {
        self.by_handle.get(handle).copied().map(Slot)
    }

    /// Begins a product; a refused head refuses the rows that follow.
    pub(super) fn begin(&mut self, line: u64, handle: &str, head: Result<Head, RowError>) -> Slot {
        let (head, error) = match head {
            Ok(head) => (head, None),
            Err(error) => (Head::default(), Some(error)),
        };
        let Head { title, description, option_names, is_published } = head;
        let slot = Slot(self.products.len());
        self.by_handle.insert(handle.to_owned(), slot.0);
        self.products.push(Draft {
            product: ParsedProduct {
                line,
                handle: handle.to_owned(),
                title,
                description,
                option_names,
                variants: Vec::new(),
                images: Vec::new(),
                is_published,
                notes: Vec::new(),
            },
            option_keys: HashSet::new(),
            has_refused_rows: error.is_some(),
            is_refused: error.is_some(),
        });
        self.refused.extend(error.map(|error| error.of(handle)));
        slot
    }

    /// The product as it stands.
    pub(super) fn product(&self, slot: Slot) -> &ParsedProduct {
        &self.products[slot.0].product
    }

    /// Whether the product is refused as a whole.
    pub(super) fn is_refused(&self, slot: Slot) -> bool {
        self.products[slot.0].is_refused
    }

    /// Notes a row that belongs to no product.
    pub(super) fn refuse(&mut self, error: RowError) {
        self.refused.push(error);
    }

    /// Adds a picture, or notes why not; the product goes in either way.
    pub(super) fn add_image(&mut self, slot: Slot, image: Result<ParsedImage, RowError>) {
        let product = &mut self.products[slot.0].product;
        match image {
            Ok(image) if product.images.iter().any(|known| known.url == image.url) => {}
            Ok(image) if product.images.len() < IMAGES_MAX => product.images.push(image),
            Ok(image) => {
                let error = RowError::new(product.line, RowCode::LimitReached).at("image", &image.url);
                product.notes.push(error.of(&product.handle));
            }
            Err(error) => product.notes.push(error.of(&product.handle)),
        }
    }

    /// Adds a variant, or refuses its row.
    pub(super) fn add_variant(&mut self, slot: Slot, variant: Result<ParsedVariant, RowError>) {
        let draft = &mut self.products[slot.0];
        let checked = variant.and_then(|variant| draft.check(variant, &mut self.skus));
        match checked {
            Ok(variant) => draft.product.variants.push(variant),
            Err(error) => {
                draft.has_refused_rows = true;
                self.refused.push(error.of(&draft.product.handle));
            }
        }
    }

    /// Ends the file.
    pub(super) fn finish(mut self, format: ImportFormat) -> Parsed {
        self.refused.sort_by_key(|error| error.line);
        let whole = |draft: &Draft| {
            !draft.is_refused && (!draft.product.variants.is_empty() || !draft.has_refused_rows)
        };
        let products = self.products.into_iter().filter(whole).map(|draft| draft.product).collect();
        Parsed { format, products, refused: self.refused }
    }
}

impl Draft {
    fn check(
        &mut self,
        variant: ParsedVariant,
        skus: &mut HashSet<String>,
    ) -> Result<ParsedVariant, RowError> {
        let refused = |code| RowError::new(variant.line, code);
        if self.is_refused {
            return Err(refused(RowCode::ProductRefused));
        }
        if self.product.variants.len() == VARIANTS_MAX {
            return Err(refused(RowCode::LimitReached));
        }
        let key = option_key(&variant.option_values);
        if self.option_keys.contains(&key) {
            return Err(refused(RowCode::OptionsTaken).at("options", &variant.option_values.join(" / ")));
        }
        if let Some(sku) = &variant.sku
            && !skus.insert(sku.clone())
        {
            return Err(refused(RowCode::SkuTaken).at("sku", sku));
        }
        self.option_keys.insert(key);
        Ok(variant)
    }
}

/// What the first row says of the product itself.
#[derive(Debug, Default)]
pub(super) struct Head {
    pub(super) title: Option<String>,
    pub(super) description: Option<String>,
    pub(super) option_names: Vec<String>,
    pub(super) is_published: bool,
}
