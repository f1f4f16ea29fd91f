//! How the node reaches into a single connection, and how connections are counted.

use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use tokio::sync::Notify;

use super::Hub;
use crate::domain::ids::ViewerId;
use crate::protocol::CloseCode;

/// Why no further socket is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Full {
    /// The node has as many as it takes, or is about to stop.
    Node,
    /// The address has.
    Address,
    /// The viewer has.
    Viewer,
}

/// Wishes of the node for one connection; the newest word counts, so nothing has to queue.
#[derive(Debug, Default)]
pub struct Control {
    close: OnceLock<CloseCode>,
    refresh: AtomicBool,
    changed: Notify,
}

/// What the node wishes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    /// Close with this code.
    Close(CloseCode),
    /// Tell the person behind the connection their own state.
    Refresh,
}

impl Control {
    /// Asks the connection to close.
    pub fn close(&self, code: CloseCode) {
        let _ = self.close.set(code);
        self.changed.notify_one();
    }

    /// Asks the connection to tell the own state anew.
    pub fn refresh(&self) {
        self.refresh.store(true, Ordering::Release);
        self.changed.notify_one();
    }

    /// Waits for a wish.
    pub async fn wish(&self) -> Wish {
        loop {
            if let Some(code) = self.close.get() {
                return Wish::Close(*code);
            }
            if self.refresh.swap(false, Ordering::AcqRel) {
                return Wish::Refresh;
            }
            self.changed.notified().await;
        }
    }
}

/// A socket in the count of its address.
#[derive(Debug)]
pub struct Admission {
    hub: Hub,
    address: IpAddr,
}

impl Admission {
    pub(super) const fn new(hub: Hub, address: IpAddr) -> Self {
        Self { hub, address }
    }
}

impl Drop for Admission {
    fn drop(&mut self) {
        self.hub.forget_address(self.address);
    }
}

/// A socket in the list of its viewer.
#[derive(Debug)]
pub struct Registration {
    hub: Hub,
    viewer: Option<ViewerId>,
    /// What the node wishes of this socket.
    pub control: Arc<Control>,
}

impl Registration {
    pub(super) const fn new(hub: Hub, viewer: Option<ViewerId>, control: Arc<Control>) -> Self {
        Self { hub, viewer, control }
    }
}

impl Drop for Registration {
    fn drop(&mut self) {
        if let Some(viewer) = self.viewer {
            self.hub.forget_viewer(viewer, &self.control);
        }
    }
}
