//! Who sells under which terms, and buyers who withdraw from their contract.
//!
//! Invariant: a statement that was answered is written down with its receipt; no piece is taken
//! back twice, whoever clicks where at the same time.

mod mail;
mod withdrawals;
mod words;

use std::net::IpAddr;
use std::time::Duration;

use chrono::TimeDelta;

pub use self::withdrawals::{OpenWithdrawals, WithdrawalRequest};
pub use self::words::instructions;
use super::limiter::Limiter;
use super::{App, Caller, Forbidden, Invalid, Refusal};
use crate::domain::ids::ShopId;
use crate::domain::language::Language;
use crate::domain::legal::LegalSettings;
use crate::domain::member::Permission;
use crate::domain::privacy::Retention;
use crate::domain::problem::{Code, FieldError};
use crate::domain::show::PaymentsMode;
pub use crate::storage::OpenWithdrawal;
use crate::storage::{self, Shop};

/// Bytes of a shop's URL part in an address that are looked at.
const SLUG_BYTES_MAX: usize = 100;

/// Bounds what strangers may ask for.
#[derive(Debug)]
pub(super) struct Bounds {
    /// Links to orders that an address may ask for.
    links_of_address: Limiter<IpAddr>,
}

impl Bounds {
    pub(super) fn new() -> Self {
        // A person mistypes a number a few times; who tries numbers finds at most two a minute.
        Self { links_of_address: Limiter::new(5, TimeDelta::seconds(30)) }
    }
}

/// Why something about the terms or a withdrawal came to nothing.
#[derive(Debug, thiserror::Error)]
pub enum LegalError {
    /// No such shop or order.
    #[error("there is nothing here")]
    NotFound,
    /// The period is over, or the order is none that can be withdrawn from.
    #[error("this order cannot be withdrawn from any more")]
    Closed,
    /// Too many tries.
    #[error("too many tries; wait a moment")]
    RateLimited(Duration),
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

impl Refusal for LegalError {
    fn code(&self) -> Code {
        match self {
            Self::NotFound => Code::NotFound,
            Self::Closed => Code::WithdrawalClosed,
            Self::RateLimited(_) => Code::RateLimited,
            Self::Invalid(error) => error.code(),
            Self::Forbidden(error) => error.code(),
            Self::Storage(error) => error.code(),
        }
    }

    fn fields(&self) -> Vec<FieldError> {
        if let Self::Invalid(error) = self { error.fields() } else { Vec::new() }
    }

    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::RateLimited(wait) => Some(*wait),
            Self::Storage(error) => error.retry_after(),
            _ => None,
        }
    }
}

/// What the public pages about a shop tell.
#[derive(Clone, Debug)]
pub struct LegalNotice {
    /// Whose pages they are.
    pub shop: Shop,
    /// Whether it takes test money.
    pub is_test: bool,
    /// Whether payments go through Stripe rather than the built-in sandbox.
    pub is_stripe: bool,
    /// What it tells of itself.
    pub legal: LegalSettings,
    /// How long it keeps what is known of people.
    pub retention: Retention,
}

impl App {
    /// What a shop tells of itself, for everybody; without a name, the shop at the root of the site.
    ///
    /// # Errors
    /// When there is no such shop.
    pub async fn find_legal_notice(&self, slug: Option<&str>) -> Result<LegalNotice, LegalError> {
        let mut tx = self.db().read().await?;
        let shop = match slug.filter(|slug| !slug.is_empty() && slug.len() <= SLUG_BYTES_MAX) {
            Some(slug) => match tx.find_shop_id_by_slug(slug).await? {
                Some(id) => tx.find_shop(id).await?,
                None => None,
            },
            None => tx.find_first_shop().await?,
        };
        let shop = shop.ok_or(LegalError::NotFound)?;
        let legal = tx.find_shop_legal(shop.id).await?.ok_or(LegalError::NotFound)?;
        let retention = tx.find_retention(shop.id).await?.unwrap_or_default();
        drop(tx);
        let provider = self.provider_of(shop.id).await?;
        let is_stripe = provider.mode() == PaymentsMode::Stripe;
        Ok(LegalNotice { shop, is_test: !provider.is_live(), is_stripe, legal, retention })
    }

    /// What the caller's shop tells of itself.
    ///
    /// # Errors
    /// When the caller may not see settings.
    pub async fn get_legal(&self, caller: &Caller) -> Result<LegalSettings, LegalError> {
        caller.require(Permission::Settings)?;
        self.db().read().await?.find_shop_legal(caller.shop).await?.ok_or(LegalError::NotFound)
    }

    /// Changes what the caller's shop tells of itself; orders keep what their buyers could read.
    ///
    /// # Errors
    /// Names every field that is not allowed; or the caller may not change settings.
    pub async fn set_legal(
        &self,
        caller: &Caller,
        legal: LegalSettings,
    ) -> Result<LegalSettings, LegalError> {
        caller.require(Permission::Settings)?;
        let legal = legal.checked().map_err(Invalid)?;
        let mut tx = self.db().write().await?;
        tx.update_shop_legal(caller.shop, &legal).await?;
        let detail = serde_json::json!({ "missing": legal.gaps() });
        self.audit(&mut tx, caller, "shop.legal", &caller.shop.to_string(), detail).await?;
        tx.commit().await?;
        Ok(legal)
    }

    /// Where everybody reads one of the pages about a shop.
    pub(in crate::app) fn legal_url(&self, page: &str, shop: &Shop, language: Language) -> String {
        format!("{}/legal/{page}?shop={}&lang={language}", self.public_url(), shop.slug)
    }

    /// What a shop tells of itself; what it would as a new one, should it be gone.
    async fn legal_of(&self, shop: ShopId) -> storage::Result<LegalSettings> {
        Ok(self.db().read().await?.find_shop_legal(shop).await?.unwrap_or_default())
    }
}
