//! What a shop asks and offers at checkout, for its members.

use super::{App, Caller, Forbidden, Invalid, Refusal};
use crate::domain::checkout_settings::CheckoutSettings;
use crate::domain::member::Permission;
use crate::domain::money::Currency;
use crate::domain::problem::{Code, FieldError};
use crate::storage;

/// Why a shop's checkout settings were not shown or changed.
#[derive(Debug, thiserror::Error)]
pub enum CheckoutSettingsError {
    /// The shop is gone.
    #[error("there is nothing here")]
    NotFound,
    /// A field is not allowed.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// The permission is missing.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] storage::Error),
}

impl Refusal for CheckoutSettingsError {
    fn code(&self) -> Code {
        match self {
            Self::NotFound => Code::NotFound,
            Self::Invalid(error) => error.code(),
            Self::Forbidden(error) => error.code(),
            Self::Storage(error) => error.code(),
        }
    }

    fn fields(&self) -> Vec<FieldError> {
        match self {
            Self::Invalid(error) => error.fields(),
            _ => Vec::new(),
        }
    }

    fn retry_after(&self) -> Option<std::time::Duration> {
        match self {
            Self::Storage(error) => error.retry_after(),
            _ => None,
        }
    }
}

impl App {
    /// What the caller's shop asks and offers at checkout, and the currency of its amounts.
    ///
    /// # Errors
    /// When the caller may not see settings.
    pub async fn get_checkout_settings(
        &self,
        caller: &Caller,
    ) -> Result<(CheckoutSettings, Currency), CheckoutSettingsError> {
        caller.require(Permission::Settings)?;
        let shop = self.db().read().await?.find_shop(caller.shop).await?;
        let shop = shop.ok_or(CheckoutSettingsError::NotFound)?;
        Ok((shop.checkout, shop.currency))
    }

    /// Changes what the caller's shop asks and offers at checkout; running checkouts keep theirs.
    ///
    /// # Errors
    /// Names every field that is not allowed; or the caller may not change settings.
    pub async fn set_checkout_settings(
        &self,
        caller: &Caller,
        settings: CheckoutSettings,
    ) -> Result<(CheckoutSettings, Currency), CheckoutSettingsError> {
        caller.require(Permission::Settings)?;
        let mut tx = self.db().write().await?;
        let shop = tx.find_shop(caller.shop).await?.ok_or(CheckoutSettingsError::NotFound)?;
        let settings = settings.checked(shop.currency).map_err(Invalid)?;
        tx.update_shop_checkout(caller.shop, &settings).await?;
        let detail = serde_json::json!({
            "zones": settings.zones.len(),
            "asks_for_phone": settings.asks_for_phone,
            "takes_promotion_codes": settings.takes_promotion_codes,
            "automatic_tax": settings.automatic_tax,
        });
        self.audit(&mut tx, caller, "shop.checkout", &caller.shop.to_string(), detail).await?;
        tx.commit().await?;
        self.people().shop_changed(caller.shop);
        Ok((settings, shop.currency))
    }
}
