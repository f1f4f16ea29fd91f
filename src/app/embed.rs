//! Where the shows of a shop may be embedded: read by its members and by each embed page.

use super::shows::{ShowRef, find_show};
use super::{App, Caller, Forbidden, Invalid, Refusal};
use crate::domain::embed::EmbedSettings;
use crate::domain::member::Permission;
use crate::domain::problem::{Code, FieldError};
use crate::storage;

/// Why the sites of a shop were not shown or changed.
#[derive(Debug, thiserror::Error)]
pub enum EmbedError {
    /// The shop is gone.
    #[error("there is nothing here")]
    NotFound,
    /// A site is none.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// The permission is missing.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] storage::Error),
}

impl Refusal for EmbedError {
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
    /// The sites that may embed the shows of the caller's shop.
    ///
    /// # Errors
    /// When the caller may not see settings.
    pub async fn get_embed_settings(&self, caller: &Caller) -> Result<EmbedSettings, EmbedError> {
        caller.require(Permission::Settings)?;
        let mut tx = self.db().read().await?;
        tx.find_embed_settings(caller.shop).await?.ok_or(EmbedError::NotFound)
    }

    /// Changes the sites that may embed the shows of the caller's shop; pages that are open stay so.
    ///
    /// # Errors
    /// Names every site that is none; or the caller may not change settings.
    pub async fn set_embed_settings(
        &self,
        caller: &Caller,
        settings: EmbedSettings,
    ) -> Result<EmbedSettings, EmbedError> {
        caller.require(Permission::Settings)?;
        let settings = settings.checked().map_err(Invalid)?;
        let mut tx = self.db().write().await?;
        tx.update_embed_settings(caller.shop, &settings).await?;
        let detail = serde_json::json!({ "sites": settings.sites });
        self.audit(&mut tx, caller, "shop.embed", &caller.shop.to_string(), detail).await?;
        tx.commit().await?;
        Ok(settings)
    }

    /// The sites that may frame the embed page of a show.
    ///
    /// The page of a show that is not there may be framed by the first shop's sites, so that it can
    /// say so.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn embed_sites(&self, show: &ShowRef) -> Result<Vec<String>, EmbedError> {
        let mut tx = self.db().read().await?;
        let shop = match find_show(&mut tx, show).await? {
            Some(show) => Some(show.shop_id),
            None => tx.find_first_shop().await?.map(|shop| shop.id),
        };
        let settings = match shop {
            Some(shop) => tx.find_embed_settings(shop).await?,
            None => None,
        };
        Ok(settings.unwrap_or_default().sites)
    }
}
