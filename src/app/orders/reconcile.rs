//! Compares the provider's sessions with our orders, and closes those that must not be paid.
//!
//! Webhooks are rarely, but sometimes, never made; a restored backup knows less than the provider.
//! Both heal here: at the start, and once an hour.

use chrono::{DateTime, TimeDelta, Utc};

use super::settle::{LEASE_SECS, Learnt};
use crate::app::App;
use crate::domain::payment_account::AccountName;
use crate::domain::transition::{Decision, Fact, decide};
use crate::payments::{Provider, ProviderError, Session, SessionStatus};
use crate::storage::{self, StraySession};

/// Pause between two comparisons.
const PAUSE_MINUTES: i64 = 60;
/// How far each comparison goes back before the last one; sessions may end an hour after they began.
const OVERLAP_MINUTES: i64 = 60;
/// How far the first comparison goes back: no session lives longer.
const FIRST_HOURS: i64 = 24;
/// Pages of 100 sessions in one comparison; with more, the next one begins where this one began.
const PAGES_MAX: usize = 1_000;
/// Accounts that are read at a time.
const ACCOUNTS_BATCH: i64 = 100;
/// How often a stray session that waits for its money is looked at.
const LOOK_STRAY_HOURS: i64 = 6;
/// When a stray session is given up: delayed payments settle or fail within two weeks.
const STRAY_DAYS: i64 = 30;

impl App {
    /// Compares the sessions of all accounts with orders; tells when that is next due.
    ///
    /// # Errors
    /// When the database fails; a provider that fails is asked again a minute later.
    pub async fn reconcile_sessions(&self) -> storage::Result<Option<DateTime<Utc>>> {
        let mut next = self.reconcile_account(AccountName::Installation, self.provider()).await?;
        let mut after = None;
        loop {
            let mut tx = self.db().read().await?;
            let accounts = tx.list_active_payment_accounts(after, ACCOUNTS_BATCH).await?;
            drop(tx);
            let Some(&(last, _)) = accounts.last() else { return Ok(Some(next)) };
            after = Some(last);
            for (shop, mode) in accounts {
                let name = AccountName::Shop(shop, mode);
                if let Some(provider) = self.provider_named(name).await?.filter(|it| it.is_usable()) {
                    next = next.min(self.reconcile_account(name, &provider).await?);
                }
            }
        }
    }

    /// Compares the sessions of one account; tells when that is next due.
    async fn reconcile_account(
        &self,
        account: AccountName,
        provider: &Provider,
    ) -> storage::Result<DateTime<Utc>> {
        let now = self.clock().now();
        let scope = match account {
            AccountName::Installation if provider.is_live() => format!("{}:live", provider.mode()),
            AccountName::Installation => format!("{}:test", provider.mode()),
            AccountName::Shop(..) => account.to_string(),
        };
        let mut tx = self.db().read().await?;
        let listed_until = tx.find_listed_until(&scope).await?;
        drop(tx);
        let overlap = TimeDelta::minutes(OVERLAP_MINUTES);
        let since = listed_until.map_or(now - TimeDelta::hours(FIRST_HOURS), |until| until - overlap);
        match self.reconcile(account, provider, since).await {
            Ok(true) => {
                let mut tx = self.db().write().await?;
                tx.put_listed_until(&scope, now).await?;
                tx.commit().await?;
                Ok(now + TimeDelta::minutes(PAUSE_MINUTES))
            }
            Ok(false) => {
                tracing::error!("the provider has more sessions than one comparison looks at");
                Ok(now + TimeDelta::minutes(PAUSE_MINUTES))
            }
            Err(ReconcileError::Storage(error)) => Err(error),
            Err(ReconcileError::Provider(error)) => {
                tracing::warn!(%error, "sessions cannot be compared with orders at the moment");
                Ok(now + TimeDelta::minutes(1))
            }
        }
    }

    /// Compares all sessions made since a time. False when there are too many.
    async fn reconcile(
        &self,
        account: AccountName,
        provider: &Provider,
        since: DateTime<Utc>,
    ) -> Result<bool, ReconcileError> {
        let mut after: Option<String> = None;
        for _ in 0..PAGES_MAX {
            let page = provider.list_sessions(since.timestamp(), after.as_deref()).await?;
            after = page.sessions.last().map(|session| session.id.clone());
            // A shop's account speaks of its own sales only, whatever else it lists.
            let is_own = |session: &&Session| match account {
                AccountName::Installation => true,
                AccountName::Shop(shop, _) => session.shop == Some(shop),
            };
            for session in page.sessions.iter().filter(is_own) {
                self.reconcile_session(provider, session).await?;
            }
            if !page.has_more || after.is_none() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    async fn reconcile_session(&self, provider: &Provider, session: &Session) -> storage::Result<()> {
        // Another program may use the same account.
        let (Some(id), Some(shop)) = (session.order, session.shop) else { return Ok(()) };
        let mut tx = self.db().read().await?;
        if tx.find_shop(shop).await?.is_none() {
            return Ok(());
        }
        let order = tx.find_order(shop, id).await?;
        drop(tx);
        let fact = session.fact();
        let Some(order) = order else {
            return match fact {
                Some(Fact::SessionOpen) => {
                    tracing::error!(session.id, order.id = %id, "an unknown order's session is closed");
                    self.add_stray(provider, session).await
                }
                Some(Fact::SessionPaid | Fact::SessionPending) => {
                    tracing::error!(session.id, order.id = %id, "an unknown order was paid; look at the provider");
                    self.alarms().unknown_paid_session();
                    Ok(())
                }
                _ => Ok(()),
            };
        };
        let is_own = order.session_id.as_ref().is_none_or(|own| *own == session.id);
        let is_news = fact.is_some_and(|fact| decide(order.status, fact) != Decision::Stay);
        let is_over = !order.status.holds_stock() && fact == Some(Fact::SessionOpen);
        if is_own && is_over {
            tracing::warn!(order.id = %id, session.id, "an order is over but its session could be paid");
            return self.add_stray(provider, session).await;
        }
        // A list is older than its answer: a session that was open may have been paid meanwhile,
        // which changes nothing, because an open one moves only an order that knew of none.
        if is_news || !is_own {
            self.apply(id, Learnt::from_session(session)).await?;
        }
        Ok(())
    }

    async fn add_stray(&self, provider: &Provider, session: &Session) -> storage::Result<()> {
        let Some(shop_id) = session.shop else { return Ok(()) };
        let now = self.clock().now();
        let mut tx = self.db().write().await?;
        tx.insert_stray_session(&StraySession {
            session_id: session.id.clone(),
            shop_id,
            order_id: session.order,
            provider: provider.mode(),
            next_action_at: now,
            created_at: now,
        })
        .await?;
        tx.commit().await?;
        self.payment_news().wake_for_leftovers();
        Ok(())
    }

    /// Closes the stray sessions whose time has come; tells when the next one's has.
    pub(super) async fn attend_due_strays(&self) -> storage::Result<Option<DateTime<Utc>>> {
        const BATCH: i64 = 32;
        let mut tx = self.db().read().await?;
        let due = tx.list_due_stray_sessions(self.clock().now(), BATCH).await?;
        drop(tx);
        for stray in due {
            let until = self.clock().now() + TimeDelta::seconds(LEASE_SECS);
            let mut tx = self.db().write().await?;
            let is_ours = tx.claim_stray_session(&stray, until).await?;
            tx.commit().await?;
            if is_ours {
                self.attend_stray(StraySession { next_action_at: until, ..stray }).await?;
            }
        }
        let mut tx = self.db().read().await?;
        tx.find_next_stray_action().await
    }

    async fn attend_stray(&self, stray: StraySession) -> storage::Result<()> {
        let now = self.clock().now();
        let provider = self.provider_of(stray.shop_id).await?;
        if stray.provider != provider.mode() {
            // Of a provider that is not configured any more nobody can close anything.
            return self.end_stray(&stray, Some(now + TimeDelta::hours(LOOK_STRAY_HOURS))).await;
        }
        let answer = match provider.expire_session(&stray.session_id).await {
            Err(ProviderError::NotOpen(_)) => provider.retrieve_session(&stray.session_id).await,
            answer => answer,
        };
        let session = match answer {
            Ok(session) => session,
            Err(error) => {
                tracing::warn!(session.id = stray.session_id, %error, "a stray session cannot be closed yet");
                return self.end_stray(&stray, Some(now + TimeDelta::minutes(1))).await;
            }
        };
        let fact = session.fact();
        if let (Some(order), Some(Fact::SessionPaid)) = (stray.order_id, fact) {
            self.apply(order, Learnt::from_session(&session)).await?;
        }
        let waits = session.status != SessionStatus::Expired && fact != Some(Fact::SessionPaid);
        self.end_stray(&stray, waits.then(|| now + TimeDelta::hours(LOOK_STRAY_HOURS))).await
    }

    /// Looks at a stray session again later, or forgets it.
    async fn end_stray(&self, stray: &StraySession, again: Option<DateTime<Utc>>) -> storage::Result<()> {
        let mut tx = self.db().write().await?;
        match again.filter(|at| *at < stray.created_at + TimeDelta::days(STRAY_DAYS)) {
            Some(at) => drop(tx.claim_stray_session(stray, at).await?),
            None => tx.delete_stray_session(&stray.session_id).await?,
        }
        tx.commit().await
    }
}

/// Why sessions could not be compared with orders.
#[derive(Debug, thiserror::Error)]
enum ReconcileError {
    #[error(transparent)]
    Storage(#[from] storage::Error),
    #[error(transparent)]
    Provider(#[from] ProviderError),
}
