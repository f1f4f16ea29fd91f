//! The viewers who write, at times that were fixed before.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use serde_json::json;
use uuid::Uuid;

use super::hearing::MESSAGE;
use super::{Engine, Plan, Traffic};
use crate::load::message::MessageStamp;

/// Writers asked in turn whether they are free; the others are busier still.
const ASKED_MAX: usize = 64;

/// The writers of one engine and when the next message is due.
pub struct Pen {
    thread: u16,
    /// Writers, the one that has rested longest first, with the time from which each is free.
    writers: VecDeque<(usize, Option<Instant>)>,
    pause: Duration,
    next: Option<Instant>,
    end: Option<Instant>,
    number: u32,
}

impl Pen {
    /// A pen for the first `writers` viewers of an engine.
    pub fn new(plan: &Plan, thread: usize, writers: usize) -> Self {
        let all = plan.writers.max(1);
        #[expect(clippy::cast_precision_loss, reason = "a share of at most 100,000 writers")]
        let per_sec = plan.chat_per_sec * writers as f64 / all as f64;
        let pause = if per_sec > 0.0 { Duration::from_secs_f64(1.0 / per_sec) } else { Duration::MAX };
        Self {
            thread: u16::try_from(thread).unwrap_or(u16::MAX),
            writers: (0..writers).map(|at| (at, None)).collect(),
            pause,
            next: None,
            end: None,
            number: 0,
        }
    }

    /// When the next message is due.
    pub const fn next(&self) -> Option<Instant> {
        self.next
    }

    /// From one message to the next.
    pub const fn pause(&self) -> Duration {
        self.pause
    }

    /// Begins to write.
    pub fn begin(&mut self, traffic: Traffic) {
        self.end = Some(traffic.end);
        self.next = (!self.writers.is_empty()).then_some(traffic.begin);
    }

    /// Writes nothing more.
    pub const fn stop(&mut self) {
        self.next = None;
    }

    /// Takes the next time that has come.
    fn take_due(&mut self, now: Instant) -> Option<Instant> {
        let due = self.next.filter(|next| *next <= now)?;
        self.next = due.checked_add(self.pause).filter(|next| self.end.is_some_and(|end| *next < end));
        Some(due)
    }
}

impl Engine {
    /// Writes all messages whose time has come, late or not.
    pub(super) fn write(&mut self, now: Instant) {
        while let Some(due) = self.pen.take_due(now) {
            match self.free_writer(now) {
                Some(writer) => self.write_message(writer, due, now),
                None => self.tally.writing.unsent += 1,
            }
        }
    }

    /// A writer who is in, has a name and may write again.
    fn free_writer(&mut self, now: Instant) -> Option<usize> {
        for _ in 0..self.pen.writers.len().min(ASKED_MAX) {
            let (writer, free_at) = self.pen.writers.pop_front()?;
            let viewer = &self.viewers[writer];
            let has_rested = free_at.is_none_or(|free_at| free_at <= now);
            let is_free = has_rested && viewer.is_online() && viewer.person.is_named;
            let free_at = if is_free { Some(now + self.plan.writer_pause) } else { free_at };
            self.pen.writers.push_back((writer, free_at));
            if is_free {
                return Some(writer);
            }
        }
        None
    }

    fn write_message(&mut self, writer: usize, due: Instant, now: Instant) {
        self.pen.number = (self.pen.number + 1) & 0xff_ffff;
        let us = due.saturating_duration_since(self.plan.origin).as_micros();
        let stamp = MessageStamp {
            run: self.plan.run,
            thread: self.pen.thread,
            number: self.pen.number,
            us: u64::try_from(us).unwrap_or(u64::MAX),
        };
        let data = json!({ "message_id": stamp.id(), "text": text(stamp.id(), self.plan.chat_chars) });
        let command = json!({ "id": MESSAGE, "type": "chat.send", "data": data });
        let sent = self.with(writer, now, |viewer, _, cx| viewer.send(&command, cx));
        self.tally.writing.sent += 1;
        self.tally.lateness.record(Instant::now().saturating_duration_since(due));
        if let Err(end) = sent {
            self.end(writer, end, now);
        }
    }
}

/// A text of so many characters that no message before had.
fn text(id: Uuid, chars: usize) -> String {
    let mut text = format!("Load {} ", id.simple());
    while text.len() < chars {
        text.push_str("bella questa sciarpa, quanto costa? ");
    }
    text.truncate(chars);
    // White space at the end would be taken away.
    text.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_have_their_length_and_are_never_alike() {
        for chars in [40, 80, 500] {
            let texts = [text(Uuid::from_u128(1), chars), text(Uuid::from_u128(2), chars)];
            assert!(texts.iter().all(|text| (chars - 1..=chars).contains(&text.len())), "{texts:?}");
            assert_ne!(texts[0], texts[1]);
        }
    }
}
