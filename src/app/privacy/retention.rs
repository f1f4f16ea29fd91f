//! Forgets what was kept long enough, shop by shop: by their own periods, and by the law's.
//!
//! One node at a time does it. Each step is a short transaction of its own and looks for what is
//! due, so that work that broke off is found again.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio_util::sync::CancellationToken;

use super::{App, PAGE, unpin_forgotten};
use crate::domain::event::{Audience, ShowEvent};
use crate::domain::ids::{OrderId, ShopId, ShowId};
use crate::domain::privacy::{Forgotten, PROVIDER_NEWS_DAYS, Retention, books_end, tells_of_people};
use crate::storage::{self, Tx};

/// How often it is looked whether somebody did it lately.
const PERIOD: Duration = Duration::from_mins(10);
/// Names the turn that nodes take at it.
const LEASE: &str = "retention";
/// Once an hour is often for periods that are counted in days.
const LEASE_MINUTES: i64 = 60;
/// Shops that are read at a time.
const SHOPS: i64 = 100;
/// Logs of one shop that are gone through in one turn; the rest waits for the next.
const LOGS_MAX: usize = 500;
/// Orders of one shop and kind that are cut in one turn.
const ORDERS: i64 = 500;

/// Forgets what is due once an hour until cancelled.
pub async fn run_retention(app: App, cancel: CancellationToken) {
    loop {
        if let Err(error) = app.retain_in_turn().await {
            tracing::warn!(error = %error, "what is due to be forgotten is tried again later");
        }
        tokio::select! {
            () = app.clock().sleep(PERIOD) => {}
            () = cancel.cancelled() => return,
        }
    }
}

impl App {
    /// Forgets what is due, unless a node did in the last hour. False means that one did.
    ///
    /// # Errors
    /// When the database fails; what was done until then stays done.
    pub async fn retain_in_turn(&self) -> storage::Result<bool> {
        let now = self.clock().now();
        let mut tx = self.db().write().await?;
        if !tx.take_lease(LEASE, now, now + TimeDelta::minutes(LEASE_MINUTES)).await? {
            return Ok(false);
        }
        tx.empty_old_provider_events(now - TimeDelta::days(PROVIDER_NEWS_DAYS)).await?;
        tx.commit().await?;
        let mut after = None;
        loop {
            let shops = self.db().read().await?.list_retentions(after, SHOPS).await?;
            let Some((last, _)) = shops.last() else { return Ok(true) };
            after = Some(*last);
            for (shop, retention) in shops {
                Box::pin(self.retain_shop(shop, retention, now)).await?;
            }
        }
    }

    async fn retain_shop(
        &self,
        shop: ShopId,
        retention: Retention,
        now: DateTime<Utc>,
    ) -> storage::Result<()> {
        let before = |days: i64| now - TimeDelta::days(days);
        let chat_before = before(retention.chat_days);
        for audience in [Audience::Viewers, Audience::Members] {
            for _ in 0..LOGS_MAX {
                let due = self.db().read().await?.find_due_log(shop, audience, chat_before).await?;
                let Some((show, after)) = due else { break };
                self.forget_log(shop, show, audience, after, chat_before).await?;
            }
        }
        let mut tx = self.db().write().await?;
        tx.forget_old_questions(shop, chat_before, now).await?;
        tx.delete_old_held(shop, chat_before).await?;
        tx.forget_old_viewers(shop, chat_before).await?;
        tx.forget_addresses(shop, before(retention.address_days)).await?;
        tx.delete_old_audit(shop, before(retention.audit_days)).await?;
        tx.commit().await?;
        let mut tx = self.db().read().await?;
        let mut due = tx.list_due_unpaid(shop, before(retention.unpaid_days), ORDERS).await?;
        due.extend(tx.list_due_books(shop, books_end(now), ORDERS).await?);
        drop(tx);
        for order in due {
            Box::pin(self.cut_due_order(order)).await?;
        }
        Ok(())
    }

    /// Takes everybody out of one stream of a show's log up to a moment. The last of its transactions
    /// tells every node's memory, and notes how far it came.
    async fn forget_log(
        &self,
        shop: ShopId,
        show: ShowId,
        audience: Audience,
        from: i64,
        before: DateTime<Utc>,
    ) -> storage::Result<()> {
        let (mut after, mut is_told) = (from, false);
        loop {
            let mut tx = self.db().write().await?;
            let page = tx.list_logged(show, audience, after, PAGE).await?;
            let mut due: Vec<_> = page.into_iter().take_while(|event| event.at < before).collect();
            let is_last = due.len() < usize::try_from(PAGE).unwrap_or(usize::MAX);
            after = due.last().map_or(after, |event| event.seq);
            is_told |= due.iter().any(|event| tells_of_people(&event.kind));
            let forgotten = Forgotten::Until(after);
            due.retain_mut(|event| forgotten.forget(event.seq, &event.kind, &mut event.data));
            tx.rewrite_logged(show, audience, &due).await?;
            let sent = due.iter().filter(|event| event.kind == "chat.sent");
            let seqs: Vec<i64> = sent.map(|event| event.seq).collect();
            tx.sever_messages(show, &seqs, self.clock().now()).await?;
            if is_last {
                return self.end_log(tx, (shop, show, audience), after, is_told).await;
            }
            tx.commit().await?;
        }
    }

    async fn end_log(
        &self,
        mut tx: Tx,
        (shop, show, audience): (ShopId, ShowId, Audience),
        until_seq: i64,
        is_told: bool,
    ) -> storage::Result<()> {
        tx.set_forgotten(show, audience, until_seq).await?;
        let mut recorder = self.recorder(shop, show);
        if audience == Audience::Viewers {
            unpin_forgotten(&mut tx, &mut recorder, shop, show).await?;
        }
        if is_told {
            let event = match audience {
                Audience::Viewers => ShowEvent::ChatExpired { until_seq },
                Audience::Members => ShowEvent::PeopleExpired { until_seq },
            };
            recorder.record(&mut tx, event).await?;
        }
        self.commit(tx, [recorder]).await
    }

    /// Cuts an order of which nothing of the buyer has to be kept any more.
    async fn cut_due_order(&self, id: OrderId) -> storage::Result<()> {
        let mut tx = self.db().write().await?;
        let Some(order) = tx.lock_order(id).await? else { return Ok(()) };
        if order.status.holds_stock() {
            return Ok(());
        }
        self.cut_order(tx, &order, None).await
    }
}
