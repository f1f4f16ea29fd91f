//! Ends offers when their time is over: on whichever node looks first, once.

use chrono::{DateTime, TimeDelta, Utc};
use tokio_util::sync::CancellationToken;

use super::ended;
use crate::app::App;
use crate::domain::offer::OfferEnd;
use crate::storage::{self, DueOffer};

/// Offers of one round.
const OFFERS_BATCH: i64 = 64;
/// The longest the worker waits before it looks again, for what other nodes started.
const WAIT_SECS_MAX: i64 = 30;
/// How long the worker waits after a failure of the database.
const WAIT_SECS_FAILED: i64 = 2;

/// Ends offers in time until it is cancelled.
pub async fn run_offer_worker(app: App, cancel: CancellationToken) {
    while !cancel.is_cancelled() {
        let next = app.end_due_offers().await;
        let now = app.clock().now();
        let latest = now + TimeDelta::seconds(WAIT_SECS_MAX);
        let until = match next {
            Ok(next) => next.map_or(latest, |at| at.min(latest)),
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "the offer worker has to wait");
                now + TimeDelta::seconds(WAIT_SECS_FAILED)
            }
        };
        tokio::select! {
            () = cancel.cancelled() => {}
            () = app.offer_news().notified() => {}
            () = app.clock().sleep_until(until) => {}
        }
    }
}

impl App {
    /// Ends the offers whose time is over; tells when the next one's is.
    pub(super) async fn end_due_offers(&self) -> storage::Result<Option<DateTime<Utc>>> {
        let mut tx = self.db().read().await?;
        let due = tx.list_due_offers(self.clock().now(), OFFERS_BATCH).await?;
        let next = tx.find_next_offer_end().await?;
        drop(tx);
        if due.is_empty() {
            return Ok(next);
        }
        for offer in due {
            self.end_due_offer(offer).await?;
        }
        self.db().read().await?.find_next_offer_end().await
    }

    /// Ends one offer, unless another node has; the guard of the update is the lease.
    async fn end_due_offer(&self, due: DueOffer) -> storage::Result<()> {
        let now = self.clock().now();
        let mut tx = self.db().write().await?;
        if !tx.end_offer(due.shop_id, due.id, OfferEnd::Time, now).await? {
            return Ok(());
        }
        let Some(offer) = tx.find_offer(due.shop_id, due.id).await? else { return Ok(()) };
        let mut recorder = self.recorder(offer.shop_id, offer.show_id);
        recorder.record(&mut tx, ended(&offer, OfferEnd::Time)).await?;
        self.commit(tx, [recorder]).await
    }
}
