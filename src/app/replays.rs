//! Replays: the recording of a show that is over, and the public part of its event log beside it.
//!
//! The log is the one that viewers had live, so a page folds it with the same reducer. Buying in a
//! replay is a checkout like any other: prices and stock are those of now.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::shows::{ShowError, ShowRef};
use super::{App, Caller, Invalid, Refusal};
use crate::domain::event::{Audience, RecordedEvent, ShowEvent};
use crate::domain::ids::ShowId;
use crate::domain::member::Permission;
use crate::domain::problem::{Code, FieldError};
use crate::domain::recording::{HeartStrip, RECORDING_OFFSET_HOURS_MAX, RecordingSource, RecordingView};
use crate::domain::show::{Show, ShowStatus};
use crate::storage::{self, Recording, Tx};

/// Events of one page at most: a few hundred KiB of chat.
pub const REPLAY_EVENTS_MAX: i64 = 1_000;
/// The end of a show is recorded a moment after its row is written.
const END_GRACE: TimeDelta = TimeDelta::seconds(1);

/// Where a show's recording is, and whether everybody may watch it.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplayChange {
    /// Where the recording is.
    pub recording: RecordingSource,
    /// The moment that its first picture shows; the moment of going live where it is missing.
    pub starts_at: Option<DateTime<Utc>>,
    /// Whether everybody may watch it and buy in it.
    pub is_published: bool,
}

/// The replay of a show that is over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Replay {
    /// What the player plays; `null` for members while there is no recording.
    pub video: Option<RecordingView>,
    /// The moment that its first picture shows.
    pub starts_at: DateTime<Utc>,
    /// When it was published; `null` while only members see it.
    pub published_at: Option<DateTime<Utc>>,
    /// Where hearts were many.
    pub hearts: HeartStrip,
}

/// A page of the events that viewers saw, the oldest first.
#[derive(Clone, Debug)]
pub struct ReplayEvents {
    /// What happened.
    pub items: Vec<RecordedEvent>,
    /// The last `seq` of this page where another one follows.
    pub next_after: Option<i64>,
}

/// Why a replay was not shown or changed.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// No such show, or no replay for this caller's eyes.
    #[error("there is nothing here")]
    NotFound,
    /// The show is not over, or it was a rehearsal.
    #[error("only a show that is over has a replay")]
    NotOver,
    /// A field is not allowed.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// A show was not found or the permission is missing.
    #[error(transparent)]
    Show(#[from] ShowError),
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] storage::Error),
}

impl Refusal for ReplayError {
    fn code(&self) -> Code {
        match self {
            Self::NotFound => Code::NotFound,
            Self::NotOver => Code::IllegalTransition,
            Self::Invalid(error) => error.code(),
            Self::Show(error) => error.code(),
            Self::Storage(error) => error.code(),
        }
    }

    fn fields(&self) -> Vec<FieldError> {
        if let Self::Invalid(error) = self { error.fields() } else { Vec::new() }
    }

    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Show(error) => error.retry_after(),
            Self::Storage(error) => error.retry_after(),
            _ => None,
        }
    }
}

impl App {
    /// The replay of a show: once it is published for everybody, before that for members.
    ///
    /// # Errors
    /// When there is none, or not for the caller's eyes.
    pub async fn get_replay(&self, show: &ShowRef, caller: Option<&Caller>) -> Result<Replay, ReplayError> {
        let mut tx = self.db().read().await?;
        let show = find_over(&mut tx, show, caller).await?;
        replay(&mut tx, &show).await
    }

    /// A page of what viewers saw of a show, up to its end; removed messages come without text.
    ///
    /// # Errors
    /// When there is no replay, or not for the caller's eyes.
    pub async fn list_replay_events(
        &self,
        show: &ShowRef,
        caller: Option<&Caller>,
        after: i64,
        limit: i64,
    ) -> Result<ReplayEvents, ReplayError> {
        if !(1..=REPLAY_EVENTS_MAX).contains(&limit) || after < 0 {
            return Err(Invalid::field("limit", "out_of_range").into());
        }
        let mut tx = self.db().read().await?;
        let show = find_over(&mut tx, show, caller).await?;
        let mut items = tx.list_events_after(show.id, Audience::Viewers, after, limit).await?;
        let is_full = i64::try_from(items.len()).is_ok_and(|count| count == limit);
        // What happened to products and prices since then is no part of the evening.
        let end = show.ended_at.map(|at| at + END_GRACE);
        let evening = items.iter().take_while(|event| end.is_none_or(|end| event.at <= end)).count();
        let is_cut = evening < items.len();
        items.truncate(evening);
        let next_after = items.last().map(|last| last.seq).filter(|_| is_full && !is_cut);
        Ok(ReplayEvents { items, next_after })
    }

    /// Sets the recording of a show that is over, publishes its replay or withdraws it.
    ///
    /// # Errors
    /// Names the fields at fault; refuses shows that are not over.
    pub async fn set_replay(
        &self,
        caller: &Caller,
        id: ShowId,
        change: ReplayChange,
    ) -> Result<Replay, ReplayError> {
        caller.require(Permission::Shows).map_err(ShowError::from)?;
        let now = self.clock().now();
        let mut tx = self.db().write().await?;
        let show = lock_over(&mut tx, caller, id).await?;
        let recording = checked(&show, change.recording, change.starts_at)?;
        if !tx.set_recording(caller.shop, id, &recording, now).await? {
            return Err(ReplayError::NotOver);
        }
        let published_at = change.is_published.then_some(now);
        self.publish_replay(tx, caller, &show, published_at).await
    }

    /// Withdraws the replay of a show and forgets where its recording is.
    ///
    /// # Errors
    /// When there is no such show.
    pub async fn delete_replay(&self, caller: &Caller, id: ShowId) -> Result<(), ReplayError> {
        caller.require(Permission::Shows).map_err(ShowError::from)?;
        let mut tx = self.db().write().await?;
        let show = lock_over(&mut tx, caller, id).await?;
        tx.delete_recording(caller.shop, id).await?;
        self.publish_replay(tx, caller, &show, None).await.map(drop)
    }

    /// Writes whether the replay is public, tells of it if that is news, and commits.
    async fn publish_replay(
        &self,
        mut tx: Tx,
        caller: &Caller,
        show: &Show,
        published_at: Option<DateTime<Utc>>,
    ) -> Result<Replay, ReplayError> {
        let now = self.clock().now();
        let mut recorder = self.recorder(caller.shop, show.id);
        if tx.set_replay_published(caller.shop, show.id, published_at, now).await? {
            let event = published_at.map_or(ShowEvent::ReplayWithdrawn {}, |published_at| {
                ShowEvent::ReplayPublished { published_at }
            });
            recorder.record(&mut tx, event).await?;
            let action = if published_at.is_some() { "replay.publish" } else { "replay.withdraw" };
            self.audit(&mut tx, caller, action, &show.id.to_string(), serde_json::json!({})).await?;
        }
        let show = tx.find_show(show.id).await?.ok_or(ReplayError::NotFound)?;
        let replay = replay(&mut tx, &show).await?;
        self.commit(tx, [recorder]).await?;
        Ok(replay)
    }
}

/// A show that is over, for those who may see its replay.
async fn find_over(tx: &mut Tx, show: &ShowRef, caller: Option<&Caller>) -> Result<Show, ReplayError> {
    let show = super::shows::find_show(tx, show).await?.ok_or(ReplayError::NotFound)?;
    let is_member = caller.is_some_and(|caller| caller.shop == show.shop_id);
    let is_visible = is_member || (show.is_public() && show.replay_published_at.is_some());
    if show.status == ShowStatus::Ended && is_visible { Ok(show) } else { Err(ReplayError::NotFound) }
}

async fn lock_over(tx: &mut Tx, caller: &Caller, id: ShowId) -> Result<Show, ReplayError> {
    let show = tx.lock_show(caller.shop, id).await?.ok_or(ReplayError::NotFound)?;
    if show.status == ShowStatus::Ended && !show.is_rehearsal { Ok(show) } else { Err(ReplayError::NotOver) }
}

/// The moment from which a recording is counted where the shop says nothing else.
fn began_at(show: &Show) -> DateTime<Utc> {
    show.started_at.or(show.ended_at).unwrap_or(DateTime::UNIX_EPOCH)
}

fn checked(
    show: &Show,
    source: RecordingSource,
    starts_at: Option<DateTime<Utc>>,
) -> Result<Recording, Invalid> {
    let mut invalid = Invalid::default();
    if source.check().is_err() {
        invalid.push("/recording/url", "not_a_video_address");
    }
    let starts_at = starts_at.unwrap_or_else(|| began_at(show));
    if (starts_at - began_at(show)).abs() > TimeDelta::hours(RECORDING_OFFSET_HOURS_MAX) {
        invalid.push("/starts_at", "out_of_range");
    }
    invalid.into_result()?;
    Ok(Recording { source, starts_at })
}

async fn replay(tx: &mut Tx, show: &Show) -> Result<Replay, ReplayError> {
    let recording = tx.find_recording(show.shop_id, show.id).await?;
    let hearts = tx.list_hearts(show.shop_id, show.id).await?;
    Ok(Replay {
        video: recording.as_ref().map(|recording| recording.source.playable()),
        starts_at: recording.map_or_else(|| began_at(show), |recording| recording.starts_at),
        published_at: show.replay_published_at,
        hearts: HeartStrip::of(&hearts),
    })
}
