//! What travels over a show's socket: frames, commands, replies, positions and close codes.
//!
//! It knows neither sockets nor the database.

mod close;
mod command;
mod frame;
mod position;

pub use close::{CloseCode, Return};
pub use command::{
    CardOpen, ChatSend, ClientCommand, Command, Hello, NameSet, QuestionAsk, QuestionUpvote, ViewerCommand,
};
pub use frame::{Done, LeftOutEvent, LeftOutRun, Refused, Resumed, ServerFrame, SocketRole, Welcome, You};
pub use position::Position;

/// The one subprotocol.
pub const SUBPROTOCOL: &str = "vetrina.v1";
