//! Chat: names, messages in groups, moderation with undo.

mod group;
mod held;
mod limiter;
mod moderation;
mod pin;
#[cfg(test)]
mod tests;
mod writer;

use std::time::Duration;

use chrono::{DateTime, Utc};
use uuid::Uuid;

pub(in crate::app) use held::refuse_waiting;
pub(crate) use limiter::ChatLimiter;
pub use moderation::{MutedViewer, NamedViewer};
pub(in crate::app) use pin::find_shown;
pub(crate) use writer::ChatQueue;
pub use writer::run_chat_writer;

use super::{App, Caller, Holder, Invalid, Refusal, Viewer};
use crate::domain::chat::{Author, NameError, ViewerName};
use crate::domain::ids::{MessageId, ShowId, ViewerId};
use crate::domain::member::Permission;
use crate::domain::problem::{Code, FieldError};
use crate::domain::show::Show;
use crate::domain::text::TextError;
use crate::storage;

/// Who writes.
#[derive(Clone, Debug)]
pub enum Sender {
    /// A viewer, with the salted hash of the address they come from.
    Viewer {
        /// As proved by the token.
        viewer: Viewer,
        /// See [`App::address_hash`].
        address_hash: Vec<u8>,
    },
    /// A member of the shop, exempt from limits.
    Member(Caller),
}

/// A message that was taken and committed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChatAck {
    /// The id that the client made.
    pub message_id: MessageId,
    /// Its place in the log; none while it waits for a moderator.
    pub seq: Option<i64>,
    /// When it was taken.
    pub at: DateTime<Utc>,
}

/// A viewer's own state in a show.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct ViewerState {
    /// The name given in this show.
    pub name: Option<String>,
    /// Until when no message is taken.
    pub muted_until: Option<DateTime<Utc>>,
    /// When slow mode lets the next message through.
    pub chat_ready_at: Option<DateTime<Utc>>,
    /// Whether the shop sent the viewer away.
    pub is_banned: bool,
    /// Whether pieces may be set aside for the viewer; false is certain.
    pub may_hold: bool,
    /// Whether a question of the viewer was answered in private.
    pub has_answers: bool,
    /// Whether a message of the viewer was ever held for a moderator.
    pub has_held: bool,
}

/// Why a message, a name or a measure was not taken.
#[derive(Debug, thiserror::Error)]
pub enum ChatError {
    /// No such show, message or viewer.
    #[error("there is nothing here")]
    NotFound,
    /// Only members write.
    #[error("only the shop writes at the moment")]
    Locked,
    /// As many messages wait for a moderator as may.
    #[error("your messages wait for a moderator")]
    ReviewFull,
    /// It was decided on the other way.
    #[error("this message was decided on already")]
    Settled,
    /// The show takes no chat.
    #[error("the show takes no chat at the moment")]
    ShowNotOpen,
    /// No name given yet.
    #[error("give a name first")]
    NameRequired,
    /// Somebody's name looks like it.
    #[error("somebody here has a name that looks like this")]
    NameTaken,
    /// It looks like the shop's staff.
    #[error("this name is reserved")]
    NameReserved,
    /// Too many in too short a time.
    #[error("too many messages")]
    RateLimited(Duration),
    /// Slow mode is on.
    #[error("slow mode is on")]
    SlowMode(Duration),
    /// Muted by a moderator.
    #[error("a moderator muted you")]
    Muted(Duration),
    /// Banned by a moderator.
    #[error("a moderator sent you away")]
    Banned,
    /// The same text again.
    #[error("you just wrote the same")]
    Duplicate,
    /// Links are for members.
    #[error("only the shop posts links")]
    LinksNotAllowed,
    /// Too many messages wait to be written.
    #[error("the server takes no more messages at the moment")]
    Overloaded,
    /// The time for an undo is over.
    #[error("this cannot be brought back any more")]
    UndoTooLate,
    /// A field is not allowed.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// The permission is missing.
    #[error(transparent)]
    Forbidden(#[from] super::Forbidden),
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] storage::Error),
    /// The group that the message was written in failed.
    #[error("the message could not be written")]
    Unavailable,
}

impl Refusal for ChatError {
    fn code(&self) -> Code {
        match self {
            Self::NotFound => Code::NotFound,
            Self::Locked => Code::ChatLocked,
            Self::ReviewFull => Code::ReviewFull,
            Self::Settled => Code::MessageSettled,
            Self::ShowNotOpen => Code::ShowNotOpen,
            Self::NameRequired => Code::NameRequired,
            Self::NameTaken => Code::NameTaken,
            Self::NameReserved => Code::NameReserved,
            Self::RateLimited(_) => Code::RateLimited,
            Self::SlowMode(_) => Code::SlowMode,
            Self::Muted(_) => Code::Muted,
            Self::Banned => Code::Banned,
            Self::Duplicate => Code::Duplicate,
            Self::LinksNotAllowed => Code::LinksNotAllowed,
            Self::Overloaded => Code::Overloaded,
            Self::UndoTooLate => Code::UndoTooLate,
            Self::Unavailable => Code::Unavailable,
            Self::Invalid(error) => error.code(),
            Self::Forbidden(error) => error.code(),
            Self::Storage(error) => error.code(),
        }
    }

    fn fields(&self) -> Vec<FieldError> {
        if let Self::Invalid(error) = self { error.fields() } else { Vec::new() }
    }

    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::RateLimited(wait) | Self::SlowMode(wait) | Self::Muted(wait) => Some(*wait),
            Self::Overloaded | Self::Unavailable => Some(Duration::from_secs(2)),
            Self::Storage(error) => error.retry_after(),
            _ => None,
        }
    }
}

impl From<TextError> for ChatError {
    fn from(error: TextError) -> Self {
        Invalid::field("/data/text", error.code()).into()
    }
}

impl From<NameError> for ChatError {
    fn from(error: NameError) -> Self {
        match error {
            NameError::Text(error) => Invalid::field("/data/name", error.code()).into(),
            NameError::Reserved => Self::NameReserved,
        }
    }
}

impl App {
    /// Gives a viewer a name in a show, or a new one.
    ///
    /// # Errors
    /// Refuses names that are unusable, taken or look like the shop's staff.
    pub async fn set_viewer_name(
        &self,
        show: ShowId,
        viewer: Viewer,
        address_hash: &[u8],
        name: &str,
    ) -> Result<String, ChatError> {
        let mut tx = self.db().write().await?;
        tx.lock_show(viewer.shop, show).await?.ok_or(ChatError::NotFound)?;
        if tx.is_banned(viewer.shop, viewer.id, address_hash, self.clock().now()).await? {
            return Err(ChatError::Banned);
        }
        let shop = tx.find_shop(viewer.shop).await?.ok_or(ChatError::NotFound)?;
        let members = tx.list_members(viewer.shop).await?;
        let mut staff: Vec<String> = members.into_iter().map(|member| member.name).collect();
        staff.push(shop.name);
        let name = ViewerName::parse(name, &staff)?;
        if !tx.set_viewer_name(viewer.shop, show, viewer.id, &name, address_hash).await? {
            return Err(ChatError::NameTaken);
        }
        let mut recorder = self.recorder(viewer.shop, show);
        recorder.change_viewer(viewer.id);
        self.commit(tx, [recorder]).await?;
        Ok(name.name)
    }
}

impl Sender {
    /// The id that authorship is kept by.
    #[must_use]
    pub fn author_id(&self) -> Uuid {
        match self {
            Self::Viewer { viewer, .. } => viewer.id.as_uuid(),
            Self::Member(caller) => match caller.holder {
                Holder::Member { id, .. } => id.as_uuid(),
                Holder::Key { id, .. } => id.as_uuid(),
            },
        }
    }

    /// A viewer of the show's own shop, and the hash of the address they come from.
    fn of_shop(&self, show: &Show) -> Option<(ViewerId, &[u8])> {
        match self {
            Self::Viewer { viewer, address_hash } if viewer.shop == show.shop_id => {
                Some((viewer.id, address_hash))
            }
            _ => None,
        }
    }
}

/// How a member signs messages; keys write in the name the shop gave them, without a badge.
pub(super) fn member_author(caller: &Caller) -> Author {
    match &caller.holder {
        Holder::Member { id, role, name } => {
            Author { id: id.as_uuid(), name: name.clone(), badge: Some(*role) }
        }
        Holder::Key { id, name } => Author { id: id.as_uuid(), name: name.clone(), badge: None },
    }
}

pub(super) fn viewer_author(id: ViewerId, name: String) -> Author {
    Author { id: id.as_uuid(), name, badge: None }
}

/// Writing needs what moderating needs: to be one of the show's people.
const MEMBER_CHAT: Permission = Permission::Moderate;
