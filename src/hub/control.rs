//! How connections are counted, and found by their person.

use std::net::IpAddr;
use std::time::Duration;

use tokio_util::task::task_tracker::TaskTrackerToken;

use super::Hub;
use super::shard::Link;
use crate::domain::ids::{MemberId, ViewerId};

/// Why no further socket is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Full {
    /// The node has as many as it takes, or is about to stop.
    Node,
    /// The node lets in no more at this moment; it is as long until the next.
    Busy(Duration),
    /// The address has.
    Address,
    /// The viewer has.
    Viewer,
}

/// A socket in the count of its address.
#[derive(Debug)]
pub struct Admission {
    hub: Hub,
    address: IpAddr,
    /// The node waits for it when it stops.
    _open: TaskTrackerToken,
}

impl Admission {
    pub(super) const fn new(hub: Hub, address: IpAddr, open: TaskTrackerToken) -> Self {
        Self { hub, address, _open: open }
    }
}

impl Drop for Admission {
    fn drop(&mut self) {
        self.hub.forget_address(self.address);
    }
}

/// Whose a socket is, for what is told to all sockets of one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// A viewer's.
    Viewer(ViewerId),
    /// A member's.
    Member(MemberId),
    /// Of somebody to whom nothing is told.
    Nobody,
}

/// A socket in the list of its person.
#[derive(Debug)]
pub struct Registration {
    hub: Hub,
    whose: Whose,
    link: Link,
}

impl Registration {
    pub(super) const fn new(hub: Hub, whose: Whose, link: Link) -> Self {
        Self { hub, whose, link }
    }
}

impl Drop for Registration {
    fn drop(&mut self) {
        self.hub.forget(self.whose, &self.link);
    }
}
