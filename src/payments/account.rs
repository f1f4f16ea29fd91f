//! Providers that work with the keys of single shops.

use std::sync::OnceLock;

use super::Provider;
use super::client::Client;
use super::pause::Pauser;
use super::settings;
use super::transport::{Route, Transport, http_client};
use crate::clock::Clock;
use crate::config::{Config, Secret};
use crate::domain::payment_account::{AccountName, KeyMode};
use crate::storage::Database;

/// The keys of one account, opened.
#[derive(Clone, Debug)]
pub struct AccountKeys {
    /// The account.
    pub name: AccountName,
    /// Which money they move.
    pub mode: KeyMode,
    /// For calls; `None` when the stored one cannot be opened, then every call fails unasked.
    pub secret_key: Option<Secret>,
    /// Any of these may have signed a webhook.
    pub webhook_secrets: Vec<Secret>,
    /// The account acted for, where it is not the key's own.
    pub connected_account: Option<String>,
    /// The key that browsers may see.
    pub publishable_key: Option<String>,
}

/// Makes providers of shops' keys; all of them share one pool of connections.
pub struct ShopProviders {
    http: OnceLock<reqwest::Client>,
    api_base: String,
    db: Database,
    clock: Clock,
}

impl ShopProviders {
    /// Prepares for shops with keys of their own.
    #[must_use]
    pub fn new(config: &Config, db: &Database, clock: &Clock) -> Self {
        Self {
            http: OnceLock::new(),
            api_base: settings::api_base(config),
            db: db.clone(),
            clock: clock.clone(),
        }
    }

    /// A provider with these keys.
    #[must_use]
    pub fn open(&self, keys: AccountKeys) -> Provider {
        let http = self.http.get_or_init(|| http_client(Route::Network)).clone();
        let is_usable = keys.secret_key.is_some();
        let secret_key = keys.secret_key.unwrap_or_else(|| Secret::new(""));
        let transport = Transport::over(http, secret_key, self.clock.clone())
            .with_account(keys.connected_account)
            .with_pauser(Pauser::new(&self.db, &self.clock, keys.name));
        // Without an address each call ends before it is made.
        if is_usable {
            transport.set_target(self.api_base.clone(), None);
        }
        Provider::Stripe {
            client: Client::over(transport),
            webhook_secrets: keys.webhook_secrets,
            is_live: keys.mode == KeyMode::Live,
            publishable_key: keys.publishable_key,
        }
    }
}
