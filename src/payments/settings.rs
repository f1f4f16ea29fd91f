//! Reads and checks the keys with which Stripe is used.

use std::path::{Path, PathBuf};

use crate::config::{Config, Secret};
use crate::domain::payment_account::{KeyMode, classify_key};

/// Stripe's own address.
const STRIPE_API: &str = "https://api.stripe.com";

/// Why payments cannot be taken with these settings.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A file with a secret cannot be read.
    #[error("cannot read the secret in {path}: {source}")]
    File {
        /// Which file.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// Something else stands where the key belongs.
    #[error("the Stripe key begins with none of sk_test_, rk_test_, sk_live_, rk_live_")]
    UnknownKey,
    /// Real money and session cookies would travel in the clear.
    #[error("a live Stripe key needs a public URL that begins with https://")]
    LiveWithoutTls,
    /// Without it no payment would ever be heard of.
    #[error("a Stripe key needs the signing secret of the webhook endpoint too")]
    NoWebhookSecret,
    /// The sandbox is for test money, and its key must look like it.
    #[error("the sandbox's key must begin with sk_test_")]
    SandboxKey,
}

/// Usable keys.
pub(super) struct StripeKeys {
    pub secret_key: Secret,
    pub webhook_secrets: Vec<Secret>,
    pub is_live: bool,
    pub api_base: String,
}

impl StripeKeys {
    /// The keys of the configuration; `None` without a key, which means the sandbox.
    pub fn read(config: &Config) -> Result<Option<Self>, ConfigError> {
        let stripe = &config.stripe;
        let secret_key = match (&stripe.secret_key, &stripe.secret_key_file) {
            (Some(key), _) => key.clone(),
            (None, Some(path)) => Secret::new(&read(path)?),
            (None, None) => return Ok(None),
        };
        if secret_key.reveal().is_empty() {
            return Ok(None);
        }
        let mut webhook_secrets = stripe.webhook_secrets.clone();
        if let Some(path) = &stripe.webhook_secrets_file {
            webhook_secrets.extend(read(path)?.lines().map(Secret::new));
        }
        webhook_secrets.retain(|secret| !secret.reveal().is_empty());
        let (mode, _) = classify_key(secret_key.reveal()).ok_or(ConfigError::UnknownKey)?;
        let is_live = mode == KeyMode::Live;
        let is_https = config.public_url.as_ref().is_some_and(|url| url.scheme() == "https");
        if is_live && !is_https {
            return Err(ConfigError::LiveWithoutTls);
        }
        if webhook_secrets.is_empty() {
            return Err(ConfigError::NoWebhookSecret);
        }
        Ok(Some(Self { secret_key, webhook_secrets, is_live, api_base: api_base(config) }))
    }
}

/// The address in front of `/v1`.
pub(super) fn api_base(config: &Config) -> String {
    let base = config.stripe.api_base.as_ref().map_or(STRIPE_API, url::Url::as_str);
    base.trim_end_matches('/').to_owned()
}

/// The key that was set for the sandbox.
pub(super) fn sandbox_key(config: &Config) -> Result<Option<Secret>, ConfigError> {
    match &config.stripe.sandbox_key {
        Some(key) if key.reveal().is_empty() => Ok(None),
        Some(key) if !key.reveal().starts_with("sk_test_") => Err(ConfigError::SandboxKey),
        key => Ok(key.clone()),
    }
}

fn read(path: &Path) -> Result<String, ConfigError> {
    std::fs::read_to_string(path).map_err(|source| ConfigError::File { path: path.to_owned(), source })
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(clap::Parser)]
    struct Cli {
        #[command(flatten)]
        config: Config,
    }

    fn read(args: &[&str]) -> Result<Option<StripeKeys>, ConfigError> {
        let cli = Cli::try_parse_from(std::iter::once("vetrina").chain(args.iter().copied())).unwrap();
        StripeKeys::read(&cli.config)
    }

    #[test]
    fn without_a_key_the_sandbox_takes_the_money() {
        assert!(read(&[]).unwrap().is_none());
    }

    #[test]
    fn live_keys_need_tls() {
        let live = ["--stripe-secret-key", "rk_live_x", "--stripe-webhook-secret", "whsec_a,whsec_b"];
        assert!(matches!(read(&live), Err(ConfigError::LiveWithoutTls)));
        let plain = [&live[..], &["--public-url", "http://shop.example"]].concat();
        assert!(matches!(read(&plain), Err(ConfigError::LiveWithoutTls)));
        let keys = read(&[&live[..], &["--public-url", "https://shop.example"]].concat()).unwrap().unwrap();
        assert!(keys.is_live);
        assert_eq!(keys.webhook_secrets.len(), 2);
        assert_eq!(keys.api_base, "https://api.stripe.com");
    }

    #[test]
    fn unusable_settings_are_told() {
        let unknown = ["--stripe-secret-key", "pk_test_x", "--stripe-webhook-secret", "whsec_a"];
        assert!(matches!(read(&unknown), Err(ConfigError::UnknownKey)));
        assert!(matches!(read(&["--stripe-secret-key", "sk_test_x"]), Err(ConfigError::NoWebhookSecret)));
        let missing = ["--stripe-secret-key-file", "/nowhere/at/all"];
        assert!(matches!(read(&missing), Err(ConfigError::File { .. })));
    }

    #[test]
    fn the_sandbox_takes_test_keys_only() {
        let key = |text: &str| {
            let cli = Cli::try_parse_from(["vetrina", "--sandbox-key", text]).unwrap();
            sandbox_key(&cli.config).map(|key| key.map(|key| key.reveal().to_owned()))
        };
        assert_eq!(key("sk_test_tools").unwrap().as_deref(), Some("sk_test_tools"));
        assert_eq!(key("").unwrap(), None);
        for wrong in ["sk_live_tools", "tools", "rk_test_tools"] {
            assert!(matches!(key(wrong), Err(ConfigError::SandboxKey)), "{wrong}");
        }
    }

    #[test]
    fn keys_are_never_printed() {
        let cli = Cli::try_parse_from(["vetrina", "--stripe-secret-key", "sk_test_hidden"]).unwrap();
        assert!(!format!("{:?}", cli.config).contains("hidden"));
    }
}
