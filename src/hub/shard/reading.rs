//! What connections say, and what comes of it.

use std::io::{ErrorKind, Read};
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};

use tokio::time::Instant as MeterInstant;

use super::connection::End;
use super::line::{Conversation, Line, Wishes};
use super::link::{Link, Place};
use super::{READ_BYTES, Shard};
use crate::hub::websocket::{Fault, Reader, Received, pong_frame};
use crate::limits::Rate;
use crate::protocol::CloseCode;

/// Reads of one connection before the others get their turn.
const READS_PER_TURN: usize = 16;
/// How the close of a peer that named no code is answered (RFC 6455, section 7.4.1).
const NORMAL: u16 = 1000;

impl Shard {
    /// Reads what one connection has sent.
    pub(super) fn read(&mut self, slot: usize) {
        let mut buffer = std::mem::take(&mut self.buffer);
        let mut reads = 0;
        while let Some(connection) = self.connections.get_mut(slot) {
            if connection.is_paused && connection.is_open() {
                break;
            }
            // The kernel tells of what came once, so what is left for later has to be remembered.
            if reads == READS_PER_TURN {
                self.unread.push(slot);
                break;
            }
            reads += 1;
            match connection.stream.read(&mut buffer) {
                Ok(0) => {
                    self.forget(slot);
                    break;
                }
                Ok(length) => {
                    self.take_bytes(slot, &mut buffer[..length]);
                    // The kernel tells again when more comes.
                    if length < READ_BYTES {
                        break;
                    }
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(_) => {
                    self.forget(slot);
                    break;
                }
            }
        }
        self.buffer = buffer;
    }

    /// Takes bytes apart and hands on what they say.
    pub(super) fn take_bytes(&mut self, slot: usize, bytes: &mut [u8]) {
        let Some(connection) = self.connections.get_mut(slot) else { return };
        if !connection.is_open() {
            if connection.throw_away(bytes.len()).is_err() {
                self.forget(slot);
            }
            return;
        }
        let turn = connection.turn;
        let mut reader = std::mem::replace(&mut connection.reader, Reader::new(0));
        let read = reader.read(bytes, &mut |received| self.on_received(slot, turn, received));
        let Some(connection) = self.connections.get_mut(slot).filter(|connection| connection.turn == turn)
        else {
            return;
        };
        connection.reader = reader;
        if let Err(fault) = read {
            self.close(slot, close_code(fault));
        }
    }

    fn on_received(&mut self, slot: usize, turn: u32, received: Received<'_>) -> ControlFlow<()> {
        match received {
            Received::Text(text) => {
                if self.admits_command(slot) {
                    self.speak(slot, |conversation, line| conversation.on_text(line, text));
                }
            }
            Received::Binary(bytes) => {
                if self.admits_command(slot) {
                    self.speak(slot, |conversation, line| conversation.on_binary(line, bytes));
                }
            }
            Received::Ping(payload) => {
                if self.admits_control_frame(slot) {
                    self.connections[slot].pong(pong_frame(payload));
                    self.flush(slot);
                }
            }
            Received::Pong => {
                self.connections[slot].hear_pong();
                self.admits_control_frame(slot);
            }
            Received::Close(code) => self.close_with(slot, code.unwrap_or(NORMAL), ""),
        }
        match self.connections.get(slot) {
            Some(connection) if connection.turn == turn && connection.is_open() && !connection.is_paused => {
                ControlFlow::Continue(())
            }
            _ => ControlFlow::Break(()),
        }
    }

    /// Counts a message; a flooder is closed.
    fn admits_command(&mut self, slot: usize) -> bool {
        let rate = Rate::new(self.limits.commands_per_sec, self.limits.commands_burst);
        let is_taken = rate.take(&mut self.connections[slot].commands_due, MeterInstant::now()).is_ok();
        if !is_taken {
            self.close(slot, CloseCode::Flooding);
        }
        is_taken
    }

    fn admits_control_frame(&mut self, slot: usize) -> bool {
        let rate = Rate::new(self.limits.control_frames_per_sec, self.limits.control_frames_burst);
        let is_taken = rate.take(&mut self.connections[slot].control_due, MeterInstant::now()).is_ok();
        if !is_taken {
            self.close(slot, CloseCode::Policy);
        }
        is_taken
    }

    /// Has the conversation of a connection say something, and does what it wishes.
    pub(super) fn speak(&mut self, slot: usize, say: impl FnOnce(&mut dyn Conversation, &mut Line<'_>)) {
        let Some(connection) = self.connections.get_mut(slot).filter(|connection| connection.is_open())
        else {
            return;
        };
        let Some(mut conversation) = connection.conversation.take() else { return };
        let place = Place::new(u32::try_from(slot).expect("fewer sockets than that"), connection.turn);
        let handle = self.handle.clone();
        let link = move || Link::new(handle.clone(), place);
        let mut line = Line::new(&link, connection.subscription.as_ref());
        // One conversation that fails must not end those of all others on this thread.
        let spoken = catch_unwind(AssertUnwindSafe(|| say(&mut *conversation, &mut line)));
        let wishes = line.wishes;
        connection.conversation = Some(conversation);
        if spoken.is_ok() {
            self.grant(place, wishes);
        } else {
            self.metrics.panics.add_one();
            self.close(slot, CloseCode::Internal);
        }
    }

    fn grant(&mut self, place: Place, wishes: Wishes) {
        let slot = place.slot as usize;
        let Wishes { frames, close, begin, call_at, is_paused } = wishes;
        let connection = &mut self.connections[slot];
        connection.is_paused |= is_paused;
        let has_frames = !frames.is_empty();
        for frame in frames {
            connection.push_personal(frame);
        }
        if let Some(at) = call_at {
            connection.call_at(at);
            self.keep_watch(slot);
        }
        if let Some(beginning) = begin {
            self.begin(place, *beginning);
        } else if has_frames {
            self.flush(slot);
        }
        if let Some(code) = close {
            self.end(slot, End::Close(code));
        }
    }
}

/// The close code that a fault deserves.
const fn close_code(fault: Fault) -> CloseCode {
    match fault {
        Fault::Protocol => CloseCode::Protocol,
        Fault::TooLarge => CloseCode::TooLarge,
        Fault::BadText => CloseCode::BadText,
        Fault::Endless => CloseCode::Policy,
    }
}
