//! Tells every node's hub what has been committed.
//!
//! A doorbell: it may lose, repeat or reorder, because the event log is the truth and a hub fills
//! what it misses from there.

use std::sync::Arc;

use tokio::sync::broadcast;
use uuid::Uuid;

use crate::domain::event::RecordedEvent;
use crate::domain::ids::{ShopId, ShowId, ViewerId};

/// Batches waiting for a hub that is busy; a hub that falls behind more reads the table instead.
const BATCHES_MAX: usize = 4_096;

/// What one transaction committed of one show.
#[derive(Clone, Debug)]
pub struct Committed {
    /// The node that did it, so that it need not take its own word.
    pub node: Uuid,
    /// Whose show it is.
    pub shop: ShopId,
    /// The show.
    pub show: ShowId,
    /// In the order of the transaction; both audiences may be among them.
    pub events: Vec<RecordedEvent>,
    /// Viewers whose own state changed in a way that no event tells.
    pub viewers: Vec<ViewerId>,
    /// The show is no more.
    pub is_deleted: bool,
}

impl Committed {
    /// Whether there is anything to tell.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.events.is_empty() && self.viewers.is_empty() && !self.is_deleted
    }
}

/// The configured bus.
#[derive(Clone, Debug)]
pub enum Bus {
    /// Within this process.
    Local(broadcast::Sender<Arc<Committed>>),
}

impl Bus {
    /// A bus for a single node.
    #[must_use]
    pub fn local() -> Self {
        Self::Local(broadcast::channel(BATCHES_MAX).0)
    }

    /// Rings; nobody listening is no failure.
    pub fn publish(&self, committed: Committed) {
        match self {
            Self::Local(sender) => {
                let _ = sender.send(Arc::new(committed));
            }
        }
    }

    /// Listens from now on.
    #[must_use]
    pub fn subscribe(&self) -> broadcast::Receiver<Arc<Committed>> {
        match self {
            Self::Local(sender) => sender.subscribe(),
        }
    }
}
