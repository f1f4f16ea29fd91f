//! How the rest of the node reaches a shard and its connections.

use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use mio::Waker;

use super::line::Conversation;
use crate::domain::ids::ShowId;
use crate::hub::{Admission, Subscription};
use crate::protocol::CloseCode;

/// A place among the connections of one shard; the turn tells its holders apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub slot: u32,
    pub turn: u32,
}

impl Place {
    pub const fn new(slot: u32, turn: u32) -> Self {
        Self { slot, turn }
    }
}

/// What a shard is asked to do.
pub enum Order {
    /// Takes a connection whose handshake is done.
    Adopt(Box<Adoption>),
    /// Goes on with a connection that said who it is.
    Begin(Place, Box<Beginning>),
    /// Sends a text to one connection.
    Send(Place, Bytes),
    /// Closes one connection.
    Close(Place, CloseCode),
    /// Has one connection tell its person's state anew.
    Refresh(Place),
    /// A show has news.
    Ring(ShowId),
    /// Sends all connections elsewhere.
    Drain,
    /// Ends the shard with whatever it still holds.
    Stop,
}

/// A connection on its way to a shard.
pub struct Adoption {
    pub stream: TcpStream,
    /// What was read from it already.
    pub early: Bytes,
    pub conversation: Box<dyn Conversation>,
    pub admission: Admission,
}

/// How a connection goes on once it is known whose it is.
pub struct Beginning {
    pub conversation: Box<dyn Conversation>,
    pub subscription: Subscription,
    /// The frame that is sent before the first event.
    pub first: Bytes,
}

/// One shard, as others see it; cheap to clone.
#[derive(Clone, Debug)]
pub struct Handle(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    waker: Waker,
    is_woken: AtomicBool,
    orders: Mutex<Vec<Order>>,
    connections: AtomicUsize,
}

impl std::fmt::Debug for Order {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Adopt(_) => "Adopt",
            Self::Begin(..) => "Begin",
            Self::Send(..) => "Send",
            Self::Close(..) => "Close",
            Self::Refresh(_) => "Refresh",
            Self::Ring(_) => "Ring",
            Self::Drain => "Drain",
            Self::Stop => "Stop",
        })
    }
}

impl Handle {
    pub fn new(waker: Waker) -> Self {
        Self(Arc::new(Shared {
            waker,
            is_woken: AtomicBool::new(false),
            orders: Mutex::default(),
            connections: AtomicUsize::new(0),
        }))
    }

    /// Asks for something.
    ///
    /// The orders that wait are bounded by what makes them: adoptions by the sockets the node
    /// takes, texts by the commands a connection may have under way, rings by one for each show.
    pub fn push(&self, order: Order) {
        self.0.orders.lock().unwrap_or_else(PoisonError::into_inner).push(order);
        // Whoever wakes it first wakes it for all who come before it looks.
        if !self.0.is_woken.swap(true, Ordering::AcqRel)
            && let Err(error) = self.0.waker.wake()
        {
            tracing::error!(%error, "a shard cannot be woken");
        }
    }

    /// Takes what was asked for into an empty list.
    pub fn take_orders(&self, orders: &mut Vec<Order>) {
        // Before the look, so that what comes after it wakes again.
        self.0.is_woken.store(false, Ordering::Release);
        std::mem::swap(&mut *self.0.orders.lock().unwrap_or_else(PoisonError::into_inner), orders);
    }

    /// Connections that it holds or is about to.
    pub fn connections(&self) -> usize {
        self.0.connections.load(Ordering::Relaxed)
    }

    /// Counts a connection on its way.
    pub fn expect_one(&self) {
        self.0.connections.fetch_add(1, Ordering::Relaxed);
    }

    /// A connection is gone.
    pub fn forget_one(&self) {
        let one_less = |connections: usize| Some(connections.saturating_sub(1));
        let _ = self.0.connections.fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_less);
    }

    /// All connections are gone.
    pub fn forget_all(&self) {
        self.0.connections.store(0, Ordering::Relaxed);
    }

    /// Whether both are the same shard.
    pub fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

/// Reaches one connection from anywhere; one that is gone hears nothing.
#[derive(Clone, Debug)]
pub struct Link {
    shard: Handle,
    place: Place,
}

impl Link {
    pub(super) const fn new(shard: Handle, place: Place) -> Self {
        Self { shard, place }
    }

    /// Goes on with a connection that said who it is.
    pub fn begin(&self, conversation: Box<dyn Conversation>, subscription: Subscription, first: Bytes) {
        let beginning = Beginning { conversation, subscription, first };
        self.shard.push(Order::Begin(self.place, Box::new(beginning)));
    }

    /// Sends a text behind all events that were published before it.
    pub fn send(&self, text: Bytes) {
        self.shard.push(Order::Send(self.place, text));
    }

    /// Closes the connection, after what was sent before.
    pub fn close(&self, code: CloseCode) {
        self.shard.push(Order::Close(self.place, code));
    }

    /// Has the connection tell its person's state anew.
    pub fn refresh(&self) {
        self.shard.push(Order::Refresh(self.place));
    }

    /// Whether both reach the same connection.
    pub(in crate::hub) fn is(&self, other: &Self) -> bool {
        self.place == other.place && self.shard.is(&other.shard)
    }
}
