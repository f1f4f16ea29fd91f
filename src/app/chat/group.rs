//! Which of the messages that came together may stay: decided from what was read of all of them at
//! once, in the order they came.
//!
//! The show is locked meanwhile, so nothing of what was read changes before the commit.

use std::collections::HashMap;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::{ChatError, Invalid, Sender, member_author, viewer_author};
use crate::domain::chat::Author;
use crate::domain::event::ShowEvent;
use crate::domain::ids::{MessageId, ViewerId};
use crate::domain::show::Show;
use crate::storage::{ChatMessage, ChatStanding};

/// Messages of one show, while they are decided on.
pub struct Group<'a> {
    show: &'a Show,
    at: DateTime<Utc>,
    /// Messages that the show has already, and those of this group.
    known: HashMap<MessageId, Known>,
    standings: HashMap<(ViewerId, Vec<u8>), ChatStanding>,
    taken: Taken,
    /// When viewers wrote last, where that was in this group.
    wrote: HashMap<ViewerId, DateTime<Utc>>,
}

struct Known {
    author: Uuid,
    place: Place,
}

/// Where a message that may stay is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Among the events of this group.
    New(usize),
    /// In the log.
    Recorded {
        /// Its number.
        seq: i64,
        /// When it was taken.
        at: DateTime<Utc>,
    },
}

/// What a group leaves to be written.
#[derive(Default)]
pub struct Taken {
    /// A `chat.sent` for each message, in order.
    pub events: Vec<ShowEvent>,
    /// Whose turn in slow mode is over.
    pub viewers: Vec<ViewerId>,
}

impl<'a> Group<'a> {
    pub fn new(
        show: &'a Show,
        at: DateTime<Utc>,
        known: impl IntoIterator<Item = (MessageId, ChatMessage)>,
        standings: impl IntoIterator<Item = ((ViewerId, Vec<u8>), ChatStanding)>,
    ) -> Self {
        let known = known.into_iter().map(|(id, message)| {
            let place = Place::Recorded { seq: message.seq, at: message.sent_at };
            (id, Known { author: message.author_id, place })
        });
        Self {
            show,
            at,
            known: known.collect(),
            standings: standings.into_iter().collect(),
            taken: Taken::default(),
            wrote: HashMap::new(),
        }
    }

    /// Decides on the next message. A retry gets the place of the message that it repeats.
    ///
    /// # Errors
    /// Why it may not stay.
    pub fn decide(&mut self, sender: &Sender, message_id: MessageId, text: &str) -> Result<Place, ChatError> {
        if let Some(known) = self.known.get(&message_id) {
            return if known.author == sender.author_id() {
                Ok(known.place)
            } else {
                Err(Invalid::field("/data/message_id", "duplicate").into())
            };
        }
        let author = self.admit(sender)?;
        let place = Place::New(self.taken.events.len());
        self.known.insert(message_id, Known { author: author.id, place });
        self.taken.events.push(ShowEvent::ChatSent { message_id, author, text: Some(text.to_owned()) });
        Ok(place)
    }

    /// What has to be written.
    pub fn into_taken(self) -> Taken {
        self.taken
    }

    /// The author as everybody will see them, if they may write now.
    fn admit(&mut self, sender: &Sender) -> Result<Author, ChatError> {
        if let Sender::Member(caller) = sender {
            return if caller.shop == self.show.shop_id {
                Ok(member_author(caller))
            } else {
                Err(ChatError::NotFound)
            };
        }
        let (viewer, address) = sender.of_shop(self.show).ok_or(ChatError::NotFound)?;
        if !self.show.status.is_open() {
            return Err(ChatError::ShowNotOpen);
        }
        let standing = self.standings.get(&(viewer, address.to_vec())).ok_or(ChatError::NotFound)?;
        if standing.is_banned {
            return Err(ChatError::Banned);
        }
        let known = standing.viewer.as_ref().ok_or(ChatError::NameRequired)?;
        if let Some(until) = known.muted_until.filter(|until| *until > self.at) {
            return Err(ChatError::Muted((until - self.at).to_std().unwrap_or(Duration::ZERO)));
        }
        let last = self.wrote.get(&viewer).copied().or(known.last_chat_at);
        let ready = last.map(|last| last + TimeDelta::seconds(self.show.slow_mode_secs));
        // Without slow mode nobody waits, not even for another node's clock.
        if let Some(ready) = ready.filter(|ready| self.show.slow_mode_secs > 0 && *ready > self.at) {
            return Err(ChatError::SlowMode((ready - self.at).to_std().unwrap_or(Duration::ZERO)));
        }
        let author = viewer_author(viewer, known.name.clone());
        if self.wrote.insert(viewer, self.at).is_none() {
            self.taken.viewers.push(viewer);
        }
        Ok(author)
    }
}
