//! What a shard sees of a show while it goes over its connections: looked up once, not for each.

use bytes::Bytes;

use super::feed::{Feed, Seqs};
use super::presence::Signals;
use super::ring::{Batch, Gone};

/// A look at the news of a show.
#[derive(Debug)]
pub struct View<'a> {
    feed: &'a Feed,
    last: Seqs,
    /// Sampled and whole.
    viewers: [Option<Batch>; 2],
    members: Option<Batch>,
    signals: Signals,
    /// Recorded events handed out; each connection counted.
    pub deliveries: u64,
    /// Frames handed out.
    pub frames: u64,
}

impl<'a> View<'a> {
    /// Looks now.
    pub fn of(feed: &'a Feed) -> Self {
        let signals = feed.presence().signals().clone();
        Self {
            feed,
            last: feed.last(),
            viewers: [None, None],
            members: None,
            signals,
            deliveries: 0,
            frames: 0,
        }
    }

    /// Looks again, so that what came meanwhile reaches the connections that are still to come.
    pub fn refresh(&mut self) {
        self.last = self.feed.last();
    }

    /// Where both streams stood at the look.
    pub const fn last(&self) -> Seqs {
        self.last
    }

    /// The frame for somebody who has seen events up to `after`; moves it on.
    ///
    /// Viewers see a sample of a crowded chat, members the `whole`.
    ///
    /// # Errors
    /// The place lies before the ring.
    pub fn viewers_after(&mut self, after: &mut i64, whole: bool) -> Result<Option<Bytes>, Gone> {
        if *after >= self.last.viewers {
            return Ok(None);
        }
        let joined = &mut self.viewers[usize::from(whole)];
        if !joined.as_ref().is_some_and(|batch| batch.reaches(*after, self.last.viewers)) {
            *joined = self.feed.streams().viewers.batch_after(*after, whole)?;
        }
        let joined = joined.clone();
        Ok(joined.map(|batch| self.hand_out(batch, after)))
    }

    /// The same for what only members see.
    ///
    /// # Errors
    /// The place lies before the ring.
    pub fn members_after(&mut self, after: &mut i64) -> Result<Option<Bytes>, Gone> {
        if *after >= self.last.members {
            return Ok(None);
        }
        if !self.members.as_ref().is_some_and(|batch| batch.reaches(*after, self.last.members)) {
            self.members = self.feed.streams().members.batch_after(*after, true)?;
        }
        Ok(self.members.clone().map(|batch| self.hand_out(batch, after)))
    }

    /// The newest signals.
    pub const fn signals(&self) -> &Signals {
        &self.signals
    }

    /// Counts a signal that is handed out.
    pub const fn count_signal(&mut self) {
        self.frames += 1;
    }

    fn hand_out(&mut self, batch: Batch, after: &mut i64) -> Bytes {
        *after = batch.last_seq;
        self.deliveries += batch.events;
        self.frames += 1;
        batch.frame
    }
}
