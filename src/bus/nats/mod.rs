//! The bus between nodes: what one commits, the others hear by NATS.
//!
//! Words are numbered, so that a receiver knows when one was lost; what was in it stands in the
//! table. NATS being away, slow or wrong costs time and never an event, and nobody waits for it.

mod link;
mod peers;
mod status;
mod wire;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{broadcast, mpsc};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use self::link::Link;
use self::status::Status;
use super::settings::Settings;
use super::{Committed, Counts, MembersChanged, NEWS_MAX, News, Share, Standing};

/// Own words that wait to be handed over; more are not told, and the others read the table.
const WORDS_MAX: usize = 4_096;

/// The way to NATS of one node.
#[derive(Debug)]
pub struct Nats {
    settings: Settings,
    news: broadcast::Sender<News>,
    words: mpsc::Sender<Word>,
    /// Until the link takes it.
    waiting: Mutex<Option<mpsc::Receiver<Word>>>,
    status: Arc<Status>,
    tally: Tally,
}

/// What this node has to say.
#[derive(Debug)]
enum Word {
    Committed(Arc<Committed>),
    Members(Arc<MembersChanged>),
    Audience(Vec<Share>),
}

#[derive(Debug, Default)]
struct Tally {
    told: AtomicU64,
    untold: AtomicU64,
    heard: AtomicU64,
    gaps: AtomicU64,
    unreadable: AtomicU64,
    nodes: AtomicU64,
    /// Transactions that found no room to wait; they leave a gap in the numbers.
    skipped: AtomicU64,
}

impl Nats {
    /// A way that nobody goes yet.
    pub(super) fn new(settings: Settings) -> Self {
        let (words, waiting) = mpsc::channel(WORDS_MAX);
        Self {
            settings,
            news: broadcast::channel(NEWS_MAX).0,
            words,
            waiting: Mutex::new(Some(waiting)),
            status: Arc::default(),
            tally: Tally::default(),
        }
    }

    /// Tells the own hub at once and the other nodes as soon as it can be.
    pub(super) fn publish(&self, committed: Committed) {
        let committed = Arc::new(committed);
        let _ = self.news.send(News::Committed(Arc::clone(&committed)));
        if self.words.try_send(Word::Committed(committed)).is_err() {
            self.tally.skipped.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Tells the own hub at once and the other nodes as soon as it can be; where there is no room, the
    /// sockets' own look comes instead.
    pub(super) fn tell_members(&self, changed: MembersChanged) {
        let changed = Arc::new(changed);
        let _ = self.news.send(News::Members(Arc::clone(&changed)));
        let _ = self.words.try_send(Word::Members(changed));
    }

    /// Tells the other nodes who watches here; where there is no room, the next time does.
    pub(super) fn tell_audience(&self, shares: Vec<Share>) {
        let _ = self.words.try_send(Word::Audience(shares));
    }

    pub(super) fn subscribe(&self) -> broadcast::Receiver<News> {
        self.news.subscribe()
    }

    pub(super) fn standing(&self) -> Standing {
        self.status.standing()
    }

    pub(super) fn counts(&self) -> Counts {
        let Tally { told, untold, heard, gaps, unreadable, nodes, .. } = &self.tally;
        let [told, untold, heard, gaps, unreadable, nodes] =
            [told, untold, heard, gaps, unreadable, nodes].map(|count| count.load(Ordering::Relaxed));
        Counts { told, untold, heard, gaps, unreadable, failures: self.status.failures(), nodes }
    }

    /// Carries words both ways until cancelled.
    pub(super) async fn run(&self, cluster: &str, node: Uuid, stopping: &CancellationToken) {
        let waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(mut words) = waiting else { return };
        let mut link = Link::new(self, cluster, node);
        link.run(&mut words, stopping).await;
    }
}
