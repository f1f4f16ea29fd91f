//! Who takes the money of which shop: the shop's own keys, else the installation's.
//!
//! Keys are opened here and nowhere else, and only to make a provider of them.

mod check;
mod keys;
mod pauses;
mod switch;
mod view;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::Notify;

pub use keys::NewAccountKeys;
pub(in crate::app) use view::{event_account, read_event_account};

use super::limiter::Limiter;
use super::{App, Forbidden, Invalid, Refusal};
use crate::clock::Clock;
use crate::config::{Config, Secret};
use crate::domain::ids::ShopId;
use crate::domain::payment_account::{AccountName, KeyMode, LiveObstacle};
use crate::domain::problem::{Code, FieldError};
use crate::payments::seal::{SealError, Sealer};
use crate::payments::webhook::{self, SignatureError};
use crate::payments::{AccountKeys, Provider, ShopProviders};
use crate::storage::{self, Database, StoredKeys};

/// Accounts whose keys are kept open; all are opened anew when more are in use.
const OPEN_MAX: usize = 1_000;

/// Seconds in which a shop's refused signatures are written down once.
const REFUSALS_NOTED_SECS: i64 = 60;

/// What is kept in memory of shops' accounts.
pub(crate) struct Accounts {
    providers: ShopProviders,
    sealer: OnceLock<Sealer>,
    open: Mutex<HashMap<AccountName, OpenAccount>>,
    /// When this node last wrote down that no secret of a shop had signed what its endpoint heard.
    refused_signatures: Mutex<HashMap<ShopId, DateTime<Utc>>>,
    /// Checks ask the provider a dozen things.
    checks: Limiter<ShopId>,
    /// Wakes the worker that asks paused accounts' providers again.
    pub(in crate::app) news: Notify,
}

struct OpenAccount {
    version: i64,
    provider: Arc<Provider>,
}

/// Why an account was not shown or changed.
#[derive(Debug, thiserror::Error)]
pub enum PaymentAccountError {
    /// No keys of this kind are stored.
    #[error("there is nothing here")]
    NotFound,
    /// The permission is missing.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// A program, or a member who is no owner, wants to take real money.
    #[error("only an owner who is signed in can decide to take real money")]
    OwnerOnly,
    /// A field is not allowed.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// Too many checks.
    #[error("too many checks; wait a moment")]
    RateLimited(Duration),
    /// Keys would have to be stored in the clear.
    #[error("set VETRINA_SECRET_KEY before storing payment keys, the same one for all nodes")]
    SealingKeyRequired,
    /// The sealing key cannot be used.
    #[error(transparent)]
    Seal(SealError),
    /// Real money and session cookies would travel in the clear.
    #[error("live keys need a public URL that begins with https://")]
    LiveNeedsHttps,
    /// The owner did not say so.
    #[error("confirm that real money will be taken")]
    LiveNotConfirmed,
    /// Something is missing.
    #[error("real money cannot be taken yet")]
    LiveNotReady(Vec<LiveObstacle>),
    /// Buyers are paying into another account at this moment.
    #[error("orders are not finished yet and the other keys do not know them")]
    OrdersUnfinished,
    /// The provider does not know the key.
    #[error("the payment provider does not take this key")]
    KeyRefused,
    /// The provider refused something else.
    #[error("the payment provider refused: {0}")]
    ProviderRefused(crate::payments::ApiError),
    /// The provider does not answer.
    #[error("the payment provider does not answer; try again in a minute")]
    NoAnswer,
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] storage::Error),
}

impl From<SealError> for PaymentAccountError {
    fn from(error: SealError) -> Self {
        match error {
            SealError::NotSet => Self::SealingKeyRequired,
            error => Self::Seal(error),
        }
    }
}

impl Refusal for PaymentAccountError {
    fn code(&self) -> Code {
        match self {
            Self::NotFound => Code::NotFound,
            Self::Forbidden(error) => error.code(),
            Self::OwnerOnly => Code::Forbidden,
            Self::Invalid(error) => error.code(),
            Self::RateLimited(_) => Code::RateLimited,
            Self::SealingKeyRequired => Code::SealingKeyRequired,
            Self::Seal(_) => Code::Internal,
            Self::LiveNeedsHttps => Code::LiveNeedsHttps,
            Self::LiveNotConfirmed => Code::LiveNotConfirmed,
            Self::LiveNotReady(_) => Code::LiveNotReady,
            Self::OrdersUnfinished => Code::OrdersUnfinished,
            Self::KeyRefused => Code::PaymentKeyRefused,
            Self::ProviderRefused(_) => Code::PaymentProviderRefused,
            Self::NoAnswer => Code::PaymentsUnavailable,
            Self::Storage(error) => error.code(),
        }
    }

    fn fields(&self) -> Vec<FieldError> {
        match self {
            Self::Invalid(error) => error.fields(),
            _ => Vec::new(),
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::RateLimited(wait) => Some(*wait),
            Self::NoAnswer => Some(Duration::from_mins(1)),
            Self::Storage(error) => error.retry_after(),
            _ => None,
        }
    }

    fn members(&self) -> serde_json::Map<String, serde_json::Value> {
        let Self::LiveNotReady(obstacles) = self else { return serde_json::Map::new() };
        let obstacles = serde_json::to_value(obstacles).unwrap_or_default();
        std::iter::once(("obstacles".to_owned(), obstacles)).collect()
    }
}

impl Accounts {
    pub(in crate::app) fn new(config: &Config, db: &Database, clock: &Clock) -> Result<Self, SealError> {
        let sealer = OnceLock::new();
        if let Some(found) = Sealer::find(config)? {
            let _ = sealer.set(found);
        }
        Ok(Self {
            providers: ShopProviders::new(config, db, clock),
            sealer,
            open: Mutex::default(),
            refused_signatures: Mutex::default(),
            // A person who goes through all steps looks about ten times; a program looks on and on.
            checks: Limiter::new(12, TimeDelta::seconds(5)),
            news: Notify::new(),
        })
    }

    /// The sealer; the data folder's key is made when it is first needed.
    fn sealer(&self, config: &Config, clock: &Clock) -> Result<&Sealer, SealError> {
        if let Some(sealer) = self.sealer.get() {
            return Ok(sealer);
        }
        let made = Sealer::find_or_make(config, clock)?;
        Ok(self.sealer.get_or_init(|| made))
    }

    fn open_keys(&self, shop: ShopId, stored: &StoredKeys) -> AccountKeys {
        let open = |column: &str, sealed: &[u8]| -> Option<Secret> {
            // Another process may have made the key meanwhile, which a restart finds.
            let opened = self.sealer.get()?.open(&place(column, shop, stored.mode), sealed);
            opened.inspect_err(|error| tracing::error!(shop.id = %shop, mode = %stored.mode, %error, "a stored payment secret cannot be opened")).ok()
        };
        let webhook_secrets =
            [("webhook_secret", &stored.webhook_secret), ("webhook_secret", &stored.previous_webhook_secret)];
        AccountKeys {
            name: AccountName::Shop(shop, stored.mode),
            mode: stored.mode,
            secret_key: open("secret_key", &stored.secret_key),
            webhook_secrets: webhook_secrets
                .into_iter()
                .filter_map(|(column, sealed)| open(column, sealed.as_deref()?))
                .collect(),
            connected_account: stored.connected_account.clone(),
            publishable_key: stored.publishable_key.clone(),
        }
    }

    /// The provider of stored keys, made anew when they have changed.
    fn open(&self, shop: ShopId, stored: &StoredKeys) -> Arc<Provider> {
        let name = AccountName::Shop(shop, stored.mode);
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(account) = open.get(&name).filter(|account| account.version == stored.version) {
            return Arc::clone(&account.provider);
        }
        if open.len() >= OPEN_MAX {
            open.clear();
        }
        let provider = Arc::new(self.providers.open(self.open_keys(shop, stored)));
        open.insert(name, OpenAccount { version: stored.version, provider: Arc::clone(&provider) });
        provider
    }
}

impl Accounts {
    /// Whether a refused signature of a shop is worth a write: once a minute, as anybody may send one.
    fn is_refusal_news(&self, shop: ShopId, now: DateTime<Utc>) -> bool {
        let mut noted = self.refused_signatures.lock().unwrap_or_else(PoisonError::into_inner);
        let last = noted.get(&shop);
        if last.is_some_and(|last| now - *last < TimeDelta::seconds(REFUSALS_NOTED_SECS)) {
            return false;
        }
        noted.insert(shop, now);
        true
    }
}

/// What a seal belongs to; both signing secrets share one place, as the newer becomes the older.
fn place(column: &str, shop: ShopId, mode: KeyMode) -> String {
    format!("payment_accounts.{column}:{shop}:{mode}")
}

impl App {
    /// The provider that takes a shop's money: by the shop's own keys, else the installation's.
    ///
    /// Callers hold no transaction meanwhile, as this reads the database.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn provider_of(&self, shop: ShopId) -> storage::Result<Arc<Provider>> {
        let stored = self.db().read().await?.find_active_payment_keys(shop).await?;
        Ok(match stored {
            Some(stored) => self.accounts().open(shop, &stored),
            None => Arc::clone(self.provider()),
        })
    }

    /// The account that takes a shop's money at the moment.
    pub(in crate::app) async fn account_of(&self, shop: ShopId) -> storage::Result<AccountName> {
        let stored = self.db().read().await?.find_active_payment_keys(shop).await?;
        Ok(active_name(shop, stored.as_ref()))
    }

    /// The provider of one account, whether it is in use or not; `None` once its keys are gone.
    ///
    /// # Errors
    /// When the database fails.
    pub(in crate::app) async fn provider_named(
        &self,
        name: AccountName,
    ) -> storage::Result<Option<Arc<Provider>>> {
        let AccountName::Shop(shop, mode) = name else { return Ok(Some(Arc::clone(self.provider()))) };
        let stored = self.db().read().await?.find_payment_keys(shop, mode).await?;
        Ok(stored.map(|stored| self.accounts().open(shop, &stored)))
    }

    /// Whether buyers can pay at the moment; false while the shop's key is refused or unreadable.
    pub(in crate::app) async fn can_take_money(&self, shop: ShopId) -> storage::Result<bool> {
        let mut tx = self.db().read().await?;
        let stored = tx.find_active_payment_keys(shop).await?;
        let pause = tx.find_payment_pause(&active_name(shop, stored.as_ref()).to_string()).await?;
        drop(tx);
        let is_usable = stored.is_none_or(|stored| self.accounts().open(shop, &stored).is_usable());
        Ok(pause.is_none() && is_usable)
    }

    /// Which of a shop's accounts signed a webhook.
    pub(in crate::app) async fn find_signer(
        &self,
        shop: ShopId,
        signature: &str,
        body: &[u8],
    ) -> storage::Result<Result<AccountName, SignatureError>> {
        let stored = self.db().read().await?.list_payment_keys(shop).await?;
        let now = self.clock().now();
        let mut failure = SignatureError::NoMatch;
        for keys in &stored {
            let provider = self.accounts().open(shop, keys);
            match webhook::verify(provider.webhook_secrets(), signature, body, now) {
                Ok(()) => return Ok(Ok(AccountName::Shop(shop, keys.mode))),
                Err(error) => failure = error,
            }
        }
        // Only for shops with keys, so that strangers cannot fill the memory.
        if !stored.is_empty() && failure == SignatureError::NoMatch {
            self.note_refused_signature(shop, now).await?;
        }
        Ok(Err(failure))
    }

    async fn note_refused_signature(&self, shop: ShopId, now: DateTime<Utc>) -> storage::Result<()> {
        if !self.accounts().is_refusal_news(shop, now) {
            return Ok(());
        }
        let mut tx = self.db().write().await?;
        tx.note_refused_signature(shop, now).await?;
        tx.commit().await
    }
}

/// The account that takes a shop's money.
fn active_name(shop: ShopId, active: Option<&StoredKeys>) -> AccountName {
    active.map_or(AccountName::Installation, |keys| AccountName::Shop(shop, keys.mode))
}
