//! Checks once a minute that the books agree, and raises an alarm when they do not.

use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, TimeDelta, Utc};

use crate::app::App;
use crate::storage::{self, Overdue, StockBreach};

/// Breaches that one check reports; the first ones tell what is wrong.
const BREACHES_MAX: i64 = 100;
/// Pause between two checks.
const PAUSE_SECS: i64 = 60;
/// How late work may be; outages of the provider are retried at least once a minute.
const LATE_MINUTES: i64 = 10;

/// What the last check found; all zero, unless something is wrong. Read by `/metrics`.
#[derive(Debug, Default)]
pub struct Alarms {
    /// Variants whose counters disagree with their orders.
    stock_breaches: AtomicI64,
    /// Orders whose worker is late.
    orders_overdue: AtomicI64,
    /// Refunds whose worker is late.
    refunds_overdue: AtomicI64,
    /// Provider events whose worker is late.
    events_overdue: AtomicI64,
    /// Paid sessions of unknown orders, since the start.
    unknown_paid_sessions: AtomicI64,
    /// Withdrawals whose money should have gone back.
    withdrawals_overdue: AtomicI64,
}

impl Alarms {
    /// Names and values for the metrics page.
    #[must_use]
    pub fn gauges(&self) -> [(&'static str, u64); 6] {
        let read = |gauge: &AtomicI64| u64::try_from(gauge.load(Ordering::Relaxed)).unwrap_or_default();
        [
            ("stock_breaches", read(&self.stock_breaches)),
            ("orders_overdue", read(&self.orders_overdue)),
            ("refunds_overdue", read(&self.refunds_overdue)),
            ("provider_events_overdue", read(&self.events_overdue)),
            ("unknown_paid_sessions", read(&self.unknown_paid_sessions)),
            ("withdrawals_overdue", read(&self.withdrawals_overdue)),
        ]
    }

    pub(super) fn unknown_paid_session(&self) {
        self.unknown_paid_sessions.fetch_add(1, Ordering::Relaxed);
    }
}

impl App {
    /// What the last check of the books found.
    #[must_use]
    pub fn alarms(&self) -> &Alarms {
        &self.payment_news().alarms
    }

    /// Variants whose counters disagree with their orders; none, unless there is a bug.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn audit_stock(&self) -> storage::Result<Vec<StockBreach>> {
        let mut tx = self.db().read().await?;
        tx.list_stock_breaches(BREACHES_MAX).await
    }

    /// Checks the books; tells when the next check is due.
    pub(super) async fn audit_books(&self) -> storage::Result<Option<DateTime<Utc>>> {
        let now = self.clock().now();
        let breaches = self.audit_stock().await?;
        for breach in &breaches {
            tracing::error!(?breach, "the counters of a variant disagree with its orders");
        }
        let mut tx = self.db().read().await?;
        let overdue = tx.count_overdue(now - TimeDelta::minutes(LATE_MINUTES)).await?;
        if overdue != Overdue::default() {
            tracing::error!(?overdue, "work on payments is late");
        }
        let withdrawals = tx.count_overdue_withdrawals(now).await?;
        if withdrawals > 0 {
            tracing::warn!(withdrawals, "money for {withdrawals} withdrawals should have gone back");
        }
        let alarms = self.alarms();
        let found = i64::try_from(breaches.len()).unwrap_or(i64::MAX);
        alarms.stock_breaches.store(found, Ordering::Relaxed);
        alarms.orders_overdue.store(overdue.orders, Ordering::Relaxed);
        alarms.refunds_overdue.store(overdue.refunds, Ordering::Relaxed);
        alarms.events_overdue.store(overdue.events, Ordering::Relaxed);
        alarms.withdrawals_overdue.store(withdrawals, Ordering::Relaxed);
        Ok(Some(now + TimeDelta::seconds(PAUSE_SECS)))
    }
}
