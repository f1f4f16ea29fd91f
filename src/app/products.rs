//! The catalogue: products, variants, stock. Shows that hold a product hear of its changes.

use std::time::Duration;

use serde::Deserialize;

use super::page::{Page, PageRequest};
use super::{App, Caller, Invalid, Recorder, Refusal};
use crate::domain::event::ShowEvent;
use crate::domain::ids::{ProductId, ShopId, VariantId};
use crate::domain::member::Permission;
use crate::domain::money::{Amount, Currency, Money, PRICE_MAX};
use crate::domain::problem::{Code, FieldError};
use crate::domain::product::{
    OPTIONS_MAX, Product, ProductStatus, ProductView, Units, VARIANTS_MAX, Variant, option_key,
};
use crate::domain::text;
use crate::storage::{self, ProductFields, ProductFilter, Tx, VariantFields};

/// Characters of a product's title.
pub const TITLE_CHARS_MAX: usize = 150;
/// Characters of a product's description.
pub const DESCRIPTION_CHARS_MAX: usize = 10_000;
/// Characters of an option name, an option value or a SKU.
pub const LABEL_CHARS_MAX: usize = 80;

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

/// Why the catalogue was not changed.
#[derive(Debug, thiserror::Error)]
pub enum CatalogueError {
    /// No such product, variant or picture in this shop.
    #[error("there is nothing here")]
    NotFound,
    /// Another product has the handle.
    #[error("another product has this handle")]
    HandleTaken,
    /// Another variant has the SKU.
    #[error("another variant has this SKU")]
    SkuTaken,
    /// Another variant of the product has the options.
    #[error("another variant of the product has these options")]
    OptionsTaken,
    /// The product has as many variants or pictures as it may.
    #[error("the product has as many as it may")]
    LimitReached,
    /// It changed since the caller read it.
    #[error("it changed since you read it")]
    Stale,
    /// Orders refer to it.
    #[error("orders or shows refer to it; archive it instead")]
    HasOrders,
    /// Pieces of it are set aside.
    #[error("pieces of it are set aside for buyers")]
    HasReservations,
    /// Fewer pieces than are reserved and sold.
    #[error("stock cannot be less than what is reserved and sold")]
    StockUnderCommitted,
    /// A field is not allowed.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// The permission is missing.
    #[error(transparent)]
    Forbidden(#[from] super::Forbidden),
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] storage::Error),
}

impl Refusal for CatalogueError {
    fn code(&self) -> Code {
        match self {
            Self::NotFound => Code::NotFound,
            Self::HandleTaken => Code::HandleTaken,
            Self::SkuTaken => Code::SkuTaken,
            Self::OptionsTaken => Code::OptionsTaken,
            Self::LimitReached => Code::LimitReached,
            Self::Stale => Code::Stale,
            Self::HasOrders => Code::HasOrders,
            Self::HasReservations => Code::HasReservations,
            Self::StockUnderCommitted => Code::StockUnderCommitted,
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
}

impl App {
    /// A page of products, newest first.
    ///
    /// # Errors
    /// Refuses callers who do not keep the catalogue or run shows.
    pub async fn list_products(
        &self,
        caller: &Caller,
        status: ProductStatus,
        search: Option<&str>,
        page: &PageRequest<ProductId>,
    ) -> Result<Page<Product>, CatalogueError> {
        caller.require(Permission::Catalogue)?;
        let filter = ProductFilter {
            status,
            search: search.map(text::search_key).filter(|words| !words.trim().is_empty()),
            before: page.before,
            limit: page.limit_and_one(),
        };
        let mut tx = self.db().read().await?;
        let products = tx.list_products(caller.shop, &filter).await?;
        Ok(page.cut(products, |product| product.id))
    }

    /// A product of the caller's shop.
    ///
    /// # Errors
    /// When there is none.
    pub async fn get_product(&self, caller: &Caller, id: ProductId) -> Result<Product, CatalogueError> {
        caller.require(Permission::Catalogue)?;
        let mut tx = self.db().read().await?;
        tx.find_product(caller.shop, id).await?.ok_or(CatalogueError::NotFound)
    }

    /// Adds a product with its variants.
    ///
    /// # Errors
    /// Names all fields at fault at once.
    pub async fn create_product(&self, caller: &Caller, new: &NewProduct) -> Result<Product, CatalogueError> {
        caller.require(Permission::Catalogue)?;
        let mut tx = self.db().write().await?;
        let currency = self.shop_currency(&mut tx, caller.shop).await?;
        let product = self.new_product(new, currency)?;
        if !tx.insert_product(caller.shop, &product).await? {
            return Err(CatalogueError::HandleTaken);
        }
        for variant in &product.variants {
            if !tx.insert_variant(caller.shop, variant, self.clock().now()).await? {
                return Err(CatalogueError::SkuTaken);
            }
        }
        tx.commit().await?;
        Ok(product)
    }

    /// Changes a product; `version` is the one the caller read, if it insists on it.
    ///
    /// # Errors
    /// Refuses what is stale or not allowed.
    pub async fn update_product(
        &self,
        caller: &Caller,
        id: ProductId,
        version: Option<i64>,
        change: &ProductChange,
    ) -> Result<Product, CatalogueError> {
        caller.require(Permission::Catalogue)?;
        let mut tx = self.db().write().await?;
        let old = tx.find_product(caller.shop, id).await?.ok_or(CatalogueError::NotFound)?;
        if version.is_some_and(|version| version != old.version) {
            return Err(CatalogueError::Stale);
        }
        let (title, description, option_names) = changed_texts(&old, change)?;
        let fields = ProductFields {
            title: &title,
            description: &description,
            option_names: &option_names,
            status: change.status.unwrap_or(old.status),
        };
        if !tx.update_product(caller.shop, &old, &fields, self.clock().now()).await? {
            return Err(CatalogueError::Stale);
        }
        let recorders = if fields.status == old.status {
            self.announce_product(&mut tx, caller.shop, id).await?
        } else {
            self.announce_lineups(&mut tx, caller.shop, id).await?
        };
        let product = tx.find_product(caller.shop, id).await?.ok_or(CatalogueError::NotFound)?;
        self.commit(tx, recorders).await?;
        Ok(product)
    }

    /// Deletes a product that was never ordered and stands in no lineup.
    ///
    /// # Errors
    /// Says what refers to it.
    pub async fn delete_product(&self, caller: &Caller, id: ProductId) -> Result<(), CatalogueError> {
        caller.require(Permission::Catalogue)?;
        let mut tx = self.db().write().await?;
        let product = tx.find_product(caller.shop, id).await?.ok_or(CatalogueError::NotFound)?;
        if product.variants.iter().any(|variant| variant.reserved > Units::ZERO) {
            return Err(CatalogueError::HasReservations);
        }
        tx.remove_from_unstarted_lineups(caller.shop, id).await?;
        if !tx.delete_product(caller.shop, id).await? {
            return Err(CatalogueError::HasOrders);
        }
        Ok(tx.commit().await?)
    }

    /// Adds a variant to a product.
    ///
    /// # Errors
    /// Refuses options or a SKU that are taken.
    pub async fn create_variant(
        &self,
        caller: &Caller,
        product: ProductId,
        new: &NewVariant,
    ) -> Result<Product, CatalogueError> {
        caller.require(Permission::Catalogue)?;
        let mut tx = self.db().write().await?;
        let old = tx.find_product(caller.shop, product).await?.ok_or(CatalogueError::NotFound)?;
        if old.variants.len() >= VARIANTS_MAX {
            return Err(CatalogueError::LimitReached);
        }
        let currency = self.shop_currency(&mut tx, caller.shop).await?;
        let mut invalid = Invalid::default();
        let variant = self.new_variant(product, new, old.option_names.len(), currency, "", &mut invalid);
        invalid.into_result()?;
        let key = option_key(&variant.option_values);
        if old.variants.iter().any(|other| option_key(&other.option_values) == key) {
            return Err(CatalogueError::OptionsTaken);
        }
        if !tx.insert_variant(caller.shop, &variant, self.clock().now()).await? {
            return Err(CatalogueError::SkuTaken);
        }
        self.finish_product_change(tx, caller.shop, product).await
    }

    /// Changes a variant; reservations keep the price they were made at.
    ///
    /// # Errors
    /// Refuses a SKU that is taken and prices that are not allowed.
    pub async fn update_variant(
        &self,
        caller: &Caller,
        id: VariantId,
        change: &VariantChange,
    ) -> Result<Product, CatalogueError> {
        caller.require(Permission::Catalogue)?;
        let mut tx = self.db().write().await?;
        let old = tx.find_variant(caller.shop, id).await?.ok_or(CatalogueError::NotFound)?;
        let currency = self.shop_currency(&mut tx, caller.shop).await?;
        let mut invalid = Invalid::default();
        let price =
            change.price.map_or(old.price, |price| check_price(price, currency, "/price", &mut invalid));
        let compare_at = match change.compare_at {
            Some(amount) => amount.map(|price| check_price(price, currency, "/compare_at", &mut invalid)),
            None => old.compare_at,
        };
        let sku = match &change.sku {
            Some(sku) => sku.as_deref().map(|sku| label(sku, "/sku", &mut invalid)),
            None => old.sku.clone(),
        };
        invalid.into_result()?;
        let on_sale = change.on_sale.unwrap_or(old.on_sale);
        let fields = VariantFields { sku: sku.as_deref(), price, compare_at, on_sale };
        if !tx.update_variant(caller.shop, &old, &fields, self.clock().now()).await? {
            return Err(CatalogueError::SkuTaken);
        }
        self.finish_product_change(tx, caller.shop, old.product_id).await
    }

    /// Sets a variant's stock, sold and reserved pieces included.
    ///
    /// # Errors
    /// Refuses less than what is reserved and sold.
    pub async fn set_stock(
        &self,
        caller: &Caller,
        id: VariantId,
        stock: Units,
    ) -> Result<Product, CatalogueError> {
        caller.require(Permission::Catalogue)?;
        let now = self.clock().now();
        let mut tx = self.db().write().await?;
        let old = tx.find_variant(caller.shop, id).await?.ok_or(CatalogueError::NotFound)?;
        if !tx.set_stock(caller.shop, id, stock, now).await? {
            return Err(CatalogueError::StockUnderCommitted);
        }
        tx.touch_product(caller.shop, old.product_id, now).await?;
        let recorders = self.announce_stock(&mut tx, caller.shop, id).await?;
        let product = tx.find_product(caller.shop, old.product_id).await?.ok_or(CatalogueError::NotFound)?;
        self.commit(tx, recorders).await?;
        Ok(product)
    }

    /// Deletes a variant that was never ordered; the last one of a product stays.
    ///
    /// # Errors
    /// Says what refers to it.
    pub async fn delete_variant(&self, caller: &Caller, id: VariantId) -> Result<Product, CatalogueError> {
        caller.require(Permission::Catalogue)?;
        let mut tx = self.db().write().await?;
        let old = tx.find_variant(caller.shop, id).await?.ok_or(CatalogueError::NotFound)?;
        let product = tx.find_product(caller.shop, old.product_id).await?.ok_or(CatalogueError::NotFound)?;
        if product.variants.len() == 1 {
            return Err(Invalid::field("/variants", "empty").into());
        }
        if old.reserved > Units::ZERO {
            return Err(CatalogueError::HasReservations);
        }
        if !tx.delete_variant(caller.shop, id).await? {
            return Err(CatalogueError::HasOrders);
        }
        self.finish_product_change(tx, caller.shop, old.product_id).await
    }

    /// The currency of a shop's prices.
    pub(crate) async fn shop_currency(&self, tx: &mut Tx, shop: ShopId) -> Result<Currency, CatalogueError> {
        Ok(tx.find_shop(shop).await?.ok_or(CatalogueError::NotFound)?.currency)
    }

    /// Raises the version, tells the shows, commits; for changes of what belongs to a product.
    pub(crate) async fn finish_product_change(
        &self,
        mut tx: Tx,
        shop: ShopId,
        id: ProductId,
    ) -> Result<Product, CatalogueError> {
        tx.touch_product(shop, id, self.clock().now()).await?;
        let recorders = self.announce_product(&mut tx, shop, id).await?;
        let product = tx.find_product(shop, id).await?.ok_or(CatalogueError::NotFound)?;
        self.commit(tx, recorders).await?;
        Ok(product)
    }

    /// Records `product.changed` in each show whose lineup holds the product.
    pub(crate) async fn announce_product(
        &self,
        tx: &mut Tx,
        shop: ShopId,
        id: ProductId,
    ) -> Result<Vec<Recorder>, CatalogueError> {
        let shows = tx.list_shows_with_product(shop, id).await?;
        if shows.is_empty() {
            return Ok(Vec::new());
        }
        let currency = self.shop_currency(tx, shop).await?;
        let product = tx.find_product(shop, id).await?.ok_or(CatalogueError::NotFound)?;
        let mut recorders = Vec::new();
        for show in shows {
            let mut recorder = self.recorder(shop, show);
            let product = ProductView::of(&product, currency);
            recorder.record(tx, ShowEvent::ProductChanged { product }).await?;
            recorders.push(recorder);
        }
        Ok(recorders)
    }

    /// Records `stock.changed` of a variant in each show whose lineup holds its product.
    pub(crate) async fn announce_stock(
        &self,
        tx: &mut Tx,
        shop: ShopId,
        id: VariantId,
    ) -> storage::Result<Vec<Recorder>> {
        let Some(variant) = tx.find_variant(shop, id).await? else { return Ok(Vec::new()) };
        let mut recorders = Vec::new();
        for show in tx.list_shows_with_product(shop, variant.product_id).await? {
            let mut recorder = self.recorder(shop, show);
            let event = ShowEvent::StockChanged {
                product_id: variant.product_id,
                variant_id: variant.id,
                available: variant.available.get(),
                on_sale: variant.on_sale,
            };
            recorder.record(tx, event).await?;
            recorders.push(recorder);
        }
        Ok(recorders)
    }

    fn new_product(&self, new: &NewProduct, currency: Currency) -> Result<Product, Invalid> {
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
            version: 1,
            created_at: now,
            updated_at: now,
            variants,
            images: Vec::new(),
        })
    }

    fn new_variant(
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
            on_sale: new.on_sale,
            available,
            reserved: Units::ZERO,
            sold: Units::ZERO,
        }
    }
}

/// Title, description and option names after a change.
fn changed_texts(old: &Product, change: &ProductChange) -> Result<(String, String, Vec<String>), Invalid> {
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

fn label(input: &str, pointer: &str, invalid: &mut Invalid) -> String {
    text::line(input, LABEL_CHARS_MAX).unwrap_or_else(|error| {
        invalid.push(pointer, error.code());
        String::new()
    })
}

/// A price must be in the shop's currency and between one minor unit and [`PRICE_MAX`].
fn check_price(price: Money, currency: Currency, pointer: &str, invalid: &mut Invalid) -> Amount {
    if price.currency != currency {
        invalid.push(format!("{pointer}/currency"), "wrong_currency");
    }
    if price.amount <= Amount::ZERO || price.amount > PRICE_MAX {
        invalid.push(format!("{pointer}/amount"), "out_of_range");
    }
    price.amount
}
