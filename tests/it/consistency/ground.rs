//! What all who take part in one run share.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;
use tokio::time::Instant;
use vetrina::domain::ids::ShowId;
use vetrina::protocol::Position;

use super::nodes::Cluster;

/// One show, and how far it has come.
pub struct Ground {
    pub cluster: Arc<Cluster>,
    pub show: ShowId,
    /// Acknowledged writes.
    writes: watch::Sender<usize>,
    /// The messages among them.
    messages: Mutex<Vec<String>>,
    goal: watch::Sender<Option<Goal>>,
    is_calm: watch::Sender<bool>,
}

/// Where everybody has to come, and until when.
#[derive(Clone, Copy, Debug)]
pub struct Goal {
    pub seq: i64,
    pub member_seq: i64,
    pub by: Instant,
}

impl Ground {
    pub fn new(cluster: Arc<Cluster>, show: ShowId) -> Arc<Self> {
        let (writes, goal) = (watch::Sender::new(0), watch::Sender::new(None));
        let (messages, is_calm) = (Mutex::default(), watch::Sender::new(false));
        Arc::new(Self { cluster, show, writes, messages, goal, is_calm })
    }

    /// Counts an acknowledged write; names it if it is a message.
    pub fn note_write(&self, message: Option<String>) {
        self.messages.lock().unwrap_or_else(PoisonError::into_inner).extend(message);
        self.writes.send_modify(|writes| *writes += 1);
    }

    /// Waits for so many writes.
    pub async fn written(&self, count: usize) {
        let _ = self.writes.subscribe().wait_for(|writes| *writes >= count).await;
    }

    /// The newest message that was acknowledged.
    pub fn last_message(&self) -> Option<String> {
        self.messages.lock().unwrap_or_else(PoisonError::into_inner).last().cloned()
    }

    /// The faults are over.
    pub fn calm(&self) {
        self.is_calm.send_replace(true);
    }

    pub fn is_calm(&self) -> bool {
        *self.is_calm.borrow()
    }

    pub fn set_goal(&self, goal: Goal) {
        self.goal.send_replace(Some(goal));
    }

    /// Tells when the goal is set.
    pub fn goal(&self) -> watch::Receiver<Option<Goal>> {
        self.goal.subscribe()
    }

    /// Whether a client stands where everybody has to come.
    pub fn is_reached(&self, position: &Position) -> bool {
        self.goal.borrow().is_some_and(|goal| {
            position.seq >= goal.seq && position.member_seq.is_none_or(|seq| seq >= goal.member_seq)
        })
    }

    /// Waits until the time for reaching the goal is over.
    pub async fn over(&self) {
        let mut goal = self.goal();
        let set = goal.wait_for(Option::is_some).await.map(|goal| *goal);
        match set {
            Ok(Some(goal)) => tokio::time::sleep_until(goal.by).await,
            _ => std::future::pending().await,
        }
    }
}
