//! Delivers the events of a show to the connections of this node.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::limits::Limits;
use crate::telemetry::Metrics;

/// The hub of one node; cheap to clone.
#[derive(Clone, Debug)]
pub struct Hub(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    limits: Limits,
    metrics: Metrics,
    is_draining: AtomicBool,
}

impl Hub {
    /// A hub without shows.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self(Arc::new(Inner { limits, metrics: Metrics::default(), is_draining: AtomicBool::new(false) }))
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

    /// Whether the node is about to stop.
    #[must_use]
    pub fn is_draining(&self) -> bool {
        self.0.is_draining.load(Ordering::Acquire)
    }

    /// Takes no more sockets and sends those that are open elsewhere.
    pub fn drain(&self) {
        self.0.is_draining.store(true, Ordering::Release);
    }
}
