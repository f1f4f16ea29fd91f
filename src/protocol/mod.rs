//! What travels over a show's socket: frames, commands, replies, positions and close codes.
//!
//! It knows neither sockets nor the database.

mod close;
mod command;
mod frame;
mod position;

pub use close::{CloseCode, Return};
pub use command::{ChatSend, ClientCommand, Command, Hello, NameSet, ViewerCommand};
pub use frame::{Done, Refused, Resumed, ServerFrame, SocketRole, Welcome, You};
pub use position::Position;

/// The one subprotocol.
pub const SUBPROTOCOL: &str = "vetrina.v1";
/// Bytes of a message or frame from a client; a chat message of 500 characters needs 2 KiB.
pub const CLIENT_BYTES_MAX: usize = 16 * 1024;
