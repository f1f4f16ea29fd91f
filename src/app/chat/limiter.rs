//! How much one viewer may write, kept in memory: a restart forgives.

use std::collections::{HashMap, VecDeque};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use super::ChatError;
use crate::domain::ids::{MessageId, ShowId, ViewerId};

/// Messages that a viewer may send within [`WINDOW`].
const BURST_MAX: usize = 5;
/// The stretch of time over which messages are counted.
const WINDOW: TimeDelta = TimeDelta::seconds(10);
/// How long the same text counts as a repeat.
const REPEAT: TimeDelta = TimeDelta::seconds(30);
/// Viewers remembered at once; each takes about 200 bytes. More writers than this within half a
/// minute is beyond one node, so the next one is told to come back.
const VIEWERS_MAX: usize = 50_000;

/// Remembers who wrote what within the last half minute.
#[derive(Debug, Default)]
pub(crate) struct ChatLimiter(Mutex<HashMap<(ShowId, ViewerId), Recent>>);

#[derive(Debug, Default)]
struct Recent {
    sent: VecDeque<(MessageId, DateTime<Utc>)>,
    last_text: u64,
}

impl ChatLimiter {
    /// Counts a message; a retry of a counted one passes free.
    ///
    /// # Errors
    /// Says how long to wait, or that the text repeats the last one.
    pub(crate) fn admit(
        &self,
        show: ShowId,
        viewer: ViewerId,
        message: MessageId,
        text: &str,
        now: DateTime<Utc>,
    ) -> Result<(), ChatError> {
        let mut viewers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if viewers.len() >= VIEWERS_MAX && !viewers.contains_key(&(show, viewer)) {
            viewers.retain(|_, recent| recent.sent.back().is_some_and(|(_, at)| *at > now - REPEAT));
            if viewers.len() >= VIEWERS_MAX {
                return Err(ChatError::Overloaded);
            }
        }
        viewers.entry((show, viewer)).or_default().admit(message, text, now)
    }

    /// Takes a message back that was not taken in the end, so that a better one may follow.
    pub(crate) fn forgive(&self, show: ShowId, viewer: ViewerId, message: MessageId) {
        let mut viewers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(recent) = viewers.get_mut(&(show, viewer)) {
            recent.sent.retain(|(sent, _)| *sent != message);
            recent.last_text = 0;
        }
    }
}

impl Recent {
    fn admit(&mut self, message: MessageId, text: &str, now: DateTime<Utc>) -> Result<(), ChatError> {
        if self.sent.iter().any(|(sent, _)| *sent == message) {
            return Ok(());
        }
        let fingerprint = fingerprint(text);
        if fingerprint == self.last_text && self.sent.back().is_some_and(|(_, at)| *at > now - REPEAT) {
            return Err(ChatError::Duplicate);
        }
        if let Some((_, oldest)) = self.sent.iter().rev().nth(BURST_MAX - 1)
            && *oldest > now - WINDOW
        {
            let wait = (*oldest + WINDOW - now).to_std().unwrap_or(Duration::ZERO);
            return Err(ChatError::RateLimited(wait));
        }
        self.sent.push_back((message, now));
        if self.sent.len() > BURST_MAX {
            self.sent.pop_front();
        }
        self.last_text = fingerprint;
        Ok(())
    }
}

fn fingerprint(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.to_lowercase().hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn id(n: u128) -> MessageId {
        Uuid::from_u128(n).into()
    }

    #[test]
    fn the_sixth_message_within_ten_seconds_waits() {
        let limiter = ChatLimiter::default();
        let (show, viewer) = (Uuid::nil().into(), Uuid::nil().into());
        let start = DateTime::UNIX_EPOCH;
        for n in 0..5 {
            let at = start + TimeDelta::seconds(i64::try_from(n).unwrap());
            limiter.admit(show, viewer, id(n), &format!("text {n}"), at).unwrap();
        }
        let at = start + TimeDelta::seconds(6);
        let refused = limiter.admit(show, viewer, id(6), "one more", at);
        assert!(matches!(refused, Err(ChatError::RateLimited(wait)) if wait == Duration::from_secs(4)));
        // A retry of a counted message is not a sixth one.
        limiter.admit(show, viewer, id(4), "text 4", at).unwrap();
        limiter.admit(show, viewer, id(6), "one more", start + TimeDelta::seconds(10)).unwrap();
    }

    #[test]
    fn the_same_text_is_a_repeat_for_half_a_minute() {
        let limiter = ChatLimiter::default();
        let (show, viewer) = (Uuid::nil().into(), Uuid::nil().into());
        let start = DateTime::UNIX_EPOCH;
        limiter.admit(show, viewer, id(1), "Bella!", start).unwrap();
        let again = limiter.admit(show, viewer, id(2), "bella!", start + TimeDelta::seconds(29));
        assert!(matches!(again, Err(ChatError::Duplicate)));
        limiter.admit(show, viewer, id(3), "bella!", start + TimeDelta::seconds(31)).unwrap();
    }
}
