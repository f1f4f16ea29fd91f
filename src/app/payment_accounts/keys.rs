//! Stores and forgets a shop's keys, and puts real money into them.

use super::{PaymentAccountError, place};
use crate::app::{App, Caller, Holder, Invalid};
use crate::config::Secret;
use crate::domain::ids::ShopId;
use crate::domain::member::{Permission, Role};
use crate::domain::payment_account::{
    AccountName, KeyKind, KeyMode, LiveObstacle, PaymentAccountView, classify_key, publishable_mode,
};
use crate::payments::{AccountKeys, ProviderError};
use crate::storage::{NewKeys, StoredKeys};

/// Characters of a key or secret; Stripe's have about a hundred.
const SECRET_CHARS_MAX: usize = 255;
/// Characters of an account's id; Stripe's have about twenty.
const ACCOUNT_CHARS_MAX: usize = 64;
/// Characters of a key that everybody in the shop's settings may see.
const HINT_CHARS: usize = 4;

/// Keys as an owner enters them.
#[derive(Clone, Debug)]
pub struct NewAccountKeys {
    /// `sk_…` or `rk_…`.
    pub secret_key: Secret,
    /// `whsec_…`; without it the stored one stays.
    pub webhook_secret: Option<Secret>,
    /// `acct_…`, where the key acts for another account.
    pub connected_account: Option<String>,
    /// `pk_…`, which browsers may see; without it the stored one stays.
    pub publishable_key: Option<String>,
}

impl App {
    /// Stores a shop's keys, sealed, in the place of the earlier ones of the same mode.
    ///
    /// # Errors
    /// Refuses what is no key, live keys without https, and keys that would cut orders off.
    pub async fn set_payment_keys(
        &self,
        caller: &Caller,
        new: &NewAccountKeys,
    ) -> Result<PaymentAccountView, PaymentAccountError> {
        caller.require(Permission::Settings)?;
        let (mode, kind) = check_input(new)?;
        if mode == KeyMode::Live && !self.is_https() {
            return Err(PaymentAccountError::LiveNeedsHttps);
        }
        let shop = caller.shop;
        let sealer = self.accounts().sealer(self.config(), self.clock())?;
        let stored = self.db().read().await?.list_payment_keys(shop).await?;
        let is_live = stored.iter().any(|keys| keys.live_confirmed_at.is_some());
        let unfinished = if is_live == (mode == KeyMode::Live) {
            self.check_switch(shop, &self.accounts().providers.open(candidate(shop, mode, new))).await?
        } else {
            None
        };
        let sealed = sealer.seal(self.clock(), &place("secret_key", shop, mode), &new.secret_key);
        let key_hint = hint(&new.secret_key);
        let keys = NewKeys {
            mode,
            kind,
            key_hint: &key_hint,
            secret_key: &sealed,
            connected_account: new.connected_account.as_deref(),
            first_version: self.first_version(),
        };
        let now = self.clock().now();
        let mut tx = self.db().write().await?;
        self.check_still(&mut tx, shop, is_live == (mode == KeyMode::Live), &unfinished).await?;
        tx.set_payment_keys(shop, &keys, now).await?;
        if let Some(secret) = &new.webhook_secret {
            let sealed = sealer.seal(self.clock(), &place("webhook_secret", shop, mode), secret);
            tx.set_webhook_secret(shop, mode, &sealed, None, now).await?;
        }
        if let Some(key) = &new.publishable_key {
            tx.set_publishable_key(shop, mode, Some(key), now).await?;
        }
        // A paused account is asked at once whether it takes the new key.
        tx.reschedule_payment_pause(&AccountName::Shop(shop, mode).to_string(), now).await?;
        let detail = serde_json::json!({ "mode": mode, "kind": kind, "key_hint": key_hint,
            "connected_account": new.connected_account });
        self.audit(&mut tx, caller, "payment_keys.set", mode.as_str(), detail).await?;
        tx.commit().await?;
        self.people().shop_changed(shop);
        self.wake_payment_workers();
        self.get_payment_account(caller).await
    }

    /// Forgets a shop's keys of one mode; without live keys the shop is in test mode again.
    ///
    /// # Errors
    /// Refuses while orders are unfinished that only these keys know.
    pub async fn delete_payment_keys(
        &self,
        caller: &Caller,
        mode: KeyMode,
    ) -> Result<PaymentAccountView, PaymentAccountError> {
        caller.require(Permission::Settings)?;
        let shop = caller.shop;
        let mut tx = self.db().read().await?;
        let stored = tx.list_payment_keys(shop).await?;
        let active = tx.find_active_payment_keys(shop).await?;
        drop(tx);
        let is_active = active.is_some_and(|keys| keys.mode == mode);
        let unfinished = if is_active {
            // Live keys give way to test keys where there are some, all others to the installation's.
            let test = stored.iter().find(|keys| keys.mode == KeyMode::Test && mode == KeyMode::Live);
            match test {
                Some(test) => self.check_switch(shop, &self.accounts().open(shop, test)).await?,
                None => self.check_switch(shop, self.provider()).await?,
            }
        } else {
            None
        };
        let mut tx = self.db().write().await?;
        self.check_still(&mut tx, shop, is_active, &unfinished).await?;
        if !tx.delete_payment_keys(shop, mode).await? {
            return Err(PaymentAccountError::NotFound);
        }
        tx.resume_payments(&AccountName::Shop(shop, mode).to_string()).await?;
        self.audit(&mut tx, caller, "payment_keys.delete", mode.as_str(), serde_json::json!({})).await?;
        tx.commit().await?;
        self.people().shop_changed(shop);
        self.wake_payment_workers();
        self.get_payment_account(caller).await
    }

    /// Stores the signing secret of a shop's endpoint; the one before it stays believed.
    ///
    /// # Errors
    /// Refuses what is no secret, and a mode without keys.
    pub async fn set_webhook_secret(
        &self,
        caller: &Caller,
        mode: KeyMode,
        secret: &Secret,
    ) -> Result<PaymentAccountView, PaymentAccountError> {
        caller.require(Permission::Settings)?;
        if !is_webhook_secret(secret) {
            return Err(Invalid::field("/webhook_secret", "unknown_secret").into());
        }
        self.keep_webhook_secret(caller, mode, secret, None).await?;
        self.get_payment_account(caller).await
    }

    /// Stores the key that browsers may see, or forgets it.
    ///
    /// # Errors
    /// Refuses what is no such key or one of the other kind of money, and a mode without keys.
    pub async fn set_publishable_key(
        &self,
        caller: &Caller,
        mode: KeyMode,
        key: Option<&str>,
    ) -> Result<PaymentAccountView, PaymentAccountError> {
        caller.require(Permission::Settings)?;
        if let Some(code) = key.and_then(|key| publishable_fault(key, mode)) {
            return Err(Invalid::field("/publishable_key", code).into());
        }
        let mut tx = self.db().write().await?;
        if !tx.set_publishable_key(caller.shop, mode, key, self.clock().now()).await? {
            return Err(PaymentAccountError::NotFound);
        }
        let detail = serde_json::json!({ "publishable_key": key });
        self.audit(&mut tx, caller, "publishable_key.set", mode.as_str(), detail).await?;
        tx.commit().await?;
        self.get_payment_account(caller).await
    }

    /// Seals and stores a signing secret, of an endpoint made from here or elsewhere.
    pub(super) async fn keep_webhook_secret(
        &self,
        caller: &Caller,
        mode: KeyMode,
        secret: &Secret,
        endpoint_id: Option<&str>,
    ) -> Result<(), PaymentAccountError> {
        let shop = caller.shop;
        let sealer = self.accounts().sealer(self.config(), self.clock())?;
        let sealed = sealer.seal(self.clock(), &place("webhook_secret", shop, mode), secret);
        let mut tx = self.db().write().await?;
        if !tx.set_webhook_secret(shop, mode, &sealed, endpoint_id, self.clock().now()).await? {
            return Err(PaymentAccountError::NotFound);
        }
        let detail = serde_json::json!({ "endpoint": endpoint_id });
        self.audit(&mut tx, caller, "webhook_secret.set", mode.as_str(), detail).await?;
        Ok(tx.commit().await?)
    }

    /// Takes real money from now on: orders begun with test money stay test, their pieces become free.
    ///
    /// # Errors
    /// Refuses everybody but an owner who says so, and an account that is not ready.
    pub async fn go_live(
        &self,
        caller: &Caller,
        understands: bool,
    ) -> Result<PaymentAccountView, PaymentAccountError> {
        caller.require(Permission::Settings)?;
        if !matches!(caller.holder, Holder::Member { role: Role::Owner, .. }) {
            return Err(PaymentAccountError::OwnerOnly);
        }
        if !self.is_https() {
            return Err(PaymentAccountError::LiveNeedsHttps);
        }
        if !understands {
            return Err(PaymentAccountError::LiveNotConfirmed);
        }
        let shop = caller.shop;
        let stored = self.db().read().await?.find_payment_keys(shop, KeyMode::Live).await?;
        let Some(keys) = stored.filter(|keys| self.live_obstacles(Some(keys)).is_empty()) else {
            let stored = self.db().read().await?.find_payment_keys(shop, KeyMode::Live).await?;
            return Err(PaymentAccountError::LiveNotReady(self.live_obstacles(stored.as_ref())));
        };
        let unfinished = self.check_switch(shop, &self.accounts().open(shop, &keys)).await?;
        let now = self.clock().now();
        let mut tx = self.db().write().await?;
        self.check_still(&mut tx, shop, true, &unfinished).await?;
        if !tx.confirm_live_keys(shop, keys.version, now).await? {
            return Err(PaymentAccountError::LiveNotReady(vec![LiveObstacle::NotChecked]));
        }
        tx.reschedule_test_orders(shop, now).await?;
        let detail = serde_json::json!({ "key_hint": keys.key_hint });
        self.audit(&mut tx, caller, "payments.going_live", "live", detail).await?;
        tx.commit().await?;
        self.people().shop_changed(shop);
        tracing::warn!(shop.id = %shop, "a shop takes real money from now on");
        self.wake_payment_workers();
        self.get_payment_account(caller).await
    }

    /// What is missing before these keys may take real money.
    pub(super) fn live_obstacles(&self, live: Option<&StoredKeys>) -> Vec<LiveObstacle> {
        let is_verified = live.is_some_and(|keys| keys.verified_at.is_some());
        let has_secret = live.is_some_and(|keys| keys.webhook_secret.is_some());
        [
            (self.is_https(), LiveObstacle::NotHttps),
            (live.is_some(), LiveObstacle::NoLiveKey),
            (is_verified, LiveObstacle::NotChecked),
            (has_secret, LiveObstacle::NoWebhookSecret),
        ]
        .into_iter()
        .filter_map(|(is_there, obstacle)| (!is_there).then_some(obstacle))
        .collect()
    }

    /// A number that no earlier keys of the shop began with.
    fn first_version(&self) -> i64 {
        i64::from(u32::from_be_bytes(self.clock().random()))
    }

    fn wake_payment_workers(&self) {
        self.accounts().news.notify_one();
        self.payment_news().orders.notify_one();
    }
}

/// What a refusal of the provider means to whoever changes keys.
pub(super) fn refused(error: ProviderError) -> PaymentAccountError {
    if error.key_fault().is_some() {
        return PaymentAccountError::KeyRefused;
    }
    match error {
        ProviderError::Definite(error) | ProviderError::NotOpen(error) | ProviderError::KeyMisused(error) => {
            PaymentAccountError::ProviderRefused(error)
        }
        ProviderError::Unknown(_) | ProviderError::StoredFailure(_) => PaymentAccountError::NoAnswer,
    }
}

fn candidate(shop: ShopId, mode: KeyMode, new: &NewAccountKeys) -> AccountKeys {
    AccountKeys {
        name: AccountName::Shop(shop, mode),
        mode,
        secret_key: Some(new.secret_key.clone()),
        webhook_secrets: Vec::new(),
        connected_account: new.connected_account.clone(),
        publishable_key: None,
    }
}

fn check_input(new: &NewAccountKeys) -> Result<(KeyMode, KeyKind), Invalid> {
    let mut invalid = Invalid::default();
    let classified = classify_key(new.secret_key.reveal())
        .filter(|_| is_plain(new.secret_key.reveal()) && new.secret_key.reveal().len() > 8 + HINT_CHARS);
    if classified.is_none() {
        invalid.push("/secret_key", "unknown_key");
    }
    if new.webhook_secret.as_ref().is_some_and(|secret| !is_webhook_secret(secret)) {
        invalid.push("/webhook_secret", "unknown_secret");
    }
    if new.connected_account.as_deref().is_some_and(|account| !is_account(account)) {
        invalid.push("/connected_account", "unknown_account");
    }
    if let (Some(key), Some((mode, _))) = (&new.publishable_key, classified)
        && let Some(code) = publishable_fault(key, mode)
    {
        invalid.push("/publishable_key", code);
    }
    invalid.into_result()?;
    classified.ok_or_else(|| Invalid::field("/secret_key", "unknown_key"))
}

/// What is wrong with a key for browsers that goes with a secret key of this mode.
fn publishable_fault(key: &str, mode: KeyMode) -> Option<&'static str> {
    match publishable_mode(key) {
        Some(found) if found == mode => None,
        Some(_) => Some("key_of_other_mode"),
        None => Some("unknown_publishable_key"),
    }
}

fn is_plain(text: &str) -> bool {
    text.len() <= SECRET_CHARS_MAX && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

fn is_webhook_secret(secret: &Secret) -> bool {
    let rest = secret.reveal().strip_prefix("whsec_");
    rest.is_some_and(|rest| {
        !rest.is_empty() && rest.len() <= SECRET_CHARS_MAX && rest.bytes().all(|byte| byte.is_ascii_graphic())
    })
}

fn is_account(text: &str) -> bool {
    let rest = text.strip_prefix("acct_");
    rest.is_some_and(|rest| !rest.is_empty() && text.len() <= ACCOUNT_CHARS_MAX && is_plain(rest))
}

fn hint(key: &Secret) -> String {
    let key = key.reveal();
    key.get(key.len().saturating_sub(HINT_CHARS)..).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(key: &str, secret: Option<&str>, account: Option<&str>, expected: &[&str]) {
        let new = NewAccountKeys {
            secret_key: Secret::new(key),
            webhook_secret: secret.map(Secret::new),
            connected_account: account.map(str::to_owned),
            publishable_key: None,
        };
        let pointers: Vec<String> = match check_input(&new) {
            Ok(_) => Vec::new(),
            Err(Invalid(errors)) => errors.into_iter().map(|error| error.pointer).collect(),
        };
        assert_eq!(pointers, expected, "{key}");
    }

    #[test]
    fn keys_are_checked_before_they_are_stored() {
        check("sk_test_abcdefgh", None, None, &[]);
        check(" rk_live_abcdefgh\n", Some("whsec_abc"), Some("acct_123"), &[]);
        check(
            "pk_test_abcdefgh",
            Some("sk_test_abc"),
            Some("123"),
            &["/secret_key", "/webhook_secret", "/connected_account"],
        );
        check("sk_test_", None, None, &["/secret_key"]);
        check("sk_test_abcdefgh\r\nx-header: 1", None, None, &["/secret_key"]);
        check(&format!("sk_test_{}", "a".repeat(300)), None, None, &["/secret_key"]);
        check("sk_test_abcdefgh", Some("whsec_"), Some("acct_"), &["/webhook_secret", "/connected_account"]);
    }

    #[test]
    fn a_key_for_browsers_goes_with_a_secret_key_of_its_mode() {
        assert_eq!(publishable_fault("pk_test_abcde", KeyMode::Test), None);
        assert_eq!(publishable_fault("pk_live_abcde", KeyMode::Test), Some("key_of_other_mode"));
        assert_eq!(publishable_fault("sk_test_abcde", KeyMode::Test), Some("unknown_publishable_key"));
    }

    #[test]
    fn only_the_last_characters_of_a_key_are_told() {
        assert_eq!(hint(&Secret::new("sk_test_abcdefgh")), "efgh");
    }
}
