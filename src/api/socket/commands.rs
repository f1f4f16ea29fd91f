//! Runs the commands of a socket through the same use cases as HTTP.

use std::time::Duration;

use super::person::Person;
use crate::api::ApiState;
use crate::app::Refusal;
use crate::app::chat::ChatAck;
use crate::app::figures::CARDS_MAX;
use crate::app::questions::{NewQuestion, QuestionAck, QuestionVoted};
use crate::domain::ids::{ProductId, ShowId};
use crate::domain::problem::Code;
use crate::protocol::{
    CardOpen, ChatSend, ClientCommand, Command, Done, NameSet, QuestionAsk, QuestionUpvote, Refused,
    ViewerCommand,
};

/// A command that was understood and needs the database.
#[derive(Debug)]
pub enum Work {
    /// A message for the chat.
    Chat(ChatSend),
    /// A name for a viewer.
    Name(NameSet),
    /// A viewer's question.
    Question(QuestionAsk),
    /// A viewer's vote.
    Vote(QuestionUpvote),
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
    /// Products that were opened, which are counted in memory; the id names the reply.
    Opened(String, Vec<ProductId>),
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
            Ok(ViewerCommand::QuestionAsk(ask)) => Self::Work(command.id, Work::Question(ask)),
            Ok(ViewerCommand::QuestionUpvote(vote)) => Self::Work(command.id, Work::Vote(vote)),
            Ok(ViewerCommand::Client(ClientCommand::Ping)) => Self::Ping(command.id),
            Ok(ViewerCommand::HeartSend) => Self::Heart,
            Ok(ViewerCommand::CardOpen(CardOpen { product_ids })) => {
                if (1..=CARDS_MAX).contains(&product_ids.len()) {
                    Self::Opened(command.id, product_ids)
                } else {
                    Self::Refused(command.id, refused(Code::BadRequest))
                }
            }
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
        match (self, person) {
            (Self::Chat(ChatSend { message_id, text }), person) => {
                let Some(sender) = person.sender() else { return Err(refused(Code::Forbidden)) };
                let sent = state.app.send_chat(show, sender, message_id, &text).await;
                let done =
                    |ack: ChatAck| Done::ChatSent { message_id: ack.message_id, seq: ack.seq, at: ack.at };
                sent.map(done).map_err(|error| told(&error))
            }
            (Self::Name(NameSet { name }), Person::Viewer { viewer, address_hash }) => {
                let named = state.app.set_viewer_name(show, *viewer, address_hash, &name).await;
                let name = named.map_err(|error| told(&error))?;
                state.hub.refresh_viewer(viewer.id);
                Ok(Done::NameSet { name })
            }
            (Self::Question(ask), Person::Viewer { viewer, address_hash }) => {
                let QuestionAsk { question_id: id, product_id, text } = ask;
                let new = NewQuestion { id, product_id, text };
                let asked = state.app.ask_question(show, *viewer, address_hash, new).await;
                let QuestionAck { question_id, seq } = asked.map_err(|error| told(&error))?;
                Ok(Done::QuestionAsked { question_id, seq })
            }
            (Self::Vote(QuestionUpvote { question_id }), Person::Viewer { viewer, address_hash }) => {
                let voted = state.app.upvote_question(show, *viewer, address_hash, question_id).await;
                let QuestionVoted { question_id, votes } = voted.map_err(|error| told(&error))?;
                Ok(Done::QuestionUpvoted { question_id, votes })
            }
            (
                Self::Name(_) | Self::Question(_) | Self::Vote(_),
                Person::Member { .. } | Person::Overlay(_),
            ) => Err(refused(Code::Forbidden)),
        }
    }
}

/// A refusal as its sender may read it; our own faults are logged instead.
fn told(error: &(impl Refusal + 'static)) -> Refused {
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
