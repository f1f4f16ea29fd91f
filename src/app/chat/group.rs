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
use crate::domain::moderation::{HELD_MAX, HELD_OF_VIEWER_MAX, HeldMessage, HoldReason, WordList};
use crate::domain::show::Show;
use crate::storage::{ChatStanding, KnownMessage, StoredHeld};

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
    review: Review,
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
    /// Nowhere that others see: it waits for a moderator since a moment, or was refused.
    Held(DateTime<Utc>),
    /// In the log.
    Recorded {
        /// Its number.
        seq: i64,
        /// When it was taken.
        at: DateTime<Utc>,
    },
}

/// What the shop holds for review, and what waits already.
#[derive(Default)]
pub struct Review {
    /// Words that hold a message.
    pub words: WordList,
    /// Whether first messages wait.
    pub holds_first: bool,
    /// What waits already; read only where a message of the group may have to wait.
    pub waiting: Vec<StoredHeld>,
}

impl Review {
    /// Why a viewer's message waits, if it does.
    fn reason(&self, text: &str, has_spoken: bool) -> Option<HoldReason> {
        if self.words.matches(text) {
            return Some(HoldReason::Word);
        }
        (self.holds_first && !has_spoken).then_some(HoldReason::First)
    }
}

/// What a group leaves to be written.
#[derive(Default)]
pub struct Taken {
    /// A `chat.sent` for each message, in order.
    pub events: Vec<ShowEvent>,
    /// Messages that wait for a moderator, in order.
    pub held: Vec<HeldMessage>,
    /// Viewers of whom a message is shown for the first time.
    pub spoken: Vec<ViewerId>,
    /// Whose turn in slow mode is over.
    pub viewers: Vec<ViewerId>,
}

impl<'a> Group<'a> {
    pub fn new(
        show: &'a Show,
        at: DateTime<Utc>,
        known: impl IntoIterator<Item = KnownMessage>,
        standings: impl IntoIterator<Item = ((ViewerId, Vec<u8>), ChatStanding)>,
        review: Review,
    ) -> Self {
        let known = known.into_iter().map(|message| {
            let at = message.sent_at;
            let place = message.seq.map_or(Place::Held(at), |seq| Place::Recorded { seq, at });
            (message.message_id, Known { author: message.author_id, place })
        });
        Self {
            show,
            at,
            known: known.collect(),
            standings: standings.into_iter().collect(),
            taken: Taken::default(),
            wrote: HashMap::new(),
            review,
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
        let (author, reason) = self.admit(sender, text)?;
        let place = match reason {
            Some(_) => Place::Held(self.at),
            None => Place::New(self.taken.events.len()),
        };
        self.known.insert(message_id, Known { author: author.id, place });
        let text = Some(text.to_owned());
        match reason {
            Some(reason) => self.taken.held.push(HeldMessage { message_id, author, text, reason }),
            None => self.taken.events.push(ShowEvent::ChatSent { message_id, author, text }),
        }
        Ok(place)
    }

    /// Whether the message of a viewer waits; as many wait as may.
    fn hold(&self, viewer: ViewerId, text: &str, has_spoken: bool) -> Result<Option<HoldReason>, ChatError> {
        let has_spoken = has_spoken || self.taken.spoken.contains(&viewer);
        let Some(reason) = self.review.reason(text, has_spoken) else { return Ok(None) };
        let waiting = self.review.waiting.iter().map(|held| held.viewer_id);
        let waiting = waiting.chain(self.taken.held.iter().map(|held| held.author.id.into()));
        let (mut all, mut own) = (0, 0);
        for other in waiting {
            all += 1;
            own += i64::from(other == viewer);
        }
        if all >= HELD_MAX || own >= HELD_OF_VIEWER_MAX {
            return Err(ChatError::ReviewFull);
        }
        Ok(Some(reason))
    }

    /// What has to be written.
    pub fn into_taken(self) -> Taken {
        self.taken
    }

    /// The author as everybody will see them, if they may write now, and why the message waits.
    fn admit(&mut self, sender: &Sender, text: &str) -> Result<(Author, Option<HoldReason>), ChatError> {
        if let Sender::Member(caller) = sender {
            return if caller.shop == self.show.shop_id {
                Ok((member_author(caller), None))
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
        if self.show.is_chat_locked {
            return Err(ChatError::Locked);
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
        let (author, has_spoken) = (viewer_author(viewer, known.name.clone()), known.has_spoken);
        let reason = self.hold(viewer, text, has_spoken)?;
        if reason.is_none() && !has_spoken && !self.taken.spoken.contains(&viewer) {
            self.taken.spoken.push(viewer);
        }
        if self.wrote.insert(viewer, self.at).is_none() {
            self.taken.viewers.push(viewer);
        }
        Ok((author, reason))
    }
}
