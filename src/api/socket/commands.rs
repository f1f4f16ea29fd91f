//! Runs the commands of a socket through the same use cases as HTTP.

use std::time::Duration;

use super::person::Person;
use crate::api::ApiState;
use crate::app::Refusal;
use crate::app::chat::ChatError;
use crate::domain::ids::ShowId;
use crate::domain::problem::Code;
use crate::protocol::{ChatSend, ClientCommand, Command, Done, NameSet, Refused, ViewerCommand};

/// A command that was understood and needs the database.
#[derive(Debug)]
pub enum Work {
    /// A message for the chat.
    Chat(ChatSend),
    /// A name for a viewer.
    Name(NameSet),
}

/// What a frame asks for.
#[derive(Debug)]
pub enum Asked {
    /// Something that takes a while; the id names the reply.
    Work(String, Work),
    /// A sign of life.
    Ping(String),
    /// A heart; nobody waits for a reply.
    Heart,
    /// Nothing that this person may ask.
    Refused(String, Refused),
}

impl Asked {
    /// Understands a frame as the person behind the socket may mean it.
    #[must_use]
    pub fn read(text: &str, person: &Person) -> Self {
        let Some(command) = Command::parse(text) else {
            return Self::Refused(String::new(), refused(Code::BadRequest));
        };
        let understood = match person {
            Person::Viewer { .. } => command.for_viewer(),
            Person::Member { .. } => command.for_member().map(ViewerCommand::Client),
            Person::Overlay(_) => command.for_overlay().map(ViewerCommand::Client),
        };
        match understood {
            Ok(ViewerCommand::Client(ClientCommand::ChatSend(chat))) => {
                Self::Work(command.id, Work::Chat(chat))
            }
            Ok(ViewerCommand::NameSet(name)) => Self::Work(command.id, Work::Name(name)),
            Ok(ViewerCommand::Client(ClientCommand::Ping)) => Self::Ping(command.id),
            Ok(ViewerCommand::HeartSend) => Self::Heart,
            Err(code) => Self::Refused(command.id, refused(code)),
        }
    }
}

fn refused(code: Code) -> Refused {
    let detail = match code {
        Code::UnknownType => "there is no such command",
        Code::Forbidden => "this is not yours to do",
        _ => "this is no command",
    };
    Refused::new(code, detail)
}

impl Work {
    /// Does it; the person was looked at again when the command came.
    pub async fn run(self, state: &ApiState, show: ShowId, person: &Person) -> Result<Done, Refused> {
        let done = match (self, person) {
            (Self::Chat(ChatSend { message_id, text }), person) => {
                let Some(sender) = person.sender() else { return Err(refused(Code::Forbidden)) };
                let sent = state.app.send_chat(show, sender, message_id, &text).await;
                sent.map(|ack| Done::ChatSent { message_id: ack.message_id, seq: ack.seq, at: ack.at })
            }
            (Self::Name(NameSet { name }), Person::Viewer { viewer, address_hash }) => {
                let named = state.app.set_viewer_name(show, *viewer, address_hash, &name).await;
                named.map(|name| {
                    state.hub.refresh_viewer(viewer.id);
                    Done::NameSet { name }
                })
            }
            (Self::Name(_), Person::Member { .. } | Person::Overlay(_)) => {
                return Err(refused(Code::Forbidden));
            }
        };
        done.map_err(|error| told(&error))
    }
}

/// A refusal as its sender may read it; our own faults are logged instead.
fn told(error: &ChatError) -> Refused {
    let code = error.code();
    let detail = match code {
        Code::Internal => {
            tracing::error!(error = error as &dyn std::error::Error, "a command failed by our fault");
            "something went wrong on our side".to_owned()
        }
        Code::Unavailable => "the database is away for a moment".to_owned(),
        _ => error.to_string(),
    };
    let millis = |wait: Duration| u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
    Refused { code, detail, retry_ms: error.retry_after().map(millis) }
}
