//! Reads and checks the keys with which Stripe is used.

use std::path::{Path, PathBuf};

use crate::config::{Config, Secret};
use crate::domain::payment_account::{KeyMode, classify_key, publishable_mode};

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
    /// Something else stands where the key for browsers belongs.
    #[error("the publishable Stripe key is none: it begins with pk_test_ or pk_live_")]
    UnknownPublishableKey,
    /// One of the two keys moves real money and the other does not.
    #[error("the publishable Stripe key is a {publishable} key and the secret one a {secret} key")]
    PublishableKeyMode {
        /// Of the publishable key.
        publishable: KeyMode,
        /// Of the secret key.
        secret: KeyMode,
    },
    /// Payments would silently go to the sandbox.
    #[error("a publishable Stripe key needs the secret key too")]
    PublishableKeyAlone,
    /// The sandbox is for test money, and its key must look like it.
    #[error("the sandbox's key must begin with sk_test_")]
    SandboxKey,
}

/// Usable keys.
pub(super) struct StripeKeys {
    pub secret_key: Secret,
    pub webhook_secrets: Vec<Secret>,
    pub is_live: bool,
    pub publishable_key: Option<String>,
    pub api_base: String,
}

impl StripeKeys {
    /// The keys of the configuration; `None` without a key, which means the sandbox.
    pub fn read(config: &Config) -> Result<Option<Self>, ConfigError> {
        let stripe = &config.stripe;
        let secret_key = match (&stripe.secret_key, &stripe.secret_key_file) {
            (Some(key), _) => key.clone(),
            (None, Some(path)) => Secret::new(&read(path)?),
            (None, None) => Secret::new(""),
        };
        let publishable_key = stripe.publishable_key.as_deref().map(str::trim).filter(|key| !key.is_empty());
        if secret_key.reveal().is_empty() {
            return if publishable_key.is_some() { Err(ConfigError::PublishableKeyAlone) } else { Ok(None) };
        }
        let mut webhook_secrets = stripe.webhook_secrets.clone();
        if let Some(path) = &stripe.webhook_secrets_file {
            webhook_secrets.extend(read(path)?.lines().map(Secret::new));
        }
        webhook_secrets.retain(|secret| !secret.reveal().is_empty());
        let (mode, _) = classify_key(secret_key.reveal()).ok_or(ConfigError::UnknownKey)?;
        check_publishable(publishable_key, mode)?;
        let is_live = mode == KeyMode::Live;
        let is_https = config.public_url.as_ref().is_some_and(|url| url.scheme() == "https");
        if is_live && !is_https {
            return Err(ConfigError::LiveWithoutTls);
        }
        if webhook_secrets.is_empty() {
            return Err(ConfigError::NoWebhookSecret);
        }
        let publishable_key = publishable_key.map(str::to_owned);
        Ok(Some(Self { secret_key, webhook_secrets, is_live, publishable_key, api_base: api_base(config) }))
    }
}

fn check_publishable(key: Option<&str>, secret: KeyMode) -> Result<(), ConfigError> {
    let Some(key) = key else { return Ok(()) };
    match publishable_mode(key) {
        Some(publishable) if publishable == secret => Ok(()),
        Some(publishable) => Err(ConfigError::PublishableKeyMode { publishable, secret }),
        None => Err(ConfigError::UnknownPublishableKey),
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
    fn a_publishable_key_fits_the_secret_one() {
        let test = ["--stripe-secret-key", "sk_test_x", "--stripe-webhook-secret", "whsec_a"];
        let with = |key: &'static str| read(&[&test[..], &["--stripe-publishable-key", key]].concat());
        let key_of = |keys: Result<Option<StripeKeys>, ConfigError>| keys.unwrap().unwrap().publishable_key;
        assert_eq!(key_of(with("pk_test_abcde")).as_deref(), Some("pk_test_abcde"));
        assert_eq!(key_of(with(" ")), None);
        assert_eq!(key_of(read(&test)), None);
        let live = with("pk_live_abcde").map(drop).unwrap_err();
        assert_eq!(
            live.to_string(),
            "the publishable Stripe key is a live key and the secret one a test key"
        );
        assert!(matches!(with("sk_test_abcde"), Err(ConfigError::UnknownPublishableKey)));
        let alone = read(&["--stripe-publishable-key", "pk_test_abcde"]);
        assert!(matches!(alone, Err(ConfigError::PublishableKeyAlone)));
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
