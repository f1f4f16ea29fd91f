//! How a shop and its people write to each other: the language of its mail, its address for buyers.

use super::sessions::is_email;
use super::{App, Caller, Forbidden, Invalid, Refusal};
use crate::domain::language::Language;
use crate::domain::member::Permission;
use crate::domain::problem::{Code, FieldError};
use crate::storage;

pub use crate::storage::ShopContact;

/// Characters of an e-mail address (RFC 5321).
const EMAIL_CHARS_MAX: usize = 254;

/// Why a shop's contact was not shown or changed.
#[derive(Debug, thiserror::Error)]
pub enum ContactError {
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

impl Refusal for ContactError {
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
    /// How the caller's shop and its people write to each other.
    ///
    /// # Errors
    /// When the caller may not see settings.
    pub async fn get_contact(&self, caller: &Caller) -> Result<ShopContact, ContactError> {
        caller.require(Permission::Settings)?;
        let mut tx = self.db().read().await?;
        tx.find_shop_contact(caller.shop).await?.ok_or(ContactError::NotFound)
    }

    /// Whether mail leaves this machine, rather than becoming files in the data folder.
    #[must_use]
    pub fn is_mail_sent(&self) -> bool {
        self.mailer().is_smtp()
    }

    /// Changes how the caller's shop and its people write to each other.
    ///
    /// # Errors
    /// When the address is none, or the caller may not change settings.
    pub async fn set_contact(
        &self,
        caller: &Caller,
        language: Language,
        email: Option<&str>,
    ) -> Result<ShopContact, ContactError> {
        caller.require(Permission::Settings)?;
        let email = email.map(str::trim).filter(|email| !email.is_empty());
        if email.is_some_and(|email| email.len() > EMAIL_CHARS_MAX || !is_email(email)) {
            return Err(Invalid::field("/email", "not_an_email").into());
        }
        let contact = ShopContact { language, email: email.map(str::to_owned) };
        let mut tx = self.db().write().await?;
        tx.update_shop_contact(caller.shop, &contact).await?;
        let detail = serde_json::json!({ "language": language });
        self.audit(&mut tx, caller, "shop.contact", &caller.shop.to_string(), detail).await?;
        tx.commit().await?;
        Ok(contact)
    }
}
