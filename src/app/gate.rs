//! Bounds heavy work: few run at a time, some wait, the rest is told to come back.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The way to work of which only a few may run at a time.
#[derive(Clone, Debug)]
pub(crate) struct Gate {
    running: Arc<Semaphore>,
    admitted: Arc<Semaphore>,
}

/// Leave to work; it ends when this is dropped, so it goes into the thread that works.
#[derive(Debug)]
pub(crate) struct Pass {
    _running: OwnedSemaphorePermit,
    _admitted: Option<OwnedSemaphorePermit>,
}

impl Gate {
    /// A gate that lets `running` work at a time while `queue` more wait.
    pub(crate) fn new(running: usize, queue: usize) -> Self {
        Self {
            running: Arc::new(Semaphore::new(running)),
            admitted: Arc::new(Semaphore::new(running + queue)),
        }
    }

    /// Waits for leave; `None` at once when too many wait already.
    pub(crate) async fn enter(&self) -> Option<Pass> {
        let admitted = Arc::clone(&self.admitted).try_acquire_owned().ok()?;
        Some(Pass { _running: self.turn().await, _admitted: Some(admitted) })
    }

    /// Waits for leave however many wait, for background work that bounds itself.
    pub(crate) async fn enter_patiently(&self) -> Pass {
        Pass { _running: self.turn().await, _admitted: None }
    }

    async fn turn(&self) -> OwnedSemaphorePermit {
        Arc::clone(&self.running).acquire_owned().await.expect("a gate is never closed")
    }
}
