//! What the server sends beside events.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::value::RawValue;

use crate::domain::event::RecordedEvent;
use crate::domain::ids::{MemberId, MessageId, QuestionId, ViewerId};
use crate::domain::member::Role;
use crate::domain::moderation::OwnHeldMessage;
use crate::domain::order::Checkout;
use crate::domain::problem::Code;
use crate::domain::question::PrivateAnswer;
use crate::domain::show::{ShopView, ShowView};

/// The person behind a socket, as that person sees it.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct You {
    /// Set for viewers.
    pub viewer_id: Option<ViewerId>,
    /// Set for members.
    pub member_id: Option<MemberId>,
    /// The name shown in this show's chat.
    pub name: Option<String>,
    /// `viewer`, or what the member is.
    pub role: SocketRole,
    /// Until when a moderator keeps this person from writing.
    pub muted_until: Option<DateTime<Utc>>,
    /// When slow mode lets the next message through.
    pub chat_ready_at: Option<DateTime<Utc>>,
    /// This viewer's live reservations.
    pub held: Vec<Checkout>,
    /// What the shop answered this viewer in private, the newest ones, oldest first.
    pub answers: Vec<PrivateAnswer>,
    /// This viewer's messages that a moderator looked at or still has to, the newest ones, oldest
    /// first.
    pub reviewed: Vec<OwnHeldMessage>,
}

/// What somebody is on a socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SocketRole {
    /// Watches, chats and buys.
    Viewer,
    /// The member role `owner`.
    Owner,
    /// The member role `host`.
    Host,
    /// The member role `moderator`.
    Moderator,
    /// A page laid over a picture, which only watches.
    Overlay,
}

impl From<Role> for SocketRole {
    fn from(role: Role) -> Self {
        match role {
            Role::Owner => Self::Owner,
            Role::Host => Self::Host,
            Role::Moderator => Self::Moderator,
        }
    }
}

/// The answer to a command that was taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(untagged)]
pub enum Done {
    /// To `chat.send`.
    ChatSent {
        /// The message.
        message_id: MessageId,
        /// Its place in the log; `null` while it waits for a moderator.
        seq: Option<i64>,
        /// When it was taken.
        at: DateTime<Utc>,
    },
    /// To `question.ask`.
    QuestionAsked {
        /// The question.
        question_id: QuestionId,
        /// Its place in the log.
        seq: i64,
    },
    /// To `question.upvote`.
    QuestionUpvoted {
        /// The question.
        question_id: QuestionId,
        /// All its votes.
        votes: i64,
    },
    /// To `card.open`.
    CardsOpened {
        /// How many were taken.
        opened: usize,
    },
    /// To `name.set`.
    NameSet {
        /// The name as it is shown.
        name: String,
    },
    /// To `ping`.
    Pong {
        /// The server's clock.
        server_time: DateTime<Utc>,
    },
}

/// Why a command was refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Refused {
    /// The same codes as over HTTP.
    pub code: Code,
    /// What to change, in English.
    pub detail: String,
    /// When it may work.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_ms: Option<u64>,
}

impl Refused {
    /// A refusal without a time.
    #[must_use]
    pub fn new(code: Code, detail: &str) -> Self {
        Self { code, detail: detail.to_owned(), retry_ms: None }
    }
}

/// Stands among the events for chat messages that viewers are not shown while there are too many.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct LeftOutEvent {
    /// The last one that is left out.
    pub seq: i64,
    /// When that was.
    pub at: DateTime<Utc>,
    /// `chat.left_out`.
    pub r#type: &'static str,
    /// Which and how many.
    pub data: LeftOutRun,
}

/// A run of chat messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct LeftOutRun {
    /// The first one.
    pub from: i64,
    /// How many.
    pub count: i64,
}

/// Small frames for one person or one moment.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
#[serde(tag = "t", rename_all = "snake_case")]
pub enum ServerFrame {
    /// The answer to a command.
    Reply {
        /// The client's id of it; empty for what was no command.
        id: String,
        /// It was taken.
        #[serde(skip_serializing_if = "Option::is_none")]
        ok: Option<Done>,
        /// It was refused.
        #[serde(skip_serializing_if = "Option::is_none")]
        problem: Option<Refused>,
    },
    /// The own state changed.
    You(You),
    /// What may be merged or dropped.
    Signal {
        /// People watching.
        #[serde(skip_serializing_if = "Option::is_none")]
        viewers: Option<usize>,
        /// Hearts since the last signal.
        #[serde(skip_serializing_if = "Option::is_none")]
        hearts: Option<u64>,
    },
    /// The server is about to stop.
    Drain {
        /// When to come back.
        retry_ms: u64,
    },
}

impl ServerFrame {
    /// The reply to a command.
    #[must_use]
    pub fn reply(id: String, result: Result<Done, Refused>) -> Self {
        match result {
            Ok(done) => Self::Reply { id, ok: Some(done), problem: None },
            Err(refused) => Self::Reply { id, ok: None, problem: Some(refused) },
        }
    }

    /// Asks a client to come back after some time.
    #[must_use]
    pub fn drain(retry: Duration) -> Self {
        Self::Drain { retry_ms: u64::try_from(retry.as_millis()).unwrap_or(u64::MAX) }
    }

    /// The text on the wire.
    ///
    /// # Panics
    /// Never: frames hold only strings, numbers and lists.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("frames hold only strings, numbers and lists")
    }
}

/// Everything a page needs to begin; the shared parts come as text that is encoded once.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(tag = "t", rename = "welcome")]
pub struct Welcome<'a> {
    /// Where the client stands with it.
    pub position: String,
    /// The server's clock.
    pub server_time: DateTime<Utc>,
    /// The show.
    #[schema(value_type = ShowView)]
    pub show: &'a RawValue,
    /// The shop.
    #[schema(value_type = ShopView)]
    pub shop: &'a RawValue,
    /// The newest messages, oldest first.
    #[schema(value_type = Vec<RecordedEvent>)]
    pub chat: &'a RawValue,
    /// People watching.
    pub viewers: usize,
    /// The person who asked.
    pub you: You,
    /// What only members see; `null` for viewers.
    #[schema(value_type = Option<Object>)]
    pub member: Option<serde_json::Value>,
}

/// Goes on where a client was; what it missed follows at once.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(tag = "t", rename = "resumed")]
pub struct Resumed {
    /// Where the client stood.
    pub position: String,
    /// The server's clock.
    pub server_time: DateTime<Utc>,
    /// People watching.
    pub viewers: usize,
    /// The person who asked.
    pub you: You,
}
