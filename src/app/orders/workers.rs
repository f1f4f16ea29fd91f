//! Goes on with what a request, a crash or an outage left half-way.
//!
//! Each worker is one loop: do what is due, ask when the next thing is, wait for that or for news.
//! Invariant: what is left to do stands in the database, so another process can go on with it.

use std::future::Future;

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::{FutureExt, StreamExt};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::settle::LEASE_SECS;
use crate::app::App;
use crate::storage::{self, DueOrder};

/// Orders of one round.
const ORDERS_BATCH: i64 = 64;
/// Orders attended to at a time; what each waits for is the provider.
const ORDERS_AT_ONCE: usize = 8;
/// The longest a worker waits before it looks again, for what other nodes wrote.
const WAIT_SECS_MAX: i64 = 30;
/// How long a worker waits after a failure of the database.
const WAIT_SECS_FAILED: i64 = 2;

/// What wakes the workers.
#[derive(Debug, Default)]
pub(crate) struct News {
    /// An order waits.
    pub orders: Notify,
    /// A stray session waits.
    pub strays: Notify,
    /// A refund waits.
    pub refunds: Notify,
    /// What the last check of the books found.
    pub alarms: super::Alarms,
}

impl News {
    /// Wakes whoever deals with what a session leaves beside its order.
    pub fn wake_for_leftovers(&self) {
        self.strays.notify_one();
        self.refunds.notify_one();
    }
}

/// Runs all background work around payments until it is cancelled; a step begun is finished.
pub async fn run_payment_workers(app: App, cancel: CancellationToken) {
    let news = app.payment_news();
    let orders = repeat(&app, &cancel, || app.attend_due_orders(), || news.orders.notified());
    let strays = repeat(&app, &cancel, || app.attend_due_strays(), || news.strays.notified());
    let refunds = repeat(&app, &cancel, || app.attend_due_refunds(), || news.refunds.notified());
    let events = repeat(&app, &cancel, || app.handle_due_events(), std::future::pending);
    let pauses = repeat(&app, &cancel, || app.retry_paused_accounts(), || app.accounts().news.notified());
    let comparison = repeat_on_time(&app, &cancel, || app.reconcile_in_turn());
    let audit = repeat_on_time(&app, &cancel, || app.audit_books());
    let ours = async { tokio::join!(orders, strays, refunds, events, pauses, comparison, audit) }.boxed();
    match app.provider().sandbox() {
        Some(sandbox) => {
            let delivery = repeat(&app, &cancel, || sandbox.deliver_due(), || sandbox.wait_for_news());
            let expiry = repeat(&app, &cancel, || sandbox.expire_due(), std::future::pending);
            tokio::join!(ours, delivery, expiry);
        }
        None => {
            ours.await;
        }
    }
}

/// Does all work around payments that is due now, once; [`run_payment_workers`] repeats it.
///
/// # Errors
/// When the database fails; what was not done stays due.
pub async fn do_due_payment_work(app: &App) -> storage::Result<()> {
    app.handle_due_events().await?;
    app.attend_due_orders().await?;
    app.attend_due_strays().await?;
    app.attend_due_refunds().await?;
    Ok(())
}

/// Does a round whenever the last one said that something is due, and for what other nodes wrote.
async fn repeat<R, N>(app: &App, cancel: &CancellationToken, round: impl Fn() -> R, news: impl Fn() -> N)
where
    R: Future<Output = storage::Result<Option<DateTime<Utc>>>>,
    N: Future<Output = ()>,
{
    repeat_within(TimeDelta::seconds(WAIT_SECS_MAX), app, cancel, round, news).await;
}

/// Does a round at the start and then exactly when the last one said.
async fn repeat_on_time<R>(app: &App, cancel: &CancellationToken, round: impl Fn() -> R)
where
    R: Future<Output = storage::Result<Option<DateTime<Utc>>>>,
{
    repeat_within(TimeDelta::days(1), app, cancel, round, std::future::pending).await;
}

async fn repeat_within<R, N>(
    longest: TimeDelta,
    app: &App,
    cancel: &CancellationToken,
    round: impl Fn() -> R,
    news: impl Fn() -> N,
) where
    R: Future<Output = storage::Result<Option<DateTime<Utc>>>>,
    N: Future<Output = ()>,
{
    let mut has_failed = false;
    while !cancel.is_cancelled() {
        let next = round().await;
        let now = app.clock().now();
        let latest = now + longest;
        let until = match next {
            Ok(next) => {
                has_failed = false;
                next.map_or(latest, |at| at.min(latest))
            }
            Err(error) => {
                if !std::mem::replace(&mut has_failed, true) {
                    tracing::warn!(error = &error as &dyn std::error::Error, "a payment worker has to wait");
                }
                now + TimeDelta::seconds(WAIT_SECS_FAILED)
            }
        };
        tokio::select! {
            () = cancel.cancelled() => {}
            () = news() => {}
            () = app.clock().sleep_until(until) => {}
        }
    }
}

impl App {
    /// Attends to the orders whose time has come; tells when the next one's has.
    async fn attend_due_orders(&self) -> storage::Result<Option<DateTime<Utc>>> {
        let mut tx = self.db().read().await?;
        let due = tx.list_due_orders(self.clock().now(), ORDERS_BATCH).await?;
        drop(tx);
        futures_util::stream::iter(due)
            .for_each_concurrent(ORDERS_AT_ONCE, |due| async move {
                if let Err(error) = self.attend_due(due).await {
                    let error = &error as &dyn std::error::Error;
                    tracing::warn!(order.id = %due.id, error, "an order has to wait");
                }
            })
            .await;
        let mut tx = self.db().read().await?;
        tx.find_next_order_action().await
    }

    /// Takes an order from the other nodes for a while and attends to it.
    async fn attend_due(&self, due: DueOrder) -> storage::Result<()> {
        let until = self.clock().now() + TimeDelta::seconds(LEASE_SECS);
        let mut tx = self.db().write().await?;
        let is_ours = tx.claim_due_order(due, until).await?;
        tx.commit().await?;
        if is_ours { self.attend(due.id).await } else { Ok(()) }
    }
}
