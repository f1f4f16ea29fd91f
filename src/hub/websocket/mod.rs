//! The frames of RFC 6455, as far as a server speaks them after the handshake.
//!
//! It holds no buffer for a connection that rests, which is why it is not a library's: those keep
//! one or two of several KiB for each connection.

mod reader;
mod writer;

pub use reader::{Fault, Reader, Received};
#[cfg(test)]
pub use writer::text_of;
pub use writer::{
    binary_frame, close_frame, frame_room, json_frame, ping_frame, pong_frame, seal_text_frame, text_frame,
};
