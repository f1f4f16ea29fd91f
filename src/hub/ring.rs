//! The newest events of one audience, encoded once, for all subscriptions to read from.
//!
//! Invariant: `seq` has no holes inside; what falls out at the old end is in the table.
//! Of a crowded chat viewers are shown a sample; each batch says how much it leaves out.

use std::collections::VecDeque;

use bytes::{BufMut, Bytes, BytesMut};
use chrono::{DateTime, TimeDelta, Utc};

use super::sample::Sampler;
use super::websocket::{frame_room, seal_text_frame};
use crate::domain::event::{Audience, RecordedEvent, ShowEvent};
use crate::domain::ids::MessageId;
use crate::protocol::{LeftOutEvent, LeftOutRun};

/// Events that are kept at most; a show of 80 events a second for ten minutes.
const EVENTS_MAX: usize = 50_000;
/// How long events are kept beyond the configured number: the promised time for a resume.
const AGE_MIN: TimeDelta = TimeDelta::minutes(10);
/// Bytes of all kept events; 5,000 messages are about 2 MiB.
const BYTES_MAX: u64 = 16 * 1024 * 1024;
/// Bytes of one frame of joined events; a single larger event still makes a frame.
const BATCH_BYTES_MAX: usize = 64 * 1024;
/// Room in a joined frame for what stands around and between its events.
const JOIN_BYTES: usize = 1_024;
/// Where the scale of bytes begins, so that older events can be put before it.
const SCALE_START: u64 = 1 << 40;

/// Events of one audience.
#[derive(Debug)]
pub struct Ring {
    audience: Audience,
    entries: VecDeque<Entry>,
    /// The `seq` of the newest event that was ever here.
    last_seq: i64,
    /// Where the oldest entry begins and the newest one ends, on a scale of bytes that only grows.
    start: u64,
    end: u64,
    /// Events that are kept whatever their age, unless their bytes run out.
    events_min: usize,
    /// Chooses what viewers are shown of a crowded chat; none shows all.
    sampler: Option<Sampler>,
    left_out: u64,
    /// The last joined frames, sampled and whole; whoever stands at the same place gets the same
    /// bytes.
    joined: [Option<Batch>; 2],
}

#[derive(Debug)]
struct Entry {
    json: Bytes,
    at: DateTime<Utc>,
    end: u64,
    about: About,
    /// Whether viewers are shown it.
    is_shown: bool,
}

/// What an event means for the text of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum About {
    Sent(MessageId),
    Removed(MessageId),
    Restored(MessageId),
    Other,
}

/// The position lies before the oldest event that is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gone;

/// A frame of joined events.
#[derive(Clone, Debug)]
pub struct Batch {
    /// The WebSocket frame, ready to be written.
    pub frame: Bytes,
    /// The newest event in it.
    pub last_seq: i64,
    /// How many are in it; a run that is left out is one.
    pub events: u64,
    after: i64,
    /// The next event would not fit.
    is_full: bool,
}

impl Batch {
    /// Whether it is all that waits behind a position, or as much of it as one frame takes.
    #[must_use]
    pub fn reaches(&self, after: i64, last_seq: i64) -> bool {
        self.after == after && (self.is_full || self.last_seq >= last_seq)
    }
}

impl Ring {
    /// A ring that begins behind an event of the table.
    #[must_use]
    pub fn new(audience: Audience, last_seq: i64) -> Self {
        Self {
            audience,
            entries: VecDeque::new(),
            last_seq,
            start: SCALE_START,
            end: SCALE_START,
            events_min: 5_000,
            sampler: None,
            left_out: 0,
            joined: [None, None],
        }
    }

    /// Keeps so many events whatever their age.
    #[must_use]
    pub const fn keeping(mut self, events: usize) -> Self {
        self.events_min = events;
        self
    }

    /// Shows viewers at most so many chat messages a second from now on.
    #[must_use]
    pub fn showing_at_most(mut self, chats_per_sec: u32) -> Self {
        self.sampler = Some(Sampler::new(chats_per_sec));
        self
    }

    /// How many messages were left out since the last time this was asked.
    pub const fn take_left_out(&mut self) -> u64 {
        std::mem::replace(&mut self.left_out, 0)
    }

    /// The `seq` of the newest event.
    #[must_use]
    pub const fn last_seq(&self) -> i64 {
        self.last_seq
    }

    /// The `seq` before the oldest event; positions from here on can be served.
    #[must_use]
    pub fn base(&self) -> i64 {
        self.last_seq - i64::try_from(self.entries.len()).unwrap_or(i64::MAX)
    }

    /// Takes the next event; anything but the next is refused.
    pub fn push(&mut self, event: &RecordedEvent) -> bool {
        if event.seq != self.last_seq + 1 {
            return false;
        }
        let is_shown = self.sampler.as_mut().is_none_or(|sampler| sampler.shows(event));
        self.left_out += u64::from(!is_shown);
        let entry = Entry { is_shown, ..Entry::of(event) };
        self.last_seq = event.seq;
        self.end += entry.json.len() as u64;
        self.entries.push_back(Entry { end: self.end, ..entry });
        self.apply(self.entries.len() - 1);
        self.evict(event.at);
        true
    }

    /// Takes older events that end where the ring begins, for a client that comes from before it.
    pub fn push_front(&mut self, events: &[RecordedEvent]) {
        // They are sampled by themselves: what was said before them is not known any more.
        let mut sampler = self.sampler.as_ref().map(Sampler::afresh);
        let shown: Vec<bool> =
            events.iter().map(|event| sampler.as_mut().is_none_or(|sampler| sampler.shows(event))).collect();
        for (event, is_shown) in events.iter().zip(shown).rev() {
            if event.seq != self.base() || self.end - self.start > BYTES_MAX {
                break;
            }
            let entry = Entry::of(event);
            let end = self.start;
            self.start -= entry.json.len() as u64;
            self.entries.push_front(Entry { end, is_shown, ..entry });
        }
        self.joined = [None, None];
        // A message may have been removed between the read of its row and now.
        for index in 0..self.entries.len() {
            self.apply(index);
        }
    }

    /// The events behind a position joined into one frame; `None` when there are none.
    ///
    /// Viewers get the sample, members the `whole`.
    ///
    /// # Errors
    /// The position lies before the ring.
    pub fn batch_after(&mut self, after: i64, whole: bool) -> Result<Option<Batch>, Gone> {
        if after >= self.last_seq {
            return Ok(None);
        }
        let joined = self.joined[usize::from(whole)].as_ref();
        if let Some(joined) = joined.filter(|joined| joined.reaches(after, self.last_seq)) {
            return Ok(Some(joined.clone()));
        }
        let from = usize::try_from(after - self.base()).map_err(|_| Gone)?;
        let batch = self.join(after, from, whole);
        self.joined[usize::from(whole)] = Some(batch.clone());
        Ok(Some(batch))
    }

    /// Bytes of the events behind a position.
    #[must_use]
    pub fn bytes_after(&self, after: i64) -> u64 {
        match usize::try_from(after - self.base()) {
            Ok(0) => self.end - self.start,
            Ok(from) => self.entries.get(from - 1).map_or(0, |entry| self.end - entry.end),
            Err(_) => u64::MAX,
        }
    }

    fn join(&self, after: i64, from: usize, whole: bool) -> Batch {
        let kind = match self.audience {
            Audience::Viewers => "events",
            Audience::Members => "member_events",
        };
        let waiting = usize::try_from(self.bytes_after(after)).unwrap_or(usize::MAX);
        let mut frame = frame_room(waiting.min(BATCH_BYTES_MAX) + JOIN_BYTES);
        frame.put_slice(format!(r#"{{"t":"{kind}","events":["#).as_bytes());
        let (mut last_seq, mut events, mut is_full) = (after, 0, false);
        let mut left_out = LeftOut::default();
        for entry in self.entries.range(from..) {
            if whole || entry.is_shown {
                if events > 0 && frame.len() + entry.json.len() > BATCH_BYTES_MAX {
                    is_full = true;
                    break;
                }
                events += left_out.put_into(&mut frame, events) + 1;
                if events > 1 {
                    frame.put_u8(b',');
                }
                frame.put_slice(&entry.json);
            } else {
                left_out.add(last_seq + 1, entry.at);
            }
            last_seq += 1;
        }
        events += left_out.put_into(&mut frame, events);
        frame.put_slice(b"]}");
        Batch { frame: seal_text_frame(frame), last_seq, events, after, is_full }
    }

    fn evict(&mut self, now: DateTime<Utc>) {
        while let Some(oldest) = self.entries.front() {
            let is_old = self.entries.len() > self.events_min && now - oldest.at > AGE_MIN;
            let is_crowded = self.entries.len() > EVENTS_MAX || self.end - self.start > BYTES_MAX;
            // A single event stays, however large.
            if self.entries.len() == 1 || !(is_old || is_crowded) {
                return;
            }
            self.start = oldest.end;
            self.entries.pop_front();
        }
    }

    /// Takes the text of a removed message out of the events before, or puts a restored one back.
    fn apply(&mut self, index: usize) {
        let (message, text) = match self.entries[index].about {
            About::Removed(message) => (message, None),
            About::Restored(message) => match decode(&self.entries[index].json) {
                ShowEvent::ChatRestored { text, .. } => (message, text),
                _ => return,
            },
            About::Sent(_) | About::Other => return,
        };
        for entry in self.entries.range_mut(..index) {
            if matches!(entry.about, About::Sent(id) | About::Restored(id) if id == message) {
                entry.set_text(text.as_deref());
            }
        }
        self.joined = [None, None];
    }
}

/// A run of messages that viewers are not shown.
#[derive(Default)]
struct LeftOut {
    from: i64,
    count: i64,
    at: DateTime<Utc>,
}

impl LeftOut {
    fn add(&mut self, seq: i64, at: DateTime<Utc>) {
        if self.count == 0 {
            self.from = seq;
        }
        self.count += 1;
        self.at = at;
    }

    /// Writes what was gathered, behind `before` events; answers how many entries it made.
    fn put_into(&mut self, frame: &mut BytesMut, before: u64) -> u64 {
        let Self { from, count, at } = std::mem::take(self);
        if count == 0 {
            return 0;
        }
        let event = LeftOutEvent {
            seq: from + count - 1,
            at,
            r#type: "chat.left_out",
            data: LeftOutRun { from, count },
        };
        if before > 0 {
            frame.put_u8(b',');
        }
        let json = serde_json::to_vec(&event).expect("events hold only strings, numbers and lists");
        frame.put_slice(&json);
        1
    }
}

impl Entry {
    /// The entry of an event, without its place on the scale of bytes.
    fn of(event: &RecordedEvent) -> Self {
        let about = match &event.event {
            ShowEvent::ChatSent { message_id, .. } => About::Sent(*message_id),
            ShowEvent::ChatRemoved { message_id } => About::Removed(*message_id),
            ShowEvent::ChatRestored { message_id, .. } => About::Restored(*message_id),
            _ => About::Other,
        };
        let json = serde_json::to_vec(event).expect("events hold only strings, numbers and lists");
        Self { json: json.into(), at: event.at, end: 0, about, is_shown: true }
    }

    /// Encodes the event anew with another text; its place on the scale of bytes stays.
    fn set_text(&mut self, new: Option<&str>) {
        let mut event: RecordedEvent =
            serde_json::from_slice(&self.json).expect("it was encoded from an event");
        match &mut event.event {
            ShowEvent::ChatSent { text, .. } | ShowEvent::ChatRestored { text, .. } => {
                *text = new.map(str::to_owned);
            }
            _ => return,
        }
        self.json = Self::of(&event).json;
    }
}

fn decode(json: &[u8]) -> ShowEvent {
    let event: RecordedEvent = serde_json::from_slice(json).expect("it was encoded from an event");
    event.event
}

#[cfg(test)]
mod tests {
    use super::super::websocket::text_of;
    use super::*;
    use crate::domain::chat::Author;
    use serde_json::Value;
    use uuid::Uuid;

    fn at(secs: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + secs, 0).unwrap()
    }

    fn slow_mode(seq: i64) -> RecordedEvent {
        RecordedEvent { seq, at: at(seq), event: ShowEvent::ChatSlowModeChanged { secs: seq } }
    }

    fn chat(seq: i64, text: &str) -> RecordedEvent {
        let author = Author { id: Uuid::nil(), name: "Marta".to_owned(), badge: None };
        let message_id = Uuid::from_u128(7).into();
        let event = ShowEvent::ChatSent { message_id, author, text: Some(text.to_owned()) };
        RecordedEvent { seq, at: at(seq), event }
    }

    fn ring(events: impl IntoIterator<Item = RecordedEvent>) -> Ring {
        let mut ring = Ring::new(Audience::Viewers, 0);
        for event in events {
            assert!(ring.push(&event), "{event:?}");
        }
        ring
    }

    fn events(ring: &mut Ring, after: i64) -> Vec<Value> {
        let batch = ring.batch_after(after, true).unwrap().unwrap();
        let mut frame: Value = serde_json::from_slice(text_of(&batch.frame)).unwrap();
        assert_eq!(frame["t"], "events");
        serde_json::from_value(frame["events"].take()).unwrap()
    }

    #[test]
    fn only_the_next_event_is_taken() {
        let mut ring = ring([slow_mode(1), slow_mode(2)]);
        assert!(!ring.push(&slow_mode(2)));
        assert!(!ring.push(&slow_mode(4)));
        assert!(ring.push(&slow_mode(3)));
        assert_eq!((ring.base(), ring.last_seq()), (0, 3));
    }

    #[test]
    fn whoever_stands_at_the_same_place_gets_the_same_bytes() {
        let mut ring = ring((1..=3).map(slow_mode));
        let seqs: Vec<Value> = events(&mut ring, 1).iter().map(|event| event["seq"].clone()).collect();
        assert_eq!(seqs, [2, 3]);
        let (first, second) =
            (ring.batch_after(1, true).unwrap().unwrap(), ring.batch_after(1, true).unwrap().unwrap());
        assert_eq!(first.frame.as_ptr(), second.frame.as_ptr());
        ring.push(&slow_mode(4));
        assert_eq!(events(&mut ring, 1).len(), 3);
        assert!(ring.batch_after(4, true).unwrap().is_none());
        assert!(ring.batch_after(9, true).unwrap().is_none());
    }

    #[test]
    fn a_batch_has_an_end_but_holds_one_event_at_least() {
        let mut ring = ring((1..=3).map(|seq| chat(seq, &"x".repeat(40_000))));
        let batch = ring.batch_after(0, true).unwrap().unwrap();
        assert_eq!((batch.events, batch.last_seq), (1, 1));
        let mut large = Ring::new(Audience::Viewers, 0);
        large.push(&chat(1, &"x".repeat(200_000)));
        assert_eq!(large.batch_after(0, true).unwrap().unwrap().events, 1);
    }

    #[test]
    fn old_events_leave_after_ten_minutes_and_five_thousand() {
        let mut ring = ring((1..=7_000).map(slow_mode));
        assert_eq!(ring.base(), 2_000, "one a second: the newest 5,000 stay");
        assert_eq!(ring.batch_after(1_999, true).err(), Some(Gone));
        assert!(ring.batch_after(2_000, true).unwrap().is_some());
        let mut crowded = ring_of_large_events();
        assert!(crowded.bytes_after(crowded.base()) <= BYTES_MAX);
        assert!(crowded.batch_after(0, true).is_err());
    }

    fn ring_of_large_events() -> Ring {
        ring((1..=200).map(|seq| chat(seq, &"x".repeat(200_000))))
    }

    #[test]
    fn viewers_of_a_crowded_chat_get_a_sample_and_members_all() {
        let mut ring = Ring::new(Audience::Viewers, 0).showing_at_most(2);
        for seq in 1..=5 {
            let RecordedEvent { event, .. } = chat(seq, "ciao");
            assert!(ring.push(&RecordedEvent { seq, at: at(0), event }));
        }
        ring.push(&RecordedEvent { seq: 6, at: at(0), event: ShowEvent::ChatSlowModeChanged { secs: 5 } });
        let RecordedEvent { event, .. } = chat(7, "ciao");
        ring.push(&RecordedEvent { seq: 7, at: at(0), event });
        assert_eq!(ring.take_left_out(), 5);
        let mut sample = |after| {
            let batch = ring.batch_after(after, false).unwrap().unwrap();
            let frame: Value = serde_json::from_slice(text_of(&batch.frame)).unwrap();
            let events = frame["events"].as_array().unwrap().clone();
            assert_eq!((batch.events, batch.last_seq), (events.len() as u64, 7));
            let told = |event: &Value| {
                (
                    event["type"].as_str().unwrap().to_owned(),
                    event["seq"].clone(),
                    event["data"]["from"].clone(),
                )
            };
            events.iter().map(told).collect::<Vec<_>>()
        };
        let told = |kind: &str, seq: i64, from: Option<i64>| (kind.to_owned(), seq.into(), from.into());
        let last = [told("chat.slow_mode_changed", 6, None), told("chat.left_out", 7, Some(7))];
        // One person writes all of it, so half of the budget is kept for others.
        let first = [told("chat.sent", 1, None), told("chat.left_out", 5, Some(2))];
        assert_eq!(sample(0), [&first[..], &last].concat());
        assert_eq!(sample(3), [&[told("chat.left_out", 5, Some(4))][..], &last].concat());
        assert_eq!(events(&mut ring, 0).len(), 7, "members get all");
    }

    #[test]
    fn bytes_are_counted_from_any_position() {
        let ring = ring((1..=3).map(slow_mode));
        let one = ring.bytes_after(2);
        assert!(one > 0);
        assert_eq!(ring.bytes_after(0), 3 * one);
        assert_eq!(ring.bytes_after(3), 0);
        assert_eq!(ring.bytes_after(-1), u64::MAX);
    }

    fn removed(seq: i64) -> RecordedEvent {
        let event = ShowEvent::ChatRemoved { message_id: Uuid::from_u128(7).into() };
        RecordedEvent { seq, at: at(seq), event }
    }

    fn restored(seq: i64) -> RecordedEvent {
        let message_id = Uuid::from_u128(7).into();
        let event = ShowEvent::ChatRestored { message_id, text: Some("segreto".to_owned()) };
        RecordedEvent { seq, at: at(seq), event }
    }

    #[test]
    fn a_removed_text_is_gone_from_the_ring_and_comes_back_with_the_undo() {
        let mut ring = ring([chat(1, "segreto")]);
        assert_eq!(events(&mut ring, 0)[0]["data"]["text"], "segreto");
        ring.push(&removed(2));
        let batch = ring.batch_after(0, true).unwrap().unwrap();
        assert!(!std::str::from_utf8(text_of(&batch.frame)).unwrap().contains("segreto"));
        assert_eq!(events(&mut ring, 0)[0]["data"]["text"], Value::Null);
        ring.push(&restored(3));
        assert_eq!(events(&mut ring, 0)[0]["data"]["text"], "segreto");
        ring.push(&removed(4));
        let batch = ring.batch_after(0, true).unwrap().unwrap();
        assert!(!std::str::from_utf8(text_of(&batch.frame)).unwrap().contains("segreto"));
    }

    #[test]
    fn older_events_from_the_table_lose_what_was_removed_since() {
        let mut ring = Ring::new(Audience::Viewers, 2);
        ring.push(&removed(3));
        ring.push_front(&[slow_mode(1), chat(2, "segreto")]);
        assert_eq!((ring.base(), ring.last_seq()), (0, 3));
        let all = events(&mut ring, 0);
        assert_eq!(all[1]["data"]["text"], Value::Null);
        assert_eq!(
            ring.bytes_after(0),
            ring.bytes_after(1) + serde_json::to_vec(&slow_mode(1)).unwrap().len() as u64
        );
        ring.push_front(&[slow_mode(1)]);
        assert_eq!(ring.base(), 0, "what does not fit the beginning is passed over");
    }
}
