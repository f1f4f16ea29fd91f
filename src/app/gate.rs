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

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn who_finds_the_queue_full_is_sent_away() {
        let gate = Gate::new(1, 1);
        let running = gate.enter().await.unwrap();
        let mut waiting = Box::pin(gate.enter());
        assert!(futures_util::poll!(&mut waiting).is_pending());
        assert!(gate.enter().await.is_none());
        drop(running);
        assert!(waiting.await.is_some());
    }

    #[tokio::test]
    async fn patient_work_waits_but_takes_nobodys_place() {
        let gate = Gate::new(1, 1);
        let running = gate.enter().await.unwrap();
        let mut patient = Box::pin(gate.enter_patiently());
        assert!(futures_util::poll!(&mut patient).is_pending());
        let mut waiting = Box::pin(gate.enter());
        assert!(futures_util::poll!(&mut waiting).is_pending());
        drop(running);
        drop(patient.await);
        assert!(waiting.await.is_some());
    }
}
