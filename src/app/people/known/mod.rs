//! The viewers of one show of whom the database holds something, as far as this node knows them.
//!
//! It knows neither the database nor the time: whoever reads brings what was read.
//! Invariant: whatever is answered without a question is what the database held when the last
//! change of that viewer was told of, or something later.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::{DateTime, Utc};

use crate::domain::ids::ViewerId;

/// What a show holds of a viewer; the default is what it holds of a stranger.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Facts {
    /// The name given in this show.
    pub name: Option<Box<str>>,
    /// When the last message was taken.
    pub last_chat_at: Option<DateTime<Utc>>,
    /// Until when no message is taken.
    pub muted_until: Option<DateTime<Utc>>,
    /// Whether pieces may be set aside for the viewer.
    pub may_hold: bool,
    /// Whether a question of the viewer was answered in private.
    pub has_answers: bool,
    /// Whether a message of the viewer was ever held for a moderator.
    pub has_held: bool,
}

/// Viewers that all shows of a node may still keep together.
#[derive(Debug)]
pub(super) struct Room(AtomicUsize);

impl Room {
    pub fn new(viewers: usize) -> Self {
        Self(AtomicUsize::new(viewers))
    }

    fn take_one(&self) -> bool {
        let less = |left: usize| left.checked_sub(1);
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, less).is_ok()
    }

    fn give_back(&self, viewers: usize) {
        self.0.fetch_add(viewers, Ordering::Relaxed);
    }
}

/// The known viewers of a show.
#[derive(Debug)]
pub(super) struct Known {
    viewers: HashMap<ViewerId, Entry>,
    state: State,
    /// The newest mark; each names one change or one load.
    marks: u64,
    viewers_max: usize,
    room: Arc<Room>,
}

#[derive(Debug)]
enum Entry {
    /// As the database holds it.
    Read(Facts),
    /// Changed since; the mark tells this change from later ones.
    Changed(u64),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Nothing was read yet, or what was read is in doubt.
    Empty,
    /// Everybody is being read; who changes meanwhile is among the viewers already.
    Loading(u64),
    /// Who is not among the viewers is a stranger, or has to be asked for when there was no room.
    Loaded { is_complete: bool },
}

/// A load that was begun.
#[derive(Clone, Copy, Debug)]
pub(super) struct Load(u64);

/// What is known of a viewer.
#[derive(Debug)]
pub(super) enum Look {
    /// Nobody has been read.
    NotLoaded,
    /// This.
    Facts(Facts),
    /// The database has to be asked, after this question was put and not before.
    Ask(Question),
}

/// Stands for one viewer who is asked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Question {
    viewer: ViewerId,
    mark: Option<u64>,
}

impl Known {
    /// Knows nobody, and later no more than `viewers_max` in this show.
    pub fn new(viewers_max: usize, room: Arc<Room>) -> Self {
        Self { viewers: HashMap::new(), state: State::Empty, marks: 0, viewers_max, room }
    }

    /// Whether everybody was read.
    pub const fn is_loaded(&self) -> bool {
        matches!(self.state, State::Loaded { .. })
    }

    /// What is known of a viewer.
    pub fn look(&self, viewer: ViewerId) -> Look {
        let State::Loaded { is_complete } = self.state else { return Look::NotLoaded };
        match self.viewers.get(&viewer) {
            Some(Entry::Read(facts)) => Look::Facts(facts.clone()),
            Some(Entry::Changed(mark)) => Look::Ask(Question { viewer, mark: Some(*mark) }),
            None if is_complete => Look::Facts(Facts::default()),
            None => Look::Ask(Question { viewer, mark: None }),
        }
    }

    /// Keeps the answer to a question, unless the viewer changed since it was put.
    pub fn answer(&mut self, question: Question, facts: Facts) {
        let Question { viewer, mark: Some(mark) } = question else { return };
        if let Some(entry @ Entry::Changed(_)) = self.viewers.get_mut(&viewer)
            && matches!(entry, Entry::Changed(known) if *known == mark)
        {
            *entry = Entry::Read(facts);
        }
    }

    /// Begins to read everybody; a load that was begun earlier counts no more.
    pub fn begin_load(&mut self) -> Load {
        self.clear();
        let mark = self.next_mark();
        self.state = State::Loading(mark);
        Load(mark)
    }

    /// Takes what a load has read; whether that counts. Strangers need not be among the rows.
    pub fn finish_load(&mut self, load: Load, rows: Vec<(ViewerId, Facts)>, is_complete: bool) -> bool {
        if self.state != State::Loading(load.0) {
            return false;
        }
        let mut is_complete = is_complete;
        for (viewer, facts) in rows {
            // Who changed since the load began may have been read before the change.
            if !self.viewers.contains_key(&viewer) {
                is_complete &= self.insert(viewer, Entry::Read(facts));
            }
        }
        self.state = State::Loaded { is_complete };
        true
    }

    /// Changes were missed; everybody has to be read again.
    pub fn doubt(&mut self) {
        self.clear();
        self.state = State::Empty;
    }

    /// A viewer changed in a way that has to be read.
    pub fn change(&mut self, viewer: ViewerId) {
        if self.state == State::Empty {
            return;
        }
        let mark = self.next_mark();
        if !self.insert(viewer, Entry::Changed(mark)) {
            match self.state {
                // Strangers are asked for from now on, this viewer among them.
                State::Loaded { .. } => self.state = State::Loaded { is_complete: false },
                State::Empty | State::Loading(_) => self.doubt(),
            }
        }
    }

    /// A message of a viewer was taken.
    ///
    /// The database takes a message only when the one before is older, so the newest time is right
    /// in whichever order messages are told of.
    pub fn chat(&mut self, viewer: ViewerId, at: DateTime<Utc>) {
        match self.viewers.get_mut(&viewer) {
            Some(Entry::Read(facts)) => facts.last_chat_at = facts.last_chat_at.max(Some(at)),
            Some(Entry::Changed(_)) | None => self.change(viewer),
        }
    }

    fn insert(&mut self, viewer: ViewerId, entry: Entry) -> bool {
        if !self.viewers.contains_key(&viewer)
            && (self.viewers.len() >= self.viewers_max || !self.room.take_one())
        {
            return false;
        }
        self.viewers.insert(viewer, entry);
        true
    }

    fn clear(&mut self) {
        self.room.give_back(self.viewers.len());
        self.viewers = HashMap::new();
    }

    fn next_mark(&mut self) -> u64 {
        self.marks += 1;
        self.marks
    }
}

impl Drop for Known {
    fn drop(&mut self) {
        self.clear();
    }
}

#[cfg(test)]
mod tests;
