//! Pictures of products and their bytes in both sizes.

use chrono::{DateTime, Utc};

use super::{Result, Tx, on_db};
use crate::domain::ids::{ImageId, ProductId, ShopId};
use crate::domain::picture::{ImageSize, Picture};
use crate::domain::product::Image;

/// A picture that has to be fetched.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct PendingImage {
    /// Identity.
    pub id: ImageId,
    /// Whose it is.
    pub shop_id: ShopId,
    /// The product it belongs to.
    pub product_id: ProductId,
    /// Where it lies.
    pub source_url: String,
}

impl Tx {
    /// Adds a picture behind the others of its product.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert_image(
        &mut self,
        shop: ShopId,
        product: ProductId,
        image: &Image,
        now: DateTime<Utc>,
    ) -> Result<()> {
        on_db!(self, |db| sqlx::query(
            "insert into images
             (id, shop_id, product_id, position, alt, status, source_url, width, height, created_at)
             values ($1, $2, $3,
             (select coalesce(max(position), 0) + 1 from images where shop_id = $2 and product_id = $3),
             $4, $5, $6, $7, $8, $9)",
        )
        .bind(image.id)
        .bind(shop)
        .bind(product)
        .bind(&image.alt)
        .bind(image.status)
        .bind(&image.source_url)
        .bind(image.width)
        .bind(image.height)
        .bind(now)
        .execute(db)
        .await
        .map(drop)?);
        Ok(())
    }

    /// Keeps the bytes of a picture in both sizes.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert_image_files(&mut self, id: ImageId, picture: &Picture) -> Result<()> {
        for (size, bytes) in [(ImageSize::Small, &picture.small), (ImageSize::Large, &picture.large)] {
            on_db!(self, |db| sqlx::query(
                "insert into image_files (image_id, size, content_type, bytes)
                 values ($1, $2, 'image/jpeg', $3) on conflict do nothing",
            )
            .bind(id)
            .bind(size)
            .bind(bytes)
            .execute(db)
            .await
            .map(drop)?);
        }
        Ok(())
    }

    /// The bytes of a picture in one size, whichever shop's it is: pages load it by its id alone.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_image_file(&mut self, id: ImageId, size: ImageSize) -> Result<Option<Vec<u8>>> {
        let row: Option<(Vec<u8>,)> = on_db!(self, |db| sqlx::query_as(
            "select bytes from image_files where image_id = $1 and size = $2"
        )
        .bind(id)
        .bind(size)
        .fetch_optional(db)
        .await?);
        Ok(row.map(|(bytes,)| bytes))
    }

    /// Marks a pending picture as ready. False means that it is pending no more, or gone.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn mark_image_ready(&mut self, shop: ShopId, id: ImageId, picture: &Picture) -> Result<bool> {
        let rows = on_db!(self, |db| sqlx::query(
            "update images set status = 'ready', width = $3, height = $4
             where shop_id = $1 and id = $2 and status = 'pending'",
        )
        .bind(shop)
        .bind(id)
        .bind(i64::from(picture.width))
        .bind(i64::from(picture.height))
        .execute(db)
        .await?
        .rows_affected());
        Ok(rows == 1)
    }

    /// Gives a pending picture up. False means that it is pending no more, or gone.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn mark_image_failed(&mut self, shop: ShopId, id: ImageId, failure: &str) -> Result<bool> {
        let rows = on_db!(self, |db| sqlx::query(
            "update images set status = 'failed', failure = $3
             where shop_id = $1 and id = $2 and status = 'pending'",
        )
        .bind(shop)
        .bind(id)
        .bind(failure)
        .execute(db)
        .await?
        .rows_affected());
        Ok(rows == 1)
    }

    /// Deletes a picture with its bytes; tells the product it belonged to.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_image(&mut self, shop: ShopId, id: ImageId) -> Result<Option<ProductId>> {
        let row: Option<(ProductId,)> = on_db!(self, |db| sqlx::query_as(
            "delete from images where shop_id = $1 and id = $2 returning product_id"
        )
        .bind(shop)
        .bind(id)
        .fetch_optional(db)
        .await?);
        Ok(row.map(|(product,)| product))
    }

    /// Puts the pictures of a product into this order.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_image_order(
        &mut self,
        shop: ShopId,
        product: ProductId,
        order: &[ImageId],
    ) -> Result<()> {
        for (position, image) in (1_i64..).zip(order) {
            on_db!(self, |db| sqlx::query(
                "update images set position = $4 where shop_id = $1 and product_id = $2 and id = $3",
            )
            .bind(shop)
            .bind(product)
            .bind(image)
            .bind(position)
            .execute(db)
            .await
            .map(drop)?);
        }
        Ok(())
    }

    /// Pictures of all shops whose time to be fetched has come, the oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_due_images(&mut self, now: DateTime<Utc>, limit: i64) -> Result<Vec<PendingImage>> {
        Ok(on_db!(self, |db| sqlx::query_as(
            "select id, shop_id, product_id, source_url from images
             where status = 'pending' and source_url is not null
               and (next_fetch_at is null or next_fetch_at <= $1)
             order by created_at, id limit $2",
        )
        .bind(now)
        .bind(limit)
        .fetch_all(db)
        .await?))
    }

    /// When the next picture is to be fetched, of those that wait for a time.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_next_image(&mut self) -> Result<Option<DateTime<Utc>>> {
        let (at,): (Option<DateTime<Utc>>,) = on_db!(self, |db| sqlx::query_as(
            "select min(next_fetch_at) from images where status = 'pending'"
        )
        .fetch_one(db)
        .await?);
        Ok(at)
    }

    /// Takes a picture that is due from the other nodes until `until`; tells how often it was taken.
    ///
    /// None means that another node has it, or that it is pending no more.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn claim_image(
        &mut self,
        id: ImageId,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<Option<i64>> {
        let row: Option<(i64,)> = on_db!(self, |db| sqlx::query_as(
            "update images set fetch_attempts = fetch_attempts + 1, next_fetch_at = $3
             where id = $1 and status = 'pending' and (next_fetch_at is null or next_fetch_at <= $2)
             returning fetch_attempts",
        )
        .bind(id)
        .bind(now)
        .bind(until)
        .fetch_optional(db)
        .await?);
        Ok(row.map(|(attempts,)| attempts))
    }

    /// Has a picture that was taken until `held` fetched again at another time.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn retry_image(&mut self, id: ImageId, held: DateTime<Utc>, at: DateTime<Utc>) -> Result<()> {
        on_db!(self, |db| sqlx::query(
            "update images set next_fetch_at = $3
             where id = $1 and status = 'pending' and next_fetch_at = $2",
        )
        .bind(id)
        .bind(held)
        .bind(at)
        .execute(db)
        .await
        .map(drop)?);
        Ok(())
    }
}
