//! What clients send: a hello, then commands.
//!
//! Viewers and members have commands of their own types, so that what only one may do cannot be
//! parsed for the other.

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::domain::ids::{MessageId, ProductId, QuestionId};
use crate::domain::problem::Code;

/// Characters of a command's id.
const COMMAND_ID_CHARS_MAX: usize = 64;

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
    /// The key of an overlay, which only watches.
    pub overlay_key: Option<String>,
    /// `<epoch>:<seq>[:<member_seq>]` of what the client has seen.
    pub after: Option<String>,
}

impl Hello {
    /// Reads the first frame; `None` when it is no hello.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let hello: Self = serde_json::from_str(text).ok()?;
        let proofs = [&hello.token, &hello.ticket, &hello.overlay_key];
        let is_one_person = proofs.into_iter().flatten().count() <= 1;
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
    /// A question for the host.
    QuestionAsk(QuestionAsk),
    /// A vote for somebody's question.
    QuestionUpvote(QuestionUpvote),
    /// Products whose cards were opened, for the shop's figures.
    CardOpen(CardOpen),
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

/// The data of `question.ask`.
#[derive(Debug, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct QuestionAsk {
    /// Made by the client, so that a retry is never a second question.
    pub question_id: QuestionId,
    /// A product of the lineup, or `null` for a question about nothing in particular.
    #[serde(default)]
    pub product_id: Option<ProductId>,
    /// 1 to 200 characters.
    pub text: String,
}

/// The data of `question.upvote`.
#[derive(Debug, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct QuestionUpvote {
    /// An open question; each viewer counts once.
    pub question_id: QuestionId,
}

/// The data of `card.open`.
#[derive(Debug, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CardOpen {
    /// 1 to 20 products of the lineup; each viewer counts once for each of them.
    pub product_ids: Vec<ProductId>,
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
            "question.ask" => self.data().map(ViewerCommand::QuestionAsk),
            "question.upvote" => self.data().map(ViewerCommand::QuestionUpvote),
            "card.open" => self.data().map(ViewerCommand::CardOpen),
            _ => self.for_all().map(ViewerCommand::Client),
        }
    }

    /// The command as one of an overlay's, which only asks for signs of life.
    ///
    /// # Errors
    /// `forbidden` for what others may do, `unknown_type`, or `bad_request` for unfit data.
    pub fn for_overlay(&self) -> Result<ClientCommand, Code> {
        match self.kind.as_str() {
            "name.set" | "heart.send" | "chat.send" | "question.ask" | "question.upvote" | "card.open" => {
                Err(Code::Forbidden)
            }
            _ => self.for_all(),
        }
    }

    /// The command as one of a member's.
    ///
    /// # Errors
    /// `unknown_type`, or `bad_request` for unfit data.
    pub fn for_member(&self) -> Result<ClientCommand, Code> {
        match self.kind.as_str() {
            // A member's name is that of the account; hearts, questions and what is counted are the
            // audience's.
            "name.set" | "heart.send" | "question.ask" | "question.upvote" | "card.open" => {
                Err(Code::Forbidden)
            }
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
    const SUBJECTS: [&str; 9] =
        ["show", "product", "lineup", "stock", "order", "offer", "viewer", "message", "question"];
    kind.split_once('.').is_some_and(|(subject, _)| SUBJECTS.contains(&subject))
        || matches!(
            kind,
            "chat.lock"
                | "chat.pin"
                | "chat.remove"
                | "chat.removed"
                | "chat.restore"
                | "chat.sent"
                | "chat.slow_mode"
                | "chat.unpin"
        )
}

#[cfg(test)]
mod tests {
    use super::*;

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
        for kind in ["name.set", "heart.send", "card.open"] {
            let text = format!(r#"{{"id":"c1","type":"{kind}","data":{{}}}}"#);
            assert_eq!(Command::parse(&text).unwrap().for_member(), Err(Code::Forbidden));
        }
    }

    #[test]
    fn overlays_only_watch() {
        for kind in ["name.set", "heart.send", "chat.send", "question.ask", "card.open", "product.feature"] {
            let text = format!(r#"{{"id":"c1","type":"{kind}","data":{{}}}}"#);
            assert_eq!(Command::parse(&text).unwrap().for_overlay(), Err(Code::Forbidden));
        }
        let ping = Command::parse(r#"{"id":"c1","type":"ping"}"#).unwrap();
        assert_eq!(ping.for_overlay(), Ok(ClientCommand::Ping));
    }

    #[test]
    fn a_hello_speaks_for_one_person() {
        assert!(Hello::parse(r#"{"t":"hello"}"#).is_some());
        assert!(Hello::parse(r#"{"t":"hello","token":"x","after":"e:1"}"#).is_some());
        assert!(Hello::parse(r#"{"t":"hello","token":"x","ticket":"y"}"#).is_none());
        assert!(Hello::parse(r#"{"t":"hello","token":"x","overlay_key":"y"}"#).is_none());
        assert!(Hello::parse(r#"{"t":"hello","overlay_key":"y"}"#).is_some());
        assert!(Hello::parse(r#"{"t":"hello","role":"owner"}"#).is_none());
        assert!(Hello::parse(r#"{"t":"welcome"}"#).is_none());
    }
}
