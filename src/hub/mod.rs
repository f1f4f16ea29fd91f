//! Delivers the events of a show to the connections of this node.
//!
//! It knows subscriptions and bytes; it knows neither the database nor axum.
//! Invariant: a subscription gets events in `seq` order without a hole, or it ends.

mod bell;
mod control;
mod feed;
mod presence;
mod ring;
mod subscription;

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::OnceCell;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

pub use self::control::{Admission, Control, Full, Registration, Wish};
pub use self::feed::{Feed, Next, Retired, Seqs, SharedSnapshot};
pub use self::ring::{EVENTS_MIN as RESUME_EVENTS_MAX, Gone};
pub use self::subscription::{Delivery, Subscription};
use crate::domain::event::{RecordedEvent, ShowEvent};
use crate::domain::ids::{ShowId, ViewerId};
use crate::limits::Limits;
use crate::protocol::CloseCode;
use crate::telemetry::Metrics;

/// The hub of one node; cheap to clone.
#[derive(Clone, Debug)]
pub struct Hub(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    limits: Limits,
    metrics: Metrics,
    feeds: Mutex<HashMap<ShowId, Arc<OnceCell<Arc<Feed>>>>>,
    /// Open sockets of each address, hello or not.
    addresses: Mutex<HashMap<IpAddr, usize>>,
    /// Open sockets of each viewer, in whichever show.
    viewers: Mutex<HashMap<ViewerId, Vec<Arc<Control>>>>,
    sockets: TaskTracker,
    draining: CancellationToken,
}

impl Hub {
    /// A hub without shows.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self(Arc::new(Inner {
            limits,
            metrics: Metrics::default(),
            feeds: Mutex::default(),
            addresses: Mutex::default(),
            viewers: Mutex::default(),
            sockets: TaskTracker::new(),
            draining: CancellationToken::new(),
        }))
    }

    /// The bounds of this node.
    #[must_use]
    pub fn limits(&self) -> &Limits {
        &self.0.limits
    }

    /// What this node has done.
    #[must_use]
    pub fn metrics(&self) -> &Metrics {
        &self.0.metrics
    }

    /// The feed of a show that is open here.
    #[must_use]
    pub fn feed(&self, show: ShowId) -> Option<Arc<Feed>> {
        lock(&self.0.feeds).get(&show)?.get().cloned()
    }

    /// All open feeds.
    #[must_use]
    pub fn feeds(&self) -> Vec<Arc<Feed>> {
        lock(&self.0.feeds).values().filter_map(|cell| cell.get().cloned()).collect()
    }

    /// The place of a show's feed, so that many who come at once open it once.
    #[must_use]
    pub fn feed_cell(&self, show: ShowId) -> Arc<OnceCell<Arc<Feed>>> {
        Arc::clone(lock(&self.0.feeds).entry(show).or_default())
    }

    /// Puts feeds away to which nobody listens.
    pub fn retire_feeds(&self) {
        // A cell that is just being opened stays, because whoever opens it holds it too.
        lock(&self.0.feeds).retain(|_, cell| match cell.get() {
            Some(feed) => !feed.retire(),
            None => Arc::strong_count(cell) > 1,
        });
    }

    /// Takes what a show's transaction or the table brought.
    pub fn publish(&self, feed: &Arc<Feed>, events: &[RecordedEvent]) -> Next {
        let next = feed.publish(events);
        for event in events {
            match &event.event {
                ShowEvent::ViewerBanned { viewer_id, .. } => self.close_viewer(*viewer_id, CloseCode::Banned),
                ShowEvent::ViewerMuted { viewer_id, .. } | ShowEvent::ViewerUnmuted { viewer_id, .. } => {
                    self.refresh_viewer(*viewer_id);
                }
                _ => {}
            }
        }
        next
    }

    /// Closes all sockets of a viewer.
    pub fn close_viewer(&self, viewer: ViewerId, code: CloseCode) {
        for control in lock(&self.0.viewers).get(&viewer).into_iter().flatten() {
            control.close(code);
        }
    }

    /// Has all sockets of a viewer tell their own state anew.
    pub fn refresh_viewer(&self, viewer: ViewerId) {
        for control in lock(&self.0.viewers).get(&viewer).into_iter().flatten() {
            control.refresh();
        }
    }

    /// Lets a socket in, before it has said who it is.
    ///
    /// # Errors
    /// When its address or the node has as many as it takes.
    pub fn admit(&self, address: IpAddr) -> Result<Admission, Full> {
        if self.is_draining() || self.0.sockets.len() >= self.0.limits.sockets_max {
            return Err(Full::Node);
        }
        let mut addresses = lock(&self.0.addresses);
        let open = addresses.entry(address).or_default();
        if *open >= self.0.limits.sockets_per_address {
            return Err(Full::Address);
        }
        *open += 1;
        Ok(Admission::new(self.clone(), address))
    }

    /// Notes a socket that said hello, so that it can be closed and told of changes.
    ///
    /// # Errors
    /// When its viewer has as many as one may have.
    pub fn register(&self, viewer: Option<ViewerId>) -> Result<Registration, Full> {
        let control = Arc::new(Control::default());
        if let Some(viewer) = viewer {
            let mut viewers = lock(&self.0.viewers);
            let sockets = viewers.entry(viewer).or_default();
            if sockets.len() >= self.0.limits.sockets_per_viewer {
                return Err(Full::Viewer);
            }
            sockets.push(Arc::clone(&control));
        }
        self.0.metrics.sockets_opened.add_one();
        Ok(Registration::new(self.clone(), viewer, control))
    }

    /// Runs a socket; the server waits for it when it stops.
    pub fn spawn<S>(&self, socket: S)
    where
        // It runs as a task of its own.
        S: Future<Output = ()> + Send + 'static,
    {
        self.0.sockets.spawn(socket);
    }

    /// How many sockets are open.
    #[must_use]
    pub fn sockets(&self) -> usize {
        self.0.sockets.len()
    }

    /// Whether the node is about to stop.
    #[must_use]
    pub fn is_draining(&self) -> bool {
        self.0.draining.is_cancelled()
    }

    /// Waits until the node is about to stop.
    pub async fn draining(&self) {
        self.0.draining.cancelled().await;
    }

    /// Takes no more sockets and sends those that are open elsewhere.
    pub fn drain(&self) {
        self.0.draining.cancel();
        self.0.sockets.close();
    }

    /// Waits until the last socket is closed.
    pub async fn drained(&self) {
        self.0.sockets.wait().await;
    }

    fn forget_address(&self, address: IpAddr) {
        let mut addresses = lock(&self.0.addresses);
        if let Some(open) = addresses.get_mut(&address) {
            *open -= 1;
            if *open == 0 {
                addresses.remove(&address);
            }
        }
    }

    fn forget_viewer(&self, viewer: ViewerId, control: &Arc<Control>) {
        let mut viewers = lock(&self.0.viewers);
        if let Some(sockets) = viewers.get_mut(&viewer) {
            sockets.retain(|other| !Arc::ptr_eq(other, control));
            if sockets.is_empty() {
                viewers.remove(&viewer);
            }
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
