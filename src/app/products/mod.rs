//! The catalogue: products, variants, stock. Shows that hold a product hear of its changes.

mod announce;
mod check;
mod input;

use std::time::Duration;

pub(in crate::app) use self::check::check_price;
use self::check::{changed_texts, label};
pub use self::input::{NewProduct, NewVariant, ProductChange, VariantChange};
use super::page::{Page, PageRequest};
use super::{App, Caller, Invalid, Refusal};
use crate::domain::ids::{ProductId, ShopId, VariantId};
use crate::domain::member::Permission;
use crate::domain::money::Currency;
use crate::domain::problem::{Code, FieldError};
use crate::domain::product::{Product, ProductStatus, Units, VARIANTS_MAX, option_key};
use crate::domain::text;
use crate::storage::{self, ProductFields, ProductFilter, Tx, VariantFields};

/// Characters of a product's title.
pub const TITLE_CHARS_MAX: usize = 150;
/// Characters of a product's description.
pub const DESCRIPTION_CHARS_MAX: usize = 10_000;
/// Characters of an option name, an option value or a SKU.
pub const LABEL_CHARS_MAX: usize = 80;

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
            exemption: change.exemption.unwrap_or(old.exemption),
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
}
