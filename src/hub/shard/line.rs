//! What is said on one connection, and by whom: the side of the hub that others fill in.

use std::time::{Duration, Instant};

use bytes::Bytes;

use super::link::{Beginning, Link};
use crate::hub::Subscription;
use crate::hub::websocket::text_frame;
use crate::protocol::CloseCode;

/// Understands one connection; the shard calls it on its own thread, so it never waits.
///
/// What takes a while runs elsewhere and answers through a [`Link`].
pub trait Conversation: Send {
    /// The connection has a place in a show now.
    fn on_begin(&mut self, line: &mut Line<'_>) {
        let _ = line;
    }

    /// A text message came.
    fn on_text(&mut self, line: &mut Line<'_>, text: &str);

    /// A binary message came.
    fn on_binary(&mut self, line: &mut Line<'_>, bytes: &[u8]) {
        let _ = bytes;
        line.close(CloseCode::Unsupported);
    }

    /// The person's own state may have changed.
    fn on_refresh(&mut self, line: &mut Line<'_>) {
        let _ = line;
    }

    /// The time that was asked for with [`Line::call_in`] has come.
    fn on_time(&mut self, line: &mut Line<'_>) {
        let _ = line;
    }

    /// The node is about to stop.
    fn on_drain(&mut self, line: &mut Line<'_>) {
        line.close(CloseCode::Restart);
    }
}

/// One connection, as its conversation sees it.
pub struct Line<'a> {
    link: &'a dyn Fn() -> Link,
    subscription: Option<&'a Subscription>,
    pub(super) wishes: Wishes,
}

/// What a conversation wants done when it returns.
#[derive(Default)]
pub struct Wishes {
    pub frames: Vec<Bytes>,
    pub close: Option<CloseCode>,
    pub begin: Option<Box<Beginning>>,
    pub call_at: Option<Instant>,
    pub is_paused: bool,
}

impl<'a> Line<'a> {
    pub(super) fn new(link: &'a dyn Fn() -> Link, subscription: Option<&'a Subscription>) -> Self {
        Self { link, subscription, wishes: Wishes::default() }
    }

    /// Reaches this connection later, from elsewhere.
    #[must_use]
    pub fn link(&self) -> Link {
        (self.link)()
    }

    /// The connection's place in a show, once it has one.
    #[must_use]
    pub const fn subscription(&self) -> Option<&Subscription> {
        self.subscription
    }

    /// Sends a text behind all events that were published before it.
    pub fn send(&mut self, text: &[u8]) {
        self.send_frame(text_frame(text));
    }

    /// Sends a frame that is built already, in the place of a text.
    pub fn send_frame(&mut self, frame: Bytes) {
        self.wishes.frames.push(frame);
    }

    /// Closes the connection, after what was sent before.
    pub fn close(&mut self, code: CloseCode) {
        self.wishes.close.get_or_insert(code);
    }

    /// Reads nothing more until [`Line::begin`] or [`Link::begin`].
    pub const fn pause(&mut self) {
        self.wishes.is_paused = true;
    }

    /// Goes on with another conversation that has a place in a show; `first` goes before its events.
    pub fn begin(&mut self, conversation: Box<dyn Conversation>, subscription: Subscription, first: Bytes) {
        self.wishes.begin = Some(Box::new(Beginning { conversation, subscription, first }));
    }

    /// Asks for [`Conversation::on_time`] after a while; a new wish replaces the one before.
    pub fn call_in(&mut self, pause: Duration) {
        self.wishes.call_at = Some(Instant::now() + pause);
    }
}
