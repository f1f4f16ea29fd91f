//! The check of an account, step by step, and the endpoint that is made for it.

use super::keys::refused;
use super::{PaymentAccountError, active_name};
use crate::app::{App, Caller};
use crate::domain::ids::ShopId;
use crate::domain::member::Permission;
use crate::domain::money::Currency;
use crate::domain::payment_account::{
    AccountName, CheckName, CheckOutcome, CheckReport, Finding, FindingCode, KeyMode, PaymentAccountView,
};
use crate::payments::checks::Needs;
use crate::payments::{PAUSE_RETRY_SECS, Provider};
use crate::storage::{self, PaymentPause, StoredKeys};

/// What is checked.
struct Checked {
    name: AccountName,
    stored: Option<StoredKeys>,
    provider: std::sync::Arc<Provider>,
    is_active: bool,
}

impl App {
    /// Looks whether an account can take money: the one in use, or the shop's keys of one mode.
    ///
    /// # Errors
    /// When the caller may not change settings, checks too often, or there are no such keys.
    pub async fn check_payment_account(
        &self,
        caller: &Caller,
        mode: Option<KeyMode>,
    ) -> Result<CheckReport, PaymentAccountError> {
        caller.require(Permission::Settings)?;
        let (shop, now) = (caller.shop, self.clock().now());
        self.accounts().checks.take(shop, now).map_err(PaymentAccountError::RateLimited)?;
        let checked = self.find_checked(shop, mode).await?;
        let currency = self.db().read().await?.find_shop(shop).await?;
        let currency = currency.map_or(Currency::EUR, |shop| shop.currency);
        let webhook_url = self.webhook_url(checked.name);
        let mut findings = vec![key_finding(&checked)];
        if checked.provider.is_usable() {
            findings.extend(checked.provider.inspect(Needs { currency, webhook_url: &webhook_url }).await);
        } else {
            let others = CheckName::ALL.iter().filter(|check| **check != CheckName::Key);
            findings.extend(others.map(|check| Finding::new(*check, FindingCode::NotReached)));
        }
        self.look_at_own(shop, &checked, &mut findings).await?;
        findings.sort_by_key(|finding| finding.check);
        let is_passed = findings.iter().all(|finding| finding.outcome != CheckOutcome::Failed);
        self.settle_check(shop, &checked, &findings, is_passed).await?;
        let mode = if checked.provider.is_live() { KeyMode::Live } else { KeyMode::Test };
        Ok(CheckReport { mode, at: now, is_passed, findings })
    }

    /// Has the provider send a shop's events here, and stores the secret that signs them.
    ///
    /// # Errors
    /// When the provider refuses, such as an address that it cannot reach, or does not answer.
    pub async fn create_webhook_endpoint(
        &self,
        caller: &Caller,
        mode: KeyMode,
    ) -> Result<PaymentAccountView, PaymentAccountError> {
        caller.require(Permission::Settings)?;
        self.accounts()
            .checks
            .take(caller.shop, self.clock().now())
            .map_err(PaymentAccountError::RateLimited)?;
        let name = AccountName::Shop(caller.shop, mode);
        let provider = self.provider_named(name).await?.ok_or(PaymentAccountError::NotFound)?;
        let connect = provider.connected_account().is_some();
        let made = provider.create_endpoint(&self.webhook_url(name), connect).await.map_err(refused)?;
        self.keep_webhook_secret(caller, mode, &made.secret, Some(&made.id)).await?;
        self.get_payment_account(caller).await
    }

    /// Where the provider sends the events of an account.
    pub(super) fn webhook_url(&self, name: AccountName) -> String {
        let base = format!("{}/api/v1/webhooks/stripe", self.public_url());
        match name {
            AccountName::Installation => base,
            AccountName::Shop(shop, _) => format!("{base}/{shop}"),
        }
    }

    async fn find_checked(
        &self,
        shop: ShopId,
        mode: Option<KeyMode>,
    ) -> Result<Checked, PaymentAccountError> {
        let mut tx = self.db().read().await?;
        let active = tx.find_active_payment_keys(shop).await?;
        let active_name = active_name(shop, active.as_ref());
        let stored = match mode {
            Some(mode) => Some(tx.find_payment_keys(shop, mode).await?.ok_or(PaymentAccountError::NotFound)?),
            None => active,
        };
        drop(tx);
        let name = super::active_name(shop, stored.as_ref());
        let provider = match &stored {
            Some(stored) => self.accounts().open(shop, stored),
            None => std::sync::Arc::clone(self.provider()),
        };
        Ok(Checked { name, stored, provider, is_active: name == active_name })
    }

    /// Adds what only this server knows: the signing secret, the last event, the key for browsers.
    async fn look_at_own(
        &self,
        shop: ShopId,
        checked: &Checked,
        findings: &mut Vec<Finding>,
    ) -> storage::Result<()> {
        if !checked.provider.is_usable() {
            return Ok(());
        }
        let has_secret = !checked.provider.webhook_secrets().is_empty();
        let secret = if has_secret { FindingCode::Fine } else { FindingCode::SecretMissing };
        findings.push(Finding::new(CheckName::WebhookSecret, secret));
        let last_event = self.last_event_at(checked.name, checked.provider.connected_account()).await?;
        let last_refused = match checked.stored {
            Some(_) => self.db().read().await?.find_refused_signature(shop).await?,
            None => None,
        };
        let code = match (last_event, last_refused) {
            (event, Some(refused)) if event.is_none_or(|at| at < refused) => FindingCode::SignatureRefused,
            (None, _) => FindingCode::NoEventYet,
            (Some(_), _) => FindingCode::Fine,
        };
        let at = last_event.map(|at| at.to_rfc3339_opts(chrono::SecondsFormat::Millis, true));
        findings.push(Finding::new(CheckName::LastEvent, code).with(at));
        let can_embed = checked.provider.can_embed();
        let embedding = if can_embed { FindingCode::Fine } else { FindingCode::PublishableKeyMissing };
        findings.push(Finding::new(CheckName::Embedding, embedding));
        Ok(())
    }

    /// Writes down how a check ended and pauses or resumes what depends on it.
    async fn settle_check(
        &self,
        shop: ShopId,
        checked: &Checked,
        findings: &[Finding],
        is_passed: bool,
    ) -> storage::Result<()> {
        let now = self.clock().now();
        let account = checked.name.to_string();
        if let Some(stored) = &checked.stored {
            let mut tx = self.db().write().await?;
            let verified_at = is_passed.then_some(now);
            tx.set_payment_keys_verified(shop, stored.mode, stored.version, verified_at).await?;
            tx.commit().await?;
        }
        let accepted = findings.iter().find(|finding| finding.check == CheckName::Accepted);
        let code = accepted.map_or(FindingCode::NotReached, |finding| finding.code);
        match (code, code.pause_reason()) {
            (FindingCode::Fine, _) => self.resume_account(&account).await,
            // Keys that are not in use have nothing to pause.
            (_, Some(reason)) if checked.is_active => {
                let next_attempt_at = now + chrono::TimeDelta::seconds(PAUSE_RETRY_SECS);
                let mut tx = self.db().write().await?;
                tx.pause_payments(&PaymentPause { account, reason, since: now, next_attempt_at }).await?;
                tx.commit().await
            }
            _ => Ok(()),
        }
    }
}

fn key_finding(checked: &Checked) -> Finding {
    let code = if checked.provider.is_usable() { FindingCode::Fine } else { FindingCode::KeyUnreadable };
    let mode = if checked.provider.is_live() { KeyMode::Live } else { KeyMode::Test };
    Finding::new(CheckName::Key, code).with([mode.to_string()])
}
