//! Delivers the events of a show to the connections of this node.
//!
//! It knows subscriptions and bytes; it knows neither the database nor axum.
//! Invariant: a subscription gets events in `seq` order without a hole, or it ends.

mod control;
mod ears;
mod feed;
mod presence;
#[cfg(test)]
mod properties;
mod ring;
mod sample;
mod shard;
mod subscription;
mod view;
pub mod websocket;

use std::collections::HashMap;
use std::hash::Hash;
use std::io;
use std::net::{IpAddr, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use bytes::Bytes;
use tokio::sync::OnceCell;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

pub use self::control::{Admission, Full, Registration, Whose};
pub use self::feed::{Feed, Next, Retired, Seqs, SharedSnapshot};
pub use self::ring::Gone;
use self::shard::{Adoption, Handle, Order, Shard};
pub use self::shard::{Conversation, Line, Link};
pub use self::subscription::Subscription;
pub use self::websocket::json_frame;
#[cfg(test)]
pub use self::websocket::text_of;
use crate::domain::event::{RecordedEvent, ShowEvent};
use crate::domain::ids::{MemberId, ShowId, ViewerId};
use crate::limits::{Limits, Rate};
use crate::protocol::CloseCode;
use crate::telemetry::Metrics;

/// The hub of one node; cheap to clone.
#[derive(Clone, Debug)]
pub struct Hub(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    limits: Arc<Limits>,
    metrics: Arc<Metrics>,
    shards: Vec<Handle>,
    threads: Mutex<Vec<JoinHandle<()>>>,
    feeds: Mutex<HashMap<ShowId, Arc<OnceCell<Arc<Feed>>>>>,
    /// When all handshakes so far would have come at the plain rate.
    handshakes_due: Mutex<Option<Instant>>,
    /// Open sockets of each address, hello or not.
    addresses: Mutex<HashMap<IpAddr, usize>>,
    /// Open sockets of each viewer, in whichever show.
    viewers: Mutex<HashMap<ViewerId, Vec<Link>>>,
    /// Open sockets of each member; bounded as all sockets are.
    members: Mutex<HashMap<MemberId, Vec<Link>>>,
    sockets: TaskTracker,
    draining: CancellationToken,
}

impl Hub {
    /// A hub without shows; its threads start work on the runtime that this is called in.
    ///
    /// # Errors
    /// When the system has no threads left.
    pub fn start(limits: Limits) -> io::Result<Self> {
        let (limits, metrics) = (Arc::new(limits), Arc::new(Metrics::default()));
        let started = (0..limits.shards.max(1))
            .map(|number| Shard::start(number, Arc::clone(&limits), Arc::clone(&metrics)));
        let (shards, threads) = started.collect::<io::Result<Vec<_>>>()?.into_iter().unzip();
        Ok(Self(Arc::new(Inner {
            limits,
            metrics,
            shards,
            threads: Mutex::new(threads),
            feeds: Mutex::default(),
            handshakes_due: Mutex::default(),
            addresses: Mutex::default(),
            viewers: Mutex::default(),
            members: Mutex::default(),
            sockets: TaskTracker::new(),
            draining: CancellationToken::new(),
        })))
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
        self.0.metrics.chat_left_out.add(feed.take_left_out());
        self.act_on(events);
        next
    }

    /// Closes and refreshes the sockets that events are about, whichever show they are in.
    pub fn act_on(&self, events: &[RecordedEvent]) {
        for event in events {
            match &event.event {
                ShowEvent::ViewerBanned { viewer_id, .. } => self.close_viewer(*viewer_id, CloseCode::Banned),
                ShowEvent::ViewerMuted { viewer_id, .. }
                | ShowEvent::ViewerUnmuted { viewer_id, .. }
                | ShowEvent::MessageApproved { viewer_id, .. }
                | ShowEvent::MessageRefused { viewer_id, .. }
                | ShowEvent::QuestionAnsweredPrivately { viewer_id, .. } => {
                    self.refresh_viewer(*viewer_id);
                }
                ShowEvent::MessageHeld(held) => self.refresh_viewer(held.author.id.into()),
                ShowEvent::AuthorErased { author_id } => self.refresh_viewer((*author_id).into()),
                _ => {}
            }
        }
    }

    /// Closes all sockets of a viewer.
    pub fn close_viewer(&self, viewer: ViewerId, code: CloseCode) {
        for link in lock(&self.0.viewers).get(&viewer).into_iter().flatten() {
            link.close(code);
        }
    }

    /// Has all sockets of a viewer tell their own state anew.
    pub fn refresh_viewer(&self, viewer: ViewerId) {
        for link in lock(&self.0.viewers).get(&viewer).into_iter().flatten() {
            link.refresh();
        }
    }

    /// Has all sockets of a member look again whether they may stay, and tell their own state anew.
    pub fn refresh_member(&self, member: MemberId) {
        for link in lock(&self.0.members).get(&member).into_iter().flatten() {
            link.refresh();
        }
    }

    /// Lets a socket in, before it has said who it is.
    ///
    /// # Errors
    /// When its address or the node has as many as it takes, or too many come at once.
    pub fn admit(&self, address: IpAddr) -> Result<Admission, Full> {
        if self.is_draining() || self.0.sockets.len() >= self.0.limits.sockets_max {
            return Err(Full::Node);
        }
        let mut addresses = lock(&self.0.addresses);
        if addresses.get(&address).is_some_and(|open| *open >= self.0.limits.sockets_per_address) {
            // It takes nothing of what the others may still have of the bucket.
            return Err(Full::Address);
        }
        let rate = Rate::new(self.0.limits.handshakes_per_sec, self.0.limits.handshakes_burst);
        rate.take(&mut lock(&self.0.handshakes_due), Instant::now()).map_err(Full::Busy)?;
        *addresses.entry(address).or_default() += 1;
        Ok(Admission::new(self.clone(), address, self.0.sockets.token()))
    }

    /// Notes a socket that said hello, so that it can be closed and told of changes.
    ///
    /// # Errors
    /// When its viewer has as many as one may have.
    pub fn register(&self, whose: Whose, link: Link) -> Result<Registration, Full> {
        match whose {
            Whose::Viewer(viewer) => {
                let mut viewers = lock(&self.0.viewers);
                // Most viewers have one tab, and there are many viewers.
                let sockets = viewers.entry(viewer).or_insert_with(|| Vec::with_capacity(1));
                if sockets.len() >= self.0.limits.sockets_per_viewer {
                    return Err(Full::Viewer);
                }
                sockets.push(link.clone());
            }
            Whose::Member(member) => {
                lock(&self.0.members).entry(member).or_default().push(link.clone());
            }
            Whose::Nobody => {}
        }
        self.0.metrics.sockets_opened.add_one();
        Ok(Registration::new(self.clone(), whose, link))
    }

    /// Takes a connection whose handshake is done; `early` was read from it already.
    pub fn adopt(
        &self,
        stream: TcpStream,
        early: Bytes,
        conversation: Box<dyn Conversation>,
        admission: Admission,
    ) {
        let shards = &self.0.shards;
        let shard = shards.iter().min_by_key(|shard| shard.connections()).expect("there is one at least");
        shard.expect_one();
        shard.push(Order::Adopt(Box::new(Adoption { stream, early, conversation, admission })));
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
        self.0.shards.iter().for_each(|shard| shard.push(Order::Drain));
    }

    /// Ends the threads; what is still open then ends with them.
    pub fn stop(&self) {
        self.0.shards.iter().for_each(|shard| shard.push(Order::Stop));
        for thread in lock(&self.0.threads).drain(..) {
            // It catches what its conversations do, so this is a bug of the hub's own.
            if thread.join().is_err() {
                tracing::error!("a hub thread panicked");
            }
        }
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

    fn forget(&self, whose: Whose, link: &Link) {
        match whose {
            Whose::Viewer(viewer) => remove_link(&self.0.viewers, &viewer, link),
            Whose::Member(member) => remove_link(&self.0.members, &member, link),
            Whose::Nobody => {}
        }
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        // The last one may be dropped by a shard itself, so nothing is waited for.
        self.shards.iter().for_each(|shard| shard.push(Order::Stop));
    }
}

fn remove_link<K: Eq + Hash>(people: &Mutex<HashMap<K, Vec<Link>>>, person: &K, link: &Link) {
    let mut people = lock(people);
    if let Some(sockets) = people.get_mut(person) {
        sockets.retain(|other| !other.is(link));
        if sockets.is_empty() {
            people.remove(person);
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
