//! How words look on NATS: JSON, which a version before or behind this one can read as well.
//!
//! Fields may be added; who does not know them leaves them out. An event of an unknown kind is not
//! taken from the word: its place is told, and the table is read.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use uuid::Uuid;

use crate::bus::{Committed, Heads, MembersChanged, Share};
use crate::domain::event::{Audience, RecordedEvent};
use crate::domain::ids::{ShopId, ShowId, ViewerId};

/// Grows only when an older version could not read a word at all.
const VERSION: u32 = 1;
/// Bytes of a word; NATS takes 1 MiB unless it is told otherwise, and the table has all of it.
pub(super) const BYTES_MAX: usize = 512 * 1024;
/// Shares in one word; about 100 bytes each.
pub(super) const SHARES_MAX: usize = 2_000;

/// What a word is about, as its subject says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Topic {
    /// What a transaction did.
    Commits,
    /// That a node lives, and who watches there.
    Beats,
    /// That members of a shop changed.
    Members,
}

/// The subject of all words of a cluster.
pub(super) fn all_subjects(cluster: &str) -> String {
    format!("vetrina.{cluster}.>")
}

/// The subject of a node's words.
pub(super) fn subject(cluster: &str, topic: Topic, node: Uuid) -> String {
    let topic = match topic {
        Topic::Commits => "commits",
        Topic::Beats => "beats",
        Topic::Members => "members",
    };
    format!("vetrina.{cluster}.{topic}.{}", node.simple())
}

/// Who says what; `None` for subjects of other versions.
pub(super) fn read_subject(subject: &str) -> Option<(Topic, Uuid)> {
    let mut parts = subject.split('.').skip(2);
    let topic = match parts.next()? {
        "commits" => Topic::Commits,
        "beats" => Topic::Beats,
        "members" => Topic::Members,
        _ => return None,
    };
    let node = parts.next()?.parse().ok()?;
    parts.next().is_none().then_some((topic, node))
}

/// The word cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Unreadable;

#[derive(Serialize)]
struct CommitOut<'a> {
    v: u32,
    number: u64,
    shop: ShopId,
    show: ShowId,
    heads: Heads,
    events: &'a [RecordedEvent],
    viewers: &'a [ViewerId],
    is_deleted: bool,
}

#[derive(Deserialize)]
struct CommitIn<'a> {
    v: u32,
    number: u64,
    shop: ShopId,
    show: ShowId,
    #[serde(default)]
    heads: Heads,
    #[serde(default, borrow)]
    events: Vec<&'a RawValue>,
    #[serde(default)]
    viewers: Vec<ViewerId>,
    #[serde(default)]
    is_deleted: bool,
}

/// A transaction as another node tells it.
#[derive(Debug)]
pub(super) struct CommitWord {
    /// Counts the transactions of that node, so that a lost one leaves a gap.
    pub number: u64,
    pub committed: Committed,
    /// Up to where the show has events that did not come along, or were not understood.
    pub untold: Option<Heads>,
}

/// Encodes a transaction; without its events when it would be too large.
pub(super) fn encode_commit(committed: &Committed, number: u64, bytes_max: usize) -> Vec<u8> {
    let word = CommitOut {
        v: VERSION,
        number,
        shop: committed.shop,
        show: committed.show,
        heads: heads(&committed.events),
        events: &committed.events,
        viewers: &committed.viewers,
        is_deleted: committed.is_deleted,
    };
    let bytes = to_json(&word);
    if bytes.len() <= bytes_max.min(BYTES_MAX) { bytes } else { to_json(&CommitOut { events: &[], ..word }) }
}

/// Decodes what [`encode_commit`] made, in this version or a neighbouring one.
pub(super) fn decode_commit(node: Uuid, bytes: &[u8]) -> Result<CommitWord, Unreadable> {
    let word: CommitIn<'_> = serde_json::from_slice(bytes).map_err(|_| Unreadable)?;
    if word.v > VERSION {
        return Err(Unreadable);
    }
    let understood = word.events.iter().map_while(|event| serde_json::from_str(event.get()).ok());
    let events: Vec<RecordedEvent> = understood.collect();
    let told = heads(&events);
    let is_all = told.viewers >= word.heads.viewers && told.members >= word.heads.members;
    let committed = Committed {
        node,
        shop: word.shop,
        show: word.show,
        events,
        viewers: word.viewers,
        is_deleted: word.is_deleted,
    };
    Ok(CommitWord { number: word.number, committed, untold: (!is_all).then_some(word.heads) })
}

/// The newest place in each audience.
fn heads(events: &[RecordedEvent]) -> Heads {
    let mut heads = Heads::default();
    for event in events {
        let head = match event.event.audience() {
            Audience::Viewers => &mut heads.viewers,
            Audience::Members => &mut heads.members,
        };
        *head = event.seq.max(*head);
    }
    heads
}

#[derive(Serialize)]
struct BeatOut<'a> {
    v: u32,
    beat: u64,
    number: u64,
    shares: &'a [Share],
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    is_last: bool,
}

#[derive(Deserialize)]
struct BeatIn {
    v: u32,
    beat: u64,
    number: u64,
    #[serde(default)]
    shares: Vec<Share>,
    #[serde(default)]
    is_last: bool,
}

/// A sign of life of another node.
#[derive(Debug)]
pub(super) struct BeatWord {
    /// Counts the beats of that node.
    pub beat: u64,
    /// The number of its last transaction, so that a lost one is found though none follows.
    pub number: u64,
    pub shares: Arc<[Share]>,
    /// The node stops; it need not be waited for until it counts as silent.
    pub is_last: bool,
}

/// Encodes a sign of life with up to [`SHARES_MAX`] shares.
pub(super) fn encode_beat(beat: u64, number: u64, shares: &[Share]) -> Vec<u8> {
    to_json(&BeatOut { v: VERSION, beat, number, shares, is_last: false })
}

/// Encodes the last sign of life of a node that stops.
pub(super) fn encode_last_beat(beat: u64, number: u64) -> Vec<u8> {
    to_json(&BeatOut { v: VERSION, beat, number, shares: &[], is_last: true })
}

/// Decodes what [`encode_beat`] made, in this version or a neighbouring one.
pub(super) fn decode_beat(bytes: &[u8]) -> Result<BeatWord, Unreadable> {
    let word: BeatIn = serde_json::from_slice(bytes).map_err(|_| Unreadable)?;
    if word.v > VERSION || word.shares.len() > SHARES_MAX {
        return Err(Unreadable);
    }
    Ok(BeatWord { beat: word.beat, number: word.number, shares: word.shares.into(), is_last: word.is_last })
}

#[derive(Serialize)]
struct MembersOut<'a> {
    v: u32,
    #[serde(flatten)]
    changed: &'a MembersChanged,
}

#[derive(Deserialize)]
struct MembersIn {
    v: u32,
    #[serde(flatten)]
    changed: MembersChanged,
}

/// Encodes that members changed; a handful of ids.
pub(super) fn encode_members(changed: &MembersChanged) -> Vec<u8> {
    to_json(&MembersOut { v: VERSION, changed })
}

/// Decodes what [`encode_members`] made, in this version or a neighbouring one.
pub(super) fn decode_members(bytes: &[u8]) -> Result<MembersChanged, Unreadable> {
    let word: MembersIn = serde_json::from_slice(bytes).map_err(|_| Unreadable)?;
    if word.v > VERSION { Err(Unreadable) } else { Ok(word.changed) }
}

fn to_json(word: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(word).expect("words hold only strings, numbers and lists")
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use serde_json::{Value, json};

    use super::*;
    use crate::domain::chat::Author;
    use crate::domain::event::ShowEvent;

    fn recorded(seq: i64, event: ShowEvent) -> RecordedEvent {
        RecordedEvent { seq, at: DateTime::from_timestamp_millis(1_800_000_000_123).unwrap(), event }
    }

    fn chat(seq: i64, text: &str) -> RecordedEvent {
        let author = Author { id: Uuid::from_u128(7), name: "Marta".to_owned(), badge: None };
        let message_id = Uuid::from_u128(8).into();
        recorded(seq, ShowEvent::ChatSent { message_id, author, text: Some(text.to_owned()) })
    }

    fn unbanned(seq: i64) -> RecordedEvent {
        let viewer_id = Uuid::from_u128(9).into();
        recorded(seq, ShowEvent::ViewerUnbanned { viewer_id, name: "Lucia".to_owned() })
    }

    fn committed(events: Vec<RecordedEvent>) -> Committed {
        Committed {
            node: Uuid::from_u128(1),
            shop: Uuid::from_u128(2).into(),
            show: Uuid::from_u128(3).into(),
            events,
            viewers: vec![Uuid::from_u128(4).into()],
            is_deleted: false,
        }
    }

    #[test]
    fn a_transaction_arrives_as_it_was_told() {
        let told = committed(vec![chat(5, "ciao"), unbanned(2)]);
        let bytes = encode_commit(&told, 12, BYTES_MAX);
        let word = decode_commit(told.node, &bytes).unwrap();
        assert_eq!((word.number, word.untold), (12, None));
        assert_eq!(word.committed.events, told.events);
        assert_eq!(word.committed.viewers, told.viewers);
        assert_eq!((word.committed.shop, word.committed.show), (told.shop, told.show));
    }

    #[test]
    fn a_large_transaction_only_says_that_there_is_something() {
        let told = committed(vec![chat(5, &"ciao".repeat(1_000)), unbanned(2)]);
        let word = decode_commit(told.node, &encode_commit(&told, 1, 2_000)).unwrap();
        assert!(word.committed.events.is_empty());
        assert_eq!(word.untold, Some(Heads { viewers: 5, members: 2 }));
        assert_eq!(word.committed.viewers, told.viewers);
    }

    #[test]
    fn a_newer_version_is_understood_as_far_as_it_can_be() {
        let told = committed(vec![chat(5, "ciao"), chat(6, "ciao")]);
        let mut word: Value = serde_json::from_slice(&encode_commit(&told, 1, BYTES_MAX)).unwrap();
        word["colour"] = json!("blue");
        word["events"][0]["mood"] = json!("good");
        let read = |word: &Value| decode_commit(told.node, word.to_string().as_bytes());
        let known = read(&word).unwrap();
        assert_eq!((known.committed.events.len(), known.untold), (2, None));
        word["events"][1]["type"] = json!("chat.sung");
        let known = read(&word).unwrap();
        assert_eq!(known.committed.events.len(), 1);
        assert_eq!(known.untold, Some(Heads { viewers: 6, members: 0 }));
        word["v"] = json!(2);
        assert_eq!(read(&word).err(), Some(Unreadable));
        assert_eq!(decode_commit(told.node, b"{}").err(), Some(Unreadable));
    }

    #[test]
    fn a_beat_arrives_as_it_was_told() {
        let shares = [Share { show: Uuid::from_u128(3).into(), viewers: 3, hearts: 1 }];
        let word = decode_beat(&encode_beat(4, 9, &shares)).unwrap();
        assert_eq!((word.beat, word.number, &word.shares[..]), (4, 9, &shares[..]));
        assert!(!word.is_last);
        let last = decode_beat(&encode_last_beat(5, 9)).unwrap();
        assert!(last.is_last && last.beat == 5 && last.shares.is_empty());
        assert_eq!(decode_beat(b"[]").err(), Some(Unreadable));
    }

    #[test]
    fn changed_members_arrive_as_they_were_told() {
        let members = vec![Uuid::from_u128(5).into(), Uuid::from_u128(6).into()];
        let told = MembersChanged { shop: Uuid::from_u128(2).into(), members };
        let bytes = encode_members(&told);
        assert_eq!(decode_members(&bytes), Ok(told));
        let mut word: Value = serde_json::from_slice(&bytes).unwrap();
        word["mood"] = json!("good");
        assert!(decode_members(word.to_string().as_bytes()).is_ok());
        word["v"] = json!(2);
        assert_eq!(decode_members(word.to_string().as_bytes()), Err(Unreadable));
        assert_eq!(decode_members(b"{}"), Err(Unreadable));
    }

    #[test]
    fn a_subject_says_who_and_what() {
        let node = Uuid::from_u128(5);
        for topic in [Topic::Commits, Topic::Beats, Topic::Members] {
            assert_eq!(read_subject(&subject("ab12", topic, node)), Some((topic, node)));
        }
        for other in ["vetrina.ab12.songs.1", "vetrina.ab12.commits.x", "vetrina", "vetrina.ab12.beats"] {
            assert_eq!(read_subject(other), None, "{other}");
        }
    }
}
