//! Counts people in the funnel of a show: who was there, and who opened which product.
//!
//! Counting never waits for the database: what is to be counted gathers in memory, bounded, and is
//! written together by each node; the database tells people apart. A node that dies loses the last
//! moment. Buying is not touched by any of it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::TimeDelta;
use hmac::Mac;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::app::limiter::Limiter;
use crate::app::{App, Viewer};
use crate::domain::figures::{REACH_DAYS, viewer_stretch};
use crate::domain::ids::{ProductId, ShopId, ShowId, ViewerId};
use crate::domain::show::{Show, ShowStatus};
use crate::storage::{self, REACH_KEY_BYTES, ReachedBy};

/// Products that one message may say were opened; a page gathers them for a few seconds.
pub const CARDS_MAX: usize = 20;
/// How long marks are gathered before they are written.
const GATHERED_FOR: Duration = Duration::from_secs(2);
/// Marks that may wait to be written; further people are not counted. Ten thousand viewers who come
/// at once and open two products each fit.
const WAITING_MAX: usize = 50_000;
/// Marks, or counts, of one transaction, so that it stays short.
const GROUP_MAX: usize = 500;
/// Messages of one viewer that count at once; a page sends one in three seconds at most.
const BURST: i32 = 10;
/// After that, one in so much time.
const INTERVAL: TimeDelta = TimeDelta::seconds(3);
/// What was gathered at the end of a show may be written so much later.
const END_GRACE: TimeDelta = TimeDelta::minutes(1);

/// The show, what of it was seen (its own id, or a product's), and by whom.
type Mark = ((ShopId, ShowId), Uuid, ViewerId);

/// People who are not counted yet.
#[derive(Debug)]
pub(crate) struct Reach {
    waiting: Mutex<BTreeSet<Mark>>,
    by_viewer: Limiter<(ShowId, ViewerId)>,
    /// The count of each show that this node has written last, so that it is written once.
    written: Mutex<BTreeMap<ShowId, (i64, i64)>>,
    news: Notify,
}

/// Who watches one show, as one node knows it.
#[derive(Clone, Debug)]
pub struct Audience {
    /// Which.
    pub show: Arc<Show>,
    /// How many people watch, at all nodes.
    pub viewers: i64,
    /// Who is to be counted as a viewer.
    pub seen: Vec<ViewerId>,
}

impl Reach {
    pub fn new() -> Self {
        Self {
            waiting: Mutex::default(),
            by_viewer: Limiter::new(BURST, INTERVAL),
            written: Mutex::default(),
            news: Notify::new(),
        }
    }

    fn waiting(&self) -> MutexGuard<'_, BTreeSet<Mark>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn add(&self, marks: impl IntoIterator<Item = Mark>) {
        let mut waiting = self.waiting();
        for mark in marks {
            if waiting.len() >= WAITING_MAX {
                return;
            }
            waiting.insert(mark);
        }
    }

    fn take(&self) -> BTreeSet<Mark> {
        std::mem::take(&mut *self.waiting())
    }

    fn written(&self) -> MutexGuard<'_, BTreeMap<ShowId, (i64, i64)>> {
        self.written.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a count says more than what this node wrote.
    fn is_news(&self, show: ShowId, stretch: i64, viewers: i64) -> bool {
        !self.written().get(&show).is_some_and(|(at, most)| *at == stretch && *most >= viewers)
    }
}

impl App {
    /// Whether people are counted in this show: on air, and in its replay for some weeks.
    #[must_use]
    pub fn counts_viewers(&self, show: &Show) -> bool {
        let replay_after = self.clock().now() - TimeDelta::days(REACH_DAYS);
        !show.is_rehearsal
            && match show.status {
                ShowStatus::Live | ShowStatus::Paused => true,
                ShowStatus::Ended => {
                    show.replay_published_at.is_some() && show.ended_at.is_some_and(|at| at > replay_after)
                }
                ShowStatus::Draft | ShowStatus::Scheduled => false,
            }
    }

    /// Takes what a node knows of those who watch: counts new viewers in the funnels of their shows,
    /// and notes how many watch the shows on air at this moment.
    ///
    /// # Errors
    /// When the database fails; the viewers are counted all the same.
    pub async fn note_audiences(&self, audiences: Vec<Audience>) -> storage::Result<()> {
        let (reach, now) = (self.reach(), self.clock().now());
        let mut counts = Vec::new();
        for Audience { show, viewers, seen } in audiences {
            if !seen.is_empty() {
                let place = (show.shop_id, show.id);
                reach.add(seen.into_iter().map(|viewer| (place, show.id.as_uuid(), viewer)));
                reach.news.notify_one();
            }
            if let Some(started_at) = show.started_at.filter(|_| show.status.is_open()) {
                let stretch = viewer_stretch(started_at, now);
                if reach.is_news(show.id, stretch, viewers) {
                    counts.push((show.id, show.shop_id, stretch, viewers));
                }
            }
        }
        // One order for all nodes, so that two of them cannot wait for each other.
        counts.sort_unstable();
        for group in counts.chunks(GROUP_MAX) {
            let mut tx = self.db().write().await?;
            for &(show, shop, stretch, viewers) in group {
                tx.keep_viewer_count(shop, show, stretch, viewers).await?;
            }
            tx.commit().await?;
            let written = group.iter().map(|&(show, _, stretch, viewers)| (show, (stretch, viewers)));
            reach.written().extend(written);
        }
        Ok(())
    }

    /// Forgets what was noted of shows that nobody watches here any more.
    pub fn keep_audiences(&self, is_open: impl Fn(ShowId) -> bool) {
        self.reach().written().retain(|show, _| is_open(*show));
    }

    /// Counts that a viewer opened products of a show.
    ///
    /// # Errors
    /// How long to wait, when it was said too often; then nothing is counted.
    pub fn count_opened(
        &self,
        show: (ShopId, ShowId),
        viewer: ViewerId,
        products: &[ProductId],
    ) -> Result<(), Duration> {
        self.reach().by_viewer.take((show.1, viewer), self.clock().now())?;
        self.mark_opened(show, viewer, products.iter().copied());
        Ok(())
    }

    /// Counts that a viewer began to buy products, which opens them too.
    pub(in crate::app) fn count_begun(
        &self,
        viewer: Viewer,
        show: ShowId,
        products: impl IntoIterator<Item = ProductId>,
    ) {
        self.mark_opened((viewer.shop, show), viewer.id, products);
    }

    /// Whoever opened a product of a show has seen the show.
    fn mark_opened(
        &self,
        show: (ShopId, ShowId),
        viewer: ViewerId,
        products: impl IntoIterator<Item = ProductId>,
    ) {
        let products = products.into_iter().map(ProductId::as_uuid);
        let subjects = std::iter::once(show.1.as_uuid()).chain(products);
        self.reach().add(subjects.map(|about| (show, about, viewer)));
        self.reach().news.notify_one();
    }

    /// Writes the marks that wait; those that could not be written wait on.
    async fn write_reached(&self) {
        let waiting: Vec<Mark> = self.reach().take().into_iter().collect();
        for group in waiting.chunks(GROUP_MAX) {
            if let Err(error) = self.try_write_reached(group).await {
                tracing::warn!(marks = group.len(), error = %error, "viewers were not counted yet");
                self.reach().add(group.iter().copied());
                self.reach().news.notify_one();
            }
        }
    }

    async fn try_write_reached(&self, marks: &[Mark]) -> storage::Result<()> {
        let now = self.clock().now();
        let mut tx = self.db().write().await?;
        for chunk in marks.chunk_by(|one, other| (one.0, one.1) == (other.0, other.1)) {
            let ((shop, show), about, _) = chunk[0];
            let mut keys: Vec<_> = chunk.iter().map(|(_, _, viewer)| self.reach_key(show, *viewer)).collect();
            // One order for all nodes, so that two of them cannot wait for each other.
            keys.sort_unstable();
            let reached = ReachedBy {
                shop,
                show,
                about,
                keys: &keys,
                ended_after: now - END_GRACE,
                replay_after: now - TimeDelta::days(REACH_DAYS),
            };
            tx.count_reached(&reached).await?;
        }
        tx.commit().await
    }

    /// Stands for a viewer in one show, and names nobody.
    pub(in crate::app) fn reach_key(&self, show: ShowId, viewer: ViewerId) -> [u8; REACH_KEY_BYTES] {
        let mut mac = self.mac(b"reach");
        mac.update(show.as_uuid().as_bytes());
        mac.update(viewer.as_uuid().as_bytes());
        let tag = mac.finalize().into_bytes();
        std::array::from_fn(|place| tag[place])
    }
}

/// Writes marks until cancelled, and what waits then.
pub async fn run_reach_writer(app: App, cancel: CancellationToken) {
    loop {
        tokio::select! {
            () = app.reach().news.notified() => {}
            () = cancel.cancelled() => break,
        }
        tokio::select! {
            () = tokio::time::sleep(GATHERED_FOR) => {}
            () = cancel.cancelled() => break,
        }
        app.write_reached().await;
    }
    app.write_reached().await;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(viewer: usize) -> Mark {
        let nil = (ShopId::from(Uuid::nil()), ShowId::from(Uuid::nil()));
        (nil, Uuid::nil(), ViewerId::from(Uuid::from_u128(viewer as u128)))
    }

    #[test]
    fn people_beyond_what_may_wait_are_not_counted() {
        let reach = Reach::new();
        reach.add((0..WAITING_MAX + 5).map(mark));
        reach.add([mark(0)]);
        assert_eq!(reach.take().len(), WAITING_MAX);
        assert!(reach.take().is_empty());
    }

    #[test]
    fn a_count_is_written_once_in_a_stretch_unless_it_grows() {
        let (reach, show) = (Reach::new(), ShowId::from(Uuid::nil()));
        assert!(reach.is_news(show, 0, 0), "a show that nobody watches is counted too");
        reach.written().insert(show, (0, 5));
        let news = [(0, 5), (0, 4), (0, 6), (10, 5), (10, 0)];
        let news = news.map(|(stretch, viewers)| reach.is_news(show, stretch, viewers));
        assert_eq!(news, [false, false, true, true, true]);
    }
}
