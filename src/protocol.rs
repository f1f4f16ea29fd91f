//! What travels over a show's socket: frames, commands, replies, positions and close codes.
//!
//! It knows neither sockets nor the database. Viewers and members have commands of their own types,
//! so that what only one may do cannot be parsed for the other.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::domain::event::RecordedEvent;
use crate::domain::ids::{MemberId, MessageId, ViewerId};
use crate::domain::member::Role;
use crate::domain::order::Checkout;
use crate::domain::problem::Code;
use crate::domain::show::{ShopView, ShowView};

/// The one subprotocol.
pub const SUBPROTOCOL: &str = "vetrina.v1";
/// Bytes of a message or frame from a client; a chat message of 500 characters needs 2 KiB.
pub const CLIENT_BYTES_MAX: usize = 16 * 1024;
/// Characters of a command's id.
const COMMAND_ID_CHARS_MAX: usize = 64;

/// What a client does after a close.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Return {
    /// Comes back, after the time it was told or with growing pauses.
    Later,
    /// Comes back once; a second time it is a bug and stays away.
    Once,
    /// Stays away.
    Never,
    /// Comes back, but does not send what was refused.
    WithoutResending,
    /// Comes back after signing in again.
    SignedIn,
    /// Comes back with its position.
    Resuming,
    /// Comes back without a position and takes a new snapshot.
    Afresh,
    /// Comes back after a long pause.
    MuchLater,
}

macro_rules! close_codes {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $reason:literal, $may_return:ident;)+) => {
        /// Why a socket was closed.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum CloseCode {
            $($(#[$doc])* $name,)+
        }

        impl CloseCode {
            /// All codes, in the order of their numbers.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// The number on the wire.
            #[must_use]
            pub const fn code(self) -> u16 {
                match self { $(Self::$name => $code,)+ }
            }

            /// The reason on the wire, in English.
            #[must_use]
            pub const fn reason(self) -> &'static str {
                match self { $(Self::$name => $reason,)+ }
            }

            /// What the client does next.
            #[must_use]
            pub const fn may_return(self) -> Return {
                match self { $(Self::$name => Return::$may_return,)+ }
            }
        }
    };
}

close_codes! {
    /// A frame that breaks the WebSocket protocol.
    Protocol = 1002, "protocol error", Once;
    /// A binary message.
    Unsupported = 1003, "text messages only", Once;
    /// Text that is no UTF-8.
    BadText = 1007, "text is not UTF-8", Once;
    /// No hello in time, or what is no command too often.
    Policy = 1008, "policy violation", Never;
    /// A message or frame of more than 16 KiB.
    TooLarge = 1009, "message too large", WithoutResending;
    /// Our fault.
    Internal = 1011, "internal error", Later;
    /// The server restarts.
    Restart = 1012, "server restarts", Later;
    /// The server takes no more at the moment.
    Overloaded = 1013, "try again later", Later;
    /// The session ended, or the token is not one of ours.
    SessionEnded = 4001, "sign in again", SignedIn;
    /// A moderator sent the viewer away.
    Banned = 4003, "banned", Never;
    /// The client does not read what it is sent.
    TooSlow = 4008, "too slow", Resuming;
    /// The position means nothing any more.
    Position = 4009, "take a snapshot", Afresh;
    /// The client did not answer a ping.
    NoPong = 4010, "no pong", Resuming;
    /// Far too many commands or sockets.
    Flooding = 4029, "too many messages", MuchLater;
}

/// A place in a show's log: what a client has seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Position {
    /// The history it is a place in.
    pub epoch: String,
    /// The newest event for viewers.
    pub seq: i64,
    /// The newest event for members; only members have it.
    pub member_seq: Option<i64>,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.epoch, self.seq)?;
        self.member_seq.map_or(Ok(()), |seq| write!(f, ":{seq}"))
    }
}

impl FromStr for Position {
    type Err = ();

    /// Reads a position; what is none is told apart from nothing, since both mean a new snapshot.
    fn from_str(text: &str) -> Result<Self, ()> {
        let seq = |text: &str| text.parse().ok().filter(|seq: &i64| *seq >= 0).ok_or(());
        let mut parts = text.split(':');
        let (Some(epoch), Some(first)) = (parts.next(), parts.next()) else { return Err(()) };
        let member_seq = parts.next().map(seq).transpose()?;
        if parts.next().is_some() {
            return Err(());
        }
        Ok(Self { epoch: epoch.to_owned(), seq: seq(first)?, member_seq })
    }
}

/// The first frame of a client.
#[derive(Debug, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Hello {
    /// `hello`.
    pub t: String,
    /// A viewer's token.
    pub token: Option<String>,
    /// A member's ticket, where the session cookie does not reach.
    pub ticket: Option<String>,
    /// `<epoch>:<seq>[:<member_seq>]` of what the client has seen.
    pub after: Option<String>,
}

impl Hello {
    /// Reads the first frame; `None` when it is no hello.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let hello: Self = serde_json::from_str(text).ok()?;
        let is_one_person = hello.token.is_none() || hello.ticket.is_none();
        (hello.t == "hello" && is_one_person).then_some(hello)
    }
}

/// What every client may send.
#[derive(Debug, PartialEq, Eq)]
pub enum ClientCommand {
    /// A message for the chat.
    ChatSend(ChatSend),
    /// Asks for a sign of life.
    Ping,
}

/// What a viewer may send.
#[derive(Debug, PartialEq, Eq)]
pub enum ViewerCommand {
    /// What members may send as well.
    Client(ClientCommand),
    /// Takes a name in this show.
    NameSet(NameSet),
    /// A heart.
    HeartSend,
}

/// The data of `chat.send`.
#[derive(Debug, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChatSend {
    /// Made by the client, so that a retry is never a second message.
    pub message_id: MessageId,
    /// 1 to 500 characters.
    pub text: String,
}

/// The data of `name.set`.
#[derive(Debug, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NameSet {
    /// 1 to 30 characters.
    pub name: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

/// A frame of a client that could be taken apart.
#[derive(Debug)]
pub struct Command<'a> {
    /// Names the command in its reply.
    pub id: String,
    kind: String,
    data: Option<&'a RawValue>,
}

impl<'a> Command<'a> {
    /// Takes a frame apart; `None` when it is no command at all.
    #[must_use]
    pub fn parse(text: &'a str) -> Option<Self> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Wire<'a> {
            #[serde(default)]
            id: String,
            r#type: String,
            #[serde(borrow)]
            data: Option<&'a RawValue>,
        }
        let Wire { id, r#type, data } = serde_json::from_str(text).ok()?;
        (id.chars().count() <= COMMAND_ID_CHARS_MAX).then_some(Self { id, kind: r#type, data })
    }

    /// The command as one of a viewer's.
    ///
    /// # Errors
    /// `forbidden` for what only members do, `unknown_type`, or `bad_request` for unfit data.
    pub fn for_viewer(&self) -> Result<ViewerCommand, Code> {
        match self.kind.as_str() {
            "name.set" => self.data().map(ViewerCommand::NameSet),
            "heart.send" => self.data().map(|Nothing {}| ViewerCommand::HeartSend),
            _ => self.for_all().map(ViewerCommand::Client),
        }
    }

    /// The command as one of a member's.
    ///
    /// # Errors
    /// `unknown_type`, or `bad_request` for unfit data.
    pub fn for_member(&self) -> Result<ClientCommand, Code> {
        match self.kind.as_str() {
            // A member's name is that of the account, and hearts are the audience's.
            "name.set" | "heart.send" => Err(Code::Forbidden),
            _ => self.for_all(),
        }
    }

    fn for_all(&self) -> Result<ClientCommand, Code> {
        match self.kind.as_str() {
            "chat.send" => self.data().map(ClientCommand::ChatSend),
            "ping" => self.data().map(|Nothing {}| ClientCommand::Ping),
            kind if is_host_action(kind) => Err(Code::Forbidden),
            _ => Err(Code::UnknownType),
        }
    }

    fn data<T: Deserialize<'a>>(&self) -> Result<T, Code> {
        serde_json::from_str(self.data.map_or("{}", RawValue::get)).map_err(|_| Code::BadRequest)
    }
}

/// Whether a command would act on what only members act on, over HTTP; asking for it is no slip.
fn is_host_action(kind: &str) -> bool {
    const SUBJECTS: [&str; 8] = ["show", "product", "lineup", "stock", "order", "offer", "viewer", "message"];
    kind.split_once('.').is_some_and(|(subject, _)| SUBJECTS.contains(&subject))
        || matches!(kind, "chat.remove" | "chat.restore" | "chat.sent" | "chat.removed" | "chat.slow_mode")
}

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
        /// Its place in the log.
        seq: i64,
        /// When it was taken.
        at: DateTime<Utc>,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn close_codes_are_those_of_the_documentation() {
        let table: Vec<(u16, Return)> =
            CloseCode::ALL.iter().map(|close| (close.code(), close.may_return())).collect();
        assert!(table.is_sorted_by_key(|(code, _)| *code), "{table:?}");
        let of = |code| table.iter().find(|(known, _)| *known == code).map(|(_, then)| *then);
        assert_eq!(of(4008), Some(Return::Resuming));
        assert_eq!(of(4009), Some(Return::Afresh));
        assert_eq!(of(1008), Some(Return::Never));
        assert_eq!(of(1001), None);
        assert!(CloseCode::ALL.iter().all(|close| close.reason().len() <= 123), "RFC 6455, section 5.5");
    }

    #[test]
    fn positions_are_read_as_they_are_written() {
        let viewer = Position { epoch: "ab12".to_owned(), seq: 7, member_seq: None };
        let member = Position { member_seq: Some(3), ..viewer.clone() };
        assert_eq!(viewer.to_string(), "ab12:7");
        assert_eq!(member.to_string(), "ab12:7:3");
        for position in [viewer, member] {
            assert_eq!(position.to_string().parse(), Ok(position));
        }
        for text in ["", "ab12", "ab12:", "ab12:-1", "ab12:18446744073709551615", "ab12:1:2:3", "ab12:x"] {
            assert_eq!(text.parse::<Position>(), Err(()), "{text}");
        }
    }

    #[track_caller]
    fn viewer(text: &str, expected: &Result<ViewerCommand, Code>) {
        let command = Command::parse(text).expect("a command");
        assert_eq!(&command.for_viewer(), expected, "{text}");
    }

    #[test]
    fn viewers_have_their_own_commands() {
        let id = "0193a0a0-0000-7000-8000-000000000001";
        let chat = |data: &str| format!(r#"{{"id":"c1","type":"chat.send","data":{data}}}"#);
        let sent = ChatSend { message_id: id.parse().unwrap(), text: "ciao".to_owned() };
        let sent = Ok(ViewerCommand::Client(ClientCommand::ChatSend(sent)));
        viewer(&chat(&format!(r#"{{"message_id":"{id}","text":"ciao"}}"#)), &sent);
        for own in ["seq\":1", "at\":\"x\"", "author\":{}", "role\":\"owner\""] {
            let data = format!(r#"{{"message_id":"{id}","text":"ciao","{own}}}"#);
            viewer(&chat(&data), &Err(Code::BadRequest));
        }
        viewer(&chat("[]"), &Err(Code::BadRequest));
        viewer(r#"{"id":"c1","type":"heart.send"}"#, &Ok(ViewerCommand::HeartSend));
        viewer(r#"{"id":"c1","type":"product.feature","data":{}}"#, &Err(Code::Forbidden));
        viewer(r#"{"id":"c1","type":"chat.remove","data":{}}"#, &Err(Code::Forbidden));
        viewer(r#"{"id":"c1","type":"tea.make","data":{}}"#, &Err(Code::UnknownType));
        for text in
            ["", "[]", "null", "7", r#"{"id":"c1"}"#, r#"{"id":1,"type":"ping"}"#, "{\"type\":\"ping\"}x"]
        {
            assert!(Command::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn members_take_no_names_and_send_no_hearts() {
        for kind in ["name.set", "heart.send"] {
            let text = format!(r#"{{"id":"c1","type":"{kind}","data":{{}}}}"#);
            assert_eq!(Command::parse(&text).unwrap().for_member(), Err(Code::Forbidden));
        }
    }

    #[test]
    fn a_hello_speaks_for_one_person() {
        assert!(Hello::parse(r#"{"t":"hello"}"#).is_some());
        assert!(Hello::parse(r#"{"t":"hello","token":"x","after":"e:1"}"#).is_some());
        assert!(Hello::parse(r#"{"t":"hello","token":"x","ticket":"y"}"#).is_none());
        assert!(Hello::parse(r#"{"t":"hello","role":"owner"}"#).is_none());
        assert!(Hello::parse(r#"{"t":"welcome"}"#).is_none());
    }
}
