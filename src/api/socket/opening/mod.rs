//! How a socket begins: with a snapshot, or where the client was.
//!
//! Invariant: the subscription stands exactly where the snapshot or the position ends, so nothing
//! is lost and nothing comes twice.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use serde::Serialize;
use serde_json::Value;
use serde_json::value::{RawValue, to_raw_value};
use tokio::time::Instant;

use super::member;
use super::person::{Person, close_code};
use crate::api::ApiState;
use crate::api::delivery;
use crate::app::shows::ShowRef;
use crate::domain::event::Audience;
use crate::domain::show::Show;
use crate::hub::{Feed, Seqs, SharedSnapshot, Subscription, json_frame};
use crate::protocol::{CloseCode, Position, Resumed, Welcome, You};

/// How often a feed that was put away in the same moment is opened again.
const ATTEMPTS: usize = 3;
/// How old a snapshot may be that is given to viewers; the events behind it make up for its age.
const SNAPSHOT_AGE_MAX: Duration = Duration::from_secs(1);
/// How long somebody waits for a snapshot that is being read for all; then the client comes back.
const SNAPSHOT_WAIT: Duration = Duration::from_secs(10);

/// A subscription and the frame that goes before its first event.
#[derive(Debug)]
pub struct Opening {
    /// The frame of `welcome` or `resumed`.
    pub first: Bytes,
    /// Stands where `first` ends.
    pub subscription: Subscription,
}

/// Begins a socket behind a position, or with a snapshot where there is none that can be served.
///
/// # Errors
/// The code to close with.
pub async fn open(
    state: &ApiState,
    show: &Show,
    person: &Person,
    after: Option<&str>,
) -> Result<Opening, CloseCode> {
    if let Some(opened) = open_now(state, show, person, after) {
        return opened;
    }
    let asked_at = Instant::now();
    let you = person.you(state, show).await?;
    if !is_open_to(state, show, person) {
        return Err(CloseCode::Policy);
    }
    for _ in 0..ATTEMPTS {
        let feed = delivery::open_feed(state, show.shop_id, show.id).await.map_err(|e| close_code(&e))?;
        let position = match after.and_then(|after| after.parse().ok()) {
            Some(position) => servable(state, &feed, person, position).await?,
            None => None,
        };
        let opened = match position {
            Some(position) => resume(state, &feed, person, &you, &position),
            None => welcome(state, &feed, show, person, &you, asked_at).await?,
        };
        if let Some(opening) = opened {
            return Ok(opening);
        }
    }
    Err(CloseCode::Overloaded)
}

/// Begins the socket of a viewer without waiting for anything; `None` when something has to be
/// read first, which [`open`] does.
///
/// It goes this way while the show is open here, its people are in memory, and the position is in
/// the ring or a snapshot is fresh enough to be shared.
pub fn open_now(
    state: &ApiState,
    show: &Show,
    person: &Person,
    after: Option<&str>,
) -> Option<Result<Opening, CloseCode>> {
    let feed = state.hub.feed(show.id)?;
    let you = match person.you_now(state, show)? {
        Ok(you) => you,
        Err(code) => return Some(Err(code)),
    };
    if !is_open_to(state, show, person) {
        return Some(Err(CloseCode::Policy));
    }
    match Standing::of(state, &feed, after) {
        Standing::InRing(position) => resume(state, &feed, person, &you, &position).map(Ok),
        Standing::Anew => {
            let snapshot = feed.snapshot.try_lock().ok()?.clone()?;
            if !may_share(state, &feed, &snapshot) {
                return None;
            }
            greet(state, &feed, person, you, &snapshot, None).map(Ok)
        }
        Standing::Elsewhere => None,
    }
}

/// Whether the person may still enter; the show may have been taken back since the handshake.
fn is_open_to(state: &ApiState, show: &Show, person: &Person) -> bool {
    let is_public = state.app.find_known_show(show.id).map_or(show.is_public(), |show| show.is_public());
    is_public || person.caller().is_some()
}

/// Where a viewer stands by what this node holds in memory.
enum Standing {
    /// Everything behind the position is in the ring.
    InRing(Position),
    /// At no place that could be served.
    Anew,
    /// Before the ring or ahead of it, which the table decides.
    Elsewhere,
}

impl Standing {
    fn of(state: &ApiState, feed: &Feed, after: Option<&str>) -> Self {
        let position = after.and_then(|after| after.parse().ok());
        let position = position.filter(|position: &Position| position.epoch == state.app.epoch());
        let Some(position) = position else { return Self::Anew };
        let (base, last) = (feed.bases().viewers, feed.last().viewers);
        if (base..=last).contains(&position.seq) { Self::InRing(position) } else { Self::Elsewhere }
    }
}

/// The position, when everything behind it can be served.
async fn servable(
    state: &ApiState,
    feed: &Feed,
    person: &Person,
    position: Position,
) -> Result<Option<Position>, CloseCode> {
    let mut wanted = vec![(Audience::Viewers, position.seq, feed.last().viewers)];
    match (person.caller(), position.member_seq) {
        (Some(_), Some(seq)) => wanted.push((Audience::Members, seq, feed.last().members)),
        // The position of a viewer who has become a member says nothing of the second stream.
        (Some(_), None) => return Ok(None),
        (None, _) => {}
    }
    if position.epoch != state.app.epoch() {
        return Ok(None);
    }
    if wanted.iter().any(|(_, seq, last)| seq > last) && !exists(state, feed, &position).await? {
        return Ok(None);
    }
    for (audience, seq, _) in wanted {
        let reached = delivery::reach_back(state, feed, audience, seq).await;
        if !reached.map_err(|error| close_code(&error))? {
            return Ok(None);
        }
    }
    Ok(Some(position))
}

/// Whether a position ahead of this node is one that another node gave, rather than an invented one.
async fn exists(state: &ApiState, feed: &Feed, position: &Position) -> Result<bool, CloseCode> {
    let last = state.app.find_last_seqs(feed.show).await.map_err(|error| close_code(&error))?;
    Ok(last.is_some_and(|last| {
        position.seq <= last.last_seq && position.member_seq.unwrap_or(0) <= last.last_member_seq
    }))
}

/// `None` when the feed was put away meanwhile.
fn resume(
    state: &ApiState,
    feed: &Arc<Feed>,
    person: &Person,
    you: &You,
    position: &Position,
) -> Option<Opening> {
    let member_after = person.caller().and(position.member_seq);
    let subscription = feed.subscribe(person.viewer_id(), position.seq, member_after).ok()?;
    let position = Position { member_seq: member_after, ..position.clone() };
    let first = encode(&Resumed {
        position: position.to_string(),
        server_time: state.app.clock().now(),
        viewers: feed.viewers(),
        you: you.clone(),
    });
    Some(Opening { first, subscription })
}

/// `None` when the feed was put away meanwhile.
async fn welcome(
    state: &ApiState,
    feed: &Arc<Feed>,
    show: &Show,
    person: &Person,
    you: &You,
    asked_at: Instant,
) -> Result<Option<Opening>, CloseCode> {
    let snapshot = shared_snapshot(state, feed, person, asked_at).await?;
    let member = match person.caller() {
        // Read after the snapshot, so the events behind its place tell of nothing that is older.
        Some(caller) => Some(member::snapshot(state, show, caller).await?),
        None => None,
    };
    Ok(greet(state, feed, person, you.clone(), &snapshot, member))
}

/// `None` when the feed was put away meanwhile.
fn greet(
    state: &ApiState,
    feed: &Arc<Feed>,
    person: &Person,
    you: You,
    snapshot: &SharedSnapshot,
    member: Option<Value>,
) -> Option<Opening> {
    let seq = snapshot.seqs.viewers;
    let member_seq = person.caller().map(|_| snapshot.seqs.members);
    let subscription = feed.subscribe(person.viewer_id(), seq, member_seq).ok()?;
    let position = Position { epoch: state.app.epoch().to_owned(), seq, member_seq };
    let first = encode(&Welcome {
        position: position.to_string(),
        server_time: state.app.clock().now(),
        show: &snapshot.show,
        shop: &snapshot.shop,
        chat: &snapshot.chat,
        viewers: feed.viewers(),
        you,
        member,
    });
    Some(Opening { first, subscription })
}

/// Whether a snapshot with the events behind it is as right as one that would be read now.
fn may_share(state: &ApiState, feed: &Feed, snapshot: &SharedSnapshot) -> bool {
    snapshot.read_at.elapsed() <= SNAPSHOT_AGE_MAX
        && snapshot.seqs.viewers >= feed.bases().viewers
        && state.app.may_share_snapshot(feed.shop, feed.show, snapshot.read_at)
}

/// A snapshot for somebody who comes; who asks while one is read shares it.
///
/// Viewers take one that is fresh enough, members one that was read after they asked: theirs has to
/// agree with what they read beside it.
async fn shared_snapshot(
    state: &ApiState,
    feed: &Feed,
    person: &Person,
    asked_at: Instant,
) -> Result<Arc<SharedSnapshot>, CloseCode> {
    let turn = tokio::time::timeout(SNAPSHOT_WAIT, feed.snapshot.lock()).await;
    let mut shared = turn.map_err(|_| CloseCode::Overloaded)?;
    let is_shared = person.caller().is_none() && state.app.find_known_show(feed.show).is_some();
    let is_fresh = |snapshot: &Arc<SharedSnapshot>| {
        if is_shared { may_share(state, feed, snapshot) } else { snapshot.read_at >= asked_at }
    };
    if let Some(fresh) = shared.as_ref().filter(|snapshot| is_fresh(snapshot)) {
        return Ok(Arc::clone(fresh));
    }
    let read_at = Instant::now();
    let snapshot = state.app.snapshot(&ShowRef::Id(feed.show), person.caller()).await;
    let snapshot = snapshot.map_err(|error| close_code(&error))?;
    let fresh = Arc::new(SharedSnapshot {
        seqs: Seqs { viewers: snapshot.last_seq, members: snapshot.last_member_seq },
        read_at,
        show: raw(&snapshot.show),
        shop: raw(&snapshot.shop),
        chat: raw(&snapshot.chat),
    });
    *shared = Some(Arc::clone(&fresh));
    Ok(fresh)
}

fn raw(part: &impl Serialize) -> Box<RawValue> {
    to_raw_value(part).expect("snapshots hold only strings, numbers and lists")
}

fn encode(frame: &impl Serialize) -> Bytes {
    json_frame(frame).expect("frames hold only strings, numbers and lists")
}

#[cfg(test)]
mod tests;
