//! Pictures of products: taken from members, fetched for imports, shown to everybody.

mod worker;

use std::collections::HashSet;
use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use tokio::sync::Notify;

pub use worker::run_image_worker;

use super::fetch::{FetchFailure, Fetcher};
use super::gate::{Gate, Pass};
use super::products::CatalogueError;
use super::{App, Caller, Invalid, Refusal};
use crate::domain::ids::{ImageId, ProductId};
use crate::domain::member::Permission;
use crate::domain::picture::{self, ImageSize, Picture, PictureError};
use crate::domain::problem::{Code, FieldError};
use crate::domain::product::{IMAGES_MAX, Image, ImageView, Product};
use crate::domain::text;
use crate::storage::{self, PendingImage};

/// Characters that say what a picture shows.
pub const ALT_CHARS_MAX: usize = 250;
/// Pictures worked on at a time; each takes a core and up to 300 MB for a moment.
const RUNNING_MAX: usize = 2;
/// Uploads that wait; a member dropping a folder of pictures fits in.
const QUEUE_MAX: usize = 16;

/// What the pictures of the whole application share.
pub(crate) struct Pictures {
    gate: Gate,
    fetcher: Fetcher,
    /// Rings when there are pictures to be fetched.
    wanted: Notify,
}

impl Pictures {
    pub(crate) fn new(fetcher: Fetcher) -> Self {
        Self { gate: Gate::new(RUNNING_MAX, QUEUE_MAX), fetcher, wanted: Notify::new() }
    }

    /// Tells the worker that there are pictures to be fetched.
    pub(crate) fn ring(&self) {
        self.wanted.notify_one();
    }
}

/// Why a picture was not taken or changed.
#[derive(Debug, thiserror::Error)]
pub enum ImageError {
    /// It is no picture that can be read.
    #[error(transparent)]
    Picture(#[from] PictureError),
    /// Too many pictures wait.
    #[error("too many pictures at once")]
    Busy,
    /// The product is missing or full, or the database failed.
    #[error(transparent)]
    Catalogue(#[from] CatalogueError),
}

impl From<storage::Error> for ImageError {
    fn from(error: storage::Error) -> Self {
        Self::Catalogue(error.into())
    }
}

impl Refusal for ImageError {
    fn code(&self) -> Code {
        match self {
            Self::Picture(PictureError::Unreadable) => Code::UnreadableImage,
            Self::Picture(PictureError::TooManyPixels) => Code::Invalid,
            Self::Busy => Code::RateLimited,
            Self::Catalogue(error) => error.code(),
        }
    }

    fn fields(&self) -> Vec<FieldError> {
        match self {
            Self::Picture(PictureError::TooManyPixels) => vec![FieldError::new("", "too_many_pixels")],
            Self::Catalogue(error) => error.fields(),
            Self::Picture(PictureError::Unreadable) | Self::Busy => Vec::new(),
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Busy => Some(Duration::from_secs(2)),
            Self::Catalogue(error) => error.retry_after(),
            Self::Picture(_) => None,
        }
    }
}

impl App {
    /// Adds a picture to a product.
    ///
    /// # Errors
    /// Refuses what is no picture, and one more than a product may have.
    pub async fn create_image(
        &self,
        caller: &Caller,
        product: ProductId,
        alt: &str,
        bytes: Bytes,
    ) -> Result<ImageView, ImageError> {
        caller.require(Permission::Catalogue).map_err(CatalogueError::from)?;
        let alt = match text::paragraphs(alt, ALT_CHARS_MAX) {
            Ok(alt) => alt,
            Err(error) => return Err(CatalogueError::from(Invalid::field("alt", error.code())).into()),
        };
        // A picture that nobody could add must not cost the work of decoding it.
        let mut tx = self.db().read().await?;
        check_room(tx.find_product(caller.shop, product).await?)?;
        drop(tx);
        let pass = self.pictures().gate.enter().await.ok_or(ImageError::Busy)?;
        let picture = process(pass, bytes).await?;
        let image = Image::ready(self.clock().uuid().into(), alt, &picture);
        let view = ImageView::of(&image).ok_or(CatalogueError::NotFound)?;
        let mut tx = self.db().write().await?;
        check_room(tx.find_product(caller.shop, product).await?)?;
        tx.insert_image(caller.shop, product, &image, self.clock().now()).await?;
        tx.insert_image_files(image.id, &picture).await?;
        self.finish_product_change(tx, caller.shop, product).await?;
        Ok(view)
    }

    /// Deletes a picture.
    ///
    /// # Errors
    /// When there is none.
    pub async fn delete_image(&self, caller: &Caller, id: ImageId) -> Result<(), ImageError> {
        caller.require(Permission::Catalogue).map_err(CatalogueError::from)?;
        let mut tx = self.db().write().await?;
        let product = tx.delete_image(caller.shop, id).await?.ok_or(CatalogueError::NotFound)?;
        self.finish_product_change(tx, caller.shop, product).await?;
        Ok(())
    }

    /// Puts pictures of a product in front, in this order; the others follow as they stood.
    ///
    /// # Errors
    /// Refuses pictures that are named twice or are not the product's.
    pub async fn set_image_order(
        &self,
        caller: &Caller,
        product: ProductId,
        wanted: &[ImageId],
    ) -> Result<Product, ImageError> {
        caller.require(Permission::Catalogue).map_err(CatalogueError::from)?;
        let refuse = |code| CatalogueError::from(Invalid::field("/image_ids", code));
        let mut tx = self.db().write().await?;
        let known = tx.find_product(caller.shop, product).await?.ok_or(CatalogueError::NotFound)?;
        let known: Vec<ImageId> = known.images.iter().map(|image| image.id).collect();
        if !wanted.iter().all(|id| known.contains(id)) {
            return Err(refuse("not_found").into());
        }
        if wanted.iter().collect::<HashSet<_>>().len() != wanted.len() {
            return Err(refuse("duplicate").into());
        }
        let rest = known.into_iter().filter(|id| !wanted.contains(id));
        let order: Vec<ImageId> = wanted.iter().copied().chain(rest).collect();
        tx.set_image_order(caller.shop, product, &order).await?;
        Ok(self.finish_product_change(tx, caller.shop, product).await?)
    }

    /// The bytes of a picture, for everybody who has its address.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_image_file(&self, id: ImageId, size: ImageSize) -> storage::Result<Option<Vec<u8>>> {
        self.db().read().await?.find_image_file(id, size).await
    }

    /// Keeps a picture that was fetched, unless it was deleted meanwhile.
    async fn finish_image(&self, image: &PendingImage, picture: &Picture) -> Result<(), ImageError> {
        let mut tx = self.db().write().await?;
        if !tx.mark_image_ready(image.shop_id, image.id, picture).await? {
            return Ok(());
        }
        tx.insert_image_files(image.id, picture).await?;
        self.finish_product_change(tx, image.shop_id, image.product_id).await?;
        Ok(())
    }

    /// Has a picture fetched again at another time.
    async fn retry_image(
        &self,
        image: &PendingImage,
        held: DateTime<Utc>,
        at: DateTime<Utc>,
    ) -> storage::Result<()> {
        let mut tx = self.db().write().await?;
        tx.retry_image(image.id, held, at).await?;
        tx.commit().await
    }

    async fn fail_image(&self, image: &PendingImage, failure: FetchFailure) -> Result<(), ImageError> {
        let mut tx = self.db().write().await?;
        if tx.mark_image_failed(image.shop_id, image.id, failure.as_str()).await? {
            tx.touch_product(image.shop_id, image.product_id, self.clock().now()).await?;
        }
        Ok(tx.commit().await?)
    }

    async fn fetch_picture(&self, url: &str) -> Result<Picture, FetchFailure> {
        let bytes = self.pictures().fetcher.fetch(url).await?;
        let pass = self.pictures().gate.enter_patiently().await;
        process(pass, bytes).await.map_err(|error| match error {
            PictureError::Unreadable => FetchFailure::UnreadableImage,
            PictureError::TooManyPixels => FetchFailure::TooLarge,
        })
    }
}

/// A product without room takes no picture.
fn check_room(product: Option<Product>) -> Result<(), CatalogueError> {
    match product {
        Some(product) if product.images.len() < IMAGES_MAX => Ok(()),
        Some(_) => Err(CatalogueError::LimitReached),
        None => Err(CatalogueError::NotFound),
    }
}

/// Works on a picture on a thread of its own; the pass ends with the work, not with who waits for it.
async fn process(pass: Pass, bytes: Bytes) -> Result<Picture, PictureError> {
    let work = tokio::task::spawn_blocking(move || {
        let picture = picture::process(&bytes);
        drop(pass);
        picture
    });
    // A decoder that panics has met bytes that are no picture.
    work.await.unwrap_or(Err(PictureError::Unreadable))
}
