//! What a node keeps of one show and of one shop: the show itself, its people, who was sent away.

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::bans::Bans;
use super::known::{Known, Room};
use crate::domain::event::{RecordedEvent, ShowEvent};
use crate::domain::ids::{ShopId, ViewerId};
use crate::domain::show::{Show, ShowStatus};
use crate::storage;

/// How long somebody waits for a read that is under way for all; then the client comes back.
const READ_WAIT: Duration = Duration::from_secs(10);

/// One show on this node.
#[derive(Debug)]
pub(super) struct Place {
    /// Whose show it is, once it was read.
    shop: OnceLock<ShopId>,
    state: Mutex<PlaceState>,
    reading: tokio::sync::Mutex<()>,
}

#[derive(Debug)]
pub(super) struct PlaceState {
    pub door: Door,
    pub known: Known,
    /// Snapshots of which the reading began before this tell what no longer holds.
    floor: Option<Instant>,
}

/// One shop on this node.
#[derive(Debug, Default)]
pub(super) struct ShopPlace {
    state: Mutex<ShopState>,
    reading: tokio::sync::Mutex<()>,
}

#[derive(Debug, Default)]
pub(super) struct ShopState {
    pub bans: Bans,
    floor: Option<Instant>,
}

impl Place {
    pub fn new(viewers_max: usize, room: Arc<Room>) -> Self {
        let state = PlaceState { door: Door::default(), known: Known::new(viewers_max, room), floor: None };
        Self { shop: OnceLock::new(), state: Mutex::new(state), reading: tokio::sync::Mutex::default() }
    }

    pub fn shop(&self) -> Option<ShopId> {
        self.shop.get().copied()
    }

    /// Takes the show as it was read.
    pub fn finish_door(&self, load: DoorLoad, show: Show) -> Arc<Show> {
        let _ = self.shop.set(show.shop_id);
        self.state().door.finish_load(load, show)
    }

    pub fn state(&self) -> MutexGuard<'_, PlaceState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for the turn to read, so that many who come at once read once.
    pub async fn turn(&self) -> storage::Result<tokio::sync::MutexGuard<'_, ()>> {
        turn(&self.reading).await
    }
}

impl ShopPlace {
    pub fn state(&self) -> MutexGuard<'_, ShopState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for the turn to read, so that many who come at once read once.
    pub async fn turn(&self) -> storage::Result<tokio::sync::MutexGuard<'_, ()>> {
        turn(&self.reading).await
    }
}

async fn turn(reading: &tokio::sync::Mutex<()>) -> storage::Result<tokio::sync::MutexGuard<'_, ()>> {
    tokio::time::timeout(READ_WAIT, reading.lock()).await.map_err(|_| storage::Error::timed_out())
}

impl PlaceState {
    /// Takes what a transaction recorded.
    pub fn hear(&mut self, events: &[RecordedEvent], changed: &[ViewerId]) {
        for RecordedEvent { seq, at, event } in events {
            match event {
                // Members sign with a badge. Keys do not, and are kept like a viewer who never comes.
                ShowEvent::ChatSent { author, .. } if author.badge.is_none() => {
                    self.known.chat(author.id.into(), *at);
                }
                ShowEvent::ViewerMuted { viewer_id, .. }
                | ShowEvent::ViewerUnmuted { viewer_id, .. }
                | ShowEvent::MessageApproved { viewer_id, .. }
                | ShowEvent::MessageRefused { viewer_id, .. }
                | ShowEvent::QuestionAnsweredPrivately { viewer_id, .. } => {
                    self.known.change(*viewer_id);
                }
                ShowEvent::MessageHeld(held) => self.known.change(held.author.id.into()),
                // A snapshot from before would still hand out the text.
                ShowEvent::ChatRemoved { .. } | ShowEvent::QuestionDismissed { .. } => {
                    self.floor = Some(Instant::now());
                }
                ShowEvent::AuthorErased { author_id } => {
                    self.floor = Some(Instant::now());
                    self.known.change((*author_id).into());
                }
                // Names went with the words.
                ShowEvent::ChatExpired { .. } => {
                    self.floor = Some(Instant::now());
                    self.known.doubt();
                }
                event => self.door.hear(*seq, event),
            }
        }
        for viewer in changed {
            self.known.change(*viewer);
        }
    }

    /// Something may have been missed; everything is read again.
    pub fn doubt(&mut self) {
        self.door.doubt();
        self.known.doubt();
        self.floor = Some(Instant::now());
    }

    /// Whether a snapshot whose reading began at a moment still tells nothing that is taken back.
    pub fn may_share(&self, read_at: Instant) -> bool {
        self.floor.is_none_or(|floor| read_at > floor)
    }
}

impl ShopState {
    /// Something of the shop changed that its shows' events do not tell of.
    pub fn raise_floor(&mut self) {
        self.floor = Some(Instant::now());
    }

    /// Whether a snapshot whose reading began at a moment still shows the shop as it is.
    pub fn may_share(&self, read_at: Instant) -> bool {
        self.floor.is_none_or(|floor| read_at > floor)
    }
}

/// The show as those find it who come to it; its texts may be older.
#[derive(Debug, Default)]
pub(super) struct Door {
    show: Option<Arc<Show>>,
    /// The newest status and pause that were heard of, with the places of their events in the log.
    status: Option<(i64, ShowStatus)>,
    slow_mode: Option<(i64, i64)>,
    /// Counts doubts, so that what was read before one is not kept after it.
    doubts: u64,
}

/// A read of the show that was begun.
#[derive(Clone, Copy, Debug)]
pub(super) struct DoorLoad(u64);

impl Door {
    /// The show; `None` until it was read.
    pub const fn show(&self) -> Option<&Arc<Show>> {
        self.show.as_ref()
    }

    pub const fn begin_load(&self) -> DoorLoad {
        DoorLoad(self.doubts)
    }

    /// Takes the show as it was read, with what was heard since; unless it is in doubt again.
    fn finish_load(&mut self, load: DoorLoad, mut show: Show) -> Arc<Show> {
        match self.status {
            Some((seq, status)) if seq > show.last_seq => show.status = status,
            _ => self.status = Some((show.last_seq, show.status)),
        }
        match self.slow_mode {
            Some((seq, secs)) if seq > show.last_seq => show.slow_mode_secs = secs,
            _ => self.slow_mode = Some((show.last_seq, show.slow_mode_secs)),
        }
        let show = Arc::new(show);
        if load.0 == self.doubts {
            self.show = Some(Arc::clone(&show));
        }
        show
    }

    fn hear(&mut self, seq: i64, event: &ShowEvent) {
        match event {
            ShowEvent::ShowScheduled(change)
            | ShowEvent::ShowStarted(change)
            | ShowEvent::ShowPaused(change)
            | ShowEvent::ShowResumed(change)
            | ShowEvent::ShowEnded(change)
                if self.status.is_none_or(|(known, _)| seq > known) =>
            {
                self.status = Some((seq, change.status));
                self.change(|show| show.status = change.status);
            }
            ShowEvent::ChatSlowModeChanged { secs }
                if self.slow_mode.is_none_or(|(known, _)| seq > known) =>
            {
                self.slow_mode = Some((seq, *secs));
                self.change(|show| show.slow_mode_secs = *secs);
            }
            _ => {}
        }
    }

    fn change(&mut self, change: impl FnOnce(&mut Show)) {
        if let Some(show) = &mut self.show {
            change(Arc::make_mut(show));
        }
    }

    fn doubt(&mut self) {
        self.show = None;
        self.doubts += 1;
    }
}

/// Bans of a shop are told of in one of its shows and hold in all of them.
pub(super) fn tells_of_bans(events: &[RecordedEvent]) -> bool {
    let is_one = |event: &ShowEvent| {
        matches!(event, ShowEvent::ViewerBanned { .. } | ShowEvent::ViewerUnbanned { .. })
    };
    events.iter().any(|recorded| is_one(&recorded.event))
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use uuid::Uuid;

    use super::*;
    use crate::domain::event::StatusChange;
    use crate::domain::show::VideoSource;

    fn show(last_seq: i64, status: ShowStatus) -> Show {
        Show {
            id: Uuid::from_u128(1).into(),
            shop_id: Uuid::from_u128(2).into(),
            slug: "serata".to_owned(),
            title: "Serata".to_owned(),
            description: String::new(),
            status,
            is_rehearsal: false,
            video: VideoSource::None {},
            sync_offset_ms: 0,
            starts_at: None,
            started_at: None,
            ended_at: None,
            replay_published_at: None,
            slow_mode_secs: 0,
            takes_questions: true,
            is_chat_locked: false,
            pinned_message_id: None,
            last_seq,
            last_member_seq: 0,
        }
    }

    fn told(seq: i64, status: ShowStatus) -> RecordedEvent {
        let event = ShowEvent::ShowScheduled(StatusChange { status, starts_at: None });
        RecordedEvent { seq, at: DateTime::UNIX_EPOCH, event }
    }

    fn place() -> Place {
        Place::new(10, Arc::new(Room::new(10)))
    }

    #[test]
    fn what_was_heard_while_the_show_was_read_counts_when_it_is_newer() {
        for (last_seq, expected) in [(1, ShowStatus::Draft), (2, ShowStatus::Scheduled)] {
            let place = place();
            let load = place.state().door.begin_load();
            place.state().hear(&[told(2, ShowStatus::Draft)], &[]);
            let read = place.state().door.finish_load(load, show(last_seq, ShowStatus::Scheduled));
            assert_eq!(read.status, expected, "read at {last_seq}");
        }
    }

    #[test]
    fn the_newest_status_counts_in_whichever_order_it_is_told() {
        let place = place();
        let load = place.state().door.begin_load();
        place.state().door.finish_load(load, show(1, ShowStatus::Draft));
        place.state().hear(&[told(3, ShowStatus::Draft)], &[]);
        place.state().hear(&[told(2, ShowStatus::Scheduled)], &[]);
        let slow =
            RecordedEvent { event: ShowEvent::ChatSlowModeChanged { secs: 5 }, ..told(2, ShowStatus::Draft) };
        place.state().hear(&[slow], &[]);
        let state = place.state();
        let show = state.door.show().unwrap();
        assert_eq!((show.status, show.slow_mode_secs), (ShowStatus::Draft, 5));
    }

    #[test]
    fn a_show_in_doubt_is_read_again() {
        let place = place();
        let load = place.state().door.begin_load();
        place.state().doubt();
        place.state().door.finish_load(load, show(1, ShowStatus::Live));
        assert!(place.state().door.show().is_none());
    }

    #[test]
    fn a_snapshot_from_before_a_removal_is_not_shared() {
        let place = place();
        let read_at = Instant::now();
        assert!(place.state().may_share(read_at));
        let event = ShowEvent::ChatRemoved { message_id: Uuid::nil().into() };
        place.state().hear(&[RecordedEvent { event, ..told(2, ShowStatus::Live) }], &[]);
        assert!(!place.state().may_share(read_at));
    }
}
