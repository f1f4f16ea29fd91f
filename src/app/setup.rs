//! The first start: a shop and its owner, by a link that works once.

use serde::Deserialize;

use super::sessions::{SignInError, SignedIn, check_password, hash_token};
use super::{App, Invalid};
use crate::domain::checkout_settings::CheckoutSettings;
use crate::domain::ids::ShopId;
use crate::domain::member::Role;
use crate::domain::money::Currency;
use crate::domain::text;
use crate::storage::{self, Shop, TokenPurpose};

/// Colour of a shop that has chosen none: a warm terracotta that reads on light and dark.
const BRAND_COLOUR: &str = "#8f3f2b";

/// What the set-up page sends.
#[derive(Clone, Debug)]
pub struct NewInstallation {
    /// The shop.
    pub shop: NewShop,
    /// Its first member.
    pub owner: NewOwner,
}

/// A shop to be opened.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewShop {
    /// Its name.
    pub name: String,
    /// One line under the name.
    #[serde(default)]
    pub tagline: String,
    /// Currency of all its prices; EUR where it is missing.
    #[schema(value_type = Option<String>, example = "EUR")]
    pub currency: Option<Currency>,
}

/// The first member of a shop.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewOwner {
    /// Name shown in chat.
    pub name: String,
    /// Name for signing in.
    pub email: String,
    /// At least eight characters.
    pub password: String,
}

impl App {
    /// Whether there is no shop yet.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn needs_setup(&self) -> storage::Result<bool> {
        Ok(self.db().read().await?.find_first_shop().await?.is_none())
    }

    /// Opens the first shop, makes its owner and signs the owner in.
    ///
    /// # Errors
    /// Refuses a used link, and a second set-up.
    pub async fn set_up(&self, token: &str, new: NewInstallation) -> Result<SignedIn, SignInError> {
        let id = ShopId::from(self.clock().uuid());
        let (shop, tagline) = check_shop(&new.shop)?;
        let owner = self.new_member(id, Role::Owner, &new.owner.name, &new.owner.email, "/owner")?;
        check_password(&new.owner.password, "/owner/password")?;
        let hash = self.hash_password(&new.owner.password).await?;
        let now = self.clock().now();
        let mut tx = self.db().write().await?;
        let opened = tx.take_one_time_token(TokenPurpose::Setup, &hash_token(token), now).await?;
        opened.ok_or(SignInError::LinkExpired)?;
        if tx.find_first_shop().await?.is_some() {
            return Err(SignInError::AlreadySetUp);
        }
        let slug =
            Some(text::slug(&shop)).filter(|slug| !slug.is_empty()).unwrap_or_else(|| "shop".to_owned());
        let shop = Shop {
            id,
            slug,
            name: shop,
            tagline,
            currency: new.shop.currency.unwrap_or(Currency::EUR),
            brand_colour: BRAND_COLOUR.to_owned(),
            is_demo: false,
            checkout: CheckoutSettings::default(),
        };
        tx.insert_shop(&shop, now).await?;
        if !tx.insert_member(&owner, Some(&hash)).await? {
            return Err(SignInError::EmailTaken);
        }
        tx.commit().await?;
        self.open_session(owner).await
    }
}

fn check_shop(new: &NewShop) -> Result<(String, String), Invalid> {
    let mut invalid = Invalid::default();
    let name = text::line(&new.name, 80).unwrap_or_else(|error| {
        invalid.push("/shop/name", error.code());
        String::new()
    });
    let tagline = text::paragraphs(&new.tagline, 120).unwrap_or_else(|error| {
        invalid.push("/shop/tagline", error.code());
        String::new()
    });
    invalid.into_result()?;
    Ok((name, tagline))
}
