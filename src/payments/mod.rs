//! The payment provider: Stripe, or the built-in sandbox that speaks the same interface.
//!
//! The only module that knows Stripe's names, amounts and signatures; everybody else sees the types
//! exported here. It decides nothing about orders.

mod account;
pub mod checks;
mod client;
mod create;
mod embed;
mod error;
mod pause;
mod refund;
pub mod sandbox;
pub mod seal;
mod session;
mod settings;
mod transport;
pub mod webhook;

use std::net::SocketAddr;

pub use account::{AccountKeys, ShopProviders};
pub use error::{ApiError, ProviderError};
pub use pause::RETRY_SECS as PAUSE_RETRY_SECS;
pub use refund::ProviderRefund;
pub use sandbox::Sandbox;
pub use session::{
    CreateSession, Origin, OriginLine, PaymentStatus, Session, SessionDelivery, SessionLine, SessionLink,
    SessionPage, SessionRate, SessionStatus,
};
pub use settings::ConfigError;

use futures_util::FutureExt;

use crate::clock::Clock;
use crate::config::{Config, Secret};
use crate::domain::money::Currency;
use crate::domain::payment_account::AccountName;
use crate::domain::refund as domain;
use crate::domain::show::PaymentsMode;
use crate::storage::Database;
use client::Client;
use pause::Pauser;
use settings::StripeKeys;
use transport::Route;

/// The configured provider.
#[derive(Debug)]
pub enum Provider {
    /// The built-in stand-in, on this server's own address.
    Sandbox {
        /// Plays the provider.
        sandbox: Sandbox,
        /// Talks to it.
        client: Client,
    },
    /// Stripe.
    Stripe {
        /// Talks to it.
        client: Client,
        /// Any of these may have signed a webhook.
        webhook_secrets: Vec<Secret>,
        /// Real money.
        is_live: bool,
        /// The key that browsers may see; without it payment pages open in a tab of their own.
        publishable_key: Option<String>,
    },
}

impl Provider {
    /// The provider that the configuration asks for; `sandbox_secret` makes the sandbox's keys.
    ///
    /// # Errors
    /// When keys are unreadable, unusable, or live keys would travel without TLS.
    pub fn open(
        config: &Config,
        clock: &Clock,
        db: &Database,
        sandbox_secret: &[u8],
    ) -> Result<Self, ConfigError> {
        let Some(keys) = StripeKeys::read(config)? else {
            tracing::warn!("TEST MODE: payments go to the built-in sandbox, no real money moves");
            let key = settings::sandbox_key(config)?;
            let sandbox = Sandbox::new(db.clone(), clock.clone(), sandbox_secret, key);
            let client = Client::new(sandbox.api_key().clone(), clock.clone(), Route::Loopback);
            return Ok(Self::Sandbox { sandbox, client });
        };
        let client = Client::new(keys.secret_key, clock.clone(), Route::Network);
        let client = client.with_pauser(Pauser::new(db, clock, AccountName::Installation));
        client.set_target(keys.api_base, None);
        Ok(Self::Stripe {
            client,
            webhook_secrets: keys.webhook_secrets,
            is_live: keys.is_live,
            publishable_key: keys.publishable_key,
        })
    }

    /// Tells the sandbox where it stands, once the port is known.
    pub fn set_addresses(&self, listen: SocketAddr, public_url: &str) {
        if let Self::Sandbox { sandbox, client } = self {
            sandbox.set_addresses(listen, public_url);
            client.set_target(sandbox.api_base(), Some(sandbox.host()));
        }
    }

    /// The sandbox, when that takes the money.
    #[must_use]
    pub const fn sandbox(&self) -> Option<&Sandbox> {
        match self {
            Self::Sandbox { sandbox, .. } => Some(sandbox),
            Self::Stripe { .. } => None,
        }
    }

    /// Who takes the money.
    #[must_use]
    pub const fn mode(&self) -> PaymentsMode {
        match self {
            Self::Sandbox { .. } => PaymentsMode::Sandbox,
            Self::Stripe { .. } => PaymentsMode::Stripe,
        }
    }

    /// Whether real money moves.
    #[must_use]
    pub const fn is_live(&self) -> bool {
        matches!(self, Self::Stripe { is_live: true, .. })
    }

    /// Whether there is a key to ask with; false for one that could not be opened.
    #[must_use]
    pub fn is_usable(&self) -> bool {
        self.client().transport().has_target()
    }

    /// The account that all calls are made for, where it is not the key's own.
    #[must_use]
    pub fn connected_account(&self) -> Option<&str> {
        self.client().transport().account()
    }

    /// The secrets that sign webhooks.
    #[must_use]
    pub fn webhook_secrets(&self) -> &[Secret] {
        match self {
            Self::Sandbox { sandbox, .. } => sandbox.webhook_secrets(),
            Self::Stripe { webhook_secrets, .. } => webhook_secrets,
        }
    }

    // The futures below are boxed because they hold Stripe's large answers, which would make every
    // future around them as large and its type as deep.

    /// Makes a checkout session, at most one for each key.
    ///
    /// # Errors
    /// Tells whether it is certain that none was made.
    pub async fn create_session(&self, request: &CreateSession, key: &str) -> Result<Session, ProviderError> {
        self.client().create_session(request, key).boxed().await
    }

    /// Reads a session.
    ///
    /// # Errors
    /// When the provider refuses or cannot be reached.
    pub async fn retrieve_session(&self, id: &str) -> Result<Session, ProviderError> {
        self.client().retrieve_session(id).boxed().await
    }

    /// Closes a session, so that it can no longer be paid.
    ///
    /// # Errors
    /// `NotOpen` when it was paid or closed before; then only reading it tells which.
    pub async fn expire_session(&self, id: &str) -> Result<Session, ProviderError> {
        self.client().expire_session(id).boxed().await
    }

    /// Sessions made since a time in seconds, the newest first, behind the one named `after`.
    ///
    /// # Errors
    /// When the provider refuses or cannot be reached.
    pub async fn list_sessions(&self, since: i64, after: Option<&str>) -> Result<SessionPage, ProviderError> {
        self.client().list_sessions(since, after).boxed().await
    }

    /// The session that a payment was made in, if the provider has one.
    ///
    /// # Errors
    /// When the provider refuses or cannot be reached.
    pub async fn find_session_of_payment(
        &self,
        payment_intent: &str,
    ) -> Result<Option<Session>, ProviderError> {
        self.client().find_session_of_payment(payment_intent).boxed().await
    }

    /// Whether the delayed payment of a complete session has failed, which the session never tells.
    ///
    /// # Errors
    /// When the provider refuses or cannot be reached.
    pub async fn has_payment_failed(&self, payment_intent: &str) -> Result<bool, ProviderError> {
        self.client().has_payment_failed(payment_intent).boxed().await
    }

    /// Gives money back, at most once for each refund.
    ///
    /// # Errors
    /// When the provider refuses or cannot be reached.
    pub async fn refund(
        &self,
        refund: &domain::Refund,
        currency: Currency,
    ) -> Result<ProviderRefund, ProviderError> {
        self.client().refund(refund, currency).boxed().await
    }

    /// The refunds of a payment, up to 100, the newest first.
    ///
    /// # Errors
    /// When the provider refuses or cannot be reached.
    pub async fn list_refunds(&self, payment_intent: &str) -> Result<Vec<ProviderRefund>, ProviderError> {
        self.client().list_refunds(payment_intent).boxed().await
    }

    /// Reads a refund.
    ///
    /// # Errors
    /// When the provider refuses or cannot be reached.
    pub async fn retrieve_refund(&self, id: &str) -> Result<ProviderRefund, ProviderError> {
        self.client().retrieve_refund(id).boxed().await
    }

    const fn client(&self) -> &Client {
        match self {
            Self::Sandbox { client, .. } | Self::Stripe { client, .. } => client,
        }
    }
}
