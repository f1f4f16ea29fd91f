//! The installation itself and its shops.

use chrono::{DateTime, Utc};
use sqlx::types::Json;

use super::{Result, Tx, on_db};
use crate::domain::checkout_settings::CheckoutSettings;
use crate::domain::ids::ShopId;
use crate::domain::language::Language;
use crate::domain::money::Currency;

/// What makes this installation itself.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Instance {
    /// Changes when a backup is restored, so that clients drop positions of the other history.
    pub epoch: String,
    /// 32 bytes; viewer tokens and address hashes are made with it.
    pub secret: Vec<u8>,
    /// When the backup was made that was restored last; what happened from then on was lost.
    pub backup_made_at: Option<DateTime<Utc>>,
    /// When it was restored; what happens from then on is known again.
    pub restored_at: Option<DateTime<Utc>>,
}

/// A shop as stored.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Shop {
    /// Identity.
    pub id: ShopId,
    /// URL part.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// One line under the name.
    pub tagline: String,
    /// Currency of all its prices.
    pub currency: Currency,
    /// `#rrggbb`.
    pub brand_colour: String,
    /// Filled with demo data.
    pub is_demo: bool,
    /// What is asked and offered at checkout.
    #[sqlx(json)]
    pub checkout: CheckoutSettings,
}

/// How a shop and its people write to each other.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ShopContact {
    /// Of the mail that goes to the shop.
    pub language: Language,
    /// Where buyers reach the shop.
    #[sqlx(rename = "contact_email")]
    pub email: Option<String>,
}

impl Tx {
    /// What makes this installation itself, made at the first start.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn get_or_create_instance(
        &mut self,
        epoch: &str,
        secret: &[u8],
        now: DateTime<Utc>,
    ) -> Result<Instance> {
        on_db!(self, |db| sqlx::query(
            "insert into instance (id, epoch, secret, created_at) values (1, $1, $2, $3)
             on conflict do nothing",
        )
        .bind(epoch)
        .bind(secret)
        .bind(now)
        .execute(db)
        .await
        .map(drop)?);
        Ok(on_db!(self, |db| sqlx::query_as(
            "select epoch, secret, backup_made_at, restored_at from instance where id = 1",
        )
        .fetch_one(db)
        .await?))
    }

    /// Opens a shop. False means that the slug is taken.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert_shop(&mut self, shop: &Shop, now: DateTime<Utc>) -> Result<bool> {
        let rows = on_db!(self, |db| {
            sqlx::query(
            "insert into shops (id, slug, name, tagline, currency, brand_colour, is_demo, checkout, created_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing",
        )
        .bind(shop.id)
        .bind(&shop.slug)
        .bind(&shop.name)
        .bind(&shop.tagline)
        .bind(shop.currency)
        .bind(&shop.brand_colour)
        .bind(shop.is_demo)
        .bind(Json(&shop.checkout))
        .bind(now)
        .execute(db)
        .await?
        .rows_affected()
        });
        Ok(rows == 1)
    }

    /// A shop by id.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_shop(&mut self, id: ShopId) -> Result<Option<Shop>> {
        Ok(on_db!(self, |db| {
            sqlx::query_as(
            "select id, slug, name, tagline, currency, brand_colour, is_demo, checkout from shops where id = $1",
        )
        .bind(id)
        .fetch_optional(db)
        .await?
        }))
    }

    /// The oldest shop, whose storefront stands at the root of the site.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_first_shop(&mut self) -> Result<Option<Shop>> {
        Ok(on_db!(self, |db| {
            sqlx::query_as(
            "select id, slug, name, tagline, currency, brand_colour, is_demo, checkout from shops order by id limit 1",
        )
        .fetch_optional(db)
        .await?
        }))
    }

    /// How a shop and its people write to each other; none without the shop.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_shop_contact(&mut self, id: ShopId) -> Result<Option<ShopContact>> {
        Ok(on_db!(self, |db| sqlx::query_as("select language, contact_email from shops where id = $1")
            .bind(id)
            .fetch_optional(db)
            .await?))
    }

    /// Changes how a shop and its people write to each other.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn update_shop_contact(&mut self, id: ShopId, contact: &ShopContact) -> Result<()> {
        on_db!(self, |db| sqlx::query("update shops set language = $2, contact_email = $3 where id = $1")
            .bind(id)
            .bind(contact.language)
            .bind(&contact.email)
            .execute(db)
            .await
            .map(drop)?);
        Ok(())
    }

    /// Changes what a shop asks and offers at checkout.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn update_shop_checkout(&mut self, id: ShopId, checkout: &CheckoutSettings) -> Result<()> {
        on_db!(self, |db| sqlx::query("update shops set checkout = $2 where id = $1")
            .bind(id)
            .bind(Json(checkout))
            .execute(db)
            .await
            .map(drop)?);
        Ok(())
    }

    /// The next order number of a shop, counted from 1.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn next_order_number(&mut self, shop: ShopId) -> Result<i64> {
        let (number,): (i64,) = on_db!(self, |db| sqlx::query_as(
            "update shops set last_order_number = last_order_number + 1 where id = $1
             returning last_order_number",
        )
        .bind(shop)
        .fetch_one(db)
        .await?);
        Ok(number)
    }
}
