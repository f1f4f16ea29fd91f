//! Compares the provider's sessions with our orders, and closes those that must not be paid.
//!
//! Webhooks are rarely, but sometimes, never made; a restored backup knows less than the provider.
//! Both heal here: at the start, and once an hour. Of several nodes one does it.

use chrono::{DateTime, TimeDelta, Utc};

use super::settle::{LEASE_SECS, Learnt};
use crate::app::App;
use crate::domain::payment_account::AccountName;
use crate::domain::transition::{Decision, Fact, decide};
use crate::payments::{Provider, ProviderError, Session, SessionStatus};
use crate::storage::{self, StraySession, Tx};

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
/// How long a node has for one page of sessions before another node may begin anew, which costs
/// nothing but the reading.
const PAGE_LEASE_SECS: i64 = 60;
/// How much of it has to be used up before it is worth a write to prolong it.
const RENEW_SECS: i64 = 20;
/// When a stray session is given up: delayed payments settle or fail within two weeks.
const STRAY_DAYS: i64 = 30;

impl App {
    /// Compares the sessions of all accounts with orders, whenever that was done last.
    ///
    /// # Errors
    /// When the database fails; a provider that fails is left for later.
    pub async fn reconcile_sessions(&self) -> storage::Result<()> {
        self.reconcile_accounts(Turn::Anyway).await.map(drop)
    }

    /// Compares where no node did for an hour, nor since this one began; tells when to look again.
    pub(super) async fn reconcile_in_turn(&self) -> storage::Result<Option<DateTime<Utc>>> {
        self.reconcile_accounts(Turn::WhenDue).await.map(Some)
    }

    async fn reconcile_accounts(&self, turn: Turn) -> storage::Result<DateTime<Utc>> {
        let mut next = self.reconcile_account(AccountName::Installation, self.provider(), turn).await?;
        let mut after = None;
        loop {
            let mut tx = self.db().read().await?;
            let accounts = tx.list_active_payment_accounts(after, ACCOUNTS_BATCH).await?;
            drop(tx);
            let Some(&(last, _)) = accounts.last() else { return Ok(next) };
            after = Some(last);
            for (shop, mode) in accounts {
                let name = AccountName::Shop(shop, mode);
                if let Some(provider) = self.provider_named(name).await?.filter(|it| it.is_usable()) {
                    next = next.min(self.reconcile_account(name, &provider, turn).await?);
                }
            }
        }
    }

    /// Compares the sessions of one account; tells when to look again.
    async fn reconcile_account(
        &self,
        account: AccountName,
        provider: &Provider,
        turn: Turn,
    ) -> storage::Result<DateTime<Utc>> {
        let now = self.clock().now();
        let scope = match account {
            AccountName::Installation if provider.is_live() => format!("{}:live", provider.mode()),
            AccountName::Installation => format!("{}:test", provider.mode()),
            AccountName::Shop(..) => account.to_string(),
        };
        let pause = TimeDelta::minutes(PAUSE_MINUTES);
        let (mut lease, listed_until) = match turn {
            Turn::Anyway => (None, self.db().read().await?.find_listed_until(&scope).await?),
            Turn::WhenDue => match Lease::take(self, &scope).await? {
                Taken::Ours(lease, listed_until) => (Some(lease), listed_until),
                Taken::Later(at) => return Ok(at),
            },
        };
        let overlap = TimeDelta::minutes(OVERLAP_MINUTES);
        // A backup from before the first comparison may be older than any session.
        let first = now - TimeDelta::hours(FIRST_HOURS);
        let first = self.lost_time().map_or(first, |lost| first.min(lost.begin()));
        let since = listed_until.map_or(first, |until| until - overlap);
        let compared = self.reconcile(account, provider, since, &mut lease).await;
        let mut tx = self.db().write().await?;
        if let Some(lease) = lease {
            lease.give_back(&mut tx, self.clock().now()).await?;
        }
        let next = match compared {
            Ok(true) => {
                tx.put_listed_until(&scope, now).await?;
                Ok(now + pause)
            }
            Ok(false) => {
                tracing::error!("the provider has more sessions than one comparison looks at");
                Ok(now + pause)
            }
            Err(ReconcileError::Storage(error)) => Err(error),
            Err(ReconcileError::Provider(error)) => {
                tracing::warn!(%error, "sessions cannot be compared with orders at the moment");
                Ok(now + TimeDelta::minutes(1))
            }
        };
        tx.commit().await?;
        next
    }

    /// Compares all sessions made since a time. False when there are too many.
    async fn reconcile(
        &self,
        account: AccountName,
        provider: &Provider,
        since: DateTime<Utc>,
        lease: &mut Option<Lease>,
    ) -> Result<bool, ReconcileError> {
        let mut after: Option<String> = None;
        for _ in 0..PAGES_MAX {
            if let Some(lease) = lease {
                lease.renew(self).await?;
            }
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

    async fn reconcile_session(&self, provider: &Provider, session: &Session) -> Result<(), ReconcileError> {
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
                    Ok(self.add_stray(provider, session).await?)
                }
                Some(Fact::SessionPaid | Fact::SessionPending) => {
                    if self.bring_back(provider, session).await? {
                        return Ok(());
                    }
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
            return Ok(self.add_stray(provider, session).await?);
        }
        // A list is older than its answer: a session that was open may have been paid meanwhile,
        // which changes nothing, because an open one moves only an order that knew of none.
        if is_news || !is_own {
            self.apply(id, Learnt::from_session(session)).await?;
        }
        Ok(())
    }

    pub(super) async fn add_stray(&self, provider: &Provider, session: &Session) -> storage::Result<()> {
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
            let known = self.apply(order, Learnt::from_session(&session)).await?;
            match if known.is_none() { self.bring_back(&provider, &session).await } else { Ok(true) } {
                Ok(_) => {}
                Err(ReconcileError::Storage(error)) => return Err(error),
                Err(ReconcileError::Provider(error)) => {
                    tracing::warn!(session.id = stray.session_id, %error, "a lost order has to wait");
                    return self.end_stray(&stray, Some(now + TimeDelta::minutes(1))).await;
                }
            }
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

/// Whether a comparison waits for its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Turn {
    WhenDue,
    Anyway,
}

/// What came of the wish to compare.
enum Taken {
    /// It is this node's turn; the lists were compared until then.
    Ours(Lease, Option<DateTime<Utc>>),
    /// It is another's, or nobody's yet; look again then.
    Later(DateTime<Utc>),
}

/// The right to compare an account's sessions.
struct Lease {
    name: String,
    until: DateTime<Utc>,
}

impl Lease {
    /// Takes it from the other nodes, when none compared for an hour nor since this one began.
    async fn take(app: &App, scope: &str) -> storage::Result<Taken> {
        let now = app.clock().now();
        let until = now + TimeDelta::seconds(PAGE_LEASE_SECS);
        let lease = Self { name: format!("reconciliation {scope}"), until };
        let mut tx = app.db().write().await?;
        if !tx.take_lease(&lease.name, now, until).await? {
            return Ok(Taken::Later(now + TimeDelta::minutes(1)));
        }
        // Read while the lease keeps others out; whoever had it before has written by now.
        let listed_until = tx.find_listed_until(scope).await?;
        let next = listed_until.map(|until| until + TimeDelta::minutes(PAUSE_MINUTES));
        if let Some(next) = next.filter(|next| *next > now)
            && listed_until.is_some_and(|until| until > app.started_at())
        {
            return Ok(Taken::Later(next));
        }
        tx.commit().await?;
        Ok(Taken::Ours(lease, listed_until))
    }

    /// Goes on for another page.
    async fn renew(&mut self, app: &App) -> storage::Result<()> {
        let until = app.clock().now() + TimeDelta::seconds(PAGE_LEASE_SECS);
        if until - self.until < TimeDelta::seconds(RENEW_SECS) {
            return Ok(());
        }
        let mut tx = app.db().write().await?;
        tx.move_lease(&self.name, self.until, until).await?;
        tx.commit().await?;
        self.until = until;
        Ok(())
    }

    async fn give_back(&self, tx: &mut Tx, now: DateTime<Utc>) -> storage::Result<()> {
        tx.move_lease(&self.name, self.until, now).await.map(drop)
    }
}

/// Why sessions could not be compared with orders.
#[derive(Debug, thiserror::Error)]
pub(super) enum ReconcileError {
    #[error(transparent)]
    Storage(#[from] storage::Error),
    #[error(transparent)]
    Provider(#[from] ProviderError),
}
