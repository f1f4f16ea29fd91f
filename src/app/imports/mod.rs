//! Imports of catalogue files: a dry run tells what would change, applying changes it.
//!
//! Each product goes in by a transaction of its own, so a fault of one never undoes another.

mod report;

use std::time::Duration;

use bytes::Bytes;

use report::Report;
pub use report::{ImportReport, REPORT_ROWS_MAX, ReportRow};

use super::gate::Gate;
use super::products::CatalogueError;
use super::{App, Caller, Invalid, Recorder, Refusal};
use crate::domain::column::text_enum;
use crate::domain::ids::{ProductId, ShopId};
use crate::domain::import::{
    self, Context, FileError, ImportFormat, Outcome, Parsed, ParsedImage, ParsedProduct, ProductChange,
    ProductPlan, ProductTexts, RowCode, RowError, VariantChange, VariantValues,
};
use crate::domain::member::Permission;
use crate::domain::money::Currency;
use crate::domain::problem::{Code, FieldError};
use crate::domain::product::{Image, Product, ProductStatus, Units, Variant};
use crate::storage::{self, ProductFields, Tx, VariantFields};

/// Files worked on at a time; each takes a core to read and the database's writer to apply.
const RUNNING_MAX: usize = 1;
/// Files that wait.
const QUEUE_MAX: usize = 3;
/// How often a product is planned anew when somebody changes it at the same moment.
const PLANS_MAX: usize = 3;

text_enum! {
    /// Whether an import changes anything.
    ImportMode {
        /// It only tells.
        DryRun = "dry_run",
        /// It changes the catalogue.
        Apply = "apply",
    }
}

/// A file to be imported.
#[derive(Clone, Debug)]
pub struct Import {
    /// What kind of file it is; `None` tells it from the content.
    pub format: Option<ImportFormat>,
    /// Whether it changes anything.
    pub mode: ImportMode,
    /// Currency of prices without one; `None` is the shop's.
    pub currency: Option<Currency>,
    /// The file.
    pub bytes: Bytes,
}

/// Why a file was not imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// Nothing of it can be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// Other files are being imported.
    #[error("other files are being imported")]
    Busy,
    /// The caller may not, a parameter is not allowed, or the database failed.
    #[error(transparent)]
    Catalogue(#[from] CatalogueError),
}

impl From<storage::Error> for ImportError {
    fn from(error: storage::Error) -> Self {
        Self::Catalogue(error.into())
    }
}

impl Refusal for ImportError {
    fn code(&self) -> Code {
        match self {
            Self::File(FileError::TooLarge | FileError::TooManyRows) => Code::TooLarge,
            Self::File(FileError::UnknownEncoding | FileError::UnknownFormat | FileError::Broken { .. }) => {
                Code::UnknownFormat
            }
            Self::File(FileError::MissingColumn(_)) => Code::MissingColumn,
            Self::Busy => Code::RateLimited,
            Self::Catalogue(error) => error.code(),
        }
    }

    fn fields(&self) -> Vec<FieldError> {
        if let Self::Catalogue(error) = self { error.fields() } else { Vec::new() }
    }

    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Busy => Some(Duration::from_secs(10)),
            Self::Catalogue(error) => error.retry_after(),
            Self::File(_) => None,
        }
    }

    fn members(&self) -> serde_json::Map<String, serde_json::Value> {
        let mut members = serde_json::Map::new();
        match self {
            Self::File(FileError::Broken { line }) => members.insert("line".to_owned(), (*line).into()),
            Self::File(FileError::MissingColumn(column)) => {
                members.insert("column".to_owned(), (*column).into())
            }
            _ => None,
        };
        members
    }
}

/// The gate that all imports go through.
pub(crate) fn gate() -> Gate {
    Gate::new(RUNNING_MAX, QUEUE_MAX)
}

impl App {
    /// Imports a file, or tells what importing it would change.
    ///
    /// # Errors
    /// Refuses a file of which nothing can be read; single bad rows are in the report instead.
    pub async fn import_catalogue(
        &self,
        caller: &Caller,
        import: Import,
    ) -> Result<ImportReport, ImportError> {
        caller.require(Permission::Catalogue).map_err(CatalogueError::from)?;
        let _pass = self.import_gate().enter().await.ok_or(ImportError::Busy)?;
        let mut tx = self.db().read().await?;
        let currency = self.shop_currency(&mut tx, caller.shop).await?;
        drop(tx);
        if import.currency.is_some_and(|wanted| wanted != currency) {
            return Err(CatalogueError::from(Invalid::field("currency", "wrong_currency")).into());
        }
        let mode = import.mode;
        let parsed = self.parse(import, currency).await?;
        let mut report = Report::begin(&parsed, mode);
        for product in &parsed.products {
            let plan = match mode {
                ImportMode::DryRun => self.plan(caller.shop, product).await?.1,
                ImportMode::Apply => self.import_product(caller.shop, product).await?,
            };
            report.add(product, plan);
        }
        let report = report.finish();
        if mode == ImportMode::Apply {
            self.audit_import(caller, &report).await?;
            self.pictures().ring();
        }
        Ok(report)
    }

    /// Reads the file on a thread of its own.
    async fn parse(&self, import: Import, currency: Currency) -> Result<Parsed, ImportError> {
        let networks = self.config().image_networks.clone();
        let context = Context { currency, now: self.clock().now(), networks };
        let work = tokio::task::spawn_blocking(move || import::parse(&import.bytes, import.format, &context));
        Ok(work.await.expect("reading a file does not panic")?)
    }

    async fn plan(
        &self,
        shop: ShopId,
        parsed: &ParsedProduct,
    ) -> Result<(Option<Product>, ProductPlan), ImportError> {
        let mut tx = self.db().read().await?;
        Ok(plan_in(&mut tx, shop, parsed).await?)
    }

    /// Plans and does one product; a plan that somebody else's change overtook is made anew.
    async fn import_product(&self, shop: ShopId, parsed: &ParsedProduct) -> Result<ProductPlan, ImportError> {
        // Most of a repeated file is unchanged, and reading does not wait for the one writer.
        let (_, plan) = self.plan(shop, parsed).await?;
        if matches!(plan.outcome(), Outcome::Unchanged | Outcome::Refused) {
            return Ok(plan);
        }
        for _ in 0..PLANS_MAX {
            let mut tx = self.db().write().await?;
            let (old, plan) = plan_in(&mut tx, shop, parsed).await?;
            if let Some(recorders) = self.write(&mut tx, shop, parsed, old.as_ref(), &plan).await? {
                self.commit(tx, recorders).await?;
                return Ok(plan);
            }
        }
        let error = RowError::new(parsed.line, RowCode::Conflict).of(&parsed.handle);
        Ok(ProductPlan {
            product: ProductChange::Refuse,
            variants: Vec::new(),
            images: Vec::new(),
            refused: vec![error],
            notes: parsed.notes.clone(),
        })
    }

    /// Does what was planned; `None` when something changed since, and then nothing may be committed.
    async fn write(
        &self,
        tx: &mut Tx,
        shop: ShopId,
        parsed: &ParsedProduct,
        old: Option<&Product>,
        plan: &ProductPlan,
    ) -> Result<Option<Vec<Recorder>>, CatalogueError> {
        let id = match (&plan.product, old) {
            (ProductChange::Create(texts, status), _) => {
                let product = self.fresh_product(&parsed.handle, texts, *status);
                if !tx.insert_product(shop, &product).await? {
                    return Ok(None);
                }
                product.id
            }
            (ProductChange::Update(texts), Some(old)) => {
                let fields = ProductFields {
                    title: &texts.title,
                    description: &texts.description,
                    option_names: &texts.option_names,
                    status: old.status,
                    exemption: old.exemption,
                };
                if !tx.update_product(shop, old, &fields, self.clock().now()).await? {
                    return Ok(None);
                }
                old.id
            }
            (ProductChange::Keep, Some(old)) if plan.outcome() == Outcome::Changed => {
                tx.touch_product(shop, old.id, self.clock().now()).await?;
                old.id
            }
            _ => return Ok(Some(Vec::new())),
        };
        for change in &plan.variants {
            if !self.write_variant(tx, shop, id, change).await? {
                return Ok(None);
            }
        }
        for image in &plan.images {
            self.write_image(tx, shop, id, image).await?;
        }
        Ok(Some(self.announce_import(tx, shop, id, plan).await?))
    }

    async fn write_variant(
        &self,
        tx: &mut Tx,
        shop: ShopId,
        product: ProductId,
        change: &VariantChange,
    ) -> Result<bool, CatalogueError> {
        let now = self.clock().now();
        match change {
            VariantChange::Insert { option_values, values, stock, .. } => {
                let variant = self.fresh_variant(product, option_values, values, *stock);
                Ok(tx.insert_variant(shop, &variant, now).await?)
            }
            VariantChange::Update { old, values, stock, .. } => {
                if let Some(VariantValues { sku, price, compare_at, on_sale }) = values {
                    let fields = VariantFields {
                        sku: sku.as_deref(),
                        price: *price,
                        compare_at: *compare_at,
                        on_sale: *on_sale,
                    };
                    if !tx.update_variant(shop, old, &fields, now).await? {
                        return Ok(false);
                    }
                }
                match stock {
                    Some(stock) => Ok(tx.set_stock(shop, old.id, *stock, now).await?),
                    None => Ok(true),
                }
            }
        }
    }

    async fn write_image(
        &self,
        tx: &mut Tx,
        shop: ShopId,
        product: ProductId,
        image: &ParsedImage,
    ) -> storage::Result<()> {
        let image = Image::pending(self.clock().uuid().into(), image.alt.clone(), image.url.clone());
        tx.insert_image(shop, product, &image, self.clock().now()).await
    }

    /// Tells shows of new stock alone by the small event, of anything else by the whole product.
    async fn announce_import(
        &self,
        tx: &mut Tx,
        shop: ShopId,
        id: ProductId,
        plan: &ProductPlan,
    ) -> Result<Vec<Recorder>, CatalogueError> {
        let mut stocked = Vec::new();
        for change in &plan.variants {
            match change {
                VariantChange::Update { old, values: None, stock: Some(_), .. } => stocked.push(old.id),
                _ => return self.announce_product(tx, shop, id).await,
            }
        }
        if plan.product != ProductChange::Keep {
            return self.announce_product(tx, shop, id).await;
        }
        let mut recorders = Vec::new();
        for variant in stocked {
            recorders.extend(self.announce_stock(tx, shop, variant).await?);
        }
        Ok(recorders)
    }

    async fn audit_import(&self, caller: &Caller, report: &ImportReport) -> storage::Result<()> {
        let detail = serde_json::json!({
            "created": report.created, "changed": report.changed,
            "unchanged": report.unchanged, "refused": report.refused,
        });
        let mut tx = self.db().write().await?;
        self.audit(&mut tx, caller, "catalogue.import", report.format.as_str(), detail).await?;
        tx.commit().await
    }

    fn fresh_product(&self, handle: &str, texts: &ProductTexts, status: ProductStatus) -> Product {
        let now = self.clock().now();
        Product {
            id: self.clock().uuid().into(),
            handle: handle.to_owned(),
            title: texts.title.clone(),
            description: texts.description.clone(),
            option_names: texts.option_names.clone(),
            status,
            exemption: None,
            version: 1,
            created_at: now,
            updated_at: now,
            variants: Vec::new(),
            images: Vec::new(),
        }
    }

    fn fresh_variant(
        &self,
        product_id: ProductId,
        option_values: &[String],
        values: &VariantValues,
        available: Units,
    ) -> Variant {
        Variant {
            id: self.clock().uuid().into(),
            product_id,
            sku: values.sku.clone(),
            option_values: option_values.to_vec(),
            price: values.price,
            compare_at: values.compare_at,
            lowest_before: None,
            on_sale: values.on_sale,
            available,
            reserved: Units::ZERO,
            sold: Units::ZERO,
        }
    }
}

async fn plan_in(
    tx: &mut Tx,
    shop: ShopId,
    parsed: &ParsedProduct,
) -> storage::Result<(Option<Product>, ProductPlan)> {
    let old = tx.find_product_by_handle(shop, &parsed.handle).await?;
    let skus: Vec<&str> = parsed.variants.iter().filter_map(|variant| variant.sku.as_deref()).collect();
    let owners = tx.find_sku_owners(shop, &skus).await?;
    let plan = import::plan(old.as_ref(), parsed, &owners);
    Ok((old, plan))
}
