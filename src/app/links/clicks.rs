//! Counts how often links are opened, without cookies and without a write for each of them.
//!
//! Clicks are gathered in memory and written together; a crash loses those of the last moment.
//! Who opens a link again and again is counted a few times only.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::TimeDelta;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::app::limiter::Limiter;
use crate::domain::ids::LinkId;

/// How long clicks are gathered before they are written.
const GATHERED_FOR: Duration = Duration::from_millis(500);
/// Links whose clicks may wait to be written; clicks on further ones are not counted.
const WAITING_MAX: usize = 10_000;
/// Links that are written in one statement.
const WRITTEN_MAX: usize = 500;
/// Clicks of one address on one link that count at once; many people share an address.
const BURST: i32 = 20;
/// After that, one in so much time.
const INTERVAL: TimeDelta = TimeDelta::seconds(3);

/// Clicks that are not written yet.
#[derive(Debug)]
pub(crate) struct Clicks {
    waiting: Mutex<HashMap<LinkId, i64>>,
    by_address: Limiter<(LinkId, IpAddr)>,
    news: Notify,
}

impl Clicks {
    pub fn new() -> Self {
        Self { waiting: Mutex::default(), by_address: Limiter::new(BURST, INTERVAL), news: Notify::new() }
    }

    fn waiting(&self) -> MutexGuard<'_, HashMap<LinkId, i64>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn add(&self, link: LinkId, clicks: i64) {
        let mut waiting = self.waiting();
        if waiting.len() < WAITING_MAX || waiting.contains_key(&link) {
            *waiting.entry(link).or_default() += clicks;
        }
    }

    fn take(&self) -> Vec<(LinkId, i64)> {
        self.waiting().drain().collect()
    }
}

impl App {
    /// Counts that a person opened a link.
    pub fn count_click(&self, link: LinkId, address: IpAddr) {
        let clicks = self.clicks();
        if clicks.by_address.take((link, address), self.clock().now()).is_ok() {
            clicks.add(link, 1);
            clicks.news.notify_one();
        }
    }

    /// Writes the clicks that wait; those that could not be written wait on.
    async fn write_clicks(&self) {
        let mut clicks = self.clicks().take();
        // In the order of ids, so that two nodes rarely wait for each other.
        clicks.sort_unstable_by_key(|(link, _)| *link);
        for part in clicks.chunks(WRITTEN_MAX) {
            if let Err(error) = self.try_write_clicks(part).await {
                tracing::warn!(links = part.len(), error = %error, "clicks on links were not written yet");
                for &(link, count) in part {
                    self.clicks().add(link, count);
                }
                self.clicks().news.notify_one();
            }
        }
    }

    async fn try_write_clicks(&self, clicks: &[(LinkId, i64)]) -> crate::storage::Result<()> {
        let mut tx = self.db().write().await?;
        tx.add_link_clicks(clicks).await?;
        tx.commit().await
    }
}

/// Writes clicks until cancelled, and what waits then.
pub async fn run_click_writer(app: App, cancel: CancellationToken) {
    loop {
        tokio::select! {
            () = app.clicks().news.notified() => {}
            () = cancel.cancelled() => break,
        }
        tokio::select! {
            () = tokio::time::sleep(GATHERED_FOR) => {}
            () = cancel.cancelled() => break,
        }
        app.write_clicks().await;
    }
    app.write_clicks().await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clicks_on_more_links_than_wait_are_not_kept() {
        let clicks = Clicks::new();
        let link = |n: usize| LinkId::from(uuid::Uuid::from_u128(n as u128));
        for n in 0..WAITING_MAX + 5 {
            clicks.add(link(n), 1);
        }
        clicks.add(link(0), 2);
        let taken = clicks.take();
        assert_eq!(taken.len(), WAITING_MAX);
        assert!(taken.contains(&(link(0), 3)));
        assert!(clicks.take().is_empty());
    }
}
