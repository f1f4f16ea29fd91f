//! The newest events of one audience, encoded once, for all subscriptions to read from.
//!
//! Invariant: `seq` has no holes inside; what falls out at the old end is in the table.
//! Of a crowded chat viewers are shown a sample; each batch says how much it leaves out.

use std::collections::VecDeque;

use bytes::{BufMut, Bytes, BytesMut};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

use super::sample::Sampler;
use super::websocket::{frame_room, seal_text_frame};
use crate::domain::event::{Audience, RecordedEvent, ShowEvent};
use crate::domain::ids::{MessageId, QuestionId};
use crate::domain::privacy::Forgotten;
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

/// What an event means for the text of a message or a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum About {
    Sent(MessageId),
    Removed(MessageId),
    Restored(MessageId),
    /// Holds texts of a question.
    Question(QuestionId),
    Dismissed(QuestionId),
    /// A person is taken out of the events before.
    Forgotten(Forgotten),
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
            About::Dismissed(question) => return self.forget_question(question, index),
            About::Forgotten(forgotten) => return self.forget(forgotten, index),
            About::Removed(message) => (message, None),
            About::Restored(message) => match decode(&self.entries[index].json) {
                ShowEvent::ChatRestored { text, .. } => (message, text),
                _ => return,
            },
            About::Sent(_) | About::Question(_) | About::Other => return,
        };
        for entry in self.entries.range_mut(..index) {
            if matches!(entry.about, About::Sent(id) | About::Restored(id) if id == message) {
                entry.set_text(text.as_deref());
            }
        }
        self.joined = [None, None];
    }

    /// Takes a person out of the events before the erasure, as it was done in the table.
    fn forget(&mut self, forgotten: Forgotten, index: usize) {
        let (needle, first_seq) = (forgotten.needle(), self.base() + 1);
        for (seq, entry) in (first_seq..).zip(self.entries.range_mut(..index)) {
            let is_concerned = match &needle {
                Some(needle) => std::str::from_utf8(&entry.json).is_ok_and(|json| json.contains(needle)),
                None => true,
            };
            if is_concerned {
                entry.forget(forgotten, seq);
            }
        }
        self.joined = [None, None];
    }

    /// Takes the texts of a question out of the events before its dismissal.
    fn forget_question(&mut self, question: QuestionId, index: usize) {
        for entry in self.entries.range_mut(..index) {
            if entry.about == About::Question(question) {
                entry.change(|data| {
                    for path in ["/question/text", "/question/answer/text", "/answer/text"] {
                        data.pointer_mut(path).map(Value::take);
                    }
                });
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
            // The text on top of the chat goes with the message.
            ShowEvent::ChatSent { message_id, .. } | ShowEvent::ChatPinned { message_id, .. } => {
                About::Sent(*message_id)
            }
            ShowEvent::ChatRemoved { message_id }
            | ShowEvent::MessageApproved { message_id, .. }
            | ShowEvent::MessageRefused { message_id, .. } => About::Removed(*message_id),
            // Its text goes when it was decided on.
            ShowEvent::MessageHeld(held) => About::Sent(held.message_id),
            ShowEvent::ChatRestored { message_id, .. } => About::Restored(*message_id),
            ShowEvent::QuestionAsked { question } => About::Question(question.id),
            ShowEvent::QuestionAnswered { question_id, .. } => About::Question(*question_id),
            ShowEvent::QuestionDismissed { question_id } => About::Dismissed(*question_id),
            ShowEvent::Later(later) => later.message_id().map_or(About::Other, About::Sent),
            event => event.forgotten().map_or(About::Other, About::Forgotten),
        };
        let json = serde_json::to_vec(event).expect("events hold only strings, numbers and lists");
        Self { json: json.into(), at: event.at, end: 0, about, is_shown: true }
    }

    /// Takes a person out of the event; one that holds nothing of them stays as it is.
    fn forget(&mut self, forgotten: Forgotten, seq: i64) {
        let mut event: Value = serde_json::from_slice(&self.json).expect("it was encoded from an event");
        let kind = event["type"].as_str().unwrap_or_default().to_owned();
        if forgotten.forget(seq, &kind, &mut event["data"]) {
            self.json = serde_json::to_vec(&event).expect("it was JSON before").into();
        }
    }

    /// Encodes the event anew with another text.
    fn set_text(&mut self, new: Option<&str>) {
        self.change(|data| data["text"] = new.into());
    }

    /// Encodes the event anew with other data; its place on the scale of bytes stays.
    fn change(&mut self, change: impl FnOnce(&mut Value)) {
        // Not as an event: what a newer version recorded is none that could be read.
        let mut event: Value = serde_json::from_slice(&self.json).expect("it was encoded from an event");
        change(&mut event["data"]);
        self.json = serde_json::to_vec(&event).expect("it was JSON before").into();
    }
}

fn decode(json: &[u8]) -> ShowEvent {
    let event: RecordedEvent = serde_json::from_slice(json).expect("it was encoded from an event");
    event.event
}

#[cfg(test)]
mod tests;
