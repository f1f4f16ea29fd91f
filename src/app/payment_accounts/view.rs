//! How a shop's money is taken, as members see it.

use chrono::{DateTime, Utc};

use super::{PaymentAccountError, active_name};
use crate::app::{App, Caller};
use crate::domain::member::Permission;
use crate::domain::payment_account::{
    AccountName, KeyMode, KeySource, KeysView, PauseView, PaymentAccountView, PaymentWarning,
};
use crate::domain::show::PaymentsMode;
use crate::storage::{self, StoredKeys};

impl App {
    /// How the money of the caller's shop is taken; the keys only for those who may change them.
    ///
    /// # Errors
    /// When the caller is no member with a part in shows.
    pub async fn get_payment_account(
        &self,
        caller: &Caller,
    ) -> Result<PaymentAccountView, PaymentAccountError> {
        caller.require(Permission::Moderate).or_else(|_| caller.require(Permission::Settings))?;
        let shop = caller.shop;
        let mut tx = self.db().read().await?;
        let stored = tx.list_payment_keys(shop).await?;
        let active = tx.find_active_payment_keys(shop).await?;
        let name = active_name(shop, active.as_ref());
        let pause = tx.find_payment_pause(&name.to_string()).await?;
        drop(tx);
        let provider = match &active {
            Some(stored) => self.accounts().open(shop, stored),
            None => std::sync::Arc::clone(self.provider()),
        };
        let source = match (name, provider.mode()) {
            (AccountName::Shop(..), _) => KeySource::Shop,
            (AccountName::Installation, PaymentsMode::Sandbox) => KeySource::Sandbox,
            (AccountName::Installation, PaymentsMode::Stripe) => KeySource::Installation,
        };
        let sees_keys = caller.permissions().contains(&Permission::Settings);
        let mut keys = Vec::new();
        for stored in stored.iter().filter(|_| sees_keys) {
            let is_active = name == AccountName::Shop(shop, stored.mode);
            let account = AccountName::Shop(shop, stored.mode);
            let last_event_at = self.last_event_at(account, stored.connected_account.as_deref()).await?;
            keys.push(keys_view(stored, is_active, last_event_at));
        }
        let live = stored.iter().find(|keys| keys.mode == KeyMode::Live);
        let is_open = provider.is_usable();
        let warnings = [
            (source == KeySource::Sandbox && self.is_https(), PaymentWarning::SandboxInPublic),
            (!is_open, PaymentWarning::KeyUnreadable),
        ];
        Ok(PaymentAccountView {
            source,
            payments: provider.mode(),
            is_live: provider.is_live(),
            pause: pause.map(|pause| PauseView {
                reason: pause.reason,
                since: pause.since,
                next_attempt_at: pause.next_attempt_at,
            }),
            warnings: warnings.into_iter().filter_map(|(is_so, warning)| is_so.then_some(warning)).collect(),
            webhook_url: self.webhook_url(AccountName::Shop(shop, KeyMode::Test)),
            can_store_keys: crate::payments::seal::Sealer::is_possible(self.config()),
            live_obstacles: if provider.is_live() { Vec::new() } else { self.live_obstacles(live) },
            keys,
        })
    }

    /// When the last event of an account arrived with a good signature.
    pub(super) async fn last_event_at(
        &self,
        name: AccountName,
        connected: Option<&str>,
    ) -> storage::Result<Option<DateTime<Utc>>> {
        let account = event_account(name, None);
        let with_connected = event_account(name, connected);
        self.db().read().await?.find_last_provider_event(&account, &with_connected).await
    }
}

/// How the events of an account are filed, so that those of two accounts never meet.
pub(in crate::app) fn event_account(name: AccountName, connected: Option<&str>) -> String {
    match (name, connected) {
        (AccountName::Installation, connected) => connected.unwrap_or_default().to_owned(),
        (name, None) => name.to_string(),
        (name, Some(connected)) => format!("{name}/{connected}"),
    }
}

/// The account and the connected one that [`event_account`] wrote.
pub(in crate::app) fn read_event_account(text: &str) -> (AccountName, Option<&str>) {
    let (name, connected) = match text.split_once('/') {
        Some((name, connected)) => (name, Some(connected)),
        None => (text, None),
    };
    match AccountName::parse(name) {
        Some(name @ AccountName::Shop(..)) => (name, connected),
        _ => (AccountName::Installation, Some(text).filter(|text| !text.is_empty())),
    }
}

fn keys_view(stored: &StoredKeys, is_active: bool, last_event_at: Option<DateTime<Utc>>) -> KeysView {
    KeysView {
        mode: stored.mode,
        kind: stored.kind,
        key_hint: stored.key_hint.clone(),
        connected_account: stored.connected_account.clone(),
        publishable_key: stored.publishable_key.clone(),
        has_webhook_secret: stored.webhook_secret.is_some(),
        has_previous_webhook_secret: stored.previous_webhook_secret.is_some(),
        verified_at: stored.verified_at,
        live_confirmed_at: stored.live_confirmed_at,
        last_event_at,
        is_active,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_filed_by_account() {
        let shop = AccountName::Shop(uuid::Uuid::from_u128(7).into(), KeyMode::Live);
        for (name, connected) in [
            (AccountName::Installation, None),
            (AccountName::Installation, Some("acct_1")),
            (shop, None),
            (shop, Some("acct_1")),
        ] {
            let filed = event_account(name, connected);
            assert_eq!(read_event_account(&filed), (name, connected), "{filed}");
        }
    }
}
