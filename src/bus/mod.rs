//! Tells every node's hub what has been committed.
//!
//! A doorbell: it may lose, repeat or reorder, because the event log is the truth and a hub fills
//! what it misses from there.

use std::sync::Arc;

use tokio::sync::broadcast;

use crate::domain::event::RecordedEvent;
use crate::domain::ids::{ShopId, ShowId};

/// Batches waiting for a hub that is busy; a hub that falls behind more reads the table instead.
const BATCHES_MAX: usize = 4_096;

/// Events of one show that one transaction committed.
#[derive(Clone, Debug)]
pub struct Committed {
    /// Whose show it is.
    pub shop: ShopId,
    /// The show.
    pub show: ShowId,
    /// In the order of the transaction; both audiences may be among them.
    pub events: Vec<RecordedEvent>,
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
